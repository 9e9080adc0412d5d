# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plain torch networks, built from words, and taken apart again into layers that need no torch."""

import contextlib

import numpy as np
import torch
from torch import fx, nn
from torch.nn import functional

from . import network, torch_script

ACTIVATIONS = {
    "relu": nn.ReLU, "leaky-relu": nn.LeakyReLU, "elu": nn.ELU, "selu": nn.SELU, "gelu": nn.GELU,
    "silu": nn.SiLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "softplus": nn.Softplus,
    "hard-tanh": nn.Hardtanh, "identity": nn.Identity,
}


def build(config, n_inputs, n_outputs):
    """The network that the properties describe; its last layer gives plain numbers (logits)."""
    activation = network.choose(ACTIVATIONS, config.get("activation", "relu"), "activation")
    dropout = network.dropout_share(config)
    layers = []
    n_columns = n_inputs
    for size in network.hidden_sizes(config.get("hidden_layers", "64,64")):
        layers.append(nn.Linear(n_columns, size))
        if config.get("batch_norm", False):
            layers.append(nn.BatchNorm1d(size))
        layers.append(activation())
        if dropout > 0.0:
            layers.append(nn.Dropout(dropout))
        n_columns = size
    layers.append(nn.Linear(n_columns, n_outputs))
    return nn.Sequential(*layers)


def flatten(module):
    """The layers of a chain, chains inside it included; a module that is no chain itself."""
    if type(module) is not nn.Sequential:
        return [module]
    return [layer for child in module for layer in flatten(child)]


@contextlib.contextmanager
def answering(module):
    """Lets a network answer as it does when it is trained, and leaves it as it was."""
    learning = [each for each in module.modules() if each.training]
    module.eval()
    try:
        yield
    finally:
        for each in learning:
            each.training = True


def last_activation(module):
    """"sigmoid" or "softmax" where a chain of layers ends with that, else None."""
    kinds = kinds_of(module)
    while kinds and kinds[-1] in ("Identity", "Dropout"):
        kinds.pop()
    return {"Sigmoid": "sigmoid", "Softmax": "softmax"}.get(kinds[-1]) if kinds else None


def kinds_of(module):
    """The classes of the layers of a chain, also of one in TorchScript, where they are texts."""
    if torch_script.is_script(module):
        if module.original_name != "Sequential":
            return []
        return [kind for child in module.children()
                for kind in kinds_of(child) or [child.original_name]]
    if not isinstance(module, nn.Sequential):
        return []
    return [type(layer).__name__ if type(layer).__module__.startswith("torch.nn.") else "another"
            for layer in flatten(module)]


def describe_linear(layer, name, tensors):
    entry = {"type": "linear", "weight": f"{name}.weight"}
    tensors[entry["weight"]] = numpy_of(layer.weight)
    if layer.bias is not None:
        entry["bias"] = f"{name}.bias"
        tensors[entry["bias"]] = numpy_of(layer.bias)
    return entry


def describe_batch_norm(layer, name, tensors):
    if layer.running_mean is None:
        return None
    entry = {"type": "batch-norm", "eps": float(layer.eps)}
    n_columns = layer.num_features
    found = {
        "mean": numpy_of(layer.running_mean),
        "variance": numpy_of(layer.running_var),
        "weight": np.ones(n_columns, "f4") if layer.weight is None else numpy_of(layer.weight),
        "bias": np.zeros(n_columns, "f4") if layer.bias is None else numpy_of(layer.bias),
    }
    for key, array in found.items():
        entry[key] = f"{name}.{key}"
        tensors[entry[key]] = array
    return entry


def numpy_of(tensor):
    return np.ascontiguousarray(tensor.detach().cpu().numpy())


# What a layer without tables is in the model file.
DESCRIPTIONS = {
    nn.ReLU: lambda layer: {"type": "relu"},
    nn.LeakyReLU: lambda layer: {"type": "leaky-relu", "slope": float(layer.negative_slope)},
    nn.ELU: lambda layer: {"type": "elu", "alpha": float(layer.alpha)},
    nn.SELU: lambda layer: {"type": "selu"},
    nn.GELU: lambda layer: {"type": "gelu-tanh" if layer.approximate == "tanh" else "gelu"},
    nn.SiLU: lambda layer: {"type": "silu"},
    nn.Tanh: lambda layer: {"type": "tanh"},
    nn.Sigmoid: lambda layer: {"type": "sigmoid"},
    nn.Softplus: lambda layer: {"type": "softplus", "beta": float(layer.beta),
                                "threshold": float(layer.threshold)},
    nn.Hardtanh: lambda layer: {"type": "hard-tanh", "min": float(layer.min_val),
                                "max": float(layer.max_val)},
    nn.ReLU6: lambda layer: {"type": "hard-tanh", "min": 0.0, "max": 6.0},
    nn.Softmax: lambda layer: {"type": "softmax"} if layer.dim in (1, -1) else None,
    nn.CELU: lambda layer: {"type": "celu", "alpha": float(layer.alpha)},
    nn.Hardsigmoid: lambda layer: {"type": "hard-sigmoid"},
    nn.Hardswish: lambda layer: {"type": "hard-silu"},
    nn.LogSigmoid: lambda layer: {"type": "log-sigmoid"},
    nn.Mish: lambda layer: {"type": "mish"},
    # One slope for all columns; of several none is known.
    nn.PReLU: lambda layer: {"type": "leaky-relu", "slope": float(layer.weight.item())}
    if layer.num_parameters == 1 else None,
    nn.RReLU: lambda layer: {"type": "leaky-relu", "slope": (layer.lower + layer.upper) / 2},
    nn.Softshrink: lambda layer: {"type": "soft-shrink", "width": float(layer.lambd)},
    nn.Softsign: lambda layer: {"type": "softsign"},
    nn.Tanhshrink: lambda layer: {"type": "tanh-shrink"},
    # Rows of numbers are flat already.
    nn.Flatten: lambda layer: {"type": "identity"} if layer.start_dim == 1 else None,
}
# What changes nothing when a trained network answers.
PASSIVE = (nn.Identity, nn.Dropout, nn.Dropout1d, nn.AlphaDropout, nn.FeatureAlphaDropout)
# What a module may call in its forward(), and the layer that does the same. Arguments other than
# those of the layer are refused.
CALLS = {
    nn.ReLU: (torch.relu, functional.relu, "relu"),
    nn.SiLU: (functional.silu,),
    nn.Sigmoid: (torch.sigmoid, functional.sigmoid, "sigmoid"),
    nn.Softsign: (functional.softsign,),
    nn.Tanh: (torch.tanh, functional.tanh, "tanh"),
    nn.LeakyReLU: (functional.leaky_relu,),
    nn.ELU: (functional.elu,),
    nn.GELU: (functional.gelu,),
    nn.SELU: (torch.selu, functional.selu),
    nn.Softmax: (torch.softmax, functional.softmax, "softmax"),
    nn.Softplus: (functional.softplus,),
    nn.Flatten: (torch.flatten, "flatten"),
}
# Those whose second argument means the same as that of the layer.
SECOND = (nn.ELU, nn.Flatten, nn.LeakyReLU, nn.Softmax, nn.Softplus)
# The arguments of functions that change nothing.
IDLE = ("inplace", "_stacklevel")


def trace(module):
    """The layers of a module that is a chain by what its forward() does, as torch follows it."""
    name = type(module).__name__
    try:
        graph = fx.symbolic_trace(module).graph
    except Exception as error:
        # What the code does with inputs that are no numbers yet, nobody knows.
        raise network.Inexpressible(f"forward() of {name} is no chain of layers") from error
    layers = []
    before = None
    for node in graph.nodes:
        if node.op != "placeholder" and (len(node.all_input_nodes) != 1
                                         or node.args[:1] != (before,)):
            raise network.Inexpressible(f"forward() of {name} is no chain of layers")
        if node.op == "call_module":
            layers += chain_of(module.get_submodule(node.target))
        elif node.op in ("call_function", "call_method"):
            layers.append(layer_of(node))
        elif before is not None and node.op == "placeholder" or node.op == "get_attr":
            raise network.Inexpressible(f"forward() of {name} takes more than its inputs")
        before = node
    return layers


def layer_of(node):
    """The layer that does the same as a call of a function."""
    called = getattr(node.target, "__name__", node.target)
    if node.target is functional.dropout and not node.kwargs.get("training", True):
        return nn.Identity()
    kind = next((kind for kind, targets in CALLS.items() if node.target in targets), None)
    given = {name: value for name, value in node.kwargs.items()
             if name not in IDLE and value is not None}
    values = node.args[1:]
    if kind is nn.Flatten and values != (1,):
        # By default the function would put the rows together.
        kind = None
    if kind is None or len(values) > (kind in SECOND):
        raise network.Inexpressible(f"there is no native form of the call of {called}()")
    try:
        return kind(*values, **given)
    except TypeError as error:
        raise network.Inexpressible(f"there is no native form of the call of {called}() with "
                                    f"{', '.join(given)}") from error


def chain_of(module):
    """The layers of a network, each of which takes what the one before gives."""
    layers = []
    for layer in flatten(module):
        if type(layer).__module__.startswith("torch.") and not isinstance(layer, fx.GraphModule):
            layers.append(layer)
        else:
            layers += trace(layer)
    return layers


def express(module):
    """(layers, tensors) of a chain of layers that native engines know."""
    if any(table.is_floating_point() and table.dtype != torch.float32
           for table in module.state_dict().values()):
        raise network.Inexpressible("it computes in another type than float32")
    layers = []
    tensors = {}
    for number, layer in enumerate(chain_of(module)):
        kind = type(layer)
        if kind in PASSIVE:
            continue
        if kind is nn.Linear:
            entry = describe_linear(layer, f"layer{number}", tensors)
        elif kind is nn.BatchNorm1d:
            entry = describe_batch_norm(layer, f"layer{number}", tensors)
        else:
            entry = DESCRIPTIONS[kind](layer) if kind in DESCRIPTIONS else None
        if entry is None:
            name = str(layer).partition("\n")[0]
            raise network.Inexpressible(f"there is no native form of the layer {name}")
        layers.append(entry)
    return layers, tensors


def describe(module):
    """The same, or None for a network that is another."""
    try:
        return express(module)
    except network.Inexpressible:
        return None
