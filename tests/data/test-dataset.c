/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "data/pymva-dataset-private.h"

#include "dataset-helpers.h"

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_properties (void)
{
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);
  PymvaAnalysisType analysis_type;
  g_autofree char *label = NULL;
  guint n_notified = 0;

  g_signal_connect (dataset, "notify", G_CALLBACK (count_notify), &n_notified);
  g_object_get (dataset, "analysis-type", &analysis_type, NULL);
  g_assert_cmpint (analysis_type, ==, PYMVA_ANALYSIS_TYPE_MULTICLASS);
  g_assert_cmpint (pymva_dataset_get_analysis_type (dataset), ==, PYMVA_ANALYSIS_TYPE_MULTICLASS);
  g_assert_cmpint (pymva_dataset_get_split_mode (dataset), ==, PYMVA_SPLIT_MODE_RANDOM);
  g_assert_cmpfloat (pymva_dataset_get_test_fraction (dataset), ==, 0.5);
  g_assert_cmpuint (pymva_dataset_get_seed (dataset), ==, 0);
  g_assert_cmpint (pymva_dataset_get_norm_mode (dataset), ==, PYMVA_NORM_MODE_NONE);
  g_assert_cmpint (pymva_dataset_get_negative_weights (dataset), ==,
                   PYMVA_NEGATIVE_WEIGHTS_ERROR);
  g_assert_cmpint (pymva_dataset_get_missing_values (dataset), ==, PYMVA_MISSING_VALUES_ERROR);
  g_assert_null (pymva_dataset_get_signal_label (dataset));

  for (int round = 0; round < 2; round++)
    {
      pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
      pymva_dataset_set_test_fraction (dataset, 0.25);
      pymva_dataset_set_seed (dataset, 7);
      pymva_dataset_set_norm_mode (dataset, PYMVA_NORM_MODE_NUM_EVENTS);
      pymva_dataset_set_negative_weights (dataset, PYMVA_NEGATIVE_WEIGHTS_PASS);
      pymva_dataset_set_missing_values (dataset, PYMVA_MISSING_VALUES_DROP);
      pymva_dataset_set_signal_label (dataset, "s");
      g_assert_cmpuint (n_notified, ==, 7);
    }
  g_assert_cmpint (pymva_dataset_get_split_mode (dataset), ==, PYMVA_SPLIT_MODE_BLOCK);
  g_assert_cmpfloat (pymva_dataset_get_test_fraction (dataset), ==, 0.25);

  g_object_set (dataset, "split-mode", PYMVA_SPLIT_MODE_ALTERNATE, "test-fraction", 0.125, "seed",
                8, "norm-mode", PYMVA_NORM_MODE_NONE, "negative-weights",
                PYMVA_NEGATIVE_WEIGHTS_ZERO, "missing-values", PYMVA_MISSING_VALUES_PASS,
                "signal-label", "", NULL);
  g_assert_cmpuint (n_notified, ==, 14);
  g_object_get (dataset, "signal-label", &label, NULL);
  g_assert_null (label);
  g_assert_cmpuint (pymva_dataset_get_seed (dataset), ==, 8);
  g_assert_finalize_object (dataset);
}

static void
test_variables (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 4);
  const double expected[] = { 0, 0, 1, 2, 1000, 2000, 1001, 2002 };
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree double *inputs = NULL;
  gsize n;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_add_variable_full (dataset, "double := x + x", "Twice x", "GeV", &error);
  g_assert_no_error (error);
  names = pymva_dataset_list_variables (dataset);
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[1], ==, "double");
  g_assert_cmpuint (pymva_dataset_get_n_variables (dataset), ==, 2);
  g_assert_cmpstr (pymva_dataset_get_variable (dataset, 0)->title, ==, "x");
  g_assert_cmpstr (pymva_dataset_get_variable (dataset, 0)->unit, ==, "");
  g_assert_cmpstr (pymva_dataset_get_variable (dataset, 1)->expression, ==, "x + x");
  g_assert_cmpstr (pymva_dataset_get_variable (dataset, 1)->title, ==, "Twice x");
  g_assert_cmpstr (pymva_dataset_get_variable (dataset, 1)->unit, ==, "GeV");

  inputs = get_inputs (dataset, PYMVA_PART_TRAINING, &n);
  assert_values (inputs, n, expected, G_N_ELEMENTS (expected));

  g_assert_false (pymva_dataset_add_variable (dataset, "double := x", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_add_variable (dataset, " ", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_add_variable (dataset, "y := x *", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
  g_clear_error (&error);

  pymva_dataset_add_variable (dataset, "z", &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_EXPRESSION, "Variable “z”: ");
}

static void
test_cut (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 4);
  const double expected[] = { 2, 3, 1000, 1001, 1002, 1003 };
  g_autoptr (GError) error = NULL;
  g_autofree double *inputs = NULL;
  gsize n;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_set_test_fraction (dataset, 0);
  pymva_dataset_set_cut (dataset, NULL, "x > 1", &error);
  g_assert_no_error (error);
  inputs = get_inputs (dataset, PYMVA_PART_TRAINING, &n);
  assert_values (inputs, n, expected, G_N_ELEMENTS (expected));

  /* NaN is not true. */
  pymva_dataset_set_cut (dataset, "signal", "0 / (x - 1) + 1", &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, "signal"), ==, 3);
  pymva_dataset_set_cut (dataset, "signal", "x > 100", &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_DATA, "class “signal”");
  pymva_dataset_set_cut (dataset, "signal", "", &error);
  g_assert_no_error (error);
  pymva_dataset_set_cut (dataset, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, NULL), ==, 8);
}

static void
test_missing_values (void)
{
  const double y[] = { 1, NAN, INFINITY, 1e300 };
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 4);
  g_autoptr (PymvaTable) table = make_table (4, 50);
  g_autoptr (GError) error = NULL;
  g_autofree double *inputs = NULL;
  gsize n;

  set_column (table, "y", y, 4);
  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_set_test_fraction (dataset, 0);
  pymva_dataset_add_class (dataset, "signal", table, 1, &error);
  g_assert_no_error (error);
  assert_prepared (dataset);

  pymva_dataset_set_cut (dataset, NULL, "x >= 50", &error);
  pymva_dataset_add_variable (dataset, "root := sqrt (x - 51)", &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_DATA, "Variable “root” of class “signal” is");
  assert_refused (dataset, PYMVA_ERROR_DATA, "in row 0");
  pymva_dataset_set_missing_values (dataset, PYMVA_MISSING_VALUES_DROP);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, "signal"), ==, 3);
  pymva_dataset_set_missing_values (dataset, PYMVA_MISSING_VALUES_PASS);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, "signal"), ==, 4);
  inputs = get_inputs (dataset, PYMVA_PART_TRAINING, &n);
  g_assert_cmpuint (n, ==, 16);
  /* The background's table was added before this one. */
  g_assert_cmpfloat (inputs[8], ==, 50);
  g_assert_true (isnan (inputs[9]));

  /* What a cut removes is not looked at. */
  pymva_dataset_set_missing_values (dataset, PYMVA_MISSING_VALUES_ERROR);
  pymva_dataset_set_cut (dataset, NULL, "x >= 51", &error);
  g_assert_no_error (error);
  assert_prepared (dataset);
}

/* Infinite, and too large for 32 bits, are missing too. */
static void
test_overflow (void)
{
  const double y[] = { 1, INFINITY, 1e300, 2 };
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaTable) table = make_table (4, 0);
  g_autoptr (GError) error = NULL;

  set_column (table, "y", y, 4);
  pymva_dataset_add_variable (dataset, "x", &error);
  pymva_dataset_add_target (dataset, "y", &error);
  pymva_dataset_add_events (dataset, table, 1, &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_DATA, "Target “y” of the events is inf in row 1");
  pymva_dataset_set_cut (dataset, NULL, "x != 1", &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_DATA, "is 1e+300 in row 2");
  pymva_dataset_set_missing_values (dataset, PYMVA_MISSING_VALUES_DROP);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, NULL), ==, 1);
}

static void
test_regression (void)
{
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaTable) table = make_table (4, 1);
  const double expected[] = { 9, 3, 16, 4 };
  g_auto (GStrv) targets = NULL;
  g_auto (GStrv) classes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) tensor = NULL;
  g_autofree double *values = NULL;
  g_autofree double *weights = NULL;
  gsize n;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_add_variable (dataset, "x", &error);
  pymva_dataset_add_events (dataset, table, 3, &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_VALUE, "no target");
  pymva_dataset_add_target (dataset, "square := x * x", &error);
  pymva_dataset_add_target (dataset, "x", &error);
  g_assert_no_error (error);
  tensor = pymva_dataset_get_targets (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_tensor_get_dtype (tensor), ==, PYMVA_DTYPE_FLOAT32);
  values = pymva_tensor_to_doubles (tensor, &n);
  assert_values (values, n, expected, 4);
  targets = pymva_dataset_list_targets (dataset);
  classes = pymva_dataset_list_classes (dataset);
  g_assert_cmpstr (targets[0], ==, "square");
  g_assert_cmpuint (g_strv_length (classes), ==, 0);

  pymva_dataset_set_norm_mode (dataset, PYMVA_NORM_MODE_EQUAL_NUM_EVENTS);
  weights = get_weights (dataset, PYMVA_PART_TRAINING, &n);
  g_assert_cmpfloat_with_epsilon (weights[0], 1, 1e-15);
  pymva_dataset_set_n_events (dataset, NULL, PYMVA_PART_TRAINING, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, NULL), ==, 3);

  g_assert_null (pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
test_spectators (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 4);
  const double expected[] = { 4000000002., NAN, 4000000003., INFINITY };
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) tensor = NULL;
  g_autofree double *values = NULL;
  gsize n;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_add_spectator (dataset, "id := 4000000000 + x", &error);
  pymva_dataset_add_spectator (dataset, "bad := (x - 2) / (x - 2) / (3 - x)", &error);
  g_assert_no_error (error);
  names = pymva_dataset_list_spectators (dataset);
  g_assert_cmpstr (names[0], ==, "id");
  tensor = pymva_dataset_get_spectators (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_tensor_get_dtype (tensor), ==, PYMVA_DTYPE_FLOAT64);
  values = pymva_tensor_to_doubles (tensor, &n);
  g_assert_cmpuint (n, ==, 8);
  g_assert_cmpfloat (values[0], ==, expected[0]);
  g_assert_true (isnan (values[1]));
  g_assert_cmpfloat (values[2], ==, expected[2]);
  g_assert_true (isinf (values[3]));

  g_assert_null (pymva_dataset_get_targets (dataset, PYMVA_PART_TEST, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

/* Whatever changes is noticed, also rows appended to a table. */
static void
test_changes (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 4);
  g_autoptr (PymvaTable) grown = make_table (0, 0);
  g_autoptr (PymvaTensor) before = NULL;
  g_autoptr (PymvaTensor) same = NULL;
  g_autoptr (GError) error = NULL;
  const double row = 9;

  pymva_dataset_add_class (dataset, "signal", grown, 1, &error);
  g_assert_no_error (error);
  before = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  assert_prepared (dataset);
  same = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  g_assert_true (before == same);

  for (guint i = 0; i < 2; i++)
    {
      pymva_table_append_row (grown, &row, 1, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, "signal"), ==, 3);
}

static void
store_result (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
test_async (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (40, 40);
  g_autoptr (PymvaDataset) same = make_dataset (40, 40);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *sync_digest = NULL;

  pymva_dataset_prepare_async (dataset, NULL, store_result, &result);
  g_assert_null (result);
  g_assert_true (pymva_dataset_prepare_finish (dataset, wait_for_result (&result), &error));
  g_assert_no_error (error);
  digest = pymva_dataset_dup_digest (dataset, &error);
  sync_digest = pymva_dataset_dup_digest (same, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (digest, ==, sync_digest);

  pymva_dataset_prepare_async (dataset, NULL, store_result, &again);
  g_assert_true (pymva_dataset_prepare_finish (dataset, wait_for_result (&again), &error));
  g_assert_no_error (error);
}

/* Tables may grow while they are read on another thread. */
static void
test_async_rows (void)
{
  const char * const words[] = { "s", "b", "s", "b", NULL };
  const double values[] = { 1, 2, 3, 4 };
  g_autoptr (PymvaDataset) dataset = make_dataset (0, 1000);
  g_autoptr (PymvaDataset) labelled = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) table = make_table (1000, 0);
  g_autoptr (PymvaTable) text = make_table (4, 0);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) other = NULL;
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_class (dataset, "signal", table, 1, &error);
  g_assert_no_error (error);
  pymva_dataset_prepare_async (dataset, NULL, store_result, &result);
  for (guint i = 0; i < 100000; i++)
    g_assert_true (pymva_table_append_row (table, (double[]) { NAN }, 1, NULL));
  g_assert_true (pymva_dataset_prepare_finish (dataset, wait_for_result (&result), &error));
  g_assert_no_error (error);
  /* What is read afterwards counts the new rows. */
  assert_refused (dataset, PYMVA_ERROR_DATA, "nan in row 1000");

  set_text_column (text, "label", words);
  pymva_dataset_add_variable (labelled, "x", &error);
  g_assert_no_error (error);
  pymva_dataset_add_labelled (labelled, text, "label", &error);
  g_assert_no_error (error);
  pymva_dataset_prepare_async (labelled, NULL, store_result, &other);
  set_column (text, "later", values, 4);
  g_assert_true (pymva_dataset_prepare_finish (labelled, wait_for_result (&other), &error));
  g_assert_no_error (error);
  g_assert_cmpint (pymva_dataset_get_n_events (labelled, PYMVA_PART_TRAINING, "s"), ==, 1);
}

static void
test_async_errors (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (40, 40);
  g_autoptr (GAsyncResult) changed = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) failed = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  pymva_dataset_prepare_async (dataset, NULL, store_result, &changed);
  pymva_dataset_set_seed (dataset, 5);
  g_assert_false (pymva_dataset_prepare_finish (dataset, wait_for_result (&changed), &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  pymva_dataset_prepare_async (dataset, cancellable, store_result, &cancelled);
  g_assert_false (pymva_dataset_prepare_finish (dataset, wait_for_result (&cancelled), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_prepare (dataset, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  pymva_dataset_set_test_fraction (dataset, 2);
  pymva_dataset_prepare_async (dataset, NULL, store_result, &failed);
  g_assert_false (pymva_dataset_prepare_finish (dataset, wait_for_result (&failed), &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
test_digest (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 4);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = pymva_dataset_dup_digest (dataset, &error);
  g_autofree char *weighted = NULL;
  g_autofree char *renamed = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (first), ==, 64);
  pymva_dataset_set_weight_expression (dataset, NULL, "2", &error);
  weighted = pymva_dataset_dup_digest (dataset, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, !=, weighted);
  pymva_dataset_set_weight_expression (dataset, NULL, NULL, &error);
  renamed = pymva_dataset_dup_digest (dataset, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, ==, renamed);
}

/* numpy.average and its square root of squared differences, of 0, 1, 2, 3, 1000, ... 1003 with
 * weights 1 and 2. */
static void
test_moments (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 4);
  g_autoptr (GError) error = NULL;
  g_autofree double *means = NULL;
  g_autofree double *deviations = NULL;

  pymva_dataset_set_test_fraction (dataset, 0);
  pymva_dataset_set_weight_expression (dataset, "background", "2", &error);
  g_assert_no_error (error);
  g_assert_true (pymva_dataset_get_training_moments (dataset, &means, &deviations, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (means[0], 668.16666666666663, 1e-9);
  g_assert_cmpfloat_with_epsilon (deviations[0], 471.40584661438197, 1e-9);
}

static void
test_empty (void)
{
  PymvaDataset *dataset = g_object_new (PYMVA_TYPE_DATASET, NULL);
  g_auto (GStrv) variables = pymva_dataset_list_variables (dataset);
  g_auto (GStrv) classes = pymva_dataset_list_classes (dataset);
  g_autoptr (PymvaTable) table = make_table (3, 0);
  g_autoptr (PymvaTable) none = make_table (0, 0);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length (variables), ==, 0);
  g_assert_cmpuint (g_strv_length (classes), ==, 0);
  assert_refused (dataset, PYMVA_ERROR_VALUE, "no variables");
  pymva_dataset_add_variable (dataset, "x", &error);
  assert_refused (dataset, PYMVA_ERROR_DATA, "no events");
  pymva_dataset_add_class (dataset, "s", table, 1, &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_DATA, "only one class, “s”");
  pymva_dataset_add_class (dataset, "b", none, 1, &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_DATA, "class “b”");
  g_assert_finalize_object (dataset);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dataset/properties", test_properties);
  g_test_add_func ("/dataset/variables", test_variables);
  g_test_add_func ("/dataset/cut", test_cut);
  g_test_add_func ("/dataset/missing-values", test_missing_values);
  g_test_add_func ("/dataset/overflow", test_overflow);
  g_test_add_func ("/dataset/regression", test_regression);
  g_test_add_func ("/dataset/spectators", test_spectators);
  g_test_add_func ("/dataset/changes", test_changes);
  g_test_add_func ("/dataset/async", test_async);
  g_test_add_func ("/dataset/async-rows", test_async_rows);
  g_test_add_func ("/dataset/async-errors", test_async_errors);
  g_test_add_func ("/dataset/digest", test_digest);
  g_test_add_func ("/dataset/moments", test_moments);
  g_test_add_func ("/dataset/empty", test_empty);

  return g_test_run ();
}
