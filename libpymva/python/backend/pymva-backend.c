/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <gmodule.h>

#include "python/backend/pymva-backend-internal.h"
#include "python/backend/pymva-backend-objects.h"

const PymvaBackendHost *pymva_backend_host;

PyObject *
pymva_backend_import_bridge (const char *name)
{
  g_autofree char *full = g_strconcat ("pymva_bridge.", name, NULL);

  return PyImport_ImportModule (full);
}

static gboolean
check_interpreter (GError **error)
{
  if (PyInterpreterState_GetID (PyInterpreterState_Get ()) != 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                           "The host program calls from a Python subinterpreter, where NumPy and "
                           "PyTorch do not work; call from its main interpreter");
      return FALSE;
    }

  return TRUE;
}

/* Runs bridge/bootstrap.py, which makes the rest of the bridge importable. */
static gboolean
start_bridge (GError **error)
{
  static const char file[] = "bootstrap.py";
  g_autoptr (GBytes) source = pymva_backend_host->lookup_bridge (file);
  g_autofree char *text = NULL;
  g_autoptr (PyObject) module = pymva_backend_new_module ();
  g_autoptr (PyObject) names = PyDict_New ();
  g_autoptr (PyObject) code = NULL;
  g_autoptr (PyObject) result = NULL;

  g_return_val_if_fail (source != NULL, FALSE);
  text = g_strndup (g_bytes_get_data (source, NULL), g_bytes_get_size (source));

  if (module == NULL || names == NULL
      || PyDict_SetItemString (PyImport_GetModuleDict (), "_pymva", module) < 0
      || PyDict_SetItemString (names, "__builtins__", PyEval_GetBuiltins ()) < 0
      || (code = Py_CompileString (text, "resource:///org/pymva/bridge/bootstrap.py",
                                   Py_file_input)) == NULL
      || (result = PyEval_EvalCode (code, names, names)) == NULL)
    {
      pymva_backend_take_exception (error);
      return FALSE;
    }

  return TRUE;
}

/* Calls @function of a module of the bridge, or imports the module alone if it is NULL. */
static gboolean
call_module (const char *name,
             const char *function,
             GError **error)
{
  g_autoptr (PyObject) module = PyImport_ImportModule (name);
  g_autoptr (PyObject) result = NULL;

  if (module != NULL && function != NULL)
    result = PyObject_CallMethod (module, function, NULL);
  if (module == NULL || (function != NULL && result == NULL))
    {
      pymva_backend_take_exception (error);
      return FALSE;
    }

  return TRUE;
}

/* The host's Python tells us when it ends: after that no thread may ask for the GIL. */
static gboolean
register_closing (GError **error)
{
  g_autoptr (PyObject) module = PyImport_ImportModule ("_pymva");
  g_autoptr (PyObject) closing = NULL;
  g_autoptr (PyObject) atexit = PyImport_ImportModule ("atexit");
  g_autoptr (PyObject) result = NULL;

  if (module != NULL && atexit != NULL
      && (closing = PyObject_GetAttrString (module, "closing")) != NULL)
    result = PyObject_CallMethod (atexit, "register", "O", closing);
  if (result == NULL)
    {
      pymva_backend_take_exception (error);
      return FALSE;
    }

  return TRUE;
}

static gboolean
backend_start (const PymvaBackendHost *host,
               gboolean attached,
               GError **error)
{
  pymva_backend_host = host;

  {
    PYMVA_WITH_GIL;

    if (!check_interpreter (error))
      return FALSE;
    /* Whoever imports `signal` first has Python's handler of SIGINT installed, which the front
     * undoes once, after this; and `threading` takes its first importer for the main thread. */
    if (!call_module ("signal", NULL, error) || !call_module ("threading", NULL, error)
        || !start_bridge (error) || !pymva_backend_error_start (error))
      return FALSE;
    pymva_backend_worker_start (attached);
    if (attached)
      return register_closing (error);
    return call_module ("pymva_bridge.console", "install", error);
  }
}

static char *
backend_dup_sys (const char *name)
{
  PYMVA_WITH_GIL;
  PyObject *value = PySys_GetObject (name);
  g_autoptr (PyObject) bytes = NULL;

  if (value == NULL || !PyUnicode_Check (value))
    return NULL;
  bytes = PyUnicode_AsEncodedString (value, "utf-8", "backslashreplace");
  if (bytes == NULL)
    {
      PyErr_Clear ();
      return NULL;
    }

  return g_strdup (PyBytes_AsString (bytes));
}

static void
backend_shutdown (void)
{
  PYMVA_WITH_GIL;
  g_autoptr (GError) error = NULL;

  if (!call_module ("pymva_bridge.ending", "shutdown", &error))
    g_debug ("At the end of Python: %s", error->message);
}

static PymvaBackend backend_table = {
  .version = PYMVA_BACKEND_VERSION,

  .start = backend_start,
  .dup_sys = backend_dup_sys,
  .shutdown = backend_shutdown,
  .drain = pymva_backend_drain,
  .mark_forked = pymva_backend_mark_forked,

  .thread_begin = pymva_backend_thread_begin,
  .job_begin = pymva_backend_job_begin,
  .job_end = pymva_backend_job_end,
  .job_interrupt = pymva_backend_job_interrupt,
  .job_is_protected = pymva_backend_job_is_protected,
  .new_report = pymva_backend_new_report,
  .check_signals = pymva_backend_check_signals,

  .import_module = pymva_backend_import_module,
  .run = pymva_backend_run,
  .evaluate = pymva_backend_evaluate,
  .describe = pymva_backend_describe,

  .unref = pymva_backend_unref,
};

G_MODULE_EXPORT const PymvaBackend *
pymva_backend_get_table (guint version)
{
  if (version != PYMVA_BACKEND_VERSION)
    return NULL;

  pymva_backend_fill_objects (&backend_table);
  return &backend_table;
}
