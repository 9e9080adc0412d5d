/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include <pymva/pymva.h>

/* score-rows: reads requests, one per line, with tabs between the words: MODEL ROWS DTYPE OUTPUTS.
 * Scores all rows of the file ROWS, which are plain numbers of the type float32 or float64, and
 * writes the outputs to the file OUTPUTS, float32. Answers with one line: “done” and the kernel
 * that the model has, or what is wrong. Wrong is also that a row gives other bits alone, in batches
 * of other sizes, or in threads.
 *
 * It runs for as long as requests come, so that a test can ask it for hundreds of models, and with
 * the kernel that PYMVA_KERNEL names, if the processor has it. */

static PymvaTensor *
read_rows (PymvaModel *model,
           const char *path,
           const char *dtype,
           GError **error)
{
  gboolean is_double = g_str_equal (dtype, "float64");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, error);
  gsize number_size = is_double ? sizeof (double) : sizeof (float);
  gsize n_variables = pymva_model_get_n_variables (model);
  gint64 shape[2] = { 0, n_variables };

  if (bytes == NULL)
    return NULL;

  shape[0] = g_bytes_get_size (bytes) / n_variables / number_size;
  return pymva_tensor_new (is_double ? PYMVA_DTYPE_FLOAT64 : PYMVA_DTYPE_FLOAT32, shape, 2, bytes,
                           error);
}

static const float *
get_outputs (PymvaTensor *outputs)
{
  return g_bytes_get_data (pymva_tensor_get_bytes (outputs), NULL);
}

static gboolean
check_same (const float *found,
            const float *expected,
            gsize n_bytes,
            const char *what,
            gint64 first,
            GError **error)
{
  if (memcmp (found, expected, n_bytes) == 0)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "%s from row %" G_GINT64_FORMAT
               " gives other bits than all rows together", what, first);
  return FALSE;
}

/* Every row through pymva_model_score(). */
static gboolean
check_single_rows (PymvaModel *model,
                   PymvaTensor *rows,
                   const float *expected,
                   GError **error)
{
  gint64 n_rows = pymva_tensor_get_shape (rows, NULL)[0];
  guint n_variables = pymva_model_get_n_variables (model);
  guint n_outputs = pymva_model_get_n_outputs (model);
  const float *inputs = g_bytes_get_data (pymva_tensor_get_bytes (rows), NULL);
  g_autofree float *outputs = g_new (float, n_outputs);

  for (gint64 i = 0; i < n_rows; i++)
    if (!pymva_model_score (model, inputs + i * n_variables, outputs) ||
        !check_same (outputs, expected + i * n_outputs, n_outputs * sizeof (float),
                     "pymva_model_score()", i, error))
      return FALSE;

  return TRUE;
}

/* All rows in batches of @size. */
static gboolean
check_batches (PymvaModel *model,
               PymvaTensor *rows,
               gint64 size,
               const float *expected,
               GError **error)
{
  gint64 n_rows = pymva_tensor_get_shape (rows, NULL)[0];
  guint n_outputs = pymva_model_get_n_outputs (model);
  g_autofree char *what = g_strdup_printf ("A batch of %" G_GINT64_FORMAT, size);

  for (gint64 first = 0; first < n_rows; first += size)
    {
      gint64 end = MIN (first + size, n_rows);
      g_autoptr (PymvaTensor) batch = pymva_tensor_slice (rows, first, end, error);
      g_autoptr (PymvaTensor) outputs = NULL;

      if (batch == NULL)
        return FALSE;
      outputs = pymva_model_predict (model, batch, error);
      if (outputs == NULL ||
          !check_same (get_outputs (outputs), expected + first * n_outputs,
                       (end - first) * n_outputs * sizeof (float), what, first, error))
        return FALSE;
    }

  return TRUE;
}

/* So many times all rows, in one batch, with several threads. */
#define N_REPEATS 5

static gboolean
check_threads (PymvaModel *model,
               PymvaTensor *rows,
               const float *expected,
               GError **error)
{
  gsize n_bytes;
  const char *bytes = g_bytes_get_data (pymva_tensor_get_bytes (rows), &n_bytes);
  const gint64 *shape = pymva_tensor_get_shape (rows, NULL);
  const gint64 many_shape[2] = { N_REPEATS * shape[0], shape[1] };
  gsize n_outputs = shape[0] * pymva_model_get_n_outputs (model);
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) many_bytes = NULL;
  g_autoptr (PymvaTensor) many_rows = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;

  for (guint i = 0; i < N_REPEATS; i++)
    g_byte_array_append (array, (const guint8 *) bytes, n_bytes);
  many_bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  many_rows = pymva_tensor_new (pymva_tensor_get_dtype (rows), many_shape, 2, many_bytes, error);
  if (many_rows == NULL)
    return FALSE;

  pymva_model_set_n_threads (model, 3);
  outputs = pymva_model_predict (model, many_rows, error);
  for (guint i = 0; outputs != NULL && i < N_REPEATS; i++)
    if (!check_same (get_outputs (outputs) + i * n_outputs, expected, n_outputs * sizeof (float),
                     "Three threads", i * shape[0], error))
      return FALSE;

  return outputs != NULL;
}

/* The answer to a request. */
static char *
serve (char **words,
       GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (words[0]);
  g_autoptr (PymvaModel) model = pymva_model_load (file, NULL, error);
  const gint64 sizes[] = { 1, 3, 17, 64, 100 };
  g_autoptr (PymvaTensor) rows = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;

  if (model == NULL)
    return NULL;
  rows = read_rows (model, words[1], words[2], error);
  if (rows == NULL)
    return NULL;
  outputs = pymva_model_predict (model, rows, error);
  if (outputs == NULL)
    return NULL;

  if (pymva_tensor_get_dtype (rows) == PYMVA_DTYPE_FLOAT32 &&
      !check_single_rows (model, rows, get_outputs (outputs), error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (!check_batches (model, rows, sizes[i], get_outputs (outputs), error))
      return NULL;
  if (!check_threads (model, rows, get_outputs (outputs), error))
    return NULL;

  if (!g_file_set_contents (words[3], (const char *) get_outputs (outputs),
                            g_bytes_get_size (pymva_tensor_get_bytes (outputs)), error))
    return NULL;

  return g_strdup_printf ("done %s", pymva_model_get_kernel (model));
}

int
main (void)
{
  char line[4096];

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      g_auto (GStrv) words = g_strsplit (g_strchomp (line), "\t", 0);
      g_autoptr (GError) error = NULL;
      g_autofree char *answer = serve (words, &error);

      g_print ("%s\n", answer != NULL ? answer : error->message);
      fflush (stdout);
    }

  return 0;
}
