/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "dataset-helpers.h"

static PymvaDataset *
make_pushed (PymvaAnalysisType type)
{
  PymvaDataset *dataset = pymva_dataset_new (type);
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_variable (dataset, "sum := var1 + var2", &error);
  pymva_dataset_add_variable (dataset, "x", &error);
  if (type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    pymva_dataset_add_target (dataset, "y", &error);
  pymva_dataset_add_spectator (dataset, "x", &error);
  g_assert_no_error (error);

  return dataset;
}

static void
push (PymvaDataset *dataset,
      const char *class_name,
      PymvaPart part,
      double first,
      gsize n_values,
      double weight)
{
  g_autoptr (GError) error = NULL;
  double values[4] = { first, first + 1, first + 2, first + 3 };
  gboolean added = pymva_dataset_add_event (dataset, class_name, part, values, n_values, weight,
                                            &error);

  g_assert_no_error (error);
  g_assert_true (added);
}

static void
assert_tensor (PymvaTensor *tensor,
               const double *expected,
               gsize n_expected)
{
  gsize n;
  g_autofree double *values = pymva_tensor_to_doubles (tensor, &n);

  assert_values (values, n, expected, n_expected);
}

static void
test_classification (void)
{
  g_autoptr (PymvaDataset) dataset = make_pushed (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) spectators = NULL;
  g_autoptr (PymvaTensor) weights = NULL;
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  push (dataset, "signal", PYMVA_PART_TRAINING, 10, 3, 0.5);
  push (dataset, "background", PYMVA_PART_TRAINING, 20, 3, 2);
  push (dataset, "signal", PYMVA_PART_TRAINING, 30, 3, 1);
  push (dataset, "signal", PYMVA_PART_TEST, 40, 3, 1);
  push (dataset, "background", PYMVA_PART_TEST, 50, 3, 1);
  /* The weight of an event is its own; a cut goes by the names of variables. */
  pymva_dataset_set_weight_expression (dataset, NULL, "nowhere", &error);
  pymva_dataset_set_cut (dataset, NULL, "sum != 50", &error);
  g_assert_no_error (error);

  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  assert_tensor (inputs, (double[]) { 10, 11, 30, 31, 20, 21 }, 6);
  spectators = pymva_dataset_get_spectators (dataset, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  assert_tensor (spectators, (double[]) { 12, 32, 22 }, 3);
  weights = pymva_dataset_get_weights (dataset, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  assert_tensor (weights, (double[]) { 0.5, 1, 2 }, 3);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, NULL), ==, 1);

  /* One more event has the data set prepared anew. */
  push (dataset, "background", PYMVA_PART_TEST, 60, 3, 1);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, NULL), ==, 2);
}

static void
test_regression (void)
{
  g_autoptr (PymvaDataset) dataset = make_pushed (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaTensor) targets = NULL;
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  push (dataset, NULL, PYMVA_PART_TRAINING, 10, 4, 1);
  push (dataset, "", PYMVA_PART_TRAINING, 20, 4, 1);
  targets = pymva_dataset_get_targets (dataset, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  assert_tensor (targets, (double[]) { 12, 22 }, 2);

  g_assert_false (pymva_dataset_add_event (dataset, "signal", PYMVA_PART_TEST,
                                           (double[]) { 1, 2, 3, 4 }, 4, 1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
assert_bad_event (PymvaDataset *dataset,
                  const char *class_name,
                  gsize n_values,
                  double weight,
                  const char *message)
{
  const double values[4] = { 1, 2, 3, 4 };
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_dataset_add_event (dataset, class_name, PYMVA_PART_TEST, values, n_values,
                                           weight, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_errors (void)
{
  g_autoptr (PymvaDataset) empty = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaDataset) dataset = make_pushed (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (GError) error = NULL;

  assert_bad_event (empty, "signal", 1, 1, "no variables");
  assert_bad_event (dataset, "signal", 2, 1, "it takes 3: 2 variables, 0 targets and 1 spectators");
  assert_bad_event (dataset, "signal", 3, NAN, "finite");
  assert_bad_event (dataset, NULL, 3, 1, "A class needs a name");

  push (dataset, "signal", PYMVA_PART_TRAINING, 10, 3, 1);
  g_assert_false (pymva_dataset_add_variable (dataset, "late", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "before the first event"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dataset/push/classification", test_classification);
  g_test_add_func ("/dataset/push/regression", test_regression);
  g_test_add_func ("/dataset/push/errors", test_errors);

  return g_test_run ();
}
