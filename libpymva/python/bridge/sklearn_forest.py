# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random forests and extremely randomised trees of scikit-learn."""

import copy
import time
import warnings

# First, so that it is named where all is missing.
from sklearn import ensemble
import numpy as np

from . import common, sklearn_common, sklearn_native, sklearn_versions

# A block of trees should last about this long, in seconds: the caller can stop between blocks.
BLOCK_SECONDS = 0.2


def criterion_of(word, analysis_type):
    """scikit-learn's criterion, by its name of today, for the version that is installed."""
    if analysis_type == "regression":
        good = ["squared_error", "absolute_error", "friedman_mse", "poisson"]
    else:
        good = ["gini", "entropy", "log_loss"]
    return sklearn_versions.tree_criterion(
        sklearn_common.word_of("criterion", word, good, analysis_type))


def new_forest(config, analysis_type):
    """The forest, without trees, as scikit-learn's own constructor makes it."""
    regression = analysis_type == "regression"
    options = {
        "criterion": criterion_of(config.get("criterion", "auto"), analysis_type),
        "max_depth": config.get("max_depth") or None,
        "min_samples_split": config.get("min_samples_split", 2),
        "min_samples_leaf": config.get("min_samples_leaf", 1),
        "min_weight_fraction_leaf": config.get("min_weight_fraction_leaf", 0.0),
        "max_features": sklearn_common.max_features_of(config.get("max_features", "auto"),
                                                       1.0 if regression else "sqrt"),
        "max_leaf_nodes": sklearn_common.max_leaf_nodes_of(config.get("max_leaf_nodes", 0)),
        "min_impurity_decrease": config.get("min_impurity_decrease", 0.0),
        "bootstrap": config.get("bootstrap", True),
        "ccp_alpha": config.get("ccp_alpha", 0.0),
        "random_state": config.get("seed"),
        "n_jobs": common.n_threads_of(config),
        "warm_start": True,
    }
    if config.get("bootstrap", True) and config.get("max_samples"):
        options["max_samples"] = config["max_samples"]
    if not regression:
        options["class_weight"] = sklearn_common.class_weight_of(config.get("class_weight", ""))
    if config.get("extra_trees", False):
        make = ensemble.ExtraTreesRegressor if regression else ensemble.ExtraTreesClassifier
    else:
        make = ensemble.RandomForestRegressor if regression else ensemble.RandomForestClassifier
    return make(n_estimators=0, **options)


def start_forest(config, data, analysis_type, n_variables, n_outputs):
    """A new forest, or a copy of the one before with the options of today."""
    forest = new_forest(config, analysis_type)
    previous = sklearn_common.previous_model(config, data, analysis_type, n_variables, n_outputs)
    if previous is None:
        return forest, 0
    if type(previous) is not type(forest):
        raise ValueError("warm-start is set, but extra-trees is not what it was in the training "
                         "before; train a new method, or switch warm-start off")
    n_before = len(previous.estimators_)
    sklearn_common.check_more_trees(int(config.get("n_estimators", 100)), n_before)
    options = forest.get_params(deep=False)
    forest = copy.deepcopy(previous)
    forest.set_params(**dict(options, n_estimators=n_before))
    return forest, n_before


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


def fit(config, data, report):
    analysis_type = data["analysis_type"]
    inputs = sklearn_common.training_inputs(data)
    weights = common.event_weights(data)
    answers, n_outputs = common.training_answers(data)

    n_trees = int(config.get("n_estimators", 100))
    oob_score = bool(config.get("oob_score", False))
    if oob_score and not config.get("bootstrap", True):
        raise ValueError("oob-score needs bootstrap: without it no tree leaves an event out")
    forest, n_grown = start_forest(config, data, analysis_type, inputs.shape[1], n_outputs)

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
    return sklearn_common.State(forest, analysis_type, inputs.shape[1], n_outputs)


predict = sklearn_common.predict


def to_native(state):
    return sklearn_native.to_native(state, "predict_proba")


def importance(state):
    return np.asarray(state.model.feature_importances_, dtype=np.float64)


def provenance(state):
    found = sklearn_common.provenance()
    if hasattr(state.model, "oob_score_"):
        found["oob_score"] = float(state.model.oob_score_)
    return found
