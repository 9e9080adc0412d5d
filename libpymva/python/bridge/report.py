# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a running job tells the program that waits for it."""

import _pymva

from .errors import PymvaCancelled

# Of the signal's argument, a guint.
MAXIMUM = 2**32 - 1


class Report:
    """Given to an adapter's `fit`. Made anew for every job, and deaf once it has ended."""

    __slots__ = ("_id",)

    def __init__(self, id):
        self._id = id

    def progress(self, fraction):
        """How much is done, from 0 to 1. Cheap; may be called after every batch."""
        _pymva.progress(self._id, fraction)

    def iteration(self, index, metrics):
        """One step (epoch, tree, ...) has ended: names to numbers or texts. A number may be a
        tensor, as losses are."""
        if not 0 <= index <= MAXIMUM:
            raise ValueError(f"the index of an iteration is {index}; it must be between 0 and "
                             f"{MAXIMUM}")
        plain = {name: value.item() if hasattr(value, "item") else value
                 for name, value in dict(metrics).items()}
        _pymva.iteration(self._id, index, plain)

    def cancelled(self):
        return _pymva.cancelled(self._id)

    def check(self):
        """Raises PymvaCancelled if the job was cancelled."""
        if _pymva.cancelled(self._id):
            raise PymvaCancelled
