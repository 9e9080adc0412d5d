// SPDX-License-Identifier: LGPL-2.1-or-later
// Exported models through the typelib; model-export.py has the same cases.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertIn, assertPymvaError, main, newFile, newModel} from './harness.js';

// Calls back with the two files, and removes them.
async function withTarget(callback) {
    const source = newFile('export-XXXXXX.c');
    const header = Gio.File.new_for_path(`${source.get_path().slice(0, -1)}h`);
    await callback(source, header);
    source.delete(null);
    header.delete(null);
}

function read(file) {
    return new TextDecoder().decode(file.load_contents(null)[1]);
}

main({
    async test_async() {
        await withTarget(async (source, header) => {
            assertEqual(await newModel().export_async(source, 'c', null, null), true);
            assertIn('_N_VARIABLES 2\n', read(header));
        });
    },

    async test_export() {
        await withTarget((source, header) => {
            assertEqual(newModel().export(source, null, null, null), true);
            assertIn('{ 1, 1, 0.5, ', read(source));
            assertIn('_predict (const float *variables, float *outputs);', read(header));
        });
    },

    async test_options() {
        await withTarget((source, header) => {
            const model = newModel();
            model.export(source, 'c',
                new GLib.Variant('a{sv}', {'name': new GLib.Variant('s', 'steps')}), null);
            assertIn('void steps_predict (', read(header));
            assertPymvaError(Pymva.Error.VALUE, () => model.export(source, 'c++', null, null));
            const wrong = new GLib.Variant('a{sv}', {'name': new GLib.Variant('s', 'a b')});
            assertPymvaError(Pymva.Error.VALUE, () => model.export(source, null, wrong, null));
        });
    },
});
