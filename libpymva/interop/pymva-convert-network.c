/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-dump-private.h"
#include "scoring/pymva-activation-private.h"

/* From the layers of a network to stages: "affine" for the standardisation, one or more "mlp",
 * "link" for the head, "affine" for the scale of the targets, "select" for the response. */

typedef struct
{
  PymvaModelBuilder *builder;
  const PymvaDump *dump;
  /* The columns that the next layer gets. */
  gint64 n_columns;
  /* The layers of the "mlp" under way, NULL between two of them. */
  GVariantBuilder *layers;
  /* Tables so far, for their names. */
  guint n_tables;
} Chain;

static void
chain_clear (Chain *chain)
{
  g_clear_pointer (&chain->layers, g_variant_builder_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Chain, chain_clear)

/* --- stages --- */

/* Adds a tensor under a name of its own, and says it under @key of @stage. */
static void
add_table (Chain *chain,
           GVariantBuilder *stage,
           const char *key,
           PymvaTensor *tensor)
{
  g_autofree char *name = g_strdup_printf ("network.%u.%s", chain->n_tables++, key);

  g_variant_builder_add (stage, "{sv}", key, g_variant_new_string (name));
  pymva_model_builder_add_tensor (chain->builder, name, tensor);
}

/* Ends the "mlp" under way. */
static void
flush_layers (Chain *chain)
{
  GVariantBuilder stage;

  if (chain->layers == NULL)
    return;

  g_variant_builder_init (&stage, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("mlp"));
  g_variant_builder_add (&stage, "{sv}", "layers", g_variant_builder_end (chain->layers));
  pymva_model_builder_add_stage (chain->builder, g_variant_builder_end (&stage));
  g_clear_pointer (&chain->layers, g_variant_builder_unref);
}

static void
add_layer (Chain *chain,
           GVariant *layer)
{
  if (chain->layers == NULL)
    chain->layers = g_variant_builder_new (G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_add_value (chain->layers, layer);
}

/* The parts of an "affine" stage; those that it does not have are NULL. */
typedef struct
{
  PymvaTensor *subtract;
  PymvaTensor *divide;
  PymvaTensor *multiply;
  PymvaTensor *add;
} Affine;

static void
add_affine (Chain *chain,
            const Affine *affine)
{
  const struct
  {
    const char *key;
    PymvaTensor *tensor;
  } parts[] = {
    { "subtract", affine->subtract },
    { "divide", affine->divide },
    { "multiply", affine->multiply },
    { "add", affine->add },
  };
  g_auto (GVariantBuilder) stage = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gboolean is_empty = TRUE;

  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("affine"));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i].tensor != NULL)
      {
        add_table (chain, &stage, parts[i].key, parts[i].tensor);
        is_empty = FALSE;
      }
  if (is_empty)
    return;

  flush_layers (chain);
  pymva_model_builder_add_stage (chain->builder, g_variant_builder_end (&stage));
}

/* The float64 tensor that the member @key of the description names, one number per column; NULL
 * where there is no such member. */
static gboolean
read_moments (Chain *chain,
              const char *key,
              PymvaTensor **tensor,
              GError **error)
{
  const char *name;

  *tensor = NULL;
  if (!g_variant_lookup (chain->dump->description, key, "&s", &name))
    return TRUE;

  *tensor = pymva_dump_get_tensor (chain->dump, name, PYMVA_DTYPE_FLOAT64, 1, chain->n_columns, -1,
                                   error);
  return *tensor != NULL;
}

/* --- layers --- */

/* The four tables of a batch normalisation, one number per column each. */
typedef struct
{
  const float *mean;
  const float *variance;
  const float *weight;
  const float *bias;
  double eps;
} BatchNorm;

static const float *
read_floats (Chain *chain,
             GVariant *layer,
             const char *key,
             GError **error)
{
  const char *name;
  PymvaTensor *tensor;

  if (!pymva_dump_read_string (layer, key, &name, error))
    return NULL;

  tensor = pymva_dump_get_tensor (chain->dump, name, PYMVA_DTYPE_FLOAT32, 1, chain->n_columns, -1,
                                  error);
  return tensor != NULL ? pymva_tensor_peek_data (tensor) : NULL;
}

static gboolean
read_batch_norm (Chain *chain,
                 GVariant *layer,
                 BatchNorm *norm,
                 GError **error)
{
  return (norm->mean = read_floats (chain, layer, "mean", error)) != NULL &&
         (norm->variance = read_floats (chain, layer, "variance", error)) != NULL &&
         (norm->weight = read_floats (chain, layer, "weight", error)) != NULL &&
         (norm->bias = read_floats (chain, layer, "bias", error)) != NULL &&
         pymva_dump_read_double (layer, "eps", &norm->eps, error);
}

/* A float32 tensor of @n_rows x @n_columns, or of one dimension for @n_columns 0. */
static PymvaTensor *
take_floats (float *values,
             gint64 n_rows,
             gint64 n_columns)
{
  gint64 shape[2] = { n_rows, n_columns };
  gsize n = n_rows * MAX (n_columns, 1);

  return pymva_tensor_new_take (PYMVA_DTYPE_FLOAT32, shape, n_columns > 0 ? 2 : 1, values,
                                n * sizeof (float), NULL);
}

/* Adds a linear layer; @norm, where it follows, goes into its numbers, computed in double. */
static void
add_dense (Chain *chain,
           const float *weight,
           const float *bias,
           gint64 n_inputs,
           const BatchNorm *norm)
{
  GVariantBuilder layer;
  gint64 n_outputs = chain->n_columns;
  float *new_weight = g_new (float, n_outputs * n_inputs);
  float *new_bias = g_new (float, n_outputs);
  g_autoptr (PymvaTensor) weight_tensor = NULL;
  g_autoptr (PymvaTensor) bias_tensor = NULL;

  for (gint64 i = 0; i < n_outputs; i++)
    {
      double scale = 1;
      double shift = bias != NULL ? bias[i] : 0;

      if (norm != NULL)
        {
          scale = norm->weight[i] / sqrt (norm->variance[i] + norm->eps);
          shift = (shift - norm->mean[i]) * scale + norm->bias[i];
        }
      new_bias[i] = (float) shift;
      for (gint64 j = 0; j < n_inputs; j++)
        new_weight[i * n_inputs + j] = (float) (weight[i * n_inputs + j] * scale);
    }

  weight_tensor = take_floats (new_weight, n_outputs, n_inputs);
  bias_tensor = take_floats (new_bias, n_outputs, 0);
  g_variant_builder_init (&layer, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&layer, "{sv}", "type", g_variant_new_string ("dense"));
  add_table (chain, &layer, "weight", weight_tensor);
  add_table (chain, &layer, "bias", bias_tensor);
  add_layer (chain, g_variant_builder_end (&layer));
}

/* @next is the layer that follows, or NULL; *@used_next says whether it went into this one. */
static gboolean
convert_linear (Chain *chain,
                GVariant *layer,
                GVariant *next,
                gboolean *used_next,
                GError **error)
{
  const char *name;
  const char *next_type = NULL;
  const float *bias = NULL;
  gint64 n_inputs = chain->n_columns;
  PymvaTensor *weight;
  BatchNorm norm;

  if (!pymva_dump_read_string (layer, "weight", &name, error))
    return FALSE;
  weight = pymva_dump_get_tensor (chain->dump, name, PYMVA_DTYPE_FLOAT32, 2, -1, n_inputs, error);
  if (weight == NULL)
    return FALSE;

  chain->n_columns = pymva_tensor_get_length (weight, 0);
  if (g_variant_lookup (layer, "bias", "&s", &name) &&
      (bias = read_floats (chain, layer, "bias", error)) == NULL)
    return FALSE;

  if (next != NULL && !pymva_dump_read_string (next, "type", &next_type, error))
    return FALSE;
  *used_next = g_strcmp0 (next_type, "batch-norm") == 0;
  if (*used_next && !read_batch_norm (chain, next, &norm, error))
    return FALSE;

  add_dense (chain, pymva_tensor_peek_data (weight), bias, n_inputs, *used_next ? &norm : NULL);
  return TRUE;
}

/* A batch normalisation that follows no linear layer is a stage of its own, in double: put into the
 * layer after it, the difference from the mean would be lost where the mean is large. */
static gboolean
convert_batch_norm (Chain *chain,
                    GVariant *layer,
                    GError **error)
{
  gint64 n = chain->n_columns;
  g_autofree double *mean = g_new (double, n);
  g_autofree double *scale = g_new (double, n);
  g_autofree double *bias = g_new (double, n);
  g_autoptr (PymvaTensor) mean_tensor = NULL;
  g_autoptr (PymvaTensor) scale_tensor = NULL;
  g_autoptr (PymvaTensor) bias_tensor = NULL;
  BatchNorm norm;

  if (!read_batch_norm (chain, layer, &norm, error))
    return FALSE;

  for (gint64 i = 0; i < n; i++)
    {
      mean[i] = norm.mean[i];
      scale[i] = norm.weight[i] / sqrt (norm.variance[i] + norm.eps);
      bias[i] = norm.bias[i];
    }

  mean_tensor = pymva_tensor_new_from_doubles (mean, n, 0, error);
  scale_tensor = pymva_tensor_new_from_doubles (scale, n, 0, error);
  bias_tensor = pymva_tensor_new_from_doubles (bias, n, 0, error);
  add_affine (chain, &(Affine) {
    .subtract = mean_tensor, .multiply = scale_tensor, .add = bias_tensor });
  return TRUE;
}

static gboolean
convert_activation (Chain *chain,
                    GVariant *layer,
                    const char *type,
                    GError **error)
{
  const char *const *keys = pymva_activation_get_keys (type);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (keys == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "no native engine knows the layer “%s”", type);
      return FALSE;
    }

  g_variant_builder_add (&builder, "{sv}", "type", g_variant_new_string (type));
  for (guint i = 0; keys[i] != NULL; i++)
    {
      double number;

      if (!pymva_dump_read_double (layer, keys[i], &number, error))
        return FALSE;
      g_variant_builder_add (&builder, "{sv}", keys[i], g_variant_new_double (number));
    }

  add_layer (chain, g_variant_builder_end (&builder));
  return TRUE;
}

static gboolean
convert_layer (Chain *chain,
               GVariant *layer,
               GVariant *next,
               gboolean *used_next,
               GError **error)
{
  const char *type;

  *used_next = FALSE;
  if (!pymva_dump_read_string (layer, "type", &type, error))
    return FALSE;

  if (g_str_equal (type, "linear"))
    return convert_linear (chain, layer, next, used_next, error);
  if (g_str_equal (type, "batch-norm"))
    return convert_batch_norm (chain, layer, error);
  return convert_activation (chain, layer, type, error);
}

/* Converts all layers; *@last_type is the type of the last one. */
static gboolean
convert_layers (Chain *chain,
                const char **last_type,
                GError **error)
{
  g_autoptr (GVariant) layers = pymva_dump_get_list (chain->dump, "layers", error);
  gsize n_layers;
  gboolean used_next;

  if (layers == NULL)
    return FALSE;

  n_layers = g_variant_n_children (layers);
  for (gsize i = 0; i < n_layers; i += 1 + used_next)
    {
      g_autoptr (GVariant) layer = pymva_dump_get_dictionary (layers, i, error);
      g_autoptr (GVariant) next = NULL;

      if (layer == NULL)
        return FALSE;
      if (i + 1 < n_layers && !(next = pymva_dump_get_dictionary (layers, i + 1, error)))
        return FALSE;
      if (!convert_layer (chain, layer, next, &used_next, error))
        {
          g_prefix_error (error, "layer %" G_GSIZE_FORMAT ": ", i);
          return FALSE;
        }
      g_variant_lookup (used_next ? next : layer, "type", "&s", last_type);
    }

  return TRUE;
}

/* --- head and outputs --- */

/* Adds the head, and says whether the outputs of a classification are probabilities. */
static gboolean
convert_head (Chain *chain,
              const char *last_type,
              GError **error)
{
  static const char *const heads[] = { "none", "sigmoid", "softmax", NULL };
  const char *head;
  GVariantBuilder stage;

  if (!pymva_dump_read_string (chain->dump->description, "head", &head, error))
    return FALSE;
  if (!g_strv_contains (heads, head))
    {
      g_autofree char *near = pymva_names_format_near (head, heads);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no head “%s”%s", head, near);
      return FALSE;
    }

  flush_layers (chain);
  if (!g_str_equal (head, "none"))
    {
      g_variant_builder_init (&stage, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("link"));
      g_variant_builder_add (&stage, "{sv}", "function", g_variant_new_string (head));
      pymva_model_builder_add_stage (chain->builder, g_variant_builder_end (&stage));
    }
  else if (pymva_model_builder_get_analysis_type (chain->builder) !=
             PYMVA_ANALYSIS_TYPE_REGRESSION &&
           g_strcmp0 (last_type, "sigmoid") != 0 && g_strcmp0 (last_type, "softmax") != 0)
    pymva_model_builder_set_outputs (chain->builder, "score");

  return TRUE;
}

gboolean
pymva_convert_network (PymvaModelBuilder *builder,
                       const PymvaDump *dump,
                       GError **error)
{
  g_auto (Chain) chain = { .builder = builder, .dump = dump };
  const char *last_type = NULL;
  PymvaTensor *mean;
  PymvaTensor *scale;
  gint64 n_outputs;
  gint64 response;

  if (!pymva_dump_read_int (dump->description, "n_features", &chain.n_columns, error) ||
      !pymva_dump_read_int (dump->description, "n_outputs", &n_outputs, error) ||
      !pymva_dump_read_int (dump->description, "response", &response, error) ||
      !read_moments (&chain, "input_mean", &mean, error) ||
      !read_moments (&chain, "input_scale", &scale, error))
    return FALSE;

  add_affine (&chain, &(Affine) { .subtract = mean, .divide = scale });
  if (!convert_layers (&chain, &last_type, error) || !convert_head (&chain, last_type, error))
    return FALSE;
  if (chain.n_columns != n_outputs)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the layers give %" G_GINT64_FORMAT " columns, not %" G_GINT64_FORMAT,
                   chain.n_columns, n_outputs);
      return FALSE;
    }

  if (!read_moments (&chain, "output_mean", &mean, error) ||
      !read_moments (&chain, "output_scale", &scale, error))
    return FALSE;
  add_affine (&chain, &(Affine) { .multiply = scale, .add = mean });

  return pymva_convert_response (builder, response, n_outputs, error);
}
