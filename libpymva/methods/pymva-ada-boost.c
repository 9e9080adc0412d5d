/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-ada-boost.h>
#include <pymva/pymva-error.h>

#include "pymva-method-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaAdaBoost:
 *
 * AdaBoost of scikit-learn: small decision trees, each of which learns from events that the ones
 * before got wrong, and which vote by how good they are.
 *
 * Its properties are the options of scikit-learn's `AdaBoostClassifier` and `AdaBoostRegressor`,
 * with their defaults. The ensemble is the same one that a plain call of `fit` makes with the same
 * seed. Each target of a regression has an ensemble of its own.
 *
 * `iteration` reports for each tree its number, `trees`, its weighted `error`, and the
 * `tree_weight` that its vote has; of several targets also the `target`. Boosting ends before
 * [property@AdaBoost:n-estimators] where a tree makes no error, or can no longer do better than
 * guess. Cancelling takes effect between trees. No event weight may be negative.
 *
 * Models give the same answers without Python; only those of classes by `"samme"` with scikit-learn
 * 1.3 to 1.5 need it.
 *
 * Since: 1.0
 */
struct _PymvaAdaBoost
{
  PymvaMethod parent_instance;
};

G_DEFINE_FINAL_TYPE (PymvaAdaBoost, pymva_ada_boost, PYMVA_TYPE_METHOD)

enum
{
  PROP_0,
  PROP_N_ESTIMATORS,
  PROP_LEARNING_RATE,
  PROP_ALGORITHM,
  PROP_LOSS,
  PROP_MAX_DEPTH,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const char * const algorithms[] = { "auto", "samme", "samme.r", NULL };
static const char * const losses[] = { "auto", "linear", "square", "exponential", NULL };

static const PymvaMethodOption options[] = {
  { "BaseEstimator", .remedy = "set “max-depth” of the trees" },
  { NULL },
};

/* Classes have no loss to choose. */
static gboolean
pymva_ada_boost_check (PymvaMethod *method,
                       PymvaAnalysisType analysis_type,
                       GError **error)
{
  static const char * const good[] = { "auto", NULL };
  g_autofree char *loss = NULL;

  if (analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    return TRUE;

  g_object_get (method, "loss", &loss, NULL);
  if (pymva_parameter_check_word ("loss", loss, pymva_method_get_title (method), good, error))
    return TRUE;

  g_prefix_error (error, "Only regressions have a choice of losses: ");
  return FALSE;
}

static void
install_properties (void)
{
  /**
   * PymvaAdaBoost:n-estimators:
   *
   * The most trees that are boosted. The default is 50.
   *
   * Since: 1.0
   */
  props[PROP_N_ESTIMATORS] =
    pymva_parameter_int ("n-estimators", "Trees", "Most trees that are boosted", 1, 1000000, 50);

  /**
   * PymvaAdaBoost:learning-rate:
   *
   * By what the weight of each tree is multiplied. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_LEARNING_RATE] =
    pymva_parameter_double ("learning-rate", "Learning rate",
                            "By what the weight of each tree is multiplied", 1e-12, 1e6, 1.0);

  /**
   * PymvaAdaBoost:algorithm:
   *
   * How classes are boosted: `"samme"` lets trees vote for a class, `"samme.r"` adds their
   * probabilities up; `"auto"` is the default of the scikit-learn that is installed. Version 1.6
   * has removed `"samme.r"`, and from then on all of them mean `"samme"`; the model file says what
   * was used. Regressions have no choice, and ignore it.
   *
   * Since: 1.0
   */
  props[PROP_ALGORITHM] =
    pymva_parameter_choice ("algorithm", "Algorithm", "How classes are boosted", algorithms);

  /**
   * PymvaAdaBoost:loss:
   *
   * How the errors of a regression count: `"linear"`, which is what `"auto"` means, `"square"` or
   * `"exponential"`.
   *
   * Since: 1.0
   */
  props[PROP_LOSS] =
    pymva_parameter_choice ("loss", "Loss", "How the errors of a regression count", losses);

  /**
   * PymvaAdaBoost:max-depth:
   *
   * The most splits between a tree's root and a leaf; 0 for no limit; -1, the default, for
   * scikit-learn's: 1 for classes, 3 for a regression.
   *
   * Since: 1.0
   */
  props[PROP_MAX_DEPTH] =
    pymva_parameter_int ("max-depth", "Depth",
                         "Most splits above a leaf; 0: no limit; -1: 1 for classes, 3 otherwise",
                         -1, 10000, -1);
}

static void
pymva_ada_boost_class_init (PymvaAdaBoostClass *klass)
{
  PymvaMethodClass *method_class = PYMVA_METHOD_CLASS (klass);

  method_class->name = "ada-boost";
  method_class->title = "AdaBoost";
  method_class->framework = "scikit-learn";
  method_class->module = "sklearn";
  method_class->bridge = "sklearn_ada_boost";
  method_class->check = pymva_ada_boost_check;
  pymva_method_class_install_options (method_class, options);

  install_properties ();
  pymva_method_class_install_parameters (method_class, props, N_PROPS);
}

static void
pymva_ada_boost_init (PymvaAdaBoost *self)
{
}

/**
 * pymva_ada_boost_new:
 *
 * Makes an AdaBoost with scikit-learn's defaults.
 *
 * Returns: (transfer full): a new method
 *
 * Since: 1.0
 */
PymvaAdaBoost *
pymva_ada_boost_new (void)
{
  return g_object_new (PYMVA_TYPE_ADA_BOOST, NULL);
}
