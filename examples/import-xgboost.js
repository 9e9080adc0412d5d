// SPDX-License-Identifier: LGPL-2.1-or-later

// A model that XGBoost has saved, in a program that has neither XGBoost nor Python:
// import-xgboost.js [MODEL [DATA]] scores the events of a CSV file with it.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

const modelPath = ARGV[0] ?? 'examples/data/xgboost.ubj';
const dataPath = ARGV[1] ?? 'examples/data/multiclass_example.csv';

// The class that XGBoost calls 1 is the signal.
const options = new GLib.Variant('a{sv}', {
    classes: new GLib.Variant('as', ['Signal', 'background']),
});
const model = Pymva.Model.import(Gio.File.new_for_commandline_arg(modelPath), options, null);
print(`${model.title}: ${model.list_variables().join(', ')} -> ${model.list_classes()[0]}`);

const events = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(dataPath), null, null);
const responses = model.predict_table(events).to_doubles();
const signals = responses.filter(response => response > 0.5);
print(`${signals.length} of ${responses.length} events are like the signal`);
print(`the first event: ${responses[0].toFixed(4)}`);

const [, maps] = GLib.file_get_contents('/proc/self/maps');
const loaded = new TextDecoder().decode(maps).includes('libpython');
print(`engine ${model.engine}, Python is ${loaded ? 'loaded' : 'not loaded'}`);
