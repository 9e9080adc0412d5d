/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-table-private.h"

PymvaTextColumn *
pymva_text_column_new (void)
{
  PymvaTextColumn *self = g_new0 (PymvaTextColumn, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->label_array = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->label_array, NULL);
  self->code_array = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  self->labels = (char **) self->label_array->pdata;

  return self;
}

PymvaTextColumn *
pymva_text_column_ref (PymvaTextColumn *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
pymva_text_column_unref (PymvaTextColumn *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->numbers);
  g_ptr_array_unref (self->label_array);
  g_array_unref (self->code_array);
  g_free (self);
}

void
pymva_text_column_append (PymvaTextColumn *self,
                          const char *text,
                          gsize length)
{
  g_autofree char *label = g_strndup (text, length);
  guint32 code = self->n_labels;
  gpointer number;

  if (g_hash_table_lookup_extended (self->numbers, label, NULL, &number))
    code = GPOINTER_TO_UINT (number);
  else
    {
      g_hash_table_insert (self->numbers, label, GUINT_TO_POINTER (code));
      g_ptr_array_insert (self->label_array, code, g_steal_pointer (&label));
      self->labels = (char **) self->label_array->pdata;
      self->n_labels++;
    }

  g_array_append_val (self->code_array, code);
  self->codes = (guint32 *) (void *) self->code_array->data;
  self->n_rows++;
}

PymvaTextColumn *
pymva_text_column_slice (const PymvaTextColumn *self,
                         gsize first,
                         gsize end)
{
  PymvaTextColumn *rows = pymva_text_column_new ();

  for (gsize i = first; i < end; i++)
    {
      const char *label = self->labels[self->codes[i]];

      pymva_text_column_append (rows, label, strlen (label));
    }

  return rows;
}
