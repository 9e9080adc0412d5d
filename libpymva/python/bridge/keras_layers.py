# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keras networks, built from words, checked for code, and taken apart again into layers that need
no Keras."""

import ast
import inspect
import re

import numpy as np

from . import network
from .keras_module import keras

# The activations of keras.activations under the words that all networks share.
ACTIVATIONS = {
    "relu": "relu", "leaky-relu": "leaky_relu", "elu": "elu", "selu": "selu", "gelu": "gelu",
    "silu": "silu", "tanh": "tanh", "sigmoid": "sigmoid", "softplus": "softplus",
    "hard-tanh": "hard_tanh", "identity": "linear",
}

# Layers that compute with numbers and nothing else: none of them runs code or opens a file that a
# configuration names. Those of the model files of others must be among them.
LAYERS = (
    "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "AveragePooling1D",
    "BatchNormalization", "CategoryEncoding", "Concatenate", "Conv1D", "Dense", "Discretization",
    "Dot", "Dropout", "ELU", "EinsumDense", "Embedding", "Flatten", "GRU", "GaussianDropout",
    "GaussianNoise", "GlobalAveragePooling1D", "GlobalMaxPooling1D", "GroupNormalization",
    "Identity", "InputLayer", "LSTM", "LayerNormalization", "LeakyReLU", "MaxPooling1D", "Maximum",
    "Minimum", "MultiHeadAttention", "Multiply", "Normalization", "PReLU", "Permute",
    "RMSNormalization", "ReLU", "RepeatVector", "Rescaling", "Reshape", "SimpleRNN", "Softmax",
    "SpectralNormalization", "Subtract", "UnitNormalization",
)
MODELS = ("Functional", "Model", "Sequential")
# Where the other classes that a configuration names live, such as those of initial values.
MODULES = ("keras.constraints", "keras.initializers", "keras.losses", "keras.metrics",
           "keras.optimizers", "keras.optimizers.schedules", "keras.regularizers")
# Keras names an optimizer by the class that its backend has for it.
BACKEND_OPTIMIZERS = re.compile(r"keras\.src\.backend\.\w+\.optimizers\.\w+")
FUNCTION_MODULES = ("keras.activations", "keras.losses", "keras.metrics")
# Functions there that make objects of descriptions and names.
LOOK_UPS = ("deserialize", "get", "serialize")
# How Keras writes plain values.
VALUES = ("__ellipsis__", "__keras_tensor__", "__numpy__", "__slice__", "__tensor__", "__tuple__")


def build(config, n_inputs, n_outputs, analysis_type):
    """The network that the properties describe; it gives probabilities, or a regression's
    targets."""
    layers = parse_layers(config.get("layers", ""))
    if not layers:
        layers = plain_layers(config, n_outputs, analysis_type)
    return keras.Sequential([keras.Input((n_inputs,))] + layers)


def plain_layers(config, n_outputs, analysis_type):
    activation = network.choose(ACTIVATIONS, config.get("activation", "relu"), "activation")
    dropout = network.dropout_share(config)
    layers = []
    for size in network.hidden_sizes(config.get("hidden_layers", "64,64")):
        if config.get("batch_norm", False):
            layers += [keras.layers.Dense(size), keras.layers.BatchNormalization(),
                       keras.layers.Activation(activation)]
        else:
            layers.append(keras.layers.Dense(size, activation=activation))
        if dropout > 0.0:
            layers.append(keras.layers.Dropout(dropout))
    last = {"classification": "sigmoid", "multiclass": "softmax", "regression": "linear"}
    layers.append(keras.layers.Dense(n_outputs, activation=last[analysis_type]))
    return layers


def parse_layers(text):
    """The layers of "Dense(64, relu); Dropout(0.5); Dense(2, softmax)". It is written as calls of
    Python are, and read by Python's parser, but nothing in it is executed."""
    source = "; ".join(filter(None, (line.strip().strip(";") for line in str(text).splitlines())))
    if not source:
        return []
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ValueError(f"layers is “{text}”, which cannot be read: {error.msg}; expected layers "
                         "such as “Dense(64, relu); Dense(1, sigmoid)”") from None
    return [make_layer(statement, ast.get_source_segment(source, statement))
            for statement in statements]


def make_layer(statement, source):
    """One layer of the list: a name, or a name with values."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    name, values, named = call, [], []
    if isinstance(call, ast.Call):
        name, values, named = call.func, call.args, call.keywords
    if not isinstance(name, ast.Name):
        raise ValueError(f"layers has “{source}”; expected a layer such as “Dense(64, relu)”")
    known = {word.lower(): word for word in LAYERS if hasattr(keras.layers, word)}
    if name.id.lower() not in known:
        raise ValueError(f"layers has “{name.id}”, which is none of Keras' layers for numbers: "
                         + ", ".join(known.values()))
    args = [plain_value(value, source) for value in values]
    kwargs = {each.arg: plain_value(each.value, source) for each in named}
    try:
        return getattr(keras.layers, known[name.id.lower()])(*args, **kwargs)
    except (TypeError, ValueError) as error:
        raise ValueError(f"layers has “{source}”, which Keras does not take: {error}") from error


def plain_value(node, source):
    """A number, a truth, a word with or without quotes, or a list of them."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(plain_value(item, source) for item in node.elts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) \
            and isinstance(node.operand, ast.Constant):
        return -node.operand.value
    # “leaky-relu”
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        parts = [plain_value(part, source) for part in (node.left, node.right)]
        if all(isinstance(part, str) for part in parts):
            return "_".join(parts)
    raise ValueError(f"layers has “{source}”; expected numbers, words and lists of them as values")


def find_code(config, allowed):
    """What a configuration, as Keras writes them, names that is not known to be free of code, or
    None. Keras' own safe mode has had holes (CVE-2025-1550, CVE-2025-8747, CVE-2025-49655)."""
    if isinstance(config, (list, tuple)):
        return next(filter(None, (find_code(item, allowed) for item in config)), None)
    if not isinstance(config, dict):
        return None
    if "class_name" in config and not is_plain(config, allowed):
        return f"{config.get('module')}.{config['class_name']}"
    return find_code(list(config.values()), allowed)


def is_plain(config, allowed):
    """Whether a class or function is one of Keras' that are known, or one of those allowed."""
    name = str(config["class_name"])
    module = str(config.get("module"))
    if name.startswith("__"):
        return name in VALUES
    is_function = name == "function"
    if is_function:
        name = str(config.get("config"))
    registered = str(config.get("registered_name"))
    if name in allowed or registered in allowed:
        return True
    # What somebody else in this process has registered, which Keras would take.
    if ">" in registered:
        return False
    if is_function:
        return module in FUNCTION_MODULES + ("builtins",) and name not in LOOK_UPS and any(
            inspect.isfunction(attribute_of(place, name)) for place in FUNCTION_MODULES)
    if name in MODELS:
        return module == "keras" or module.startswith(("keras.models", "keras.src.models."))
    if name in LAYERS:
        return module == "keras.layers"
    if BACKEND_OPTIMIZERS.fullmatch(module):
        return hasattr(keras.optimizers, name)
    return name == "DTypePolicy" or (module in MODULES
                                     and inspect.isclass(attribute_of(module, name)))


def attribute_of(module, name):
    """What Keras has under a name in one of its modules, or None."""
    found = keras
    for part in module.split(".")[1:]:
        found = getattr(found, part, None)
    return getattr(found, name, None)


def last_activation(model):
    """"sigmoid" or "softmax" where a chain of layers ends with that, "none" where it ends
    otherwise; None where the model is no chain."""
    layers = chain_of(model)
    if layers is None:
        return None
    for layer in reversed(layers):
        if type(layer) in passive_layers():
            continue
        if type(layer) is keras.layers.Softmax:
            return "softmax"
        activation = getattr(layer, "activation", None)
        return {keras.activations.sigmoid: "sigmoid",
                keras.activations.softmax: "softmax"}.get(activation, "none")
    return "none"


def chain_of(model):
    """The layers of a model in which each takes what the one before gives; None for others."""
    if type(model) is keras.Sequential:
        layers = []
        for layer in model.layers:
            inner = chain_of(layer) if isinstance(layer, keras.Model) else [layer]
            if inner is None:
                return None
            layers += inner
        return layers
    # A class derived from it may do anything.
    if type(model).__name__ != "Functional" or not type(model).__module__.startswith("keras."):
        return None
    layers = []
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        return None
    tensor = model.inputs[0]
    for layer in model.layers[1:]:
        try:
            follows = layer.input is tensor
        except (AttributeError, ValueError):
            # It is used more than once.
            return None
        if not follows or isinstance(layer, keras.Model):
            return None
        layers.append(layer)
        tensor = layer.output
    return layers if tensor is model.outputs[0] else None


def passive_layers():
    """What changes nothing when a trained network answers, for columns of numbers."""
    names = ("ActivityRegularization", "AlphaDropout", "Dropout", "Flatten", "GaussianDropout",
             "GaussianNoise", "Identity", "InputLayer")
    return tuple(getattr(keras.layers, name) for name in names if hasattr(keras.layers, name))


def express(model):
    """(layers, tensors) of a chain of layers that native engines know."""
    chain = chain_of(model)
    if chain is None:
        raise network.Inexpressible(f"the {type(model).__name__} is no chain of layers")
    # Some layers count what they have seen.
    if any("float" in variable.dtype and variable.dtype != "float32" for variable in model.weights):
        raise network.Inexpressible("it computes in another type than float32")
    layers = []
    tensors = {}
    for number, layer in enumerate(chain):
        if type(layer) in passive_layers():
            continue
        entries = describe_layer(layer, f"layer{number}", tensors)
        if entries is None:
            raise network.Inexpressible("there is no native form of the layer "
                                        f"{type(layer).__name__} “{layer.name}”")
        layers += entries
    return layers, tensors


def describe(model):
    """The same, or None for a network that is another."""
    try:
        return express(model)
    except network.Inexpressible:
        return None


def describe_layer(layer, name, tensors):
    """What the model file says of a layer, or None."""
    kind = type(layer)
    if layer.compute_dtype != "float32":
        return None
    if kind is keras.layers.Dense:
        entry = {"type": "linear"}
        add_tables(entry, name, tensors, {"weight": layer.kernel, "bias": layer.bias})
        tensors[entry["weight"]] = np.ascontiguousarray(tensors[entry["weight"]].T)
        following = describe_activation(layer.activation)
        return None if following is None else [entry] + following
    if kind is keras.layers.Activation:
        return describe_activation(layer.activation)
    if kind is keras.layers.BatchNormalization:
        return describe_batch_norm(layer, name, tensors)
    if kind is keras.layers.Normalization:
        return describe_normalization(layer, name, tensors)
    if kind is keras.layers.Rescaling:
        return describe_scale(name, tensors, np.zeros(1), layer.scale, layer.offset,
                              layer.input.shape)
    if kind is keras.layers.ReLU:
        return describe_relu(layer)
    if kind is keras.layers.LeakyReLU:
        return [{"type": "leaky-relu", "slope": float(layer.negative_slope)}]
    if kind is keras.layers.ELU:
        return [{"type": "elu", "alpha": float(layer.alpha)}]
    if kind is keras.layers.Softmax and layer.axis in (-1, 1):
        return [{"type": "softmax"}]
    return None


def add_tables(entry, name, tensors, variables):
    """Puts what the layer has learnt among the tables, and their names into its description."""
    for key, variable in variables.items():
        if variable is not None:
            entry[key] = f"{name}.{key}"
            tensors[entry[key]] = np.ascontiguousarray(keras.ops.convert_to_numpy(variable))


def describe_batch_norm(layer, name, tensors):
    if layer.axis not in (-1, 1):
        return None
    entry = {"type": "batch-norm", "eps": float(layer.epsilon)}
    n_columns = layer.moving_mean.shape[0]
    add_tables(entry, name, tensors, {
        "mean": layer.moving_mean, "variance": layer.moving_variance,
        "weight": np.ones(n_columns, "f4") if layer.gamma is None else layer.gamma,
        "bias": np.zeros(n_columns, "f4") if layer.beta is None else layer.beta})
    return [entry]


def describe_normalization(layer, name, tensors):
    mean = np.ravel(keras.ops.convert_to_numpy(layer.mean)).astype(np.float64)
    variance = np.ravel(keras.ops.convert_to_numpy(layer.variance)).astype(np.float64)
    # As Keras keeps from dividing by next to nothing.
    deviation = np.maximum(np.sqrt(variance), keras.config.epsilon())
    if layer.invert:
        return describe_scale(name, tensors, np.zeros(1), deviation, mean, layer.input.shape)
    return describe_scale(name, tensors, mean, 1.0 / deviation, 0.0, layer.input.shape)


def describe_scale(name, tensors, mean, scale, offset, shape):
    """(x - mean) * scale + offset, as a batch normalisation."""
    if len(shape) != 2 or shape[1] is None:
        return None
    entry = {"type": "batch-norm", "eps": 0.0}
    for key, numbers in (("mean", mean), ("variance", 1.0), ("weight", scale), ("bias", offset)):
        entry[key] = f"{name}.{key}"
        tensors[entry[key]] = np.ascontiguousarray(
            np.broadcast_to(np.asarray(numbers, dtype=np.float32), shape[1:]))
    return [entry]


def describe_relu(layer):
    if layer.threshold != 0.0:
        return None
    if layer.max_value is not None:
        if layer.negative_slope != 0.0:
            return None
        return [{"type": "hard-tanh", "min": 0.0, "max": float(layer.max_value)}]
    return [{"type": "leaky-relu", "slope": float(layer.negative_slope)}]


def describe_activation(function):
    """A function of keras.activations as the layers of a model file, or None."""
    known = {
        "linear": [], "relu": [{"type": "relu"}], "selu": [{"type": "selu"}],
        "gelu": [{"type": "gelu"}], "silu": [{"type": "silu"}], "tanh": [{"type": "tanh"}],
        "sigmoid": [{"type": "sigmoid"}], "softmax": [{"type": "softmax"}],
        "leaky_relu": [{"type": "leaky-relu", "slope": 0.2}],
        "elu": [{"type": "elu", "alpha": 1.0}],
        "softplus": [{"type": "softplus", "beta": 1.0, "threshold": 20.0}],
        "hard_tanh": [{"type": "hard-tanh", "min": -1.0, "max": 1.0}],
        "relu6": [{"type": "hard-tanh", "min": 0.0, "max": 6.0}],
        "celu": [{"type": "celu", "alpha": 1.0}], "exponential": [{"type": "exponential"}],
        "hard_sigmoid": [{"type": "hard-sigmoid"}], "hard_silu": [{"type": "hard-silu"}],
        "log_sigmoid": [{"type": "log-sigmoid"}], "mish": [{"type": "mish"}],
        "soft_shrink": [{"type": "soft-shrink", "width": 0.5}],
        "softsign": [{"type": "softsign"}], "tanh_shrink": [{"type": "tanh-shrink"}],
    }
    for name, entries in known.items():
        if function is getattr(keras.activations, name, None):
            return entries
    return None
