/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-evaluation-private.h"

/* The curve of a class, or NULL. */
static const PymvaRoc *
lookup_roc (PymvaEvaluation *self,
            guint class_number)
{
  return self->rocs != NULL && class_number < self->n_outputs ? self->rocs[class_number] : NULL;
}

/* The mean of a figure of the curves, by its place in the struct. */
static double
average_figure (PymvaEvaluation *self,
                gsize offset)
{
  double sum = 0;

  if (self->rocs == NULL)
    return NAN;
  for (guint k = 0; k < self->n_outputs; k++)
    sum += G_STRUCT_MEMBER (double, self->rocs[k], offset);

  return sum / self->n_outputs;
}

/**
 * pymva_evaluation_get_auc: (get-property auc)
 * @self: an evaluation
 *
 * Gets the area under the ROC curve: 0.5 for responses that tell nothing, 1 for perfect ones. It is
 * `sklearn.metrics.roc_auc_score`, and what TMVA prints as ROC-integ.
 *
 * Returns: the area, or NaN for regression
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_auc (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return average_figure (self, G_STRUCT_OFFSET (PymvaRoc, auc));
}

/**
 * pymva_evaluation_get_signal_efficiency:
 * @self: an evaluation
 * @background_efficiency: the share of the background that is accepted, from 0 to 1
 *
 * Gets the share of the signal that is accepted by the cut on the response that accepts a given
 * share of the background.
 *
 * It is read from the ROC curve along the straight lines between its points. TMVA reads it from
 * histograms of the responses instead, and so agrees but for the width of its bins.
 *
 * Returns: the signal efficiency; NaN for regression, or below a background efficiency of 0
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_signal_efficiency (PymvaEvaluation *self,
                                        double background_efficiency)
{
  double sum = 0;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  if (self->rocs == NULL)
    return NAN;
  for (guint k = 0; k < self->n_outputs; k++)
    sum += pymva_roc_get_signal_efficiency (self->rocs[k], background_efficiency);

  return sum / self->n_outputs;
}

/**
 * pymva_evaluation_get_separation: (get-property separation)
 * @self: an evaluation
 *
 * Gets the separation of the responses to signal and background, 1/2 ∫ (s - b)² / (s + b) dx of
 * their normalised distributions (TMVA Users Guide, arXiv:physics/0703039): 0 where these are
 * equal, 1 where they do not overlap. The distributions are taken as histograms of 100 bins of
 * equal width between the lowest and the highest response; TMVA chooses the range by the RMS.
 *
 * Returns: the separation, or NaN for regression
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_separation (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return average_figure (self, G_STRUCT_OFFSET (PymvaRoc, separation));
}

/**
 * pymva_evaluation_get_significance: (get-property significance)
 * @self: an evaluation
 *
 * Gets the significance of the responses: the difference of their means for signal and background
 * over the root of the sum of their variances, as TMVA defines it.
 *
 * Returns: the significance, or NaN for regression
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_significance (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  return average_figure (self, G_STRUCT_OFFSET (PymvaRoc, significance));
}

/**
 * pymva_evaluation_get_roc_curve:
 * @self: an evaluation
 *
 * Gets the ROC curve; of several classes, that of class 0 against the others.
 *
 * Returns: (transfer full): n x 3 float64: threshold, background efficiency, signal efficiency.
 *   Events whose response is not below the threshold are accepted. The thresholds are all
 *   responses that occur, from above; the first row is (infinity, 0, 0). Empty for regression.
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_evaluation_get_roc_curve (PymvaEvaluation *self)
{
  return pymva_evaluation_get_class_roc_curve (self, 0);
}

/**
 * pymva_evaluation_get_class_auc:
 * @self: an evaluation
 * @class_number: a class; for two classes only 0, the signal
 *
 * Gets the area under the ROC curve of one class against the others.
 *
 * Returns: the area, or NaN where there is no such class
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_class_auc (PymvaEvaluation *self,
                                guint class_number)
{
  const PymvaRoc *roc;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  roc = lookup_roc (self, class_number);
  return roc != NULL ? roc->auc : NAN;
}

/**
 * pymva_evaluation_get_class_signal_efficiency:
 * @self: an evaluation
 * @class_number: a class; for two classes only 0, the signal
 * @background_efficiency: the share of the other classes' events that is accepted, from 0 to 1
 *
 * Gets the share of the events of a class that is accepted by the cut on its response that accepts
 * a given share of the other classes' events.
 *
 * Returns: the efficiency, or NaN where there is no such class
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_class_signal_efficiency (PymvaEvaluation *self,
                                              guint class_number,
                                              double background_efficiency)
{
  const PymvaRoc *roc;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  roc = lookup_roc (self, class_number);
  return roc != NULL ? pymva_roc_get_signal_efficiency (roc, background_efficiency) : NAN;
}

/**
 * pymva_evaluation_get_class_separation:
 * @self: an evaluation
 * @class_number: a class; for two classes only 0, the signal
 *
 * Gets the separation of one class from the others by its response.
 *
 * Returns: the separation, or NaN where there is no such class
 *
 * Since: 1.0
 */
double
pymva_evaluation_get_class_separation (PymvaEvaluation *self,
                                       guint class_number)
{
  const PymvaRoc *roc;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NAN);

  roc = lookup_roc (self, class_number);
  return roc != NULL ? roc->separation : NAN;
}

/**
 * pymva_evaluation_get_class_roc_curve:
 * @self: an evaluation
 * @class_number: a class; for two classes only 0, the signal
 *
 * Gets the ROC curve of one class against the others.
 *
 * Returns: (transfer full): n x 3 float64, as [method@Evaluation.get_roc_curve] gives it; empty
 *   where there is no such class
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_evaluation_get_class_roc_curve (PymvaEvaluation *self,
                                      guint class_number)
{
  g_autoptr (GBytes) bytes = NULL;
  const PymvaRoc *roc;
  gsize n_points;

  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), NULL);

  roc = lookup_roc (self, class_number);
  n_points = roc != NULL ? roc->n_points : 0;
  bytes = g_bytes_new (roc != NULL ? roc->points : NULL, n_points * 3 * sizeof (double));

  return pymva_tensor_new (PYMVA_DTYPE_FLOAT64, (const gint64[]) { n_points, 3 }, 2, bytes, NULL);
}
