/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pymva-number-private.h"

/* Numbers as text. printf() finds the digits of a number with arithmetic of many digits; nearly all
 * numbers need no more than a double has, and then it is 10 times as fast to try with that whether
 * so many digits read back as the number. */

/* The powers that doubles hold exactly; beyond them the nearest. */
static const double powers[] = {
  1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14,
  1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29,
  1e30, 1e31, 1e32, 1e33, 1e34, 1e35, 1e36, 1e37, 1e38, 1e39, 1e40, 1e41, 1e42, 1e43, 1e44,
  1e45, 1e46, 1e47, 1e48, 1e49, 1e50, 1e51, 1e52, 1e53, 1e54, 1e55,
};

#define LAST_EXACT_POWER 22

/* More than the error of a product and a quotient of doubles, and far less than what the ninth
 * digit of a float can tell. */
#define FLOAT_MARGIN 1e-15

static double
scale (double number,
       int exponent)
{
  return exponent < 0 ? number / powers[-exponent] : number * powers[exponent];
}

char *
pymva_number_format_integer (char *at,
                             gint64 number)
{
  char digits[20];
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;
  int n = 0;

  do
    digits[n++] = '0' + rest % 10;
  while ((rest /= 10) > 0);

  if (number < 0)
    *at++ = '-';
  while (n > 0)
    *at++ = digits[--n];

  return at;
}

/* Writes 0.DIGITS * 10^@point, where the first digit is not 0. */
static char *
place_point (char *at,
             const char *digits,
             int n_digits,
             int point)
{
  if (point < -3 || point > 16)
    {
      *at++ = digits[0];
      if (n_digits > 1)
        {
          *at++ = '.';
          memcpy (at, digits + 1, n_digits - 1);
          at += n_digits - 1;
        }
      return at + sprintf (at, "e%+03d", point - 1);
    }
  if (point <= 0)
    {
      memcpy (at, "0.000", 2 - point);
      at += 2 - point;
      memcpy (at, digits, n_digits);
      return at + n_digits;
    }

  for (int i = 0; i < MAX (n_digits, point); i++)
    {
      if (i == point)
        *at++ = '.';
      *at++ = i < n_digits ? digits[i] : '0';
    }
  return at;
}

/* Writes @mantissa * 10^@exponent. */
static char *
write_decimal (char *at,
               guint64 mantissa,
               int exponent)
{
  char digits[20];
  int n_digits = pymva_number_format_integer (digits, mantissa) - digits;
  int point = n_digits + exponent;

  while (n_digits > 1 && digits[n_digits - 1] == '0')
    n_digits--;

  return place_point (at, digits, n_digits, point);
}

/* What needs no digits; NULL for any other number. */
static char *
write_special (char *at,
               double number)
{
  if (isnan (number))
    {
      /* As NumPy, pandas and R read them. */
      memcpy (at, "nan", 3);
      return at + 3;
    }
  if (signbit (number))
    *at++ = '-';
  if (isinf (number))
    {
      memcpy (at, "inf", 3);
      return at + 3;
    }
  if (number == 0.0)
    {
      *at = '0';
      return at + 1;
    }

  return NULL;
}

char *
pymva_number_format_float (char *at,
                           float number)
{
  double size = fabs (number);
  char *end = write_special (at, number);
  int exponent;

  if (end != NULL)
    return end;

  if (number < 0)
    *at++ = '-';
  /* Six digits always read back as themselves, but in subnormal numbers, and nine are enough for
   * any float. */
  exponent = (int) floor (log10 (size));
  for (int n_digits = size < FLT_MIN ? 1 : 6; n_digits < 9; n_digits++)
    {
      int shift = n_digits - 1 - exponent;
      double mantissa = rint (scale (size, shift));
      double read = scale (mantissa, -shift);

      if ((float) (read * (1 - FLOAT_MARGIN)) == (float) size &&
          (float) (read * (1 + FLOAT_MARGIN)) == (float) size)
        return write_decimal (at, mantissa, -shift);
    }

  return write_decimal (at, rint (scale (size, 8 - exponent)), exponent - 8);
}

/* The same by the C library: "d.ddde+xx" gives the digits. */
static char *
write_by_library (char *at,
                  double size)
{
  char text[PYMVA_NUMBER_LENGTH];
  char digits[20];
  int n_digits = size < DBL_MIN ? 1 : 15;
  int point;

  for (;; n_digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%de", n_digits - 1);
      g_ascii_formatd (text, sizeof text, format, size);
      if (n_digits == 17 || g_ascii_strtod (text, NULL) == size)
        break;
    }

  digits[0] = text[0];
  memcpy (digits + 1, text + 2, n_digits - 1);
  point = atoi (strchr (text, 'e') + 1) + 1;
  while (n_digits > 1 && digits[n_digits - 1] == '0')
    n_digits--;

  return place_point (at, digits, n_digits, point);
}

char *
pymva_number_format_double (char *at,
                            double number)
{
  double size = fabs (number);
  char *end = write_special (at, number);
  int shift;

  if (end != NULL)
    return end;

  if (number < 0)
    *at++ = '-';
  /* Fifteen digits fit into a double, and where the power does so too, the quotient is the double
   * nearest to that decimal. */
  shift = 14 - (int) floor (log10 (size));
  if (ABS (shift) <= LAST_EXACT_POWER)
    {
      double mantissa = rint (scale (size, shift));

      if (scale (mantissa, -shift) == size)
        return write_decimal (at, mantissa, -shift);
    }

  return write_by_library (at, size);
}
