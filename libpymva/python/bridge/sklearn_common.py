# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the adapters of scikit-learn share: events as its `fit` takes them, answers as the library
wants them, and words of hyperparameters."""

import pickle

# First, so that it is named where all is missing.
import sklearn
import numpy as np

from . import common


class State:
    """A trained estimator and what it was trained for."""

    def __init__(self, model, analysis_type, n_variables, n_outputs):
        self.model = model
        self.analysis_type = analysis_type
        self.n_variables = n_variables
        self.n_outputs = n_outputs


class PerTarget:
    """One estimator for each target, as scikit-learn's MultiOutputRegressor has them."""

    def __init__(self, models):
        self.models = models

    def predict(self, inputs):
        return np.stack([model.predict(inputs) for model in self.models], axis=1)


def model_of(models):
    """The model of a state, from one estimator, or from one for each target."""
    return models[0] if len(models) == 1 else PerTarget(models)


def models_of(model):
    """The other way round."""
    return model.models if isinstance(model, PerTarget) else [model]


def columns_of(answers):
    """What each of the estimators is to learn."""
    return [answers] if answers.ndim == 1 else list(np.ascontiguousarray(answers.T))


class Progress:
    """Numbers the iterations of the ensembles of all targets, which are trained one after the
    other; "trees" of the metrics says how far one is."""

    def __init__(self, report, n_trees, targets):
        self.report = report
        self.n_trees = n_trees
        self.targets = targets
        self.target = 0
        self.index = 0

    def emit(self, metrics):
        done = metrics["trees"] / self.n_trees
        if len(self.targets) > 1:
            metrics["target"] = self.targets[self.target]
        self.report.iteration(self.index, metrics)
        self.report.progress((self.target + done) / max(len(self.targets), 1))
        self.index += 1


def checkable(inputs):
    """scikit-learn looks at inputs one by one where their sum is not finite, and does so only where
    it could write to them."""
    with np.errstate(over="ignore", invalid="ignore"):
        return inputs if np.isfinite(np.sum(inputs)) else inputs.copy()


def training_inputs(data):
    """The inputs of the training as scikit-learn takes them."""
    inputs = checkable(np.ascontiguousarray(data["inputs"], dtype=np.float32))
    if not inputs.flags.writeable and np.isnan(inputs).any():
        # The code that looks for missing values takes no read-only buffer (scikit-learn 1.9).
        inputs = inputs.copy()
    return inputs


def predict(state, inputs):
    """The estimator's answers as the library wants them: P(signal), one probability per class, or
    one number per target."""
    inputs = common.check_inputs(inputs, state.n_variables)
    if len(inputs) == 0:
        # scikit-learn refuses to answer for no events.
        n_columns = 1 if state.analysis_type == "classification" else state.n_outputs
        return np.empty((0, n_columns), dtype=np.float32)
    inputs = checkable(inputs)
    if state.analysis_type == "regression":
        return state.model.predict(inputs).reshape(len(inputs), -1).astype(np.float32)
    answers = state.model.predict_proba(inputs)
    if state.analysis_type == "classification":
        answers = answers[:, 1:2]
    return answers.astype(np.float32)


def dump(state):
    """Files that hold a state, as adapters give them: a pickle, which is code. It is made of
    scikit-learn's objects and of plain ones."""
    content = {"models": models_of(state.model), "analysis_type": state.analysis_type,
               "n_variables": state.n_variables, "n_outputs": state.n_outputs}
    return {"model.pickle": pickle.dumps(content, protocol=4)}, ["model.pickle"]


def load(files):
    """The state of such files."""
    content = pickle.loads(files["model.pickle"])
    return State(model_of(content["models"]), content["analysis_type"], content["n_variables"],
                 content["n_outputs"])


def provenance():
    """What every model of scikit-learn says of where it comes from."""
    return {"framework": "scikit-learn", "scikit-learn": sklearn.__version__,
            "numpy": np.__version__}


def previous_model(config, data, analysis_type, n_variables, n_outputs):
    """The estimator of the training before, where warm_start asks to continue it, or None."""
    previous = data.get("previous")
    if not config.get("warm_start", False) or previous is None:
        return None
    if (previous.analysis_type, previous.n_variables, previous.n_outputs) != (
            analysis_type, n_variables, n_outputs):
        raise ValueError(
            f"warm-start is set, but the training before was a {previous.analysis_type} of "
            f"{previous.n_variables} variables and {previous.n_outputs} outputs, and this one is a "
            f"{analysis_type} of {n_variables} variables and {n_outputs} outputs; train a new "
            "method, or switch warm-start off")
    return previous.model


def check_more_trees(n_trees, n_before):
    """Of a training that goes on, n_estimators is how many trees there are in all."""
    if n_trees <= n_before:
        raise ValueError(
            f"n-estimators is {n_trees}, and the training before has made {n_before} trees; with "
            "warm-start it counts those too, so it must be larger")


def max_features_of(word, default):
    """scikit-learn's max_features: a word, a share of the variables, or a number of them."""
    word = str(word).strip().lower()
    if word in ("", "auto"):
        return default
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


def word_of(name, word, good, analysis_type):
    """A word of scikit-learn's, the first of the good ones for "auto"."""
    word = str(word).strip().lower().replace("-", "_")
    if word in ("", "auto"):
        return good[0]
    if word not in good:
        raise ValueError(f"{name} is “{word}”; for {analysis_type} it may be “auto”, "
                         + ", ".join(f"“{each}”" for each in good))
    return word


def class_weight_of(word):
    """scikit-learn's class_weight, or None."""
    word = str(word).strip().lower().replace("-", "_")
    return None if word in ("", "none") else word
