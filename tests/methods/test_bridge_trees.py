# SPDX-License-Identifier: LGPL-2.1-or-later
"""The stages of what scikit-learn makes of trees, against whichever scikit-learn is there."""

import unittest

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from bridge import Report, numbers, three_classes, two_classes, walk
from pymva_bridge import sklearn_estimator, sklearn_versions

HAS_ENCODER = sklearn_versions.VERSION >= (1, 4)


def fit(name, data, **parameters):
    ending = "Regressor" if data["analysis_type"] == "regression" else "Classifier"
    config = {"estimator": name.replace("*", ending), "seed": 3, "n_threads": 2,
              "estimator_parameters": parameters}
    return sklearn_estimator.fit(config, data, Report())


def start(data, **options):
    """An estimator that gives all events the same answer."""
    make = DummyRegressor if data["analysis_type"] == "regression" else DummyClassifier
    return make(**options)


class TreesTest(unittest.TestCase):
    def check(self, name, *datas, **parameters):
        for data in datas or (two_classes(), three_classes(), numbers(n_targets=1), numbers()):
            with self.subTest(name, analysis=data["analysis_type"]):
                state = fit(name, data, **parameters)
                native = sklearn_estimator.to_native(state)
                self.assertIsNotNone(native)
                rows = data["inputs"][:60]
                np.testing.assert_array_equal(walk(*native, rows),
                                              sklearn_estimator.predict(state, rows))

    def test_trees(self):
        self.check("DecisionTree*", max_depth=5)
        self.check("ExtraTree*")

    def test_forests(self):
        self.check("RandomForest*", n_estimators=9, max_depth=4)
        self.check("ExtraTrees*", n_estimators=5)

    def test_bagging(self):
        """Few events, so that trees miss classes, and some of the variables."""
        self.check("Bagging*", max_features=0.5, max_samples=4, n_estimators=30)
        self.check("Bagging*(DecisionTree*)", estimator__max_depth=3, bootstrap_features=True)

    def test_boosting(self):
        self.check("GradientBoosting*", n_estimators=8)
        for data in (two_classes(), three_classes(), numbers(n_targets=1)):
            self.check("GradientBoosting*", data, n_estimators=5, init=start(data))
            self.check("GradientBoosting*", data, n_estimators=5, init="zero")
        self.check("GradientBoosting*", two_classes(), n_estimators=5, loss="exponential")

    def test_histogram(self):
        self.check("HistGradientBoosting*", max_iter=4)
        positive = numbers(n_targets=1)
        for loss in ("absolute_error", "poisson", "quantile"):
            self.check("HistGradientBoosting*", positive, max_iter=8, loss=loss,
                       **({"quantile": 0.8} if loss == "quantile" else {}))

    def test_ada_boost(self):
        self.check("AdaBoost*", n_estimators=12)

    def test_categories(self):
        """Halves are no whole numbers, and some categories come first when it is applied."""
        random = np.random.default_rng(1)
        data = two_classes()
        inputs = np.array(data["inputs"])
        if HAS_ENCODER:
            inputs[:, 0] = random.integers(-3, 9, len(inputs)) / 2
        else:
            inputs[:, 0] = random.integers(0, 9, len(inputs))
        inputs[::9, 0] = np.nan
        data = dict(data, inputs=inputs,
                    labels=((inputs[:, 0] % 1 == 0) ^ (inputs[:, 1] > 0)).astype(np.int32))
        state = fit("HistGradientBoosting*", data, categorical_features=[0], max_iter=6)
        native = sklearn_estimator.to_native(state)
        # Older versions take numbers without a list of them.
        self.assertEqual(native is not None, HAS_ENCODER)
        if native is not None:
            rows = inputs[:60].copy()
            rows[:7, 0] = [99, -99, 0.25, -0.0, 1.0000001, 4, np.nan]
            np.testing.assert_array_equal(walk(*native, rows),
                                          sklearn_estimator.predict(state, rows))

    def test_refused(self):
        """What starts from other answers, or from drawn ones, stays with Python."""
        for data, first in ((two_classes(), KNeighborsClassifier()),
                            (numbers(n_targets=1), KNeighborsRegressor()),
                            (two_classes(), DummyClassifier(strategy="stratified"))):
            state = fit("GradientBoosting*", data, n_estimators=3, init=first)
            self.assertIsNone(sklearn_estimator.to_native(state))
            self.assertEqual(len(sklearn_estimator.predict(state, data["inputs"])), 1500)


if __name__ == "__main__":
    unittest.main()
