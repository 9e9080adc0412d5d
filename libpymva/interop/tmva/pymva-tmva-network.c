/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-tmva-private.h"

/* TMVA's network, “MLP”, in the file layer by layer: each neuron has the weights of the synapses
 * that lead on from it. The last neuron of each layer but the last one is that of the biases, whose
 * value is 1. Weights are float32 in TMVA, and all else float64. */

/* No layer of a network that anybody trains has more. */
#define MOST_NEURONS 100000

/* The release from which on the hyperbolic tangent is a rational function. */
#define RATIONAL_TANH_VERSION 0x040201

typedef struct
{
  const PymvaXmlElement *element;
  guint n_neurons;
  gboolean is_last;
} Layer;

/* --- layers --- */

/* Without that of the biases. */
static guint
count_values (const Layer *layer)
{
  return layer->is_last ? layer->n_neurons : layer->n_neurons - 1;
}

static gboolean
read_layer (const PymvaXmlElement *element,
            guint index,
            Layer *layer,
            GError **error)
{
  gint64 found;
  gint64 n_neurons;
  guint n_elements = pymva_xml_count_children (element, "Neuron");

  if (!pymva_xml_read_int (element, "Index", index, index, &found, error) ||
      !pymva_xml_read_int (element, "NNeurons", layer->is_last ? 1 : 2, MOST_NEURONS, &n_neurons,
                           error))
    return FALSE;

  layer->element = element;
  layer->n_neurons = n_neurons;
  if (n_elements == layer->n_neurons)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "layer %u has %u neurons, and should have %u", index, n_elements, layer->n_neurons);
  return FALSE;
}

/* All layers, new. */
static Layer *
read_layers (const PymvaTmvaMethod *method,
             guint *n_layers,
             GError **error)
{
  const PymvaXmlElement *layout = pymva_xml_get_child (method->weights, "Layout");
  const PymvaXmlElement *element;
  g_autofree Layer *layers = NULL;
  guint n;

  /* Older releases have no “Layout”. */
  if (layout == NULL)
    layout = method->weights;
  n = pymva_xml_count_children (layout, "Layer");
  layers = g_new0 (Layer, n);
  element = pymva_xml_get_child (layout, "Layer");
  for (guint i = 0; i < n; i++)
    {
      layers[i].is_last = i + 1 == n;
      if (!read_layer (element, i, &layers[i], error))
        return NULL;
      element = pymva_xml_get_next (element, "Layer");
    }

  *n_layers = n;
  if (n >= 2 && count_values (&layers[0]) == method->n_variables &&
      count_values (&layers[n - 1]) == method->n_outputs)
    return g_steal_pointer (&layers);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "its %u layers do not lead from %u variables to %u answers", n, method->n_variables,
               method->n_outputs);
  return NULL;
}

/* --- stages --- */

static void
add_dense (PymvaStageWriter *stage,
           guint number,
           const double *weight,
           const double *bias,
           guint n_outputs,
           guint n_inputs,
           GVariantBuilder *layers)
{
  g_autofree char *weight_key = g_strdup_printf ("layer%u.weight", number);
  g_autofree char *bias_key = g_strdup_printf ("layer%u.bias", number);
  g_autofree char *weight_name =
    pymva_stage_writer_add_doubles (stage, weight_key, weight, n_outputs, n_inputs);
  g_autofree char *bias_name = pymva_stage_writer_add_doubles (stage, bias_key, bias, n_outputs, 0);
  GVariantDict layer;

  g_variant_dict_init (&layer, NULL);
  g_variant_dict_insert (&layer, "type", "s", "dense");
  g_variant_dict_insert (&layer, "weight", "s", weight_name);
  g_variant_dict_insert (&layer, "bias", "s", bias_name);
  g_variant_builder_add_value (layers, g_variant_dict_end (&layer));
}

/* @function: a function of a link; NULL where there is none. */
static void
add_activation (const char *function,
                GVariantBuilder *layers)
{
  GVariantDict layer;

  if (function == NULL)
    return;

  g_variant_dict_init (&layer, NULL);
  g_variant_dict_insert (&layer, "type", "s", function);
  g_variant_builder_add_value (layers, g_variant_dict_end (&layer));
}

/* The synapses from one layer to the next: those of all neurons, one neuron after the other. */
static GArray *
read_synapses (const Layer *layer,
               guint n_outputs,
               GError **error)
{
  g_autoptr (GArray) synapses = g_array_new (FALSE, FALSE, sizeof (double));
  const PymvaXmlElement *neuron = pymva_xml_get_child (layer->element, "Neuron");

  for (; neuron != NULL; neuron = pymva_xml_get_next (neuron, "Neuron"))
    {
      g_autofree double *numbers = NULL;
      gint64 n;

      if (!pymva_xml_read_int (neuron, "NSynapses", n_outputs, n_outputs, &n, error))
        return NULL;
      numbers = pymva_xml_read_numbers (neuron, n, error);
      if (numbers == NULL)
        return NULL;
      g_array_append_vals (synapses, numbers, n);
    }

  return g_steal_pointer (&synapses);
}

static gboolean
add_synapses (PymvaStageWriter *stage,
              guint number,
              const Layer *layer,
              const Layer *next,
              GVariantBuilder *layers,
              GError **error)
{
  guint n_inputs = count_values (layer);
  guint n_outputs = count_values (next);
  g_autoptr (GArray) synapses = read_synapses (layer, n_outputs, error);
  g_autofree double *weight = NULL;
  g_autofree double *bias = NULL;

  if (synapses == NULL)
    return FALSE;

  weight = g_new (double, (gsize) n_outputs * n_inputs);
  bias = g_new (double, n_outputs);
  for (guint i = 0; i < layer->n_neurons; i++)
    for (guint k = 0; k < n_outputs; k++)
      *(i < n_inputs ? &weight[(gsize) k * n_inputs + i] : &bias[k]) =
        (float) g_array_index (synapses, double, (gsize) i * n_outputs + k);
  add_dense (stage, number, weight, bias, n_outputs, n_inputs, layers);

  return TRUE;
}

/* --- options --- */

static gboolean
find_word (const PymvaTmvaMethod *method,
           const char *option,
           const char *const *words,
           guint *place,
           GError **error)
{
  const char *value = pymva_tmva_method_get_option (method, option);

  for (guint i = 0; value != NULL && words[i] != NULL; i++)
    if (g_str_equal (words[i], value))
      {
        *place = i;
        return TRUE;
      }

  if (value != NULL)
    return pymva_tmva_method_refuse (method, error, "the option %s=%s", option, value);
  return pymva_tmva_method_refuse (method, error, "a network without the option “%s”", option);
}

/* The functions of hidden neurons and of those of the last layer. */
static gboolean
read_functions (const PymvaTmvaMethod *method,
                const char **hidden,
                const char **last,
                GError **error)
{
  static const char *const types[] = { "linear", "sigmoid", "tanh", "ReLU", "radial", NULL };
  static const char *const functions[] = { NULL, "logistic", "rational-tanh", "relu", "gaussian" };
  static const char *const inputs[] = { "sum", NULL };
  static const char *const estimators[] = { "MSE", "CE", NULL };
  guint type;
  guint input;
  guint estimator;

  if (!find_word (method, "NeuronType", types, &type, error) ||
      !find_word (method, "NeuronInputType", inputs, &input, error) ||
      !find_word (method, "EstimatorType", estimators, &estimator, error))
    return FALSE;

  *hidden = functions[type];
  if (g_str_equal (types[type], "tanh") && method->version < RATIONAL_TANH_VERSION)
    *hidden = "tanh";
  *last = estimator == 1 ? "logistic" : NULL;
  return TRUE;
}

gboolean
pymva_tmva_import_mlp (PymvaTmvaMethod *method,
                       int *stage,
                       GError **error)
{
  g_auto (GVariantBuilder) layers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autofree Layer *found = NULL;
  const char *hidden = NULL;
  const char *last = NULL;
  guint n_layers = 0;
  PymvaStageWriter network;
  int input;

  if (!read_functions (method, &hidden, &last, error))
    return FALSE;
  found = read_layers (method, &n_layers, error);
  if (found == NULL ||
      !pymva_tmva_method_transform (method, PYMVA_TMVA_ALL_CLASSES, &input, error))
    return FALSE;

  pymva_stage_writer_init (&network, method->builder, "mlp", input);
  pymva_stage_writer_set_word (&network, "precision", "float64");
  for (guint i = 0; i + 1 < n_layers; i++)
    {
      if (!add_synapses (&network, i, &found[i], &found[i + 1], &layers, error))
        {
          g_variant_dict_clear (&network.keys);
          return FALSE;
        }
      add_activation (found[i + 1].is_last ? last : hidden, &layers);
    }
  g_variant_dict_insert_value (&network.keys, "layers", g_variant_builder_end (&layers));
  /* The answers of several classes and targets are float32 in TMVA, before they go on. */
  *stage = pymva_stage_writer_add (&network,
                                   method->analysis_type != PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  if (method->analysis_type == PYMVA_ANALYSIS_TYPE_MULTICLASS)
    *stage = pymva_tmva_add_link (method, "softmax", *stage, FALSE);

  return TRUE;
}
