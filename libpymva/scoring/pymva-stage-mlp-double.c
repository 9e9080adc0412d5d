/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-json-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "mlp" in float64, as scikit-learn computes its networks: a chain of the stages "linear"
 * and "link". Dense layers have the members of the one, and the others name functions of the
 * other. */
#define MOST_LAYERS 10000

typedef struct
{
  PymvaStage parent;
  PymvaStage **layers;
  guint n_layers;
  /* The columns of the widest layer, which the scratch has twice for each row. */
  guint width;
} Network;

static void
network_free (PymvaStage *stage)
{
  Network *self = (Network *) stage;

  for (guint i = 0; i < self->n_layers; i++)
    pymva_stage_free (self->layers[i]);
  g_free (self->layers);
  g_free (self);
}

static PymvaStage *
read_layer (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  g_autoptr (JsonObject) link = NULL;
  const char *type = NULL;

  if (!pymva_json_read_string (description, "type", TRUE, &type, error))
    return NULL;
  if (g_str_equal (type, "dense"))
    return pymva_stage_linear_class.new (description, tensors, n_inputs, error);

  link = json_object_new ();
  json_object_set_string_member (link, "function", type);
  return pymva_stage_link_class.new (link, tensors, n_inputs, error);
}

static PymvaStage *
network_new (JsonObject *description,
             GHashTable *tensors,
             guint n_inputs,
             GError **error)
{
  Network *self = g_new0 (Network, 1);
  g_autoptr (PymvaStage) stage = &self->parent;
  const char *precision = NULL;
  JsonArray *layers = NULL;
  guint n_layers;
  gsize scratch = 0;

  stage->klass = &pymva_stage_mlp_double_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = n_inputs;
  if (!pymva_json_read_string (description, "precision", TRUE, &precision, error) ||
      !pymva_json_read_array (description, "layers", TRUE, &layers, error))
    return NULL;

  n_layers = json_array_get_length (layers);
  if (!g_str_equal (precision, "float64") || n_layers == 0 || n_layers > MOST_LAYERS)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its “precision” is “%s”, not “float32” or “float64”, or it has %u layers, "
                   "not 1 to %d", precision, n_layers, MOST_LAYERS);
      return NULL;
    }

  self->layers = g_new0 (PymvaStage *, n_layers);
  while (self->n_layers < n_layers)
    {
      JsonObject *layer = pymva_json_get_element (layers, self->n_layers, "layers", error);
      PymvaStage *made;

      if (layer == NULL)
        return NULL;
      made = read_layer (layer, tensors, stage->n_outputs, error);
      if (made == NULL)
        {
          g_prefix_error (error, "layer %u: ", self->n_layers);
          return NULL;
        }
      self->layers[self->n_layers++] = made;
      stage->n_outputs = made->n_outputs;
      self->width = MAX (self->width, made->n_outputs);
      scratch = MAX (scratch, made->row_scratch);
    }

  stage->row_scratch = 2 * sizeof (double) * self->width + scratch;
  return g_steal_pointer (&stage);
}

const PymvaStage * const *
pymva_stage_mlp_double_get_layers (const PymvaStage *stage,
                                   guint *n_layers)
{
  const Network *self = (const Network *) stage;

  *n_layers = self->n_layers;
  return (const PymvaStage * const *) self->layers;
}

static void
network_run (const PymvaStage *stage,
             const PymvaColumns *inputs,
             double *outputs,
             gsize n_rows,
             gpointer scratch)
{
  const Network *self = (const Network *) stage;
  double *values[2] = { scratch, (double *) scratch + n_rows * self->width };
  gpointer rest = values[1] + n_rows * self->width;
  PymvaColumns columns = *inputs;

  for (guint i = 0; i < self->n_layers; i++)
    {
      const PymvaStage *layer = self->layers[i];
      double *found = i + 1 == self->n_layers ? outputs : values[i % 2];

      layer->klass->run (layer, &columns, found, n_rows, rest);
      columns = (PymvaColumns) { .doubles = found };
    }
}

const PymvaStageClass pymva_stage_mlp_double_class = {
  .kind = "mlp",
  .engine = TRUE,
  .new = network_new,
  .free = network_free,
  .run = network_run,
};
