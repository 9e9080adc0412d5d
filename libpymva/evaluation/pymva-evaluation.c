/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>
#include <pymva/pymva-evaluation.h>

#include "data/pymva-tensor-private.h"

#include "pymva-evaluation-private.h"

#define READ_FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

/**
 * PymvaEvaluation:
 *
 * The figures that tell how good responses or predictions are.
 *
 * An evaluation is made from what a method answered for some events, what they are in truth, and
 * their weights; every figure takes the weights into account. It does not change afterwards, and
 * may be read from any thread.
 *
 * For two classes and for several, the figures rest on the ROC curve, which is
 * `sklearn.metrics.roc_curve (drop_intermediate=False)` with the signal as positive class. Events
 * of equal response share a point, so ties are counted as they should be; events of weight zero
 * count for nothing. Of several classes, each has its curve against all the others by its own
 * column of the responses, and a figure is the mean of the classes' figures, each counting alike,
 * as `sklearn.metrics.roc_auc_score (multi_class="ovr", average="macro")`.
 *
 * Negative weights are legal as long as the weights of each class sum to more than zero. The curve
 * may then run backwards in places, and its area be outside of 0 and 1.
 *
 * For regression, the deviation of an event is its prediction minus its target. Of several targets,
 * a figure is the mean of the targets' figures.
 *
 * Figures that do not apply, and all figures of an object made by g_object_new(), are NaN.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (PymvaEvaluation, pymva_evaluation, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ANALYSIS_TYPE,
  PROP_N_EVENTS,
  PROP_N_OUTPUTS,
  PROP_AUC,
  PROP_SEPARATION,
  PROP_SIGNIFICANCE,
  PROP_BIAS,
  PROP_RMS,
  PROP_TRUNCATED_BIAS,
  PROP_TRUNCATED_RMS,
  PROP_MEAN_SQUARED_ERROR,
  PROP_MEAN_ABSOLUTE_ERROR,
  PROP_R2,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
pymva_evaluation_finalize (GObject *object)
{
  PymvaEvaluation *self = PYMVA_EVALUATION (object);

  for (guint i = 0; self->rocs != NULL && i < self->n_outputs; i++)
    g_clear_pointer (&self->rocs[i], pymva_roc_free);
  g_clear_pointer (&self->rocs, g_free);

  G_OBJECT_CLASS (pymva_evaluation_parent_class)->finalize (object);
}

static void
pymva_evaluation_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  PymvaEvaluation *self = PYMVA_EVALUATION (object);

  switch (prop_id)
    {
    case PROP_ANALYSIS_TYPE:
      g_value_set_enum (value, self->analysis_type);
      break;
    case PROP_N_EVENTS:
      g_value_set_int64 (value, self->n_events);
      break;
    case PROP_N_OUTPUTS:
      g_value_set_uint (value, self->n_outputs);
      break;
    case PROP_AUC:
      g_value_set_double (value, pymva_evaluation_get_auc (self));
      break;
    case PROP_SEPARATION:
      g_value_set_double (value, pymva_evaluation_get_separation (self));
      break;
    case PROP_SIGNIFICANCE:
      g_value_set_double (value, pymva_evaluation_get_significance (self));
      break;
    case PROP_BIAS:
      g_value_set_double (value, self->figures.bias);
      break;
    case PROP_RMS:
      g_value_set_double (value, self->figures.rms);
      break;
    case PROP_TRUNCATED_BIAS:
      g_value_set_double (value, self->figures.truncated_bias);
      break;
    case PROP_TRUNCATED_RMS:
      g_value_set_double (value, self->figures.truncated_rms);
      break;
    case PROP_MEAN_SQUARED_ERROR:
      g_value_set_double (value, self->figures.mean_squared_error);
      break;
    case PROP_MEAN_ABSOLUTE_ERROR:
      g_value_set_double (value, self->figures.mean_absolute_error);
      break;
    case PROP_R2:
      g_value_set_double (value, self->figures.r2);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static GParamSpec *
new_figure_property (const char *name)
{
  return g_param_spec_double (name, NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, READ_FLAGS);
}

static void
pymva_evaluation_class_init (PymvaEvaluationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pymva_evaluation_finalize;
  object_class->get_property = pymva_evaluation_get_property;

  /**
   * PymvaEvaluation:analysis-type: (getter get_analysis_type)
   *
   * What was evaluated.
   *
   * Since: 1.0
   */
  props[PROP_ANALYSIS_TYPE] =
    g_param_spec_enum ("analysis-type", NULL, NULL, PYMVA_TYPE_ANALYSIS_TYPE,
                       PYMVA_ANALYSIS_TYPE_CLASSIFICATION, READ_FLAGS);

  /**
   * PymvaEvaluation:n-events: (getter get_n_events)
   *
   * The number of events that were evaluated.
   *
   * Since: 1.0
   */
  props[PROP_N_EVENTS] =
    g_param_spec_int64 ("n-events", NULL, NULL, 0, G_MAXINT64, 0, READ_FLAGS);

  /**
   * PymvaEvaluation:n-outputs: (getter get_n_outputs)
   *
   * The number of columns that were evaluated.
   *
   * Since: 1.0
   */
  props[PROP_N_OUTPUTS] =
    g_param_spec_uint ("n-outputs", NULL, NULL, 0, G_MAXUINT, 0, READ_FLAGS);

  /**
   * PymvaEvaluation:auc: (getter get_auc)
   *
   * The area under the ROC curve; NaN for regression.
   *
   * Since: 1.0
   */
  props[PROP_AUC] = new_figure_property ("auc");

  /**
   * PymvaEvaluation:separation: (getter get_separation)
   *
   * The separation of the responses to signal and background; NaN for regression.
   *
   * Since: 1.0
   */
  props[PROP_SEPARATION] = new_figure_property ("separation");

  /**
   * PymvaEvaluation:significance: (getter get_significance)
   *
   * The significance of the responses; NaN for regression.
   *
   * Since: 1.0
   */
  props[PROP_SIGNIFICANCE] = new_figure_property ("significance");

  /**
   * PymvaEvaluation:bias: (getter get_bias)
   *
   * The mean of the deviations; NaN for classification.
   *
   * Since: 1.0
   */
  props[PROP_BIAS] = new_figure_property ("bias");

  /**
   * PymvaEvaluation:rms: (getter get_rms)
   *
   * The root of the mean square of the deviations about their mean; NaN for classification.
   *
   * Since: 1.0
   */
  props[PROP_RMS] = new_figure_property ("rms");

  /**
   * PymvaEvaluation:truncated-bias: (getter get_truncated_bias)
   *
   * The mean of the deviations that are within two RMS of the bias; NaN for classification.
   *
   * Since: 1.0
   */
  props[PROP_TRUNCATED_BIAS] = new_figure_property ("truncated-bias");

  /**
   * PymvaEvaluation:truncated-rms: (getter get_truncated_rms)
   *
   * The RMS of the deviations that are within two RMS of the bias; NaN for classification.
   *
   * Since: 1.0
   */
  props[PROP_TRUNCATED_RMS] = new_figure_property ("truncated-rms");

  /**
   * PymvaEvaluation:mean-squared-error: (getter get_mean_squared_error)
   *
   * The mean of the squares of the deviations; NaN for classification.
   *
   * Since: 1.0
   */
  props[PROP_MEAN_SQUARED_ERROR] = new_figure_property ("mean-squared-error");

  /**
   * PymvaEvaluation:mean-absolute-error: (getter get_mean_absolute_error)
   *
   * The mean of the sizes of the deviations; NaN for classification.
   *
   * Since: 1.0
   */
  props[PROP_MEAN_ABSOLUTE_ERROR] = new_figure_property ("mean-absolute-error");

  /**
   * PymvaEvaluation:r2: (getter get_r2)
   *
   * The coefficient of determination: the share of the variance of the targets that the predictions
   * explain; NaN for classification.
   *
   * Since: 1.0
   */
  props[PROP_R2] = new_figure_property ("r2");

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_evaluation_init (PymvaEvaluation *self)
{
  self->figures = (PymvaRegressionFigures) { NAN, NAN, NAN, NAN, NAN, NAN, NAN };
}

double *
pymva_evaluation_read_values (PymvaTensor *tensor,
                              const char *what,
                              gint64 n_rows,
                              gint64 n_columns,
                              GError **error)
{
  g_autofree double *values = NULL;
  gsize n_values;

  if (pymva_tensor_get_n_dims (tensor) > 2 || pymva_tensor_get_length (tensor, 0) != n_rows ||
      pymva_tensor_get_length (tensor, 1) != n_columns)
    {
      g_autofree char *shape = pymva_tensor_format_shape (tensor);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The shape of the %s is %s, but %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
                   " is needed: one row per event",
                   what, shape, n_rows, n_columns);
      return NULL;
    }

  values = pymva_tensor_to_doubles (tensor, &n_values);
  for (gsize i = 0; i < n_values; i++)
    {
      if (!isfinite (values[i]))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "The %s hold %f in row %" G_GINT64_FORMAT " (the first is row 0); leave out "
                       "events that have no finite value",
                       what, values[i], (gint64) i / n_columns);
          return NULL;
        }
    }

  return g_steal_pointer (&values);
}

gboolean
pymva_evaluation_read_events (PymvaTensor *outputs,
                              const char *what,
                              PymvaTensor *weights,
                              double **output_values,
                              double **weight_values,
                              gint64 *n_events,
                              gint64 *n_outputs,
                              GError **error)
{
  *n_events = pymva_tensor_get_length (outputs, 0);
  *n_outputs = pymva_tensor_get_length (outputs, 1);
  if (*n_events == 0 || *n_outputs == 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA, "There are no %s to evaluate", what);
      return FALSE;
    }

  *output_values =
    pymva_evaluation_read_values (outputs, what, *n_events, *n_outputs, error);
  if (*output_values == NULL)
    return FALSE;
  if (weights == NULL)
    return TRUE;

  *weight_values = pymva_evaluation_read_values (weights, "weights", *n_events, 1, error);
  return *weight_values != NULL;
}

/* Checks that labels are class numbers, and that each class has events whose weights sum to more
 * than zero. */
static gboolean
check_labels (const double *labels,
              const double *weights,
              gint64 n_events,
              gint64 n_classes,
              GError **error)
{
  g_autofree double *sums = g_new0 (double, n_classes);
  g_autofree gint64 *counts = g_new0 (gint64, n_classes);

  for (gint64 i = 0; i < n_events; i++)
    {
      if (!(labels[i] >= 0 && labels[i] < n_classes) || labels[i] != floor (labels[i]))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "The label %g in row %" G_GINT64_FORMAT " (the first is row 0) is not a "
                       "class; with these responses the classes are 0 to %" G_GINT64_FORMAT
                       ", and 0 is the signal",
                       labels[i], i, n_classes - 1);
          return FALSE;
        }
      counts[(gint64) labels[i]]++;
      sums[(gint64) labels[i]] += weights != NULL ? weights[i] : 1;
    }

  for (gint64 k = 0; k < n_classes; k++)
    {
      if (counts[k] == 0)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "No event is of class %" G_GINT64_FORMAT
                       "; an evaluation needs events of every class",
                       k);
          return FALSE;
        }
      if (!(sums[k] > 0) || isinf (sums[k]))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                       "The weights of class %" G_GINT64_FORMAT
                       " sum to %g; they must sum to a finite number above zero",
                       k, sums[k]);
          return FALSE;
        }
    }

  return TRUE;
}

/* One curve per column of the responses: its class against all the others. */
static PymvaRoc **
compute_rocs (const double *responses,
              const double *labels,
              const double *weights,
              gint64 n_events,
              gint64 n_columns)
{
  g_autofree PymvaRoc **rocs = g_new0 (PymvaRoc *, n_columns);
  g_autofree double *column = g_new (double, n_events);
  g_autofree guint8 *is_signal = g_new (guint8, n_events);

  for (gint64 k = 0; k < n_columns; k++)
    {
      for (gint64 i = 0; i < n_events; i++)
        {
          column[i] = responses[i * n_columns + k];
          is_signal[i] = labels[i] == k;
        }
      rocs[k] = pymva_roc_new (column, is_signal, weights, n_events);
    }

  return g_steal_pointer (&rocs);
}

/**
 * pymva_evaluation_new:
 * @responses: n or n x 1 responses of a classification, the higher the more like the signal;
 *   or n x n_classes responses, one column per class
 * @labels: n class numbers, of any dtype; of two classes, 0 is the signal and 1 the background
 * @weights: (nullable): n weights of the events; `NULL`: all are one
 * @error: return location for an error
 *
 * Evaluates the responses to events whose classes are known.
 *
 * Fails with `PYMVA_ERROR_VALUE` where shapes do not fit or the weights of a class do not sum to
 * more than zero, and with `PYMVA_ERROR_DATA` where a response, label or weight is not finite, a
 * label is not a class, or a class has no events.
 *
 * Returns: (transfer full): the evaluation
 *
 * Since: 1.0
 */
PymvaEvaluation *
pymva_evaluation_new (PymvaTensor *responses,
                      PymvaTensor *labels,
                      PymvaTensor *weights,
                      GError **error)
{
  g_autoptr (PymvaEvaluation) self = NULL;
  g_autofree double *response_values = NULL;
  g_autofree double *label_values = NULL;
  g_autofree double *weight_values = NULL;
  gint64 n_events, n_columns, n_classes;

  g_return_val_if_fail (PYMVA_IS_TENSOR (responses), NULL);
  g_return_val_if_fail (PYMVA_IS_TENSOR (labels), NULL);
  g_return_val_if_fail (weights == NULL || PYMVA_IS_TENSOR (weights), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!pymva_evaluation_read_events (responses, "responses", weights, &response_values,
                                     &weight_values, &n_events, &n_columns, error))
    return NULL;
  label_values = pymva_evaluation_read_values (labels, "labels", n_events, 1, error);
  if (label_values == NULL)
    return NULL;
  n_classes = MAX (n_columns, 2);
  if (!check_labels (label_values, weight_values, n_events, n_classes, error))
    return NULL;

  self = g_object_new (PYMVA_TYPE_EVALUATION, NULL);
  self->analysis_type = n_columns == 1 ? PYMVA_ANALYSIS_TYPE_CLASSIFICATION
                                       : PYMVA_ANALYSIS_TYPE_MULTICLASS;
  self->n_events = n_events;
  self->n_outputs = n_columns;
  self->rocs = compute_rocs (response_values, label_values, weight_values, n_events, n_columns);

  return g_steal_pointer (&self);
}

/**
 * pymva_evaluation_get_analysis_type: (get-property analysis-type)
 * @self: an evaluation
 *
 * Gets what was evaluated.
 *
 * Returns: the analysis type
 *
 * Since: 1.0
 */
PymvaAnalysisType
pymva_evaluation_get_analysis_type (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), PYMVA_ANALYSIS_TYPE_CLASSIFICATION);

  return self->analysis_type;
}

/**
 * pymva_evaluation_get_n_events: (get-property n-events)
 * @self: an evaluation
 *
 * Gets the number of events that were evaluated.
 *
 * Returns: the number of events
 *
 * Since: 1.0
 */
gint64
pymva_evaluation_get_n_events (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), 0);

  return self->n_events;
}

/**
 * pymva_evaluation_get_n_outputs: (get-property n-outputs)
 * @self: an evaluation
 *
 * Gets the number of columns that were evaluated: 1 for two classes, else the number of classes
 * or targets.
 *
 * Returns: the number of columns
 *
 * Since: 1.0
 */
guint
pymva_evaluation_get_n_outputs (PymvaEvaluation *self)
{
  g_return_val_if_fail (PYMVA_IS_EVALUATION (self), 0);

  return self->n_outputs;
}
