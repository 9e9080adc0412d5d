/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "data/pymva-tensor-private.h"
#include "pymva-stage-private.h"

/* The stage "affine": (x - subtract) / divide * multiply + add for each column, in double and in
 * this order, each part only where its key is there. Standardisation is (x - mean) / scale just
 * as NumPy computes it; folded into one product and one sum it would not be. */
enum
{
  SUBTRACT,
  DIVIDE,
  MULTIPLY,
  ADD,
  N_PARTS,
};

static const char *const part_keys[N_PARTS] = { "subtract", "divide", "multiply", "add" };

typedef struct
{
  PymvaStage parent;
  PymvaTensor *parts[N_PARTS];
} Affine;

static void
affine_free (PymvaStage *stage)
{
  Affine *self = (Affine *) stage;

  for (guint i = 0; i < N_PARTS; i++)
    g_clear_object (&self->parts[i]);
  g_free (self);
}

static PymvaStage *
affine_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  Affine *self = g_new0 (Affine, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_affine_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = n_inputs;
  for (guint i = 0; i < N_PARTS; i++)
    if (!pymva_stage_read_columns (description, tensors, part_keys[i], FALSE, PYMVA_DTYPE_FLOAT64,
                                   n_inputs, &self->parts[i], error))
      return NULL;

  return g_steal_pointer (&stage);
}

static void
affine_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const Affine *self = (const Affine *) stage;
  guint n = stage->n_inputs;

  for (gsize i = 0; i < n_rows * n; i++)
    outputs[i] = pymva_columns_get (inputs, i);

  for (guint part = 0; part < N_PARTS; part++)
    {
      const double *values;

      if (self->parts[part] == NULL)
        continue;

      values = pymva_tensor_peek_data (self->parts[part]);
      for (gsize row = 0; row < n_rows; row++)
        {
          double *x = outputs + row * n;

          for (guint i = 0; i < n; i++)
            switch (part)
              {
              case SUBTRACT: x[i] -= values[i]; break;
              case DIVIDE: x[i] /= values[i]; break;
              case MULTIPLY: x[i] *= values[i]; break;
              default: x[i] += values[i]; break;
              }
        }
    }
}

const PymvaStageClass pymva_stage_affine_class = {
  .kind = "affine",
  .exact = TRUE,
  .new = affine_new,
  .free = affine_free,
  .run = affine_run,
};
