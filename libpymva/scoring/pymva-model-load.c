/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-model.h>

#include "base/pymva-digest-private.h"
#include "base/pymva-draft-private.h"
#include "base/pymva-error-private.h"
#include "pymva-model-private.h"

/* Between models and the files that hold them; pymva-model-file.c knows what is in one. */

static GBytes *
map_file (const char *path,
          GError **error)
{
  g_autoptr (GMappedFile) mapped = g_mapped_file_new (path, FALSE, error);

  return mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
}

/* @is_mapped: where a file may be mapped, so that pages are read when they are needed, and whether
 * it was, which ordinary local ones are; NULL where it may not. */
static GBytes *
read_file (GFile *file,
           GCancellable *cancellable,
           gboolean *is_mapped,
           GError **error)
{
  const char *path = g_file_peek_path (file);
  g_autoptr (GError) local_error = NULL;
  GBytes *bytes;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  if (is_mapped != NULL)
    *is_mapped = path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR);
  bytes = is_mapped != NULL && *is_mapped
            ? map_file (path, &local_error)
            : g_file_load_bytes (file, cancellable, NULL, &local_error);

  if (bytes == NULL)
    pymva_error_set_file (error, local_error, file, "read");
  return bytes;
}

GBytes *
pymva_model_read_file (GFile *file,
                       GCancellable *cancellable,
                       GError **error)
{
  gboolean is_mapped = FALSE;

  return read_file (file, cancellable, &is_mapped, error);
}

static gboolean
check_digest (GBytes *bytes,
              const char *sha256,
              GError **error)
{
  g_autofree char *found = pymva_digest_compute (bytes);

  if (g_ascii_strcasecmp (found, sha256) == 0)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED,
               "its sha256 is %s, but trust was granted to %s; it is not the file that was meant",
               found, sha256);
  return FALSE;
}

/* @sha256: the digest that the file must have, or NULL. */
static PymvaModel *
open_file (GFile *file,
           gboolean may_map,
           PymvaModelTrust trust,
           const char *sha256,
           GCancellable *cancellable,
           GError **error)
{
  gboolean is_mapped = FALSE;
  g_autoptr (GBytes) bytes = read_file (file, cancellable, may_map ? &is_mapped : NULL, error);

  if (bytes == NULL || (sha256 != NULL && !check_digest (bytes, sha256, error)))
    return NULL;

  return pymva_model_new_from_bytes (bytes, is_mapped, trust, error);
}

/* What Python will read must be what was checked: where it is the engine, or where the file may
 * hold code, the file is not mapped, and whoever changes it later changes nothing. */
static PymvaModel *
load (GFile *file,
      PymvaModelTrust trust,
      const char *sha256,
      GCancellable *cancellable,
      GError **error)
{
  PymvaModel *self =
    open_file (file, trust == PYMVA_MODEL_TRUST_NONE, trust, sha256, cancellable, error);

  if (self != NULL && self->is_mapped && self->graph == NULL)
    {
      g_object_unref (self);
      self = open_file (file, FALSE, trust, sha256, cancellable, error);
    }
  if (self == NULL)
    {
      g_autofree char *name = g_file_get_parse_name (file);

      g_prefix_error (error, "“%s” cannot be loaded: ", name);
    }
  return self;
}

/**
 * pymva_model_load:
 * @file: a `.pymva` file
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Loads a model. Nothing in the file is executed, and every part of it is checked: each entry
 * against its digest, and the whole model against outputs that the framework gave.
 *
 * Fails with `PYMVA_ERROR_FORMAT` if the file is broken, damaged or no model, with
 * `PYMVA_ERROR_VERSION` if it is of a later version of the format, with `PYMVA_ERROR_UNTRUSTED` if
 * it holds code (see [func@Model.load_trusted]), and with `G_IO_ERROR_NOT_FOUND` if there is none.
 *
 * Returns: (transfer full): the model
 *
 * Since: 1.0
 */
PymvaModel *
pymva_model_load (GFile *file,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return load (file, PYMVA_MODEL_TRUST_NONE, NULL, cancellable, error);
}

/**
 * pymva_model_load_trusted:
 * @file: a `.pymva` file
 * @sha256: the SHA-256 digest of the file, in hexadecimal digits
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Loads a model that may hold code, and grants that code trust: when the model predicts, it can do
 * whatever the program can. The error of [func@Model.load] names the digest; pass it only if you
 * trust where the file comes from. Still nothing is executed before the model predicts.
 *
 * Fails with `PYMVA_ERROR_UNTRUSTED` if the file has another digest, and like
 * [func@Model.load] otherwise.
 *
 * Returns: (transfer full): the model
 *
 * Since: 1.0
 */
PymvaModel *
pymva_model_load_trusted (GFile *file,
                          const char *sha256,
                          GCancellable *cancellable,
                          GError **error)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (sha256 != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return load (file, PYMVA_MODEL_TRUST_FULL, sha256, cancellable, error);
}

PymvaModel *
pymva_model_load_data (GFile *file,
                       GCancellable *cancellable,
                       GError **error)
{
  return load (file, PYMVA_MODEL_TRUST_FULL, NULL, cancellable, error);
}

static void
load_in_thread (GTask *task,
                gpointer source_object,
                gpointer task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  PymvaModel *self = load (G_FILE (task_data), PYMVA_MODEL_TRUST_NONE, NULL, cancellable, &error);

  if (self != NULL)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pymva_model_load_async:
 * @file: a `.pymva` file
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when the file is loaded
 * @user_data: data for @callback
 *
 * Loads a model without blocking; see [func@Model.load].
 *
 * Since: 1.0
 */
void
pymva_model_load_async (GFile *file,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_model_load_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * pymva_model_load_finish:
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [func@Model.load_async].
 *
 * Returns: (transfer full): the model
 *
 * Since: 1.0
 */
PymvaModel *
pymva_model_load_finish (GAsyncResult *result,
                         GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pymva_model_load_async), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pymva_model_save:
 * @self: a model
 * @file: where to write it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the model into a `.pymva` file. The same model gives the same bytes. A file that is there
 * is replaced as a whole: after an error, or a crash, it is the old one or the new one.
 *
 * Fails with `PYMVA_ERROR_UNSUPPORTED` for a model of live Python objects that cannot be pickled:
 * see [class@PythonMethod].
 *
 * Returns: `TRUE` if the file was written
 *
 * Since: 1.0
 */
gboolean
pymva_model_save (PymvaModel *self,
                  GFile *file,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return pymva_model_check_trained (self, error) && pymva_model_check_storable (self, error) &&
         pymva_draft_write_files (&file, &self->bytes, 1, cancellable, error);
}
