# SPDX-License-Identifier: LGPL-2.1-or-later

"""A PyTorch network without a line of torch.

torch-network.py [DATA] learns a function of two variables from a ROOT file, prints each epoch
while it trains, and says how far off it is.
"""

import sys

import gi
import numpy

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, Pymva

data = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/tmva_reg_example.root'

table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), None, None)
dataset = Pymva.Dataset.new(Pymva.AnalysisType.REGRESSION)
dataset.add_variable('var1')
dataset.add_variable('var2')
dataset.add_target('fvalue')
dataset.add_events(table, 1)


def print_epoch(_network, index, metrics):
    print(f'epoch {index + 1}: training loss {metrics["training_loss"]:.4f}')


network = Pymva.Torch(hidden_layers='64,64', epochs=10, seed=1)
network.connect('iteration', print_epoch)
network.train(dataset, None)

predictions = numpy.asarray(network.predict(dataset.get_inputs(Pymva.Part.TEST), None))
targets = numpy.asarray(dataset.get_targets(Pymva.Part.TEST))
print(f'root mean square error: {numpy.sqrt(((predictions - targets) ** 2).mean()):.1f}')
