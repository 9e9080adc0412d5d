/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "base/pymva-zip-reader-private.h"
#include "pymva-npy-private.h"
#include "pymva-table-reader-private.h"
#include "pymva-tensor-private.h"

/* Against arrays of no rows, whose header may announce any number of columns. */
#define MOST_COLUMNS 1000000

/* The header of an array of some thousand fields. */
#define NPY_START (1 << 20)

/* Adds one column of an array: @field of each row, in column @number of its second dimension. */
static gboolean
add_column (PymvaTable *table,
            const char *name,
            const PymvaNpyArray *array,
            const PymvaNpyField *field,
            gsize number,
            GError **error)
{
  gsize n_rows = array->shape[0];
  gint64 n_columns = array->n_dims == 2 ? array->shape[1] : 1;
  gsize row_step = array->item_size * (array->is_fortran ? 1 : n_columns);
  gsize offset = array->item_size * (array->is_fortran ? number * n_rows : number);
  const guint8 *data = pymva_bytes_peek (array->data, NULL);
  g_autoptr (PymvaTensor) tensor = NULL;
  double *values;

  if (field->kind == '\0')
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the column “%s” is of the NumPy type “%s”, which cannot be read as numbers; "
                   "name the other columns in the option “columns”, or save it as “float64”",
                   name, field->type);
      return FALSE;
    }

  values = g_new (double, n_rows);
  pymva_npy_field_load (field, data + offset, row_step, n_rows, values);
  tensor = pymva_tensor_new_take_doubles (values, n_rows);

  return pymva_table_add_column (table, name, tensor, error);
}

/* Adds the columns of an array that are wanted. @name is that of the array; "column" where it has
 * none, and then its columns are numbered even if there is only one. */
static gboolean
add_array (PymvaTable *table,
           const char *name,
           gboolean is_numbered,
           const PymvaNpyArray *array,
           PymvaColumnChoice *choice,
           GError **error)
{
  gint64 n_columns = array->n_dims == 2 ? array->shape[1] : 1;

  if (array->n_dims != 1 && array->n_dims != 2)
    {
      if (!pymva_column_choice_takes (choice, name))
        return TRUE;
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the array “%s” has %u dimensions; a table is made of one or two",
                   name, array->n_dims);
      return FALSE;
    }

  if (n_columns > MOST_COLUMNS)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the array “%s” has %" G_GINT64_FORMAT " columns; at most %d can be read",
                   name, n_columns, MOST_COLUMNS);
      return FALSE;
    }

  for (guint i = 0; i < array->fields->len; i++)
    {
      const PymvaNpyField *field = &g_array_index (array->fields, PymvaNpyField, i);
      const char *base = field->name != NULL ? field->name : name;

      for (gint64 j = 0; j < n_columns; j++)
        {
          gboolean is_alone = n_columns == 1 && (field->name != NULL || !is_numbered);
          g_autofree char *column = is_alone ? g_strdup (base)
                                             : g_strdup_printf ("%s%" G_GINT64_FORMAT, base, j + 1);

          if (pymva_column_choice_takes (choice, column) &&
              !add_column (table, column, array, field, j, error))
            return FALSE;
        }
    }

  return TRUE;
}

gboolean
pymva_npy_read (PymvaTable *table,
                GFile *file,
                GVariant *options,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, cancellable, NULL, error);
  g_autoptr (PymvaNpyArray) array = bytes != NULL ? pymva_npy_array_new (bytes, error) : NULL;
  g_autoptr (PymvaColumnChoice) choice = pymva_column_choice_new (options);

  return array != NULL && add_array (table, "column", TRUE, array, choice, error) &&
         pymva_column_choice_check (choice, error);
}

/* An array on its way into tables. */
typedef struct
{
  PymvaTablePieces pieces;
  GFileInputStream *stream;
  GVariant *options;
  PymvaNpyArray *array;
  goffset data_offset;
  gint64 next_row;
} NpyPieces;

static void
npy_pieces_free (PymvaTablePieces *pieces)
{
  NpyPieces *self = (NpyPieces *) pieces;

  g_clear_object (&self->stream);
  g_clear_pointer (&self->options, g_variant_unref);
  g_clear_pointer (&self->array, pymva_npy_array_free);
  g_free (self);
}

static gboolean
read_block (NpyPieces *self,
            goffset offset,
            guint8 *block,
            gsize size,
            GCancellable *cancellable,
            GError **error)
{
  gsize n_read;

  if (!g_seekable_seek (G_SEEKABLE (self->stream), self->data_offset + offset, G_SEEK_SET,
                        cancellable, error) ||
      !g_input_stream_read_all (G_INPUT_STREAM (self->stream), block, size, &n_read, cancellable,
                                error))
    return FALSE;
  if (n_read == size)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "the file has become shorter while it was read");
  return FALSE;
}

/* The next rows as an array of their own. Where columns lie one after the other, so do those of
 * the piece. */
static gboolean
npy_pieces_read (PymvaTablePieces *pieces,
                 PymvaTable *table,
                 gsize n_rows,
                 GCancellable *cancellable,
                 GError **error)
{
  NpyPieces *self = (NpyPieces *) pieces;
  g_autoptr (PymvaColumnChoice) choice = pymva_column_choice_new (self->options);
  g_autoptr (GBytes) bytes = NULL;
  PymvaNpyArray piece = *self->array;
  gint64 n_all = piece.n_dims > 0 ? piece.shape[0] : 0;
  gsize n = MIN (n_rows, (gsize) (n_all - self->next_row));
  gsize n_columns = piece.n_dims == 2 ? piece.shape[1] : 1;
  gsize n_blocks = piece.is_fortran ? n_columns : 1;
  gsize row_size = piece.item_size * (piece.is_fortran ? 1 : n_columns);
  guint8 *rows = g_malloc (MAX (n * piece.item_size * n_columns, 1));

  bytes = g_bytes_new_take (rows, n * piece.item_size * n_columns);
  for (gsize i = 0; n > 0 && i < n_blocks; i++)
    if (!read_block (self, (i * n_all + self->next_row) * row_size, rows + i * n * row_size,
                     n * row_size, cancellable, error))
      return FALSE;

  self->next_row += n;
  pieces->fraction = self->next_row / MAX (n_all, 1.0);
  piece.shape[0] = n;
  piece.data = bytes;
  return add_array (table, "column", TRUE, &piece, choice, error) &&
         pymva_column_choice_check (choice, error);
}

PymvaTablePieces *
pymva_npy_open (GFile *file,
                GVariant *options,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (PymvaTablePieces) pieces = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GBytes) start = NULL;
  NpyPieces *self;

  if (stream == NULL)
    return NULL;
  info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable,
                                         error);
  if (info == NULL)
    return NULL;
  start = g_input_stream_read_bytes (G_INPUT_STREAM (stream), NPY_START, cancellable, error);
  if (start == NULL)
    return NULL;

  self = g_new0 (NpyPieces, 1);
  pieces = &self->pieces;
  pieces->read = npy_pieces_read;
  pieces->free = npy_pieces_free;
  self->stream = g_steal_pointer (&stream);
  self->options = options != NULL ? g_variant_ref (options) : NULL;
  self->array = pymva_npy_array_new_for_start (start, g_file_info_get_size (info),
                                               &self->data_offset, error);

  return self->array != NULL ? g_steal_pointer (&pieces) : NULL;
}

/* The user's own data may be as large as they inflate to: what they ask for is what they get. */
gboolean
pymva_npz_read (PymvaTable *table,
                GFile *file,
                GVariant *options,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, cancellable, NULL, error);
  g_autoptr (PymvaZipReader) archive = NULL;
  g_autoptr (PymvaColumnChoice) choice = pymva_column_choice_new (options);
  const char * const *names;

  if (bytes == NULL)
    return FALSE;
  archive = pymva_zip_reader_new (bytes, G_MAXUINT64, error);
  if (archive == NULL)
    return FALSE;

  names = pymva_zip_reader_list_names (archive);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GBytes) content = NULL;
      g_autoptr (PymvaNpyArray) array = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!g_str_has_suffix (names[i], ".npy"))
        continue;

      name = g_strndup (names[i], strlen (names[i]) - strlen (".npy"));
      content = pymva_zip_reader_lookup (archive, names[i], error);
      if (content == NULL)
        return FALSE;
      array = pymva_npy_array_new (content, error);
      if (array == NULL || !add_array (table, name, FALSE, array, choice, error))
        {
          g_prefix_error (error, "array “%s”: ", name);
          return FALSE;
        }
    }

  return pymva_column_choice_check (choice, error);
}
