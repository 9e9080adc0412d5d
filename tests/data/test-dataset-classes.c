/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "dataset-helpers.h"

static PymvaDataset *
make_labelled (PymvaAnalysisType analysis_type,
               PymvaTable *table)
{
  PymvaDataset *dataset = pymva_dataset_new (analysis_type);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_set_test_fraction (dataset, 0);
  pymva_dataset_add_variable (dataset, "x", &error);
  g_assert_no_error (error);
  pymva_dataset_add_labelled (dataset, table, "label", &error);
  g_assert_no_error (error);

  return dataset;
}

static PymvaDataset *
make_numbers (PymvaAnalysisType analysis_type,
              const double *labels,
              gsize n_labels)
{
  g_autoptr (PymvaTable) table = make_table (n_labels, 0);

  set_column (table, "label", labels, n_labels);
  return make_labelled (analysis_type, table);
}

static PymvaDataset *
make_texts (PymvaAnalysisType analysis_type,
            const char * const *labels)
{
  g_autoptr (PymvaTable) table = make_table (g_strv_length ((char **) labels), 0);

  set_text_column (table, "label", labels);
  return make_labelled (analysis_type, table);
}

static void
assert_classes (PymvaDataset *dataset,
                const char *expected)
{
  g_auto (GStrv) classes = pymva_dataset_list_classes (dataset);
  g_autofree char *joined = g_strjoinv (" ", classes);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_numbers (void)
{
  const double binary[] = { 0, 1, 1, 0 };
  const double signs[] = { -1, 1, -1, 1 };
  const double others[] = { 2, 1, 2, 1 };
  const double expected[] = { 1, 0, 0, 1 };
  g_autoptr (PymvaDataset) zero_one =
    make_numbers (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, binary, 4);
  g_autoptr (PymvaDataset) minus_plus =
    make_numbers (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, signs, 4);
  g_autoptr (PymvaDataset) arbitrary =
    make_numbers (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, others, 4);
  g_autoptr (PymvaTensor) labels = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree double *numbers = NULL;
  gsize n;

  assert_classes (zero_one, "1 0");
  assert_classes (minus_plus, "1 -1");
  assert_classes (arbitrary, "2 1");

  labels = pymva_dataset_get_labels (zero_one, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_tensor_get_dtype (labels), ==, PYMVA_DTYPE_INT32);
  numbers = pymva_tensor_to_doubles (labels, &n);
  assert_values (numbers, n, expected, 4);
}

static void
test_texts (void)
{
  const char * const plain[] = { "noise", "pulse", "noise", "pulse", NULL };
  const char * const known[] = { "background", "Signal", "background", "Signal", NULL };
  const char * const several[] = { "b", "c", "S", "b", NULL };
  g_autoptr (PymvaDataset) first = make_texts (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, plain);
  g_autoptr (PymvaDataset) word = make_texts (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, known);
  g_autoptr (PymvaDataset) multi = make_texts (PYMVA_ANALYSIS_TYPE_MULTICLASS, several);

  assert_classes (first, "noise pulse");
  assert_classes (word, "Signal background");
  assert_classes (multi, "S b c");
  assert_prepared (multi);
  g_assert_cmpint (pymva_dataset_get_n_events (multi, PYMVA_PART_TRAINING, "b"), ==, 2);
}

static void
test_signal_label (void)
{
  const double binary[] = { 0, 1, 1, 0 };
  g_autoptr (PymvaDataset) dataset = make_numbers (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, binary, 4);
  g_autoptr (PymvaDataset) named = make_dataset (4, 4);

  pymva_dataset_set_signal_label (dataset, "0");
  assert_classes (dataset, "0 1");
  pymva_dataset_set_signal_label (dataset, "1.0");
  assert_classes (dataset, "1 0");
  pymva_dataset_set_signal_label (dataset, "2");
  assert_classes (dataset, "");
  assert_refused (dataset, PYMVA_ERROR_VALUE, "“2”");

  pymva_dataset_set_signal_label (named, "background");
  assert_classes (named, "background signal");
}

/* A class's own cut and weight reach its rows of a labelled table, and only these. */
static void
test_rules_of_labels (void)
{
  const double binary[] = { 0, 1, 0, 1, 1 };
  const double expected[] = { 1, 2, 1, 2 };
  g_autoptr (PymvaDataset) dataset = make_numbers (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, binary, 5);
  g_autoptr (GError) error = NULL;
  g_autofree double *weights = NULL;
  gsize n;

  pymva_dataset_set_cut (dataset, "1", "x < 4", &error);
  g_assert_no_error (error);
  pymva_dataset_set_weight_expression (dataset, "1", "2", &error);
  g_assert_no_error (error);
  weights = get_weights (dataset, PYMVA_PART_TRAINING, &n);
  assert_values (weights, n, expected, 4);
}

static void
test_several_tables (void)
{
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);
  const char * const names[] = { "a", "b", "c", "b" };
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_test_fraction (dataset, 0);
  pymva_dataset_add_variable (dataset, "x", &error);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (PymvaTable) table = make_table (i + 1, 10 * i);

      pymva_dataset_add_class (dataset, names[i], table, 1, &error);
      g_assert_no_error (error);
    }
  assert_classes (dataset, "a b c");
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, "a"), ==, 1);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, "b"), ==, 6);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, "c"), ==, 3);
}

static void
test_missing_labels (void)
{
  const double numbers[] = { 0, NAN, 1, 0, INFINITY, -INFINITY };
  const char * const texts[] = { "a", "b", "", "b", NULL };
  g_autoptr (PymvaDataset) number = make_numbers (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, numbers, 6);
  g_autoptr (PymvaDataset) text = make_texts (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, texts);

  assert_refused (number, PYMVA_ERROR_DATA, "row 1");
  assert_refused (text, PYMVA_ERROR_DATA, "row 2");
  pymva_dataset_set_missing_values (text, PYMVA_MISSING_VALUES_PASS);
  assert_refused (text, PYMVA_ERROR_DATA, "Label “label”");
  pymva_dataset_set_missing_values (number, PYMVA_MISSING_VALUES_DROP);
  pymva_dataset_set_missing_values (text, PYMVA_MISSING_VALUES_DROP);
  g_assert_cmpint (pymva_dataset_get_n_events (number, PYMVA_PART_TRAINING, NULL), ==, 3);
  g_assert_cmpint (pymva_dataset_get_n_events (text, PYMVA_PART_TRAINING, NULL), ==, 3);
  assert_classes (number, "1 0");
  assert_classes (text, "a b");
}

static void
test_wrong_numbers_of_classes (void)
{
  const double one[] = { 1, 1, 1 };
  const double three[] = { 1, 2, 3 };
  g_autofree double *many = g_new (double, 2000);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_auto (GStrv) many_words = NULL;
  g_autoptr (PymvaDataset) single = make_numbers (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, one, 3);
  g_autoptr (PymvaDataset) triple = make_numbers (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, three, 3);
  g_autoptr (PymvaDataset) endless = NULL;
  g_autoptr (PymvaDataset) wordy = NULL;

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *word = g_strdup_printf ("event %u", i);

      many[i] = i / 7.;
      g_strv_builder_add (words, word);
    }
  many_words = g_strv_builder_end (words);
  wordy = make_texts (PYMVA_ANALYSIS_TYPE_MULTICLASS, (const char * const *) many_words);
  endless = make_numbers (PYMVA_ANALYSIS_TYPE_MULTICLASS, many, 2000);
  assert_refused (single, PYMVA_ERROR_DATA, "only one class, “1”");
  assert_refused (triple, PYMVA_ERROR_DATA, "“multiclass”");
  assert_refused (endless, PYMVA_ERROR_DATA, "“label” holds more than 1000 different values");
  assert_refused (wordy, PYMVA_ERROR_DATA, "“label” holds more than 1000 different values");
}

static void
test_wrong_types (void)
{
  g_autoptr (PymvaDataset) regression = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaDataset) classes = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) table = make_table (4, 0);
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_dataset_add_class (regression, "a", table, 1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_add_labelled (regression, table, "x", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_set_cut (regression, "a", "x", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_add_events (classes, table, 1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_add_target (classes, "x", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_add_class (classes, "", table, 1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_add_labelled (classes, table, "labl", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dataset/classes/numbers", test_numbers);
  g_test_add_func ("/dataset/classes/texts", test_texts);
  g_test_add_func ("/dataset/classes/signal-label", test_signal_label);
  g_test_add_func ("/dataset/classes/rules-of-labels", test_rules_of_labels);
  g_test_add_func ("/dataset/classes/several-tables", test_several_tables);
  g_test_add_func ("/dataset/classes/missing-labels", test_missing_labels);
  g_test_add_func ("/dataset/classes/wrong-numbers", test_wrong_numbers_of_classes);
  g_test_add_func ("/dataset/classes/wrong-types", test_wrong_types);

  return g_test_run ();
}
