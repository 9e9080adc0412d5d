/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-activation-private.h"
#include "pymva-dense-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"

/* The stage "mlp": a chain of layers in float32, each "dense" or an activation. */
#define MOST_LAYERS 10000

typedef struct
{
  PymvaDense *dense; /* or NULL: */
  PymvaActivation activation;
} Layer;

typedef struct
{
  PymvaStage parent;
  Layer *layers;
  guint n_layers;
  /* The columns of the widest layer, padded: the length of a row in the scratch. */
  guint width;
} Mlp;

static void
mlp_free (PymvaStage *stage)
{
  Mlp *self = (Mlp *) stage;

  for (guint i = 0; i < self->n_layers; i++)
    g_clear_pointer (&self->layers[i].dense, pymva_dense_free);
  g_free (self->layers);
  g_free (self);
}

static gboolean
read_dense (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            Layer *layer,
            guint *n_outputs,
            GError **error)
{
  g_autoptr (PymvaTensor) weight = NULL;
  g_autoptr (PymvaTensor) bias = NULL;
  gint64 length;

  if (!pymva_stage_read_tensor (description, tensors, "weight", TRUE, PYMVA_DTYPE_FLOAT32, 2,
                                &weight, error))
    return FALSE;

  length = pymva_tensor_get_length (weight, 0);
  if (length < 1 || length > PYMVA_STAGE_MOST_COLUMNS ||
      pymva_tensor_get_length (weight, 1) != n_inputs)
    {
      g_autofree char *shape = pymva_tensor_format_shape (weight);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its “weight” is %s, which does not take %u columns", shape, n_inputs);
      return FALSE;
    }
  if (!pymva_stage_read_columns (description, tensors, "bias", FALSE, PYMVA_DTYPE_FLOAT32, length,
                                 &bias, error))
    return FALSE;

  *n_outputs = length;
  layer->dense = pymva_dense_new (n_inputs, length, pymva_tensor_peek_data (weight),
                                  bias != NULL ? pymva_tensor_peek_data (bias) : NULL);
  return TRUE;
}

/* Reads a layer that takes *@n_columns, and puts there how many it gives. */
static gboolean
read_layer (JsonObject *description,
            GHashTable *tensors,
            Layer *layer,
            guint *n_columns,
            GError **error)
{
  const char *type = NULL;

  if (!pymva_json_read_string (description, "type", TRUE, &type, error))
    return FALSE;
  if (g_str_equal (type, "dense"))
    return read_dense (description, tensors, *n_columns, layer, n_columns, error);

  return pymva_activation_read (&layer->activation, type, description, error);
}

static PymvaStage *
mlp_new (JsonObject *description,
         GHashTable *tensors,
         guint n_inputs,
         GError **error)
{
  Mlp *self = g_new0 (Mlp, 1);
  g_autoptr (PymvaStage) stage = &self->parent;
  JsonArray *layers = NULL;

  stage->klass = &pymva_stage_mlp_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = n_inputs;
  if (!pymva_json_read_array (description, "layers", TRUE, &layers, error))
    return NULL;
  if (json_array_get_length (layers) > MOST_LAYERS)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "it has more than %d layers",
                   MOST_LAYERS);
      return NULL;
    }

  self->width = pymva_dense_pad (n_inputs);
  self->layers = g_new0 (Layer, json_array_get_length (layers));
  for (; self->n_layers < json_array_get_length (layers); self->n_layers++)
    {
      JsonObject *layer = pymva_json_get_element (layers, self->n_layers, "layers", error);

      if (layer == NULL)
        return NULL;
      if (!read_layer (layer, tensors, &self->layers[self->n_layers], &stage->n_outputs, error))
        {
          g_prefix_error (error, "layer %u: ", self->n_layers);
          return NULL;
        }
      self->width = MAX (self->width, pymva_dense_pad (stage->n_outputs));
    }

  stage->row_scratch = 2 * sizeof (float) * self->width;
  return g_steal_pointer (&stage);
}

static void
mlp_run (const PymvaStage *stage,
         const PymvaColumns *inputs,
         double *outputs,
         gsize n_rows,
         gpointer scratch)
{
  const Mlp *self = (const Mlp *) stage;
  float *values = scratch;
  float *next = values + n_rows * self->width;
  guint n_columns = stage->n_inputs;

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = 0; i < n_columns; i++)
      values[row * self->width + i] = (float) pymva_columns_get (inputs, row * n_columns + i);

  for (guint i = 0; i < self->n_layers; i++)
    {
      const Layer *layer = &self->layers[i];

      if (layer->dense != NULL)
        {
          float *spare = values;

          pymva_dense_run (layer->dense, values, next, n_rows, self->width);
          values = next;
          next = spare;
          n_columns = pymva_dense_get_n_outputs (layer->dense);
        }
      else
        pymva_activation_run (&layer->activation, values, n_columns, n_rows, self->width);
    }

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = 0; i < n_columns; i++)
      outputs[row * n_columns + i] = values[row * self->width + i];
}

const PymvaStageClass pymva_stage_mlp_class = {
  .kind = "mlp",
  .engine = TRUE,
  .new = mlp_new,
  .free = mlp_free,
  .run = mlp_run,
};
