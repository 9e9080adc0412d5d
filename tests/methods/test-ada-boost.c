/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva-ada-boost.h>

#include "data/pymva-tensor-private.h"

#include "events.h"

static PymvaMethod *
new_ada_boost (int n_estimators)
{
  return g_object_new (PYMVA_TYPE_ADA_BOOST, "n-estimators", n_estimators, "title", "ada", NULL);
}

static void
test_classification (void)
{
  g_autoptr (PymvaMethod) method = new_ada_boost (50);
  g_autoptr (PymvaDataset) dataset = new_two_classes (800, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 1);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.75);
}

static void
test_multiclass (void)
{
  g_autoptr (PymvaMethod) method = new_ada_boost (30);
  g_autoptr (PymvaDataset) dataset = new_three_classes (400);
  g_autoptr (PymvaTensor) responses = NULL;

  g_object_set (method, "max-depth", 2, "algorithm", "samme", NULL);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 3);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.75);
}

/* Two targets: an ensemble for each, which answers with the median of its trees. */
static void
test_regression (void)
{
  g_autoptr (PymvaMethod) method = new_ada_boost (20);
  g_autoptr (PymvaDataset) dataset = new_regression (800);
  g_autoptr (PymvaTensor) answers = NULL;

  g_object_set (method, "max-depth", 5, "loss", "square", NULL);
  assert_train (method, dataset);
  answers = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (answers, 1), ==, 2);
}

typedef struct
{
  guint n_trees;
  GCancellable *cancellable;
} Record;

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  Record *record = user_data;
  gint64 n_trees;
  double number;

  g_assert_true (g_variant_lookup (metrics, "trees", "x", &n_trees));
  g_assert_cmpint (n_trees, ==, index + 1);
  g_assert_true (g_variant_lookup (metrics, "error", "d", &number));
  g_assert_cmpfloat (number, <, 0.5);
  g_assert_true (g_variant_lookup (metrics, "tree_weight", "d", &number));
  g_assert_cmpfloat (number, >, 0.0);
  record->n_trees = n_trees;
  if (record->cancellable != NULL && n_trees == 3)
    g_cancellable_cancel (record->cancellable);
}

static void
test_iterations (void)
{
  g_autoptr (PymvaMethod) method = new_ada_boost (12);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  Record record = { 0 };

  g_object_set (method, "algorithm", "samme", NULL);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), &record);
  assert_train (method, dataset);
  g_assert_cmpuint (record.n_trees, ==, 12);
}

static void
test_cancel (void)
{
  g_autoptr (PymvaMethod) method = new_ada_boost (5);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (PymvaTensor) before = NULL;
  g_autoptr (PymvaTensor) after = NULL;
  g_autoptr (GError) error = NULL;
  Record record = { 0, cancellable };

  g_object_set (method, "algorithm", "samme", NULL);
  assert_train (method, dataset);
  before = assert_same_answers (method, dataset, "forest", 0.0);
  g_object_set (method, "n-estimators", 1000000, NULL);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), &record);
  g_assert_false (pymva_method_train (method, dataset, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  after = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (before), pymva_tensor_get_bytes (after)));

  g_signal_handlers_disconnect_by_data (method, &record);
  g_object_set (method, "n-estimators", 6, NULL);
  assert_train (method, dataset);
}

static void
test_importance (void)
{
  g_autoptr (PymvaMethod) method = new_ada_boost (30);
  g_autoptr (PymvaDataset) dataset = new_two_classes (500, FALSE);

  g_object_set (method, "algorithm", "samme", NULL);
  assert_train (method, dataset);
  assert_importance (method);
}

#define N_EVENTS 300

/* Events of one variable: each once, with the weight 1, 2 or 3, or as often as that says. */
static PymvaTable *
new_counted_events (double shift,
                    gboolean repeat)
{
  PymvaTable *table = pymva_table_new ();
  g_autoptr (GArray) a = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) w = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (PymvaTensor) a_values = NULL;
  g_autoptr (PymvaTensor) w_values = NULL;

  for (guint i = 0; i < N_EVENTS; i++)
    {
      double value = (i * 37 % N_EVENTS) / 100.0 + shift;
      guint count = i % 3 + 1;
      double weight = repeat ? 1 : count;

      for (guint copy = 0; copy < (repeat ? count : 1); copy++)
        {
          g_array_append_val (a, value);
          g_array_append_val (w, weight);
        }
    }
  a_values = pymva_tensor_new_from_doubles ((double *) a->data, a->len, 0, NULL);
  w_values = pymva_tensor_new_from_doubles ((double *) w->data, w->len, 0, NULL);
  g_assert_true (pymva_table_add_column (table, "a", a_values, NULL));
  g_assert_true (pymva_table_add_column (table, "w", w_values, NULL));

  return table;
}

static PymvaTensor *
train_with_counted_events (gboolean repeat,
                           PymvaTensor *inputs)
{
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) signal = new_counted_events (0, repeat);
  g_autoptr (PymvaTable) background = new_counted_events (1, repeat);
  g_autoptr (PymvaMethod) method = new_ada_boost (10);
  g_autoptr (GError) error = NULL;
  PymvaTensor *answers;

  for (PymvaPart part = PYMVA_PART_TRAINING; part <= PYMVA_PART_TEST; part++)
    {
      pymva_dataset_add_class_part (dataset, "signal", signal, 1.0, part, &error);
      g_assert_no_error (error);
      pymva_dataset_add_class_part (dataset, "background", background, 1.0, part, &error);
      g_assert_no_error (error);
    }
  pymva_dataset_add_variable (dataset, "a", &error);
  g_assert_no_error (error);
  pymva_dataset_set_weight_expression (dataset, NULL, "w", &error);
  g_assert_no_error (error);

  g_object_set (method, "algorithm", "samme", NULL);
  assert_train (method, dataset);
  answers = pymva_method_predict (method, inputs, NULL, &error);
  g_assert_no_error (error);

  return answers;
}

/* Sums of weights are the same but for the order in which they are added. */
static void
test_weights_count_events (void)
{
  double events[N_EVENTS];
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) weighted = NULL;
  g_autoptr (PymvaTensor) repeated = NULL;

  for (guint i = 0; i < N_EVENTS; i++)
    events[i] = 4.0 * i / N_EVENTS;
  inputs = pymva_tensor_new_from_doubles (events, N_EVENTS, 1, NULL);
  weighted = train_with_counted_events (FALSE, inputs);
  repeated = train_with_counted_events (TRUE, inputs);
  for (gint64 i = 0; i < N_EVENTS; i++)
    g_assert_cmpfloat_with_epsilon (pymva_tensor_get_value (weighted, (gint64[]) { i, 0 }, 2),
                                    pymva_tensor_get_value (repeated, (gint64[]) { i, 0 }, 2),
                                    1e-5);
}

static void
test_errors (void)
{
  g_autoptr (PymvaMethod) method = new_ada_boost (5);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (PymvaDataset) negative = new_two_classes (100, FALSE);
  g_autoptr (GError) error = NULL;

  g_object_set (method, "loss", "square", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "Only regressions have a choice");
  g_object_set (method, "loss", "auto", "algorithm", "real", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "“auto”, “samme”, “samme.r”");
  g_object_set (method, "algorithm", "auto", "learning-rate", 0.0, NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "“learning-rate”");
  g_object_set (method, "learning-rate", 1.0, NULL);

  pymva_dataset_set_weight_expression (negative, NULL, "a > 0.5 ? 1 : -0.1", &error);
  g_assert_no_error (error);
  g_object_set (negative, "negative-weights", PYMVA_NEGATIVE_WEIGHTS_PASS, NULL);
  assert_train_fails (method, negative, PYMVA_ERROR_VALUE, "AdaBoost takes no negative weights");
  assert_train (method, dataset);
}

/* PyMVA's name and options. */
static void
test_options (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) method = pymva_method_create_for_name ("PyAdaBoost", NULL, &error);
  g_autofree char *algorithm = NULL;
  double rate;
  int trees;

  g_assert_no_error (error);
  g_assert_true (PYMVA_IS_ADA_BOOST (method));
  g_object_get (method, "n-estimators", &trees, "learning-rate", &rate, "algorithm", &algorithm,
                NULL);
  g_assert_cmpint (trees, ==, 50);
  g_assert_cmpfloat (rate, ==, 1.0);
  g_assert_cmpstr (algorithm, ==, "SAMME");
  assert_train (method, dataset);

  g_assert_true (pymva_method_set_options (
    method, "!V:BaseEstimator=None:NEstimators=12:LearningRate=0.5:Algorithm='SAMME':"
            "RandomState=None", &error));
  g_assert_no_error (error);
  assert_train (method, dataset);
  g_object_unref (assert_same_answers (method, dataset, "forest", 0.0));

  g_assert_false (pymva_method_set_options (method, "BaseEstimator=DecisionTreeClassifier()",
                                            &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "instead, set “max-depth” of the trees"));
  g_clear_error (&error);
  g_assert_false (pymva_method_set_options (method, "WarmStart", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ada-boost/classification", test_classification);
  g_test_add_func ("/ada-boost/multiclass", test_multiclass);
  g_test_add_func ("/ada-boost/regression", test_regression);
  g_test_add_func ("/ada-boost/iterations", test_iterations);
  g_test_add_func ("/ada-boost/cancel", test_cancel);
  g_test_add_func ("/ada-boost/importance", test_importance);
  g_test_add_func ("/ada-boost/weights-count-events", test_weights_count_events);
  g_test_add_func ("/ada-boost/errors", test_errors);
  g_test_add_func ("/ada-boost/options", test_options);

  return g_test_run ();
}
