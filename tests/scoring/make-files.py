#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Trains a small model of each kind, and keeps the files for files/README.md's purpose.

  ./run shell tests/scoring/make-files.py tests/scoring/files/VERSION

Models that are there already stay as they are. “example” is what examples/apply.c is for. Each
NAME.pymva gets a NAME.safetensors, with “inputs” and the “outputs” that the model gave when it was
made.
"""

import json
import random
import struct
import sys
from pathlib import Path

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva

N_EVENTS = 120
SPECIAL = [0.0, -0.0, float('nan'), float('inf'), float('-inf'), 1e-40, -3e38, 1.0]

CLASSES, SEVERAL, REGRESSION = (Pymva.AnalysisType.CLASSIFICATION, Pymva.AnalysisType.MULTICLASS,
                                Pymva.AnalysisType.REGRESSION)

# What is trained: the analysis, the method and its properties.
MODELS = {
    'ada-boost': (CLASSES, 'ada-boost', {'n-estimators': 4}),
    'example': (SEVERAL, 'random-forest', {'n-estimators': 5, 'max-depth': 4}),
    'forest-classes': (SEVERAL, 'random-forest', {'n-estimators': 4, 'max-depth': 3}),
    'forest-regression': (REGRESSION, 'random-forest', {'n-estimators': 4, 'max-depth': 3}),
    'forest-responses': (CLASSES, 'random-forest',
                         {'n-estimators': 4, 'max-depth': 3, 'response-distributions': True}),
    'gradient-boosting': (CLASSES, 'gradient-boosting', {'n-estimators': 4, 'max-depth': 2}),
    'histogram-boosting': (CLASSES, 'sklearn', {
        'estimator': 'sklearn.ensemble.HistGradientBoostingClassifier',
        'estimator-parameters': {'max_iter': GLib.Variant('x', 3)}}),
    'keras': (SEVERAL, 'keras', {'hidden-layers': '4', 'epochs': 2}),
    'lightgbm': (CLASSES, 'lightgbm', {'n-estimators': 3, 'num-leaves': 4}),
    'logistic-regression': (CLASSES, 'sklearn', {
        'estimator': 'sklearn.linear_model.LogisticRegression'}),
    'neighbours': (CLASSES, 'sklearn', {'estimator': 'sklearn.neighbors.KNeighborsClassifier'}),
    'torch': (CLASSES, 'torch', {'hidden-layers': '4,3', 'epochs': 2}),
    'transforms': (REGRESSION, 'torch', {'hidden-layers': '3', 'epochs': 2,
                                         'transforms': 'I+N+D+P+U+G'}),
    'xgboost-classes': (SEVERAL, 'xgboost', {'n-estimators': 2, 'max-depth': 2}),
    'xgboost': (CLASSES, 'xgboost', {'n-estimators': 3, 'max-depth': 2}),
}


def new_table(numbers, shift):
    """Events of three columns and what a regression learns of them."""
    columns = {name: [numbers.gauss(shift, 1) for _ in range(N_EVENTS)] for name in 'abc'}
    columns['t'] = [a + b * c for a, b, c in zip(columns['a'], columns['b'], columns['c'])]
    table = Pymva.Table.new()
    for name, values in columns.items():
        table.add_column(name, Pymva.Tensor.new_from_doubles(values, 0))
    return table


def new_dataset(analysis):
    numbers = random.Random(7)
    dataset = Pymva.Dataset.new(analysis)
    if analysis == REGRESSION:
        dataset.add_events(new_table(numbers, 0), 1)
        dataset.add_target('t')
    else:
        names = ['signal', 'background', 'other'][:3 if analysis == SEVERAL else 2]
        for shift, name in enumerate(names):
            dataset.add_class(name, new_table(numbers, shift), 1)
    for expression in ('a', 'sum := a + b', 'c'):
        dataset.add_variable(expression)
    dataset.set_seed(1)
    return dataset


def new_example():
    """The data set of examples/forest.py."""
    dataset = Pymva.Dataset.new(SEVERAL)
    path = Path(__file__).resolve().parents[2] / 'examples' / 'data' / 'multiclass_example.csv'
    table = Pymva.Table.new_from_file(Gio.File.new_for_path(str(path)), None, None)
    dataset.add_labelled(table, 'class')
    for name in ('var1', 'var2', 'var3', 'var4'):
        dataset.add_variable(name)
    return dataset


def train(dataset, name, properties):
    method = Pymva.Method.create_for_name(name, None)
    for key, value in properties.items():
        if isinstance(value, dict):
            value = GLib.Variant('a{sv}', value)
        method.set_property(key, value)
    method.set_seed(1)
    method.train(dataset, None)
    return method.get_model()


def new_inputs(width):
    numbers = random.Random(8)
    rows = [[numbers.gauss(0.5, 1.5) for _ in range(width)] for _ in range(24)]
    for i, value in enumerate(SPECIAL):
        rows[i][i % width] = value
    return [value for row in rows for value in row]


def write_tensors(path, tensors):
    """Float32 numbers in the format safetensors."""
    header, data = {}, b''
    for name, (values, width) in tensors.items():
        packed = struct.pack(f'<{len(values)}f', *values)
        header[name] = {'dtype': 'F32', 'shape': [len(values) // width, width],
                        'data_offsets': [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    text += b' ' * (-(8 + len(text)) % 64)
    path.write_bytes(struct.pack('<Q', len(text)) + text + data)


def write_expected(model, path):
    width = model.get_n_variables()
    values = new_inputs(width)
    outputs = []
    for i in range(0, len(values), width):
        row = Pymva.Tensor.new_from_doubles(values[i:i + width], width)
        inputs = row.cast(Pymva.DType.FLOAT32)
        outputs += model.predict(inputs).to_doubles()
    write_tensors(path, {'inputs': (values, width), 'outputs': (outputs, model.get_n_outputs())})


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, (analysis, method, properties) in MODELS.items():
        path = folder / f'{name}.pymva'
        if path.exists():
            continue
        dataset = new_example() if name == 'example' else new_dataset(analysis)
        model = train(dataset, method, properties)
        if model.get_engine() != 'python':
            write_expected(model, path.with_suffix('.safetensors'))
        model.save(Gio.File.new_for_path(str(path)), None)
        print(f'{path}: {model.get_engine()}, {path.stat().st_size} bytes')


if __name__ == '__main__':
    main(Path(sys.argv[1]))
