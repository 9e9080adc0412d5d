# SPDX-License-Identifier: LGPL-2.1-or-later

"""A network of one's own.

user-network.py [DATA] trains a PyTorch model that is written in Python, on the signal and
background trees of a ROOT file; all that the code leaves out is the library's.
"""

import sys

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva

USER_CODE = '''
import torch

def model(n_inputs, n_outputs):
    return torch.nn.Sequential(
        torch.nn.Linear(n_inputs, 32), torch.nn.Tanh(),
        torch.nn.Linear(32, 32), torch.nn.Tanh(),
        torch.nn.Linear(32, n_outputs))

def optimizer(parameters):
    return torch.optim.RMSprop(parameters, lr=0.003)
'''

data = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/tmva_class_example.root'
file = Gio.File.new_for_commandline_arg(data)


def load_tree(tree):
    options = GLib.Variant('a{sv}', {'tree': GLib.Variant('s', tree)})
    return Pymva.Table.new_from_file(file, options, None)


dataset = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION)
for variable in ('sum := var1 + var2', 'difference := var1 - var2', 'var3', 'var4'):
    dataset.add_variable(variable)
dataset.add_class('signal', load_tree('TreeS'), 1)
dataset.add_class('background', load_tree('TreeB'), 1)

network = Pymva.Torch(user_code=USER_CODE, epochs=10, seed=1)
network.train(dataset, None)

responses = network.predict(dataset.get_inputs(Pymva.Part.TEST), None)
evaluation = Pymva.Evaluation.new(responses, dataset.get_labels(Pymva.Part.TEST), None)
print(f'AUC: {evaluation.get_auc():.2f}')

# A mistake in the code comes back with its file and line.
network.props.user_code = 'def model():\n    return undefined_name\n'
try:
    network.train(dataset, None)
except GLib.Error as error:
    line = error.message.splitlines()[0]
    print(f'{Pymva.error_dup_exception_type(error)}, as it should: {line}')
