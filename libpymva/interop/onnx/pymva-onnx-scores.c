/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-onnx-private.h"

/* The operators of ai.onnx.ml that are no trees. Where their specification leaves something open,
 * it is done as ONNX Runtime does it. */

char **
pymva_onnx_read_labels (const Onnx__NodeProto *node,
                        const char *texts,
                        const char *numbers)
{
  const Onnx__AttributeProto *found = pymva_onnx_node_find (node, texts);
  g_autoptr (GStrvBuilder) labels = g_strv_builder_new ();

  if (found != NULL && found->n_strings > 0)
    {
      for (gsize i = 0; i < found->n_strings; i++)
        {
          g_autofree char *label = pymva_onnx_dup_text (&found->strings[i]);

          g_strv_builder_add (labels, label);
        }
      return g_strv_builder_end (labels);
    }

  found = pymva_onnx_node_find (node, numbers);
  if (found == NULL)
    return NULL;
  for (gsize i = 0; i < found->n_ints; i++)
    {
      g_autofree char *label = g_strdup_printf ("%" G_GINT64_FORMAT, found->ints[i]);

      g_strv_builder_add (labels, label);
    }
  return g_strv_builder_end (labels);
}

PymvaOnnxValue *
pymva_onnx_apply_post_transform (PymvaOnnxGraph *graph,
                                 const Onnx__NodeProto *node,
                                 PymvaOnnxValue *input,
                                 const char *function,
                                 GError **error)
{
  if (g_str_equal (function, "NONE"))
    return pymva_onnx_value_ref (input);
  if (g_str_equal (function, "LOGISTIC"))
    return pymva_onnx_graph_add_link (graph, input, "sigmoid", error);
  if (g_str_equal (function, "SOFTMAX"))
    return pymva_onnx_graph_add_link (graph, input, "softmax", error);

  pymva_onnx_refuse (node, error, "its “post_transform” is “%s”, and only NONE, LOGISTIC and "
                     "SOFTMAX can be converted", function);
  return NULL;
}

/* --- linear models --- */

/* Coefficients have a row for each output. */
static PymvaOnnxValue *
add_linear (PymvaOnnxGraph *graph,
            const Onnx__NodeProto *node,
            PymvaOnnxValue *input,
            guint n_outputs,
            GError **error)
{
  const Onnx__AttributeProto *weight = pymva_onnx_node_find (node, "coefficients");
  const Onnx__AttributeProto *bias = pymva_onnx_node_find (node, "intercepts");
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gsize n_weights = (gsize) n_outputs * input->n_columns;
  g_autoptr (PymvaOnnxValue) single = NULL;
  g_autofree double *weights = NULL;
  g_autofree double *biases = NULL;

  if (weight == NULL || weight->n_floats != n_weights || n_weights == 0)
    {
      pymva_onnx_fail (node, error, "it has not %" G_GSIZE_FORMAT " coefficients, for %u outputs "
                       "of %u columns", n_weights, n_outputs, input->n_columns);
      return NULL;
    }

  weights = g_new (double, n_weights);
  for (gsize i = 0; i < n_weights; i++)
    weights[i] = weight->floats[i];
  biases = g_new0 (double, n_outputs);
  for (guint i = 0; bias != NULL && bias->n_floats == n_outputs && i < n_outputs; i++)
    biases[i] = bias->floats[i];
  if (!pymva_onnx_graph_add_table (graph, &members, "weight", PYMVA_DTYPE_FLOAT64, weights,
                                   n_outputs, input->n_columns, error) ||
      !pymva_onnx_graph_add_table (graph, &members, "bias", PYMVA_DTYPE_FLOAT64, biases, n_outputs,
                                   0, error))
    return NULL;

  single = pymva_onnx_graph_narrow (graph, input, error);
  return single != NULL ? pymva_onnx_graph_add_stage (graph, single, "linear", &members, n_outputs,
                                                      error)
                        : NULL;
}

static gboolean
convert_linear_regressor (PymvaOnnxGraph *graph,
                          const Onnx__NodeProto *node,
                          GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  gint64 n_targets = pymva_onnx_node_get_int (node, "targets", 1);
  g_autofree char *function = pymva_onnx_node_dup_text (node, "post_transform", "NONE");
  g_autoptr (PymvaOnnxValue) sums = NULL;
  PymvaOnnxValue *value;

  if (input == NULL)
    return FALSE;
  if (n_targets < 1 || n_targets > G_MAXINT16)
    return pymva_onnx_fail (node, error, "it has an impossible number of targets");
  sums = add_linear (graph, node, input, n_targets, error);
  if (sums == NULL)
    return FALSE;

  value = n_targets == 1 && !g_str_equal (function, "PROBIT")
            ? pymva_onnx_value_ref (sums)
            : pymva_onnx_apply_post_transform (graph, node, sums, function, error);
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

static gboolean
convert_linear_classifier (PymvaOnnxGraph *graph,
                           const Onnx__NodeProto *node,
                           GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  const Onnx__AttributeProto *bias = pymva_onnx_node_find (node, "intercepts");
  g_auto (GStrv) labels = pymva_onnx_read_labels (node, "classlabels_strings", "classlabels_ints");
  g_autofree char *function = pymva_onnx_node_dup_text (node, "post_transform", "NONE");
  guint n_outputs = bias != NULL ? MIN (bias->n_floats, G_MAXINT16) : 0;
  g_autoptr (PymvaOnnxValue) sums = NULL;
  PymvaOnnxValue *value;

  if (input == NULL)
    return FALSE;
  if (n_outputs == 0 || labels == NULL ||
      (g_strv_length (labels) != n_outputs && !(g_strv_length (labels) == 2 && n_outputs == 1)))
    return pymva_onnx_refuse (node, error, "it has not one of the “intercepts” for each label");
  sums = add_linear (graph, node, input, n_outputs, error);
  if (sums == NULL)
    return FALSE;

  if (n_outputs == 1)
    {
      if (g_strv_length (labels) != 2 || g_str_equal (function, "PROBIT"))
        return pymva_onnx_refuse (node, error, "it has one class");
      value = pymva_onnx_value_new_pair (g_steal_pointer (&sums), TRUE);
    }
  else
    value = pymva_onnx_apply_post_transform (graph, node, sums, function, error);
  if (value == NULL)
    return FALSE;

  value->classes = g_steal_pointer (&labels);
  value->meaning = n_outputs > 1 && g_str_equal (function, "NONE")
                     ? PYMVA_ONNX_MEANING_SCORES : PYMVA_ONNX_MEANING_PROBABILITIES;
  return pymva_onnx_graph_set_value (graph, node, 1, value);
}

/* --- scales --- */

static gboolean
convert_scaler (PymvaOnnxGraph *graph,
                const Onnx__NodeProto *node,
                GError **error)
{
  static const char *const keys[] = { "subtract", "multiply" };
  static const char *const attributes[] = { "offset", "scale" };
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  g_autoptr (PymvaOnnxValue) value = NULL;

  if (input == NULL)
    return FALSE;

  value = pymva_onnx_value_ref (input);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const Onnx__AttributeProto *found = pymva_onnx_node_find (node, attributes[i]);
      g_autoptr (PymvaOnnxValue) before = g_steal_pointer (&value);
      g_autofree double *numbers = NULL;

      if (found == NULL || (found->n_floats != 1 && found->n_floats != input->n_columns))
        return pymva_onnx_fail (node, error, "its “%s” has not one number for each of %u columns",
                                attributes[i], input->n_columns);
      numbers = g_new (double, found->n_floats);
      for (gsize k = 0; k < found->n_floats; k++)
        numbers[k] = found->floats[k];
      value = pymva_onnx_graph_add_affine (graph, before, keys[i], numbers, found->n_floats,
                                           error);
      if (value == NULL)
        return FALSE;
    }

  return pymva_onnx_graph_set_value (graph, node, 0,
                                     pymva_onnx_graph_narrow (graph, value, error));
}

static gboolean
convert_normalizer (PymvaOnnxGraph *graph,
                    const Onnx__NodeProto *node,
                    GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  g_autofree char *norm = pymva_onnx_node_dup_text (node, "norm", "MAX");
  const char *function = g_str_equal (norm, "L1")   ? "unit-l1"
                         : g_str_equal (norm, "L2") ? "unit-l2"
                                                    : "unit-max";
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (PymvaOnnxValue) single = NULL;
  PymvaOnnxValue *value;

  if (input == NULL)
    return FALSE;
  if (!g_str_equal (norm, "L1") && !g_str_equal (norm, "L2") && !g_str_equal (norm, "MAX"))
    return pymva_onnx_fail (node, error, "its norm is “%s”, not L1, L2 or MAX", norm);

  single = pymva_onnx_graph_narrow (graph, input, error);
  if (single == NULL)
    return FALSE;
  g_variant_builder_add (&members, "{sv}", "function", g_variant_new_string (function));
  g_variant_builder_add (&members, "{sv}", "precision", g_variant_new_string ("float32"));
  value = pymva_onnx_graph_add_stage (graph, single, "link", &members, input->n_columns, error);
  if (value == NULL)
    return FALSE;
  value->is_exact = input->is_exact && !input->is_double;

  /* Shares of probabilities are probabilities. */
  if (input->meaning != PYMVA_ONNX_MEANING_VALUES && g_str_equal (norm, "L1"))
    {
      value->meaning = PYMVA_ONNX_MEANING_PROBABILITIES;
      value->classes = g_strdupv (input->classes);
    }
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

const PymvaOnnxOperator pymva_onnx_score_operators[] = {
  { "LinearClassifier", convert_linear_classifier },
  { "LinearRegressor", convert_linear_regressor },
  { "Normalizer", convert_normalizer },
  { "Scaler", convert_scaler },
  { NULL }
};
