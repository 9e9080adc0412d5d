# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transformers of scikit-learn as stages of a model file. sklearn_native.py describes convert();
a response is “transform”, or “inverse_transform” of those that change the scale of columns."""

# First, so that it is named where all is missing.
import numpy as np

from . import sklearn_linear, sklearn_native
from .sklearn_native import Inexpressible

# The functions of a link stage, by the norms of Normalizer.
NORMS = {"l1": "unit-l1", "l2": "unit-l2", "max": "unit-max"}


def add_affine(graph, source, **tables):
    """Adds an affine stage of those parts that are not None."""
    tables = {key: np.asarray(table, dtype=np.float64) for key, table in tables.items()
              if table is not None}
    return graph.add("affine", graph.width(source), tables, input=source) if tables else source


def standard(graph, model, source, back):
    mean = model.mean_ if model.with_mean else None
    scale = model.scale_ if model.with_std else None
    if back:
        return add_affine(graph, source, multiply=scale, add=mean)
    return add_affine(graph, source, subtract=mean, divide=scale)


def robust(graph, model, source, back):
    centre = model.center_ if model.with_centering else None
    scale = model.scale_ if model.with_scaling else None
    if back:
        return add_affine(graph, source, multiply=scale, add=centre)
    return add_affine(graph, source, subtract=centre, divide=scale)


def largest_size(graph, model, source, back):
    if back:
        return add_affine(graph, source, multiply=model.scale_)
    number = add_affine(graph, source, divide=model.scale_)
    if getattr(model, "clip", False):
        number = clip(graph, number, -1.0, 1.0)
    return number


def least_and_largest(graph, model, source, back):
    if back:
        return add_affine(graph, source, subtract=model.min_, divide=model.scale_)
    number = add_affine(graph, source, multiply=model.scale_, add=model.min_)
    if model.clip:
        number = clip(graph, number, *model.feature_range)
    return number


def clip(graph, source, low, high):
    width = graph.width(source)
    ends = np.tile(np.array([low, high], dtype=np.float64), width)
    return graph.add("interpolate", width, {
        "counts": np.full(width, 2, dtype=np.int32), "x": ends, "y": ends}, input=source)


def components(graph, model, source, _back):
    """Principal and independent components: a product with a matrix, less the mean's own."""
    matrix = sklearn_linear.dense_table(model.components_)
    mean = getattr(model, "mean_", None)
    bias = 0.0 if mean is None else -(np.reshape(mean, (1, -1)) @ matrix.T)
    return sklearn_linear.add_linear(graph, source, matrix, bias)


def principal(graph, model, source, back):
    number = components(graph, model, source, back)
    if not model.whiten:
        return number
    scale = np.sqrt(model.explained_variance_)
    # As scikit-learn keeps from dividing by next to nothing.
    least = np.finfo(scale.dtype).eps
    return add_affine(graph, number, divide=np.where(scale < least, least, scale))


def independent(graph, model, source, back):
    if not model.whiten:
        return sklearn_linear.add_linear(graph, source, model.components_)
    number = add_affine(graph, source, subtract=model.mean_)
    return sklearn_linear.add_linear(graph, number, model.components_)


def normalizer(graph, model, source, _back):
    return graph.link(source, NORMS[model.norm])


def binarizer(graph, model, source, _back):
    return sklearn_linear.binarize(graph, source, model.threshold)


def selector(graph, model, source, _back):
    columns = model.get_support(indices=True)
    if len(columns) == 0:
        raise Inexpressible("no column is left")
    return graph.select(source, columns)


def imputer(graph, model, source, _back):
    missing = model.missing_values
    if not isinstance(missing, float) or not np.isnan(missing):
        raise Inexpressible(f"{missing} stands for what is missing")
    if model.add_indicator:
        raise Inexpressible("columns say what was missing")
    values = np.asarray(model.statistics_, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(values))
    if len(known) == 0:
        raise Inexpressible("no column is left")
    if len(known) < len(values):
        source = graph.select(source, known)
    return graph.add("fill", len(known), {"values": values[known]}, input=source)


def quantiles(graph, model, source, _back):
    if model.output_distribution != "uniform":
        raise Inexpressible("there is no native engine for the normal quantiles")
    knots = np.asarray(model.quantiles_, dtype=np.float64).T
    if not np.all(np.diff(knots, axis=1) > 0.0) or np.isnan(knots).any():
        raise Inexpressible("quantiles are equal")
    counts = np.full(len(knots), knots.shape[1], dtype=np.int32)
    return graph.add("interpolate", len(knots), {
        "counts": counts, "x": knots.ravel(), "y": np.tile(model.references_, len(knots))},
        input=source)


def function(graph, model, source, back):
    called = model.inverse_func if back else model.func
    if called is None:
        return source
    if called is np.exp:
        return graph.link(source, "exponential")
    if called is np.expm1:
        return add_affine(graph, graph.link(source, "exponential"),
                          add=np.full(graph.width(source), -1.0))
    if called is np.square:
        return graph.link(source, "square")
    raise Inexpressible("a function of Python is called")


def union(graph, model, source, _back):
    numbers = []
    weights = model.transformer_weights or {}
    for name, transformer in model.transformer_list:
        if transformer == "drop":
            continue
        number = convert_step(graph, transformer, source)
        if weights.get(name) is not None:
            number = add_affine(graph, number,
                                multiply=np.full(graph.width(number), float(weights[name])))
        numbers.append(number)
    return graph.join(numbers)


def columns(graph, model, source, _back):
    """Transformers that take some columns each."""
    numbers = []
    names = list(getattr(model, "feature_names_in_", []))
    for _, transformer, chosen in model.transformers_:
        if isinstance(transformer, str) and transformer == "drop":
            continue
        try:
            # Also of a slice, of a mask, and of numbers that count from the end.
            chosen = list(chosen) if isinstance(chosen, tuple) else chosen
            if isinstance(chosen, list) and all(isinstance(each, str) for each in chosen):
                chosen = [names.index(each) for each in chosen]
            chosen = np.atleast_1d(np.arange(graph.width(source))[chosen])
        except (IndexError, TypeError, ValueError) as error:
            raise Inexpressible("columns are chosen by what is no name or number") from error
        if len(chosen) > 0:
            numbers.append(convert_step(graph, transformer, graph.select(source, chosen)))
    return graph.join(numbers)


def convert_step(graph, transformer, source):
    """A transformer of a chain, or the word for none."""
    if transformer is None or transformer == "passthrough":
        return source
    return sklearn_native.convert(graph, transformer, "transform", source)


TRANSFORMERS = {
    "Binarizer": binarizer,
    "ColumnTransformer": columns,
    "FastICA": independent,
    "FeatureUnion": union,
    "FunctionTransformer": function,
    "GaussianRandomProjection": components,
    "IncrementalPCA": principal,
    "MaxAbsScaler": largest_size,
    "MinMaxScaler": least_and_largest,
    "Normalizer": normalizer,
    "PCA": principal,
    "QuantileTransformer": quantiles,
    "RobustScaler": robust,
    "SimpleImputer": imputer,
    "SparseRandomProjection": components,
    "StandardScaler": standard,
    "TruncatedSVD": components,
}
# Those whose way back is known.
SCALERS = (function, largest_size, least_and_largest, robust, standard)


def convert(graph, model, response, source):
    transform = TRANSFORMERS.get(type(model).__name__, selector)
    back = response == "inverse_transform"
    if back and transform not in SCALERS or not back and response != "transform":
        raise Inexpressible(f"{type(model).__name__} is asked for {response}")
    return transform(graph, model, source, back)
