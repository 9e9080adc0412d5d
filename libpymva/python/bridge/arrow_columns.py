# SPDX-License-Identifier: LGPL-2.1-or-later
"""Columns of Arrow as tables take them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute

from .table_reader import as_numbers, refuse


def convert(column, name):
    """A ChunkedArray as TableReader.read() gives it. What is null is NaN, or no text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if any(test(kind) for test in (pa.types.is_string, pa.types.is_large_string,
                                   getattr(pa.types, "is_string_view", pa.types.is_string))):
        return _convert_texts(column)
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_decimal(kind) or pa.types.is_boolean(kind) and column.null_count:
        column = column.cast(pa.float64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        raise refuse(name, f"holds values of type “{kind}”")
    return as_numbers(column.to_numpy(), name)


def _convert_texts(column):
    encoded = pa.compute.dictionary_encode(pa.compute.fill_null(column, "")).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        if encoded.num_chunks == 0:
            return [], np.empty(0, dtype=np.int64)
        encoded = encoded.chunk(0)
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)
