/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-statistics-private.h"

#include "pymva-evaluation-private.h"

guint
pymva_evaluation_get_n_classes (PymvaEvaluation *self)
{
  return self->rocs != NULL ? MAX (self->n_outputs, 2) : 0;
}

gboolean
pymva_evaluation_check_class (PymvaEvaluation *self,
                              guint class_number,
                              GError **error)
{
  guint n_classes = pymva_evaluation_get_n_classes (self);

  if (class_number < n_classes)
    return TRUE;

  if (n_classes == 0)
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                         "The evaluation is not one of a classification: it has no classes");
  else
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                 "There is no class %u: the classes of the evaluation are 0 to %u", class_number,
                 n_classes - 1);
  return FALSE;
}

static gboolean
is_same (const double *first,
         const double *second,
         gsize n_values)
{
  return first == second ||
         (first != NULL && second != NULL &&
          memcmp (first, second, n_values * sizeof (double)) == 0);
}

gboolean
pymva_evaluation_check_same_events (PymvaEvaluation *self,
                                    PymvaEvaluation *other,
                                    GError **error)
{
  gboolean regression = self->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION;
  gsize n_truths = self->n_events * (regression ? self->n_outputs : 1);
  const char *what = NULL;

  if (self->analysis_type != other->analysis_type || self->n_outputs != other->n_outputs)
    what = "classes or targets";
  else if (self->n_events != other->n_events)
    what = "numbers of events";
  else if (!is_same (self->truth, other->truth, n_truths))
    what = regression ? "values of the targets" : "labels";
  else if (!is_same (self->weights, other->weights, self->n_events))
    what = "weights";
  if (what == NULL)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "The two evaluations have different %s; compare methods on the same events, in the "
               "same order",
               what);
  return FALSE;
}

/**
 * pymva_evaluation_get_output:
 * @self: an evaluation
 * @output: a class or target, from 0
 *
 * Gets the evaluation of one output alone: of several classes, that of class @output as the signal
 * against all the others as background; of several targets, that of one. It has all the figures.
 *
 * Returns: (transfer full) (nullable): the evaluation, or `NULL` where there is no such output
 *
 * Since: 1.0
 */
PymvaEvaluation *
pymva_evaluation_get_output (PymvaEvaluation *self,
                             guint output)
{
  double *column;
  double *truth;
  double *weights;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NULL);

  if (output >= self->n_outputs)
    return NULL;
  if (self->n_outputs == 1)
    return g_object_ref (self);

  column = pymva_evaluation_copy_column (self->outputs, self->n_events, self->n_outputs, output);
  weights = g_memdup2 (self->weights, self->n_events * sizeof (double));
  if (self->rocs == NULL)
    {
      truth = pymva_evaluation_copy_column (self->truth, self->n_events, self->n_outputs, output);
      return pymva_evaluation_new_targets (column, truth, weights, self->n_events, 1);
    }

  truth = g_new (double, self->n_events);
  for (gint64 i = 0; i < self->n_events; i++)
    truth[i] = self->truth[i] == output ? 0 : 1;

  return pymva_evaluation_new_classes (column, truth, weights, self->n_events, 1);
}

/* The responses to the events of a class: of several classes those of its own column. */
static double *
collect_responses (PymvaEvaluation *self,
                   guint class_number,
                   double **weights,
                   gsize *n_values)
{
  guint column = self->n_outputs > 1 ? class_number : 0;
  double *responses = g_new (double, self->n_events);

  *weights = self->weights != NULL ? g_new (double, self->n_events) : NULL;
  *n_values = 0;
  for (gint64 i = 0; i < self->n_events; i++)
    {
      if (self->rocs != NULL && self->truth[i] != class_number)
        continue;
      responses[*n_values] = self->outputs[i * self->n_outputs + column];
      if (self->weights != NULL)
        (*weights)[*n_values] = self->weights[i];
      (*n_values)++;
    }

  return responses;
}

/**
 * pymva_evaluation_compare_responses:
 * @self: an evaluation
 * @other: another evaluation with the same classes
 * @class_number: whose events to compare; of two classes, 0 is the signal, 1 the background
 * @p_value: (out) (optional): how probable a greater distance is where both are alike
 * @error: return location for an error
 *
 * Compares the responses to the events of a class by the test of Kolmogorov and Smirnov; of several
 * classes, their responses for that class. With one evaluation of training and one of test events,
 * a small probability is a sign of overtraining, as in TMVA's plots.
 *
 * The distance is `scipy.stats.ks_2samp`'s. The probability is Kolmogorov's for many events, with
 * weighted events counted as (Σw)² / Σw², as ROOT does. It does not depend on bins.
 *
 * Returns: the greatest distance of the two cumulative distributions; NaN with @error set to
 *   `PYMVA_ERROR_VALUE` where there is no such class, or the classes are not the same
 *
 * Since: 1.0
 */
double
pymva_evaluation_compare_responses (PymvaEvaluation *self,
                                    PymvaEvaluation *other,
                                    guint class_number,
                                    double *p_value,
                                    GError **error)
{
  g_autofree double *first = NULL;
  g_autofree double *first_weights = NULL;
  g_autofree double *second = NULL;
  g_autofree double *second_weights = NULL;
  gsize n_first, n_second;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);
  g_return_val_if_fail (PYMVA_IS_EVALUATION (other), NAN);
  g_return_val_if_fail (error == NULL || *error == NULL, NAN);

  if (p_value != NULL)
    *p_value = NAN;
  if (!pymva_evaluation_check_class (self, class_number, error))
    return NAN;
  if (other->rocs == NULL || other->n_outputs != self->n_outputs)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The evaluations have %u and %u classes; the responses can be compared where "
                   "both have the same",
                   pymva_evaluation_get_n_classes (self), pymva_evaluation_get_n_classes (other));
      return NAN;
    }

  first = collect_responses (self, class_number, &first_weights, &n_first);
  second = collect_responses (other, class_number, &second_weights, &n_second);
  return pymva_statistics_kolmogorov (first, first_weights, n_first, second, second_weights,
                                      n_second, p_value);
}

/**
 * pymva_evaluation_get_correlation:
 * @self: an evaluation
 * @other: the evaluation of another method on the same events
 * @class_number: whose events to take; any number for a regression, which takes all
 * @error: return location for an error
 *
 * Gets the linear correlation coefficient of the responses of two methods to the events of a class,
 * which is TMVA's inter-MVA correlation. Of several classes it is that of their responses for that
 * class; of a regression that of the first target, and [method@Evaluation.get_output] gives the
 * others.
 *
 * Returns: the coefficient, from -1 to 1, or NaN where all responses of one of them are the same;
 *   NaN with @error set to `PYMVA_ERROR_VALUE` where the events are not the same or there is no
 *   such class
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_correlation (PymvaEvaluation *self,
                                  PymvaEvaluation *other,
                                  guint class_number,
                                  GError **error)
{
  g_autofree double *first = NULL;
  g_autofree double *second = NULL;
  g_autofree double *weights = NULL;
  g_autofree double *same_weights = NULL;
  gboolean regression;
  gsize n_values;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);
  g_return_val_if_fail (PYMVA_IS_EVALUATION (other), NAN);
  g_return_val_if_fail (error == NULL || *error == NULL, NAN);

  regression = self->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION;
  if ((!regression && !pymva_evaluation_check_class (self, class_number, error)) ||
      !pymva_evaluation_check_same_events (self, other, error))
    return NAN;

  class_number = regression ? 0 : class_number;
  first = collect_responses (self, class_number, &weights, &n_values);
  second = collect_responses (other, class_number, &same_weights, &n_values);
  return pymva_statistics_correlation (first, second, weights, n_values);
}

/* The cut where the signal efficiency is one minus the background efficiency. */
static double
find_reference_cut (const PymvaRoc *roc)
{
  for (gsize i = 0; i < roc->n_points; i++)
    {
      const double *point = roc->points + 3 * i;

      if (point[2] >= 1 - point[1])
        return point[0];
    }

  return roc->points[3 * (roc->n_points - 1)];
}

/**
 * pymva_evaluation_get_overlap:
 * @self: an evaluation
 * @other: the evaluation of another method on the same events
 * @class_number: whose events to take
 * @error: return location for an error
 *
 * Gets the share of the events of a class of which two methods say the same: signal or not. Each
 * has its own cut, where its signal efficiency is one minus its background efficiency. It is
 * TMVA's inter-MVA overlap, with weights. Of several classes, that class is the signal.
 *
 * Returns: the share, from 0 to 1; NaN with @error set to `PYMVA_ERROR_VALUE` where the events are
 *   not the same, or there is no such class
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_overlap (PymvaEvaluation *self,
                              PymvaEvaluation *other,
                              guint class_number,
                              GError **error)
{
  g_autofree double *first = NULL;
  g_autofree double *second = NULL;
  g_autofree double *weights = NULL;
  g_autofree double *same_weights = NULL;
  double first_cut, second_cut;
  double sum = 0;
  double alike = 0;
  gsize n_values;
  guint column;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);
  g_return_val_if_fail (PYMVA_IS_EVALUATION (other), NAN);
  g_return_val_if_fail (error == NULL || *error == NULL, NAN);

  if (!pymva_evaluation_check_class (self, class_number, error) ||
      !pymva_evaluation_check_same_events (self, other, error))
    return NAN;

  column = self->n_outputs > 1 ? class_number : 0;
  first_cut = find_reference_cut (self->rocs[column]);
  second_cut = find_reference_cut (other->rocs[column]);
  first = collect_responses (self, class_number, &weights, &n_values);
  second = collect_responses (other, class_number, &same_weights, &n_values);
  for (gsize i = 0; i < n_values; i++)
    {
      double weight = weights != NULL ? weights[i] : 1;

      sum += weight;
      if ((first[i] >= first_cut) == (second[i] >= second_cut))
        alike += weight;
    }

  return alike / sum;
}
