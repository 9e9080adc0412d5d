#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Evaluations through the typelib; evaluation.js has the same cases."""

import math

from harness import Pymva, TypelibTest, main


def tensor(values, n_columns=0):
    return Pymva.Tensor.new_from_doubles(values, n_columns)


class EvaluationTest(TypelibTest):
    # The expected figures are those of sklearn.metrics.
    def test_classes(self):
        evaluation = Pymva.Evaluation.new(
            tensor([.7, .2, .1, .1, .6, .3, .2, .2, .6, .3, .4, .3], 3), tensor([0, 1, 2, 0]), None)
        self.assertEqual(evaluation.get_analysis_type(), Pymva.AnalysisType.MULTICLASS)
        self.assertEqual(evaluation.props.n_outputs, 3)
        self.assertClose([evaluation.get_class_auc(k) for k in range(3)], [1, 1, 1])
        self.assertTrue(math.isnan(evaluation.get_class_auc(3)))
        self.assertEqual(evaluation.get_output(1).props.auc, 1)
        self.assertEqual(evaluation.get_output(3), None)
        self.assertClose(list(evaluation.get_pairwise_efficiencies(.1).to_doubles())[1:3], [1, 1])

    def test_comparisons(self):
        events = tensor([0, 0, 1, 1, 0, 1])
        first = Pymva.Evaluation.new(tensor([.9, .8, .8, .1, .3, .2]), events, None)
        second = Pymva.Evaluation.new(tensor([.9, .2, .8, .1, .3, .4]), events, None)
        difference, z, p_value = first.compare_auc(second)
        self.assertClose([difference], [5 / 18])
        self.assertClose([z, p_value], [1.1180339887498953, 0.2635524772829726], 1e-6)
        lower, upper = first.get_auc_interval(.5)
        self.assertTrue(lower < first.props.auc - first.props.auc_error / 2 < upper)
        distance, _p_value = first.compare_responses(second, 0)
        self.assertClose([distance], [1 / 3])
        self.assertTrue(first.get_correlation(second, 0) > 0)
        self.assertClose([first.get_overlap(first, 1)], [1])
        self.assertPymvaError(Pymva.Error.VALUE, first.get_overlap, second, 2)

    def test_cuts(self):
        evaluation = Pymva.Evaluation.new(tensor([.9, .8, .8, .1]), tensor([0, 0, 1, 1]), None)
        cut, significance = evaluation.get_best_cut(10, 0)
        self.assertClose([cut, significance], [.8, 10 ** .5])
        self.assertEqual(list(evaluation.get_significance_curve(10, 0).get_shape()), [4, 2])
        self.assertEqual(list(evaluation.get_confusion_matrix(.5).to_doubles()), [2, 0, 1, 1])
        self.assertClose([evaluation.props.accuracy], [.75])

    def test_curve(self):
        evaluation = Pymva.Evaluation.new(
            tensor([.9, .8, .8, .1]), tensor([0, 0, 1, 1]), tensor([1, 2, .5, 1.5]))
        curve = evaluation.get_roc_curve()
        self.assertEqual(list(curve.get_shape()), [4, 3])
        self.assertClose(list(curve.to_doubles())[3:], [.9, 0, 1 / 3, .8, .25, 1, .1, 1, 1])
        self.assertClose([evaluation.get_signal_efficiency(.125)], [2 / 3])

    def test_empty(self):
        evaluation = Pymva.Evaluation()
        self.assertTrue(math.isnan(evaluation.get_auc()))
        self.assertEqual(evaluation.get_roc_curve().get_n_elements(), 0)

    def test_errors(self):
        message = self.assertPymvaError(
            Pymva.Error.DATA, Pymva.Evaluation.new, tensor([1, 0]), tensor([0, 2]), None)
        self.assertIn('2', message)
        self.assertPymvaError(
            Pymva.Error.VALUE, Pymva.Evaluation.new, tensor([1, 0]), tensor([0, 1, 1]), None)

    def test_properties(self):
        evaluation = Pymva.Evaluation.new(
            tensor([.9, .8, .8, .1]), tensor([0, 0, 1, 1]), tensor([1, 2, .5, 1.5]))
        self.assertClose([evaluation.props.auc], [11 / 12])
        self.assertEqual(evaluation.props.n_events, 4)
        self.assertTrue(math.isnan(evaluation.props.rms))

    def test_regression(self):
        evaluation = Pymva.Evaluation.new_regression(tensor([1, 2, 3, 6]), tensor([1, 2, 3, 4]),
                                                     None)
        self.assertClose([evaluation.get_bias(), evaluation.get_mean_squared_error(),
                          evaluation.get_r2()], [.5, 1, .2])


main(EvaluationTest)
