/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "data/pymva-tensor-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "fill": in place of what is missing, NaN, a value of its own for each column. */
typedef struct
{
  PymvaStage parent;
  PymvaTensor *values;
} Fill;

static void
fill_free (PymvaStage *stage)
{
  Fill *self = (Fill *) stage;

  g_clear_object (&self->values);
  g_free (self);
}

static PymvaStage *
fill_new (JsonObject *description,
          GHashTable *tensors,
          guint n_inputs,
          GError **error)
{
  Fill *self = g_new0 (Fill, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_fill_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = n_inputs;
  if (!pymva_stage_read_columns (description, tensors, "values", TRUE, PYMVA_DTYPE_FLOAT64,
                                 n_inputs, &self->values, error))
    return NULL;

  return g_steal_pointer (&stage);
}

const double *
pymva_stage_fill_get_values (const PymvaStage *stage)
{
  return pymva_tensor_peek_data (((const Fill *) stage)->values);
}

static void
fill_run (const PymvaStage *stage,
          const PymvaColumns *inputs,
          double *outputs,
          gsize n_rows,
          gpointer scratch)
{
  const Fill *self = (const Fill *) stage;
  const double *values = pymva_tensor_peek_data (self->values);
  guint n = stage->n_inputs;

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = 0; i < n; i++)
      {
        double x = pymva_columns_get (inputs, row * n + i);

        outputs[row * n + i] = isnan (x) ? values[i] : x;
      }
}

const PymvaStageClass pymva_stage_fill_class = {
  .kind = "fill",
  .exact = TRUE,
  .new = fill_new,
  .free = fill_free,
  .run = fill_run,
};
