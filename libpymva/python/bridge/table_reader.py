# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the readers of tables share.

A module for a format has a function open_table(source, name, chunk), where source is a path or the
bytes of a file, name says which of several tables it is (or is None), and chunk is how many rows
are wanted at once. It gives a TableReader.
"""

import contextlib

import numpy as np

from .errors import PymvaError


@contextlib.contextmanager
def reading():
    """Whatever goes wrong inside of a package says that the file is not as it should be."""
    try:
        yield
    except (PymvaError, FileNotFoundError, PermissionError, ImportError, MemoryError):
        raise
    except Exception as exception:
        lines = str(exception).strip().splitlines() or [type(exception).__name__]
        raise PymvaError(f"the file cannot be read, and may be truncated or damaged: {lines[0]}",
                         "format") from exception


def quote(names):
    return ", ".join(f"“{name}”" for name in names)


class TableReader:
    """A table of an open file, to be read column by column. The host closes it."""

    def __init__(self, chunk):
        self._chunk = chunk

    def names(self):
        """The names of all columns."""
        raise NotImplementedError

    def n_rows(self):
        raise NotImplementedError

    def read(self, name, first, end):
        """The rows from first to end of a column, or to the last one where end is -1: an array of
        numbers; or, where they are texts, a list of the different ones and an array that says which
        one each row has."""
        raise NotImplementedError

    def ends(self):
        """The rows at which it is best to stop when not all are read at once."""
        n_rows = self.n_rows()
        return [*range(self._chunk, n_rows, self._chunk), n_rows]

    def close(self):
        pass


def as_numbers(values, name):
    """An array as it can be a column."""
    if values.ndim != 1:
        shape = " × ".join(str(length) for length in values.shape[1:])
        raise refuse(name, f"has several values ({shape}) in each row")
    if values.dtype.kind not in "biuf":
        raise refuse(name, f"holds values of type “{values.dtype}”, and not numbers")
    # Tensors have neither unsigned integers above 8 bits nor halves; tables have doubles anyway.
    if values.dtype.kind == "u" and values.dtype.itemsize > 1 or values.dtype.itemsize == 2 \
            or values.dtype.itemsize > 8:
        return values.astype(np.float64)
    return values


def refuse(name, problem):
    return PymvaError(f"the column “{name}” {problem}, and a column has one number or one text for"
                      " each row; name the columns to read in the option “columns”", "data")


def as_texts(texts):
    """The different ones of a sequence of texts, and which one each row has; None is empty."""
    numbers = {}
    codes = np.empty(len(texts), dtype=np.int64)
    for index, text in enumerate(texts):
        if isinstance(text, bytes):
            text = text.decode()
        codes[index] = numbers.setdefault(text or "", len(numbers))
    return list(numbers), codes
