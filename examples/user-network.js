// SPDX-License-Identifier: LGPL-2.1-or-later

// A network of one's own: user-network.js [DATA] trains a PyTorch model that is written in Python,
// on the signal and background trees of a ROOT file; all that the code leaves out is the library's.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

const userCode = `
import torch

def model(n_inputs, n_outputs):
    return torch.nn.Sequential(
        torch.nn.Linear(n_inputs, 32), torch.nn.Tanh(),
        torch.nn.Linear(32, 32), torch.nn.Tanh(),
        torch.nn.Linear(32, n_outputs))

def optimizer(parameters):
    return torch.optim.RMSprop(parameters, lr=0.003)
`;

const file = Gio.File.new_for_commandline_arg(
    ARGV[0] ?? 'examples/data/tmva_class_example.root');

function loadTree(tree) {
    const options = new GLib.Variant('a{sv}', {tree: new GLib.Variant('s', tree)});
    return Pymva.Table.new_from_file(file, options, null);
}

const dataset = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION);
for (const variable of ['sum := var1 + var2', 'difference := var1 - var2', 'var3', 'var4'])
    dataset.add_variable(variable);
dataset.add_class('signal', loadTree('TreeS'), 1);
dataset.add_class('background', loadTree('TreeB'), 1);

const network = new Pymva.Torch({user_code: userCode, epochs: 10, seed: 1});
network.train(dataset, null);

const responses = network.predict(dataset.get_inputs(Pymva.Part.TEST), null);
const evaluation = Pymva.Evaluation.new(responses, dataset.get_labels(Pymva.Part.TEST), null);
print(`AUC: ${evaluation.get_auc().toFixed(2)}`);

// A mistake in the code comes back with its file and line.
network.user_code = 'def model():\n    return undefined_name\n';
try {
    network.train(dataset, null);
} catch (error) {
    const [line] = error.message.split('\n');
    print(`${Pymva.error_dup_exception_type(error)}, as it should: ${line}`);
}
