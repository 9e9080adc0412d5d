/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva-gradient-boosting.h>

#include "data/pymva-tensor-private.h"

#include "events.h"

static PymvaMethod *
new_boosting (int n_estimators,
              gboolean histogram)
{
  return g_object_new (PYMVA_TYPE_GRADIENT_BOOSTING, "n-estimators", n_estimators, "histogram",
                       histogram, "title", "boosting", NULL);
}

/* The native engine gives the framework's bits, with histograms and without. */
static void
test_classification (gconstpointer data)
{
  gboolean histogram = GPOINTER_TO_INT (data);
  g_autoptr (PymvaMethod) method = new_boosting (40, histogram);
  g_autoptr (PymvaDataset) dataset = new_two_classes (800, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 1);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.75);
}

static void
test_multiclass (gconstpointer data)
{
  gboolean histogram = GPOINTER_TO_INT (data);
  g_autoptr (PymvaMethod) method = new_boosting (20, histogram);
  g_autoptr (PymvaDataset) dataset = new_three_classes (400);
  g_autoptr (PymvaTensor) responses = NULL;

  g_object_set (method, "max-depth", 2, "n-threads", 2, NULL);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 3);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.8);
}

/* Two targets: an ensemble for each. */
static void
test_regression (gconstpointer data)
{
  gboolean histogram = GPOINTER_TO_INT (data);
  g_autoptr (PymvaMethod) method = new_boosting (60, histogram);
  g_autoptr (PymvaDataset) dataset = new_regression (1500);
  g_autoptr (PymvaTensor) answers = NULL;

  assert_train (method, dataset);
  answers = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (answers, 1), ==, 2);
  g_assert_cmpfloat (get_largest_error (answers, dataset, 1), <, 50.0);
}

static void
test_importance (void)
{
  g_autoptr (PymvaMethod) method = new_boosting (20, FALSE);
  g_autoptr (PymvaDataset) dataset = new_two_classes (500, FALSE);
  g_autoptr (GError) error = NULL;

  assert_train (method, dataset);
  assert_importance (method);

  g_object_set (method, "histogram", TRUE, NULL);
  assert_train (method, dataset);
  g_assert_null (pymva_method_get_importance (method, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
}

/* The losses of a training, one per stage. */
typedef struct
{
  GArray *training;
  GArray *validation;
  GCancellable *cancellable;
} Losses;

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  Losses *losses = user_data;
  gint64 n_trees;
  double loss;

  g_assert_true (g_variant_lookup (metrics, "trees", "x", &n_trees));
  g_assert_cmpint (n_trees, ==, index + 1);
  g_assert_true (g_variant_lookup (metrics, "training_loss", "d", &loss));
  g_array_append_val (losses->training, loss);
  if (g_variant_lookup (metrics, "validation_loss", "d", &loss))
    g_array_append_val (losses->validation, loss);
  if (losses->cancellable != NULL && index == 2)
    g_cancellable_cancel (losses->cancellable);
}

static void
losses_clear (Losses *losses)
{
  g_clear_pointer (&losses->training, g_array_unref);
  g_clear_pointer (&losses->validation, g_array_unref);
  g_clear_object (&losses->cancellable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Losses, losses_clear)

static void
watch (PymvaMethod *method,
       Losses *losses)
{
  losses->training = g_array_new (FALSE, FALSE, sizeof (double));
  losses->validation = g_array_new (FALSE, FALSE, sizeof (double));
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), losses);
}

static void
test_early_stopping (gconstpointer data)
{
  gboolean histogram = GPOINTER_TO_INT (data);
  g_autoptr (PymvaMethod) method = new_boosting (1000, histogram);
  g_autoptr (PymvaDataset) dataset = new_two_classes (800, TRUE);
  g_auto (Losses) losses = { NULL };

  g_object_set (method, "early-stopping", "on", "n-iter-no-change", 3, "learning-rate", 0.5,
                "validation-fraction", 0.25, NULL);
  watch (method, &losses);
  assert_train (method, dataset);
  g_assert_cmpuint (losses.training->len, <, 500);
  g_assert_cmpuint (losses.validation->len, ==, losses.training->len);
  g_assert_cmpfloat (g_array_index (losses.training, double, losses.training->len - 1), <,
                     g_array_index (losses.training, double, 0));
  g_object_unref (assert_same_answers (method, dataset, "forest", 0.0));
}

static void
test_warm_start (gconstpointer data)
{
  gboolean histogram = GPOINTER_TO_INT (data);
  g_autoptr (PymvaMethod) once = new_boosting (30, histogram);
  g_autoptr (PymvaMethod) twice = new_boosting (10, histogram);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, TRUE);
  g_autoptr (PymvaDataset) other = new_three_classes (100);
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

  g_object_set (twice, "n-estimators", 40, NULL);
  assert_train_fails (twice, other, PYMVA_ERROR_VALUE, "was a classification; train from");
  g_object_set (twice, "histogram", !histogram, NULL);
  assert_train_fails (twice, dataset, PYMVA_ERROR_VALUE, "histogram is not what it was");
  /* Without it the training begins anew. */
  g_object_set (twice, "warm-start", FALSE, "n-estimators", 5, NULL);
  assert_train (twice, other);
}

/* Cancelling leaves what the training before has made. */
static void
test_cancel (gconstpointer data)
{
  gboolean histogram = GPOINTER_TO_INT (data);
  g_autoptr (PymvaMethod) method = new_boosting (5, histogram);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (PymvaTensor) before = NULL;
  g_autoptr (PymvaTensor) after = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Losses) losses = { NULL };

  assert_train (method, dataset);
  before = assert_same_answers (method, dataset, "forest", 0.0);
  g_object_set (method, "n-estimators", 1000000, NULL);
  losses.cancellable = g_cancellable_new ();
  watch (method, &losses);
  g_assert_false (pymva_method_train (method, dataset, losses.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (losses.training->len, <, 100000);
  after = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (before), pymva_tensor_get_bytes (after)));

  g_signal_handlers_disconnect_by_data (method, &losses);
  g_object_set (method, "n-estimators", 6, NULL);
  assert_train (method, dataset);
}

/* Events with and without weights give different ensembles, and so do seeds where chance counts. */
static void
test_seed_and_weights (gconstpointer data)
{
  gboolean histogram = GPOINTER_TO_INT (data);
  g_autoptr (GHashTable) digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (PymvaDataset) plain = new_two_classes (200, FALSE);
  g_autoptr (PymvaDataset) weighted = new_two_classes (200, TRUE);
  PymvaDataset *datasets[] = { plain, plain, weighted, plain };

  for (guint i = 0; i < G_N_ELEMENTS (datasets); i++)
    {
      g_autoptr (PymvaMethod) method = new_boosting (8, histogram);
      g_autoptr (PymvaTensor) responses = NULL;

      if (histogram)
        g_object_set (method, "early-stopping", "on", "learning-rate", 0.5, NULL);
      else
        g_object_set (method, "subsample", 0.5, NULL);
      pymva_method_set_seed (method, i < 3 ? 7 : 8);
      assert_train (method, datasets[i]);
      responses = assert_same_answers (method, datasets[i], "forest", 0.0);
      g_hash_table_add (digests, g_compute_checksum_for_bytes (
        G_CHECKSUM_SHA256, pymva_tensor_get_bytes (responses)));
    }
  g_assert_cmpuint (g_hash_table_size (digests), ==, 3);
}

static void
test_errors (void)
{
  static const struct
  {
    const char *parameters;
    const char *words;
  } bad[] = {
    { "{'loss': <'hubert'>}", "“loss” of the method “boosting” is “hubert”" },
    { "{'loss': <'huber'>}", "“log-loss”, “deviance”, “exponential”" },
    { "{'loss': <'exponential'>, 'histogram': <true>}", "must be one of “auto”, “log-loss”" },
    { "{'subsample': <0.5>, 'histogram': <true>}",
      "“subsample” of the method “boosting” is set, but scikit-learn has it only without" },
    { "{'init': <'zero'>, 'histogram': <true>}", "unset “histogram”" },
    { "{'max-bins': <50>}", "only with “histogram”; leave it at its default, or set “histogram”" },
    { "{'class-weight': <'balanced'>}", "“class-weight” of the method" },
    { "{'max-features': <'3'>, 'histogram': <true>}", "“all” or a share of the variables" },
    { "{'max-leaf-nodes': <1>}", "max-leaf-nodes is 1" },
    { "{'subsample': <0.0>}", "it must be between" },
    { "{'alpha': <1.0>}", "it must be between" },
    { "{'n-threads': <0>}", "n-threads is 0; it must be at least 1" },
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PymvaMethod) method = new_boosting (5, FALSE);
      g_autoptr (GError) error = NULL;

      pymva_method_set_parameters (method, g_variant_new_parsed (bad[i].parameters), &error);
      g_assert_no_error (error);
      assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, bad[i].words);
    }
}

/* PyMVA's name and all its options, with values as Python writes them. */
static void
test_options (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) method = pymva_method_create_for_name ("PyGTB", NULL, &error);
  g_autofree char *loss = NULL;
  g_autofree char *features = NULL;
  g_autofree char *start = NULL;
  gboolean warm;
  double rate;
  int depth;
  int leaves;
  int trees;

  g_assert_no_error (error);
  g_assert_true (PYMVA_IS_GRADIENT_BOOSTING (method));
  g_object_get (method, "n-estimators", &trees, "learning-rate", &rate, "max-depth", &depth, NULL);
  g_assert_cmpint (trees, ==, 100);
  g_assert_cmpfloat (rate, ==, 0.1);
  g_assert_cmpint (depth, ==, 3);

  g_assert_true (pymva_method_set_options (
    method, "!H:!V:Loss=deviance:LearningRate=0.2:NEstimators=20:Subsample=0.9:MinSamplesSplit=4:"
            "MinSamplesLeaf=2:MinWeightFractionLeaf=0.01:MaxDepth=None:Init=None:RandomState=42:"
            "MaxFeatures='sqrt':Verbose=1:MaxLeafNodes=8:WarmStart=True", &error));
  g_assert_no_error (error);
  g_object_get (method, "loss", &loss, "max-depth", &depth, "max-features", &features, "init",
                &start, "max-leaf-nodes", &leaves, "warm-start", &warm, NULL);
  g_assert_cmpstr (loss, ==, "deviance");
  g_assert_cmpint (depth, ==, 0);
  g_assert_cmpstr (features, ==, "sqrt");
  g_assert_cmpstr (start, ==, "auto");
  g_assert_cmpint (leaves, ==, 8);
  g_assert_true (warm);
  g_assert_cmpint (pymva_method_get_seed (method), ==, 42);
  assert_train (method, dataset);

  g_assert_true (pymva_method_set_options (method, "MaxFeatures=None:MaxLeafNodes=None:Init=zero",
                                           &error));
  g_clear_pointer (&features, g_free);
  g_object_get (method, "max-features", &features, "max-leaf-nodes", &leaves, NULL);
  g_assert_cmpstr (features, ==, "all");
  g_assert_cmpint (leaves, ==, 0);

  g_assert_false (pymva_method_set_options (method, "LearnRate=0.1", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "did you mean “LearningRate”"));
}

static void
add_both (const char *name,
          GTestDataFunc func)
{
  g_autofree char *plain = g_strconcat ("/boosting/", name, NULL);
  g_autofree char *histogram = g_strconcat ("/boosting/histogram/", name, NULL);

  g_test_add_data_func (plain, GINT_TO_POINTER (FALSE), func);
  g_test_add_data_func (histogram, GINT_TO_POINTER (TRUE), func);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_both ("classification", test_classification);
  add_both ("multiclass", test_multiclass);
  add_both ("regression", test_regression);
  add_both ("early-stopping", test_early_stopping);
  add_both ("warm-start", test_warm_start);
  add_both ("cancel", test_cancel);
  add_both ("seed-and-weights", test_seed_and_weights);
  g_test_add_func ("/boosting/importance", test_importance);
  g_test_add_func ("/boosting/errors", test_errors);
  g_test_add_func ("/boosting/options", test_options);

  return g_test_run ();
}
