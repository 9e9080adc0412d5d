/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-tmva-density-private.h"

/* TMVA's files hold the histograms that it has counted; the densities are made of them again each
 * time a file is read. Everything here is computed in the types that TMVA has for it, since the
 * bins of its histograms are float32, and so are some of its formulas. */

/* TMVA's numbers for what kernels do at the ends of a histogram, and for those of many widths. */
#define BORDER_RENORMALISED 2
#define BORDER_MIRRORED 3
#define ITERATIONS_ADAPTIVE 2

/* What smoothing one bin once takes, where a step is a term of a kernel. */
#define STEPS_OF_SMOOTHING 4

/* --- bins --- */

/* Bins of one width. */
typedef struct
{
  guint n;
  double minimum;
  double width;
  float *contents;
} Bins;

static void
bins_init (Bins *self,
           const PymvaTmvaHistogram *histogram,
           guint n)
{
  self->n = n;
  self->minimum = histogram->edges[0];
  self->width = (histogram->edges[histogram->n_bins] - self->minimum) / n;
  self->contents = g_new0 (float, n);
}

static void
bins_clear (Bins *self)
{
  g_free (self->contents);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bins, bins_clear)

static void
scale (Bins *self,
       double factor)
{
  for (guint i = 0; i < self->n; i++)
    self->contents[i] = (float) (factor * self->contents[i]);
}

static double
add_up (const float *contents,
        guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += contents[i];
  return sum;
}

/* --- smoothing --- */

/* Of an odd number of values, up to 5. */
static double
find_median (const double *values,
             guint n)
{
  double sorted[5];

  for (guint i = 0; i < n; i++)
    {
      guint k = i;

      for (; k > 0 && sorted[k - 1] > values[i]; k--)
        sorted[k] = sorted[k - 1];
      sorted[k] = values[i];
    }

  return sorted[n / 2];
}

/* What is beyond the first point, if the next two go on as a line, decides about it. */
static double
find_end (double end,
          double next,
          double second)
{
  const double values[] = { next, end, 3 * next - 2 * second };

  return find_median (values, 3);
}

/* Running medians of 3, 5 and 3 points. */
static void
take_medians (double *values,
              double *old,
              guint n)
{
  for (guint step = 0; step < 3; step++)
    {
      guint half = step == 1 ? 2 : 1;

      memcpy (old, values, n * sizeof (double));
      for (guint i = half; i + half < n; i++)
        values[i] = find_median (old + i - half, 2 * half + 1);

      if (step == 0)
        {
          values[0] = find_end (values[0], values[1], values[2]);
          values[n - 1] = find_end (values[n - 1], values[n - 2], values[n - 3]);
        }
      else if (step == 1)
        {
          values[1] = find_median (old, 3);
          values[n - 2] = find_median (old + n - 3, 3);
        }
    }
}

/* Bends flat peaks and valleys of three points: towards the side on which the slope is lower. */
static void
bend_flats (const double *values,
            double *bent,
            guint n)
{
  memcpy (bent, values, n * sizeof (double));
  for (guint i = 2; i + 2 < n; i++)
    {
      double left = values[i - 2] - values[i];
      double right = values[i + 2] - values[i];
      int side = fabs (right) > fabs (left) ? -1 : 1;
      double far = values[i + 2 * side];
      double near = values[i - 2 * side];

      if (values[i - 1] != values[i] || values[i] != values[i + 1] || left * right <= 0)
        continue;
      bent[i] = -0.5 * near + values[i] / 0.75 + far / 6.0;
      bent[i + side] = 0.5 * (far - near) + values[i];
    }
}

/* The algorithm “353QH” of J. Friedman, Data analysis techniques for high energy particle physics,
 * Proceedings of the 1974 CERN School of Computing: medians, quadratic interpolation and Hanning's
 * means. */
static void
smooth_once (double *values,
             double *other,
             guint n)
{
  take_medians (values, other, n);
  bend_flats (values, other, n);

  for (guint i = 1; i + 1 < n; i++)
    values[i] = 0.25 * other[i - 1] + 0.5 * other[i] + 0.25 * other[i + 1];
  values[0] = other[0];
  values[n - 1] = other[n - 1];
}

/* “Twice”: what smoothing has taken away is smoothed, and added again. As TH1::Smooth() does it. */
static void
smooth (float *contents,
        guint n,
        guint n_times)
{
  g_autofree double *values = g_new (double, n);
  g_autofree double *smoothed = g_new (double, n);
  g_autofree double *rest = g_new (double, n);
  g_autofree double *other = g_new (double, n);

  if (n < 3)
    return;

  for (guint i = 0; i < n; i++)
    values[i] = contents[i];
  for (guint time = 0; time < n_times; time++)
    {
      gboolean is_negative = FALSE;

      memcpy (smoothed, values, n * sizeof (double));
      smooth_once (smoothed, other, n);
      for (guint i = 0; i < n; i++)
        {
          rest[i] = values[i] - smoothed[i];
          is_negative = is_negative || values[i] < 0;
        }
      smooth_once (rest, other, n);
      for (guint i = 0; i < n; i++)
        {
          values[i] = smoothed[i] + rest[i];
          if (!is_negative)
            values[i] = MAX (values[i], 0);
        }
    }
  for (guint i = 0; i < n; i++)
    contents[i] = (float) values[i];
}

/* --- kernels --- */

typedef struct
{
  const PymvaTmvaHistogram *histogram;
  /* The ends of the histogram. */
  float minimum;
  float maximum;
  /* The width of all kernels, or of each bin's. */
  float width;
  const float *widths;
} Kernels;

/* The width that is best for a normal distribution: D. W. Scott, Multivariate density estimation,
 * 1992; times the root of 2, which erf() wants. */
static float
compute_width (const PymvaTmvaHistogram *histogram)
{
  double sum = add_up (histogram->contents, histogram->n_bins);
  double sum_x = 0;
  double sum_xx = 0;
  double mean;

  for (guint i = 0; i < histogram->n_bins; i++)
    {
      double x = pymva_tmva_histogram_get_center (histogram, i);

      sum_x += histogram->contents[i] * x;
      sum_xx += histogram->contents[i] * x * x;
    }
  mean = sum_x / sum;

  return sqrt (2.0) * pow (4.0 / 3.0, 0.2) * sqrt (fabs (sum_xx / sum - mean * mean)) *
         pow (sum, -0.2);
}

/* Where the bin @bin begins, whose integral lies between that and the next such place. */
static float
get_edge (const Bins *bins,
          guint bin)
{
  return bins->minimum + bin * bins->width;
}

static double
integrate_to (float x,
              float mean,
              double width)
{
  return 0.5 * erf ((float) (((double) x - mean) / width));
}

/* Adds the kernel around @mean to all bins but the last, which TMVA leaves out. */
static void
add_kernel (const Kernels *self,
            double content,
            float mean,
            double width,
            Bins *bins)
{
  double before = integrate_to (get_edge (bins, 0), mean, width);
  float factor = 1;

  if (self->histogram->kde_border == BORDER_RENORMALISED)
    factor = 1.0 / (integrate_to (self->maximum, mean, width) -
                    integrate_to (self->minimum, mean, width));

  for (guint i = 0; i + 1 < bins->n; i++)
    {
      double after = integrate_to (get_edge (bins, i + 1), mean, width);
      float part = factor * (after - before);

      bins->contents[i] += (float) (content * part);
      before = after;
    }
}

/* The last bin of the histogram is left out, too. */
static void
add_kernels (const Kernels *self,
             Bins *bins)
{
  guint n = self->histogram->n_bins;
  gboolean mirrors = self->histogram->kde_border == BORDER_MIRRORED;

  for (guint i = 0; i + 1 < n; i++)
    {
      double content = self->histogram->contents[i];
      double center = pymva_tmva_histogram_get_center (self->histogram, i);
      double width = self->widths != NULL ? self->widths[i] : self->width;

      if (content == 0)
        continue;
      add_kernel (self, content, (float) center, width, bins);
      if (mirrors && i + 1 < n / 5)
        add_kernel (self, content, (float) (2 * self->minimum - center), width, bins);
      if (mirrors && i + 1 > 4 * n / 5)
        add_kernel (self, content, (float) (2 * self->maximum - center), width, bins);
    }
}

/* Kernels are wide where the density is low: it is made with kernels of one width before. */
static float *
make_widths (const Kernels *self)
{
  guint n = self->histogram->n_bins;
  float *widths = g_new0 (float, n);
  float integral = 0;
  g_auto (Bins) bins;

  bins_init (&bins, self->histogram, n);
  add_kernels (self, &bins);
  for (guint i = 0; i + 1 < n; i++)
    integral = (float) (integral + bins.contents[i] * bins.width);
  scale (&bins, 1.0 / integral);

  for (guint i = 0; i + 1 < n; i++)
    widths[i] = (float) (self->histogram->kde_fine_factor * self->width / sqrt (bins.contents[i]));
  return widths;
}

static void
fill_by_kernels (const PymvaTmvaHistogram *histogram,
                 Bins *bins)
{
  Kernels kernels = { .histogram = histogram };
  g_autofree float *widths = NULL;

  kernels.minimum = (float) histogram->edges[0];
  kernels.maximum = get_edge (bins, bins->n);
  kernels.width = compute_width (histogram);
  if (histogram->kde_iterations == ITERATIONS_ADAPTIVE)
    widths = make_widths (&kernels);
  kernels.widths = widths;
  add_kernels (&kernels, bins);
}

/* --- densities --- */

static void
fill_by_spline (const PymvaTmvaHistogram *histogram,
                Bins *bins)
{
  g_autofree double *x = g_new (double, bins->n);
  g_autofree double *y = g_new (double, bins->n);

  pymva_tmva_histogram_sample (histogram, x, y);
  for (guint i = 0; i < bins->n; i++)
    bins->contents[i] = y[i];
}

guint64
pymva_tmva_density_count_steps (const PymvaTmvaHistogram *histogram)
{
  guint64 n_points = PYMVA_TMVA_HISTOGRAM_N_POINTS;
  guint64 n_kernels = 0;

  if (histogram->interpolation != PYMVA_TMVA_KDE)
    return n_points + STEPS_OF_SMOOTHING * (guint64) histogram->n_bins *
                      MAX (histogram->max_smooth, 0);

  for (guint i = 0; i < histogram->n_bins; i++)
    n_kernels += histogram->contents[i] != 0;
  /* Those of both ends, a fifth each, are there twice. */
  if (histogram->kde_border == BORDER_MIRRORED)
    n_kernels += 2 * (histogram->n_bins / 5);
  if (histogram->kde_iterations == ITERATIONS_ADAPTIVE)
    n_points += histogram->n_bins;
  return n_kernels * n_points;
}

float *
pymva_tmva_density_make (PymvaTmvaHistogram *histogram,
                         guint *n_bins)
{
  gboolean is_histogram = histogram->interpolation == PYMVA_TMVA_SPLINE0;
  g_auto (Bins) bins;
  double integral;

  bins_init (&bins, histogram, is_histogram ? histogram->n_bins : PYMVA_TMVA_HISTOGRAM_N_POINTS);
  if (histogram->interpolation != PYMVA_TMVA_KDE)
    smooth (histogram->contents, histogram->n_bins, MAX (histogram->max_smooth, 0));
  if (histogram->interpolation == PYMVA_TMVA_KDE)
    fill_by_kernels (histogram, &bins);
  else if (is_histogram)
    memcpy (bins.contents, histogram->contents, bins.n * sizeof (float));
  else
    fill_by_spline (histogram, &bins);

  integral = add_up (bins.contents, bins.n) * bins.width;
  if (integral > 0)
    scale (&bins, 1.0 / integral);
  *n_bins = bins.n;
  return g_steal_pointer (&bins.contents);
}
