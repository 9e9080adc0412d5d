/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "python/backend/pymva-backend-objects.h"

/* The buffer protocol has been part of the limited API since Python 3.11 only, but it is the same
 * in every version from 3.9 on: what the headers hide for them is declared here. */
typedef struct
{
  void *buf;
  PyObject *obj;
  Py_ssize_t len;
  Py_ssize_t itemsize;
  int readonly;
  int ndim;
  char *format;
  Py_ssize_t *shape;
  Py_ssize_t *strides;
  Py_ssize_t *suboffsets;
  void *internal;
} Buffer;

extern int PyObject_GetBuffer (PyObject *object,
                               Buffer *view,
                               int flags);
extern void PyBuffer_Release (Buffer *view);

#define BUFFER_WRITABLE 0x0001
#define BUFFER_FORMAT 0x0004
#define BUFFER_ND 0x0008
#define BUFFER_STRIDES (0x0010 | BUFFER_ND)
#define BUFFER_FULL_READ_ONLY (0x0100 | BUFFER_STRIDES | BUFFER_FORMAT)
#define SLOT_GETBUFFER 1

static const struct
{
  PymvaDType dtype;
  const char *format;
  gsize size;
} formats[] = {
  { PYMVA_DTYPE_FLOAT32, "f", 4 },
  { PYMVA_DTYPE_FLOAT64, "d", 8 },
  { PYMVA_DTYPE_INT8, "b", 1 },
  { PYMVA_DTYPE_UINT8, "B", 1 },
  { PYMVA_DTYPE_INT16, "h", 2 },
  { PYMVA_DTYPE_INT32, "i", 4 },
  { PYMVA_DTYPE_INT64, "q", 8 },
  { PYMVA_DTYPE_BOOL, "?", 1 },
};

/* ---- numbers of ours, for Python ---- */

typedef struct
{
  PyObject_HEAD
  GBytes *bytes;
  const char *format;
  Py_ssize_t item_size;
  int n_dims;
  Py_ssize_t shape[PYMVA_BACKEND_MAX_DIMS];
  Py_ssize_t strides[PYMVA_BACKEND_MAX_DIMS];
} Exporter;

static void
exporter_dealloc (PyObject *object)
{
  Exporter *self = (Exporter *) object;
  PyObject *type = (PyObject *) Py_TYPE (object);

  pymva_backend_notify_host ((GDestroyNotify) g_bytes_unref, self->bytes);
  PyObject_Free (self);
  Py_DECREF (type);
}

static int
exporter_get_buffer (PyObject *object,
                     Buffer *view,
                     int flags)
{
  Exporter *self = (Exporter *) object;
  gsize size;

  if ((flags & BUFFER_WRITABLE) != 0)
    {
      view->obj = NULL;
      PyErr_SetString (PyExc_BufferError, "the numbers of a tensor are read-only");
      return -1;
    }

  view->buf = (gpointer) g_bytes_get_data (self->bytes, &size);
  view->obj = object;
  Py_INCREF (object);
  view->len = size;
  view->itemsize = self->item_size;
  view->readonly = TRUE;
  view->ndim = self->n_dims;
  view->format = (flags & BUFFER_FORMAT) != 0 ? (char *) self->format : NULL;
  view->shape = (flags & BUFFER_ND) != 0 ? self->shape : NULL;
  view->strides = (flags & BUFFER_STRIDES) == BUFFER_STRIDES ? self->strides : NULL;
  view->suboffsets = NULL;
  view->internal = NULL;

  return 0;
}

static PyObject *
exporter_new (PyTypeObject *type,
              PyObject *args,
              PyObject *kwargs)
{
  PyErr_SetString (PyExc_TypeError, "only the host program makes tensor buffers");
  return NULL;
}

/* The type, made at the first need; it lives as long as Python does. */
static PyTypeObject *
get_exporter_type (void)
{
  static PyTypeObject *exporter_type = NULL;
  PyType_Slot slots[] = {
    { SLOT_GETBUFFER, exporter_get_buffer },
    { Py_tp_dealloc, exporter_dealloc },
    { Py_tp_new, exporter_new },
    { Py_tp_doc, (gpointer) "The numbers of a tensor of the host program, read-only." },
    { 0, NULL },
  };
  PyType_Spec spec = {
    .name = "pymva.TensorBuffer",
    .basicsize = sizeof (Exporter),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
  };

  if (exporter_type == NULL)
    exporter_type = (PyTypeObject *) PyType_FromSpec (&spec);

  return exporter_type;
}

PyObject *
pymva_backend_new_buffer (const PymvaBackendArray *array)
{
  PyTypeObject *type = get_exporter_type ();
  Exporter *self = type != NULL ? PyObject_New (Exporter, type) : NULL;
  Py_ssize_t stride;

  if (self == NULL)
    return NULL;

  self->bytes = g_bytes_ref (array->bytes);
  self->n_dims = array->n_dims;
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].dtype == array->dtype)
      {
        self->format = formats[i].format;
        self->item_size = formats[i].size;
      }

  stride = self->item_size;
  for (int i = self->n_dims - 1; i >= 0; i--)
    {
      self->shape[i] = array->shape[i];
      self->strides[i] = stride;
      stride *= array->shape[i];
    }

  return (PyObject *) self;
}

/* ---- numbers of Python's, for us ---- */

/* The dtype of elements that a format of the struct module describes. Integers are told apart by
 * their size alone, as “l” is of another size elsewhere. */
static gboolean
find_dtype (const Buffer *view,
            PymvaDType *dtype)
{
  const char *format = view->format != NULL ? view->format : "B";
  char kind;

  if (strchr (G_BYTE_ORDER == G_LITTLE_ENDIAN ? "@=<" : "@=>!", *format) != NULL && *format != '\0')
    format++;
  if (*format == '\0' || format[1] != '\0')
    return FALSE;

  kind = strchr ("bhilqn", *format) != NULL ? 'q' : *format;
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      char own = strchr ("bhiq", formats[i].format[0]) != NULL ? 'q' : formats[i].format[0];

      if (own == kind && formats[i].size == (gsize) view->itemsize)
        {
          *dtype = formats[i].dtype;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_contiguous (const Buffer *view)
{
  Py_ssize_t expected = view->itemsize;

  if (view->suboffsets != NULL)
    return FALSE;
  if (view->strides == NULL || view->len == 0)
    return TRUE;

  for (int i = view->ndim - 1; i >= 0; i--)
    {
      if (view->shape[i] > 1 && view->strides[i] != expected)
        return FALSE;
      expected *= view->shape[i];
    }
  return TRUE;
}

static void
drop_owner (gpointer owner)
{
  pymva_backend_unref (owner);
}

static GBytes *
share_memory (const Buffer *view,
              PyObject *owner)
{
  return g_bytes_new_with_free_func (view->buf, view->len, drop_owner, owner);
}

static GBytes *
copy_memory (PyObject *memoryview)
{
  PyObject *bytes = PyObject_CallMethod (memoryview, "tobytes", NULL);

  if (bytes == NULL)
    return NULL;
  return g_bytes_new_with_free_func (PyBytes_AsString (bytes), PyBytes_Size (bytes), drop_owner,
                                     bytes);
}

PymvaBufferResult
pymva_backend_read_buffer (PyObject *object,
                           PymvaBackendArray *array)
{
  /* The memoryview keeps the memory where it is for as long as it lives, and needs nothing but a
   * reference to be dropped, which may wait for the GIL. */
  g_autoptr (PyObject) owner = PyMemoryView_FromObject (object);
  Buffer view;
  PymvaBufferResult result = PYMVA_BUFFER_OTHER;

  if (owner == NULL || PyObject_GetBuffer (owner, &view, BUFFER_FULL_READ_ONLY) < 0)
    {
      PyErr_Clear ();
      return PYMVA_BUFFER_NONE;
    }

  if (view.ndim <= PYMVA_BACKEND_MAX_DIMS && find_dtype (&view, &array->dtype))
    {
      array->n_dims = view.ndim;
      for (int i = 0; i < view.ndim; i++)
        array->shape[i] = view.shape[i];
      array->bytes = is_contiguous (&view) ? share_memory (&view, g_steal_pointer (&owner))
                                           : copy_memory (owner);
      result = array->bytes != NULL ? PYMVA_BUFFER_READ : PYMVA_BUFFER_FAILED;
    }
  PyBuffer_Release (&view);

  return result;
}
