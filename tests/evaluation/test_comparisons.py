# SPDX-License-Identifier: LGPL-2.1-or-later
"""Comparisons of evaluations, and cuts, against SciPy, scikit-learn and NumPy on all events."""

import unittest

import numpy as np
from events import SEEDS, make_evaluation, make_events, make_targets, make_tensor, to_array
from events import Pymva
from scipy import special, stats
from sklearn import metrics


def midranks(values):
    return stats.rankdata(values, method="average")


def fast_delong(predictions, n_signal):
    """Areas and their covariance by the published algorithm of Sun and Xu (2014); the signal's
    events come first, one row of predictions per method."""
    m, n = n_signal, predictions.shape[1] - n_signal
    tx = np.array([midranks(row[:m]) for row in predictions])
    ty = np.array([midranks(row[m:]) for row in predictions])
    tz = np.array([midranks(row) for row in predictions])
    areas = tz[:, :m].sum(axis=1) / m / n - (m + 1) / 2 / n
    v01 = (tz[:, :m] - tx) / n
    v10 = 1 - (tz[:, m:] - ty) / m
    return areas, np.atleast_2d(np.cov(v01)) / m + np.atleast_2d(np.cov(v10)) / n


def weighted_components(response, signal, weights):
    """The events' contributions to the weighted area, by all pairs."""
    difference = response[signal][:, None] - response[~signal][None, :]
    ordered = (difference > 0) + 0.5 * (difference == 0)
    w, v = weights[signal], weights[~signal]
    area = w @ ordered @ v / w.sum() / v.sum()
    contributions = np.zeros(len(response))
    for side, mine, share in [(signal, w, ordered @ v / v.sum()),
                              (~signal, v, w @ ordered / w.sum())]:
        q = mine / mine.sum()
        contributions[side] = q * (share - area) / np.sqrt(1 - np.sum(q ** 2))
    return area, contributions


def two_methods(seed):
    """The responses of two methods to the same events."""
    responses, labels, weights = make_events(seed, 2)
    noise = np.random.default_rng(1000 + seed).normal(size=len(labels)) * 0.3
    return responses[:, 0], (responses[:, 0] + noise).round(2), labels, weights


class Areas(unittest.TestCase):
    def test_fast_delong(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                first, second, labels, _ = two_methods(seed)
                order = np.argsort(labels, kind="stable")
                areas, covariance = fast_delong(
                    np.array([first, second])[:, order], np.count_nonzero(labels == 0))
                one, two = make_evaluation(first, labels), make_evaluation(second, labels)
                self.assertAlmostEqual(one.get_auc(), areas[0], 12)
                self.assertAlmostEqual(one.props.auc_error, np.sqrt(covariance[0, 0]), 12)

                lower, upper = one.get_auc_interval(0.9)
                expected = stats.norm.interval(0.9, areas[0], np.sqrt(covariance[0, 0]))
                np.testing.assert_allclose([lower, upper], np.clip(expected, 0, 1), atol=1e-12)

                contrast = np.array([1, -1])
                z = contrast @ areas / np.sqrt(contrast @ covariance @ contrast)
                np.testing.assert_allclose(
                    one.compare_auc(two), [areas[0] - areas[1], z, 2 * stats.norm.sf(abs(z))],
                    rtol=1e-8, atol=1e-12)

    def test_weights(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                first, second, labels, weights = two_methods(seed)
                signal = labels == 0
                area, one = weighted_components(first, signal, weights)
                other_area, two = weighted_components(second, signal, weights)
                evaluation = make_evaluation(first, labels, weights)
                self.assertAlmostEqual(evaluation.get_auc(), area, 12)
                self.assertAlmostEqual(evaluation.get_auc_error(), np.linalg.norm(one), 12)
                z = (area - other_area) / np.linalg.norm(one - two)
                np.testing.assert_allclose(
                    evaluation.compare_auc(make_evaluation(second, labels, weights)),
                    [area - other_area, z, 2 * stats.norm.sf(abs(z))], rtol=1e-8, atol=1e-12)
                # The unit of the weights means nothing, and neither do events without weight.
                used = weights > 0
                self.assertAlmostEqual(
                    make_evaluation(first[used], labels[used], 7 * weights[used]).get_auc_error(),
                    evaluation.get_auc_error(), 12)

    def test_several_classes(self):
        responses, labels, weights = make_events(3, 4)
        evaluation = make_evaluation(responses, labels, weights)
        contributions = []
        for k in range(4):
            _, of_class = weighted_components(responses[:, k], labels == k, weights)
            contributions.append(of_class)
            one = evaluation.get_output(k)
            self.assertAlmostEqual(one.get_auc(), evaluation.get_class_auc(k), 14)
            self.assertAlmostEqual(one.get_auc_error(), np.linalg.norm(of_class), 12)
        self.assertAlmostEqual(evaluation.get_auc_error(),
                               np.linalg.norm(np.mean(contributions, axis=0)), 12)

    def test_coverage(self):
        """The interval holds the true area as often as it says, with weights too."""
        random = np.random.default_rng(5)
        truth = stats.norm.cdf(1 / np.sqrt(2))
        held = 0
        for _ in range(400):
            labels = np.repeat([0, 1], 150)
            response = random.normal(size=300) + (labels == 0)
            lower, upper = make_evaluation(
                response, labels, random.exponential(size=300)).get_auc_interval(0.9)
            held += lower <= truth <= upper
        # Five standard deviations of a binomial distribution.
        self.assertLess(abs(held - 360), 5 * np.sqrt(400 * 0.9 * 0.1))


class Responses(unittest.TestCase):
    def test_statistic(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                one, two = make_events(seed, 2), make_events(seed + 100, 2)
                evaluations = [make_evaluation(events[0][:, 0], events[1]) for events in (one, two)]
                for k in range(2):
                    samples = [events[0][events[1] == k, 0] for events in (one, two)]
                    expected = stats.ks_2samp(*samples, method="asymp")
                    distance, p_value = evaluations[0].compare_responses(evaluations[1], k)
                    self.assertAlmostEqual(distance, expected.statistic, 12)
                    m, n = map(len, samples)
                    self.assertAlmostEqual(
                        p_value, special.kolmogorov(distance * np.sqrt(m * n / (m + n))), 12)

    def test_many_events(self):
        """With many events, SciPy's own probability is reached."""
        random = np.random.default_rng(1)
        labels = np.repeat([0, 1], 20000)
        samples = [random.normal(size=40000), random.normal(size=40000) * 1.01]
        distance, p_value = make_evaluation(samples[0], labels).compare_responses(
            make_evaluation(samples[1], labels), 0)
        expected = stats.ks_2samp(samples[0][:20000], samples[1][:20000], method="asymp")
        self.assertAlmostEqual(distance, expected.statistic, 12)
        self.assertAlmostEqual(p_value, expected.pvalue, delta=0.01)

    def test_weights(self):
        for seed in SEEDS:
            one, two = make_events(seed, 3), make_events(seed + 100, 3)
            distance, p_value = make_evaluation(*one).compare_responses(make_evaluation(*two), 1)
            samples = [(events[0][events[1] == 1, 1], events[2][events[1] == 1])
                       for events in (one, two)]
            places = np.concatenate([samples[0][0], samples[1][0]])
            curves = [(weights[None, :] * (values[None, :] <= places[:, None])).sum(axis=1)
                      / weights.sum() for values, weights in samples]
            m, n = (weights.sum() ** 2 / np.sum(weights ** 2) for _, weights in samples)
            self.assertAlmostEqual(distance, np.abs(curves[0] - curves[1]).max(), 12)
            self.assertAlmostEqual(
                p_value, special.kolmogorov(distance * np.sqrt(m * n / (m + n))), 12)

    def test_correlation(self):
        for seed in SEEDS:
            first, second, labels, weights = two_methods(seed)
            one = make_evaluation(first, labels, weights)
            two = make_evaluation(second, labels, weights)
            for k in range(2):
                used = labels == k
                covariance = np.cov(first[used], second[used], aweights=weights[used], ddof=0)
                self.assertAlmostEqual(
                    one.get_correlation(two, k),
                    covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]), 12)

    def test_correlation_of_predictions(self):
        predictions, targets, weights = (make_tensor(a) for a in make_targets(2))
        other = make_tensor(to_array(predictions) ** 3)
        one = Pymva.Evaluation.new_regression(predictions, targets, weights)
        two = Pymva.Evaluation.new_regression(other, targets, weights)
        for k in range(3):
            a, b = to_array(predictions)[:, k], to_array(other)[:, k]
            covariance = np.cov(a, b, aweights=to_array(weights), ddof=0)
            self.assertAlmostEqual(
                one.get_output(k).get_correlation(two.get_output(k), 0),
                covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]), 12)

    def test_overlap(self):
        for seed in SEEDS:
            first, second, labels, weights = two_methods(seed)
            accepted = []
            for response in (first, second):
                background, signal, cuts = metrics.roc_curve(
                    labels == 0, response, sample_weight=weights, drop_intermediate=False)
                accepted.append(response >= cuts[np.argmax(signal >= 1 - background)])
            alike = accepted[0] == accepted[1]
            for k in range(2):
                self.assertAlmostEqual(
                    make_evaluation(first, labels, weights).get_overlap(
                        make_evaluation(second, labels, weights), k),
                    np.average(alike[labels == k], weights=weights[labels == k]), 12)


class Cuts(unittest.TestCase):
    def test_best_cut(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                responses, labels, weights = make_events(seed, 2)
                evaluation = make_evaluation(responses[:, 0], labels, weights)
                background, signal, cuts = metrics.roc_curve(
                    labels == 0, responses[:, 0], sample_weight=weights, drop_intermediate=False)
                s, b = 100 * signal, 3000 * background
                with np.errstate(invalid="ignore"):
                    expected = np.nan_to_num(s / np.sqrt(s + b))
                np.testing.assert_allclose(
                    to_array(evaluation.get_significance_curve(100, 3000)),
                    np.column_stack([cuts, expected]), atol=1e-10)
                cut, significance = evaluation.get_best_cut(100, 3000)
                self.assertAlmostEqual(significance, expected.max(), 10)
                self.assertAlmostEqual(expected[list(cuts).index(cut)], expected.max(), 10)

    def test_confusion_matrix(self):
        for seed in SEEDS:
            responses, labels, weights = make_events(seed, 2 + seed % 3)
            if responses.shape[1] == 2:
                assigned = np.where(responses[:, 0] > 0.5, 0, 1)
                responses = responses[:, 0]
            else:
                assigned = responses.argmax(axis=1)
            evaluation = make_evaluation(responses, labels, weights)
            np.testing.assert_allclose(
                to_array(evaluation.get_confusion_matrix(0.5)),
                metrics.confusion_matrix(labels, assigned, sample_weight=weights), atol=1e-10)
            self.assertAlmostEqual(
                evaluation.props.accuracy,
                metrics.accuracy_score(labels, assigned, sample_weight=weights), 12)

    def test_pairwise_efficiencies(self):
        for seed in SEEDS:
            responses, labels, weights = make_events(seed, 3 + seed % 3)
            n_classes = responses.shape[1]
            found = to_array(
                make_evaluation(responses, labels, weights).get_pairwise_efficiencies(0.1))
            expected = np.full((n_classes, n_classes), np.nan)
            for i, j in zip(*np.nonzero(~np.eye(n_classes, dtype=bool))):
                used = (labels == i) | (labels == j)
                background, signal, _ = metrics.roc_curve(
                    labels[used] == i, responses[used, i], sample_weight=weights[used],
                    drop_intermediate=False)
                expected[i, j] = np.interp(0.1, background, signal)
            np.testing.assert_allclose(found, expected, atol=1e-12)


if __name__ == "__main__":
    unittest.main()
