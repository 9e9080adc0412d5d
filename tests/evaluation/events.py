# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random weighted events with ties, and tensors of them."""

import gi
import numpy as np

gi.require_version("Pymva", "1.0")
from gi.repository import Pymva  # noqa: E402

SEEDS = range(40)


def make_tensor(array):
    array = np.asarray(array, dtype=np.float64)
    n_columns = array.shape[1] if array.ndim == 2 else 0
    return Pymva.Tensor.new_from_doubles(array.ravel().tolist(), n_columns)


def to_array(tensor):
    return np.array(tensor.to_doubles()).reshape(tensor.get_shape())


def make_events(seed, n_classes):
    """Responses that repeat, labels, and weights of which some are zero."""
    random = np.random.default_rng(seed)
    n_events = int(random.integers(50, 400))
    labels = np.concatenate([np.arange(n_classes), random.integers(0, n_classes, n_events)])
    scores = random.normal(size=(len(labels), n_classes))
    scores[np.arange(len(labels)), labels] += random.uniform(0, 2)
    exponentials = np.exp(scores)
    responses = (exponentials / exponentials.sum(axis=1, keepdims=True)).round(seed % 3 + 1)
    weights = random.exponential(size=len(labels))
    weights[n_classes:][random.random(n_events) < 0.1] = 0
    return responses, labels, weights


def make_evaluation(responses, labels, weights=None):
    return Pymva.Evaluation.new(make_tensor(responses), make_tensor(labels),
                                None if weights is None else make_tensor(weights))


def make_targets(seed):
    """Predictions, targets and weights of a regression."""
    random = np.random.default_rng(seed)
    targets = random.normal(size=(100, 1 + seed % 3))
    predictions = targets + random.standard_t(3, size=targets.shape) + 0.1
    return predictions, targets, random.exponential(size=100)
