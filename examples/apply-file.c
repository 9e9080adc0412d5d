/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A model on a file that may be larger than memory: apply-file [MODEL [DATA [OUTPUT]]] scores the
 * events with what the forest example has saved, and writes the answers beside a column of the
 * data. Neither reading nor writing CSV needs Python. */

#include <locale.h>

#include <pymva/pymva.h>

typedef struct
{
  GMainLoop *loop;
  PymvaTableStream *events;
  GVariant *report;
  GError *error;
} Application;

static gboolean
show_progress (gpointer data)
{
  Application *self = data;

  g_printerr ("%.0f%%, %" G_GINT64_FORMAT " events\n",
              100 * pymva_table_stream_get_fraction (self->events),
              pymva_table_stream_get_n_rows (self->events));

  return G_SOURCE_CONTINUE;
}

static void
finished (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  Application *self = data;

  self->report = pymva_model_predict_stream_finish (PYMVA_MODEL (source), result, &self->error);
  g_main_loop_quit (self->loop);
}

/* Reads, scores and writes at the same time, on three threads, while the main loop runs. */
static GVariant *
apply (PymvaModel *model,
       PymvaTableStream *events,
       PymvaTableWriter *writer,
       GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Application self = { .loop = loop, .events = events };
  guint timer = g_timeout_add (100, show_progress, &self);

  pymva_model_predict_stream_async (
    model, events, writer,
    g_variant_new_parsed ("{'keep': <['row', 'class']>, 'n-threads': <uint32 3>}"), NULL, finished,
    &self);
  g_main_loop_run (loop);
  g_source_remove (timer);

  if (self.error != NULL)
    g_propagate_error (error, self.error);
  return self.report;
}

static gboolean
apply_to_file (const char *model_path,
               const char *data_path,
               const char *output_path,
               GError **error)
{
  g_autoptr (GFile) model_file = g_file_new_for_commandline_arg (model_path);
  g_autoptr (GFile) data_file = g_file_new_for_commandline_arg (data_path);
  g_autoptr (GFile) output_file = g_file_new_for_commandline_arg (output_path);
  g_autoptr (PymvaModel) model = pymva_model_load (model_file, NULL, error);
  g_autoptr (PymvaTableStream) events =
    pymva_table_stream_new (data_file, g_variant_new_parsed ("{'cut': <'var1 > 0'>}"));
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (output_file, NULL);
  g_autoptr (GVariant) report = NULL;
  g_autoptr (PymvaTable) written = NULL;
  g_auto (GStrv) columns = NULL;
  g_autofree char *list = NULL;
  gint64 n_read;
  gint64 n_written;

  if (model == NULL)
    return FALSE;

  pymva_table_stream_set_piece_size (events, 500);
  pymva_table_stream_add_row_numbers (events, "row", 0);
  report = apply (model, events, writer, error);
  /* The output appears here, complete; before, what had its name would still be there. */
  if (report == NULL || !pymva_table_writer_close (writer, NULL, error))
    return FALSE;

  g_variant_lookup (report, "n-read", "x", &n_read);
  g_variant_lookup (report, "n-written", "x", &n_written);
  g_print ("%" G_GINT64_FORMAT " events read, %" G_GINT64_FORMAT " written\n", n_read, n_written);

  written = pymva_table_new_from_file (output_file, NULL, NULL, error);
  if (written == NULL)
    return FALSE;
  columns = pymva_table_list_columns (written);
  list = g_strjoinv (", ", columns);
  g_print ("columns: %s\n", list);

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!apply_to_file (argc > 1 ? argv[1] : "forest.pymva",
                      argc > 2 ? argv[2] : "examples/data/multiclass_example.csv",
                      argc > 3 ? argv[3] : "responses.csv",
                      &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
