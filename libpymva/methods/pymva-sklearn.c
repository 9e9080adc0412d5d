/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-sklearn.h>

#include "pymva-method-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaSklearn:
 *
 * Any estimator of scikit-learn, or of a package that follows it, or a chain of them.
 *
 * ```c
 * g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_sklearn_new ());
 *
 * g_object_set (method, "estimator", "StandardScaler, SVC", NULL);
 * g_object_set (method, "estimator-parameters",
 *               g_variant_new_parsed ("{'svc__C': <2.0>, 'svc__gamma': <'scale'>}"), NULL);
 * ```
 *
 * ## Names
 *
 * [property@Sklearn:estimator] is the name of a class: `SVC`, which is looked for among all
 * estimators of scikit-learn, or with its module, `sklearn.svm.SVC`, from any package. Several
 * names with commas between them are a `Pipeline`, whose steps have the names that scikit-learn
 * gives them, or those that they are given: `scale=StandardScaler, SVC`. An estimator that works
 * with others takes them in parentheses: `BaggingClassifier(SVC)`, `StackingClassifier(SVC,
 * GaussianNB, final_estimator=LogisticRegression)`, `OneVsRestClassifier((StandardScaler, SVC))`.
 * The text is read, and never evaluated. [func@Sklearn.list_estimators] lists the names that need
 * no others.
 *
 * [property@Sklearn:estimator-parameters] has any of the parameters under scikit-learn's names,
 * those of inner estimators as `step__parameter`. An unknown one is an error that lists the near
 * ones. Where the user gives none, each `random_state` becomes the method's seed, and each `n_jobs`
 * its number of threads.
 *
 * ## What it learns and answers
 *
 * Classifiers learn classifications, and regressors regressions; a regressor that knows a single
 * target is trained once for each. Estimators that group events, or find unusual ones, are told
 * nothing of classes, and are refused. Inputs are given as float64; of two classes the signal is 1.
 *
 * The response is what the estimator's `predict_proba` answers. One that has none answers with its
 * `decision_function`, of which the logistic function is taken for two classes, and the softmax for
 * several: it ranks events as the estimator does, and is no calibrated probability. One that has
 * neither answers 1 for the class that it predicts, and 0 for the others. The model's manifest says
 * under `response` which it is. `CalibratedClassifierCV(SVC)` gives calibrated probabilities.
 *
 * ## Weights
 *
 * Event weights go to `fit` as `sample_weight`. Where the estimator, or one of those within it,
 * takes none, training refuses events of different weights unless
 * [property@Sklearn:unsupported-weights] says what to do.
 *
 * ## Models
 *
 * Trees, and what scikit-learn makes of trees alone - forests, boosting, with histograms and
 * categories too, AdaBoost, bagging -, are scored without Python, to the last bit; so are, within
 * 1e-5, linear models, networks, and chains and ensembles of these with scalers and the like.
 * `xgboost.XGBClassifier`, `lightgbm.LGBMRegressor` and so on may be among them. Any other model
 * holds the estimator as Python pickles it, and needs Python, and trust, to be loaded:
 * [property@Model:engine] is `"python"`.
 * [method@Method.get_importance] has the estimator's `feature_importances_`, or the sizes of its
 * coefficients, each times the standard deviation of what it multiplies; none where inputs are
 * mixed first, as PCA does.
 *
 * Training is one call of `fit`; a cancellation takes effect when Python code runs next.
 *
 * Since: 1.0
 */
struct _PymvaSklearn
{
  PymvaMethod parent_instance;
};

G_DEFINE_FINAL_TYPE (PymvaSklearn, pymva_sklearn, PYMVA_TYPE_METHOD)

enum
{
  PROP_0,
  PROP_ESTIMATOR,
  PROP_ESTIMATOR_PARAMETERS,
  PROP_UNSUPPORTED_WEIGHTS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const char * const weight_policies[] = { "error", "resample", "ignore", NULL };

static gboolean
pymva_sklearn_check (PymvaMethod *method,
                     PymvaAnalysisType analysis_type,
                     GError **error)
{
  g_autofree char *estimator = NULL;

  g_object_get (method, "estimator", &estimator, NULL);
  if (estimator != NULL && *g_strstrip (estimator) != '\0')
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "“estimator” of the method “%s” is empty; name one, such as “SVC” or "
               "“StandardScaler, SVC”", pymva_method_get_title (method));
  return FALSE;
}

static void
pymva_sklearn_class_init (PymvaSklearnClass *klass)
{
  PymvaMethodClass *method_class = PYMVA_METHOD_CLASS (klass);

  method_class->name = "sklearn";
  method_class->title = "Any estimator (scikit-learn)";
  method_class->framework = "scikit-learn";
  method_class->module = "sklearn";
  method_class->bridge = "sklearn_estimator";
  method_class->check = pymva_sklearn_check;

  /**
   * PymvaSklearn:estimator:
   *
   * The estimator's class, or several with commas between them as a chain; see the class. Empty by
   * default, which training refuses.
   *
   * Since: 1.0
   */
  props[PROP_ESTIMATOR] =
    pymva_parameter_string ("estimator", "Estimator",
                            "Class of the estimator: “SVC”, or “StandardScaler, SVC”", "");

  /**
   * PymvaSklearn:estimator-parameters:
   *
   * Parameters of the estimator by scikit-learn's names, `a{sv}`. In options strings they are
   * written as `EstimatorParameters=C=0.5,kernel=rbf,hidden_layer_sizes=[64,32]`. Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_ESTIMATOR_PARAMETERS] =
    pymva_parameter_dictionary ("estimator-parameters", "Parameters",
                                "Parameters of the estimator by scikit-learn's names");

  /**
   * PymvaSklearn:unsupported-weights:
   *
   * What to do with events of different weights where the estimator takes no weights: `"error"`,
   * the default; `"resample"`, which draws as many events as there are, each with a probability in
   * proportion to its weight; or `"ignore"`.
   *
   * Since: 1.0
   */
  props[PROP_UNSUPPORTED_WEIGHTS] =
    pymva_parameter_choice ("unsupported-weights", "Unsupported weights",
                            "What to do where the estimator takes no event weights",
                            weight_policies);

  pymva_method_class_install_parameters (method_class, props, N_PROPS);
}

static void
pymva_sklearn_init (PymvaSklearn *self)
{
}

/**
 * pymva_sklearn_new:
 *
 * Makes a method whose estimator is still to be named.
 *
 * Returns: (transfer full): a new method
 *
 * Since: 1.0
 */
PymvaSklearn *
pymva_sklearn_new (void)
{
  return g_object_new (PYMVA_TYPE_SKLEARN, NULL);
}
