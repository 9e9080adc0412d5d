# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads Feather files, which are Arrow's own format, through pyarrow."""

import itertools

import pyarrow as pa

from . import arrow_columns
from .table_reader import TableReader, reading


class FeatherReader(TableReader):
    def __init__(self, source, chunk):
        super().__init__(chunk)
        with reading():
            self._source = pa.BufferReader(source) if isinstance(source, bytes) \
                else pa.memory_map(source)
            self._schema = pa.ipc.open_file(self._source).schema
            first = self._open([0] if len(self._schema) else [])
            counts = [first.get_batch(i).num_rows for i in range(first.num_record_batches)]
        self._ends = list(itertools.accumulate(counts))

    def _open(self, fields):
        return pa.ipc.open_file(self._source, options=pa.ipc.IpcReadOptions(included_fields=fields))

    def names(self):
        return self._schema.names

    def n_rows(self):
        return self._ends[-1] if self._ends else 0

    def ends(self):
        return self._ends or [0]

    def read(self, name, first, end):
        starts = [0, *self._ends]
        batches = [i for i, stop in enumerate(self._ends)
                   if stop > first and (end < 0 or starts[i] < end)]
        with reading():
            index = self._schema.get_field_index(name)
            file = self._open([index])
            column = pa.chunked_array([file.get_batch(i).column(0) for i in batches],
                                      type=self._schema.field(index).type)
        return arrow_columns.convert(column, name)

    def close(self):
        self._source.close()


def open_table(source, _name, chunk):
    return FeatherReader(source, chunk)
