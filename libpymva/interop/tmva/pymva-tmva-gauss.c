/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-tmva-histogram-private.h"
#include "pymva-tmva-knots-private.h"
#include "pymva-tmva-transform-private.h"

/* TMVA's transformations to uniform and normal distributions: the cumulative distribution of each
 * variable, as straight lines between many points, and for a normal distribution its quantile. */

/* What TMVA keeps the cumulative distribution between, and what it keeps its quantile away from. */
#define FLAT_MARGIN 10e-10
#define GAUSS_MARGIN ((1 - 0.99999999) / 2)
/* The number that stands for the root of 2 in TMVA. */
#define TMVA_ROOT_2 1.414213562

/* Between margins there are no others than finite ones, but for what overflows. */
static void
append_knot (PymvaTmvaKnots *knots,
             double x,
             double y)
{
  if (isfinite (x))
    pymva_tmva_knots_append (knots, x, y);
}

/* Where the line through two points has the height @y. */
static double
find_crossing (double x0,
               double y0,
               double x1,
               double y1,
               double y)
{
  return x0 + (y - y0) / (y1 - y0) * (x1 - x0);
}

/* Knots where the line from one point to the next goes beyond the margins, in their order. */
static void
append_crossings (PymvaTmvaKnots *knots,
                  const double *x,
                  const double *y,
                  double margin)
{
  double limits[2] = { y[0] < y[1] ? margin : 1 - margin, y[0] < y[1] ? 1 - margin : margin };

  for (guint i = 0; i < 2; i++)
    if ((y[0] < limits[i] && limits[i] < y[1]) || (y[1] < limits[i] && limits[i] < y[0]))
      append_knot (knots, find_crossing (x[0], y[0], x[1], y[1], limits[i]), limits[i]);
}

/* Where the outer line, which goes on beyond the table, reaches a margin. */
static void
append_end (PymvaTmvaKnots *knots,
            double x,
            double y,
            double slope,
            gboolean is_left,
            double margin)
{
  double limit = (slope > 0) == is_left ? margin : 1 - margin;

  if (slope != 0 && y > margin && y < 1 - margin)
    append_knot (knots, x + (limit - y) / slope, limit);
}

/* The lines between the points, within the margins, and beyond the ends up to these. */
static void
append_lines (PymvaTmvaKnots *knots,
              const double *x,
              const double *y,
              guint n,
              double margin)
{
  double left = (y[1] - y[0]) / (x[1] - x[0]);
  double right = (y[n - 1] - y[n - 2]) / (x[n - 1] - x[n - 2]);

  pymva_tmva_knots_begin (knots);
  append_end (knots, x[0], y[0], left, TRUE, margin);
  for (guint i = 0; i < n; i++)
    {
      append_knot (knots, x[i], CLAMP (y[i], margin, 1 - margin));
      if (i + 1 < n)
        append_crossings (knots, x + i, y + i, margin);
    }
  append_end (knots, x[n - 1], y[n - 1], right, FALSE, margin);
}

/* The cumulative distribution of one variable. */
static gboolean
append_variable (PymvaTmvaKnots *knots,
                 const PymvaTmvaTransform *transform,
                 const PymvaXmlElement *variable,
                 double margin,
                 GError **error)
{
  const PymvaXmlElement *element =
    pymva_tmva_transform_find_table (transform, variable, NULL, error);
  g_autoptr (PymvaTmvaHistogram) histogram = NULL;
  g_autofree double *x = NULL;
  g_autofree double *y = NULL;

  if (element != NULL)
    element = pymva_xml_require_child (element, "PDF", error);
  if (element != NULL)
    histogram = pymva_tmva_histogram_read (element, error);
  if (histogram == NULL)
    return FALSE;
  if (histogram->interpolation != PYMVA_TMVA_SPLINE1 || histogram->max_smooth > 0)
    return pymva_tmva_method_refuse (transform->method, error, "a distribution that is smoothed");

  if (!pymva_tmva_method_spend (transform->method, 2 * PYMVA_TMVA_HISTOGRAM_N_POINTS,
                                PYMVA_TMVA_HISTOGRAM_N_POINTS, error))
    return FALSE;

  x = g_new (double, PYMVA_TMVA_HISTOGRAM_N_POINTS);
  y = g_new (double, PYMVA_TMVA_HISTOGRAM_N_POINTS);
  pymva_tmva_histogram_sample (histogram, x, y);
  append_lines (knots, x, y, PYMVA_TMVA_HISTOGRAM_N_POINTS, margin);
  return TRUE;
}

/* The variables say their places, which are those in the selection. */
static gboolean
read_variables (PymvaTmvaKnots *knots,
                const PymvaTmvaTransform *transform,
                double margin,
                GError **error)
{
  const PymvaXmlElement *variable = pymva_xml_get_child (transform->element, "Variable");
  guint n_columns = transform->from.n_columns;
  guint n = 0;

  for (; variable != NULL && n < n_columns; variable = pymva_xml_get_next (variable, "Variable"))
    {
      gint64 index;

      if (!pymva_xml_read_int (variable, "VarIndex", n, n, &index, error) ||
          !append_variable (knots, transform, variable, margin, error))
        return FALSE;
      n++;
    }
  if (n == n_columns)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "a transformation has distributions of %u variables, and takes %u", n, n_columns);
  return FALSE;
}

gboolean
pymva_tmva_transform_add_gauss (const PymvaTmvaTransform *self,
                                int input,
                                int *stage,
                                GError **error)
{
  guint n_columns = self->from.n_columns;
  const char *name = pymva_xml_get_attribute (self->element, "Name");
  const char *shape = pymva_xml_get_attribute (self->element, "FlatOrGauss");
  gboolean is_flat = g_strcmp0 (shape, "Flat") == 0 ||
                     (shape == NULL && g_strcmp0 (name, "Uniform") == 0);
  g_auto (PymvaTmvaKnots) knots;

  pymva_tmva_knots_init (&knots);
  if (!read_variables (&knots, self, is_flat ? FLAT_MARGIN : GAUSS_MARGIN, error))
    return FALSE;

  *stage = pymva_tmva_knots_add_stage (&knots, self->method, input, is_flat);
  if (is_flat)
    return TRUE;

  *stage = pymva_tmva_add_link (self->method, "normal-quantile", *stage, FALSE);
  *stage = pymva_tmva_add_constant (self->method, "multiply", TMVA_ROOT_2 / G_SQRT2, n_columns,
                                    *stage, TRUE);
  return TRUE;
}
