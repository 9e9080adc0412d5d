# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes Parquet files through pyarrow."""

import pyarrow as pa
import pyarrow.parquet

from .table_writer import TableWriter, writing

# How many rows are a group.
ROWS_AT_ONCE = 1 << 18


class ParquetWriter(TableWriter):
    def __init__(self, path, names, types):
        super().__init__(names, types, ROWS_AT_ONCE)
        arrow_types = [pa.string() if kind == "text" else pa.from_numpy_dtype(kind)
                       for kind in types]
        self._schema = pa.schema(zip(names, arrow_types))
        with writing():
            self._writer = pyarrow.parquet.ParquetWriter(path, self._schema)

    def pack(self, columns):
        self._writer.write_table(pa.table(columns, schema=self._schema))

    def close(self):
        with writing():
            self._writer.close()


def open_table(path, names, types, _tree):
    return ParquetWriter(path, names, types)
