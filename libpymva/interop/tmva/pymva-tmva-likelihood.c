/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <float.h>
#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-tmva-density-private.h"
#include "pymva-tmva-knots-private.h"
#include "pymva-tmva-private.h"
#include "pymva-tmva-spline-private.h"

/* TMVA's “Likelihood”: for each variable a density of the signal and one of the background, which
 * are multiplied, and the signal's share in the sum of both products. */

/* No density and no product of them is lower. */
#define EPSILON (1.0e3 * DBL_MIN)
/* How far from its end a histogram is left for what is beyond. */
#define MARGIN 1.0e-10
/* What the logarithm of the ratio is divided by. */
#define TAU 15.0

/* A density in bins of one width. */
typedef struct
{
  double minimum;
  double maximum;
  double width;
  const float *values;
  guint n;
} Density;

/* --- knots --- */

/* Bins as they are: two knots at each edge, with nothing between them. */
static void
append_steps (PymvaTmvaKnots *knots,
              const Density *density)
{
  pymva_tmva_knots_append (knots, density->minimum, density->values[0]);
  for (guint i = 1; i < density->n; i++)
    {
      double edge = density->minimum + i * density->width;

      pymva_tmva_knots_append (knots, nextafter (edge, -INFINITY), density->values[i - 1]);
      pymva_tmva_knots_append (knots, edge, density->values[i]);
    }
  pymva_tmva_knots_append (knots, density->maximum, density->values[density->n - 1]);
}

/* Lines between the centers of the bins, of which the outer ones go on up to the ends. */
static void
append_lines (PymvaTmvaKnots *knots,
              const Density *density)
{
  const float *values = density->values;
  double first_rise = (double) values[1] - values[0];
  double last = values[density->n - 1];
  double last_rise = last - values[density->n - 2];
  double end = density->maximum - MARGIN;
  double beyond = (end - (density->maximum - 0.5 * density->width)) / density->width;

  pymva_tmva_knots_append (knots, density->minimum, values[0] - 0.5 * first_rise);
  for (guint i = 0; i < density->n; i++)
    pymva_tmva_knots_append (knots, density->minimum + (i + 0.5) * density->width, values[i]);

  /* Far from 0 what is beyond is not moved into the last bin, and is half of that. */
  if (end == density->maximum)
    pymva_tmva_knots_append (knots, nextafter (end, -INFINITY), last + 0.5 * last_rise);
  pymva_tmva_knots_append (knots, end,
                           end == density->maximum ? 0.5 * last : last + beyond * last_rise);
}

/* --- densities --- */

static gboolean
check_histogram (const PymvaTmvaMethod *method,
                 const PymvaTmvaHistogram *histogram,
                 GError **error)
{
  gboolean has_kernels = histogram->interpolation == PYMVA_TMVA_KDE;
  const char *what = NULL;

  if (!histogram->is_equidistant)
    what = "a histogram with bins of many widths";
  else if (!has_kernels && histogram->min_smooth != histogram->max_smooth &&
           histogram->max_smooth > 0)
    what = "smoothing some bins more often than others";
  else if (has_kernels && histogram->kde_type != 1)
    what = "a density of kernels that are no normal distributions";
  else if (histogram->n_bins < (has_kernels ? 2
                                            : pymva_tmva_spline_get_least_points (
                                                histogram->interpolation)))
    what = "a spline through so few bins";

  return what == NULL || pymva_tmva_method_refuse (method, error, "%s", what);
}

/* A density has two numbers for each of its points, and two points for each bin that stays one. */
static gboolean
spend_density (const PymvaTmvaMethod *method,
               const PymvaTmvaHistogram *histogram,
               GError **error)
{
  gboolean has_bins = histogram->interpolation == PYMVA_TMVA_SPLINE0;
  guint64 n_points = has_bins ? 2 * (guint64) histogram->n_bins : PYMVA_TMVA_HISTOGRAM_N_POINTS;

  return pymva_tmva_method_spend (method, 2 * n_points, pymva_tmva_density_count_steps (histogram),
                                  error);
}

static PymvaTmvaHistogram *
read_histogram (const PymvaTmvaMethod *method,
                const PymvaXmlElement *descriptor,
                guint variable,
                guint class_index,
                GError **error)
{
  const PymvaXmlElement *pdf;
  g_autoptr (PymvaTmvaHistogram) histogram = NULL;
  gint64 found;

  if (!pymva_xml_read_int (descriptor, "VarIndex", variable, variable, &found, error) ||
      !pymva_xml_read_int (descriptor, "ClassIndex", class_index, class_index, &found, error))
    return NULL;
  pdf = pymva_xml_require_child (descriptor, "PDF", error);
  if (pdf == NULL)
    return NULL;

  histogram = pymva_tmva_histogram_read (pdf, error);
  if (histogram == NULL || !check_histogram (method, histogram, error) ||
      !spend_density (method, histogram, error))
    return NULL;
  return g_steal_pointer (&histogram);
}

/* The knots of a variable: how the signal's density is made decides how both are looked up. */
static gboolean
append_variable (const PymvaTmvaMethod *method,
                 const PymvaXmlElement *descriptors[2],
                 guint variable,
                 PymvaTmvaKnots *knots[2],
                 GError **error)
{
  Density density = { 0 };
  gboolean has_steps = FALSE;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PymvaTmvaHistogram) histogram =
        read_histogram (method, descriptors[i], variable, i, error);
      g_autofree float *values = NULL;
      double maximum;

      if (histogram == NULL)
        return FALSE;
      maximum = histogram->edges[histogram->n_bins];
      if (i > 0 && (histogram->edges[0] != density.minimum || maximum != density.maximum))
        return pymva_tmva_method_refuse (method, error,
                                         "a variable with other ends for each class");

      has_steps = i > 0 ? has_steps : histogram->interpolation == PYMVA_TMVA_SPLINE0;
      density.minimum = histogram->edges[0];
      density.maximum = maximum;
      values = pymva_tmva_density_make (histogram, &density.n);
      density.values = values;
      density.width = (maximum - density.minimum) / density.n;
      pymva_tmva_knots_begin (knots[i]);
      if (has_steps || density.n < 2)
        append_steps (knots[i], &density);
      else
        append_lines (knots[i], &density);
    }

  return TRUE;
}

static gboolean
read_densities (const PymvaTmvaMethod *method,
                PymvaTmvaKnots *knots[2],
                GError **error)
{
  const PymvaXmlElement *descriptor = pymva_xml_get_child (method->weights, "PDFDescriptor");

  for (guint i = 0; i < method->n_variables; i++)
    {
      const PymvaXmlElement *pair[2];

      for (guint k = 0; k < 2; k++)
        {
          if (descriptor == NULL)
            {
              g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "variable %u has no densities", i);
              return FALSE;
            }
          pair[k] = descriptor;
          descriptor = pymva_xml_get_next (descriptor, "PDFDescriptor");
        }
      if (!append_variable (method, pair, i, knots, error))
        return FALSE;
    }

  return TRUE;
}

/* --- stages --- */

/* Nothing below the least that TMVA takes. */
static int
add_least (const PymvaTmvaMethod *method,
           const int *inputs,
           guint n_inputs,
           guint n_columns)
{
  g_autofree double *bounds = g_new (double, n_columns);
  PymvaStageWriter clip;

  for (guint i = 0; i < n_columns; i++)
    bounds[i] = EPSILON;
  pymva_stage_writer_init (&clip, method->builder, "clip", inputs[0]);
  if (n_inputs > 1)
    pymva_stage_writer_set_inputs (&clip, inputs, n_inputs);
  pymva_stage_writer_set_doubles (&clip, "minimum", bounds, n_columns, 0);

  return pymva_stage_writer_add (&clip, FALSE);
}

/* The product of all densities of a class. */
static int
add_product (const PymvaTmvaMethod *method,
             const PymvaTmvaKnots *knots,
             int input)
{
  PymvaStageWriter product;
  int stage = pymva_tmva_knots_add_stage (knots, method, input, FALSE);

  stage = add_least (method, &stage, 1, method->n_variables);
  pymva_stage_writer_init (&product, method->builder, "product", stage);

  return pymva_stage_writer_add (&product, FALSE);
}

/* From the products of both classes to the answer. */
static int
add_ratio (const PymvaTmvaMethod *method,
           const int *products)
{
  static const guint signal = 0;
  int stage = add_least (method, products, 2, 2);

  stage = pymva_tmva_add_link (method, "shares", stage, FALSE);
  stage = pymva_tmva_add_select (method, &signal, 1, stage);
  if (!pymva_tmva_method_get_flag (method, "TransformOutput", FALSE))
    return stage;

  pymva_model_builder_set_outputs (method->builder, "score");
  stage = pymva_tmva_add_link (method, "logit", stage, FALSE);
  return pymva_tmva_add_constant (method, "divide", TAU, 1, stage, FALSE);
}

/* The place of a class, which decides how its variables are transformed. */
static int
find_class (const PymvaTmvaMethod *method,
            const char *name)
{
  const PymvaXmlElement *classes = pymva_xml_get_child (method->setup, "Classes");
  const PymvaXmlElement *element = pymva_xml_get_child (classes, "Class");

  for (int i = 0; element != NULL; i++)
    {
      if (g_strcmp0 (pymva_xml_get_attribute (element, "Name"), name) == 0)
        return i;
      element = pymva_xml_get_next (element, "Class");
    }

  /* TMVA does the same. */
  return 0;
}

gboolean
pymva_tmva_import_likelihood (PymvaTmvaMethod *method,
                              int *stage,
                              GError **error)
{
  static const char *const names[] = { "Signal", "Background" };
  g_auto (PymvaTmvaKnots) signal;
  g_auto (PymvaTmvaKnots) background;
  PymvaTmvaKnots *knots[] = { &signal, &background };
  int products[2];

  pymva_tmva_knots_init (&signal);
  pymva_tmva_knots_init (&background);
  if (method->analysis_type != PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    return pymva_tmva_method_refuse (method, error, "an analysis other than that of two classes");
  if (!read_densities (method, knots, error))
    return FALSE;

  for (guint i = 0; i < 2; i++)
    {
      int input;

      if (!pymva_tmva_method_transform (method, find_class (method, names[i]), &input, error))
        return FALSE;
      products[i] = add_product (method, knots[i], input);
    }
  *stage = add_ratio (method, products);

  return TRUE;
}
