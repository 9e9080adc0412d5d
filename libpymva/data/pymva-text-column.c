/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-table-private.h"

PymvaTextColumn *
pymva_text_column_new (const char * const *texts,
                       gsize n_rows)
{
  PymvaTextColumn *self = g_new0 (PymvaTextColumn, 1);
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);

  self->codes = g_new (guint32, n_rows);
  self->n_rows = n_rows;

  for (gsize i = 0; i < n_rows; i++)
    {
      gpointer number;

      if (!g_hash_table_lookup_extended (numbers, texts[i], NULL, &number))
        {
          char *label = g_strdup (texts[i]);

          number = GUINT_TO_POINTER (labels->len);
          g_ptr_array_add (labels, label);
          g_hash_table_insert (numbers, label, number);
        }
      self->codes[i] = GPOINTER_TO_UINT (number);
    }

  self->n_labels = labels->len;
  g_ptr_array_add (labels, NULL);
  self->labels = (char **) g_ptr_array_steal (labels, NULL);

  return self;
}

void
pymva_text_column_free (PymvaTextColumn *self)
{
  g_strfreev (self->labels);
  g_free (self->codes);
  g_free (self);
}
