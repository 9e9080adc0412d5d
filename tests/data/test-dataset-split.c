/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "data/pymva-dataset-private.h"

#include "dataset-helpers.h"

#define ASSERT_INPUTS(dataset, part, ...) \
  G_STMT_START \
    { \
      const double _expected[] = { __VA_ARGS__ }; \
      gsize _n; \
      g_autofree double *_values = get_inputs (dataset, part, &_n); \
      assert_values (_values, _n, _expected, G_N_ELEMENTS (_expected)); \
    } \
  G_STMT_END

static void
test_random (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (100, 50);
  g_autoptr (PymvaDataset) same = make_dataset (100, 50);
  g_autofree double *first = NULL;
  g_autofree double *again = NULL;
  g_autofree double *other = NULL;
  g_autofree double *test = NULL;
  guint seen[1050] = { 0 };
  guint n_changes = 0;
  gsize n, n_test;

  first = get_inputs (dataset, PYMVA_PART_TRAINING, &n);
  test = get_inputs (dataset, PYMVA_PART_TEST, &n_test);
  g_assert_cmpuint (n, ==, 75);
  g_assert_cmpuint (n_test, ==, 75);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, "signal"), ==, 50);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, "background"), ==, 25);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, "noise"), ==, -1);

  /* Every event is in one part; the training events are mixed, the test events in order. */
  for (gsize i = 0; i < n; i++)
    seen[(gsize) first[i]]++;
  for (gsize i = 0; i < n_test; i++)
    seen[(gsize) test[i]]++;
  for (gsize i = 0; i < 100; i++)
    g_assert_cmpuint (seen[i], ==, 1);
  for (gsize i = 1000; i < 1050; i++)
    g_assert_cmpuint (seen[i], ==, 1);
  for (gsize i = 1; i < n; i++)
    n_changes += (first[i] < 1000) != (first[i - 1] < 1000);
  g_assert_cmpuint (n_changes, >, 15);
  for (gsize i = 1; i < n_test; i++)
    g_assert_cmpfloat (test[i], >, test[i - 1]);

  again = get_inputs (same, PYMVA_PART_TRAINING, &n);
  g_assert_cmpmem (first, 75 * sizeof (double), again, n * sizeof (double));
  pymva_dataset_set_seed (same, 1);
  other = get_inputs (same, PYMVA_PART_TRAINING, &n);
  g_assert_cmpuint (n, ==, 75);
  g_assert_cmpint (memcmp (first, other, n * sizeof (double)), !=, 0);
}

/* The split of a seed is part of what the library promises. It was computed by an implementation
 * of SplitMix64 and of the Fisher-Yates shuffle in Python. */
static void
test_random_is_fixed (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (6, 4);

  pymva_dataset_set_seed (dataset, 42);
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 3, 1003, 1000, 4, 0);
  ASSERT_INPUTS (dataset, PYMVA_PART_TEST, 1, 2, 5, 1001, 1002);
}

static void
test_alternate (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (6, 4);

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_ALTERNATE);
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 0, 1000, 2, 1002, 4);
  ASSERT_INPUTS (dataset, PYMVA_PART_TEST, 1, 3, 5, 1001, 1003);

  pymva_dataset_set_test_fraction (dataset, 0.25);
  ASSERT_INPUTS (dataset, PYMVA_PART_TEST, 2, 5, 1003);
}

static void
test_block (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (6, 4);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 0, 1, 2, 1000, 1001);
  ASSERT_INPUTS (dataset, PYMVA_PART_TEST, 3, 4, 5, 1002, 1003);

  pymva_dataset_set_n_events (dataset, "signal", PYMVA_PART_TRAINING, 1, &error);
  g_assert_no_error (error);
  pymva_dataset_set_n_events (dataset, "signal", PYMVA_PART_TEST, 2, &error);
  g_assert_no_error (error);
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 0, 1000, 1001);
  ASSERT_INPUTS (dataset, PYMVA_PART_TEST, 4, 5, 1002, 1003);
}

static void
test_test_fraction (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (10, 10);

  pymva_dataset_set_test_fraction (dataset, 0);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, NULL), ==, 20);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, NULL), ==, 0);
  pymva_dataset_set_test_fraction (dataset, 0.3);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, "signal"), ==, 3);

  pymva_dataset_set_test_fraction (dataset, 1);
  assert_refused (dataset, PYMVA_ERROR_VALUE, "test-fraction is 1");
  /* As a property too, where GObject drops what is out of range. */
  g_object_set (dataset, "test-fraction", 1.5, NULL);
  assert_refused (dataset, PYMVA_ERROR_VALUE, "test-fraction is 1.5");
  pymva_dataset_set_test_fraction (dataset, -0.1);
  assert_refused (dataset, PYMVA_ERROR_VALUE, "test-fraction");
  pymva_dataset_set_test_fraction (dataset, 0.99);
  assert_refused (dataset, PYMVA_ERROR_DATA, "No training events are left of class “signal”");
}

static void
test_n_events (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (10, 20);
  g_autoptr (GError) error = NULL;

  /* The other part gets the rest. */
  pymva_dataset_set_n_events (dataset, NULL, PYMVA_PART_TRAINING, 7, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, NULL), ==, 14);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, "background"), ==, 13);

  /* A class's own number takes precedence; what neither part asks for is not used. */
  pymva_dataset_set_n_events (dataset, "background", PYMVA_PART_TEST, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, "background"), ==, 7);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, "background"), ==, 2);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, "signal"), ==, 3);

  pymva_dataset_set_n_events (dataset, "signal", PYMVA_PART_TEST, 4, &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_VALUE, "class “signal”: 7 training and 4 test");
  pymva_dataset_set_n_events (dataset, "signal", PYMVA_PART_TEST, 0, &error);
  pymva_dataset_set_n_events (dataset, "signal", PYMVA_PART_TRAINING, 11, &error);
  g_assert_no_error (error);
  assert_refused (dataset, PYMVA_ERROR_VALUE, "there are 10 after cuts");

  g_assert_false (pymva_dataset_set_n_events (dataset, NULL, PYMVA_PART_TEST, -1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
test_given_parts (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 4);
  g_autoptr (PymvaTable) training = make_table (3, 100);
  g_autoptr (PymvaTable) test = make_table (2, 200);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_add_class_part (dataset, "signal", training, 1, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  pymva_dataset_add_class_part (dataset, "signal", test, 1, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 0, 1, 1000, 1001, 100, 101, 102);
  ASSERT_INPUTS (dataset, PYMVA_PART_TEST, 2, 3, 1002, 1003, 200, 201);

  /* Events whose part was given come first in it. */
  pymva_dataset_set_n_events (dataset, "signal", PYMVA_PART_TRAINING, 4, &error);
  pymva_dataset_set_n_events (dataset, "signal", PYMVA_PART_TEST, 1, &error);
  g_assert_no_error (error);
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 0, 1000, 1001, 100, 101, 102);
  ASSERT_INPUTS (dataset, PYMVA_PART_TEST, 1002, 1003, 200);
}

static void
test_interleave_uneven (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 1);

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_ALTERNATE);
  pymva_dataset_set_test_fraction (dataset, 0);
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 0, 1000, 1, 2, 3);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dataset/split/random", test_random);
  g_test_add_func ("/dataset/split/random-is-fixed", test_random_is_fixed);
  g_test_add_func ("/dataset/split/alternate", test_alternate);
  g_test_add_func ("/dataset/split/block", test_block);
  g_test_add_func ("/dataset/split/test-fraction", test_test_fraction);
  g_test_add_func ("/dataset/split/n-events", test_n_events);
  g_test_add_func ("/dataset/split/given-parts", test_given_parts);
  g_test_add_func ("/dataset/split/interleave-uneven", test_interleave_uneven);

  return g_test_run ();
}
