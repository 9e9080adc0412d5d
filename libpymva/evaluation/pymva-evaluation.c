/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

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
 * [method@Evaluation.get_output] is the evaluation of one class against the others, or of one
 * target, and has all figures of it. Two evaluations are compared by
 * [method@Evaluation.compare_auc], of two methods on the same events, and by
 * [method@Evaluation.compare_responses], of one method on training and test events.
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
  PROP_AUC_ERROR,
  PROP_SEPARATION,
  PROP_SIGNIFICANCE,
  PROP_ACCURACY,
  PROP_BIAS,
  PROP_RMS,
  PROP_TRUNCATED_BIAS,
  PROP_TRUNCATED_RMS,
  PROP_MUTUAL_INFORMATION,
  PROP_TRUNCATED_MUTUAL_INFORMATION,
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
  g_clear_pointer (&self->target_figures, g_free);
  g_clear_pointer (&self->outputs, g_free);
  g_clear_pointer (&self->truth, g_free);
  g_clear_pointer (&self->weights, g_free);

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
    case PROP_AUC_ERROR:
      g_value_set_double (value, pymva_evaluation_get_auc_error (self));
      break;
    case PROP_SEPARATION:
      g_value_set_double (value, pymva_evaluation_get_separation (self));
      break;
    case PROP_SIGNIFICANCE:
      g_value_set_double (value, pymva_evaluation_get_significance (self));
      break;
    case PROP_ACCURACY:
      g_value_set_double (value, pymva_evaluation_get_accuracy (self));
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
    case PROP_MUTUAL_INFORMATION:
      g_value_set_double (value, self->figures.mutual_information);
      break;
    case PROP_TRUNCATED_MUTUAL_INFORMATION:
      g_value_set_double (value, self->figures.truncated_mutual_information);
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
   * PymvaEvaluation:auc-error: (getter get_auc_error)
   *
   * The standard error of the area under the ROC curve; NaN for regression.
   *
   * Since: 1.0
   */
  props[PROP_AUC_ERROR] = new_figure_property ("auc-error");

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
   * PymvaEvaluation:accuracy: (getter get_accuracy)
   *
   * The share of the events that are assigned to their class; NaN for regression.
   *
   * Since: 1.0
   */
  props[PROP_ACCURACY] = new_figure_property ("accuracy");

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
   * PymvaEvaluation:mutual-information: (getter get_mutual_information)
   *
   * The mutual information of predictions and targets; NaN for classification.
   *
   * Since: 1.0
   */
  props[PROP_MUTUAL_INFORMATION] = new_figure_property ("mutual-information");

  /**
   * PymvaEvaluation:truncated-mutual-information: (getter get_truncated_mutual_information)
   *
   * The mutual information of the events whose deviations are within two RMS of the bias; NaN for
   * classification.
   *
   * Since: 1.0
   */
  props[PROP_TRUNCATED_MUTUAL_INFORMATION] = new_figure_property ("truncated-mutual-information");

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
  self->figures = (PymvaRegressionFigures) { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
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
