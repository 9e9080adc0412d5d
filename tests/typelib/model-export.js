// SPDX-License-Identifier: LGPL-2.1-or-later
// Exported models through the typelib; model-export.py has the same cases.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertIn, assertPymvaError, main} from './harness.js';

// One split at 0.5 of the second feature, with -1 to the left and 2 to the right.
const LIGHTGBM = `tree
num_tree_per_iteration=1
max_feature_idx=1
objective=regression
feature_names=a b

Tree=0
num_leaves=2
num_cat=0
split_feature=1
threshold=0.5
decision_type=2
left_child=-1
right_child=-2
leaf_value=-1 2

end of trees
`;

function newFile(name) {
    const [file, stream] = Gio.File.new_tmp(name);
    stream.close(null);
    return file;
}

function newModel() {
    const file = newFile('export-XXXXXX.txt');
    file.replace_contents(LIGHTGBM, null, false, Gio.FileCreateFlags.NONE, null);
    const model = Pymva.Model.import(file, null, null);
    file.delete(null);
    return model;
}

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

    test_onnx() {
        const file = newFile('export-XXXXXX.onnx');
        assertEqual(newModel().export(file, null, null, null), true);
        const model = Pymva.Model.import(file, null, null);
        assertEqual(model.list_variables(), ['a', 'b']);
        const inputs = Pymva.Tensor.new_from_doubles([0, 0.5, 0, 0.6], 2);
        assertEqual(model.predict(inputs).to_doubles(), [-1, 2]);
        const wrong = new GLib.Variant('a{sv}', {'output': new GLib.Variant('s', 'labels')});
        assertPymvaError(Pymva.Error.VALUE, () => Pymva.Model.import(file, wrong, null));
        file.delete(null);
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
