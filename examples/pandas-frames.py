# SPDX-License-Identifier: LGPL-2.1-or-later

"""Events of a pandas frame and of a Parquet file as tables of the library.

pandas-frames.py [DATA [PARQUET]] adds a column to the frame of a CSV file, saves it as Parquet, and
reads back the rows that pass a cut.
"""

import sys

# The folder of this file has a module of the name of the package.
sys.path = [path for path in sys.path if path != sys.path[0]]

import gi
import pandas

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva

data = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/multiclass_example.csv'
output = sys.argv[2] if len(sys.argv) > 2 else 'events.parquet'

frame = pandas.read_csv(data)
frame['r'] = (frame['var1'] ** 2 + frame['var2'] ** 2) ** 0.5
frame.to_parquet(output)
print(f'{len(frame)} events in the frame')

# A file is read as far as it is needed.
options = GLib.Variant('a{sv}', {
    'columns': GLib.Variant('as', ['class', 'var1', 'var2', 'var3', 'var4']),
    'cut': GLib.Variant('s', 'r < 1.5'),
})
table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(output), options, None)
print(f'{len(table)} events with r < 1.5')

# The frame itself is a table too; its columns are shared, not copied.
assert len(Pymva.Table.from_pandas(frame[frame['r'] < 1.5])) == len(table)

dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS)
dataset.add_labelled(table, 'class')
for variable in ('var1', 'var2', 'var3', 'var4'):
    dataset.add_variable(variable)
dataset.test_fraction = 0
report = Pymva.DatasetReport.new(dataset, Pymva.Part.TRAINING)
for name in report.list_classes():
    print(f'{name}: {report.get_n_events(name)} events')
print(f'the best variable is {report.list_ranked()[0]}')
