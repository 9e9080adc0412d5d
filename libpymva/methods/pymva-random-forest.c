/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-random-forest.h>

#include "pymva-method-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaRandomForest:
 *
 * A random forest of scikit-learn: many decision trees, each grown from a random sample of the
 * events, whose answers are averaged.
 *
 * Its properties are the options of scikit-learn's `RandomForestClassifier` and
 * `RandomForestRegressor`, with their defaults. The forest is the same one that a plain call of
 * `fit` makes with the same seed, and its model gives the same answers without Python, to the last
 * bit. With [property@RandomForest:extra-trees] it is made of extremely randomised trees instead,
 * `ExtraTreesClassifier` and `ExtraTreesRegressor`.
 *
 * It is trained in blocks of trees: `iteration` reports `trees`, how many there are, and the last
 * one `oob_score` where [property@RandomForest:oob-score] is set; cancelling takes effect between
 * blocks.
 *
 * Since: 1.0
 */
struct _PymvaRandomForest
{
  PymvaMethod parent_instance;
};

G_DEFINE_FINAL_TYPE (PymvaRandomForest, pymva_random_forest, PYMVA_TYPE_METHOD)

enum
{
  PROP_0,
  PROP_N_ESTIMATORS,
  PROP_CRITERION,
  PROP_MAX_DEPTH,
  PROP_MIN_SAMPLES_SPLIT,
  PROP_MIN_SAMPLES_LEAF,
  PROP_MIN_WEIGHT_FRACTION_LEAF,
  PROP_MAX_FEATURES,
  PROP_MAX_LEAF_NODES,
  PROP_MIN_IMPURITY_DECREASE,
  PROP_BOOTSTRAP,
  PROP_OOB_SCORE,
  PROP_CLASS_WEIGHT,
  PROP_CCP_ALPHA,
  PROP_MAX_SAMPLES,
  PROP_EXTRA_TREES,
  PROP_WARM_START,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const char * const classification_criteria[] = {
  "auto", "gini", "entropy", "log-loss", NULL
};
static const char * const regression_criteria[] = {
  "auto", "squared-error", "absolute-error", "friedman-mse", "poisson", NULL
};
static const char * const criteria[] = {
  "auto", "gini", "entropy", "log-loss",
  "squared-error", "absolute-error", "friedman-mse", "poisson", NULL
};
static const char * const class_weights[] = { "none", "balanced", "balanced-subsample", NULL };

static const PymvaMethodOption options[] = {
  { "OoBScore", "oob-score" },
  { "MaxFeatures", "max-features", .none = "all" },
  { NULL },
};

/* The words for the criterion depend on what is learnt. */
static gboolean
pymva_random_forest_check (PymvaMethod *method,
                           PymvaAnalysisType analysis_type,
                           GError **error)
{
  g_autofree char *title = NULL;
  g_autofree char *criterion = NULL;
  gboolean bootstrap;
  gboolean oob_score;

  g_object_get (method, "title", &title, "criterion", &criterion, "bootstrap", &bootstrap,
                "oob-score", &oob_score, NULL);

  if (!pymva_parameter_check_word ("criterion", criterion, title,
                                   analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION
                                   ? regression_criteria : classification_criteria, error))
    return FALSE;
  if (oob_score && !bootstrap)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“oob-score” of the method “%s” needs “bootstrap”: without it no tree leaves an "
                   "event out; set “bootstrap”, or do not set “oob-score”", title);
      return FALSE;
    }

  return TRUE;
}

static void
install_tree_properties (void)
{
  /**
   * PymvaRandomForest:criterion:
   *
   * How splits are judged: `"auto"` for scikit-learn's default; for classes `"gini"`, `"entropy"`
   * or `"log-loss"`, for a regression `"squared-error"`, `"absolute-error"`, `"friedman-mse"` or
   * `"poisson"`.
   *
   * Since: 1.0
   */
  props[PROP_CRITERION] =
    pymva_parameter_choice ("criterion", "Criterion", "How splits are judged", criteria);

  /**
   * PymvaRandomForest:max-depth:
   *
   * The most splits between a tree's root and a leaf; 0, the default, for no limit.
   *
   * Since: 1.0
   */
  props[PROP_MAX_DEPTH] =
    pymva_parameter_int ("max-depth", "Depth", "Most splits above a leaf; 0: no limit",
                         0, 10000, 0);

  /**
   * PymvaRandomForest:min-samples-split:
   *
   * The fewest events that are split further. The default is 2.
   *
   * Since: 1.0
   */
  props[PROP_MIN_SAMPLES_SPLIT] =
    pymva_parameter_int ("min-samples-split", "Events to split",
                         "Fewest events that are split further", 2, G_MAXINT, 2);

  /**
   * PymvaRandomForest:min-samples-leaf:
   *
   * The fewest events of a leaf. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_MIN_SAMPLES_LEAF] =
    pymva_parameter_int ("min-samples-leaf", "Events in a leaf", "Fewest events of a leaf",
                         1, G_MAXINT, 1);

  /**
   * PymvaRandomForest:min-weight-fraction-leaf:
   *
   * The smallest share of the sum of all event weights that a leaf has, from 0, the default, to
   * 0.5.
   *
   * Since: 1.0
   */
  props[PROP_MIN_WEIGHT_FRACTION_LEAF] =
    pymva_parameter_double ("min-weight-fraction-leaf", "Weight in a leaf",
                            "Smallest share of the sum of weights in a leaf", 0.0, 0.5, 0.0);

  /**
   * PymvaRandomForest:max-features:
   *
   * How many variables are tried at a split: `"auto"` for scikit-learn's default (the square root
   * of their number for classes, all for a regression), `"sqrt"`, `"log2"`, `"all"`, a number such
   * as `"3"`, or a share such as `"0.5"`.
   *
   * Since: 1.0
   */
  props[PROP_MAX_FEATURES] =
    pymva_parameter_string ("max-features", "Variables per split",
                            "Variables tried at a split: auto, sqrt, log2, all, number or share",
                            "auto");

  /**
   * PymvaRandomForest:max-leaf-nodes:
   *
   * The most leaves of a tree, the best ones first; 0, the default, for no limit.
   *
   * Since: 1.0
   */
  props[PROP_MAX_LEAF_NODES] =
    pymva_parameter_int ("max-leaf-nodes", "Leaves", "Most leaves of a tree; 0: no limit",
                         0, G_MAXINT, 0);

  /**
   * PymvaRandomForest:min-impurity-decrease:
   *
   * How much a split must improve the criterion, weighted by its share of the events. The default
   * is 0.
   *
   * Since: 1.0
   */
  props[PROP_MIN_IMPURITY_DECREASE] =
    pymva_parameter_double ("min-impurity-decrease", "Gain of a split",
                            "Least improvement of the criterion by a split", 0.0, 1e30, 0.0);

  /**
   * PymvaRandomForest:ccp-alpha:
   *
   * The complexity parameter of minimal cost-complexity pruning; 0, the default, for no pruning.
   *
   * Since: 1.0
   */
  props[PROP_CCP_ALPHA] =
    pymva_parameter_double ("ccp-alpha", "Pruning", "Complexity parameter of pruning; 0: none",
                            0.0, 1e30, 0.0);
}

static void
install_forest_properties (void)
{
  /**
   * PymvaRandomForest:n-estimators:
   *
   * How many trees there are. The default is 100.
   *
   * Since: 1.0
   */
  props[PROP_N_ESTIMATORS] =
    pymva_parameter_int ("n-estimators", "Trees", "How many trees there are", 1, 1000000, 100);

  /**
   * PymvaRandomForest:bootstrap:
   *
   * Whether each tree is grown from a random sample of the events, drawn with replacement. The
   * default is `TRUE`; `FALSE` gives all events to each tree.
   *
   * Since: 1.0
   */
  props[PROP_BOOTSTRAP] =
    pymva_parameter_boolean ("bootstrap", "Bootstrap", "Whether trees see random samples of events",
                             TRUE);

  /**
   * PymvaRandomForest:oob-score:
   *
   * Whether to compute a score from the trees that have not seen an event. The last iteration
   * reports it as `oob_score`: the accuracy for classes, the coefficient of determination for a
   * regression. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_OOB_SCORE] =
    pymva_parameter_boolean ("oob-score", "Out-of-bag score",
                             "Whether to score trees by the events that they have not seen", FALSE);

  /**
   * PymvaRandomForest:class-weight:
   *
   * Weights that classes get beside the weights of their events: `"none"`, the default,
   * `"balanced"` for weights inverse to the number of events, or `"balanced-subsample"` for the
   * same in each tree's sample.
   *
   * Since: 1.0
   */
  props[PROP_CLASS_WEIGHT] =
    pymva_parameter_choice ("class-weight", "Class weights", "Weights of classes", class_weights);

  /**
   * PymvaRandomForest:max-samples:
   *
   * The share of the events that each tree's sample has; 0, the default, for as many as there are
   * events.
   *
   * Since: 1.0
   */
  props[PROP_MAX_SAMPLES] =
    pymva_parameter_double ("max-samples", "Sample",
                            "Share of the events per tree; 0: as many as there are", 0.0, 1.0, 0.0);

  /**
   * PymvaRandomForest:extra-trees:
   *
   * Whether splits are drawn at random instead of sought: scikit-learn's extremely randomised
   * trees. The default is `FALSE`. scikit-learn gives such trees all events unless it is told to
   * draw samples; here [property@RandomForest:bootstrap] is what it says, so unset that too for
   * the same forest.
   *
   * Since: 1.0
   */
  props[PROP_EXTRA_TREES] =
    pymva_parameter_boolean ("extra-trees", "Extra trees",
                             "Whether splits are drawn at random instead of sought", FALSE);

  /**
   * PymvaRandomForest:warm-start:
   *
   * Whether training again goes on where the training before has ended, and adds the trees that
   * are missing to [property@RandomForest:n-estimators], which must be larger than before. The
   * default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_WARM_START] =
    pymva_parameter_boolean ("warm-start", "Warm start",
                             "Whether training again adds trees to those that there are", FALSE);
}

static void
pymva_random_forest_class_init (PymvaRandomForestClass *klass)
{
  PymvaMethodClass *method_class = PYMVA_METHOD_CLASS (klass);

  method_class->name = "random-forest";
  method_class->title = "Random forest";
  method_class->framework = "scikit-learn";
  method_class->module = "sklearn";
  method_class->bridge = "sklearn_forest";
  method_class->check = pymva_random_forest_check;
  pymva_method_class_install_options (method_class, options);

  install_forest_properties ();
  install_tree_properties ();
  pymva_method_class_install_parameters (method_class, props, N_PROPS);
}

static void
pymva_random_forest_init (PymvaRandomForest *self)
{
}

/**
 * pymva_random_forest_new:
 *
 * Makes a random forest with scikit-learn's defaults.
 *
 * Returns: (transfer full): a new method
 *
 * Since: 1.0
 */
PymvaRandomForest *
pymva_random_forest_new (void)
{
  return g_object_new (PYMVA_TYPE_RANDOM_FOREST, NULL);
}
