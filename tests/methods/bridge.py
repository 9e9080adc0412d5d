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


def leaf_of(tree, event):
    """The row of values that an event reaches, one node after the other."""
    node = 0
    while tree["children"][node] >= 0:
        value = event[tree["features"][node]]
        if np.isnan(value):
            goes_left = tree["missing"][node] == 1
        elif tree["sets"][node] >= 0:
            words = tree["words"][tree["sets"][node]]
            goes_left = (words[int(value) // 32] >> (int(value) % 32)) & 1
        else:
            goes_left = value <= tree["thresholds"][node]
        node = tree["children"][node] + (0 if goes_left else 1)
    return -1 - tree["children"][node]


def walk_forest(stage, tables, inputs):
    table = {key: tables[name] for key, name in stage.items() if name in tables}
    counts = table["node_counts"]
    n_nodes = counts.sum()
    table.setdefault("missing", np.zeros(n_nodes, np.uint8))
    table.setdefault("sets", np.full(n_nodes, -1))
    words = np.split(table.get("set_words", np.empty(0, np.int32)).view(np.uint32),
                     table.get("set_offsets", [0])[1:])
    values = table["values"]
    answers = np.zeros((len(inputs), stage.get("n_outputs", values.shape[1])))
    answers += table.get("base", 0.0)
    for number, (first, count) in enumerate(zip(np.cumsum(counts) - counts, counts)):
        tree = {name: table[name][first:first + count]
                for name in ("children", "features", "thresholds", "missing", "sets")}
        tree["words"] = words
        columns = (slice(None) if "tree_outputs" not in table
                   else [table["tree_outputs"][number]])
        for row, event in enumerate(inputs):
            answers[row, columns] += values[leaf_of(tree, event)]
    return answers / (len(counts) if stage["aggregation"] == "average" else 1.0)


def walk_encode(inputs, counts, categories):
    found = inputs.astype(np.float64)
    for column, known in enumerate(np.split(categories, np.cumsum(counts)[:-1])):
        if len(known) > 0:
            ranks = {value: float(rank) for rank, value in enumerate(known)}
            found[:, column] = [ranks.get(value, np.nan) for value in inputs[:, column]]
    return found


def walk_link(function, scores):
    if function == "softmax":
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)
    return {"exponential": np.exp, "logistic": lambda x: 1.0 / (1.0 + np.exp(-x))}[function](scores)


def walk(description, tables, inputs):
    """What an ensemble of trees answers, from its dump alone."""
    given = []
    for stage in description["stages"]:
        sources = stage.get("inputs", [stage.get("input", len(given) - 1)])
        found = np.concatenate([inputs if source < 0 else given[source] for source in sources],
                               axis=1)
        kind = stage["kind"]
        if kind == "forest":
            found = walk_forest(stage, tables, found)
        elif kind == "encode":
            found = walk_encode(found, tables[stage["counts"]], tables[stage["categories"]])
        elif kind == "affine":
            found = found / tables[stage["divide"]]
        elif kind == "matrix":
            found = found @ tables[stage["matrix"]].T
        elif kind == "select":
            found = found[:, stage["columns"]]
        elif kind == "weighted-median":
            found = np.array([[weighted_median(row, tables[stage["weights"]])] for row in found])
        else:
            found = walk_link(stage["function"], found)
        given.append(found)
    return given[-1].astype(np.float32)


def weighted_median(values, weights):
    order = np.argsort(values, kind="stable")
    sums = np.cumsum(weights[order])
    return values[order[np.searchsorted(sums, 0.5 * sums[-1])]]
