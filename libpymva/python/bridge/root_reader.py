# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads TTrees and RNTuples of ROOT files through uproot (5 or later)."""

import io

import numpy as np
import uproot

from .errors import PymvaError
from .table_reader import TableReader, as_numbers, as_texts, quote, reading, refuse

TREES = ("TTree", "TNtuple", "TNtupleD")
NTUPLES = ("ROOT::RNTuple", "ROOT::Experimental::RNTuple")


def _find_tree(file, name):
    """The tree of that name, or the only one. Of several cycles of a name the last one counts."""
    classes = file.classnames(recursive=True, cycle=False)
    trees = [key for key, kind in classes.items() if kind in TREES + NTUPLES]
    if not trees:
        others = ", ".join(f"“{key}” ({kind})" for key, kind in classes.items())
        raise PymvaError(f"there is no TTree or RNTuple in the file, but {others or 'nothing'}",
                         "data")
    if name is None:
        if len(trees) > 1:
            raise PymvaError(f"there are {len(trees)} trees in the file, {quote(trees)}; choose"
                             " one with the option “tree”", "value")
        name = trees[0]
    if name not in trees:
        raise PymvaError(f"there is no tree “{name}”; the file has {quote(trees)}", "data")
    return file[name], classes[name] in NTUPLES


class TreeReader(TableReader):
    """One TTree of an open file."""

    def __init__(self, file, tree, chunk):
        super().__init__(chunk)
        self._file = file
        self._tree = tree
        self._branches = {}
        for branch in tree.itervalues(recursive=True):
            if branch.branches:
                continue
            # Two structures may have a branch of one name each.
            key = branch.name if branch.name not in self._branches else branch.full_path
            self._branches[key] = branch

    def names(self):
        return list(self._branches)

    def n_rows(self):
        return self._tree.num_entries

    def read(self, name, first, end):
        branch = self._branches[name]
        with reading():
            interpretation = branch.interpretation
            is_text = isinstance(interpretation, uproot.AsStrings)
            if not is_text:
                self._check(name, interpretation)
            values = branch.array(library="np", entry_start=first,
                                  entry_stop=None if end < 0 else end)
        return as_texts(values) if is_text else as_numbers(values, name)

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
                f"the branch “{name}” of the tree “{self._tree.name}” {problem}, and a column has"
                " one number for each event; name the branches to read in the option “columns”",
                "data")

    def close(self):
        self._file.close()


class NtupleReader(TableReader):
    """One RNTuple of an open file."""

    def __init__(self, file, ntuple, chunk):
        super().__init__(chunk)
        self._file = file
        self._ntuple = ntuple

    def names(self):
        return self._ntuple.keys(recursive=False)

    def n_rows(self):
        return self._ntuple.num_entries

    def read(self, name, first, end):
        with reading():
            field = self._ntuple.arrays(filter_name=name, entry_start=first,
                                        entry_stop=None if end < 0 else end)[name]
            kind = str(field.type.content)
            if kind in ("string", "?string"):
                return as_texts(field.to_list())
            try:
                values = np.asarray(field.to_numpy())
            except ValueError:
                raise refuse(name, f"holds values of type “{kind}”") from None
        return as_numbers(values, name)

    def close(self):
        self._file.close()


def open_table(source, name, chunk):
    """Opens a tree of a file, which is a path or the file's bytes."""
    with reading():
        file = uproot.open(io.BytesIO(source) if isinstance(source, bytes) else source)
    try:
        with reading():
            tree, is_ntuple = _find_tree(file, name)
            return (NtupleReader if is_ntuple else TreeReader)(file, tree, chunk)
    except BaseException:
        file.close()
        raise
