/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-number-private.h"

/* Products of a 64-bit mantissa with a power of ten, rounded to the nearest double. The power is
 * kept with 128 bits: exactly where it is whole, and otherwise rounded down, which leaves the last
 * 64 of the product's 192 bits in doubt. Only where the bits that decide about rounding are all
 * ones could these matter. After D. Lemire, "Number parsing at a gigabyte per second", Software:
 * Practice and Experience 51 (2021), with a smaller table: 5^55 is the last power of 128 bits. */

#ifdef __SIZEOF_INT128__

#define MOST_EXPONENT 55
/* The last power of five of 64 bits. */
#define MOST_DIVISOR 27

__extension__ typedef unsigned __int128 Wide;

/* significand * 2^exponent, the highest bit of the significand being set */
typedef struct
{
  Wide significand;
  int exponent;
} Power;

static Power powers[2 * MOST_EXPONENT + 1];

static guint
count_zeros (Wide wide)
{
  guint64 high = wide >> 64;

  return high != 0 ? (guint) __builtin_clzll (high) : 64 + (guint) __builtin_clzll ((guint64) wide);
}

/* 2^(127 + length) / divisor, where length is that of the divisor in bits, by long division. */
static Wide
invert (Wide divisor,
        guint length)
{
  Wide remainder = (Wide) 1 << (length - 1);
  Wide quotient = 0;

  for (guint i = 0; i < 128; i++)
    {
      gboolean carry = remainder >> 127 != 0;

      remainder <<= 1;
      quotient <<= 1;
      if (carry || remainder >= divisor)
        {
          remainder -= divisor;
          quotient |= 1;
        }
    }

  return quotient;
}

static void
make_powers (void)
{
  Wide five = 1;

  for (int k = 0; k <= MOST_EXPONENT; k++, five *= 5)
    {
      guint n_zeros = count_zeros (five);

      powers[MOST_EXPONENT + k] = (Power) { five << n_zeros, k - (int) n_zeros };
      if (k > 0)
        powers[MOST_EXPONENT - k] =
          (Power) { invert (five, 128 - n_zeros), -127 - (int) (128 - n_zeros) - k };
    }
}

/* The double of these bits: @significand has its highest bit set and stands for
 * significand * 2^@exponent, and there is more below it where @is_inexact. */
static double
round_to_double (guint64 significand,
                 int exponent,
                 gboolean is_inexact)
{
  guint64 mantissa = significand >> 11;
  guint64 rest = significand & 0x7ff;
  guint64 bits;
  double value;

  if (rest > 0x400 || (rest == 0x400 && (is_inexact || (mantissa & 1) != 0)))
    mantissa++;
  exponent += 11;
  if (mantissa >> 53 != 0)
    {
      mantissa >>= 1;
      exponent++;
    }

  bits = (mantissa & ((G_GUINT64_CONSTANT (1) << 52) - 1)) | (guint64) (exponent + 1075) << 52;
  memcpy (&value, &bits, sizeof value);

  return value;
}

/* mantissa / 10^k with all that division leaves. The mantissa has its highest bit set. */
static double
divide (guint64 mantissa,
        int exponent,
        int k)
{
  guint64 divisor = 1;
  Wide dividend = (Wide) mantissa << 63;
  guint n_zeros;
  Wide quotient;

  for (int i = 0; i < k; i++)
    divisor *= 5;
  n_zeros = __builtin_clzll (divisor);
  divisor <<= n_zeros;
  quotient = dividend / divisor;
  exponent += (int) n_zeros - 63 - k;
  /* The quotient has 63 or 64 bits. */
  if ((quotient >> 63) == 0)
    {
      dividend <<= 1;
      quotient = dividend / divisor;
      exponent--;
    }

  return round_to_double (quotient, exponent, quotient * divisor != dividend);
}

gboolean
pymva_number_scale (guint64 mantissa,
                    int exponent,
                    double *number)
{
  static gsize is_ready;
  guint n_zeros = __builtin_clzll (mantissa);
  const Power *power;
  Wide low;
  Wide high;

  if (ABS (exponent) > MOST_EXPONENT)
    return FALSE;
  if (g_once_init_enter (&is_ready))
    {
      make_powers ();
      g_once_init_leave (&is_ready, 1);
    }

  power = &powers[MOST_EXPONENT + exponent];
  mantissa <<= n_zeros;
  low = (Wide) mantissa * (guint64) power->significand;
  high = (Wide) mantissa * (guint64) (power->significand >> 64) + (guint64) (low >> 64);
  /* Bits 64 to 127 of the product, and those of the upper ones that are below the rounding bit. */
  if (exponent < 0 && (guint64) high == G_MAXUINT64 && (((guint64) (high >> 64)) & 0x1ff) == 0x1ff)
    {
      if (exponent < -MOST_DIVISOR)
        return FALSE;
      *number = divide (mantissa, -(int) n_zeros, -exponent);
      return TRUE;
    }

  n_zeros += high >> 127 == 0;
  if (high >> 127 == 0)
    {
      high = high << 1 | (guint64) low >> 63;
      low <<= 1;
    }
  *number = round_to_double (high >> 64, power->exponent + 128 - (int) n_zeros,
                             exponent < 0 || (guint64) high != 0 || (guint64) low != 0);
  return TRUE;
}

#else

gboolean
pymva_number_scale (guint64 mantissa,
                    int exponent,
                    double *number)
{
  return FALSE;
}

#endif
