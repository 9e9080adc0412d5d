/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "data/pymva-tensor-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

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

/* What a part that is missing is replaced with; of zeros, only that of the other sign keeps -0. */
static const double neutral[N_PARTS] = { 0.0, 1.0, 1.0, -0.0 };

typedef struct
{
  PymvaStage parent;
  /* One number for each column. */
  double *parts[N_PARTS];
  gboolean has_part[N_PARTS];
  /* Whether there are the last two parts, or one of them. */
  gboolean scales;
} Affine;

static void
affine_free (PymvaStage *stage)
{
  Affine *self = (Affine *) stage;

  for (guint i = 0; i < N_PARTS; i++)
    g_free (self->parts[i]);
  g_free (self);
}

static gboolean
read_part (Affine *self,
           JsonObject *description,
           GHashTable *tensors,
           guint part,
           GError **error)
{
  guint n = self->parent.n_inputs;
  g_autoptr (PymvaTensor) tensor = NULL;

  if (!pymva_stage_read_columns (description, tensors, part_keys[part], FALSE, PYMVA_DTYPE_FLOAT64,
                                 n, &tensor, error))
    return FALSE;

  self->has_part[part] = tensor != NULL;
  self->scales |= tensor != NULL && part >= MULTIPLY;
  self->parts[part] = g_new (double, n);
  for (guint i = 0; i < n; i++)
    self->parts[part][i] = neutral[part];
  if (tensor != NULL)
    memcpy (self->parts[part], pymva_tensor_peek_data (tensor), n * sizeof (double));

  return TRUE;
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
  for (guint part = 0; part < N_PARTS; part++)
    if (!read_part (self, description, tensors, part, error))
      return NULL;

  return g_steal_pointer (&stage);
}

PymvaAffineTables
pymva_stage_affine_get_tables (const PymvaStage *stage)
{
  const Affine *self = (const Affine *) stage;
  const double *parts[N_PARTS];

  for (guint part = 0; part < N_PARTS; part++)
    parts[part] = self->has_part[part] ? self->parts[part] : NULL;
  return (PymvaAffineTables) { parts[SUBTRACT], parts[DIVIDE], parts[MULTIPLY], parts[ADD] };
}

/* One row, whose numbers are of @type; a macro, for the compiler to do several at once in each. */
#define RUN_ROW(type, x, y)                                                                        \
  G_STMT_START                                                                                     \
    {                                                                                              \
      const type *restrict from = (x);                                                             \
      double *restrict to = (y);                                                                   \
                                                                                                   \
      if (self->scales)                                                                            \
        for (guint i = 0; i < n; i++)                                                              \
          to[i] = (from[i] - subtract[i]) / divide[i] * multiply[i] + add[i];                      \
      else                                                                                         \
        for (guint i = 0; i < n; i++)                                                              \
          to[i] = (from[i] - subtract[i]) / divide[i];                                             \
    }                                                                                              \
  G_STMT_END

static void
affine_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const Affine *self = (const Affine *) stage;
  const double *subtract = self->parts[SUBTRACT];
  const double *divide = self->parts[DIVIDE];
  const double *multiply = self->parts[MULTIPLY];
  const double *add = self->parts[ADD];
  guint n = stage->n_inputs;

  for (gsize row = 0; row < n_rows; row++)
    if (inputs->floats != NULL)
      RUN_ROW (float, inputs->floats + row * n, outputs + row * n);
    else
      RUN_ROW (double, inputs->doubles + row * n, outputs + row * n);
}

const PymvaStageClass pymva_stage_affine_class = {
  .kind = "affine",
  .exact = TRUE,
  .new = affine_new,
  .free = affine_free,
  .run = affine_run,
};
