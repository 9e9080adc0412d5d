/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-lightgbm.h>

#include "pymva-booster-private.h"
#include "pymva-method-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaLightGBM:
 *
 * Boosted trees of LightGBM, which grow by their best leaf: each tree corrects what those before it
 * get wrong.
 *
 * Its properties are LightGBM's parameters, with their names and, but for
 * [property@LightGBM:deterministic], their defaults, and it trains as `lightgbm.train()` does.
 * `iteration` reports after each round `round`, from 1 on, and the figures of
 * [property@LightGBM:eval-metric] for the events that train, such as `training_binary_logloss`, and
 * for those that judge, such as `validation_binary_logloss`; cancelling takes effect between
 * rounds.
 *
 * Of two classes the signal is LightGBM's positive class. Missing values (NaN) take the side of
 * each split that suits the training. Each of several targets is learnt by trees of its own, one
 * after the other; `iteration` then also reports `target`, its name. Event weights count, in
 * training and judging, but not where LightGBM counts events: bins, and
 * [property@LightGBM:min-data-in-leaf]. Negative weights, where the data set passes them, are
 * subtracted from the sums.
 *
 * The importance of a variable is the sum of the gains of the splits on it. The model predicts
 * without Python, and with LightGBM's answers, rounded to float32: [property@Model:engine] is
 * `"forest"`. Only with [property@LightGBM:linear-tree] it is `"python"`. The model also holds
 * LightGBM's own text, which is no code, to go on with the training. LightGBM 3.3 and later are
 * supported.
 *
 * Since: 1.0
 */
struct _PymvaLightGBM
{
  PymvaMethod parent_instance;
};

G_DEFINE_FINAL_TYPE (PymvaLightGBM, pymva_lightgbm, PYMVA_TYPE_METHOD)

enum
{
  PROP_0,
  PROP_N_ESTIMATORS,
  PROP_EARLY_STOPPING,
  PROP_VALIDATION_SIZE,
  PROP_LEARNING_RATE,
  PROP_BOOSTING,
  PROP_NUM_LEAVES,
  PROP_MAX_DEPTH,
  PROP_MIN_DATA_IN_LEAF,
  PROP_MIN_SUM_HESSIAN_IN_LEAF,
  PROP_MIN_GAIN_TO_SPLIT,
  PROP_LAMBDA_L1,
  PROP_LAMBDA_L2,
  PROP_PATH_SMOOTH,
  PROP_MAX_DELTA_STEP,
  PROP_MAX_BIN,
  PROP_MIN_DATA_IN_BIN,
  PROP_LINEAR_TREE,
  PROP_EXTRA_TREES,
  PROP_BAGGING_FRACTION,
  PROP_BAGGING_FREQ,
  PROP_FEATURE_FRACTION,
  PROP_FEATURE_FRACTION_BYNODE,
  PROP_TOP_RATE,
  PROP_OTHER_RATE,
  PROP_DROP_RATE,
  PROP_MAX_DROP,
  PROP_SKIP_DROP,
  PROP_OBJECTIVE,
  PROP_EVAL_METRIC,
  PROP_SCALE_POS_WEIGHT,
  PROP_IS_UNBALANCE,
  PROP_ALPHA,
  PROP_FAIR_C,
  PROP_TWEEDIE_VARIANCE_POWER,
  PROP_MONOTONE_CONSTRAINTS,
  PROP_MONOTONE_CONSTRAINTS_METHOD,
  PROP_DEVICE,
  PROP_CONTINUE_TRAINING,
  PROP_DETERMINISTIC,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const PymvaMethodOption options[] = {
  { "NumRounds", "n-estimators" },
  { "EarlyStoppingRounds", "early-stopping" },
  { "MinChildSamples", "min-data-in-leaf" },
  { "MinChildWeight", "min-sum-hessian-in-leaf" },
  { "MinSplitGain", "min-gain-to-split" },
  { "RegAlpha", "lambda-l1" },
  { "RegLambda", "lambda-l2" },
  { "Subsample", "bagging-fraction" },
  { "SubsampleFreq", "bagging-freq" },
  { "ColsampleByTree", "feature-fraction" },
  { NULL },
};

static const char * const boostings[] = { "gbdt", "dart", "goss", "rf", NULL };
static const char * const monotone_methods[] = { "basic", "intermediate", "advanced", NULL };
static const char * const devices[] = { "cpu", "gpu", "cuda", "auto", NULL };

static const PymvaBoosterObjectives known_objectives = {
  .classification = { "auto", "binary", "cross-entropy", NULL },
  .multiclass = { "auto", "multiclass", "multiclassova", NULL },
  .regression = {
    "auto", "regression", "regression-l1", "huber", "fair", "poisson", "quantile", "mape", "gamma",
    "tweedie", NULL
  },
};
static const char * const objectives[] = {
  "auto", "binary", "cross-entropy", "multiclass", "multiclassova",
  "regression", "regression-l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie",
  NULL
};

static gboolean
pymva_lightgbm_check (PymvaMethod *method,
                      PymvaAnalysisType analysis_type,
                      GError **error)
{
  return pymva_booster_check (method, analysis_type, &known_objectives, "boosting", error);
}

static void
install_round_properties (void)
{
  /**
   * PymvaLightGBM:n-estimators:
   *
   * The number of rounds: each adds a tree, or one for each class or target. With
   * [property@LightGBM:early-stopping] it is the most. The default is 100.
   *
   * Since: 1.0
   */
  props[PROP_N_ESTIMATORS] =
    pymva_parameter_int ("n-estimators", "Rounds", "Most rounds of boosting", 1, 1000000, 100);

  /**
   * PymvaLightGBM:early-stopping:
   *
   * After how many rounds without an improvement for the validation events the training ends. The
   * rounds after the best one are then dropped, from the predictions and from the model. 0, the
   * default, for never.
   *
   * Since: 1.0
   */
  props[PROP_EARLY_STOPPING] =
    pymva_parameter_int ("early-stopping", "Early stopping",
                         "Rounds without improvement before the training ends; 0: never", 0,
                         G_MAXINT, 0);

  /**
   * PymvaLightGBM:validation-size:
   *
   * How many of the training events do not train, but judge each round: a share such as `"20%"`
   * or `"0.2"`, or a number such as `"100"`. They are drawn by the seed. `"auto"`, the default,
   * is 20% where [property@LightGBM:early-stopping] is set, and otherwise none.
   *
   * Since: 1.0
   */
  props[PROP_VALIDATION_SIZE] =
    pymva_parameter_string ("validation-size", "Validation",
                            "Share or number of training events that judge the training", "auto");

  /**
   * PymvaLightGBM:learning-rate:
   *
   * The factor of each tree. The default is 0.1.
   *
   * Since: 1.0
   */
  props[PROP_LEARNING_RATE] =
    pymva_parameter_double ("learning-rate", "Learning rate", "Factor of each tree", 0.0, 1e6, 0.1);

  /**
   * PymvaLightGBM:boosting:
   *
   * The kind of boosting: `"gbdt"`, the default; `"dart"`, which leaves some of the trees out
   * while it grows the next one; `"goss"`, where each tree sees the events that are most wrong,
   * and a sample of the others; `"rf"`, a random forest, which needs bagging.
   *
   * Since: 1.0
   */
  props[PROP_BOOSTING] =
    pymva_parameter_choice ("boosting", "Boosting", "Kind of boosting", boostings);
}

static void
install_tree_properties (void)
{
  /**
   * PymvaLightGBM:num-leaves:
   *
   * The most leaves of a tree, the best ones first. The default is 31.
   *
   * Since: 1.0
   */
  props[PROP_NUM_LEAVES] =
    pymva_parameter_int ("num-leaves", "Leaves", "Most leaves of a tree", 2, 131072, 31);

  /**
   * PymvaLightGBM:max-depth:
   *
   * The most splits between a tree's root and a leaf; -1, the default, for no limit.
   *
   * Since: 1.0
   */
  props[PROP_MAX_DEPTH] =
    pymva_parameter_int ("max-depth", "Depth", "Most splits above a leaf; -1: no limit", -1, 10000,
                         -1);

  /**
   * PymvaLightGBM:min-data-in-leaf:
   *
   * The fewest events of a leaf, which LightGBM also calls min_child_samples. Weights do not
   * count here. The default is 20.
   *
   * Since: 1.0
   */
  props[PROP_MIN_DATA_IN_LEAF] =
    pymva_parameter_int ("min-data-in-leaf", "Events in a leaf", "Fewest events of a leaf", 0,
                         G_MAXINT, 20);

  /**
   * PymvaLightGBM:min-sum-hessian-in-leaf:
   *
   * The least sum of the events' second derivatives, which event weights multiply, in a leaf. The
   * default is 0.001.
   *
   * Since: 1.0
   */
  props[PROP_MIN_SUM_HESSIAN_IN_LEAF] =
    pymva_parameter_double ("min-sum-hessian-in-leaf", "Weight in a leaf",
                            "Least sum of second derivatives in a leaf", 0.0, 1e30, 1e-3);

  /**
   * PymvaLightGBM:min-gain-to-split:
   *
   * The least gain of a split. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_MIN_GAIN_TO_SPLIT] =
    pymva_parameter_double ("min-gain-to-split", "Gain of a split", "Least gain of a split", 0.0,
                            1e30, 0.0);

  /**
   * PymvaLightGBM:lambda-l1:
   *
   * The penalty of the sizes of the leaves' values. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_LAMBDA_L1] =
    pymva_parameter_double ("lambda-l1", "Lambda L1", "Penalty of the sizes of leaf values", 0.0,
                            1e30, 0.0);

  /**
   * PymvaLightGBM:lambda-l2:
   *
   * The penalty of the squares of the leaves' values. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_LAMBDA_L2] =
    pymva_parameter_double ("lambda-l2", "Lambda L2", "Penalty of the squares of leaf values", 0.0,
                            1e30, 0.0);

  /**
   * PymvaLightGBM:path-smooth:
   *
   * How strongly the values of leaves follow those of the nodes above them; 0, the default, for
   * not at all.
   *
   * Since: 1.0
   */
  props[PROP_PATH_SMOOTH] =
    pymva_parameter_double ("path-smooth", "Smoothing",
                            "How strongly leaves follow the nodes above them; 0: not", 0.0, 1e30,
                            0.0);

  /**
   * PymvaLightGBM:max-delta-step:
   *
   * The largest value of a leaf; 0, the default, for no limit.
   *
   * Since: 1.0
   */
  props[PROP_MAX_DELTA_STEP] =
    pymva_parameter_double ("max-delta-step", "Step", "Largest value of a leaf; 0: no limit", 0.0,
                            1e30, 0.0);

  /**
   * PymvaLightGBM:max-bin:
   *
   * The most bins that the values of a variable are put into. The default is 255.
   *
   * Since: 1.0
   */
  props[PROP_MAX_BIN] =
    pymva_parameter_int ("max-bin", "Bins", "Most bins of a variable", 2, 65535, 255);

  /**
   * PymvaLightGBM:min-data-in-bin:
   *
   * The fewest events of a bin. The default is 3.
   *
   * Since: 1.0
   */
  props[PROP_MIN_DATA_IN_BIN] =
    pymva_parameter_int ("min-data-in-bin", "Events in a bin", "Fewest events of a bin", 1,
                         G_MAXINT, 3);

  /**
   * PymvaLightGBM:linear-tree:
   *
   * Whether leaves hold linear functions of the variables, and not numbers. The default is
   * `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_LINEAR_TREE] =
    pymva_parameter_boolean ("linear-tree", "Linear leaves", "Whether leaves hold linear functions",
                             FALSE);

  /**
   * PymvaLightGBM:extra-trees:
   *
   * Whether one random threshold is tried for each variable, and not all. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_EXTRA_TREES] =
    pymva_parameter_boolean ("extra-trees", "Extra trees", "Whether thresholds are random", FALSE);
}

static void
install_sample_properties (void)
{
  /**
   * PymvaLightGBM:bagging-fraction:
   *
   * The share of the events that trees see, above 0, where [property@LightGBM:bagging-freq] is
   * set. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_BAGGING_FRACTION] =
    pymva_parameter_double ("bagging-fraction", "Events", "Share of the events that trees see",
                            1e-6, 1.0, 1.0);

  /**
   * PymvaLightGBM:bagging-freq:
   *
   * After how many rounds the events are drawn anew; 0, the default, for no sampling.
   *
   * Since: 1.0
   */
  props[PROP_BAGGING_FREQ] =
    pymva_parameter_int ("bagging-freq", "Bagging",
                         "Rounds between samples of events; 0: no sampling", 0, G_MAXINT, 0);

  /**
   * PymvaLightGBM:feature-fraction:
   *
   * The share of the variables that each tree sees, above 0. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_FEATURE_FRACTION] =
    pymva_parameter_double ("feature-fraction", "Variables per tree",
                            "Share of the variables that each tree sees", 1e-6, 1.0, 1.0);

  /**
   * PymvaLightGBM:feature-fraction-bynode:
   *
   * The share of the tree's variables that each split sees, above 0. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_FEATURE_FRACTION_BYNODE] =
    pymva_parameter_double ("feature-fraction-bynode", "Variables per split",
                            "Share of the variables that each split sees", 1e-6, 1.0, 1.0);

  /**
   * PymvaLightGBM:top-rate:
   *
   * The share of the events, those that are most wrong, that `"goss"` always takes. The default
   * is 0.2.
   *
   * Since: 1.0
   */
  props[PROP_TOP_RATE] =
    pymva_parameter_double ("top-rate", "Events most wrong",
                            "Share of the events that goss always takes", 0.0, 1.0, 0.2);

  /**
   * PymvaLightGBM:other-rate:
   *
   * The share of the events that `"goss"` draws from the others. The default is 0.1.
   *
   * Since: 1.0
   */
  props[PROP_OTHER_RATE] =
    pymva_parameter_double ("other-rate", "Other events",
                            "Share of the events that goss draws from the others", 0.0, 1.0, 0.1);

  /**
   * PymvaLightGBM:drop-rate:
   *
   * The share of the trees that `"dart"` drops in a round. The default is 0.1.
   *
   * Since: 1.0
   */
  props[PROP_DROP_RATE] =
    pymva_parameter_double ("drop-rate", "Drop rate", "Share of the trees that dart drops", 0.0,
                            1.0, 0.1);

  /**
   * PymvaLightGBM:max-drop:
   *
   * The most trees that `"dart"` drops in a round; 0 for no limit. The default is 50.
   *
   * Since: 1.0
   */
  props[PROP_MAX_DROP] =
    pymva_parameter_int ("max-drop", "Most drops",
                         "Most trees that dart drops in a round; 0: no limit", 0, G_MAXINT, 50);

  /**
   * PymvaLightGBM:skip-drop:
   *
   * The share of the rounds in which `"dart"` drops no tree. The default is 0.5.
   *
   * Since: 1.0
   */
  props[PROP_SKIP_DROP] =
    pymva_parameter_double ("skip-drop", "Skip rate",
                            "Share of the rounds in which dart drops none", 0.0, 1.0, 0.5);
}

static void
install_objective_properties (void)
{
  /**
   * PymvaLightGBM:objective:
   *
   * What is minimised, as LightGBM calls it. `"auto"`, the default, is the first of these. For
   * two classes: `"binary"`, `"cross-entropy"`. For several: `"multiclass"`, `"multiclassova"`,
   * which is one against the rest. For a regression: `"regression"`, which is the squared error,
   * `"regression-l1"`, `"huber"`, `"fair"`, `"poisson"`, `"quantile"`, `"mape"`, `"gamma"`,
   * `"tweedie"`.
   *
   * Since: 1.0
   */
  props[PROP_OBJECTIVE] =
    pymva_parameter_choice ("objective", "Objective", "What is minimised", objectives);

  /**
   * PymvaLightGBM:eval-metric:
   *
   * The figures that each round reports, separated by commas; early stopping ends the training
   * when one of them does not improve any more. `"auto"`, the default, for that of the objective.
   * For two classes: `"binary_logloss"`, `"binary_error"`, `"auc"`, `"average_precision"`,
   * `"cross_entropy"`, `"l1"`, `"l2"`, `"rmse"`. For several: `"multi_logloss"`, `"multi_error"`,
   * `"auc_mu"`. For a regression: `"l1"`, `"l2"`, `"rmse"`, `"quantile"`, `"mape"`, `"huber"`,
   * `"fair"`, `"poisson"`, `"gamma"`, `"gamma_deviance"`, `"tweedie"`.
   *
   * Since: 1.0
   */
  props[PROP_EVAL_METRIC] =
    pymva_parameter_string ("eval-metric", "Metrics",
                            "Figures that each round reports, such as auc,binary_logloss", "auto");

  /**
   * PymvaLightGBM:scale-pos-weight:
   *
   * A factor of the weights of the signal, for the objective `"binary"`. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_SCALE_POS_WEIGHT] =
    pymva_parameter_double ("scale-pos-weight", "Weight of the signal",
                            "Factor of the weights of the signal", 1e-6, 1e30, 1.0);

  /**
   * PymvaLightGBM:is-unbalance:
   *
   * Whether the rarer of two classes gets a larger weight, so that both weigh the same, for the
   * objective `"binary"`. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_IS_UNBALANCE] =
    pymva_parameter_boolean ("is-unbalance", "Unbalanced", "Whether both classes weigh the same",
                             FALSE);

  /**
   * PymvaLightGBM:alpha:
   *
   * Where `"huber"` goes from squares to sizes, or which quantile `"quantile"` learns. The
   * default is 0.9.
   *
   * Since: 1.0
   */
  props[PROP_ALPHA] =
    pymva_parameter_double ("alpha", "Alpha", "Parameter of the objectives huber and quantile",
                            1e-6, 1e30, 0.9);

  /**
   * PymvaLightGBM:fair-c:
   *
   * The parameter of `"fair"`. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_FAIR_C] =
    pymva_parameter_double ("fair-c", "Fair c", "Parameter of the objective fair", 1e-6, 1e30, 1.0);

  /**
   * PymvaLightGBM:tweedie-variance-power:
   *
   * The power of the variance for `"tweedie"`, from 1 to below 2. The default is 1.5.
   *
   * Since: 1.0
   */
  props[PROP_TWEEDIE_VARIANCE_POWER] =
    pymva_parameter_double ("tweedie-variance-power", "Tweedie power",
                            "Power of the variance of the objective tweedie", 1.0, 1.999999, 1.5);
}

static void
install_training_properties (void)
{
  /**
   * PymvaLightGBM:monotone-constraints:
   *
   * For each variable whether the answer may only rise with it (1), only fall (-1), or do either
   * (0), such as `"1,0,-1"`. For two classes the answer is that of the signal. Empty, the
   * default, for no constraints.
   *
   * Since: 1.0
   */
  props[PROP_MONOTONE_CONSTRAINTS] =
    pymva_parameter_string ("monotone-constraints", "Monotone",
                            "1 (rising), -1 (falling) or 0 (any) per variable, such as 1,0,-1", "");

  /**
   * PymvaLightGBM:monotone-constraints-method:
   *
   * How monotone constraints are kept: `"basic"`, the default and fastest, `"intermediate"` or
   * `"advanced"`, which cost the trees less.
   *
   * Since: 1.0
   */
  props[PROP_MONOTONE_CONSTRAINTS_METHOD] =
    pymva_parameter_choice ("monotone-constraints-method", "Monotone method",
                            "How monotone constraints are kept", monotone_methods);

  /**
   * PymvaLightGBM:device:
   *
   * Where to train: `"cpu"`, the default; `"gpu"` for OpenCL; `"cuda"`, which needs a LightGBM
   * that was built for it; or `"auto"` for CUDA where there is one. Predictions are made on the
   * processor.
   *
   * Since: 1.0
   */
  props[PROP_DEVICE] =
    pymva_parameter_choice ("device", "Device", "Where to train", devices);

  /**
   * PymvaLightGBM:continue-training:
   *
   * Whether training adds rounds to the trees of the training before, or, where the method has
   * not been trained, to those of the model in [property@Method:trained-model-file]. That must
   * have been of as many variables and outputs. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_CONTINUE_TRAINING] =
    pymva_parameter_boolean ("continue-training", "Continue training",
                             "Whether training adds to the trees of the one before", FALSE);

  /**
   * PymvaLightGBM:deterministic:
   *
   * Whether the same seed and events give the same trees. The default is `TRUE`, unlike
   * LightGBM's, which measures which way is faster, and then sums in another order.
   *
   * Since: 1.0
   */
  props[PROP_DETERMINISTIC] =
    pymva_parameter_boolean ("deterministic", "Deterministic",
                             "Whether the same seed gives the same trees", TRUE);
}

static void
pymva_lightgbm_class_init (PymvaLightGBMClass *klass)
{
  PymvaMethodClass *method_class = PYMVA_METHOD_CLASS (klass);

  method_class->name = "lightgbm";
  method_class->title = "LightGBM";
  method_class->framework = "lightgbm";
  method_class->module = "lightgbm";
  method_class->bridge = "lightgbm_trees";
  method_class->check = pymva_lightgbm_check;
  pymva_method_class_install_options (method_class, options);

  install_round_properties ();
  install_tree_properties ();
  install_sample_properties ();
  install_objective_properties ();
  install_training_properties ();
  pymva_method_class_install_parameters (method_class, props, N_PROPS);
}

static void
pymva_lightgbm_init (PymvaLightGBM *self)
{
}

/**
 * pymva_lightgbm_new:
 *
 * Makes boosted trees with LightGBM's defaults.
 *
 * Returns: (transfer full): a new method
 *
 * Since: 1.0
 */
PymvaLightGBM *
pymva_lightgbm_new (void)
{
  return g_object_new (PYMVA_TYPE_LIGHTGBM, NULL);
}
