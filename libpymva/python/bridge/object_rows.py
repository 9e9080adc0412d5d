# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows that a model is asked about where there are no events: on and around what it compares, and
in the range of what it scales."""

import re

import numpy as np

from . import errors

# How many are made, and how many of those that are given are asked about.
N_ROWS = 32
# The largest cuts and moments that are of use.
LARGEST = 1e30

LIGHTGBM_LINE = re.compile(r"^(split_feature|threshold|decision_type)=(.*)$", re.MULTILINE)


class Ranges:
    """What is known of the inputs of a model."""

    def __init__(self, n_variables):
        self.centre = np.zeros(n_variables)
        self.scale = np.ones(n_variables)
        # Of each variable, arrays of numbers that it is compared with.
        self.cuts = [[] for _ in range(n_variables)]

    def add_cuts(self, variables, cuts):
        """Numbers, and the number of the variable that each is compared with."""
        variables, cuts = np.asarray(variables), np.asarray(cuts, dtype=np.float64)
        good = (np.abs(cuts) < LARGEST) & (variables >= 0)
        variables, cuts = variables[good], cuts[good]
        for variable in np.unique(variables):
            self.cuts[variable].append(cuts[variables == variable])

    def add_moments(self, variable, centre, scale):
        """The first that is said counts: nothing comes in front of it."""
        if abs(centre) < LARGEST and 0.0 < abs(scale) < LARGEST:
            self.centre[variable] = centre
            self.scale[variable] = abs(scale)

    def make(self):
        """float32 rows, the same ones for the same ranges."""
        random = np.random.default_rng(1)
        shape = (N_ROWS, len(self.cuts))
        rows = self.centre + self.scale * random.normal(size=shape)
        for variable, cuts in enumerate(self.cuts):
            if not cuts:
                continue
            cuts = np.unique(np.concatenate(cuts))
            near, far = random.choice(cuts, (2, N_ROWS))
            width = max(np.ptp(cuts), abs(cuts[0]) / 4, 1e-3)
            beyond = near + width * random.normal(size=N_ROWS) / 4
            rows[:, variable] = np.choose(random.integers(0, 3, N_ROWS),
                                          [near, (near + far) / 2, beyond])
        return rows.astype(np.float32)


def of_sample(sample, n_variables):
    """The rows that the user has given."""
    rows = np.asarray(sample, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != n_variables or len(rows) == 0:
        raise errors.PymvaError(f"the option “sample” is of shape {rows.shape}, and must have at "
                                f"least one row, and {n_variables} columns", code="value")
    return rows


def spread(rows):
    """Some of the rows, from all over them."""
    return np.ascontiguousarray(rows[np.arange(min(N_ROWS, len(rows))) * len(rows)
                                     // min(N_ROWS, len(rows))])


# --- what is known of a graph of stages ---

def of_graph(graph):
    """The ranges that the first stages of a graph tell of."""
    ranges = Ranges(graph.n_variables)
    # The variable that each column of a stage is, or -1.
    origins = {-1: np.arange(graph.n_variables)}
    for number, stage in enumerate(graph.stages):
        columns = np.concatenate([origins[source] for source in graph.sources(number)])
        origins[number] = np.full(graph.widths[number], -1)
        if stage["kind"] == "select":
            origins[number] = columns[stage["columns"]]
        elif stage["kind"] == "fill":
            origins[number] = columns
        elif stage["kind"] == "forest":
            inner = graph.tables[stage["children"]] >= 0
            ranges.add_cuts(columns[graph.tables[stage["features"]][inner]],
                            graph.tables[stage["thresholds"]][inner])
        elif stage["kind"] == "encode":
            counts = graph.tables[stage["counts"]]
            ranges.add_cuts(np.repeat(columns, counts), graph.tables[stage["categories"]])
        elif stage["kind"] == "affine":
            add_scale(ranges, columns, {key: graph.tables[stage[key]] for key in
                                        ("subtract", "divide", "multiply", "add") if key in stage})
    return ranges


def add_scale(ranges, columns, parts):
    for column, variable in enumerate(columns):
        if variable < 0:
            continue
        # Where y = (x - subtract) / divide * multiply + add is 0 and 1.
        part = {key: table[column] for key, table in parts.items() if len(table) > column}
        scale = part.get("divide", 1.0) / (part.get("multiply", 1.0) or 1.0)
        ranges.add_moments(variable, part.get("subtract", 0.0) - part.get("add", 0.0) * scale,
                           scale)


# --- what is known of others ---

def of_xgboost(document, n_variables):
    """The same of what XGBoost writes in JSON."""
    ranges = Ranges(n_variables)
    booster = document["learner"]["gradient_booster"]
    booster = booster.get("gbtree", booster)
    for tree in booster.get("model", {}).get("trees", []):
        inner = np.asarray(tree["left_children"]) >= 0
        ranges.add_cuts(np.asarray(tree["split_indices"])[inner],
                        np.asarray(tree["split_conditions"])[inner])
    return ranges


def of_lightgbm(text, n_variables):
    """The same of LightGBM's text."""
    ranges = Ranges(n_variables)
    found = {}
    for name, words in LIGHTGBM_LINE.findall(text):
        found[name] = np.array(words.split(), dtype=np.float64)
        if name == "decision_type" and len(found.get("split_feature", ())) == len(found[name]):
            # A category's threshold is the number of a set.
            plain = found[name].astype(int) & 1 == 0
            ranges.add_cuts(found["split_feature"][plain].astype(int), found["threshold"][plain])
    return ranges


def of_network(description, tables, n_variables):
    """The same of the layers of a network, which may begin with a normalisation."""
    ranges = Ranges(n_variables)
    first = description["layers"][0] if description["layers"] else {"type": "none"}
    if first["type"] == "batch-norm":
        scales = np.sqrt(tables[first["variance"]].astype(np.float64) + first["eps"])
        weights = np.abs(tables[first["weight"]].astype(np.float64))
        for variable in range(n_variables):
            ranges.add_moments(variable, float(tables[first["mean"]][variable]),
                               scales[variable] / (weights[variable] or 1.0))
    return ranges
