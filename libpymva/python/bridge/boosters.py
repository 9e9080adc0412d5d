# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the adapters of XGBoost and LightGBM share: events as they take them, the share of the
events that judges the training, words of hyperparameters, reports, and errors."""

import contextlib
import json
import re

import numpy as np

from . import common

# Of the events, where early stopping needs a share and none is said.
AUTO_VALIDATION_SIZE = "20%"


class State:
    """Trained trees and what they were trained for."""

    def __init__(self, model, analysis_type, n_variables, n_outputs, n_threads):
        self.model = model
        self.analysis_type = analysis_type
        self.n_variables = n_variables
        self.n_outputs = n_outputs
        self.n_threads = n_threads
        # The number of rounds that are kept, and what the last of them reported.
        self.n_rounds = 0
        self.metrics = {}

    def set_rounds(self, n_rounds, metrics):
        self.n_rounds = n_rounds
        self.metrics = {name: value for name, value in metrics.get(n_rounds, {}).items()
                        if name not in ("round", "target")}

    def n_columns(self):
        return 1 if self.analysis_type == "classification" else self.n_outputs

    def describe(self):
        """What a file says beside the model."""
        return json.dumps({
            "analysis_type": self.analysis_type, "n_variables": self.n_variables,
            "n_outputs": self.n_outputs, "n_threads": self.n_threads,
            "n_rounds": self.n_rounds}).encode()


def state_of(files, read_model):
    """The state that `State.describe` has described; `read_model` makes the model of the files.
    Such files are read without trust, so nothing that they say is taken for granted."""
    try:
        told = json.loads(bytes(files["model.json"]))
        numbers = [told[name] for name in ("n_variables", "n_outputs", "n_threads", "n_rounds")]
        good = told["analysis_type"] in ("classification", "multiclass", "regression") and all(
            type(number) is int and 0 <= number < 2**31 for number in numbers)
        model = read_model(files)
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError("the files of the model are not as the library writes them: "
                         f"{type(error).__name__}: {error}") from error
    if not good:
        raise ValueError(f"the files of the model are not as the library writes them: {told}")
    n_variables, n_outputs, n_threads, n_rounds = numbers
    # The computer of the training may have had more processors.
    state = State(model, told["analysis_type"], n_variables, n_outputs,
                  max(1, min(n_threads, common.n_processors())))
    state.n_rounds = n_rounds
    return state


class Events:
    """Events to learn from, or to judge by."""

    def __init__(self, inputs, answers, weights):
        self.inputs = inputs
        self.answers = answers
        self.weights = weights

    def __len__(self):
        return len(self.inputs)

    def take(self, rows):
        weights = None if self.weights is None else self.weights[rows]
        return Events(self.inputs[rows], self.answers[rows], weights)


def all_events(data):
    """The events of the training, and how many outputs what they teach makes."""
    answers, n_outputs = common.training_answers(data)
    weights = data.get("weights")
    if weights is not None:
        # A weight that all events have counts too: the penalties are compared with sums of weights.
        weights = np.asarray(weights, dtype=np.float64).ravel()
        if np.all(weights == 1.0):
            weights = None
    return Events(np.asarray(data["inputs"], dtype=np.float32), answers, weights), n_outputs


def split(config, events):
    """The events to learn from and those that judge, or None. The judges are drawn by the seed."""
    n_events = len(events)
    stops_early = int(config.get("early_stopping", 0)) > 0
    text = str(config.get("validation_size", "auto")).strip()
    if text in ("", "auto"):
        text = AUTO_VALIDATION_SIZE if stops_early else "0"
    n_validation = common.n_validation(text, n_events)
    if n_validation == 0:
        if stops_early:
            raise ValueError(f"early-stopping is {config['early_stopping']} and validation-size is "
                             f"“{text}”, which leaves no event to judge the training; let "
                             "validation-size be a share such as “20%”, or early-stopping be 0")
        return events, None
    order = np.random.RandomState(int(config.get("seed", 0))).permutation(n_events)
    learn, judge = events.take(order[:-n_validation]), events.take(order[-n_validation:])
    if events.answers.dtype.kind == "i":
        common.check_learnt(events.answers, learn.answers, text)
    for part, what in ((learn, "learn from"), (judge, "judge the training by")):
        if part.weights is not None and part.weights.sum() <= 0.0:
            raise ValueError(f"validation-size is “{text}”, and the weights of the {len(part)} "
                             f"events to {what} sum to nothing; choose another share or seed")
    return learn, judge


def previous_of(config, data, n_outputs, load):
    """The state to go on from, or None where the training begins anew; `load` is the adapter's."""
    if not config.get("continue_training", False):
        return None
    previous = data.get("previous")
    if previous is None and data.get("previous_files"):
        previous = load(data["previous_files"])
    if previous is None:
        raise ValueError("continue-training is set, and there is no training to go on with")
    found = (data["analysis_type"], np.shape(data["inputs"])[1], n_outputs)
    known = (previous.analysis_type, previous.n_variables, previous.n_outputs)
    if found != known:
        raise ValueError(
            "the training to go on with was another one: a {} of {} variables and {} outputs, and "
            "this is a {} of {} and {}".format(*known, *found))
    return previous


def select(config, names):
    """The hyperparameters that the framework has under the same names."""
    return {name: config[name] for name in names if name in config}


def monotone_constraints_of(text, n_variables):
    """One of -1, 0 and 1 for each variable, or None where there are no constraints."""
    words = str(text).replace("(", "").replace(")", "").strip()
    if not words:
        return None
    words = [word.strip() for word in words.split(",")]
    if any(word not in ("-1", "0", "1", "+1") for word in words):
        raise ValueError(f"monotone-constraints is “{text}”; expected 1 (rising), -1 (falling) or "
                         "0 (any) for each variable, such as “1,0,-1”")
    if len(words) != n_variables:
        raise ValueError(f"monotone-constraints is “{text}”, which is for {len(words)} variables; "
                         f"there are {n_variables}")
    return [int(word) for word in words]


def metrics_of(text, good):
    """The figures that are reported, or None for those of the framework's choice."""
    words = [word.strip() for word in str(text).split(",")]
    if words in ([""], ["auto"]):
        return None
    for word in words:
        # Some take a number: error@0.3
        if word.partition("@")[0] not in good:
            raise ValueError(f"eval-metric is “{text}”; expected “auto”, or some of "
                             + ", ".join(f"“{name}”" for name in good))
    return words


class Rounds:
    """Reports the rounds of a training, or of the trainings of several targets."""

    def __init__(self, report, n_rounds, targets=()):
        self.report = report
        self.n_rounds = n_rounds
        self.targets = targets
        self.n_trainings = max(len(targets), 1)
        self.n_ended = 0
        # Of the training that runs, and of all.
        self.n_here = 0
        self.n_done = 0
        # What each round of the last training reported, by its number.
        self.metrics = {}

    def before(self):
        self.report.check()

    def after(self, number, metrics):
        """The round `number`, from 1 on, has ended; metrics are by (part, name)."""
        told = {"round": number}
        if self.targets:
            told["target"] = self.targets[self.n_ended]
        for (part, name), value in metrics.items():
            told[f"{part}_{name}"] = float(value)
        self.metrics[number] = told
        self.report.iteration(self.n_done, told)
        self.n_here += 1
        self.n_done += 1
        self.report.progress((self.n_ended + self.n_here / self.n_rounds) / self.n_trainings)

    def end_training(self):
        self.n_ended += 1
        self.n_here = 0
        self.report.progress(self.n_ended / self.n_trainings)


PLACE = re.compile(r"^\[[0-9:]+\] \S+: ")
CHECK = re.compile(r"Check failed: (.*?)\s*(?:at \S+, line \d+ ?\.)?$", re.DOTALL)


def plain_message(text):
    """What an error says, without where in the framework's source it was raised."""
    text = PLACE.sub("", text.partition("\nStack trace:")[0].strip())
    check = CHECK.match(text)
    if check is None:
        return text
    condition, colon, words = check.group(1).partition(": ")
    return words.strip() if colon and words.strip() else f"it needs {condition}"


@contextlib.contextmanager
def plain_errors(kind, framework):
    """Turns the framework's own errors into complaints about a value: they are about
    hyperparameters or events that it does not take."""
    try:
        yield
    except kind as error:
        if "bad_alloc" in str(error) or "out of memory" in str(error):
            raise MemoryError(f"{framework} did not get the memory that it needs") from error
        raise ValueError(f"{framework} refuses this: {plain_message(str(error))}") from error


def shares(gains):
    """Importances that sum to 1; all are 0 where nothing was split."""
    gains = np.maximum(np.asarray(gains, dtype=np.float64), 0.0)
    total = gains.sum()
    return gains / total if total > 0.0 else gains
