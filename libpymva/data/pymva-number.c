/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-table-reader-private.h"

/* As many decimal digits as 64 bits hold. */
#define MOST_DIGITS 19
/* Integers up to this are doubles, and so are the powers of ten in the table: one product or
 * quotient of two such numbers is rounded once, so it is the nearest double (Clinger 1990). */
#define MOST_EXACT (G_GUINT64_CONSTANT (1) << 53)

static const double powers[] = {
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/* The number as mantissa * 10^exponent; digits beyond those that fit are counted, not kept. */
typedef struct
{
  guint64 mantissa;
  int exponent;
  guint n_digits;
  gboolean has_digits;
} Decimal;

static const char *
scan_digits (const char *at,
             const char *end,
             gboolean is_fraction,
             Decimal *decimal)
{
  for (; at < end && g_ascii_isdigit (*at); at++)
    {
      decimal->has_digits = TRUE;
      if (decimal->n_digits < MOST_DIGITS)
        {
          decimal->mantissa = decimal->mantissa * 10 + (*at - '0');
          decimal->n_digits += decimal->mantissa != 0;
          decimal->exponent -= is_fraction;
        }
      else
        {
          decimal->n_digits++;
          decimal->exponent += !is_fraction;
        }
    }

  return at;
}

static const char *
scan_exponent (const char *at,
               const char *end,
               Decimal *decimal)
{
  const char *start = at + 1;
  gboolean is_negative;
  int exponent = 0;

  if (at == end || (*at != 'e' && *at != 'E'))
    return at;

  is_negative = start < end && *start == '-';
  if (start < end && (*start == '-' || *start == '+'))
    start++;
  for (at = start; at < end && g_ascii_isdigit (*at); at++)
    exponent = MIN (exponent * 10 + (*at - '0'), 100000);
  decimal->exponent += is_negative ? -exponent : exponent;

  return at > start ? at : NULL;
}

/* The cases that the exact product does not reach, and the few that are spelled. */
static double
convert_slowly (const char *text,
                gsize length)
{
  char buffer[64];
  g_autofree char *copy = NULL;

  if (length >= sizeof buffer)
    return g_ascii_strtod ((copy = g_strndup (text, length)), NULL);

  memcpy (buffer, text, length);
  buffer[length] = '\0';
  return g_ascii_strtod (buffer, NULL);
}

static gboolean
is_word (const char *text,
         const char *end,
         const char *word)
{
  gsize length = end - text;

  return length == strlen (word) && g_ascii_strncasecmp (text, word, length) == 0;
}

gboolean
pymva_number_parse (const char *text,
                    gsize length,
                    double *number)
{
  const char *end = text + length;
  gboolean has_sign = length > 0 && (*text == '-' || *text == '+');
  const char *at = text + has_sign;
  Decimal decimal = { 0 };
  double value;

  at = scan_digits (at, end, FALSE, &decimal);
  if (at < end && *at == '.')
    at = scan_digits (at + 1, end, TRUE, &decimal);
  if (decimal.has_digits)
    at = scan_exponent (at, end, &decimal);

  if (!decimal.has_digits)
    {
      const char *word = text + has_sign;

      if (is_word (word, end, "nan"))
        value = NAN;
      else if (is_word (word, end, "inf") || is_word (word, end, "infinity"))
        value = INFINITY;
      else
        return FALSE;
    }
  else if (at != end)
    return FALSE;
  else if (decimal.n_digits > MOST_DIGITS || decimal.mantissa > MOST_EXACT ||
           ABS (decimal.exponent) >= (int) G_N_ELEMENTS (powers))
    {
      *number = convert_slowly (text, length);
      return TRUE;
    }
  else
    value = decimal.exponent < 0 ? decimal.mantissa / powers[-decimal.exponent]
                                 : decimal.mantissa * powers[decimal.exponent];

  *number = *text == '-' ? -value : value;
  return TRUE;
}
