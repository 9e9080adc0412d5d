# SPDX-License-Identifier: LGPL-2.1-or-later

"""A random forest that tells four classes apart.

forest.py [DATA [MODEL]] trains it on a CSV file whose column "class" names each event's class, and
saves the model.
"""

import sys

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, Pymva

data = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/multiclass_example.csv'
output = sys.argv[2] if len(sys.argv) > 2 else 'forest.pymva'

table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), None, None)
dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS)
dataset.add_labelled(table, 'class')
for variable in ('var1', 'var2', 'var3', 'var4'):
    dataset.add_variable(variable)

forest = Pymva.RandomForest(n_estimators=50, seed=1)
forest.connect('progress', lambda _forest, fraction: fraction >= 1 and print('trained'))
forest.train(dataset, None)
for variable, importance in zip(dataset.list_variables(), forest.get_importance().to_doubles()):
    print(f'importance of {variable}: {importance:.2f}')

# How good it is, on events that it has not seen.
responses = forest.predict(dataset.get_inputs(Pymva.Part.TEST), None)
evaluation = Pymva.Evaluation.new(responses, dataset.get_labels(Pymva.Part.TEST), None)
print(f'mean AUC, one class against the rest: {evaluation.get_auc():.2f}')

forest.save(Gio.File.new_for_commandline_arg(output), None)
