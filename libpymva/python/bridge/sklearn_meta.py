# SPDX-License-Identifier: LGPL-2.1-or-later
"""What scikit-learn makes of other estimators: chains, votes, bags, calibrations and the like, as
stages of a model file. Each combines its members in scikit-learn's order, so that what consists of
trees only keeps their exactness. sklearn_native.py describes convert()."""

# First, so that it is named where all is missing.
import numpy as np

from . import sklearn_ensembles, sklearn_native, sklearn_transformers
from .sklearn_native import Inexpressible

# Classifiers that name the class of the largest probability, the first of several.
NAME_LARGEST = ("DecisionTreeClassifier", "ExtraTreeClassifier", "ExtraTreesClassifier",
                "RandomForestClassifier")


def last_step(model):
    while type(model).__name__ == "Pipeline":
        model = model.steps[-1][1]
    return model


def check_classes(member, model):
    """The columns of a member are to be those of the whole."""
    if len(member.classes_) != len(model.classes_):
        raise Inexpressible("a member does not know all classes")


def add_constant(graph, source, values):
    """Adds what answers the same whatever it is given: a tree of one leaf."""
    return graph.add("forest", len(values), {
        "node_counts": np.array([1], dtype=np.int32), "children": np.array([-1], dtype=np.int32),
        "features": np.array([0], dtype=np.int32), "thresholds": np.array([0], dtype=np.float32),
        "values": np.asarray([values], dtype=np.float64)}, input=source, aggregation="sum")


def add_sums(graph, numbers, weights=None):
    """Adds the sums of the members' columns, in order, perhaps each member times its weight."""
    width = graph.width(numbers[0])
    weights = np.ones(len(numbers)) if weights is None else np.asarray(weights, dtype=np.float64)
    table = np.concatenate([weight * np.eye(width) for weight in weights], axis=1)
    return graph.matrix(graph.join(numbers), table)


def add_mean(graph, numbers):
    return graph.divide(add_sums(graph, numbers), len(numbers))


def add_other(graph, number):
    """Adds 1 - p beside p."""
    width = graph.width(number)
    other = graph.add("affine", width, {"multiply": np.full(width, -1.0),
                                        "add": np.full(width, 1.0)}, input=number)
    return graph.join([other, number])


def named_class(graph, model, source):
    """Adds 1 in the column of the class that a classifier names; of two, the second's only. A
    rounding error would change it altogether, so this is for members that are exact."""
    if type(last_step(model)).__name__ not in NAME_LARGEST:
        raise Inexpressible(f"{type(model).__name__} names classes by numbers that are not exact")
    number = sklearn_native.convert(graph, model, "predict_proba", source)
    if graph.width(number) > 1:
        return graph.link(number, "largest")
    return graph.select(graph.link(add_other(graph, number), "largest"), [1])


# --- around one ---

def convert_chain(graph, model, response, source):
    for _, step in model.steps[:-1]:
        source = sklearn_transformers.convert_step(graph, step, source)
    last = model.steps[-1][1]
    if response == "transform":
        return sklearn_transformers.convert_step(graph, last, source)
    return sklearn_native.convert(graph, last, response, source)


def convert_inner(graph, model, response, source):
    """What hands its inputs to the one estimator that it has chosen or trained."""
    if hasattr(model, "get_support"):
        source = graph.select(source, model.get_support(indices=True))
        if response == "transform":
            return source
    names = ("best_estimator_", "estimator_", "estimator")
    inner = next(getattr(model, name) for name in names if hasattr(model, name))
    return sklearn_native.convert(graph, inner, response, source)


def convert_target(graph, model, response, source):
    number = sklearn_native.convert(graph, model.regressor_, response, source)
    return sklearn_native.convert(graph, model.transformer_, "inverse_transform", number)


def convert_dummy(graph, model, response, source):
    if getattr(model, "strategy", "") == "stratified":
        raise Inexpressible("classes are drawn")
    if hasattr(model, "decision_function") or response not in ("predict", "predict_proba"):
        raise Inexpressible(f"{type(model).__name__} is asked for {response}")
    values = np.ravel(getattr(model, response)(np.zeros((1, graph.width(source)))))
    return add_constant(graph, source, values[1:] if response == "predict_proba"
                        and len(values) == 2 else values)


# --- one for each class ---

def convert_one_of_two(graph, model, response, source):
    """One of the members that tell a class from others."""
    if type(model).__name__ == "_ConstantPredictor":
        return add_constant(graph, source, np.asarray(model.y_, dtype=np.float64))
    return sklearn_native.convert(graph, model, response, source)


def convert_one_against_rest(graph, model, response, source):
    if model.multilabel_:
        raise Inexpressible("an event may have several classes")
    if response not in ("decision_function", "predict_proba"):
        raise Inexpressible(f"it is asked for {response}")
    numbers = [convert_one_of_two(graph, each, response, source) for each in model.estimators_]
    if len(numbers) == 1:
        if response == "decision_function":
            return numbers[0]
        return graph.select(graph.link(add_other(graph, numbers[0]), "shares"), [1])
    number = graph.join(numbers)
    return graph.link(number, "shares") if response == "predict_proba" else number


def convert_pairs(graph, model, response, source):
    """One against one: each pair of classes has a vote, and confidences break ties."""
    if response != "decision_function":
        raise Inexpressible(f"it is asked for {response}")
    if model.pairwise_indices_ is not None:
        raise Inexpressible("members take distances of events")
    n_classes = len(model.classes_)
    signs = np.zeros((n_classes, len(model.estimators_)))
    pairs = [(i, j) for i in range(n_classes) for j in range(i + 1, n_classes)]
    for number, (first, second) in enumerate(pairs):
        signs[first, number] = -1.0
        signs[second, number] = 1.0
    votes = graph.join([named_class(graph, each, source) for each in model.estimators_])
    confidences = graph.join([sklearn_native.convert(graph, each, "predict_proba", source)
                              for each in model.estimators_])
    # A vote of 0 is one for the first class of the pair.
    votes = graph.add("affine", n_classes, {"add": (signs < 0.0).sum(axis=1, dtype=np.float64)},
                      input=graph.matrix(votes, signs))
    ties = graph.link(graph.matrix(confidences, signs), "tie-break")
    number = graph.matrix(graph.join([votes, ties]), np.tile(np.eye(n_classes), 2))
    return graph.select(number, [1]) if n_classes == 2 else number


# --- one for each target ---

def convert_targets(graph, model, response, source):
    return graph.join([sklearn_native.convert(graph, each, response, source)
                       for each in model.estimators_])


def convert_chained_targets(graph, model, response, source):
    """Each takes the answers of those before it, too."""
    if getattr(model, "order_", None) is None:
        raise Inexpressible("the order of the targets is not known")
    numbers = []
    for each in model.estimators_:
        inputs = graph.join([source, *numbers]) if numbers else source
        numbers.append(sklearn_native.convert(graph, each, response, inputs))
    return graph.select(graph.join(numbers), np.argsort(model.order_))


# --- many for the same ---

def convert_votes(graph, model, response, source):
    members = model.estimators_
    weights = model._weights_not_none
    for member in members:
        if hasattr(model, "classes_"):
            check_classes(member, model)
    if hasattr(model, "classes_") and model.voting == "hard":
        return convert_hard_votes(graph, model, weights, source)
    numbers = [sklearn_native.convert(graph, member, response, source) for member in members]
    if weights is None:
        return add_mean(graph, numbers)
    return graph.divide(add_sums(graph, numbers, weights), np.asarray(weights, dtype=float).sum())


def convert_hard_votes(graph, model, weights, source):
    numbers = [named_class(graph, member, source) for member in model.estimators_]
    if len(model.classes_) == 2:
        numbers = [add_other(graph, number) for number in numbers]
    number = graph.link(add_sums(graph, numbers, weights), "largest")
    return graph.select(number, [1]) if len(model.classes_) == 2 else number


def convert_bag(graph, model, response, source):
    if all(isinstance(member, sklearn_ensembles.SINGLE_TREES) for member in model.estimators_):
        return sklearn_ensembles.convert(graph, model, response, source)
    if response == "decision_function":
        raise Inexpressible(f"it is asked for {response}")
    numbers = []
    for member, features in zip(model.estimators_, model.estimators_features_):
        if response == "predict_proba":
            check_classes(member, model)
        columns = np.arange(graph.width(source))
        inputs = source if np.array_equal(features, columns) else graph.select(source, features)
        if response == "predict_proba" and not hasattr(member, "predict_proba"):
            numbers.append(named_class(graph, member, inputs))
        else:
            numbers.append(sklearn_native.convert(graph, member, response, inputs))
        if response == "predict_proba":
            # They are added to zeros, which are float64.
            graph.widen(numbers[-1])
    return add_mean(graph, numbers)


def convert_stack(graph, model, response, source):
    numbers = []
    for member, asked in zip(model.estimators_, model.stack_method_):
        if asked == "predict" and hasattr(model, "classes_"):
            raise Inexpressible("a member gives classes only")
        if hasattr(model, "classes_"):
            check_classes(member, model)
        numbers.append(sklearn_native.convert(graph, member, asked, source))
    if model.passthrough:
        numbers.append(source)
    return sklearn_native.convert(graph, model.final_estimator_, response, graph.join(numbers))


# --- calibration ---

def convert_calibrations(graph, model, response, source):
    if response != "predict_proba":
        raise Inexpressible(f"it is asked for {response}")
    return add_mean(graph, [convert_calibration(graph, each, source)
                            for each in model.calibrated_classifiers_])


def convert_calibration(graph, model, source):
    member = model.estimator
    if len(member.classes_) != len(model.classes):
        raise Inexpressible("a member does not know all classes")
    asked = "decision_function" if hasattr(member, "decision_function") else "predict_proba"
    number = sklearn_native.convert(graph, member, asked, source)
    if model.method == "sigmoid":
        number = sklearn_transformers.add_affine(
            graph, graph.widen(number), multiply=[float(each.a_) for each in model.calibrators],
            add=[float(each.b_) for each in model.calibrators])
        number = graph.add("link", graph.width(number), input=number, function="logistic",
                           slope=-1.0)
    elif model.method == "isotonic":
        number = add_curves(graph, number, model.calibrators)
    else:
        raise Inexpressible(f"there is no native engine for the method {model.method}")
    return number if len(model.classes) == 2 else graph.link(number, "shares-uniform")


def add_curves(graph, source, curves):
    """Isotonic regressions, which are straight lines between knots."""
    if any(curve.out_of_bounds != "clip" for curve in curves):
        raise Inexpressible("a calibration ends at its last knot")
    knots = [curve.X_thresholds_ for curve in curves]
    if any(np.any(np.diff(each) <= 0.0) for each in knots):
        raise Inexpressible("knots of a calibration are equal")
    rounding = {}
    if any(each.dtype == np.float32 for each in knots):
        # Numbers go in and come out in the type of the knots.
        rounding = {"dtype": "float32"}
        source = graph.add("affine", graph.width(source), input=source, **rounding)
    return graph.add("interpolate", len(curves), {
        "counts": np.array([len(each) for each in knots], dtype=np.int32),
        "x": np.concatenate(knots).astype(np.float64),
        "y": np.concatenate([curve.y_thresholds_ for curve in curves]).astype(np.float64)},
        input=source, slopes=True, **rounding)


CONVERTERS = {
    "BaggingClassifier": convert_bag,
    "BaggingRegressor": convert_bag,
    "CalibratedClassifierCV": convert_calibrations,
    "DummyClassifier": convert_dummy,
    "DummyRegressor": convert_dummy,
    "MultiOutputRegressor": convert_targets,
    "OneVsOneClassifier": convert_pairs,
    "OneVsRestClassifier": convert_one_against_rest,
    "Pipeline": convert_chain,
    "RegressorChain": convert_chained_targets,
    "StackingClassifier": convert_stack,
    "StackingRegressor": convert_stack,
    "TransformedTargetRegressor": convert_target,
    "VotingClassifier": convert_votes,
    "VotingRegressor": convert_votes,
}


def convert(graph, model, response, source):
    return CONVERTERS.get(type(model).__name__, convert_inner)(graph, model, response, source)
