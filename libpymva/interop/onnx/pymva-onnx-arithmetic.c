/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-onnx-private.h"

/* Columns and constants: one step of a stage “affine” each, rounded as the operator rounds. */

/* Whether a constant has one number for each column, or one for all. */
static gboolean
fits (const PymvaOnnxTensor *tensor,
      guint n_columns)
{
  gboolean is_row = tensor->n_dims == 0 || tensor->n_dims == 1 ||
                    (tensor->n_dims == 2 && tensor->dims[0] == 1);

  return is_row && (tensor->n_values == 1 || tensor->n_values == n_columns);
}

/* x - c, x + c and so on. */
static PymvaOnnxValue *
add_right (PymvaOnnxGraph *graph,
           const Onnx__NodeProto *node,
           PymvaOnnxValue *input,
           const PymvaOnnxTensor *constant,
           GError **error)
{
  static const char *const keys[][2] = {
    { "Add", "add" }, { "Div", "divide" }, { "Mul", "multiply" }, { "Sub", "subtract" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (node->op_type, keys[i][0]))
      return pymva_onnx_graph_add_affine (graph, input, keys[i][1], constant->values,
                                          constant->n_values, error);

  g_assert_not_reached ();
}

/* c - x, c + x and so on. */
static PymvaOnnxValue *
add_left (PymvaOnnxGraph *graph,
          const Onnx__NodeProto *node,
          const PymvaOnnxTensor *constant,
          PymvaOnnxValue *input,
          GError **error)
{
  static const double minus = -1;
  g_autoptr (PymvaOnnxValue) negative = NULL;

  if (g_str_equal (node->op_type, "Div"))
    {
      pymva_onnx_refuse (node, error, "a constant divided by columns cannot be converted");
      return NULL;
    }
  if (!g_str_equal (node->op_type, "Sub"))
    return add_right (graph, node, input, constant, error);

  negative = pymva_onnx_graph_add_affine (graph, input, "multiply", &minus, 1, error);
  return negative != NULL ? pymva_onnx_graph_add_affine (graph, negative, "add", constant->values,
                                                         constant->n_values, error)
                          : NULL;
}

/* The bias of a product that has none. */
static PymvaOnnxValue *
add_bias (PymvaOnnxGraph *graph,
          PymvaOnnxValue *input,
          const PymvaOnnxTensor *constant,
          GError **error)
{
  g_autoptr (GVariant) last = g_variant_ref (g_ptr_array_index (input->layers,
                                                                input->layers->len - 1));
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (last);
  g_auto (GVariantBuilder) table = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) named = NULL;
  g_autoptr (GVariant) bias = NULL;
  g_autoptr (PymvaOnnxValue) before = NULL;

  if (!pymva_onnx_graph_add_table (graph, &table, "bias", PYMVA_DTYPE_FLOAT32, constant->values,
                                   constant->n_values, 0, error))
    return NULL;
  named = g_variant_ref_sink (g_variant_builder_end (&table));
  bias = g_variant_lookup_value (named, "bias", NULL);
  g_variant_dict_insert_value (&members, "bias", bias);

  before = pymva_onnx_graph_drop_layer (graph, input);
  return pymva_onnx_graph_add_layer (graph, before, g_variant_dict_end (&members),
                                     input->n_columns, error);
}

static gboolean
lacks_bias (const PymvaOnnxValue *value)
{
  GVariant *last = value->layers != NULL && value->layers->len > 0
                     ? g_ptr_array_index (value->layers, value->layers->len - 1) : NULL;
  g_autoptr (GVariant) weight =
    last != NULL ? g_variant_lookup_value (last, "weight", NULL) : NULL;
  g_autoptr (GVariant) bias = last != NULL ? g_variant_lookup_value (last, "bias", NULL) : NULL;

  return weight != NULL && bias == NULL;
}

/* x sigmoid (x), which is one layer: networks are written as the operators that there are. */
static PymvaOnnxValue *
find_pattern (PymvaOnnxGraph *graph,
              const Onnx__NodeProto *node,
              PymvaOnnxValue *a,
              PymvaOnnxValue *b,
              GError **error)
{
  static const struct
  {
    const char *operator;
    const char *function;
    const char *layer;
  } patterns[] = {
    { "Mul", "sigmoid", "silu" },
    { "Mul", "hard-sigmoid", "hard-silu" },
    { "Div", "one-more-than-size", "softsign" },
    { "Sub", "tanh", "tanh-shrink" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (g_str_equal (node->op_type, patterns[i].operator) &&
        b->origin == a && g_strcmp0 (b->function, patterns[i].function) == 0 && !a->is_double)
      return pymva_onnx_graph_add_activation (graph, a, patterns[i].layer, NULL, error);

  pymva_onnx_refuse (node, error,
                     "it takes two inputs that both depend on the event: only a constant and "
                     "columns, or an activation in float, can be converted");
  return NULL;
}

/* 1 + |x| */
static PymvaOnnxValue *
add_to_symbol (PymvaOnnxGraph *graph,
               const Onnx__NodeProto *node,
               PymvaOnnxValue *symbol,
               const PymvaOnnxTensor *constant,
               GError **error)
{
  if (g_str_equal (node->op_type, "Add") && g_str_equal (symbol->function, "size") &&
      constant->n_values == 1 && constant->values[0] == 1)
    return pymva_onnx_graph_new_symbol (graph, "one-more-than-size", symbol->origin, 1);

  pymva_onnx_refuse (node, error, "its input comes from an operator that can be converted only as "
                     "part of an activation");
  return NULL;
}

static PymvaOnnxValue *
convert (PymvaOnnxGraph *graph,
         const Onnx__NodeProto *node,
         PymvaOnnxValue *a,
         PymvaOnnxValue *b,
         GError **error)
{
  const PymvaOnnxTensor *constant = a->tensor != NULL ? a->tensor : b->tensor;
  PymvaOnnxValue *columns = a->tensor != NULL ? b : a;

  if (columns->is_symbol && constant != NULL)
    return add_to_symbol (graph, node, columns, constant, error);
  if (constant == NULL)
    return find_pattern (graph, node, b->origin == a ? a : b, b->origin == a ? b : a, error);
  if (columns->tensor != NULL)
    {
      pymva_onnx_refuse (node, error, "arithmetic with constants only cannot be converted: "
                         "simplify the model before, as onnxsim or ONNX Runtime does");
      return NULL;
    }
  if (!fits (constant, columns->n_columns))
    {
      pymva_onnx_refuse (node, error, "its constant is neither one number nor one for each of %u "
                         "columns", columns->n_columns);
      return NULL;
    }

  if (g_str_equal (node->op_type, "Add") && constant->n_values == columns->n_columns &&
      !columns->is_double && lacks_bias (columns))
    return add_bias (graph, columns, constant, error);
  return columns == a ? add_right (graph, node, a, constant, error)
                      : add_left (graph, node, constant, b, error);
}

static gboolean
convert_arithmetic (PymvaOnnxGraph *graph,
                    const Onnx__NodeProto *node,
                    GError **error)
{
  PymvaOnnxValue *a = pymva_onnx_graph_get_value (graph, node, 0, error);
  PymvaOnnxValue *b = a != NULL ? pymva_onnx_graph_get_value (graph, node, 1, error) : NULL;
  PymvaOnnxValue *value = b != NULL ? convert (graph, node, a, b, error) : NULL;

  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

static gboolean
convert_negative (PymvaOnnxGraph *graph,
                  const Onnx__NodeProto *node,
                  GError **error)
{
  static const double minus = -1;
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  PymvaOnnxValue *value =
    input != NULL ? pymva_onnx_graph_add_affine (graph, input, "multiply", &minus, 1, error) : NULL;

  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

/* --- parts of activations --- */

static gboolean
convert_size (PymvaOnnxGraph *graph,
              const Onnx__NodeProto *node,
              GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);

  if (input == NULL)
    return FALSE;
  return pymva_onnx_graph_set_value (graph, node, 0,
                                     pymva_onnx_graph_new_symbol (graph, "size", input, 0));
}

static gboolean
convert_greater (PymvaOnnxGraph *graph,
                 const Onnx__NodeProto *node,
                 GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  const PymvaOnnxTensor *limit;

  if (input == NULL || !pymva_onnx_graph_get_tensor (graph, node, 1, TRUE, &limit, error))
    return FALSE;
  if (limit->n_values != 1)
    return pymva_onnx_refuse (node, error, "only a comparison with one number can be converted");

  return pymva_onnx_graph_set_value (
    graph, node, 0, pymva_onnx_graph_new_symbol (graph, "above", input, limit->values[0]));
}

/* x above a threshold, and softplus (x) below, as PyTorch has it. */
static gboolean
convert_where (PymvaOnnxGraph *graph,
               const Onnx__NodeProto *node,
               GError **error)
{
  PymvaOnnxValue *condition = pymva_onnx_graph_get_value (graph, node, 0, error);
  PymvaOnnxValue *above =
    condition != NULL ? pymva_onnx_graph_get_columns (graph, node, 1, error) : NULL;
  PymvaOnnxValue *below =
    above != NULL ? pymva_onnx_graph_get_columns (graph, node, 2, error) : NULL;
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) owned = NULL;
  PymvaOnnxValue *value;

  if (below == NULL)
    return FALSE;
  if (g_strcmp0 (condition->function, "above") != 0 || condition->origin != above ||
      below->origin != above || g_strcmp0 (below->function, "softplus") != 0 || above->is_double)
    return pymva_onnx_refuse (node, error, "only that of a Softplus can be converted");

  g_variant_dict_insert (&members, "threshold", "d", condition->number);
  owned = g_variant_ref_sink (g_variant_dict_end (&members));
  value = pymva_onnx_graph_add_activation (graph, above, "softplus", owned, error);
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

const PymvaOnnxOperator pymva_onnx_arithmetic_operators[] = {
  { "Abs", convert_size },
  { "Add", convert_arithmetic },
  { "Div", convert_arithmetic },
  { "Greater", convert_greater },
  { "Mul", convert_arithmetic },
  { "Neg", convert_negative },
  { "Sub", convert_arithmetic },
  { "Where", convert_where },
  { NULL }
};
