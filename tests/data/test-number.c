/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "data/pymva-number-private.h"

/* Everything is compared with the C library, which rounds right. */

#define N_RANDOM 20000

static void
assert_number (const char *text,
               double expected)
{
  double number = 0;

  g_assert_true (pymva_number_parse (text, strlen (text), &number));
  g_assert_cmpmem (&number, sizeof number, &expected, sizeof expected);
}

/* Hard cases after Clinger (1990) and others. */
static void
test_numbers (void)
{
  const char *texts[] = {
    "0", "-0", "1", "+1", "1.", ".5", "00012.50", "1e22", "1e23", "1e-22", "1e-23",
    "9007199254740992",
    "9007199254740993", "9007199254740993.0000000000000000000000001",
    "123456789012345678901234567890",
    "0.1", "0.3", "1.7976931348623157e308", "1.7976931348623159e308", "4.9406564584124654e-324",
    "2e-324",
    "2.2250738585072011e-308", "6.02214076E+23", "179769313486231580793e289", "1e400", "-1e-400",
    "0.000000000000000000000000000000000000000000000000000000000000000000000000000001",
    "10000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000",
    "5e-20", "3.14159265358979323846264338327950288", "1e100001", "0e100001",
  };
  const char *bad[] = { "", "-", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "0x10", "1f", "nanx", "in",
                        "--1",
                        "+-1", "1 2", "1d5", "infinit" };
  double number;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_number (texts[i], g_ascii_strtod (texts[i], NULL));

  g_assert_true (pymva_number_parse ("NaN", 3, &number) && isnan (number));
  assert_number ("-Inf", -INFINITY);
  assert_number ("+infinity", INFINITY);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (pymva_number_parse (bad[i], strlen (bad[i]), &number));
}

static void
assert_same (const char *text)
{
  assert_number (text, g_ascii_strtod (text, NULL));
}

static guint64
random_bits (guint n_bits)
{
  guint64 bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();

  return bits >> (64 - n_bits);
}

static void
test_any (void)
{
  for (int i = 0; i < N_RANDOM; i++)
    {
      char text[64];
      guint64 bits = random_bits (64);
      double value;

      memcpy (&value, &bits, sizeof value);
      if (!isfinite (value))
        continue;
      g_snprintf (text, sizeof text, "%.*g", g_test_rand_int_range (1, 18), value);
      assert_same (text);
      g_snprintf (text, sizeof text, "%.*f", g_test_rand_int_range (0, 12),
                  g_test_rand_double_range (-1e4, 1e4));
      assert_same (text);
    }
}

/* As much as 64 bits hold, with exponents all over the table of powers and beyond. */
static void
test_long (void)
{
  for (int i = 0; i < N_RANDOM; i++)
    {
      char text[64];

      g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT "e%d",
                  random_bits (g_test_rand_int_range (1, 65)), g_test_rand_int_range (-70, 70));
      assert_same (text);
      g_snprintf (text, sizeof text, "0.%0*" G_GUINT64_FORMAT, g_test_rand_int_range (1, 30),
                  random_bits (g_test_rand_int_range (1, 65)));
      assert_same (text);
      g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT, random_bits (64),
                  random_bits (64));
      assert_same (text);
    }
}

/* In the middle between two doubles, and next to it: there the last bit counts. */
static void
test_ties (void)
{
  static const char * const tails[] = { "", ".0", ".5", ".25", ".49", ".51", ".75", "e1", "e3" };

  for (int i = 0; i < N_RANDOM; i++)
    {
      guint64 middle = random_bits (54) | G_GUINT64_CONSTANT (1) << 53 | 1;
      g_autofree char *text = NULL;
      char scaled[64];

      middle = (middle << g_test_rand_int_range (0, 10)) + g_test_rand_int_range (-1, 2);
      text = g_strdup_printf ("%" G_GUINT64_FORMAT "%s", middle,
                              tails[g_test_rand_int_range (0, G_N_ELEMENTS (tails))]);
      assert_same (text);
      /* Doubles with few bits, written out with 19 digits. */
      g_snprintf (scaled, sizeof scaled, "%.18e",
                  ldexp ((double) random_bits (g_test_rand_int_range (1, 54)),
                         g_test_rand_int_range (-60, 10)));
      assert_same (scaled);
    }
}

/* Nothing behind the end counts, whatever it is. */
static void
test_scan (void)
{
  static const char text[] = "-12.5e1,7";
  const double expected[] = { NAN, NAN, -1, -12, -12, -12.5, NAN, -125, -125, -125 };

  for (gsize length = 0; length < G_N_ELEMENTS (expected); length++)
    {
      double number = NAN;
      const char *end = pymva_number_scan (text, text + length, &number);

      if (isnan (expected[length]))
        g_assert_null (end);
      else
        {
          g_assert_cmpfloat (number, ==, expected[length]);
          g_assert_true (end == text + MIN (length, 7));
        }
    }
}

/* As Python's repr() writes them, without “.0”. */
static void
test_format (void)
{
  static const struct
  {
    double number;
    const char *text;
  } doubles[] = {
    { 0.0, "0" }, { -0.0, "-0" }, { NAN, "nan" }, { INFINITY, "inf" }, { -INFINITY, "-inf" },
    { 1.0, "1" }, { -12.5, "-12.5" }, { 0.1, "0.1" }, { 0.1 + 0.2, "0.30000000000000004" },
    { 1.0 / 3, "0.3333333333333333" }, { 0.0001, "0.0001" }, { 0.00001234, "1.234e-05" },
    { 1e15, "1000000000000000" }, { 1e16, "1e+16" },
    { 123456789012345678.0, "1.2345678901234568e+17" },
    { 9007199254740993.0, "9007199254740992" }, { 1e22, "1e+22" }, { 1e23, "1e+23" },
    { 5e-324, "5e-324" }, { 1.7976931348623157e308, "1.7976931348623157e+308" },
    { 2.2250738585072014e-308, "2.2250738585072014e-308" }, { 1e-100, "1e-100" },
  };
  static const struct
  {
    float number;
    const char *text;
  } floats[] = {
    { 0.1f, "0.1" }, { 1.0f / 3, "0.33333334" }, { -0.0f, "-0" }, { NAN, "nan" },
    { 1e30f, "1e+30" },
    { 16777216.0f, "16777216" }, { 1e-45f, "1e-45" }, { 3.4028235e38f, "3.4028235e+38" },
    { 1.17549435e-38f, "1.1754944e-38" }, { 0.99999994f, "0.99999994" }, { 8.5f, "8.5" },
    { 9.9999997e-06f, "1e-05" }, { 65504.0f, "65504" },
  };
  char text[PYMVA_NUMBER_LENGTH];

  for (guint i = 0; i < G_N_ELEMENTS (doubles); i++)
    {
      *pymva_number_format_double (text, doubles[i].number) = '\0';
      g_assert_cmpstr (text, ==, doubles[i].text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (floats); i++)
    {
      *pymva_number_format_float (text, floats[i].number) = '\0';
      g_assert_cmpstr (text, ==, floats[i].text);
    }
  *pymva_number_format_integer (text, G_MININT64) = '\0';
  g_assert_cmpstr (text, ==, "-9223372036854775808");
  *pymva_number_format_integer (text, 0) = '\0';
  g_assert_cmpstr (text, ==, "0");
}

static guint
count_digits (const char *text)
{
  guint n_digits = 0;
  guint n_zeros = 0;

  for (; *text != '\0' && *text != 'e'; text++)
    {
      if (!g_ascii_isdigit (*text) || (n_digits == 0 && *text == '0'))
        continue;
      n_digits++;
      n_zeros = *text == '0' ? n_zeros + 1 : 0;
    }

  return n_digits - n_zeros;
}

/* Whether the text is the middle between the number and the next one. */
static gboolean
is_between (const char *text,
            float number)
{
  double twice = 2 * strtod (text, NULL);

  return twice == (double) number + nextafterf (number, INFINITY) ||
         twice == (double) number + nextafterf (number, -INFINITY);
}

/* Any number is read back as it was, and fewer digits would not do. */
static void
test_format_any (void)
{
  const double divisors[] = { 1, 10, 1e4, 1e9 };

  for (int i = 0; i < N_RANDOM; i++)
    {
      guint32 bits = g_test_rand_int ();
      guint64 many_bits = random_bits (64);
      char text[PYMVA_NUMBER_LENGTH];
      char shorter[PYMVA_NUMBER_LENGTH];
      float number;
      double value;

      memcpy (&number, &bits, sizeof number);
      memcpy (&value, &many_bits, sizeof value);
      if (isfinite (number))
        {
          *pymva_number_format_float (text, number) = '\0';
          g_assert_true (strtof (text, NULL) == number);
          if (count_digits (text) > 1)
            {
              g_snprintf (shorter, sizeof shorter, "%.*e", count_digits (text) - 2, number);
              g_assert_true (strtof (shorter, NULL) != number || is_between (shorter, number));
            }
        }
      if (isfinite (value))
        {
          *pymva_number_format_double (text, value) = '\0';
          g_assert_true (strtod (text, NULL) == value);
        }
      /* With few digits. */
      value = (double) random_bits (g_test_rand_int_range (1, 50)) / divisors[i % 4];
      *pymva_number_format_double (text, value) = '\0';
      g_assert_true (strtod (text, NULL) == value);
      g_assert_cmpuint (count_digits (text), <=, 15);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/number/chosen", test_numbers);
  g_test_add_func ("/number/any", test_any);
  g_test_add_func ("/number/long", test_long);
  g_test_add_func ("/number/ties", test_ties);
  g_test_add_func ("/number/scan", test_scan);
  g_test_add_func ("/number/format", test_format);
  g_test_add_func ("/number/format-any", test_format_any);

  return g_test_run ();
}
