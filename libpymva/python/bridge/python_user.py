# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a user gives to be trained: functions, a class or an object, from a text, from a module, or
alive; and how each is called.

Functions are given the state that the ones before them have made; the methods of an object are not,
because the object is that state.
"""

import copy
import importlib
import inspect
import types

import numpy as np

from . import user_code

# Other names for what functions are offered: those of scikit-learn, and of Belle II's software.
SAME = {
    "inputs": ("X",),
    "targets": ("y",),
    "weights": ("w", "sample_weight"),
    "spectators": ("S",),
    "validation_inputs": ("Xtest", "X_test", "X_val"),
    "validation_targets": ("ytest", "y_test", "y_val"),
    "validation_weights": ("wtest", "w_test", "w_val"),
    "validation_spectators": ("Stest", "S_test", "S_val"),
    "n_variables": ("number_of_features",),
    "n_spectators": ("number_of_spectators",),
    "n_events": ("number_of_events",),
    "n_batches": ("nBatches",),
}
# What makes something trainable, and what makes it answer.
TRAINS = ("fit", "partial_fit")
ANSWERS = ("predict_proba", "predict", "apply")
# What counts only where the user has written it.
OWN = ("dump", "load", "importance", "feature_importance")


def offers_for(function, offers):
    """The offers under the names that a function has for them."""
    try:
        names = inspect.signature(function).parameters
    except ValueError:
        return offers
    found = {}
    for name, value in offers.items():
        same = next((other for other in SAME.get(name, ()) if other in names), name)
        found[name if name in names else same] = value
    return found


def call(function, offers, what, n_plain):
    """Calls a function with the offers that it asks for; one that does not say what it takes gets
    the first n_plain of them."""
    if not callable(function):
        raise TypeError(f"{what} is a {type(function).__name__}; expected a function")
    try:
        inspect.signature(function)
    except ValueError:
        return function(*list(offers.values())[:n_plain])
    return user_code.call_with(function, offers_for(function, offers), what)


def takes_weights(function):
    """Whether a function can be told the weights of events."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except ValueError:
        return True
    names = {parameter.name for parameter in parameters}
    if names & {"weights", "data", *SAME["weights"]}:
        return True
    known = {"state", "model", "inputs", "targets", "parameters", "config", "report",
             "spectators", "epoch", "batch", "classes", "self"}
    known |= {other for name in ("inputs", "targets", "spectators") for other in SAME[name]}
    # Names that nobody knows are given inputs, targets and weights in this order.
    plain = [parameter for parameter in parameters
             if parameter.default is parameter.empty and parameter.name not in known
             and parameter.kind is not parameter.VAR_POSITIONAL]
    n_named = len(names & {"inputs", "targets", *SAME["inputs"], *SAME["targets"]})
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters) \
        or len(plain) + n_named >= 3


class Functions:
    """Functions by name; each gets the state."""

    # The source text that defines them, where there is one.
    text = None

    def __init__(self, get, what, live=None):
        self.get = get
        self.what = what
        self.live = live

    def has(self, name):
        return self.get(name) is not None

    def describe(self, name):
        return f"{name}() of {self.what}"

    def call(self, name, state, offers):
        function = self.get(name)
        if not takes_state(function, name):
            return call(function, offers, self.describe(name), len(offers))
        return call(function, {"state": state, **offers}, self.describe(name), 1 + len(offers))

    def new_state(self, _parameters):
        return None


def takes_state(function, name):
    """Functions that make the first state have none; predict(inputs) needs none."""
    if name in ("fit", "get_model", "load"):
        return False
    if name not in ANSWERS:
        return True
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return True
    return sum(parameter.default is parameter.empty for parameter in parameters) > 1


class Instance:
    """The methods of an object, which is the state itself."""

    text = None

    def __init__(self, kind, what):
        self.kind = kind
        self.what = what

    def has(self, name):
        return callable(getattr(self.kind, name, None))

    def get(self, name):
        return getattr(self.kind, name, None)

    def describe(self, name):
        return f"{name}() of {self.what}"

    def call(self, name, state, offers):
        return call(getattr(state, name), offers, self.describe(name), len(offers))

    def new_state(self, parameters):
        """A new object of a class, or a copy of the one that was given."""
        if inspect.isclass(self.kind):
            return self.kind(**parameters)
        if parameters:
            raise ValueError("user-parameters are for classes and functions, and “object” is an "
                             "object already; give its class, or set its parameters yourself")
        try:
            return copy.deepcopy(self.kind)
        except Exception:
            # What cannot be copied, as things that hold a file or a thread, is trained itself.
            return self.kind


def is_trainable(value):
    return any(callable(getattr(value, name, None)) for name in TRAINS) \
        and any(callable(getattr(value, name, None)) for name in ANSWERS)


def of_value(value, what):
    """What is trained, of a live value."""
    if isinstance(value, types.ModuleType):
        return of_module(value, "", f"the module “{value.__name__}”")
    if isinstance(value, dict):
        return check(Functions(value.get, what, value), what)
    if isinstance(value, (tuple, list)):
        if len(value) != 2 or not all(callable(each) for each in value):
            raise TypeError(f"{what} is a {type(value).__name__} of {len(value)}; expected the "
                            "pair of functions fit and predict")
        return Functions(dict(zip(("fit", "predict"), value)).get, what, value)
    if inspect.isclass(value) or is_trainable(value):
        name = value.__name__ if inspect.isclass(value) else type(value).__name__
        return check(Instance(value, f"“{name}”"), what)
    raise TypeError(f"{what} is a {type(value).__name__}; expected an object or a class with fit() "
                    "and predict(), the pair of these functions, a dict of functions, or a module")


def function_of(module, name):
    """What a module defines under a name. Hooks that other modules have under the same names, as
    json has load(), may have been imported for the user's own purposes."""
    found = getattr(module, name, None)
    if name in OWN and getattr(found, "__module__", None) != module.__name__:
        return None
    return found


def of_module(module, entry_point, what):
    """What is trained, of what a module defines."""
    if entry_point:
        if not hasattr(module, entry_point):
            raise ValueError(f"{what} has no “{entry_point}”, which entry-point names")
        return of_value(getattr(module, entry_point), f"“{entry_point}” of {what}")
    functions = Functions(lambda name: function_of(module, name), what)
    if any(functions.has(name) for name in TRAINS):
        return check(functions, what)
    classes = [value for value in vars(module).values()
               if inspect.isclass(value) and value.__module__ == module.__name__
               and is_trainable(value)]
    if len(classes) == 1:
        return Instance(classes[0], f"“{classes[0].__name__}” of {what}")
    if classes:
        names = ", ".join(f"“{each.__name__}”" for each in classes)
        raise ValueError(f"{what} has several classes to train, {names}; set entry-point to one")
    raise ValueError(f"{what} defines neither fit() and predict() nor a class that has them")


def check(code, what):
    """Refuses what cannot be trained or cannot answer."""
    for name in (*TRAINS, *ANSWERS):
        found = code.get(name)
        if found is not None and not callable(found):
            raise TypeError(f"{name} of {what} is a {type(found).__name__}; expected a function")
    if not any(code.has(name) for name in TRAINS):
        raise ValueError(f"{what} has no fit(), and no partial_fit() either")
    if not any(code.has(name) for name in ANSWERS):
        raise ValueError(f"{what} has no predict(), with which a trained method answers")
    return code


def find(config):
    """What is to be trained, and what a model file says of it: (code, facts)."""
    given = [name for name, key in (("user-code or user-file", "user_code"),
                                    ("module", "module"), ("object", "object"))
             if config.get(key) is not None
             and not (isinstance(config[key], str) and config[key] == "")]
    if len(given) != 1:
        raise ValueError("there is nothing to train; set one of user-code, user-file, module and "
                         "object" if not given else f"{' and '.join(given)} are set; set one only")
    entry_point = config.get("entry_point") or ""
    if config.get("user_code"):
        filename = config.get("user_filename") or f"<{config.get('title', '')} user code>"
        return of_text(config["user_code"], filename, entry_point)
    if config.get("module"):
        module = importlib.import_module(config["module"])
        facts = {"source": "module", "module": config["module"], "entry_point": entry_point}
        return of_module(module, entry_point, f"the module “{config['module']}”"), facts
    return of_value(config["object"], "“object”"), {"source": "object"}


def of_text(text, filename, entry_point):
    code = user_code.UserCode(text, filename, ())
    facts = {"source": "code", "filename": filename, "entry_point": entry_point,
             "python_module": code.module.__name__}
    found = of_module(code.module, entry_point, f"“{filename}”")
    # The module is forgotten when nobody holds the text any more.
    found.text = code
    return found, facts


def numbers_of(answers, what):
    """Answers of user code as an array."""
    if hasattr(answers, "detach"):
        # A tensor of torch, which may hang on a graph, or lie on another device.
        answers = answers.detach().cpu()
    if answers is None:
        raise TypeError(f"{what} gave None; expected an array with one row per event")
    array = np.asarray(answers)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{what} gave an array of the type {array.dtype}; expected numbers")
    return array
