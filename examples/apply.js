// SPDX-License-Identifier: LGPL-2.1-or-later

// A trained model in a program that has no Python: apply.js [MODEL [DATA]] scores the events of a
// CSV file with what the forest example has saved.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

const modelPath = ARGV[0] ?? 'forest.pymva';
const dataPath = ARGV[1] ?? 'examples/data/multiclass_example.csv';

const model = Pymva.Model.load(Gio.File.new_for_commandline_arg(modelPath), null);
const events = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(dataPath), null, null);

const largest = responses => responses.indexOf(Math.max(...responses));

// All events at once: the variables are computed from the table's columns.
const responses = model.predict_table(events).to_doubles();
const classes = model.list_classes();
const counts = classes.map(() => 0);
for (let i = 0; i < responses.length; i += classes.length)
    counts[largest(responses.slice(i, i + classes.length))]++;
classes.forEach((name, i) => print(`${name}: ${counts[i]} events`));

// One event.
const response = model.predict_event([0.2, 0.3, 0.5, 0.9]);
print(`the event is ${classes[largest(response)]}`);

const [, maps] = GLib.file_get_contents('/proc/self/maps');
const loaded = new TextDecoder().decode(maps).includes('libpython');
print(`engine ${model.engine}, Python is ${loaded ? 'loaded' : 'not loaded'}`);
