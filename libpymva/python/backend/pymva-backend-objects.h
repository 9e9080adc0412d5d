/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the backend does for PymvaObject; see PymvaBackend for what each function means. */

#include <pymva/pymva-error.h>

#include "python/backend/pymva-backend-internal.h"

G_BEGIN_DECLS

/* A handle of the front as a Python object: NULL stands for None. Borrowed. */
static inline PyObject *
pymva_backend_peek (PymvaPy *object)
{
  return object != NULL ? (PyObject *) object : Py_None;
}

/* The end of what fails either with an error of ours or with a Python exception. */
void pymva_backend_fail (GError *problem,
                         GError **error);

/* pymva-backend-object.c */
void pymva_backend_fill_objects (PymvaBackend *table);
PyObject *pymva_backend_build_tuple (PymvaPy * const *items,
                                     gsize n_items);
PyObject *pymva_backend_build_dict (const char * const *names,
                                    PymvaPy * const *values,
                                    gsize n_values);
char *pymva_backend_name_type (PyObject *object);
/* Tells the host that it may let something go: without the GIL, as that may wait for anything, and
 * aside from an exception that may be set. */
void pymva_backend_notify_host (GDestroyNotify destroy,
                                gpointer data);
/* A class of a module that has been imported already, or NULL without an exception: what is no
 * instance of a module that nobody imported need not import it. */
PyObject *pymva_backend_find_class (const char *module,
                                    const char *name);
typedef enum
{
  PYMVA_TEXT_HAS_NUL,
  PYMVA_TEXT_HAS_SURROGATE,
  PYMVA_TEXT_FAILED, /* a Python exception is set */
} PymvaTextProblem;
/* A text as a C string, or NULL and what keeps it from being one. */
char *pymva_backend_dup_text (PyObject *text,
                              PymvaTextProblem *problem);
const char *pymva_backend_describe_text_problem (PymvaTextProblem problem);

/* pymva-backend-convert.c: with the GIL. Where NULL is returned, either @error or a Python
 * exception is set. @error is not NULL. */
PyObject *pymva_backend_build_from_variant (GVariant *value,
                                            GError **error);
PymvaPy *pymva_backend_from_variant (GVariant *value,
                                     GError **error);
GVariant *pymva_backend_to_variant (PymvaPy *object,
                                    GError **error);

/* pymva-backend-call.c, pymva-backend-format.c */
PymvaPy *pymva_backend_call_variant (PymvaPy *object,
                                     const char *method,
                                     GVariant *args,
                                     GVariant *kwargs,
                                     GError **error);
PymvaPy *pymva_backend_call_objects (PymvaPy *object,
                                     const char *method,
                                     PymvaPy * const *args,
                                     gsize n_args,
                                     const char * const *names,
                                     PymvaPy * const *values,
                                     gsize n_values,
                                     GError **error);
PymvaPy *pymva_backend_call_tuple (PymvaPy *object,
                                   PymvaPy *args,
                                   PymvaPy *kwargs,
                                   GError **error);
PymvaPy *pymva_backend_call_format (PymvaPy *object,
                                    const char *method,
                                    const char *format,
                                    va_list values,
                                    PymvaPy *(*get_py) (gpointer value),
                                    GError **error);
/* The tuple of arguments that a format of Py_BuildValue() describes; errors as in convert. Objects
 * of the host that it was given, and not lent, go to @owned. */
PyObject *pymva_backend_build_format (const char *format,
                                      va_list values,
                                      PymvaPy *(*get_py) (gpointer value),
                                      GPtrArray *owned,
                                      GError **error);

/* pymva-backend-function.c */
PymvaPy *pymva_backend_new_function (const char *name,
                                     PymvaBackendInvoke invoke,
                                     gpointer data,
                                     GDestroyNotify destroy,
                                     GError **error);
/* pymva-backend-array.c */
PymvaPy *pymva_backend_from_array (const PymvaBackendArray *array,
                                   GError **error);
gboolean pymva_backend_to_array (PymvaPy *object,
                                 PymvaBackendArray *array,
                                 GError **error);

/* pymva-backend-buffer.c */
/* A new object that exports the numbers by the buffer protocol, read-only, and owns the bytes. */
PyObject *pymva_backend_new_buffer (const PymvaBackendArray *array);
typedef enum
{
  PYMVA_BUFFER_READ,
  PYMVA_BUFFER_NONE,   /* there is no buffer; no exception is set */
  PYMVA_BUFFER_OTHER,  /* its elements are not of a type that tensors have; no exception is set */
  PYMVA_BUFFER_FAILED, /* an exception is set */
} PymvaBufferResult;
/* Reads the numbers that an object exports: without a copy where they are in C order. */
PymvaBufferResult pymva_backend_read_buffer (PyObject *object,
                                             PymvaBackendArray *array);

/* pymva-backend-numpy.c */
/* An ndarray over the memory that @owner exports, or NULL with an exception set. */
PyObject *pymva_backend_new_ndarray (const PymvaBackendArray *array,
                                     PyObject *owner);

G_END_DECLS
