# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the writers of tables share.

A module for a format has a function open_table(path, names, types, tree), where types has for each
column "float32", "float64", "int64" or "text", and tree is what a format calls its table, where it
does so. It gives a TableWriter.
"""

import contextlib

import numpy as np

from .errors import PymvaError


@contextlib.contextmanager
def writing():
    """What the packages raise where a disk is full, or a name is none that the format can hold."""
    try:
        yield
    except (PymvaError, ImportError, MemoryError):
        raise
    except Exception as exception:
        lines = str(exception).strip().splitlines() or [type(exception).__name__]
        raise PymvaError(lines[0], "failed") from exception


class TableWriter:
    """A table that is being written. Rows are collected: a format packs many of them together."""

    def __init__(self, names, types, rows_at_once):
        self._names = names
        self._types = types
        self._rows_at_once = rows_at_once
        self._waiting = [[] for _ in names]
        self._n_waiting = 0

    def write(self, columns):
        """Appends rows: of each column an array; or, of texts, a list of the different ones and an
        array that says which one each row has."""
        arrays = [np.asarray(column[0], dtype=object)[column[1]] if kind == "text"
                  else np.asarray(column) for column, kind in zip(columns, self._types)]
        for waiting, array in zip(self._waiting, arrays):
            waiting.append(array)
        self._n_waiting += len(arrays[0])
        if self._n_waiting >= self._rows_at_once:
            self._flush()

    def _flush(self):
        if self._n_waiting:
            columns = {name: np.concatenate(arrays)
                       for name, arrays in zip(self._names, self._waiting)}
            self._waiting = [[] for _ in self._names]
            self._n_waiting = 0
            with writing():
                self.pack(columns)

    def finish(self):
        """Completes the file."""
        self._flush()
        self.close()

    def pack(self, columns):
        """Writes rows: arrays by name."""
        raise NotImplementedError

    def close(self):
        """Closes the file, also one that is not complete."""
        raise NotImplementedError
