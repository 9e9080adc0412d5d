# SPDX-License-Identifier: LGPL-2.1-or-later
"""The transformations against NumPy, SciPy and scikit-learn, on all events of the examples."""

import os
import unittest

import gi
import numpy as np
from scipy import linalg, stats
from sklearn import decomposition, preprocessing

gi.require_version("Pymva", "1.0")

from gi.repository import Pymva  # noqa: E402

FOLDER = os.environ["PYMVA_DATA_DIR"]


def read_higgs():
    """7000 events of 28 variables, and their weights."""
    table = np.loadtxt(os.path.join(FOLDER, "higgs.train"), dtype=np.float64)
    weights = np.loadtxt(os.path.join(FOLDER, "higgs.train.weight"), dtype=np.float64)
    return table[:, 1:].astype(np.float32), table[:, 0] == 1, weights


def make_dataset(inputs, is_signal, weights=None, **properties):
    """All events train; they keep their order within a class."""
    dataset = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION)
    for name, rows in (("Signal", is_signal), ("Background", ~is_signal)):
        table = Pymva.Table.new()
        for column in range(inputs.shape[1]):
            table.add_column(f"x{column}", Pymva.Tensor.from_numpy(
                np.ascontiguousarray(inputs[rows, column], dtype=np.float64)))
        shares = np.ones(len(inputs)) if weights is None else weights
        table.add_column("w", Pymva.Tensor.from_numpy(np.ascontiguousarray(shares[rows])))
        dataset.add_class(name, table, 1.0)
    for column in range(inputs.shape[1]):
        dataset.add_variable(f"x{column}")
    dataset.set_weight_expression(None, "w")
    dataset.set_property("test-fraction", 0.0)
    dataset.set_property("split-mode", Pymva.SplitMode.BLOCK)
    for name, value in properties.items():
        dataset.set_property(name.replace("_", "-"), value)
    return dataset


def fit(definition, *args, **properties):
    transform = Pymva.Transform.new(definition)
    transform.fit(make_dataset(*args, **properties), None)
    return transform


def apply(transform, inputs):
    return np.asarray(transform.apply(Pymva.Tensor.from_numpy(inputs)))


def covariance(inputs, weights):
    return np.cov(inputs.astype(np.float64), rowvar=False, aweights=weights, ddof=0)


def mid_ranks(values, weights):
    """The share of the weights below a value, and half of the share at it; 0 and 1 at the ends."""
    below = np.array([weights[values < value].sum() for value in values])
    at = np.array([weights[values == value].sum() for value in values])
    shares = (below + at / 2) / weights.sum()
    shares[values == values.min()] = 0
    shares[values == values.max()] = 1
    return shares


def to_gauss(shares):
    """TMVA keeps the ends at 5.73 deviations."""
    return stats.norm.ppf(np.clip(shares, 5e-9, 1 - 5e-9))


class Transforms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.inputs, cls.is_signal, cls.weights = read_higgs()
        cls.events = (cls.inputs, cls.is_signal, cls.weights)

    def test_normalise(self):
        expected = preprocessing.MinMaxScaler((-1, 1)).fit_transform(
            self.inputs.astype(np.float64))
        found = apply(fit("N", *self.events), self.inputs)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
        self.assertEqual((found.min(), found.max()), (-1.0, 1.0))

    def test_standardise(self):
        inputs = self.inputs.astype(np.float64)
        scaler = preprocessing.StandardScaler().fit(inputs, sample_weight=self.weights)
        np.testing.assert_allclose(apply(fit("S", *self.events), self.inputs),
                                   scaler.transform(inputs), rtol=0, atol=1e-10)

    def test_standardise_class(self):
        inputs = self.inputs.astype(np.float64)
        scaler = preprocessing.StandardScaler().fit(
            inputs[~self.is_signal], sample_weight=self.weights[~self.is_signal])
        np.testing.assert_allclose(apply(fit("S_Background", *self.events), self.inputs),
                                   scaler.transform(inputs), rtol=0, atol=1e-10)

    def test_decorrelate(self):
        matrix = np.linalg.inv(linalg.sqrtm(covariance(self.inputs, self.weights)))
        found = apply(fit("D", *self.events), self.inputs)
        np.testing.assert_allclose(found, self.inputs.astype(np.float64) @ matrix,
                                   rtol=0, atol=1e-10)
        np.testing.assert_allclose(covariance(found, self.weights), np.eye(28), atol=1e-12)

    def test_decorrelate_units(self):
        """Columns whose units are 36 orders of magnitude apart are decorrelated just as well."""
        inputs = self.inputs[:, :3] * np.array([1e-18, 1, 1e18], dtype=np.float32)
        found = apply(fit("D", inputs, self.is_signal, self.weights), inputs)
        np.testing.assert_allclose(covariance(found, self.weights), np.eye(3), atol=1e-10)

    def test_principal(self):
        inputs = self.inputs.astype(np.float64)
        expected = decomposition.PCA().fit_transform(inputs)
        found = apply(fit("P", self.inputs, self.is_signal), self.inputs)
        signs = np.sign((found * expected).sum(axis=0))
        np.testing.assert_allclose(found, expected * signs, rtol=0, atol=1e-10)

    def test_principal_weights(self):
        transform = fit("P", *self.events)
        found = covariance(apply(transform, self.inputs), self.weights)
        values = np.linalg.eigvalsh(covariance(self.inputs, self.weights))[::-1]
        np.testing.assert_allclose(found, np.diag(values), atol=1e-12)
        np.testing.assert_allclose(
            np.average(apply(transform, self.inputs), axis=0, weights=self.weights),
            0, atol=1e-12)
        self.assertEqual(transform.list_columns()[:2], ["P1", "P2"])

    def test_uniform(self):
        n_events = len(self.inputs)
        expected = preprocessing.QuantileTransformer(
            n_quantiles=n_events, subsample=n_events).fit_transform(
                self.inputs.astype(np.float64))
        found = apply(fit("U", self.inputs, self.is_signal), self.inputs)
        self.assertLessEqual(np.abs(found - expected).max(), 1 / n_events)

    def test_gauss(self):
        n_events = len(self.inputs)
        uniform = apply(fit("U", self.inputs, self.is_signal), self.inputs)
        gauss = apply(fit("G", self.inputs, self.is_signal), self.inputs)
        np.testing.assert_allclose(gauss, to_gauss(uniform), rtol=1e-7, atol=1e-12)
        expected = preprocessing.QuantileTransformer(
            n_quantiles=n_events, subsample=n_events, output_distribution="normal").fit_transform(
                self.inputs.astype(np.float64))
        self.assertLessEqual(np.abs(stats.norm.cdf(gauss) - stats.norm.cdf(expected)).max(),
                             1 / n_events)

    def test_weighted_distribution(self):
        inputs, weights = self.inputs[:, :4], self.weights
        expected = np.column_stack([mid_ranks(inputs[:, column], weights) for column in range(4)])
        found = apply(fit("U", inputs, self.is_signal, weights), inputs)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)

    def test_many_values(self):
        """More values than knots are kept."""
        values = np.random.default_rng(1).standard_cauchy((50000, 1)).astype(np.float32)
        is_signal = np.arange(50000) % 2 == 0
        found = apply(fit("U", values, is_signal), values)
        expected = (stats.rankdata(values[:, 0]) - 0.5) / 50000
        self.assertLessEqual(np.abs(found[:, 0] - expected).max(), 1e-4)

    def test_repeated_events(self):
        """A weight of 3 is an event that is there three times; one of 0 is not there."""
        counts = np.random.default_rng(2).integers(0, 4, len(self.inputs))
        repeated = np.repeat(self.inputs[:, :5], counts, axis=0)
        for definition in ("N", "S", "D", "P", "U", "G", "G,D,S"):
            with self.subTest(definition=definition):
                once = fit(definition, self.inputs[:, :5], self.is_signal, counts.astype(float))
                again = fit(definition, repeated, np.repeat(self.is_signal, counts))
                np.testing.assert_allclose(apply(once, self.inputs[:, :5]),
                                           apply(again, self.inputs[:, :5]), rtol=0, atol=1e-9)

    def test_chain(self):
        """Each is fitted on what the one before makes."""
        first = apply(fit("D", *self.events), self.inputs)
        second = np.column_stack([to_gauss(mid_ranks(column, self.weights))
                                  for column in first.T[:3]])
        transform = fit("D,G", *self.events)
        np.testing.assert_allclose(apply(transform, self.inputs)[:, :3], second, rtol=0, atol=1e-6)
        self.assertEqual(transform.list_columns()[0], "G(D(x0))")

    def test_variables(self):
        """The variables that are not named stay, and missing values among them do no harm."""
        inputs = self.inputs[:, :5].copy()
        inputs[3, 1] = np.nan
        found = apply(fit("D(x0,_V2_)+P(x3,x4)", inputs, self.is_signal, self.weights,
                          missing_values=Pymva.MissingValues.PASS), inputs)
        np.testing.assert_array_equal(found[:, 1], inputs[:, 1].astype(np.float64))
        np.testing.assert_allclose(covariance(found[:, [0, 2]], self.weights), np.eye(2),
                                   atol=1e-12)
        self.assertAlmostEqual(covariance(found[:, 3:], self.weights)[0, 1], 0, 12)

    def test_invert(self):
        for definition in ("I", "N", "S", "D", "P", "U", "G", "D,G", "U,P,S", "G,D,N_Signal"):
            with self.subTest(definition=definition):
                transform = fit(definition, *self.events)
                columns = transform.apply(Pymva.Tensor.from_numpy(self.inputs))
                found = np.asarray(transform.invert(columns))
                # A class alone, and weights of nothing, do not reach the ends of all events.
                np.testing.assert_allclose(found, self.inputs, rtol=1e-5, atol=1e-5)

    def test_missing_values(self):
        inputs = self.inputs[:, :2].copy()
        inputs[::7, 0] = np.nan
        inputs[5, 1] = np.inf
        events = (inputs, self.is_signal)
        there = np.where(np.isfinite(inputs), inputs, np.nan).astype(np.float64)
        expected = preprocessing.StandardScaler().fit(there).transform(there)
        found = apply(fit("S", *events, missing_values=Pymva.MissingValues.PASS), inputs)
        np.testing.assert_allclose(np.where(np.isinf(found), np.nan, found), expected, atol=1e-10)
        self.assertEqual(found[5, 1], np.inf)
        found = apply(fit("G", *events, missing_values=Pymva.MissingValues.PASS), inputs)
        self.assertTrue(np.isnan(found[::7, 0]).all())
        self.assertEqual(found[5, 1], found[:, 1].max())
        with self.assertRaisesRegex(Exception, "“x0” has missing values"):
            fit("D", *events, missing_values=Pymva.MissingValues.PASS)

    def test_negative_weights(self):
        """With their signs, they take one sample away from another."""
        weights = np.where(np.arange(len(self.inputs)) % 5 == 0, -0.5, 1.0)
        events = (self.inputs[:, :3], self.is_signal, weights)
        signed = {"negative_weights": Pymva.NegativeWeights.PASS}
        inputs = self.inputs[:, :3].astype(np.float64)
        mean = np.average(inputs, axis=0, weights=weights)
        deviation = np.sqrt(np.average((inputs - mean) ** 2, axis=0, weights=weights))
        np.testing.assert_allclose(apply(fit("S", *events, **signed), self.inputs[:, :3]),
                                   (inputs - mean) / deviation, atol=1e-10)
        found = apply(fit("U", *events, **signed), self.inputs[:, :3])
        for column in range(3):
            order = np.argsort(inputs[:, column], kind="stable")
            self.assertTrue((np.diff(found[order, column]) >= 0).all())
            exact = mid_ranks(inputs[:, column], weights)
            self.assertLess(np.abs(found[:, column] - exact).max(), 0.003)
        absolute = apply(fit("S", *events, negative_weights=Pymva.NegativeWeights.ABSOLUTE),
                         self.inputs[:, :3])
        scaler = preprocessing.StandardScaler().fit(inputs, sample_weight=np.abs(weights))
        np.testing.assert_allclose(absolute, scaler.transform(inputs), atol=1e-10)

    def test_dependent(self):
        inputs = self.inputs[:, :4].copy()
        inputs[:, 3] = inputs[:, 0] + 2 * inputs[:, 2]
        with self.assertRaisesRegex(Exception, "“x0”.*“x2”.*“x3”.*follows from the others"):
            fit("D", inputs, self.is_signal)
        columns = apply(fit("P", inputs, self.is_signal), inputs)
        self.assertLess(np.abs(columns[:, 3]).max(), 1e-5)


if __name__ == "__main__":
    unittest.main()
