# SPDX-License-Identifier: LGPL-2.1-or-later

"""A model that XGBoost has saved, in a program that needs no XGBoost.

import-xgboost.py [MODEL [DATA]] scores the events of a CSV file with it.
"""

import sys

import gi
import numpy

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva

model_path = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/xgboost.ubj'
data_path = sys.argv[2] if len(sys.argv) > 2 else 'examples/data/multiclass_example.csv'

# The class that XGBoost calls 1 is the signal.
options = GLib.Variant('a{sv}', {'classes': GLib.Variant('as', ['Signal', 'background'])})
model = Pymva.Model.import_(Gio.File.new_for_commandline_arg(model_path), options, None)
print(f'{model.title}: {", ".join(model.list_variables())} -> {model.list_classes()[0]}')

events = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data_path), None, None)
responses = numpy.asarray(model.predict_table(events))
print(f'{numpy.sum(responses > 0.5)} of {len(responses)} events are like the signal')
print(f'the first event: {responses[0, 0]:.4f}')

print('engine', model.engine)
