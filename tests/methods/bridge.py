# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapters of libpymva/python/bridge as a package, without the library, and events for them."""

import os
import sys
import types

import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "libpymva", "python",
                      "bridge")

package = types.ModuleType("pymva_bridge")
package.__path__ = [os.path.normpath(FOLDER)]
sys.modules.setdefault("pymva_bridge", package)

from pymva_bridge import common  # noqa: E402


class Report(common.SilentReport):
    """Writes down what it is told; cancels after so many checks."""

    def __init__(self, checks_left=None):
        self.fractions = []
        self.iterations = []
        self.checks_left = checks_left

    def progress(self, fraction):
        self.fractions.append(fraction)

    def iteration(self, index, metrics):
        self.iterations.append((index, dict(metrics)))

    def check(self):
        if self.checks_left is not None:
            self.checks_left -= 1
            if self.checks_left < 0:
                raise KeyboardInterrupt


def two_classes(n_events=1500, weights=None, seed=3):
    """A signal and a background that overlap."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, n_events).astype(np.int32)
    inputs = random.normal(size=(n_events, 4)) * [1, 10, 0.1, 1] + [0, 500, 0, 0]
    inputs[:, 0] += 1.2 * (labels == 0)
    inputs[:, 2] -= 0.1 * (labels == 0)
    return {"analysis_type": "classification", "inputs": read_only(inputs.astype(np.float32)),
            "labels": labels, "weights": weights, "variables": ["a", "b", "c", "d"],
            "classes": ["signal", "background"], "targets": []}


def three_classes(n_events=1500, seed=4):
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, n_events).astype(np.int32)
    inputs = random.normal(size=(n_events, 3)) + 2.0 * np.eye(3)[labels]
    return {"analysis_type": "multiclass", "inputs": read_only(inputs.astype(np.float32)),
            "labels": labels, "weights": random.uniform(0.5, 2.0, n_events),
            "variables": ["a", "b", "c"], "classes": ["x", "y", "z"], "targets": []}


def numbers(n_events=1500, n_targets=2, seed=5):
    """Targets of different scales that depend on the inputs, without noise."""
    random = np.random.default_rng(seed)
    inputs = random.uniform(0.0, 5.0, size=(n_events, 2)).astype(np.float32)
    targets = np.stack([7 * inputs[:, 0] ** 2 + 2, 1000 + 100 * inputs[:, 1]], axis=1)
    return {"analysis_type": "regression", "inputs": read_only(inputs),
            "target_values": targets[:, :n_targets].astype(np.float64), "weights": None,
            "variables": ["a", "b"], "classes": [], "targets": ["f", "g"][:n_targets]}


def read_only(array):
    """As the library hands tensors over."""
    array.setflags(write=False)
    return array


def plain_answers(plain, data):
    """What an estimator of scikit-learn answers, as adapters answer."""
    if data["analysis_type"] == "regression":
        found = plain.predict(data["inputs"]).reshape(len(data["inputs"]), -1)
    else:
        found = plain.predict_proba(data["inputs"])
        if data["analysis_type"] == "classification":
            found = found[:, 1:]
    return found.astype(np.float32)


def walk(description, tensors, inputs):
    """What an ensemble of trees answers, from its dump alone, one node after the other."""
    answers = np.zeros((len(inputs), description["n_outputs"])) + tensors.get("base", 0.0)
    first = 0
    for n_nodes in tensors["node_counts"]:
        tree = {name: tensors[name][first:first + n_nodes] for name in tensors
                if name not in ("node_counts", "base", "divide")}
        for row, event in enumerate(inputs):
            node = 0
            while tree["left"][node] != -1:
                value = event[tree["feature"][node]]
                goes_left = (tree["missing"][node] if np.isnan(value)
                             else value <= tree["threshold"][node])
                node = tree["left"][node] if goes_left else tree["right"][node]
            answers[row] += tree["values"][node]
        first += n_nodes
    if description["kind"] == "sklearn-forest":
        answers /= description["n_trees"]
    for number in tensors.get("divide", []):
        answers /= number
    if description.get("link") == "sigmoid":
        answers = 1.0 / (1.0 + np.exp(-answers))
    elif description.get("link") == "softmax":
        answers = np.exp(answers - answers.max(axis=1, keepdims=True))
        answers /= answers.sum(axis=1, keepdims=True)
    if description["response"] >= 0:
        answers = answers[:, [description["response"]]]
    return answers.astype(np.float32)
