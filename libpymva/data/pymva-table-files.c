/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-error-private.h"

#include "pymva-table-builder-private.h"
#include "pymva-table-reader-private.h"

/* Several files as one table. */

static int
compare_files (gconstpointer a,
               gconstpointer b)
{
  g_autofree char *first = g_file_get_uri (*(GFile **) a);
  g_autofree char *second = g_file_get_uri (*(GFile **) b);

  return strcmp (first, second);
}

/* The files of a folder whose names match, in the order of their names. */
static gboolean
add_matches (GPtrArray *files,
             GFile *folder,
             const char *pattern,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GFileEnumerator) children = g_file_enumerate_children (
    folder, G_FILE_ATTRIBUTE_STANDARD_NAME, G_FILE_QUERY_INFO_NONE, cancellable, error);
  g_autoptr (GPatternSpec) spec = g_pattern_spec_new (pattern);
  g_autoptr (GPtrArray) matches = g_ptr_array_new_with_free_func (g_object_unref);
  GFileInfo *info;
  GFile *child;

  if (children == NULL)
    return FALSE;
  for (;;)
    {
      if (!g_file_enumerator_iterate (children, &info, &child, cancellable, error))
        return FALSE;
      if (info == NULL)
        break;
      if (g_pattern_spec_match_string (spec, g_file_info_get_name (info)))
        g_ptr_array_add (matches, g_object_ref (child));
    }
  if (matches->len == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No file is called “%s”", pattern);
      return FALSE;
    }

  g_ptr_array_sort (matches, compare_files);
  g_ptr_array_extend_and_steal (files, g_steal_pointer (&matches));
  return TRUE;
}

/* pymva_table_expand_file: the files that a name stands for: itself, or, where there is none of
 * that name and it has “*” or “?” behind its last slash, all whose names match. */
GPtrArray *
pymva_table_expand_file (GFile *file,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *name = g_file_get_basename (file);
  g_autoptr (GFile) folder = g_file_get_parent (file);

  if (name == NULL || strpbrk (name, "*?") == NULL || folder == NULL ||
      g_file_query_exists (file, cancellable))
    g_ptr_array_add (files, g_object_ref (file));
  else if (!add_matches (files, folder, name, cancellable, error))
    return NULL;

  return g_steal_pointer (&files);
}

static gboolean
append_file (PymvaTableBuilder *builder,
             GFile *file,
             GVariant *options,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (PymvaTable) table = pymva_table_new_from_file (file, options, cancellable, error);

  if (table == NULL)
    return FALSE;
  if (!pymva_table_builder_append (builder, table, NULL, error))
    {
      g_autofree char *name = g_file_get_parse_name (file);

      g_prefix_error (error, "In “%s”: ", name);
      return FALSE;
    }

  return TRUE;
}

/* pymva_table_read_files: the rows of all files, one below the other. */
PymvaTable *
pymva_table_read_files (GPtrArray *files,
                        GVariant *options,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (PymvaTableBuilder) builder = pymva_table_builder_new ();
  g_autoptr (PymvaTable) table = pymva_table_new ();

  for (guint i = 0; i < files->len; i++)
    {
      if (!append_file (builder, files->pdata[i], options, cancellable, error))
        return NULL;
    }

  return pymva_table_builder_finish (builder, table, error) ? g_steal_pointer (&table) : NULL;
}

static GPtrArray *
collect (GFile **files,
         gsize n_files)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < n_files; i++)
    g_ptr_array_add (list, g_object_ref (files[i]));

  return list;
}

/**
 * pymva_table_new_from_files:
 * @files: (array length=n_files) (transfer none): the files, in the order of their rows
 * @n_files: the number of files
 * @options: (nullable): what to read and how, as in [ctor@Table.new_from_file]
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Reads several files of the same columns as one table, the rows of each below those of the one
 * before. They may be of different formats.
 *
 * Fails as [ctor@Table.new_from_file], and with `PYMVA_ERROR_DATA` if the columns of a file are not
 * those of the first, or there is no file.
 *
 * Returns: (transfer full): the table
 *
 * Since: 1.0
 */
PymvaTable *
pymva_table_new_from_files (GFile **files,
                            gsize n_files,
                            GVariant *options,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GPtrArray) list = NULL;

  g_return_val_if_fail (files != NULL || n_files == 0, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (options != NULL)
    owned = g_variant_ref_sink (options);
  if (n_files == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_DATA, "There is no file to read");
      return NULL;
    }

  if (n_files == 1)
    return pymva_table_new_from_file (files[0], options, cancellable, error);

  list = collect (files, n_files);
  return pymva_table_read_files (list, options, cancellable, error);
}

typedef struct
{
  GPtrArray *files;
  GVariant *options;
} FilesJob;

static void
files_job_free (gpointer data)
{
  FilesJob *job = data;

  g_ptr_array_unref (job->files);
  g_clear_pointer (&job->options, g_variant_unref);
  g_free (job);
}

static void
read_in_thread (GTask *task,
                gpointer source_object,
                gpointer task_data,
                GCancellable *cancellable)
{
  FilesJob *job = task_data;
  GError *error = NULL;
  PymvaTable *table = pymva_table_new_from_files ((GFile **) job->files->pdata, job->files->len,
                                                  job->options, cancellable, &error);

  if (table != NULL)
    g_task_return_pointer (task, table, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* pymva_table_read_async: reads one or several files on another thread. */
void
pymva_table_read_async (GFile **files,
                        gsize n_files,
                        GVariant *options,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  FilesJob *job = g_new0 (FilesJob, 1);

  job->files = collect (files, n_files);
  job->options = options != NULL ? g_variant_ref_sink (options) : NULL;
  g_task_set_source_tag (task, pymva_table_read_async);
  g_task_set_task_data (task, job, files_job_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * pymva_table_new_from_files_async:
 * @files: (array length=n_files) (transfer none): the files, in the order of their rows
 * @n_files: the number of files
 * @options: (nullable): what to read and how, as in [ctor@Table.new_from_file]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): what to call when it is done, in the
 *   main context of the caller
 * @user_data: data for @callback
 *
 * Reads several files as one table without blocking; see [ctor@Table.new_from_files].
 *
 * Since: 1.0
 */
void
pymva_table_new_from_files_async (GFile **files,
                                  gsize n_files,
                                  GVariant *options,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (files != NULL || n_files == 0);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  pymva_table_read_async (files, n_files, options, cancellable, callback, user_data);
}

/**
 * pymva_table_new_from_files_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends reading a table that [func@Table.new_from_files_async] began.
 *
 * Returns: (transfer full): the table
 *
 * Since: 1.0
 */
PymvaTable *
pymva_table_new_from_files_finish (GAsyncResult *result,
                                   GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
