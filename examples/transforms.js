// SPDX-License-Identifier: LGPL-2.1-or-later

// Transformed variables: transforms.js [DATA] trains forests on several transformations of a CSV
// file whose column "class" names each event's class, and looks at what a transformation does.

imports.gi.versions.Pymva = '1.0';
const {Gio, Pymva} = imports.gi;

const data = ARGV[0] ?? 'examples/data/multiclass_example.csv';

const table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), null, null);
const dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS);
dataset.add_labelled(table, 'class');
for (const variable of ['var1', 'var2', 'var3', 'var4'])
    dataset.add_variable(variable);

// By itself: decorrelated, then each column between -1 and 1; and back again.
const transform = Pymva.Transform.new('D,N');
transform.fit(dataset, null);
const event = Pymva.Tensor.new_from_doubles([0.5, -1, 2, 0.25], 4);
const columns = transform.apply(event);
const values = columns.to_doubles();
transform.list_columns().forEach((title, i) => print(`${title}: ${values[i].toFixed(4)}`));
const back = transform.invert(columns).to_doubles();
print(`back again: ${back.map(value => value.toFixed(4)).join(' ')}`);

// In front of a method, which then trains on it, and in its model, which takes plain variables.
const inputs = dataset.get_inputs(Pymva.Part.TEST);
const labels = dataset.get_labels(Pymva.Part.TEST);
for (const transforms of ['I', 'G', 'D,G', 'P_Signal']) {
    const forest = new Pymva.RandomForest({transforms, n_estimators: 20, seed: 1});
    forest.train(dataset, null);
    const responses = forest.get_model().predict(inputs);
    const auc = Pymva.Evaluation.new(responses, labels, null).get_auc();
    print(`${transforms}: mean AUC ${auc.toFixed(2)}`);
}
