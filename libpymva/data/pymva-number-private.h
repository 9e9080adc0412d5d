/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Parses the @length bytes of @text as a number in the notation of C whatever the locale, rounded
 * to the nearest double; "nan" and "inf" count. */
gboolean pymva_number_parse (const char *text,
                             gsize length,
                             double *number);
/* The same for the number that the text begins with, but for words: what is behind it, or NULL
 * where there is none. Nothing at @end or beyond is looked at. */
const char *pymva_number_scan (const char *at,
                               const char *end,
                               double *number);

/* The double nearest to @mantissa * 10^@exponent, where @mantissa is not 0. FALSE where only
 * arithmetic with more digits can tell. */
gboolean pymva_number_scale (guint64 mantissa,
                             int exponent,
                             double *number);

/* The longest that a number becomes. */
#define PYMVA_NUMBER_LENGTH 32

/* Writes the number with the fewest digits that read back as the same float or double, as Python
 * and NumPy write it, and returns what is behind it. A decimal in the middle between two floats is
 * left to neither. */
char *pymva_number_format_float (char *at,
                                 float number);
char *pymva_number_format_double (char *at,
                                  double number);
char *pymva_number_format_integer (char *at,
                                   gint64 number);

G_END_DECLS
