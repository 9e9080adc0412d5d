/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "clip": each column within its bounds. NaN stays NaN. */
typedef struct
{
  PymvaStage parent;
  /* Either may be NULL. */
  PymvaTensor *minimum;
  PymvaTensor *maximum;
} Clip;

static void
clip_free (PymvaStage *stage)
{
  Clip *self = (Clip *) stage;

  g_clear_object (&self->minimum);
  g_clear_object (&self->maximum);
  g_free (self);
}

static double
get_bound (PymvaTensor *bounds,
           guint column,
           double fallback)
{
  return bounds != NULL ? ((const double *) pymva_tensor_peek_data (bounds))[column] : fallback;
}

static gboolean
check_bounds (const Clip *self,
              GError **error)
{
  for (guint i = 0; i < self->parent.n_inputs; i++)
    {
      double minimum = get_bound (self->minimum, i, -INFINITY);
      double maximum = get_bound (self->maximum, i, INFINITY);

      if (minimum <= maximum)
        continue;
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the bounds of column %u are %g and %g, which is no range", i, minimum, maximum);
      return FALSE;
    }

  return TRUE;
}

static PymvaStage *
clip_new (JsonObject *description,
          GHashTable *tensors,
          guint n_inputs,
          GError **error)
{
  Clip *self = g_new0 (Clip, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_clip_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = n_inputs;
  if (!pymva_stage_read_columns (description, tensors, "minimum", FALSE, PYMVA_DTYPE_FLOAT64,
                                 n_inputs, &self->minimum, error) ||
      !pymva_stage_read_columns (description, tensors, "maximum", FALSE, PYMVA_DTYPE_FLOAT64,
                                 n_inputs, &self->maximum, error) ||
      !check_bounds (self, error))
    return NULL;

  return g_steal_pointer (&stage);
}

PymvaClipTables
pymva_stage_clip_get_tables (const PymvaStage *stage)
{
  const Clip *self = (const Clip *) stage;

  return (PymvaClipTables) {
    .minimum = self->minimum != NULL ? pymva_tensor_peek_data (self->minimum) : NULL,
    .maximum = self->maximum != NULL ? pymva_tensor_peek_data (self->maximum) : NULL,
  };
}

static void
clip_run (const PymvaStage *stage,
          const PymvaColumns *inputs,
          double *outputs,
          gsize n_rows,
          gpointer scratch)
{
  const Clip *self = (const Clip *) stage;
  guint n = stage->n_inputs;

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = 0; i < n; i++)
      {
        double x = pymva_columns_get (inputs, row * n + i);
        double minimum = get_bound (self->minimum, i, -INFINITY);
        double maximum = get_bound (self->maximum, i, INFINITY);

        outputs[row * n + i] = x < minimum ? minimum : x > maximum ? maximum : x;
      }
}

const PymvaStageClass pymva_stage_clip_class = {
  .kind = "clip",
  .exact = TRUE,
  .new = clip_new,
  .free = clip_free,
  .run = clip_run,
};
