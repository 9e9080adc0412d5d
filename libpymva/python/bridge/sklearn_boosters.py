# SPDX-License-Identifier: LGPL-2.1-or-later
"""The estimators of XGBoost and LightGBM within chains and ensembles of scikit-learn, as stages
that hold what the framework writes: the library makes trees of it. sklearn_native.py describes
convert()."""

import json

import numpy as np

from .sklearn_native import Inexpressible


def width_of(model, response):
    """How many columns there are, after a check that this is what a booster answers with."""
    is_classifier = hasattr(model, "classes_")
    if response != ("predict_proba" if is_classifier else "predict"):
        raise Inexpressible(f"{type(model).__name__} is asked for {response}")
    if callable(getattr(model, "objective", None)):
        raise Inexpressible(f"the objective of {type(model).__name__} is a function")
    if is_classifier:
        return 1 if len(model.classes_) == 2 else len(model.classes_)
    if not hasattr(model, "get_booster"):
        # LightGBM learns a single target.
        return 1
    config = json.loads(model.get_booster().save_config())
    return int(config["learner"]["learner_model_param"].get("num_target", 1))


def convert_xgboost(model):
    missing = getattr(model, "missing", None)
    if missing is not None and not np.isnan(missing):
        raise Inexpressible(f"{type(model).__name__} takes {missing} for missing")
    if model.get_xgb_params().get("booster") == "dart":
        raise Inexpressible("XGBoost adds up the trees of dart in another order here")
    if model.get_xgb_params().get("objective") == "multi:softmax":
        raise Inexpressible("the probabilities of multi:softmax are not XGBoost's own")
    return bytes(model.get_booster().save_raw("ubj"))


def convert_lightgbm(model):
    return model.booster_.model_to_string().encode()


def convert(graph, model, response, source):
    width = width_of(model, response)
    framework = type(model).__module__.partition(".")[0]
    content = convert_xgboost(model) if framework == "xgboost" else convert_lightgbm(model)
    return graph.add(framework, width, {"model": np.frombuffer(content, np.uint8)}, input=source)
