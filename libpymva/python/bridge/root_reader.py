# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads TTrees and RNTuples of ROOT files through uproot (5 or later)."""

import io

import numpy as np
import uproot

from .errors import PymvaError
from .table_reader import TableReader, as_numbers, as_texts, quote, reading, refuse

TREES = ("TTree", "TNtuple", "TNtupleD")
NTUPLES = ("ROOT::RNTuple", "ROOT::Experimental::RNTuple")

# How many times the rows that are wanted at once a block may have.
MOST_PIECES = 16


def _as_column(values, name):
    return as_texts(values) if values.dtype.kind == "O" else as_numbers(values, name)


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

    def __init__(self, file, tree):
        super().__init__()
        self._file = file
        self._tree = tree
        self._branches = {}
        for path, branch in tree.iteritems(recursive=True, full_paths=True):
            if branch.branches:
                continue
            # Two structures may have a branch of one name each.
            key = branch.name if branch.name not in self._branches else path
            self._branches[key] = branch

    def names(self):
        return list(self._branches)

    def n_rows(self):
        return self._tree.num_entries

    def read(self, name):
        branch = self._branches[name]
        with reading():
            self._check(name, branch.interpretation)
            values = branch.array(library="np")
        return _as_column(values, name)

    def blocks(self, names, n_rows):
        branches = [self._branches[name] for name in names]
        with reading():
            for name, branch in zip(names, branches):
                self._check(name, branch.interpretation)
            ends = self._list_ends(branches, n_rows)
        first = 0
        for end in ends:
            block = []
            for name, branch in zip(names, branches):
                with reading():
                    values = branch.array(library="np", entry_start=first, entry_stop=end,
                                          array_cache=None)
                block.append(_as_column(values, name))
            yield block
            first = end

    def _list_ends(self, branches, n_rows):
        """Where to stop: at best where baskets end, which are unpacked as a whole; but not too far
        apart."""
        n_all = self.n_rows()
        offsets = [set(branch.entry_offsets) for branch in branches]
        common = set.intersection(*offsets) if offsets else set()
        ends = [0]
        for offset in sorted(common | {n_all}):
            while offset - ends[-1] > MOST_PIECES * n_rows:
                ends.append(ends[-1] + MOST_PIECES * n_rows)
            if offset - ends[-1] >= n_rows or offset == n_all > ends[-1]:
                ends.append(offset)
        return ends[1:]

    def _check(self, name, interpretation):
        problem = None
        if isinstance(interpretation, uproot.AsStrings):
            pass
        elif isinstance(interpretation, uproot.AsJagged):
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
        super().close()
        self._file.close()


class NtupleReader(TableReader):
    """One RNTuple of an open file."""

    def __init__(self, file, ntuple):
        super().__init__()
        self._file = file
        self._ntuple = ntuple

    def names(self):
        return self._ntuple.keys(recursive=False)

    def n_rows(self):
        return self._ntuple.num_entries

    def read(self, name):
        return self._read_rows(name, 0, self.n_rows())

    def blocks(self, names, n_rows):
        """Clusters are unpacked as a whole, and read as such."""
        for cluster in self._ntuple.cluster_summaries:
            first = cluster.num_first_entry
            yield [self._read_rows(name, first, first + cluster.num_entries) for name in names]

    def _read_rows(self, name, first, end):
        with reading():
            field = self._ntuple.arrays(filter_name=name, entry_start=first, entry_stop=end)[name]
            kind = str(field.type.content)
            if kind in ("string", "?string"):
                return as_texts(field.to_list())
            try:
                values = np.asarray(field.to_numpy())
            except ValueError:
                raise refuse(name, f"holds values of type “{kind}”") from None
        return as_numbers(values, name)

    def close(self):
        super().close()
        self._file.close()


def open_table(source, name):
    """Opens a tree of a file, which is a path or the file's bytes."""
    with reading():
        file = uproot.open(io.BytesIO(source) if isinstance(source, bytes) else source)
    try:
        with reading():
            tree, is_ntuple = _find_tree(file, name)
            return (NtupleReader if is_ntuple else TreeReader)(file, tree)
    except BaseException:
        file.close()
        raise
