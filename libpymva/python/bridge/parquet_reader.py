# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads Parquet files through pyarrow."""

import pyarrow as pa
import pyarrow.parquet

from . import arrow_columns
from .table_reader import TableReader, reading


# How much of a column is read at once: groups of rows may be large.
BUFFER_SIZE = 1 << 20


class ParquetReader(TableReader):
    def __init__(self, source):
        super().__init__()
        self._source = source
        with reading():
            self._file = self._open()

    def _open(self, **options):
        source = pa.BufferReader(self._source) if isinstance(self._source, bytes) else self._source
        return pyarrow.parquet.ParquetFile(source, **options)

    def names(self):
        return self._file.schema_arrow.names

    def n_rows(self):
        return self._file.metadata.num_rows

    def read(self, name):
        with reading():
            # A dot in a name would mean a part of a structure; the index has no such meaning.
            column = self._file.read(columns=[name]).column(name)
        return arrow_columns.convert(column, name)

    def blocks(self, names, n_rows):
        with reading():
            # What is read in advance stays in memory to the end.
            file = self._open(buffer_size=BUFFER_SIZE, pre_buffer=False)
        with file:
            batches = file.iter_batches(batch_size=n_rows, columns=names)
            while True:
                with reading():
                    batch = next(batches, None)
                if batch is None:
                    break
                yield [arrow_columns.convert(pa.chunked_array([batch.column(name)]), name)
                       for name in names]

    def close(self):
        super().close()
        self._file.close()


def open_table(source, _name):
    return ParquetReader(source)
