# SPDX-License-Identifier: LGPL-2.1-or-later
"""HistGradientBoostingClassifier and HistGradientBoostingRegressor of scikit-learn."""

import contextlib
import sys
import threading

# First, so that it is named where all is missing.
from sklearn import ensemble
import threadpoolctl

from . import sklearn_common, sklearn_versions

# Above so many events scikit-learn stops early unless it is told not to.
EARLY_STOPPING_EVENTS = 10000

# Knows the OpenMP of scikit-learn; looking for it takes too long to do it for each prediction.
controller = threadpoolctl.ThreadpoolController()


def threads(n_threads):
    """A context in which scikit-learn's loops in C use so many threads."""
    return controller.limit(limits=n_threads, user_api="openmp")


def is_histogram(model):
    return isinstance(model, (ensemble.HistGradientBoostingClassifier,
                              ensemble.HistGradientBoostingRegressor))


def losses_of(analysis_type):
    """The losses that there are, scikit-learn's default first."""
    if analysis_type == "regression":
        return ["squared_error", "absolute_error", "quantile", "poisson", "gamma"]
    return ["log_loss", "deviance"]


def max_features_of(word):
    """The share of the variables that are tried at a split, as an argument of the constructor."""
    share = sklearn_common.max_features_of(word, 1.0)
    if share is not None and not isinstance(share, float):
        raise ValueError(f"max-features is “{word}”; with histogram it may be “auto”, “all” or a "
                         "share of the variables such as “0.5”")
    if share in (None, 1.0):
        return {}
    sklearn_versions.require((1, 4), "max-features with histogram")
    return {"max_features": share}


def early_stopping_of(config, n_events):
    """The options that say when the training ends."""
    word = str(config.get("early_stopping", "auto")).lower()
    if word == "on" or (word == "auto" and n_events > EARLY_STOPPING_EVENTS):
        options = {"early_stopping": True,
                   "validation_fraction": config.get("validation_fraction", 0.1)}
        if config.get("n_iter_no_change", 0):
            options["n_iter_no_change"] = config["n_iter_no_change"]
        if config.get("tol", -1.0) >= 0.0:
            options["tol"] = config["tol"]
        return options
    # Patience without end changes nothing, but lets scikit-learn keep the loss of every stage.
    return {"early_stopping": True, "validation_fraction": None, "n_iter_no_change": 2**31 - 1}


def new_model(config, analysis_type, n_events):
    """The ensemble, without stages, as scikit-learn's own constructor makes it."""
    loss = sklearn_common.word_of("loss", config.get("loss", "auto"), losses_of(analysis_type),
                                  analysis_type)
    options = {
        "loss": sklearn_versions.boosting_loss(loss),
        "max_iter": int(config.get("n_estimators", 100)),
        "learning_rate": config.get("learning_rate", 0.1),
        "l2_regularization": config.get("l2_regularization", 0.0),
        "max_bins": config.get("max_bins", 255),
        "random_state": config.get("seed"),
        "warm_start": True,
    }
    options.update(early_stopping_of(config, n_events))
    options.update(max_features_of(config.get("max_features", "auto")))
    if config.get("max_depth", -1) >= 0:
        options["max_depth"] = config["max_depth"] or None
    if config.get("max_leaf_nodes", -1) >= 0:
        options["max_leaf_nodes"] = sklearn_common.max_leaf_nodes_of(config["max_leaf_nodes"])
    if config.get("min_samples_leaf", 0):
        options["min_samples_leaf"] = config["min_samples_leaf"]

    if analysis_type != "regression":
        class_weight = sklearn_common.class_weight_of(config.get("class_weight", ""))
        if class_weight is not None:
            options["class_weight"] = class_weight
        return ensemble.HistGradientBoostingClassifier(**options)
    if loss == "gamma":
        sklearn_versions.require((1, 3), "the loss “gamma”")
    if loss == "quantile":
        options["quantile"] = config.get("alpha", 0.9)
    return ensemble.HistGradientBoostingRegressor(**options)


class Watch:
    """Stands in for sys.stdout while scikit-learn, which has no callbacks here, tells of each
    stage. What it says is not shown; what other threads print is."""

    def __init__(self, shown, step):
        self.shown = shown
        self.step = step
        self.thread = threading.get_ident()

    def write(self, text):
        if threading.get_ident() != self.thread:
            return self.shown.write(text)
        self.step()
        return len(text)

    def flush(self):
        if threading.get_ident() != self.thread:
            self.shown.flush()

    def __getattr__(self, name):
        return getattr(self.shown, name)


def fit_model(model, n_before, inputs, answers, weights, report, emit):
    """Adds stages in one call of fit(), and looks at the scores that it keeps after each."""
    n_told = n_before

    def step():
        nonlocal n_told
        report.check()
        # The first score is that of no stages.
        if len(getattr(model, "train_score_", ())) - 1 <= n_told:
            return
        n_told += 1
        metrics = {"trees": n_told, "training_loss": float(-model.train_score_[-1])}
        if model.validation_fraction is not None:
            metrics["validation_loss"] = float(-model.validation_score_[-1])
        emit(metrics)

    model.set_params(verbose=2)
    with contextlib.redirect_stdout(Watch(sys.stdout, step)):
        model.fit(inputs, answers, sample_weight=weights)
    model.set_params(verbose=0)
