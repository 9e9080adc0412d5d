// SPDX-License-Identifier: LGPL-2.1-or-later
// Models of what lives in Python, through the typelib; model-object.py has the same cases.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertClose, assertEqual, assertIn, assertPymvaError, main} from './harness.js';

const CODES = {
    'not-trained': Pymva.Error.NOT_TRAINED,
    'type': Pymva.Error.TYPE,
    'unsupported': Pymva.Error.UNSUPPORTED,
    'value': Pymva.Error.VALUE,
};
const TYPES = {analysis: 's', classes: 'as', python: 'b', response: 's', rounds: 'x', targets: 'as',
    variables: 'as'};

const path = GLib.build_filenamev([GLib.getenv('G_TEST_SRCDIR'), 'methods', 'fitted_objects.py']);
const source = new TextDecoder().decode(GLib.file_get_contents(path)[1]);
const interpreter = Pymva.Interpreter.get_default();
const module = interpreter.run(source, null, path);

const key = name => Pymva.Object.new_from_variant(new GLib.Variant('s', name));
const call = name => module.get_item(key(name)).call(null, null);
const items = list => interpreter.evaluate('list', null).call_objects([list]).list_items();
const text = object => object.to_string();

function optionsOf(object) {
    const told = object.to_variant().recursiveUnpack();
    for (const name in told)
        told[name] = new GLib.Variant(TYPES[name], told[name]);
    return new GLib.Variant('a{sv}', told);
}

// The model answers as the object does, on all rows.
function check(fitted) {
    const get = name => fitted.get_attribute(name);
    const model = Pymva.Model.new_from_object(get('object'), optionsOf(get('options')));
    const found = model.predict(get('inputs').to_tensor()).to_doubles();
    const expected = get('answers').to_tensor().to_doubles();
    if (get('exact').to_variant().unpack()) {
        assertEqual(found.length, expected.length);
        assertEqual(found.findIndex((value, i) => value !== expected[i]), -1);
    } else {
        const scales = expected.map(value => Math.max(1, Math.abs(value)));
        assertClose(found.map((value, i) => value / scales[i]),
            expected.map((value, i) => value / scales[i]), 1e-5);
    }
    return model;
}

function checkAll(objects) {
    for (const fitted of items(objects))
        assertEqual(check(fitted).engine === 'python', false);
}

function checkErrors(unusable) {
    for (const item of items(unusable)) {
        const [object, code, words] = item.list_items();
        assertIn(text(words), assertPymvaError(CODES[text(code)],
            () => Pymva.Model.new_from_object(object, null)));
    }
}

main({
    test_boosters() {
        checkAll(call('boosters'));
        checkErrors(call('unusable_boosters'));
    },

    test_errors() {
        checkErrors(call('unusable'));
    },

    test_estimators() {
        checkAll(call('estimators'));
    },

    test_keras() {
        checkAll(call('keras_networks'));
    },

    test_options() {
        const line = call('line');
        let model = Pymva.Model.new_from_object(line, null);
        assertEqual(model.title, 'LinearRegression');
        assertEqual(model.list_variables(), ['f0']);
        assertEqual(model.list_targets(), ['target']);

        model = Pymva.Model.new_from_object(line, new GLib.Variant('a{sv}', {
            title: new GLib.Variant('s', 'Line'),
            variables: new GLib.Variant('as', ['x']),
            targets: new GLib.Variant('as', ['y']),
            sample: new GLib.Variant('aad', [[0.5], [2]]),
        }));
        assertEqual(model.title, 'Line');
        assertEqual(model.list_variables(), ['x']);
        assertEqual(model.list_targets(), ['y']);
        assertEqual(model.predict_event([1.5]), [4]);
        const told = JSON.parse(model.dup_manifest()).provenance;
        assertEqual(told['imported-format'], 'python-object');
        assertIn('LinearRegression', told['imported-class']);
        assertEqual(told['imported-sha256'].length, 64);
        assertEqual(told['framework'], 'scikit-learn');

        for (const options of [
            {variables: new GLib.Variant('as', ['x', 'y'])},
            {titel: new GLib.Variant('s', 'Line')},
            {sample: new GLib.Variant('aad', [[1, 2]])},
        ]) {
            assertPymvaError(Pymva.Error.VALUE,
                () => Pymva.Model.new_from_object(line, new GLib.Variant('a{sv}', options)));
        }
    },

    test_python() {
        const fitted = call('support_vectors');
        const model = check(fitted);
        assertEqual(model.engine, 'python');
        assertEqual(model.list_classes(), ['yes', 'no']);
        const [file, stream] = Gio.File.new_tmp('object-XXXXXX.pymva');
        stream.close(null);
        model.save(file, null);
        assertPymvaError(Pymva.Error.UNTRUSTED, () => Pymva.Model.load(file, null));
        const loaded = Pymva.Model.load_trusted(file, model.sha256, null);
        assertEqual(loaded.predict(fitted.get_attribute('inputs').to_tensor()).to_doubles(),
            fitted.get_attribute('answers').to_tensor().to_doubles());
        file.delete(null);
    },

    test_torch() {
        for (const fitted of items(call('torch_networks'))) {
            const training = () => text(fitted.get_attribute('object').get_attribute('training'));
            const before = training();
            assertEqual(check(fitted).engine, 'mlp');
            assertEqual(training(), before);
        }
    },
});
