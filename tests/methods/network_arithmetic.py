# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a network answers, computed in NumPy from its dump alone."""

import math

import numpy as np


def erf(values):
    return np.array([math.erf(value) for value in values.ravel()]).reshape(values.shape)


def activate(entry, x):
    """The formulas of torch's documentation, in float64."""
    kind = entry["type"]
    if kind == "relu":
        return np.maximum(x, 0)
    if kind == "leaky-relu":
        return np.where(x > 0, x, entry["slope"] * x)
    if kind == "elu":
        return np.where(x > 0, x, entry["alpha"] * np.expm1(np.minimum(x, 0)))
    if kind == "selu":
        alpha, scale = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
        return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
    if kind == "gelu":
        return 0.5 * x * (1 + erf(x / math.sqrt(2)))
    if kind == "silu":
        return x / (1 + np.exp(-x))
    if kind == "tanh":
        return np.tanh(x)
    if kind == "sigmoid":
        return 1 / (1 + np.exp(-x))
    if kind == "softplus":
        scaled = entry["beta"] * x
        return np.where(scaled > entry["threshold"], x, np.log1p(np.exp(scaled)) / entry["beta"])
    if kind == "hard-tanh":
        return np.clip(x, entry["min"], entry["max"])
    if kind in ("hard-sigmoid", "hard-silu"):
        return np.clip(x / 6 + 0.5, 0, 1) * (1 if kind == "hard-sigmoid" else x)
    if kind == "celu":
        return np.where(x > 0, x, entry["alpha"] * np.expm1(np.minimum(x, 0) / entry["alpha"]))
    if kind == "exponential":
        return np.exp(x)
    if kind == "identity":
        return x
    if kind == "log-sigmoid":
        return -np.logaddexp(0, -x)
    if kind == "mish":
        return x * np.tanh(np.logaddexp(0, x))
    if kind == "soft-shrink":
        return np.sign(x) * np.maximum(np.abs(x) - entry["width"], 0)
    if kind == "softsign":
        return x / (1 + np.abs(x))
    if kind == "tanh-shrink":
        return x - np.tanh(x)
    if kind == "softmax":
        powers = np.exp(x - x.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
    raise AssertionError(kind)


def forward(description, tensors, inputs):
    """What a network answers, from its dump alone."""
    x = inputs.astype(np.float64)
    if "input_mean" in description:
        x = (x - tensors[description["input_mean"]]) / tensors[description["input_scale"]]
    for entry in description["layers"]:
        if entry["type"] == "linear":
            x = x @ tensors[entry["weight"]].astype(np.float64).T
            x = x + tensors[entry["bias"]] if "bias" in entry else x
        elif entry["type"] == "batch-norm":
            x = (x - tensors[entry["mean"]]) / np.sqrt(tensors[entry["variance"]] + entry["eps"])
            x = x * tensors[entry["weight"]] + tensors[entry["bias"]]
        else:
            x = activate(entry, x)
    if description["head"] != "none":
        x = activate({"type": description["head"]}, x)
    if "output_mean" in description:
        x = x * tensors[description["output_scale"]] + tensors[description["output_mean"]]
    return x if description["response"] < 0 else x[:, [description["response"]]]
