/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "base/pymva-draft-private.h"
#include "base/pymva-error-private.h"
#include "pymva-table-private.h"
#include "pymva-table-writer-private.h"

/**
 * PymvaTableWriter:
 *
 * Writes tables into a file, one below the other: for results larger than memory.
 *
 * ```c
 * g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (file, NULL);
 *
 * while (... && pymva_table_writer_write (writer, rows, NULL, &error))
 *   ...
 * pymva_table_writer_close (writer, NULL, &error);
 * ```
 *
 * The file takes its name when it is complete, in [method@TableWriter.close]. Until then, and after
 * an error, the file that had the name before stays as it was. A writer that is dropped without
 * being closed leaves nothing.
 *
 * The columns of the first table with rows are those of the file. By the ending of the file's name,
 * or the option `format`, that is
 *
 * - `csv`: text with commas. Each number has as many digits as it needs to be read back as it is;
 * - `npy`: an array of NumPy: of two dimensions where all columns are of one type, else of
 *   structures with the columns' names. It cannot hold words;
 * - `parquet`: Apache Parquet, which needs Python and its package pyarrow;
 * - `root`: a TTree in a ROOT file, with uproot.
 *
 * The options, an `a{sv}`, are:
 *
 * - `format` (`s`): one of the words above; by default as the file is named: `.csv` and `.txt`,
 *   `.npy`, `.parquet` and `.pq`, `.root`, and `csv` where the name has no ending;
 * - `types` (`a{ss}`): the types of columns in the file, `float32`, `float64` or `int64`, by name.
 *   By default numbers are `float64`, as in tables;
 * - `tree` (`s`): what the TTree is called, by default `responses`.
 *
 * A writer belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _PymvaTableWriter
{
  GObject parent_instance;

  GFile *file;
  GOutputStream *stream;
  GVariant *options;

  /* Guards what follows, up to the layout. That does not change once it is there. */
  GMutex lock;
  const PymvaTableFormat *format;
  GHashTable *types; /* name -> PymvaDType */
  gint64 n_rows;
  gboolean has_layout;
  PymvaTableLayout layout;

  /* Of no rows: where there are no others, the file has its columns. */
  PymvaTable *empty;
  PymvaDraft *draft;
  /* One of the two where a file is written natively: what can be gone back in, or a pipe. */
  GIOStream *file_stream;
  GOutputStream *pipe;
  PymvaTableSink *sink;
  gboolean is_closed;
};

G_DEFINE_FINAL_TYPE (PymvaTableWriter, pymva_table_writer, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_FILE,
  PROP_OPTIONS,
  PROP_STREAM,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* Says into which file it was that something cannot be written. Takes @reason. */
static gboolean
set_file_error (PymvaTableWriter *self,
                GError **error,
                GError *reason)
{
  g_autoptr (GError) owned = reason;
  g_autofree char *name = NULL;

  if (self->file == NULL || g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&owned));
      return FALSE;
    }
  if (reason->domain != PYMVA_ERROR)
    {
      pymva_error_set_file (error, reason, self->file, "written");
      return FALSE;
    }

  name = g_file_get_parse_name (self->file);
  g_propagate_prefixed_error (error, g_steal_pointer (&owned), "“%s” cannot be written: ", name);
  return FALSE;
}

/* The first rows say what the columns are; the others must have the same. */
static gboolean
settle_layout (PymvaTableWriter *self,
               PymvaTable *rows,
               GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->has_layout)
    return pymva_table_layout_check (&self->layout, rows, error);

  if (self->format == NULL)
    {
      self->format = pymva_table_find_format (self->file, self->options, error);
      if (self->format == NULL || !pymva_table_read_types (self->options, self->types, error))
        return FALSE;
    }

  pymva_table_layout_init (&self->layout, rows, self->types);
  self->has_layout = TRUE;
  return TRUE;
}

gboolean
pymva_table_writer_settle (PymvaTableWriter *self,
                           PymvaTable *columns,
                           GError **error)
{
  GError *local_error = NULL;

  return settle_layout (self, columns, &local_error) || set_file_error (self, error, local_error);
}

void
pymva_table_writer_set_type (PymvaTableWriter *self,
                             const char *column,
                             PymvaDType dtype)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_hash_table_insert (self->types, g_strdup (column), GINT_TO_POINTER (dtype));
}

void
pymva_encoded_rows_free (PymvaEncodedRows *self)
{
  g_clear_object (&self->rows);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

PymvaEncodedRows *
pymva_table_writer_encode (PymvaTableWriter *self,
                           PymvaTable *rows,
                           GError **error)
{
  g_autoptr (PymvaEncodedRows) encoded = g_new0 (PymvaEncodedRows, 1);
  GError *local_error = NULL;

  encoded->rows = g_object_ref (rows);
  if (pymva_table_get_n_rows (rows) == 0)
    return g_steal_pointer (&encoded);

  if (settle_layout (self, rows, &local_error) && self->format->encode != NULL)
    encoded->bytes = self->format->encode (&self->layout, rows, &local_error);
  if (local_error == NULL)
    return g_steal_pointer (&encoded);

  set_file_error (self, error, local_error);
  return NULL;
}

/* The stream of a new file: one that can be gone back in, unless the file is a pipe or the like. */
static GOutputStream *
open_file_stream (PymvaTableWriter *self,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (pymva_draft_get_path (self->draft));

  if (!pymva_draft_is_apart (self->draft) &&
      g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, cancellable) != G_FILE_TYPE_REGULAR)
    {
      self->pipe =
        G_OUTPUT_STREAM (g_file_append_to (file, G_FILE_CREATE_NONE, cancellable, error));
      return self->pipe;
    }

  self->file_stream = G_IO_STREAM (g_file_open_readwrite (file, cancellable, error));
  /* Standard output can have been led to the end of a file. */
  return self->file_stream != NULL && g_seekable_seek (G_SEEKABLE (self->file_stream), 0,
                                                       G_SEEK_END, cancellable, error)
           ? g_io_stream_get_output_stream (self->file_stream)
           : NULL;
}

static gboolean
open_sink (PymvaTableWriter *self,
           GCancellable *cancellable,
           GError **error)
{
  GOutputStream *stream;

  if (self->file != NULL)
    {
      self->draft = pymva_draft_new (self->file, error);
      if (self->draft == NULL)
        return FALSE;
    }

  if (self->format->open_path != NULL)
    {
      self->sink = self->format->open_path (&self->layout, pymva_draft_get_path (self->draft),
                                            self->options, error);
      return self->sink != NULL;
    }

  stream = self->file != NULL ? open_file_stream (self, cancellable, error) : self->stream;
  if (stream != NULL)
    self->sink = self->format->open_stream (&self->layout, stream, cancellable, error);
  return self->sink != NULL;
}

static gboolean
append (PymvaTableWriter *self,
        PymvaEncodedRows *encoded,
        GCancellable *cancellable,
        GError **error)
{
  if (pymva_table_get_n_rows (encoded->rows) == 0)
    {
      g_set_object (&self->empty, encoded->rows);
      return TRUE;
    }

  if ((self->sink == NULL && !open_sink (self, cancellable, error)) ||
      !self->sink->write (self->sink, encoded->rows, encoded->bytes, cancellable, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  self->n_rows += pymva_table_get_n_rows (encoded->rows);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
check_open (PymvaTableWriter *self,
            GError **error)
{
  if (!self->is_closed)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FAILED,
                       "The table writer is closed; a new one is needed for other rows");
  return FALSE;
}

gboolean
pymva_table_writer_append (PymvaTableWriter *self,
                           PymvaEncodedRows *encoded,
                           GCancellable *cancellable,
                           GError **error)
{
  GError *local_error = NULL;

  if (!check_open (self, error))
    return FALSE;
  if (append (self, encoded, cancellable, &local_error))
    return TRUE;

  pymva_table_writer_discard (self);
  return set_file_error (self, error, local_error);
}

static void
pymva_table_writer_get_property (GObject *object,
                                 guint prop_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  PymvaTableWriter *self = PYMVA_TABLE_WRITER (object);

  switch (prop_id)
    {
    case PROP_FILE:
      g_value_set_object (value, self->file);
      break;
    case PROP_OPTIONS:
      g_value_set_variant (value, self->options);
      break;
    case PROP_STREAM:
      g_value_set_object (value, self->stream);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_table_writer_set_property (GObject *object,
                                 guint prop_id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  PymvaTableWriter *self = PYMVA_TABLE_WRITER (object);

  switch (prop_id)
    {
    case PROP_FILE:
      self->file = g_value_dup_object (value);
      break;
    case PROP_OPTIONS:
      self->options = g_value_dup_variant (value);
      break;
    case PROP_STREAM:
      self->stream = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_table_writer_finalize (GObject *object)
{
  PymvaTableWriter *self = PYMVA_TABLE_WRITER (object);

  pymva_table_writer_discard (self);
  if (self->has_layout)
    pymva_table_layout_clear (&self->layout);
  g_hash_table_unref (self->types);
  g_mutex_clear (&self->lock);
  g_clear_object (&self->stream);
  g_clear_object (&self->file);
  g_clear_pointer (&self->options, g_variant_unref);

  G_OBJECT_CLASS (pymva_table_writer_parent_class)->finalize (object);
}

static void
pymva_table_writer_class_init (PymvaTableWriterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pymva_table_writer_get_property;
  object_class->set_property = pymva_table_writer_set_property;
  object_class->finalize = pymva_table_writer_finalize;

  /**
   * PymvaTableWriter:file: (getter get_file)
   *
   * The file.
   *
   * Since: 1.0
   */
  props[PROP_FILE] =
    g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaTableWriter:options: (getter get_options)
   *
   * How the file is written: `a{sv}`.
   *
   * Since: 1.0
   */
  props[PROP_OPTIONS] =
    g_param_spec_variant ("options", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaTableWriter:stream: (getter get_stream)
   *
   * Where the rows go instead of a file, for example to standard output.
   *
   * Since: 1.0
   */
  props[PROP_STREAM] =
    g_param_spec_object ("stream", NULL, NULL, G_TYPE_OUTPUT_STREAM,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_table_writer_init (PymvaTableWriter *self)
{
  g_mutex_init (&self->lock);
  self->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * pymva_table_writer_new:
 * @file: the file to write
 * @options: (nullable): how to write it, `a{sv}`; see [class@TableWriter]
 *
 * Makes a writer of a file. Nothing is opened before there are rows.
 *
 * Returns: (transfer full): the writer
 *
 * Since: 1.0
 */
PymvaTableWriter *
pymva_table_writer_new (GFile *file,
                        GVariant *options)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  return g_object_new (PYMVA_TYPE_TABLE_WRITER, "file", file, "options", options, NULL);
}

/**
 * pymva_table_writer_new_for_stream:
 * @stream: where the rows go
 * @options: (nullable): how to write them, `a{sv}`; see [class@TableWriter]
 *
 * Makes a writer of what is no file, such as standard output. What has been written before an error
 * has been written. `npy` begins with the number of rows: where the stream cannot be gone back in,
 * they wait in a temporary file.
 *
 * Returns: (transfer full): the writer
 *
 * Since: 1.0
 */
PymvaTableWriter *
pymva_table_writer_new_for_stream (GOutputStream *stream,
                                   GVariant *options)
{
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), NULL);

  return g_object_new (PYMVA_TYPE_TABLE_WRITER, "stream", stream, "options", options, NULL);
}

/**
 * pymva_table_writer_get_file: (get-property file)
 * @self: a writer
 *
 * Gets the file.
 *
 * Returns: (transfer none) (nullable): the file
 *
 * Since: 1.0
 */
GFile *
pymva_table_writer_get_file (PymvaTableWriter *self)
{
  g_return_val_if_fail (PYMVA_IS_TABLE_WRITER (self), NULL);

  return self->file;
}

/**
 * pymva_table_writer_get_stream: (get-property stream)
 * @self: a writer
 *
 * Gets where the rows go instead of a file.
 *
 * Returns: (transfer none) (nullable): the stream
 *
 * Since: 1.0
 */
GOutputStream *
pymva_table_writer_get_stream (PymvaTableWriter *self)
{
  g_return_val_if_fail (PYMVA_IS_TABLE_WRITER (self), NULL);

  return self->stream;
}

/**
 * pymva_table_writer_get_options: (get-property options)
 * @self: a writer
 *
 * Gets how the file is written.
 *
 * Returns: (transfer none) (nullable): the options
 *
 * Since: 1.0
 */
GVariant *
pymva_table_writer_get_options (PymvaTableWriter *self)
{
  g_return_val_if_fail (PYMVA_IS_TABLE_WRITER (self), NULL);

  return self->options;
}

/**
 * pymva_table_writer_get_n_rows:
 * @self: a writer
 *
 * Gets how many rows have been written so far. Any thread may ask.
 *
 * Returns: the number of rows
 *
 * Since: 1.0
 */
gint64
pymva_table_writer_get_n_rows (PymvaTableWriter *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (PYMVA_IS_TABLE_WRITER (self), 0);

  locker = g_mutex_locker_new (&self->lock);
  return self->n_rows;
}

/**
 * pymva_table_writer_write:
 * @self: a writer
 * @rows: the next rows
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Writes the rows of a table. After an error the writer is closed, and what it has written is gone.
 *
 * Fails with `PYMVA_ERROR_DATA` if the columns are not those of the rows before, or the format
 * cannot hold what they hold; with `PYMVA_ERROR_VALUE` or `PYMVA_ERROR_TYPE` if the options are
 * wrong; with `PYMVA_ERROR_IMPORT` if a format needs a Python package that is missing, and with
 * `PYMVA_ERROR_FAILED` or `G_IO_ERROR_NOT_FOUND` if the file cannot be written.
 *
 * Returns: whether the rows were written
 *
 * Since: 1.0
 */
gboolean
pymva_table_writer_write (PymvaTableWriter *self,
                          PymvaTable *rows,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (PymvaEncodedRows) encoded = NULL;

  g_return_val_if_fail (PYMVA_IS_TABLE_WRITER (self), FALSE);
  g_return_val_if_fail (PYMVA_IS_TABLE (rows), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_open (self, error))
    return FALSE;

  encoded = pymva_table_writer_encode (self, rows, error);
  if (encoded != NULL)
    return pymva_table_writer_append (self, encoded, cancellable, error);

  pymva_table_writer_discard (self);
  return FALSE;
}

/* Closes the file that is written natively, which can fail, too. */
static gboolean
close_file (PymvaTableWriter *self,
            GCancellable *cancellable,
            GError **error)
{
  if (self->file_stream != NULL)
    return g_io_stream_close (self->file_stream, cancellable, error);

  return self->pipe == NULL || g_output_stream_close (self->pipe, cancellable, error);
}

/* Settles the columns of a file without rows. */
static gboolean
settle_empty (PymvaTableWriter *self,
              GError **error)
{
  if (!settle_layout (self, self->empty, error))
    return FALSE;
  if (self->layout.n_columns > 0)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "the table has no columns; one without rows says what the columns are");
  return FALSE;
}

static gboolean
finish (PymvaTableWriter *self,
        GCancellable *cancellable,
        GError **error)
{
  if (self->sink == NULL && self->empty == NULL)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                           "there is no table to write; one without rows says what the columns "
                           "are");
      return FALSE;
    }
  if (self->sink == NULL &&
      (!settle_empty (self, error) || !open_sink (self, cancellable, error)))
    return FALSE;
  if (!self->sink->finish (self->sink, cancellable, error) ||
      !close_file (self, cancellable, error))
    return FALSE;

  return self->draft == NULL || pymva_draft_publish (self->draft, cancellable, error);
}

/**
 * pymva_table_writer_close:
 * @self: a writer
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Completes the file, which now takes the place of the one of that name. A stream is left open.
 *
 * Fails as [method@TableWriter.write], and with `PYMVA_ERROR_DATA` if no table was written, not
 * even one without rows, or none that has columns.
 *
 * Returns: whether the file is complete
 *
 * Since: 1.0
 */
gboolean
pymva_table_writer_close (PymvaTableWriter *self,
                          GCancellable *cancellable,
                          GError **error)
{
  GError *local_error = NULL;
  gboolean done;

  g_return_val_if_fail (PYMVA_IS_TABLE_WRITER (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_open (self, error))
    return FALSE;

  done = finish (self, cancellable, &local_error);
  pymva_table_writer_discard (self);
  return done || set_file_error (self, error, local_error);
}

/**
 * pymva_table_writer_discard:
 * @self: a writer
 *
 * Removes what has been written of a file that is not complete, and closes the writer. Where it is
 * closed already, nothing happens.
 *
 * Since: 1.0
 */
void
pymva_table_writer_discard (PymvaTableWriter *self)
{
  g_return_if_fail (PYMVA_IS_TABLE_WRITER (self));

  self->is_closed = TRUE;
  if (self->sink != NULL)
    self->sink->free (self->sink);
  self->sink = NULL;
  g_clear_object (&self->file_stream);
  g_clear_object (&self->pipe);
  g_clear_object (&self->empty);
  g_clear_pointer (&self->draft, pymva_draft_free);
}
