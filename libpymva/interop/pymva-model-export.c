/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-model-export.h>

#include "base/pymva-draft-private.h"
#include "base/pymva-names-private.h"
#include "base/pymva-options-private.h"
#include "pymva-export-private.h"

static const PymvaKnownOption c_options[] = {
  { "name", "s", "a word" },
  { NULL }
};

static const PymvaKnownOption no_options[] = { { NULL } };

typedef struct
{
  const char *name;
  /* Of the files that are in it. */
  const char *suffix;
  const PymvaKnownOption *options;
  gboolean (*export) (PymvaExport *export,
                      GError **error);
} Format;

static const Format formats[] = {
  { "c", ".c", c_options, pymva_export_c },
  { "onnx", ".onnx", no_options, pymva_export_onnx },
};

/* --- for the exporters --- */

void
pymva_export_add_file (PymvaExport *self,
                       GFile *file,
                       GBytes *content)
{
  g_ptr_array_add (self->files, g_object_ref (file));
  g_ptr_array_add (self->contents, g_bytes_ref (content));
}

void
pymva_export_refuse_stage (const PymvaStage *stage,
                           guint number,
                           const char *reason,
                           GError **error)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED, "its stage %u, “%s”,%s", number,
               stage->klass->kind, reason);
}

/* --- exporting --- */

static const Format *
find_named (const char *name,
            GError **error)
{
  const char *known[G_N_ELEMENTS (formats) + 1] = { NULL };
  g_autofree char *near = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      known[i] = formats[i].name;
      if (g_str_equal (name, formats[i].name))
        return &formats[i];
    }

  near = pymva_names_format_near (name, known);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "there is no format “%s”%s", name, near);
  return NULL;
}

static const Format *
find_by_suffix (GFile *file,
                GError **error)
{
  g_autofree char *path = g_file_get_basename (file);
  g_autofree char *lower = g_ascii_strdown (path, -1);
  g_autoptr (GString) suffixes = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      if (g_str_has_suffix (lower, formats[i].suffix))
        return &formats[i];
      g_string_append_printf (suffixes, "%s“%s”", i > 0 ? " or " : "", formats[i].suffix);
    }

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "the name of the file does not show the format: say which one, or let the name end "
               "in %s", suffixes->str);
  return NULL;
}

/* Whether the format takes the options: one that only another takes is refused by that name. */
static gboolean
check_options (const Format *format,
               GVariant *options,
               GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    for (const PymvaKnownOption *option = formats[i].options; option->name != NULL; option++)
      {
        g_autoptr (GVariant) value =
          &formats[i] != format && g_variant_is_of_type (options, G_VARIANT_TYPE_VARDICT)
            ? g_variant_lookup_value (options, option->name, NULL) : NULL;

        if (value == NULL)
          continue;
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                     "only the format “%s” takes the option “%s”, and not “%s”", formats[i].name,
                     option->name, format->name);
        return FALSE;
      }

  return pymva_options_check (options, format->options, error);
}

static gboolean
make_files (PymvaExport *export,
            const char *format_name,
            GError **error)
{
  const Format *format =
    format_name != NULL ? find_named (format_name, error) : find_by_suffix (export->file, error);
  g_autoptr (PymvaGraph) graph = NULL;

  if (format == NULL || !check_options (format, export->options, error))
    return FALSE;
  if (export->model->graph == NULL)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                           "its engine is “python”: only Python can compute its outputs");
      return FALSE;
    }

  graph = pymva_model_read_graph (export->model, error);
  if (graph == NULL)
    return FALSE;

  export->graph = graph;
  return format->export (export, error);
}

/* @options: owned by the caller, or NULL. */
static gboolean
export_model (PymvaModel *self,
              GFile *file,
              const char *format,
              GVariant *options,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) contents =
    g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  PymvaExport export = {
    .model = self,
    .options = options != NULL ? options : none,
    .file = file,
    .files = files,
    .contents = contents,
  };

  if (!pymva_model_check_trained (self, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!make_files (&export, format, error))
    {
      g_prefix_error (error, "The model “%s” cannot be exported: ",
                      pymva_model_get_title (self));
      return FALSE;
    }

  return pymva_draft_write_files ((GFile **) files->pdata, (GBytes **) contents->pdata, files->len,
                                  cancellable, error);
}

/**
 * pymva_model_export:
 * @self: a model
 * @file: where to write it
 * @format: (nullable): `c` or `onnx`, or `NULL` for the format that the suffix of @file shows
 * @options: (nullable): a dictionary, see below
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the model for other programs, which need neither this library nor Python to compute its
 * outputs. The page [Take your model away](take-your-model-away.html) describes the formats. The
 * same model gives the same bytes. A file that is there is replaced as a whole, and of two files
 * both or none.
 *
 * - `c`, suffix `.c`: a file of C99 or C++, and beside it a header with the suffix `.h`. They need
 *   nothing but the C library and its mathematical functions. Its option is `name` (`s`), the
 *   identifier that all names in the header begin with: by default the name of the file.
 * - `onnx`, suffix `.onnx`: a graph of opset 14 and ai.onnx.ml 3, which takes `inputs` and gives
 *   `outputs`, both float32. It has no options.
 *
 * Fails with `PYMVA_ERROR_UNSUPPORTED` if the format cannot express the model, and the message
 * names what it is; so it is with all models whose engine is `python`. Fails with
 * `PYMVA_ERROR_VALUE` or `PYMVA_ERROR_TYPE` if there is no such format or an option is wrong, and
 * with an error of GIO if a file cannot be written.
 *
 * Returns: `TRUE` if all was written
 *
 * Since: 1.0
 */
gboolean
pymva_model_export (PymvaModel *self,
                    GFile *file,
                    const char *format,
                    GVariant *options,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GVariant) owned = NULL;

  g_return_val_if_fail (PYMVA_IS_MODEL (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (options != NULL)
    owned = g_variant_ref_sink (options);

  return export_model (self, file, format, owned, cancellable, error);
}

typedef struct
{
  GFile *file;
  char *format;
  GVariant *options;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->file);
  g_free (job->format);
  g_clear_pointer (&job->options, g_variant_unref);
  g_free (job);
}

static void
export_in_thread (GTask *task,
                  gpointer source_object,
                  gpointer task_data,
                  GCancellable *cancellable)
{
  const Job *job = task_data;
  GError *error = NULL;

  if (export_model (source_object, job->file, job->format, job->options, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pymva_model_export_async:
 * @self: a model
 * @file: where to write it
 * @format: (nullable): the name of a format, as [method@Model.export] takes it
 * @options: (nullable): a dictionary, as [method@Model.export] takes it
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when all is written
 * @user_data: data for @callback
 *
 * Writes the model for other programs without blocking; see [method@Model.export].
 *
 * Since: 1.0
 */
void
pymva_model_export_async (PymvaModel *self,
                          GFile *file,
                          const char *format,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (PYMVA_IS_MODEL (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = g_new0 (Job, 1);
  job->file = g_object_ref (file);
  job->format = g_strdup (format);
  if (options != NULL)
    job->options = g_variant_ref_sink (options);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_model_export_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, export_in_thread);
}

/**
 * pymva_model_export_finish:
 * @self: a model
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [method@Model.export_async].
 *
 * Returns: `TRUE` if all was written
 *
 * Since: 1.0
 */
gboolean
pymva_model_export_finish (PymvaModel *self,
                           GAsyncResult *result,
                           GError **error)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
