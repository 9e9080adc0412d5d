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
