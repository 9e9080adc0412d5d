# SPDX-License-Identifier: LGPL-2.1-or-later
"""Chains of layers of torch and Keras, which the adapters ask after the standardisation that is
part of the model."""

import numpy as np
from hypothesis import strategies as st

import differential
from events import SEEDS, events
from library import Pymva, bridge

ACTIVATIONS = ('relu', 'leaky-relu', 'elu', 'selu', 'gelu', 'silu', 'tanh', 'sigmoid', 'softplus',
               'hard-tanh', 'identity')


def scale(state):
    """What a target near zero is the difference of, where the targets are standardised."""
    return 1.0 if state.output_moments is None else np.maximum(1.0, state.output_moments[1])


def set_network(draw, method):
    """Properties that the networks of both frameworks have."""
    sizes = draw(st.lists(st.integers(1, 70), max_size=3))
    method.hidden_layers = ','.join(map(str, sizes))
    method.activation = draw(st.sampled_from(ACTIVATIONS))
    method.batch_norm = draw(st.booleans())
    method.dropout = draw(st.sampled_from([0.0, 0.3]))
    method.batch_size = 64
    method.epochs = 1
    method.seed = draw(SEEDS)


def draw_case(draw, method, adapter):
    set_network(draw, method)
    return differential.Case(
        method, adapter, draw(events(wide=False)),
        lambda state, rows: bridge(adapter).predict(state, rows),
        engines=('mlp',), exact=False, scale=scale, takes_far=False, takes_float64=False)


@differential.family('torch-sequential')
@st.composite
def torch_sequential(draw):
    return draw_case(draw, Pymva.Torch(), 'torch_network')


@differential.family('keras-sequential')
@st.composite
def keras_sequential(draw):
    return draw_case(draw, Pymva.Keras(), 'keras_network')


if __name__ == '__main__':
    differential.main()
