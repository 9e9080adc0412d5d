// SPDX-License-Identifier: LGPL-2.1-or-later

// A PyTorch network without a line of Python: torch-network.js [DATA] learns a function of two
// variables from a ROOT file, prints each epoch while it trains, and says how far off it is.

imports.gi.versions.Pymva = '1.0';
const {Gio, Pymva} = imports.gi;

const data = ARGV[0] ?? 'examples/data/tmva_reg_example.root';

const table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), null, null);
const dataset = Pymva.Dataset.new(Pymva.AnalysisType.REGRESSION);
dataset.add_variable('var1');
dataset.add_variable('var2');
dataset.add_target('fvalue');
dataset.add_events(table, 1);

const network = new Pymva.Torch({hidden_layers: '64,64', epochs: 10, seed: 1});
network.connect('iteration', (_network, index, metrics) => {
    const {training_loss: trainingLoss} = metrics.recursiveUnpack();
    print(`epoch ${index + 1}: training loss ${trainingLoss.toFixed(4)}`);
});
network.train(dataset, null);

const predictions = network.predict(dataset.get_inputs(Pymva.Part.TEST), null).to_doubles();
const targets = dataset.get_targets(Pymva.Part.TEST).to_doubles();
const sum = targets.reduce((total, target, i) => total + (predictions[i] - target) ** 2, 0);
print(`root mean square error: ${Math.sqrt(sum / targets.length).toFixed(1)}`);
