/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva-sklearn.h>

#include "data/pymva-tensor-private.h"

#include "events.h"

static PymvaMethod *
new_estimator (const char *estimator,
               const char *parameters)
{
  g_autoptr (GVariant) values = g_variant_parse (G_VARIANT_TYPE_VARDICT, parameters, NULL, NULL,
                                                 NULL);

  return g_object_new (PYMVA_TYPE_SKLEARN, "estimator", estimator,
                       "estimator-parameters", values, NULL);
}

static void
test_classification (void)
{
  g_autoptr (PymvaMethod) method =
    new_estimator ("StandardScaler, SVC", "{'svc__C': <0.5>, 'svc__probability': <false>}");
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (GError) error = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "python", 0.0);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.7);
  g_assert_null (pymva_method_get_importance (method, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
}

static void
test_several_classes (void)
{
  g_autoptr (PymvaMethod) method = new_estimator ("LogisticRegression", "{'C': <2.0>}");
  g_autoptr (PymvaDataset) dataset = new_three_classes (150);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaTensor) importance = NULL;
  g_autoptr (GError) error = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "linear", 1e-5);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 3);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.75);
  importance = pymva_method_get_importance (method, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pymva_tensor_get_n_elements (importance), ==, 3);
}

static void
test_regression (void)
{
  g_autoptr (PymvaMethod) method = new_estimator ("PolynomialFeatures, LinearRegression", "{}");
  g_autoptr (PymvaDataset) dataset = new_regression (200);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaTensor) targets = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "python", 0.0);
  targets = pymva_dataset_get_targets (dataset, PYMVA_PART_TEST, NULL);
  for (gint64 i = 0; i < 100; i++)
    for (gint64 j = 0; j < 2; j++)
      g_assert_cmpfloat_with_epsilon (
        pymva_tensor_get_value (responses, (gint64[]) { i, j }, 2),
        pymva_tensor_get_value (targets, (gint64[]) { i, j }, 2), 0.01);
}

/* Forests need no Python to answer. */
static void
test_forest (void)
{
  g_autoptr (PymvaMethod) method = new_estimator ("ExtraTreesClassifier", "{'n_estimators': <10>}");
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (PymvaTensor) responses = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
}

/* What a file holds is code, and needs trust. */
static void
test_file (void)
{
  g_autoptr (PymvaMethod) method = new_estimator ("KNeighborsClassifier", "{'n_neighbors': <7>}");
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (PymvaTensor) expected = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *manifest = NULL;

  assert_train (method, dataset);
  expected = assert_same_answers (method, dataset, "python", 0.0);
  assert_file_needs_trust (method, dataset, expected);

  model = pymva_method_get_model (method, &error);
  g_assert_no_error (error);
  manifest = pymva_model_dup_manifest (model);
  g_assert_nonnull (strstr (manifest, "\"n_neighbors\" : 7"));
  g_assert_nonnull (strstr (manifest, "\"response\" : \"predict_proba\""));
}

static void
test_options (void)
{
  g_autoptr (PymvaMethod) method = NULL;
  g_autoptr (PymvaMethod) copy = NULL;
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GVariant) copied = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *estimator = NULL;
  double c;

  method = pymva_method_create_for_name ("sklearn", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pymva_method_set_options (
    method, "!H:Estimator=StandardScaler, SVC:EstimatorParameters=svc__C=0.25,svc__kernel=rbf:"
            "UnsupportedWeights=ignore:RandomState=4", &error));
  g_assert_no_error (error);
  g_object_get (method, "estimator", &estimator, "estimator-parameters", &parameters, NULL);
  g_assert_cmpstr (estimator, ==, "StandardScaler, SVC");
  g_assert_true (g_variant_lookup (parameters, "svc__C", "d", &c));
  g_assert_cmpfloat (c, ==, 0.25);

  copy = pymva_method_copy (method);
  g_object_get (copy, "estimator-parameters", &copied, NULL);
  g_assert_cmpvariant (parameters, copied);
}

static void
test_errors (void)
{
  static const struct
  {
    const char *estimator;
    const char *parameters;
    int code;
    const char *words;
  } bad[] = {
    { "", "{}", PYMVA_ERROR_VALUE, "“estimator” of the method “sklearn” is empty" },
    { "SVCC", "{}", PYMVA_ERROR_VALUE, "scikit-learn has no estimator “SVCC”; did you mean" },
    { "SVC", "{'c': <1>}", PYMVA_ERROR_VALUE, "no parameter “c”; did you mean “C”" },
    { "SVC", "{'C': <'x'>}", PYMVA_ERROR_VALUE, "The 'C' parameter of SVC must be" },
    { "KMeans", "{}", PYMVA_ERROR_VALUE, "groups events without being told" },
    { "KNeighborsClassifier", "{}", PYMVA_ERROR_VALUE, "takes no event weights" },
    { "no_such_package.Model", "{}", PYMVA_ERROR_IMPORT, "no_such_package" },
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (40, TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PymvaMethod) method = new_estimator (bad[i].estimator, bad[i].parameters);

      assert_train_fails (method, dataset, bad[i].code, bad[i].words);
    }
}

static void
test_weights_policy (void)
{
  g_autoptr (PymvaMethod) method = new_estimator ("KNeighborsClassifier", "{}");
  g_autoptr (PymvaDataset) dataset = new_two_classes (60, TRUE);

  g_object_set (method, "unsupported-weights", "resample", NULL);
  assert_train (method, dataset);
  g_object_set (method, "unsupported-weights", "drop", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE,
                      "it must be one of “error”, “resample”, “ignore”");
}

static void
listed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) again = NULL;

  names = pymva_sklearn_list_estimators (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_strv_contains ((const char * const *) names, "LogisticRegression"));
  g_assert_false (g_strv_contains ((const char * const *) names, "LinearRegression"));

  pymva_sklearn_list_estimators_async (PYMVA_ANALYSIS_TYPE_REGRESSION, NULL, listed_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  again = pymva_sklearn_list_estimators_finish (result, &error);
  g_assert_no_error (error);
  g_assert_true (g_strv_contains ((const char * const *) again, "LinearRegression"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sklearn/classification", test_classification);
  g_test_add_func ("/sklearn/several-classes", test_several_classes);
  g_test_add_func ("/sklearn/regression", test_regression);
  g_test_add_func ("/sklearn/forest", test_forest);
  g_test_add_func ("/sklearn/file", test_file);
  g_test_add_func ("/sklearn/options", test_options);
  g_test_add_func ("/sklearn/errors", test_errors);
  g_test_add_func ("/sklearn/weights-policy", test_weights_policy);
  g_test_add_func ("/sklearn/list", test_list);

  return g_test_run ();
}
