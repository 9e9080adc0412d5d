# SPDX-License-Identifier: LGPL-2.1-or-later
"""Small random data sets to train with, as Hypothesis draws them, and numbers that many methods
need."""

import dataclasses

import numpy as np
from hypothesis import strategies as st

from library import Pymva

CLASSIFICATION = 'classification'
MULTICLASS = 'multiclass'
REGRESSION = 'regression'
ANALYSES = (CLASSIFICATION, MULTICLASS, REGRESSION)
ANALYSIS_TYPES = {CLASSIFICATION: Pymva.AnalysisType.CLASSIFICATION,
                  MULTICLASS: Pymva.AnalysisType.MULTICLASS,
                  REGRESSION: Pymva.AnalysisType.REGRESSION}

SEEDS = st.integers(0, 2 ** 31 - 1)
# Some with so many trees that fast kernels find them worth their preparations.
N_TREES = st.one_of(st.integers(1, 12), st.integers(20, 60))

# What a column of inputs can be like; each takes a generator of random numbers, and how many.
COLUMNS = {
    'normal': lambda random, n: random.normal(size=n),
    'exponential': lambda random, n: random.exponential(size=n),
    'whole': lambda random, n: random.integers(-3, 4, n).astype(float),
    'tenths': lambda random, n: np.round(random.normal(size=n), 1),
    # Both zeros, and little else.
    'zeros': lambda random, n: random.choice([-1.0, -0.0, 0.0, 0.0, 1.0], n),
    'constant': lambda random, n: np.full(n, random.choice([0.0, 1.5, -1e10])),
    # Far from 0, where neighbouring float32 numbers are far apart.
    'shifted': lambda random, n: 1e6 + random.normal(size=n),
    # Neighbours in float32, so that thresholds fall between two of them.
    'crowded': lambda random, n: 1.0 + random.integers(0, 20, n) * 2.0 ** -23,
}
# These let a network's sums lose all digits.
WIDE_COLUMNS = {
    'large': lambda random, n: random.normal(size=n) * 1e30,
    'denormal': lambda random, n: random.integers(-50, 50, n) * 1e-45,
}


@dataclasses.dataclass
class Events:
    """What Hypothesis has drawn, and the events that follow from it."""

    analysis: str
    n_rows: int
    columns: list
    n_classes: int
    n_targets: int
    missing: float
    seed: int

    def __post_init__(self):
        random = np.random.default_rng(self.seed)
        kinds = {**COLUMNS, **WIDE_COLUMNS}
        inputs = np.stack([kinds[name](random, self.n_rows) for name in self.columns], axis=1)
        ranks = np.argsort(np.argsort(inputs, axis=0), axis=0) / self.n_rows
        self.inputs = inputs.astype(np.float32)
        self.inputs[random.uniform(size=inputs.shape) < self.missing] = np.nan

        noise = 0.3 * random.normal(size=self.n_rows)
        score = ranks @ random.normal(size=len(self.columns)) + noise
        if self.analysis == REGRESSION:
            scales = random.choice([0.01, 1.0, 1000.0], self.n_targets)
            self.targets = np.outer(score, scales) + random.normal(size=(1, self.n_targets))
            self.labels = None
        else:
            # Classes of equal size, so that none is without events.
            self.targets = None
            order = np.argsort(np.argsort(score))
            self.labels = order * self.n_classes // self.n_rows

    def dataset(self):
        """The data set of the library. The events of training are those of testing, too."""
        dataset = Pymva.Dataset(analysis_type=ANALYSIS_TYPES[self.analysis])
        dataset.set_missing_values(Pymva.MissingValues.PASS)
        names = [f'x{i}' for i in range(len(self.columns))]
        for name in names:
            dataset.add_variable(name)
        if self.analysis == REGRESSION:
            target_names = [f'y{i}' for i in range(self.n_targets)]
            for name in target_names:
                dataset.add_target(name)
            table = Pymva.Table.from_numpy(
                np.concatenate([self.inputs.astype(float), self.targets], axis=1),
                names + target_names)
            dataset.add_events(table, 1.0)
        else:
            for number in range(self.n_classes):
                table = Pymva.Table.from_numpy(
                    np.ascontiguousarray(self.inputs[self.labels == number]), names)
                dataset.add_class(f'class{number}', table, 1.0)
        dataset.set_test_fraction(0.1)
        return dataset


@st.composite
def events(draw, analyses=ANALYSES, missing=False, wide=True, max_columns=8, max_targets=2):
    """Draws a data set: of one of some analyses, and with missing values or without."""
    analysis = draw(st.sampled_from(analyses))
    kinds = sorted({**COLUMNS, **(WIDE_COLUMNS if wide else {})})
    # One column at least has something to learn from.
    columns = ['normal'] + draw(st.lists(st.sampled_from(kinds), max_size=max_columns - 1))
    return Events(
        analysis=analysis,
        n_rows=draw(st.integers(50, 300)),
        columns=columns,
        n_classes=draw(st.integers(3, 5)) if analysis == MULTICLASS else 2,
        n_targets=draw(st.integers(1, max_targets)) if analysis == REGRESSION else 0,
        missing=draw(st.sampled_from([0.0, 0.05, 0.4])) if missing else 0.0,
        seed=draw(st.integers(0, 2 ** 32 - 1)))
