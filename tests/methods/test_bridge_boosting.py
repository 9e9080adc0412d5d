# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter of scikit-learn's gradient boosting, against scikit-learn itself."""

import contextlib
import io
import os
import sys
import threading
import unittest

# scikit-learn itself, with which the adapter is compared, shall not wait for many threads.
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from sklearn.ensemble import (GradientBoostingClassifier, GradientBoostingRegressor,
                              HistGradientBoostingClassifier, HistGradientBoostingRegressor)
from sklearn.multioutput import MultiOutputRegressor

from bridge import Report, numbers, plain_answers, three_classes, two_classes, walk
from pymva_bridge import sklearn_boosting
from pymva_bridge.sklearn_versions import VERSION


def with_weights(data, seed=1):
    return dict(data, weights=np.random.default_rng(seed).uniform(0.1, 3.0, len(data["inputs"])))


class BoostingTest(unittest.TestCase):
    def assert_same(self, config, data, plain, answers):
        """One call of fit of scikit-learn gives the same answers, on all events."""
        report = Report()
        state = sklearn_boosting.fit(dict(config, seed=3), data, report)
        found = sklearn_boosting.predict(state, data["inputs"])
        self.assertEqual(found.dtype, np.float32)
        plain.set_params(random_state=3)
        plain.fit(data["inputs"], answers, sample_weight=data["weights"])
        np.testing.assert_array_equal(found, plain_answers(plain, data))
        self.assertEqual([index for index, _ in report.iterations],
                         list(range(len(report.iterations))))
        self.assertEqual(report.fractions, sorted(report.fractions))
        self.assertEqual(report.fractions[-1], 1.0)

        if config.get("histogram"):
            self.assertIsNone(sklearn_boosting.importance(state))
        np.testing.assert_array_equal(
            walk(*sklearn_boosting.to_native(state), data["inputs"][:60]), found[:60])
        return state, report, plain

    def test_classification(self):
        data = with_weights(two_classes())
        state, report, plain = self.assert_same(
            {"n_estimators": 30}, data, GradientBoostingClassifier(n_estimators=30),
            data["labels"] == 0)
        np.testing.assert_array_equal(sklearn_boosting.importance(state),
                                      plain.feature_importances_)
        np.testing.assert_array_equal([metrics["training_loss"] for _, metrics
                                       in report.iterations], plain.train_score_)
        self.assertEqual(report.iterations[-1][1]["trees"], 30)

    def test_all_options(self):
        data = with_weights(two_classes())
        options = {"loss": "exponential", "learning_rate": 0.3, "subsample": 0.7,
                   "min_samples_split": 8, "min_samples_leaf": 3, "max_depth": 5,
                   "min_weight_fraction_leaf": 0.001, "max_leaf_nodes": 9,
                   "min_impurity_decrease": 1e-5, "ccp_alpha": 1e-5, "n_estimators": 25,
                   "init": "zero"}
        self.assert_same(dict(options, max_features="2"), data,
                         GradientBoostingClassifier(max_features=2, **options),
                         data["labels"] == 0)

    def test_multiclass(self):
        data = three_classes()
        state, _, _ = self.assert_same({"n_estimators": 15, "max_features": "0.7"}, data,
                                       GradientBoostingClassifier(n_estimators=15,
                                                                  max_features=0.7),
                                       data["labels"])
        self.assertEqual(sklearn_boosting.provenance(state)["trees"], 15)

    def test_regression(self):
        for loss in ("squared_error", "absolute_error", "huber", "quantile"):
            data = with_weights(numbers(n_targets=1))
            self.assert_same(
                {"n_estimators": 20, "loss": loss, "alpha": 0.8}, data,
                GradientBoostingRegressor(n_estimators=20, loss=loss, alpha=0.8),
                data["target_values"][:, 0])

    def test_several_targets(self):
        data = with_weights(numbers())
        for config, make in (({}, GradientBoostingRegressor), ({"histogram": True},
                                                               HistGradientBoostingRegressor)):
            data_report = Report()
            state = sklearn_boosting.fit(dict(config, n_estimators=12, seed=3), data, data_report)
            name = "max_iter" if config else "n_estimators"
            plain = MultiOutputRegressor(make(random_state=3, **{name: 12})).fit(
                data["inputs"], data["target_values"], sample_weight=data["weights"])
            np.testing.assert_array_equal(sklearn_boosting.predict(state, data["inputs"]),
                                          plain_answers(plain, data))
            self.assertEqual({metrics["target"] for _, metrics in data_report.iterations},
                             {"f", "g"})
            self.assertEqual(data_report.fractions, sorted(data_report.fractions))
            np.testing.assert_array_equal(
                walk(*sklearn_boosting.to_native(state), data["inputs"][:60]),
                sklearn_boosting.predict(state, data["inputs"])[:60])

    def test_early_stopping(self):
        """The random stream of the subsamples and the split are those of a plain fit, and the
        losses those that scikit-learn stops by."""
        for data, make, answers, options in (
                (with_weights(two_classes()), GradientBoostingClassifier, None, {}),
                (two_classes(), GradientBoostingClassifier, None, {"loss": "exponential"}),
                (three_classes(), GradientBoostingClassifier, None, {}),
                (with_weights(numbers(n_targets=1)), GradientBoostingRegressor, None,
                 {"loss": "absolute_error"}),
                (numbers(n_targets=1), GradientBoostingRegressor, None,
                 {"loss": "quantile", "alpha": 0.7})):
            if data["analysis_type"] == "regression":
                answers = data["target_values"][:, 0]
            else:
                answers = data["labels"] == 0 if len(data["classes"]) == 2 else data["labels"]
            options = dict(options, n_estimators=400, learning_rate=0.5, subsample=0.8,
                           n_iter_no_change=3, tol=1e-3, validation_fraction=0.25)
            state, report, plain = self.assert_same(options, data, make(**options), answers)
            losses = [metrics["validation_loss"] for _, metrics in report.iterations]
            n_stages = plain.n_estimators_
            self.assertEqual(len(losses), n_stages)
            self.assertLess(n_stages, 400)
            self.assert_stops(losses, 3, 1e-3)

    def assert_stops(self, losses, n_iter_no_change, tol):
        """scikit-learn's rule stops after the last loss, and not before."""
        history = np.full(n_iter_no_change, np.inf)
        for stage, loss in enumerate(losses):
            if np.any(loss + tol < history):
                history[stage % n_iter_no_change] = loss
                self.assertLess(stage, len(losses) - 1)
            else:
                self.assertEqual(stage, len(losses) - 1)

    def test_histogram(self):
        data = with_weights(two_classes(3000))
        options = {"learning_rate": 0.2, "max_depth": 4, "max_leaf_nodes": 11,
                   "min_samples_leaf": 7, "l2_regularization": 0.5, "max_bins": 63}
        config = dict(options, histogram=True, n_estimators=60, class_weight="balanced")
        plain = HistGradientBoostingClassifier(max_iter=60, class_weight="balanced",
                                               early_stopping=False, **options)
        if VERSION >= (1, 4):
            config["max_features"] = "0.5"
            plain.set_params(max_features=0.5)
        _, report, _ = self.assert_same(config, data, plain, data["labels"] == 0)
        losses = [metrics["training_loss"] for _, metrics in report.iterations]
        self.assertEqual(len(losses), 60)
        self.assertLess(losses[-1], losses[0])
        self.assertNotIn("validation_loss", report.iterations[0][1])

    def test_histogram_defaults(self):
        data = three_classes()
        self.assert_same({"histogram": True, "n_estimators": 20}, data,
                         HistGradientBoostingClassifier(max_iter=20), data["labels"])
        for loss in ("squared_error", "absolute_error", "poisson", "quantile", "gamma"):
            if loss == "gamma" and VERSION < (1, 3):
                continue
            data = with_weights(numbers(n_targets=1))
            plain = HistGradientBoostingRegressor(loss=loss, max_iter=20)
            if loss == "quantile":
                plain.set_params(quantile=0.9)
            self.assert_same({"histogram": True, "n_estimators": 20, "loss": loss}, data, plain,
                             data["target_values"][:, 0])

    def test_histogram_early_stopping(self):
        data = with_weights(two_classes(2000))
        _, report, plain = self.assert_same(
            {"histogram": True, "n_estimators": 300, "early_stopping": "on", "tol": 1e-4,
             "n_iter_no_change": 4, "learning_rate": 0.3, "validation_fraction": 0.3}, data,
            HistGradientBoostingClassifier(max_iter=300, early_stopping=True, tol=1e-4,
                                           n_iter_no_change=4, learning_rate=0.3,
                                           validation_fraction=0.3), data["labels"] == 0)
        self.assertLess(plain.n_iter_, 300)
        self.assertEqual(len(report.iterations), plain.n_iter_)
        for name, scores in (("training_loss", plain.train_score_),
                             ("validation_loss", plain.validation_score_)):
            np.testing.assert_array_equal([-metrics[name] for _, metrics in report.iterations],
                                          scores[1:])

    def test_histogram_output(self):
        """What others print meanwhile is shown, and nothing else."""
        class Printing(Report):
            def iteration(self, index, metrics):
                thread = threading.Thread(target=print, args=(f"stage {index}",))
                thread.start()
                thread.join()

        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            sklearn_boosting.fit({"histogram": True, "n_estimators": 3, "seed": 0}, two_classes(),
                                 Printing())
            self.assertIs(sys.stdout, shown)
        self.assertEqual(shown.getvalue(), "stage 0\nstage 1\nstage 2\n")

    def test_histogram_many_events(self):
        """Above 10000 events scikit-learn stops early of itself."""
        data = two_classes(10500)
        plain = HistGradientBoostingClassifier(max_iter=60, learning_rate=0.5)
        _, report, _ = self.assert_same(
            {"histogram": True, "n_estimators": 60, "learning_rate": 0.5}, data, plain,
            data["labels"] == 0)
        self.assertLess(len(report.iterations), 60)
        report = Report()
        sklearn_boosting.fit({"histogram": True, "n_estimators": 40, "learning_rate": 0.5,
                              "early_stopping": "off", "seed": 3}, data, report)
        self.assertEqual(len(report.iterations), 40)

    def test_warm_start(self):
        """Training on gives what training at once gives, and leaves the first training alone."""
        data = with_weights(two_classes())
        for config in ({"subsample": 0.6}, {"histogram": True}):
            config = dict(config, seed=3, warm_start=True)
            whole = sklearn_boosting.fit(dict(config, n_estimators=30), data, Report())
            first = sklearn_boosting.fit(dict(config, n_estimators=12), data, Report())
            before = sklearn_boosting.predict(first, data["inputs"])
            report = Report()
            again = sklearn_boosting.fit(dict(config, n_estimators=30),
                                         dict(data, previous=first), report)
            self.assertEqual([metrics["trees"] for _, metrics in report.iterations],
                             list(range(13, 31)))
            np.testing.assert_array_equal(sklearn_boosting.predict(again, data["inputs"]),
                                          sklearn_boosting.predict(whole, data["inputs"]))
            np.testing.assert_array_equal(sklearn_boosting.predict(first, data["inputs"]), before)
            for wrong, other, words in (
                    ({"n_estimators": 12}, data, "has made 12 trees"),
                    ({"histogram": "histogram" not in config}, data, "histogram is not what"),
                    ({}, three_classes(), "of 4 variables and 2 outputs, and this one is a "
                     "multiclass of 3 variables")):
                with self.assertRaisesRegex(ValueError, words):
                    sklearn_boosting.fit(dict(dict(config, n_estimators=30), **wrong),
                                         dict(other, previous=first), Report())
            # Without warm_start the training before does not matter.
            new = sklearn_boosting.fit(dict(config, n_estimators=12, warm_start=False),
                                       dict(data, previous=again), Report())
            np.testing.assert_array_equal(sklearn_boosting.predict(new, data["inputs"]), before)

    def test_cancel(self):
        for config, checks_left in (({}, 3), ({"histogram": True}, 20)):
            report = Report(checks_left=checks_left)
            with self.assertRaises(KeyboardInterrupt):
                sklearn_boosting.fit(dict(config, n_estimators=100000, seed=0), two_classes(),
                                     report)
            self.assertIn(len(report.iterations), range(1, checks_left))

    def test_weights_that_sum_to_zero(self):
        """Negative weights are taken as long as scikit-learn finds means with them."""
        data = two_classes(300)
        data["weights"] = np.where(np.arange(300) % 5 == 0, -0.5, 1.0)
        config = {"seed": 3, "n_estimators": 5}
        if VERSION < (1, 9):
            # Such a leaf adds nothing.
            state = sklearn_boosting.fit(config, data, Report())
            self.assertTrue(np.all(np.isfinite(sklearn_boosting.predict(state, data["inputs"]))))
            return
        with self.assertRaisesRegex(ValueError, "sum to zero.*go down to -0.5.*negative-weights"):
            sklearn_boosting.fit(config, data, Report())

    def test_weights_count_events(self):
        """Trees with weights are trees of repeated events where neither counts events."""
        data = two_classes(300, weights=np.arange(300) % 4 + 1.0)
        rows = np.repeat(np.arange(300), np.arange(300) % 4 + 1)
        repeated = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows],
                        weights=None)
        answers = [sklearn_boosting.predict(
            sklearn_boosting.fit({"n_estimators": 10, "seed": 0}, each, Report()), data["inputs"])
            for each in (data, repeated)]
        np.testing.assert_allclose(*answers, rtol=1e-5)

    def test_bad_values(self):
        for config, words in (({"loss": "huber"}, "“log_loss”, “deviance”, “exponential”"),
                              ({"max_leaf_nodes": 1}, "max-leaf-nodes is 1"),
                              ({"histogram": True, "max_features": "2"}, "“all” or a share"),
                              ({"n_threads": 0}, "n-threads is 0")):
            with self.assertRaisesRegex(ValueError, words):
                sklearn_boosting.fit(dict(config, seed=0), two_classes(), Report())
        with self.assertRaisesRegex(ValueError, "“log_loss”, “deviance”$"):
            sklearn_boosting.fit({"loss": "exponential", "seed": 0}, three_classes(), Report())
        if VERSION < (1, 4):
            with self.assertRaisesRegex(ValueError, "needs scikit-learn 1.4 or later"):
                sklearn_boosting.fit({"histogram": True, "max_features": "0.5", "seed": 0},
                                     two_classes(), Report())

    def test_old_name(self):
        """PyMVA calls the logarithmic loss deviance."""
        data = two_classes(300)
        answers = [sklearn_boosting.predict(
            sklearn_boosting.fit({"n_estimators": 3, "seed": 0, "loss": loss}, data, Report()),
            data["inputs"]) for loss in ("deviance", "log-loss")]
        np.testing.assert_array_equal(*answers)

    def test_no_events(self):
        state = sklearn_boosting.fit({"n_estimators": 2, "seed": 0, "histogram": True},
                                     numbers(), Report())
        self.assertEqual(sklearn_boosting.predict(state, np.zeros((0, 2))).shape, (0, 2))


if __name__ == "__main__":
    unittest.main()
