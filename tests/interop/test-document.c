/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "interop/pymva-document-private.h"

typedef PymvaDocument *(*ReadFunc) (GBytes *bytes,
                                    GError **error);

static PymvaDocument *
read_text (ReadFunc func,
           const char *text,
           gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (GError) error = NULL;
  PymvaDocument *document = func (bytes, &error);

  g_assert_no_error (error);
  return document;
}

static void
assert_broken (ReadFunc func,
               const char *text,
               gsize length,
               const char *words)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (GError) error = NULL;

  g_assert_null (func (bytes, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}

/* Numbers with a fraction or an exponent are the nearest float32, and others as they are. */
static void
test_json_numbers (void)
{
  static const struct
  {
    const char *text;
    double number;
  } numbers[] = {
    { "0.1", 0.1f },
    { "1E-1", 0.1f },
    { "-2.5e+1", -25 },
    { "16777217", 16777217 },
    { "1.6777217E7", 16777216 },
    /* Just above the middle of 1 and the next float32, which float64 does not tell from it. */
    { "1.00000005960464477539063", 1.0f + 0x1p-23f },
    { "1.4E-45", 0x1p-149 },
    { "1E39", INFINITY },
    { "-Infinity", -INFINITY },
    { "-0.0", -0.0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (PymvaDocument) document =
        read_text (pymva_document_read_json, numbers[i].text, strlen (numbers[i].text));
      gsize n_numbers;
      const double *found = pymva_document_peek_numbers (document, &n_numbers);

      g_assert_cmpuint (n_numbers, ==, 1);
      g_assert_cmpmem (found, sizeof (double), &numbers[i].number, sizeof (double));
    }
}

/* What both formats can say. */
static void
check_object (PymvaDocument *document)
{
  const PymvaDocument *object;
  const PymvaDocument *list;
  g_auto (GStrv) strings = NULL;
  const double *numbers;
  const char *text;
  gsize n_numbers;
  g_autoptr (GError) error = NULL;

  g_assert_true (pymva_document_get_object (document, "object", TRUE, &object, &error));
  g_assert_true (pymva_document_get_string (object, "text", TRUE, &text, &error));
  g_assert_cmpstr (text, ==, "é\"");
  g_assert_true (pymva_document_get_numbers (document, "numbers", TRUE, &numbers, &n_numbers,
                                             &error));
  g_assert_cmpuint (n_numbers, ==, 3);
  g_assert_cmpfloat (numbers[0], ==, -1);
  g_assert_cmpfloat (numbers[1], ==, 2.5);
  g_assert_cmpfloat (numbers[2], ==, 300);
  g_assert_true (pymva_document_get_list (document, "names", TRUE, &list, &error));
  strings = pymva_document_dup_strings (list, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (strings[0], ==, "a");
  g_assert_cmpstr (strings[1], ==, "bc");
  g_assert_true (pymva_document_get_list (document, "empty", TRUE, &list, &error));
  g_assert_cmpuint (pymva_document_get_length (list), ==, 0);

  /* null is as if it were not there. */
  g_assert_true (pymva_document_get_object (document, "null", FALSE, &object, &error));
  g_assert_null (object);
  g_assert_false (pymva_document_get_object (document, "null", TRUE, &object, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_false (pymva_document_get_string (document, "numbers", TRUE, &text, &error));
  g_assert_cmpstr (error->message, ==, "“numbers” is not a text");
  g_clear_error (&error);
  g_assert_false (pymva_document_get_numbers (document, "names", TRUE, &numbers, &n_numbers,
                                              &error));
  g_assert_cmpstr (error->message, ==, "“names” is not a list of numbers");
}

static void
test_json (void)
{
  static const char text[] =
    " {\"object\": {\"text\":\"\\u00e9\\\"\"}, \"numbers\": [-1, 2.5,3e2 ], \"names\":[\"a\","
    "\"bc\"],\n\"empty\":[], \"null\": null, \"mixed\": [1, true, [false]]}\n";
  g_autoptr (PymvaDocument) document = read_text (pymva_document_read_json, text, strlen (text));

  check_object (document);
}

#define UBJ(text) text, sizeof text - 1

static void
test_ubj (void)
{
  /* Lists of one type, of known length, and with an end. */
  g_autoptr (PymvaDocument) document = read_text (pymva_document_read_ubj, UBJ (
    "{L\0\0\0\0\0\0\0\6object{i\4textSi\3\xc3\xa9\"}i\7numbers[$d#i\3\xbf\x80\0\0\x40\x20\0\0"
    "\x43\x96\0\0i\5names[#i\2Si\1aSU\2bci\5empty[]i\4nullZi\5mixed[i\1TN[F]]}"));

  check_object (document);
}

static void
test_broken_json (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } broken[] = {
    { "", "this is no value" },
    { "{", "an object has no end" },
    { "{\"a\"", "a member has no value" },
    { "{\"a\":1,}", "a member no name" },
    { "{\"a\":1", "an object has no end" },
    { "{\"a\":1,\"a\":2}", "“a” is there twice" },
    { "[1, 2", "a list has no end" },
    { "[1 2]", "a list has no end" },
    { "[01x]", "no end" },
    { "1.e5", "this is no value" },
    { "+1", "this is no value" },
    { "1e", "this is no value" },
    { "\"abc", "a text has no end" },
    { "\"\\u12\"", "stands for no character" },
    { "\"\\ud800\"", "stands for no character" },
    { "\"\\q\"", "stands for no character" },
    { "\"\xff\"", "not UTF-8" },
    { "nul", "this is no value" },
    { "{} {}", "something follows" },
  };
  g_autofree char *deep = g_strnfill (100, '[');

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    assert_broken (pymva_document_read_json, broken[i].text, strlen (broken[i].text),
                   broken[i].words);
  assert_broken (pymva_document_read_json, deep, 100, "nested too deep");
  assert_broken (pymva_document_read_json, "\"a\0b\"", 5, "stands for no character");
}

static void
test_broken_ubj (void)
{
  static const struct
  {
    const char *text;
    gsize length;
    const char *words;
  } broken[] = {
    { UBJ (""), "ends too early" },
    { UBJ ("{"), "ends too early" },
    { UBJ ("x"), "no such type" },
    { UBJ ("\0"), "no such type" },
    { UBJ ("[\0]"), "no such type" },
    { UBJ ("[$\0#i\1\0"), "no such type" },
    { UBJ ("{i\1a\0}"), "no such type" },
    { UBJ ("{\0}"), "no such type" },
    { UBJ ("d\0\0"), "ends within a number" },
    { UBJ ("[#"), "ends too early" },
    { UBJ ("[#i\xff"), "negative, or more than there is" },
    { UBJ ("[#d\0\0\0\0"), "not a whole number" },
    { UBJ ("[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff"), "negative, or more than there is" },
    { UBJ ("[$d#i\2\0\0\0\0"), "negative, or more than there is" },
    { UBJ ("[$Z#l\x7f\xff\xff\xff"), "all the same have a length" },
    { UBJ ("[$d\0\0\0\0]"), "one type, but no length" },
    { UBJ ("[$x#i\1\0"), "no such type" },
    { UBJ ("[i\1"), "ends too early" },
    { UBJ ("SL\0\0\0\0\0\0\0\x09" "abc"), "negative, or more than there is" },
    { UBJ ("Si\1\xff"), "not UTF-8" },
    { UBJ ("C\0"), "a character is none" },
    { UBJ ("{i\1ai\1i\1ai\2}"), "“a” is there twice" },
    { UBJ ("[]]"), "something follows" },
  };
  g_autofree char *deep = g_strnfill (100, '[');

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    assert_broken (pymva_document_read_ubj, broken[i].text, broken[i].length, broken[i].words);
  assert_broken (pymva_document_read_ubj, deep, 100, "nested too deep");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/document/json", test_json);
  g_test_add_func ("/document/json-numbers", test_json_numbers);
  g_test_add_func ("/document/ubj", test_ubj);
  g_test_add_func ("/document/broken-json", test_broken_json);
  g_test_add_func ("/document/broken-ubj", test_broken_ubj);

  return g_test_run ();
}
