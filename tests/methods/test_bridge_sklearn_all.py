# SPDX-License-Identifier: LGPL-2.1-or-later
"""Trains every classifier and regressor of scikit-learn through the adapter, and prints which ones
work, which are refused, and why. What is refused stands here: anything else must work."""

import signal
import time
import unittest
import warnings

import numpy as np
from sklearn.utils import all_estimators

from bridge import Report
from pymva_bridge import sklearn_estimator, sklearn_names
from sklearn_texts import PARAMETERS, TEXTS

# No estimator may take longer than this to train and to answer, in seconds.
LIMIT = 10

ONE_LABEL = "learns several labels of an event at once"
REFUSED = {
    "two classes": {"ClassifierChain": ONE_LABEL, "MultiOutputClassifier": ONE_LABEL},
    "three classes": {
        "ClassifierChain": ONE_LABEL, "MultiOutputClassifier": ONE_LABEL,
        "FixedThresholdClassifier": "Only binary classification is supported",
        "TunedThresholdClassifierCV": "Only binary classification is supported",
    },
    "one target": {"IsotonicRegression": "takes a single variable"},
    "two targets": {"IsotonicRegression": "takes a single variable"},
}


def events(n_events=150):
    """Inputs that are counts, so that estimators for counts can take them, and are no less than 1;
    the same for the targets."""
    random = np.random.default_rng(11)
    return random, random.poisson(4.0, size=(n_events, 4)).astype(np.float32) + 1


def classes(n_classes):
    random, inputs = events()
    labels = random.integers(0, n_classes, len(inputs))
    inputs[np.arange(len(inputs)), labels] += 5.0
    inputs.setflags(write=False)
    return {"analysis_type": "classification" if n_classes == 2 else "multiclass",
            "inputs": inputs, "labels": labels.astype(np.int32), "weights": None,
            "variables": list("abcd"), "classes": list("xyz")[:n_classes], "targets": []}


def targets(n_targets):
    _, inputs = events()
    values = np.stack([inputs[:, 0] + 0.5 * inputs[:, 1], 20.0 - inputs[:, 2]], axis=1)
    inputs.setflags(write=False)
    return {"analysis_type": "regression", "inputs": inputs, "target_values": values[:, :n_targets],
            "weights": None, "variables": list("abcd"), "classes": [],
            "targets": list("fg")[:n_targets]}


def too_long(_number, _frame):
    raise TimeoutError(f"it takes longer than {LIMIT} s")


def train(name, data):
    """Trains, answers, and answers again from what a file holds."""
    config = {"estimator": TEXTS.get(name, name), "seed": 1, "n_threads": 1,
              "estimator_parameters": PARAMETERS.get(name, {})}
    signal.alarm(LIMIT)
    try:
        state = sklearn_estimator.fit(config, data, Report())
        answers = sklearn_estimator.predict(state, data["inputs"])
        files, executable = sklearn_estimator.dump(state)
        again = sklearn_estimator.predict(sklearn_estimator.load(files), data["inputs"])
    finally:
        signal.alarm(0)
    n_columns = {"classification": 1, "multiclass": 3, "regression": len(data["targets"])}
    assert answers.shape == (len(data["inputs"]), n_columns[data["analysis_type"]]), answers.shape
    assert answers.dtype == np.float32 and np.all(np.isfinite(answers))
    assert executable == ["estimator.pickle"]
    np.testing.assert_array_equal(answers, again)
    if data["analysis_type"] != "regression":
        assert answers.min() >= 0.0 and answers.max() <= 1.0
    if data["analysis_type"] == "multiclass" and state.response != "predict_proba":
        np.testing.assert_allclose(answers.sum(axis=1), 1.0, rtol=1e-5)
    return state.response


class AllTest(unittest.TestCase):
    def check(self, kind, trainings):
        signal.signal(signal.SIGALRM, too_long)
        wrong = []
        counts = {what: 0 for what in trainings}
        named = set(sklearn_names.list_names(next(iter(trainings.values()))["analysis_type"]))
        found = [name for name, _ in all_estimators(type_filter=kind)]
        wrong += [f"{name}: list_names() has it, and it is no {kind}"
                  for name in named - set(found)]
        for name in found:
            for what, data in trainings.items():
                words = REFUSED[what].get(name)
                started = time.monotonic()
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    try:
                        result = "works, " + train(name, data)
                        counts[what] += 1
                    except Exception as error:
                        reason = (str(error) or type(error).__name__).splitlines()[0]
                        result = f"refused: {reason}"
                        if words is None or words not in reason \
                                or not isinstance(error, ValueError):
                            wrong.append(f"{name}, {what}: {reason}")
                    else:
                        if words is not None:
                            wrong.append(f"{name}, {what}: works, and is listed as refused")
                print(f"{name:32} {what:14} {time.monotonic() - started:5.2f} s  {result}")
            needs_others = name in TEXTS or name in REFUSED[next(iter(trainings))]
            if (name in named) == needs_others:
                wrong.append(f"{name}: list_names() is wrong about it")
        for what, count in counts.items():
            print(f"{count} {kind}s can be trained with {what}")
        self.assertEqual(wrong, [])
        return counts

    def test_classifiers(self):
        self.check("classifier", {"two classes": classes(2), "three classes": classes(3)})

    def test_regressors(self):
        self.check("regressor", {"one target": targets(1), "two targets": targets(2)})


if __name__ == "__main__":
    unittest.main()
