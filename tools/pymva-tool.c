/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>

#include "pymva-tool.h"

gboolean tool_verbose = FALSE;

static GCancellable *cancellable = NULL;
static ToolProgress *current_progress = NULL;

static const GOptionEntry common_entries[] = {
  { "verbose", 'v', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &tool_verbose,
    "Show the Python traceback of an error", NULL },
  { NULL }
};

/* tool_option_context_new: the parser of a subcommand's options, with those that all have. */
GOptionContext *
tool_option_context_new (const char *parameters,
                         const char *summary,
                         const char *description)
{
  GOptionContext *context = g_option_context_new (parameters);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, common_entries, NULL);

  return context;
}

/* tool_set_python: the GOptionArgFunc of --python. Nothing is started by it. */
gboolean
tool_set_python (const char *option,
                 const char *value,
                 gpointer data,
                 GError **error)
{
  pymva_interpreter_set_environment (pymva_interpreter_get_default (), value);

  return TRUE;
}

/* tool_usage_error: reports that the program was called in a wrong way. Returns FALSE. */
gboolean
tool_usage_error (GError **error,
                  const char *format,
                  ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);

  return FALSE;
}

static void
add_stripped (GStrvBuilder *builder,
              const char *text,
              gsize length)
{
  g_autofree char *item = g_strstrip (g_strndup (text, length));

  if (*item != '\0')
    g_strv_builder_add (builder, item);
}

/* tool_split_list:
 * @texts: (nullable): what was given to an option that may be repeated
 *
 * Splits lists at their commas. Those inside parentheses belong to an expression, for example
 * "atan2(y, x)", and stay. */
char **
tool_split_list (const char * const *texts)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      const char *start = texts[i];
      int depth = 0;

      for (const char *at = start; *at != '\0'; at++)
        {
          if (*at == '(')
            depth++;
          else if (*at == ')')
            depth--;
          else if (*at == ',' && depth <= 0)
            {
              add_stripped (builder, start, at - start);
              start = at + 1;
            }
        }
      add_stripped (builder, start, strlen (start));
    }

  return g_strv_builder_end (builder);
}

/* tool_parse_enum: the value of @type that @word names; @option is for the message. */
gboolean
tool_parse_enum (GType type,
                 const char *option,
                 const char *word,
                 int *value,
                 GError **error)
{
  g_autoptr (GEnumClass) enum_class = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value_by_nick (enum_class, word);
  g_autoptr (GString) known = NULL;

  if (found != NULL)
    {
      *value = found->value;
      return TRUE;
    }

  known = g_string_new (NULL);
  for (guint i = 0; i < enum_class->n_values; i++)
    g_string_append_printf (known, "%s“%s”", i > 0 ? ", " : "", enum_class->values[i].value_nick);

  return tool_usage_error (error, "%s cannot be “%s”; there are %s", option, word, known->str);
}

/* tool_add_text: adds an option that is a text, if it was given. */
void
tool_add_text (GVariantDict *options,
               const char *name,
               const char *text)
{
  if (text != NULL)
    g_variant_dict_insert (options, name, "s", text);
}

/* tool_name_output: a file of the working folder, called as that of @path but for its ending. */
char *
tool_name_output (const char *path,
                  const char *ending)
{
  g_autofree char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';

  return g_strconcat (name, ".", ending, NULL);
}

/* Whether a name stands for a file, or is a pattern that its name matches. */
static gboolean
is_same (const char *path,
         const GStatBuf *wanted,
         const char *spec)
{
  g_autofree char *pattern = g_path_get_basename (spec);
  g_autofree char *folder = g_path_get_dirname (spec);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *beside = g_build_filename (folder, name, NULL);
  GStatBuf found;

  if (g_stat (spec, &found) == 0)
    return found.st_dev == wanted->st_dev && found.st_ino == wanted->st_ino;

  return strpbrk (pattern, "*?") != NULL && g_pattern_match_simple (pattern, name) &&
         g_stat (beside, &found) == 0 && found.st_dev == wanted->st_dev &&
         found.st_ino == wanted->st_ino;
}

static char *
dup_path (const char *argument)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (argument);
  const char *path = g_file_peek_path (file);

  return g_strdup (path != NULL ? path : argument);
}

/* tool_check_output:
 * @output: the file to be written
 * @inputs: the files that are read: names, patterns or FILE:TREE
 *
 * Whether the output is none of the inputs, by whatever name or link: it would destroy them.
 * Terminals and other devices can be both. */
gboolean
tool_check_output (const char *output,
                   const char * const *inputs,
                   GError **error)
{
  g_autofree char *path = dup_path (output);
  GStatBuf wanted;

  if (g_stat (path, &wanted) != 0 || !S_ISREG (wanted.st_mode))
    return TRUE;

  for (guint i = 0; inputs != NULL && inputs[i] != NULL; i++)
    {
      g_autofree char *spec = dup_path (inputs[i]);
      char *colon = strrchr (spec, ':');
      gboolean same = is_same (path, &wanted, spec);

      if (!same && colon != NULL)
        {
          *colon = '\0';
          same = is_same (path, &wanted, spec);
        }
      if (same)
        return tool_usage_error (error, "“%s” is read, and cannot be written, too; choose another "
                                        "name for the output", inputs[i]);
    }

  return TRUE;
}

/* tool_print_error: one sentence on stderr; the rest of the message, which is the traceback of a
 * Python exception, only where it was asked for. */
void
tool_print_error (const char *context,
                  const GError *error)
{
  const char *message = error->message;
  gsize length = tool_verbose ? strlen (message) : strcspn (message, "\n");

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      message = "cancelled";
      length = strlen (message);
    }
  if (context != NULL)
    g_printerr ("pymva: %s: %.*s\n", context, (int) length, message);
  else
    g_printerr ("pymva: %.*s\n", (int) length, message);
}

static void
output_cb (PymvaInterpreter *interpreter,
           PymvaStream stream,
           const char *line,
           gpointer data)
{
  if (current_progress != NULL)
    tool_progress_print (current_progress, line);
  else
    g_printerr ("%s\n", line);
}

/* tool_watch_output: what Python code prints goes to stderr, because stdout is for results. */
void
tool_watch_output (void)
{
  g_signal_connect (pymva_interpreter_get_default (), "output", G_CALLBACK (output_cb), NULL);
}

/* tool_set_progress:
 * @progress: (nullable): the bar that such lines must leave in order */
void
tool_set_progress (ToolProgress *progress)
{
  current_progress = progress;
}

/* The source is removed, and with it the handler: who asks twice does not want to wait for a clean
 * end, and has the program killed. */
static gboolean
interrupted_cb (gpointer data)
{
  g_cancellable_cancel (cancellable);

  return G_SOURCE_REMOVE;
}

/* tool_get_cancellable: what Ctrl-C cancels. From the first call on, Ctrl-C no longer ends the
 * program at once, so what follows has to run in tool_wait(). */
GCancellable *
tool_get_cancellable (void)
{
  if (cancellable == NULL)
    {
      cancellable = g_cancellable_new ();
      g_unix_signal_add (SIGINT, interrupted_cb, NULL);
      g_unix_signal_add (SIGTERM, interrupted_cb, NULL);
    }

  return cancellable;
}

gboolean
tool_is_cancelled (void)
{
  return g_cancellable_is_cancelled (cancellable);
}

/* tool_store_result: a GAsyncReadyCallback for tool_wait(). */
void
tool_store_result (GObject *source,
                   GAsyncResult *result,
                   gpointer slot)
{
  *(GAsyncResult **) slot = g_object_ref (result);
}

/* tool_wait: runs the main loop, which sees Ctrl-C, until tool_store_result() has filled @slot.
 *
 * Returns: (transfer full): the result */
GAsyncResult *
tool_wait (GAsyncResult **slot)
{
  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);

  return g_steal_pointer (slot);
}

/* tool_load_model:
 * @sha256: (nullable): the file that is trusted although it holds code
 *
 * Loads a model, until Ctrl-C. */
PymvaModel *
tool_load_model (const char *path,
                 const char *sha256,
                 GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GError *local_error = NULL;
  PymvaModel *model;

  if (sha256 != NULL)
    return pymva_model_load_trusted (file, sha256, tool_get_cancellable (), error);

  pymva_model_load_async (file, tool_get_cancellable (), tool_store_result, &slot);
  result = tool_wait (&slot);

  model = pymva_model_load_finish (result, &local_error);
  if (model == NULL && g_error_matches (local_error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED,
                   "%s: give it to the option “--trust”", local_error->message);
      g_error_free (local_error);
    }
  else if (model == NULL)
    g_propagate_error (error, local_error);

  return model;
}

/* tool_load_native_model:
 * @action: what it is loaded for, as in “cannot be exported”
 *
 * Loads a model for what needs it to be native: trust in one that holds code would not help. */
PymvaModel *
tool_load_native_model (const char *path,
                        const char *action,
                        GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PymvaModel *model = tool_load_model (path, NULL, &local_error);

  if (g_error_matches (local_error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED))
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                 "“%s” cannot %s: it holds code that only Python can run", path, action);
  else if (model == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return model;
}

/* tool_save_model: writes a model, until Ctrl-C, and prints the name of its file. */
gboolean
tool_save_model (PymvaModel *model,
                 const char *path,
                 GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

  if (!pymva_model_save (model, file, tool_get_cancellable (), error))
    return FALSE;

  g_print ("%s\n", path);
  return TRUE;
}

/* tool_predict: what the model answers for rows of its variables, until Ctrl-C. */
PymvaTensor *
tool_predict (PymvaModel *model,
              PymvaTensor *inputs,
              GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  pymva_model_predict_async (model, inputs, tool_get_cancellable (), tool_store_result, &slot);
  result = tool_wait (&slot);

  return pymva_model_predict_finish (model, result, error);
}
