/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "data/pymva-tensor-private.h"

#include "pymva-evaluation-private.h"

/* Where a probability of the signal is that of the background too. */
#define HALF 0.5

/* S / sqrt (S + B) at a point of the curve; zero where nothing is accepted. */
static double
compute_significance (const double *point,
                      double n_signal,
                      double n_background)
{
  double s = n_signal * point[2];
  double b = n_background * point[1];

  return s + b > 0 ? s / sqrt (s + b) : 0;
}

/**
 * pymva_evaluation_get_significance_curve:
 * @self: an evaluation of two classes, or of several
 * @n_signal: how many events of signal are expected before the cut, by luminosity and cross-section
 * @n_background: how many events of background
 *
 * Gets S / √(S + B) as a function of the cut on the response, where S and B are the expected events
 * of signal and background that pass it, as TMVA plots it. Of several classes, the signal is class
 * 0; [method@Evaluation.get_output] gives the others.
 *
 * Returns: (transfer full): n x 2 float64: the cut, from above, and the significance of the events
 *   whose response is not below it; empty for regression
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_evaluation_get_significance_curve (PymvaEvaluation *self,
                                         double n_signal,
                                         double n_background)
{
  const PymvaRoc *roc;
  g_autofree double *values = NULL;
  gint64 shape[2] = { 0, 2 };

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NULL);

  roc = self->rocs != NULL ? self->rocs[0] : NULL;
  shape[0] = roc != NULL ? roc->n_points : 0;
  values = g_new (double, MAX (2 * shape[0], 1));
  for (gint64 i = 0; i < shape[0]; i++)
    {
      const double *point = roc->points + 3 * i;

      values[2 * i] = point[0];
      values[2 * i + 1] = compute_significance (point, n_signal, n_background);
    }

  return pymva_tensor_new_take (PYMVA_DTYPE_FLOAT64, shape, 2, g_steal_pointer (&values),
                                2 * shape[0] * sizeof (double), NULL);
}

/**
 * pymva_evaluation_get_best_cut:
 * @self: an evaluation of two classes, or of several
 * @n_signal: how many events of signal are expected before the cut, by luminosity and cross-section
 * @n_background: how many events of background
 * @significance: (out) (optional): S / √(S + B) of the events that pass it
 *
 * Gets the cut on the response with the greatest S / √(S + B), where S and B are the expected
 * events of signal and background that pass it; the highest of equally good ones. Of several
 * classes, the signal is class 0; [method@Evaluation.get_output] gives the others.
 *
 * Returns: the cut; NaN for regression
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_best_cut (PymvaEvaluation *self,
                               double n_signal,
                               double n_background,
                               double *significance)
{
  const PymvaRoc *roc;
  double best = NAN;
  double cut = NAN;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  roc = self->rocs != NULL ? self->rocs[0] : NULL;
  for (gsize i = 1; roc != NULL && i < roc->n_points; i++)
    {
      const double *point = roc->points + 3 * i;
      double here = compute_significance (point, n_signal, n_background);

      if (isnan (best) || here > best)
        {
          best = here;
          cut = point[0];
        }
    }
  if (significance != NULL)
    *significance = best;

  return cut;
}

/* The efficiency for class @row, as the signal, against class @column, as the background, by the
 * response for @row. */
static double
compute_pairwise_efficiency (PymvaEvaluation *self,
                             guint row,
                             guint column,
                             double background_efficiency)
{
  g_autofree double *responses = g_new (double, self->n_events);
  g_autofree double *weights = g_new (double, self->n_events);
  g_autofree guint8 *is_signal = g_new (guint8, self->n_events);
  PymvaRoc *roc;
  double efficiency;
  gsize n = 0;

  for (gint64 i = 0; i < self->n_events; i++)
    {
      if (self->truth[i] != row && self->truth[i] != column)
        continue;
      responses[n] = self->outputs[i * self->n_outputs + row];
      weights[n] = self->weights != NULL ? self->weights[i] : 1;
      is_signal[n] = self->truth[i] == row;
      n++;
    }

  roc = pymva_roc_new (responses, is_signal, weights, n);
  efficiency = pymva_roc_get_signal_efficiency (roc, background_efficiency);
  pymva_roc_free (roc);

  return efficiency;
}

/**
 * pymva_evaluation_get_pairwise_efficiencies:
 * @self: an evaluation of several classes
 * @background_efficiency: the share of the class of the column that is accepted, from 0 to 1
 *
 * Gets the efficiencies of every class against every other one, which TMVA prints as confusion
 * matrices: the class of the row is the signal, that of the column the background, all other events
 * are left out, and the cut is on the response for the class of the row.
 *
 * Returns: (transfer full): n_classes x n_classes float64 with NaN on the diagonal; empty where
 *   there are not several classes
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_evaluation_get_pairwise_efficiencies (PymvaEvaluation *self,
                                            double background_efficiency)
{
  g_autofree double *values = NULL;
  guint n;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NULL);

  n = self->rocs != NULL && self->n_outputs > 1 ? self->n_outputs : 0;
  values = g_new (double, MAX (n * n, 1));
  for (guint row = 0; row < n; row++)
    for (guint column = 0; column < n; column++)
      values[row * n + column] =
        row == column ? NAN
                      : compute_pairwise_efficiency (self, row, column, background_efficiency);

  return pymva_tensor_new_take (PYMVA_DTYPE_FLOAT64, (const gint64[]) { n, n }, 2,
                                g_steal_pointer (&values), n * n * sizeof (double), NULL);
}

/* Of several classes the first of the largest responses, as pymva_model_predict_classes(). */
static guint
choose_class (PymvaEvaluation *self,
              gint64 event,
              double cut)
{
  const double *outputs = self->outputs + event * self->n_outputs;
  guint best = 0;

  if (self->n_outputs == 1)
    return outputs[0] > cut ? 0 : 1;
  for (guint k = 1; k < self->n_outputs; k++)
    if (outputs[k] > outputs[best])
      best = k;

  return best;
}

/**
 * pymva_evaluation_get_confusion_matrix:
 * @self: an evaluation
 * @cut: of two classes, responses above it are signal: 0.5 for probabilities; of several it is not
 *   used, and the class with the largest response is taken
 *
 * Gets the sums of the weights of the events by their class and by the one that they are assigned
 * to: `sklearn.metrics.confusion_matrix`.
 *
 * Returns: (transfer full): n_classes x n_classes float64, a row per true class and a column per
 *   assigned class; empty for regression
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_evaluation_get_confusion_matrix (PymvaEvaluation *self,
                                       double cut)
{
  g_autofree double *sums = NULL;
  guint n;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NULL);

  n = pymva_evaluation_get_n_classes (self);
  sums = g_new0 (double, MAX (n * n, 1));
  for (gint64 i = 0; n > 0 && i < self->n_events; i++)
    sums[(guint) self->truth[i] * n + choose_class (self, i, cut)] +=
      self->weights != NULL ? self->weights[i] : 1;

  return pymva_tensor_new_take (PYMVA_DTYPE_FLOAT64, (const gint64[]) { n, n }, 2,
                                g_steal_pointer (&sums), n * n * sizeof (double), NULL);
}

/**
 * pymva_evaluation_get_accuracy: (get-property accuracy)
 * @self: an evaluation
 *
 * Gets the share of the events, by weight, that are assigned to their class: by the largest
 * response, or, of two classes, by a probability of the signal above 0.5.
 *
 * Returns: the share, from 0 to 1; NaN for regression
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_accuracy (PymvaEvaluation *self)
{
  double right = 0;
  double sum = 0;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  if (self->rocs == NULL)
    return NAN;
  for (gint64 i = 0; i < self->n_events; i++)
    {
      double weight = self->weights != NULL ? self->weights[i] : 1;

      sum += weight;
      if (choose_class (self, i, HALF) == self->truth[i])
        right += weight;
    }

  return right / sum;
}
