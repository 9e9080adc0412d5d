// SPDX-License-Identifier: LGPL-2.1-or-later
// Ensembles of scikit-learn through the typelib; ensembles.py has the same cases.

import Gio from 'gi://Gio';
import Pymva from 'gi://Pymva?version=1.0';
import {assertClose, assertEqual, assertIn, assertPymvaError, assertTrue, fewEvents, main}
    from './harness.js';

const classes = fewEvents(Pymva.AnalysisType.MULTICLASS);
const numbers = fewEvents(Pymva.AnalysisType.REGRESSION);

function check(method, dataset, engine) {
    assertTrue(method.train(dataset, null));
    const inputs = dataset.get_inputs(Pymva.Part.TEST);
    const model = method.get_model();
    assertEqual(model.get_engine(), engine);
    assertEqual(model.predict(inputs).to_doubles(), method.predict(inputs, null).to_doubles());
}

main({
    test_ada_boost() {
        const method = new Pymva.AdaBoost({n_estimators: 5});
        check(method, classes, 'forest');
        check(method, numbers, 'forest');
    },

    test_early_stopping() {
        const method = new Pymva.GradientBoosting({early_stopping: 'on', n_iter_no_change: 2});
        const losses = [];
        method.connect('iteration', (_method, _index, metrics) =>
            losses.push(metrics.recursiveUnpack().validation_loss));
        method.train(numbers, null);
        assertTrue(losses.length > 2);
        assertTrue(losses.at(-1) < losses[0]);
    },

    test_extra_trees() {
        check(new Pymva.RandomForest({n_estimators: 5, extra_trees: true}), classes, 'forest');
    },

    test_gradient_boosting() {
        const method = new Pymva.GradientBoosting({n_estimators: 5});
        check(method, classes, 'forest');
        check(method, numbers, 'forest');
        assertClose([method.get_importance().to_doubles().reduce((a, b) => a + b)], [1]);
    },

    test_histogram() {
        const method = new Pymva.GradientBoosting({n_estimators: 5, histogram: true});
        check(method, classes, 'forest');
        assertPymvaError(Pymva.Error.UNSUPPORTED, () => method.get_importance());
        method.subsample = 0.5;
        assertIn('histogram',
            assertPymvaError(Pymva.Error.VALUE, () => method.train(classes, null)));
    },

    test_needs_trust() {
        const method = new Pymva.Sklearn({estimator: 'KNeighborsClassifier'});
        method.train(classes, null);
        const [file, stream] = Gio.File.new_tmp('XXXXXX.pymva');
        stream.close(null);
        method.save(file, null);
        assertPymvaError(Pymva.Error.UNTRUSTED, () => Pymva.Model.load(file, null));
        const digest = method.get_model().get_sha256();
        assertEqual(Pymva.Model.load_trusted(file, digest, null).get_engine(), 'python');
        file.delete(null);
    },

    test_pymva_names() {
        const method = Pymva.Method.create_for_name('PyGTB', null);
        assertTrue(method.set_options("!V:NEstimators=3:MaxDepth=None:MaxFeatures='sqrt'"));
        assertEqual(method.max_depth, 0);
        assertEqual(method.max_features, 'sqrt');
        check(method, classes, 'forest');
        const ada = Pymva.Method.create_for_name('PyAdaBoost', null);
        assertPymvaError(Pymva.Error.UNSUPPORTED, () => ada.set_options('BaseEstimator=x()'));
    },

    test_warm_start() {
        const method = new Pymva.GradientBoosting({n_estimators: 3, warm_start: true});
        method.train(classes, null);
        method.n_estimators = 5;
        const trees = [];
        method.connect('iteration', (_method, _index, metrics) =>
            trees.push(metrics.recursiveUnpack().trees));
        method.train(classes, null);
        assertEqual(trees, [4, 5]);
    },
});
