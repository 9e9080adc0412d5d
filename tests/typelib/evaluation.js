// SPDX-License-Identifier: LGPL-2.1-or-later
// Evaluations through the typelib; evaluation.py has the same cases.

import Pymva from 'gi://Pymva?version=1.0';
import {assertClose, assertEqual, assertIn, assertPymvaError, assertTrue, main} from './harness.js';

function tensor(values, nColumns = 0) {
    return Pymva.Tensor.new_from_doubles(values, nColumns);
}

// The expected figures are those of sklearn.metrics.
main({
    test_classes() {
        const evaluation = Pymva.Evaluation.new(
            tensor([.7, .2, .1, .1, .6, .3, .2, .2, .6, .3, .4, .3], 3), tensor([0, 1, 2, 0]),
            null);
        assertEqual(evaluation.get_analysis_type(), Pymva.AnalysisType.MULTICLASS);
        assertEqual(evaluation.n_outputs, 3);
        assertClose([0, 1, 2].map(k => evaluation.get_class_auc(k)), [1, 1, 1]);
        assertTrue(isNaN(evaluation.get_class_auc(3)));
    },

    test_curve() {
        const evaluation = Pymva.Evaluation.new(
            tensor([.9, .8, .8, .1]), tensor([0, 0, 1, 1]), tensor([1, 2, .5, 1.5]));
        const curve = evaluation.get_roc_curve();
        assertEqual(curve.get_shape(), [4, 3]);
        assertClose(curve.to_doubles().slice(3), [.9, 0, 1 / 3, .8, .25, 1, .1, 1, 1]);
        assertClose([evaluation.get_signal_efficiency(.125)], [2 / 3]);
    },

    test_empty() {
        const evaluation = new Pymva.Evaluation();
        assertTrue(isNaN(evaluation.get_auc()));
        assertEqual(evaluation.get_roc_curve().get_n_elements(), 0);
    },

    test_errors() {
        assertIn('2', assertPymvaError(Pymva.Error.DATA, () =>
            Pymva.Evaluation.new(tensor([1, 0]), tensor([0, 2]), null)));
        assertPymvaError(Pymva.Error.VALUE, () =>
            Pymva.Evaluation.new(tensor([1, 0]), tensor([0, 1, 1]), null));
    },

    test_properties() {
        const evaluation = Pymva.Evaluation.new(
            tensor([.9, .8, .8, .1]), tensor([0, 0, 1, 1]), tensor([1, 2, .5, 1.5]));
        assertClose([evaluation.auc], [11 / 12]);
        assertEqual(evaluation.n_events, 4);
        assertTrue(isNaN(evaluation.rms));
    },

    test_regression() {
        const evaluation = Pymva.Evaluation.new_regression(
            tensor([1, 2, 3, 6]), tensor([1, 2, 3, 4]), null);
        assertClose([evaluation.get_bias(), evaluation.get_mean_squared_error(),
            evaluation.get_r2()], [.5, 1, .2]);
    },
});
