/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-c-text-private.h"

/* A line of a table is full from here on. */
#define FULL_LINE 84

/* --- numbers --- */

/* @text is a number in decimal: one that looks like a whole number gets a point. */
static void
append_decimal (GString *string,
                const char *text)
{
  g_string_append (string, text);
  if (strpbrk (text, ".e") == NULL)
    g_string_append (string, ".0");
}

/* Infinity and NaN, which have names. */
static gboolean
append_special (GString *text,
                double value)
{
  if (isnan (value))
    g_string_append (text, "NAN");
  else if (isinf (value))
    g_string_append (text, value < 0 ? "-INFINITY" : "INFINITY");
  else
    return FALSE;

  return TRUE;
}

void
pymva_c_append_double (GString *text,
                       double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  char format[] = "%.15g";

  if (append_special (text, value))
    return;

  do
    g_ascii_formatd (buffer, sizeof buffer, format, value);
  while (g_ascii_strtod (buffer, NULL) != value && format[3]++ < '7');
  append_decimal (text, buffer);
}

/* Whether a compiler, which rounds the decimal number to float32 at once, finds @value. Rounding it
 * to float64 first may lead to the middle of two float32 numbers, and from there to the other. */
static gboolean
reads_as_float (const char *decimal,
                float value)
{
  double nearest = g_ascii_strtod (decimal, NULL);

  return (float) nearest == value && (float) nextafter (nearest, -INFINITY) == value &&
         (float) nextafter (nearest, INFINITY) == value;
}

void
pymva_c_append_float (GString *text,
                      float value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  char format[] = "%.6g";

  if (append_special (text, value))
    return;

  do
    g_ascii_formatd (buffer, sizeof buffer, format, value);
  while (!reads_as_float (buffer, value) && format[2]++ < '9');
  append_decimal (text, buffer);
  g_string_append_c (text, 'f');
}

/* --- texts --- */

void
pymva_c_append_string (GString *text,
                       const char *string)
{
  g_string_append_c (text, '"');
  for (const guchar *c = (const guchar *) string; *c != '\0'; c++)
    /* Three digits end the escape whatever follows; a question mark could begin a trigraph. */
    if (*c < ' ' || *c > '~')
      g_string_append_printf (text, "\\%03o", *c);
    else if (strchr ("\"\\?", *c) != NULL)
      g_string_append_printf (text, "\\%c", *c);
    else
      g_string_append_c (text, *c);
  g_string_append_c (text, '"');
}

void
pymva_c_append_comment (GString *text,
                        const char *comment)
{
  gunichar last = 0;

  for (const char *c = comment; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar this = g_utf8_get_char (c);

      if (!g_unichar_isprint (this) || this == '\\')
        this = ' ';
      /* The ends of comments, and trigraphs. */
      if ((last == '*' && this == '/') || (last == '/' && this == '*') ||
          (last == '?' && this == '?'))
        g_string_append_c (text, ' ');
      g_string_append_unichar (text, this);
      last = this;
    }
}

/* --- tables --- */

void
pymva_c_append_separator (GString *text,
                          gsize index,
                          gsize *line)
{
  if (index > 0)
    g_string_append_c (text, ',');
  if (index > 0 && text->len - *line < FULL_LINE)
    {
      g_string_append_c (text, ' ');
      return;
    }

  g_string_append_c (text, '\n');
  *line = text->len;
  g_string_append (text, "  ");
}

/* The elements, each by the statement, which appends the one of number i. */
#define APPEND_TABLE(type, append)                                                                 \
  G_STMT_START                                                                                     \
    {                                                                                              \
      gsize line = 0;                                                                              \
                                                                                                   \
      g_string_append_printf (text, "static const %s %s[] = {", type, name);                       \
      for (gsize i = 0; i < n_values; i++)                                                         \
        {                                                                                          \
          pymva_c_append_separator (text, i, &line);                                               \
          append;                                                                                  \
        }                                                                                          \
      g_string_append (text, n_values > 0 ? "\n};\n" : " 0 };\n");                                 \
    }                                                                                              \
  G_STMT_END

void
pymva_c_append_doubles (GString *text,
                        const char *name,
                        const double *values,
                        gsize n_values)
{
  APPEND_TABLE ("double", pymva_c_append_double (text, values[i]));
}

void
pymva_c_append_rounded (GString *text,
                        const char *name,
                        const double *values,
                        gsize n_values)
{
  APPEND_TABLE ("float", pymva_c_append_float (text, (float) values[i]));
}

void
pymva_c_append_floats (GString *text,
                       const char *name,
                       const float *values,
                       gsize n_values)
{
  APPEND_TABLE ("float", pymva_c_append_float (text, values[i]));
}

void
pymva_c_append_ints (GString *text,
                     const char *name,
                     const gint32 *values,
                     gsize n_values)
{
  APPEND_TABLE ("int", g_string_append_printf (text, "%d", values[i]));
}

void
pymva_c_append_words (GString *text,
                      const char *name,
                      const guint32 *values,
                      gsize n_values)
{
  APPEND_TABLE ("unsigned int", g_string_append_printf (text, "0x%08xu", values[i]));
}
