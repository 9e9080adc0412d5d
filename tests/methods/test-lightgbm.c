/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "booster-cases.h"
#include "events.h"

static void
test_options (void)
{
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_lightgbm_new ());
  g_autoptr (GError) error = NULL;
  double lambda;
  double share;
  int n_rounds;
  int n_leaves;
  int n_events;

  g_assert_true (pymva_method_set_options (
    method, "!H:NumRounds=50:NumLeaves=8:LambdaL2=2:FeatureFraction=0.5:MinChildSamples=5",
    &error));
  g_assert_no_error (error);
  g_object_get (method, "n-estimators", &n_rounds, "num-leaves", &n_leaves, "lambda-l2", &lambda,
                "feature-fraction", &share, "min-data-in-leaf", &n_events, NULL);
  g_assert_cmpint (n_rounds, ==, 50);
  g_assert_cmpint (n_leaves, ==, 8);
  g_assert_cmpfloat (lambda, ==, 2.0);
  g_assert_cmpfloat (share, ==, 0.5);
  g_assert_cmpint (n_events, ==, 5);
}

/* They are subtracted. */
static void
test_negative_weights (void)
{
  g_autoptr (PymvaMethod) method = new_booster ("lightgbm", 20);
  g_autoptr (PymvaDataset) dataset = new_signed_classes (PYMVA_NEGATIVE_WEIGHTS_PASS);
  g_autoptr (PymvaTensor) responses = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.7);
}

static void
test_boosting (void)
{
  static const struct
  {
    const char *options;
    const char *words;
  } bad[] = {
    { "Boosting=dart:EarlyStopping=5", "“boosting” is “dart”, which changes" },
    { "Boosting=rf", "boosting is “rf”, whose trees must differ" },
    { "Boosting=rg", "it must be one of “gbdt”, “dart”, “goss”, “rf”" },
    { "BaggingFraction=0.5", "but bagging-freq is 0, so that no sample is ever drawn" },
    { "NumLeaves=1", "is 1; it must be between 2 and" },
  };
  static const char * const good[] = {
    "Boosting=dart", "Boosting=goss", "Boosting=rf:BaggingFraction=0.5:BaggingFreq=1"
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PymvaMethod) method = new_booster ("lightgbm", 20);

      g_assert_true (pymva_method_set_options (method, bad[i].options, &error));
      assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, bad[i].words);
    }
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (PymvaMethod) method = new_booster ("lightgbm", 20);
      g_autoptr (PymvaTensor) responses = NULL;

      g_assert_true (pymva_method_set_options (method, good[i], &error));
      assert_train (method, dataset);
      responses = assert_same_answers (method, dataset, "forest", 0.0);
      g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.7);
    }
}

/* What cannot be converted needs Python, and says the same. */
static void
test_linear_trees (void)
{
  g_autoptr (PymvaMethod) method = new_booster ("lightgbm", 10);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);

  g_object_set (method, "linear-tree", TRUE, NULL);
  assert_train (method, dataset);
  g_object_unref (assert_same_answers (method, dataset, "python", 0.0));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_booster_tests ("lightgbm", "BaggingFraction=0.5:BaggingFreq=1");
  g_test_add_func ("/lightgbm/options", test_options);
  g_test_add_func ("/lightgbm/negative-weights", test_negative_weights);
  g_test_add_func ("/lightgbm/boosting", test_boosting);
  g_test_add_func ("/lightgbm/linear-trees", test_linear_trees);

  return g_test_run ();
}
