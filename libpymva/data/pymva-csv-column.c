/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-csv-column-private.h"
#include "pymva-number-private.h"
#include "pymva-tensor-private.h"

PymvaCsvColumn *
pymva_csv_column_new (const char *name)
{
  PymvaCsvColumn *self = g_new0 (PymvaCsvColumn, 1);

  self->name = g_strdup (name);

  return self;
}

void
pymva_csv_column_free (PymvaCsvColumn *self)
{
  g_free (self->name);
  g_free (self->numbers);
  g_clear_pointer (&self->text, pymva_text_column_unref);
  g_free (self);
}

/* Memory that is not written to costs nothing, and large blocks are moved without a copy. */
void
pymva_csv_column_grow (PymvaCsvColumn *self)
{
  self->capacity = MAX (256, 2 * self->capacity);
  self->numbers = g_renew (double, self->numbers, self->capacity);
}

static void
append_number (PymvaCsvColumn *self,
               double number)
{
  pymva_csv_column_reserve (self);
  self->numbers[self->n_rows++] = number;
}

static void
append_word (PymvaCsvColumn *self,
             const char *text,
             gsize length)
{
  pymva_text_column_append (self->text, text, length);
  self->n_rows++;
}

void
pymva_csv_column_append_missing (PymvaCsvColumn *self)
{
  if (self->numbers != NULL)
    append_number (self, NAN);
  else if (self->text != NULL)
    append_word (self, "", 0);
  else
    self->n_rows++;
}

/* Gives the column what its kind needs, and makes up for the rows that were missing. */
static void
begin (PymvaCsvColumn *self,
       gboolean is_number)
{
  gsize n_missing = self->n_rows;

  self->is_known = TRUE;
  self->is_text = !is_number;
  self->n_rows = 0;
  if (is_number)
    pymva_csv_column_grow (self);
  else
    self->text = pymva_text_column_new ();
  for (gsize i = 0; i < n_missing; i++)
    pymva_csv_column_append_missing (self);
}

gboolean
pymva_csv_column_append (PymvaCsvColumn *self,
                         const char *text,
                         gsize length)
{
  double number;
  gboolean is_number = !self->is_text && pymva_number_parse (text, length, &number);

  if (self->numbers == NULL && self->text == NULL)
    begin (self, self->is_known ? !self->is_text : is_number);

  if (self->text != NULL)
    append_word (self, text, length);
  else if (is_number)
    append_number (self, number);
  else
    return FALSE;

  return TRUE;
}

gboolean
pymva_csv_column_finish (PymvaCsvColumn *self,
                         PymvaTable *table,
                         GError **error)
{
  g_autoptr (PymvaTensor) tensor = NULL;
  gsize n_rows = self->n_rows;
  gboolean was_known = self->is_known;

  if (self->text == NULL && self->numbers == NULL)
    begin (self, !self->is_text);
  self->is_known = was_known;
  self->n_rows = 0;
  self->capacity = 0;
  if (self->text != NULL)
    return pymva_table_add_text_column (table, self->name, g_steal_pointer (&self->text), error);

  self->numbers = g_renew (double, self->numbers, MAX (n_rows, 1));
  tensor = pymva_tensor_new_take_doubles (g_steal_pointer (&self->numbers), n_rows);

  return pymva_table_add_column (table, self->name, tensor, error);
}
