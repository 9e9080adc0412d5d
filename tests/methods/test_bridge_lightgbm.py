# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter of LightGBM, against LightGBM itself."""

import sys
import unittest
from unittest import mock
import warnings

import lightgbm
import numpy as np

from booster_cases import BoosterCases
from bridge import Report, numbers, three_classes, two_classes
from pymva_bridge import lightgbm_trees


class LightGBMTest(BoosterCases, unittest.TestCase):
    adapter = lightgbm_trees
    metric = "binary_logloss"
    random = {"bagging_freq": 1, "bagging_fraction": 0.5, "feature_fraction_bynode": 0.5}
    penalised = {"lambda_l2": 1.0}

    def plain(self, params, data, answers, n_rounds):
        """A plain training with LightGBM."""
        params = dict({"seed": 7, "num_threads": 1, "verbosity": -1, "deterministic": True,
                       "force_row_wise": True}, **params)
        return lightgbm.train(params, lightgbm.Dataset(data["inputs"], answers,
                                                       weight=data["weights"]), n_rounds)

    def assert_same_trees(self, config, data, params, answers, n_rounds=25):
        """A plain training gives the same answers for all events."""
        state = self.train(dict(config, n_estimators=n_rounds, seed=7), data)
        answers = np.asarray(answers)
        columns = answers.T if answers.ndim == 2 else [answers]
        models = [self.plain(params, data, column, n_rounds) for column in columns]
        inputs = np.array(data["inputs"])
        inputs[::9, 1] = np.nan
        expected = np.stack([model.predict(inputs) for model in models], axis=1)
        np.testing.assert_array_equal(lightgbm_trees.predict(state, inputs),
                                      expected.reshape(len(inputs), -1).astype(np.float32))
        return state, models

    def test_classification(self):
        data = two_classes(weights=np.random.default_rng(1).uniform(0.1, 3.0, 1500))
        state, models = self.assert_same_trees(
            {"num_leaves": 8, "learning_rate": 0.2}, data,
            {"objective": "binary", "num_leaves": 8, "learning_rate": 0.2}, data["labels"] == 0)
        gains = models[0].feature_importance("gain")
        np.testing.assert_allclose(lightgbm_trees.importance(state), gains / gains.sum())
        answers = lightgbm_trees.predict(state, data["inputs"])[:, 0]
        self.assertGreater(answers[data["labels"] == 0].mean(), 0.5)

    def test_multiclass(self):
        data = three_classes()
        for word in ("multiclass", "multiclassova"):
            self.assert_same_trees({"objective": word}, data, {"objective": word, "num_class": 3},
                                   data["labels"])

    def test_regression(self):
        for n_targets in (1, 2):
            data = numbers(n_targets=n_targets)
            self.assert_same_trees({}, data, {"objective": "regression"}, data["target_values"])

    def test_targets_are_reported(self):
        report = Report()
        self.train({}, numbers(), report)
        self.assertEqual([(told["target"], told["round"]) for _, told in report.iterations],
                         [(name, number) for name in "fg" for number in range(1, 11)])
        self.assertEqual([index for index, _ in report.iterations], list(range(20)))
        self.assertEqual(report.fractions, sorted(report.fractions))

    def test_all_options(self):
        """Each option reaches LightGBM under its own name."""
        data = two_classes()
        options = {"num_leaves": 12, "max_depth": 6, "min_data_in_leaf": 10,
                   "min_sum_hessian_in_leaf": 0.5, "min_gain_to_split": 0.1, "lambda_l1": 0.1,
                   "lambda_l2": 1.0, "path_smooth": 0.5, "max_delta_step": 0.7, "max_bin": 100,
                   "min_data_in_bin": 5, "bagging_fraction": 0.8, "bagging_freq": 2,
                   "feature_fraction": 0.9, "feature_fraction_bynode": 0.9, "extra_trees": True,
                   "scale_pos_weight": 1.5}
        self.assert_same_trees(
            dict(options, monotone_constraints="1,0,-1,0",
                 monotone_constraints_method="intermediate"), data,
            dict(options, objective="binary", monotone_constraints=[1, 0, -1, 0],
                 monotone_constraints_method="intermediate"), data["labels"] == 0)
        self.assert_same_trees({"is_unbalance": True}, data,
                               {"is_unbalance": True, "objective": "binary"}, data["labels"] == 0)
        self.assert_same_trees({"linear_tree": True}, data,
                               {"linear_tree": True, "objective": "binary"}, data["labels"] == 0)

    def test_boostings(self):
        data = two_classes()
        for options, params in (
                ({"boosting": "dart", "drop_rate": 0.3, "max_drop": 5, "skip_drop": 0.1}, {}),
                ({"boosting": "goss", "top_rate": 0.3, "other_rate": 0.2},
                 {"boosting": "gbdt", "data_sample_strategy": "goss"}),
                ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}, {})):
            self.assert_same_trees(options, data, dict(options, objective="binary", **params),
                                   data["labels"] == 0)

    def test_objectives(self):
        data = numbers(n_targets=1)
        for word, options in (("regression-l1", {}), ("huber", {"alpha": 5.0}),
                              ("fair", {"fair_c": 2.0}), ("poisson", {}),
                              ("quantile", {"alpha": 0.3}), ("mape", {}), ("gamma", {}),
                              ("tweedie", {"tweedie_variance_power": 1.2})):
            self.assert_same_trees(dict(options, objective=word), data,
                                   dict(options, objective=word.replace("-", "_")),
                                   data["target_values"][:, 0])
        classes = two_classes()
        self.assert_same_trees({"objective": "cross-entropy"}, classes,
                               {"objective": "cross_entropy"}, classes["labels"] == 0)

    def test_metrics(self):
        report = Report()
        self.train({"eval_metric": "auc,average-precision", "validation_size": "0.3"},
                   two_classes(), report)
        self.assertEqual(set(report.iterations[-1][1]), {
            "round", "training_auc", "training_average_precision", "validation_auc",
            "validation_average_precision"})

    def test_weights_count(self):
        """LightGBM bins events by their number, and guesses numbers from sums: what repeated events
        give is near, not equal."""
        counts = np.arange(1500) % 3 + 1
        data = two_classes(weights=counts.astype(np.float64))
        rows = np.repeat(np.arange(1500), counts)
        repeated = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows],
                        weights=None)
        config = {"max_bin": 4000, "min_data_in_bin": 1, "min_data_in_leaf": 0, "max_depth": 3,
                  "min_sum_hessian_in_leaf": 5.0}
        weighted, plain, ignored = [
            self.adapter.predict(self.train(config, part), data["inputs"])
            for part in (data, repeated, dict(data, weights=None))]
        self.assertLess(np.abs(weighted - plain).mean(), 0.01)
        self.assertGreater(np.abs(ignored - plain).mean(), 2 * np.abs(weighted - plain).mean())

    def test_negative_weights_cancel(self):
        """An event that is there with the weights 1 and -1 does not count."""
        data = two_classes(3000)
        wrong = dict(data, labels=1 - data["labels"])
        joined = {name: np.concatenate([data[name], wrong[name], wrong[name]])
                  for name in ("inputs", "labels")}
        weights = np.repeat([1.0, 1.0, -1.0], 3000)
        config = {"num_leaves": 8, "min_sum_hessian_in_leaf": 10.0}
        expected = self.answers(config, data)
        state = self.train(config, dict(data, weights=weights, **joined))
        found = self.adapter.predict(state, data["inputs"])
        self.assertLess(np.abs(found - expected).mean(), 0.02)

    def test_sampling(self):
        for config, words in (
                ({"bagging_fraction": 0.5}, "bagging-fraction is 0.5, but bagging-freq is 0"),
                ({"boosting": "goss", "bagging_fraction": 0.5, "bagging_freq": 1},
                 "boosting is “goss”, which draws the events itself"),
                ({"boosting": "rf"}, "boosting is “rf”, whose trees must differ"),
                ({"boosting": "rf", "feature_fraction": 0.5, "continue_training": True},
                 "“rf”, which cannot be continued")):
            self.assert_refused(config, two_classes(), words)

    def test_refusals_are_plain(self):
        self.assert_refused({"device": "cuda"}, two_classes(),
                            "LightGBM refuses this: CUDA Tree Learner was not enabled")
        self.assert_refused({"num_leaves": 1}, two_classes(),
                            r"LightGBM refuses this: it needs \(num_leaves\) > \(1\)$")
        self.assert_refused({"objective": "regression-l1", "monotone_constraints": "1,0"},
                            numbers(), "Cannot use ``monotone_constraints`` in regression_l1")
        self.assert_refused({"objective": "poisson"},
                            dict(numbers(), target_values=-numbers()["target_values"]),
                            "LightGBM refuses this: .*negative")

    def test_device_auto(self):
        np.testing.assert_array_equal(self.answers({"device": "auto"}, two_classes()),
                                      self.answers({}, two_classes()))

        # Other threads may print while it is tried out.
        seen = []

        def train(*_args):
            seen.append(sys.stdout)
            raise lightgbm.basic.LightGBMError

        with mock.patch.object(lightgbm, "train", train):
            self.assertEqual(lightgbm_trees.device_of({"device": "auto"}, np.zeros((2, 1))), "cpu")
        self.assertEqual(seen, [sys.stdout])

    def test_no_warnings(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for config in ({}, {"early_stopping": 3}):
                for data in (two_classes(), three_classes(), numbers()):
                    self.train(config, data)


if __name__ == "__main__":
    unittest.main()
