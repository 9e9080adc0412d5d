/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-statistics-private.h"

#include "pymva-evaluation-private.h"

/* By how much each event draws the area, or the mean area of several classes. */
static double *
compute_influences (PymvaEvaluation *self)
{
  double *influences = g_new0 (double, self->n_events);

  for (guint k = 0; k < self->n_outputs; k++)
    {
      g_autofree double *column =
        pymva_evaluation_copy_column (self->outputs, self->n_events, self->n_outputs, k);
      g_autofree guint8 *is_signal = pymva_evaluation_mark_class (self, k);

      pymva_roc_add_influences (self->rocs[k], column, is_signal, self->weights, self->n_events,
                                self->n_outputs, influences);
    }

  return influences;
}

/**
 * pymva_evaluation_get_auc_error: (get-property auc-error)
 * @self: an evaluation
 *
 * Gets the standard error of the area under the ROC curve: how far it would scatter with other
 * events of the same kind.
 *
 * It is the root of the variance of DeLong, DeLong and Clarke-Pearson (Biometrics 44 (1988) 837),
 * for weighted events that of the weighted area (Yao, Li and Graubard, Statistics in Medicine 34
 * (2015) 1293) with the events drawn one by one: scaling all weights changes nothing, and events of
 * unequal weight count as fewer. It takes a time of n log n (Sun and Xu, IEEE Signal Processing
 * Letters 21 (2014) 1389), at every call.
 *
 * Returns: the standard error; NaN for regression, and where a class has only one event
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_auc_error (PymvaEvaluation *self)
{
  g_autofree double *influences = NULL;
  double variance = 0;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  if (self->rocs == NULL)
    return NAN;

  influences = compute_influences (self);
  for (gint64 i = 0; i < self->n_events; i++)
    variance += influences[i] * influences[i];

  return sqrt (variance);
}

/**
 * pymva_evaluation_get_auc_interval:
 * @self: an evaluation
 * @level: the confidence level, above 0 and below 1; 0.95, for example
 * @lower: (out): its lower end
 * @upper: (out): its upper end
 *
 * Gets the confidence interval of the area under the ROC curve, by the normal distribution with
 * [property@Evaluation:auc-error], cut off at 0 and 1. Both ends are NaN where there is no error.
 *
 * Since: 1.0
 */
void
pymva_evaluation_get_auc_interval (PymvaEvaluation *self,
                                   double level,
                                   double *lower,
                                   double *upper)
{
  double auc, reach;

  g_return_if_fail (PYMVA_IS_EVALUATION (self));
  g_return_if_fail (lower != NULL);
  g_return_if_fail (upper != NULL);

  auc = pymva_evaluation_get_auc (self);
  reach = pymva_statistics_normal_quantile ((1 + level) / 2) *
          pymva_evaluation_get_auc_error (self);
  *lower = isnan (reach) ? NAN : CLAMP (auc - reach, 0, 1);
  *upper = isnan (reach) ? NAN : CLAMP (auc + reach, 0, 1);
}

/**
 * pymva_evaluation_compare_auc:
 * @self: an evaluation
 * @other: the evaluation of another method on the same events
 * @z: (out) (optional): the difference in units of its standard error
 * @p_value: (out) (optional): how probable so great a difference is, in either direction, where
 *   both methods are equally good
 * @error: return location for an error
 *
 * Compares the areas under the ROC curves of two methods by the test of DeLong, DeLong and
 * Clarke-Pearson (Biometrics 44 (1988) 837), which takes into account that the same events were
 * used.
 *
 * Returns: the area of @self minus that of @other; NaN with @error set to `PYMVA_ERROR_VALUE`
 *   where one of them is a regression, or their events, labels or weights are not the same
 *
 * Since: 1.0
 */
double
pymva_evaluation_compare_auc (PymvaEvaluation *self,
                              PymvaEvaluation *other,
                              double *z,
                              double *p_value,
                              GError **error)
{
  g_autofree double *influences = NULL;
  g_autofree double *other_influences = NULL;
  double difference, deviation;
  double variance = 0;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);
  g_return_val_if_fail (PYMVA_IS_EVALUATION (other), NAN);
  g_return_val_if_fail (error == NULL || *error == NULL, NAN);

  if (z != NULL)
    *z = NAN;
  if (p_value != NULL)
    *p_value = NAN;
  if (!pymva_evaluation_check_class (self, 0, error) ||
      !pymva_evaluation_check_same_events (self, other, error))
    return NAN;

  difference = pymva_evaluation_get_auc (self) - pymva_evaluation_get_auc (other);
  influences = compute_influences (self);
  other_influences = compute_influences (other);
  for (gint64 i = 0; i < self->n_events; i++)
    variance += (influences[i] - other_influences[i]) * (influences[i] - other_influences[i]);
  /* Methods that rank all events alike have no difference, and no error. */
  deviation = difference == 0 && variance == 0 ? 0 : difference / sqrt (variance);
  if (z != NULL)
    *z = deviation;
  if (p_value != NULL)
    *p_value = pymva_statistics_normal_p_value (deviation);

  return difference;
}
