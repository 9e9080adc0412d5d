/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include <pymva/pymva.h>

#include "data/pymva-dataset-batches-private.h"
#include "data/pymva-tensor-private.h"

#include "dataset-helpers.h"

static char *folder;

static GFile *
write_file (const char *name,
            const char *text,
            gssize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);

  return g_file_new_for_path (path);
}

/* x = first, first + 1, ..., w = 1 or 3 in turn, and a word. */
static GFile *
write_csv (const char *name,
           gint64 n_rows,
           gint64 first)
{
  g_autoptr (GString) text = g_string_new ("x,w,word\n");

  for (gint64 i = 0; i < n_rows; i++)
    g_string_append_printf (text, "%" G_GINT64_FORMAT ",%d,%s\n", first + i, i % 2 == 0 ? 1 : 3,
                            i % 3 == 0 ? "a" : "7");

  return write_file (name, text->str, text->len);
}

static void
assert_same_columns (PymvaTable *whole,
                     PymvaTable *piece,
                     gint64 first)
{
  g_auto (GStrv) names = pymva_table_list_columns (whole);
  g_auto (GStrv) found = pymva_table_list_columns (piece);
  gint64 n_rows = pymva_table_get_n_rows (piece);

  g_assert_true (g_strv_equal ((const char * const *) names, (const char * const *) found));
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (PymvaTensor) all = NULL;
      g_autoptr (PymvaTensor) some = NULL;
      g_autoptr (PymvaTensor) wanted = NULL;

      if (pymva_table_holds_words (whole, names[i]))
        {
          g_assert_true (pymva_table_holds_words (piece, names[i]));
          continue;
        }
      all = pymva_table_get_column (whole, names[i], NULL);
      some = pymva_table_get_column (piece, names[i], NULL);
      wanted = pymva_tensor_slice (all, first, first + n_rows, NULL);
      g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (some),
                                    pymva_tensor_get_bytes (wanted)));
    }
}

/* The pieces are what the whole is. */
static void
assert_pieces (GFile *file,
               GVariant *options,
               gint64 piece_size)
{
  g_autoptr (GVariant) owned = options != NULL ? g_variant_ref_sink (options) : NULL;
  g_autoptr (PymvaTableStream) stream = pymva_table_stream_new (file, owned);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) whole = pymva_table_new_from_file (file, owned, NULL, &error);

  g_assert_no_error (error);
  pymva_table_stream_set_piece_size (stream, piece_size);
  for (int pass = 0; pass < 2; pass++)
    {
      gint64 n_rows = 0;
      PymvaTable *piece;

      while ((piece = pymva_table_stream_read (stream, NULL, &error)) != NULL)
        {
          g_assert_cmpint (pymva_table_get_n_rows (piece), <=, piece_size);
          assert_same_columns (whole, piece, n_rows);
          n_rows += pymva_table_get_n_rows (piece);
          g_object_unref (piece);
        }
      g_assert_no_error (error);
      g_assert_cmpint (n_rows, ==, pymva_table_get_n_rows (whole));
      pymva_table_stream_rewind (stream);
    }
}

static void
test_pieces (void)
{
  static const char * const arrays[] = {
    "matrix.npy", "matrix-fortran.npy", "matrix-big-endian.npy", "vector.npy", "events.npy",
    "type-f2.npy", "type-i8.npy", "version3.npy", "empty.npy", "stored.npz"
  };
  g_autoptr (GFile) text = write_csv ("events.csv", 1000, 0);
  g_autoptr (GFile) quoted = write_file ("quoted.csv", "a;b\n\n1;\"x;1\"\n;7\n\"2\";y\n3;\n", -1);

  for (gint64 size = 1; size < 2000; size = size * 3 + 1)
    {
      assert_pieces (text, NULL, size);
      assert_pieces (text, g_variant_new_parsed ("{'columns': <['w', 'x']>}"), size);
      assert_pieces (text, g_variant_new_parsed ("{'cut': <'w > 2 && x < 900'>}"), size);
      assert_pieces (text, g_variant_new_parsed ("{'columns': <['x']>, 'cut': <'w > 2'>}"), size);
      assert_pieces (quoted, NULL, size);
      for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
        {
          g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "arrays", arrays[i],
                                                         NULL);
          g_autoptr (GFile) file = g_file_new_for_path (path);

          assert_pieces (file, NULL, size);
        }
    }
}

/* What a column holds is known from its first value in the file, not from that of a piece. */
static void
test_kinds (void)
{
  g_autoptr (GFile) words = write_file ("words.csv", "a,b\nx,1\n5,2\n6,3\n", -1);
  g_autoptr (GFile) numbers = write_file ("numbers.csv", "a,b\n1,1\n,2\nx,3\n", -1);
  g_autoptr (PymvaTableStream) stream = pymva_table_stream_new (numbers, NULL);
  g_autoptr (GError) error = NULL;

  assert_pieces (words, NULL, 1);

  pymva_table_stream_set_piece_size (stream, 1);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (PymvaTable) piece = pymva_table_stream_read (stream, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (pymva_table_get_n_rows (piece), ==, 1);
    }
  g_assert_null (pymva_table_stream_read (stream, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "line 4, column 1 (“a”): “x” is not a number"));
  g_assert_nonnull (strstr (error->message, "numbers.csv"));
}

static void
test_several_files (void)
{
  g_autoptr (GFile) first = write_csv ("part-1.csv", 10, 0);
  g_autoptr (GFile) second = write_csv ("part-2.csv", 5, 10);
  g_autofree char *path = g_build_filename (folder, "part-*.csv", NULL);
  g_autoptr (GFile) both = g_file_new_for_path (path);

  assert_pieces (both, NULL, 4);
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(PymvaTable **) user_data =
    pymva_table_stream_read_finish (PYMVA_TABLE_STREAM (source), result, &error);
  g_assert_no_error (error);
}

static void
test_async (void)
{
  g_autoptr (GFile) file = write_csv ("async.csv", 10, 0);
  g_autoptr (PymvaTableStream) stream = pymva_table_stream_new (file, NULL);
  g_autoptr (PymvaTable) piece = NULL;

  pymva_table_stream_read_async (stream, NULL, read_cb, &piece);
  while (piece == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (pymva_table_get_n_rows (piece), ==, 10);
}

static void
assert_stream_fails (GFile *file,
                     GVariant *options,
                     GQuark domain,
                     int code)
{
  g_autoptr (PymvaTableStream) stream = pymva_table_stream_new (file, options);
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_table_stream_read (stream, NULL, &error));
  g_assert_error (error, domain, code);
}

static void
test_errors (void)
{
  g_autoptr (GFile) missing = g_file_new_for_path ("/nonexistent/events.csv");
  g_autoptr (GFile) text = write_csv ("errors.csv", 3, 0);
  g_autoptr (GFile) broken = write_file ("broken.npy", "\x93NUMPY\1\0\4\0{}  ", 14);
  g_autoptr (PymvaTableStream) bare = g_object_new (PYMVA_TYPE_TABLE_STREAM, NULL);
  g_autoptr (GError) error = NULL;

  assert_stream_fails (missing, NULL, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  assert_stream_fails (broken, NULL, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  assert_stream_fails (text, g_variant_new_parsed ("{'columns': <['y']>}"), PYMVA_ERROR,
                       PYMVA_ERROR_DATA);
  assert_stream_fails (text, g_variant_new_parsed ("{'colums': <['x']>}"), PYMVA_ERROR,
                       PYMVA_ERROR_VALUE);
  assert_stream_fails (text, g_variant_new_parsed ("{'cut': <'x >'>}"), PYMVA_ERROR,
                       PYMVA_ERROR_EXPRESSION);
  g_assert_null (pymva_table_stream_read (bare, NULL, &error));
  g_assert_no_error (error);
}

static PymvaDataset *
new_streams (gint64 n_signal,
             gint64 n_background,
             gint64 piece_size)
{
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (GFile) signal = write_csv ("signal.csv", n_signal, 0);
  g_autoptr (GFile) background = write_csv ("background.csv", n_background, 100000);
  g_autoptr (PymvaTableStream) first = pymva_table_stream_new (signal, NULL);
  g_autoptr (PymvaTableStream) second = pymva_table_stream_new (background, NULL);
  g_autoptr (GError) error = NULL;

  pymva_table_stream_set_piece_size (first, piece_size);
  pymva_table_stream_set_piece_size (second, piece_size);
  pymva_dataset_add_class_stream (dataset, "s", first, 1.0, &error);
  g_assert_no_error (error);
  pymva_dataset_add_class_stream (dataset, "b", second, 2.0, &error);
  g_assert_no_error (error);
  pymva_dataset_add_variable (dataset, "x", &error);
  pymva_dataset_add_variable (dataset, "double := 2*x", &error);
  pymva_dataset_add_spectator (dataset, "w", &error);
  pymva_dataset_set_weight_expression (dataset, NULL, "w", &error);
  pymva_dataset_set_cut (dataset, "s", "x != 5", &error);
  g_assert_no_error (error);

  return dataset;
}

/* Every event comes once, with its class, its weight and its variables; classes are mixed. */
static void
test_batches (void)
{
  g_autoptr (PymvaDataset) dataset = new_streams (1001, 500, 64);
  g_autoptr (PymvaDatasetBatches) batches = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  PymvaDatasetPart *batch;
  gint64 n_events = 0;

  batches = pymva_dataset_batches_new (dataset, 100, &error);
  g_assert_no_error (error);
  g_assert_true (pymva_dataset_batches_count (batches, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (pymva_dataset_batches_get_n_events (batches), ==, 1500);
  g_assert_cmpint (pymva_dataset_batches_get_n_batches (batches), ==, 15);

  while ((batch = pymva_dataset_batches_next (batches, NULL, &error)) != NULL)
    {
      const float *inputs = pymva_tensor_peek_data (batch->inputs);
      const double *weights = pymva_tensor_peek_data (batch->weights);
      const double *spectators = pymva_tensor_peek_data (batch->spectators);
      const gint32 *labels = pymva_tensor_peek_data (batch->labels);
      gint64 n_signal = 0;

      for (gint64 i = 0; i < batch->n_events; i++)
        {
          gboolean is_signal = inputs[2 * i] < 100000;

          g_assert_true (g_hash_table_add (seen, GINT_TO_POINTER ((int) inputs[2 * i] + 1)));
          g_assert_cmpfloat (inputs[2 * i + 1], ==, 2 * inputs[2 * i]);
          g_assert_cmpint (labels[i], ==, is_signal ? 0 : 1);
          g_assert_cmpfloat (weights[i], ==, spectators[i] * (is_signal ? 1 : 2));
          n_signal += is_signal;
        }
      g_assert_cmpint (n_signal, >=, 66);
      g_assert_cmpint (n_signal, <=, 67);
      g_assert_cmpint (batch->n_events, <=, 102);
      n_events += batch->n_events;
      pymva_dataset_batch_free (batch);
    }
  g_assert_no_error (error);
  g_assert_cmpint (n_events, ==, 1500);
}

/* Ten times as many events take the same memory. */
static void
test_memory (void)
{
  for (gint64 n_events = 2000; n_events <= 20000; n_events *= 10)
    {
      g_autoptr (PymvaDataset) dataset = new_streams (n_events, n_events, 64);
      g_autoptr (PymvaDatasetBatches) batches = NULL;
      g_autoptr (GError) error = NULL;
      PymvaDatasetPart *batch;

      batches = pymva_dataset_batches_new (dataset, 100, &error);
      g_assert_true (pymva_dataset_batches_count (batches, NULL, &error));
      while ((batch = pymva_dataset_batches_next (batches, NULL, &error)) != NULL)
        pymva_dataset_batch_free (batch);
      g_assert_no_error (error);
      g_assert_cmpint (pymva_dataset_batches_get_most_rows (batches), >, 100);
      g_assert_cmpint (pymva_dataset_batches_get_most_rows (batches), <=, 2 * 64 + 102);
    }
}

/* The weights and their norm are those of the same events in tables. */
static void
test_weights (void)
{
  for (PymvaNormMode mode = PYMVA_NORM_MODE_NONE; mode <= PYMVA_NORM_MODE_EQUAL_NUM_EVENTS; mode++)
    {
      g_autoptr (PymvaDataset) streams = new_streams (101, 50, 16);
      g_autoptr (PymvaDataset) tables = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
      g_autoptr (PymvaDatasetBatches) batches = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree double *weights = NULL;
      double sums[2] = { 0, 0 };
      double expected[2] = { 0, 0 };
      PymvaDatasetPart *batch;
      gsize n_weights;

      for (int k = 0; k < 2; k++)
        {
          g_autofree char *path =
            g_build_filename (folder, k == 0 ? "signal.csv" : "background.csv", NULL);
          g_autoptr (GFile) file = g_file_new_for_path (path);
          g_autoptr (PymvaTable) table = pymva_table_new_from_file (file, NULL, NULL, &error);

          pymva_dataset_add_class_part (tables, k == 0 ? "s" : "b", table, k == 0 ? 1 : 2,
                                        PYMVA_PART_TRAINING, &error);
        }
      pymva_dataset_add_variable (tables, "x", &error);
      pymva_dataset_set_weight_expression (tables, NULL, "w - 2", &error);
      pymva_dataset_set_weight_expression (streams, NULL, "w - 2", &error);
      pymva_dataset_set_cut (tables, "s", "x != 5", &error);
      g_object_set (tables, "norm-mode", mode, "negative-weights",
                    PYMVA_NEGATIVE_WEIGHTS_DROP, NULL);
      g_object_set (streams, "norm-mode", mode, "negative-weights",
                    PYMVA_NEGATIVE_WEIGHTS_DROP, NULL);

      batches = pymva_dataset_batches_new (streams, 20, &error);
      g_assert_true (pymva_dataset_batches_count (batches, NULL, &error));
      g_assert_no_error (error);
      while ((batch = pymva_dataset_batches_next (batches, NULL, &error)) != NULL)
        {
          const double *some = pymva_tensor_peek_data (batch->weights);
          const gint32 *labels = pymva_tensor_peek_data (batch->labels);

          for (gint64 i = 0; i < batch->n_events; i++)
            sums[labels[i]] += some[i];
          pymva_dataset_batch_free (batch);
        }
      weights = get_weights (tables, PYMVA_PART_TRAINING, &n_weights);
      g_assert_cmpint (n_weights, ==, pymva_dataset_batches_get_n_events (batches));
      {
        g_autoptr (PymvaTensor) labels =
          pymva_dataset_get_labels (tables, PYMVA_PART_TRAINING, &error);
        const gint32 *numbers = pymva_tensor_peek_data (labels);

        for (gsize i = 0; i < n_weights; i++)
          expected[numbers[i]] += weights[i];
      }
      g_assert_cmpfloat_with_epsilon (sums[0], expected[0], 1e-9);
      g_assert_cmpfloat_with_epsilon (sums[1], expected[1], 1e-9);
    }
}

/* A batch is no larger than what there is, whatever it may be. */
static void
test_huge_batches (void)
{
  g_autoptr (PymvaDataset) dataset = new_streams (20, 20, 7);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaDatasetBatches) batches =
    pymva_dataset_batches_new (dataset, G_GINT64_CONSTANT (1) << 60, &error);
  PymvaDatasetPart *batch;

  pymva_dataset_batches_count (batches, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_dataset_batches_get_n_batches (batches), ==, 1);
  batch = pymva_dataset_batches_next (batches, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (batch->n_events, ==, pymva_dataset_batches_get_n_events (batches));
  pymva_dataset_batch_free (batch);
}

static void
assert_batches_fail (PymvaDataset *dataset,
                     PymvaError code,
                     const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaDatasetBatches) batches = pymva_dataset_batches_new (dataset, 10, &error);

  if (batches != NULL)
    g_assert_false (pymva_dataset_batches_count (batches, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, (int) code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}

static void
test_batch_errors (void)
{
  g_autoptr (PymvaDataset) dataset = new_streams (20, 20, 7);
  g_autoptr (PymvaDataset) regression = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (GFile) file = write_csv ("more.csv", 3, 0);
  g_autoptr (PymvaTableStream) stream = pymva_table_stream_new (file, NULL);
  g_autoptr (PymvaTable) table = make_table (3, 0);
  g_autoptr (GError) error = NULL;

  assert_refused (dataset, PYMVA_ERROR_UNSUPPORTED, "which are read while a method learns");
  g_assert_cmpint (pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, NULL), ==, -1);
  pymva_dataset_set_weight_expression (dataset, NULL, "12.5 - x", &error);
  assert_batches_fail (dataset, PYMVA_ERROR_VALUE, "The weight of class “s” is -0.5 in row 13");
  pymva_dataset_set_weight_expression (dataset, NULL, "v", &error);
  assert_batches_fail (dataset, PYMVA_ERROR_EXPRESSION, "“v”");
  pymva_dataset_set_weight_expression (dataset, NULL, "1", &error);
  pymva_dataset_set_cut (dataset, "b", "x < 0", &error);
  assert_batches_fail (dataset, PYMVA_ERROR_DATA, "No training events are left of class “b”");
  pymva_dataset_set_cut (dataset, "b", "1", &error);
  pymva_dataset_set_n_events (dataset, "b", PYMVA_PART_TRAINING, 5, &error);
  assert_batches_fail (dataset, PYMVA_ERROR_UNSUPPORTED, "numbers of events");
  pymva_dataset_set_n_events (dataset, "b", PYMVA_PART_TRAINING, 0, &error);
  pymva_dataset_add_class (dataset, "s", table, 1, &error);
  assert_batches_fail (dataset, PYMVA_ERROR_UNSUPPORTED, "in tables and in streams");
  g_assert_no_error (error);

  g_assert_false (pymva_dataset_add_events_stream (dataset, stream, 1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_add_class_stream (regression, "s", stream, 1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_dataset_add_events_stream (regression, stream, NAN, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pymva-stream-XXXXXX", NULL);

  g_test_add_func ("/table-stream/pieces", test_pieces);
  g_test_add_func ("/table-stream/kinds", test_kinds);
  g_test_add_func ("/table-stream/several-files", test_several_files);
  g_test_add_func ("/table-stream/async", test_async);
  g_test_add_func ("/table-stream/errors", test_errors);
  g_test_add_func ("/table-stream/batches", test_batches);
  g_test_add_func ("/table-stream/memory", test_memory);
  g_test_add_func ("/table-stream/weights", test_weights);
  g_test_add_func ("/table-stream/huge-batches", test_huge_batches);
  g_test_add_func ("/table-stream/batch-errors", test_batch_errors);

  status = g_test_run ();
  remove_folder ();

  return status;
}
