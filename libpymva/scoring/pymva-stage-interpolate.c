/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "interpolate": each column through straight lines between its knots, in double, level
 * beyond the first and the last knot. A column without knots stays as it is, and so does NaN. */
typedef struct
{
  PymvaStage parent;
  gsize *firsts; /* the first knot of each column */
  PymvaTensor *x;
  PymvaTensor *y;
  /* Whether the slope of a line is computed first, as numpy.interp() does it. */
  gboolean slopes;
} Interpolate;

static void
interpolate_free (PymvaStage *stage)
{
  Interpolate *self = (Interpolate *) stage;

  g_free (self->firsts);
  g_clear_object (&self->x);
  g_clear_object (&self->y);
  g_free (self);
}

static PymvaStage *
interpolate_new (JsonObject *description,
                 GHashTable *tensors,
                 guint n_inputs,
                 GError **error)
{
  Interpolate *self = g_new0 (Interpolate, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_interpolate_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = n_inputs;
  if (!pymva_stage_read_rising (description, tensors, "x", n_inputs, &self->firsts, &self->x,
                                error) ||
      !pymva_stage_read_columns (description, tensors, "y", TRUE, PYMVA_DTYPE_FLOAT64,
                                 self->firsts[n_inputs], &self->y, error) ||
      !pymva_stage_check_finite (self->y, "y", error) ||
      !pymva_json_read_boolean (description, "slopes", FALSE, &self->slopes, error))
    return NULL;

  return g_steal_pointer (&stage);
}

PymvaInterpolateTables
pymva_stage_interpolate_get_tables (const PymvaStage *stage)
{
  const Interpolate *self = (const Interpolate *) stage;

  return (PymvaInterpolateTables) {
    .firsts = self->firsts,
    .x = pymva_tensor_peek_data (self->x),
    .y = pymva_tensor_peek_data (self->y),
    .slopes = self->slopes,
  };
}

/* Between the knots @low and @high. */
static double
evaluate (const double *knots,
          const double *y,
          gsize low,
          gsize high,
          double x,
          gboolean slopes)
{
  double dx;
  double dy;

  if (isnan (x))
    return x;
  if (!(x > knots[low]))
    return y[low];
  if (x >= knots[high])
    return y[high];

  /* x[low] <= x < x[high], so that a knot gives its own y and nothing that was rounded. */
  while (high - low > 1)
    {
      gsize middle = low + (high - low) / 2;

      if (x >= knots[middle])
        low = middle;
      else
        high = middle;
    }

  dx = knots[high] - knots[low];
  dy = y[high] - y[low];
  return slopes ? dy / dx * (x - knots[low]) + y[low] : y[low] + (x - knots[low]) / dx * dy;
}

static void
interpolate_run (const PymvaStage *stage,
                 const PymvaColumns *inputs,
                 double *outputs,
                 gsize n_rows,
                 gpointer scratch)
{
  const Interpolate *self = (const Interpolate *) stage;
  const double *knots = pymva_tensor_peek_data (self->x);
  const double *y = pymva_tensor_peek_data (self->y);
  guint n = stage->n_inputs;

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = 0; i < n; i++)
      {
        double x = pymva_columns_get (inputs, row * n + i);
        gsize first = self->firsts[i];
        gsize end = self->firsts[i + 1];

        outputs[row * n + i] = first < end ? evaluate (knots, y, first, end - 1, x,
                                                              self->slopes) : x;
      }
}

const PymvaStageClass pymva_stage_interpolate_class = {
  .kind = "interpolate",
  .exact = TRUE,
  .new = interpolate_new,
  .free = interpolate_free,
  .run = interpolate_run,
};
