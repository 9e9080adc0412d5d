/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-text-private.h"

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
