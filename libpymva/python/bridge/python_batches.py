# SPDX-License-Identifier: LGPL-2.1-or-later
"""Training events in batches, epoch by epoch: of arrays in memory, or of files that are read while
they are learnt from. Both have n_events, n_batches, validation and batches(epoch)."""

import numpy as np

from . import common

# What a batch has for each event.
COLUMNS = ("inputs", "targets", "weights", "spectators")


def batch_size_of(config):
    size = int(config.get("batch_size", 1000))
    if size < 1:
        raise ValueError(f"batch-size is {size}; it must be at least 1")
    return size


def targets_of(data, arrays):
    """What is to be learnt, as user code gets it: of two classes the signal is 1."""
    if data["analysis_type"] == "regression":
        values = np.asarray(arrays["target_values"], dtype=np.float64)
        return values[:, 0] if values.shape[1] == 1 else values
    labels = np.asarray(arrays["labels"]).astype(np.int64)
    return (labels == 0).astype(np.int64) if data["analysis_type"] == "classification" else labels


class Memory:
    """The events of a data set, in a new order in each epoch. A share of them judges."""

    def __init__(self, config, arrays):
        self.arrays = arrays
        self.seed = int(config.get("seed", 0))
        self.size = batch_size_of(config)
        n_all = len(arrays["inputs"])
        n_validation = common.n_validation(config.get("validation_size", "0"), n_all)
        order = np.random.default_rng(self.seed).permutation(n_all)
        self.rows = order[:n_all - n_validation]
        self.validation = self.take(order[n_all - n_validation:])
        self.n_events = len(self.rows)
        self.n_batches = -(-self.n_events // self.size)

    def take(self, rows):
        return {name: self.arrays[name][rows] for name in COLUMNS}

    def batches(self, epoch):
        order = np.random.default_rng([self.seed, epoch]).permutation(self.rows)
        for first in range(0, self.n_events, self.size):
            yield self.take(order[first:first + self.size])


class Files:
    """The events of a data set of streams: each batch has a share of each file, in an order of its
    own. `meet` has the last word on a batch."""

    def __init__(self, config, data, meet):
        self.data = data
        self.stream = data["stream"]
        self.seed = int(config.get("seed", 0))
        self.meet = meet
        self.n_events = self.stream["n_events"]
        self.n_batches = self.stream["n_batches"]
        if common.n_validation(config.get("validation_size", "0"), self.n_events) > 0:
            raise ValueError(
                f"validation-size is “{config['validation_size']}”, and the events are read while "
                "they are learnt from, so that none can be drawn to judge; set it to “0”")
        n_targets = len(data["targets"])
        self.validation = {
            "inputs": np.empty((0, len(data["variables"])), dtype=np.float32),
            "targets": np.empty((0, n_targets) if n_targets > 1 else 0), "weights": np.empty(0),
            "spectators": np.empty((0, self.stream["n_spectators"]))}

    def batches(self, epoch):
        self.stream["rewind"]()
        for number in range(self.n_batches):
            arrays = self.stream["next_batch"]()
            arrays["targets"] = targets_of(self.data, arrays)
            order = np.random.default_rng([self.seed, epoch, number]).permutation(
                len(arrays["inputs"]))
            yield self.meet({name: arrays[name][order] for name in COLUMNS})
