# SPDX-License-Identifier: LGPL-2.1-or-later
"""Trees of scikit-learn as a stage "forest" of a model file."""

import numpy as np

# Bits of the table "missing".
MISSING_LEFT = 1


def round_down(thresholds):
    """The largest float32 numbers that are not above: a float32 number is <= the one where it is <=
    the other."""
    with np.errstate(over="ignore"):
        rounded = thresholds.astype(np.float32)
    return np.where(rounded > thresholds, np.nextafter(rounded, np.float32(-np.inf)), rounded)


class Forest:
    """Trees, as they are gathered."""

    def __init__(self):
        self.parts = {name: [] for name in
                      ("left", "right", "feature", "threshold", "missing", "set", "values")}
        self.bitsets = []
        self.roots = []
        self.n_nodes = 0

    def add(self, tree, values, features=None):
        """Adds a tree_ with a row of values for each node; `features` says which columns its inputs
        are, if they are not all."""
        feature = np.maximum(tree.feature, 0)
        # Since 1.3 every split has a side for missing values, whether or not it has seen any.
        missing = getattr(tree, "missing_go_to_left", None)
        self.add_nodes(tree.children_left, tree.children_right,
                       feature if features is None else np.asarray(features)[feature],
                       tree.threshold, missing, values)

    def add_nodes(self, left, right, feature, threshold, missing, values, sets=None, bitsets=()):
        """Adds a tree, an array for each of its properties. `left` is negative in leaves; where
        `sets` is not negative, a split asks that one of the bitsets."""
        n_nodes = len(left)
        inner = left >= 0
        self.roots.append(self.n_nodes)
        self.parts["left"].append(np.where(inner, left + self.n_nodes, -1))
        self.parts["right"].append(np.where(inner, right + self.n_nodes, -1))
        self.parts["feature"].append(np.where(inner, feature, 0))
        self.parts["threshold"].append(np.where(inner, threshold, 0.0))
        self.parts["missing"].append(
            np.where(inner & (missing != 0), MISSING_LEFT, 0) if missing is not None
            else np.zeros(n_nodes))
        self.parts["set"].append(
            np.where(sets >= 0, sets + len(self.bitsets), -1) if sets is not None
            else np.full(n_nodes, -1))
        self.parts["values"].append(values)
        self.bitsets.extend(bitsets)
        self.n_nodes += n_nodes

    def level_order(self, left, right):
        """The nodes of each tree level by level, so that siblings are neighbours; and how many each
        tree has."""
        levels = [np.array(self.roots)]
        while len(levels[-1]) > 0:
            inner = levels[-1][left[levels[-1]] >= 0]
            levels.append(np.stack([left[inner], right[inner]], axis=1).ravel())
        order = np.concatenate(levels)
        trees = np.searchsorted(self.roots, order, side="right") - 1
        return order[np.argsort(trees, kind="stable")], np.bincount(trees)

    def stage(self, graph, source, width, aggregation, thresholds=np.float32, base=None,
              outputs=None):
        """Adds the stage of `width` columns to a graph. `thresholds` are float32 where the trees
        round what they compare; `outputs` says which column each tree adds to, if not to all."""
        parts = {name: np.concatenate(arrays) for name, arrays in self.parts.items()}
        order, counts = self.level_order(parts["left"], parts["right"])
        places = np.empty(self.n_nodes, dtype=np.int64)
        places[order] = np.arange(len(order))
        parts = {name: array[order] for name, array in parts.items()}
        leaves = parts["left"] < 0
        children = np.empty(len(order), dtype=np.int64)
        children[leaves] = -1 - np.arange(leaves.sum())
        first = np.repeat(np.cumsum(counts) - counts, counts)
        children[~leaves] = places[parts["left"][~leaves]] - first[~leaves]

        tables = {
            "node_counts": counts.astype(np.int32),
            "children": children.astype(np.int32),
            "features": parts["feature"].astype(np.int32),
            "thresholds": (round_down(parts["threshold"]) if thresholds == np.float32
                           else parts["threshold"].astype(np.float64)),
            "values": parts["values"][leaves].astype(np.float64),
        }
        if parts["missing"].any():
            tables["missing"] = parts["missing"].astype(np.uint8)
        if self.bitsets:
            tables["sets"] = parts["set"].astype(np.int32)
            tables["set_offsets"] = np.cumsum([0] + [len(each) for each in self.bitsets],
                                              dtype=np.int32)
            tables["set_words"] = np.concatenate(self.bitsets).astype(np.uint32).view(np.int32)
        if base is not None:
            tables["base"] = np.asarray(base, dtype=np.float64)
        members = {}
        if outputs is not None:
            tables["tree_outputs"] = np.asarray(outputs, dtype=np.int32)
            members["n_outputs"] = int(width)
        return graph.add("forest", width, tables, input=source, aggregation=aggregation, **members)
