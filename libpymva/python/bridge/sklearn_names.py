# SPDX-License-Identifier: LGPL-2.1-or-later
"""Estimators of scikit-learn, and of packages that follow it, by name.

An estimator is written as its class, `SVC` or `sklearn.svm.SVC`; as a chain of steps that becomes a
Pipeline, `StandardScaler, SVC`; and around others, `BaggingClassifier(SVC)`. Steps may be called
something: `scale=StandardScaler, SVC`; parameters that are estimators are written in the same way:
`StackingClassifier(SVC, GaussianNB, final_estimator=LogisticRegression)`. Nothing is evaluated.
"""

import difflib
import functools
import importlib
import inspect
import re
import warnings

# First, so that it is named where all is missing.
import sklearn
from sklearn import base, pipeline, utils

from . import common

VERSION = common.version_of(sklearn)

WORD = re.compile(r"\s*([A-Za-z_][\w.]*)")
# Parameters that hold one estimator, and those that hold named ones, in the order of preference.
HOLDS_ONE = ("estimator", "base_estimator", "regressor", "classifier", "final_estimator")
HOLDS_MANY = ("estimators", "transformer_list")
# What a required parameter has until it is set.
MISSING = "(missing)"

# Those that no name alone can train, and why.
REFUSED = {
    "ClassifierChain": "it learns several labels of an event at once, and an event has one class",
    "MultiOutputClassifier":
        "it learns several labels of an event at once, and an event has one class",
    "IsotonicRegression": "it takes a single variable, which is not divided into columns",
    "ColumnTransformer": "its columns cannot be named here; choose the variables of the data set",
}
KINDS = {
    "classifier": "it tells classes apart",
    "regressor": "it predicts numbers, and no classes",
    "clusterer": "it groups events without being told what to learn",
    "outlier_detector": "it finds unusual events without being told what to learn",
    "transformer": "it transforms inputs and predicts nothing; put it in front of an estimator, as "
                   "in “StandardScaler, SVC”",
    "other": "it is not told what to learn",
}


@functools.lru_cache(maxsize=1)
def known_classes():
    """All estimators of scikit-learn by the name of their class."""
    from sklearn.utils import all_estimators

    with warnings.catch_warnings():
        # Modules that are deprecated are imported too.
        warnings.simplefilter("ignore")
        return dict(all_estimators())


def near(name, names):
    """What may have been meant, as the end of a message."""
    by_lower = {known.lower(): known for known in names}
    found = [known for known in names if known.endswith("__" + name)][:3]
    found += [by_lower[lower] for lower in
              difflib.get_close_matches(name.lower(), by_lower, 3, 0.6)
              if by_lower[lower] not in found]
    if not found:
        return ""
    return "; did you mean " + " or ".join(f"“{known}”" for known in found[:3]) + "?"


def find_class(name):
    """The class of an estimator."""
    module_name, _, class_name = name.rpartition(".")
    if not module_name:
        if name in known_classes():
            return known_classes()[name]
        raise ValueError(f"scikit-learn has no estimator “{name}”{near(name, known_classes())}")
    try:
        found = getattr(importlib.import_module(module_name), class_name, None)
    except ModuleNotFoundError as error:
        top = module_name.partition(".")[0]
        if error.name is None or error.name == top or not module_name.startswith(error.name):
            raise
        found = None
    if found is None:
        raise ValueError(f"there is no estimator “{name}”{near(class_name, known_classes())}")
    if not inspect.isclass(found) or not all(
            hasattr(found, method) for method in ("fit", "get_params", "set_params")):
        raise ValueError(f"“{name}” is no estimator: expected a class with fit(), get_params() and "
                         "set_params(), as those of scikit-learn have")
    return found


class Parser:
    """Reads the text of an estimator."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def parse(self):
        found = self.chain()
        if self.peek():
            self.fail("the end")
        return found

    def peek(self):
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at:self.at + 1]

    def accept(self, symbol):
        if self.peek() != symbol:
            return False
        self.at += 1
        return True

    def fail(self, expected):
        rest = self.text[self.at:].strip()
        raise ValueError(f"estimator is “{self.text}”: expected {expected}, but there is "
                         f"“{rest or 'the end'}”; write, for example, “StandardScaler, SVC”")

    def word(self):
        match = WORD.match(self.text, self.at)
        if match is None:
            self.fail("a name")
        self.at = match.end()
        return match.group(1)

    def step(self):
        """(label or None, estimator)"""
        if self.accept("("):
            return None, self.group()
        name = self.word()
        label = None
        if self.accept("="):
            label = name
            if self.accept("("):
                return label, self.group()
            name = self.word()
        found = find_class(name)
        return label, make(found, self.arguments() if self.accept("(") else [])

    def group(self):
        found = self.chain()
        if not self.accept(")"):
            self.fail("“)”")
        return found

    def arguments(self):
        steps = []
        while not self.accept(")"):
            steps.append(self.step())
            if not self.accept(",") and self.peek() != ")":
                self.fail("a comma or “)”")
        return steps

    def chain(self):
        steps = [self.step()]
        while self.accept(","):
            steps.append(self.step())
        if len(steps) == 1 and steps[0][0] is None:
            return steps[0][1]
        return pipeline.Pipeline(name_steps(steps))


def name_steps(steps):
    """Steps with the names that scikit-learn's make_pipeline gives them."""
    named = []
    plain = [label or type(step).__name__.lower() for label, step in steps]
    for number, (label, step) in enumerate(steps):
        name = plain[number]
        if label is None and plain.count(name) > 1:
            name = f"{name}-{plain[:number].count(name) + 1}"
        if "__" in name:
            raise ValueError(f"estimator calls a step “{name}”; names of steps have no “__”")
        if name in (other for other, _ in named):
            raise ValueError(f"estimator calls two steps “{name}”; name them differently")
        named.append((name, step))
    return named


def parameters_of(found):
    """The parameters of a class's constructor."""
    return {name: parameter for name, parameter in inspect.signature(found).parameters.items()
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)}


def make(found, steps):
    """An estimator of a class, around the others that were given."""
    if issubclass(found, pipeline.Pipeline):
        raise ValueError(f"“{found.__name__}” is written as its steps with commas between them, "
                         "such as “StandardScaler, SVC”")
    parameters = parameters_of(found)
    given = {label: step for label, step in steps if label in parameters}
    rest = [(label, step) for label, step in steps if label not in parameters]
    holder = next((name for name in HOLDS_ONE + HOLDS_MANY
                   if name in parameters and name not in given
                   and (name != "final_estimator" or "estimators" not in parameters)), None)
    if rest and holder is None:
        raise ValueError(f"“{found.__name__}” takes no other estimator, but was given "
                         f"“{type(rest[0][1]).__name__}”")
    if rest and holder in HOLDS_MANY:
        given[holder] = name_steps(rest)
    elif rest:
        if len(rest) > 1:
            raise ValueError(f"“{found.__name__}” takes one estimator, but was given {len(rest)}; "
                             "put a chain of them in parentheses")
        given[holder] = rest[0][1]
    for name, parameter in parameters.items():
        if parameter.default is parameter.empty:
            given.setdefault(name, MISSING)
    return found(**given)


def check_complete(model):
    """Refuses an estimator that lacks what its class cannot do without."""
    for name, value in model.get_params(deep=True).items():
        if isinstance(value, str) and value == MISSING:
            path, _, last = name.rpartition("__")
            owner = type(model.get_params(deep=True)[path] if path else model).__name__
            example = f"{owner}(SVC)" if last in HOLDS_ONE + HOLDS_MANY else f"{name}=..."
            raise ValueError(f"the estimator “{owner}” needs “{last}”; write it as “{example}”"
                             + ("" if last in HOLDS_ONE + HOLDS_MANY
                                else " in estimator-parameters"))


def set_parameters(model, values):
    """Sets the parameters that the user has given, by the names that scikit-learn has for them."""
    known = model.get_params(deep=True)
    for name in values:
        if name not in known:
            raise ValueError(f"the estimator “{describe(model)}” has no parameter “{name}”"
                             f"{near(name, list(known))}")
    model.set_params(**{name: value_of(name, value) for name, value in values.items()})


def value_of(name, value):
    """A parameter's value: an estimator may be given by its name."""
    last = name.rpartition("__")[2]
    if last in HOLDS_ONE and isinstance(value, str) and value not in ("drop", "passthrough"):
        return Parser(value).parse()
    return value


def describe(model):
    """What an estimator is called in messages."""
    if isinstance(model, pipeline.Pipeline):
        return ", ".join(type(step).__name__ for _, step in model.steps)
    return type(model).__name__


def last_step(model):
    """The estimator that predicts: of a Pipeline the last one."""
    while isinstance(model, pipeline.Pipeline):
        model = model.steps[-1][1]
    return model


def kind_of(model):
    """What an estimator does: one of KINDS."""
    try:
        if base.is_classifier(model):
            return "classifier"
        if base.is_regressor(model):
            return "regressor"
        if base.is_outlier_detector(model):
            return "outlier_detector"
    except AttributeError:
        # Estimators of other packages may lack what newer versions ask them for.
        pass
    kind = getattr(model, "_estimator_type", None)
    if kind in KINDS:
        return kind
    if isinstance(model, base.ClusterMixin):
        return "clusterer"
    if hasattr(model, "predict") and not isinstance(model, base.BaseEstimator):
        return "classifier" if hasattr(model, "predict_proba") else "regressor"
    return "transformer" if hasattr(model, "transform") else "other"


def check_refused(model, analysis_type):
    """Refuses those that no name alone can train, and says why."""
    reason = REFUSED.get(type(last_step(model)).__name__)
    if reason is not None:
        refuse(model, analysis_type, reason)


def check_kind(model, analysis_type):
    """Refuses what cannot learn what is to be learnt, and says why."""
    kind = kind_of(last_step(model))
    if kind != wanted_kind(analysis_type):
        refuse(model, analysis_type, KINDS[kind])


def wanted_kind(analysis_type):
    return "regressor" if analysis_type == "regression" else "classifier"


def refuse(model, analysis_type, reason):
    what = "a regression" if analysis_type == "regression" else "a classification"
    raise ValueError(f"“{describe(model)}” cannot be trained for {what}: {reason}; name a "
                     f"{wanted_kind(analysis_type)}")


def target_tags(model):
    """Whether a regressor takes one target, and whether it takes several at once."""
    last = last_step(model)
    if type(last).__name__ in ("MultiOutputRegressor", "RegressorChain"):
        # Their tags were wrong until 1.6.
        return False, True
    try:
        if VERSION >= (1, 6):
            tags = utils.get_tags(last).target_tags
            return tags.single_output, tags.multi_output
        tags = last._get_tags()
    except AttributeError:
        return True, False
    return not tags["multioutput_only"], tags["multioutput"]


def inner_estimators(model):
    """The estimators that another one holds."""
    found = []
    for value in model.get_params(deep=False).values():
        if hasattr(value, "fit") and not inspect.isclass(value):
            found.append(value)
        elif isinstance(value, list):
            found += [item[1] for item in value
                      if isinstance(item, tuple) and len(item) > 1 and hasattr(item[1], "fit")]
    return found


def list_names(analysis_type):
    """The estimators that can be trained by their name alone, in order of the alphabet."""
    names = []
    for name, found in sorted(known_classes().items()):
        required = any(parameter.default is parameter.empty
                       for parameter in parameters_of(found).values())
        if name in REFUSED or required or name in HOLDERS_BY_DEFAULT:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if kind_of(found()) == wanted_kind(analysis_type):
                names.append(name)
    return names


# Those whose constructor needs no estimator, while their training does.
HOLDERS_BY_DEFAULT = ("SelfTrainingClassifier",)
