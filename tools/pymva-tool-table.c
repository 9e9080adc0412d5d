/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "base/pymva-text-private.h"
#include "pymva-tool-table.h"

#define GAP 2

struct _ToolTable
{
  /* Rows of texts, the headings first. */
  GPtrArray *rows;
  guint n_columns;
  gboolean *left;
};

ToolTable *
tool_table_new (const char * const *headings)
{
  ToolTable *self = g_new0 (ToolTable, 1);

  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->n_columns = g_strv_length ((char **) headings);
  self->left = g_new0 (gboolean, self->n_columns + 1);
  self->left[0] = TRUE;
  tool_table_add_row (self, headings);

  return self;
}

void
tool_table_free (ToolTable *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self->left);
  g_free (self);
}

/* tool_table_add_row: @cells are as many as there are headings. */
void
tool_table_add_row (ToolTable *self,
                    const char * const *cells)
{
  g_assert (g_strv_length ((char **) cells) == self->n_columns);

  g_ptr_array_add (self->rows, g_strdupv ((char **) cells));
}

void
tool_table_set_left (ToolTable *self,
                     guint column)
{
  g_assert (column < self->n_columns);

  self->left[column] = TRUE;
}

guint
tool_table_get_n_rows (ToolTable *self)
{
  return self->rows->len - 1;
}

/* tool_table_format: the table as lines of text, none of which ends in blanks. */
char *
tool_table_format (ToolTable *self,
                   guint indent)
{
  g_autofree int *widths = g_new0 (int, self->n_columns + 1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      char **cells = g_ptr_array_index (self->rows, i);

      for (guint j = 0; j < self->n_columns; j++)
        widths[j] = MAX (widths[j], pymva_text_measure (cells[j]));
    }

  for (guint i = 0; i < self->rows->len; i++)
    {
      char **cells = g_ptr_array_index (self->rows, i);

      g_string_append_printf (text, "%*s", (int) indent, "");
      for (guint j = 0; j < self->n_columns; j++)
        {
          if (j > 0)
            g_string_append_printf (text, "%*s", GAP, "");
          if (self->left[j])
            pymva_text_append_left (text, cells[j], widths[j]);
          else
            pymva_text_append_right (text, cells[j], widths[j]);
        }
      while (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate (text, text->len - 1);
      g_string_append_c (text, '\n');
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* tool_format_number: what cannot be told is a dash. */
char *
tool_format_number (double value,
                    guint n_decimals)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE + 330];
  g_autofree char *format = g_strdup_printf ("%%.%uf", n_decimals);

  if (isnan (value))
    return g_strdup ("-");

  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, format, value));
}

/* tool_format_duration: "0.35 s", "12.3 s", "3:05", "1:02:03". */
char *
tool_format_duration (double seconds)
{
  gint64 whole = (gint64) floor (seconds + 0.5);

  if (seconds < 9.995)
    return g_strdup_printf ("%.2f s", seconds);
  if (seconds < 59.95)
    return g_strdup_printf ("%.1f s", seconds);
  if (whole < 3600)
    return g_strdup_printf ("%d:%02d", (int) (whole / 60), (int) (whole % 60));

  return g_strdup_printf ("%d:%02d:%02d", (int) (whole / 3600), (int) (whole / 60 % 60),
                          (int) (whole % 60));
}
