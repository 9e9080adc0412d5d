// SPDX-License-Identifier: LGPL-2.1-or-later

// A model on a file that may be larger than memory: apply-file.js [MODEL [DATA [OUTPUT]]] scores
// the events with what the forest example has saved, and writes the answers beside a column of the
// data. Neither reading nor writing CSV needs Python.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

const defaults = ['forest.pymva', 'examples/data/multiclass_example.csv', 'responses.csv'];
const [modelFile, dataFile, outputFile] =
    defaults.map((path, i) => Gio.File.new_for_commandline_arg(ARGV[i] ?? path));

const model = Pymva.Model.load(modelFile, null);
const events = Pymva.TableStream.new(dataFile, new GLib.Variant('a{sv}', {
    cut: GLib.Variant.new_string('var1 > 0'),
}));
events.set_piece_size(500);
events.add_row_numbers('row', 0);
const writer = Pymva.TableWriter.new(outputFile, null);

function showProgress() {
    const percent = (100 * events.get_fraction()).toFixed(0);
    printerr(`${percent}%, ${events.get_n_rows()} events`);
    return GLib.SOURCE_CONTINUE;
}

// Reads, scores and writes at the same time, on three threads, while the main loop runs.
const loop = new GLib.MainLoop(null, false);
const timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT, 100, showProgress);
let report = null;
model.predict_stream_async(events, writer, new GLib.Variant('a{sv}', {
    keep: new GLib.Variant('as', ['row', 'class']),
    'n-threads': GLib.Variant.new_uint32(3),
}), null, (_model, result) => {
    report = model.predict_stream_finish(result).recursiveUnpack();
    loop.quit();
});
loop.run();
GLib.source_remove(timer);

// The output appears here, complete; before, what had its name would still be there.
writer.close(null);
print(`${report['n-read']} events read, ${report['n-written']} written`);

const written = Pymva.Table.new_from_file(outputFile, null, null);
print(`columns: ${written.list_columns().join(', ')}`);
