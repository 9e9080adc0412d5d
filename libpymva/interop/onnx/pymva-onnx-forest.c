/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "interop/pymva-forest-writer-private.h"
#include "pymva-onnx-forest-private.h"
#include "scoring/pymva-forest-private.h"

/* float32 has all whole numbers up to it. */
#define MOST_CATEGORY (1 << 24)
/* Leaves that vote for few of many outputs would take much more than they do in the file: so much
 * more is allowed, and a table of that size in any case. */
#define MOST_GROWTH 16
#define LEAST_TABLE (1 << 20)

/* What the conversion goes through. */
typedef struct
{
  const PymvaOnnxTrees *trees;
  const Onnx__NodeProto *node;
  PymvaForestWriter *writer;
  guint n_features;
  /* By the place of a node, its first weight, and by weight the next one of the same node: -1 where
   * there is none. */
  gint32 *first_weights;
  gint32 *next_weights;
  /* 1, where each leaf of a tree votes once, and all for the same output; otherwise as many as
   * there are outputs. */
  guint n_leaf_values;
  /* By target, which leaf was the last to vote for it. */
  gsize *voters;
  gsize n_voters;
} Maker;

static void
maker_clear (Maker *self)
{
  g_clear_pointer (&self->writer, pymva_forest_writer_free);
  g_clear_pointer (&self->first_weights, g_free);
  g_clear_pointer (&self->next_weights, g_free);
  g_clear_pointer (&self->voters, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Maker, maker_clear)

void
pymva_onnx_trees_clear (PymvaOnnxTrees *self)
{
  g_clear_pointer (&self->input, pymva_onnx_value_unref);
  g_clear_pointer (&self->thresholds, g_free);
  g_clear_pointer (&self->modes, g_free);
  g_clear_pointer (&self->weights, g_free);
  g_clear_pointer (&self->base, g_free);
}

/* Where the tree ends whose root is there. */
static gsize
find_end (const PymvaOnnxTrees *self,
          gsize root)
{
  gsize end = root + 1;

  while (end < self->n_nodes && self->tree_ids[end] == self->tree_ids[root])
    end++;

  return end;
}

/* The places of a tree's nodes by their ids, counted from the root. */
static gint32 *
find_places (const PymvaOnnxTrees *self,
             gsize root,
             gsize count)
{
  g_autofree gint32 *places = g_new (gint32, count);

  for (gsize i = 0; i < count; i++)
    places[i] = -1;
  for (gsize i = 0; i < count; i++)
    {
      gint64 id = self->node_ids[root + i];

      if (id < 0 || (gsize) id >= count || places[id] >= 0)
        return NULL;
      places[id] = i;
    }

  return g_steal_pointer (&places);
}

static gboolean
fail_ids (const Maker *self,
          gsize root,
          GError **error)
{
  return pymva_onnx_fail (self->node, error, "the node ids of tree %" G_GINT64_FORMAT " are not "
                          "the numbers from 0 on", self->trees->tree_ids[root]);
}

/* --- the weights of leaves --- */

/* A weight that names a split is ignored, as ONNX Runtime does. */
static gboolean
link_weights (Maker *self,
              GError **error)
{
  const PymvaOnnxTrees *trees = self->trees;
  g_autoptr (GHashTable) roots = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autofree gsize *ends = g_new (gsize, trees->n_nodes);

  for (gsize root = 0; root < trees->n_nodes; root = ends[root])
    {
      ends[root] = find_end (trees, root);
      if (!g_hash_table_insert (roots, (gpointer) &trees->tree_ids[root],
                                GSIZE_TO_POINTER (root + 1)))
        return pymva_onnx_fail (self->node, error, "the nodes of tree %" G_GINT64_FORMAT " are "
                                "not together", trees->tree_ids[root]);
      for (gsize i = root; i < ends[root]; i++)
        if (trees->node_ids[i] < 0 || (guint64) trees->node_ids[i] >= ends[root] - root)
          return fail_ids (self, root, error);
    }

  self->first_weights = g_new (gint32, trees->n_nodes);
  self->next_weights = g_new (gint32, MAX (trees->n_weights, 1));
  for (gsize i = 0; i < trees->n_nodes; i++)
    self->first_weights[i] = -1;
  /* Backwards, so that those of a node are in their order. */
  for (gsize i = trees->n_weights; i-- > 0;)
    {
      gsize root = GPOINTER_TO_SIZE (g_hash_table_lookup (roots, &trees->weight_trees[i]));
      gint64 id = trees->weight_nodes[i];

      if (root == 0 || id < 0 || (gsize) id >= ends[root - 1] - (root - 1) ||
          trees->weight_targets[i] < 0 || trees->weight_targets[i] >= trees->n_outputs)
        return pymva_onnx_fail (self->node, error, "the weight %" G_GSIZE_FORMAT " is of a node, "
                                "or for a target, that there is not", i);
      /* By id for now. */
      self->next_weights[i] = self->first_weights[root - 1 + id];
      self->first_weights[root - 1 + id] = i;
    }

  return TRUE;
}

/* The first weight of a node, -1 where there is none. */
static gint32
find_weight (const Maker *self,
             gsize root,
             gsize place)
{
  return self->first_weights[root + self->trees->node_ids[root + place]];
}

/* Whether each leaf has one weight, of the same target as all others of its tree. */
static gboolean
trees_are_single (const Maker *self)
{
  const PymvaOnnxTrees *trees = self->trees;

  for (gsize root = 0, end; root < trees->n_nodes; root = end)
    {
      gint64 target = -1;

      end = find_end (trees, root);
      for (gsize i = root; i < end; i++)
        {
          gint32 weight = find_weight (self, root, i - root);

          if (trees->modes[i] != PYMVA_ONNX_MODE_LEAF)
            continue;
          if (weight < 0 || self->next_weights[weight] >= 0 ||
              (target >= 0 && trees->weight_targets[weight] != target))
            return FALSE;
          target = trees->weight_targets[weight];
        }
    }

  return TRUE;
}

gboolean
pymva_onnx_trees_always_vote (const PymvaOnnxTrees *self,
                              gint64 target)
{
  g_autoptr (GHashTable) missing = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) votes = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autofree gint64 *counts = g_new0 (gint64, MAX (self->n_nodes, 1));
  gsize n_trees = 0;

  /* Leaves of each tree less its votes for the target; a leaf votes once for it at most, or is
   * refused later. */
  for (gsize root = 0, end; root < self->n_nodes; root = end, n_trees++)
    {
      end = find_end (self, root);
      for (gsize i = root; i < end; i++)
        counts[n_trees] += self->modes[i] == PYMVA_ONNX_MODE_LEAF;
      g_hash_table_insert (votes, (gpointer) &self->tree_ids[root], &counts[n_trees]);
    }
  for (gsize i = 0; i < self->n_weights; i++)
    {
      gint64 *count = g_hash_table_lookup (votes, &self->weight_trees[i]);

      if (count != NULL && self->weight_targets[i] == target)
        (*count)--;
    }
  for (gsize i = 0; i < n_trees; i++)
    if (counts[i] <= 0)
      return TRUE;

  return FALSE;
}

/* --- nodes --- */

/* A set of one number, where it can be a category. */
static gboolean
set_category (Maker *self,
              PymvaForestNode *made,
              double value,
              GError **error)
{
  g_autofree guint32 *words = NULL;
  guint32 category;

  if (!(value >= 0 && value < MOST_CATEGORY && value == floor (value)))
    return pymva_onnx_refuse (self->node, error, "a split asks whether a feature equals %g, and "
                              "only whole numbers from 0 to %d can be converted", value,
                              MOST_CATEGORY - 1);

  category = value;
  words = g_new0 (guint32, category / 32 + 1);
  words[category / 32] = 1u << category % 32;
  made->set = pymva_forest_writer_add_set (self->writer, words, category / 32 + 1, error);
  made->missing |= PYMVA_FOREST_WHOLE;
  return made->set >= 0;
}

/* NaN compares as false, unless the node says that what is missing is true; only != is true of
 * it. */
static gboolean
make_split (Maker *self,
            gsize place,
            PymvaForestNode *made,
            GError **error)
{
  const PymvaOnnxTrees *trees = self->trees;
  double threshold = trees->thresholds[place];
  PymvaOnnxMode mode = trees->modes[place];

  if (trees->missing != NULL && trees->missing[place] == 1)
    made->missing = PYMVA_FOREST_MISSING_LEFT;
  if (mode == PYMVA_ONNX_MODE_NOT_EQUAL)
    made->missing = PYMVA_FOREST_MISSING_LEFT;

  made->threshold = threshold;
  switch (mode)
    {
    case PYMVA_ONNX_MODE_BELOW:
      pymva_forest_writer_set_below (self->writer, made, threshold);
      return TRUE;
    case PYMVA_ONNX_MODE_ABOVE:
      pymva_forest_node_exchange_children (made);
      return TRUE;
    case PYMVA_ONNX_MODE_NOT_BELOW:
      pymva_forest_node_exchange_children (made);
      pymva_forest_writer_set_below (self->writer, made, threshold);
      return TRUE;
    case PYMVA_ONNX_MODE_EQUAL:
      return set_category (self, made, threshold, error);
    case PYMVA_ONNX_MODE_NOT_EQUAL:
      pymva_forest_node_exchange_children (made);
      return set_category (self, made, threshold, error);
    default:
      return TRUE;
    }
}

/* Puts the sums of a leaf's weights, one for each target, behind those of the leaves before. */
static gboolean
make_leaf (Maker *self,
           gsize root,
           gsize place,
           double *values,
           GError **error)
{
  const PymvaOnnxTrees *trees = self->trees;
  gint32 weight = find_weight (self, root, place);

  if (weight < 0)
    return pymva_onnx_fail (self->node, error, "leaf %" G_GSIZE_FORMAT " of tree %" G_GINT64_FORMAT
                            " has no weight", place, trees->tree_ids[root]);

  for (guint i = 0; i < self->n_leaf_values; i++)
    values[i] = 0;
  self->n_voters++;
  for (; weight >= 0; weight = self->next_weights[weight])
    {
      gint64 target = trees->weight_targets[weight];

      /* One operator adds them, and another takes the first. */
      if (self->voters[target] == self->n_voters)
        return pymva_onnx_refuse (self->node, error, "a leaf has two weights for one target");
      self->voters[target] = self->n_voters;
      values[self->n_leaf_values > 1 ? target : 0] = trees->weights[weight];
    }

  return TRUE;
}

static gboolean
add_tree (Maker *self,
          gsize root,
          gsize count,
          GError **error)
{
  const PymvaOnnxTrees *trees = self->trees;
  g_autofree gint32 *places = find_places (trees, root, count);
  g_autofree PymvaForestNode *nodes = g_new0 (PymvaForestNode, count);
  g_autoptr (GArray) values = g_array_new (FALSE, TRUE, sizeof (double));
  gsize n_leaves = 0;
  gint64 output = 0;

  if (places == NULL)
    return fail_ids (self, root, error);
  for (gsize i = 0; i < count; i++)
    n_leaves += trees->modes[root + i] == PYMVA_ONNX_MODE_LEAF;
  g_array_set_size (values, MAX (n_leaves, 1) * self->n_leaf_values);

  n_leaves = 0;
  for (gsize i = 0; i < count; i++)
    {
      PymvaForestNode *made = &nodes[i];
      gint64 true_id = trees->true_ids[root + i];
      gint64 false_id = trees->false_ids[root + i];

      *made = (PymvaForestNode) { .left = -1, .right = -1, .set = -1 };
      if (trees->modes[root + i] == PYMVA_ONNX_MODE_LEAF)
        {
          double *found = &g_array_index (values, double, n_leaves++ * self->n_leaf_values);

          if (!make_leaf (self, root, i, found, error))
            return FALSE;
          made->values = found;
          if (self->n_leaf_values == 1)
            output = trees->weight_targets[find_weight (self, root, i)];
          continue;
        }
      if (true_id < 0 || (gsize) true_id >= count || false_id < 0 || (gsize) false_id >= count ||
          trees->features[root + i] < 0 || trees->features[root + i] >= self->n_features)
        return pymva_onnx_fail (self->node, error, "node %" G_GINT64_FORMAT " of tree "
                                "%" G_GINT64_FORMAT " has impossible children or an impossible "
                                "feature", trees->node_ids[root + i], trees->tree_ids[root]);
      made->left = places[true_id];
      made->right = places[false_id];
      made->feature = trees->features[root + i];
      if (!make_split (self, root + i, made, error))
        return FALSE;
    }

  return pymva_forest_writer_add_tree (self->writer, nodes, count, output, error);
}

/* ONNX Runtime adds the base last: as a tree of one leaf it is added in that place. */
static gboolean
add_base (Maker *self,
          GError **error)
{
  const PymvaOnnxTrees *trees = self->trees;
  guint n_trees = self->n_leaf_values > 1 ? 1 : trees->n_outputs;

  for (guint i = 0; trees->n_base > 0 && i < n_trees; i++)
    {
      PymvaForestNode leaf = { .left = -1, .right = -1, .set = -1, .values = &trees->base[i] };

      if (!pymva_forest_writer_add_tree (self->writer, &leaf, 1, i, error))
        return FALSE;
    }

  return TRUE;
}

/* --- the stage --- */

static gboolean
check_size (Maker *self,
            GError **error)
{
  const PymvaOnnxTrees *trees = self->trees;
  gsize n_leaves = 0;

  for (gsize i = 0; i < trees->n_nodes; i++)
    n_leaves += trees->modes[i] == PYMVA_ONNX_MODE_LEAF;
  if (n_leaves * self->n_leaf_values > MAX (LEAST_TABLE, MOST_GROWTH * trees->n_weights))
    return pymva_onnx_refuse (self->node, error, "its leaves have values for very few of its %u "
                              "outputs", trees->n_outputs);

  return TRUE;
}

static PymvaOnnxValue *
add_stage (Maker *self,
           PymvaOnnxGraph *graph,
           const PymvaOnnxValue *input,
           gboolean averages,
           GError **error)
{
  g_autofree char *name = g_strdup_printf ("forest%u", graph->n_tables++);
  PymvaForestOptions options = {
    .aggregation = averages ? "average" : "sum",
    .precision = self->trees->is_double ? "float64" : "float32",
    .n_outputs = self->trees->n_outputs,
    .input = &input->stage,
    .prefix = name,
    .rounds = TRUE,
  };

  if (!pymva_forest_writer_add_stage (self->writer, &options, graph->builder, error))
    return NULL;

  return pymva_onnx_value_new (pymva_model_builder_get_n_stages (graph->builder) - 1,
                               options.n_outputs);
}

PymvaOnnxValue *
pymva_onnx_trees_add (PymvaOnnxTrees *self,
                      PymvaOnnxGraph *graph,
                      const Onnx__NodeProto *node,
                      const char *aggregate,
                      GError **error)
{
  PymvaOnnxValue *input = self->input;
  gboolean averages = g_str_equal (aggregate, "AVERAGE");
  g_auto (Maker) maker = { self, node };
  g_autoptr (PymvaOnnxValue) value = NULL;

  if (!pymva_onnx_graph_settle (graph, input, error))
    return NULL;
  if (!averages && !g_str_equal (aggregate, "SUM"))
    {
      pymva_onnx_refuse (node, error, "its “aggregate_function” is “%s”, and only SUM and AVERAGE "
                         "can be converted", aggregate);
      return NULL;
    }

  maker.n_features = input->n_columns;
  maker.voters = g_new0 (gsize, self->n_outputs);
  if (!link_weights (&maker, error))
    return NULL;
  maker.n_leaf_values = trees_are_single (&maker) ? 1 : self->n_outputs;
  if (!check_size (&maker, error))
    return NULL;
  maker.writer = pymva_forest_writer_new (self->is_double ? PYMVA_DTYPE_FLOAT64
                                                          : PYMVA_DTYPE_FLOAT32,
                                          input->n_columns, maker.n_leaf_values);
  for (gsize root = 0, end; root < self->n_nodes; root = end)
    {
      end = find_end (self, root);
      if (!add_tree (&maker, root, end - root, error))
        return NULL;
    }
  if (!averages && !add_base (&maker, error))
    return NULL;

  value = add_stage (&maker, graph, input, averages, error);
  if (value == NULL || !averages || self->n_base == 0)
    return g_steal_pointer (&value);
  return pymva_onnx_graph_add_affine (graph, value, "add", self->base, self->n_base, error);
}
