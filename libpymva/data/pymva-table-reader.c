/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-error-private.h"
#include "base/pymva-names-private.h"
#include "base/pymva-options-private.h"
#include "pymva-table-private.h"
#include "pymva-table-reader-private.h"

/* Enough of a file to tell its format. */
#define START_SIZE 256

/* Text comes first: its suffix counts even where the text begins with another format's magic. */
static const PymvaTableReader native_readers[] = {
  { "csv", (const char * const[]) { "csv", "tsv", "txt", "dat", NULL }, NULL, pymva_csv_read,
    pymva_csv_open },
  { "npy", (const char * const[]) { "npy", NULL }, "\x93NUMPY", pymva_npy_read,
    pymva_npy_open },
  { "npz", (const char * const[]) { "npz", NULL }, "PK\003\004", pymva_npz_read },
};

static const PymvaKnownOption known_options[] = {
  { "format", "s", "a word" },
  { "tree", "s", "a name" },
  { "columns", "as", "a list of names" },
  { "delimiter", "s", "a letter" },
  { "header", "b", "true or false" },
  { "cut", "s", "an expression" },
  { NULL }
};

static GMutex lock;
static GPtrArray *registered; /* of const PymvaTableReader *, guarded by the lock */

void
pymva_table_register_reader (const PymvaTableReader *reader)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  if (registered == NULL)
    registered = g_ptr_array_new ();
  g_ptr_array_add (registered, (gpointer) reader);
}

/* All readers there are, the native ones first. */
static GPtrArray *
list_readers (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  GPtrArray *readers = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (native_readers); i++)
    g_ptr_array_add (readers, (gpointer) &native_readers[i]);
  for (guint i = 0; registered != NULL && i < registered->len; i++)
    g_ptr_array_add (readers, g_ptr_array_index (registered, i));

  return readers;
}

static const PymvaTableReader *
find_by_format (GPtrArray *readers,
                const char *format,
                GError **error)
{
  g_autoptr (GPtrArray) formats = g_ptr_array_new ();
  g_autofree char *near = NULL;

  for (guint i = 0; i < readers->len; i++)
    {
      const PymvaTableReader *reader = g_ptr_array_index (readers, i);

      if (g_str_equal (reader->format, format))
        return reader;
      g_ptr_array_add (formats, (gpointer) reader->format);
    }

  g_ptr_array_add (formats, NULL);
  near = pymva_names_format_near (format, (const char * const *) formats->pdata);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "there is no format “%s”%s", format, near);
  return NULL;
}

static const PymvaTableReader *
find_by_suffix (GPtrArray *readers,
                GFile *file)
{
  g_autofree char *basename = g_file_get_basename (file);
  g_autofree char *lower = g_ascii_strdown (basename != NULL ? basename : "", -1);
  const char *dot = strrchr (lower, '.');

  for (guint i = 0; dot != NULL && i < readers->len; i++)
    {
      const PymvaTableReader *reader = g_ptr_array_index (readers, i);

      if (g_strv_contains (reader->suffixes, dot + 1))
        return reader;
    }

  return NULL;
}

static const PymvaTableReader *
find_by_magic (GPtrArray *readers,
               const char *start,
               gsize size)
{
  for (guint i = 0; i < readers->len; i++)
    {
      const PymvaTableReader *reader = g_ptr_array_index (readers, i);
      gsize length = reader->magic != NULL ? strlen (reader->magic) : 0;

      if (length > 0 && length <= size && memcmp (start, reader->magic, length) == 0)
        return reader;
    }

  return NULL;
}

/* The suffix decides where it stands for text; else what the file begins with, then the suffix of
 * another format, and a file of no known kind is tried as text unless it cannot be any. */
static const PymvaTableReader *
find_by_file (GPtrArray *readers,
              GFile *file,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  const PymvaTableReader *by_suffix = find_by_suffix (readers, file);
  const PymvaTableReader *by_magic;
  char start[START_SIZE];
  gsize size;

  if (stream == NULL ||
      !g_input_stream_read_all (G_INPUT_STREAM (stream), start, sizeof start, &size, cancellable,
                                error))
    return NULL;

  if (size == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the file is empty");
      return NULL;
    }

  if (by_suffix != NULL && by_suffix->magic == NULL)
    return by_suffix;
  by_magic = find_by_magic (readers, start, size);
  if (by_magic != NULL)
    return by_magic;
  if (by_suffix != NULL)
    return by_suffix;
  if (memchr (start, '\0', size) == NULL)
    return &native_readers[0];

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "the file is of no known format; name it in the option “format”");
  return NULL;
}

/* A file is opened several times: to tell its format, its columns, and then its rows. What a pipe
 * has given once is gone, and to open one can wait for ever. What does not exist is left to those
 * that read it. */
static gboolean
check_regular (GFile *file,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GFileInfo) info = NULL;

  if (!g_file_is_native (file))
    return TRUE;
  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                            cancellable, NULL);
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_SPECIAL)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                       "this is no regular file, but a pipe or a device, and tables are read in "
                       "several goes; write it to a file first");
  return FALSE;
}

gboolean
pymva_table_check_options (GVariant *options,
                           GError **error)
{
  return pymva_options_check (options, known_options, error);
}

const PymvaTableReader *
pymva_table_find_reader (GFile *file,
                         GVariant *options,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GPtrArray) readers = list_readers ();
  const char *format;

  if (!check_regular (file, cancellable, error))
    return NULL;
  if (options != NULL && g_variant_lookup (options, "format", "&s", &format))
    return find_by_format (readers, format, error);

  return find_by_file (readers, file, cancellable, error);
}

static gboolean
read_into (PymvaTable *table,
           GFile *file,
           GVariant *options,
           GCancellable *cancellable,
           GError **error)
{
  const PymvaTableReader *reader;
  g_auto (GStrv) columns = NULL;

  if (options != NULL && g_variant_lookup (options, "cut", "&s", NULL))
    {
      if (!pymva_table_read_and_cut (table, file, options, cancellable, error))
        return FALSE;
    }
  else
    {
      reader = pymva_table_find_reader (file, options, cancellable, error);
      if (reader == NULL || !reader->read (table, file, options, cancellable, error))
        return FALSE;
    }

  if (options != NULL && g_variant_lookup (options, "columns", "^as", &columns))
    return pymva_table_pick_columns (table, (const char * const *) columns, error);

  return TRUE;
}

void
pymva_table_set_file_error (GError **error,
                            GError *reason,
                            GFile *file)
{
  g_autoptr (GError) owned = reason;
  g_autofree char *name = g_file_get_parse_name (file);

  if (reason->domain == PYMVA_ERROR)
    g_propagate_prefixed_error (error, g_steal_pointer (&owned), "In “%s”: ", name);
  else
    pymva_error_set_file (error, reason, file, "read");
}

/**
 * pymva_table_new_from_file:
 * @file: a file
 * @options: (nullable): what to read and how: `a{sv}`
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Reads a table from a file. It is told from its first bytes and the ending of its name what it is:
 *
 * - text with separators (`csv`): numbers, or words, which are kept for labels; see below;
 * - an array of NumPy (`npy`): its columns are named `column1`, `column2`, ..., or as its fields;
 * - several arrays of NumPy (`npz`): an array of one dimension is a column of its name, those of
 *   two dimensions have their columns numbered, `x1`, `x2`, ...;
 * - a ROOT file (`root`) with a TTree or RNTuple, which needs Python and its package uproot;
 * - Apache Parquet (`parquet`) and Arrow's own format (`feather`), with pyarrow;
 * - HDF5 (`hdf5`), with h5py: a group of data sets of one dimension, or one data set whose fields
 *   or columns are those of the table.
 *
 * Where there is no file of that name, `*` and `?` in the part behind the last slash stand for any
 * letters and any letter: all files whose names match are read as one table, in the order of their
 * names (see [ctor@Table.new_from_files]).
 *
 * The options are:
 *
 * - `format` (`s`): one of the words above, if the file does not tell;
 * - `columns` (`as`): the columns to read, in this order, instead of all of them;
 * - `delimiter` (`s`): what separates the values of a text, by default what the first line has of:
 *   tab, `;`, `,`, blanks;
 * - `header` (`b`): whether the first line of a text holds names, by default whether it holds
 *   anything but numbers. Columns without a name are called `column1`, `column2`, ...;
 * - `tree` (`s`): the tree of a ROOT file that has several, or the path of the data set or group in
 *   an HDF5 file;
 * - `cut` (`s`): an expression ([method@Table.evaluate]) that is true of the rows to keep. It may
 *   name columns that are not to be read. Files are read and cut piece by piece, so that memory
 *   holds what is kept; but for `npz`, which is read at once.
 *
 * In a text, values may stand in double quotes, with double quotes in them doubled. A column whose
 * first value is a number holds numbers, any other one words. Numbers are written with a decimal
 * point whatever the locale; nothing at all and `nan` stand for a missing value, NaN. Empty lines
 * are skipped. The text must be UTF-8.
 *
 * Fails with `PYMVA_ERROR_FORMAT` if the file is broken or not of its format, `PYMVA_ERROR_DATA`
 * if a column is missing or twice there, `PYMVA_ERROR_VALUE` or `PYMVA_ERROR_TYPE` if the options
 * are wrong, `PYMVA_ERROR_UNSUPPORTED` if the file is a pipe or a device, `G_IO_ERROR_NOT_FOUND` if
 * there is no such file, and `PYMVA_ERROR_FAILED` if it cannot be read. Messages about a text name
 * the line and the column.
 *
 * Returns: (transfer full): the table
 *
 * Since: 1.0
 */
PymvaTable *
pymva_table_new_from_file (GFile *file,
                           GVariant *options,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (PymvaTable) table = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (options != NULL)
    owned = g_variant_ref_sink (options);
  if (!pymva_table_check_options (options, error))
    return NULL;

  files = pymva_table_expand_file (file, cancellable, &local_error);
  if (files != NULL && (files->len > 1 || files->pdata[0] != file))
    return pymva_table_read_files (files, options, cancellable, error);

  table = pymva_table_new ();
  if (files == NULL || !read_into (table, file, options, cancellable, &local_error))
    {
      pymva_table_set_file_error (error, g_steal_pointer (&local_error), file);
      return NULL;
    }

  return g_steal_pointer (&table);
}

/**
 * pymva_table_new_from_file_async:
 * @file: a file
 * @options: (nullable): what to read and how, as in [ctor@Table.new_from_file]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): what to call when it is done, in the
 *   main context of the caller
 * @user_data: data for @callback
 *
 * Reads a table from a file without blocking; see [ctor@Table.new_from_file].
 *
 * Since: 1.0
 */
void
pymva_table_new_from_file_async (GFile *file,
                                 GVariant *options,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  pymva_table_read_async (&file, 1, options, cancellable, callback, user_data);
}

/**
 * pymva_table_new_from_file_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends reading a table that [func@Table.new_from_file_async] began.
 *
 * Returns: (transfer full): the table
 *
 * Since: 1.0
 */
PymvaTable *
pymva_table_new_from_file_finish (GAsyncResult *result,
                                  GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
