# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes TTrees of ROOT files through uproot (5 or later)."""

import uproot
import awkward as ak  # which uproot needs, too

from .table_writer import TableWriter, writing

# How many rows are a basket of each branch.
ROWS_AT_ONCE = 1 << 17


class TreeWriter(TableWriter):
    def __init__(self, path, names, types, tree):
        super().__init__(names, types, ROWS_AT_ONCE)
        branches = {name: "string" if kind == "text" else kind for name, kind in zip(names, types)}
        with writing():
            self._file = uproot.recreate(path)
            self._tree = self._file.mktree(tree, branches)

    def pack(self, columns):
        self._tree.extend({name: ak.Array(values.tolist()) if values.dtype.kind == "O" else values
                           for name, values in columns.items()})

    def close(self):
        with writing():
            self._file.close()


def open_table(path, names, types, tree):
    return TreeWriter(path, names, types, tree)
