# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the readers of tables share.

A module for a format has a function open_table(source, name), where source is a path or the bytes
of a file, and name says which of several tables it is (or is None). It gives a TableReader.
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
    """A table of an open file, to be read column by column, or in pieces. The host closes it."""

    def __init__(self):
        self._blocks = None
        # What has been read of the last block, its length, and how much of it has been handed out.
        self._block = None
        self._length = 0
        self._start = 0

    def names(self):
        """The names of all columns."""
        raise NotImplementedError

    def n_rows(self):
        raise NotImplementedError

    def read(self, name):
        """A column: an array of numbers; or, where they are texts, a list of the different ones and
        an array that says which one each row has."""
        raise NotImplementedError

    def blocks(self, names, n_rows):
        """All rows, block by block: of each a list of what read() gives for these columns. So many
        rows are wanted at once; a block has as many as the format is best read in."""
        raise NotImplementedError

    def read_piece(self, names, n_rows):
        """The next rows of these columns, at most so many, and none behind the last one."""
        if self._blocks is None:
            self._blocks = self.blocks(names, n_rows)
            if self.n_rows() == 0:
                self._block = [self.read(name) for name in names]
        while self._start == self._length:
            block = next(self._blocks, None)
            if block is None:
                break
            self._block = block
            self._length = _length_of(block)
            self._start = 0
        first = self._start
        self._start = min(first + n_rows, self._length)
        return [_slice(values, first, self._start) for values in self._block]

    def close(self):
        if self._blocks is not None:
            self._blocks.close()


def _length_of(block):
    values = block[0] if block else []
    return len(values[1] if isinstance(values, tuple) else values)


def _slice(values, first, end):
    if isinstance(values, tuple):
        return values[0], values[1][first:end]
    return values[first:end]


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
