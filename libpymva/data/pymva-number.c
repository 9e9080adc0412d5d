/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-number-private.h"

/* As many decimal digits as 64 bits hold. */
#define MOST_DIGITS 19
/* Integers up to this are doubles, and so are the powers of ten in the table: one product or
 * quotient of two such numbers is rounded once, so it is the nearest double (Clinger 1990). */
#define MOST_EXACT (G_GUINT64_CONSTANT (1) << 53)

static const double powers[] = {
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static const guint64 small_powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000 };

/* The number as mantissa * 10^exponent. The mantissa is right up to MOST_DIGITS digits. */
typedef struct
{
  guint64 mantissa;
  int exponent;
  const char *first_digit;
  gsize n_digits;
} Decimal;

/* Eight bytes of text at once, the first in the lowest bits, less "0": digits become 0 to 9. */
static inline guint64
load_eight (const char *at)
{
  guint64 eight;

  memcpy (&eight, at, sizeof eight);
  return GUINT64_FROM_LE (eight) ^ G_GUINT64_CONSTANT (0x3030303030303030);
}

/* How many of the eight are digits before the first that is none. */
static inline guint
count_digits (guint64 eight)
{
  guint64 others = ((eight + G_GUINT64_CONSTANT (0x7676767676767676)) | eight) &
                   G_GUINT64_CONSTANT (0x8080808080808080);

  return others == 0 ? 8 : (guint) __builtin_ctzll (others) / 8;
}

/* The number that eight digits make: pairs of neighbours are joined, three times over. */
static inline guint64
join_eight (guint64 eight)
{
  const guint64 mask = G_GUINT64_CONSTANT (0x000000ff000000ff);

  eight = eight * 10 + (eight >> 8);
  return ((eight & mask) * G_GUINT64_CONSTANT (0x000f424000000064) +
          ((eight >> 16) & mask) * G_GUINT64_CONSTANT (0x0000271000000001)) >> 32;
}

static inline const char *
scan_digits (const char *at,
             const char *end,
             guint64 *mantissa)
{
  while (end - at >= 8)
    {
      guint64 eight = load_eight (at);
      guint n = count_digits (eight);

      if (n == 0)
        return at;
      if (n < 8)
        {
          *mantissa = *mantissa * small_powers[n] + join_eight (eight << (64 - 8 * n));
          return at + n;
        }
      *mantissa = *mantissa * 100000000 + join_eight (eight);
      at += 8;
    }
  for (; at < end && g_ascii_isdigit (*at); at++)
    *mantissa = *mantissa * 10 + (*at - '0');

  return at;
}

/* NULL where no digit follows the "e". */
static const char *
scan_exponent (const char *at,
               const char *end,
               int *exponent)
{
  const char *start = at + 1;
  gboolean is_negative;
  int value = 0;

  is_negative = start < end && *start == '-';
  if (start < end && (*start == '-' || *start == '+'))
    start++;
  for (at = start; at < end && g_ascii_isdigit (*at); at++)
    value = MIN (value * 10 + (*at - '0'), 100000);
  *exponent += is_negative ? -value : value;

  return at > start ? at : NULL;
}

/* Takes a number apart. @at is behind its sign; NULL where there is no number. */
static inline const char *
scan_decimal (const char *at,
              const char *end,
              Decimal *decimal)
{
  const char *start = at;

  decimal->mantissa = 0;
  decimal->exponent = 0;
  decimal->first_digit = start;
  at = scan_digits (at, end, &decimal->mantissa);
  decimal->n_digits = at - start;
  if (at < end && *at == '.')
    {
      start = at + 1;
      at = scan_digits (start, end, &decimal->mantissa);
      decimal->n_digits += at - start;
      decimal->exponent = start - at;
    }
  if (decimal->n_digits == 0)
    return NULL;

  return at < end && (*at == 'e' || *at == 'E') ? scan_exponent (at, end, &decimal->exponent) : at;
}

/* Whether zeros at the front are all that makes the digits too many. */
static gboolean
fits_without_zeros (const Decimal *decimal)
{
  gsize n_left = decimal->n_digits;

  for (const char *at = decimal->first_digit; *at == '0' || *at == '.'; at++)
    {
      n_left -= *at == '0';
      if (n_left == 0)
        break;
    }

  return n_left <= MOST_DIGITS;
}

/* The cases that exact arithmetic in 192 bits does not reach. */
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

/* Scans the number that @at begins with, and no word. */
const char *
pymva_number_scan (const char *at,
                   const char *end,
                   double *number)
{
  gboolean is_negative = at < end && *at == '-';
  const char *text = at;
  Decimal decimal;
  double value;

  at += is_negative || (at < end && *at == '+');
  at = scan_decimal (at, end, &decimal);
  if (at == NULL)
    return NULL;

  if (decimal.n_digits > MOST_DIGITS && !fits_without_zeros (&decimal))
    {
      *number = convert_slowly (text, at - text);
      return at;
    }
  if (decimal.mantissa <= MOST_EXACT && ABS (decimal.exponent) < (int) G_N_ELEMENTS (powers))
    value = decimal.exponent < 0 ? decimal.mantissa / powers[-decimal.exponent]
                                 : decimal.mantissa * powers[decimal.exponent];
  else if (decimal.mantissa == 0)
    value = 0;
  else if (!pymva_number_scale (decimal.mantissa, decimal.exponent, &value))
    {
      *number = convert_slowly (text, at - text);
      return at;
    }

  *number = is_negative ? -value : value;
  return at;
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
  const char *word = text + (length > 0 && (*text == '-' || *text == '+'));

  if (pymva_number_scan (text, end, number) == end)
    return length > 0;

  if (is_word (word, end, "nan"))
    *number = NAN;
  else if (is_word (word, end, "inf") || is_word (word, end, "infinity"))
    *number = INFINITY;
  else
    return FALSE;

  if (*text == '-')
    *number = -*number;
  return TRUE;
}
