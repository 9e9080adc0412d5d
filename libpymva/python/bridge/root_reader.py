# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads TTrees of ROOT files through uproot (5 or later)."""

import contextlib
import io

import numpy as np
import uproot

from .errors import PymvaError


@contextlib.contextmanager
def _reading():
    """Whatever goes wrong inside uproot says that the file is not as it should be."""
    try:
        yield
    except (PymvaError, FileNotFoundError, PermissionError, ImportError, MemoryError):
        raise
    except Exception as exception:
        lines = str(exception).strip().splitlines() or [type(exception).__name__]
        raise PymvaError(f"the file cannot be read, and may be truncated or damaged: {lines[0]}",
                         "format") from exception


def _quote(names):
    return ", ".join(f"“{name}”" for name in names)


def _find_tree(file, name):
    """The tree of that name, or the only one. Of several cycles of a name the last one counts."""
    classes = file.classnames(recursive=True, cycle=False)
    trees = [key for key, kind in classes.items() if kind in ("TTree", "TNtuple", "TNtupleD")]
    if not trees:
        others = ", ".join(f"“{key}” ({kind})" for key, kind in classes.items())
        raise PymvaError(f"there is no TTree in the file, but {others or 'nothing'}", "data")
    if name is None:
        if len(trees) > 1:
            raise PymvaError(f"there are {len(trees)} trees in the file, {_quote(trees)}; choose"
                             " one with the option “tree”", "value")
        name = trees[0]
    if name not in trees:
        raise PymvaError(f"there is no tree “{name}”; there is {_quote(trees)}", "data")
    return file[name]


class TreeReader:
    """One tree of an open file. The host closes it."""

    def __init__(self, file, name):
        self._file = file
        self._branches = {}
        with _reading():
            tree = _find_tree(file, name)
            self._tree = tree.name
            for branch in tree.itervalues(recursive=True):
                if branch.branches:
                    continue
                # Two structures may have a branch of one name each.
                key = branch.name if branch.name not in self._branches else branch.full_path
                self._branches[key] = branch

    def names(self):
        """The names of the branches that hold values."""
        return list(self._branches)

    def read(self, name):
        """The values of a branch: an array of numbers, one per event; or, where they are texts, a
        list of the different ones and an array that says which one each event has."""
        branch = self._branches[name]
        with _reading():
            interpretation = branch.interpretation
            if isinstance(interpretation, uproot.AsStrings):
                return self._read_texts(branch)
            self._check(name, interpretation)
            values = branch.array(library="np")
        # Tensors have no unsigned 64-bit integers; tables keep double precision anyway.
        return values.astype(np.float64) if values.dtype == np.uint64 else values

    def _check(self, name, interpretation):
        problem = None
        if isinstance(interpretation, uproot.AsJagged):
            problem = "is jagged: its events have different numbers of values"
        elif not isinstance(interpretation, uproot.AsDtype):
            problem = f"holds objects ({interpretation}), and not numbers"
        elif interpretation.to_dtype.shape:
            shape = " × ".join(str(length) for length in interpretation.to_dtype.shape)
            problem = f"has several values ({shape}) for each event"
        elif interpretation.to_dtype.kind not in "biuf":
            problem = f"has values of type “{interpretation.to_dtype}”, and not numbers"
        if problem is not None:
            raise PymvaError(
                f"the branch “{name}” of the tree “{self._tree}” {problem}, and a column has one"
                " number for each event; name the branches to read in the option “columns”",
                "data")

    def _read_texts(self, branch):
        numbers = {}
        codes = np.empty(branch.num_entries, dtype=np.int64)
        for index, text in enumerate(branch.array(library="np")):
            codes[index] = numbers.setdefault(text, len(numbers))
        return list(numbers), codes

    def close(self):
        self._file.close()


def open_tree(source, name):
    """Opens a tree of a file, which is a path or the file's bytes."""
    with _reading():
        file = uproot.open(io.BytesIO(source) if isinstance(source, bytes) else source)
    try:
        return TreeReader(file, name)
    except BaseException:
        file.close()
        raise
