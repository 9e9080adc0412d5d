// SPDX-License-Identifier: LGPL-2.1-or-later
// XGBoost and LightGBM through the typelib; boosters.py has the same cases.

import Gio from 'gi://Gio';
import Pymva from 'gi://Pymva?version=1.0';
import {assertClose, assertEqual, assertIn, assertPymvaError, assertTrue, fewEvents, main}
    from './harness.js';

const classes = fewEvents(Pymva.AnalysisType.MULTICLASS);
const numbers = fewEvents(Pymva.AnalysisType.REGRESSION);

function newMethods(properties) {
    return [new Pymva.XGBoost(properties), new Pymva.LightGBM(properties)];
}

main({
    test_bad_values() {
        for (const method of newMethods({objective: 'rankings'})) {
            assertIn('“auto”',
                assertPymvaError(Pymva.Error.VALUE, () => method.train(classes, null)));
        }
        for (const method of newMethods({monotone_constraints: '1,0'})) {
            assertIn('there are 3',
                assertPymvaError(Pymva.Error.VALUE, () => method.train(classes, null)));
        }
    },

    test_cancel() {
        for (const method of newMethods({n_estimators: 100000})) {
            const cancellable = new Gio.Cancellable();
            let cancelled = false;

            method.connect('iteration', () => cancellable.cancel());
            try {
                method.train(classes, cancellable);
            } catch (error) {
                cancelled = error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
            }
            assertTrue(cancelled);
        }
    },

    test_classes_and_numbers() {
        for (const method of newMethods({n_estimators: 5})) {
            for (const dataset of [classes, numbers]) {
                method.train(dataset, null);
                const inputs = dataset.get_inputs(Pymva.Part.TEST);
                const model = method.get_model();
                assertEqual(model.get_engine(), 'forest');
                assertEqual(model.predict(inputs).to_doubles(),
                    method.predict(inputs, null).to_doubles());
                assertClose([method.get_importance().to_doubles().reduce((a, b) => a + b)], [1]);
            }
        }
    },

    test_continue() {
        for (const method of newMethods({n_estimators: 3})) {
            method.train(classes, null);
            method.continue_training = true;
            const rounds = [];
            method.connect('iteration', (_method, _index, metrics) =>
                rounds.push(metrics.recursiveUnpack().round));
            method.train(classes, null);
            assertEqual(rounds, [4, 5, 6]);
        }
    },

    test_early_stopping() {
        for (const method of newMethods({n_estimators: 1000, early_stopping: 3})) {
            const names = [];
            method.connect('iteration', (_method, _index, metrics) =>
                names.push(Object.keys(metrics.recursiveUnpack()).sort()));
            method.train(classes, null);
            assertTrue(names.length > 3 && names.length < 1000);
            assertEqual(names[0][0], 'round');
            assertIn('logloss', names[0][1]);
            assertTrue(names[0][2].startsWith('validation_'));
        }
    },

    test_options() {
        const xgboost = Pymva.Method.create_for_name('xgboost', null);
        assertTrue(xgboost.set_options('NumRounds=7:Eta=0.5:TreeMethod=exact'));
        assertEqual(xgboost.n_estimators, 7);
        assertEqual(xgboost.learning_rate, 0.5);
        assertIn('approx', xgboost.list_choices('tree-method'));
        const lightgbm = Pymva.Method.create_for_name('lightgbm', null);
        assertTrue(lightgbm.set_options('NumLeaves=7:Boosting=dart'));
        assertEqual(lightgbm.num_leaves, 7);
        assertIn('goss', lightgbm.list_choices('boosting'));
    },

    test_save_needs_no_trust() {
        const inputs = Pymva.Tensor.new_from_doubles([1, 2, 3], 3);
        for (const method of newMethods({n_estimators: 3})) {
            method.train(classes, null);
            const [file, stream] = Gio.File.new_tmp('XXXXXX.pymva');
            stream.close(null);
            method.save(file, null);
            const model = Pymva.Model.load(file, null);
            assertEqual(model.predict(inputs).to_doubles(),
                method.predict(inputs, null).to_doubles());
            file.delete(null);
        }
    },
});
