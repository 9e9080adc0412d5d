// SPDX-License-Identifier: LGPL-2.1-or-later
// Models as ONNX through the typelib; model-onnx.py has the same cases.

import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertPymvaError, main, newFile, newModel} from './harness.js';

main({
    test_returns() {
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
});
