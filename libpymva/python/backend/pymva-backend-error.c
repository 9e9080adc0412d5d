/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "python/backend/pymva-backend-internal.h"

/* The backend does not link the front; a quark of one name is one quark. */
G_DEFINE_QUARK (pymva-error-quark, pymva_error)

/* Set once at the start. */
static PyObject *describe_function;
static PyObject *error_class;
static PyObject *cancelled_class;

static const struct
{
  const char *nick;
  int code;
} codes[] = {
  { "failed", PYMVA_ERROR_FAILED },
  { "python", PYMVA_ERROR_PYTHON },
  { "import", PYMVA_ERROR_IMPORT },
  { "type", PYMVA_ERROR_TYPE },
  { "value", PYMVA_ERROR_VALUE },
  { "memory", PYMVA_ERROR_MEMORY },
  { "interpreter", PYMVA_ERROR_INTERPRETER },
  { "closed", PYMVA_ERROR_CLOSED },
  { "data", PYMVA_ERROR_DATA },
  { "expression", PYMVA_ERROR_EXPRESSION },
  { "not-trained", PYMVA_ERROR_NOT_TRAINED },
  { "format", PYMVA_ERROR_FORMAT },
  { "version", PYMVA_ERROR_VERSION },
  { "untrusted", PYMVA_ERROR_UNTRUSTED },
  { "unsupported", PYMVA_ERROR_UNSUPPORTED },
  { "worker", PYMVA_ERROR_WORKER },
};

static void
find_code (const char *nick,
           GQuark *domain,
           int *code)
{
  *domain = PYMVA_ERROR;
  *code = PYMVA_ERROR_PYTHON;

  if (g_strcmp0 (nick, "cancelled") == 0 || g_strcmp0 (nick, "not-found") == 0)
    {
      *domain = G_IO_ERROR;
      *code = *nick == 'c' ? G_IO_ERROR_CANCELLED : G_IO_ERROR_NOT_FOUND;
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (codes[i].nick, nick) == 0)
      *code = codes[i].code;
}

/* The text of a str, or NULL; sets no exception. */
static char *
dup_text (PyObject *object)
{
  g_autoptr (PyObject) bytes = NULL;

  if (object != NULL && PyUnicode_Check (object))
    bytes = PyUnicode_AsEncodedString (object, "utf-8", "backslashreplace");
  PyErr_Clear ();

  return bytes != NULL ? g_strdup (PyBytes_AsString (bytes)) : NULL;
}

static char *
dup_text_attribute (PyObject *object,
                    const char *name)
{
  g_autoptr (PyObject) value = PyObject_GetAttrString (object, name);

  return dup_text (value);
}

/* An error of the host, with the way that it took through Python code, unless it brings such a way
 * along already. */
static GError *
new_host_error (PyObject *value,
                GQuark domain,
                int code,
                const char *message)
{
  g_autoptr (PyObject) answer = NULL;
  g_autofree char *traceback = NULL;
  g_autofree char *type = NULL;

  if (strstr (message, "Traceback (most recent call last):") == NULL)
    answer = PyObject_CallFunctionObjArgs (describe_function, value, NULL);
  PyErr_Clear ();
  if (answer == NULL)
    return g_error_new_literal (domain, code, message);

  traceback = dup_text (PyTuple_GetItem (answer, 2));
  type = dup_text (PyTuple_GetItem (answer, 3));
  return pymva_backend_host->new_exception (domain, code, message, traceback, type);
}

/* A PymvaError comes out with the message and code that it went in with. */
static GError *
new_passed_error (PyObject *value)
{
  g_autoptr (PyObject) code = PyObject_GetAttrString (value, "code");
  g_autofree char *message = dup_text_attribute (value, "message");
  g_autofree char *domain = dup_text_attribute (value, "domain");
  g_autofree char *nick = dup_text (code);
  GQuark quark = 0;
  int number = 0;

  find_code (nick, &quark, &number);
  PyErr_Clear ();
  if (domain != NULL && code != NULL && PyLong_Check (code))
    return new_host_error (value, g_quark_from_string (domain), (int) PyLong_AsLong (code),
                           message != NULL ? message : "");

  return g_error_new_literal (quark, number, message != NULL ? message : "PymvaError");
}

/* For exceptions that cannot be described: Python is out of memory or of stack, or is ending. */
static GError *
new_bare_error (PyObject *type)
{
  g_autofree char *name = dup_text_attribute (type, "__name__");
  g_autofree char *summary = NULL;
  int code = PYMVA_ERROR_PYTHON;

  if (PyErr_GivenExceptionMatches (type, cancelled_class))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The operation was cancelled");

  if (PyErr_GivenExceptionMatches (type, PyExc_MemoryError))
    code = PYMVA_ERROR_MEMORY;
  summary = g_strdup_printf ("%s: its message cannot be read", name != NULL ? name : "Exception");

  return pymva_backend_host->new_exception (PYMVA_ERROR, code, summary, NULL,
                                            name != NULL ? name : "Exception");
}

static GError *
new_described_error (PyObject *value)
{
  g_autoptr (PyObject) answer = PyObject_CallFunctionObjArgs (describe_function, value, NULL);
  g_autofree char *nick = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *traceback = NULL;
  g_autofree char *type = NULL;
  GQuark domain;
  int code;

  if (answer == NULL)
    {
      gboolean cancelled = PyErr_ExceptionMatches (cancelled_class);

      PyErr_Clear ();
      return cancelled ? new_bare_error (cancelled_class) : NULL;
    }

  nick = dup_text (PyTuple_GetItem (answer, 0));
  summary = dup_text (PyTuple_GetItem (answer, 1));
  traceback = dup_text (PyTuple_GetItem (answer, 2));
  type = dup_text (PyTuple_GetItem (answer, 3));
  if (nick == NULL || summary == NULL || type == NULL)
    return NULL;

  find_code (nick, &domain, &code);
  return pymva_backend_host->new_exception (domain, code, summary, traceback, type);
}

void
pymva_backend_take_exception (GError **error)
{
  g_autoptr (PyObject) type = NULL;
  g_autoptr (PyObject) value = NULL;
  g_autoptr (PyObject) traceback = NULL;
  GError *result = NULL;

  PyErr_Fetch (&type, &value, &traceback);
  PyErr_NormalizeException (&type, &value, &traceback);
  g_return_if_fail (type != NULL);

  if (traceback != NULL)
    PyException_SetTraceback (value, traceback);

  if (error_class != NULL && PyObject_IsInstance (value, error_class) == 1)
    result = new_passed_error (value);
  else if (describe_function != NULL)
    result = new_described_error (value);
  if (result == NULL)
    result = new_bare_error (type);

  g_propagate_error (error, result);
}

PyObject *
pymva_backend_check (PyObject *object,
                     GError **error)
{
  if (object == NULL)
    pymva_backend_take_exception (error);

  return object;
}

void
pymva_backend_raise (const GError *error)
{
  g_autoptr (PyObject) exception = PyObject_CallFunction (
    error_class, "sis", error->message, error->code, g_quark_to_string (error->domain));

  if (exception != NULL)
    PyErr_SetObject (error_class, exception);
}

gboolean
pymva_backend_error_start (GError **error)
{
  g_autoptr (PyObject) module = pymva_backend_import_bridge ("errors");

  if (module == NULL)
    {
      pymva_backend_take_exception (error);
      return FALSE;
    }

  cancelled_class = PyObject_GetAttrString (module, "PymvaCancelled");
  error_class = PyObject_GetAttrString (module, "PymvaError");
  describe_function = PyObject_GetAttrString (module, "describe");

  return TRUE;
}
