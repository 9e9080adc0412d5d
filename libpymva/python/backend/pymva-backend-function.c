/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/backend/pymva-backend-objects.h"

#define CAPSULE_NAME "pymva.function"

/* What a Python callable calls. It belongs to a capsule, which is the “self” of a built-in
 * function: such functions are named, can be weakly referenced, and are copied by reference where
 * frameworks copy their parameters deeply. */
typedef struct
{
  PyMethodDef definition;
  char *name;
  PymvaBackendInvoke invoke;
  gpointer data;
  GDestroyNotify destroy;
} Function;

static void
free_function (Function *self)
{
  g_free (self->name);
  g_free (self);
}

static void
destroy_function (PyObject *capsule)
{
  Function *self = PyCapsule_GetPointer (capsule, CAPSULE_NAME);

  if (self->destroy != NULL)
    pymva_backend_notify_host (self->destroy, self->data);
  free_function (self);
}

static void
raise_forgotten (const Function *self)
{
  g_autofree char *message = g_strdup_printf (
    "the host function “%s” returned nothing and set no error; to return None it returns an object "
    "for None", self->name);

  PyErr_SetString (PyExc_RuntimeError, message);
}

static PyObject *
call_function (PyObject *capsule,
               PyObject *args,
               PyObject *kwargs)
{
  Function *self = PyCapsule_GetPointer (capsule, CAPSULE_NAME);
  g_autoptr (PyObject) keep = capsule;
  g_autoptr (GError) problem = NULL;
  PyObject *result;

  /* The callable may be dropped while it runs. */
  Py_INCREF (keep);
  {
    PYMVA_WITHOUT_GIL;
    result = (PyObject *) self->invoke ((PymvaPy *) args, (PymvaPy *) kwargs, self->data, &problem);
  }

  if (result == NULL && problem != NULL)
    pymva_backend_raise (problem);
  else if (result == NULL)
    raise_forgotten (self);
  return result;
}

PymvaPy *
pymva_backend_new_function (const char *name,
                            PymvaBackendInvoke invoke,
                            gpointer data,
                            GDestroyNotify destroy,
                            GError **error)
{
  PYMVA_WITH_GIL;
  Function *self = g_new0 (Function, 1);
  g_autoptr (PyObject) capsule = NULL;
  PyObject *callable = NULL;

  self->name = g_strdup (name);
  self->invoke = invoke;
  self->data = data;
  self->definition.ml_name = self->name;
  self->definition.ml_meth = (PyCFunction) (gpointer) call_function;
  self->definition.ml_flags = METH_VARARGS | METH_KEYWORDS;

  capsule = PyCapsule_New (self, CAPSULE_NAME, destroy_function);
  if (capsule != NULL)
    callable = PyCFunction_NewEx (&self->definition, capsule, NULL);
  else
    free_function (self);

  /* Where there is no callable, the caller keeps its data. */
  if (callable != NULL)
    self->destroy = destroy;

  return (PymvaPy *) pymva_backend_check (callable, error);
}
