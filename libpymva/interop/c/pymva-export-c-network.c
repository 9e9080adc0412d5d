/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-export-c-private.h"

/* The stages "mlp" and what is between their layers, as C. Sums are float64, so that they agree
 * with those of a framework, each in its own order, within its own rounding. */

/* By PymvaNetworkFunction: what becomes of x; FIRST and SECOND are the function's numbers. NaN
 * stays NaN in all of them. */
static const char *const functions[] = {
  [PYMVA_NETWORK_RELU] = "x < 0 ? 0 : x",
  [PYMVA_NETWORK_LEAKY_RELU] = "x < 0 ? x * FIRST : x",
  [PYMVA_NETWORK_ELU] = "SECOND * (x < 0 ? FIRST * expm1f (x) : x)",
  [PYMVA_NETWORK_GELU] = "0.5f * x * erfcf (-0.70710678f * x)",
  [PYMVA_NETWORK_GELU_TANH] =
    "0.5f * x * (1.0f + tanhf (0.79788456f * (x + 0.044715f * x * x * x)))",
  [PYMVA_NETWORK_SILU] = "x / (1.0f + expf (-x))",
  [PYMVA_NETWORK_TANH] = "tanhf (x)",
  [PYMVA_NETWORK_SIGMOID] = "1.0f / (1.0f + expf (-x))",
  [PYMVA_NETWORK_SOFTPLUS] = "softplus (x, FIRST, SECOND)",
  [PYMVA_NETWORK_HARD_TANH] = "x < FIRST ? FIRST : x > SECOND ? SECOND : x",
  [PYMVA_NETWORK_EXP] = "expf (x)",
  [PYMVA_NETWORK_CELU] = "x < 0 ? FIRST * expm1f (x / FIRST) : x",
  [PYMVA_NETWORK_HARD_SIGMOID] = "hard_sigmoid (x)",
  [PYMVA_NETWORK_HARD_SILU] = "x * hard_sigmoid (x)",
  [PYMVA_NETWORK_LOG_SIGMOID] = "-softplus (-x, 1.0f, 20.0f)",
  [PYMVA_NETWORK_MISH] = "x * tanhf (softplus (x, 1.0f, 20.0f))",
  [PYMVA_NETWORK_SOFT_SHRINK] =
    "x > FIRST ? x - FIRST : x < -(FIRST) ? x + FIRST : x * 0.0f",
  [PYMVA_NETWORK_SOFTSIGN] = "x / (1.0f + fabsf (x))",
  [PYMVA_NETWORK_TANH_SHRINK] = "x - tanhf (x)",
};

/* What the functions above, and the layers, call. */
static const struct
{
  const char *name;
  const char *code;
} helpers[] = {
  { "softplus",
    "static float\n"
    "softplus (float x, float beta, float threshold)\n"
    "{\n"
    "  const float z = x * beta;\n"
    "\n"
    "  return z > threshold ? x : ((z < 0 ? 0 : z) + log1pf (expf (-fabsf (z)))) / beta;\n"
    "}\n" },
  { "hard_sigmoid",
    "static float\n"
    "hard_sigmoid (float x)\n"
    "{\n"
    "  const float z = x / 6.0f + 0.5f;\n"
    "\n"
    "  return z < 0 ? 0 : z > 1 ? 1 : z;\n"
    "}\n" },
  { "softmax_floats",
    "static void\n"
    "softmax_floats (float *x, int n)\n"
    "{\n"
    "  float largest = -INFINITY;\n"
    "  double sum = 0;\n"
    "\n"
    "  for (int i = 0; i < n; i++)\n"
    "    largest = fmaxf (largest, x[i]);\n"
    "  for (int i = 0; i < n; i++)\n"
    "    {\n"
    "      x[i] = expf (x[i] - largest);\n"
    "      sum += x[i];\n"
    "    }\n"
    "  for (int i = 0; i < n; i++)\n"
    "    x[i] = (float) (x[i] / sum);\n"
    "}\n" },
  { "dense",
    "/* A layer of a network: the weights lie by inputs. */\n"
    "static void\n"
    "dense (const float *weights, const float *bias, int n_inputs, int n_outputs,\n"
    "       const float *x, double *sums, float *y)\n"
    "{\n"
    "  for (int i = 0; i < n_outputs; i++)\n"
    "    sums[i] = bias != NULL ? bias[i] : 0;\n"
    "  for (int k = 0; k < n_inputs; k++)\n"
    "    for (int i = 0; i < n_outputs; i++)\n"
    "      sums[i] += (double) weights[k * n_outputs + i] * x[k];\n"
    "  for (int i = 0; i < n_outputs; i++)\n"
    "    y[i] = (float) sums[i];\n"
    "}\n" },
};

static void
add_helper (PymvaCWriter *writer,
            const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (helpers); i++)
    if (g_str_equal (name, helpers[i].name))
      pymva_c_writer_add_helper (writer, name, helpers[i].code);
}

/* --- layers in float32 --- */

/* The helpers and the tables of a layer. */
static void
write_layer_tables (PymvaCWriter *writer,
                    const PymvaLayerTables *layer,
                    const char *name,
                    guint number)
{
  g_autofree char *weights = g_strdup_printf ("%s_weights_%u", name, number);
  g_autofree char *bias = g_strdup_printf ("%s_bias_%u", name, number);
  g_autofree float *transposed = NULL;
  guint n_outputs = layer->n_outputs;

  if (layer->weight == NULL)
    {
      const char *function = functions[layer->activation.function];

      if (layer->activation.kind == PYMVA_ACTIVATION_SOFTMAX)
        add_helper (writer, "softmax_floats");
      else if (layer->activation.kind == PYMVA_ACTIVATION_FUNCTION)
        for (guint i = 0; i < G_N_ELEMENTS (helpers); i++)
          if (strstr (function, helpers[i].name) != NULL)
            add_helper (writer, helpers[i].name);
      return;
    }

  add_helper (writer, "dense");
  transposed = g_new (float, (gsize) layer->n_inputs * n_outputs);
  for (gsize i = 0; i < n_outputs; i++)
    for (gsize k = 0; k < layer->n_inputs; k++)
      transposed[k * n_outputs + i] = layer->weight[i * layer->n_inputs + k];
  pymva_c_append_floats (writer->text, weights, transposed, (gsize) layer->n_inputs * n_outputs);
  if (layer->bias != NULL)
    pymva_c_append_floats (writer->text, bias, layer->bias, n_outputs);
}

static void
write_function (PymvaCWriter *writer,
                const PymvaLayerTables *layer,
                const char *values)
{
  g_autoptr (GString) value = g_string_new (functions[layer->activation.function]);
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);

  pymva_c_append_float (first, layer->activation.first);
  pymva_c_append_float (second, layer->activation.second);
  g_string_replace (value, "FIRST", first->str, 0);
  g_string_replace (value, "SECOND", second->str, 0);
  pymva_c_writer_print (writer,
                        "  for (int i = 0; i < %u; i++)\n"
                        "    {\n"
                        "      const float x = %s[i];\n"
                        "\n"
                        "      %s[i] = %s;\n"
                        "    }\n", layer->n_outputs, values, values, value->str);
}

/* Runs a layer from one array to the other, which is then the one, or in its place. */
static void
write_layer (PymvaCWriter *writer,
             const PymvaLayerTables *layer,
             const char *name,
             guint number,
             const char *arrays[2])
{
  if (layer->weight != NULL)
    {
      const char *outputs = arrays[1];

      pymva_c_writer_print (writer, "  dense (%s_weights_%u, ", name, number);
      if (layer->bias != NULL)
        pymva_c_writer_print (writer, "%s_bias_%u", name, number);
      else
        pymva_c_writer_print (writer, "NULL");
      pymva_c_writer_print (writer, ", %u, %u, %s, sums, %s);\n", layer->n_inputs,
                            layer->n_outputs, arrays[0], outputs);
      arrays[1] = arrays[0];
      arrays[0] = outputs;
    }
  else if (layer->activation.kind == PYMVA_ACTIVATION_SOFTMAX)
    pymva_c_writer_print (writer, "  softmax_floats (%s, %u);\n", arrays[0], layer->n_outputs);
  else if (layer->activation.kind == PYMVA_ACTIVATION_FUNCTION)
    write_function (writer, layer, arrays[0]);
}

void
pymva_c_write_mlp (PymvaCWriter *writer,
                   const PymvaStage *stage,
                   const char *name)
{
  guint n_layers;
  const PymvaLayerTables *layers = pymva_stage_mlp_get_layers (stage, &n_layers);
  const char *arrays[2] = { "a", "b" };
  guint width = stage->n_inputs;
  gboolean has_dense = FALSE;

  for (guint i = 0; i < n_layers; i++)
    {
      write_layer_tables (writer, &layers[i], name, i);
      width = MAX (width, layers[i].n_outputs);
      has_dense |= layers[i].weight != NULL;
    }

  pymva_c_writer_print (writer,
                        "\n"
                        "static void\n"
                        "%s (const double *inputs, double *outputs)\n"
                        "{\n"
                        "  float a[%u];\n", name, width);
  if (has_dense)
    pymva_c_writer_print (writer, "  float b[%u];\n  double sums[%u];\n", width, width);
  pymva_c_writer_print (writer,
                        "\n"
                        "  for (int i = 0; i < %u; i++)\n"
                        "    a[i] = (float) inputs[i];\n", stage->n_inputs);
  for (guint i = 0; i < n_layers; i++)
    write_layer (writer, &layers[i], name, i, arrays);
  pymva_c_writer_print (writer,
                        "  for (int i = 0; i < %u; i++)\n"
                        "    outputs[i] = %s[i];\n"
                        "}\n", stage->n_outputs, arrays[0]);
}

/* --- layers in float64 --- */

void
pymva_c_write_mlp_double (PymvaCWriter *writer,
                          const PymvaStage *stage,
                          const char *name)
{
  static const char *const arrays[2] = { "a", "b" };
  guint n_layers;
  const PymvaStage * const *layers = pymva_stage_mlp_double_get_layers (stage, &n_layers);
  guint width = 0;

  for (guint i = 0; i < n_layers; i++)
    {
      g_autofree char *layer_name = g_strdup_printf ("%s_layer_%u", name, i);

      pymva_c_write_stage (writer, layers[i], layer_name);
      width = MAX (width, layers[i]->n_outputs);
    }

  pymva_c_writer_begin_stage (writer, name);
  for (guint i = 0; i + 1 < n_layers && i < G_N_ELEMENTS (arrays); i++)
    pymva_c_writer_print (writer, "  double %s[%u];\n", arrays[i], width);
  for (guint i = 0; i < n_layers; i++)
    pymva_c_writer_print (writer, "  %s_layer_%u (%s, %s);\n", name, i,
                          i == 0 ? "x" : arrays[(i - 1) % 2],
                          i + 1 == n_layers ? "y" : arrays[i % 2]);
  pymva_c_writer_print (writer, "}\n");
}
