/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-xgboost.h>

#include "pymva-booster-private.h"
#include "pymva-method-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaXGBoost:
 *
 * Boosted trees of XGBoost: each tree corrects what those before it get wrong.
 *
 * Its properties are XGBoost's parameters, with their names and defaults, and it trains as
 * `xgboost.train()` does. `iteration` reports after each round `round`, from 1 on, and the figures
 * of [property@XGBoost:eval-metric] for the events that train, such as `training_logloss`, and for
 * those that judge, such as `validation_logloss`; cancelling takes effect between rounds. The same
 * seed and the same events give the same trees.
 *
 * Of two classes the signal is XGBoost's positive class. Missing values (NaN) take the side of each
 * split that suits the training; infinities are refused in training. Several targets are learnt
 * together. Event weights count as repeated events do, in training and judging; negative ones are
 * refused. The penalties and [property@XGBoost:min-child-weight] are compared with sums of weights:
 * weights far from 1 ask for other values.
 *
 * The importance of a variable is the mean gain of the splits on it. The model predicts without
 * Python, and with XGBoost's own answers: [property@Model:engine] is `"forest"`. It also holds
 * XGBoost's Universal Binary JSON, which is no code, to go on with the training. XGBoost is
 * installed with `pip install xgboost-cpu`, or with `xgboost` for GPUs; 1.7 and later are
 * supported.
 *
 * Since: 1.0
 */
struct _PymvaXGBoost
{
  PymvaMethod parent_instance;
};

G_DEFINE_FINAL_TYPE (PymvaXGBoost, pymva_xgboost, PYMVA_TYPE_METHOD)

enum
{
  PROP_0,
  PROP_N_ESTIMATORS,
  PROP_EARLY_STOPPING,
  PROP_VALIDATION_SIZE,
  PROP_LEARNING_RATE,
  PROP_BOOSTER,
  PROP_TREE_METHOD,
  PROP_GROW_POLICY,
  PROP_MAX_DEPTH,
  PROP_MAX_LEAVES,
  PROP_MAX_BIN,
  PROP_MIN_CHILD_WEIGHT,
  PROP_GAMMA,
  PROP_MAX_DELTA_STEP,
  PROP_REG_LAMBDA,
  PROP_REG_ALPHA,
  PROP_NUM_PARALLEL_TREE,
  PROP_SUBSAMPLE,
  PROP_COLSAMPLE_BYTREE,
  PROP_COLSAMPLE_BYLEVEL,
  PROP_COLSAMPLE_BYNODE,
  PROP_SAMPLE_TYPE,
  PROP_NORMALIZE_TYPE,
  PROP_RATE_DROP,
  PROP_ONE_DROP,
  PROP_SKIP_DROP,
  PROP_OBJECTIVE,
  PROP_EVAL_METRIC,
  PROP_SCALE_POS_WEIGHT,
  PROP_MULTI_STRATEGY,
  PROP_QUANTILE_ALPHA,
  PROP_HUBER_SLOPE,
  PROP_TWEEDIE_VARIANCE_POWER,
  PROP_MONOTONE_CONSTRAINTS,
  PROP_DEVICE,
  PROP_CONTINUE_TRAINING,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const PymvaMethodOption options[] = {
  { "NumRounds", "n-estimators" },
  { "Eta", "learning-rate" },
  { "Lambda", "reg-lambda" },
  { "Alpha", "reg-alpha" },
  { "EarlyStoppingRounds", "early-stopping" },
  { "ColsampleByTree", "colsample-bytree" },
  { "ColsampleByLevel", "colsample-bylevel" },
  { "ColsampleByNode", "colsample-bynode" },
  { NULL },
};

static const char * const boosters[] = { "gbtree", "dart", NULL };
static const char * const tree_methods[] = { "hist", "approx", "exact", "auto", NULL };
static const char * const grow_policies[] = { "depthwise", "lossguide", NULL };
static const char * const sample_types[] = { "uniform", "weighted", NULL };
static const char * const normalize_types[] = { "tree", "forest", NULL };
static const char * const multi_strategies[] = {
  "one-output-per-tree", "multi-output-tree", NULL
};
static const char * const devices[] = { "cpu", "cuda", "auto", NULL };

static const PymvaBoosterObjectives known_objectives = {
  .classification = { "auto", "binary-logistic", "binary-hinge", NULL },
  .multiclass = { "auto", "multi-softprob", NULL },
  .regression = {
    "auto", "reg-squarederror", "reg-squaredlogerror", "reg-logistic", "reg-pseudohubererror",
    "reg-absoluteerror", "reg-quantileerror", "count-poisson", "reg-gamma", "reg-tweedie", NULL
  },
};
static const char * const objectives[] = {
  "auto", "binary-logistic", "binary-hinge", "multi-softprob",
  "reg-squarederror", "reg-squaredlogerror", "reg-logistic", "reg-pseudohubererror",
  "reg-absoluteerror", "reg-quantileerror", "count-poisson", "reg-gamma", "reg-tweedie", NULL
};

static gboolean
pymva_xgboost_check (PymvaMethod *method,
                     PymvaAnalysisType analysis_type,
                     GError **error)
{
  return pymva_booster_check (method, analysis_type, &known_objectives, "booster", error);
}

static void
install_round_properties (void)
{
  /**
   * PymvaXGBoost:n-estimators:
   *
   * The number of rounds: each adds a tree, or one for each class or target. With
   * [property@XGBoost:early-stopping] it is the most. The default is 100.
   *
   * Since: 1.0
   */
  props[PROP_N_ESTIMATORS] =
    pymva_parameter_int ("n-estimators", "Rounds", "Most rounds of boosting", 1, 1000000, 100);

  /**
   * PymvaXGBoost:early-stopping:
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
   * PymvaXGBoost:validation-size:
   *
   * How many of the training events do not train, but judge each round: a share such as `"20%"`
   * or `"0.2"`, or a number such as `"100"`. They are drawn by the seed. `"auto"`, the default,
   * is 20% where [property@XGBoost:early-stopping] is set, and otherwise none.
   *
   * Since: 1.0
   */
  props[PROP_VALIDATION_SIZE] =
    pymva_parameter_string ("validation-size", "Validation",
                            "Share or number of training events that judge the training", "auto");

  /**
   * PymvaXGBoost:learning-rate:
   *
   * The factor of each tree, which XGBoost also calls eta. The default is 0.3.
   *
   * Since: 1.0
   */
  props[PROP_LEARNING_RATE] =
    pymva_parameter_double ("learning-rate", "Learning rate", "Factor of each tree (eta)", 0.0, 1e6,
                            0.3);

  /**
   * PymvaXGBoost:booster:
   *
   * The kind of boosting: `"gbtree"`, the default, or `"dart"`, which leaves some of the trees
   * out while it grows the next one.
   *
   * Since: 1.0
   */
  props[PROP_BOOSTER] =
    pymva_parameter_choice ("booster", "Booster", "Kind of boosting", boosters);
}

static void
install_tree_properties (void)
{
  /**
   * PymvaXGBoost:tree-method:
   *
   * How splits are searched: `"hist"`, the default, among bins of the values, made once;
   * `"approx"`, among bins made anew for each round; `"exact"`, among all values; `"auto"`, as
   * XGBoost chooses.
   *
   * Since: 1.0
   */
  props[PROP_TREE_METHOD] =
    pymva_parameter_choice ("tree-method", "Tree method", "How splits are searched", tree_methods);

  /**
   * PymvaXGBoost:grow-policy:
   *
   * Which leaf is split next: with `"depthwise"`, the default, the one nearest to the root; with
   * `"lossguide"` the one with the largest gain.
   *
   * Since: 1.0
   */
  props[PROP_GROW_POLICY] =
    pymva_parameter_choice ("grow-policy", "Growth", "Which leaf is split next", grow_policies);

  /**
   * PymvaXGBoost:max-depth:
   *
   * The most splits between a tree's root and a leaf; 0 for no limit, which `"exact"` cannot
   * have. The default is 6.
   *
   * Since: 1.0
   */
  props[PROP_MAX_DEPTH] =
    pymva_parameter_int ("max-depth", "Depth", "Most splits above a leaf; 0: no limit", 0, 10000,
                         6);

  /**
   * PymvaXGBoost:max-leaves:
   *
   * The most leaves of a tree; 0, the default, for no limit.
   *
   * Since: 1.0
   */
  props[PROP_MAX_LEAVES] =
    pymva_parameter_int ("max-leaves", "Leaves", "Most leaves of a tree; 0: no limit", 0, G_MAXINT,
                         0);

  /**
   * PymvaXGBoost:max-bin:
   *
   * The most bins that the values of a variable are put into. The default is 256. `"exact"` has
   * no bins.
   *
   * Since: 1.0
   */
  props[PROP_MAX_BIN] =
    pymva_parameter_int ("max-bin", "Bins", "Most bins of a variable", 2, 65536, 256);

  /**
   * PymvaXGBoost:min-child-weight:
   *
   * The least sum of the events' second derivatives, which event weights multiply, in a leaf. For
   * a squared error that is the sum of weights. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_MIN_CHILD_WEIGHT] =
    pymva_parameter_double ("min-child-weight", "Weight in a leaf",
                            "Least sum of second derivatives in a leaf", 0.0, 1e30, 1.0);

  /**
   * PymvaXGBoost:gamma:
   *
   * The least gain of a split. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_GAMMA] =
    pymva_parameter_double ("gamma", "Gain of a split", "Least gain of a split", 0.0, 1e30, 0.0);

  /**
   * PymvaXGBoost:max-delta-step:
   *
   * The largest value of a leaf; 0, the default, for no limit, or 0.7 for Poisson regression.
   *
   * Since: 1.0
   */
  props[PROP_MAX_DELTA_STEP] =
    pymva_parameter_double ("max-delta-step", "Step", "Largest value of a leaf; 0: no limit", 0.0,
                            1e30, 0.0);

  /**
   * PymvaXGBoost:reg-lambda:
   *
   * The penalty of the squares of the leaves' values. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_REG_LAMBDA] =
    pymva_parameter_double ("reg-lambda", "Lambda", "Penalty of the squares of leaf values", 0.0,
                            1e30, 1.0);

  /**
   * PymvaXGBoost:reg-alpha:
   *
   * The penalty of the sizes of the leaves' values. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_REG_ALPHA] =
    pymva_parameter_double ("reg-alpha", "Alpha", "Penalty of the sizes of leaf values", 0.0, 1e30,
                            0.0);

  /**
   * PymvaXGBoost:num-parallel-tree:
   *
   * How many trees each round grows at once: a forest. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_NUM_PARALLEL_TREE] =
    pymva_parameter_int ("num-parallel-tree", "Trees per round", "Trees that each round grows", 1,
                         100000, 1);
}

static void
install_sample_properties (void)
{
  /**
   * PymvaXGBoost:subsample:
   *
   * The share of the events that each round sees, above 0. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_SUBSAMPLE] =
    pymva_parameter_double ("subsample", "Events", "Share of the events that each round sees", 1e-6,
                            1.0, 1.0);

  /**
   * PymvaXGBoost:colsample-bytree:
   *
   * The share of the variables that each tree sees, above 0. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_COLSAMPLE_BYTREE] =
    pymva_parameter_double ("colsample-bytree", "Variables per tree",
                            "Share of the variables that each tree sees", 1e-6, 1.0, 1.0);

  /**
   * PymvaXGBoost:colsample-bylevel:
   *
   * The share of the tree's variables that each of its levels sees, above 0. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_COLSAMPLE_BYLEVEL] =
    pymva_parameter_double ("colsample-bylevel", "Variables per level",
                            "Share of the variables that each level sees", 1e-6, 1.0, 1.0);

  /**
   * PymvaXGBoost:colsample-bynode:
   *
   * The share of the level's variables that each split sees, above 0. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_COLSAMPLE_BYNODE] =
    pymva_parameter_double ("colsample-bynode", "Variables per split",
                            "Share of the variables that each split sees", 1e-6, 1.0, 1.0);
}

static void
install_dart_properties (void)
{
  /**
   * PymvaXGBoost:sample-type:
   *
   * How `"dart"` chooses the trees to drop: `"uniform"`, the default, or `"weighted"` by the
   * trees' factors.
   *
   * Since: 1.0
   */
  props[PROP_SAMPLE_TYPE] =
    pymva_parameter_choice ("sample-type", "Dropped trees", "How dart chooses trees to drop",
                            sample_types);

  /**
   * PymvaXGBoost:normalize-type:
   *
   * How `"dart"` weighs new trees: `"tree"`, the default, as each of the dropped ones, or
   * `"forest"`, as their sum.
   *
   * Since: 1.0
   */
  props[PROP_NORMALIZE_TYPE] =
    pymva_parameter_choice ("normalize-type", "Normalisation", "How dart weighs new trees",
                            normalize_types);

  /**
   * PymvaXGBoost:rate-drop:
   *
   * The share of the trees that `"dart"` drops in a round. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_RATE_DROP] =
    pymva_parameter_double ("rate-drop", "Drop rate", "Share of the trees that dart drops", 0.0,
                            1.0, 0.0);

  /**
   * PymvaXGBoost:one-drop:
   *
   * Whether `"dart"` drops one tree at least. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_ONE_DROP] =
    pymva_parameter_boolean ("one-drop", "One drop", "Whether dart drops one tree at least", FALSE);

  /**
   * PymvaXGBoost:skip-drop:
   *
   * The share of the rounds in which `"dart"` drops no tree. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_SKIP_DROP] =
    pymva_parameter_double ("skip-drop", "Skip rate",
                            "Share of the rounds in which dart drops none", 0.0, 1.0, 0.0);
}

static void
install_objective_properties (void)
{
  /**
   * PymvaXGBoost:objective:
   *
   * What is minimised, as XGBoost calls it, with a dash for the colon, which separates options.
   * `"auto"`, the default, is the first of these. For two classes: `"binary-logistic"`,
   * `"binary-hinge"`, whose answers are 0 or 1. For several: `"multi-softprob"`. For a
   * regression: `"reg-squarederror"`, `"reg-squaredlogerror"`, `"reg-logistic"`,
   * `"reg-pseudohubererror"`, `"reg-absoluteerror"`, `"reg-quantileerror"`, `"count-poisson"`,
   * `"reg-gamma"`, `"reg-tweedie"`.
   *
   * Since: 1.0
   */
  props[PROP_OBJECTIVE] =
    pymva_parameter_choice ("objective", "Objective", "What is minimised", objectives);

  /**
   * PymvaXGBoost:eval-metric:
   *
   * The figures that each round reports, separated by commas; early stopping watches the last
   * one. `"auto"`, the default, for that of the objective. For two classes: `"logloss"`,
   * `"error"`, `"auc"`, `"aucpr"`, `"rmse"`, `"mae"`. For several: `"mlogloss"`, `"merror"`,
   * `"auc"`. For a regression: `"rmse"`, `"rmsle"`, `"mae"`, `"mape"`, `"mphe"`,
   * `"poisson-nloglik"`, `"gamma-nloglik"`, `"gamma-deviance"`, `"tweedie-nloglik"`. With
   * `"error@0.3"` the threshold is another one.
   *
   * Since: 1.0
   */
  props[PROP_EVAL_METRIC] =
    pymva_parameter_string ("eval-metric", "Metrics",
                            "Figures that each round reports, such as logloss,auc", "auto");

  /**
   * PymvaXGBoost:scale-pos-weight:
   *
   * A factor of the weights of the signal, where there are two classes. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_SCALE_POS_WEIGHT] =
    pymva_parameter_double ("scale-pos-weight", "Weight of the signal",
                            "Factor of the weights of the signal", 0.0, 1e30, 1.0);

  /**
   * PymvaXGBoost:multi-strategy:
   *
   * How several targets are learnt: `"one-output-per-tree"`, the default, grows a tree for each
   * in each round; `"multi-output-tree"` grows one for all, since XGBoost 2.0, and suits targets
   * of like scales.
   *
   * Since: 1.0
   */
  props[PROP_MULTI_STRATEGY] =
    pymva_parameter_choice ("multi-strategy", "Several targets", "How trees learn several targets",
                            multi_strategies);

  /**
   * PymvaXGBoost:quantile-alpha:
   *
   * Which quantile `"reg-quantileerror"` learns, between 0 and 1. The default is 0.5.
   *
   * Since: 1.0
   */
  props[PROP_QUANTILE_ALPHA] =
    pymva_parameter_double ("quantile-alpha", "Quantile",
                            "Quantile of the objective reg-quantileerror", 0.0, 1.0, 0.5);

  /**
   * PymvaXGBoost:huber-slope:
   *
   * Where `"reg-pseudohubererror"` goes from squares to sizes. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_HUBER_SLOPE] =
    pymva_parameter_double ("huber-slope", "Huber slope",
                            "Where the objective reg-pseudohubererror becomes linear", 1e-6, 1e30,
                            1.0);

  /**
   * PymvaXGBoost:tweedie-variance-power:
   *
   * The power of the variance for `"reg-tweedie"`, between 1 and 2. The default is 1.5.
   *
   * Since: 1.0
   */
  props[PROP_TWEEDIE_VARIANCE_POWER] =
    pymva_parameter_double ("tweedie-variance-power", "Tweedie power",
                            "Power of the variance of the objective reg-tweedie", 1.0, 2.0, 1.5);
}

static void
install_training_properties (void)
{
  /**
   * PymvaXGBoost:monotone-constraints:
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
   * PymvaXGBoost:device:
   *
   * Where to train: `"cpu"`, the default, `"cuda"` for a GPU, which needs the package `xgboost`
   * in place of `xgboost-cpu`, or `"auto"` for a GPU where there is one. Predictions are made on
   * the processor.
   *
   * Since: 1.0
   */
  props[PROP_DEVICE] =
    pymva_parameter_choice ("device", "Device", "Where to train", devices);

  /**
   * PymvaXGBoost:continue-training:
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
}

static void
pymva_xgboost_class_init (PymvaXGBoostClass *klass)
{
  PymvaMethodClass *method_class = PYMVA_METHOD_CLASS (klass);

  method_class->name = "xgboost";
  method_class->title = "XGBoost";
  method_class->framework = "xgboost-cpu";
  method_class->module = "xgboost";
  method_class->bridge = "xgboost_trees";
  method_class->check = pymva_xgboost_check;
  pymva_method_class_install_options (method_class, options);

  install_round_properties ();
  install_tree_properties ();
  install_sample_properties ();
  install_dart_properties ();
  install_objective_properties ();
  install_training_properties ();
  pymva_method_class_install_parameters (method_class, props, N_PROPS);
}

static void
pymva_xgboost_init (PymvaXGBoost *self)
{
}

/**
 * pymva_xgboost_new:
 *
 * Makes boosted trees with XGBoost's defaults.
 *
 * Returns: (transfer full): a new method
 *
 * Since: 1.0
 */
PymvaXGBoost *
pymva_xgboost_new (void)
{
  return g_object_new (PYMVA_TYPE_XGBOOST, NULL);
}
