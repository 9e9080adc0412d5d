#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares imported weight files of TMVA with what TMVA answered.

    meson devenv -C build ../tests/interop/check-tmva-files.py FOLDER...

Each folder, or each one in it, has a "weights.xml" and

    expected.csv       a header, then the variables of an event and TMVA's answers, in each row: the
                       columns whose names begin with "mva"
    expected_cuts.csv  the same for events on the cuts of trees; may be missing
    reader.csv         answers of TMVA::Reader for the rows of expected.csv, where these come from
                       the C++ class that TMVA generates, which rounds its numbers; may be missing

Answers for TMVA's Cuts are at the signal efficiency in the name of their column, "mva_effS0.7". A
folder fails where an answer is further away than 1e-6 of the range of the Reader's answers, or 1e-5
where these may be the class's.
"""

import csv
import sys
from pathlib import Path

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva  # noqa: E402


def read_rows(path):
    """The names of the answers, the inputs and the answers of a file."""
    with open(path, newline='') as lines:
        names, *rows = csv.reader(lines)
    n_inputs = sum(not name.startswith('mva') for name in names)
    numbers = [[float(text) for text in row] for row in rows]
    return (names[n_inputs:], [row[:n_inputs] for row in numbers],
            [row[n_inputs:] for row in numbers])


def import_models(path, names):
    """A model for each group of answers: one for all, or one for each efficiency of the signal."""
    file = Gio.File.new_for_path(str(path))
    if not names[0].startswith('mva_effS'):
        return [Pymva.Model.import_(file, None, None)]
    return [Pymva.Model.import_(file, GLib.Variant('a{sv}', {
        'signal-efficiency': GLib.Variant('d', float(name.removeprefix('mva_effS')))}), None)
            for name in names]


def predict(models, inputs):
    # Files have the shortest decimals of float32 numbers.
    flat = [number for row in inputs for number in row]
    tensor = Pymva.Tensor.new_from_doubles(flat, len(inputs[0])).cast(Pymva.DType.FLOAT32)
    columns = []
    for model in models:
        answers = model.predict(tensor).to_doubles()
        n_outputs = len(answers) // len(inputs)
        columns += [answers[i::n_outputs] for i in range(n_outputs)]
    return [list(row) for row in zip(*columns)]


def compare(found, expected):
    """The largest distance, and the range of what is expected."""
    values = [value for row in expected for value in row]
    worst = max(abs(a - b) for x, y in zip(found, expected) for a, b in zip(x, y))
    return worst, max(values) - min(values)


def check(folder):
    names, inputs, expected = read_rows(folder / 'expected.csv')
    models = import_models(folder / 'weights.xml', names)
    found = predict(models, inputs)
    reader = folder / 'reader.csv'
    passed = True
    tolerance = 1e-5
    if reader.exists():
        class_worst, _ = compare(found, expected)
        expected = read_rows(reader)[2]
        tolerance = 1e-6
        print(f'{folder.name:32} the generated class {class_worst:.1e}')
    worst, width = compare(found, expected)
    passed &= worst <= tolerance * max(width, 1e-30)
    line = f'{folder.name:32} {len(inputs)} rows: {worst:.1e}, {worst / width:.1e} of the range'
    cuts = folder / 'expected_cuts.csv'
    if cuts.exists():
        _, inputs, expected = read_rows(cuts)
        worst, _ = compare(predict(models, inputs), expected)
        passed &= worst <= 1e-6 * width
        line += f'; {len(inputs)} rows on cuts: {worst:.1e}'
    print(line if passed else f'{line}: FAILED')
    return passed


def main():
    folders = [path.parent for argument in sys.argv[1:]
               for path in sorted(Path(argument).rglob('weights.xml'))]
    if not folders:
        sys.exit(__doc__)
    n_failed = 0
    for folder in folders:
        if not (folder / 'expected.csv').exists():
            print(f'{folder.name:32} has no expected.csv')
            continue
        try:
            n_failed += not check(folder)
        except GLib.Error as error:
            print(f'{folder.name:32} {error.message}')
            n_failed += 1
    sys.exit(f'{n_failed} of {len(folders)} folders failed' if n_failed else 0)


if __name__ == '__main__':
    main()
