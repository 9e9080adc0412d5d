/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva-random-forest.h>

#include "data/pymva-tensor-private.h"

#include "events.h"

static PymvaMethod *
new_forest (int n_estimators)
{
  return g_object_new (PYMVA_TYPE_RANDOM_FOREST, "n-estimators", n_estimators, "title", "forest",
                       NULL);
}

/* The native engine gives the framework's bits. */
static void
test_classification (void)
{
  g_autoptr (PymvaMethod) method = new_forest (30);
  g_autoptr (PymvaDataset) dataset = new_two_classes (800, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;

  assert_train (method, dataset);
  g_assert_cmpfloat (pymva_method_get_training_time (method), >, 0.0);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 1);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.75);
}

/* Extremely randomised trees go through the same engine. */
static void
test_extra_trees (void)
{
  PymvaDataset *(* const make[]) (gint64) = { new_three_classes, new_regression };

  for (guint i = 0; i < G_N_ELEMENTS (make); i++)
    {
      g_autoptr (PymvaMethod) method = new_forest (20);
      g_autoptr (PymvaDataset) dataset = make[i] (500);
      g_autoptr (PymvaTensor) sought = NULL;
      g_autoptr (PymvaTensor) drawn = NULL;

      g_object_set (method, "bootstrap", FALSE, NULL);
      assert_train (method, dataset);
      sought = assert_same_answers (method, dataset, "forest", 0.0);
      g_object_set (method, "extra-trees", TRUE, NULL);
      assert_train (method, dataset);
      drawn = assert_same_answers (method, dataset, "forest", 0.0);
      g_assert_false (g_bytes_equal (pymva_tensor_get_bytes (sought),
                                     pymva_tensor_get_bytes (drawn)));
    }
}

/* Training on gives the forest that training at once gives. */
static void
test_warm_start (void)
{
  g_autoptr (PymvaMethod) once = new_forest (30);
  g_autoptr (PymvaMethod) twice = new_forest (10);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, TRUE);
  g_autoptr (PymvaTensor) expected = NULL;
  g_autoptr (PymvaTensor) found = NULL;

  assert_train (once, dataset);
  expected = assert_same_answers (once, dataset, "forest", 0.0);
  assert_train (twice, dataset);
  g_object_set (twice, "warm-start", TRUE, NULL);
  assert_train_fails (twice, dataset, PYMVA_ERROR_VALUE, "has made 10 trees");
  g_object_set (twice, "n-estimators", 30, NULL);
  assert_train (twice, dataset);
  found = assert_same_answers (twice, dataset, "forest", 0.0);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (expected), pymva_tensor_get_bytes (found)));

  g_object_set (twice, "n-estimators", 40, "extra-trees", TRUE, NULL);
  assert_train_fails (twice, dataset, PYMVA_ERROR_VALUE, "extra-trees is not what it was");
}

static void
test_multiclass (void)
{
  g_autoptr (PymvaMethod) method = new_forest (30);
  g_autoptr (PymvaDataset) dataset = new_three_classes (400);
  g_autoptr (PymvaTensor) responses = NULL;

  g_object_set (method, "n-threads", 2, "max-depth", 8, "class-weight", "balanced", NULL);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 3);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.8);
}

static void
test_regression (void)
{
  g_autoptr (PymvaMethod) method = new_forest (30);
  g_autoptr (PymvaDataset) dataset = new_regression (1500);
  g_autoptr (PymvaTensor) answers = NULL;

  assert_train (method, dataset);
  answers = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (answers, 1), ==, 2);
  g_assert_cmpfloat (get_largest_error (answers, dataset, 1), <, 50.0);
}

/* A forest's answers for all test events, in short. */
static char *
train_and_digest (PymvaDataset *dataset,
                  gint64 seed)
{
  g_autoptr (PymvaMethod) method = new_forest (5);
  g_autoptr (PymvaTensor) responses = NULL;

  pymva_method_set_seed (method, seed);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);

  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pymva_tensor_get_bytes (responses));
}

/* The same seed gives the same forest, another one another; weights count. */
static void
test_seed_and_weights (void)
{
  g_autoptr (PymvaDataset) plain = new_two_classes (200, FALSE);
  g_autoptr (PymvaDataset) weighted = new_two_classes (200, TRUE);
  g_autofree char *first = train_and_digest (plain, 7);
  g_autofree char *again = train_and_digest (plain, 7);
  g_autofree char *other_seed = train_and_digest (plain, 8);
  g_autofree char *with_weights = train_and_digest (weighted, 7);

  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, other_seed);
  g_assert_cmpstr (first, !=, with_weights);
}

static void
test_importance (void)
{
  g_autoptr (PymvaMethod) method = new_forest (20);
  g_autoptr (PymvaDataset) dataset = new_two_classes (500, FALSE);

  assert_train (method, dataset);
  assert_importance (method);
}

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  GVariant **last = user_data;

  g_clear_pointer (last, g_variant_unref);
  *last = g_variant_ref (metrics);
}

static void
test_out_of_bag (void)
{
  g_autoptr (PymvaMethod) method = new_forest (60);
  g_autoptr (PymvaDataset) dataset = new_two_classes (500, FALSE);
  g_autoptr (GVariant) last = NULL;
  gint64 n_trees;
  double score;

  g_object_set (method, "oob-score", TRUE, NULL);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), &last);
  assert_train (method, dataset);
  g_assert_true (g_variant_lookup (last, "trees", "x", &n_trees));
  g_assert_cmpint (n_trees, ==, 60);
  g_assert_true (g_variant_lookup (last, "oob_score", "d", &score));
  g_assert_cmpfloat (score, >, 0.7);
}

/* What the model file says of where it comes from. */
static void
test_manifest (void)
{
  g_autoptr (PymvaMethod) method = new_forest (5);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (PymvaModel) model = NULL;
  g_autofree char *manifest = NULL;
  g_autoptr (GError) error = NULL;
  static const char * const words[] = {
    "\"random-forest\"", "\"forest\"", "\"scikit-learn\"", "\"n-estimators\"", "\"data-digest\"",
    "\"n-training-events\"", "\"training-time\"", "\"python\"", "\"signal\"", "\"background\""
  };

  pymva_method_set_seed (method, -1);
  assert_train (method, dataset);
  model = pymva_method_get_model (method, &error);
  g_assert_no_error (error);
  manifest = pymva_model_dup_manifest (model);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (manifest, words[i]) == NULL)
      g_error ("%s is not in %s", words[i], manifest);
}

static void
test_save (void)
{
  g_autoptr (PymvaMethod) method = new_forest (5);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("forest-XXXXXX.pymva", &stream, &error);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) expected = NULL;
  g_autoptr (PymvaTensor) found = NULL;

  g_assert_no_error (error);
  assert_train (method, dataset);
  g_assert_true (pymva_method_save (method, file, NULL, &error));
  g_assert_no_error (error);
  model = pymva_model_load (file, NULL, &error);
  g_assert_no_error (error);

  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  expected = pymva_method_predict (method, inputs, NULL, &error);
  g_assert_no_error (error);
  found = pymva_model_predict (model, inputs, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (expected), pymva_tensor_get_bytes (found)));
  g_assert_true (g_file_delete (file, NULL, &error));
}

static void
test_errors (void)
{
  g_autoptr (PymvaMethod) method = new_forest (5);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (PymvaTensor) narrow =
    pymva_tensor_new_from_doubles ((double[]) { 1, 2, 3 }, 3, 3, NULL);
  g_autoptr (PymvaTensor) flat =
    pymva_tensor_new_from_doubles ((double[]) { 1, 2, 3, 4 }, 4, 0, NULL);
  g_autoptr (GError) error = NULL;

  g_object_set (method, "max-features", "many", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "max-features is “many”; expected");
  g_object_set (method, "max-features", "0", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "max-features is “0”; expected");
  g_object_set (method, "max-features", "1.5", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "max-features is “1.5”; expected");
  g_object_set (method, "max-features", "auto", "max-leaf-nodes", 1, NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "max-leaf-nodes is 1; it must be 0");
  g_object_set (method, "max-leaf-nodes", 0, NULL);
  g_object_set (method, "max-features", "2", NULL);
  assert_train (method, dataset);

  g_assert_null (pymva_method_predict (method, narrow, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "and 4 columns, one for each variable"));
  g_clear_error (&error);
  g_assert_null (pymva_method_predict (method, flat, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);

  /* A training that fails leaves the result of the one before. */
  g_object_set (method, "n-estimators", 0, NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "“n-estimators”");
  g_object_unref (assert_same_answers (method, dataset, "forest", 0.0));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/forest/classification", test_classification);
  g_test_add_func ("/forest/extra-trees", test_extra_trees);
  g_test_add_func ("/forest/warm-start", test_warm_start);
  g_test_add_func ("/forest/multiclass", test_multiclass);
  g_test_add_func ("/forest/regression", test_regression);
  g_test_add_func ("/forest/seed-and-weights", test_seed_and_weights);
  g_test_add_func ("/forest/importance", test_importance);
  g_test_add_func ("/forest/out-of-bag", test_out_of_bag);
  g_test_add_func ("/forest/manifest", test_manifest);
  g_test_add_func ("/forest/save", test_save);
  g_test_add_func ("/forest/errors", test_errors);

  return g_test_run ();
}
