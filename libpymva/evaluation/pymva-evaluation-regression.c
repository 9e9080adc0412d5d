/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-evaluation-private.h"

/* The mean of the targets' figures, each counting alike. */
static void
average_figures (PymvaEvaluation *self)
{
  self->figures = (PymvaRegressionFigures) { 0 };
  for (guint k = 0; k < self->n_outputs; k++)
    {
      const PymvaRegressionFigures *figures = &self->target_figures[k];

      self->figures.bias += figures->bias / self->n_outputs;
      self->figures.rms += figures->rms / self->n_outputs;
      self->figures.truncated_bias += figures->truncated_bias / self->n_outputs;
      self->figures.truncated_rms += figures->truncated_rms / self->n_outputs;
      self->figures.mutual_information += figures->mutual_information / self->n_outputs;
      self->figures.truncated_mutual_information +=
        figures->truncated_mutual_information / self->n_outputs;
      self->figures.mean_squared_error += figures->mean_squared_error / self->n_outputs;
      self->figures.mean_absolute_error += figures->mean_absolute_error / self->n_outputs;
      self->figures.r2 += figures->r2 / self->n_outputs;
    }
}

PymvaEvaluation *
pymva_evaluation_new_targets (double *predictions,
                              double *targets,
                              double *weights,
                              gint64 n_events,
                              guint n_outputs)
{
  PymvaEvaluation *self = g_object_new (PYMVA_TYPE_EVALUATION, NULL);

  self->analysis_type = PYMVA_ANALYSIS_TYPE_REGRESSION;
  self->n_events = n_events;
  self->n_outputs = n_outputs;
  self->outputs = predictions;
  self->truth = targets;
  self->weights = weights;
  self->target_figures = g_new (PymvaRegressionFigures, n_outputs);
  for (guint k = 0; k < n_outputs; k++)
    {
      g_autofree double *prediction =
        pymva_evaluation_copy_column (predictions, n_events, n_outputs, k);
      g_autofree double *target = pymva_evaluation_copy_column (targets, n_events, n_outputs, k);

      pymva_regression_figures_compute (&self->target_figures[k], prediction, target, weights,
                                        n_events);
    }
  average_figures (self);

  return self;
}

/**
 * pymva_evaluation_new_regression:
 * @predictions: n x n_targets predictions, or n of one target
 * @targets: n x n_targets true values, or n of one target
 * @weights: (nullable): n weights of the events; `NULL`: all are one
 * @error: return location for an error
 *
 * Evaluates the predictions for events whose targets are known.
 *
 * Fails with `PYMVA_ERROR_VALUE` where shapes do not fit or the weights do not sum to more than
 * zero, and with `PYMVA_ERROR_DATA` where a number is not finite or there are no events.
 *
 * Returns: (transfer full): the evaluation
 *
 * Since: 1.0
 */
PymvaEvaluation *
pymva_evaluation_new_regression (PymvaTensor *predictions,
                                 PymvaTensor *targets,
                                 PymvaTensor *weights,
                                 GError **error)
{
  g_autofree double *prediction_values = NULL;
  g_autofree double *target_values = NULL;
  g_autofree double *weight_values = NULL;
  gint64 n_events, n_targets;
  double sum = 0;

  g_return_val_if_fail (PYMVA_IS_TENSOR (predictions), NULL);
  g_return_val_if_fail (PYMVA_IS_TENSOR (targets), NULL);
  g_return_val_if_fail (weights == NULL || PYMVA_IS_TENSOR (weights), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!pymva_evaluation_read_events (predictions, "predictions", weights, &prediction_values,
                                     &weight_values, &n_events, &n_targets, error))
    return NULL;
  target_values = pymva_evaluation_read_values (targets, "targets", n_events, n_targets, error);
  if (target_values == NULL)
    return NULL;
  for (gint64 i = 0; weight_values != NULL && i < n_events; i++)
    sum += weight_values[i];
  if (weight_values != NULL && (!(sum > 0) || isinf (sum)))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The weights sum to %g; they must sum to a finite number above zero", sum);
      return NULL;
    }

  return pymva_evaluation_new_targets (g_steal_pointer (&prediction_values),
                                       g_steal_pointer (&target_values),
                                       g_steal_pointer (&weight_values), n_events, n_targets);
}

/**
 * pymva_evaluation_get_bias: (get-property bias)
 * @self: an evaluation
 *
 * Gets the mean of the deviations.
 *
 * Returns: the figure, or NaN for classification
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_bias (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return self->figures.bias;
}

/**
 * pymva_evaluation_get_rms: (get-property rms)
 * @self: an evaluation
 *
 * Gets the root of the mean square of the deviations about their mean.
 *
 * TMVA ranks regression methods by this figure. The root of
 * [property@Evaluation:mean-squared-error] holds the bias too.
 *
 * Returns: the figure, or NaN for classification
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_rms (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return self->figures.rms;
}

/**
 * pymva_evaluation_get_truncated_bias: (get-property truncated-bias)
 * @self: an evaluation
 *
 * Gets the mean of the deviations that are within two RMS of the bias.
 *
 * TMVA calls it Bias_T.
 *
 * Returns: the figure, or NaN for classification
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_truncated_bias (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return self->figures.truncated_bias;
}

/**
 * pymva_evaluation_get_truncated_rms: (get-property truncated-rms)
 * @self: an evaluation
 *
 * Gets the RMS of the deviations that are within two RMS of the bias.
 *
 * TMVA calls it RMS_T.
 *
 * Returns: the figure, or NaN for classification
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_truncated_rms (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return self->figures.truncated_rms;
}

/**
 * pymva_evaluation_get_mutual_information: (get-property mutual-information)
 * @self: an evaluation
 *
 * Gets the mutual information of predictions and targets in nats, Σ p(x, y) ln (p(x, y) / p(x)
 * p(y)): 0 where the predictions tell nothing.
 *
 * The distributions are taken as histograms of 75 bins of the prediction and 50 of the target, of
 * equal width between the least and the greatest of both, which are TMVA's bins. It is
 * `sklearn.metrics.mutual_info_score` of that histogram, with weights.
 *
 * Returns: the figure, or NaN for classification
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_mutual_information (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return self->figures.mutual_information;
}

/**
 * pymva_evaluation_get_truncated_mutual_information: (get-property truncated-mutual-information)
 * @self: an evaluation
 *
 * Gets the mutual information of the events whose deviations are within two RMS of the bias, with
 * the bins of [property@Evaluation:mutual-information].
 *
 * TMVA calls it MutInf_T.
 *
 * Returns: the figure, or NaN for classification
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_truncated_mutual_information (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return self->figures.truncated_mutual_information;
}

/**
 * pymva_evaluation_get_mean_squared_error: (get-property mean-squared-error)
 * @self: an evaluation
 *
 * Gets the mean of the squares of the deviations.
 *
 * Returns: the figure, or NaN for classification
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_mean_squared_error (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return self->figures.mean_squared_error;
}

/**
 * pymva_evaluation_get_mean_absolute_error: (get-property mean-absolute-error)
 * @self: an evaluation
 *
 * Gets the mean of the sizes of the deviations.
 *
 * Returns: the figure, or NaN for classification
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_mean_absolute_error (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return self->figures.mean_absolute_error;
}

/**
 * pymva_evaluation_get_r2: (get-property r2)
 * @self: an evaluation
 *
 * Gets the coefficient of determination: the share of the variance of the targets that the
 * predictions explain.
 *
 * It is `sklearn.metrics.r2_score`, and NaN for a single event.
 *
 * Returns: the figure, or NaN for classification
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_r2 (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return self->figures.r2;
}
