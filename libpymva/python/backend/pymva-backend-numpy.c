/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/backend/pymva-backend-objects.h"

#ifdef HAVE_NUMPY
/* Its headers test macros that are not defined. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#include <numpy/arrayobject.h>
#pragma GCC diagnostic pop

static const int type_numbers[] = {
  [PYMVA_DTYPE_FLOAT32] = NPY_FLOAT32, [PYMVA_DTYPE_FLOAT64] = NPY_FLOAT64,
  [PYMVA_DTYPE_INT8] = NPY_INT8,       [PYMVA_DTYPE_UINT8] = NPY_UINT8,
  [PYMVA_DTYPE_INT16] = NPY_INT16,     [PYMVA_DTYPE_INT32] = NPY_INT32,
  [PYMVA_DTYPE_INT64] = NPY_INT64,     [PYMVA_DTYPE_BOOL] = NPY_BOOL,
};

static PyObject *
wrap_memory (const PymvaBackendArray *array,
             PyObject *owner)
{
  npy_intp shape[NPY_MAXDIMS_LEGACY_ITERS];
  PyObject *ndarray;

  for (gsize i = 0; i < array->n_dims; i++)
    shape[i] = array->shape[i];

  ndarray = PyArray_New (&PyArray_Type, array->n_dims, shape, type_numbers[array->dtype], NULL,
                         (gpointer) g_bytes_get_data (array->bytes, NULL), 0,
                         NPY_ARRAY_C_CONTIGUOUS, NULL);
  if (ndarray == NULL)
    return NULL;

  /* The reference to the owner is taken also where this fails. */
  Py_INCREF (owner);
  if (PyArray_SetBaseObject ((PyArrayObject *) ndarray, owner) < 0)
    Py_CLEAR (ndarray);

  return ndarray;
}

/* NumPy is imported when an array is first made, and not when the library starts. */
static gboolean
import_api (void)
{
  static gboolean refused = FALSE;

  if (PyArray_API != NULL)
    return TRUE;
  if (refused)
    return FALSE;

  if (_import_array () < 0)
    {
      /* A NumPy of another ABI is of use all the same, by the buffer protocol; one that is absent
       * may be installed later. */
      refused = !PyErr_ExceptionMatches (PyExc_ImportError);
      PyErr_Clear ();
      return FALSE;
    }
  return TRUE;
}
#endif

/* The same by the buffer protocol. */
static PyObject *
convert_buffer (PyObject *owner)
{
  g_autoptr (PyObject) numpy = PyImport_ImportModule ("numpy");

  return numpy != NULL ? PyObject_CallMethod (numpy, "asarray", "O", owner) : NULL;
}

PyObject *
pymva_backend_new_ndarray (const PymvaBackendArray *array,
                           PyObject *owner)
{
#ifdef HAVE_NUMPY
  if (array->n_dims <= NPY_MAXDIMS_LEGACY_ITERS && import_api ())
    return wrap_memory (array, owner);
#endif
  return convert_buffer (owner);
}
