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
        assertEqual(evaluation.get_output(1).auc, 1);
        assertEqual(evaluation.get_output(3), null);
        assertClose(evaluation.get_pairwise_efficiencies(.1).to_doubles().slice(1, 3), [1, 1]);
    },

    test_comparisons() {
        const events = tensor([0, 0, 1, 1, 0, 1]);
        const first = Pymva.Evaluation.new(tensor([.9, .8, .8, .1, .3, .2]), events, null);
        const second = Pymva.Evaluation.new(tensor([.9, .2, .8, .1, .3, .4]), events, null);
        const [difference, z, pValue] = first.compare_auc(second);
        assertClose([difference], [5 / 18]);
        assertClose([z, pValue], [1.1180339887498953, 0.2635524772829726], 1e-6);
        const [lower, upper] = first.get_auc_interval(.5);
        const below = first.auc - first.auc_error / 2;
        assertTrue(lower < below && below < upper);
        const [distance, _pValue] = first.compare_responses(second, 0);
        assertClose([distance], [1 / 3]);
        assertTrue(first.get_correlation(second, 0) > 0);
        assertClose([first.get_overlap(first, 1)], [1]);
        assertPymvaError(Pymva.Error.VALUE, () => first.get_overlap(second, 2));
    },

    test_cuts() {
        const evaluation = Pymva.Evaluation.new(
            tensor([.9, .8, .8, .1]), tensor([0, 0, 1, 1]), null);
        const [cut, significance] = evaluation.get_best_cut(10, 0);
        assertClose([cut, significance], [.8, Math.sqrt(10)]);
        assertEqual(evaluation.get_significance_curve(10, 0).get_shape(), [4, 2]);
        assertEqual(evaluation.get_confusion_matrix(.5).to_doubles(), [2, 0, 1, 1]);
        assertClose([evaluation.accuracy], [.75]);
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
