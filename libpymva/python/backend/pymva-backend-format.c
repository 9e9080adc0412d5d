/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "python/backend/pymva-backend-objects.h"

/* The formats of Py_BuildValue(), where the units “O”, “S” and “N” take an object of the host, and
 * “O&” a function of the host that returns one. Not Py_BuildValue() itself, as there is no other
 * way to tell which of the values on the stack are objects. */

#define MOST_NESTED 32

typedef struct
{
  const char *format;
  const char *at;
  va_list values;
  PymvaPy *(*get_py) (gpointer value);
  GPtrArray *owned;
  GError **error;
  /* The first problem, an error or an exception, has been met: the rest is only walked through,
   * without Python, for the objects that were given away. */
  gboolean failed;
  /* The rest cannot even be walked through. */
  gboolean lost;
} Builder;

typedef PymvaObject *(*Converter) (gpointer data);

static PyObject *build_unit (Builder *self,
                             guint depth);

static PyObject *
refuse_format (Builder *self,
               const char *problem)
{
  if (!self->failed)
    g_set_error (self->error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                 "The format “%s” of a call %s; formats are those of Py_BuildValue()",
                 self->format, problem);
  self->failed = TRUE;

  return NULL;
}

static void
skip_separators (Builder *self)
{
  self->at += strspn (self->at, ",: \t");
}

static PyObject *
give_up (Builder *self,
         const char *problem)
{
  self->lost = TRUE;

  return refuse_format (self, problem);
}

/* The units up to @closing, as a list. */
static PyObject *
build_items (Builder *self,
             char closing,
             guint depth)
{
  g_autoptr (PyObject) list = self->failed ? NULL : PyList_New (0);

  if (list == NULL)
    self->failed = TRUE;
  if (depth > MOST_NESTED)
    return give_up (self, "is nested too deep");

  for (skip_separators (self); *self->at != closing && !self->lost; skip_separators (self))
    {
      g_autoptr (PyObject) item = NULL;

      if (*self->at == '\0')
        return give_up (self, "lacks a closing bracket");
      item = build_unit (self, depth);
      if (item == NULL || self->failed || PyList_Append (list, item) < 0)
        self->failed = TRUE;
    }
  if (*self->at != '\0' && !self->lost)
    self->at++;

  return self->failed ? NULL : g_steal_pointer (&list);
}

static PyObject *
build_tuple (Builder *self,
             guint depth)
{
  g_autoptr (PyObject) items = build_items (self, ')', depth);

  return items != NULL ? PyList_AsTuple (items) : NULL;
}

static PyObject *
build_dict (Builder *self,
            guint depth)
{
  g_autoptr (PyObject) items = build_items (self, '}', depth);
  g_autoptr (PyObject) dict = items != NULL ? PyDict_New () : NULL;

  if (dict == NULL)
    return NULL;
  if (PyList_Size (items) % 2 != 0)
    return refuse_format (self, "has a dict with a key that has no value");

  for (Py_ssize_t i = 0; i < PyList_Size (items); i += 2)
    if (PyDict_SetItem (dict, PyList_GetItem (items, i), PyList_GetItem (items, i + 1)) < 0)
      return NULL;

  return g_steal_pointer (&dict);
}

/* Texts and bytes; a NULL pointer is None, as with Py_BuildValue(). */
static PyObject *
build_string (Builder *self,
              char unit)
{
  gconstpointer data = va_arg (self->values, gconstpointer);
  gssize length = -1;

  if (*self->at == '#')
    {
      self->at++;
      length = va_arg (self->values, gssize);
    }

  if (self->failed)
    return NULL;
  if (data == NULL)
    {
      Py_INCREF (Py_None);
      return Py_None;
    }
  if (unit == 'u')
    return PyUnicode_FromWideChar (data, length);
  if (length < 0)
    length = strlen (data);
  return unit == 'y' ? PyBytes_FromStringAndSize (data, length)
                     : PyUnicode_FromStringAndSize (data, length);
}

static PyObject *
build_object (Builder *self,
              char unit)
{
  gpointer value = va_arg (self->values, gpointer);
  PyObject *object;

  if (unit == 'O' && *self->at == '&')
    {
      Converter convert = (Converter) value;
      gpointer data = va_arg (self->values, gpointer);

      self->at++;
      if (self->failed)
        return NULL;
      {
        PYMVA_WITHOUT_GIL;
        value = convert (data);
      }
      unit = 'N';
    }

  if (unit == 'N' && value != NULL)
    g_ptr_array_add (self->owned, value);
  if (self->failed)
    return NULL;
  if (value == NULL)
    {
      g_set_error (self->error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The format “%s” of a call was given NULL for an object", self->format);
      self->failed = TRUE;
      return NULL;
    }

  object = pymva_backend_peek (self->get_py (value));
  Py_INCREF (object);

  return object;
}

/* The macro takes the value off the stack also where it is not wanted any more. */
#define NUMBER(build, type, promoted)                                                              \
  {                                                                                                \
    type number = (type) va_arg (self->values, promoted);                                          \
    return self->failed ? NULL : build (number);                                                   \
  }

static PyObject *
build_character (int character)
{
  char byte = (char) character;

  return PyBytes_FromStringAndSize (&byte, 1);
}

static PyObject *
build_code_point (int code_point)
{
  gunichar character = code_point;
  char text[6];
  int length;

  /* Surrogates are refused by the conversion from UTF-8. */
  if (code_point < 0 || code_point > 0x10ffff)
    {
      PyErr_SetString (PyExc_ValueError, "a character is a number from 0 to 0x10ffff");
      return NULL;
    }
  length = g_unichar_to_utf8 (character, text);

  return PyUnicode_FromStringAndSize (text, length);
}

static PyObject *
build_complex (const double *parts)
{
  return PyComplex_FromDoubles (parts[0], parts[1]);
}

static PyObject *
build_unit (Builder *self,
            guint depth)
{
  char unit = *self->at++;

  switch (unit)
    {
    case '(':
      return build_tuple (self, depth + 1);
    case '[':
      return build_items (self, ']', depth + 1);
    case '{':
      return build_dict (self, depth + 1);
    case 's':
    case 'z':
    case 'U':
    case 'u':
    case 'y':
      return build_string (self, unit);
    case 'O':
    case 'S':
    case 'N':
      return build_object (self, unit);
    case 'b':
    case 'B':
    case 'h':
    case 'H':
    case 'i':
      NUMBER (PyLong_FromLong, int, int)
    case 'I':
      NUMBER (PyLong_FromUnsignedLong, guint, guint)
    case 'l':
      NUMBER (PyLong_FromLong, long, long)
    case 'k':
      NUMBER (PyLong_FromUnsignedLong, gulong, gulong)
    case 'n':
      NUMBER (PyLong_FromSsize_t, Py_ssize_t, Py_ssize_t)
    case 'L':
      NUMBER (PyLong_FromLongLong, gint64, gint64)
    case 'K':
      NUMBER (PyLong_FromUnsignedLongLong, guint64, guint64)
    case 'p':
      NUMBER (PyBool_FromLong, int, int)
    case 'd':
    case 'f':
      NUMBER (PyFloat_FromDouble, double, double)
    case 'D':
      NUMBER (build_complex, const double *, const double *)
    case 'c':
      NUMBER (build_character, int, int)
    case 'C':
      NUMBER (build_code_point, int, int)
    default:
      {
        g_autofree char *problem = g_strdup_printf ("has the unknown unit “%c”", unit);

        return give_up (self, problem);
      }
    }
}

PyObject *
pymva_backend_build_format (const char *format,
                            va_list values,
                            PymvaPy *(*get_py) (gpointer value),
                            GPtrArray *owned,
                            GError **error)
{
  Builder self = { .format = format, .at = format, .get_py = get_py, .owned = owned,
                   .error = error };
  g_autoptr (PyObject) items = NULL;

  va_copy (self.values, values);
  items = build_items (&self, '\0', 0);
  va_end (self.values);
  if (items == NULL)
    return NULL;

  /* As PyObject_CallFunction() does: a single tuple is the arguments. */
  if (PyList_Size (items) == 1 && PyTuple_Check (PyList_GetItem (items, 0)))
    {
      PyObject *tuple = PyList_GetItem (items, 0);

      Py_INCREF (tuple);
      return tuple;
    }
  return PyList_AsTuple (items);
}
