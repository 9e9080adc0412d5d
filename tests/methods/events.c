/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "data/pymva-tensor-private.h"

#include "events.h"

static double
normal (GRand *random)
{
  double radius = sqrt (-2.0 * log (1.0 - g_rand_double (random)));

  return radius * cos (2.0 * G_PI * g_rand_double (random));
}

static void
add_column (PymvaTable *table,
            const char *name,
            const double *values,
            gsize n_values)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) column = pymva_tensor_new_from_doubles (values, n_values, 0, &error);

  g_assert_no_error (error);
  pymva_table_add_column (table, name, column, &error);
  g_assert_no_error (error);
}

/* Columns of normal numbers with the given means and deviations, and the weights "w". */
static PymvaTable *
new_normal_table (gint64 n_events,
                  const char * const *names,
                  const double *means,
                  const double *deviations,
                  guint32 seed)
{
  PymvaTable *table = pymva_table_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree double *values = g_new (double, n_events);

  for (guint column = 0; names[column] != NULL; column++)
    {
      for (gint64 i = 0; i < n_events; i++)
        values[i] = means[column] + deviations[column] * normal (random);
      add_column (table, names[column], values, n_events);
    }
  for (gint64 i = 0; i < n_events; i++)
    values[i] = 0.5 + g_rand_double (random);
  add_column (table, "w", values, n_events);

  return table;
}

static void
add_class (PymvaDataset *dataset,
           const char *name,
           PymvaTable *events)
{
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_class (dataset, name, events, 1.0, &error);
  g_assert_no_error (error);
}

static void
add_variables (PymvaDataset *dataset,
               const char * const *names)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      pymva_dataset_add_variable (dataset, names[i], &error);
      g_assert_no_error (error);
    }
}

PymvaDataset *
new_two_classes (gint64 n_per_class,
                 gboolean weights)
{
  static const char * const names[] = { "a", "b", "c", "d", NULL };
  static const double signal_means[] = { 1.2, 500.0, -0.1, 0.0 };
  static const double background_means[] = { 0.0, 500.0, 0.0, 0.0 };
  static const double deviations[] = { 1.0, 10.0, 0.1, 1.0 };
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) signal =
    new_normal_table (n_per_class, names, signal_means, deviations, 1);
  g_autoptr (PymvaTable) background =
    new_normal_table (n_per_class, names, background_means, deviations, 2);
  g_autoptr (GError) error = NULL;

  add_class (dataset, "signal", signal);
  add_class (dataset, "background", background);
  add_variables (dataset, names);
  if (weights)
    pymva_dataset_set_weight_expression (dataset, NULL, "w", &error);
  g_assert_no_error (error);

  return dataset;
}

PymvaDataset *
new_three_classes (gint64 n_per_class)
{
  static const char * const names[] = { "a", "b", "c", NULL };
  static const char * const classes[] = { "x", "y", "z" };
  static const double deviations[] = { 1.0, 1.0, 1.0 };
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      double means[3] = { 0.0, 0.0, 0.0 };
      g_autoptr (PymvaTable) events = NULL;

      means[i] = 2.0;
      events = new_normal_table (n_per_class, names, means, deviations, 10 + i);
      add_class (dataset, classes[i], events);
    }
  add_variables (dataset, names);

  return dataset;
}

PymvaDataset *
new_regression (gint64 n_events)
{
  static const char * const names[] = { "a", "b", NULL };
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaTable) events = pymva_table_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  g_autofree double *values = g_new (double, n_events);
  g_autoptr (GError) error = NULL;

  for (guint column = 0; names[column] != NULL; column++)
    {
      for (gint64 i = 0; i < n_events; i++)
        values[i] = 5.0 * g_rand_double (random);
      add_column (events, names[column], values, n_events);
    }
  pymva_dataset_add_events (dataset, events, 1.0, &error);
  g_assert_no_error (error);
  add_variables (dataset, names);
  pymva_dataset_add_target (dataset, "f := 7*a^2 + 2", &error);
  g_assert_no_error (error);
  pymva_dataset_add_target (dataset, "g := 1000 + 100*b", &error);
  g_assert_no_error (error);

  return dataset;
}

PymvaTensor *
assert_same_answers (PymvaMethod *method,
                     PymvaDataset *dataset,
                     const char *engine,
                     double tolerance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) expected = NULL;
  g_autoptr (PymvaTensor) found = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autofree char *model_engine = NULL;
  g_autofree double *expected_values = NULL;
  g_autofree double *found_values = NULL;
  gsize n_expected;
  gsize n_found;
  gint64 n_columns;

  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  expected = pymva_method_predict (method, inputs, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_tensor_get_dtype (expected), ==, PYMVA_DTYPE_FLOAT32);
  g_assert_cmpuint (pymva_tensor_get_n_dims (expected), ==, 2);
  g_assert_cmpint (pymva_tensor_get_length (expected, 0), ==,
                   pymva_tensor_get_length (inputs, 0));

  model = pymva_method_get_model (method, &error);
  g_assert_no_error (error);
  g_object_get (model, "engine", &model_engine, NULL);
  g_assert_cmpstr (model_engine, ==, engine);
  found = pymva_model_predict (model, inputs, &error);
  g_assert_no_error (error);

  expected_values = pymva_tensor_to_doubles (expected, &n_expected);
  found_values = pymva_tensor_to_doubles (found, &n_found);
  g_assert_cmpuint (n_expected, ==, n_found);
  n_columns = pymva_tensor_get_length (expected, 1);
  for (gint64 column = 0; column < n_columns; column++)
    {
      double largest = 1.0;

      for (gsize i = column; i < n_found; i += n_columns)
        largest = MAX (largest, fabs (expected_values[i]));
      for (gsize i = column; i < n_found; i += n_columns)
        g_assert_cmpfloat (fabs (found_values[i] - expected_values[i]), <=, tolerance * largest);
    }

  return g_steal_pointer (&expected);
}

void
assert_file_needs_trust (PymvaMethod *method,
                         PymvaDataset *dataset,
                         PymvaTensor *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("model-XXXXXX.pymva", &stream, &error);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) found = NULL;
  g_autoptr (PymvaModel) model = pymva_method_get_model (method, NULL);
  g_autoptr (PymvaModel) loaded = NULL;
  g_autofree char *sha256 = NULL;

  g_assert_no_error (error);
  g_object_get (model, "sha256", &sha256, NULL);
  g_assert_true (pymva_method_save (method, file, NULL, &error));
  g_assert_no_error (error);

  g_assert_null (pymva_model_load (file, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED);
  g_assert_nonnull (strstr (error->message, sha256));
  g_clear_error (&error);

  loaded = pymva_model_load_trusted (file, sha256, NULL, &error);
  g_assert_no_error (error);
  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  found = pymva_model_predict (loaded, inputs, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (expected), pymva_tensor_get_bytes (found)));
  g_assert_true (g_file_delete (file, NULL, &error));
}

double
get_accuracy (PymvaTensor *responses,
              PymvaDataset *dataset)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  gsize n_dims;
  const gint64 *shape = pymva_tensor_get_shape (responses, &n_dims);
  gint64 n_right = 0;

  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  for (gint64 i = 0; i < shape[0]; i++)
    {
      gint64 best = 0;

      for (gint64 j = 1; j < shape[1]; j++)
        if (pymva_tensor_get_value (responses, (gint64[]) { i, j }, 2) >
            pymva_tensor_get_value (responses, (gint64[]) { i, best }, 2))
          best = j;
      if (shape[1] == 1)
        best = pymva_tensor_get_value (responses, (gint64[]) { i, 0 }, 2) < 0.5;
      n_right += best == (gint64) pymva_tensor_get_value (labels, &i, 1);
    }

  return (double) n_right / shape[0];
}

char *
new_pymva_code (const char *head)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "methods", "pymva_functions.py",
                                                 NULL);
  g_autofree char *functions = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &functions, NULL, &error);
  g_assert_no_error (error);

  return g_strconcat ("import torch\nfrom torch import nn\n", head, functions, NULL);
}

double
get_largest_error (PymvaTensor *answers,
                   PymvaDataset *dataset,
                   gint64 target)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) targets = NULL;
  double largest = 0;

  targets = pymva_dataset_get_targets (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  for (gint64 i = 0; i < pymva_tensor_get_length (answers, 0); i++)
    largest = MAX (largest, fabs (pymva_tensor_get_value (answers, (gint64[]) { i, target }, 2) -
                                  pymva_tensor_get_value (targets, (gint64[]) { i, target }, 2)));

  return largest;
}

void
assert_importance (PymvaMethod *method)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) importance = pymva_method_get_importance (method, &error);
  g_autofree double *values = NULL;
  gsize n_values;

  g_assert_no_error (error);
  values = pymva_tensor_to_doubles (importance, &n_values);
  g_assert_cmpuint (n_values, ==, 4);
  g_assert_cmpfloat_with_epsilon (values[0] + values[1] + values[2] + values[3], 1.0, 1e-9);
  g_assert_cmpfloat (MIN (values[0], values[2]), >, MAX (values[1], values[3]));
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

int
run_in_new_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("pymva-test-XXXXXX", &error);
  g_autofree char *before = g_get_current_dir ();
  int status;

  g_assert_no_error (error);
  g_assert_cmpint (g_chdir (folder), ==, 0);
  status = g_test_run ();
  g_assert_cmpint (g_chdir (before), ==, 0);
  remove_folder (folder);

  return status;
}

void
assert_train (PymvaMethod *method,
              PymvaDataset *dataset)
{
  g_autoptr (GError) error = NULL;
  gboolean success = pymva_method_train (method, dataset, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (success);
  g_assert_true (pymva_method_get_trained (method));
}

void
assert_train_fails (PymvaMethod *method,
                    PymvaDataset *dataset,
                    int code,
                    const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}
