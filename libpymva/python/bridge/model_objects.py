# SPDX-License-Identifier: LGPL-2.1-or-later
"""Models that live in this Python: which adapter knows them, what they are told as, and events that
they answer.

    open_object(model, options) -> opened
    describe(opened) -> dict of plain values, see Opened
    content(opened), rows(opened), answer(opened, rows) -> arrays

The options are those of pymva_model_new_from_object()."""

import hashlib
import importlib
import inspect
import json
import sys

import numpy as np

from . import errors, object_rows, tensor_file

ANALYSIS_TYPES = ("classification", "multiclass", "regression")


class Opened:
    """What is known of an object."""

    def __init__(self, model):
        self.model = model
        # The method that would have trained it, and the adapter that knows its state; without an
        # adapter, the format that its content is imported as.
        self.method = ""
        self.bridge = ""
        self.format = ""
        self.state = None
        # What goes into the model: a dump as to_native() gives it, or bytes of the format. Neither
        # is there for a model that needs Python.
        self.dump = None
        self.content = b""
        self.analysis = ""
        self.n_variables = 0
        self.n_outputs = 0
        # What variables and classes are called where no option says it; None for no names.
        self.variables = None
        self.classes = None
        self.title = type(model).__name__
        self.rows = None
        self.answer = None

    def import_as(self, module):
        self.bridge = module
        return importlib.import_module("." + module, __package__)


def refuse(message, code="unsupported"):
    raise errors.PymvaError(message, code=code)


def is_a(model, module, *names):
    """Whether an object is of a class of a framework, which is there if there is one of it."""
    found = sys.modules.get(module)
    kinds = tuple(getattr(found, name) for name in names if inspect.isclass(
        getattr(found, name, None)))
    return isinstance(model, kinds)


def open_object(model, options):
    if model is None:
        refuse("it is None, and no model", "type")
    if inspect.isclass(model):
        refuse(f"it is the class “{model.__name__}”; make an object of it, and train that", "type")
    if is_a(model, "xgboost", "Booster", "XGBModel"):
        opened = open_xgboost(model, options)
    elif is_a(model, "lightgbm", "Booster", "LGBMModel"):
        opened = open_lightgbm(model, options)
    # A Keras network may be a module of torch, too.
    elif is_a(model, "keras", "Model"):
        opened = open_keras(model, options)
    elif is_a(model, "torch.nn", "Module"):
        opened = open_torch(model, options)
    elif hasattr(model, "fit") and hasattr(model, "get_params"):
        opened = open_estimator(model, options)
    else:
        refuse("it is no estimator of scikit-learn, XGBoost or LightGBM, and no network of torch "
               "or Keras" + hint_of_several(model), "type")
    check_options(opened, options)
    return opened


def hint_of_several(model):
    """What to do with the result of a cross-validation."""
    if isinstance(model, dict) and "fit_time" in model and "estimator" not in model:
        return "; cross_validate() gives what it has fitted with return_estimator=True"
    if isinstance(model, (dict, list, tuple)):
        return "; of several, make a model of each, and an ensemble of these models"
    return ""


def check_options(opened, options):
    """Refuses options that have no meaning for the object."""
    idle = {"": ("analysis", "python", "response"),
            "sklearn_estimator": ("analysis", "response", "rounds")}.get(opened.bridge, ("rounds",))
    if opened.analysis:
        idle += ("classes",) if opened.analysis == "regression" else ("targets",)
    for name in idle:
        if options.get(name):
            refuse(f"the option “{name}” is not for such an object", "value")


def describe(opened):
    """What the library asks for first."""
    kind = type(opened.model)
    found = {
        "method": opened.method, "bridge": opened.bridge, "format": opened.format,
        "native": opened.dump is not None, "analysis": opened.analysis, "title": opened.title,
        "n_variables": opened.n_variables, "n_outputs": opened.n_outputs,
        "class": f"{kind.__module__}.{kind.__qualname__}", "digest": digest(opened),
    }
    for name in ("variables", "classes"):
        names = getattr(opened, name)
        if names is not None:
            found[name] = [str(each) for each in names]
    return found


def digest(opened):
    """The SHA-256 of all that was taken from the object."""
    content = opened.content
    if opened.dump is not None:
        description, tables = opened.dump
        content = json.dumps(description, sort_keys=True).encode() + tensor_file.write(
            {name: tables[name] for name in sorted(tables)})
    return hashlib.sha256(content).hexdigest()


def content(opened):
    return np.frombuffer(opened.content, dtype=np.uint8)


def rows(opened):
    return object_rows.spread(opened.rows)


def answer(opened, inputs):
    """The framework's own answers, float32, one row per event."""
    answers = np.asarray(opened.answer(np.asarray(inputs)))
    return np.ascontiguousarray(answers.reshape(len(inputs), -1), dtype=np.float32)


def sample_rows(options, n_variables, find_ranges):
    """Rows of the user's, or else such as suit what is known of the model."""
    if options.get("sample") is not None:
        return object_rows.of_sample(options["sample"], n_variables)
    return find_ranges().make()


def count_variables(options, found):
    """How many inputs there are, which not every object says."""
    if found is not None:
        return int(found)
    for name, length in (("variables", len), ("sample", lambda rows: len(rows[0]))):
        if options.get(name):
            return length(options[name])
    return refuse("it does not say how many inputs it takes; name them with the option “variables”",
                  "value")


# --- boosters ---

def open_xgboost(model, options):
    import xgboost

    opened = Opened(model)
    opened.format = "xgboost-ubj"
    booster = model
    if not isinstance(model, xgboost.Booster):
        booster = booster_of(model, lambda: model.get_booster())
    if count_rounds(booster) == 0:
        refuse("it has no trees; train it first", "not-trained")
    opened.content = bytes(booster.save_raw("ubj"))
    config = json.loads(booster.save_config())["learner"]
    gives_classes = config["objective"]["name"] == "multi:softmax"
    n_rounds = int(options.get("rounds") or 1 + int(booster.attr("best_iteration") or -1))
    opened.n_variables = booster.num_features()
    opened.rows = sample_rows(options, opened.n_variables, lambda: object_rows.of_xgboost(
        json.loads(booster.save_raw("json")), opened.n_variables))
    # Not in place, where dart adds up its trees in another order.
    opened.answer = lambda inputs: booster.predict(
        xgboost.DMatrix(inputs), output_margin=gives_classes, validate_features=False,
        iteration_range=(0, n_rounds))
    return opened


def booster_of(model, get):
    """The booster of an estimator, unless that does with inputs and answers what its booster does
    not."""
    from sklearn import exceptions

    try:
        booster = get()
    except exceptions.NotFittedError:
        refuse("it is not fitted; call its fit() first", "not-trained")
    missing = getattr(model, "missing", None)
    if missing is not None and not np.isnan(missing):
        refuse(f"it takes {missing} for missing; let missing be NaN, and put NaN there")
    if hasattr(model, "classes_") and callable(getattr(model, "objective", None)):
        refuse("its objective is a function, which does not say what makes probabilities of its "
               "scores; take the booster instead")
    return booster


def count_rounds(booster):
    import xgboost

    try:
        return booster.num_boosted_rounds()
    except xgboost.core.XGBoostError:
        # It does not even know its features yet.
        return 0


def open_lightgbm(model, options):
    import lightgbm

    opened = Opened(model)
    opened.format = "lightgbm"
    booster = model
    if not isinstance(model, lightgbm.Booster):
        booster = booster_of(model, lambda: model.booster_)
        opened.classes = class_names(getattr(model, "classes_", None))
    if booster.num_trees() == 0:
        refuse("it has no trees; train it first", "not-trained")
    n_rounds = int(options["rounds"]) if options.get("rounds") else None
    text = booster.model_to_string(num_iteration=n_rounds)
    opened.content = text.encode()
    opened.n_variables = booster.num_feature()
    opened.rows = sample_rows(options, opened.n_variables, lambda: object_rows.of_lightgbm(
        text, opened.n_variables))
    opened.answer = lambda inputs: booster.predict(inputs, num_iteration=n_rounds)
    return opened


# --- scikit-learn ---

def class_names(classes):
    """What classes are called, in the order of the library, in which the signal is the first of
    two."""
    if classes is None:
        return None
    names = [str(each) for each in classes]
    return names[::-1] if len(names) == 2 else names


def check_fitted(model):
    from sklearn import base, exceptions
    from sklearn.utils import validation

    if not isinstance(model, base.BaseEstimator):
        return
    try:
        validation.check_is_fitted(model)
    except exceptions.NotFittedError:
        refuse("it is not fitted; call its fit() first", "not-trained")
    searches = hasattr(model, "refit") and hasattr(model, "estimator")
    if searches and not hasattr(model, "best_estimator_"):
        refuse("it has searched without refit, so that it holds no fitted estimator", "not-trained")


def open_estimator(model, options):
    opened = Opened(model)
    adapter = opened.import_as("sklearn_estimator")
    from . import sklearn_names

    check_fitted(model)
    opened.method = "sklearn"
    opened.title = sklearn_names.describe(model)
    kind = sklearn_names.kind_of(sklearn_names.last_step(model))
    if kind not in ("classifier", "regressor"):
        refuse(sklearn_names.KINDS[kind].partition(";")[0], "type")
    opened.n_variables = count_variables(options, getattr(model, "n_features_in_", None))
    names = getattr(model, "feature_names_in_", None)
    opened.variables = names
    if kind == "classifier":
        set_classes(opened, model)
    else:
        opened.analysis = "regression"
    opened.state = adapter.State(model, opened.analysis, opened.n_variables, opened.n_outputs,
                                 adapter.response_of(model, opened.analysis))
    opened.state.columns = None if names is None else list(names)
    if opened.analysis == "regression":
        opened.n_outputs = adapter.predict(opened.state, np.ones((1, opened.n_variables))).shape[1]
        opened.state.n_outputs = opened.n_outputs
    opened.answer = lambda inputs: adapter.predict(opened.state, inputs)
    express_estimator(opened, options)
    return opened


def set_classes(opened, model):
    classes = getattr(model, "classes_", None)
    if classes is None or isinstance(classes, list) or np.ndim(classes) != 1:
        refuse("it does not tell the classes of one question apart: it has no single list classes_")
    if len(classes) < 2:
        refuse("it has learnt a single class")
    opened.classes = class_names(classes)
    opened.analysis = "classification" if len(classes) == 2 else "multiclass"
    opened.n_outputs = len(classes)


def express_estimator(opened, options):
    """The stages of an estimator, or what a file would hold instead."""
    from . import sklearn_estimator, sklearn_native

    state = opened.state
    try:
        graph = sklearn_native.express(state, state.response)
        opened.rows = sample_rows(options, opened.n_variables, lambda: object_rows.of_graph(graph))
        # Trees are asked one after the other, so that they are added up in their order.
        state.is_native = True
        state.sample = opened.rows.astype(np.float64)
        if graph.sums_products(len(graph.stages) - 1):
            sklearn_native.check_condition(state, sklearn_estimator.predict)
        opened.dump = graph.dump()
    except sklearn_native.Inexpressible as error:
        if not options.get("python"):
            # The error may name it, too.
            what = "" if opened.title in str(error) else f"“{opened.title}” has no native form: "
            refuse(f"{what}{error}; with the option “python” Python answers instead")
        state.is_native = False
        opened.rows = sample_rows(options, opened.n_variables,
                                  lambda: object_rows.Ranges(opened.n_variables))
        opened.content = sklearn_estimator.dump(state)[0]["estimator.pickle"]


# --- networks ---

def open_torch(model, options):
    opened = Opened(model)
    adapter = opened.import_as("torch_network")
    from . import torch_layers

    opened.method = "torch"
    with torch_layers.answering(model):
        open_network(opened, adapter, torch_layers, options)

    def answer(inputs):
        with torch_layers.answering(model):
            return adapter.predict(opened.state, inputs)

    opened.state.module = model
    opened.answer = answer
    return opened


def open_keras(model, options):
    opened = Opened(model)
    adapter = opened.import_as("keras_network")
    from . import keras_layers

    opened.method = "keras"
    open_network(opened, adapter, keras_layers, options)
    opened.state.model = model
    opened.answer = lambda inputs: adapter.predict(opened.state, inputs)
    return opened


def open_network(opened, adapter, layers_module, options):
    """Takes a chain of layers, and finds what its outputs are."""
    from . import network

    try:
        layers, tensors = layers_module.express(opened.model)
    except network.Inexpressible as error:
        more = "; of networks only the layers are kept, so that “python” does not help" \
            if options.get("python") else ""
        refuse(f"it has no native form: {error}{more}")
    wide = [tensors[layer[name]] for layer in layers for name in ("weight", "mean")
            if name in layer]
    opened.n_variables = count_variables(options, wide[0].shape[-1] if wide else None)
    n_columns = wide[-1].shape[0] if wide else opened.n_variables
    last = next((layer["type"] for layer in reversed(layers) if layer["type"] != "identity"), "")
    opened.analysis = choose_analysis(options, n_columns, last)
    opened.n_outputs = 2 if opened.analysis == "classification" else n_columns
    state = adapter.State({}, opened.analysis, opened.n_variables, opened.n_outputs, None)
    state.n_columns = n_columns
    state.signal_column = 1
    state.head = choose_head(options, opened.analysis, n_columns, last)
    opened.state = state
    head = state.head if state.head in ("sigmoid", "softmax") else "none"
    opened.dump = network.describe(layers, tensors, head, state)
    opened.rows = sample_rows(options, opened.n_variables, lambda: object_rows.of_network(
        opened.dump[0], tensors, opened.n_variables))


def choose_analysis(options, n_columns, last):
    found = options.get("analysis")
    if found is None and options.get("targets") is None and (
            options.get("classes") is not None or last in ("sigmoid", "softmax")):
        n_classes = len(options["classes"]) if options.get("classes") is not None else n_columns
        found = "classification" if n_classes <= 2 else "multiclass"
    found = found or "regression"
    if found not in ANALYSIS_TYPES:
        refuse(f"the option “analysis” is “{found}”; it may be "
               + ", ".join(f"“{name}”" for name in ANALYSIS_TYPES), "value")
    if found == "classification" and n_columns > 2 or found == "multiclass" and n_columns < 2:
        refuse(f"it has {n_columns} outputs, which is not what a {found} needs; set the option "
               "“analysis”", "value")
    return found


def choose_head(options, analysis, n_columns, last):
    """What is done with the outputs, as the head of a network's state."""
    told = options.get("response")
    if analysis == "regression":
        if told is not None:
            refuse("the option “response” is for networks that tell classes apart", "value")
        return "none"
    is_probability = last in ("sigmoid", "softmax")
    told = told or ("probability" if is_probability else "logits")
    if told not in ("probability", "logits", "score"):
        refuse(f"the option “response” is “{told}”; it may be “probability”, “logits” or “score”",
               "value")
    if told != "score" and is_probability != (told == "probability"):
        refuse(f"the option “response” is “{told}”, and the network "
               + ("ends with a " + last if is_probability else "ends with no sigmoid or softmax"),
               "value")
    if told == "logits":
        return "sigmoid" if n_columns == 1 else "softmax"
    return "none"
