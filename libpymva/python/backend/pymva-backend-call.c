/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/backend/pymva-backend-objects.h"

/* What is to be called: the object, or a method of it. New reference. */
static PyObject *
find_target (PymvaPy *object,
             const char *method)
{
  PyObject *target = pymva_backend_peek (object);

  if (method != NULL)
    return PyObject_GetAttrString (target, method);

  Py_INCREF (target);
  return target;
}

static gboolean
check_variants (GVariant *args,
                GVariant *kwargs,
                GError **error)
{
  if (args != NULL && !g_variant_is_of_type (args, G_VARIANT_TYPE_TUPLE))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                   "The arguments of a call are a tuple, for example of type “(%s)”, and not of "
                   "type “%s”",
                   g_variant_get_type_string (args), g_variant_get_type_string (args));
      return FALSE;
    }
  if (kwargs != NULL && !g_variant_is_of_type (kwargs, G_VARIANT_TYPE ("a{s*}")))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                   "The named arguments of a call are of type “a{sv}”, and not of type “%s”",
                   g_variant_get_type_string (kwargs));
      return FALSE;
    }
  return TRUE;
}

PymvaPy *
pymva_backend_call_variant (PymvaPy *object,
                            const char *method,
                            GVariant *args,
                            GVariant *kwargs,
                            GError **error)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) target = NULL;
  g_autoptr (PyObject) py_args = NULL;
  g_autoptr (PyObject) py_kwargs = NULL;
  GError *problem = NULL;
  PyObject *result = NULL;

  if (!check_variants (args, kwargs, error))
    return NULL;

  target = find_target (object, method);
  if (target != NULL)
    py_args = args != NULL ? pymva_backend_build_from_variant (args, &problem) : PyTuple_New (0);
  if (py_args != NULL && kwargs != NULL)
    py_kwargs = pymva_backend_build_from_variant (kwargs, &problem);
  if (py_args != NULL && (kwargs == NULL || py_kwargs != NULL))
    result = PyObject_Call (target, py_args, py_kwargs);
  if (result == NULL)
    pymva_backend_fail (problem, error);

  return (PymvaPy *) result;
}

PymvaPy *
pymva_backend_call_objects (PymvaPy *object,
                            const char *method,
                            PymvaPy * const *args,
                            gsize n_args,
                            const char * const *names,
                            PymvaPy * const *values,
                            gsize n_values,
                            GError **error)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) target = find_target (object, method);
  g_autoptr (PyObject) py_args = NULL;
  g_autoptr (PyObject) py_kwargs = NULL;
  PyObject *result = NULL;

  if (target != NULL)
    py_args = pymva_backend_build_tuple (args, n_args);
  if (py_args != NULL && n_values > 0)
    py_kwargs = pymva_backend_build_dict (names, values, n_values);
  if (py_args != NULL && (n_values == 0 || py_kwargs != NULL))
    result = PyObject_Call (target, py_args, py_kwargs);

  return (PymvaPy *) pymva_backend_check (result, error);
}

static PymvaPy *
refuse_arguments (const char *rule,
                  PymvaPy *arguments,
                  GError **error)
{
  g_autofree char *type = pymva_backend_name_type ((PyObject *) arguments);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE, "%s, and not a “%s”", rule, type);
  return NULL;
}

PymvaPy *
pymva_backend_call_tuple (PymvaPy *object,
                          PymvaPy *args,
                          PymvaPy *kwargs,
                          GError **error)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) py_args = NULL;

  if (args != NULL && !PyTuple_Check ((PyObject *) args))
    return refuse_arguments ("The arguments of a call are a tuple", args, error);
  if (kwargs != NULL && !PyDict_Check ((PyObject *) kwargs))
    return refuse_arguments ("The named arguments of a call are a dict", kwargs, error);

  if (args != NULL)
    {
      py_args = (PyObject *) args;
      Py_INCREF (py_args);
    }
  else if ((py_args = pymva_backend_check (PyTuple_New (0), error)) == NULL)
    {
      return NULL;
    }

  return (PymvaPy *) pymva_backend_check (
    PyObject_Call (pymva_backend_peek (object), py_args, (PyObject *) kwargs), error);
}

PymvaPy *
pymva_backend_call_format (PymvaPy *object,
                           const char *method,
                           const char *format,
                           va_list values,
                           PymvaPy *(*get_py) (gpointer value),
                           GError **error)
{
  /* Host objects are let go after the GIL, as anything may happen then. */
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_object_unref);
  PYMVA_WITH_GIL;
  GError *problem = NULL;
  /* Before the method is looked up, as a unit “N” gives its object away in any case. */
  g_autoptr (PyObject) py_args = pymva_backend_build_format (format, values, get_py, owned,
                                                             &problem);
  g_autoptr (PyObject) target = py_args != NULL ? find_target (object, method) : NULL;
  PyObject *result = target != NULL ? PyObject_Call (target, py_args, NULL) : NULL;

  if (result == NULL)
    pymva_backend_fail (problem, error);

  return (PymvaPy *) result;
}
