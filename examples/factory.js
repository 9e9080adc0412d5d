// SPDX-License-Identifier: LGPL-2.1-or-later

// Methods that are compared on the same events: factory.js [DATA] books three on signal and
// background of a ROOT file, one of which cannot be trained.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

const data = ARGV[0] ?? 'examples/data/tmva_class_example.root';
const file = Gio.File.new_for_commandline_arg(data);

const dataset = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION);
for (const [name, tree] of [['Signal', 'TreeS'], ['Background', 'TreeB']]) {
    const options = new GLib.Variant('a{sv}', {tree: new GLib.Variant('s', tree)});
    dataset.add_class(name, Pymva.Table.new_from_file(file, options, null), 1.0);
}
dataset.set_options('SplitMode=Random:NormMode=NumEvents:!V');
for (const variable of ['var1', 'var2', 'var3', 'var4'])
    dataset.add_variable(variable);

const factory = Pymva.Factory.new('example', dataset);
factory.connect('method-trained', (_factory, method) => print(`trained: ${method.title}`));
for (const [name, title, words] of [
    ['PyRandomForest', 'small', 'NEstimators=2:MaxDepth=2:RandomState=1'],
    ['PyRandomForest', 'broken', 'NEstimators=0'],
    ['random-forest', 'large', 'n-estimators=60:min-samples-leaf=5:seed=1'],
]) {
    const method = Pymva.Method.create_for_name(name, title);
    method.set_options(words);
    factory.book(method);
}

// One that fails does not keep the others from being trained.
try {
    factory.train_all(null);
} catch (error) {
    print(`failed: ${error.message}`);
}
factory.evaluate_all(null);

const large = factory.get_evaluation('large', Pymva.Part.TEST);
const small = factory.get_evaluation('small', Pymva.Part.TEST);
const [lower, upper] = large.get_auc_interval(0.95);
print(`ROC integral of large: ${large.auc.toFixed(2)}, between ${lower.toFixed(2)} and ` +
    `${upper.toFixed(2)}`);
const [difference, _z, pValue] = large.compare_auc(small);
print(`it is better than small by ${difference.toFixed(2)}, which is ` +
    `${pValue < 0.001 ? 'no chance' : 'perhaps chance'}`);
const [cut, significance] = large.get_best_cut(100, 1000);
print(`S/sqrt(S+B) is ${significance.toFixed(1)} where the response is above ${cut.toFixed(1)}`);
print(factory.format_tables().trimEnd());
