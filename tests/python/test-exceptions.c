/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

/* What a Python exception looks like to the program: its code, its first line, its class. */
static GError *
fail (const char *code)
{
  GError *error = NULL;
  g_autoptr (PymvaObject) names =
    pymva_interpreter_run (pymva_interpreter_get_default (), code, NULL, "user.py", &error);

  g_assert_null (names);
  g_assert_nonnull (error);

  return error;
}

static void
assert_fails (const char *code,
              GQuark domain,
              int number,
              const char *pattern,
              const char *type)
{
  g_autoptr (GError) error = fail (code);
  g_autofree char *found_type = pymva_error_dup_exception_type (error);
  g_autofree char *first = g_strndup (error->message, strcspn (error->message, "\n"));

  if (!g_error_matches (error, domain, number) || !g_pattern_match_simple (pattern, first))
    g_error ("%s %d “%s” instead of “%s”", g_quark_to_string (error->domain), error->code,
             error->message, pattern);
  g_assert_true (g_pattern_match_simple (type, found_type));
}

static void
test_codes (void)
{
  assert_fails ("1 / 0", PYMVA_ERROR, PYMVA_ERROR_PYTHON,
                "ZeroDivisionError: division by zero (user.py, line 1)", "ZeroDivisionError");
  assert_fails ("\n\nint ('x')", PYMVA_ERROR, PYMVA_ERROR_VALUE,
                "ValueError: invalid literal*(user.py, line 3)", "ValueError");
  assert_fails ("len (1)", PYMVA_ERROR, PYMVA_ERROR_TYPE, "TypeError: *(user.py, line 1)",
                "TypeError");
  assert_fails ("raise MemoryError", PYMVA_ERROR, PYMVA_ERROR_MEMORY,
                "MemoryError (user.py, line 1)", "MemoryError");
  assert_fails ("raise KeyboardInterrupt", G_IO_ERROR, G_IO_ERROR_CANCELLED, "KeyboardInterrupt*",
                "KeyboardInterrupt");
  assert_fails ("open ('/nowhere/at/all')", G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                "FileNotFoundError: *'/nowhere/at/all' (user.py, line 1)", "FileNotFoundError");
  assert_fails ("raise SystemExit", PYMVA_ERROR, PYMVA_ERROR_PYTHON,
                "SystemExit: the code asked the program to exit with “0” (user.py, line 1)",
                "SystemExit");
  assert_fails ("import sys\nsys.exit ('bye')", PYMVA_ERROR, PYMVA_ERROR_PYTHON,
                "*exit with “bye” (user.py, line 2)", "SystemExit");
  assert_fails ("x = (1,\ny = 2", PYMVA_ERROR, PYMVA_ERROR_PYTHON,
                "SyntaxError: * (user.py, line *)", "SyntaxError");
  assert_fails ("def f (): f ()\nf ()", PYMVA_ERROR, PYMVA_ERROR_PYTHON,
                "RecursionError: *(user.py, line 1)", "RecursionError");
  assert_fails ("class Odd (Exception):\n    def __str__ (self): raise self\nraise Odd",
                PYMVA_ERROR, PYMVA_ERROR_PYTHON,
                "pymva_run_*.Odd: (its message cannot be read) (user.py, line 3)",
                "pymva_run_*.Odd");
}

static void
test_user_line (void)
{
  /* The error is raised in a library; the line to look at is the user's. */
  g_autoptr (GError) error = fail ("import json\n"
                                   "def load ():\n"
                                   "    return json.loads ('{')\n"
                                   "load ()");
  g_autofree char *traceback = pymva_error_dup_traceback (error);
  g_autofree char *type = pymva_error_dup_exception_type (error);

  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "(user.py, line 3)\n"));
  g_assert_true (g_str_has_prefix (traceback, "Traceback (most recent call last):\n"
                                              "  File \"user.py\", line 4, in <module>\n"
                                              "    load ()\n"));
  g_assert_nonnull (strstr (traceback, "return json.loads ('{')"));
  g_assert_cmpstr (type, ==, "json.decoder.JSONDecodeError");
}

static void
test_missing_module (void)
{
  g_autofree char *command = NULL;
  g_autoptr (GError) error = fail ("import no_such_module.part");
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();

  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_IMPORT);
  command = g_strdup_printf ("in “%s”. Install it with “%s -m pip install no_such_module”",
                             pymva_interpreter_get_prefix (interpreter),
                             pymva_interpreter_get_executable (interpreter));
  g_assert_nonnull (strstr (error->message, command));
}

static void
test_chained (void)
{
  g_autoptr (GError) error = fail ("try:\n"
                                   "    1 / 0\n"
                                   "except ZeroDivisionError as cause:\n"
                                   "    raise ValueError ('first\\nsecond') from cause");
  g_autofree char *first = g_strndup (error->message, strcspn (error->message, "\n"));

  g_assert_cmpstr (first, ==, "ValueError: first (user.py, line 4)");
  g_assert_nonnull (strstr (error->message, "direct cause"));
  g_assert_nonnull (strstr (error->message, "first\nsecond"));
}

static void
test_evaluate (void)
{
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) names = pymva_interpreter_run (interpreter, "x = 6", NULL, NULL, &error);
  g_autoptr (PymvaObject) again = NULL;
  g_autoptr (PymvaObject) value = NULL;
  g_autoptr (PymvaObject) fresh = NULL;
  g_autoptr (PymvaObject) refused = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  again = pymva_interpreter_run (interpreter, "y = x + 1", names, NULL, &error);
  g_assert_no_error (error);
  value = pymva_interpreter_evaluate (interpreter, "  x * y\n", again, &error);
  g_assert_no_error (error);
  text = pymva_object_to_string (value, &error);
  g_assert_cmpstr (text, ==, "42");

  fresh = pymva_interpreter_evaluate (interpreter, "x", NULL, &error);
  g_assert_null (fresh);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_PYTHON);
  g_clear_error (&error);

  refused = pymva_interpreter_evaluate (interpreter, "x", value, &error);
  g_assert_null (refused);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE);
  g_assert_nonnull (strstr (error->message, "must be a dict, not int"));
}

static void
test_modules (void)
{
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) module = NULL;
  g_autoptr (PymvaObject) none = NULL;
  /* Dataclasses look their module up by name while they are made. */
  g_autoptr (PymvaObject) names = pymva_interpreter_run (
    interpreter,
    "from __future__ import annotations\n"
    "import sys\n"
    "from dataclasses import dataclass\n"
    "@dataclass\n"
    "class Point:\n"
    "    x: int\n"
    "assert __name__ != '__main__'\n"
    "assert not hasattr (sys.modules['__main__'], 'Point')\n"
    "p = Point (3)",
    NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (names);

  module = pymva_interpreter_import_module (interpreter, "os.path", &error);
  g_assert_no_error (error);
  none = pymva_interpreter_import_module (interpreter, "os.nothing", &error);
  g_assert_null (none);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_IMPORT);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exceptions/codes", test_codes);
  g_test_add_func ("/exceptions/user-line", test_user_line);
  g_test_add_func ("/exceptions/missing-module", test_missing_module);
  g_test_add_func ("/exceptions/chained", test_chained);
  g_test_add_func ("/exceptions/evaluate", test_evaluate);
  g_test_add_func ("/exceptions/modules", test_modules);

  return g_test_run ();
}
