/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "python/backend/pymva-backend-objects.h"

PymvaPy *
pymva_backend_from_array (const PymvaBackendArray *array,
                          GError **error)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) owner = pymva_backend_new_buffer (array);
  PyObject *result = NULL;

  if (owner != NULL)
    result = pymva_backend_new_ndarray (array, owner);
  /* Without NumPy, a view that says what the numbers are. */
  if (owner != NULL && result == NULL && PyErr_ExceptionMatches (PyExc_ImportError))
    {
      PyErr_Clear ();
      result = PyMemoryView_FromObject (owner);
    }

  return (PymvaPy *) pymva_backend_check (result, error);
}

/* str() of an attribute, for comparing and for messages; NULL without an exception if there is no
 * such attribute. */
static char *
dup_attribute (PyObject *object,
               const char *name)
{
  g_autoptr (PyObject) value = PyObject_GetAttrString (object, name);
  g_autoptr (PyObject) text = value != NULL ? PyObject_Str (value) : NULL;
  PymvaTextProblem problem;
  char *copy = text != NULL ? pymva_backend_dup_text (text, &problem) : NULL;

  PyErr_Clear ();

  return copy;
}

/* A torch tensor as an ndarray over the same memory; other objects as they are. NULL and an error
 * or exception where that cannot be. */
static PyObject *
strip_torch (PyObject *object,
             GError **error)
{
  g_autoptr (PyObject) tensor_class = pymva_backend_find_class ("torch", "Tensor");
  g_autoptr (PyObject) detached = NULL;
  g_autofree char *device = NULL;
  g_autofree char *dtype = NULL;

  if (tensor_class == NULL || PyObject_IsInstance (object, tensor_class) != 1)
    {
      PyErr_Clear ();
      Py_INCREF (object);
      return object;
    }

  device = dup_attribute (object, "device");
  if (g_strcmp0 (device, "cpu") != 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                   "The torch tensor is on the device “%s”; copy it to the computer's memory with "
                   ".cpu() first", device != NULL ? device : "unknown");
      return NULL;
    }

  detached = PyObject_CallMethod (object, "detach", NULL);
  /* NumPy has no type for these; single precision holds each of them. */
  dtype = dup_attribute (object, "dtype");
  if (detached != NULL && g_strcmp0 (dtype, "torch.bfloat16") == 0)
    {
      PyObject *single = PyObject_CallMethod (detached, "float", NULL);

      Py_DECREF (detached);
      detached = single;
    }

  return detached != NULL ? PyObject_CallMethod (detached, "numpy", NULL) : NULL;
}

static gboolean
refuse_object (PyObject *object,
               GError **error)
{
  g_autofree char *type = pymva_backend_name_type (object);
  g_autofree char *dtype = dup_attribute (object, "dtype");

  if (dtype != NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                 "Tensors have no numbers of type “%s”; convert the “%s” to one that they have "
                 "first, for example with .astype(\"float64\")", dtype, type);
  else
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                 "A Python object of type “%s” is no array of numbers; make one with "
                 "numpy.asarray()", type);
  return FALSE;
}

/* The type of a tensor that holds every number of a NumPy type, by NumPy's letter and size. */
static const char *
find_wider (const char *kind_and_size)
{
  static const struct
  {
    const char *from;
    const char *to;
  } wider[] = {
    { "b1", "bool" },    { "i1", "int8" },    { "i2", "int16" },   { "i4", "int32" },
    { "i8", "int64" },   { "u1", "uint8" },   { "u2", "int32" },   { "u4", "int64" },
    { "f2", "float32" }, { "f4", "float32" }, { "f8", "float64" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wider); i++)
    if (strcmp (wider[i].from, kind_and_size) == 0)
      return wider[i].to;
  return NULL;
}

/* A copy as tensors need it: in C order, of native byte order, and of a type that they have. */
static PyObject *
copy_array (PyObject *object,
            GError **error)
{
  g_autoptr (PyObject) numpy = PyImport_ImportModule ("numpy");
  g_autoptr (PyObject) array = NULL;
  g_autoptr (PyObject) dtype = NULL;
  g_autofree char *code = NULL;
  const char *target = NULL;

  if (numpy != NULL)
    array = PyObject_CallMethod (numpy, "asarray", "O", object);
  if (array != NULL)
    dtype = PyObject_GetAttrString (array, "dtype");
  if (dtype == NULL)
    return NULL;

  /* For example “<f8” or “|b1”. */
  code = dup_attribute (dtype, "str");
  if (code != NULL && *code != '\0')
    target = find_wider (code + 1);
  if (target == NULL)
    {
      refuse_object (array, error);
      return NULL;
    }

  return PyObject_CallMethod (array, "astype", "ss", target, "C");
}

static gboolean
read_object (PyObject *object,
             PymvaBackendArray *array,
             GError **error)
{
  g_autoptr (PyObject) numbers = NULL;
  g_autoptr (PyObject) copy = NULL;
  /* Before looking for torch, whose tensors have no buffer: most objects are NumPy's. */
  PymvaBufferResult result = pymva_backend_read_buffer (object, array);

  if (result == PYMVA_BUFFER_NONE)
    {
      numbers = strip_torch (object, error);
      if (numbers == NULL)
        return FALSE;
      if (numbers != object)
        result = pymva_backend_read_buffer (numbers, array);
    }
  else
    {
      Py_INCREF (object);
      numbers = object;
    }
  if (result == PYMVA_BUFFER_READ)
    return TRUE;
  if (result == PYMVA_BUFFER_FAILED)
    return FALSE;
  if (result == PYMVA_BUFFER_NONE && !PyObject_HasAttrString (numbers, "__array__"))
    return refuse_object (numbers, error);

  copy = copy_array (numbers, error);
  if (copy == NULL)
    return FALSE;
  result = pymva_backend_read_buffer (copy, array);
  return result == PYMVA_BUFFER_READ ||
         (result != PYMVA_BUFFER_FAILED && refuse_object (copy, error));
}

gboolean
pymva_backend_to_array (PymvaPy *object,
                        PymvaBackendArray *array,
                        GError **error)
{
  PYMVA_WITH_GIL;
  GError *problem = NULL;

  if (read_object (pymva_backend_peek (object), array, &problem))
    return TRUE;

  pymva_backend_fail (problem, error);
  return FALSE;
}
