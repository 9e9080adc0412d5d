/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-statistics-private.h"

/* pymva_statistics_moments:
 * @weights: (nullable): one weight per value; `NULL`: all are one
 * @moments: (out): sum w, sum w x / sum w, sum w (x - mean)^2 / sum w
 *
 * The variance is that of the sample itself (no n - 1), in a second pass over the values, so that
 * values far from zero lose no digits. With weights of both signs it can come out below zero by
 * rounding or in truth; it is then zero. */
void
pymva_statistics_moments (const double *values,
                          const double *weights,
                          gsize n_values,
                          PymvaMoments *moments)
{
  double sum = 0;
  double mean = 0;
  double variance = 0;

  for (gsize i = 0; i < n_values; i++)
    {
      double weight = weights != NULL ? weights[i] : 1;

      sum += weight;
      mean += weight * values[i];
    }

  *moments = (PymvaMoments) { sum, NAN, NAN };
  if (sum == 0)
    return;

  mean /= sum;
  for (gsize i = 0; i < n_values; i++)
    {
      double difference = values[i] - mean;

      variance += (weights != NULL ? weights[i] : 1) * difference * difference;
    }

  moments->mean = mean;
  moments->variance = MAX (0, variance / sum);
}

/* pymva_statistics_normal_quantile:
 * @p: a probability, above 0 and below 1
 *
 * The number that a normal variable of mean 0 and deviation 1 is below with the probability @p:
 * the approximation 26.2.23 of Abramowitz and Stegun, Handbook of Mathematical Functions, and then
 * Halley's method with erfc(), which is exact far out on the left as well. */
double
pymva_statistics_normal_quantile (double p)
{
  double tail = MIN (p, 1 - p);
  double t = sqrt (-2 * log (tail));
  double z = (2.515517 + t * (0.802853 + t * 0.010328)) /
               (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;

  for (int i = 0; i < 3; i++)
    {
      double density = exp (-z * z / 2) / sqrt (2 * G_PI);
      double step = (erfc (-z * G_SQRT2 / 2) / 2 - tail) / density;

      z -= step / (1 + z * step / 2);
    }

  return p < 0.5 ? z : -z;
}

/* pymva_statistics_separation:
 * @is_signal: for each value whether it is of the signal
 * @weights: (nullable): one weight per value; `NULL`: all are one
 * @n_bins: how many bins of equal width divide the range of the values
 *
 * The separation 1/2 integral (s(x) - b(x))^2 / (s(x) + b(x)) dx of the distributions of signal and
 * background (TMVA Users Guide, arXiv:physics/0703039, section 3.1.4): 0 where they are the same,
 * 1 where they do not overlap. Both are histograms normalised to one; bins where they sum to
 * nothing, or to less by negative weights, add nothing, as in TMVA::Tools::GetSeparation. */
double
pymva_statistics_separation (const double *values,
                             const guint8 *is_signal,
                             const double *weights,
                             gsize n_values,
                             guint n_bins)
{
  double least = INFINITY;
  double most = -INFINITY;

  for (gsize i = 0; i < n_values; i++)
    {
      least = MIN (least, values[i]);
      most = MAX (most, values[i]);
    }

  return pymva_statistics_separation_within (values, is_signal, weights, n_values, n_bins, least,
                                             most, NULL);
}

/* pymva_statistics_separation_within:
 * @low: the least value that counts
 * @high: the greatest one
 * @overlap: (out) (optional): the area that the two distributions have in common
 *
 * The same over a given range; what lies outside of it is left out. */
double
pymva_statistics_separation_within (const double *values,
                                    const guint8 *is_signal,
                                    const double *weights,
                                    gsize n_values,
                                    guint n_bins,
                                    double low,
                                    double high,
                                    double *overlap)
{
  g_autofree double *signal = g_new0 (double, n_bins);
  g_autofree double *background = g_new0 (double, n_bins);
  double range;
  double sum_signal = 0;
  double sum_background = 0;
  double separation = 0;
  double common = 0;

  /* Halves, because a difference may be beyond the largest number. */
  range = high / 2 - low / 2;

  for (gsize i = 0; i < n_values; i++)
    {
      double weight = weights != NULL ? weights[i] : 1;
      double place = range > 0 ? (values[i] / 2 - low / 2) / range * n_bins : 0;
      guint bin;

      if (values[i] < low || values[i] > high)
        continue;
      bin = MIN ((guint) place, n_bins - 1);
      if (is_signal[i])
        {
          signal[bin] += weight;
          sum_signal += weight;
        }
      else
        {
          background[bin] += weight;
          sum_background += weight;
        }
    }

  if (overlap != NULL)
    *overlap = NAN;
  if (!(sum_signal > 0) || !(sum_background > 0))
    return NAN;

  for (guint bin = 0; bin < n_bins; bin++)
    {
      double s = signal[bin] / sum_signal;
      double b = background[bin] / sum_background;

      if (s + b > 0)
        separation += 0.5 * (s - b) * (s - b) / (s + b);
      common += MAX (0, MIN (s, b));
    }
  if (overlap != NULL)
    *overlap = common;

  return separation;
}
