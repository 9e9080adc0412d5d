/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-table-layout-private.h"
#include "pymva-table-private.h"
#include "pymva-tensor-private.h"

void
pymva_table_layout_init (PymvaTableLayout *self,
                         PymvaTable *rows,
                         GHashTable *types)
{
  g_auto (GStrv) names = pymva_table_list_columns (rows);

  self->n_columns = g_strv_length (names);
  self->columns = g_new0 (PymvaLayoutColumn, self->n_columns);
  for (guint i = 0; i < self->n_columns; i++)
    {
      PymvaLayoutColumn *column = &self->columns[i];
      gpointer dtype;

      column->is_text = pymva_table_is_text (rows, names[i]);
      column->dtype = g_hash_table_lookup_extended (types, names[i], NULL, &dtype)
                        ? GPOINTER_TO_INT (dtype)
                        : PYMVA_DTYPE_FLOAT64;
      column->name = g_steal_pointer (&names[i]);
    }
}

void
pymva_table_layout_clear (PymvaTableLayout *self)
{
  for (guint i = 0; i < self->n_columns; i++)
    g_free (self->columns[i].name);
  g_clear_pointer (&self->columns, g_free);
  self->n_columns = 0;
}

gboolean
pymva_table_layout_check (const PymvaTableLayout *self,
                          PymvaTable *rows,
                          GError **error)
{
  g_auto (GStrv) names = pymva_table_list_columns (rows);
  gboolean is_same = g_strv_length (names) == self->n_columns;

  for (guint i = 0; is_same && i < self->n_columns; i++)
    is_same = g_str_equal (names[i], self->columns[i].name);
  if (!is_same)
    {
      g_autofree char *list = g_strjoinv (", ", names);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "the columns of these rows are %s, and not those of the rows before", list);
      return FALSE;
    }

  for (guint i = 0; i < self->n_columns; i++)
    {
      gboolean is_text = pymva_table_is_text (rows, names[i]);

      if (is_text == self->columns[i].is_text)
        continue;
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "the column “%s” holds %s, and in the rows before %s", names[i],
                   is_text ? "words" : "numbers", is_text ? "numbers" : "words");
      return FALSE;
    }

  return TRUE;
}

PymvaTensor *
pymva_layout_column_convert (const PymvaLayoutColumn *self,
                             PymvaTable *rows,
                             GError **error)
{
  g_autoptr (PymvaTensor) numbers = pymva_table_get_column (rows, self->name, error);
  const double *values;
  gsize n_rows;

  if (numbers == NULL || self->dtype == PYMVA_DTYPE_FLOAT64)
    return g_steal_pointer (&numbers);

  values = pymva_tensor_peek_data (numbers);
  n_rows = pymva_tensor_get_n_elements (numbers);
  for (gsize i = 0; self->dtype == PYMVA_DTYPE_INT64 && i < n_rows; i++)
    {
      if (values[i] == rint (values[i]) && fabs (values[i]) < 0x1p63)
        continue;
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "the column “%s” is of the type “int64”, and the value %g is no such number",
                   self->name, values[i]);
      return NULL;
    }

  return pymva_tensor_cast (numbers, self->dtype);
}
