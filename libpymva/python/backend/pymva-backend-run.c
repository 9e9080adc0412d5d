/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/backend/pymva-backend-internal.h"

/* Calls a function of the bridge's module @module; takes the reference of @args. */
static PymvaPy *
call_bridge (const char *module_name,
             const char *function,
             PyObject *args,
             GError **error)
{
  g_autoptr (PyObject) arguments = args;
  g_autoptr (PyObject) module = NULL;
  g_autoptr (PyObject) callable = NULL;
  PyObject *result = NULL;

  if (args != NULL && (module = pymva_backend_import_bridge (module_name)) != NULL
      && (callable = PyObject_GetAttrString (module, function)) != NULL)
    result = PyObject_CallObject (callable, arguments);

  return (PymvaPy *) pymva_backend_check (result, error);
}

static PyObject *
object_or_none (PymvaPy *object)
{
  return object != NULL ? (PyObject *) object : Py_None;
}

PymvaPy *
pymva_backend_import_module (const char *name,
                             GError **error)
{
  PYMVA_WITH_GIL;
  PymvaPy *module;

  /* Half of an imported framework is worse than none: torch cannot be imported again after that. */
  pymva_backend_protect (1);
  module = call_bridge ("source", "import_module", Py_BuildValue ("(s)", name), error);
  pymva_backend_protect (-1);

  return module;
}

PymvaPy *
pymva_backend_run (const char *code,
                   PymvaPy *names,
                   const char *filename,
                   GError **error)
{
  PYMVA_WITH_GIL;

  return call_bridge ("source", "run",
                      Py_BuildValue ("(sOz)", code, object_or_none (names), filename), error);
}

PymvaPy *
pymva_backend_evaluate (const char *expression,
                        PymvaPy *names,
                        GError **error)
{
  PYMVA_WITH_GIL;

  return call_bridge ("source", "evaluate",
                      Py_BuildValue ("(sO)", expression, object_or_none (names)), error);
}

GVariant *
pymva_backend_describe (GError **error)
{
  PYMVA_WITH_GIL;
  PymvaPy *description = call_bridge ("environment", "describe", PyTuple_New (0), error);
  GVariant *variant;

  if (description == NULL)
    return NULL;

  variant = pymva_backend_get_table (PYMVA_BACKEND_VERSION)->to_variant (description, error);
  Py_DecRef ((PyObject *) description);

  return variant;
}
