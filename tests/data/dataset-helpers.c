/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "data/pymva-table-private.h"

#include "dataset-helpers.h"

PymvaTable *
make_table (gint64 n_rows,
            double first)
{
  PymvaTable *table = pymva_table_new ();
  g_autofree double *values = g_new (double, MAX (n_rows, 1));

  for (gint64 i = 0; i < n_rows; i++)
    values[i] = first + i;
  set_column (table, "x", values, n_rows);

  return table;
}

void
set_column (PymvaTable *table,
            const char *name,
            const double *values,
            gsize n_values)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new_from_doubles (values, n_values, 0, &error);

  g_assert_no_error (error);
  pymva_table_add_column (table, name, tensor, &error);
  g_assert_no_error (error);
}

void
set_text_column (PymvaTable *table,
                 const char *name,
                 const char * const *texts)
{
  g_autoptr (GError) error = NULL;
  PymvaTextColumn *column = pymva_text_column_new ();

  for (gsize i = 0; texts[i] != NULL; i++)
    pymva_text_column_append (column, texts[i], strlen (texts[i]));
  pymva_table_add_text_column (table, name, column, &error);
  g_assert_no_error (error);
}

PymvaDataset *
make_dataset (gint64 n_signal,
              gint64 n_background)
{
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) signal = make_table (n_signal, 0);
  g_autoptr (PymvaTable) background = make_table (n_background, 1000);
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_class (dataset, "signal", signal, 1, &error);
  g_assert_no_error (error);
  pymva_dataset_add_class (dataset, "background", background, 1, &error);
  g_assert_no_error (error);
  pymva_dataset_add_variable (dataset, "x", &error);
  g_assert_no_error (error);

  return dataset;
}

double *
get_inputs (PymvaDataset *dataset,
            PymvaPart part,
            gsize *n_values)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) inputs = pymva_dataset_get_inputs (dataset, part, &error);

  g_assert_no_error (error);
  g_assert_cmpint (pymva_tensor_get_dtype (inputs), ==, PYMVA_DTYPE_FLOAT32);
  return pymva_tensor_to_doubles (inputs, n_values);
}

double *
get_weights (PymvaDataset *dataset,
             PymvaPart part,
             gsize *n_values)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) weights = pymva_dataset_get_weights (dataset, part, &error);

  g_assert_no_error (error);
  g_assert_cmpint (pymva_tensor_get_dtype (weights), ==, PYMVA_DTYPE_FLOAT64);
  return pymva_tensor_to_doubles (weights, n_values);
}

void
assert_prepared (PymvaDataset *dataset)
{
  g_autoptr (GError) error = NULL;

  pymva_dataset_prepare (dataset, NULL, &error);
  g_assert_no_error (error);
}

void
assert_refused (PymvaDataset *dataset,
                PymvaError code,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_dataset_prepare (dataset, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, (int) code);
  if (strstr (error->message, message) == NULL)
    g_error ("“%s” is not in “%s”", message, error->message);
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, NULL), ==, -1);
  g_assert_null (pymva_dataset_get_inputs (dataset, PYMVA_PART_TRAINING, NULL));
}

void
assert_values (const double *values,
               gsize n_values,
               const double *expected,
               gsize n_expected)
{
  g_assert_cmpuint (n_values, ==, n_expected);
  for (gsize i = 0; i < n_values; i++)
    g_assert_cmpfloat_with_epsilon (values[i], expected[i], 1e-12);
}
