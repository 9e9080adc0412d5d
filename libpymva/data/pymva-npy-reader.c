/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-zip-reader-private.h"
#include "pymva-npy-private.h"
#include "pymva-table-reader-private.h"
#include "pymva-tensor-private.h"

/* Against arrays of no rows, whose header may announce any number of columns. */
#define MOST_COLUMNS 1000000

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
  const guint8 *data = g_bytes_get_data (array->data, NULL);
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
