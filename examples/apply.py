# SPDX-License-Identifier: LGPL-2.1-or-later

"""A trained model, applied by the native engine.

apply.py [MODEL [DATA]] scores the events of a CSV file with what the forest example has saved.
"""

import sys

import gi
import numpy

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, Pymva

model_path = sys.argv[1] if len(sys.argv) > 1 else 'forest.pymva'
data_path = sys.argv[2] if len(sys.argv) > 2 else 'examples/data/multiclass_example.csv'

model = Pymva.Model.load(Gio.File.new_for_commandline_arg(model_path), None)
events = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data_path), None, None)

# All events at once: the variables are computed from the table's columns.
responses = numpy.asarray(model.predict_table(events))
classes = model.list_classes()
for name, count in zip(classes, numpy.bincount(responses.argmax(axis=1))):
    print(f'{name}: {count} events')

# One event.
response = model.predict_event([0.2, 0.3, 0.5, 0.9])
print('the event is', classes[numpy.argmax(response)])

print('engine', model.get_engine())
