/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-tmva-transform-private.h"

/* TMVA's normalisation of variables and targets to the range from -1 to 1. */

/* The range of each of the variables and, behind them, of the targets. */
static gboolean
read_ranges (const PymvaXmlElement *ranges,
             const char *item,
             const char *index_name,
             guint first,
             guint n,
             float *minima,
             float *maxima,
             GError **error)
{
  for (const PymvaXmlElement *range = pymva_xml_get_child (ranges, item); range != NULL;
       range = pymva_xml_get_next (range, item))
    {
      gint64 index;
      double minimum;
      double maximum;

      if (!pymva_xml_read_int (range, index_name, 0, (gint64) n - 1, &index, error) ||
          !pymva_xml_read_double (range, "Min", &minimum, error) ||
          !pymva_xml_read_double (range, "Max", &maximum, error))
        return FALSE;
      minima[first + index] = minimum;
      maxima[first + index] = maximum;
    }

  return TRUE;
}

static gboolean
check_ranges (const float *minima,
              const float *maxima,
              guint n,
              GError **error)
{
  for (guint i = 0; i < n; i++)
    if (!(minima[i] < maxima[i]))
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                     "a transformation normalises the empty range from %g to %g", minima[i],
                     maxima[i]);
        return FALSE;
      }

  return TRUE;
}

static gboolean
read_normalisation (const PymvaTmvaTransform *self,
                    float *minima,
                    float *maxima,
                    GError **error)
{
  const PymvaXmlElement *element =
    pymva_tmva_transform_find_table (self, self->element, "Class", error);
  const PymvaXmlElement *ranges;
  const PymvaXmlElement *targets;
  guint n = self->from.n_columns;
  guint n_targets = self->from.n_targets;

  if (element == NULL)
    return FALSE;

  ranges = pymva_xml_get_child (element, "Ranges");
  targets = pymva_xml_get_child (element, "Targets");
  if (ranges != NULL)
    {
      if (!read_ranges (ranges, "Range", "Index", 0, n + n_targets, minima, maxima, error))
        return FALSE;
    }
  else
    {
      ranges = pymva_xml_require_child (element, "Variables", error);
      if (ranges == NULL ||
          !read_ranges (ranges, "Variable", "VarIndex", 0, n, minima, maxima, error) ||
          (targets != NULL && !read_ranges (targets, "Target", "TargetIndex", n, n_targets, minima,
                                            maxima, error)))
        return FALSE;
    }

  return check_ranges (minima, maxima, n + n_targets, error);
}

/* Twice the scale, which TMVA rounds. */
static double
get_scale (float minimum,
           float maximum)
{
  return 2 * (float) (1.0 / (maximum - minimum));
}

/* One step, rounded to float32. */
static int
add_step (const PymvaTmvaMethod *method,
          const char *key,
          const double *numbers,
          guint n,
          int input)
{
  PymvaStageWriter step;

  pymva_stage_writer_init (&step, method->builder, "affine", input);
  pymva_stage_writer_set_doubles (&step, key, numbers, n, 0);

  return pymva_stage_writer_add (&step, TRUE);
}

/* (x − minimum) × scale × 2 − 1, each step of it in float32, and so is the scale. */
gboolean
pymva_tmva_transform_add_normalisation (const PymvaTmvaTransform *self,
                                        int input,
                                        int *stage,
                                        GError **error)
{
  guint n = self->from.n_columns;
  guint n_all = n + self->from.n_targets;
  g_autofree float *minima = g_new0 (float, n_all);
  g_autofree float *maxima = g_new0 (float, n_all);
  g_autofree double *offsets = g_new (double, n);
  g_autofree double *scales = g_new (double, n);

  if (!read_normalisation (self, minima, maxima, error))
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      offsets[i] = minima[i];
      scales[i] = get_scale (minima[i], maxima[i]);
    }
  *stage = add_step (self->method, "subtract", offsets, n, input);
  *stage = add_step (self->method, "multiply", scales, n, *stage);
  *stage = pymva_tmva_add_constant (self->method, "add", -1, n, *stage, TRUE);

  return TRUE;
}

/* minimum + (y + 1) / (scale × 2), in the same way, for the targets that were normalised. */
gboolean
pymva_tmva_transform_undo_normalisation (const PymvaTmvaTransform *self,
                                         int input,
                                         int *stage,
                                         GError **error)
{
  guint n = self->from.n_columns;
  guint n_all = n + self->from.n_targets;
  guint n_outputs = self->method->n_outputs;
  g_autofree float *minima = g_new0 (float, n_all);
  g_autofree float *maxima = g_new0 (float, n_all);
  g_autofree double *ones = g_new0 (double, n_outputs);
  g_autofree double *scales = g_new (double, n_outputs);
  g_autofree double *offsets = g_new0 (double, n_outputs);

  if (!read_normalisation (self, minima, maxima, error))
    return FALSE;

  for (guint i = 0; i < n_outputs; i++)
    scales[i] = 1;
  for (guint i = 0; i < self->from.n_targets; i++)
    {
      guint target = self->from.targets[i];

      ones[target] = 1;
      offsets[target] = minima[n + i];
      scales[target] = get_scale (minima[n + i], maxima[n + i]);
    }
  *stage = add_step (self->method, "add", ones, n_outputs, input);
  *stage = add_step (self->method, "divide", scales, n_outputs, *stage);
  *stage = add_step (self->method, "add", offsets, n_outputs, *stage);

  return TRUE;
}
