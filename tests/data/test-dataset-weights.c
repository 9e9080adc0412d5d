/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "dataset-helpers.h"

#define ASSERT_WEIGHTS(dataset, part, ...) \
  G_STMT_START \
    { \
      const double _expected[] = { __VA_ARGS__ }; \
      gsize _n; \
      g_autofree double *_values = get_weights (dataset, part, &_n); \
      assert_values (_values, _n, _expected, G_N_ELEMENTS (_expected)); \
    } \
  G_STMT_END

/* Four events of each class, the first two of which are for training. */
static PymvaDataset *
make_weighted (const double *signal_weights,
               double background_weight)
{
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) signal = make_table (4, 0);
  g_autoptr (PymvaTable) background = make_table (4, 1);
  g_autoptr (GError) error = NULL;

  set_column (signal, "w", signal_weights, 4);
  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_add_variable (dataset, "x", &error);
  g_assert_no_error (error);
  pymva_dataset_add_class (dataset, "s", signal, 10, &error);
  g_assert_no_error (error);
  pymva_dataset_add_class (dataset, "b", background, background_weight, &error);
  g_assert_no_error (error);
  pymva_dataset_set_weight_expression (dataset, "s", "w", &error);
  g_assert_no_error (error);

  return dataset;
}

static void
test_expressions (void)
{
  const double weights[] = { 1, 2, 3, 4 };
  g_autoptr (PymvaDataset) dataset = make_weighted (weights, 0.5);
  g_autoptr (GError) error = NULL;

  ASSERT_WEIGHTS (dataset, PYMVA_PART_TRAINING, 10, 20, .5, .5);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TEST, 30, 40, .5, .5);

  /* What holds for all classes gives way to what a class has of its own. */
  pymva_dataset_set_weight_expression (dataset, NULL, "x", &error);
  g_assert_no_error (error);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TRAINING, 10, 20, .5, 1);

  pymva_dataset_set_weight_expression (dataset, "s", NULL, &error);
  g_assert_no_error (error);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TEST, 20, 30, 1.5, 2);
}

/* A table need not have the columns of what is meant for other classes. */
static void
test_columns_of_others (void)
{
  const double weights[] = { 1, 2, 3, 4 };
  g_autoptr (PymvaDataset) dataset = make_weighted (weights, 0.5);
  g_autoptr (GError) error = NULL;

  /* Only the table of “s” has “w”. */
  pymva_dataset_set_weight_expression (dataset, "b", "x", &error);
  g_assert_no_error (error);
  pymva_dataset_set_weight_expression (dataset, NULL, "w", &error);
  g_assert_no_error (error);
  pymva_dataset_set_cut (dataset, "b", "x < 3", &error);
  g_assert_no_error (error);
  pymva_dataset_set_cut (dataset, NULL, "w < 3", &error);
  g_assert_no_error (error);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TRAINING, 10, .5);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TEST, 20, 1);
}

/* Only training weights are normalised (TMVA's NormMode). */
static void
test_norm_modes (void)
{
  const double weights[] = { 1, 3, 3, 4 };
  g_autoptr (PymvaDataset) dataset = make_weighted (weights, 0.5);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_n_events (dataset, "b", PYMVA_PART_TRAINING, 3, &error);
  g_assert_no_error (error);
  pymva_dataset_set_norm_mode (dataset, PYMVA_NORM_MODE_NUM_EVENTS);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TRAINING, .5, 1.5, 1, 1, 1);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TEST, 30, 40, .5);
  pymva_dataset_set_norm_mode (dataset, PYMVA_NORM_MODE_EQUAL_NUM_EVENTS);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TRAINING, .5, 1.5, 2. / 3, 2. / 3, 2. / 3);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TEST, 30, 40, .5);
}

static void
test_negative (void)
{
  const double weights[] = { -1, 3, -3, 4 };
  g_autoptr (PymvaDataset) dataset = make_weighted (weights, 1);

  assert_refused (dataset, PYMVA_ERROR_VALUE, "class “s” is -10 in row 0");
  pymva_dataset_set_negative_weights (dataset, PYMVA_NEGATIVE_WEIGHTS_DROP);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TRAINING, 30, 1, 1);
  pymva_dataset_set_negative_weights (dataset, PYMVA_NEGATIVE_WEIGHTS_ZERO);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TRAINING, 0, 30, 1, 1);
  pymva_dataset_set_negative_weights (dataset, PYMVA_NEGATIVE_WEIGHTS_ABSOLUTE);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TRAINING, 10, 30, 1, 1);
  pymva_dataset_set_negative_weights (dataset, PYMVA_NEGATIVE_WEIGHTS_PASS);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TRAINING, -10, 30, 1, 1);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TEST, -30, 40, 1, 1);
}

/* Test events may have negative weights even where training events may not. */
static void
test_negative_test_events (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 4);
  g_autoptr (PymvaTable) test = make_table (2, 50);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_add_class_part (dataset, "signal", test, -1, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  ASSERT_WEIGHTS (dataset, PYMVA_PART_TEST, 1, 1, 1, 1, -1, -1);
}

static void
test_sums (void)
{
  const double zeros[] = { 0, 0, 1, 1 };
  const double cancel[] = { -1, 1, 1, 1 };
  const double some[] = { 0, 1, 1, 1 };
  g_autoptr (PymvaDataset) empty = make_weighted (zeros, 1);
  g_autoptr (PymvaDataset) cancelled = make_weighted (cancel, 1);
  g_autoptr (PymvaDataset) single = make_weighted (some, 1);

  assert_refused (empty, PYMVA_ERROR_VALUE, "class “s” sum to 0");
  pymva_dataset_set_negative_weights (cancelled, PYMVA_NEGATIVE_WEIGHTS_PASS);
  assert_refused (cancelled, PYMVA_ERROR_VALUE, "class “s” sum to 0");
  ASSERT_WEIGHTS (single, PYMVA_PART_TRAINING, 0, 10, 1, 1);
}

static void
test_not_finite (void)
{
  const double weights[] = { 1, NAN, 1, 1 };
  g_autoptr (PymvaDataset) dataset = make_weighted (weights, 1);
  g_autoptr (PymvaTable) table = make_table (2, 0);
  g_autoptr (GError) error = NULL;

  assert_refused (dataset, PYMVA_ERROR_DATA, "class “s” is nan in row 1");
  pymva_dataset_set_missing_values (dataset, PYMVA_MISSING_VALUES_PASS);
  assert_refused (dataset, PYMVA_ERROR_DATA, "class “s” is nan in row 1");
  pymva_dataset_set_missing_values (dataset, PYMVA_MISSING_VALUES_DROP);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, "s") +
                     pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, "s"), ==, 3);

  g_assert_false (pymva_dataset_add_class (dataset, "s", table, INFINITY, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
test_unknown_class (void)
{
  const double weights[] = { 1, 1, 1, 1 };
  g_autoptr (PymvaDataset) dataset = make_weighted (weights, 1);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_weight_expression (dataset, "signal", "x", &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_VALUE, "“signal”, which has no events; there are “s”, “b”");
}

static void
test_wrong_expressions (void)
{
  const double weights[] = { 1, 1, 1, 1 };
  g_autoptr (PymvaDataset) dataset = make_weighted (weights, 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_dataset_set_weight_expression (dataset, NULL, "x +", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
  g_clear_error (&error);
  assert_prepared (dataset);

  pymva_dataset_set_weight_expression (dataset, NULL, "unknown", &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_EXPRESSION, "Weight “unknown”: ");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dataset/weights/expressions", test_expressions);
  g_test_add_func ("/dataset/weights/columns-of-others", test_columns_of_others);
  g_test_add_func ("/dataset/weights/norm-modes", test_norm_modes);
  g_test_add_func ("/dataset/weights/negative", test_negative);
  g_test_add_func ("/dataset/weights/negative-test-events", test_negative_test_events);
  g_test_add_func ("/dataset/weights/sums", test_sums);
  g_test_add_func ("/dataset/weights/not-finite", test_not_finite);
  g_test_add_func ("/dataset/weights/unknown-class", test_unknown_class);
  g_test_add_func ("/dataset/weights/wrong-expressions", test_wrong_expressions);

  return g_test_run ();
}
