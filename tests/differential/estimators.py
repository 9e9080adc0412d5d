# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every classifier and regressor of scikit-learn: which engine scores it, and how far its answers
are from those of scikit-learn. What stays with Python stands here."""

import collections
import os
import sys
import types
import warnings

import numpy as np
from sklearn.utils import all_estimators

from differential import train
from events import ANALYSIS_TYPES, Events
from library import GLib, Pymva, bridge

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "methods"))

import sklearn_texts  # noqa: E402

# Votes and pairs of classifiers that only name classes would stay with Python.
TEXTS = {**sklearn_texts.TEXTS, "OneVsOneClassifier": "OneVsOneClassifier(RandomForestClassifier)"}
PARAMETERS = {**sklearn_texts.PARAMETERS, "VotingClassifier": {"voting": "soft"}}
# Those that have no native engine.
PYTHON = {
    "CategoricalNB", "GaussianProcessClassifier", "GaussianProcessRegressor",
    "KNeighborsClassifier", "KNeighborsRegressor", "KernelRidge", "LabelPropagation",
    "LabelSpreading", "NearestCentroid", "NuSVC", "NuSVR", "OutputCodeClassifier",
    "RadiusNeighborsClassifier", "RadiusNeighborsRegressor", "SVC", "SVR",
}
# Those that cannot be trained, with one of the data sets below at least.
REFUSED = {
    "ClassifierChain", "FixedThresholdClassifier", "IsotonicRegression", "MultiOutputClassifier",
    "TunedThresholdClassifierCV",
}


def dataset(analysis, n_outputs):
    """Counts, so that estimators for counts can take them, and none below 1."""
    random = np.random.default_rng(11)
    inputs = random.poisson(4.0, size=(150, 4)).astype(np.float32) + 1
    found = Pymva.Dataset(analysis_type=ANALYSIS_TYPES[analysis])
    for name in "abcd":
        found.add_variable(name)
    if analysis == "regression":
        values = np.stack([inputs[:, 0] + 0.5 * inputs[:, 1], 20.0 - inputs[:, 2]], axis=1)
        names = ["f", "g"][:n_outputs]
        for name in names:
            found.add_target(name)
        found.add_events(Pymva.Table.from_numpy(
            np.concatenate([inputs.astype(float), values[:, :n_outputs]], axis=1),
            list("abcd") + names), 1.0)
    else:
        labels = random.integers(0, n_outputs, len(inputs))
        inputs[np.arange(len(inputs)), labels] += 5.0
        for number in range(n_outputs):
            found.add_class(f"class{number}", Pymva.Table.from_numpy(
                np.ascontiguousarray(inputs[labels == number]), list("abcd")), 1.0)
    found.set_test_fraction(0.1)
    return found, inputs


class Case:
    """What is trained, as those of the random models are."""

    adapter = "sklearn_estimator"

    def __init__(self, name, analysis, n_outputs):
        data, self.inputs = dataset(analysis, n_outputs)
        self.method = Pymva.Sklearn(estimator=TEXTS.get(name, name), seed=1)
        if name in PARAMETERS:
            self.method.estimator_parameters = PARAMETERS[name]
        self.events = types.SimpleNamespace(dataset=lambda: data)


def try_one(name, analysis, n_outputs):
    """The engine, and the worst difference relative to an answer of at least 1."""
    case = Case(name, analysis, n_outputs)
    state = train(case)
    model = case.method.get_model()
    if model.get_engine() == "python":
        return "python", 0.0
    rows = np.concatenate([case.inputs, case.inputs + 0.25, 3 * case.inputs])
    expected = bridge("sklearn_estimator").predict(state, rows).astype(float)
    found = np.asarray(model.predict(Pymva.Tensor.from_numpy(rows)), dtype=float)
    return model.get_engine(), np.max(np.abs(found - expected) / np.maximum(1.0, np.abs(expected)))


def check_condition():
    """A model whose large coefficients cancel stays with Python; scaled, it does not."""
    drawn = Events("multiclass", 50, ["normal", "crowded"], 3, 0, 0.0, 0)
    wrong = []
    for text, expected in (("LinearDiscriminantAnalysis", "python"),
                           ("StandardScaler, LinearDiscriminantAnalysis", "linear")):
        method = Pymva.Sklearn(estimator=text)
        if expected == "python":
            method.estimator_parameters = {"solver": "lsqr"}
        method.train(drawn.dataset(), None)
        engine = method.get_model().get_engine()
        if engine != expected:
            wrong.append(f"{text}, of nearly equal values: {engine}")
    return wrong


def main():
    warnings.simplefilter("ignore")
    wrong = check_condition()
    engines = collections.Counter()
    for kind, cases in (("classifier", (("classification", 2), ("multiclass", 3))),
                        ("regressor", (("regression", 1), ("regression", 2)))):
        for name, _ in all_estimators(type_filter=kind):
            for analysis, n_outputs in cases:
                try:
                    engine, worst = try_one(name, analysis, n_outputs)
                except GLib.Error as error:
                    engine, worst = "refused", 0.0
                    if name not in REFUSED:
                        wrong.append(f"{name}, {analysis}: {error}")
                engines[engine] += 1
                print(f"{name:32} {analysis:14} {n_outputs} {engine:8} {worst:.1e}", flush=True)
                if not worst <= 1e-5 or (engine == "python") != (name in PYTHON):
                    wrong.append(f"{name}, {analysis}: {engine}, {worst:.1e}")
    print(dict(engines), *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
