/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "python-util.h"

/* A value, as what Python shows it, and what comes back. */
static const struct
{
  const char *value;
  const char *python;
  const char *back;
} values[] = {
  { "true", "True", "true" },
  { "false", "False", "false" },
  { "byte 0x00", "0", "int64 0" },
  { "byte 0xff", "255", "int64 255" },
  { "int16 -32768", "-32768", "int64 -32768" },
  { "uint16 65535", "65535", "int64 65535" },
  { "int32 -2147483648", "-2147483648", "int64 -2147483648" },
  { "uint32 4294967295", "4294967295", "int64 4294967295" },
  { "int64 -9223372036854775808", "-9223372036854775808", "int64 -9223372036854775808" },
  { "int64 9223372036854775807", "9223372036854775807", "int64 9223372036854775807" },
  { "uint64 9223372036854775808", "9223372036854775808", "uint64 9223372036854775808" },
  { "uint64 18446744073709551615", "18446744073709551615", "uint64 18446744073709551615" },
  { "0.1", "0.1", "0.1" },
  { "-0.0", "-0.0", "-0.0" },
  { "2.2250738585072014e-308", "2.2250738585072014e-308", "2.2250738585072014e-308" },
  { "1.7976931348623157e308", "1.7976931348623157e+308", "1.7976931348623157e308" },
  { "inf", "inf", "inf" },
  { "''", "''", "''" },
  { "'häß 🐍 \\u0001'", "'häß 🐍 \\x01'", "'häß 🐍 \\u0001'" },
  { "objectpath '/org/x'", "'/org/x'", "'/org/x'" },
  { "signature 'a{sv}'", "'a{sv}'", "'a{sv}'" },
  { "@ay [0x00, 0xff]", "b'\\x00\\xff'", "@ay [0x00, 0xff]" },
  { "@ay []", "b''", "@ay []" },
  { "[1, 2]", "[1, 2]", "[<int64 1>, <int64 2>]" },
  { "@ai []", "[]", "@av []" },
  { "['a', 'b']", "['a', 'b']", "[<'a'>, <'b'>]" },
  { "[[1.5], []]", "[[1.5], []]", "[<[<1.5>]>, <@av []>]" },
  { "()", "()", "()" },
  { "(1, 'a', (2.5,))", "(1, 'a', (2.5,))", "(int64 1, 'a', (2.5,))" },
  { "{'a': 1, 'b': 2}", "{'a': 1, 'b': 2}", "{'a': <int64 1>, 'b': <int64 2>}" },
  { "{'a': <1>, 'b': <'x'>}", "{'a': 1, 'b': 'x'}", "{'a': <int64 1>, 'b': <'x'>}" },
  { "@a{sv} {}", "{}", "@a{sv} {}" },
  { "@mi nothing", "None", "@mv nothing" },
  { "@mi 7", "7", "int64 7" },
  { "@mmi just nothing", "None", "@mv nothing" },
  { "<<'deep'>>", "'deep'", "'deep'" },
  { "{'k', 5}", "('k', 5)", "('k', int64 5)" },
};

static void
test_round_trip (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value = g_variant_parse (NULL, values[i].value, NULL, NULL, &error);
      g_autoptr (GVariant) expected = NULL;
      g_autoptr (GVariant) back = NULL;
      g_autoptr (PymvaObject) object = NULL;

      g_assert_no_error (error);
      object = pymva_object_new_from_variant (value, &error);
      g_assert_no_error (error);
      assert_repr (object, values[i].python);

      back = pymva_object_to_variant (object, &error);
      g_assert_no_error (error);
      g_assert_false (g_variant_is_floating (back));
      expected = g_variant_parse (NULL, values[i].back, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpvariant (back, expected);
    }
}

static void
test_nan (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) object =
    pymva_object_new_from_variant (g_variant_new_double (NAN), &error);
  g_autoptr (GVariant) back = pymva_object_to_variant (object, &error);

  g_assert_no_error (error);
  g_assert_true (isnan (g_variant_get_double (back)));
}

/* Keys of other types make dicts too, which have no way back. */
static void
test_number_keys (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) dict =
    pymva_object_new_from_variant (g_variant_new_parsed ("{1: 'a', 2: 'b'}"), &error);

  g_assert_no_error (error);
  assert_repr (dict, "{1: 'a', 2: 'b'}");
  g_assert_null (pymva_object_to_variant (dict, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "key of type “int”");
}

/* Bytes from the bus or a file, which GLib reads lazily. */
static void
test_serialised (void)
{
  g_autoptr (GVariant) value =
    g_variant_ref_sink (g_variant_new_parsed ("(@ay [1, 2], {'k': <[1.5, 2.5]>}, ['x'])"));
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (value);
  g_autoptr (GVariant) again =
    g_variant_ref_sink (g_variant_new_from_bytes (g_variant_get_type (value), bytes, FALSE));
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) object = pymva_object_new_from_variant (again, &error);

  g_assert_no_error (error);
  assert_repr (object, "(b'\\x01\\x02', {'k': [1.5, 2.5]}, ['x'])");
}

static void
test_handle (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_object_new_from_variant (g_variant_new_parsed ("[('x', handle 0)]"),
                                                &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "“h”");
}

/* Objects that are like those of Python's own types. */
static const struct
{
  const char *python;
  const char *value;
} alike[] = {
  { "bytearray(b'xy')", "@ay [0x78, 0x79]" },
  { "__import__('collections').OrderedDict(a=1)", "{'a': <int64 1>}" },
  { "__import__('collections').namedtuple('P', 'x y')(1, 2.0)", "(int64 1, 2.0)" },
  { "__import__('enum').IntEnum('E', 'A B').B", "int64 2" },
  { "type('S', (str,), {})('text')", "'text'" },
  { "[None, (None,)]", "[<@mv nothing>, <(@mv nothing,)>]" },
};

static void
test_alike (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (alike); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaObject) object = evaluate (alike[i].python);
      g_autoptr (GVariant) value = pymva_object_to_variant (object, &error);
      g_autoptr (GVariant) expected = g_variant_parse (NULL, alike[i].value, NULL, NULL, NULL);

      g_assert_no_error (error);
      g_assert_cmpvariant (value, expected);
    }
}

/* What has no GVariant, and what the message says of it. */
static const struct
{
  const char *python;
  const char *message;
} refused[] = {
  { "1j", "“complex”" },
  { "{1, 2}", "“set”" },
  { "object()", "“object”" },
  { "len", "“builtin_function_or_method”" },
  { "__import__('decimal').Decimal(1)", "“decimal.Decimal”" },
  { "__import__('datetime').date(2020, 1, 1)", "“datetime.date”" },
  { "2 ** 64", "more than 64 bits" },
  { "-2 ** 63 - 1", "more than 64 bits" },
  { "'a\\0b'", "NUL" },
  { "'\\udcff'", "lone surrogate" },
  { "{'a\\0b': 1}", "a key that holds a NUL" },
  { "{1: 2}", "a key of type “int”" },
  { "[1, 2, 1j]", "at [2] of the Python object is a “complex”" },
  { "{'x': [0, (1, {'y': set()})]}", "at [“x”][1][1][“y”] of the Python object is a “set”" },
  { "[{'a': 'b\\0'}]", "at [0][“a”]" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaObject) object = evaluate (refused[i].python);

      g_assert_null (pymva_object_to_variant (object, &error));
      assert_error_says (&error, PYMVA_ERROR_TYPE, refused[i].message);
    }
}

static void
test_endless (void)
{
  g_autoptr (PymvaObject) names = run_code ("loop = []\n"
                                            "loop.append(loop)\n"
                                            "knot = {}\n"
                                            "knot['self'] = (knot,)\n"
                                            "deep = []\n"
                                            "for _ in range(100000):\n"
                                            "    deep = [deep]\n");
  const char *expressions[] = { "loop", "knot", "deep" };

  for (guint i = 0; i < G_N_ELEMENTS (expressions); i++)
    {
      g_autoptr (PymvaObject) object = evaluate_in (names, expressions[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (pymva_object_to_variant (object, &error));
      assert_error_says (&error, PYMVA_ERROR_VALUE, "contains itself");
    }
}

/* The deepest list that converts is still within what GLib reads back from bytes. */
static void
test_deepest (void)
{
  g_autoptr (PymvaObject) names = run_code ("deep = 'bottom'\n"
                                            "for _ in range(60):\n"
                                            "    deep = [deep]\n");
  g_autoptr (PymvaObject) deep = evaluate_in (names, "deep");
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = pymva_object_to_variant (deep, &error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) again = NULL;
  g_autoptr (PymvaObject) back = NULL;
  g_autoptr (PymvaObject) same = NULL;

  g_assert_no_error (error);
  bytes = g_variant_get_data_as_bytes (value);
  again = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("av"), bytes, FALSE));
  back = pymva_object_new_from_variant (again, &error);
  g_assert_no_error (error);
  same = pymva_object_call_method_objects (back, "__eq__", &deep, 1, &error);
  g_assert_no_error (error);
  assert_repr (same, "True");
}

static void
test_deep_variant (void)
{
  GVariant *value = g_variant_new_int32 (1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    value = g_variant_new_variant (value);

  g_assert_null (pymva_object_new_from_variant (value, &error));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "nested");
}

typedef struct
{
  PymvaObject *good;
  PymvaObject *bad;
} GoodAndBad;

static void
convert_both (gpointer data)
{
  const GoodAndBad *pair = data;
  g_autoptr (GVariant) value = pymva_object_to_variant (pair->good, NULL);
  g_autoptr (GVariant) none = pymva_object_to_variant (pair->bad, NULL);
  g_autoptr (PymvaObject) object = pymva_object_new_from_variant (value, NULL);
  g_autoptr (PymvaObject) no_object =
    pymva_object_new_from_variant (g_variant_new_parsed ("([1, 2], {'a': handle 1})"), NULL);

  g_assert_null (none);
  g_assert_null (no_object);
  g_assert_nonnull (object);
}

static void
test_leaks (void)
{
  g_autoptr (PymvaObject) names = run_code ("good = {'a': [1, 'x', (None, 2.5, b'y')]}\n"
                                            "bad = {'a': [1, 'x', (None, 2.5, b'y', 1j)]}\n");
  g_autoptr (PymvaObject) good = evaluate_in (names, "good");
  g_autoptr (PymvaObject) bad = evaluate_in (names, "bad");
  GoodAndBad pair = { good, bad };

  assert_no_leak (convert_both, &pair);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/convert/round-trip", test_round_trip);
  g_test_add_func ("/convert/nan", test_nan);
  g_test_add_func ("/convert/number-keys", test_number_keys);
  g_test_add_func ("/convert/serialised", test_serialised);
  g_test_add_func ("/convert/handle", test_handle);
  g_test_add_func ("/convert/alike", test_alike);
  g_test_add_func ("/convert/refused", test_refused);
  g_test_add_func ("/convert/endless", test_endless);
  g_test_add_func ("/convert/deepest", test_deepest);
  g_test_add_func ("/convert/deep-variant", test_deep_variant);
  g_test_add_func ("/convert/leaks", test_leaks);

  return g_test_run ();
}
