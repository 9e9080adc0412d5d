/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/backend/pymva-backend-internal.h"

/* The functions that the bridge's Python code calls the library by: the module `_pymva`. Each lets
 * go of the GIL before it enters the front, which may take locks. */

static PyObject *
module_lookup (PyObject *self,
               PyObject *args)
{
  const char *file;
  g_autoptr (GBytes) source = NULL;

  if (!PyArg_ParseTuple (args, "s", &file))
    return NULL;

  source = pymva_backend_host->lookup_bridge (file);
  if (source == NULL)
    Py_RETURN_NONE;

  return PyBytes_FromStringAndSize (g_bytes_get_data (source, NULL),
                                    (Py_ssize_t) g_bytes_get_size (source));
}

static PyObject *
module_output (PyObject *self,
               PyObject *args)
{
  int stream;
  PyObject *text;
  g_autoptr (PyObject) bytes = NULL;

  if (!PyArg_ParseTuple (args, "iU", &stream, &text))
    return NULL;
  /* Any text must come through, lone surrogates too. */
  bytes = PyUnicode_AsEncodedString (text, "utf-8", "backslashreplace");
  if (bytes == NULL)
    return NULL;

  {
    PYMVA_WITHOUT_GIL;
    pymva_backend_host->output (stream == 0 ? PYMVA_STREAM_STDOUT : PYMVA_STREAM_STDERR,
                                PyBytes_AsString (bytes));
  }

  Py_RETURN_NONE;
}

static PyObject *
module_listening (PyObject *self,
                  PyObject *unused)
{
  return PyBool_FromLong (pymva_backend_host->listening ());
}

static GLogLevelFlags
log_level (int python_level)
{
  /* Never CRITICAL or ERROR: the program is told to end for those, and a record of Python's is no
   * bug of the program's. A Python warning is not one either. */
  if (python_level >= 40)
    return G_LOG_LEVEL_WARNING;
  if (python_level >= 30)
    return G_LOG_LEVEL_MESSAGE;
  if (python_level >= 20)
    return G_LOG_LEVEL_INFO;
  return G_LOG_LEVEL_DEBUG;
}

static PyObject *
module_log (PyObject *self,
            PyObject *args)
{
  int level;
  const char *logger;
  const char *message;

  if (!PyArg_ParseTuple (args, "iss", &level, &logger, &message))
    return NULL;

  {
    PYMVA_WITHOUT_GIL;
    pymva_backend_host->log (log_level (level), logger, message);
  }

  Py_RETURN_NONE;
}

static PyObject *
module_progress (PyObject *self,
                 PyObject *args)
{
  unsigned long long id;
  double fraction;

  if (!PyArg_ParseTuple (args, "Kd", &id, &fraction))
    return NULL;

  {
    PYMVA_WITHOUT_GIL;
    pymva_backend_host->report_progress (id, fraction);
  }

  Py_RETURN_NONE;
}

static PyObject *
module_iteration (PyObject *self,
                  PyObject *args)
{
  unsigned long long id;
  unsigned int index;
  PyObject *metrics;
  const PymvaBackend *table;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;

  if (!PyArg_ParseTuple (args, "KIO!", &id, &index, &PyDict_Type, &metrics))
    return NULL;

  table = pymva_backend_get_table (PYMVA_BACKEND_VERSION);
  variant = table->to_variant ((PymvaPy *) metrics, &error);
  if (variant == NULL)
    {
      pymva_backend_raise (error);
      return NULL;
    }

  {
    PYMVA_WITHOUT_GIL;
    pymva_backend_host->report_iteration (id, index, variant);
  }

  Py_RETURN_NONE;
}

static PyObject *
module_cancelled (PyObject *self,
                  PyObject *args)
{
  unsigned long long id;

  if (!PyArg_ParseTuple (args, "K", &id))
    return NULL;

  return PyBool_FromLong (pymva_backend_host->report_cancelled (id));
}

/* Registered with the atexit of a host's Python. */
static PyObject *
module_closing (PyObject *self,
                PyObject *unused)
{
  {
    PYMVA_WITHOUT_GIL;
    pymva_backend_host->closing ();
  }

  Py_RETURN_NONE;
}

static PyMethodDef module_methods[] = {
  { "lookup", module_lookup, METH_VARARGS, "The source of a module of the bridge." },
  { "output", module_output, METH_VARARGS, "A line for the output signal." },
  { "listening", module_listening, METH_NOARGS, "Whether the output signal has a handler." },
  { "log", module_log, METH_VARARGS, "A record for GLib's log." },
  { "progress", module_progress, METH_VARARGS, "The progress of a job." },
  { "iteration", module_iteration, METH_VARARGS, "A step of a job." },
  { "cancelled", module_cancelled, METH_VARARGS, "Whether a job was cancelled." },
  { "closing", module_closing, METH_NOARGS, "The program ends." },
  { NULL },
};

static PyModuleDef module_definition = {
  PyModuleDef_HEAD_INIT,
  .m_name = "_pymva",
  .m_doc = "What the bridge calls the library by.",
  .m_size = -1,
  .m_methods = module_methods,
};

PyObject *
pymva_backend_new_module (void)
{
  return PyModule_Create (&module_definition);
}
