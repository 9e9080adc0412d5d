/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <gio/gunixoutputstream.h>
#include <unistd.h>

#include "pymva-tool-data.h"
#include "pymva-tool.h"

/* The name of the column of --row. */
#define ROW_COLUMN "row"

/* How many events are read at a time: enough that what a piece costs does not count, and few enough
 * that the pieces under way stay in the processor's cache. */
#define PIECE_SIZE 16384

/* How often the progress is looked at, in milliseconds. */
#define PROGRESS_INTERVAL 100

/* What stands for no --threads at all; all that is given is checked. */
#define DEFAULT_THREADS G_MININT

static char *output = NULL;
static char *output_format = NULL;
static char *output_tree = NULL;
static char *cut = NULL;
static char **keep = NULL;
static gboolean with_rows = FALSE;
static int n_threads = DEFAULT_THREADS;
static gboolean with_timing = FALSE;
static char *trust = NULL;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "output", 'o', G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &output,
    "Write to a file; by default, and with “-”, to standard output", "FILE" },
  { "to", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &output_format,
    "csv, npy, parquet or root; by default as the output file is named, or csv if it has no ending",
    "FORMAT" },
  { "output-tree", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &output_tree,
    "What the TTree is called in a ROOT file; by default “responses”", "NAME" },
  { "cut", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &cut,
    "Use only events for which this is true", "EXPRESSION" },
  { "keep", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &keep,
    "Write these columns, too, or expressions; may be repeated", "COLUMN,…" },
  { "row", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &with_rows,
    "Write the number of each event in the data files, from 0, as the column “row”", NULL },
  { "threads", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_INT, &n_threads,
    "Work on N threads, one of which reads; 0 is one for each processor, which is the default, but "
    "at most 4", "N" },
  { "timing", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &with_timing,
    "Say at the end where the time went", NULL },
  { "trust", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &trust,
    "Load a model that holds code, if this is the sha256 of its file", "SHA256" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static const char help[] =
  "Each event of the data files gives one row. Its columns are those to keep, and then the\n"
  "model's outputs, named after the classes or the targets; that of a model of signal and\n"
  "background is “response”, which is high for signal. The data files must have the columns that\n"
  "the model's variables are computed from. They may be larger than memory: they are read piece\n"
  "by piece.\n";

/* What has been done, of all files so far and of the one that is being read. */
typedef struct
{
  ToolProgress *progress;
  guint n_files;
  guint n_done;
  PymvaTableStream *current;
  gint64 n_read;
  gint64 n_written;
  gint64 start;
  double seconds[4];
} Work;

static const char * const time_names[] = {
  "read-seconds", "predict-seconds", "encode-seconds", "write-seconds"
};

static gboolean
to_stdout (void)
{
  return output == NULL || g_str_equal (output, "-");
}

static gboolean
check_options (GError **error)
{
  static const char * const formats[] = { "csv", "npy", "parquet", "root", NULL };

  if (files == NULL || files[1] == NULL)
    return tool_usage_error (error, "%s is missing",
                             files == NULL ? "a model file" : "a data file");
  if (n_threads < 0 && n_threads != DEFAULT_THREADS)
    return tool_usage_error (error, "--threads cannot be %d", n_threads);
  if (!tool_check_output (to_stdout () ? "/dev/stdout" : output, (const char * const *) files,
                          error))
    return FALSE;
  if (output_format == NULL)
    return TRUE;
  if (!g_strv_contains (formats, output_format))
    return tool_usage_error (error,
                             "--to cannot be “%s”; there are “csv”, “npy”, “parquet”, “root”",
                             output_format);
  if (!to_stdout () || g_str_equal (output_format, "csv"))
    return TRUE;
  if (!g_str_equal (output_format, "npy"))
    return tool_usage_error (error, "--to %s needs a file; use --output FILE", output_format);
  if (isatty (STDOUT_FILENO))
    return tool_usage_error (error, "npy is not for terminals; use --output FILE");

  return TRUE;
}

static PymvaTableWriter *
open_writer (void)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GOutputStream) stream = NULL;
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  tool_add_text (&options, "format", output_format);
  tool_add_text (&options, "tree", output_tree);

  if (to_stdout ())
    {
      stream = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
      return pymva_table_writer_new_for_stream (stream, g_variant_dict_end (&options));
    }

  file = g_file_new_for_commandline_arg (output);
  return pymva_table_writer_new (file, g_variant_dict_end (&options));
}

static GVariant *
make_options (void)
{
  g_auto (GStrv) names = tool_split_list ((const char * const *) keep);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  GVariantDict options;

  if (with_rows)
    g_strv_builder_add (builder, ROW_COLUMN);
  g_strv_builder_addv (builder, (const char **) names);
  all = g_strv_builder_end (builder);

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert_value (&options, "keep",
                               g_variant_new_strv ((const char * const *) all, -1));
  if (n_threads != DEFAULT_THREADS)
    g_variant_dict_insert (&options, "n-threads", "u", (guint) n_threads);

  return g_variant_dict_end (&options);
}

/* "950", "12.3 k", "1.21 M" */
static char *
format_count (double count)
{
  if (count >= 1e6)
    return g_strdup_printf ("%.3g M", count / 1e6);
  if (count >= 1e4)
    return g_strdup_printf ("%.3g k", count / 1e3);

  return g_strdup_printf ("%.0f", count);
}

static gboolean
show_progress (gpointer data)
{
  Work *work = data;
  double seconds = (g_get_monotonic_time () - work->start) / (double) G_TIME_SPAN_SECOND;
  double fraction = work->n_done;
  gint64 n_read = work->n_read;
  g_autofree char *count = NULL;
  g_autofree char *rate = NULL;
  g_autoptr (GVariant) metrics = NULL;

  if (work->current != NULL)
    {
      fraction += pymva_table_stream_get_fraction (work->current);
      n_read += pymva_table_stream_get_n_rows (work->current);
    }
  count = format_count (n_read);
  rate = format_count (n_read / MAX (seconds, 1e-3));
  metrics = g_variant_ref_sink (
    g_variant_new_parsed ("{'events': <%s>, 'events/s': <%s>}", count, rate));
  tool_progress_set_metrics (work->progress, 0, metrics);
  tool_progress_set_fraction (work->progress, fraction / work->n_files);

  return G_SOURCE_CONTINUE;
}

static void
add_report (Work *work,
            GVariant *report)
{
  gint64 n_read;
  gint64 n_written;

  g_variant_lookup (report, "n-read", "x", &n_read);
  g_variant_lookup (report, "n-written", "x", &n_written);
  work->n_read += n_read;
  work->n_written += n_written;
  for (guint i = 0; i < G_N_ELEMENTS (time_names); i++)
    {
      double seconds;

      g_variant_lookup (report, time_names[i], "d", &seconds);
      work->seconds[i] += seconds;
    }
}

static gboolean
apply_to_file (Work *work,
               PymvaModel *model,
               PymvaTableWriter *writer,
               const char *spec,
               GError **error)
{
  g_autoptr (PymvaTableStream) events = tool_open_stream (spec, cut);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) report = NULL;
  GAsyncResult *slot = NULL;

  pymva_table_stream_set_piece_size (events, PIECE_SIZE);
  if (with_rows)
    pymva_table_stream_add_row_numbers (events, ROW_COLUMN, work->n_read);
  work->current = events;
  pymva_model_predict_stream_async (model, events, writer, make_options (),
                                    tool_get_cancellable (), tool_store_result, &slot);
  result = tool_wait (&slot);
  work->current = NULL;
  report = pymva_model_predict_stream_finish (model, result, error);
  if (report == NULL)
    return FALSE;

  add_report (work, report);
  work->n_done++;
  return TRUE;
}

static void
print_timing (Work *work)
{
  double seconds = (g_get_monotonic_time () - work->start) / (double) G_TIME_SPAN_SECOND;

  g_printerr ("%" G_GINT64_FORMAT " events read, %" G_GINT64_FORMAT " written in %.2f s: %.0f "
              "events/s\n"
              "processor time: reading %.2f s, scoring %.2f s, formatting %.2f s, writing %.2f s\n",
              work->n_read, work->n_written, seconds, work->n_read / MAX (seconds, 1e-6),
              work->seconds[0], work->seconds[1], work->seconds[2], work->seconds[3]);
}

static gboolean
apply_to_files (PymvaModel *model,
                PymvaTableWriter *writer,
                GError **error)
{
  g_autoptr (ToolProgress) progress = NULL;
  Work work = { .n_files = g_strv_length (files) - 1, .start = g_get_monotonic_time () };
  guint timer = 0;
  gboolean done = TRUE;

  if (isatty (STDERR_FILENO))
    {
      progress = tool_progress_new ("apply", 0);
      tool_set_progress (progress);
      work.progress = progress;
      timer = g_timeout_add (PROGRESS_INTERVAL, show_progress, &work);
    }

  for (guint i = 1; done && files[i] != NULL; i++)
    done = apply_to_file (&work, model, writer, files[i], error);
  done = done && pymva_table_writer_close (writer, tool_get_cancellable (), error);

  if (progress != NULL)
    {
      g_source_remove (timer);
      show_progress (&work);
      tool_set_progress (NULL);
      tool_progress_finish (progress, done ? "done" : "not done");
    }
  if (done && with_timing)
    print_timing (&work);

  return done;
}

/* tool_apply: pymva apply MODEL FILE… */
gboolean
tool_apply (char ***arguments,
            GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "MODEL FILE…",
    "Applies a model to the events of files. It needs no Python, unless a file is read or written\n"
    "with it (ROOT, Parquet, Feather, HDF5) or the model holds code.",
    help);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaTableWriter) writer = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, tool_reading_entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error) || !check_options (error))
    return FALSE;

  model = tool_load_model (files[0], trust, error);
  if (model == NULL)
    return FALSE;
  writer = open_writer ();
  if (apply_to_files (model, writer, error))
    return TRUE;

  tool_name_options (error);
  pymva_table_writer_discard (writer);
  return FALSE;
}
