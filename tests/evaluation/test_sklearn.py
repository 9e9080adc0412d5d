# SPDX-License-Identifier: LGPL-2.1-or-later
"""The figures of an evaluation against scikit-learn's, on random weighted events with ties."""

import unittest

import gi
import numpy as np
from sklearn import metrics

gi.require_version("Pymva", "1.0")
from gi.repository import Pymva  # noqa: E402

SEEDS = range(40)


def make_tensor(array):
    array = np.asarray(array, dtype=np.float64)
    n_columns = array.shape[1] if array.ndim == 2 else 0
    return Pymva.Tensor.new_from_doubles(array.ravel().tolist(), n_columns)


def to_array(tensor):
    return np.array(tensor.to_doubles()).reshape(tensor.get_shape())


def make_events(seed, n_classes):
    """Responses that repeat, labels, and weights of which some are zero."""
    random = np.random.default_rng(seed)
    n_events = int(random.integers(50, 400))
    labels = np.concatenate([np.arange(n_classes), random.integers(0, n_classes, n_events)])
    scores = random.normal(size=(len(labels), n_classes))
    scores[np.arange(len(labels)), labels] += random.uniform(0, 2)
    exponentials = np.exp(scores)
    responses = (exponentials / exponentials.sum(axis=1, keepdims=True)).round(seed % 3 + 1)
    weights = random.exponential(size=len(labels))
    weights[n_classes:][random.random(n_events) < 0.1] = 0
    return responses, labels, weights


class TwoClasses(unittest.TestCase):
    def test_figures(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                responses, labels, weights = make_events(seed, 2)
                response, signal = responses[:, 0], labels == 0
                evaluation = Pymva.Evaluation.new(
                    make_tensor(response), make_tensor(labels), make_tensor(weights))
                background, accepted, thresholds = metrics.roc_curve(
                    signal, response, sample_weight=weights, drop_intermediate=False)

                self.assertAlmostEqual(
                    evaluation.get_auc(),
                    metrics.roc_auc_score(signal, response, sample_weight=weights), 12)
                np.testing.assert_allclose(
                    to_array(evaluation.get_roc_curve()),
                    np.column_stack([thresholds, background, accepted]), rtol=0, atol=1e-12)
                for efficiency in np.linspace(0.0123, 0.987, 9):
                    self.assertAlmostEqual(
                        evaluation.get_signal_efficiency(efficiency),
                        np.interp(efficiency, background, accepted), 12)

    def test_without_weights(self):
        for seed in SEEDS:
            responses, labels, _ = make_events(seed, 2)
            evaluation = Pymva.Evaluation.new(
                make_tensor(responses[:, 0]), make_tensor(labels), None)
            self.assertAlmostEqual(
                evaluation.props.auc, metrics.roc_auc_score(labels == 0, responses[:, 0]), 12)

    def test_separation(self):
        for seed in SEEDS:
            responses, labels, weights = make_events(seed, 2)
            response = responses[:, 0]
            evaluation = Pymva.Evaluation.new(
                make_tensor(response), make_tensor(labels), make_tensor(weights))
            # The responses are rounded, so some fall on edges of bins, where rounding decides;
            # numpy.histogram mends that and the library does not.
            places = (response - response.min()) / (response.max() - response.min()) * 100
            bins = np.minimum(places.astype(int), 99)
            shapes = [np.bincount(bins[side], weights[side], 100) / weights[side].sum()
                      for side in (labels == 0, labels == 1)]
            total = shapes[0] + shapes[1]
            used = total > 0
            expected = 0.5 * np.sum((shapes[0] - shapes[1])[used] ** 2 / total[used])
            self.assertAlmostEqual(evaluation.props.separation, expected, 12)


class SeveralClasses(unittest.TestCase):
    def test_auc(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                responses, labels, weights = make_events(seed, 3 + seed % 3)
                evaluation = Pymva.Evaluation.new(
                    make_tensor(responses), make_tensor(labels), make_tensor(weights))
                expected = [
                    metrics.roc_auc_score(labels == k, responses[:, k], sample_weight=weights)
                    for k in range(responses.shape[1])]
                for k, auc in enumerate(expected):
                    self.assertAlmostEqual(evaluation.get_class_auc(k), auc, 12)
                self.assertAlmostEqual(evaluation.get_auc(), np.mean(expected), 12)


class Regression(unittest.TestCase):
    def test_figures(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                random = np.random.default_rng(seed)
                targets = random.normal(size=(100, 1 + seed % 3))
                predictions = targets + random.standard_t(3, size=targets.shape) + 0.1
                weights = random.exponential(size=100)
                evaluation = Pymva.Evaluation.new_regression(
                    make_tensor(predictions), make_tensor(targets), make_tensor(weights))
                deviations = predictions - targets
                bias = np.average(deviations, axis=0, weights=weights)
                rms = np.sqrt(np.average((deviations - bias) ** 2, axis=0, weights=weights))

                for figure, expected in [
                        ("bias", bias.mean()),
                        ("rms", rms.mean()),
                        ("mean_squared_error", metrics.mean_squared_error(
                            targets, predictions, sample_weight=weights)),
                        ("mean_absolute_error", metrics.mean_absolute_error(
                            targets, predictions, sample_weight=weights)),
                        ("r2", metrics.r2_score(targets, predictions, sample_weight=weights))]:
                    self.assertAlmostEqual(
                        getattr(evaluation, f"get_{figure}")(), expected, 12, figure)


if __name__ == "__main__":
    unittest.main()
