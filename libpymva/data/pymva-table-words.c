/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-table-private.h"
#include "pymva-tensor-private.h"

/* Columns of words as programs see them: labels, and the number of one for each row. */

/**
 * pymva_table_add_words:
 * @self: a table
 * @name: the name of the column
 * @labels: (array zero-terminated=1): the different words
 * @codes: for each row the number of its word, a tensor of one dimension; -1: none
 * @error: return location for an error
 *
 * Adds a column of words. It can be the label column of a data set, but not stand in expressions.
 *
 * Fails with `PYMVA_ERROR_DATA` as [method@Table.add_column], and if a code is not the number of a
 * label.
 *
 * Returns: whether the column was added
 *
 * Since: 1.0
 */
gboolean
pymva_table_add_words (PymvaTable *self,
                       const char *name,
                       const char * const *labels,
                       PymvaTensor *codes,
                       GError **error)
{
  g_autoptr (PymvaTextColumn) column = NULL;
  g_autofree double *numbers = NULL;
  gint64 n_labels;
  gsize n_rows;

  g_return_val_if_fail (PYMVA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (labels != NULL, FALSE);
  g_return_val_if_fail (PYMVA_IS_TENSOR (codes), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (pymva_tensor_get_n_dims (codes) != 1)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "The codes of column “%s” are not of one dimension", name);
      return FALSE;
    }

  n_labels = g_strv_length ((char **) labels);
  numbers = pymva_tensor_to_doubles (codes, &n_rows);
  column = pymva_text_column_new ();
  for (gsize row = 0; row < n_rows; row++)
    {
      double code = numbers[row];
      const char *label;

      if (!(code >= -1 && code < n_labels && code == (gint64) code))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "The code of column “%s” in row %" G_GSIZE_FORMAT " is %g; there are %"
                       G_GINT64_FORMAT " labels, the first is 0, and -1 stands for none",
                       name, row, code, n_labels);
          return FALSE;
        }
      label = code < 0 ? "" : labels[(gint64) code];
      pymva_text_column_append (column, label, strlen (label));
    }

  return pymva_table_add_text_column (self, name, g_steal_pointer (&column), error);
}

/**
 * pymva_table_holds_words:
 * @self: a table
 * @name: the name of a column
 *
 * Tells whether a column holds words.
 *
 * Returns: `TRUE` if there is such a column, and it does not hold numbers
 *
 * Since: 1.0
 */
gboolean
pymva_table_holds_words (PymvaTable *self,
                         const char *name)
{
  g_return_val_if_fail (PYMVA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return pymva_table_is_text (self, name);
}

/**
 * pymva_table_list_labels:
 * @self: a table
 * @name: the name of a column of words
 * @error: return location for an error
 *
 * Lists the different words of a column, in the order in which they first occur. An empty one
 * stands for a missing word.
 *
 * Fails with `PYMVA_ERROR_DATA` if there is no such column, or it holds numbers.
 *
 * Returns: (transfer full) (array zero-terminated=1): the words
 *
 * Since: 1.0
 */
char **
pymva_table_list_labels (PymvaTable *self,
                         const char *name,
                         GError **error)
{
  const PymvaTextColumn *column;

  g_return_val_if_fail (PYMVA_IS_TABLE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  column = pymva_table_get_text_column (self, name, error);
  return column != NULL ? g_strdupv (column->labels) : NULL;
}

/**
 * pymva_table_get_codes:
 * @self: a table
 * @name: the name of a column of words
 * @error: return location for an error
 *
 * Gets for each row which of the labels it has.
 *
 * Fails with `PYMVA_ERROR_DATA` if there is no such column, or it holds numbers.
 *
 * Returns: (transfer full): int32, one per row: numbers of [method@Table.list_labels]
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_table_get_codes (PymvaTable *self,
                       const char *name,
                       GError **error)
{
  const PymvaTextColumn *column;
  gint64 shape[1];

  g_return_val_if_fail (PYMVA_IS_TABLE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  column = pymva_table_get_text_column (self, name, error);
  if (column == NULL)
    return NULL;

  shape[0] = column->n_rows;
  return pymva_tensor_new_take (PYMVA_DTYPE_INT32, shape, 1,
                                g_memdup2 (column->codes, column->n_rows * sizeof (guint32)),
                                column->n_rows * sizeof (guint32), error);
}
