/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench-score MODEL DATA: events per second of the native engine, one event at a time and in a
 * batch, on the rows of a .npy file.
 *
 * bench-score MODEL: loads the model, scores one event, and prints the peak of the process's memory
 * in kB, so that the whole process can be timed. */

#include <pymva/pymva.h>

#include "bench-common.h"

typedef struct
{
  PymvaModel *model;
  PymvaTensor *inputs;
  const float *rows;
  gsize n_rows;
  gsize n_variables;
  gsize next;
  float *outputs;
} Scoring;

static void
score_one (gpointer data)
{
  Scoring *scoring = data;

  pymva_model_score (scoring->model,
                     scoring->rows + scoring->next * scoring->n_variables,
                     scoring->outputs);
  scoring->next = (scoring->next + 1) % scoring->n_rows;
}

static void
score_batch (gpointer data)
{
  Scoring *scoring = data;

  g_object_unref (pymva_model_predict (scoring->model, scoring->inputs, NULL));
}

/* The columns of a table as one n x n_variables tensor of float32. */
static PymvaTensor *
load_inputs (const char *path,
             GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (PymvaTable) table = pymva_table_new_from_file (file, NULL, NULL, error);
  g_auto (GStrv) columns = NULL;
  g_autoptr (GBytes) bytes = NULL;
  float *rows;
  gint64 shape[2];

  if (table == NULL)
    return NULL;

  columns = pymva_table_list_columns (table);
  shape[0] = pymva_table_get_n_rows (table);
  shape[1] = g_strv_length (columns);
  rows = g_new (float, shape[0] * shape[1]);
  for (gint64 j = 0; j < shape[1]; j++)
    {
      g_autoptr (PymvaTensor) column = pymva_table_get_column (table, columns[j], NULL);
      g_autofree double *values = pymva_tensor_to_doubles (column, NULL);

      for (gint64 i = 0; i < shape[0]; i++)
        rows[i * shape[1] + j] = values[i];
    }
  bytes = g_bytes_new_take (rows, shape[0] * shape[1] * sizeof (float));

  return pymva_tensor_new (PYMVA_DTYPE_FLOAT32, shape, 2, bytes, error);
}

static int
score_first (PymvaModel *model,
             float *outputs)
{
  g_autofree float *event = g_new0 (float, pymva_model_get_n_variables (model));

  if (!pymva_model_score (model, event, outputs))
    return 1;

  bench_print_peak_memory ();
  return 0;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (argv[1]);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_model_load (file, NULL, &error);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autofree float *outputs = NULL;
  g_autofree char *name = NULL;
  g_autofree char *batch_name = NULL;
  const gint64 *shape;
  Scoring scoring;

  if (model == NULL)
    bench_fail (error);
  outputs = g_new (float, pymva_model_get_n_outputs (model));
  if (argc < 3)
    return score_first (model, outputs);

  inputs = load_inputs (argv[2], &error);
  if (inputs == NULL)
    bench_fail (error);
  shape = pymva_tensor_get_shape (inputs, NULL);
  scoring = (Scoring) {
    .model = model,
    .inputs = inputs,
    .rows = g_bytes_get_data (pymva_tensor_get_bytes (inputs), NULL),
    .n_rows = shape[0],
    .n_variables = shape[1],
    .outputs = outputs,
  };

  name = g_strdup_printf ("%s/one event, native", pymva_model_get_title (model));
  batch_name = g_strdup_printf ("%s/batch, native", pymva_model_get_title (model));
  bench_print (name, 1e9 / bench_median_ns (score_one, &scoring, shape[0]), "events/s");
  bench_print (batch_name, shape[0] * 1e9 / bench_median_ns (score_batch, &scoring, 1), "events/s");

  return 0;
}
