/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-table-stream.h>

#include "pymva-table-reader-private.h"
#include "pymva-table-stream-private.h"
#include "pymva-tensor-private.h"

/**
 * PymvaTableStream:
 *
 * The rows of a file, read in pieces: for files larger than memory.
 *
 * ```c
 * g_autoptr (PymvaTableStream) stream = pymva_table_stream_new (file, NULL);
 * PymvaTable *piece;
 *
 * while ((piece = pymva_table_stream_read (stream, NULL, &error)) != NULL)
 *   {
 *     g_autoptr (PymvaTensor) responses = pymva_model_predict_table (model, piece, &error);
 *     ...
 *     g_object_unref (piece);
 *   }
 * ```
 *
 * [method@Dataset.add_class_stream] and [method@Dataset.add_events_stream] let a
 * [class@PythonMethod] learn from such a file. Memory holds one piece at a time, of
 * [property@TableStream:piece-size] rows, and what a format packs together: the baskets of a TTree,
 * a cluster of an RNTuple, a batch of Feather. Archives of NumPy (`npz`) are read at once.
 *
 * A stream belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _PymvaTableStream
{
  GObject parent_instance;

  GFile *file;
  GVariant *options;
  gint64 piece_size;

  /* With the columns that are needed, where the options do not say it. */
  GVariant *reading_options;
  char *row_column;
  gint64 first_row;

  /* The files that the name stands for; NULL before the first piece. */
  GPtrArray *files;
  guint next_file;
  PymvaTablePieces *pieces;

  /* Guards how far the reading is, which any thread may ask. */
  GMutex lock;
  gint64 n_rows;
  double fraction;
};

G_DEFINE_FINAL_TYPE (PymvaTableStream, pymva_table_stream, G_TYPE_OBJECT)

#define DEFAULT_PIECE_SIZE 65536

enum
{
  PROP_0,
  PROP_FILE,
  PROP_OPTIONS,
  PROP_PIECE_SIZE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
pymva_table_stream_get_property (GObject *object,
                                 guint prop_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  PymvaTableStream *self = PYMVA_TABLE_STREAM (object);

  switch (prop_id)
    {
    case PROP_FILE:
      g_value_set_object (value, self->file);
      break;
    case PROP_OPTIONS:
      g_value_set_variant (value, self->options);
      break;
    case PROP_PIECE_SIZE:
      g_value_set_int64 (value, self->piece_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_table_stream_set_property (GObject *object,
                                 guint prop_id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  PymvaTableStream *self = PYMVA_TABLE_STREAM (object);

  switch (prop_id)
    {
    case PROP_FILE:
      self->file = g_value_dup_object (value);
      break;
    case PROP_OPTIONS:
      self->options = g_value_dup_variant (value);
      break;
    case PROP_PIECE_SIZE:
      pymva_table_stream_set_piece_size (self, g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_table_stream_finalize (GObject *object)
{
  PymvaTableStream *self = PYMVA_TABLE_STREAM (object);

  pymva_table_stream_rewind (self);
  g_clear_object (&self->file);
  g_clear_pointer (&self->options, g_variant_unref);
  g_clear_pointer (&self->reading_options, g_variant_unref);
  g_free (self->row_column);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (pymva_table_stream_parent_class)->finalize (object);
}

static void
pymva_table_stream_class_init (PymvaTableStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pymva_table_stream_get_property;
  object_class->set_property = pymva_table_stream_set_property;
  object_class->finalize = pymva_table_stream_finalize;

  /**
   * PymvaTableStream:file: (getter get_file)
   *
   * The file. Where there is none of that name, `*` and `?` in the part behind the last slash stand
   * for any letters, and the files are read one after the other.
   *
   * Since: 1.0
   */
  props[PROP_FILE] =
    g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaTableStream:options: (getter get_options)
   *
   * What to read and how, as for [ctor@Table.new_from_file].
   *
   * Since: 1.0
   */
  props[PROP_OPTIONS] =
    g_param_spec_variant ("options", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaTableStream:piece-size: (getter get_piece_size) (setter set_piece_size)
   *
   * How many rows are read at a time. The default is 65536.
   *
   * Since: 1.0
   */
  props[PROP_PIECE_SIZE] =
    g_param_spec_int64 ("piece-size", NULL, NULL, 1, G_MAXINT32, DEFAULT_PIECE_SIZE,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_table_stream_init (PymvaTableStream *self)
{
  self->piece_size = DEFAULT_PIECE_SIZE;
  g_mutex_init (&self->lock);
}

/**
 * pymva_table_stream_new:
 * @file: a file
 * @options: (nullable): what to read and how, `a{sv}`, as for [ctor@Table.new_from_file]
 *
 * Makes a stream of the rows of a file. The file is opened when the first piece is read.
 *
 * Returns: (transfer full): the stream
 *
 * Since: 1.0
 */
PymvaTableStream *
pymva_table_stream_new (GFile *file,
                        GVariant *options)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  return g_object_new (PYMVA_TYPE_TABLE_STREAM, "file", file, "options", options, NULL);
}

/**
 * pymva_table_stream_get_file: (get-property file)
 * @self: a stream
 *
 * Gets the file.
 *
 * Returns: (transfer none) (nullable): the file
 *
 * Since: 1.0
 */
GFile *
pymva_table_stream_get_file (PymvaTableStream *self)
{
  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (self), NULL);

  return self->file;
}

/**
 * pymva_table_stream_get_options: (get-property options)
 * @self: a stream
 *
 * Gets what is read and how.
 *
 * Returns: (transfer none) (nullable): the options
 *
 * Since: 1.0
 */
GVariant *
pymva_table_stream_get_options (PymvaTableStream *self)
{
  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (self), NULL);

  return self->options;
}

/**
 * pymva_table_stream_get_piece_size: (get-property piece-size)
 * @self: a stream
 *
 * Gets how many rows are read at a time.
 *
 * Returns: the number of rows
 *
 * Since: 1.0
 */
gint64
pymva_table_stream_get_piece_size (PymvaTableStream *self)
{
  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (self), 0);

  return self->piece_size;
}

/**
 * pymva_table_stream_set_piece_size: (set-property piece-size)
 * @self: a stream
 * @piece_size: the number of rows, at least 1
 *
 * Sets how many rows are read at a time.
 *
 * Since: 1.0
 */
void
pymva_table_stream_set_piece_size (PymvaTableStream *self,
                                   gint64 piece_size)
{
  g_return_if_fail (PYMVA_IS_TABLE_STREAM (self));
  g_return_if_fail (piece_size >= 1);

  if (self->piece_size == piece_size)
    return;

  self->piece_size = piece_size;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PIECE_SIZE]);
}

/**
 * pymva_table_stream_add_row_numbers:
 * @self: a stream
 * @column: the name of the column
 * @first: the number of the first row; usually 0
 *
 * Adds a column to each piece: the numbers of its rows in the file, in all files where there are
 * several. Rows that the option `cut` leaves out count, so that the others can be found again.
 *
 * To be called before the first piece is read.
 *
 * Since: 1.0
 */
void
pymva_table_stream_add_row_numbers (PymvaTableStream *self,
                                    const char *column,
                                    gint64 first)
{
  g_return_if_fail (PYMVA_IS_TABLE_STREAM (self));
  g_return_if_fail (column != NULL);

  g_free (self->row_column);
  self->row_column = g_strdup (column);
  self->first_row = first;
}

const char *
pymva_table_stream_get_row_column (PymvaTableStream *self)
{
  return self->row_column;
}

void
pymva_table_stream_set_needed (PymvaTableStream *self,
                               const char * const *columns,
                               const char * const *welcome)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (self->options);

  g_clear_pointer (&self->reading_options, g_variant_unref);
  if (columns == NULL || g_variant_dict_contains (&options, "columns"))
    return;

  g_variant_dict_insert_value (&options, "columns", g_variant_new_strv (columns, -1));
  g_variant_dict_insert_value (&options, PYMVA_WELCOME_COLUMNS, g_variant_new_strv (welcome, -1));
  self->reading_options = g_variant_ref_sink (g_variant_dict_end (&options));
}

static GVariant *
peek_options (PymvaTableStream *self)
{
  return self->reading_options != NULL ? self->reading_options : self->options;
}

/**
 * pymva_table_stream_get_n_rows:
 * @self: a stream
 *
 * Gets how many rows have been read so far, with those that the option `cut` left out. Any thread
 * may ask.
 *
 * Returns: the number of rows
 *
 * Since: 1.0
 */
gint64
pymva_table_stream_get_n_rows (PymvaTableStream *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (self), 0);

  locker = g_mutex_locker_new (&self->lock);
  return self->n_rows;
}

/**
 * pymva_table_stream_get_fraction:
 * @self: a stream
 *
 * Gets what share of the file, or of all files where there are several, has been read so far. Any
 * thread may ask.
 *
 * Returns: the share, from 0 to 1
 *
 * Since: 1.0
 */
double
pymva_table_stream_get_fraction (PymvaTableStream *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (self), 0.0);

  locker = g_mutex_locker_new (&self->lock);
  return self->fraction;
}

/* Opens the next file, where none is open and there is one. */
static gboolean
open_file (PymvaTableStream *self,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GFile *file;

  if (self->files == NULL && pymva_table_check_options (self->options, error))
    self->files = pymva_table_expand_file (self->file, cancellable, error);
  if (self->files == NULL)
    return FALSE;
  if (self->pieces != NULL || self->next_file == self->files->len)
    return TRUE;

  file = g_ptr_array_index (self->files, self->next_file);
  self->pieces = pymva_table_open_pieces (file, peek_options (self), cancellable, &local_error);
  if (self->pieces == NULL)
    {
      pymva_table_set_file_error (error, g_steal_pointer (&local_error), file);
      return FALSE;
    }

  self->next_file++;
  return TRUE;
}

static gboolean
number_rows (PymvaTableStream *self,
             PymvaTable *piece,
             GError **error)
{
  gint64 n_rows = pymva_table_get_n_rows (piece);
  g_autoptr (PymvaTensor) tensor = NULL;
  double *numbers;

  if (self->row_column == NULL)
    return TRUE;

  numbers = g_new (double, MAX (n_rows, 1));
  for (gint64 i = 0; i < n_rows; i++)
    numbers[i] = self->first_row + self->n_rows + i;
  tensor = pymva_tensor_new_take_doubles (numbers, n_rows);
  return pymva_table_add_column (piece, self->row_column, tensor, error);
}

static void
count_rows (PymvaTableStream *self,
            gint64 n_rows)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_rows += n_rows;
  self->fraction = (self->next_file - 1 + self->pieces->fraction) / self->files->len;
}

/* The next rows of the open file: NULL without an error behind the last one. */
static PymvaTable *
read_piece (PymvaTableStream *self,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (PymvaTable) table = pymva_table_new ();
  GError *local_error = NULL;
  PymvaTable *piece = NULL;

  if (self->pieces->read (self->pieces, table, self->piece_size, cancellable, &local_error) &&
      pymva_table_get_n_rows (table) > 0 && number_rows (self, table, &local_error))
    {
      count_rows (self, pymva_table_get_n_rows (table));
      piece = pymva_table_finish_piece (table, peek_options (self), self->row_column, &local_error);
    }
  if (local_error != NULL)
    pymva_table_set_file_error (error, local_error, self->files->pdata[self->next_file - 1]);

  return piece;
}

/**
 * pymva_table_stream_read:
 * @self: a stream
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Reads the next rows. With the option `cut` there may be fewer than
 * [property@TableStream:piece-size], or none.
 *
 * Fails as [ctor@Table.new_from_file]. A stream that has failed begins anew.
 *
 * Returns: (transfer full) (nullable): the rows, or `NULL` behind the last one
 *
 * Since: 1.0
 */
PymvaTable *
pymva_table_stream_read (PymvaTableStream *self,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  while (self->file != NULL && open_file (self, cancellable, &local_error) &&
         self->pieces != NULL)
    {
      PymvaTable *piece = read_piece (self, cancellable, &local_error);

      if (piece != NULL)
        return piece;
      if (local_error != NULL)
        break;
      g_clear_pointer (&self->pieces, pymva_table_pieces_free);
    }

  if (local_error != NULL)
    {
      pymva_table_stream_rewind (self);
      g_propagate_error (error, g_steal_pointer (&local_error));
    }
  return NULL;
}

static void
read_in_thread (GTask *task,
                gpointer source_object,
                gpointer task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  PymvaTable *piece = pymva_table_stream_read (source_object, cancellable, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, piece, g_object_unref);
}

/**
 * pymva_table_stream_read_async:
 * @self: a stream
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @callback: (nullable) (scope async) (closure user_data): what to call when it is done
 * @user_data: data for @callback
 *
 * Reads the next rows as [method@TableStream.read] does, on another thread. The stream must not be
 * used until that is done.
 *
 * Since: 1.0
 */
void
pymva_table_stream_read_async (PymvaTableStream *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PYMVA_IS_TABLE_STREAM (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_table_stream_read_async);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * pymva_table_stream_read_finish:
 * @self: a stream
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [method@TableStream.read_async].
 *
 * Returns: (transfer full) (nullable): as [method@TableStream.read]
 *
 * Since: 1.0
 */
PymvaTable *
pymva_table_stream_read_finish (PymvaTableStream *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pymva_table_stream_rewind:
 * @self: a stream
 *
 * Lets the next piece be the first one again.
 *
 * Since: 1.0
 */
void
pymva_table_stream_rewind (PymvaTableStream *self)
{
  g_return_if_fail (PYMVA_IS_TABLE_STREAM (self));

  g_clear_pointer (&self->pieces, pymva_table_pieces_free);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  self->next_file = 0;

  g_mutex_lock (&self->lock);
  self->n_rows = 0;
  self->fraction = 0.0;
  g_mutex_unlock (&self->lock);
}
