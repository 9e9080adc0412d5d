/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-text-private.h"

#define LEAST_CELL_WIDTH 8
/* The characters of a text that a message shows. */
#define MOST_SHOWN 40

char *
pymva_text_shorten (const char *text)
{
  /* Bytes that are no UTF-8 become three; what comes after them is not looked at. */
  gsize length = strnlen (text, 4 * MOST_SHOWN);
  g_autofree char *valid = g_utf8_make_valid (text, length);
  g_autoptr (GString) line = g_string_new (NULL);
  const char *at = valid;

  for (guint i = 0; i < MOST_SHOWN && *at != '\0'; i++, at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      g_string_append_unichar (line, g_unichar_isprint (letter) ? letter : 0xfffd);
    }
  if (*at != '\0' || text[length] != '\0')
    g_string_append (line, "…");

  return g_string_free (g_steal_pointer (&line), FALSE);
}

int
pymva_text_measure (const char *text)
{
  int width = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      width += g_unichar_iszerowidth (letter) ? 0 : g_unichar_iswide (letter) ? 2 : 1;
    }

  return width;
}

void
pymva_text_append_left (GString *line,
                        const char *text,
                        int width)
{
  g_string_append_printf (line, "%s%*s", text, MAX (0, width - pymva_text_measure (text)), "");
}

void
pymva_text_append_right (GString *line,
                         const char *text,
                         int width)
{
  g_string_append_printf (line, "%*s%s", MAX (0, width - pymva_text_measure (text)), "", text);
}

void
pymva_text_append_rule (GString *text,
                        guint width)
{
  for (guint i = 0; i < width; i++)
    g_string_append_c (text, '-');
  g_string_append_c (text, '\n');
}

void
pymva_text_append_number (GString *text,
                          const char *format,
                          double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE + 330];

  if (!isnan (value))
    g_ascii_formatd (digits, sizeof digits, format, value);
  g_string_append (text, isnan (value) ? "-" : digits);
}

void
pymva_text_append_cell (GString *text,
                        int width,
                        const char *format,
                        double value)
{
  g_autoptr (GString) cell = g_string_new (NULL);

  pymva_text_append_number (cell, format, value);
  pymva_text_append_right (text, cell->str, width);
}

int
pymva_text_measure_all (const char * const *texts)
{
  int width = 0;

  for (guint i = 0; texts[i] != NULL; i++)
    width = MAX (width, pymva_text_measure (texts[i]));

  return width;
}

void
pymva_text_append_matrix (GString *text,
                          const char * const *names,
                          const double *values)
{
  guint n = g_strv_length ((char **) names);
  int width = pymva_text_measure_all (names);
  int cell = MAX (LEAST_CELL_WIDTH, width + 1);

  pymva_text_append_rule (text, width + 1 + cell * n);
  pymva_text_append_left (text, "", width + 1);
  for (guint i = 0; i < n; i++)
    pymva_text_append_right (text, names[i], cell);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < n; i++)
    {
      pymva_text_append_right (text, names[i], width);
      g_string_append_c (text, ':');
      for (guint k = 0; k < n; k++)
        pymva_text_append_cell (text, cell, "%+.3f", values[i * n + k]);
      g_string_append_c (text, '\n');
    }
  pymva_text_append_rule (text, width + 1 + cell * n);
}
