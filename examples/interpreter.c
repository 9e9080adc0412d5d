/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Python in a C program: import a module, call it, run statements, and catch an exception. */

#include <locale.h>

#include <pymva/pymva.h>

static gboolean
run (GError **error)
{
  PymvaInterpreter *python = pymva_interpreter_get_default ();
  g_autoptr (PymvaObject) math = NULL;
  g_autoptr (PymvaObject) hypotenuse = NULL;
  g_autoptr (PymvaObject) names = NULL;
  g_autoptr (PymvaObject) sum = NULL;
  g_autoptr (PymvaObject) quotient = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *hypotenuse_text = NULL;
  g_autofree char *sum_text = NULL;
  g_autofree char *type = NULL;

  if (!pymva_interpreter_start (python, NULL, error))
    return FALSE;
  g_print ("Python %s\n", pymva_interpreter_get_version (python));

  /* A call: arguments go in as a GVariant tuple. */
  math = pymva_interpreter_import_module (python, "math", error);
  if (math == NULL)
    return FALSE;
  hypotenuse =
    pymva_object_call_method (math, "hypot", g_variant_new ("(dd)", 3.0, 4.0), NULL, error);
  if (hypotenuse == NULL)
    return FALSE;
  hypotenuse_text = pymva_object_to_string (hypotenuse, error);
  g_print ("hypot (3, 4) = %s\n", hypotenuse_text);

  /* Statements: their names live in a namespace of their own. */
  names = pymva_interpreter_run (python,
                                 "squares = [n * n for n in range(1, 5)]\n"
                                 "print('squares:', *squares)\n",
                                 NULL,
                                 "squares.py",
                                 error);
  if (names == NULL)
    return FALSE;
  sum = pymva_interpreter_evaluate (python, "sum(squares)", names, error);
  if (sum == NULL)
    return FALSE;
  sum_text = pymva_object_to_string (sum, error);
  g_print ("their sum is %s\n", sum_text);

  /* An exception is a GError. */
  quotient = pymva_interpreter_evaluate (python, "1 / 0", NULL, &local_error);
  g_assert (quotient == NULL);
  type = pymva_error_dup_exception_type (local_error);
  g_print ("caught a %s\n", type);

  return TRUE;
}

static void
output_cb (PymvaInterpreter *python,
           PymvaStream stream,
           const char *line,
           gpointer user_data)
{
  g_print ("Python says: %s\n", line);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  g_signal_connect (pymva_interpreter_get_default (), "output", G_CALLBACK (output_cb), NULL);

  if (!run (&error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
