# SPDX-License-Identifier: LGPL-2.1-or-later
"""The figures of an evaluation against scikit-learn and SciPy, on random weighted events."""

import unittest

import numpy as np
from events import SEEDS, Pymva, make_evaluation, make_events, make_targets, make_tensor, to_array
from scipy import stats
from sklearn import metrics


def mutual_information(predictions, targets, weights):
    """That of TMVA's histogram."""
    limits = [min(predictions.min(), targets.min()), max(predictions.max(), targets.max())]
    counts, _, _ = np.histogram2d(predictions, targets, bins=(75, 50), range=(limits, limits),
                                  weights=weights)
    return (stats.entropy(counts.sum(axis=0)) + stats.entropy(counts.sum(axis=1))
            - stats.entropy(counts.ravel()))


class TwoClasses(unittest.TestCase):
    def test_figures(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                responses, labels, weights = make_events(seed, 2)
                response, signal = responses[:, 0], labels == 0
                evaluation = make_evaluation(response, labels, weights)
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
            evaluation = make_evaluation(responses[:, 0], labels)
            self.assertAlmostEqual(
                evaluation.props.auc, metrics.roc_auc_score(labels == 0, responses[:, 0]), 12)

    def test_separation(self):
        for seed in SEEDS:
            responses, labels, weights = make_events(seed, 2)
            response = responses[:, 0]
            evaluation = make_evaluation(response, labels, weights)
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
                evaluation = make_evaluation(responses, labels, weights)
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
                predictions, targets, weights = make_targets(seed)
                evaluation = Pymva.Evaluation.new_regression(
                    make_tensor(predictions), make_tensor(targets), make_tensor(weights))
                deviations = predictions - targets
                bias = np.average(deviations, axis=0, weights=weights)
                rms = np.sqrt(np.average((deviations - bias) ** 2, axis=0, weights=weights))
                inside = np.where(np.abs(deviations - bias) <= 2 * rms, weights[:, None], 0)
                truncated_bias = np.average(deviations, axis=0, weights=inside)
                truncated_rms = np.sqrt(
                    np.average((deviations - truncated_bias) ** 2, axis=0, weights=inside))
                outputs = [evaluation.get_output(k) for k in range(targets.shape[1])]

                for figure, expected in [
                        ("bias", bias.mean()),
                        ("rms", rms.mean()),
                        ("truncated_bias", truncated_bias.mean()),
                        ("truncated_rms", truncated_rms.mean()),
                        ("mutual_information", np.mean([
                            mutual_information(predictions[:, k], targets[:, k], weights)
                            for k in range(targets.shape[1])])),
                        ("truncated_mutual_information", np.mean([
                            mutual_information(predictions[:, k], targets[:, k], inside[:, k])
                            for k in range(targets.shape[1])])),
                        ("mean_squared_error", metrics.mean_squared_error(
                            targets, predictions, sample_weight=weights)),
                        ("mean_absolute_error", metrics.mean_absolute_error(
                            targets, predictions, sample_weight=weights)),
                        ("r2", metrics.r2_score(targets, predictions, sample_weight=weights))]:
                    self.assertAlmostEqual(
                        getattr(evaluation, f"get_{figure}")(), expected, 12, figure)
                    self.assertAlmostEqual(
                        np.mean([getattr(output, f"get_{figure}")() for output in outputs]),
                        expected, 12, figure)
                for k, output in enumerate(outputs):
                    self.assertAlmostEqual(output.get_bias(), bias[k], 12)
                    self.assertAlmostEqual(output.props.rms, rms[k], 12)

    def test_mutual_information(self):
        for seed in SEEDS:
            predictions, targets, _ = make_targets(3 * seed)
            evaluation = Pymva.Evaluation.new_regression(
                make_tensor(predictions), make_tensor(targets), None)
            limits = [min(predictions.min(), targets.min()), max(predictions.max(), targets.max())]
            counts, _, _ = np.histogram2d(predictions[:, 0], targets[:, 0], bins=(75, 50),
                                          range=(limits, limits))
            self.assertAlmostEqual(
                evaluation.props.mutual_information,
                metrics.mutual_info_score(None, None, contingency=counts.astype(int)), 12)


if __name__ == "__main__":
    unittest.main()
