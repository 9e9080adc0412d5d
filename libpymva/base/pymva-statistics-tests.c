/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-statistics-private.h"

/* Terms of the two series below that matter where each is used. */
#define N_TERMS 8

typedef struct
{
  double value;
  double weight;
  gboolean second;
} Entry;

static int
compare_entries (gconstpointer a,
                 gconstpointer b,
                 gpointer user_data)
{
  double first = ((const Entry *) a)->value;
  double second = ((const Entry *) b)->value;

  return first < second ? -1 : first > second ? 1 : 0;
}

/* How many events of weight one a weighted sample is worth: (sum w)^2 / sum w^2. */
static double
count_effective (const double *weights,
                 gsize n_values,
                 double *sum)
{
  double squares = 0;

  *sum = 0;
  for (gsize i = 0; i < n_values; i++)
    {
      double weight = weights != NULL ? weights[i] : 1;

      *sum += weight;
      squares += weight * weight;
    }

  return *sum * *sum / squares;
}

/* The greatest distance of the two cumulative distributions; equal values are passed together. */
static double
find_greatest_distance (Entry *entries,
                        gsize n_entries,
                        double first_sum,
                        double second_sum)
{
  double first = 0;
  double second = 0;
  double greatest = 0;

  g_qsort_with_data (entries, n_entries, sizeof (Entry), compare_entries, NULL);
  for (gsize i = 0; i < n_entries; i++)
    {
      if (entries[i].second)
        second += entries[i].weight / second_sum;
      else
        first += entries[i].weight / first_sum;
      if (i + 1 == n_entries || entries[i + 1].value != entries[i].value)
        greatest = MAX (greatest, fabs (first - second));
    }

  return greatest;
}

/* pymva_statistics_kolmogorov_probability:
 *
 * The survival function of Kolmogorov's distribution, scipy.special.kolmogorov, by the series that
 * converges quickly for the argument: 2 sum (-1)^(k-1) exp (-2 k^2 z^2), or, for small ones,
 * 1 - sqrt (2 pi) / z sum exp (-(2 k - 1)^2 pi^2 / (8 z^2)). */
double
pymva_statistics_kolmogorov_probability (double z)
{
  double sum = 0;

  if (isnan (z))
    return NAN;
  if (z < 0.04)
    return 1;
  if (z < 1)
    {
      for (int k = 1; k <= N_TERMS; k++)
        sum += exp (-(2 * k - 1) * (2 * k - 1) * G_PI * G_PI / (8 * z * z));
      return CLAMP (1 - sqrt (2 * G_PI) / z * sum, 0, 1);
    }
  for (int k = 1; k <= N_TERMS; k++)
    sum += (k % 2 == 1 ? 1 : -1) * exp (-2 * k * k * z * z);

  return CLAMP (2 * sum, 0, 1);
}

/* pymva_statistics_kolmogorov:
 * @first_weights: (nullable): one weight per value; `NULL`: all are one
 * @second_weights: (nullable): the same
 * @p_value: (out) (optional): the probability of a greater distance where both are samples of one
 *   distribution
 *
 * The test of Kolmogorov and Smirnov of two samples: the greatest distance of their cumulative
 * distributions, scipy.stats.ks_2samp's statistic. Its probability is that of Kolmogorov's
 * distribution at distance * sqrt (m n / (m + n)), as TMath::KolmogorovTest has it, with m and n
 * the numbers of effective events, (sum w)^2 / sum w^2, as TH1::KolmogorovTest has them. */
double
pymva_statistics_kolmogorov (const double *first,
                             const double *first_weights,
                             gsize n_first,
                             const double *second,
                             const double *second_weights,
                             gsize n_second,
                             double *p_value)
{
  g_autofree Entry *entries = g_new (Entry, MAX (n_first + n_second, 1));
  double first_sum, second_sum;
  double m = count_effective (first_weights, n_first, &first_sum);
  double n = count_effective (second_weights, n_second, &second_sum);
  double distance = NAN;

  if (first_sum > 0 && second_sum > 0)
    {
      for (gsize i = 0; i < n_first; i++)
        entries[i] = (Entry) { first[i], first_weights != NULL ? first_weights[i] : 1, FALSE };
      for (gsize i = 0; i < n_second; i++)
        entries[n_first + i] =
          (Entry) { second[i], second_weights != NULL ? second_weights[i] : 1, TRUE };
      distance = find_greatest_distance (entries, n_first + n_second, first_sum, second_sum);
    }
  if (p_value != NULL)
    *p_value = pymva_statistics_kolmogorov_probability (distance * sqrt (m * n / (m + n)));

  return distance;
}

/* pymva_statistics_normal_p_value: how probable it is that a normal number of variance one is
 * further from zero than @z, in either direction. */
double
pymva_statistics_normal_p_value (double z)
{
  return erfc (fabs (z) / G_SQRT2);
}

/* pymva_statistics_correlation:
 * @weights: (nullable): one weight per pair; `NULL`: all are one
 *
 * The linear correlation coefficient of pairs, numpy.corrcoef; NaN where one is constant. */
double
pymva_statistics_correlation (const double *x,
                              const double *y,
                              const double *weights,
                              gsize n_values)
{
  PymvaMoments of_x, of_y;
  double covariance = 0;

  pymva_statistics_moments (x, weights, n_values, &of_x);
  pymva_statistics_moments (y, weights, n_values, &of_y);
  if (!(of_x.variance > 0) || !(of_y.variance > 0))
    return NAN;

  for (gsize i = 0; i < n_values; i++)
    covariance += (weights != NULL ? weights[i] : 1) * (x[i] - of_x.mean) * (y[i] - of_y.mean);

  return covariance / of_x.sum_of_weights / sqrt (of_x.variance * of_y.variance);
}

/* pymva_statistics_mutual_information:
 * @weights: (nullable): one weight per pair; `NULL`: all are one
 * @low: the least value of the histogram's axes
 * @high: the greatest one
 *
 * The mutual information of pairs in nats, from a histogram of @n_x times @n_y bins over the same
 * range of both; bins that hold nothing, or less by negative weights, add nothing, as in
 * TMVA::Tools::GetMutualInformation. */
double
pymva_statistics_mutual_information (const double *x,
                                     const double *y,
                                     const double *weights,
                                     gsize n_values,
                                     guint n_x,
                                     guint n_y,
                                     double low,
                                     double high)
{
  g_autofree double *joint = g_new0 (double, n_x * n_y);
  g_autofree double *of_x = g_new0 (double, n_x);
  g_autofree double *of_y = g_new0 (double, n_y);
  /* Halves, because a difference may be beyond the largest number. */
  double range = high / 2 - low / 2;
  double sum = 0;
  double information = 0;

  for (gsize i = 0; i < n_values; i++)
    {
      double weight = weights != NULL ? weights[i] : 1;
      double place_x = range > 0 ? (x[i] / 2 - low / 2) / range * n_x : 0;
      double place_y = range > 0 ? (y[i] / 2 - low / 2) / range * n_y : 0;
      guint bin_x = MIN ((guint) place_x, n_x - 1);
      guint bin_y = MIN ((guint) place_y, n_y - 1);

      joint[bin_x * n_y + bin_y] += weight;
      of_x[bin_x] += weight;
      of_y[bin_y] += weight;
      sum += weight;
    }
  if (!(sum > 0))
    return NAN;

  for (guint i = 0; i < n_x; i++)
    for (guint j = 0; j < n_y; j++)
      {
        double p = joint[i * n_y + j] / sum;

        if (p > 0 && of_x[i] > 0 && of_y[j] > 0)
          information += p * log (p / (of_x[i] / sum * (of_y[j] / sum)));
      }

  return information;
}
