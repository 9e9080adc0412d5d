# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the adapters share.

An adapter is a module of this package with these functions; it uses only public functions of its
framework, and knows nothing of the library that calls it:

    fit(config, data, report) -> state
    predict(state, inputs) -> float32 array, events x outputs
    to_native(state) -> (description, {name: array}), or None where no native engine can express it
    importance(state) -> float64 array, one number per variable, or None
    provenance(state) -> dict of texts and numbers: framework, versions, last figures
    dump(state) -> (files, executable): contents by name, and the names of those that hold code
    load(files) -> state

    resumption(state) -> contents by name, none of which holds code

`dump` and `load` are needed only where `to_native` may return None. `resumption`, which adapters
may lack, is what a later training needs to go on with this one, where a file is to hold that and
`to_native` gives the model. Adapters with a constant `ALWAYS_RESUMABLE` have it in all files. What
the converter of `to_native`'s kind calls unsupported is dumped, too.

config: the method's properties, with underscores for dashes, and "title".
data:   "analysis_type" ("classification", "multiclass" or "regression"), "inputs" (float32,
        events x variables, after the transformations that config["transforms"] names), "weights"
        (one per event), "variables" (names; titles such as "D(a)" where transformations mix
        variables), "classes" and "targets" (names), "spectators" (float64, events x spectators),
        and "labels" (class numbers; 0 is the signal) or "target_values" (events x targets);
        instead of the events "stream" (see python_batches.py) for methods that say so, where they
        are read while they are learnt from; "previous", the state of the training before, where
        there was one; or, where there was none and config["continue_training"] is true,
        "previous_files", the contents that `resumption` or `dump` gave for the model to go on with.
report: progress(fraction), iteration(index, metrics), cancelled(), check(); see SilentReport.
"""

import math
import os

import numpy as np


class SilentReport:
    """Takes what an adapter has to say, and keeps it to itself."""

    def progress(self, fraction):
        """The share of the work that is done, between 0 and 1."""

    def iteration(self, index, metrics):
        """A step (an epoch, a block of trees) is done; metrics are numbers and texts by name."""

    def cancelled(self):
        """Whether the caller has asked to stop."""
        return False

    def check(self):
        """Raises the cancellation where the caller has asked to stop."""


def version_of(module):
    """(major, minor) of a framework."""
    digits = [part for part in module.__version__.split(".")[:2] if part.isdigit()]
    return tuple(int(part) for part in digits)


def n_threads_of(config):
    """How many threads may work: at least one, all processors for -1."""
    n_threads = int(config.get("n_threads", 1))
    if n_threads == 0:
        raise ValueError("n-threads is 0; it must be at least 1, or -1 for all processors")
    return n_threads if n_threads > 0 else n_processors()


def n_processors():
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_inputs(inputs, n_variables):
    """The inputs as a two-dimensional array of as many columns as the model was trained with."""
    inputs = np.asarray(inputs)
    if inputs.ndim != 2 or inputs.shape[1] != n_variables:
        raise ValueError(
            f"the inputs are of shape {inputs.shape}; expected (events, {n_variables}), "
            "one column per variable of the training")
    return inputs


def class_labels(data):
    """The class numbers of the training events, after a check that each class is there."""
    labels = np.asarray(data["labels"]).astype(np.int64, copy=False).ravel()
    present = np.bincount(labels, minlength=len(data["classes"]))
    missing = [name for name, count in zip(data["classes"], present) if count == 0]
    if missing:
        raise ValueError(f"the class “{missing[0]}” has no training events")
    return labels


def standardises(config):
    """Whether a network scales its inputs to mean 0 and deviation 1 by itself: transformed inputs
    are taken as the transformations leave them."""
    return config.get("standardise", True) and config.get("transforms", "") in ("", "None")


def training_answers(data):
    """What is to be learnt, and how many outputs that makes. Of two classes the signal, which is
    class 0, becomes the positive class 1; a single target becomes one-dimensional."""
    if data["analysis_type"] == "regression":
        answers = np.asarray(data["target_values"], dtype=np.float64)
        n_outputs = answers.shape[1]
        return (answers[:, 0] if n_outputs == 1 else answers), n_outputs
    labels = class_labels(data)
    if data["analysis_type"] == "classification":
        return (labels == 0).astype(np.int64), len(data["classes"])
    return labels, len(data["classes"])


def event_weights(data):
    """The weights of the training events as float64, or None where all are equal."""
    weights = data.get("weights")
    if weights is None:
        return None
    weights = np.asarray(weights, dtype=np.float64).ravel()
    if len(weights) == 0 or np.all(weights == weights[0]):
        return None
    return weights


def n_validation(text, n_events):
    """How many of the events judge the training: "20%", "0.2" and "100" are understood."""
    word = str(text).strip()
    try:
        share = float(word[:-1]) / 100.0 if word.endswith("%") else float(word)
    except ValueError:
        share = math.nan
    if not word.endswith("%") and (word.isdecimal() and share >= 1.0):
        number = int(word)
    elif 0.0 <= share < 1.0:
        number = int(round(share * n_events))
    else:
        raise ValueError(f"validation-size is “{text}”; expected a share such as “20%” or “0.2”, "
                         "or a number of events such as “100”")
    if number >= n_events:
        raise ValueError(f"validation-size is “{text}”, which leaves none of the {n_events} "
                         "training events to learn from")
    return number


def check_learnt(labels, learnt, text):
    """Refuses a division of the events that leaves a class with nothing to learn it from."""
    lacking = np.setdiff1d(labels, learnt)
    if len(lacking) > 0:
        raise ValueError(f"validation-size is “{text}”, and the events that judge were drawn such "
                         f"that {len(labels) - len(learnt)} of them hold all of "
                         f"{len(lacking)} of the classes; choose a smaller share or another seed, "
                         "or give these classes more events")


def draw_by_weights(weights, seed):
    """As many rows as there are events, each drawn with a probability in proportion to its
    weight, for code that takes no weights."""
    if weights.min() < 0.0:
        raise ValueError(f"unsupported-weights is “resample”, and weights go down to "
                         f"{weights.min():g}; events of negative weight cannot be drawn: let "
                         "negative-weights of the data set be “drop”, “zero” or “absolute”")
    if weights.sum() <= 0.0:
        raise ValueError("unsupported-weights is “resample”, and the weights of these "
                         f"{len(weights)} events sum to nothing, so that none can be drawn")
    random = np.random.default_rng(seed)
    return np.sort(random.choice(len(weights), len(weights), p=weights / weights.sum()))
