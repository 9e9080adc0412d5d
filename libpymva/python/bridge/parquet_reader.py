# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads Parquet files through pyarrow."""

import itertools

import pyarrow as pa
import pyarrow.parquet

from . import arrow_columns
from .table_reader import TableReader, reading


class ParquetReader(TableReader):
    def __init__(self, source, chunk):
        super().__init__(chunk)
        with reading():
            opened = pa.BufferReader(source) if isinstance(source, bytes) else source
            self._file = pyarrow.parquet.ParquetFile(opened)
            metadata = self._file.metadata
            counts = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
        self._ends = list(itertools.accumulate(counts))

    def names(self):
        return self._file.schema_arrow.names

    def n_rows(self):
        return self._file.metadata.num_rows

    def ends(self):
        """Groups of rows are compressed as a whole, and read as such."""
        return self._ends or [0]

    def read(self, name, first, end):
        starts = [0, *self._ends]
        groups = [i for i, stop in enumerate(self._ends)
                  if stop > first and (end < 0 or starts[i] < end)]
        with reading():
            # A dot in a name would mean a part of a structure; the index has no such meaning.
            column = self._file.read_row_groups(groups, columns=[name]).column(name)
        return arrow_columns.convert(column, name)

    def close(self):
        self._file.close()


def open_table(source, _name, chunk):
    return ParquetReader(source, chunk)
