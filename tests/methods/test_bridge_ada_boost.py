# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter of scikit-learn's AdaBoost, against scikit-learn itself."""

import unittest

import numpy as np
from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor
from sklearn.multioutput import MultiOutputRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from bridge import Report, numbers, plain_answers, three_classes, two_classes, walk
from pymva_bridge import sklearn_ada_boost
from pymva_bridge.sklearn_versions import VERSION


class AdaBoostTest(unittest.TestCase):
    def assert_same(self, config, data, plain, answers):
        """One call of fit of scikit-learn gives the same answers, on all events."""
        report = Report()
        state = sklearn_ada_boost.fit(dict(config, seed=3), data, report)
        found = sklearn_ada_boost.predict(state, data["inputs"])
        self.assertEqual(found.dtype, np.float32)
        plain.set_params(random_state=3)
        plain.fit(data["inputs"], answers, sample_weight=data["weights"])
        np.testing.assert_array_equal(found, plain_answers(plain, data))
        np.testing.assert_array_equal(sklearn_ada_boost.importance(state),
                                      plain.feature_importances_)

        n_trees = len(plain.estimators_)
        self.assertEqual([(index, metrics["trees"]) for index, metrics in report.iterations],
                         [(index, index + 1) for index in range(n_trees)])
        self.assertEqual([metrics["error"] for _, metrics in report.iterations],
                         list(plain.estimator_errors_[:n_trees]))
        self.assertEqual([metrics["tree_weight"] for _, metrics in report.iterations],
                         list(plain.estimator_weights_[:n_trees]))
        self.assertEqual(report.fractions, sorted(report.fractions))
        self.assertEqual(report.fractions[-1], 1.0)
        # What was watched is scikit-learn's own again.
        self.assertEqual({type(each).__module__ for each in state.model.estimators_},
                         {"sklearn.tree._classes"})
        files, executable = sklearn_ada_boost.dump(state)
        self.assertEqual(list(files), executable)
        again = sklearn_ada_boost.predict(sklearn_ada_boost.load(files), data["inputs"])
        np.testing.assert_array_equal(again, found)
        return state

    def assert_native(self, state, inputs):
        native = sklearn_ada_boost.to_native(state)
        np.testing.assert_array_equal(walk(*native, inputs[:60]),
                                      sklearn_ada_boost.predict(state, inputs[:60]))

    def test_classification(self):
        weights = np.random.default_rng(1).uniform(0.1, 3.0, 1500)
        data = two_classes(weights=weights)
        state = self.assert_same({}, data, AdaBoostClassifier(), data["labels"] == 0)
        self.assert_native(state, data["inputs"])
        state = self.assert_same(
            {"n_estimators": 20, "learning_rate": 0.5, "max_depth": 3}, data,
            AdaBoostClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=20,
                               learning_rate=0.5), data["labels"] == 0)
        self.assert_native(state, data["inputs"])

    def test_multiclass(self):
        data = three_classes()
        state = self.assert_same({"n_estimators": 30}, data, AdaBoostClassifier(n_estimators=30),
                                 data["labels"])
        self.assert_native(state, data["inputs"])

    def test_algorithm(self):
        """SAMME.R is used where it is, and SAMME takes its place elsewhere."""
        data = two_classes()
        for algorithm in ("SAMME", "SAMME.R"):
            plain = AdaBoostClassifier(n_estimators=10)
            if VERSION < (1, 6):
                plain.set_params(algorithm=algorithm)
            state = self.assert_same({"n_estimators": 10, "algorithm": algorithm}, data, plain,
                                     data["labels"] == 0)
            self.assertEqual(sklearn_ada_boost.provenance(state)["algorithm"],
                             algorithm if VERSION < (1, 6) else "SAMME")
            self.assert_native(state, data["inputs"])

    def test_regression(self):
        data = dict(numbers(n_targets=1),
                    weights=np.random.default_rng(1).uniform(0.1, 3.0, 1500))
        for loss in ("linear", "square", "exponential"):
            state = self.assert_same({"n_estimators": 15, "loss": loss}, data,
                                     AdaBoostRegressor(n_estimators=15, loss=loss),
                                     data["target_values"][:, 0])
            self.assert_native(state, data["inputs"])
        self.assert_same({"n_estimators": 5, "max_depth": 0}, data,
                         AdaBoostRegressor(DecisionTreeRegressor(), n_estimators=5),
                         data["target_values"][:, 0])

    def test_several_targets(self):
        data = numbers()
        report = Report()
        state = sklearn_ada_boost.fit({"n_estimators": 8, "seed": 3}, data, report)
        plain = MultiOutputRegressor(AdaBoostRegressor(n_estimators=8, random_state=3)).fit(
            data["inputs"], data["target_values"])
        np.testing.assert_array_equal(sklearn_ada_boost.predict(state, data["inputs"]),
                                      plain_answers(plain, data))
        self.assertEqual([metrics["target"] for _, metrics in report.iterations],
                         ["f"] * 8 + ["g"] * 8)
        self.assertEqual(report.fractions, sorted(report.fractions))

    def test_early_end(self):
        """A tree without errors ends the boosting."""
        data = two_classes(200)
        report = Report()
        state = sklearn_ada_boost.fit({"max_depth": 0, "seed": 0}, data, report)
        self.assertEqual(sklearn_ada_boost.provenance(state)["trees"], 1)
        self.assertEqual(len(report.iterations), 1)
        self.assertEqual(report.fractions[-1], 1.0)
        self.assert_native(state, data["inputs"])

    def test_cancel(self):
        report = Report(checks_left=7)
        with self.assertRaises(KeyboardInterrupt):
            sklearn_ada_boost.fit({"n_estimators": 100000, "seed": 0}, two_classes(), report)
        self.assertEqual(len(report.iterations), 6)

    def test_weights_count_events(self):
        data = two_classes(300, weights=np.arange(300) % 4 + 1.0)
        rows = np.repeat(np.arange(300), np.arange(300) % 4 + 1)
        repeated = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows],
                        weights=None)
        answers = [sklearn_ada_boost.predict(
            sklearn_ada_boost.fit({"n_estimators": 10, "seed": 0, "algorithm": "samme"}, each,
                                  Report()), data["inputs"]) for each in (data, repeated)]
        np.testing.assert_allclose(*answers, rtol=1e-5)

    def test_bad_events(self):
        data = two_classes(weights=np.where(np.arange(1500) % 10 == 0, -1.0, 1.0))
        with self.assertRaisesRegex(ValueError, "no negative weights, and they go down to -1"):
            sklearn_ada_boost.fit({"seed": 0}, data, Report())
        # The same event in each class, so that no split helps.
        data = two_classes(400)
        data["inputs"] = np.zeros_like(data["inputs"])
        data["labels"] = np.arange(400) % 2
        with self.assertRaisesRegex(ValueError, "no better than guessing"):
            sklearn_ada_boost.fit({"seed": 0, "algorithm": "samme"}, data, Report())


if __name__ == "__main__":
    unittest.main()
