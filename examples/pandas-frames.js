// SPDX-License-Identifier: LGPL-2.1-or-later

// Events of a pandas frame and of a Parquet file as tables of the library: pandas-frames.js [DATA
// [PARQUET]] adds a column to the frame of a CSV file, saves it as Parquet, and reads back the rows
// that pass a cut.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

const data = ARGV[0] ?? 'examples/data/multiclass_example.csv';
const output = ARGV[1] ?? 'events.parquet';

const names = Pymva.Object.new_from_variant(new GLib.Variant('a{sv}', {
    data: GLib.Variant.new_string(data),
    output: GLib.Variant.new_string(output),
}));
const frame = Pymva.Interpreter.get_default().run(`
import pandas
frame = pandas.read_csv(data)
frame['r'] = (frame['var1'] ** 2 + frame['var2'] ** 2) ** 0.5
frame.to_parquet(output)
`, names, 'frame.py').get_item(Pymva.Object.new_from_variant(GLib.Variant.new_string('frame')));
print(`${frame.get_length()} events in the frame`);

// A file is read as far as it is needed.
const options = new GLib.Variant('a{sv}', {
    columns: GLib.Variant.new_strv(['class', 'var1', 'var2', 'var3', 'var4']),
    cut: GLib.Variant.new_string('r < 1.5'),
});
const table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(output), options, null);
print(`${table.get_n_rows()} events with r < 1.5`);

const dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS);
dataset.add_labelled(table, 'class');
for (const variable of ['var1', 'var2', 'var3', 'var4'])
    dataset.add_variable(variable);
dataset.test_fraction = 0;
const report = Pymva.DatasetReport.new(dataset, Pymva.Part.TRAINING);
for (const name of report.list_classes())
    print(`${name}: ${report.get_n_events(name)} events`);
print(`the best variable is ${report.list_ranked()[0]}`);
