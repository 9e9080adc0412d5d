/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <gio/gunixoutputstream.h>
#include <unistd.h>

#include "pymva-tool-data.h"
#include "pymva-tool-writer.h"
#include "pymva-tool.h"

static char *output = NULL;
static char *output_format = NULL;
static char *trust = NULL;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "output", 'o', G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &output,
    "Write to a file; by default to standard output", "FILE" },
  { "output-format", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &output_format,
    "csv or npy; by default as the output file is named, else csv", "FORMAT" },
  { "trust", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &trust,
    "Load a model that holds code, if this is the sha256 of its file", "SHA256" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static const char help[] =
  "Each event of the data files gives one row. Its columns are named after the classes or the\n"
  "targets; that of a model of signal and background is “response”, which is high for signal.\n"
  "The data files must have the columns that the model's variables are computed from.\n";

static gboolean
to_stdout (void)
{
  return output == NULL || g_str_equal (output, "-");
}

static gboolean
find_format (ToolFormat *format,
             GError **error)
{
  if (output_format == NULL)
    *format = output != NULL && g_str_has_suffix (output, ".npy") ? TOOL_FORMAT_NPY
                                                                  : TOOL_FORMAT_CSV;
  else if (g_str_equal (output_format, "csv"))
    *format = TOOL_FORMAT_CSV;
  else if (g_str_equal (output_format, "npy"))
    *format = TOOL_FORMAT_NPY;
  else
    return tool_usage_error (error, "--output-format cannot be “%s”; there are “csv”, “npy”",
                             output_format);

  if (*format == TOOL_FORMAT_NPY && to_stdout () && isatty (STDOUT_FILENO))
    return tool_usage_error (error, "npy is not for terminals; use --output FILE");

  return TRUE;
}

static PymvaTensor *
predict_file (PymvaModel *model,
              const char *path,
              GError **error)
{
  g_autoptr (PymvaTable) events = tool_read_table (path, error);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  if (events == NULL)
    return NULL;

  pymva_model_predict_table_async (model, events, tool_get_cancellable (), tool_store_result,
                                   &slot);
  result = tool_wait (&slot);

  return pymva_model_predict_table_finish (model, result, error);
}

static char **
list_outputs (PymvaModel *model)
{
  static const char * const response[] = { "response", NULL };

  switch (pymva_model_get_analysis_type (model))
    {
    case PYMVA_ANALYSIS_TYPE_MULTICLASS:
      return pymva_model_list_classes (model);
    case PYMVA_ANALYSIS_TYPE_REGRESSION:
      return pymva_model_list_targets (model);
    default:
      return g_strdupv ((char **) response);
    }
}

static gboolean
write_stream (GFile *file,
              ToolFormat format,
              const char * const *columns,
              GPtrArray *blocks,
              GError **error)
{
  g_autoptr (GCancellable) abandoned = g_cancellable_new ();
  g_autoptr (GFileOutputStream) stream =
    g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, tool_get_cancellable (), error);

  if (stream == NULL)
    return FALSE;
  if (tool_write (G_OUTPUT_STREAM (stream), format, columns, blocks, tool_get_cancellable (),
                  error))
    return g_output_stream_close (G_OUTPUT_STREAM (stream), tool_get_cancellable (), error);

  /* Closed like this, the stream leaves the old file as it was. */
  g_cancellable_cancel (abandoned);
  g_output_stream_close (G_OUTPUT_STREAM (stream), abandoned, NULL);

  return FALSE;
}

/* A file is complete, or what it was before. GIO sees to that only where there is a file. */
static gboolean
write_file (ToolFormat format,
            const char * const *columns,
            GPtrArray *blocks,
            GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (output);
  g_autofree char *part_name = g_strconcat (output, ".part", NULL);
  g_autoptr (GFile) part = g_file_new_for_commandline_arg (part_name);

  if (g_file_query_exists (file, NULL))
    {
      if (write_stream (file, format, columns, blocks, error))
        return TRUE;
    }
  else
    {
      if (write_stream (part, format, columns, blocks, error) &&
          g_file_move (part, file, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
        return TRUE;
      g_file_delete (part, NULL, NULL);
    }

  g_prefix_error (error, "“%s” was not written: ", output);
  return FALSE;
}

/* tool_apply: pymva apply MODEL FILE… */
gboolean
tool_apply (char ***arguments,
            GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "MODEL FILE…",
    "Applies a model to the events of files. It needs no Python, unless a file is read with it\n"
    "(ROOT) or the model holds code.",
    help);
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PymvaModel) model = NULL;
  g_auto (GStrv) columns = NULL;
  g_autoptr (GOutputStream) stream = NULL;
  ToolFormat format;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, tool_reading_entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error) || !find_format (&format, error))
    return FALSE;
  if (files == NULL || files[1] == NULL)
    return tool_usage_error (error, "%s is missing",
                             files == NULL ? "a model file" : "a data file");

  model = tool_load_model (files[0], trust, error);
  if (model == NULL)
    return FALSE;
  for (guint i = 1; files[i] != NULL; i++)
    {
      PymvaTensor *responses = predict_file (model, files[i], error);

      if (responses == NULL)
        return FALSE;
      g_ptr_array_add (blocks, responses);
    }

  columns = list_outputs (model);
  if (!to_stdout ())
    return write_file (format, (const char * const *) columns, blocks, error);

  stream = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  return tool_write (stream, format, (const char * const *) columns, blocks,
                     tool_get_cancellable (), error);
}
