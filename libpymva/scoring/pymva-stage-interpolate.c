/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-stage-private.h"

/* The stage "interpolate": each column through straight lines between its knots, in double, level
 * beyond the first and the last knot. A column without knots stays as it is, and so does NaN. */
typedef struct
{
  guint n_knots;
  const double *x;
  const double *y;
} Curve;

typedef struct
{
  PymvaStage parent;
  PymvaTensor *x;
  PymvaTensor *y;
  Curve *curves; /* one per column */
} Interpolate;

static void
interpolate_free (PymvaStage *stage)
{
  Interpolate *self = (Interpolate *) stage;

  g_clear_object (&self->x);
  g_clear_object (&self->y);
  g_free (self->curves);
  g_free (self);
}

/* Reads how many knots each column has; *@n_knots is how many there are in all. */
static gboolean
read_counts (Interpolate *self,
             PymvaTensor *counts,
             gint64 *n_knots,
             GError **error)
{
  const gint32 *values = pymva_tensor_peek_data (counts);

  *n_knots = 0;
  for (guint i = 0; i < self->parent.n_inputs; i++)
    {
      if (values[i] < 0)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "column %u has %d knots", i,
                       values[i]);
          return FALSE;
        }
      self->curves[i].n_knots = values[i];
      *n_knots += values[i];
    }

  return TRUE;
}

static gboolean
read_knots (Interpolate *self,
            GError **error)
{
  gsize first = 0;

  for (guint i = 0; i < self->parent.n_inputs; i++)
    {
      Curve *curve = &self->curves[i];

      curve->x = (const double *) pymva_tensor_peek_data (self->x) + first;
      curve->y = (const double *) pymva_tensor_peek_data (self->y) + first;
      first += curve->n_knots;

      for (guint k = 1; k < curve->n_knots; k++)
        if (!(curve->x[k - 1] < curve->x[k]))
          {
            g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                         "knot %u of column %u is not above the one before", k, i);
            return FALSE;
          }
    }

  return TRUE;
}

static PymvaStage *
interpolate_new (JsonObject *description,
                 GHashTable *tensors,
                 guint n_inputs,
                 GError **error)
{
  Interpolate *self = g_new0 (Interpolate, 1);
  g_autoptr (PymvaStage) stage = &self->parent;
  g_autoptr (PymvaTensor) counts = NULL;
  gint64 n_knots;

  stage->klass = &pymva_stage_interpolate_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = n_inputs;
  self->curves = g_new0 (Curve, n_inputs);
  if (!pymva_stage_read_columns (description, tensors, "counts", TRUE, PYMVA_DTYPE_INT32, n_inputs,
                                 &counts, error) ||
      !read_counts (self, counts, &n_knots, error) ||
      !pymva_stage_read_tensor (description, tensors, "x", TRUE, PYMVA_DTYPE_FLOAT64, 1, &self->x,
                                error) ||
      !pymva_stage_read_tensor (description, tensors, "y", TRUE, PYMVA_DTYPE_FLOAT64, 1, &self->y,
                                error))
    return NULL;

  if (pymva_tensor_get_length (self->x, 0) != n_knots ||
      pymva_tensor_get_length (self->y, 0) != n_knots)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its “x” and “y” have %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " elements "
                   "for %" G_GINT64_FORMAT " knots", pymva_tensor_get_length (self->x, 0),
                   pymva_tensor_get_length (self->y, 0), n_knots);
      return NULL;
    }
  if (!pymva_stage_check_finite (self->x, "x", error) ||
      !pymva_stage_check_finite (self->y, "y", error) || !read_knots (self, error))
    return NULL;

  return g_steal_pointer (&stage);
}

static double
evaluate (const Curve *curve,
          double x)
{
  guint low = 0;
  guint high = curve->n_knots - 1;
  double share;

  if (isnan (x))
    return x;
  if (!(x > curve->x[low]))
    return curve->y[low];
  if (x >= curve->x[high])
    return curve->y[high];

  /* x[low] <= x < x[high], so that a knot gives its own y and nothing that was rounded. */
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (x >= curve->x[middle])
        low = middle;
      else
        high = middle;
    }

  share = (x - curve->x[low]) / (curve->x[high] - curve->x[low]);
  return curve->y[low] + share * (curve->y[high] - curve->y[low]);
}

static void
interpolate_run (const PymvaStage *stage,
                 const PymvaColumns *inputs,
                 double *outputs,
                 gsize n_rows,
                 gpointer scratch)
{
  const Interpolate *self = (const Interpolate *) stage;
  guint n = stage->n_inputs;

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = 0; i < n; i++)
      {
        double x = pymva_columns_get (inputs, row * n + i);

        outputs[row * n + i] = self->curves[i].n_knots > 0 ? evaluate (&self->curves[i], x) : x;
      }
}

const PymvaStageClass pymva_stage_interpolate_class = {
  .kind = "interpolate",
  .exact = TRUE,
  .new = interpolate_new,
  .free = interpolate_free,
  .run = interpolate_run,
};
