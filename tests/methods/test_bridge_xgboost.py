# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter of XGBoost, against XGBoost itself."""

import unittest
import warnings

import numpy as np
import xgboost

from booster_cases import BoosterCases
from bridge import Report, numbers, three_classes, two_classes
from pymva_bridge import boosters, common, xgboost_trees

NEW = common.version_of(xgboost) >= (2, 0)


class XGBoostTest(BoosterCases, unittest.TestCase):
    adapter = xgboost_trees
    metric = "logloss"
    random = {"subsample": 0.5, "colsample_bynode": 0.5}
    penalised = {}

    def assert_same_trees(self, config, data, params, answers, n_rounds=25):
        """A plain training with XGBoost gives the same answers for all events."""
        report = Report()
        state = self.train(dict(config, n_estimators=n_rounds, seed=7), data, report)
        events = xgboost.DMatrix(data["inputs"], answers, weight=data["weights"])
        params = dict({"tree_method": "hist", "seed": 7, "nthread": 1}, **params)
        told = {}
        plain = xgboost.train(params, events, n_rounds, evals=[(events, "training")],
                              evals_result=told, verbose_eval=False)
        inputs = np.array(data["inputs"])
        inputs[::9, 1] = np.nan
        expected = plain.predict(xgboost.DMatrix(inputs)).reshape(len(inputs), -1)
        np.testing.assert_array_equal(xgboost_trees.predict(state, inputs), expected)
        for name, figures in told["training"].items():
            self.assertEqual([each[f"training_{name}"] for _, each in report.iterations], figures)
        return state, plain

    def test_classification(self):
        data = two_classes(weights=np.random.default_rng(1).uniform(0.1, 3.0, 1500))
        state, plain = self.assert_same_trees(
            {"max_depth": 3, "learning_rate": 0.2}, data,
            {"objective": "binary:logistic", "max_depth": 3, "eta": 0.2}, data["labels"] == 0)
        gains = plain.get_score(importance_type="gain")
        total = sum(gains.values())
        np.testing.assert_allclose(
            xgboost_trees.importance(state), [gains[f"f{i}"] / total for i in range(4)])
        answers = xgboost_trees.predict(state, data["inputs"])[:, 0]
        self.assertGreater(answers[data["labels"] == 0].mean(), 0.5)

    def test_multiclass(self):
        data = three_classes()
        self.assert_same_trees({}, data, {"objective": "multi:softprob", "num_class": 3},
                               data["labels"])

    def test_regression(self):
        for n_targets in (1, 2):
            data = numbers(n_targets=n_targets)
            self.assert_same_trees({}, data, {"objective": "reg:squarederror"},
                                   np.squeeze(data["target_values"]))

    def test_all_options(self):
        """Each option reaches XGBoost under its own name."""
        data = two_classes()
        options = {"max_depth": 5, "max_leaves": 9, "grow_policy": "lossguide", "gamma": 0.1,
                   "min_child_weight": 2.0, "max_delta_step": 0.5, "subsample": 0.8,
                   "colsample_bytree": 0.9, "colsample_bylevel": 0.9, "colsample_bynode": 0.9,
                   "reg_lambda": 2.0, "reg_alpha": 0.2, "max_bin": 64, "num_parallel_tree": 2,
                   "scale_pos_weight": 1.5, "tree_method": "approx"}
        self.assert_same_trees(
            dict(options, monotone_constraints="1,0,-1,0", eval_metric="auc,error@0.4"), data,
            dict(options, objective="binary:logistic", monotone_constraints="(1,0,-1,0)",
                 eval_metric=["auc", "error@0.4"]), data["labels"] == 0)

    def test_dart(self):
        data = two_classes()
        options = {"booster": "dart", "rate_drop": 0.3, "one_drop": True, "skip_drop": 0.2,
                   "sample_type": "weighted", "normalize_type": "forest"}
        self.assert_same_trees(options, data, dict(options, objective="binary:logistic"),
                               data["labels"] == 0)

    def test_every_round_is_reported(self):
        """Also the one that ends the training; whether it is must not depend on chance."""
        for _ in range(10):
            report = Report()
            state = self.train({"early_stopping": 5, "n_estimators": 200}, two_classes(), report)
            self.assertEqual(len(report.iterations), state.n_rounds + 5)

    def test_tree_methods(self):
        data = two_classes()
        for word in ("approx", "exact"):
            # “exact” has no bins, and the adapter none for it.
            bins = {"max_bin": 32} if word == "approx" else {}
            self.assert_same_trees({"tree_method": word, "max_bin": 32}, data,
                                   {"tree_method": word, "objective": "binary:logistic", **bins},
                                   data["labels"] == 0)

    def test_objectives(self):
        data = numbers(n_targets=1)
        for word, options in (("reg-pseudohubererror", {"huber_slope": 3.0}),
                              ("reg-absoluteerror", {}), ("reg-squaredlogerror", {}),
                              ("count-poisson", {}), ("reg-gamma", {}),
                              ("reg-tweedie", {"tweedie_variance_power": 1.2})):
            self.assert_same_trees(dict(options, objective=word), data,
                                   dict(options, objective=word.replace("-", ":", 1)),
                                   data["target_values"][:, 0])
        shares = dict(data, target_values=data["target_values"] / 200.0)
        self.assert_same_trees({"objective": "reg-logistic"}, shares,
                               {"objective": "reg:logistic"}, shares["target_values"][:, 0])
        classes = two_classes()
        state, _ = self.assert_same_trees({"objective": "binary-hinge"}, classes,
                                          {"objective": "binary:hinge"}, classes["labels"] == 0)
        self.assertEqual(set(xgboost_trees.predict(state, classes["inputs"]).ravel()), {0.0, 1.0})

    def test_newer_options(self):
        """What XGBoost has since 2.0, and says of it before."""
        single, several = numbers(n_targets=1), numbers()
        if NEW:
            self.assert_same_trees({"objective": "reg-quantileerror", "quantile_alpha": 0.3},
                                   single,
                                   {"objective": "reg:quantileerror", "quantile_alpha": 0.3},
                                   single["target_values"][:, 0])
            self.assert_same_trees({"multi_strategy": "multi-output-tree"}, several,
                                   {"multi_strategy": "multi_output_tree"},
                                   several["target_values"])
        else:
            self.assert_refused({"objective": "reg-quantileerror"}, single,
                                "“reg-quantileerror”, which XGBoost 1.* does not have; 2.0 does")
            self.assert_refused({"multi_strategy": "multi-output-tree"}, several,
                                "multi-strategy is “multi-output-tree”, which XGBoost 1")

    def test_weights_count_events(self):
        """As repeated events, in bins that hold one value each, and where all values are tried."""
        counts = np.arange(1500) % 3 + 1
        data = two_classes(weights=counts.astype(np.float64))
        rows = np.repeat(np.arange(1500), counts)
        repeated = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows],
                        weights=None)
        for config in ({"max_bin": 2000}, {"tree_method": "exact"}):
            each = [self.adapter.predict(self.train(config, part), data["inputs"])
                    for part in (data, repeated)]
            np.testing.assert_allclose(*each, atol=2e-6)

    def test_negative_weights(self):
        for weights in (np.where(np.arange(1500) % 10 == 0, -1.0, 1.0), np.full(1500, -1.0)):
            self.assert_refused({}, two_classes(weights=weights),
                                "XGBoost takes no negative weights, and the events' go down to -1; "
                                "let negative-weights of the data set be “drop”, “zero”")

    def test_refusals_are_plain(self):
        """Without addresses, places in XGBoost's source, and other people's folders."""
        inputs = np.array(two_classes()["inputs"])
        inputs[3, 2] = np.inf
        single = numbers(n_targets=1)
        for config, data, words in (
                ({}, dict(two_classes(), inputs=inputs), "contains `inf`"),
                ({"tree_method": "exact", "max_depth": 0}, two_classes(),
                 "exact tree method doesn't support unlimited depth"),
                ({"objective": "count-poisson"},
                 dict(single, target_values=-single["target_values"]), "non-?negative")):
            with self.assertRaisesRegex(ValueError, words) as caught:
                self.train(config, data)
            text = str(caught.exception)
            self.assertTrue(text.startswith("XGBoost refuses this: "), text)
            self.assertNotRegex(text, r"Stack trace|\[bt\]|Check failed|\.(cc|cu|h):\d")

    def test_no_memory(self):
        with self.assertRaises(MemoryError):
            with boosters.plain_errors(xgboost.core.XGBoostError, "XGBoost"):
                raise xgboost.core.XGBoostError("std::bad_alloc")

    def test_device(self):
        self.assert_refused({"device": "cuda"}, two_classes(), "built without CUDA; install the "
                            "package xgboost in place of xgboost-cpu")
        np.testing.assert_array_equal(self.answers({"device": "auto"}, two_classes()),
                                      self.answers({}, two_classes()))

    def test_no_warnings(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for config in ({}, {"tree_method": "exact"}, {"early_stopping": 3}):
                for data in (two_classes(), three_classes(), numbers()):
                    self.train(config, data)


if __name__ == "__main__":
    unittest.main()
