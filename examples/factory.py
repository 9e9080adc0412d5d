# SPDX-License-Identifier: LGPL-2.1-or-later

"""Methods that are compared on the same events.

factory.py [DATA] books three on signal and background of a ROOT file, one of which cannot be
trained.
"""

import sys

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva

data = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/tmva_class_example.root'
file = Gio.File.new_for_commandline_arg(data)

dataset = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION)
for name, tree in (('Signal', 'TreeS'), ('Background', 'TreeB')):
    options = GLib.Variant('a{sv}', {'tree': GLib.Variant('s', tree)})
    dataset.add_class(name, Pymva.Table.new_from_file(file, options, None), 1.0)
dataset.set_options('SplitMode=Random:NormMode=NumEvents:!V')
for variable in ('var1', 'var2', 'var3', 'var4'):
    dataset.add_variable(variable)

factory = Pymva.Factory.new('example', dataset)
factory.connect('method-trained', lambda _factory, method: print(f'trained: {method.title}'))
for name, title, words in (
        ('PyRandomForest', 'small', 'NEstimators=2:MaxDepth=2:RandomState=1'),
        ('PyRandomForest', 'broken', 'NEstimators=0'),
        ('random-forest', 'large', 'n-estimators=60:min-samples-leaf=5:seed=1')):
    method = Pymva.Method.create_for_name(name, title)
    method.set_options(words)
    factory.book(method)

# One that fails does not keep the others from being trained.
try:
    factory.train_all(None)
except GLib.Error as error:
    print(f'failed: {error.message}')
factory.evaluate_all(None)

large = factory.get_evaluation('large', Pymva.Part.TEST)
small = factory.get_evaluation('small', Pymva.Part.TEST)
lower, upper = large.get_auc_interval(0.95)
print(f'ROC integral of large: {large.auc:.2f}, between {lower:.2f} and {upper:.2f}')
difference, _z, p_value = large.compare_auc(small)
print(f'it is better than small by {difference:.2f}, which is '
      f'{"no chance" if p_value < 0.001 else "perhaps chance"}')
cut, significance = large.get_best_cut(100, 1000)
print(f'S/sqrt(S+B) is {significance:.1f} where the response is above {cut:.1f}')
print(factory.format_tables(), end='')
