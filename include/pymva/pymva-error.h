/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-version-macros.h>

G_BEGIN_DECLS

/**
 * PYMVA_ERROR:
 *
 * The error domain of the library.
 *
 * Since: 1.0
 */
#define PYMVA_ERROR (pymva_error_quark ())

/**
 * PymvaError:
 * @PYMVA_ERROR_FAILED: something went wrong that no other code names
 * @PYMVA_ERROR_PYTHON: a Python exception that no other code names
 * @PYMVA_ERROR_IMPORT: a Python module is missing or cannot be imported
 * @PYMVA_ERROR_TYPE: a value is of the wrong type, or has no counterpart on the other side
 * @PYMVA_ERROR_VALUE: a value is of the right type but not acceptable
 * @PYMVA_ERROR_MEMORY: there is not enough memory
 * @PYMVA_ERROR_INTERPRETER: no usable Python was found, or it could not be started
 * @PYMVA_ERROR_CLOSED: the interpreter was shut down
 * @PYMVA_ERROR_DATA: events, columns, labels or weights are not usable
 * @PYMVA_ERROR_EXPRESSION: an expression cannot be parsed or evaluated
 * @PYMVA_ERROR_NOT_TRAINED: the method or model has not been trained
 * @PYMVA_ERROR_FORMAT: a file is broken or not of the expected format
 * @PYMVA_ERROR_VERSION: a file or a program is of a version that is not supported
 * @PYMVA_ERROR_UNTRUSTED: a model file holds code and was not granted trust
 * @PYMVA_ERROR_UNSUPPORTED: the request is legal but cannot be fulfilled here
 * @PYMVA_ERROR_WORKER: the Python worker is busy with a call that does not return, or has ended
 *
 * The codes of the library's errors. Cancellation is `G_IO_ERROR_CANCELLED`, and a missing file
 * `G_IO_ERROR_NOT_FOUND`.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_ERROR_FAILED,
  PYMVA_ERROR_PYTHON,
  PYMVA_ERROR_IMPORT,
  PYMVA_ERROR_TYPE,
  PYMVA_ERROR_VALUE,
  PYMVA_ERROR_MEMORY,
  PYMVA_ERROR_INTERPRETER,
  PYMVA_ERROR_CLOSED,
  PYMVA_ERROR_DATA,
  PYMVA_ERROR_EXPRESSION,
  PYMVA_ERROR_NOT_TRAINED,
  PYMVA_ERROR_FORMAT,
  PYMVA_ERROR_VERSION,
  PYMVA_ERROR_UNTRUSTED,
  PYMVA_ERROR_UNSUPPORTED,
  PYMVA_ERROR_WORKER,
} PymvaError;

#define PYMVA_TYPE_ERROR (pymva_error_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_error_get_type (void) G_GNUC_CONST;

PYMVA_AVAILABLE_IN_1_0
GQuark pymva_error_quark (void);

PYMVA_AVAILABLE_IN_1_0
char *pymva_error_dup_traceback (const GError *error);
PYMVA_AVAILABLE_IN_1_0
char *pymva_error_dup_exception_type (const GError *error);

G_END_DECLS
