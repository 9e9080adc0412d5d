# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter for the user's own code."""

import os
import sys
import tempfile
import unittest

import numpy as np

from bridge import Report, numbers, three_classes, two_classes
from pymva_bridge import python_method, python_user

FUNCTIONS = """
import numpy as np

def fit(inputs, targets, weights):
    return np.average(inputs[targets == 1], axis=0, weights=weights[targets == 1])

def predict(state, inputs):
    return np.exp(-0.5 * (inputs[:, 0] - state[0]) ** 2)

def importance(state):
    return [1.0, 0.0, 0.0, -1.0]
"""

CLASS = """
import dataclasses
import numpy as np

@dataclasses.dataclass
class Means:
    shift: float = 0.0

    def fit(self, X, y, sample_weight=None):
        self.means = np.array([np.average(X[y == k], axis=0, weights=sample_weight[y == k])
                               for k in np.unique(y)])
        return self

    def predict(self, X):
        raise RuntimeError("predict_proba is asked for classes")

    def predict_proba(self, X):
        near = np.exp(-((X[:, None, :] - self.means) ** 2 / [1, 100, 0.01, 1][:X.shape[1]]).sum(2))
        return (near + 1e-30) / (near + 1e-30).sum(axis=1, keepdims=True) + self.shift
"""

BATCHES = """
import numpy as np

seen = []

def get_model(n_variables, parameters):
    return {"sum": np.zeros(n_variables), "n": 0.0, "events": 0}

def begin_fit(state, Xtest, Stest, ytest, wtest, nBatches):
    state["validation"] = len(Xtest)
    state["batches"] = nBatches

def partial_fit(state, X, S, y, w, epoch, batch):
    state["sum"] += (X * w[:, None]).sum(axis=0)
    state["n"] += w.sum()
    state["events"] += len(X)
    state["most"] = max(state.get("most", 0), len(X))
    state["last"] = (epoch, batch)
    if epoch == 2:
        return False
    return {"loss": float(epoch)}

def end_fit(state):
    return dict(state, mean=state["sum"] / state["n"])

def apply(state, X):
    return np.full(len(X), 0.25)
"""


def config_of(code=None, **others):
    return {"user_code": code or "", "user_parameters": {}, "seed": 3, "title": "mine", **others}


def train(code, data, report=None, **others):
    return python_method.fit(config_of(code, **others), data, report or Report())


def with_weights(data):
    return dict(data, weights=np.random.default_rng(1).uniform(0.5, 2.0, len(data["inputs"])))


def again(state):
    """What a file gives back."""
    files, executable, *reason = python_method.dump(state)
    assert not reason, reason
    return python_method.load(files), executable


class Live:
    """An object of this module, which pickling finds by its name."""

    def __init__(self, offset=0.0):
        self.offset = offset

    def fit(self, X, y, sample_weight):
        self.mean = float((sample_weight * y).sum() / sample_weight.sum())

    def predict(self, X):
        return np.full(len(X), self.mean + self.offset)


def fit_pair(X, y, w):
    return float((w * y).sum() / w.sum())


def predict_pair(mean, X):
    return np.full((len(X), 1), mean)


class CodeTest(unittest.TestCase):
    def assert_kept(self, state, data):
        found = python_method.predict(state, data["inputs"])
        kept, executable = again(state)
        np.testing.assert_array_equal(found, python_method.predict(kept, data["inputs"]))
        self.assertEqual(found.dtype, np.float32)
        return found, executable

    def test_functions(self):
        data = with_weights(two_classes(300))
        state = train(FUNCTIONS, data)
        found, executable = self.assert_kept(state, data)
        signal = data["labels"] == 0
        mean = np.average(data["inputs"][signal], axis=0, weights=data["weights"][signal])
        expected = np.exp(-0.5 * (data["inputs"][:, 0] - mean[0]) ** 2)
        np.testing.assert_allclose(found[:, 0], expected, rtol=1e-5)
        self.assertEqual(executable, ["user_code.py", "state.pickle"])
        np.testing.assert_array_equal(python_method.importance(state), [0.5, 0, 0, 0.5])

    def test_class(self):
        for data in (with_weights(two_classes(300)), three_classes(300)):
            if data["analysis_type"] == "multiclass":
                code = CLASS.replace("[1, 100, 0.01, 1][:X.shape[1]]", "1")
            else:
                code = CLASS
            state = train(code, data)
            found, _ = self.assert_kept(state, data)
            self.assertEqual(found.shape[1], 1 if data["analysis_type"] == "classification" else 3)
            right = (found[:, 0] > 0.5) == (data["labels"] == 0) if found.shape[1] == 1 \
                else found.argmax(axis=1) == data["labels"]
            self.assertGreater(right.mean(), 0.7)
        state = train(CLASS, with_weights(two_classes(100)), user_parameters={"shift": 0.125})
        self.assertEqual(state.state.shift, 0.125)

    def test_regression(self):
        code = ("import numpy as np\n"
                "def fit(X, y, w):\n"
                "    A = np.c_[X, X ** 2, np.ones(len(X))] * np.sqrt(w)[:, None]\n"
                "    return np.linalg.lstsq(A, (y.T * np.sqrt(w)).T, rcond=None)[0]\n"
                "def predict(state, X):\n"
                "    return np.c_[X, X ** 2, np.ones(len(X))] @ state\n")
        for n_targets in (1, 2):
            data = with_weights(numbers(200, n_targets))
            found, _ = self.assert_kept(train(code, data), data)
            np.testing.assert_allclose(found, data["target_values"], rtol=1e-3)

    def test_module(self):
        data = with_weights(two_classes(100))
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "pymva_test_code.py"), "w") as file:
                file.write(CLASS + "\nclass Other(Means):\n    pass\n")
            sys.path.insert(0, folder)
            try:
                with self.assertRaisesRegex(ValueError, "several classes to train, “Means”, “Oth"):
                    train(None, data, module="pymva_test_code")
                with self.assertRaisesRegex(ValueError, "has no “Another”"):
                    train(None, data, module="pymva_test_code", entry_point="Another")
                state = train(None, data, module="pymva_test_code", entry_point="Other")
                self.assert_kept(state, data)
                self.assertEqual(type(state.state).__name__, "Other")
            finally:
                sys.path.remove(folder)

    def test_live(self):
        data = with_weights(two_classes(100))
        live = Live(0.5)
        expected = fit_pair(None, data["labels"] == 0, data["weights"])
        for value, offset in ((live, 0.5), (Live, 0.0), ((fit_pair, predict_pair), 0.0),
                              ({"fit": fit_pair, "predict": predict_pair}, 0.0)):
            state = train(None, data, object=value)
            found, executable = self.assert_kept(state, data)
            np.testing.assert_allclose(found, np.full((100, 1), expected + offset), rtol=1e-6)
            self.assertIn("code.pickle", executable)
        # A copy was trained.
        self.assertFalse(hasattr(live, "mean"))
        state = train(None, data, object=Live, user_parameters={"offset": 0.25})
        self.assertEqual(state.state.offset, 0.25)

    def test_alive_only(self):
        """A closure answers as long as its process lives."""
        data = with_weights(two_classes(100))
        level = 0.75
        state = train(None, data, object=(lambda X, y, w: None,
                                          lambda state, X: np.full(len(X), level)))
        files, _, reason = python_method.dump(state)
        self.assertIn("cannot be pickled", reason)
        kept = python_method.load(files)
        self.assertIs(kept, state)
        self.assertEqual(python_method.predict(kept, data["inputs"])[3, 0], 0.75)
        del kept, state
        with self.assertRaisesRegex(ValueError, "live objects, which ended"):
            python_method.load(files)

    def test_dump_and_load(self):
        code = FUNCTIONS + ("\ndef dump(state):\n    return state.astype('<f8').tobytes()\n"
                            "def load(stored):\n    return np.frombuffer(stored, '<f8')\n")
        data = with_weights(two_classes(100))
        state = train(code, data)
        _, executable = self.assert_kept(state, data)
        self.assertEqual(executable, ["user_code.py"])
        # Functions of other modules are none of the user's.
        self.assert_kept(train("from json import dump, load\n" + FUNCTIONS, data), data)

    def test_arguments(self):
        code = ("def fit(inputs, *, targets, report, config, data, parameters):\n"
                "    report.iteration(0, {'n': len(inputs)})\n"
                "    return config['seed'], config['title'], data['variables'], parameters\n"
                "def predict(inputs):\n"
                "    return inputs[:, 0] * 0 + 1\n")
        report = Report()
        state = train(code, two_classes(50, weights=np.ones(50)), report, user_parameters={"a": 1})
        self.assertEqual(state.state, (3, "mine", ["a", "b", "c", "d"], {"a": 1}))
        self.assertEqual(report.iterations, [(0, {"n": 50})])
        self.assertEqual(python_method.predict(state, np.zeros((2, 4)))[1, 0], 1.0)


class BatchesTest(unittest.TestCase):
    def test_functions(self):
        data = with_weights(two_classes(1000))
        report = Report()
        state = train(BATCHES, data, report, epochs=2, batch_size=300, validation_size="10%")
        found = state.state
        self.assertEqual(found["validation"], 100)
        self.assertEqual((found["batches"], found["most"], found["events"]), (3, 300, 1800))
        self.assertEqual(found["last"], (1, 2))
        self.assertEqual(report.iterations, [(0, {"epoch": 1, "loss": 0.0}),
                                             (1, {"epoch": 2, "loss": 1.0})])
        self.assertEqual(report.fractions[-1], 1.0)
        self.assertEqual(python_method.predict(state, data["inputs"])[0, 0], 0.25)

        state = train(BATCHES, data, Report(), epochs=7, batch_size=1000)
        self.assertEqual(state.state["last"], (2, 0))
        expected = np.average(data["inputs"], axis=0, weights=data["weights"])
        np.testing.assert_allclose(state.state["mean"], expected, rtol=1e-4)

    def test_order(self):
        """Each epoch has each event once, in an order of its own that the seed determines."""
        code = ("def begin_fit():\n    return []\n"
                "def partial_fit(state, inputs, epoch, batch, weights):\n"
                "    state.append((epoch, inputs[:, 0].copy()))\n"
                "def predict(state, inputs):\n    return inputs[:, 0] * 0\n")
        data = two_classes(250, weights=np.ones(250))
        orders = []
        for seed in (1, 1, 2):
            state = python_method.fit(config_of(code, seed=seed, epochs=2, batch_size=100) |
                                      {"seed": seed}, data, Report()).state
            orders.append([np.concatenate([rows for number, rows in state if number == epoch])
                           for epoch in (0, 1)])
        np.testing.assert_array_equal(orders[0], orders[1])
        self.assertFalse(np.array_equal(orders[0][0], orders[0][1]))
        self.assertFalse(np.array_equal(orders[0][0], orders[2][0]))
        for order in orders:
            for epoch in (0, 1):
                np.testing.assert_array_equal(np.sort(order[epoch]), np.sort(data["inputs"][:, 0]))

    def test_weights_count_events(self):
        weights = np.arange(200) % 4 + 1.0
        rows = np.repeat(np.arange(200), np.arange(200) % 4 + 1)
        data = two_classes(200, weights=weights)
        repeated = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows],
                        weights=np.ones(len(rows)))
        for code, key in ((FUNCTIONS, None), (BATCHES, "mean")):
            states = [train(code, each, epochs=2).state for each in (data, repeated)]
            states = [state if key is None else state[key] for state in states]
            np.testing.assert_allclose(*states, rtol=1e-5)

    def test_estimator(self):
        """An object in the manner of scikit-learn, which is told the classes."""
        class Counter:
            def __init__(self):
                self.n = 0

            def fit(self, X, y):
                raise RuntimeError("streamed is set")

            def partial_fit(self, X, y, classes=None, sample_weight=None):
                assert list(classes) == [0, 1] and len(sample_weight) == len(y)
                self.n += len(X)
                return self

            def predict(self, X):
                return np.zeros(len(X), dtype=int)

        state = train(None, two_classes(500, weights=np.ones(500)), object=Counter(), streamed=True,
                      epochs=3, batch_size=64)
        self.assertEqual(state.state.n, 1500)

    def test_cancelling(self):
        report = Report(checks_left=4)
        with self.assertRaises(KeyboardInterrupt):
            train(BATCHES, two_classes(1000, weights=np.ones(1000)), report, batch_size=10)


class ErrorsTest(unittest.TestCase):
    def test_code(self):
        data = two_classes(50, weights=np.ones(50))
        for code, kind, words in (
                ("", ValueError, "nothing to train; set one of user-code"),
                ("def fot(X): pass", ValueError, "defines neither fit\\(\\) and predict\\(\\)"),
                ("def fit(X): pass", ValueError, "“<mine user code>” has no predict"),
                ("fit = 3\ndef predict(X): pass", TypeError, "fit of .* is a int; expected a"),
                ("def fit(a, b, c, d, e, f, g, h, i): pass\ndef predict(X): pass", TypeError,
                 "takes an argument “i”"),
                ("def fit(X): 1 / 0\ndef predict(X): pass", ZeroDivisionError, "division")):
            with self.assertRaisesRegex(kind, words, msg=code):
                train(code, data)
        for value, kind, words in ((3, TypeError, "“object” is a int; expected an object"),
                                   ((1, 2), TypeError, "expected the pair"),
                                   ({"fit": len}, ValueError, "“object” has no predict"),
                                   (Report(), TypeError, "is a Report; expected")):
            with self.assertRaisesRegex(kind, words):
                train(None, data, object=value)
        with self.assertRaisesRegex(ValueError, "set one only"):
            train(FUNCTIONS, data, object=Live)
        with self.assertRaisesRegex(ValueError, "user-parameters are for classes"):
            train(None, data, object=Live(), user_parameters={"offset": 1})

    def test_answers(self):
        for data, answers, kind, words in (
                (two_classes(50), "None", TypeError, "predict\\(\\) of .* gave None"),
                (two_classes(50), "inputs[:3, 0]", ValueError, "shape \\(3,\\) for 50 events"),
                (two_classes(50), "['a'] * len(inputs)", TypeError, "of the type <U1"),
                (three_classes(50), "inputs[:, :2]", ValueError, "expected \\(50, 3\\)"),
                (three_classes(50), "[3] * len(inputs)", ValueError, "class numbers from 3 to 3"),
                (numbers(50), "inputs[:, 0]", ValueError, "expected \\(50, 2\\)")):
            data = dict(data, weights=np.ones(50))
            code = f"def fit(X, y, w): pass\ndef predict(state, inputs): return {answers}\n"
            with self.assertRaisesRegex(kind, words):
                python_method.predict(train(code, data), data["inputs"])

    def test_class_numbers(self):
        data = dict(three_classes(50), weights=np.ones(50))
        state = train("def fit(X, y, w): pass\ndef predict(s, X): return [2] * len(X)\n", data)
        np.testing.assert_array_equal(python_method.predict(state, data["inputs"])[4], [0, 0, 1])

    def test_no_weights(self):
        code = ("def fit(X, y):\n    return y.mean()\n"
                "def predict(s, X):\n    return 0 * X[:, 0] + s\n")
        data = two_classes(2000)
        data["weights"] = np.where(data["labels"] == 0, 9.0, 1.0)
        with self.assertRaisesRegex(ValueError, "takes no event weights.*“resample”"):
            train(code, data)
        plain = (data["labels"] == 0).mean()
        self.assertEqual(train(code, data, unsupported_weights="ignore").state, plain)
        drawn = train(code, data, unsupported_weights="resample").state
        self.assertAlmostEqual(drawn, 9 * plain / (9 * plain + 1 - plain), delta=0.03)
        train(code, dict(data, weights=np.full(2000, 3.0)))

    def test_what_takes_weights(self):
        for function, takes in (
                (lambda X, y: 0, False), (lambda X, y, w: 0, True), (lambda a, b, c: 0, True),
                (lambda a, b: 0, False), (lambda X, y, sample_weight=None: 0, True),
                (lambda X, y, epochs=3: 0, False), (lambda **kwargs: 0, True),
                (lambda data, report: 0, True), (lambda X, y, report: 0, False)):
            self.assertEqual(python_user.takes_weights(function), takes)

    def test_batches(self):
        data = two_classes(50, weights=np.ones(50))
        with self.assertRaisesRegex(ValueError, "has no partial_fit"):
            train(FUNCTIONS, data, streamed=True)
        with self.assertRaisesRegex(ValueError, "batch-size is 0"):
            train(BATCHES, data, batch_size=0)
        code = FUNCTIONS + "\ndef dump(state): return 3\ndef load(stored): return 3\n"
        with self.assertRaisesRegex(TypeError, "gave a int; expected bytes"):
            again(train(code, data))


if __name__ == "__main__":
    unittest.main()
