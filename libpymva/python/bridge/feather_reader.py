# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads Feather files, which are Arrow's own format, through pyarrow."""

import pyarrow as pa

from . import arrow_columns
from .table_reader import TableReader, reading


def _open(source, fields):
    return pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=fields))


class FeatherReader(TableReader):
    def __init__(self, source):
        super().__init__()
        self._path = None if isinstance(source, bytes) else source
        with reading():
            self._source = pa.BufferReader(source) if self._path is None else pa.memory_map(source)
            self._schema = pa.ipc.open_file(self._source).schema
            first = _open(self._source, [0] if len(self._schema) else [])
            self._n_rows = sum(first.get_batch(i).num_rows
                               for i in range(first.num_record_batches))

    def names(self):
        return self._schema.names

    def n_rows(self):
        return self._n_rows

    def read(self, name):
        index = self._schema.get_field_index(name)
        with reading():
            file = _open(self._source, [index])
            column = pa.chunked_array([file.get_batch(i).column(0)
                                       for i in range(file.num_record_batches)],
                                      type=self._schema.field(index).type)
        return arrow_columns.convert(column, name)

    def blocks(self, names, n_rows):
        """Batches are compressed as a whole, and read as such."""
        fields = [self._schema.get_field_index(name) for name in names]
        with reading():
            # What has been read of a mapped file would count as memory of the process.
            source = self._source if self._path is None else pa.OSFile(self._path)
            file = _open(source, fields)
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
