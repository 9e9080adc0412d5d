# SPDX-License-Identifier: LGPL-2.1-or-later
"""The trees of scikit-learn's ensembles as tables for a native engine."""

import numpy as np


def tables(trees, values):
    """The nodes of all trees, one tree after the other; values are, for each tree, one row per
    node."""
    def joined(dtype, arrays):
        return np.ascontiguousarray(np.concatenate(arrays), dtype=dtype)

    found = {
        "node_counts": np.array([tree.node_count for tree in trees], dtype=np.int64),
        "left": joined(np.int32, [tree.children_left for tree in trees]),
        "right": joined(np.int32, [tree.children_right for tree in trees]),
        "feature": joined(np.int32, [tree.feature for tree in trees]),
        "threshold": joined(np.float64, [tree.threshold for tree in trees]),
        "values": joined(np.float64, values),
    }
    if hasattr(trees[0], "missing_go_to_left"):
        # Since 1.3 every split has a side for missing values, whether or not it has seen any.
        found["missing"] = joined(np.uint8, [tree.missing_go_to_left for tree in trees])
    return found


def description(state, kind, n_trees, n_outputs, **more):
    """What the tables are, for the converter of that kind."""
    found = {
        "kind": kind,
        "n_features": state.n_variables,
        "n_trees": n_trees,
        "n_outputs": n_outputs,
        "response": 1 if state.analysis_type == "classification" and n_outputs > 1 else -1,
    }
    found.update(more)
    return found
