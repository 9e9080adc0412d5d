/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"

#include "pymva-table-builder-private.h"
#include "pymva-tensor-private.h"

/* A column that grows: numbers or words. */
typedef struct
{
  char *name;
  double *numbers;
  PymvaTextColumn *text;
} Growing;

struct _PymvaTableBuilder
{
  GPtrArray *columns;
  gboolean has_columns;
  gsize n_rows;
  gsize capacity;
};

static void
growing_free (gpointer data)
{
  Growing *column = data;

  g_free (column->name);
  g_free (column->numbers);
  g_clear_pointer (&column->text, pymva_text_column_unref);
  g_free (column);
}

PymvaTableBuilder *
pymva_table_builder_new (void)
{
  PymvaTableBuilder *self = g_new0 (PymvaTableBuilder, 1);

  self->columns = g_ptr_array_new_with_free_func (growing_free);

  return self;
}

void
pymva_table_builder_free (PymvaTableBuilder *self)
{
  g_ptr_array_unref (self->columns);
  g_free (self);
}

static void
begin (PymvaTableBuilder *self,
       PymvaTable *rows)
{
  g_auto (GStrv) names = pymva_table_list_columns (rows);

  for (guint i = 0; names[i] != NULL; i++)
    {
      Growing *column = g_new0 (Growing, 1);

      column->name = g_strdup (names[i]);
      if (pymva_table_is_text (rows, names[i]))
        column->text = pymva_text_column_new ();
      g_ptr_array_add (self->columns, column);
    }
  self->has_columns = TRUE;
}

static gboolean
check_columns (PymvaTableBuilder *self,
               PymvaTable *rows,
               GError **error)
{
  g_auto (GStrv) names = pymva_table_list_columns (rows);

  for (guint i = 0; i < self->columns->len; i++)
    {
      const Growing *column = self->columns->pdata[i];

      if (!pymva_table_has_column (rows, column->name))
        {
          g_autofree char *near = pymva_names_format_near (column->name,
                                                           (const char * const *) names);

          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "there is no column “%s”, which the tables before have%s", column->name,
                       near);
          return FALSE;
        }
      if (pymva_table_is_text (rows, column->name) != (column->text != NULL))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "the column “%s” holds %s, and in the tables before %s", column->name,
                       column->text != NULL ? "numbers" : "words",
                       column->text != NULL ? "words" : "numbers");
          return FALSE;
        }
    }

  if (g_strv_length (names) == self->columns->len)
    return TRUE;

  for (guint i = 0; names[i] != NULL; i++)
    {
      gboolean is_known = FALSE;

      for (guint k = 0; k < self->columns->len; k++)
        is_known |= strcmp (((const Growing *) self->columns->pdata[k])->name, names[i]) == 0;
      if (!is_known)
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                     "there is a column “%s”, which the tables before do not have; name the "
                     "columns to read in the option “columns”", names[i]);
      if (!is_known)
        break;
    }

  return FALSE;
}

/* The numbers of the rows for which the cut is true: neither zero nor NaN. */
static gint64 *
select_rows (PymvaTable *rows,
             const char *cut,
             gsize *n_selected,
             GError **error)
{
  gsize n_rows = pymva_table_get_n_rows (rows);
  g_autofree gint64 *selected = g_new (gint64, MAX (n_rows, 1));
  g_autoptr (PymvaTensor) passed = NULL;
  const double *values = NULL;
  gsize n = 0;

  if (cut != NULL)
    {
      passed = pymva_table_evaluate (rows, cut, error);
      if (passed == NULL)
        {
          g_prefix_error (error, "Cut “%s”: ", cut);
          return NULL;
        }
      values = pymva_tensor_peek_data (passed);
    }

  for (gsize row = 0; row < n_rows; row++)
    {
      if (values == NULL || (values[row] != 0 && !isnan (values[row])))
        selected[n++] = row;
    }
  *n_selected = n;

  return g_steal_pointer (&selected);
}

/* Memory that is not written to costs nothing, and large blocks are moved without a copy. */
static void
reserve (PymvaTableBuilder *self,
         gsize n_more)
{
  if (self->n_rows + n_more <= self->capacity)
    return;

  self->capacity = MAX (2 * self->capacity, self->n_rows + n_more);
  for (guint i = 0; i < self->columns->len; i++)
    {
      Growing *column = self->columns->pdata[i];

      if (column->text == NULL)
        column->numbers = g_renew (double, column->numbers, self->capacity);
    }
}

static gboolean
append_column (PymvaTableBuilder *self,
               Growing *column,
               PymvaTable *rows,
               const gint64 *selected,
               gsize n_selected,
               GError **error)
{
  g_autoptr (PymvaTensor) tensor = NULL;
  const double *values;

  if (column->text != NULL)
    {
      const PymvaTextColumn *text = pymva_table_get_text_column (rows, column->name, error);

      for (gsize i = 0; i < n_selected; i++)
        {
          const char *label = text->labels[text->codes[selected[i]]];

          pymva_text_column_append (column->text, label, strlen (label));
        }
      return TRUE;
    }

  tensor = pymva_table_get_column (rows, column->name, error);
  if (tensor == NULL)
    return FALSE;
  values = pymva_tensor_peek_data (tensor);
  for (gsize i = 0; i < n_selected; i++)
    column->numbers[self->n_rows + i] = values[selected[i]];

  return TRUE;
}

gboolean
pymva_table_builder_append (PymvaTableBuilder *self,
                            PymvaTable *rows,
                            const char *cut,
                            GError **error)
{
  g_autofree gint64 *selected = NULL;
  gsize n_selected = 0;

  if (!self->has_columns)
    begin (self, rows);
  else if (!check_columns (self, rows, error))
    return FALSE;
  selected = select_rows (rows, cut, &n_selected, error);
  if (selected == NULL)
    return FALSE;

  reserve (self, n_selected);
  for (guint i = 0; i < self->columns->len; i++)
    {
      if (!append_column (self, self->columns->pdata[i], rows, selected, n_selected, error))
        return FALSE;
    }
  self->n_rows += n_selected;

  return TRUE;
}

gboolean
pymva_table_builder_finish (PymvaTableBuilder *self,
                            PymvaTable *table,
                            GError **error)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      Growing *column = self->columns->pdata[i];
      g_autoptr (PymvaTensor) tensor = NULL;
      double *numbers;

      if (column->text != NULL)
        {
          if (!pymva_table_add_text_column (table, column->name, g_steal_pointer (&column->text),
                                            error))
            return FALSE;
          continue;
        }
      numbers = g_renew (double, g_steal_pointer (&column->numbers), MAX (self->n_rows, 1));
      tensor = pymva_tensor_new_take_doubles (numbers, self->n_rows);
      if (!pymva_table_add_column (table, column->name, tensor, error))
        return FALSE;
    }
  g_ptr_array_set_size (self->columns, 0);

  return TRUE;
}
