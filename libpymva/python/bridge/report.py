# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a running job tells the program that waits for it."""

import _pymva

from .errors import PymvaCancelled


class Report:
    """Given to an adapter's `fit`. Made anew for every job, and deaf once it has ended."""

    __slots__ = ("_id",)

    def __init__(self, id):
        self._id = id

    def progress(self, fraction):
        """How much is done, from 0 to 1. Cheap; may be called after every batch."""
        _pymva.progress(self._id, fraction)

    def iteration(self, index, metrics):
        """One step (epoch, tree, ...) has ended: names to numbers or texts."""
        _pymva.iteration(self._id, index, dict(metrics))

    def cancelled(self):
        return _pymva.cancelled(self._id)

    def check(self):
        """Raises PymvaCancelled if the job was cancelled."""
        if _pymva.cancelled(self._id):
            raise PymvaCancelled
