/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-onnx-private.h"

/* Layers of networks. Those of float32 become layers of a stage “mlp”, and of float64 stages of
 * their own: “linear” and “link”. */

/* --- products --- */

/* A matrix as stages have it: a row for each output. */
typedef struct
{
  guint n_inputs;
  guint n_outputs;
  double *weight;
  double *bias; /* or NULL */
} Product;

static void
product_clear (Product *self)
{
  g_clear_pointer (&self->weight, g_free);
  g_clear_pointer (&self->bias, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Product, product_clear)

/* @transposed: whether the matrix of the file has a row for each output. */
static gboolean
read_weight (const Onnx__NodeProto *node,
             const PymvaOnnxTensor *tensor,
             gboolean transposed,
             double factor,
             Product *product,
             GError **error)
{
  guint n_rows;
  guint n_columns;

  if (tensor->n_dims < 1 || tensor->n_dims > 2 || tensor->n_values == 0)
    return pymva_onnx_refuse (node, error, "only a matrix can be multiplied with");

  /* Of a vector one column comes. */
  n_rows = tensor->dims[0];
  n_columns = tensor->n_dims > 1 ? tensor->dims[1] : 1;
  product->n_inputs = transposed ? n_columns : n_rows;
  product->n_outputs = transposed ? n_rows : n_columns;
  product->weight = g_new (double, tensor->n_values);
  for (gsize i = 0; i < n_rows; i++)
    for (gsize j = 0; j < n_columns; j++)
      product->weight[transposed ? i * n_columns + j : j * n_rows + i] =
        tensor->values[i * n_columns + j] * factor;

  return TRUE;
}

static gboolean
read_bias (const Onnx__NodeProto *node,
           const PymvaOnnxTensor *tensor,
           double factor,
           Product *product,
           GError **error)
{
  if (tensor == NULL)
    return TRUE;
  if (tensor->n_values != product->n_outputs && tensor->n_values != 1)
    return pymva_onnx_refuse (node, error, "its C is not one row");

  product->bias = g_new (double, product->n_outputs);
  for (guint i = 0; i < product->n_outputs; i++)
    product->bias[i] = tensor->values[tensor->n_values == 1 ? 0 : i] * factor;
  return TRUE;
}

static PymvaOnnxValue *
add_product (PymvaOnnxGraph *graph,
             const Onnx__NodeProto *node,
             PymvaOnnxValue *input,
             const Product *product,
             GError **error)
{
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  PymvaDType dtype = input->is_double ? PYMVA_DTYPE_FLOAT64 : PYMVA_DTYPE_FLOAT32;

  if (product->n_inputs != input->n_columns)
    {
      pymva_onnx_fail (node, error, "its matrix takes %u columns, and there are %u",
                       product->n_inputs, input->n_columns);
      return NULL;
    }
  if (!pymva_onnx_graph_add_table (graph, &members, "weight", dtype, product->weight,
                                   product->n_outputs, product->n_inputs, error) ||
      (product->bias != NULL &&
       !pymva_onnx_graph_add_table (graph, &members, "bias", dtype, product->bias,
                                    product->n_outputs, 0, error)))
    return NULL;

  if (input->is_double)
    return pymva_onnx_graph_add_stage (graph, input, "linear", &members, product->n_outputs,
                                       error);
  g_variant_builder_add (&members, "{sv}", "type", g_variant_new_string ("dense"));
  return pymva_onnx_graph_add_layer (graph, input, g_variant_builder_end (&members),
                                     product->n_outputs, error);
}

static gboolean
finish_product (PymvaOnnxGraph *graph,
                const Onnx__NodeProto *node,
                PymvaOnnxValue *input,
                const Product *product,
                GError **error)
{
  PymvaOnnxValue *value = add_product (graph, node, input, product, error);

  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

static gboolean
convert_gemm (PymvaOnnxGraph *graph,
              const Onnx__NodeProto *node,
              GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  gboolean transposed = pymva_onnx_node_get_int (node, "transB", 0) != 0;
  double alpha = pymva_onnx_node_get_float (node, "alpha", 1);
  double beta = pymva_onnx_node_get_float (node, "beta", 1);
  const PymvaOnnxTensor *weight;
  const PymvaOnnxTensor *bias;
  g_auto (Product) product = { 0 };

  if (input == NULL || !pymva_onnx_graph_get_tensor (graph, node, 1, TRUE, &weight, error) ||
      !pymva_onnx_graph_get_tensor (graph, node, 2, FALSE, &bias, error))
    return FALSE;
  if (pymva_onnx_node_get_int (node, "transA", 0) != 0)
    return pymva_onnx_refuse (node, error, "its “transA” would turn rows into columns");

  return read_weight (node, weight, transposed, alpha, &product, error) &&
         read_bias (node, bias, beta, &product, error) &&
         finish_product (graph, node, input, &product, error);
}

static gboolean
convert_matmul (PymvaOnnxGraph *graph,
                const Onnx__NodeProto *node,
                GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  const PymvaOnnxTensor *weight;
  g_auto (Product) product = { 0 };

  if (input == NULL || !pymva_onnx_graph_get_tensor (graph, node, 1, TRUE, &weight, error))
    return FALSE;

  return read_weight (node, weight, FALSE, 1, &product, error) &&
         finish_product (graph, node, input, &product, error);
}

static gboolean
convert_batch_normalization (PymvaOnnxGraph *graph,
                             const Onnx__NodeProto *node,
                             GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  double epsilon = pymva_onnx_node_get_float (node, "epsilon", 1e-5f);
  const PymvaOnnxTensor *tables[4];
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree double *factors = NULL;
  g_autofree double *shifts = NULL;
  PymvaOnnxValue *value;
  guint n;

  if (input == NULL)
    return FALSE;
  n = input->n_columns;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!pymva_onnx_graph_get_tensor (graph, node, i + 1, TRUE, &tables[i], error))
      return FALSE;
    else if (tables[i]->n_values != n)
      return pymva_onnx_fail (node, error, "its input “%s” has not one number for each of %u "
                              "columns", node->input[i + 1], n);
  if (pymva_onnx_node_get_int (node, "training_mode", 0) != 0)
    return pymva_onnx_refuse (node, error, "it is in training mode");

  /* scale, B, mean and variance. */
  factors = g_new (double, MAX (n, 1));
  shifts = g_new (double, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      factors[i] = tables[0]->values[i] / sqrt (tables[3]->values[i] + epsilon);
      shifts[i] = tables[1]->values[i] - tables[2]->values[i] * factors[i];
    }
  if (!pymva_onnx_graph_add_table (graph, &members, "multiply", PYMVA_DTYPE_FLOAT64, factors, n, 0,
                                   error) ||
      !pymva_onnx_graph_add_table (graph, &members, "add", PYMVA_DTYPE_FLOAT64, shifts, n, 0,
                                   error))
    return FALSE;

  value = pymva_onnx_graph_add_stage (graph, input, "affine", &members, n, error);
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

/* --- activations --- */

/* What operators are called as layers of a stage “mlp”, and as functions of a stage “link”. */
static const struct
{
  const char *operator;
  const char *layer;
  const char *link;
  /* An attribute that is a number of the layer. */
  const char *attribute;
  const char *member;
  double missing;
} activations[] = {
  { "Celu", "celu", NULL, "alpha", "alpha", 1 },
  { "Elu", "elu", NULL, "alpha", "alpha", 1 },
  { "Exp", "exponential", "exponential", NULL, NULL, 0 },
  { "HardSwish", "hard-silu", NULL, NULL, NULL, 0 },
  { "LeakyRelu", "leaky-relu", NULL, "alpha", "slope", 0.01 },
  { "Mish", "mish", NULL, NULL, NULL, 0 },
  { "Relu", "relu", "relu", NULL, NULL, 0 },
  { "Sigmoid", "sigmoid", "sigmoid", NULL, NULL, 0 },
  { "Softplus", "softplus", "softplus", NULL, NULL, 0 },
  { "Softsign", "softsign", NULL, NULL, NULL, 0 },
  { "Tanh", "tanh", "tanh", NULL, NULL, 0 },
};

PymvaOnnxValue *
pymva_onnx_graph_add_activation (PymvaOnnxGraph *self,
                                 PymvaOnnxValue *input,
                                 const char *type,
                                 GVariant *members,
                                 GError **error)
{
  g_auto (GVariantDict) layer = G_VARIANT_DICT_INIT (members);

  g_variant_dict_insert (&layer, "type", "s", type);
  return pymva_onnx_graph_add_layer (self, input, g_variant_dict_end (&layer), input->n_columns,
                                     error);
}

/* A layer where the input is one, or where no stage computes the function. */
static PymvaOnnxValue *
add_function (PymvaOnnxGraph *graph,
              const Onnx__NodeProto *node,
              PymvaOnnxValue *input,
              const char *layer,
              const char *link,
              GVariant *members,
              GError **error)
{
  g_autoptr (GVariant) owned = members != NULL ? g_variant_ref_sink (members) : NULL;

  if (!input->is_double && (input->layers != NULL || link == NULL))
    return pymva_onnx_graph_add_activation (graph, input, layer, owned, error);
  if (link != NULL)
    return pymva_onnx_graph_add_link (graph, input, link, error);

  pymva_onnx_refuse (node, error, "in double it cannot be converted");
  return NULL;
}

static gboolean
finish_function (PymvaOnnxGraph *graph,
                 const Onnx__NodeProto *node,
                 PymvaOnnxValue *input,
                 const char *layer,
                 const char *link,
                 GVariant *members,
                 GError **error)
{
  PymvaOnnxValue *value = add_function (graph, node, input, layer, link, members, error);

  if (value == NULL)
    return FALSE;
  value->origin = input;
  g_ptr_array_add (graph->origins, pymva_onnx_value_ref (input));
  value->function = layer;
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

static gboolean
convert_activation (PymvaOnnxGraph *graph,
                    const Onnx__NodeProto *node,
                    GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  guint i = 0;

  if (input == NULL)
    return FALSE;
  while (!g_str_equal (node->op_type, activations[i].operator))
    i++;

  if (activations[i].attribute != NULL)
    g_variant_dict_insert (&members, activations[i].member, "d",
                           pymva_onnx_node_get_float (node, activations[i].attribute,
                                                      activations[i].missing));
  /* ONNX has the formula for all x. */
  if (g_str_equal (activations[i].layer, "softplus"))
    g_variant_dict_insert (&members, "threshold", "d", (double) G_MAXFLOAT);
  return finish_function (graph, node, input, activations[i].layer, activations[i].link,
                          g_variant_dict_end (&members), error);
}

static gboolean
convert_gelu (PymvaOnnxGraph *graph,
              const Onnx__NodeProto *node,
              GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  gboolean is_tanh = pymva_onnx_node_has_text (node, "approximate", "none", "tanh");

  return input != NULL && finish_function (graph, node, input, is_tanh ? "gelu-tanh" : "gelu",
                                           NULL, NULL, error);
}

/* The numbers are torch's, or those that ONNX takes where there are none. */
static gboolean
convert_selu (PymvaOnnxGraph *graph,
              const Onnx__NodeProto *node,
              GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  double alpha = pymva_onnx_node_get_float (node, "alpha", 1.67326319217681884765625);
  double gamma = pymva_onnx_node_get_float (node, "gamma", 1.05070102214813232421875);

  if (input == NULL)
    return FALSE;
  if (fabs (alpha - 1.6732632423543772) > 1e-6 || fabs (gamma - 1.0507009873554805) > 1e-6)
    return pymva_onnx_refuse (node, error, "its “alpha” and “gamma” are not those of SELU");

  return finish_function (graph, node, input, "selu", NULL, NULL, error);
}

static gboolean
convert_hard_sigmoid (PymvaOnnxGraph *graph,
                      const Onnx__NodeProto *node,
                      GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  double alpha = pymva_onnx_node_get_float (node, "alpha", 0.2);
  double beta = pymva_onnx_node_get_float (node, "beta", 0.5);
  g_auto (GVariantDict) limits = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (PymvaOnnxValue) scaled = NULL;
  g_autoptr (PymvaOnnxValue) shifted = NULL;

  if (input == NULL)
    return FALSE;
  if (fabs (alpha - 1.0 / 6) < 1e-7 && beta == 0.5)
    return finish_function (graph, node, input, "hard-sigmoid", NULL, NULL, error);

  g_variant_dict_insert (&limits, "min", "d", 0.0);
  g_variant_dict_insert (&limits, "max", "d", 1.0);
  scaled = pymva_onnx_graph_add_affine (graph, input, "multiply", &alpha, 1, error);
  if (scaled != NULL)
    shifted = pymva_onnx_graph_add_affine (graph, scaled, "add", &beta, 1, error);
  return shifted != NULL && finish_function (graph, node, shifted, "hard-tanh", NULL,
                                             g_variant_dict_end (&limits), error);
}

/* A limit of Clip: an input, or an attribute in old files. */
static gboolean
read_limit (PymvaOnnxGraph *graph,
            const Onnx__NodeProto *node,
            gsize index,
            const char *attribute,
            double *limit,
            GError **error)
{
  const PymvaOnnxTensor *tensor;

  *limit = pymva_onnx_node_get_float (node, attribute, *limit);
  if (!pymva_onnx_graph_get_tensor (graph, node, index, FALSE, &tensor, error))
    return FALSE;
  if (tensor != NULL && tensor->n_values != 1)
    return pymva_onnx_fail (node, error, "a limit is not one number");
  if (tensor != NULL)
    *limit = tensor->values[0];

  return TRUE;
}

static gboolean
convert_clip (PymvaOnnxGraph *graph,
              const Onnx__NodeProto *node,
              GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  double least = -G_MAXFLOAT;
  double most = G_MAXFLOAT;

  if (input == NULL || !read_limit (graph, node, 1, "min", &least, error) ||
      !read_limit (graph, node, 2, "max", &most, error))
    return FALSE;
  if (!(least <= most))
    return pymva_onnx_refuse (node, error, "its limits are not in order");

  g_variant_dict_insert (&members, "min", "d", CLAMP (least, -G_MAXFLOAT, G_MAXFLOAT));
  g_variant_dict_insert (&members, "max", "d", CLAMP (most, -G_MAXFLOAT, G_MAXFLOAT));
  return finish_function (graph, node, input, "hard-tanh", NULL, g_variant_dict_end (&members),
                          error);
}

static gboolean
convert_softmax (PymvaOnnxGraph *graph,
                 const Onnx__NodeProto *node,
                 GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  gint64 axis = pymva_onnx_node_get_int (node, "axis", graph->opset >= 13 ? -1 : 1);
  PymvaOnnxValue *value;

  if (input == NULL)
    return FALSE;
  if (axis != 1 && axis != -1)
    return pymva_onnx_refuse (node, error, "only the axis 1 can be converted");

  value = add_function (graph, node, input, "softmax", "softmax", NULL, error);
  if (value == NULL)
    return FALSE;
  value->meaning = PYMVA_ONNX_MEANING_PROBABILITIES;
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

/* log (sigmoid (x)): the other logarithms have no stage. */
static gboolean
convert_log (PymvaOnnxGraph *graph,
             const Onnx__NodeProto *node,
             GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);

  if (input == NULL)
    return FALSE;
  if (g_strcmp0 (input->function, "sigmoid") != 0 || input->is_double)
    return pymva_onnx_refuse (node, error, "only that of a Sigmoid can be converted");

  return finish_function (graph, node, input->origin, "log-sigmoid", NULL, NULL, error);
}

const PymvaOnnxOperator pymva_onnx_network_operators[] = {
  { "BatchNormalization", convert_batch_normalization },
  { "Celu", convert_activation },
  { "Clip", convert_clip },
  { "Elu", convert_activation },
  { "Exp", convert_activation },
  { "Gelu", convert_gelu },
  { "Gemm", convert_gemm },
  { "HardSigmoid", convert_hard_sigmoid },
  { "HardSwish", convert_activation },
  { "LeakyRelu", convert_activation },
  { "Log", convert_log },
  { "MatMul", convert_matmul },
  { "Mish", convert_activation },
  { "Relu", convert_activation },
  { "Selu", convert_selu },
  { "Sigmoid", convert_activation },
  { "Softmax", convert_softmax },
  { "Softplus", convert_activation },
  { "Softsign", convert_activation },
  { "Tanh", convert_activation },
  { NULL }
};
