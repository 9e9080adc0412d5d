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
