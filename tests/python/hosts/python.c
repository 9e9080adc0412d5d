/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "check.h"

/* A program that runs a Python of its own, argv[1], and keeps its lock while it calls us; at its
 * end it finalises that Python. argv[2], if it is there, is another environment to ask for. */

static int
check_refused (const char *environment)
{
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (GError) error = NULL;

  pymva_interpreter_set_environment (interpreter, environment);
  if (pymva_interpreter_start (interpreter, NULL, &error)
      || !g_error_matches (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER)
      || strstr (error->message, "already runs Python") == NULL)
    {
      fprintf (stderr,
               "another environment is not refused: %s\n", error != NULL ? error->message : "");
      return 1;
    }
  pymva_interpreter_set_environment (interpreter, NULL);

  return 0;
}

static void
count_cb (GObject *object,
          GAsyncResult *result,
          gpointer user_data)
{
  ++*(int *) user_data;
}

int
main (int argc,
      char *argv[])
{
  static const Functions functions = {
    pymva_interpreter_get_default, pymva_interpreter_import_module, pymva_tensor_new_from_doubles,
    pymva_object_new_from_tensor, pymva_object_call_method_objects, pymva_object_to_tensor,
    pymva_tensor_to_doubles,
  };
  char *no_modules[] = { NULL };
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  wchar_t *program = Py_DecodeLocale (argv[1], NULL);
  PyConfig config;
  int n_done = 0;

  PyConfig_InitPythonConfig (&config);
  PyConfig_SetString (&config, &config.executable, program);
  if (PyStatus_Exception (Py_InitializeFromConfig (&config)))
    return 1;

  if (argc > 2 && check_refused (argv[2]) != 0)
    return 1;
  check (&functions, no_modules);
  if (!pymva_interpreter_get_attached (interpreter) || !PyGILState_Check ())
    return 1;

  /* The worker needs the lock that this thread holds, and what it prints goes where the host's
   * output goes. */
  pymva_interpreter_run_async (interpreter, "print ('from the worker')", NULL, NULL, NULL, count_cb,
                               &n_done);
  while (n_done == 0)
    {
      PyThreadState *state = PyEval_SaveThread ();

      g_main_context_iteration (NULL, TRUE);
      PyEval_RestoreThread (state);
    }
  /* One that still runs at the end is ended. */
  pymva_interpreter_run_async (interpreter, "while True: pass", NULL, NULL, NULL, NULL, NULL);

  return Py_FinalizeEx () == 0
         && pymva_interpreter_get_state (interpreter) == PYMVA_INTERPRETER_STATE_CLOSED
         ? 0 : 1;
}
