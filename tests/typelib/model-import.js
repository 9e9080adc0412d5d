// SPDX-License-Identifier: LGPL-2.1-or-later
// Imported models through the typelib; model-import.py has the same cases.

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

function newFile(content) {
    const [file, stream] = Gio.File.new_tmp('import-XXXXXX.txt');
    stream.get_output_stream().write_all(content, null);
    stream.close(null);
    return file;
}

function check(model) {
    assertEqual(model.get_engine(), 'forest');
    const inputs = Pymva.Tensor.new_from_doubles([0, 0.5, 0, 0.6], 2);
    assertEqual(model.predict(inputs).to_doubles(), [-1, 2]);
}

main({
    async test_async() {
        const file = newFile(LIGHTGBM);
        check(await Pymva.Model.import_async(file, null, null));
        file.delete(null);
    },

    test_broken() {
        const broken = newFile('{}');
        assertPymvaError(Pymva.Error.FORMAT, () => Pymva.Model.import(broken, null, null));
        broken.delete(null);
        const unknown = newFile(LIGHTGBM.replace('=regression', '=guesses'));
        assertIn('“guesses”', assertPymvaError(Pymva.Error.UNSUPPORTED,
            () => Pymva.Model.import(unknown, null, null)));
        unknown.delete(null);
    },

    test_import() {
        const file = newFile(LIGHTGBM);
        const model = Pymva.Model.import(file, null, null);
        check(model);
        assertEqual(model.list_variables(), ['a', 'b']);
        file.delete(null);
    },

    test_options() {
        const file = newFile(LIGHTGBM);
        const model = Pymva.Model.import(file, new GLib.Variant('a{sv}', {
            title: new GLib.Variant('s', 'Steps'),
            variables: new GLib.Variant('as', ['x', 'y']),
            targets: new GLib.Variant('as', ['z']),
        }), null);
        assertEqual(model.get_title(), 'Steps');
        assertEqual(model.list_variables(), ['x', 'y']);
        assertEqual(model.list_targets(), ['z']);
        const misspelt = new GLib.Variant('a{sv}', {titel: new GLib.Variant('s', 'Steps')});
        assertPymvaError(Pymva.Error.VALUE, () => Pymva.Model.import(file, misspelt, null));
        file.delete(null);
    },
});
