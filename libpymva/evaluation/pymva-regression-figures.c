/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "base/pymva-statistics-private.h"

#include "pymva-regression-figures-private.h"

/* The truncated figures leave out deviations that are further from their mean than so many RMS. */
#define TRUNCATION 2.0

/* The bins in which TMVA counts predictions and targets: 150 x 100, joined by twos. */
#define N_PREDICTION_BINS 75
#define N_TARGET_BINS 50

static void
compute_truncated (PymvaRegressionFigures *figures,
                   const double *deviations,
                   const double *weights,
                   gsize n_events,
                   double *inside)
{
  PymvaMoments moments;

  for (gsize i = 0; i < n_events; i++)
    {
      gboolean kept = fabs (deviations[i] - figures->bias) <= TRUNCATION * figures->rms;

      inside[i] = kept ? (weights != NULL ? weights[i] : 1) : 0;
    }

  pymva_statistics_moments (deviations, inside, n_events, &moments);
  figures->truncated_bias = moments.mean;
  figures->truncated_rms = sqrt (moments.variance);
}

/* The truncated one has the same bins, as in TMVA::MethodBase::TestRegression. */
static void
compute_information (PymvaRegressionFigures *figures,
                     const double *predictions,
                     const double *targets,
                     const double *weights,
                     const double *inside,
                     gsize n_events)
{
  double low = INFINITY;
  double high = -INFINITY;

  for (gsize i = 0; i < n_events; i++)
    {
      low = MIN (low, MIN (predictions[i], targets[i]));
      high = MAX (high, MAX (predictions[i], targets[i]));
    }

  figures->mutual_information = pymva_statistics_mutual_information (
    predictions, targets, weights, n_events, N_PREDICTION_BINS, N_TARGET_BINS, low, high);
  figures->truncated_mutual_information = pymva_statistics_mutual_information (
    predictions, targets, inside, n_events, N_PREDICTION_BINS, N_TARGET_BINS, low, high);
}

/* The coefficient of determination as sklearn.metrics.r2_score gives it: targets that do not vary
 * yield 1 where all predictions are right, else 0. */
static double
compute_r2 (const PymvaRegressionFigures *figures,
            const double *targets,
            const double *weights,
            gsize n_events)
{
  PymvaMoments moments;

  if (n_events < 2)
    return NAN;

  pymva_statistics_moments (targets, weights, n_events, &moments);
  if (moments.variance > 0)
    return 1 - figures->mean_squared_error / moments.variance;
  return figures->mean_squared_error > 0 ? 0 : 1;
}

/* pymva_regression_figures_compute:
 * @weights: (nullable): finite, with a sum above zero
 *
 * The RMS is that of the deviations about their mean, and the truncated figures leave out what is
 * beyond two of it, as TMVA::MethodBase::TestRegression does. */
void
pymva_regression_figures_compute (PymvaRegressionFigures *figures,
                                  const double *predictions,
                                  const double *targets,
                                  const double *weights,
                                  gsize n_events)
{
  g_autofree double *deviations = g_new (double, n_events);
  g_autofree double *inside = g_new (double, n_events);
  PymvaMoments moments;
  double squares = 0;
  double magnitudes = 0;

  for (gsize i = 0; i < n_events; i++)
    {
      double weight = weights != NULL ? weights[i] : 1;

      deviations[i] = predictions[i] - targets[i];
      squares += weight * deviations[i] * deviations[i];
      magnitudes += weight * fabs (deviations[i]);
    }

  pymva_statistics_moments (deviations, weights, n_events, &moments);
  figures->bias = moments.mean;
  figures->rms = sqrt (moments.variance);
  figures->mean_squared_error = squares / moments.sum_of_weights;
  figures->mean_absolute_error = magnitudes / moments.sum_of_weights;
  figures->r2 = compute_r2 (figures, targets, weights, n_events);
  compute_truncated (figures, deviations, weights, n_events, inside);
  compute_information (figures, predictions, targets, weights, inside, n_events);
}
