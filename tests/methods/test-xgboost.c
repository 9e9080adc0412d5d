/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "booster-cases.h"
#include "events.h"
#include "scoring/pymva-model-builder-private.h"

static void
test_options (void)
{
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_xgboost_new ());
  g_autoptr (GError) error = NULL;
  g_autofree char *objective = NULL;
  double learning_rate;
  double lambda;
  double share;
  int n_rounds;
  int depth;

  g_assert_true (pymva_method_set_options (
    method, "!H:NumRounds=50:MaxDepth=3:Eta=0.1:Lambda=2:ColsampleByTree=0.5:"
            "Objective=reg-tweedie", &error));
  g_assert_no_error (error);
  g_object_get (method, "n-estimators", &n_rounds, "max-depth", &depth,
                "learning-rate", &learning_rate, "reg-lambda", &lambda,
                "colsample-bytree", &share, "objective", &objective, NULL);
  g_assert_cmpint (n_rounds, ==, 50);
  g_assert_cmpint (depth, ==, 3);
  g_assert_cmpfloat (learning_rate, ==, 0.1);
  g_assert_cmpfloat (lambda, ==, 2.0);
  g_assert_cmpfloat (share, ==, 0.5);
  g_assert_cmpstr (objective, ==, "reg-tweedie");
}

static void
test_negative_weights (void)
{
  g_autoptr (PymvaMethod) method = new_booster ("xgboost", 5);
  g_autoptr (PymvaDataset) dataset = new_signed_classes (PYMVA_NEGATIVE_WEIGHTS_PASS);

  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE,
                      "XGBoost takes no negative weights, and the events' go down to -0.2");
}

static void
test_dart (void)
{
  g_autoptr (PymvaMethod) method = new_booster ("xgboost", 20);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (PymvaTensor) responses = NULL;

  g_object_set (method, "booster", "dart", "rate-drop", 0.2, "early-stopping", 5, NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "“booster” is “dart”, which changes");
  g_object_set (method, "early-stopping", 0, NULL);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
}

static void
test_objectives (void)
{
  g_autoptr (PymvaMethod) method = new_booster ("xgboost", 5);
  g_autoptr (PymvaDataset) classes = new_two_classes (50, FALSE);
  g_autoptr (PymvaDataset) numbers = new_regression (100);

  g_object_set (method, "objective", "reg-squarederror", NULL);
  assert_train_fails (method, classes, PYMVA_ERROR_VALUE,
                      "it must be one of “auto”, “binary-logistic”, “binary-hinge”");
  assert_train (method, numbers);
  /* XGBoost's own words, without what concerns its source. */
  g_object_set (method, "tree-method", "exact", "max-depth", 0, NULL);
  assert_train_fails (method, numbers, PYMVA_ERROR_VALUE,
                      "XGBoost refuses this: exact tree method doesn't support unlimited depth");
}

/* What would be in a file that names an adapter, and has another file with or without code. */
static gboolean
can_load (const char *engine_file,
          gboolean executable)
{
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("made-up", PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (GBytes) engine = g_bytes_new_static (engine_file, strlen (engine_file));
  g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("trust-XXXXXX.pymva", &stream, &error);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaModel) loaded = NULL;

  g_assert_no_error (error);
  pymva_model_builder_add_variable (builder, "x", "x", "x", "");
  pymva_model_builder_set_targets (builder, (const char * const[]) { "y", NULL });
  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'python'>, 'n_outputs': <1>}"));
  pymva_model_builder_add_backend_file (builder, "engine.json", engine, FALSE);
  pymva_model_builder_add_backend_file (builder, "model.json", content, executable);
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  g_assert_true (pymva_model_save (model, file, NULL, &error));
  g_assert_no_error (error);

  loaded = pymva_model_load (file, NULL, &error);
  if (loaded == NULL)
    g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED);
  g_file_delete (file, NULL, NULL);

  return loaded != NULL;
}

/* No claim of a file makes up for trust: only the adapter that it will be given to does. */
static void
test_trust (void)
{
  g_assert_true (can_load ("{\"bridge\": \"xgboost_trees\", \"files\": []}", FALSE));
  g_assert_true (can_load ("{\"bridge\": \"lightgbm_trees\", \"files\": []}", FALSE));
  g_assert_false (can_load ("{\"bridge\": \"xgboost_trees\", \"files\": []}", TRUE));
  g_assert_false (can_load ("{\"bridge\": \"torch_network\", \"files\": []}", FALSE));
  g_assert_false (can_load ("{\"bridge\": \"\", \"files\": []}", FALSE));
  g_assert_false (can_load ("{}", FALSE));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_booster_tests ("xgboost", "Subsample=0.5");
  g_test_add_func ("/xgboost/options", test_options);
  g_test_add_func ("/xgboost/negative-weights", test_negative_weights);
  g_test_add_func ("/xgboost/dart", test_dart);
  g_test_add_func ("/xgboost/objectives", test_objectives);
  g_test_add_func ("/xgboost/trust", test_trust);

  return g_test_run ();
}
