/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "python-util.h"

/* What every form is tried with: it returns what it was given. */
static PymvaObject *
make_echo (void)
{
  g_autoptr (PymvaObject) names = run_code ("def echo(*args, **kwargs):\n"
                                            "    return (args, kwargs) if kwargs else args\n"
                                            "class Box:\n"
                                            "    def echo(self, *args, **kwargs):\n"
                                            "        return echo(*args, **kwargs)\n"
                                            "    def fail(self, *args):\n"
                                            "        raise ValueError('of no use')\n"
                                            "echo.box = Box()\n");

  return evaluate_in (names, "echo");
}

static PymvaObject *
make_box (void)
{
  g_autoptr (PymvaObject) echo = make_echo ();

  return pymva_object_get_attribute (echo, "box", NULL);
}

/* Takes @result. */
static void
assert_result (PymvaObject *result,
               GError *error,
               const char *expected)
{
  g_assert_no_error (error);
  assert_repr (result, expected);
  g_object_unref (result);
}

static void
test_call (void)
{
  g_autoptr (PymvaObject) echo = make_echo ();
  g_autoptr (PymvaObject) number = evaluate ("1");
  g_autoptr (GError) error = NULL;

  assert_result (pymva_object_call (echo, NULL, NULL, &error), error, "()");
  assert_result (pymva_object_call (echo, g_variant_new ("(id)", 1, 0.5), NULL, &error), error,
                 "(1, 0.5)");
  assert_result (pymva_object_call (echo, NULL, g_variant_new_parsed ("{'a': <1>}"), &error), error,
                 "((), {'a': 1})");
  assert_result (pymva_object_call (echo, g_variant_new ("(s)", "x"),
                                    g_variant_new_parsed ("{'a': <1>, 'b': <[2.5]>}"), &error),
                 error, "(('x',), {'a': 1, 'b': [2.5]})");
  assert_result (pymva_object_call (echo, NULL, g_variant_new_parsed ("{'a': 'b'}"), &error), error,
                 "((), {'a': 'b'})");

  g_assert_null (pymva_object_call (echo, g_variant_new_int32 (1), NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "“(i)”");
  g_assert_null (pymva_object_call (echo, NULL, g_variant_new ("(i)", 1), &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "“a{sv}”");
  g_assert_null (pymva_object_call (echo, g_variant_new_parsed ("(handle 1,)"), NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "“h”");
  g_assert_null (pymva_object_call (number, NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "not callable");
}

static void
test_call_full (void)
{
  g_autoptr (PymvaObject) echo = make_echo ();
  g_autoptr (PymvaObject) one = evaluate ("1");
  g_autoptr (PymvaObject) two = evaluate ("'two'");
  g_autoptr (PymvaObject) none = pymva_object_new_none ();
  PymvaObject *args[] = { one, two, none };
  const char *names[] = { "a", "b", NULL };
  g_autoptr (GError) error = NULL;

  assert_result (pymva_object_call_full (echo, NULL, 0, NULL, NULL, 0, &error), error, "()");
  assert_result (pymva_object_call_full (echo, args, 3, NULL, NULL, 0, &error), error,
                 "(1, 'two', None)");
  assert_result (pymva_object_call_full (echo, args, 1, names, args, 2, &error), error,
                 "((1,), {'a': 1, 'b': 'two'})");

  g_assert_null (pymva_object_call_full (echo, NULL, 0, names, args, 3, &error));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "2 names for 3 values");
}

static void
test_call_method (void)
{
  g_autoptr (PymvaObject) box = make_box ();
  g_autoptr (PymvaObject) one = evaluate ("1");
  g_autoptr (GError) error = NULL;
  g_autofree char *traceback = NULL;

  assert_result (pymva_object_call_method (box, "echo", NULL, NULL, &error), error, "()");
  assert_result (pymva_object_call_method (box, "echo", g_variant_new ("(i)", 7),
                                           g_variant_new_parsed ("{'a': <1>}"), &error), error,
                 "((7,), {'a': 1})");
  assert_result (pymva_object_call_method_objects (box, "echo", &one, 1, &error), error, "(1,)");
  assert_result (pymva_object_call_method_objects (box, "echo", NULL, 0, &error), error, "()");
  assert_result (pymva_object_call_method_format (box, "echo", &error, "is", 7, "x"), error,
                 "(7, 'x')");

  g_assert_null (pymva_object_call_method (box, "sing", NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_PYTHON, "sing");
  g_assert_null (pymva_object_call_method (box, "fail", NULL, NULL, &error));
  traceback = pymva_error_dup_traceback (error);
  g_assert_nonnull (strstr (traceback, "test.py"));
  g_assert_nonnull (strstr (traceback, "line 7"));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "of no use");
}

static void
test_call_object (void)
{
  g_autoptr (PymvaObject) echo = make_echo ();
  g_autoptr (PymvaObject) tuple = evaluate ("(1, 2)");
  g_autoptr (PymvaObject) dict = evaluate ("{'a': 3}");
  g_autoptr (PymvaObject) none = pymva_object_new_none ();
  g_autoptr (PymvaObject) real_none = evaluate ("None");
  g_autoptr (GError) error = NULL;

  assert_result (pymva_object_call_object (echo, NULL, NULL, &error), error, "()");
  assert_result (pymva_object_call_object (echo, tuple, NULL, &error), error, "(1, 2)");
  assert_result (pymva_object_call_object (echo, tuple, dict, &error), error,
                 "((1, 2), {'a': 3})");
  assert_result (pymva_object_call_object (echo, none, real_none, &error), error, "()");
  assert_result (pymva_object_call_objects (echo, &tuple, 1, &error), error, "((1, 2),)");
  assert_result (pymva_object_call_objargs (echo, &error, tuple, dict, NULL), error,
                 "((1, 2), {'a': 3})");
  assert_result (pymva_object_call_objargs (echo, &error, NULL), error, "()");

  g_assert_null (pymva_object_call_object (echo, dict, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "“dict”");
  g_assert_null (pymva_object_call_object (echo, NULL, tuple, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "“tuple”");
}

static PymvaObject *
make_answer (gpointer data)
{
  g_autoptr (PymvaObject) made = NULL;

  if (data == NULL)
    return NULL;
  /* A converter may use Python. */
  made = evaluate (data);
  return g_steal_pointer (&made);
}

static void
test_call_format (void)
{
  g_autoptr (PymvaObject) echo = make_echo ();
  g_autoptr (PymvaObject) seven = evaluate ("7");
  g_autoptr (PymvaObject) pair = evaluate ("(1, 2)");
  const double complex[] = { 1.0, -2.0 };
  g_autoptr (GError) error = NULL;

  assert_result (pymva_object_call_format (echo, &error, NULL), error, "()");
  assert_result (pymva_object_call_format (echo, &error, ""), error, "()");
  assert_result (pymva_object_call_format (echo, &error, "s", "häß"), error, "('häß',)");
  assert_result (pymva_object_call_format (echo, &error, "szUy", "a", NULL, "b", "c"), error,
                 "('a', None, 'b', b'c')");
  assert_result (pymva_object_call_format (echo, &error, "s#y#U#", "abc", (gssize) 2, "a\0c",
                                           (gssize) 3, "xyz", (gssize) 1),
                 error, "('ab', b'a\\x00c', 'x')");
  assert_result (pymva_object_call_format (echo, &error, "uu#", L"wide", L"wide", (gssize) 2),
                 error, "('wide', 'wi')");
  assert_result (pymva_object_call_format (echo, &error, "bBhHi", -1, 255, -32768, 65535, G_MININT),
                 error, "(-1, 255, -32768, 65535, -2147483648)");
  assert_result (pymva_object_call_format (echo, &error, "IlknLK", G_MAXUINT, G_MINLONG, G_MAXULONG,
                                           (gssize) -1, G_MININT64, G_MAXUINT64),
                 error,
                 "(4294967295, -9223372036854775808, 18446744073709551615, -1, "
                 "-9223372036854775808, 18446744073709551615)");
  assert_result (pymva_object_call_format (echo, &error, "dfDp", 0.1, (double) 0.5f, complex, 3),
                 error, "(0.1, 0.5, (1-2j), True)");
  assert_result (pymva_object_call_format (echo, &error, "cC", 'x', 0x1f40d), error,
                 "(b'x', '🐍')");
  assert_result (pymva_object_call_format (echo, &error, "OSN", seven, pair, g_object_ref (seven)),
                 error, "(7, (1, 2), 7)");
  assert_result (pymva_object_call_format (echo, &error, "O&i", make_answer, "'made'", 1), error,
                 "('made', 1)");
  assert_result (pymva_object_call_format (echo, &error, "i(i[is])", 1, 2, 3, "x"), error,
                 "(1, (2, [3, 'x']))");
  assert_result (
    pymva_object_call_format (echo, &error, "{s:i, s:(ii)},()[] {}", "a", 1, "b", 2, 3), error,
    "({'a': 1, 'b': (2, 3)}, (), [], {})");
  /* As with PyObject_CallFunction(), one tuple is the arguments. */
  assert_result (pymva_object_call_format (echo, &error, "(ii)", 1, 2), error, "(1, 2)");
  assert_result (pymva_object_call_format (echo, &error, "O", pair), error, "(1, 2)");
  assert_result (pymva_object_call_format (echo, &error, "(O)", pair), error, "((1, 2),)");
}

static void
test_format_errors (void)
{
  g_autoptr (PymvaObject) echo = make_echo ();
  g_autoptr (PymvaObject) list = evaluate ("[]");
  g_autoptr (GError) error = NULL;
  g_autofree char *deep = g_strnfill (1000, '(');

  g_assert_null (pymva_object_call_format (echo, &error, "iq", 1, 2));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "unknown unit “q”");
  g_assert_null (pymva_object_call_format (echo, &error, "(i", 1));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "closing bracket");
  g_assert_null (pymva_object_call_format (echo, &error, "i]", 1));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "unknown unit “]”");
  g_assert_null (pymva_object_call_format (echo, &error, "{s}", "a"));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "no value");
  g_assert_null (pymva_object_call_format (echo, &error, "{Oi}", list, 1));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "unhashable");
  g_assert_null (pymva_object_call_format (echo, &error, "O", NULL));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "NULL");
  g_assert_null (pymva_object_call_format (echo, &error, "O&", make_answer, NULL));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "NULL");
  g_assert_null (pymva_object_call_format (echo, &error, "s", "\xff"));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "utf-8");
  g_assert_null (pymva_object_call_format (echo, &error, "C", 0x110000));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "0x10ffff");
  g_assert_null (pymva_object_call_format (echo, &error, deep, 1));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "too deep");
}

/* What is given away is let go, also where the call cannot be made. */
static void
test_format_takes (void)
{
  g_autoptr (PymvaObject) echo = make_echo ();
  const char *formats[] = { "N", "sN", "[N" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      PymvaObject *gift = evaluate ("object()");
      g_autoptr (PymvaObject) result = NULL;

      g_object_add_weak_pointer (G_OBJECT (gift), (gpointer *) &gift);
      if (formats[i][0] == 's')
        result = pymva_object_call_format (echo, &error, formats[i], "\xff", gift);
      else
        result = pymva_object_call_format (echo, &error, formats[i], gift);
      g_assert_true ((result == NULL) == (error != NULL));
      g_assert_cmpint (i == 0, ==, error == NULL);
      g_assert_null (gift);
      g_clear_error (&error);
    }
}

static void
finish_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static void
test_async (void)
{
  g_autoptr (PymvaObject) names = run_code ("import threading\n"
                                            "def where(*args):\n"
                                            "    return threading.get_ident(), args\n"
                                            "here = threading.get_ident()\n");
  g_autoptr (PymvaObject) where = evaluate_in (names, "where");
  g_autoptr (PymvaObject) box = make_box ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PymvaObject) value = NULL;
  g_autoptr (PymvaObject) args = NULL;
  g_autoptr (PymvaObject) thread = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *here = evaluate_repr (names, "here");
  g_autofree char *there = NULL;

  pymva_object_call_async (where, g_variant_new ("(i)", 1), NULL, NULL, finish_cb, &result);
  value = pymva_object_call_finish (where, wait_for_result (&result), &error);
  g_assert_no_error (error);
  args = pymva_object_get_index (value, 1, &error);
  assert_repr (args, "(1,)");
  thread = pymva_object_get_index (value, 0, &error);
  there = pymva_object_repr (thread, &error);
  g_assert_cmpstr (here, !=, there);

  g_clear_object (&result);
  g_clear_object (&value);
  pymva_object_call_method_async (box, "echo", NULL, g_variant_new_parsed ("{'a': <1>}"), NULL,
                                  finish_cb, &result);
  value = pymva_object_call_method_finish (box, wait_for_result (&result), &error);
  g_assert_no_error (error);
  assert_repr (value, "((), {'a': 1})");

  g_clear_object (&result);
  pymva_object_call_method_async (box, "fail", NULL, NULL, NULL, finish_cb, &result);
  g_assert_null (pymva_object_call_method_finish (box, wait_for_result (&result), &error));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "of no use");
}

static gboolean
cancel_cb (gpointer data)
{
  g_cancellable_cancel (data);

  return G_SOURCE_REMOVE;
}

static void
test_cancel (void)
{
  g_autoptr (PymvaObject) names = run_code ("def spin():\n"
                                            "    while True:\n"
                                            "        pass\n");
  g_autoptr (PymvaObject) spin = evaluate_in (names, "spin");
  g_autoptr (PymvaObject) echo = make_echo ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PymvaObject) value = NULL;
  g_autoptr (GError) error = NULL;

  pymva_object_call_async (spin, NULL, NULL, cancellable, finish_cb, &result);
  g_timeout_add (20, cancel_cb, cancellable);
  g_assert_null (pymva_object_call_finish (spin, wait_for_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  /* The worker is there for the next. */
  g_clear_object (&result);
  pymva_object_call_async (echo, NULL, NULL, NULL, finish_cb, &result);
  value = pymva_object_call_finish (echo, wait_for_result (&result), &error);
  g_assert_no_error (error);
  assert_repr (value, "()");
}

/* Calls from several threads at once, none of which holds the GIL for longer than its call. */
static gpointer
call_thread (gpointer data)
{
  PymvaObject *echo = data;

  for (gint32 i = 0; i < 2000; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaObject) result = pymva_object_call (echo, g_variant_new ("(i)", i), NULL,
                                                          &error);
      g_autoptr (GVariant) value = pymva_object_to_variant (result, &error);
      gint64 number;

      g_assert_no_error (error);
      g_variant_get (value, "(x)", &number);
      g_assert_cmpint (number, ==, i);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (PymvaObject) echo = make_echo ();
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("call", call_thread, echo);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

typedef struct
{
  PymvaObject *echo;
  PymvaObject *arg;
} Callee;

static void
call_in_all_ways (gpointer data)
{
  const Callee *callee = data;
  PymvaObject *echo = callee->echo;
  PymvaObject *arg = callee->arg;
  const char *keys[] = { "a", NULL };
  g_autoptr (PymvaObject) one = pymva_object_call_full (echo, &arg, 1, keys, &arg, 1, NULL);
  g_autoptr (PymvaObject) two = pymva_object_call (echo, g_variant_new ("(s)", "x"),
                                                   g_variant_new_parsed ("{'a': <1>}"), NULL);
  g_autoptr (PymvaObject) three =
    pymva_object_call_format (echo, NULL, "O[i]{si}", arg, 1, "a", 2);
  g_autoptr (PymvaObject) four = pymva_object_call_objargs (echo, NULL, arg, arg, NULL);
  g_autoptr (PymvaObject) none = pymva_object_call_method (arg, "fail", NULL, NULL, NULL);

  g_assert_null (none);
}

static void
test_leaks (void)
{
  g_autoptr (PymvaObject) names = run_code ("import sys\n"
                                            "arg = object()\n");
  g_autoptr (PymvaObject) echo = make_echo ();
  g_autoptr (PymvaObject) arg = evaluate_in (names, "arg");
  gint64 references = evaluate_int (names, "sys.getrefcount(arg)");
  Callee callee = { echo, arg };

  assert_no_leak (call_in_all_ways, &callee);
  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(arg)"), ==, references);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call/variant", test_call);
  g_test_add_func ("/call/full", test_call_full);
  g_test_add_func ("/call/method", test_call_method);
  g_test_add_func ("/call/object", test_call_object);
  g_test_add_func ("/call/format", test_call_format);
  g_test_add_func ("/call/format-errors", test_format_errors);
  g_test_add_func ("/call/format-takes", test_format_takes);
  g_test_add_func ("/call/async", test_async);
  g_test_add_func ("/call/cancel", test_cancel);
  g_test_add_func ("/call/threads", test_threads);
  g_test_add_func ("/call/leaks", test_leaks);

  return g_test_run ();
}
