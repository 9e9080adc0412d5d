// SPDX-License-Identifier: LGPL-2.1-or-later

// One model of what a cross-validation has trained: cross-validation.js [DATA [MODEL]] trains three
// forests on a ROOT file, each without a third of the events, and saves a model in which every
// event is answered by the forest that has not seen it.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

const N_FOLDS = 3;
// The number of an event's fold, from digits that say nothing of what is learnt.
const FOLD = 'int (fabs (var1) * 1e4) % 3';

const data = ARGV[0] ?? 'examples/data/tmva_reg_example.root';
const output = ARGV[1] ?? 'folds.pymva';

const events = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), null, null);
const dataset = new Pymva.Dataset({
    analysis_type: Pymva.AnalysisType.REGRESSION, test_fraction: 0,
});
dataset.add_events(events, 1);
dataset.add_variable('var1');
dataset.add_variable('var2');
dataset.add_target('fvalue');

const members = [];
for (let fold = 0; fold < N_FOLDS; fold++) {
    dataset.set_cut(null, `${FOLD} != ${fold}`);
    const forest = new Pymva.RandomForest({n_estimators: 10, max_depth: 10, seed: 1});
    forest.train(dataset, null);
    members.push(forest.get_model());
}

const ensemble = Pymva.Model.new_ensemble(members, new GLib.Variant('a{sv}', {
    fold: new GLib.Variant('s', FOLD),
    title: new GLib.Variant('s', 'Three folds'),
}));
ensemble.save(Gio.File.new_for_commandline_arg(output), null);

// Events of no fold, whose FOLD is another number, would be answered by all three together.
const answers = ensemble.predict_table(events).to_doubles();
print(`${ensemble.title}: ${answers[0].toFixed(1)} for the first event`);
