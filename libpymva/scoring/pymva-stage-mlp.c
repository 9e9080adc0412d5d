/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "data/pymva-tensor-private.h"
#include "kernels/pymva-kernel.h"
#include "pymva-activation-private.h"
#include "pymva-dense-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "mlp": a chain of layers in float32, each "dense" or an activation. */
#define MOST_LAYERS 10000
/* Rows that go through all layers together: enough to use what is fetched of the weights, and few
 * enough for all of their values to stay near. */
#define TILE_ROWS 48

typedef struct
{
  PymvaDense *dense; /* or NULL: */
  PymvaActivation activation;
  guint n_columns; /* that it gives */
} Layer;

typedef struct
{
  PymvaStage parent;
  const PymvaNetworkKernel *kernel;
  Layer *layers;
  guint n_layers;
  /* The layers as the file has them, and the tensors of their tables; NULL where it runs. */
  GArray *tables; /* of PymvaLayerTables */
  GPtrArray *tensors;
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
  g_clear_pointer (&self->tables, g_array_unref);
  g_clear_pointer (&self->tensors, g_ptr_array_unref);
  g_free (self);
}

/* Reads what a layer has that takes @n_inputs columns. */
static gboolean
read_dense (Mlp *self,
            JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            PymvaLayerTables *layer,
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

  layer->n_outputs = length;
  layer->weight = pymva_tensor_peek_data (weight);
  g_ptr_array_add (self->tensors, g_steal_pointer (&weight));
  if (bias != NULL)
    {
      layer->bias = pymva_tensor_peek_data (bias);
      g_ptr_array_add (self->tensors, g_steal_pointer (&bias));
    }
  return TRUE;
}

/* Reads the next layer, which takes the columns that the stage gives so far. */
static gboolean
read_layer (Mlp *self,
            JsonObject *description,
            GHashTable *tensors,
            GError **error)
{
  PymvaStage *stage = &self->parent;
  PymvaLayerTables tables = { .n_inputs = stage->n_outputs, .n_outputs = stage->n_outputs };
  const char *type = NULL;

  if (!pymva_json_read_string (description, "type", TRUE, &type, error) ||
      !(g_str_equal (type, "dense")
          ? read_dense (self, description, tensors, stage->n_outputs, &tables, error)
          : pymva_activation_read (&tables.activation, type, description, error)))
    return FALSE;

  g_array_append_val (self->tables, tables);
  stage->n_outputs = tables.n_outputs;
  self->width = MAX (self->width, pymva_dense_pad (stage->n_outputs));
  return TRUE;
}

static const PymvaNetworkKernel *
choose_kernel (PymvaKernel *kernel)
{
  *kernel = pymva_stage_choose_kernel ();
#ifdef __x86_64__
  if (*kernel == PYMVA_KERNEL_AVX512)
    return &pymva_network_kernel_avx512;
  if (*kernel == PYMVA_KERNEL_AVX2)
    return &pymva_network_kernel_avx2;
#endif
  return &pymva_network_kernel_portable;
}

/* Gives rectifiers to the dense layers that they follow, and drops layers that do nothing. */
static void
merge_layers (Mlp *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_layers; i++)
    {
      const PymvaActivation *activation = &self->layers[i].activation;

      if (self->layers[i].dense == NULL)
        {
          if (activation->kind == PYMVA_ACTIVATION_IDENTITY)
            continue;
          if (activation->kind == PYMVA_ACTIVATION_FUNCTION &&
              activation->function == PYMVA_NETWORK_RELU && n > 0 &&
              self->layers[n - 1].dense != NULL)
            {
              pymva_dense_rectify (self->layers[n - 1].dense);
              continue;
            }
        }
      self->layers[n++] = self->layers[i];
    }

  for (guint i = 1; i < n; i++)
    if (self->layers[i].dense != NULL && self->layers[i - 1].dense != NULL &&
        pymva_dense_get_tables (self->layers[i - 1].dense)->relu)
      pymva_dense_expect_zeros (self->layers[i].dense);
  self->n_layers = n;
}

static gboolean
read_layers (Mlp *self,
             JsonArray *layers,
             GHashTable *tensors,
             GError **error)
{
  guint n = json_array_get_length (layers);

  if (n > MOST_LAYERS)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "it has more than %d layers",
                   MOST_LAYERS);
      return FALSE;
    }

  self->width = pymva_dense_pad (self->parent.n_inputs);
  self->tables = g_array_new (FALSE, FALSE, sizeof (PymvaLayerTables));
  self->tensors = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n; i++)
    {
      JsonObject *layer = pymva_json_get_element (layers, i, "layers", error);

      if (layer == NULL)
        return FALSE;
      if (!read_layer (self, layer, tensors, error))
        {
          g_prefix_error (error, "layer %u: ", i);
          return FALSE;
        }
    }

  self->parent.row_scratch = 2 * sizeof (float) * self->width;
  return TRUE;
}

/* Lays the layers out for the kernel, and drops what they were made of. */
static void
lay_out (Mlp *self)
{
  self->n_layers = self->tables->len;
  self->layers = g_new0 (Layer, self->n_layers);
  for (guint i = 0; i < self->n_layers; i++)
    {
      const PymvaLayerTables *tables = &g_array_index (self->tables, PymvaLayerTables, i);
      Layer *layer = &self->layers[i];

      if (tables->weight != NULL)
        layer->dense =
          pymva_dense_new (tables->n_inputs, tables->n_outputs, tables->weight, tables->bias);
      layer->activation = tables->activation;
      layer->n_columns = tables->n_outputs;
    }

  merge_layers (self);
  self->kernel = choose_kernel (&self->parent.kernel);
  g_clear_pointer (&self->tables, g_array_unref);
  g_clear_pointer (&self->tensors, g_ptr_array_unref);
}

static PymvaStage *
mlp_new_for_export (JsonObject *description,
                    GHashTable *tensors,
                    guint n_inputs,
                    GError **error)
{
  Mlp *self = g_new0 (Mlp, 1);
  g_autoptr (PymvaStage) stage = &self->parent;
  JsonArray *layers = NULL;
  const char *precision = "float32";

  stage->klass = &pymva_stage_mlp_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = n_inputs;
  if (!pymva_json_read_string (description, "precision", FALSE, &precision, error))
    return NULL;
  if (!g_str_equal (precision, "float32"))
    return pymva_stage_mlp_double_class.new (description, tensors, n_inputs, error);
  if (!pymva_json_read_array (description, "layers", TRUE, &layers, error) ||
      !read_layers (self, layers, tensors, error))
    return NULL;

  return g_steal_pointer (&stage);
}

static PymvaStage *
mlp_new (JsonObject *description,
         GHashTable *tensors,
         guint n_inputs,
         GError **error)
{
  PymvaStage *stage = mlp_new_for_export (description, tensors, n_inputs, error);

  /* The one in float64 is of another class. */
  if (stage != NULL && stage->klass == &pymva_stage_mlp_class)
    lay_out ((Mlp *) stage);
  return stage;
}

const PymvaLayerTables *
pymva_stage_mlp_get_layers (const PymvaStage *stage,
                            guint *n_layers)
{
  const Mlp *self = (const Mlp *) stage;

  *n_layers = self->tables->len;
  return (const PymvaLayerTables *) self->tables->data;
}

static void
swap (float **a,
      float **b)
{
  float *c = *a;

  *a = *b;
  *b = c;
}

/* Runs rows through all layers, and gives where the outputs lie: in rows that are self->width
 * apart, or in those of the inputs if there are no layers. */
static const float *
run_tile (const Mlp *self,
          const PymvaColumns *inputs,
          gsize first,
          gsize n_rows,
          float *scratch,
          gsize *stride)
{
  guint n_inputs = self->parent.n_inputs;
  float *current = scratch;
  float *next = scratch + n_rows * self->width;
  const float *values = current;

  *stride = n_inputs;
  if (inputs->floats != NULL)
    values = inputs->floats + first * n_inputs;
  else
    for (gsize i = 0; i < n_rows * n_inputs; i++)
      current[i] = (float) inputs->doubles[first * n_inputs + i];

  for (guint i = 0; i < self->n_layers; i++)
    {
      const Layer *layer = &self->layers[i];

      if (layer->dense != NULL)
        self->kernel->run_dense (pymva_dense_get_tables (layer->dense), values, *stride, next,
                                 self->width, n_rows);
      else if (i == 0)
        for (gsize row = 0; row < n_rows; row++)
          memcpy (next + row * self->width, values + row * n_inputs, n_inputs * sizeof (float));

      if (layer->dense != NULL || i == 0)
        {
          swap (&current, &next);
          values = current;
          *stride = self->width;
        }
      if (layer->dense == NULL)
        pymva_activation_run (&layer->activation, self->kernel, current, layer->n_columns, n_rows,
                              self->width);
    }

  return values;
}

static void
mlp_run_floats (const PymvaStage *stage,
                const PymvaColumns *inputs,
                float *outputs,
                gsize n_rows,
                gpointer scratch)
{
  guint n_outputs = stage->n_outputs;

  for (gsize first = 0; first < n_rows; first += TILE_ROWS)
    {
      gsize n = MIN (TILE_ROWS, n_rows - first);
      gsize stride;
      const float *values = run_tile ((const Mlp *) stage, inputs, first, n, scratch, &stride);

      for (gsize row = 0; row < n; row++)
        for (guint i = 0; i < n_outputs; i++)
          outputs[(first + row) * n_outputs + i] = values[row * stride + i];
    }
}

static void
mlp_run (const PymvaStage *stage,
         const PymvaColumns *inputs,
         double *outputs,
         gsize n_rows,
         gpointer scratch)
{
  gsize n = n_rows * stage->n_outputs;
  /* The second half of the outputs: each is read before a double is written over it. */
  float *floats = (float *) outputs + n;

  mlp_run_floats (stage, inputs, floats, n_rows, scratch);
  for (gsize i = 0; i < n; i++)
    outputs[i] = floats[i];
}

const PymvaStageClass pymva_stage_mlp_class = {
  .kind = "mlp",
  .engine = TRUE,
  .new = mlp_new,
  .new_for_export = mlp_new_for_export,
  .free = mlp_free,
  .run = mlp_run,
  .run_floats = mlp_run_floats,
};
