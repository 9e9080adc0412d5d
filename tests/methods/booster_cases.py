# SPDX-License-Identifier: LGPL-2.1-or-later
"""What holds for every adapter that boosts trees, whatever its framework."""

import json

import numpy as np

from bridge import Report, numbers, three_classes, two_classes
from pymva_bridge import boosters, common


class BoosterCases:
    """Derived classes have `adapter`; `metric`, the figure that two classes report; `random`,
    hyperparameters that draw samples; and `penalised`, such as compare something with sums of
    weights."""

    def train(self, config, data, report=None):
        return self.adapter.fit(dict({"n_estimators": 10, "seed": 1}, **config), data,
                                report or Report())

    def answers(self, config, data):
        return self.adapter.predict(self.train(config, data), data["inputs"])

    def assert_refused(self, config, data, words):
        with self.assertRaisesRegex(ValueError, words):
            self.train(config, data)

    def test_dump_holds_all(self):
        for data in (two_classes(), three_classes(), numbers(n_targets=1), numbers()):
            state = self.train({"early_stopping": 3, "n_estimators": 40}, data)
            files, executable = self.adapter.dump(state)
            self.assertEqual(executable, [])
            found = self.adapter.load({name: bytes(text) for name, text in files.items()})
            inputs = np.array(data["inputs"])
            inputs[::7, 0] = np.nan
            expected = self.adapter.predict(state, inputs)
            self.assertEqual(expected.dtype, np.float32)
            np.testing.assert_array_equal(self.adapter.predict(found, inputs), expected)
            self.assertEqual(found.n_rounds, state.n_rounds)
            self.assertEqual(self.adapter.resumption(state), files)
            description, tensors = self.adapter.to_native(state)
            self.assertEqual(description["n_models"], len(files) - 1)
            contents = {bytes(text) for name, text in files.items() if name != "model.json"}
            self.assertEqual({tensor.tobytes() for tensor in tensors.values()}, contents)
            self.assertAlmostEqual(self.adapter.importance(found).sum(), 1.0)

    def test_foreign_files(self):
        """Files of this kind are read without trust: what they say is looked at."""
        data = two_classes()
        files = self.adapter.dump(self.train({}, data))[0]
        told = json.loads(bytes(files["model.json"]))
        for name, content in (("analysis_type", "os.system"), ("n_variables", -1),
                              ("n_outputs", "2"), ("n_rounds", 1e300), ("n_threads", None)):
            foreign = dict(files, **{"model.json": json.dumps({**told, name: content}).encode()})
            with self.assertRaisesRegex(ValueError, "not as the library writes them.*" + name):
                self.adapter.load(foreign)
        for content in (b"[1]", b"{}", b"\xff", b"{"):
            with self.assertRaisesRegex(ValueError, "not as the library writes them"):
                self.adapter.load(dict(files, **{"model.json": content}))
        for name in files:
            lacking = {other: content for other, content in files.items() if other != name}
            with self.assertRaisesRegex(ValueError, "not as the library writes them"):
                self.adapter.load(lacking)

        # A file cannot ask for more threads than there are processors.
        many = dict(files, **{"model.json": json.dumps({**told, "n_threads": 10**6}).encode()})
        self.assertEqual(self.adapter.load(many).n_threads, common.n_processors())

    def test_reports(self):
        report = Report()
        state = self.train({"validation_size": "300"}, two_classes(), report)
        self.assertEqual([index for index, _ in report.iterations], list(range(10)))
        self.assertEqual([told["round"] for _, told in report.iterations], list(range(1, 11)))
        for part in ("training", "validation"):
            figures = [told[f"{part}_{self.metric}"] for _, told in report.iterations]
            self.assertLess(figures[-1], figures[0])
            self.assertEqual(self.adapter.provenance(state)[f"{part}_{self.metric}"], figures[-1])
        self.assertEqual(report.fractions, sorted(report.fractions))
        self.assertEqual(report.fractions[-1], 1.0)

    def test_early_stopping_keeps_the_best(self):
        """The model is the one that stops by itself after the best round."""
        data = two_classes()
        report = Report()
        config = {"n_estimators": 200, "early_stopping": 5}
        state = self.train(config, data, report)
        figures = [told[f"validation_{self.metric}"] for _, told in report.iterations]
        best = int(np.argmin(figures)) + 1
        self.assertEqual(len(figures), best + 5)
        self.assertEqual(state.n_rounds, best)
        self.assertEqual(self.adapter.provenance(state)["rounds"], best)
        plain = self.train({"n_estimators": best, "validation_size": "20%"}, data)
        for each in (state, self.adapter.load(self.adapter.dump(state)[0])):
            np.testing.assert_array_equal(self.adapter.predict(each, data["inputs"]),
                                          self.adapter.predict(plain, data["inputs"]))

    def test_validation_weights(self):
        """The figures are weighted: events without weight do not judge."""
        data = two_classes()
        data["weights"] = np.random.default_rng(2).uniform(0.0, 2.0, len(data["labels"]))
        learn, judge = boosters.split({"validation_size": "400", "seed": 1},
                                      boosters.all_events(data)[0])
        self.assertEqual((len(learn), len(judge)), (1100, 400))
        report = Report()
        config = {"validation_size": "400", "n_estimators": 1}
        state = self.train(config, data, report)
        shares = self.adapter.predict(state, judge.inputs)[:, 0].astype(np.float64)
        losses = -np.log(np.where(judge.answers == 1, shares, 1.0 - shares))
        self.assertAlmostEqual(report.iterations[-1][1][f"validation_{self.metric}"],
                               np.average(losses, weights=judge.weights), places=5)

    def test_monotone_constraints(self):
        data = two_classes()
        inputs = np.tile(data["inputs"][:50], (40, 1))
        for sign in (1, -1):
            state = self.train({"monotone_constraints": f"{sign},0,0,0", "n_estimators": 30}, data)
            for column, tied in ((0, True), (2, False)):
                moved = inputs.copy()
                moved[:, column] = np.repeat(np.linspace(-3.0, 4.0, 40) * (0.1 if column else 1.0),
                                             50)
                steps = np.diff(self.adapter.predict(state, moved).reshape(40, 50), axis=0)
                self.assertEqual(bool(np.all(sign * steps >= 0.0)), tied)

    def test_continue(self):
        for data in (two_classes(), three_classes(), numbers()):
            first = self.train({}, data)
            before = self.adapter.predict(first, data["inputs"])
            report = Report()
            more = self.train({"continue_training": True}, dict(data, previous=first), report)
            self.assertEqual(more.n_rounds, 20)
            self.assertEqual(report.iterations[0][1]["round"], 11)
            np.testing.assert_array_equal(self.adapter.predict(first, data["inputs"]), before)
            answers = self.adapter.predict(more, data["inputs"])
            self.assertGreater(np.abs(answers - before).max(), 0.0)
            from_file = self.train({"continue_training": True},
                                   dict(data, previous_files=self.adapter.dump(first)[0]))
            np.testing.assert_array_equal(self.adapter.predict(from_file, data["inputs"]), answers)
            # Without the property a training begins anew.
            anew = self.train({}, dict(data, previous=more))
            np.testing.assert_array_equal(self.adapter.predict(anew, data["inputs"]), before)

        self.assert_refused({"continue_training": True}, two_classes(), "no training to go on with")
        self.assert_refused({"continue_training": True}, dict(three_classes(), previous=first),
                            "a regression of 2 variables and 2 outputs, and this is a multiclass "
                            "of 3 and 3")

    def test_missing_values(self):
        """Missing values that say what an event is are learnt."""
        data = two_classes()
        inputs = np.array(data["inputs"])
        inputs[:] = 0.0
        inputs[data["labels"] == 0, 1] = np.nan
        inputs.setflags(write=False)
        answers = self.answers({}, dict(data, inputs=inputs))[:, 0]
        self.assertGreater(answers[data["labels"] == 0].min(), 0.7)
        self.assertLess(answers[data["labels"] == 1].max(), 0.3)

    def test_seed(self):
        data = two_classes()
        config = dict(self.random)
        one = self.answers(config, data)
        np.testing.assert_array_equal(self.answers(config, data), one)
        np.testing.assert_array_equal(self.answers(dict(config, n_threads=2), data), one)
        self.assertGreater(np.abs(self.answers(dict(config, seed=2), data) - one).max(), 0.0)
        self.answers(dict(config, seed=2**32 - 1), data)

    def test_cancel_between_rounds(self):
        report = Report(checks_left=4)
        with self.assertRaises(KeyboardInterrupt):
            self.train({"n_estimators": 100000}, two_classes(), report)
        self.assertIn(len(report.iterations), (3, 4))

    def test_bad_values(self):
        data = two_classes()
        for config, words in (
                ({"n_threads": 0}, "n-threads is 0; it must be at least 1, or -1"),
                ({"objective": "nonsense"}, "objective is “nonsense”; for classification it may be "
                                            "“auto”, “binary"),
                ({"eval_metric": "auc,acu"}, "eval-metric is “auc,acu”; expected “auto”, or some "
                                             "of .*“auc”"),
                ({"monotone_constraints": "1,0"}, "“1,0”, which is for 2 variables; there are 4"),
                ({"monotone_constraints": "1,0,2,0"}, "expected 1 .rising., -1 .falling. or 0"),
                ({"validation_size": "x"}, "validation-size is “x”; expected a share"),
                ({"validation_size": "1500"}, "leaves none of the 1500 training events"),
                ({"early_stopping": 5, "validation_size": "0"}, "leaves no event to judge")):
            self.assert_refused(config, data, words)
        self.assert_refused({}, dict(data, labels=np.zeros_like(data["labels"])),
                            "“background” has no training events")
        rare = three_classes(60)
        rare["labels"] = np.where(np.arange(60) == 7, 2, np.arange(60) % 2).astype(np.int32)
        judges = np.random.RandomState(1).permutation(60)
        self.assertIn(7, judges[10:])
        self.assert_refused({"validation_size": "50"}, rare, "all of 1 of the classes")
        self.assert_refused(
            {"validation_size": "1"}, dict(data, weights=np.where(
                np.arange(1500) == np.random.RandomState(1).permutation(1500)[-1], 0.0, 1.0)),
            "the weights of the 1 events to judge the training by sum to nothing")

    def test_wrong_shape(self):
        for data, n_columns in ((two_classes(), 1), (three_classes(), 3), (numbers(), 2)):
            state = self.train({}, data)
            n_variables = data["inputs"].shape[1]
            for shape in ((5, n_variables + 1), (4,)):
                with self.assertRaisesRegex(ValueError, rf"expected \(events, {n_variables}\)"):
                    self.adapter.predict(state, np.zeros(shape, dtype=np.float32))
            for n_events in (0, 1):
                rows = np.zeros((n_events, n_variables), dtype=np.float32)
                self.assertEqual(self.adapter.predict(state, rows).shape, (n_events, n_columns))

    def test_a_common_weight_counts(self):
        """The penalties are compared with sums of weights."""
        data = two_classes()
        light = dict(data, weights=np.full(1500, 0.01))
        plain = self.answers(self.penalised, data)
        self.assertGreater(np.abs(self.answers(self.penalised, light) - plain).max(), 0.01)
        ones = dict(data, weights=np.ones(1500))
        np.testing.assert_array_equal(self.answers(self.penalised, ones), plain)
