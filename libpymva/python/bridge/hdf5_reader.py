# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads HDF5 files through h5py: groups of columns, tables of structures, and matrices."""

import io

import h5py
import numpy as np

from .errors import PymvaError
from .table_reader import TableReader, as_numbers, as_texts, quote, reading


class Hdf5Reader(TableReader):
    def __init__(self, file, name):
        super().__init__()
        self._file = file
        # For each column its data set, and the field or the number of the column in that.
        self._columns = {}
        self._n_rows = 0
        with reading():
            found = _find(file, name)
            members = {key: found[key] for key in found if isinstance(found[key], h5py.Dataset)} \
                if isinstance(found, h5py.Group) else None
        if members is None:
            self._add_dataset(found)
        else:
            self._add_members(found, members)

    def _add_dataset(self, dataset):
        name = dataset.name.rsplit("/", 1)[-1]
        self._n_rows = len(dataset)
        if dataset.dtype.names:
            self._columns = {field: (dataset, field) for field in dataset.dtype.names}
        elif dataset.ndim == 1:
            self._columns = {name: (dataset, None)}
        else:
            self._columns = {f"{name}{i + 1}": (dataset, i) for i in range(dataset.shape[1])}

    def _add_members(self, group, members):
        lengths = {len(dataset) if dataset.ndim else -1 for dataset in members.values()}
        if len(lengths) > 1:
            raise PymvaError(f"the data sets {quote(members)} of the group “{group.name}” are of"
                             " different lengths; choose one with the option “tree”", "value")
        self._n_rows = lengths.pop()
        for name, dataset in members.items():
            if dataset.ndim == 1:
                self._columns[name] = (dataset, None)
            else:
                self._columns.update({f"{name}{i + 1}": (dataset, i)
                                      for i in range(dataset.shape[1])})

    def names(self):
        return list(self._columns)

    def n_rows(self):
        return self._n_rows

    def read(self, name):
        dataset, part = self._columns[name]
        with reading():
            if isinstance(part, str):
                values = dataset.fields(part)[:]
            else:
                values = dataset[:] if part is None else dataset[:, part]
        return _as_column(values, name)

    def blocks(self, names, n_rows):
        """A data set of several columns is read once for all of them."""
        for first in range(0, self._n_rows, n_rows):
            rows = {}
            block = []
            for name in names:
                dataset, part = self._columns[name]
                with reading():
                    if dataset.name not in rows:
                        rows[dataset.name] = dataset[first:first + n_rows]
                    values = rows[dataset.name]
                if part is not None:
                    values = values[part] if isinstance(part, str) else values[:, part]
                block.append(_as_column(values, name))
            yield block

    def close(self):
        super().close()
        self._file.close()


def _as_column(values, name):
    if values.dtype.kind in "OSU":
        return as_texts(values)
    return as_numbers(np.ascontiguousarray(values), name)


def _is_table(item):
    return isinstance(item, h5py.Dataset) and 0 < item.ndim <= 2


def _find(file, name):
    """The data set or group of that name, or the only one that can be a table."""
    if name is not None:
        if name not in file:
            raise PymvaError(f"there is no data set or group “{name}”; there is"
                             f" {quote(file) or 'nothing'}", "data")
        found = file[name]
        if not (_is_table(found) or isinstance(found, h5py.Group)
                and any(_is_table(found[key]) for key in found)):
            raise PymvaError(f"“{name}” is neither a data set of one or two dimensions nor a group"
                             " of such", "data")
        return found

    if file and all(_is_table(item) and item.ndim == 1 for item in file.values()):
        return file if len(file) > 1 else next(iter(file.values()))
    tables = [key for key, item in file.items()
              if _is_table(item) or isinstance(item, h5py.Group)]
    if len(tables) == 1:
        found = file[tables[0]]
        return found if isinstance(found, h5py.Dataset) else _find_in_group(found)
    raise PymvaError(f"there are {len(tables)} tables in the file, {quote(tables)}; choose one with"
                     " the option “tree”" if tables else "there is no table in the file",
                     "value" if tables else "data")


def _find_in_group(group):
    if any(isinstance(item, h5py.Dataset) for item in group.values()):
        return group
    return _find(group, None)


def open_table(source, name):
    with reading():
        file = h5py.File(io.BytesIO(source) if isinstance(source, bytes) else source, "r")
    try:
        return Hdf5Reader(file, name)
    except BaseException:
        file.close()
        raise
