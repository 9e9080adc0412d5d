# SPDX-License-Identifier: LGPL-2.1-or-later
"""Linear models, Gaussian and other simple densities, and networks of scikit-learn as stages of a
model file. sklearn_native.py describes convert()."""

# First, so that it is named where all is missing.
import sklearn
import numpy as np

from . import common
from .sklearn_native import Inexpressible

# From where on PLS subtracts the means of its inputs and does nothing else to them.
PLAIN_PLS = (1, 5)
# The functions of a link stage, by the links and activations of scikit-learn.
LINKS = {"IdentityLink": None, "LogLink": "exponential"}
ACTIVATIONS = {"identity": None, "logistic": "logistic", "relu": "relu", "softmax": "softmax",
               "tanh": "tanh"}


def check_response(model, response, *good):
    if response not in good:
        raise Inexpressible(f"{type(model).__name__} is asked for {response}")
    if response != "predict" and len(model.classes_) < 2:
        raise Inexpressible("the model knows a single class")


def dense_table(array):
    """Numbers as float64, which may have been made sparse."""
    if hasattr(array, "toarray"):
        array = array.toarray()
    array = np.asarray(array, dtype=np.float64)
    if not np.all(np.isfinite(array)):
        raise Inexpressible("a coefficient is not finite")
    return array


def add_linear(graph, source, weight, bias=0.0):
    """Adds the product with a matrix and a bias, one number for each of its rows or one for all."""
    weight = np.atleast_2d(dense_table(weight))
    bias = np.broadcast_to(np.ravel(dense_table(bias)), len(weight))
    if weight.shape[1] != graph.width(source):
        raise Inexpressible("the coefficients are not those of its inputs")
    tables = {"weight": weight}
    if np.any(bias != 0.0):
        tables["bias"] = bias
    return graph.add("linear", len(weight), tables, input=source)


def convert_plain(graph, model, response, source):
    """What is nothing but coefficients: regressions, and decisions between classes."""
    check_response(model, response, "predict" if not hasattr(model, "classes_")
                   else "decision_function")
    return add_linear(graph, source, model.coef_, model.intercept_)


def convert_generalized(graph, model, response, source):
    link = type(model._base_loss.link).__name__
    if link not in LINKS:
        raise Inexpressible(f"there is no {link}")
    number = convert_plain(graph, model, response, source)
    return number if LINKS[link] is None else graph.link(number, LINKS[link])


def convert_logistic(graph, model, response, source):
    number = add_linear(graph, source, model.coef_, model.intercept_)
    check_response(model, response, "decision_function", "predict_proba")
    if response == "decision_function":
        return number
    # scikit-learn 1.8 has dropped the property; what is left is “auto”.
    way = getattr(model, "multi_class", "auto")
    if graph.width(number) == 1:
        if way == "multinomial":
            # Of the two columns -x and x.
            number = graph.add("affine", 1, {"multiply": np.array([2.0])}, input=number)
        return graph.link(number, "logistic")
    if way in ("ovr", "warn") or model.solver == "liblinear":
        return graph.link(graph.link(number, "logistic"), "shares-uniform")
    return graph.link(number, "softmax")


def convert_gradient_descent(graph, model, response, source):
    if not hasattr(model, "classes_"):
        return convert_plain(graph, model, response, source)
    number = add_linear(graph, source, model.coef_, model.intercept_)
    check_response(model, response, "decision_function", "predict_proba")
    if response == "decision_function":
        return number
    if model.loss == "log_loss":
        number = graph.link(number, "logistic")
    elif model.loss == "modified_huber":
        width = graph.width(number)
        number = graph.add("interpolate", width, {
            "counts": np.full(width, 2, dtype=np.int32), "x": np.tile([-1.0, 1.0], width),
            "y": np.tile([0.0, 1.0], width)}, input=number)
    else:
        raise Inexpressible(f"the loss {model.loss} has no probabilities")
    return number if graph.width(number) == 1 else graph.link(number, "shares-uniform")


def convert_discriminant(graph, model, response, source):
    check_response(model, response, "decision_function", "predict_proba")
    number = add_linear(graph, source, model.coef_, model.intercept_)
    if response == "decision_function":
        return number
    return graph.link(number, "logistic" if graph.width(number) == 1 else "softmax")


def convert_support_vectors(graph, model, response, source):
    if model.kernel != "linear":
        raise Inexpressible(f"there is no native engine for the kernel {model.kernel}")
    if hasattr(model, "classes_") and len(model.classes_) > 2:
        raise Inexpressible("several classes are decided by votes of pairs")
    return convert_plain(graph, model, response, source)


def convert_partial_least_squares(graph, model, response, source):
    if common.version_of(sklearn) < PLAIN_PLS:
        raise Inexpressible("this scikit-learn scales the inputs too")
    check_response(model, response, "predict")
    number = graph.add("affine", graph.width(source), {"subtract": dense_table(model._x_mean)},
                       input=source)
    return add_linear(graph, number, model.coef_, model.intercept_)


# --- densities ---

def finish_densities(graph, model, response, number):
    """Adds what makes answers of the logarithm of a density for each class."""
    good = ["predict_proba"] + ["decision_function"] * hasattr(model, "decision_function")
    check_response(model, response, *good)
    two = len(model.classes_) == 2
    if response == "decision_function":
        return graph.matrix(number, [[-1.0, 1.0]]) if two else number
    number = graph.link(number, "softmax")
    return graph.select(number, [1]) if two else number


def convert_counts(graph, model, response, source):
    """Naive densities of counts, whose logarithms are linear."""
    name = type(model).__name__
    weight = dense_table(model.feature_log_prob_)
    bias = dense_table(model.class_log_prior_)
    if name == "ComplementNB":
        bias = 0.0
    elif name == "BernoulliNB":
        if model.binarize is not None:
            source = binarize(graph, source, model.binarize)
        absent = dense_table(np.log(1 - np.exp(weight)))
        weight = weight - absent
        bias = bias + absent.sum(axis=1)
    number = add_linear(graph, source, weight, bias)
    return finish_densities(graph, model, response, number)


def binarize(graph, source, threshold):
    """Adds what is 1 above a threshold, and 0 elsewhere."""
    width = graph.width(source)
    number = graph.add("affine", width, {"subtract": np.full(width, float(threshold))},
                       input=source)
    return graph.link(number, "hinge")


def convert_naive_bayes(graph, model, response, source):
    numbers = []
    weights = []
    for mean, variance in zip(dense_table(model.theta_), dense_table(model.var_)):
        number = graph.add("affine", len(mean), {"subtract": mean}, input=source)
        numbers.append(graph.link(number, "square"))
        weights.append(-0.5 / variance)
    bias = np.log(model.class_prior_) - 0.5 * np.log(2.0 * np.pi * model.var_).sum(axis=1)
    number = add_linear(graph, graph.join(numbers), block_diagonal(weights), bias)
    return finish_densities(graph, model, response, number)


def block_diagonal(rows):
    """A matrix with one row for each class, which has its own columns."""
    width = len(rows[0])
    matrix = np.zeros((len(rows), len(rows) * width))
    for number, row in enumerate(rows):
        matrix[number, number * width:(number + 1) * width] = row
    return matrix


def convert_quadratic(graph, model, response, source):
    if not all(hasattr(model, name) for name in ("rotations_", "scalings_", "means_")):
        raise Inexpressible("this scikit-learn keeps other tables")
    numbers = []
    bias = []
    for mean, rotation, scaling, prior in zip(model.means_, model.rotations_, model.scalings_,
                                              model.priors_):
        number = graph.add("affine", len(mean), {"subtract": dense_table(mean)}, input=source)
        number = add_linear(graph, number, (rotation * scaling ** -0.5).T)
        number = graph.link(number, "square")
        numbers.append(add_linear(graph, number, np.full((1, len(scaling)), -0.5)))
        bias.append(-0.5 * np.log(scaling).sum() + np.log(prior))
    number = graph.add("affine", len(bias), {"add": dense_table(bias)}, inputs=numbers)
    return finish_densities(graph, model, response, number)


# --- networks ---

def convert_network(graph, model, response, source):
    check_response(model, response, "predict_proba" if hasattr(model, "classes_") else "predict")
    layers = []
    tables = {}
    for number, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_)):
        last = number == len(model.coefs_) - 1
        layers.append({"type": "dense", "weight": f"{number}.weight", "bias": f"{number}.bias"})
        tables[f"{number}.weight"] = dense_table(weight).T
        tables[f"{number}.bias"] = dense_table(bias)
        activation = ACTIVATIONS[model.out_activation_ if last else model.activation]
        if activation is not None:
            layers.append({"type": activation})
    return graph.add_network(source, len(bias), layers, tables)


CONVERTERS = {
    "BernoulliNB": convert_counts,
    "CCA": convert_partial_least_squares,
    "ComplementNB": convert_counts,
    "GammaRegressor": convert_generalized,
    "GaussianNB": convert_naive_bayes,
    "LinearDiscriminantAnalysis": convert_discriminant,
    "LogisticRegression": convert_logistic,
    "LogisticRegressionCV": convert_logistic,
    "MLPClassifier": convert_network,
    "MLPRegressor": convert_network,
    "MultinomialNB": convert_counts,
    "NuSVC": convert_support_vectors,
    "NuSVR": convert_support_vectors,
    "PLSCanonical": convert_partial_least_squares,
    "PLSRegression": convert_partial_least_squares,
    "PoissonRegressor": convert_generalized,
    "QuadraticDiscriminantAnalysis": convert_quadratic,
    "SGDClassifier": convert_gradient_descent,
    "SGDRegressor": convert_gradient_descent,
    "SVC": convert_support_vectors,
    "SVR": convert_support_vectors,
    "TweedieRegressor": convert_generalized,
}


def convert(graph, model, response, source):
    return CONVERTERS.get(type(model).__name__, convert_plain)(graph, model, response, source)
