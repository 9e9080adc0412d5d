# SPDX-License-Identifier: LGPL-2.1-or-later
"""What scikit-learn calls differently, has added or has removed, from one version to the next.

Adapters use the names of today; here they become those of the version that is installed. Versions
from 1.2 on are tested."""

import sklearn

from . import common

VERSION = common.version_of(sklearn)


def require(minimum, what):
    """Refuses what the installed scikit-learn is too old for."""
    if VERSION < minimum:
        raise ValueError(f"{what} needs scikit-learn {minimum[0]}.{minimum[1]} or later, and this "
                         f"is {sklearn.__version__}")


def tree_criterion(word):
    """The criterion of a tree or a forest."""
    if word == "log_loss" and VERSION < (1, 1):
        return "entropy"
    if word == "friedman_mse" and VERSION >= (1, 9):
        # The same formula for a single target; scikit-learn 1.9 deprecates the other name.
        return "squared_error"
    return word


def boosting_loss(word):
    """The loss of a gradient boosting, which PyMVA knows under its name until 1.1."""
    if word in ("deviance", "log_loss"):
        return "log_loss" if VERSION >= (1, 1) else "deviance"
    return word


def ada_boost_algorithm(word):
    """The algorithm of AdaBoost for classes, as an argument of its constructor.

    Real AdaBoost ("SAMME.R") was removed in 1.6, and "SAMME" takes its place there. "auto" is the
    default of the version that is installed."""
    if VERSION >= (1, 6) or word == "auto":
        return {}
    return {"algorithm": "SAMME.R" if word == "samme.r" else "SAMME"}


def ada_boost_algorithm_name(model):
    """The algorithm that a trained AdaBoost for classes has used."""
    name = getattr(model, "algorithm", "SAMME")
    return "SAMME" if name == "deprecated" else name


def estimator_argument(estimator):
    """What is boosted or bagged, as an argument of a constructor."""
    return {"estimator" if VERSION >= (1, 2) else "base_estimator": estimator}


def leaf_values_are_counts():
    """Whether classification trees hold weighted counts, and not yet shares, in their leaves."""
    return VERSION < (1, 4)


def ada_boost_penalty(n_classes):
    """What a tree of AdaBoost ("SAMME") adds to the classes that it has not found, in units of its
    weight; None for versions that are not tested."""
    if VERSION >= (1, 6):
        return -1 / (n_classes - 1)
    return 0.0 if VERSION < (1, 3) else None
