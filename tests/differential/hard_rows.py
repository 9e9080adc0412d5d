# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rows that a model is asked: events, and what lies on its thresholds and at the ends of what
floating-point numbers can be."""

import json
import zipfile

import numpy as np

from library import bridge

# How many thresholds of a model are tried; each gives several rows.
MOST_THRESHOLDS = 60
N_PLAIN = 100

SPECIAL = {
    np.float32: [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, -1e-45, 1.1754942e-38, 1e-35, -1e-35,
                 1.1e-35, 3.4028235e38, -3.4028235e38],
    # 1e-35 as float32 and as float64 differ; 1e-50 and 1e300 are no float32 numbers at all.
    np.float64: [np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, -5e-324, 1e-50, 1e-45, 1e-35, -1e-35,
                 float(np.nextafter(1e-35, 1)), 3.4028235677973366e38, 1e300, -1e300, 0.1],
}


def read_tables(path):
    """The stages of a model file, and its tables by name."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read('manifest.json'))
        tables = bridge('tensor_file').read(archive.read('native/tables.safetensors'))
    return manifest['stages'], tables


def sees_variables(stages, number):
    """Whether a stage gets the variables, or has them from one that only numbers categories."""
    sources = stages[number].get('inputs', [stages[number].get('input', number - 1)])
    if len(sources) != 1:
        return False
    source = sources[0]
    return source == -1 or (stages[source]['kind'] == 'encode' and sees_variables(stages, source))


def find_thresholds(path):
    """The columns and the thresholds of all splits that compare a variable itself, and the
    categories that variables have."""
    stages, tables = read_tables(path)
    columns = [np.empty(0, np.int64)]
    thresholds = [np.empty(0)]
    for number, stage in enumerate(stages):
        if not sees_variables(stages, number):
            continue
        if stage['kind'] == 'encode':
            counts = tables[stage['counts']]
            columns.append(np.repeat(np.arange(len(counts)), counts))
            thresholds.append(tables[stage['categories']])
        elif stage['kind'] == 'forest':
            is_split = tables[stage['children']] >= 0
            columns.append(tables[stage['features']][is_split])
            thresholds.append(tables[stage['thresholds']][is_split].astype(float))
    return np.concatenate(columns), np.concatenate(thresholds)


def neighbours(thresholds, dtype):
    """The numbers of a type around each threshold: the nearest, and two steps to each side. Of
    float64 also the borders to the float32 numbers beside it."""
    with np.errstate(over='ignore'):
        nearest = thresholds.astype(dtype)
    found = [nearest]
    for direction in (dtype(-np.inf), dtype(np.inf)):
        beside = np.nextafter(nearest, direction)
        found += [beside, np.nextafter(beside, direction)]
    if dtype is np.float64:
        as_float = thresholds.astype(np.float32)
        for direction in (np.float32(-np.inf), np.float32(np.inf)):
            beside = np.nextafter(as_float, direction).astype(np.float64)
            middle = (as_float.astype(np.float64) + beside) / 2
            found += [beside, middle, np.nextafter(middle, -np.inf), np.nextafter(middle, np.inf)]
    return found


def near_thresholds(columns, thresholds, inputs, random, dtype):
    """Rows with one number on a threshold or beside it."""
    chosen = random.permutation(len(columns))[:MOST_THRESHOLDS]
    parts = []
    for values in neighbours(thresholds[chosen], dtype):
        rows = inputs[random.integers(0, len(inputs), len(chosen))].astype(dtype)
        rows[np.arange(len(chosen)), columns[chosen]] = values
        parts.append(rows)
    return parts


def with_special_numbers(inputs, random, dtype):
    """Rows with one special number in each column, and rows of nothing else."""
    parts = []
    for value in SPECIAL[dtype]:
        rows = inputs[random.integers(0, len(inputs), inputs.shape[1] + 1)].astype(dtype)
        np.fill_diagonal(rows, value)
        rows[-1] = value
        parts.append(rows)
    return parts


def make(path, inputs, seed, dtype):
    """The rows to ask of a model file, which was trained with these inputs."""
    random = np.random.default_rng(seed)
    columns, thresholds = find_thresholds(path)
    plain = inputs[random.integers(0, len(inputs), N_PLAIN)].astype(dtype)
    if dtype is np.float64:
        # Numbers that float32 has not.
        plain = plain * (1 + random.normal(size=plain.shape) * 1e-9)
    parts = [plain, *near_thresholds(columns, thresholds, inputs, random, dtype),
             *with_special_numbers(inputs, random, dtype)]
    return np.ascontiguousarray(np.concatenate(parts))
