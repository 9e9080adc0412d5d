# SPDX-License-Identifier: LGPL-2.1-or-later
"""Gradient boosting of scikit-learn: GradientBoostingClassifier and GradientBoostingRegressor, and
those that sort the inputs into histograms first."""

import copy
import itertools

# First, so that it is named where all is missing.
from sklearn import ensemble, model_selection
import numpy as np

from . import common, sklearn_common, sklearn_histogram, sklearn_native, sklearn_versions

# scikit-learn has no default for a training that shall stop early; this is its histograms' one.
N_ITER_NO_CHANGE = 10


def losses_of(analysis_type):
    """The losses that there are, scikit-learn's default first."""
    if analysis_type == "regression":
        return ["squared_error", "absolute_error", "huber", "quantile"]
    if analysis_type == "classification":
        return ["log_loss", "deviance", "exponential"]
    return ["log_loss", "deviance"]


def early_stopping_of(config):
    """After how many stages without improvement the training ends, or None."""
    word = str(config.get("early_stopping", "auto")).lower()
    number = int(config.get("n_iter_no_change", 0))
    if word == "off" or (word == "auto" and number == 0):
        return None
    return number or N_ITER_NO_CHANGE


def new_model(config, analysis_type):
    """The ensemble, without stages, as scikit-learn's own constructor makes it."""
    loss = sklearn_common.word_of("loss", config.get("loss", "auto"), losses_of(analysis_type),
                                  analysis_type)
    options = {
        "loss": sklearn_versions.boosting_loss(loss),
        "n_estimators": int(config.get("n_estimators", 100)),
        "learning_rate": config.get("learning_rate", 0.1),
        "subsample": config.get("subsample", 1.0),
        "min_samples_split": config.get("min_samples_split", 2),
        "min_samples_leaf": config.get("min_samples_leaf", 0) or 1,
        "min_weight_fraction_leaf": config.get("min_weight_fraction_leaf", 0.0),
        "min_impurity_decrease": config.get("min_impurity_decrease", 0.0),
        "max_features": sklearn_common.max_features_of(config.get("max_features", "auto"), None),
        "max_leaf_nodes": sklearn_common.max_leaf_nodes_of(
            max(config.get("max_leaf_nodes", -1), 0)),
        "init": "zero" if str(config.get("init", "auto")).lower() == "zero" else None,
        "ccp_alpha": config.get("ccp_alpha", 0.0),
        "validation_fraction": config.get("validation_fraction", 0.1),
        "n_iter_no_change": early_stopping_of(config),
        "random_state": config.get("seed"),
        "warm_start": True,
    }
    if config.get("max_depth", -1) >= 0:
        options["max_depth"] = config["max_depth"] or None
    if config.get("tol", -1.0) >= 0.0:
        options["tol"] = config["tol"]
    if analysis_type != "regression":
        return ensemble.GradientBoostingClassifier(**options)
    return ensemble.GradientBoostingRegressor(alpha=config.get("alpha", 0.9), **options)


def validation_loss(model, raw, answers, weights):
    """The loss that scikit-learn stops early by, from what the stages add up to; None for the
    Huber loss, whose scale only the training knows."""
    if model.loss == "exponential":
        losses = np.exp((1 - 2 * answers) * raw)
    elif model.loss == "squared_error":
        losses = (answers - raw) ** 2
    elif model.loss == "absolute_error":
        losses = np.abs(answers - raw)
    elif model.loss == "quantile":
        losses = np.where(answers >= raw, model.alpha, model.alpha - 1.0) * (answers - raw)
    elif model.loss == "huber":
        return None
    elif raw.ndim == 1:
        # Twice the logarithmic loss: the deviance of two classes.
        losses = 2.0 * np.logaddexp(0.0, (1 - 2 * answers) * raw)
    else:
        losses = np.logaddexp.reduce(raw, axis=1) - raw[np.arange(len(raw)), answers]
    return float(np.average(losses, weights=weights))


class Judge:
    """Follows the loss of the events that a training which stops early leaves out."""

    def __init__(self, model, inputs, answers, weights, n_before):
        # The split that fit() makes of the same numbers.
        _, rows = model_selection.train_test_split(
            np.arange(len(inputs)), test_size=model.validation_fraction,
            random_state=model.random_state,
            stratify=answers if hasattr(model, "predict_proba") else None)
        self.inputs = inputs[rows]
        self.answers = answers[rows]
        self.weights = None if weights is None else weights[rows]
        self.n_before = n_before
        self.staged = None

    def loss(self, model):
        """The loss of the next stage, which the model has just made."""
        if self.staged is None:
            staged = (model.staged_decision_function if hasattr(model, "predict_proba")
                      else model.staged_predict)
            self.staged = itertools.islice(staged(self.inputs), self.n_before, None)
        raw = next(self.staged)
        if raw.ndim == 2 and raw.shape[1] == 1:
            raw = raw[:, 0]
        return validation_loss(model, raw, self.answers, self.weights)


def fit_model(model, n_before, inputs, answers, weights, report, emit):
    """Adds stages in one call of fit(), which calls back after each."""
    judge = None
    if model.n_iter_no_change is not None:
        judge = Judge(model, inputs, answers, weights, n_before)

    def monitor(stage, model, _variables):
        report.check()
        metrics = {"trees": stage + 1, "training_loss": float(model.train_score_[stage])}
        loss = None if judge is None else judge.loss(model)
        if loss is not None:
            metrics["validation_loss"] = loss
        emit(metrics)

    report.check()
    try:
        model.fit(inputs, answers, sample_weight=weights, monitor=monitor)
    except ZeroDivisionError as error:
        raise ValueError(
            f"the weights of the events in a leaf sum to zero, so that it has no mean; they go "
            f"down to {weights.min():g}: let negative-weights of the data set be “drop”, “zero” "
            "or “absolute”") from error


def n_stages(model):
    """How many stages a trained ensemble of either kind has."""
    return model.n_iter_ if sklearn_histogram.is_histogram(model) else model.n_estimators_


def start_model(config, analysis_type, n_events, before):
    """A new ensemble, or a copy of the one before with the options of today."""
    if config.get("histogram", False):
        model = sklearn_histogram.new_model(config, analysis_type, n_events)
    else:
        model = new_model(config, analysis_type)
    if before is None:
        return model
    if type(before) is not type(model):
        raise ValueError("warm-start is set, but histogram is not what it was in the training "
                         "before; train a new method, or switch warm-start off")
    sklearn_common.check_more_trees(int(config.get("n_estimators", 100)), n_stages(before))
    options = model.get_params(deep=False)
    return copy.deepcopy(before).set_params(**options)


def fit(config, data, report):
    analysis_type = data["analysis_type"]
    inputs = sklearn_common.training_inputs(data)
    weights = common.event_weights(data)
    answers, n_outputs = common.training_answers(data)
    columns = sklearn_common.columns_of(answers)
    previous = sklearn_common.previous_model(config, data, analysis_type, inputs.shape[1],
                                             n_outputs)
    befores = sklearn_common.models_of(previous) if previous is not None else [None] * len(columns)
    n_trees = int(config.get("n_estimators", 100))
    progress = sklearn_common.Progress(report, n_trees, data["targets"])
    n_threads = common.n_threads_of(config)
    train = sklearn_histogram.fit_model if config.get("histogram", False) else fit_model

    models = []
    for target, (column, before) in enumerate(zip(columns, befores)):
        progress.target = target
        model = start_model(config, analysis_type, len(inputs), before)
        n_before = 0 if before is None else n_stages(before)
        with sklearn_histogram.threads(n_threads):
            train(model, n_before, inputs, column, weights, report, progress.emit)
        models.append(model)
    report.progress(1.0)

    state = sklearn_common.State(sklearn_common.model_of(models), analysis_type, inputs.shape[1],
                                 n_outputs)
    state.n_threads = n_threads
    return state


def predict(state, inputs):
    if not sklearn_histogram.is_histogram(sklearn_common.models_of(state.model)[0]):
        return sklearn_common.predict(state, inputs)
    with sklearn_histogram.threads(state.n_threads):
        return sklearn_common.predict(state, inputs)


def to_native(state):
    return sklearn_native.to_native(state, "predict_proba")


def importance(state):
    models = sklearn_common.models_of(state.model)
    if sklearn_histogram.is_histogram(models[0]):
        return None
    return np.mean([model.feature_importances_ for model in models], axis=0)


def provenance(state):
    found = sklearn_common.provenance()
    models = sklearn_common.models_of(state.model)
    found["trees"] = int(sum(n_stages(model) for model in models))
    found["n_threads"] = state.n_threads
    return found
