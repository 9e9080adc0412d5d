# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter of scikit-learn's random forests, against scikit-learn itself."""

import unittest

import numpy as np
from sklearn.ensemble import (ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier,
                              RandomForestRegressor)

from bridge import Report, numbers, three_classes, two_classes, walk
from pymva_bridge import sklearn_forest
from pymva_bridge.sklearn_versions import VERSION


class ForestTest(unittest.TestCase):
    def assert_same_forest(self, config, data, plain, answers):
        """Trained in blocks, the forest is the one that a single call of fit makes."""
        report = Report()
        state = sklearn_forest.fit(config, data, report)
        found = sklearn_forest.predict(state, data["inputs"])
        self.assertEqual(found.dtype, np.float32)
        np.testing.assert_array_equal(found, answers(plain).astype(np.float32))
        dump = sklearn_forest.to_native(state)
        rows = np.array(data["inputs"][:60])
        if VERSION >= ((1, 6) if config.get("extra_trees") else (1, 4)):
            rows[::7, 0] = np.nan
        np.testing.assert_array_equal(walk(*dump, rows), sklearn_forest.predict(state, rows))
        return state, report

    def test_classification_with_weights(self):
        weights = np.random.default_rng(1).uniform(0.1, 3.0, 1500)
        data = two_classes(weights=weights)
        plain = RandomForestClassifier(40, random_state=7).fit(
            data["inputs"], data["labels"] == 0, sample_weight=weights)
        state, report = self.assert_same_forest(
            {"n_estimators": 40, "seed": 7}, data, plain,
            lambda forest: forest.predict_proba(data["inputs"])[:, 1:])
        np.testing.assert_array_equal(sklearn_forest.importance(state), plain.feature_importances_)
        self.assertEqual([index for index, _ in report.iterations],
                         list(range(len(report.iterations))))
        self.assertGreater(len(report.iterations), 1)
        self.assertEqual(report.iterations[-1][1]["trees"], 40)
        self.assertEqual(report.fractions, sorted(report.fractions))
        self.assertEqual(report.fractions[-1], 1.0)

    def test_multiclass_with_all_options(self):
        data = three_classes()
        options = {"max_depth": 6, "min_samples_split": 8, "min_samples_leaf": 3,
                   "min_weight_fraction_leaf": 0.001, "max_leaf_nodes": 30,
                   "min_impurity_decrease": 1e-5, "ccp_alpha": 1e-4, "criterion": "entropy",
                   "max_samples": 0.8}
        plain = RandomForestClassifier(
            30, random_state=3, n_jobs=2, class_weight="balanced", max_features=2,
            oob_score=True, **options).fit(
                data["inputs"], data["labels"], sample_weight=data["weights"])
        plain.set_params(n_jobs=1)
        state, report = self.assert_same_forest(
            dict(options, n_estimators=30, seed=3, n_threads=2, class_weight="balanced",
                 max_features="2", oob_score=True), data, plain,
            lambda forest: forest.predict_proba(data["inputs"]))
        self.assertEqual(report.iterations[-1][1]["oob_score"], plain.oob_score_)
        self.assertEqual(sklearn_forest.provenance(state)["oob_score"], plain.oob_score_)

    def test_regression(self):
        for n_targets in (1, 2):
            data = numbers(n_targets=n_targets)
            plain = RandomForestRegressor(20, random_state=0).fit(
                data["inputs"], np.squeeze(data["target_values"]))
            self.assert_same_forest(
                {"n_estimators": 20, "seed": 0}, data, plain,
                lambda forest: forest.predict(data["inputs"]).reshape(len(data["inputs"]), -1))

    def test_extra_trees(self):
        data = dict(two_classes(), weights=np.random.default_rng(1).uniform(0.1, 3.0, 1500))
        plain = ExtraTreesClassifier(20, random_state=7).fit(
            data["inputs"], data["labels"] == 0, sample_weight=data["weights"])
        config = {"extra_trees": True, "n_estimators": 20, "seed": 7}
        self.assert_same_forest(dict(config, bootstrap=False), data, plain,
                                lambda forest: forest.predict_proba(data["inputs"])[:, 1:])
        data = numbers()
        plain = ExtraTreesRegressor(20, random_state=7, bootstrap=True, max_depth=5).fit(
            data["inputs"], data["target_values"])
        self.assert_same_forest(dict(config, max_depth=5), data, plain,
                                lambda forest: forest.predict(data["inputs"]))

    def test_warm_start(self):
        """Training on gives what training at once gives, and leaves the first forest alone."""
        data = two_classes()
        config = {"n_estimators": 20, "seed": 7, "warm_start": True}
        first = sklearn_forest.fit(config, data, Report())
        before = sklearn_forest.predict(first, data["inputs"])
        again = sklearn_forest.fit(dict(config, n_estimators=35), dict(data, previous=first),
                                   Report())
        plain = RandomForestClassifier(35, random_state=7).fit(data["inputs"], data["labels"] == 0)
        np.testing.assert_array_equal(
            sklearn_forest.predict(again, data["inputs"]),
            plain.predict_proba(data["inputs"])[:, 1:].astype(np.float32))
        np.testing.assert_array_equal(sklearn_forest.predict(first, data["inputs"]), before)
        self.assertEqual(len(first.model.estimators_), 20)

    def test_missing_values(self):
        """Arrays that come from the program are read-only."""
        data = two_classes()
        inputs = np.array(data["inputs"], dtype=np.float32)
        inputs[::5, 0] = np.nan
        inputs.setflags(write=False)
        data["inputs"] = inputs
        if VERSION < (1, 4):
            with self.assertRaisesRegex(ValueError, "contains NaN"):
                sklearn_forest.fit({"seed": 0}, data, Report())
            return
        plain = RandomForestClassifier(20, random_state=0).fit(
            np.array(inputs), data["labels"] == 0)
        self.assert_same_forest({"n_estimators": 20, "seed": 0}, data, plain,
                                lambda forest: forest.predict_proba(inputs)[:, 1:])

    def test_cancel_between_blocks(self):
        report = Report(checks_left=2)
        with self.assertRaises(KeyboardInterrupt):
            sklearn_forest.fit({"n_estimators": 100000, "seed": 0}, two_classes(), report)
        self.assertEqual(len(report.iterations), 2)

    def test_bad_values(self):
        for config, words in (({"n_threads": 0}, "n-threads is 0; it must be at least 1, or -1"),
                              ({"criterion": "ginni"}, "“gini”, “entropy”, “log_loss”"),
                              ({"max_features": "many"}, "“sqrt”"),
                              ({"oob_score": True, "bootstrap": False}, "needs bootstrap")):
            with self.assertRaisesRegex(ValueError, words):
                sklearn_forest.fit(dict(config, seed=0), two_classes(), Report())
        data = two_classes()
        data["labels"] = np.zeros_like(data["labels"])
        with self.assertRaisesRegex(ValueError, "“background” has no training events"):
            sklearn_forest.fit({"seed": 0}, data, Report())

    def test_weights_count_events(self):
        data = two_classes(200, weights=np.arange(200) % 4 + 1.0)
        rows = np.repeat(np.arange(200), np.arange(200) % 4 + 1)
        repeated = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows],
                        weights=None)
        config = {"n_estimators": 3, "seed": 0, "bootstrap": False, "max_features": "all"}
        answers = [sklearn_forest.predict(sklearn_forest.fit(config, each, Report()),
                                          data["inputs"]) for each in (data, repeated)]
        np.testing.assert_array_equal(*answers)

    def test_negative_weights(self):
        data = two_classes(weights=np.where(np.arange(1500) % 10 == 0, -1.0, 1.0))
        if VERSION >= (1, 9):
            with self.assertRaisesRegex(ValueError, "weights, which go down to -1 here; switch"):
                sklearn_forest.fit({"n_estimators": 2, "seed": 0}, data, Report())
        sklearn_forest.fit({"n_estimators": 2, "seed": 0, "bootstrap": False}, data, Report())

    def test_large_inputs(self):
        """Their sum is not finite; the arrays can only be read, as those of tensors."""
        data = two_classes()
        for factor in (1e37, np.inf):
            inputs = data["inputs"].copy()
            inputs[:, 0] = np.abs(inputs[:, 0]) * np.float32(factor)
            inputs.flags.writeable = False
            if np.isinf(factor):
                with self.assertRaisesRegex(ValueError, "contains infinity"):
                    sklearn_forest.fit({"seed": 0}, dict(data, inputs=inputs), Report())
                continue
            state = sklearn_forest.fit({"n_estimators": 2, "seed": 0}, dict(data, inputs=inputs),
                                       Report())
            self.assertEqual(sklearn_forest.predict(state, inputs).shape, (1500, 1))

    def test_wrong_shape(self):
        state = sklearn_forest.fit({"n_estimators": 2, "seed": 0}, two_classes(), Report())
        for shape in ((5, 3), (4,), (0, 5)):
            with self.assertRaisesRegex(ValueError, r"expected \(events, 4\)"):
                sklearn_forest.predict(state, np.zeros(shape, dtype=np.float32))
        self.assertEqual(sklearn_forest.predict(state, np.zeros((0, 4))).shape, (0, 1))


if __name__ == "__main__":
    unittest.main()
