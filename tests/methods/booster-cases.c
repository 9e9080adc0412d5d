/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <stdlib.h>

#include "data/pymva-tensor-private.h"

#include "booster-cases.h"
#include "events.h"

/* What one training told. */
typedef struct
{
  guint n_iterations;
  gint64 first_round;
  gint64 last_round;
  double first_figure;
  double last_figure;
  gboolean has_validation;
  double fraction;
  GCancellable *cancellable;
} Record;

typedef struct
{
  const char *name;
  const char *sampling;
} Fixture;

PymvaMethod *
new_booster (const char *name,
             int n_rounds)
{
  g_autoptr (GError) error = NULL;
  PymvaMethod *method = pymva_method_create_for_name (name, NULL, &error);

  g_assert_no_error (error);
  g_object_set (method, "n-estimators", n_rounds, "max-depth", 3, "seed", (gint64) 1, NULL);

  return method;
}

PymvaDataset *
new_signed_classes (PymvaNegativeWeights policy)
{
  PymvaDataset *dataset = new_two_classes (400, FALSE);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_weight_expression (dataset, NULL, "w - 0.75", &error);
  g_assert_no_error (error);
  g_object_set (dataset, "negative-weights", policy, NULL);

  return dataset;
}

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  Record *record = user_data;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_assert_cmpuint (index, ==, record->n_iterations++);
  g_assert_true (g_variant_lookup (metrics, "round", "x", &record->last_round));
  if (index == 0)
    record->first_round = record->last_round;

  g_variant_iter_init (&iter, metrics);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    if (g_str_has_prefix (key, "training_"))
      {
        record->last_figure = g_variant_get_double (value);
        if (index == 0)
          record->first_figure = record->last_figure;
      }
    else if (g_str_has_prefix (key, "validation_"))
      record->has_validation = TRUE;

  if (record->cancellable != NULL && record->n_iterations == 3)
    g_cancellable_cancel (record->cancellable);
}

static void
progress_cb (PymvaMethod *method,
             double fraction,
             gpointer user_data)
{
  Record *record = user_data;

  g_assert_cmpfloat (fraction, >=, record->fraction);
  record->fraction = fraction;
}

static void
watch (PymvaMethod *method,
       Record *record)
{
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), record);
  g_signal_connect (method, "progress", G_CALLBACK (progress_cb), record);
}

static void
test_classification (gconstpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 50);
  g_autoptr (PymvaDataset) dataset = new_two_classes (800, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaTensor) importance = NULL;
  g_autofree double *shares = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_shares;
  Record record = { 0, };

  watch (method, &record);
  assert_train (method, dataset);
  g_assert_cmpuint (record.n_iterations, ==, 50);
  g_assert_cmpint (record.last_round, ==, 50);
  g_assert_cmpfloat (record.last_figure, <, record.first_figure);
  g_assert_false (record.has_validation);
  g_assert_cmpfloat (record.fraction, ==, 1.0);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 1);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.75);

  importance = pymva_method_get_importance (method, &error);
  g_assert_no_error (error);
  shares = pymva_tensor_to_doubles (importance, &n_shares);
  g_assert_cmpuint (n_shares, ==, 4);
  g_assert_cmpfloat_with_epsilon (shares[0] + shares[1] + shares[2] + shares[3], 1.0, 1e-9);
  /* Only the variables a and c tell the classes apart. */
  g_assert_cmpfloat (MIN (shares[0], shares[2]), >, MAX (shares[1], shares[3]));
}

static void
test_multiclass (gconstpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 30);
  g_autoptr (PymvaDataset) dataset = new_three_classes (400);
  g_autoptr (PymvaTensor) responses = NULL;

  g_object_set (method, "n-threads", 2, NULL);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 3);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.8);
}

static void
test_regression (gconstpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 100);
  g_autoptr (PymvaDataset) dataset = new_regression (1500);
  g_autoptr (PymvaTensor) answers = NULL;
  g_autoptr (PymvaTensor) targets = NULL;
  g_autoptr (GError) error = NULL;

  assert_train (method, dataset);
  answers = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpint (pymva_tensor_get_length (answers, 1), ==, 2);
  targets = pymva_dataset_get_targets (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  for (gint64 column = 0; column < 2; column++)
    for (gint64 i = 0; i < pymva_tensor_get_length (answers, 0); i++)
      {
        double difference = pymva_tensor_get_value (answers, (gint64[]) { i, column }, 2) -
                            pymva_tensor_get_value (targets, (gint64[]) { i, column }, 2);

        g_assert_cmpfloat (ABS (difference), <, column == 0 ? 15.0 : 50.0);
      }
}

/* All answers for the test events, in short. */
static char *
train_and_digest (const Fixture *fixture,
                  PymvaDataset *dataset,
                  gint64 seed)
{
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 5);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (GError) error = NULL;

  pymva_method_set_options (method, fixture->sampling, &error);
  g_assert_no_error (error);
  pymva_method_set_seed (method, seed);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);

  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pymva_tensor_get_bytes (responses));
}

static void
test_seed_and_weights (gconstpointer data)
{
  g_autoptr (PymvaDataset) plain = new_two_classes (200, FALSE);
  g_autoptr (PymvaDataset) weighted = new_two_classes (200, TRUE);
  g_autofree char *first = train_and_digest (data, plain, 7);
  g_autofree char *again = train_and_digest (data, plain, 7);
  g_autofree char *other_seed = train_and_digest (data, plain, 8);
  g_autofree char *with_weights = train_and_digest (data, weighted, 7);

  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, other_seed);
  g_assert_cmpstr (first, !=, with_weights);
}

/* Policies that leave no negative weight; what passes is the framework's affair. */
static void
test_signed_weights (gconstpointer data)
{
  const Fixture *fixture = data;
  static const PymvaNegativeWeights policies[] = {
    PYMVA_NEGATIVE_WEIGHTS_DROP, PYMVA_NEGATIVE_WEIGHTS_ZERO, PYMVA_NEGATIVE_WEIGHTS_ABSOLUTE
  };
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 20);
  g_autoptr (PymvaDataset) refused = new_signed_classes (PYMVA_NEGATIVE_WEIGHTS_ERROR);

  assert_train_fails (method, refused, PYMVA_ERROR_VALUE, "negative");
  for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
    {
      g_autoptr (PymvaDataset) dataset = new_signed_classes (policies[i]);
      g_autoptr (PymvaTensor) responses = NULL;

      assert_train (method, dataset);
      responses = assert_same_answers (method, dataset, "forest", 0.0);
      g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.7);
    }
}

/* How many rounds a model says that it has. */
static int
read_rounds (PymvaMethod *method)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_method_get_model (method, &error);
  g_autofree char *manifest = NULL;
  g_autofree char *digits = NULL;
  g_autoptr (GRegex) regex = g_regex_new ("\"rounds\" : ([0-9]+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_assert_no_error (error);
  manifest = pymva_model_dup_manifest (model);
  g_assert_true (g_regex_match (regex, manifest, 0, &match));
  digits = g_match_info_fetch (match, 1);

  return atoi (digits);
}

/* The rounds after the best one are dropped, from predictions and from the model alike. */
static void
test_early_stopping (gconstpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 2000);
  g_autoptr (PymvaMethod) plain = NULL;
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, FALSE);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaTensor) expected = NULL;
  Record record = { 0, };

  g_object_set (method, "early-stopping", 10, "validation-size", "25%", NULL);
  watch (method, &record);
  assert_train (method, dataset);
  g_assert_true (record.has_validation);
  g_assert_cmpuint (record.n_iterations, <, 500);
  responses = assert_same_answers (method, dataset, "forest", 0.0);

  g_assert_cmpint (read_rounds (method) + 10, ==, record.last_round);
  plain = new_booster (fixture->name, read_rounds (method));
  g_object_set (plain, "validation-size", "25%", NULL);
  assert_train (plain, dataset);
  expected = assert_same_answers (plain, dataset, "forest", 0.0);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (responses),
                                pymva_tensor_get_bytes (expected)));
}

static void
test_monotone (gconstpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 50);
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, FALSE);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (GError) error = NULL;
  double values[100 * 4];
  double before = 2.0;

  /* Against what the events say: P(signal) rises with a. */
  g_object_set (method, "monotone-constraints", "-1,0,0,0", NULL);
  assert_train (method, dataset);
  for (int i = 0; i < 100; i++)
    {
      values[4 * i] = -3.0 + 0.06 * i;
      values[4 * i + 1] = 500.0;
      values[4 * i + 2] = 0.0;
      values[4 * i + 3] = 0.0;
    }
  inputs = pymva_tensor_new_from_doubles (values, 400, 4, &error);
  g_assert_no_error (error);
  responses = pymva_method_predict (method, inputs, NULL, &error);
  g_assert_no_error (error);
  for (gint64 i = 0; i < 100; i++)
    {
      double response = pymva_tensor_get_value (responses, (gint64[]) { i, 0 }, 2);

      g_assert_cmpfloat (response, <=, before);
      before = response;
    }
}

static void
test_cancel (gconstpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 100000);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Record record = { .cancellable = cancellable };

  watch (method, &record);
  g_assert_false (pymva_method_train (method, dataset, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (record.n_iterations, <, 100000);
  g_assert_false (pymva_method_get_trained (method));

  record = (Record) { 0, };
  g_object_set (method, "n-estimators", 5, NULL);
  assert_train (method, dataset);
  g_assert_cmpuint (record.n_iterations, ==, 5);
}

static GFile *
new_file (void)
{
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  GFile *file = g_file_new_tmp ("booster-XXXXXX.pymva", &stream, &error);

  g_assert_no_error (error);
  return file;
}

/* With what the method has learnt, or what a file holds. */
static void
test_continue (gconstpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 10);
  g_autoptr (PymvaMethod) other = new_booster (fixture->name, 10);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaTensor) from_file = NULL;
  g_autoptr (GFile) file = new_file ();
  g_autoptr (GError) error = NULL;
  Record record = { 0, };

  g_object_set (other, "continue-training", TRUE, NULL);
  assert_train_fails (other, dataset, PYMVA_ERROR_VALUE, "no training to go on from");

  assert_train (method, dataset);
  g_assert_true (pymva_method_save (method, file, NULL, &error));
  g_assert_no_error (error);
  g_object_set (method, "continue-training", TRUE, NULL);
  watch (method, &record);
  assert_train (method, dataset);
  g_assert_cmpint (record.first_round, ==, 11);
  g_assert_cmpint (record.last_round, ==, 20);
  responses = assert_same_answers (method, dataset, "forest", 0.0);

  g_object_set (other, "trained-model-file", file, NULL);
  assert_train (other, dataset);
  from_file = assert_same_answers (other, dataset, "forest", 0.0);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (responses),
                                pymva_tensor_get_bytes (from_file)));
  g_assert_true (g_file_delete (file, NULL, &error));
}

/* In a process that has not trained it, without trust. */
static void
test_save (gconstpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (PymvaTensor) inputs =
    pymva_tensor_new_from_doubles ((double[]) { 1, 500, 0, 0, NAN, 510, 0.1, 1 }, 8, 4, NULL);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaMethod) method = NULL;
  g_autoptr (PymvaDataset) dataset = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (g_test_subprocess ())
    {
      g_autoptr (GFile) saved = g_file_new_for_path (g_getenv ("PYMVA_TEST_MODEL"));
      g_autoptr (PymvaModel) model = pymva_model_load (saved, NULL, &error);

      g_assert_no_error (error);
      responses = pymva_model_predict (model, inputs, &error);
      g_assert_no_error (error);
      g_print ("%.9g %.9g\n", pymva_tensor_get_value (responses, (gint64[]) { 0, 0 }, 2),
               pymva_tensor_get_value (responses, (gint64[]) { 1, 0 }, 2));
      return;
    }

  method = new_booster (fixture->name, 20);
  dataset = new_two_classes (200, FALSE);
  assert_train (method, dataset);
  file = new_file ();
  path = g_file_get_path (file);
  g_assert_true (pymva_method_save (method, file, NULL, &error));
  g_assert_no_error (error);
  responses = pymva_method_predict (method, inputs, NULL, &error);
  g_assert_no_error (error);
  expected = g_strdup_printf ("*%.9g %.9g\n*",
                              pymva_tensor_get_value (responses, (gint64[]) { 0, 0 }, 2),
                              pymva_tensor_get_value (responses, (gint64[]) { 1, 0 }, 2));

  g_setenv ("PYMVA_TEST_MODEL", path, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout (expected);
  g_assert_true (g_file_delete (file, NULL, &error));
}

/* Missing values reach the framework where the data set passes them. */
static void
test_missing_values (gconstpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (PymvaMethod) method = new_booster (fixture->name, 20);
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, FALSE);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_variable (dataset, "root := sqrt(a)", &error);
  g_assert_no_error (error);
  g_object_set (dataset, "missing-values", PYMVA_MISSING_VALUES_PASS, NULL);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "forest", 0.0);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.75);
}

static void
test_bad_values (gconstpointer data)
{
  static const struct
  {
    const char *parameters;
    PymvaAnalysisType analysis_type;
    const char *words;
  } bad[] = {
    { "{'n-estimators': <0>}", PYMVA_ANALYSIS_TYPE_CLASSIFICATION,
      "is 0; it must be between 1 and 1000000" },
    { "{'objective': <'poissonn'>}", PYMVA_ANALYSIS_TYPE_CLASSIFICATION, "it must be one of" },
    { "{'scale-pos-weight': <2.0>}", PYMVA_ANALYSIS_TYPE_MULTICLASS,
      "only a classification has one signal" },
    { "{'device': <'tpu'>}", PYMVA_ANALYSIS_TYPE_CLASSIFICATION, "it must be one of “cpu”" },
    { "{'eval-metric': <'nonsense'>}", PYMVA_ANALYSIS_TYPE_CLASSIFICATION,
      "eval-metric is “nonsense”; expected “auto”, or some of" },
    { "{'monotone-constraints': <'1,0'>}", PYMVA_ANALYSIS_TYPE_CLASSIFICATION,
      "which is for 2 variables; there are 4" },
    { "{'validation-size': <'many'>}", PYMVA_ANALYSIS_TYPE_CLASSIFICATION,
      "validation-size is “many”; expected a share" },
    { "{'early-stopping': <3>, 'validation-size': <'0'>}", PYMVA_ANALYSIS_TYPE_CLASSIFICATION,
      "leaves no event to judge the training" },
    { "{'device': <'cuda'>}", PYMVA_ANALYSIS_TYPE_CLASSIFICATION, "CUDA" },
  };
  const Fixture *fixture = data;
  g_autoptr (PymvaDataset) two = new_two_classes (50, FALSE);
  g_autoptr (PymvaDataset) three = new_three_classes (50);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PymvaMethod) method = new_booster (fixture->name, 5);
      g_autoptr (GError) error = NULL;
      gboolean multiclass = bad[i].analysis_type == PYMVA_ANALYSIS_TYPE_MULTICLASS;

      pymva_method_set_parameters (method, g_variant_new_parsed (bad[i].parameters), &error);
      g_assert_no_error (error);
      assert_train_fails (method, multiclass ? three : two, PYMVA_ERROR_VALUE, bad[i].words);
      g_assert_false (pymva_method_get_trained (method));
    }
}

void
add_booster_tests (const char *name,
                   const char *sampling)
{
  static const struct
  {
    const char *name;
    GTestDataFunc function;
  } tests[] = {
    { "classification", test_classification },
    { "multiclass", test_multiclass },
    { "regression", test_regression },
    { "seed-and-weights", test_seed_and_weights },
    { "signed-weights", test_signed_weights },
    { "early-stopping", test_early_stopping },
    { "monotone", test_monotone },
    { "cancel", test_cancel },
    { "continue", test_continue },
    { "save", test_save },
    { "missing-values", test_missing_values },
    { "bad-values", test_bad_values },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/%s/%s", name, tests[i].name);
      Fixture *fixture = g_new (Fixture, 1);

      *fixture = (Fixture) { name, sampling };
      g_test_add_data_func_full (path, fixture, tests[i].function, g_free);
    }
}
