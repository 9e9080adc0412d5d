/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

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
set_options (PymvaDataset *dataset,
             const char *options)
{
  g_autoptr (GError) error = NULL;
  gboolean set = pymva_dataset_set_options (dataset, options, &error);

  g_assert_no_error (error);
  g_assert_true (set);
}

static void
assert_bad_options (PymvaDataset *dataset,
                    const char *options,
                    const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_dataset_set_options (dataset, options, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  if (strstr (error->message, message) == NULL)
    g_error ("“%s” is not in “%s”", message, error->message);
}

static gint64
count (PymvaDataset *dataset,
       PymvaPart part,
       const char *class_name)
{
  return pymva_dataset_get_n_events (dataset, part, class_name);
}

static void
test_defaults (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (10, 10);

  g_assert_cmpint (pymva_dataset_get_norm_mode (dataset), ==, PYMVA_NORM_MODE_NONE);
  g_assert_cmpint (pymva_dataset_get_mix_mode (dataset), ==, PYMVA_MIX_MODE_SAME_AS_SPLIT_MODE);
  g_assert_false (pymva_dataset_get_scale_with_cuts (dataset));

  set_options (dataset, "SplitMode=Block:MixMode=random:NormMode=numEvents:SplitSeed=7:"
                        "nTrain_signal=3:ScaleWithPreselEff");
  g_assert_cmpint (pymva_dataset_get_split_mode (dataset), ==, PYMVA_SPLIT_MODE_BLOCK);
  g_assert_cmpint (pymva_dataset_get_mix_mode (dataset), ==, PYMVA_MIX_MODE_RANDOM);
  g_assert_cmpint (pymva_dataset_get_norm_mode (dataset), ==, PYMVA_NORM_MODE_NUM_EVENTS);
  g_assert_cmpuint (pymva_dataset_get_seed (dataset), ==, 7);
  g_assert_true (pymva_dataset_get_scale_with_cuts (dataset));
  g_assert_cmpint (count (dataset, PYMVA_PART_TRAINING, "signal"), ==, 3);

  /* What a string leaves out gets TMVA's defaults. */
  set_options (dataset, "!V");
  g_assert_cmpint (pymva_dataset_get_split_mode (dataset), ==, PYMVA_SPLIT_MODE_RANDOM);
  g_assert_cmpint (pymva_dataset_get_mix_mode (dataset), ==, PYMVA_MIX_MODE_SAME_AS_SPLIT_MODE);
  g_assert_cmpint (pymva_dataset_get_norm_mode (dataset), ==, PYMVA_NORM_MODE_EQUAL_NUM_EVENTS);
  g_assert_cmpuint (pymva_dataset_get_seed (dataset), ==, 100);
  g_assert_false (pymva_dataset_get_scale_with_cuts (dataset));
  g_assert_cmpint (count (dataset, PYMVA_PART_TRAINING, "signal"), ==, 5);
}

static void
test_counts (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (10, 20);

  set_options (dataset, "nTrain_Signal=4:nTest_Background=5:SplitMode=Random:SplitSeed=100:"
                        "NormMode=NumEvents:MixMode=SameAsSplitMode:!V:H:VerboseLevel=Debug");
  g_assert_cmpint (count (dataset, PYMVA_PART_TRAINING, "signal"), ==, 4);
  g_assert_cmpint (count (dataset, PYMVA_PART_TEST, "signal"), ==, 6);
  g_assert_cmpint (count (dataset, PYMVA_PART_TRAINING, "background"), ==, 15);
  g_assert_cmpint (count (dataset, PYMVA_PART_TEST, "background"), ==, 5);

  set_options (dataset, "TrainTestSplit_Background=0.29:nTrain_Background=3");
  g_assert_cmpint (count (dataset, PYMVA_PART_TRAINING, "background"), ==, 5);
  g_assert_cmpint (count (dataset, PYMVA_PART_TEST, "background"), ==, 15);

  /* A class that is not there, which may still be added. */
  set_options (dataset, "nTrain_Signl=4");
  assert_refused (dataset, PYMVA_ERROR_VALUE, "class “Signl”");
  set_options (dataset, "nTrain_Signal=4");
  assert_prepared (dataset);
}

static void
test_class_names (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (2, 2);
  g_autoptr (PymvaTable) more = make_table (6, 500);
  g_autoptr (GError) error = NULL;

  g_object_set (dataset, "signal-label", "signal", NULL);
  pymva_dataset_add_class (dataset, "Z→ τ τ+jet_2", more, 1, &error);
  g_assert_no_error (error);
  set_options (dataset, "nTrain_Z→ τ τ+jet_2=5");
  assert_refused (dataset, PYMVA_ERROR_DATA, "3 classes");
  assert_bad_options (dataset, "nTrain_=5", "A class needs a name");
}

static void
test_scale_with_cuts (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (10, 10);
  g_autoptr (GError) error = NULL;

  /* Six of the ten events of the signal pass: 5 * 0.6 = 3, 4 * 0.6 = 2.4. */
  pymva_dataset_set_cut (dataset, "signal", "x >= 4", &error);
  g_assert_no_error (error);
  set_options (dataset, "nTrain_signal=5:nTest_signal=4:ScaleWithPreselEff=True");
  g_assert_cmpint (count (dataset, PYMVA_PART_TRAINING, "signal"), ==, 3);
  g_assert_cmpint (count (dataset, PYMVA_PART_TEST, "signal"), ==, 2);
  set_options (dataset, "nTrain_signal=5:nTest_signal=4");
  assert_refused (dataset, PYMVA_ERROR_VALUE, "5 training and 4 test");
}

static void
test_mix_mode (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (4, 2);
  g_autofree double *mixed = NULL;
  gsize n;
  guint n_in_order = 0;

  set_options (dataset, "SplitMode=Block:MixMode=Alternate:nTrain_signal=3:nTrain_background=1");
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 0, 1000, 1, 2);
  ASSERT_INPUTS (dataset, PYMVA_PART_TEST, 3, 1001);
  set_options (dataset, "SplitMode=Alternate:MixMode=Block");
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 0, 2, 1000);

  g_clear_object (&dataset);
  dataset = make_dataset (40, 40);
  set_options (dataset, "SplitMode=Block:MixMode=Random");
  mixed = get_inputs (dataset, PYMVA_PART_TRAINING, &n);
  g_assert_cmpuint (n, ==, 40);
  for (gsize i = 0; i < n; i++)
    {
      g_assert_true (mixed[i] < 20 || (mixed[i] >= 1000 && mixed[i] < 1020));
      n_in_order += i > 0 && mixed[i] > mixed[i - 1];
    }
  g_assert_cmpuint (n_in_order, <, 35);
}

static void
test_seed (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (10, 10);
  guint first;

  set_options (dataset, "SplitSeed=0");
  first = pymva_dataset_get_seed (dataset);
  g_assert_cmpuint (first, !=, 0);
  set_options (dataset, "SplitSeed=0");
  g_assert_cmpuint (pymva_dataset_get_seed (dataset), !=, first);
}

/* The sums that TMVA's DataSetFactory::RenormEvents documents. */
static void
test_norm_mode (void)
{
  static const struct
  {
    const char *options;
    double sums[2];
  } cases[] = {
    { "NormMode=None", { 10, 4 } },
    { "NormMode=NumEvents", { 5, 2 } },
    { "NormMode=EqualNumEvents", { 5, 5 } },
    { "", { 5, 5 } },
  };
  g_autoptr (PymvaDataset) dataset = make_dataset (10, 4);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_weight_expression (dataset, NULL, "2", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double sums[2] = { 0, 0 };
      g_autofree double *inputs = NULL;
      g_autofree double *weights = NULL;
      gsize n;

      set_options (dataset, cases[i].options);
      inputs = get_inputs (dataset, PYMVA_PART_TRAINING, &n);
      weights = get_weights (dataset, PYMVA_PART_TRAINING, &n);
      for (gsize k = 0; k < n; k++)
        sums[inputs[k] >= 1000] += weights[k];
      g_assert_cmpfloat_with_epsilon (sums[0], cases[i].sums[0], 1e-12);
      g_assert_cmpfloat_with_epsilon (sums[1], cases[i].sums[1], 1e-12);
    }
}

static void
test_regression (void)
{
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaTable) events = make_table (10, 0);
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_variable (dataset, "x", &error);
  pymva_dataset_add_target (dataset, "y := 2 * x", &error);
  pymva_dataset_add_events (dataset, events, 1, &error);
  g_assert_no_error (error);
  set_options (dataset, "nTrain_Regression=7:nTest_Regression=2:SplitMode=Block");
  ASSERT_INPUTS (dataset, PYMVA_PART_TRAINING, 0, 1, 2, 3, 4, 5, 6);
  ASSERT_INPUTS (dataset, PYMVA_PART_TEST, 8, 9);
  assert_bad_options (dataset, "nTrain_Signal=3", "nTrain_Regression");
  assert_bad_options (dataset, "nTrain=3", "“nTrain_Regression”");
}

static void
test_errors (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset (10, 10);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_seed (dataset, 3);
  assert_bad_options (dataset, "SplitMode=Block:SpiltMode=Random", "did you mean “SplitMode”");
  assert_bad_options (dataset, "nTran_signal=1", "did you mean “nTrain_signal”");
  assert_bad_options (dataset, "NormMode=EqualEvents", "“EqualNumEvents”");
  assert_bad_options (dataset, "SplitSeed=-1", "whole number");
  assert_bad_options (dataset, "SplitSeed=4294967296", "whole number");
  assert_bad_options (dataset, "nTrain_signal=half", "“half”");
  assert_bad_options (dataset, "TrainTestSplit_signal=1.5", "share of the events");
  assert_bad_options (dataset, "ScaleWithPreselEff=perhaps", "“true” or “false”");

  /* None of them was set. */
  g_assert_cmpint (pymva_dataset_get_split_mode (dataset), ==, PYMVA_SPLIT_MODE_RANDOM);
  g_assert_cmpint (pymva_dataset_get_norm_mode (dataset), ==, PYMVA_NORM_MODE_NONE);
  g_assert_cmpuint (pymva_dataset_get_seed (dataset), ==, 3);

  g_assert_false (pymva_dataset_set_training_fraction (dataset, NULL, 1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dataset/options/defaults", test_defaults);
  g_test_add_func ("/dataset/options/counts", test_counts);
  g_test_add_func ("/dataset/options/class-names", test_class_names);
  g_test_add_func ("/dataset/options/scale-with-cuts", test_scale_with_cuts);
  g_test_add_func ("/dataset/options/mix-mode", test_mix_mode);
  g_test_add_func ("/dataset/options/seed", test_seed);
  g_test_add_func ("/dataset/options/norm-mode", test_norm_mode);
  g_test_add_func ("/dataset/options/regression", test_regression);
  g_test_add_func ("/dataset/options/errors", test_errors);

  return g_test_run ();
}
