# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads Feather files, which are Arrow's own format, through pyarrow."""

import pyarrow as pa

from . import arrow_columns
from .table_reader import TableReader, reading


class FeatherReader(TableReader):
    def __init__(self, source):
        super().__init__()
        with reading():
            self._source = pa.BufferReader(source) if isinstance(source, bytes) \
                else pa.memory_map(source)
            self._schema = pa.ipc.open_file(self._source).schema
            first = self._open([0] if len(self._schema) else [])
            self._n_rows = sum(first.get_batch(i).num_rows
                               for i in range(first.num_record_batches))

    def _open(self, fields):
        return pa.ipc.open_file(self._source, options=pa.ipc.IpcReadOptions(included_fields=fields))

    def names(self):
        return self._schema.names

    def n_rows(self):
        return self._n_rows

    def read(self, name):
        index = self._schema.get_field_index(name)
        with reading():
            file = self._open([index])
            column = pa.chunked_array([file.get_batch(i).column(0)
                                       for i in range(file.num_record_batches)],
                                      type=self._schema.field(index).type)
        return arrow_columns.convert(column, name)

    def blocks(self, names, n_rows):
        """Batches are compressed as a whole, and read as such."""
        with reading():
            file = self._open([self._schema.get_field_index(name) for name in names])
        for i in range(file.num_record_batches):
            with reading():
                batch = file.get_batch(i)
            yield [arrow_columns.convert(pa.chunked_array([batch.column(name)]), name)
                   for name in names]

    def close(self):
        super().close()
        self._source.close()


def open_table(source, _name):
    return FeatherReader(source)
