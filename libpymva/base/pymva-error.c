/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-error-private.h"

/**
 * pymva_error_quark:
 *
 * Gets the quark of the library's error domain, [error@Error].
 *
 * Returns: the quark
 *
 * Since: 1.0
 */
G_DEFINE_QUARK (pymva-error-quark, pymva_error)

G_DEFINE_ENUM_TYPE (PymvaError, pymva_error,
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_PYTHON, "python"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_IMPORT, "import"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_TYPE, "type"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_VALUE, "value"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_MEMORY, "memory"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_INTERPRETER, "interpreter"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_DATA, "data"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_EXPRESSION, "expression"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_NOT_TRAINED, "not-trained"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_FORMAT, "format"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_VERSION, "version"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_UNTRUSTED, "untrusted"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_UNSUPPORTED, "unsupported"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ERROR_WORKER, "worker"))

/* A message that comes from a Python exception reads
 *
 *   [context: ]<exception type>: <its message> (<file>, line <n>)
 *   Traceback (most recent call last):
 *     ...
 *
 * so that its first line serves people and the rest serves those who look for the cause. */
static const char traceback_heading[] = "Traceback (most recent call last):";
static const char exception_heading[] = "\nException type: ";

/**
 * pymva_error_dup_traceback:
 * @error: an error
 *
 * Gets the Python traceback that led to an error.
 *
 * Returns: (transfer full) (nullable): the traceback as Python prints it, or `NULL` if the error
 *   did not come from Python code
 *
 * Since: 1.0
 */
char *
pymva_error_dup_traceback (const GError *error)
{
  const char *start;
  const char *end;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->message == NULL || (start = strstr (error->message, traceback_heading)) == NULL)
    return NULL;

  end = g_strrstr (start, exception_heading);
  return end != NULL ? g_strndup (start, end - start) : g_strdup (start);
}

/**
 * pymva_error_dup_exception_type:
 * @error: an error
 *
 * Gets the qualified name of the Python exception that led to an error, for example
 * `"ValueError"` or `"sklearn.exceptions.NotFittedError"`.
 *
 * Returns: (transfer full) (nullable): the name, or `NULL` if the error did not come from Python
 *
 * Since: 1.0
 */
char *
pymva_error_dup_exception_type (const GError *error)
{
  const char *start;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->message == NULL || (start = g_strrstr (error->message, exception_heading)) == NULL)
    return NULL;

  return g_strdup (start + strlen (exception_heading));
}

/* pymva_error_new_from_exception:
 * @code: the code that the exception's class maps to
 * @summary: one line: what happened, and where
 * @traceback: (nullable): the traceback as Python formats it, its heading first
 * @exception_type: the qualified name of the exception's class
 *
 * Makes the error that stands for a Python exception, in the form that
 * pymva_error_dup_traceback() and pymva_error_dup_exception_type() read. */
GError *
pymva_error_new_from_exception (GQuark domain,
                                int code,
                                const char *summary,
                                const char *traceback,
                                const char *exception_type)
{
  g_autoptr (GString) message = g_string_new (summary);

  if (traceback != NULL && *traceback != '\0')
    {
      g_string_append_c (message, '\n');
      if (strstr (traceback, traceback_heading) == NULL)
        g_string_append_printf (message, "%s\n", traceback_heading);
      g_string_append (message, traceback);
      while (message->len > 0 && message->str[message->len - 1] == '\n')
        g_string_truncate (message, message->len - 1);
    }
  g_string_append_printf (message, "%s%s", exception_heading, exception_type);

  return g_error_new_literal (domain, code, message->str);
}

/* pymva_error_dup_summary: the first line of an error's message, for one-line output. */
char *
pymva_error_dup_summary (const GError *error)
{
  return g_strndup (error->message, strcspn (error->message, "\n"));
}

/* pymva_error_set_file:
 * @cause: why the file cannot be used, as GLib or GIO says it
 * @what: "read" or "written"
 *
 * Sets the error about a file: a missing file and a cancellation keep their own codes, everything
 * else is an error of the library. */
void
pymva_error_set_file (GError **error,
                      const GError *cause,
                      GFile *file,
                      const char *what)
{
  g_autofree char *name = g_file_get_parse_name (file);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_error_copy (cause));
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
           g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "“%s” cannot be %s: there is no such file or folder", name, what);
  else
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED, "“%s” cannot be %s: %s", name, what,
                 cause->message);
}
