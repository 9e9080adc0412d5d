// SPDX-License-Identifier: LGPL-2.1-or-later

// A random forest that tells four classes apart: forest.js [DATA [MODEL]] trains it on a CSV file
// whose column "class" names each event's class, and saves the model.

imports.gi.versions.Pymva = '1.0';
const {Gio, Pymva} = imports.gi;

const data = ARGV[0] ?? 'examples/data/multiclass_example.csv';
const output = ARGV[1] ?? 'forest.pymva';

const table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), null, null);
const dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS);
dataset.add_labelled(table, 'class');
for (const variable of ['var1', 'var2', 'var3', 'var4'])
    dataset.add_variable(variable);

const forest = new Pymva.RandomForest({n_estimators: 50, seed: 1});
forest.connect('progress', (_forest, fraction) => {
    if (fraction >= 1)
        print('trained');
});
forest.train(dataset, null);
const importance = forest.get_importance().to_doubles();
dataset.list_variables().forEach((variable, i) => {
    print(`importance of ${variable}: ${importance[i].toFixed(2)}`);
});

// How good it is, on events that it has not seen.
const responses = forest.predict(dataset.get_inputs(Pymva.Part.TEST), null);
const evaluation = Pymva.Evaluation.new(responses, dataset.get_labels(Pymva.Part.TEST), null);
print(`mean AUC, one class against the rest: ${evaluation.get_auc().toFixed(2)}`);

forest.save(Gio.File.new_for_commandline_arg(output), null);
