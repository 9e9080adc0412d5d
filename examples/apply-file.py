# SPDX-License-Identifier: LGPL-2.1-or-later

"""A model on a file that may be larger than memory.

apply-file.py [MODEL [DATA [OUTPUT]]] scores the events with what the forest example has saved, and
writes the answers beside a column of the data.
"""

import sys

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva

defaults = ['forest.pymva', 'examples/data/multiclass_example.csv', 'responses.csv']
paths = sys.argv[1:] + defaults[len(sys.argv) - 1:]
model_file, data_file, output_file = map(Gio.File.new_for_commandline_arg, paths)

model = Pymva.Model.load(model_file, None)
events = Pymva.TableStream.new(data_file, GLib.Variant('a{sv}', {
    'cut': GLib.Variant('s', 'var1 > 0')}))
events.set_piece_size(500)
events.add_row_numbers('row', 0)
writer = Pymva.TableWriter.new(output_file, None)


def show_progress():
    print(f'{events.get_fraction():.0%}, {events.get_n_rows()} events', file=sys.stderr)
    return GLib.SOURCE_CONTINUE


# Reads, scores and writes at the same time, on three threads, while the main loop runs.
loop = GLib.MainLoop()
results = []


def finished(_model, result):
    results.append(result)
    loop.quit()


timer = GLib.timeout_add(100, show_progress)
model.predict_stream_async(events, writer, GLib.Variant('a{sv}', {
    'keep': GLib.Variant('as', ['row', 'class']), 'n-threads': GLib.Variant('u', 3)}),
    None, finished)
loop.run()
GLib.source_remove(timer)
report = model.predict_stream_finish(results[0]).unpack()

# The output appears here, complete; before, what had its name would still be there.
writer.close(None)
print(f'{report["n-read"]} events read, {report["n-written"]} written')

written = Pymva.Table.new_from_file(output_file, None, None)
print('columns:', ', '.join(written.list_columns()))
