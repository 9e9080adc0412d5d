# SPDX-License-Identifier: LGPL-2.1-or-later

"""A training in the background that the user stops.

The main loop runs on, the signals arrive in it, and the method can be trained again.
"""

import sys

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva

data = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/multiclass_example.csv'

table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), None, None)
dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS)
dataset.add_labelled(table, 'class')
for variable in ('var1', 'var2', 'var3', 'var4'):
    dataset.add_variable(variable)

loop = GLib.MainLoop()
cancellable = Gio.Cancellable()


def on_iteration(_network, index, _metrics):
    if index == 2:
        print('three epochs are enough')
        cancellable.cancel()


def on_trained(network, result):
    try:
        network.train_finish(result)
    except GLib.Error as error:
        if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED):
            print('cancelled')
    loop.quit()


network = Pymva.Torch(epochs=100000)
handler = network.connect('iteration', on_iteration)
network.train_async(dataset, cancellable, on_trained)
loop.run()

network.disconnect(handler)
network.props.epochs = 2
network.train(dataset, None)
print('trained with two epochs')
