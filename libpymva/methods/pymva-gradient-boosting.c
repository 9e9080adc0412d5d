/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-gradient-boosting.h>

#include "pymva-method-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaGradientBoosting:
 *
 * Gradient boosting of scikit-learn: small decision trees, each of which learns what the ones
 * before are still wrong by.
 *
 * Its properties are the options of scikit-learn's `GradientBoostingClassifier` and
 * `GradientBoostingRegressor`, with their defaults. With
 * [property@GradientBoosting:histogram] it is `HistGradientBoostingClassifier` and
 * `HistGradientBoostingRegressor`, which are much faster for more than some ten thousand events.
 * These have no [property@GradientBoosting:subsample],
 * [property@GradientBoosting:min-samples-split],
 * [property@GradientBoosting:min-weight-fraction-leaf],
 * [property@GradientBoosting:min-impurity-decrease], [property@GradientBoosting:ccp-alpha] and
 * [property@GradientBoosting:init]; only these have [property@GradientBoosting:max-bins],
 * [property@GradientBoosting:l2-regularization] and [property@GradientBoosting:class-weight].
 * Training refuses what is set and not there.
 *
 * The ensemble is the same one that a plain call of `fit` makes with the same seed, early stopping
 * included. Each target of a regression has an ensemble of its own, as `MultiOutputRegressor` of
 * scikit-learn makes them.
 *
 * `iteration` reports for each stage the number of stages so far, `trees`, the `training_loss`,
 * and, where the training may stop early, the `validation_loss`, in scikit-learn's scales: of
 * classes the deviance or the logarithmic loss, of regressions the loss that is chosen. Only the
 * Huber loss has no validation loss. Of several targets also the `target` is reported. Cancelling
 * takes effect between stages.
 *
 * Models give the same answers without Python. Those with histograms have no importance.
 *
 * Since: 1.0
 */
struct _PymvaGradientBoosting
{
  PymvaMethod parent_instance;
};

G_DEFINE_FINAL_TYPE (PymvaGradientBoosting, pymva_gradient_boosting, PYMVA_TYPE_METHOD)

enum
{
  PROP_0,
  PROP_N_ESTIMATORS,
  PROP_LEARNING_RATE,
  PROP_LOSS,
  PROP_ALPHA,
  PROP_HISTOGRAM,
  PROP_SUBSAMPLE,
  PROP_INIT,
  PROP_WARM_START,
  PROP_CLASS_WEIGHT,
  PROP_EARLY_STOPPING,
  PROP_N_ITER_NO_CHANGE,
  PROP_VALIDATION_FRACTION,
  PROP_TOL,
  PROP_MAX_DEPTH,
  PROP_MAX_LEAF_NODES,
  PROP_MIN_SAMPLES_SPLIT,
  PROP_MIN_SAMPLES_LEAF,
  PROP_MIN_WEIGHT_FRACTION_LEAF,
  PROP_MIN_IMPURITY_DECREASE,
  PROP_MAX_FEATURES,
  PROP_CCP_ALPHA,
  PROP_L2_REGULARIZATION,
  PROP_MAX_BINS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const char * const losses[] = {
  "auto", "log-loss", "deviance", "exponential", "squared-error", "absolute-error", "huber",
  "quantile", "poisson", "gamma", NULL
};
static const char * const two_class_losses[] = {
  "auto", "log-loss", "deviance", "exponential", NULL
};
static const char * const class_losses[] = { "auto", "log-loss", "deviance", NULL };
static const char * const regression_losses[] = {
  "auto", "squared-error", "absolute-error", "huber", "quantile", NULL
};
static const char * const histogram_regression_losses[] = {
  "auto", "squared-error", "absolute-error", "quantile", "poisson", "gamma", NULL
};
static const char * const starts[] = { "auto", "zero", NULL };
static const char * const class_weights[] = { "none", "balanced", NULL };
static const char * const switches[] = { "auto", "on", "off", NULL };

/* What only one of the two kinds has. */
static const guint plain_props[] = {
  PROP_SUBSAMPLE, PROP_INIT, PROP_MIN_SAMPLES_SPLIT, PROP_MIN_WEIGHT_FRACTION_LEAF,
  PROP_MIN_IMPURITY_DECREASE, PROP_CCP_ALPHA,
};
static const guint histogram_props[] = {
  PROP_CLASS_WEIGHT, PROP_L2_REGULARIZATION, PROP_MAX_BINS,
};

static const PymvaMethodOption options[] = {
  { "MaxDepth", "max-depth", .none = "0" },
  { "MaxFeatures", "max-features", .none = "all" },
  { "MaxLeafNodes", "max-leaf-nodes", .none = "0" },
  { NULL },
};

static gboolean
check_unset (PymvaMethod *method,
             const guint *unknown,
             guint n_unknown,
             gboolean histogram,
             GError **error)
{
  for (guint i = 0; i < n_unknown; i++)
    {
      GParamSpec *pspec = props[unknown[i]];
      g_auto (GValue) value = G_VALUE_INIT;

      g_value_init (&value, pspec->value_type);
      g_object_get_property (G_OBJECT (method), pspec->name, &value);
      if (g_param_value_defaults (pspec, &value))
        continue;

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“%s” of the method “%s” is set, but scikit-learn has it only %s “histogram”; "
                   "leave it at its default, or %s “histogram”", pspec->name,
                   pymva_method_get_title (method), histogram ? "without" : "with",
                   histogram ? "unset" : "set");
      return FALSE;
    }

  return TRUE;
}

/* The words for the loss depend on what is learnt, and how. */
static gboolean
pymva_gradient_boosting_check (PymvaMethod *method,
                               PymvaAnalysisType analysis_type,
                               GError **error)
{
  g_autofree char *loss = NULL;
  gboolean histogram;
  const char * const *good = class_losses;

  g_object_get (method, "histogram", &histogram, "loss", &loss, NULL);

  if (analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    good = histogram ? histogram_regression_losses : regression_losses;
  else if (analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION && !histogram)
    good = two_class_losses;
  if (!pymva_parameter_check_word ("loss", loss, pymva_method_get_title (method), good, error))
    return FALSE;

  if (histogram)
    return check_unset (method, plain_props, G_N_ELEMENTS (plain_props), TRUE, error);

  return check_unset (method, histogram_props, G_N_ELEMENTS (histogram_props), FALSE, error);
}

static void
install_boosting_properties (void)
{
  /**
   * PymvaGradientBoosting:n-estimators:
   *
   * The most stages; each has one tree, or, of three classes or more, one tree per class. The
   * default is 100. scikit-learn calls it `max_iter` for histograms.
   *
   * Since: 1.0
   */
  props[PROP_N_ESTIMATORS] =
    pymva_parameter_int ("n-estimators", "Stages", "Most stages of trees", 1, 1000000, 100);

  /**
   * PymvaGradientBoosting:learning-rate:
   *
   * By what each tree's answer is multiplied. The default is 0.1.
   *
   * Since: 1.0
   */
  props[PROP_LEARNING_RATE] =
    pymva_parameter_double ("learning-rate", "Learning rate",
                            "By what each tree's answer is multiplied", 1e-12, 1e6, 0.1);

  /**
   * PymvaGradientBoosting:loss:
   *
   * What is to become small. For classes `"log-loss"`, which is what `"auto"` means and which
   * PyMVA calls `"deviance"`, or, for two classes and without histograms, `"exponential"`. For a
   * regression `"squared-error"`, which is what `"auto"` means, `"absolute-error"` or `"quantile"`;
   * without histograms also `"huber"`, and with them `"poisson"` or `"gamma"`.
   *
   * Since: 1.0
   */
  props[PROP_LOSS] = pymva_parameter_choice ("loss", "Loss", "What is to become small", losses);

  /**
   * PymvaGradientBoosting:alpha:
   *
   * The quantile of the losses `"quantile"` and `"huber"`. The default is 0.9.
   *
   * Since: 1.0
   */
  props[PROP_ALPHA] =
    pymva_parameter_double ("alpha", "Quantile", "Quantile of the losses “quantile” and “huber”",
                            1e-6, 1.0 - 1e-6, 0.9);

  /**
   * PymvaGradientBoosting:histogram:
   *
   * Whether the inputs are sorted into bins first, which is faster for many events. The default is
   * `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_HISTOGRAM] =
    pymva_parameter_boolean ("histogram", "Histograms", "Whether inputs are sorted into bins first",
                             FALSE);

  /**
   * PymvaGradientBoosting:subsample:
   *
   * The share of the events that each stage learns from. The default is 1. Not with histograms.
   *
   * Since: 1.0
   */
  props[PROP_SUBSAMPLE] =
    pymva_parameter_double ("subsample", "Sample", "Share of the events that each stage sees",
                            1e-6, 1.0, 1.0);

  /**
   * PymvaGradientBoosting:init:
   *
   * What the first stage starts from: `"auto"` for the best constant, or `"zero"`. Not with
   * histograms.
   *
   * Since: 1.0
   */
  props[PROP_INIT] =
    pymva_parameter_choice ("init", "Start", "What the first stage starts from", starts);

  /**
   * PymvaGradientBoosting:warm-start:
   *
   * Whether training again goes on where the training before has ended, and adds the stages that
   * are missing to [property@GradientBoosting:n-estimators], which must be larger than before. The
   * default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_WARM_START] =
    pymva_parameter_boolean ("warm-start", "Warm start",
                             "Whether training again adds stages to those that there are", FALSE);

  /**
   * PymvaGradientBoosting:class-weight:
   *
   * Weights that classes get beside the weights of their events: `"none"`, the default, or
   * `"balanced"` for weights inverse to the number of events. Only with histograms.
   *
   * Since: 1.0
   */
  props[PROP_CLASS_WEIGHT] =
    pymva_parameter_choice ("class-weight", "Class weights", "Weights of classes", class_weights);
}

static void
install_stopping_properties (void)
{
  /**
   * PymvaGradientBoosting:early-stopping:
   *
   * Whether the training ends when the loss of events that are set aside no longer falls: `"on"`,
   * `"off"`, or `"auto"` for what scikit-learn does by default: yes where
   * [property@GradientBoosting:n-iter-no-change] is set, with histograms where there are more than
   * 10000 events.
   *
   * Since: 1.0
   */
  props[PROP_EARLY_STOPPING] =
    pymva_parameter_choice ("early-stopping", "Early stopping",
                            "Whether the training ends when it no longer helps", switches);

  /**
   * PymvaGradientBoosting:n-iter-no-change:
   *
   * After how many stages without improvement an early end comes. The default is 0, which means
   * 10 where the training may stop early.
   *
   * Since: 1.0
   */
  props[PROP_N_ITER_NO_CHANGE] =
    pymva_parameter_int ("n-iter-no-change", "Patience",
                         "Stages without improvement that end the training; 0: default",
                         0, 1000000, 0);

  /**
   * PymvaGradientBoosting:validation-fraction:
   *
   * The share of the training events that are set aside to find an early end. The default is 0.1.
   *
   * Since: 1.0
   */
  props[PROP_VALIDATION_FRACTION] =
    pymva_parameter_double ("validation-fraction", "Validation",
                            "Share of the events that are set aside to find an early end",
                            1e-6, 1.0 - 1e-6, 0.1);

  /**
   * PymvaGradientBoosting:tol:
   *
   * The smallest fall of the loss that counts as one; -1, the default, for scikit-learn's: 0.0001,
   * with histograms 0.0000001.
   *
   * Since: 1.0
   */
  props[PROP_TOL] =
    pymva_parameter_double ("tol", "Tolerance", "Smallest improvement that counts; -1: default",
                            -1.0, 1e30, -1.0);
}

static void
install_tree_properties (void)
{
  /**
   * PymvaGradientBoosting:max-depth:
   *
   * The most splits between a tree's root and a leaf; 0 for no limit; -1, the default, for
   * scikit-learn's: 3, with histograms no limit.
   *
   * Since: 1.0
   */
  props[PROP_MAX_DEPTH] =
    pymva_parameter_int ("max-depth", "Depth", "Most splits above a leaf; 0: no limit; -1: default",
                         -1, 10000, -1);

  /**
   * PymvaGradientBoosting:max-leaf-nodes:
   *
   * The most leaves of a tree, the best ones first; 0 for no limit; -1, the default, for
   * scikit-learn's: no limit, with histograms 31.
   *
   * Since: 1.0
   */
  props[PROP_MAX_LEAF_NODES] =
    pymva_parameter_int ("max-leaf-nodes", "Leaves",
                         "Most leaves of a tree; 0: no limit; -1: default", -1, G_MAXINT, -1);

  /**
   * PymvaGradientBoosting:min-samples-split:
   *
   * The fewest events that are split further. The default is 2. Not with histograms.
   *
   * Since: 1.0
   */
  props[PROP_MIN_SAMPLES_SPLIT] =
    pymva_parameter_int ("min-samples-split", "Events to split",
                         "Fewest events that are split further", 2, G_MAXINT, 2);

  /**
   * PymvaGradientBoosting:min-samples-leaf:
   *
   * The fewest events of a leaf; 0, the default, for scikit-learn's: 1, with histograms 20.
   *
   * Since: 1.0
   */
  props[PROP_MIN_SAMPLES_LEAF] =
    pymva_parameter_int ("min-samples-leaf", "Events in a leaf",
                         "Fewest events of a leaf; 0: default", 0, G_MAXINT, 0);

  /**
   * PymvaGradientBoosting:min-weight-fraction-leaf:
   *
   * The smallest share of the sum of all event weights that a leaf has, from 0, the default, to
   * 0.5. Not with histograms.
   *
   * Since: 1.0
   */
  props[PROP_MIN_WEIGHT_FRACTION_LEAF] =
    pymva_parameter_double ("min-weight-fraction-leaf", "Weight in a leaf",
                            "Smallest share of the sum of weights in a leaf", 0.0, 0.5, 0.0);

  /**
   * PymvaGradientBoosting:min-impurity-decrease:
   *
   * How much a split must improve the trees' criterion, weighted by its share of the events. The
   * default is 0. Not with histograms.
   *
   * Since: 1.0
   */
  props[PROP_MIN_IMPURITY_DECREASE] =
    pymva_parameter_double ("min-impurity-decrease", "Gain of a split",
                            "Least improvement of the criterion by a split", 0.0, 1e30, 0.0);

  /**
   * PymvaGradientBoosting:max-features:
   *
   * How many variables are tried at a split: `"auto"` or `"all"` for all of them, `"sqrt"`,
   * `"log2"`, a number such as `"3"`, or a share such as `"0.5"`. With histograms only a share, for
   * which scikit-learn 1.4 or later is needed.
   *
   * Since: 1.0
   */
  props[PROP_MAX_FEATURES] =
    pymva_parameter_string ("max-features", "Variables per split",
                            "Variables tried at a split: auto, sqrt, log2, all, number or share",
                            "auto");

  /**
   * PymvaGradientBoosting:ccp-alpha:
   *
   * The complexity parameter of minimal cost-complexity pruning; 0, the default, for no pruning.
   * Not with histograms.
   *
   * Since: 1.0
   */
  props[PROP_CCP_ALPHA] =
    pymva_parameter_double ("ccp-alpha", "Pruning", "Complexity parameter of pruning; 0: none",
                            0.0, 1e30, 0.0);

  /**
   * PymvaGradientBoosting:l2-regularization:
   *
   * How strongly large answers of leaves are pulled to zero; 0, the default, for not at all. Only
   * with histograms.
   *
   * Since: 1.0
   */
  props[PROP_L2_REGULARIZATION] =
    pymva_parameter_double ("l2-regularization", "Regularisation",
                            "Pull of large answers of leaves to zero", 0.0, 1e30, 0.0);

  /**
   * PymvaGradientBoosting:max-bins:
   *
   * How many bins a variable has, beside the one for missing values, from 2 to 255, the default.
   * Only with histograms.
   *
   * Since: 1.0
   */
  props[PROP_MAX_BINS] =
    pymva_parameter_int ("max-bins", "Bins", "Bins of a variable", 2, 255, 255);
}

static void
pymva_gradient_boosting_class_init (PymvaGradientBoostingClass *klass)
{
  PymvaMethodClass *method_class = PYMVA_METHOD_CLASS (klass);

  method_class->name = "gradient-boosting";
  method_class->title = "Gradient boosting";
  method_class->framework = "scikit-learn";
  method_class->module = "sklearn";
  method_class->bridge = "sklearn_boosting";
  method_class->check = pymva_gradient_boosting_check;
  pymva_method_class_install_options (method_class, options);

  install_boosting_properties ();
  install_stopping_properties ();
  install_tree_properties ();
  pymva_method_class_install_parameters (method_class, props, N_PROPS);
}

static void
pymva_gradient_boosting_init (PymvaGradientBoosting *self)
{
}

/**
 * pymva_gradient_boosting_new:
 *
 * Makes a gradient boosting with scikit-learn's defaults.
 *
 * Returns: (transfer full): a new method
 *
 * Since: 1.0
 */
PymvaGradientBoosting *
pymva_gradient_boosting_new (void)
{
  return g_object_new (PYMVA_TYPE_GRADIENT_BOOSTING, NULL);
}
