# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random forests of scikit-learn (1.0 or later)."""

import time
import warnings

# First, so that it is named where all is missing.
import sklearn
from sklearn import ensemble
import numpy as np

from . import common

# A block of trees should last about this long, in seconds: the caller can stop between blocks.
BLOCK_SECONDS = 0.2


class State:
    """A trained forest and what it was trained for."""

    def __init__(self, forest, analysis_type, n_variables, n_outputs):
        self.forest = forest
        self.analysis_type = analysis_type
        self.n_variables = n_variables
        self.n_outputs = n_outputs


def max_features_of(word, analysis_type):
    """scikit-learn's max_features: a word, a share of the variables, or a number of them."""
    word = str(word).strip().lower()
    if word in ("", "auto"):
        return "sqrt" if analysis_type != "regression" else 1.0
    if word in ("sqrt", "log2"):
        return word
    if word in ("none", "all"):
        return None
    try:
        number = float(word) if "." in word or "e" in word else int(word)
    except ValueError:
        number = 0
    if number > 0 and (isinstance(number, int) or number <= 1.0):
        return number
    raise ValueError(f"max-features is “{word}”; expected “auto”, “sqrt”, “log2”, “all”, a number "
                     "of variables such as “3”, or a share of them such as “0.5”")


def max_leaf_nodes_of(number):
    """scikit-learn's max_leaf_nodes, which has no zero."""
    if number == 1:
        raise ValueError("max-leaf-nodes is 1; it must be 0 (no limit) or at least 2")
    return number or None


def criterion_of(word, analysis_type):
    """scikit-learn's criterion, by its name of today, for the version that is installed."""
    if analysis_type == "regression":
        good = ["squared_error", "absolute_error", "friedman_mse", "poisson"]
    else:
        good = ["gini", "entropy", "log_loss"]
    word = str(word).strip().lower().replace("-", "_")
    if word in ("", "auto"):
        return good[0]
    if word not in good:
        raise ValueError(f"criterion is “{word}”; for {analysis_type} it may be “auto”, "
                         + ", ".join(f"“{name}”" for name in good))
    if word == "log_loss" and common.version_of(sklearn) < (1, 1):
        return "entropy"
    if word == "friedman_mse" and common.version_of(sklearn) >= (1, 9):
        # The same formula for a single target; scikit-learn 1.9 deprecates the other name.
        return "squared_error"
    return word


def new_forest(config, analysis_type):
    """The forest, without trees, as scikit-learn's own constructor makes it."""
    regression = analysis_type == "regression"
    options = {
        "criterion": criterion_of(config.get("criterion", "auto"), analysis_type),
        "max_depth": config.get("max_depth") or None,
        "min_samples_split": config.get("min_samples_split", 2),
        "min_samples_leaf": config.get("min_samples_leaf", 1),
        "min_weight_fraction_leaf": config.get("min_weight_fraction_leaf", 0.0),
        "max_features": max_features_of(config.get("max_features", "auto"), analysis_type),
        "max_leaf_nodes": max_leaf_nodes_of(config.get("max_leaf_nodes", 0)),
        "min_impurity_decrease": config.get("min_impurity_decrease", 0.0),
        "bootstrap": config.get("bootstrap", True),
        "ccp_alpha": config.get("ccp_alpha", 0.0),
        "random_state": config.get("seed"),
        "n_jobs": common.n_threads_of(config),
        "warm_start": True,
    }
    if config.get("bootstrap", True) and config.get("max_samples"):
        options["max_samples"] = config["max_samples"]
    class_weight = str(config.get("class_weight", "")).replace("-", "_")
    if not regression and class_weight not in ("", "none"):
        options["class_weight"] = class_weight
    make = ensemble.RandomForestRegressor if regression else ensemble.RandomForestClassifier
    return make(n_estimators=0, **options)


def grow(forest, n_trees, inputs, answers, weights):
    """Adds trees until there are so many. Each gets the seed that one plain fit would give it."""
    forest.set_params(n_estimators=n_trees)
    with warnings.catch_warnings():
        # The presets depend on the events, which are the same ones in every block.
        warnings.filterwarnings("ignore", message="class_weight presets")
        try:
            forest.fit(inputs, answers, sample_weight=weights)
        except ValueError as error:
            # Since 1.9 the weights are the probabilities of the draws.
            if weights is None or weights.min() >= 0.0 or not forest.bootstrap:
                raise
            raise ValueError(
                f"this scikit-learn draws the events of a tree by their weights, which go down to "
                f"{weights.min():g} here; switch bootstrap off, or let negative-weights of the "
                "data set be “drop”, “zero” or “absolute”") from error


def checkable(inputs):
    """scikit-learn looks at inputs one by one where their sum is not finite, and does so only where
    it could write to them."""
    with np.errstate(over="ignore", invalid="ignore"):
        return inputs if np.isfinite(np.sum(inputs)) else inputs.copy()


def fit(config, data, report):
    analysis_type = data["analysis_type"]
    inputs = checkable(np.ascontiguousarray(data["inputs"], dtype=np.float32))
    if not inputs.flags.writeable and np.isnan(inputs).any():
        # The code that looks for missing values takes no read-only buffer (scikit-learn 1.9).
        inputs = inputs.copy()
    weights = common.event_weights(data)
    if analysis_type == "regression":
        answers = np.asarray(data["target_values"], dtype=np.float64)
        n_outputs = answers.shape[1]
        answers = answers[:, 0] if n_outputs == 1 else answers
    else:
        labels = common.class_labels(data)
        n_outputs = len(data["classes"])
        # Class 0 is the signal, and frameworks call the signal 1.
        answers = (labels == 0).astype(np.int64) if analysis_type == "classification" else labels

    n_trees = int(config.get("n_estimators", 100))
    oob_score = bool(config.get("oob_score", False))
    if oob_score and not config.get("bootstrap", True):
        raise ValueError("oob-score needs bootstrap: without it no tree leaves an event out")
    forest = new_forest(config, analysis_type)

    n_grown = 0
    n_block = forest.n_jobs
    iteration = 0
    while n_grown < n_trees:
        report.check()
        n_block = min(n_block, n_trees - n_grown)
        n_grown += n_block
        if n_grown == n_trees:
            # Out-of-bag figures ask every tree again, so only the last block computes them.
            forest.set_params(oob_score=oob_score)
        started = time.monotonic()
        grow(forest, n_grown, inputs, answers, weights)
        seconds = max(time.monotonic() - started, 1e-6)

        metrics = {"trees": n_grown}
        if n_grown == n_trees and oob_score:
            metrics["oob_score"] = float(forest.oob_score_)
        report.iteration(iteration, metrics)
        report.progress(n_grown / n_trees)
        iteration += 1
        n_block = max(forest.n_jobs, int(n_block * min(BLOCK_SECONDS / seconds, 4.0)))

    # Threads add the trees' answers in the order in which they end: one thread keeps the sum exact.
    forest.set_params(n_jobs=1)
    return State(forest, analysis_type, inputs.shape[1], n_outputs)


def predict(state, inputs):
    inputs = common.check_inputs(inputs, state.n_variables)
    if len(inputs) == 0:
        # scikit-learn refuses to answer for no events.
        n_columns = 1 if state.analysis_type == "classification" else state.n_outputs
        return np.empty((0, n_columns), dtype=np.float32)
    inputs = checkable(inputs)
    if state.analysis_type == "regression":
        return state.forest.predict(inputs).reshape(len(inputs), -1).astype(np.float32)
    answers = state.forest.predict_proba(inputs)
    if state.analysis_type == "classification":
        answers = answers[:, 1:2]
    return answers.astype(np.float32)


def leaf_values(tree, classification):
    """What one tree answers in each node: shares of the classes, or means of the targets."""
    if not classification:
        return tree.value[:, :, 0]
    values = tree.value[:, 0, :]
    if common.version_of(sklearn) < (1, 3):
        # Weighted counts in those versions, which predict_proba divides like this.
        sums = values.sum(axis=1)[:, np.newaxis]
        sums[sums == 0.0] = 1.0
        values = values / sums
    return values


def to_native(state):
    classification = state.analysis_type != "regression"
    trees = [estimator.tree_ for estimator in state.forest.estimators_]

    def joined(dtype, arrays):
        return np.ascontiguousarray(np.concatenate(arrays), dtype=dtype)

    tensors = {
        "node_counts": np.array([tree.node_count for tree in trees], dtype=np.int64),
        "left": joined(np.int32, [tree.children_left for tree in trees]),
        "right": joined(np.int32, [tree.children_right for tree in trees]),
        "feature": joined(np.int32, [tree.feature for tree in trees]),
        "threshold": joined(np.float64, [tree.threshold for tree in trees]),
        "values": joined(np.float64, [leaf_values(tree, classification) for tree in trees]),
    }
    if hasattr(trees[0], "missing_go_to_left"):
        # Since 1.3 every split has a side for missing values, whether or not it has seen any.
        tensors["missing_left"] = joined(np.uint8, [tree.missing_go_to_left for tree in trees])

    description = {
        "kind": "sklearn-forest",
        "task": "classification" if classification else "regression",
        "n_features": state.n_variables,
        "n_trees": len(trees),
        "n_outputs": state.n_outputs,
        "response": 1 if state.analysis_type == "classification" else -1,
    }
    return description, tensors


def importance(state):
    return np.asarray(state.forest.feature_importances_, dtype=np.float64)


def provenance(state):
    found = {"framework": "scikit-learn", "scikit-learn": sklearn.__version__,
             "numpy": np.__version__}
    if hasattr(state.forest, "oob_score_"):
        found["oob_score"] = float(state.forest.oob_score_)
    return found
