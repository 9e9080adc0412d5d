# SPDX-License-Identifier: LGPL-2.1-or-later
"""Any estimator of scikit-learn (1.2 or later), or a chain of them, by name."""

import contextlib
import json
import pickle
import warnings

# First, so that it is named where all is missing.
import sklearn
import joblib
import numpy as np
import threadpoolctl
from sklearn import base
from sklearn.utils.validation import has_fit_parameter

from . import common, sklearn_common, sklearn_histogram, sklearn_names, sklearn_native

# Those that hand the weights, and all else that fit() is given, to the estimators they hold.
HANDS_ON = ("GridSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV", "RandomizedSearchCV",
            "RegressorChain", "TransformedTargetRegressor")
# What a model answers with, in the order of preference.
RESPONSES = ("predict_proba", "decision_function", "predict")


# How many events of the training are kept at most.
N_SAMPLE = 1000


class State(sklearn_common.State):
    """A trained estimator, and how it answers."""

    def __init__(self, model, analysis_type, n_variables, n_outputs, response, n_threads=1):
        super().__init__(model, analysis_type, n_variables, n_outputs)
        self.response = response
        self.n_threads = n_threads
        self.importance = None
        # What the columns are called, where the estimator has learnt from a table with names.
        self.columns = None
        # Some of the events of the training; none in a state that was read from a file.
        self.sample = None
        self.is_native = False


@contextlib.contextmanager
def threads(number, libraries=None, backend="threading"):
    """Lets scikit-learn work with so many threads, and with no other process. Looking for the
    libraries that have threads takes milliseconds: who asks often gives those that are known."""
    libraries = libraries or threadpoolctl.ThreadpoolController()
    with libraries.limit(limits=number), joblib.parallel_backend(backend, n_jobs=number):
        yield


def new_estimator(config, analysis_type):
    """The estimator that the properties describe, with the method's seed and threads wherever the
    user has given none."""
    text = str(config.get("estimator", "")).strip()
    if not text:
        raise ValueError("estimator is empty; name one, such as “SVC” or “StandardScaler, SVC”")
    model = sklearn_names.Parser(text).parse()
    given = config.get("estimator_parameters") or {}
    sklearn_names.check_refused(model, analysis_type)
    sklearn_names.set_parameters(model, given)
    sklearn_names.check_complete(model)
    sklearn_names.check_kind(model, analysis_type)
    common_values = {"random_state": config.get("seed"), "n_jobs": common.n_threads_of(config)}
    found = model.get_params(deep=True)
    for name, value in found.items():
        owner, _, last = name.rpartition("__")
        if last not in common_values or name in given:
            continue
        # scikit-learn's None is one thread, and some of its estimators warn of all other values.
        if (last == "n_jobs" and value is None and common_values[last] == 1
                and type(found.get(owner, model)).__module__.startswith("sklearn.")):
            continue
        model.set_params(**{name: common_values[last]})
    return model


def takes_weights(model):
    """Whether an estimator, and all those in it, can be given event weights."""
    model = sklearn_names.last_step(model)
    inner = sklearn_names.inner_estimators(model)
    if type(model).__name__ not in HANDS_ON and not has_fit_parameter(model, "sample_weight"):
        return False
    return all(takes_weights(each) for each in inner)


def weight_arguments(model, weights):
    """The weights as arguments of fit()."""
    prefix = ""
    while isinstance(model, sklearn_names.pipeline.Pipeline):
        name, model = model.steps[-1]
        prefix += name + "__"
    return {prefix + "sample_weight": weights}


def fit_weighted(model, inputs, answers, weights, config):
    """Trains with the weights, or does what is to be done where they cannot be taken."""
    arguments = {}
    if weights is not None and takes_weights(model):
        arguments = weight_arguments(model, weights)
    elif weights is not None:
        policy = config.get("unsupported_weights", "error")
        if policy == "error":
            raise ValueError(
                f"“{sklearn_names.describe(model)}” takes no event weights, and the events have "
                "different ones; set unsupported-weights to “resample”, which draws events by "
                "their weights, or to “ignore”, or name another estimator")
        if policy == "resample":
            rows = common.draw_by_weights(weights, config.get("seed"))
            inputs, answers = inputs[rows], answers[rows]
    model.fit(inputs, answers, **arguments)


def fit_targets(model, inputs, answers, weights, config):
    """Trains for one target or several; where the estimator learns a single one, there is one for
    each of them."""
    single, multiple = sklearn_names.target_tags(model)
    if answers.ndim == 1 and not single:
        answers = answers[:, np.newaxis]
    if answers.ndim == 2 and not multiple:
        models = [base.clone(model) for _ in range(answers.shape[1])]
        for number, each in enumerate(models):
            fit_weighted(each, inputs, answers[:, number], weights, config)
        return sklearn_common.PerTarget(models)
    fit_weighted(model, inputs, answers, weights, config)
    return model


def response_of(model, analysis_type):
    """The function that the trained estimator answers with."""
    if analysis_type == "regression":
        return "predict"
    return next(name for name in RESPONSES if hasattr(model, name))


def fit(config, data, report):
    analysis_type = data["analysis_type"]
    report.check()
    model = new_estimator(config, analysis_type)
    # In double precision, as scikit-learn has them by itself; a copy that it may write to.
    inputs = np.array(data["inputs"], dtype=np.float64, order="C")
    answers, n_outputs = common.training_answers(data)
    weights = common.event_weights(data)
    report.check()
    with threads(common.n_threads_of(config)):
        if analysis_type == "regression":
            model = fit_targets(model, inputs, answers, weights, config)
        else:
            fit_weighted(model, inputs, answers, weights, config)
        state = State(model, analysis_type, inputs.shape[1], n_outputs,
                      response_of(model, analysis_type), common.n_threads_of(config))
        check_classes(state)
        state.sample = inputs[::len(inputs) // N_SAMPLE + 1]
        state.importance = find_importance(model, inputs, list(data["variables"]))
        state.is_native = to_native(state) is not None
    report.progress(1.0)
    return state


def check_classes(state):
    classes = getattr(state.model, "classes_", None)
    if state.analysis_type != "regression" and classes is not None \
            and len(classes) != state.n_outputs:
        raise ValueError(f"the estimator has learnt {len(classes)} of the {state.n_outputs} "
                         "classes; give each class more events, or larger weights")


def probabilities(state, inputs):
    """What a classifier answers, as one column per class (scikit-learn's order)."""
    if state.response == "predict_proba":
        return np.asarray(state.model.predict_proba(inputs))
    if state.response == "decision_function":
        scores = np.asarray(state.model.decision_function(inputs), dtype=np.float64)
        if scores.ndim == 1 or scores.shape[1] == 1:
            scores = scores.reshape(-1)
            signal = 1.0 / (1.0 + np.exp(-np.clip(scores, -700.0, 700.0)))
            return np.stack([1.0 - signal, signal], axis=1)
        if scores.shape[1] == state.n_outputs:
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            return shares / shares.sum(axis=1, keepdims=True)
    answers = np.asarray(state.model.predict(inputs))
    classes = getattr(state.model, "classes_", np.arange(state.n_outputs))
    return (answers[:, np.newaxis] == classes).astype(np.float64)


def name_columns(inputs, names):
    """The inputs as a table of pandas, for an estimator that has learnt from one and may ask for
    its columns by name."""
    if names is None:
        return inputs
    try:
        import pandas
    except ModuleNotFoundError:
        # It has learnt elsewhere, or from tables of others.
        return inputs
    return pandas.DataFrame(inputs, columns=names)


def predict(state, inputs):
    inputs = common.check_inputs(inputs, state.n_variables)
    n_columns = 1 if state.analysis_type == "classification" else state.n_outputs
    if len(inputs) == 0:
        # scikit-learn refuses to answer for no events.
        return np.empty((0, n_columns), dtype=np.float32)
    inputs = name_columns(np.array(inputs, dtype=np.float64, order="C"), state.columns)
    # Some estimators would start other processes to answer, too. Threads add up the answers of
    # trees in the order in which they end; the native engine does it in the order of the trees.
    with threads(state.n_threads, sklearn_histogram.controller,
                 "sequential" if state.is_native else "threading"):
        if state.analysis_type == "regression":
            answers = np.asarray(state.model.predict(inputs)).reshape(len(inputs), -1)
        else:
            answers = probabilities(state, inputs)
            if state.analysis_type == "classification":
                answers = answers[:, 1:2]
    return np.ascontiguousarray(answers, dtype=np.float32)


def find_importance(model, inputs, variables):
    """How much each variable matters: the estimator's feature_importances_, or the sizes of its
    coefficients, each times the deviation of what it multiplies. None where there is neither, or
    where inputs are mixed before the estimator sees them."""
    if isinstance(model, sklearn_common.PerTarget):
        each = [find_importance(one, inputs, variables) for one in model.models]
        return None if any(one is None for one in each) else np.mean(each, axis=0)
    names = variables
    if isinstance(model, sklearn_names.pipeline.Pipeline):
        try:
            names = list(model[:-1].get_feature_names_out(variables))
            inputs = model[:-1].transform(inputs)
        except (AttributeError, ValueError, TypeError):
            return None
        model = sklearn_names.last_step(model)
    if not set(names) <= set(variables):
        return None
    shares = shares_of(getattr(model, "best_estimator_", model), inputs, len(names))
    if shares is None or not np.all(np.isfinite(shares)) or shares.sum() <= 0.0:
        return None
    found = np.zeros(len(variables))
    found[[variables.index(name) for name in names]] = shares / shares.sum()
    return found


def shares_of(model, inputs, n_inputs):
    shares = getattr(model, "feature_importances_", None)
    if shares is None:
        coefficients = getattr(model, "coef_", None)
        if coefficients is None or hasattr(coefficients, "toarray"):
            return None
        coefficients = np.atleast_2d(np.asarray(coefficients, dtype=np.float64))
        if coefficients.shape[1] != n_inputs:
            return None
        shares = np.abs(coefficients).mean(axis=0) * np.std(np.asarray(inputs), axis=0)
    shares = np.asarray(shares, dtype=np.float64)
    return shares if shares.shape == (n_inputs,) else None


def to_native(state):
    """Stages, if there is a native engine for all that the estimator consists of."""
    return sklearn_native.to_native(state, state.response, predict)


def importance(state):
    return state.importance


def provenance(state):
    model = models_of(state)[0]
    return {**sklearn_common.provenance(), "estimator": sklearn_names.describe(model),
            "response": state.response}


def models_of(state):
    """The estimators: one, or one per target."""
    return (state.model.models if isinstance(state.model, sklearn_common.PerTarget)
            else [state.model])


def dump(state):
    facts = {"analysis_type": state.analysis_type, "n_variables": state.n_variables,
             "n_outputs": state.n_outputs, "response": state.response,
             "n_threads": state.n_threads, "columns": state.columns,
             "scikit-learn": sklearn.__version__}
    files = {"estimator.json": json.dumps(facts).encode(),
             "estimator.pickle": pickle.dumps(models_of(state), protocol=4)}
    return files, ["estimator.pickle"]


def load(files):
    facts = json.loads(bytes(files["estimator.json"]))
    with warnings.catch_warnings():
        # The library compares the answers of another version with those of the training.
        warnings.filterwarnings("ignore", message="Trying to unpickle")
        try:
            models = pickle.loads(bytes(files["estimator.pickle"]))
        except (AttributeError, ImportError, TypeError, ValueError) as error:
            raise ValueError(
                f"the estimator was saved with scikit-learn {facts.get('scikit-learn')}, and "
                f"{sklearn.__version__} cannot read it: {error}") from error
    model = models[0] if len(models) == 1 else sklearn_common.PerTarget(models)
    state = State(model, facts["analysis_type"], facts["n_variables"], facts["n_outputs"],
                  facts["response"], min(facts["n_threads"], common.n_processors()))
    state.columns = facts.get("columns")
    return state
