# SPDX-License-Identifier: LGPL-2.1-or-later
"""Native scoring against scikit-learn and torch, on every event: forests to the last bit, networks
within 1e-5 max (1, |answer|). Fails, rather than passes by, where a framework is missing.

Where the targets of a regression are standardised, 1 stands for the scale of a target: torch's own
float32 answer is off by about 2e-7 of it, whatever the answer is."""

import os
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import sklearn.ensemble
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "methods"))

from bridge import Report, numbers, three_classes, two_classes  # noqa: E402
from pymva_bridge import (  # noqa: E402
    sklearn_ada_boost, sklearn_boosting, sklearn_common, sklearn_forest, tensor_file, torch_layers,
    torch_network)

SCORE_DUMP = os.environ["PYMVA_SCORE_DUMP"]


def variant_text(value):
    """A value in GVariant's text format, as the host's conversion makes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"int64 {value}"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, list):
        return "[" + ", ".join(f"<{variant_text(item)}>" for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{key}': <{variant_text(item)}>"
                               for key, item in value.items()) + "}"
    raise TypeError(type(value))


def score(analysis_type, native, events):
    """What the library answers for a dump, float32 like what it is compared with."""
    description, tensors = native
    description = dict(description, analysis=analysis_type)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("description", variant_text(description).encode()),
                              ("tables", tensor_file.write(tensors)),
                              ("events", tensor_file.write({"events": events}))):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        subprocess.run([SCORE_DUMP, folder], check=True)
        outputs = np.fromfile(os.path.join(folder, "outputs"), dtype=np.float32)
    return outputs.reshape(len(events), -1)


def hard_events(forest, inputs, seed=0):
    """The events themselves, and copies with one number exactly at a threshold of the forest, one
    step of float32 beside it, or at the ends of what a float32 can be."""
    random = np.random.default_rng(seed)
    features = []
    thresholds = []
    for estimator in np.ravel(forest.estimators_):
        inner = estimator.tree_.children_left >= 0
        features.append(estimator.tree_.feature[inner])
        thresholds.append(estimator.tree_.threshold[inner])
    features = np.concatenate(features)
    thresholds = np.concatenate(thresholds)
    chosen = random.choice(len(features), size=min(len(features), 3000), replace=False)
    near = thresholds[chosen].astype(np.float32)
    parts = [inputs]
    for values in (near, np.nextafter(near, np.float32(np.inf)),
                   np.nextafter(near, np.float32(-np.inf))):
        rows = inputs[random.integers(0, len(inputs), len(chosen))].copy()
        rows[np.arange(len(chosen)), features[chosen]] = values
        parts.append(rows)
    tiny = np.float32(1e-45)
    for value in (np.nan, np.inf, -np.inf, 0.0, -0.0, tiny, -tiny, np.finfo(np.float32).max,
                  np.finfo(np.float32).min):
        for column in range(inputs.shape[1]):
            rows = inputs[:20].copy()
            rows[:, column] = value
            parts.append(rows)
    parts.append(np.full((1, inputs.shape[1]), np.nan, np.float32))
    return np.ascontiguousarray(np.concatenate(parts), dtype=np.float32)


def tree_answers(forest, events, classification):
    """The forest's own sum, asking its trees directly: predict() would refuse infinities."""
    total = 0.0
    for estimator in forest.estimators_:
        values = estimator.tree_.predict(events)
        total = total + (values if classification or values.ndim == 2 else values[:, :, 0])
    return total / len(forest.estimators_)


class Forests(unittest.TestCase):

    def check(self, data, **config):
        config.setdefault("title", "forest")
        config.setdefault("seed", 1)
        config.setdefault("n_estimators", 20)
        state = sklearn_forest.fit(config, data, Report())
        events = hard_events(state.model, data["inputs"])
        found = score(data["analysis_type"], sklearn_forest.to_native(state), events)
        finite = ~np.isinf(events).any(axis=1)
        expected = sklearn_forest.predict(state, events[finite])
        np.testing.assert_array_equal(found[finite], expected)
        answers = tree_answers(state.model, events, data["analysis_type"] != "regression")
        if data["analysis_type"] == "classification":
            answers = answers[:, 1:2]
        np.testing.assert_array_equal(found, answers.astype(np.float32))
        self.assertGreater(len(np.unique(found)), 5)

    def test_two_classes(self):
        self.check(two_classes())
        self.check(two_classes(weights=np.random.default_rng(1).uniform(0.1, 9, 1500)),
                   n_estimators=101, max_depth=6)
        self.check(two_classes(), n_estimators=3, max_depth=1, criterion="entropy")

    def test_several_classes(self):
        self.check(three_classes())
        self.check(three_classes(), n_estimators=9, min_samples_leaf=20, bootstrap=False)

    def test_regression(self):
        self.check(numbers(n_targets=1))
        self.check(numbers(n_targets=2), n_estimators=33)

    def test_higgs_like(self):
        """Many features, columns of few distinct numbers, thresholds at sums of them."""
        random = np.random.default_rng(8)
        data = two_classes(n_events=4000)
        inputs = random.exponential(size=(4000, 28)).astype(np.float32)
        inputs[:, ::3] = np.round(inputs[:, ::3], 1)
        inputs[:, 5] = (data["labels"] == 0) + random.normal(size=4000)
        self.check(dict(data, inputs=inputs), n_estimators=60)

    def test_missing_values(self):
        data = two_classes()
        random = np.random.default_rng(2)
        inputs = data["inputs"].copy()
        inputs[random.uniform(size=inputs.shape) < 0.2] = np.nan
        self.check(dict(data, inputs=inputs), n_estimators=40)


class Boosting(unittest.TestCase):
    """scikit-learn takes no missing values here, and nothing infinite."""

    def check(self, adapter, data, **config):
        config = dict({"title": "boosting", "seed": 1, "n_estimators": 25}, **config)
        state = adapter.fit(config, data, Report())
        for model in sklearn_common.models_of(state.model):
            events = hard_events(model, data["inputs"])
            events = events[np.isfinite(events).all(axis=1)]
            found = score(data["analysis_type"], adapter.to_native(state), events)
            np.testing.assert_array_equal(found, adapter.predict(state, events))

    def test_gradient_boosting(self):
        weights = np.random.default_rng(1).uniform(0.1, 9, 1500)
        self.check(sklearn_boosting, two_classes(weights=weights))
        self.check(sklearn_boosting, two_classes(), loss="exponential", max_depth=6, init="zero")
        self.check(sklearn_boosting, three_classes(), learning_rate=0.7)
        self.check(sklearn_boosting, numbers(n_targets=1), loss="huber")
        self.check(sklearn_boosting, numbers(n_targets=2), n_estimators=60)

    def test_ada_boost(self):
        self.check(sklearn_ada_boost, two_classes(), n_estimators=50)
        self.check(sklearn_ada_boost, three_classes(), max_depth=3, learning_rate=0.5)


class Networks(unittest.TestCase):

    def assert_near(self, found, expected, scale=1.0):
        self.assertEqual(found.shape, expected.shape)
        bound = 1e-5 * np.maximum(np.maximum(1.0, scale), np.abs(expected))
        self.assertTrue(np.all(np.abs(found.astype(np.float64) - expected) <= bound),
                        np.max(np.abs(found.astype(np.float64) - expected) / bound))

    def check(self, data, **config):
        config.setdefault("title", "network")
        config.setdefault("seed", 1)
        config.setdefault("epochs", 3)
        state = torch_network.fit(config, data, Report())
        native = torch_network.to_native(state)
        self.assertIsNotNone(native)
        events = np.ascontiguousarray(data["inputs"])
        self.assert_near(score(data["analysis_type"], native, events),
                         torch_network.predict(state, events),
                         native[1].get("output_scale", 1.0))

    def test_analyses(self):
        for data in (two_classes(), three_classes(), numbers()):
            self.check(data)
            self.check(data, hidden_layers="70,33,5", activation="silu", batch_norm=True,
                       dropout=0.2)
            self.check(data, hidden_layers="", standardise=data["analysis_type"] != "multiclass")

    def test_activations(self):
        for activation in torch_layers.ACTIVATIONS:
            with self.subTest(activation):
                self.check(two_classes(), hidden_layers="40,40", activation=activation)

    def test_user_code(self):
        code = """
from torch import nn

def model(n_inputs, n_outputs):
    return nn.Sequential(nn.BatchNorm1d(n_inputs), nn.Linear(n_inputs, 24), nn.ReLU6(),
                         nn.Sequential(nn.BatchNorm1d(24), nn.Linear(24, 24, bias=False)),
                         nn.GELU(approximate="tanh"), nn.Linear(24, 2), nn.Softmax(dim=1))
"""
        self.check(two_classes(), user_code=code)

    def test_wide_and_deep(self):
        """Fresh networks, whose sums are long and whose errors add up."""
        torch.manual_seed(4)
        nn = torch.nn
        random = np.random.default_rng(4)
        for sizes in ((28, 64, 64, 1), (100, 1000, 1000, 10), (5,) + (50,) * 20 + (3,)):
            layers = []
            for n_inputs, n_outputs in zip(sizes, sizes[1:]):
                layers += [nn.Linear(n_inputs, n_outputs), nn.ReLU()]
            module = nn.Sequential(*layers[:-1]).eval()
            entries, tensors = torch_layers.describe(module)
            description = {"kind": "network", "layers": entries, "head": "none",
                           "n_features": sizes[0], "n_outputs": sizes[-1], "response": -1}
            events = random.normal(size=(1003, sizes[0])).astype(np.float32)
            with torch.no_grad():
                expected = module(torch.from_numpy(events)).numpy()
            self.assert_near(score("regression", (description, tensors), events), expected)


if __name__ == "__main__":
    unittest.main(verbosity=2)
