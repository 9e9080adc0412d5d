/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"

/* A model that is applied to files: the forest of two trees of scoring-fixtures.h, whose answers
 * are known. */

static GFile *folder;

static GFile *
write_file (const char *name,
            const char *text)
{
  GFile *file = g_file_get_child (folder, name);
  g_autoptr (GError) error = NULL;

  g_file_replace_contents (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL,
                           &error);
  g_assert_no_error (error);
  return file;
}

static double
answer (double x0,
        double x1)
{
  return x0 <= 0.5 ? 0.25 : x1 <= -1 ? 0.5 : 1.0;
}

/* Rows of a file, some of which have line ends in quotes, and one of which lacks a value; and what
 * is to be written of them. */
static GFile *
write_events (const char *name,
              guint n_rows,
              guint first,
              GString *expected)
{
  g_autoptr (GString) text = g_string_new ("word,unused,x1,x0\n");

  for (guint i = first; i < first + n_rows; i++)
    {
      const char *word = i % 5 == 0 ? "\"a\nb, c\"" : "plain";
      double x0 = i % 3 * 0.5;
      double x1 = i % 7 - 3.0;

      g_string_append_printf (text, "%s,,%g,%g\n", word, x1, x0);
      if (x1 != 0)
        g_string_append_printf (expected, "%s,%u,%g,%g\n", word, i, x0 + x1, answer (x0, x1));
    }

  return write_file (name, text->str);
}

static PymvaTableStream *
open_events (GFile *file,
             const char *options,
             gint64 piece_size)
{
  PymvaTableStream *events =
    pymva_table_stream_new (file, options != NULL ? g_variant_new_parsed (options) : NULL);

  pymva_table_stream_set_piece_size (events, piece_size);
  return events;
}

static GVariant *
apply (PymvaTableStream *events,
       PymvaTableWriter *writer,
       const char *options,
       GError **error)
{
  g_autoptr (PymvaModel) model = fixture_forest ();

  return pymva_model_predict_stream (
    model, events, writer, options != NULL ? g_variant_new_parsed (options) : NULL, NULL, error);
}

static void
assert_content (GFile *file,
                const char *expected)
{
  g_autofree char *text = NULL;

  g_file_load_contents (file, NULL, &text, NULL, NULL, NULL);
  g_assert_cmpstr (text, ==, expected);
}

/* The bytes depend neither on the threads nor on the pieces. */
static void
test_same_bytes (void)
{
  g_autoptr (GString) expected = g_string_new ("word,row,sum,response\n");
  g_autoptr (GFile) first = write_events ("part-1.csv", 100, 0, expected);
  g_autoptr (GFile) second = write_events ("part-2.csv", 33, 100, expected);
  g_autoptr (GFile) both = g_file_get_child (folder, "part-*.csv");
  g_autoptr (GFile) target = g_file_get_child (folder, "out.csv");

  for (guint n_threads = 1; n_threads <= 4; n_threads++)
    for (gint64 piece_size = 1; piece_size < 400; piece_size = 3 * piece_size + 1)
      {
        g_autoptr (PymvaTableStream) events =
          open_events (both, "{'cut': <'x1 != 0'>}", piece_size);
        g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
        g_autofree char *options = g_strdup_printf (
          "{'n-threads': <uint32 %u>, 'keep': <['word', 'row', 'sum := x0 + x1']>}", n_threads);
        g_autoptr (GError) error = NULL;
        g_autoptr (GVariant) report = NULL;
        gint64 n_read;
        gint64 n_written;

        pymva_table_stream_add_row_numbers (events, "row", 0);
        report = apply (events, writer, options, &error);
        g_assert_no_error (error);
        g_assert_true (g_variant_lookup (report, "n-read", "x", &n_read));
        g_assert_true (g_variant_lookup (report, "n-written", "x", &n_written));
        g_assert_cmpint (n_read, ==, 133);
        g_assert_cmpint (n_written, ==, 114);
        g_assert_cmpfloat (pymva_table_stream_get_fraction (events), ==, 1.0);
        g_assert_true (pymva_table_writer_close (writer, NULL, &error));
        assert_content (target, expected->str);
      }
}

/* More than 1024 threads are as good as 1024. */
static void
test_many_threads (void)
{
  g_autoptr (GFile) file = write_file ("events.csv", "x0,x1\n0,1\n2,3\n");
  g_autoptr (GFile) target = g_file_get_child (folder, "out.csv");
  g_autoptr (PymvaTableStream) events = open_events (file, NULL, 1);
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) report =
    apply (events, writer, "{'n-threads': <uint32 4294967294>}", &error);
  guint n_threads;

  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (report, "n-threads", "u", &n_threads));
  g_assert_cmpuint (n_threads, ==, 1024);
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  assert_content (target, "response\n0.25\n1\n");
}

static void
assert_applied (const char *text,
                const char *stream_options,
                const char *options,
                const char *expected)
{
  g_autoptr (GFile) file = write_file ("events.csv", text);
  g_autoptr (GFile) target = g_file_get_child (folder, "out.csv");
  g_autoptr (PymvaTableStream) events = open_events (file, stream_options, 2);
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) report = apply (events, writer, options, &error);

  g_assert_no_error (error);
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  g_assert_no_error (error);
  assert_content (target, expected);
}

static void
test_no_events (void)
{
  assert_applied ("x0,x1\n", NULL, "{'keep': <['x1']>}", "x1,response\n");
  assert_applied ("x0,x1\n0,1\n2,3\n4,5\n", "{'cut': <'x0 > 10'>}", "{'keep': <['x1']>}",
                  "x1,response\n");
  /* What is behind the empty pieces is there. */
  assert_applied ("x0,x1\n0,1\n0,1\n0,1\n4,5\n", "{'cut': <'x0 > 1'>}", NULL, "response\n1\n");
}

/* Words are words also where no event is left, which npy cannot hold. */
static void
test_no_words (void)
{
  g_autoptr (GFile) file = write_file ("events.csv", "x0,x1,word\n0,1,a\n2,3,b\n4,5,c\n");
  g_autoptr (GFile) target = g_file_get_child (folder, "out.npy");
  g_autoptr (PymvaTableStream) events = open_events (file, "{'cut': <'x0 > 10'>}", 2);
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) report = apply (events, writer, "{'keep': <['word']>}", &error);

  g_assert_no_error (error);
  g_assert_nonnull (report);
  g_assert_false (pymva_table_writer_close (writer, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "“word” holds words"));
}

/* What could be an expression is a column where there is one of that name. */
static void
test_names_like_expressions (void)
{
  assert_applied ("x0,x1,e/p\n0,1,7\n", NULL, "{'keep': <['e/p', 'twice := 2 * x1']>}",
                  "e/p,twice,response\n7,2,0.25\n");
  assert_applied ("e,p,x0,x1,e/p\n6,3,0,1,7\n", NULL, "{'keep': <['e/p']>}",
                  "e/p,response\n7,0.25\n");
  assert_applied ("e,p,x0,x1\n6,3,0,1\n", NULL, "{'keep': <['e/p', 'e']>}",
                  "e/p,e,response\n2,6,0.25\n");
  assert_applied ("x0,x1,e/p\n0,1,a\n", "{'cut': <'x1 > 0'>}", "{'keep': <['e/p', 'x1']>}",
                  "e/p,x1,response\na,1,0.25\n");
}

/* The first rows, and not those that are encoded first, say what is words. */
static void
test_first_rows (void)
{
  g_autoptr (GFile) words = write_file ("first-1.csv", "x0,x1,word\n0,1,a\n");
  g_autoptr (GFile) numbers = write_file ("first-2.csv", "x0,x1,word\n0,1,1\n0,1,2\n0,1,3\n");
  g_autoptr (GFile) file = g_file_get_child (folder, "first-*.csv");
  g_autoptr (GFile) target = g_file_get_child (folder, "out.csv");

  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (PymvaTableStream) events = open_events (file, NULL, 1);
      g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (
        apply (events, writer, "{'keep': <['word']>, 'n-threads': <uint32 4>}", &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
      g_assert_nonnull (strstr (error->message, "holds numbers, and in the rows before words"));
    }
}

/* The stream has all its columns again, whether or not that went well. */
static void
test_stream_after (void)
{
  static const char * const kept[] = { "{'keep': <['x0']>}", "{'keep': <['x2']>}" };
  g_autoptr (GFile) file = write_file ("events.csv", "other,x0,x1\n5,0,1\n");
  g_autoptr (GFile) target = g_file_get_child (folder, "out.csv");

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autoptr (PymvaTableStream) events = open_events (file, NULL, 1);
      g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
      g_autoptr (GVariant) report = apply (events, writer, kept[i], NULL);
      g_autoptr (PymvaTable) piece = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) names = NULL;
      g_autofree char *all = NULL;

      g_assert_true ((report != NULL) == (i == 0));
      if (report != NULL)
        pymva_table_stream_rewind (events);
      piece = pymva_table_stream_read (events, NULL, &error);
      g_assert_no_error (error);
      names = pymva_table_list_columns (piece);
      all = g_strjoinv (" ", names);
      g_assert_cmpstr (all, ==, "other x0 x1");
    }
}

/* A model of constants needs no column; the events count all the same. */
static void
test_constants (void)
{
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("test-method", PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (GFile) file = write_file ("events.csv", "a,b\n1,2\n3,4\n");
  g_autoptr (GFile) target = g_file_get_child (folder, "out.csv");
  g_autoptr (PymvaTableStream) events = open_events (file, NULL, 1);
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GVariant) report = NULL;
  g_autoptr (GError) error = NULL;

  pymva_model_builder_add_variable (builder, "one", "1", NULL, NULL);
  pymva_model_builder_add_stage (builder, g_variant_new_parsed ("{'kind': <'affine'>}"));
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  pymva_table_stream_add_row_numbers (events, "row", 0);
  report = pymva_model_predict_stream (
    model, events, writer, g_variant_new_parsed ("{'keep': <['row']>}"), NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (report);
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  assert_content (target, "row,response\n0,1\n1,1\n");
}

/* An engine of Python that answers on one thread alone, which must not wait for others. */
static GThread *engine_thread;

static gpointer
engine_load (PymvaModel *model,
             GError **error)
{
  return &engine_thread;
}

static PymvaTensor *
engine_predict (gpointer engine,
                PymvaTensor *inputs,
                GError **error)
{
  gint64 n_rows = pymva_tensor_get_length (inputs, 0);
  g_autofree float *outputs = g_new0 (float, MAX (n_rows, 1));

  g_assert_true (g_thread_self () == engine_thread);
  return fixture_tensor (PYMVA_DTYPE_FLOAT32, outputs, n_rows, 1);
}

static void
engine_free (gpointer engine)
{
}

static gboolean
engine_blocks_others (void)
{
  return g_thread_self () == engine_thread;
}

static void
test_python_worker (void)
{
  static const PymvaPythonEngine engine = {
    engine_load, engine_predict, engine_free, NULL, engine_blocks_others
  };
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("test-method", PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (GFile) file = write_file ("events.csv", "x\n1\n2\n3\n");
  g_autoptr (GFile) target = g_file_get_child (folder, "out.csv");
  g_autoptr (PymvaTableStream) events = open_events (file, NULL, 1);
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
  g_autoptr (GBytes) code = g_bytes_new_static ("pass", 4);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GVariant) report = NULL;
  g_autoptr (GError) error = NULL;
  guint n_threads;

  engine_thread = g_thread_self ();
  pymva_model_register_python_engine (&engine);
  pymva_model_builder_add_variable (builder, "x", "x", NULL, NULL);
  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'python'>, 'n_outputs': <1>}"));
  pymva_model_builder_add_backend_file (builder, "user.py", code, FALSE);
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  report = pymva_model_predict_stream (
    model, events, writer, g_variant_new_parsed ("{'n-threads': <uint32 3>}"), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (report, "n-threads", "u", &n_threads));
  g_assert_cmpuint (n_threads, ==, 1);
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  assert_content (target, "response\n0\n0\n0\n");
}

/* NaN goes to the right where the forest has learnt nothing for it, and is kept as it is. */
static void
test_missing (void)
{
  assert_applied ("x0,x1\n,-2\n1,nan\n", NULL, "{'keep': <['x0', 'twice := 2 * x1']>}",
                  "x0,twice,response\nnan,-4,0.5\n1,nan,1\n");
}

/* A second stream goes below the first, whose columns it has. */
static void
test_several_streams (void)
{
  g_autoptr (GFile) file = write_file ("events.csv", "x0,x1\n0,1\n2,3\n");
  g_autoptr (GFile) target = g_file_get_child (folder, "out.csv");
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
  g_autoptr (GError) error = NULL;
  gint64 n_rows = 0;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (PymvaTableStream) events = open_events (file, NULL, 1);
      g_autoptr (GVariant) report = NULL;

      pymva_table_stream_add_row_numbers (events, "row", n_rows);
      report = apply (events, writer, "{'keep': <['row']>}", &error);
      g_assert_no_error (error);
      n_rows += pymva_table_stream_get_n_rows (events);
    }
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  assert_content (target, "row,response\n0,0.25\n1,1\n2,0.25\n3,1\n");
}

static void
assert_fails (const char *text,
              const char *options,
              int code,
              const char *message)
{
  g_autoptr (GFile) file = write_file ("events.csv", text);
  g_autoptr (GFile) target = write_file ("out.csv", "old");

  for (guint n_threads = 1; n_threads <= 3; n_threads++)
    {
      g_autoptr (PymvaTableStream) events = open_events (file, NULL, 2);
      PymvaTableWriter *writer = pymva_table_writer_new (target, NULL);
      g_autofree char *all = g_strdup_printf ("{'n-threads': <uint32 %u>%s}", n_threads, options);
      g_autoptr (GError) error = NULL;

      g_assert_null (apply (events, writer, all, &error));
      g_assert_error (error, PYMVA_ERROR, code);
      g_assert_nonnull (strstr (error->message, message));
      g_object_unref (writer);
      assert_content (target, "old");
    }
}

static void
test_errors (void)
{
  assert_fails ("x0,y1\n0,0\n", "", PYMVA_ERROR_DATA, "no column “x1”");
  assert_fails ("x0,x1\n0,0\n1,1\n2,2\n3,?\n", "", PYMVA_ERROR_FORMAT, "line 5, column 2 (“x1”)");
  assert_fails ("x0,x1\na,0\n", "", PYMVA_ERROR_EXPRESSION, "“x0”");
  assert_fails ("x0,x1\n0,0\n", ", 'keep': <['x2']>", PYMVA_ERROR_DATA, "no column “x2”");
  assert_fails ("x0,x1\n0,0\n", ", 'keep': <['response := x0']>", PYMVA_ERROR_DATA, "“response”");
  assert_fails ("x0,x1\n0,0\n", ", 'kep': <['x0']>", PYMVA_ERROR_VALUE, "“kep”");
  assert_fails ("x0,x1\n0,0\n", ", 'keep': <'x0'>", PYMVA_ERROR_TYPE, "“keep”");
}

static void
test_cancelled (void)
{
  g_autoptr (GFile) file = write_file ("events.csv", "x0,x1\n0,1\n");
  g_autoptr (GFile) target = write_file ("out.csv", "old");
  g_autoptr (PymvaTableStream) events = open_events (file, NULL, 1);
  PymvaTableWriter *writer = pymva_table_writer_new (target, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (pymva_model_predict_stream (model, events, writer, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (writer);
  assert_content (target, "old");
}

static void
store_result (GObject *source,
              GAsyncResult *result,
              gpointer slot)
{
  *(GAsyncResult **) slot = g_object_ref (result);
}

static void
test_async (void)
{
  g_autoptr (GFile) file = write_file ("events.csv", "x0,x1\n0,1\n2,3\n");
  g_autoptr (GFile) target = g_file_get_child (folder, "out.csv");
  g_autoptr (PymvaTableStream) events = open_events (file, NULL, 1);
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (target, NULL);
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) report = NULL;
  g_autoptr (GError) error = NULL;

  pymva_model_predict_stream_async (model, events, writer, NULL, NULL, store_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  report = pymva_model_predict_stream_finish (model, result, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (report, "read-seconds", "d", NULL));
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  assert_content (target, "response\n0.25\n1\n");
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = fixture_folder ();

  g_test_add_func ("/model-stream/same-bytes", test_same_bytes);
  g_test_add_func ("/model-stream/many-threads", test_many_threads);
  g_test_add_func ("/model-stream/no-events", test_no_events);
  g_test_add_func ("/model-stream/no-words", test_no_words);
  g_test_add_func ("/model-stream/names-like-expressions", test_names_like_expressions);
  g_test_add_func ("/model-stream/first-rows", test_first_rows);
  g_test_add_func ("/model-stream/stream-after", test_stream_after);
  g_test_add_func ("/model-stream/constants", test_constants);
  g_test_add_func ("/model-stream/python-worker", test_python_worker);
  g_test_add_func ("/model-stream/missing", test_missing);
  g_test_add_func ("/model-stream/several-streams", test_several_streams);
  g_test_add_func ("/model-stream/errors", test_errors);
  g_test_add_func ("/model-stream/cancelled", test_cancelled);
  g_test_add_func ("/model-stream/async", test_async);

  status = g_test_run ();
  fixture_folder_remove (folder);
  g_object_unref (folder);

  return status;
}
