// SPDX-License-Identifier: LGPL-2.1-or-later
// Models of several through the typelib; model-ensemble.py has the same cases.

import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {LIGHTGBM, assertClose, assertEqual, assertIn, assertPymvaError, main, newFile, newModel}
    from './harness.js';

// With 3 to the left and 8 to the right.
const OTHER = LIGHTGBM.replace('=-1 2', '=3 8');
const FOLD = 'number >= 0 ? number % 2 : -1';

const members = [newModel(), newModel(OTHER)];
const path = GLib.build_filenamev([GLib.getenv('G_TEST_SRCDIR'), 'methods', 'fitted_objects.py']);
const source = new TextDecoder().decode(GLib.file_get_contents(path)[1]);
const module = Pymva.Interpreter.get_default().run(source, null, path);

const key = name => Pymva.Object.new_from_variant(new GLib.Variant('s', name));
const call = name => module.get_item(key(name)).call(null, null);
const texts = values => new GLib.Variant('a{sv}', Object.fromEntries(
    Object.entries(values).map(([name, text]) => [name, new GLib.Variant('s', text)])));

// One event of the first fold, one of the second, and three of none.
function checkFold(model) {
    const table = new Pymva.Table();
    for (const [name, values] of Object.entries(
        {a: [0, 0, 0, 0, 0], b: [0, 0, 0, 1, 0], number: [4, 3, -1, 2, NaN]}))
        table.add_column(name, Pymva.Tensor.new_from_doubles(values, 0));
    assertEqual(model.predict_table(table).to_doubles(), [-1, 3, 1, 2, 1]);
}

main({
    test_cross_validation() {
        const [found, rows, numbers, mean, heldOut] = call('folds').list_items();
        const estimators = found.get_item(key('estimator')).list_items();
        const variables = new GLib.Variant('a{sv}',
            {variables: new GLib.Variant('as', ['x', 'y'])});
        let model = Pymva.Model.new_ensemble(
            estimators.map(each => Pymva.Model.new_from_object(each, variables)), null);
        assertEqual(model.list_variables(), ['x', 'y']);
        assertEqual(model.list_classes(), ['yes', 'no']);
        assertEqual(model.engine, 'forest');
        assertEqual(model.predict(rows.to_tensor()).to_doubles(), mean.to_tensor().to_doubles());

        model = Pymva.Model.new_ensemble(
            estimators.map(each => Pymva.Model.new_from_object(each, null)),
            texts({fold: 'number', title: 'Folds'}));
        assertEqual(model.title, 'Folds');
        assertEqual(model.list_variables(), ['f0', 'f1', 'fold']);
        const values = rows.to_tensor().to_doubles();
        const folds = numbers.to_tensor().to_doubles();
        const inputs = folds.flatMap((fold, i) => [values[2 * i], values[2 * i + 1], fold]);
        assertEqual(model.predict(Pymva.Tensor.new_from_doubles(inputs, 3)).to_doubles(),
            heldOut.to_tensor().to_doubles());
    },

    test_errors() {
        const refused = (code, models, options) =>
            assertPymvaError(code, () => Pymva.Model.new_ensemble(models, options));

        assertIn('300', refused(Pymva.Error.VALUE, [], null));
        assertIn('“title”', refused(Pymva.Error.VALUE, members, texts({titel: 'Both'})));
        assertIn('“fold”', refused(Pymva.Error.EXPRESSION, members, texts({fold: 'number %'})));
        const wrong = new GLib.Variant('a{sv}', {fold: new GLib.Variant('x', 2)});
        assertIn('“fold”', refused(Pymva.Error.TYPE, members, wrong));
        const line = Pymva.Model.new_from_object(call('line'),
            new GLib.Variant('a{sv}', {targets: new GLib.Variant('as', ['y'])}));
        assertIn('Member 1, “LinearRegression”',
            refused(Pymva.Error.VALUE, [members[0], line], null));
        const vectors = Pymva.Model.new_from_object(call('support_vectors').get_attribute('object'),
            new GLib.Variant('a{sv}', {python: new GLib.Variant('b', true)}));
        assertIn('Member 1, “SVC”',
            refused(Pymva.Error.UNSUPPORTED, [members[0], vectors], null));
    },

    test_fold() {
        const model = Pymva.Model.new_ensemble(members, texts({fold: FOLD}));
        assertEqual(model.list_variables(), ['a', 'b', 'fold']);
        checkFold(model);
    },

    test_mean() {
        const model = Pymva.Model.new_ensemble(members, null);
        const inputs = Pymva.Tensor.new_from_doubles([0, 0.5, 0, 0.6], 2);
        assertEqual(model.predict(inputs).to_doubles(), [1, 5]);
        assertEqual(model.title, members[0].title);
        assertEqual(model.list_variables(), ['a', 'b']);
        const told = JSON.parse(model.dup_manifest()).provenance.members;
        assertEqual(told.map(member => member.sha256), members.map(member => member.sha256));
    },

    test_saved() {
        const model = Pymva.Model.new_ensemble(members, texts({fold: FOLD, title: 'Both'}));
        const file = newFile('ensemble-XXXXXX.pymva');
        model.save(file, null);
        const loaded = Pymva.Model.load(file, null);
        assertEqual(loaded.title, 'Both');
        assertEqual(loaded.sha256, model.sha256);
        checkFold(loaded);
        file.delete(null);
    },

    test_variables() {
        const third = newModel(OTHER.replace('feature_names=a b', 'feature_names=b c'));
        const model = Pymva.Model.new_ensemble([...members, third], null);
        assertEqual(model.list_variables(), ['a', 'b', 'c']);
        // -1, 3 and 8; 2, 8 and 3.
        const inputs = Pymva.Tensor.new_from_doubles([0, 0, 1, 0, 1, 0], 3);
        assertClose(model.predict(inputs).to_doubles(), [10 / 3, 13 / 3]);
    },
});
