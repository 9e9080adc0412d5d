# SPDX-License-Identifier: LGPL-2.1-or-later
"""What scikit-learn makes of trees, as stages of a model file: each class in the way in which it
adds up its own trees, to the last bit. sklearn_native.py describes convert()."""

import copy

# First, so that it is named where all is missing.
from sklearn import dummy, tree as sklearn_tree
import numpy as np

from . import sklearn_trees, sklearn_versions
from .sklearn_native import Inexpressible

SINGLE_TREES = (sklearn_tree.DecisionTreeClassifier, sklearn_tree.DecisionTreeRegressor,
                sklearn_tree.ExtraTreeClassifier, sklearn_tree.ExtraTreeRegressor)
# The classes that give each event the same answer.
CONSTANT_CLASSES = ("prior", "most_frequent", "constant")
# The functions of a link stage, by the links of scikit-learn.
LINKS = {"IdentityLink": None, "LogLink": "exponential", "LogitLink": "logistic",
         "MultinomialLogit": "softmax"}


def check_response(model, response, *good):
    """Refuses what a model is not asked for here."""
    if hasattr(model, "classes_"):
        if len(model.classes_) < 2:
            raise Inexpressible("the model knows a single class")
    else:
        good = ("predict",)
    if response not in good:
        raise Inexpressible(f"{type(model).__name__} is asked for {response}")


def check_trees(estimators):
    for estimator in estimators:
        if type(estimator) not in SINGLE_TREES:
            raise Inexpressible(f"{type(estimator).__name__} is no tree")


def columns_of(model):
    """The classes that are given as columns."""
    n_classes = len(model.classes_)
    return [1] if n_classes == 2 else list(range(n_classes))


def shares(tree):
    """What predict_proba() of a tree answers in each node, one column per class."""
    values = tree.value[:, 0, :]
    if sklearn_versions.leaf_values_are_counts():
        # It divides them like this.
        sums = values.sum(axis=1)[:, np.newaxis]
        sums[sums == 0.0] = 1.0
        values = values / sums
    return values


# --- averages ---

def convert_average(graph, model, response, source):
    """A tree, a forest, or trees in a bag, which see some of the columns and of the classes."""
    check_response(model, response, "predict_proba")
    single = isinstance(model, SINGLE_TREES)
    estimators = [model] if single else model.estimators_
    check_trees(estimators)
    features = getattr(model, "estimators_features_", [None] * len(estimators))
    forest = sklearn_trees.Forest()
    for estimator, chosen in zip(estimators, features):
        tree = estimator.tree_
        if hasattr(model, "classes_"):
            values = np.zeros((tree.node_count, len(model.classes_)))
            # A tree of a bag numbers the classes that it has seen.
            seen = slice(None)
            if len(estimator.classes_) < len(model.classes_):
                seen = np.asarray(estimator.classes_, dtype=np.int64)
            values[:, seen] = shares(tree)
            values = values[:, columns_of(model)]
        else:
            values = tree.value[:, :, 0]
        forest.add(tree, values, chosen)
    return forest.stage(graph, source, values.shape[1], "average")


# --- gradient boosting ---

def base_of(model, n_variables):
    """What the stages are added to: the answer of a copy whose only stage adds nothing."""
    start = model.init_
    if isinstance(start, dummy.DummyClassifier):
        if start.strategy not in CONSTANT_CLASSES:
            raise Inexpressible(f"boosting starts from classes that are drawn ({start.strategy})")
    elif not isinstance(start, dummy.DummyRegressor) and not isinstance(start, str):
        raise Inexpressible(f"boosting starts from a {type(start).__name__}")
    bare = copy.copy(model)
    bare.estimators_ = copy.deepcopy(model.estimators_[:1])
    for estimator in bare.estimators_.flat:
        estimator.tree_.value[...] = 0.0
    nowhere = np.zeros((1, n_variables), dtype=np.float32)
    raw = (bare.decision_function(nowhere) if hasattr(model, "decision_function")
           else bare.predict(nowhere))
    return np.ravel(raw)


def convert_boosting(graph, model, response, source):
    check_response(model, response, "predict_proba", "decision_function")
    base = base_of(model, graph.width(source))
    # The links of both losses of two classes are the same but for a factor, which is exact.
    factor = 2.0 if response == "predict_proba" and model.loss == "exponential" else 1.0
    forest = sklearn_trees.Forest()
    for estimator in model.estimators_.flat:
        values = factor * (model.learning_rate * estimator.tree_.value[:, :, 0])
        forest.add(estimator.tree_, values)
    n_stages, width = model.estimators_.shape
    number = forest.stage(graph, source, width, "sum", base=factor * base,
                          outputs=np.tile(np.arange(width), n_stages))
    if response == "predict_proba":
        number = graph.link(number, "logistic" if width == 1 else "softmax")
    return number


# --- histogram gradient boosting ---

def encode(graph, model, source):
    """Adds the stage that numbers the categories, if there are any. Returns it, and the columns in
    the order in which the trees have them."""
    width = graph.width(source)
    if getattr(model, "is_categorical_", None) is None:
        return source, np.arange(width)
    preprocessor = getattr(model, "_preprocessor", None)
    if preprocessor is None:
        raise Inexpressible("scikit-learn before 1.4 has no numbers for its categories")
    columns = np.flatnonzero(model.is_categorical_)
    known = [np.array([])] * width
    for column, found in zip(columns, preprocessor.named_transformers_["encoder"].categories_):
        if found.dtype.kind not in "biuf":
            raise Inexpressible("categories are no numbers")
        known[column] = found[~np.isnan(found)].astype(np.float64)
    tables = {"counts": np.array([len(each) for each in known], dtype=np.int32),
              "categories": np.concatenate(known)}
    number = graph.add("encode", width, tables, input=source)
    # A column that was always missing has no categories, and no tree asks for it.
    return number, np.concatenate([columns, np.flatnonzero(~model.is_categorical_)])


def convert_histogram(graph, model, response, source):
    check_response(model, response, "predict_proba", "decision_function")
    link = type(model._loss.link).__name__
    if link not in LINKS:
        raise Inexpressible(f"there is no {link}")
    source, columns = encode(graph, model, source)
    forest = sklearn_trees.Forest()
    for predictor in (each for stage in model._predictors for each in stage):
        nodes = predictor.nodes
        leaf = nodes["is_leaf"] != 0
        forest.add_nodes(
            np.where(leaf, -1, nodes["left"].astype(np.int64)), nodes["right"].astype(np.int64),
            columns[np.where(leaf, 0, nodes["feature_idx"])], nodes["num_threshold"],
            nodes["missing_go_to_left"], nodes["value"][:, np.newaxis],
            np.where(~leaf & (nodes["is_categorical"] != 0), nodes["bitset_idx"].astype(np.int64),
                     -1), predictor.raw_left_cat_bitsets)
    width = model.n_trees_per_iteration_
    number = forest.stage(graph, source, width, "sum", np.float64,
                          np.ravel(model._baseline_prediction),
                          np.tile(np.arange(width), len(model._predictors)))
    if response == "decision_function" or LINKS[link] is None:
        return number
    return graph.link(number, LINKS[link])


# --- AdaBoost ---

def boost_values(model, weight, estimator):
    """What a tree adds to the score of each class in each of its nodes."""
    n_classes = len(model.classes_)
    if sklearn_versions.ada_boost_algorithm_name(model) == "SAMME.R":
        logarithms = np.log(np.clip(shares(estimator.tree_), np.finfo(np.float64).eps, None))
        means = (1.0 / n_classes) * logarithms.sum(axis=1)[:, np.newaxis]
        return (n_classes - 1) * (logarithms - means)
    penalty = sklearn_versions.ada_boost_penalty(n_classes)
    if penalty is None:
        raise Inexpressible("this scikit-learn is between two that are known")
    found = estimator.classes_.take(np.argmax(estimator.tree_.value[:, 0, :], axis=1))
    is_class = found[:, np.newaxis] == model.classes_
    return np.where(is_class, weight, penalty * weight)


def convert_ada_boost(graph, model, response, source):
    check_response(model, response, "predict_proba", "decision_function")
    check_trees(model.estimators_)
    n_classes = len(model.classes_)
    if any(len(estimator.classes_) != n_classes for estimator in model.estimators_):
        raise Inexpressible("a tree does not know all classes")
    forest = sklearn_trees.Forest()
    for weight, estimator in zip(model.estimator_weights_, model.estimators_):
        forest.add(estimator.tree_, boost_values(model, weight, estimator))
    number = forest.stage(graph, source, n_classes, "sum")
    number = graph.divide(number, model.estimator_weights_.sum())
    if n_classes == 2:
        # Half of the decision, negative and positive: halves are exact.
        number = graph.matrix(number, [[-1.0, 1.0]])
        if response == "predict_proba":
            number = graph.matrix(number, [[-0.5], [0.5]])
    elif response == "predict_proba":
        number = graph.divide(number, n_classes - 1)
    if response == "decision_function":
        return number
    number = graph.link(number, "softmax")
    return graph.select(number, columns_of(model)) if n_classes == 2 else number


def convert_median(graph, model, response, source):
    check_response(model, response)
    check_trees(model.estimators_)
    forest = sklearn_trees.Forest()
    for estimator in model.estimators_:
        forest.add(estimator.tree_, estimator.tree_.value[:, :, 0])
    n_trees = len(model.estimators_)
    number = forest.stage(graph, source, n_trees, "sum", outputs=np.arange(n_trees))
    return graph.add("weighted-median", 1, {"weights": model.estimator_weights_[:n_trees]},
                     input=number)


CONVERTERS = {
    "AdaBoostClassifier": convert_ada_boost,
    "AdaBoostRegressor": convert_median,
    "GradientBoostingClassifier": convert_boosting,
    "GradientBoostingRegressor": convert_boosting,
    "HistGradientBoostingClassifier": convert_histogram,
    "HistGradientBoostingRegressor": convert_histogram,
}


def convert(graph, model, response, source):
    converter = CONVERTERS.get(type(model).__name__, convert_average)
    return converter(graph, model, response, source)
