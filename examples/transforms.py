# SPDX-License-Identifier: LGPL-2.1-or-later

"""Transformed variables: transforms.py [DATA] trains forests on several transformations of a CSV
file whose column "class" names each event's class, and looks at what a transformation does."""

import sys

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, Pymva

data = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/multiclass_example.csv'

table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), None, None)
dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS)
dataset.add_labelled(table, 'class')
for variable in ('var1', 'var2', 'var3', 'var4'):
    dataset.add_variable(variable)

# By itself: decorrelated, then each column between -1 and 1; and back again.
transform = Pymva.Transform.new('D,N')
transform.fit(dataset, None)
event = Pymva.Tensor.new_from_doubles([0.5, -1, 2, 0.25], 4)
columns = transform.apply(event)
for title, value in zip(transform.list_columns(), columns.to_doubles()):
    print(f'{title}: {value:.4f}')
print('back again:', *(f'{value:.4f}' for value in transform.invert(columns).to_doubles()))

# In front of a method, which then trains on it, and in its model, which takes plain variables.
inputs = dataset.get_inputs(Pymva.Part.TEST)
labels = dataset.get_labels(Pymva.Part.TEST)
for transforms in ('I', 'G', 'D,G', 'P_Signal'):
    forest = Pymva.RandomForest(transforms=transforms, n_estimators=20, seed=1)
    forest.train(dataset, None)
    responses = forest.get_model().predict(inputs)
    auc = Pymva.Evaluation.new(responses, labels, None).get_auc()
    print(f'{transforms}: mean AUC {auc:.2f}')
