/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-tmva-histogram-private.h"
#include "pymva-tmva-spline-private.h"

/* More bins than TMVA ever makes. */
#define MOST_BINS (1 << 24)
/* No sample is lower. */
#define EPSILON 1e-12

void
pymva_tmva_histogram_free (PymvaTmvaHistogram *self)
{
  g_free (self->edges);
  g_free (self->contents);
  g_free (self);
}

/* Edges of bins of the same width, or those that the next element has. */
static gboolean
read_edges (PymvaTmvaHistogram *self,
            const PymvaXmlElement *histogram,
            GError **error)
{
  const PymvaXmlElement *binning;
  double minimum;
  double maximum;
  gint64 n;

  if (self->is_equidistant)
    {
      if (!pymva_xml_read_double (histogram, "XMin", &minimum, error) ||
          !pymva_xml_read_double (histogram, "XMax", &maximum, error))
        return FALSE;

      self->edges = g_new (double, self->n_bins + 1);
      for (guint i = 0; i <= self->n_bins; i++)
        self->edges[i] = minimum + i * ((maximum - minimum) / self->n_bins);
      self->edges[self->n_bins] = maximum;
    }
  else
    {
      binning = pymva_xml_get_next (histogram, "HistogramBinning");
      if (binning == NULL)
        {
          g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                               "a histogram has no “HistogramBinning”");
          return FALSE;
        }
      if (!pymva_xml_read_int (binning, "NBins", self->n_bins, self->n_bins, &n, error))
        return FALSE;
      self->edges = pymva_xml_read_numbers (binning, self->n_bins + 1, error);
    }

  return self->edges != NULL;
}

static gboolean
check_edges (const PymvaTmvaHistogram *self,
             GError **error)
{
  for (guint i = 0; i < self->n_bins; i++)
    if (!(self->edges[i] < self->edges[i + 1]))
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                     "the edges of a histogram do not rise: after %g comes %g", self->edges[i],
                     self->edges[i + 1]);
        return FALSE;
      }

  return TRUE;
}

static gboolean
read_histogram (PymvaTmvaHistogram *self,
                const PymvaXmlElement *histogram,
                GError **error)
{
  gint64 n_bins;
  gint64 is_equidistant;
  g_autofree double *contents = NULL;

  if (!pymva_xml_read_int (histogram, "NBins", 1, MOST_BINS, &n_bins, error) ||
      !pymva_xml_read_int (histogram, "HasEquidistantBins", 0, 1, &is_equidistant, error))
    return FALSE;
  contents = pymva_xml_read_numbers (histogram, n_bins, error);
  if (contents == NULL)
    return FALSE;

  self->n_bins = n_bins;
  self->is_equidistant = is_equidistant;
  self->contents = g_new (float, n_bins);
  for (gint64 i = 0; i < n_bins; i++)
    self->contents[i] = contents[i];

  return read_edges (self, histogram, error) && check_edges (self, error);
}

PymvaTmvaHistogram *
pymva_tmva_histogram_read (const PymvaXmlElement *pdf,
                           GError **error)
{
  g_autoptr (PymvaTmvaHistogram) self = g_new0 (PymvaTmvaHistogram, 1);
  const PymvaXmlElement *histogram = pymva_xml_require_child (pdf, "Histogram", error);
  gint64 interpolation;
  gint64 min_smooth;
  gint64 max_smooth;
  gint64 type;
  gint64 iterations;
  gint64 border;
  double fine_factor;

  if (histogram == NULL ||
      !pymva_xml_read_int (pdf, "InterpolMethod", 0, PYMVA_TMVA_KDE, &interpolation, error) ||
      !pymva_xml_read_int (pdf, "MinNSmooth", -1, G_MAXINT16, &min_smooth, error) ||
      !pymva_xml_read_int (pdf, "MaxNSmooth", -1, G_MAXINT16, &max_smooth, error) ||
      !pymva_xml_read_int (pdf, "KDE_type", 0, G_MAXINT16, &type, error) ||
      !pymva_xml_read_int (pdf, "KDE_iter", 0, G_MAXINT16, &iterations, error) ||
      !pymva_xml_read_int (pdf, "KDE_border", 0, G_MAXINT16, &border, error) ||
      !pymva_xml_read_double (pdf, "KDE_finefactor", &fine_factor, error))
    return NULL;

  self->interpolation = interpolation;
  self->min_smooth = min_smooth;
  self->max_smooth = max_smooth;
  self->kde_type = type;
  self->kde_iterations = iterations;
  self->kde_border = border;
  self->kde_fine_factor = fine_factor;

  return read_histogram (self, histogram, error) ? g_steal_pointer (&self) : NULL;
}

double
pymva_tmva_histogram_get_center (const PymvaTmvaHistogram *self,
                                 guint bin)
{
  double width;

  if (!self->is_equidistant)
    return self->edges[bin] + 0.5 * (self->edges[bin + 1] - self->edges[bin]);

  width = (self->edges[self->n_bins] - self->edges[0]) / self->n_bins;
  return self->edges[0] + (bin + 0.5) * width;
}

/* The content of the bin that @x lies in, or of the next one. */
static float
lookup_bin (const PymvaTmvaHistogram *self,
            double x)
{
  guint low = 0;
  guint high = self->n_bins;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (x >= self->edges[middle])
        low = middle;
      else
        high = middle;
    }

  return self->contents[low];
}

void
pymva_tmva_histogram_sample (const PymvaTmvaHistogram *self,
                             double *x,
                             double *y)
{
  g_autofree double *centers = g_new (double, self->n_bins);
  g_autofree double *contents = g_new (double, self->n_bins);
  g_autoptr (PymvaTmvaSpline) spline = NULL;
  double first = self->edges[0];
  double width = (self->edges[self->n_bins] - first) / PYMVA_TMVA_HISTOGRAM_N_POINTS;

  for (guint i = 0; i < self->n_bins; i++)
    {
      centers[i] = pymva_tmva_histogram_get_center (self, i);
      contents[i] = self->contents[i];
    }
  spline = pymva_tmva_spline_new (self->interpolation, centers, contents, self->n_bins);

  for (guint i = 0; i < PYMVA_TMVA_HISTOGRAM_N_POINTS; i++)
    {
      double value;

      x[i] = first + (i + 0.5) * width;
      value = pymva_tmva_spline_evaluate (spline, x[i]);
      /* Where a curve goes down to nothing, the bins themselves count. */
      if (value <= EPSILON)
        value = lookup_bin (self, x[i]);
      y[i] = (float) MAX (value, EPSILON);
    }
}
