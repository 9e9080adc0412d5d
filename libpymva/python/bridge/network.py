# SPDX-License-Identifier: LGPL-2.1-or-later
"""What networks of all frameworks share: words, the events that judge, and standardising."""

import json
import math

import numpy as np

from . import common, tensor_file

# Rows that are answered at once where nothing is learnt.
ANSWER_ROWS = 8192
# Seconds between reports of progress inside an epoch.
REPORT_SECONDS = 0.05

LOSSES = ("auto", "binary-cross-entropy", "cross-entropy", "mean-squared-error",
          "mean-absolute-error", "huber")


class Inexpressible(Exception):
    """No native engine gives a network's answers; the text says why."""


class State:
    """A network, trained or not, and what is needed to answer with it. A class derived from this
    has the framework's own object."""

    def __init__(self, config, analysis_type, n_variables, n_outputs, code):
        self.config = config
        self.analysis_type = analysis_type
        self.n_variables = n_variables
        # Classes or targets: what the data set has, not what the network gives.
        self.n_outputs = n_outputs
        self.code = code
        self.n_columns = 0
        # Which of two columns is the signal's.
        self.signal_column = 0
        # What makes answers of the outputs: "sigmoid" or "softmax"; "sigmoid-done" or
        # "softmax-done" where the network does it itself; "none" for regression.
        self.head = "none"
        self.input_moments = None
        self.output_moments = None
        self.metrics = {}

    @property
    def n_answers(self):
        """How many columns the answers have, and a network that is made for them."""
        return 1 if self.analysis_type == "classification" else self.n_outputs

    def defines(self, name):
        """Whether user code defines something."""
        return self.code is not None and self.code.get(name) is not None


def choose(table, word, what):
    """The entry of a table under a word, whatever its case and dashes."""
    key = str(word).strip().lower().replace("_", "-")
    if key not in table:
        raise ValueError(f"{what} is “{word}”; it may be "
                         + ", ".join(f"“{name}”" for name in table))
    return table[key]


def hidden_sizes(text):
    """The numbers of neurons of the hidden layers: "64,64"."""
    sizes = []
    if not str(text).strip():
        return sizes
    for part in str(text).replace(";", ",").split(","):
        part = part.strip()
        if not part.isdecimal() or int(part) < 1:
            raise ValueError(f"hidden-layers is “{text}”; expected numbers of neurons that are "
                             "at least 1, separated by commas, such as “64,64”")
        sizes.append(int(part))
    return sizes


def dropout_share(config):
    """The share of neurons that a training step leaves out."""
    dropout = float(config.get("dropout", 0.0))
    if not 0.0 <= dropout < 1.0:
        raise ValueError(f"dropout is {dropout:g}; it must be at least 0 and below 1")
    return dropout


def parse_schedule(text):
    """Learning rates by epoch: "50,0.01;70,0.005" sets them from the epochs 50 and 70 on."""
    schedule = {}
    for part in filter(None, (part.strip() for part in str(text).split(";"))):
        epoch, _, rate = part.partition(",")
        try:
            epoch, rate = int(epoch), float(rate)
        except ValueError:
            epoch, rate = -1, math.nan
        if epoch < 0 or not 0.0 < rate < math.inf:
            raise ValueError(f"learning-rate-schedule is “{text}”; expected epochs, from 0 on, and "
                             "learning rates above 0, such as “50,0.01;70,0.005”")
        schedule[epoch] = rate
    return schedule


def choose_loss(word, head):
    """The word of the loss for a network whose answers are made by a head: "sigmoid", "softmax",
    or "none" for regression. “auto” becomes what fits."""
    word = choose({name: name for name in LOSSES}, word, "loss")
    if word == "auto":
        return {"sigmoid": "binary-cross-entropy", "softmax": "cross-entropy",
                "none": "mean-squared-error"}[head]
    if {"binary-cross-entropy": "sigmoid", "cross-entropy": "softmax"}.get(word, head) != head:
        good = {"sigmoid": "one output (signal or not)", "softmax": "one output for each class",
                "none": "numbers as targets (regression)"}[head]
        raise ValueError(f"loss is “{word}”, which does not fit a network with {good}")
    return word


def check_loss(loss, epoch, rate):
    """Ends a training that diverges."""
    if not math.isfinite(loss):
        raise ValueError(
            f"the loss is {loss} after epoch {epoch + 1}: the training diverged, or the events "
            "hold values that are not finite; lower the learning-rate "
            f"(now {rate:g}) or look at the events")


def check_outputs(outputs, n_events, state, what):
    """The number of columns, after a check that outputs are of a shape that can be understood."""
    good = {"classification": (1, 2), "multiclass": (state.n_outputs,),
            "regression": (state.n_outputs,)}[state.analysis_type]
    shape = tuple(getattr(outputs, "shape", ()))
    if len(shape) != 2 or shape[0] != n_events or shape[1] not in good:
        wanted = " or ".join(f"({n_events}, {columns})" for columns in good)
        found = f"shape {shape}" if hasattr(outputs, "shape") else type(outputs).__name__
        raise ValueError(f"{what} gave {found} for inputs of shape "
                         f"({n_events}, {state.n_variables}); expected shape {wanted}")
    return shape[1]


def moments(values, weights):
    """Weighted mean and standard deviation of each column, over its finite values; a column that
    does not vary gets the deviation 1. Computed in float64."""
    mean = np.zeros(values.shape[1])
    scale = np.ones(values.shape[1])
    for column in range(values.shape[1]):
        numbers = values[:, column].astype(np.float64)
        finite = np.isfinite(numbers)
        share = np.ones(len(numbers)) if weights is None else np.abs(weights)
        share = np.where(finite, share, 0.0)
        if share.sum() <= 0.0:
            continue
        numbers = np.where(finite, numbers, 0.0)
        mean[column] = np.average(numbers, weights=share)
        deviation = math.sqrt(np.average((numbers - mean[column]) ** 2, weights=share))
        if deviation > 1e-12 * max(abs(mean[column]), 1e-300):
            scale[column] = deviation
    return mean, scale


def standardise(values, moments):
    """float32 copies of the columns, with mean 0 and deviation 1 where moments are given."""
    if moments is None:
        return np.array(values, dtype=np.float32, order="C")
    mean, scale = moments
    scaled = np.empty(values.shape, dtype=np.float32)
    # Computed in float64 and rounded once; in blocks, so that this takes no memory to speak of.
    for first in range(0, len(values), ANSWER_ROWS):
        rows = slice(first, first + ANSWER_ROWS)
        scaled[rows] = (values[rows] - mean) / scale
    return scaled


def n_validation(config, n_events):
    """How many of the events judge the training: none only where nothing is asked for."""
    text = str(config.get("validation_size", "20%"))
    if not text.strip():
        return 0
    number = common.n_validation(text, n_events)
    if number == 0:
        raise ValueError(f"validation-size is “{text}”, which leaves none of the {n_events} "
                         "training events to judge the training; take more of them, or leave it "
                         "empty to go without")
    return number


def balanced_weights(data, weights):
    """The weights of the events, changed so that all classes weigh the same."""
    labels = common.class_labels(data)
    if weights is None:
        weights = np.ones(len(labels))
    sums = np.bincount(labels, weights=weights, minlength=len(data["classes"]))
    for name, total in zip(data["classes"], sums):
        if total <= 0.0:
            raise ValueError(f"the weights of the class “{name}” sum to {total:g}, so that "
                             "balance-classes cannot make it weigh as much as the others")
    return weights * (sums.mean() / sums)[labels]


def split(config, data, state, order, continued=False):
    """Parts the mixed training events: the tail of them judges the training. Each part is
    (inputs, targets, weights or None); the targets of classes are their numbers. Sets the state's
    input_moments and output_moments, unless it goes on with a training, and has them."""
    inputs = np.asarray(data["inputs"])
    n_events = len(inputs)
    n_judges = n_validation(config, n_events)
    learn, judge = order[:n_events - n_judges], order[n_events - n_judges:]

    weights = common.event_weights(data)
    if config.get("balance_classes", False):
        weights = balanced_weights(data, weights)
    weights_of = {}
    for name, rows in (("learn", learn), ("judge", judge)):
        weights_of[name] = None if weights is None else weights[rows]
    if weights is not None and weights_of["learn"].sum() <= 0.0:
        raise ValueError("the weights of the training events sum to nothing")
    if weights is not None and n_judges > 0 and weights_of["judge"].sum() <= 0.0:
        raise ValueError(f"validation-size is “{config.get('validation_size', '20%')}”, and the "
                         f"weights of these {n_judges} events sum to nothing, so that they "
                         "cannot judge the training; take more of them, or none")

    if common.standardises(config) and not continued:
        state.input_moments = moments(inputs[learn], weights_of["learn"])
    if state.analysis_type == "regression":
        targets = np.asarray(data["target_values"], dtype=np.float64)
        if config.get("standardise_targets", True) and not continued:
            state.output_moments = moments(targets[learn], weights_of["learn"])
        targets = standardise(targets, state.output_moments)
    else:
        targets = common.class_labels(data)
        common.check_learnt(targets, targets[learn], config.get("validation_size", "20%"))

    parts = []
    for name, rows in (("learn", learn), ("judge", judge)):
        shares = weights_of[name]
        if shares is not None:
            # The mean weight is 1, so that the learning rate means what it means without weights.
            shares = (shares / weights_of["learn"].mean()).astype(np.float32)
        parts.append((standardise(inputs[rows], state.input_moments), targets[rows], shares))
    return parts


def finish_answers(outputs, state):
    """float32 answers of what the network gave, in the scale of the targets."""
    numbers = np.asarray(outputs, dtype=np.float64)
    if state.analysis_type == "classification" and numbers.shape[1] == 2:
        numbers = numbers[:, state.signal_column:state.signal_column + 1]
    if state.output_moments is not None:
        mean, scale = state.output_moments
        numbers = numbers * scale + mean
    return np.ascontiguousarray(numbers, dtype=np.float32)


def describe(layers, tensors, head, state):
    """The dump of a chain of layers that native engines know."""
    description = {
        "kind": "network",
        "layers": layers,
        "head": head,
        "n_features": state.n_variables,
        "n_outputs": state.n_columns,
        "response": (state.signal_column if state.analysis_type == "classification"
                     and state.n_columns == 2 else -1),
    }
    for name, numbers in (("input", state.input_moments), ("output", state.output_moments)):
        if numbers is not None:
            for key, column in zip(("mean", "scale"), numbers):
                description[f"{name}_{key}"] = f"{name}_{key}"
                tensors[f"{name}_{key}"] = np.ascontiguousarray(column, dtype=np.float64)
    return description, tensors


def moments_to_lists(state):
    """The state's moments as JSON can hold them."""
    return {name: None if numbers is None else [list(map(float, column)) for column in numbers]
            for name, numbers in (("input_moments", state.input_moments),
                                  ("output_moments", state.output_moments))}


def describe_state(state, local_settings):
    """What is to be known of a network beside its layers and tables. The local settings are those
    of one computer and one training."""
    description = {
        "analysis_type": state.analysis_type, "n_variables": state.n_variables,
        "n_outputs": state.n_outputs,
        "config": {key: value for key, value in state.config.items()
                   if key not in local_settings},
    }
    description.update(moments_to_lists(state))
    return description


def take_up(state, data, resumption):
    """What an earlier training has learnt, for one that goes on with it: its description and its
    tables; its scales are the state's at once. None where this is a new training."""
    if not state.config.get("continue_training", False):
        return None
    previous = data.get("previous")
    files = data.get("previous_files") if previous is None else resumption(previous)
    if not files:
        raise ValueError("continue-training is set, and there is no training to go on with")
    description = json.loads(bytes(files["network.json"]))
    for name in ("analysis_type", "n_variables", "n_outputs"):
        if description[name] != getattr(state, name):
            raise ValueError("the training to go on with was another one: it had "
                             f"{name.replace('_', ' ')} {description[name]}, and these events "
                             f"have {getattr(state, name)}")
    moments_from_lists(state, description)
    return description, tensor_file.read(bytes(files["weights.safetensors"]))


def moments_from_lists(state, description):
    for name in ("input_moments", "output_moments"):
        if description[name] is not None:
            setattr(state, name, tuple(np.array(column) for column in description[name]))
