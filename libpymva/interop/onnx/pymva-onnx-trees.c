/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-onnx-forest-private.h"

/* TreeEnsembleClassifier and TreeEnsembleRegressor, of ai.onnx.ml 1 to 5: nodes and the weights of
 * leaves as lists, one number in each for a node or a weight. What becomes of the sums is as ONNX
 * Runtime does it, in tree_ensemble_aggregator.h and ml_common.h of its source. */

static const struct
{
  const char *name;
  PymvaOnnxMode mode;
} modes[] = {
  { "BRANCH_EQ", PYMVA_ONNX_MODE_EQUAL },
  { "BRANCH_GT", PYMVA_ONNX_MODE_ABOVE },
  { "BRANCH_GTE", PYMVA_ONNX_MODE_NOT_BELOW },
  { "BRANCH_LEQ", PYMVA_ONNX_MODE_NOT_ABOVE },
  { "BRANCH_LT", PYMVA_ONNX_MODE_BELOW },
  { "BRANCH_NEQ", PYMVA_ONNX_MODE_NOT_EQUAL },
  { "LEAF", PYMVA_ONNX_MODE_LEAF },
};

/* --- reading --- */

static gboolean
read_ints (const Onnx__NodeProto *node,
           const char *prefix,
           const char *name,
           gsize n_values,
           const gint64 **values,
           GError **error)
{
  g_autofree char *key = g_strconcat (prefix, name, NULL);
  const Onnx__AttributeProto *attribute = pymva_onnx_node_find (node, key);

  if (attribute == NULL || attribute->n_ints != n_values)
    return pymva_onnx_fail (node, error, "its “%s” has not %" G_GSIZE_FORMAT " numbers", key,
                            n_values);

  *values = attribute->ints;
  return TRUE;
}

/* Numbers, which are float32 in an attribute and float64 in another. */
static gboolean
read_numbers (const Onnx__NodeProto *node,
              const char *prefix,
              const char *name,
              gboolean is_double,
              gboolean required,
              gsize n_values,
              double **values,
              gsize *n_found,
              GError **error)
{
  g_autofree char *key = g_strconcat (prefix, name, NULL);
  g_autofree char *tensor_key = g_strconcat (prefix, name, "_as_tensor", NULL);
  const Onnx__AttributeProto *attribute = pymva_onnx_node_find (node, key);
  const Onnx__AttributeProto *tensor_attribute = pymva_onnx_node_find (node, tensor_key);
  gsize n = attribute != NULL ? attribute->n_floats : 0;
  g_autoptr (PymvaOnnxTensor) tensor = NULL;

  if (tensor_attribute != NULL && tensor_attribute->t != NULL && n == 0)
    {
      gint32 type = is_double ? ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE
                              : ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;

      tensor = pymva_onnx_tensor_new (tensor_attribute->t, error);
      if (tensor == NULL)
        return FALSE;
      if (tensor->type != type)
        return pymva_onnx_refuse (node, error, "its “%s” is not of the type of its inputs",
                                  tensor_key);
      n = tensor->n_values;
    }
  if (required && n != n_values)
    return pymva_onnx_fail (node, error, "its “%s” has not %" G_GSIZE_FORMAT " numbers", key,
                            n_values);

  *values = g_new (double, MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    (*values)[i] = tensor != NULL ? tensor->values[i] : attribute->floats[i];
  if (n_found != NULL)
    *n_found = n;
  return TRUE;
}

static gboolean
read_modes (const Onnx__NodeProto *node,
            PymvaOnnxTrees *trees,
            GError **error)
{
  const Onnx__AttributeProto *attribute = pymva_onnx_node_find (node, "nodes_modes");

  if (attribute == NULL || attribute->n_strings != trees->n_nodes)
    return pymva_onnx_fail (node, error, "its “nodes_modes” has not %" G_GSIZE_FORMAT " words",
                            trees->n_nodes);

  trees->modes = g_new (guint8, MAX (trees->n_nodes, 1));
  for (gsize i = 0; i < trees->n_nodes; i++)
    {
      const ProtobufCBinaryData *text = &attribute->strings[i];
      guint mode = 0;

      while (mode < G_N_ELEMENTS (modes) &&
             (strlen (modes[mode].name) != text->len ||
              memcmp (modes[mode].name, text->data, text->len) != 0))
        mode++;
      if (mode == G_N_ELEMENTS (modes))
        return pymva_onnx_refuse (node, error, "node %" G_GSIZE_FORMAT " has the mode “%.*s”, "
                                  "which is none that there is", i, (int) MIN (text->len, 40),
                                  g_utf8_validate ((const char *) text->data, text->len, NULL)
                                    ? (const char *) text->data : "");
      trees->modes[i] = modes[mode].mode;
    }

  return TRUE;
}

static gboolean
read_nodes (const Onnx__NodeProto *node,
            PymvaOnnxTrees *trees,
            GError **error)
{
  const Onnx__AttributeProto *first = pymva_onnx_node_find (node, "nodes_treeids");
  const Onnx__AttributeProto *missing =
    pymva_onnx_node_find (node, "nodes_missing_value_tracks_true");

  trees->n_nodes = first != NULL ? first->n_ints : 0;
  if (trees->n_nodes == 0 || trees->n_nodes > G_MAXINT32)
    return pymva_onnx_fail (node, error, "it has no nodes, or too many");
  if (!read_ints (node, "nodes_", "treeids", trees->n_nodes, &trees->tree_ids, error) ||
      !read_ints (node, "nodes_", "nodeids", trees->n_nodes, &trees->node_ids, error) ||
      !read_ints (node, "nodes_", "featureids", trees->n_nodes, &trees->features, error) ||
      !read_ints (node, "nodes_", "truenodeids", trees->n_nodes, &trees->true_ids, error) ||
      !read_ints (node, "nodes_", "falsenodeids", trees->n_nodes, &trees->false_ids, error) ||
      !read_numbers (node, "nodes_", "values", trees->is_double, TRUE, trees->n_nodes,
                     &trees->thresholds, NULL, error) ||
      !read_modes (node, trees, error))
    return FALSE;

  if (missing != NULL && missing->n_ints > 0)
    return read_ints (node, "nodes_", "missing_value_tracks_true", trees->n_nodes,
                      &trees->missing, error);
  return TRUE;
}

static gboolean
read_weights (const Onnx__NodeProto *node,
              const char *prefix,
              PymvaOnnxTrees *trees,
              GError **error)
{
  g_autofree char *key = g_strconcat (prefix, "ids", NULL);
  const Onnx__AttributeProto *first = pymva_onnx_node_find (node, key);

  trees->n_weights = first != NULL ? first->n_ints : 0;
  return read_ints (node, prefix, "ids", trees->n_weights, &trees->weight_targets, error) &&
         read_ints (node, prefix, "treeids", trees->n_weights, &trees->weight_trees, error) &&
         read_ints (node, prefix, "nodeids", trees->n_weights, &trees->weight_nodes, error) &&
         read_numbers (node, prefix, "weights", trees->is_double, TRUE, trees->n_weights,
                       &trees->weights, NULL, error) &&
         read_numbers (node, "", "base_values", trees->is_double, FALSE, 0, &trees->base,
                       &trees->n_base, error);
}

static gboolean
read_trees (PymvaOnnxGraph *graph,
            const Onnx__NodeProto *node,
            const char *prefix,
            gint64 n_outputs,
            PymvaOnnxTrees *trees,
            GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);

  if (input == NULL)
    return FALSE;
  if (n_outputs < 1 || n_outputs > G_MAXINT16)
    return pymva_onnx_fail (node, error, "it has an impossible number of targets or classes");
  if (!input->is_exact)
    return pymva_onnx_refuse (node, error, "its inputs are sums of products or functions whose "
                              "last bits hang on the program that computes them, and so does "
                              "what trees make of them");

  /* ONNX Runtime compares whole numbers as float32. */
  trees->input = input->is_integer ? pymva_onnx_graph_cast (graph, input, FALSE, error)
                                   : pymva_onnx_value_ref (input);
  if (trees->input == NULL)
    return FALSE;
  trees->n_outputs = n_outputs;
  trees->is_double = trees->input->is_double;
  return read_nodes (node, trees, error) && read_weights (node, prefix, trees, error);
}

/* --- regression --- */

static gboolean
convert_regressor (PymvaOnnxGraph *graph,
                   const Onnx__NodeProto *node,
                   GError **error)
{
  g_auto (PymvaOnnxTrees) trees = { 0 };
  g_autofree char *function = pymva_onnx_node_dup_text (node, "post_transform", "NONE");
  g_autofree char *aggregate = pymva_onnx_node_dup_text (node, "aggregate_function", "SUM");
  gint64 n_outputs = pymva_onnx_node_get_int (node, "n_targets", 1);
  g_autoptr (PymvaOnnxValue) sums = NULL;
  PymvaOnnxValue *value;

  if (!read_trees (graph, node, "target_", n_outputs, &trees, error))
    return FALSE;
  if (trees.n_base != 0 && trees.n_base != trees.n_outputs)
    return pymva_onnx_fail (node, error, "its “base_values” has %" G_GSIZE_FORMAT " numbers for "
                            "%u targets", trees.n_base, trees.n_outputs);
  sums = pymva_onnx_trees_add (&trees, graph, node, aggregate, error);
  if (sums == NULL)
    return FALSE;

  value = n_outputs == 1 && !g_str_equal (function, "PROBIT")
            ? pymva_onnx_value_ref (sums)
            : pymva_onnx_apply_post_transform (graph, node, sums, function, error);
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

/* --- classification --- */

/* Whether all votes are for one class, and whether none is negative. */
static void
look_at_votes (const PymvaOnnxTrees *trees,
               gboolean *is_binary,
               gboolean *all_positive)
{
  *is_binary = trees->n_outputs == 2;
  *all_positive = TRUE;
  for (gsize i = 0; i < trees->n_weights; i++)
    {
      *is_binary &= trees->weight_targets[i] == trees->weight_targets[0];
      *all_positive &= trees->weights[i] >= 0;
    }
}

/* Two classes, of which the leaves vote for the first alone: ONNX Runtime takes the sum for that of
 * the second. */
static PymvaOnnxValue *
add_binary (PymvaOnnxGraph *graph,
            const Onnx__NodeProto *node,
            PymvaOnnxTrees *trees,
            gboolean all_positive,
            const char *function,
            GError **error)
{
  g_autoptr (PymvaOnnxValue) sum = NULL;
  PymvaOnnxValue *score;

  if (g_str_equal (function, "PROBIT"))
    {
      pymva_onnx_refuse (node, error, "its “post_transform” is “PROBIT” with one column of votes");
      return NULL;
    }
  trees->n_outputs = 1;
  sum = pymva_onnx_trees_add (trees, graph, node, "SUM", error);
  if (sum == NULL)
    return NULL;
  if (all_positive || !g_str_equal (function, "LOGISTIC"))
    return pymva_onnx_value_new_pair (g_steal_pointer (&sum), all_positive);

  score = pymva_onnx_graph_add_link (graph, sum, "sigmoid", error);
  return score != NULL ? pymva_onnx_value_new_pair (score, TRUE) : NULL;
}

static PymvaOnnxValue *
add_classes (PymvaOnnxGraph *graph,
             const Onnx__NodeProto *node,
             PymvaOnnxTrees *trees,
             const char *function,
             GError **error)
{
  g_autoptr (PymvaOnnxValue) sums = NULL;
  g_autofree double *base = NULL;

  if (trees->n_outputs == 1)
    {
      pymva_onnx_refuse (node, error, "it has one class");
      return NULL;
    }
  /* With two classes ONNX Runtime gives the first one's score another meaning where a row has no
   * vote for the second, and where both have a base. */
  if (trees->n_outputs == 2 &&
      (trees->n_base == 2 || !pymva_onnx_trees_always_vote (trees, 1)))
    {
      pymva_onnx_refuse (node, error, "it has two classes with votes for both, but not in each "
                         "row, or with “base_values”");
      return NULL;
    }
  if (trees->n_base == 1)
    {
      base = g_new0 (double, trees->n_outputs);
      base[0] = trees->base[0];
      g_free (trees->base);
      trees->base = g_steal_pointer (&base);
      trees->n_base = trees->n_outputs;
    }
  if (trees->n_base != 0 && trees->n_base != trees->n_outputs)
    {
      pymva_onnx_fail (node, error, "it has not one of the “base_values” for each class");
      return NULL;
    }

  sums = pymva_onnx_trees_add (trees, graph, node, "SUM", error);
  return sums != NULL ? pymva_onnx_apply_post_transform (graph, node, sums, function, error)
                      : NULL;
}

static gboolean
convert_classifier (PymvaOnnxGraph *graph,
                    const Onnx__NodeProto *node,
                    GError **error)
{
  g_auto (PymvaOnnxTrees) trees = { 0 };
  g_autofree char *function = pymva_onnx_node_dup_text (node, "post_transform", "NONE");
  g_auto (GStrv) labels =
    pymva_onnx_read_labels (node, "classlabels_strings", "classlabels_int64s");
  gboolean is_binary;
  gboolean all_positive;
  PymvaOnnxValue *value;

  if (!read_trees (graph, node, "class_", labels != NULL ? g_strv_length (labels) : 0, &trees,
                   error))
    return FALSE;

  look_at_votes (&trees, &is_binary, &all_positive);
  if (is_binary && trees.n_base < 2 && trees.n_weights > 0 && trees.weight_targets[0] == 0)
    value = add_binary (graph, node, &trees, all_positive, function, error);
  else
    value = add_classes (graph, node, &trees, function, error);
  if (value == NULL)
    return FALSE;

  value->classes = g_steal_pointer (&labels);
  value->meaning = all_positive || !g_str_equal (function, "NONE")
                     ? PYMVA_ONNX_MEANING_PROBABILITIES : PYMVA_ONNX_MEANING_SCORES;
  return pymva_onnx_graph_set_value (graph, node, 1, value);
}

const PymvaOnnxOperator pymva_onnx_tree_operators[] = {
  { "TreeEnsembleClassifier", convert_classifier },
  { "TreeEnsembleRegressor", convert_regressor },
  { NULL }
};
