/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "python/backend/pymva-backend-objects.h"

/* GLib reads serialised variants at most 128 containers deep, and a Python list makes two of them,
 * an array and the variants in it. */
#define MOST_NESTED 60

/* ---- from GVariant to Python ---- */

static PyObject *build_value (GVariant *value,
                              guint depth,
                              GError **error);

static PyObject *
build_text (GVariant *value)
{
  gsize length;
  const char *text = g_variant_get_string (value, &length);

  return PyUnicode_FromStringAndSize (text, length);
}

static PyObject *
build_bytes (GVariant *value)
{
  gsize size;
  gconstpointer data = g_variant_get_fixed_array (value, &size, 1);

  return PyBytes_FromStringAndSize (data, size);
}

static PyObject *
build_dict (GVariant *value,
            guint depth,
            GError **error)
{
  g_autoptr (PyObject) dict = PyDict_New ();
  gsize n_entries = g_variant_n_children (value);

  for (gsize i = 0; dict != NULL && i < n_entries; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (value, i);
      g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
      g_autoptr (GVariant) content = g_variant_get_child_value (entry, 1);
      g_autoptr (PyObject) py_key = build_value (key, depth, error);
      g_autoptr (PyObject) py_content = py_key != NULL ? build_value (content, depth, error) : NULL;

      if (py_content == NULL || PyDict_SetItem (dict, py_key, py_content) < 0)
        return NULL;
    }

  return g_steal_pointer (&dict);
}

static PyObject *
build_list (GVariant *value,
            guint depth,
            GError **error)
{
  gsize n_items = g_variant_n_children (value);
  PyObject *list = PyList_New (n_items);

  for (gsize i = 0; list != NULL && i < n_items; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      PyObject *item = build_value (child, depth, error);

      if (item != NULL)
        PyList_SetItem (list, i, item);
      else
        Py_CLEAR (list);
    }

  return list;
}

static PyObject *
build_tuple (GVariant *value,
             guint depth,
             GError **error)
{
  gsize n_items = g_variant_n_children (value);
  PyObject *tuple = PyTuple_New (n_items);

  for (gsize i = 0; tuple != NULL && i < n_items; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      PyObject *item = build_value (child, depth, error);

      if (item != NULL)
        PyTuple_SetItem (tuple, i, item);
      else
        Py_CLEAR (tuple);
    }

  return tuple;
}

static PyObject *
build_array (GVariant *value,
             guint depth,
             GError **error)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
    return build_bytes (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DICTIONARY))
    return build_dict (value, depth, error);
  return build_list (value, depth, error);
}

/* The content of a variant, or of a maybe that has one. */
static PyObject *
build_content (GVariant *value,
               guint depth,
               GError **error)
{
  g_autoptr (GVariant) content = NULL;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    content = g_variant_get_variant (value);
  else
    content = g_variant_get_maybe (value);

  if (content == NULL)
    {
      Py_INCREF (Py_None);
      return Py_None;
    }
  return build_value (content, depth, error);
}

static PyObject *
build_value (GVariant *value,
             guint depth,
             GError **error)
{
  if (depth > 2 * MOST_NESTED)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The GVariant is nested more than %d levels deep", 2 * MOST_NESTED);
      return NULL;
    }

  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      return PyBool_FromLong (g_variant_get_boolean (value));
    case G_VARIANT_CLASS_BYTE:
      return PyLong_FromLong (g_variant_get_byte (value));
    case G_VARIANT_CLASS_INT16:
      return PyLong_FromLong (g_variant_get_int16 (value));
    case G_VARIANT_CLASS_UINT16:
      return PyLong_FromLong (g_variant_get_uint16 (value));
    case G_VARIANT_CLASS_INT32:
      return PyLong_FromLong (g_variant_get_int32 (value));
    case G_VARIANT_CLASS_UINT32:
      return PyLong_FromUnsignedLong (g_variant_get_uint32 (value));
    case G_VARIANT_CLASS_INT64:
      return PyLong_FromLongLong (g_variant_get_int64 (value));
    case G_VARIANT_CLASS_UINT64:
      return PyLong_FromUnsignedLongLong (g_variant_get_uint64 (value));
    case G_VARIANT_CLASS_DOUBLE:
      return PyFloat_FromDouble (g_variant_get_double (value));
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
      return build_text (value);
    case G_VARIANT_CLASS_VARIANT:
    case G_VARIANT_CLASS_MAYBE:
      return build_content (value, depth + 1, error);
    case G_VARIANT_CLASS_ARRAY:
      return build_array (value, depth + 1, error);
    case G_VARIANT_CLASS_TUPLE:
    case G_VARIANT_CLASS_DICT_ENTRY:
      return build_tuple (value, depth + 1, error);
    case G_VARIANT_CLASS_HANDLE:
    default:
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                   "A GVariant of type “%s” has no counterpart in Python",
                   g_variant_get_type_string (value));
      return NULL;
    }
}

PyObject *
pymva_backend_build_from_variant (GVariant *value,
                                  GError **error)
{
  return build_value (value, 0, error);
}

PymvaPy *
pymva_backend_from_variant (GVariant *value,
                            GError **error)
{
  PYMVA_WITH_GIL;
  GError *problem = NULL;
  PyObject *object = build_value (value, 0, &problem);

  if (object == NULL)
    pymva_backend_fail (problem, error);

  return (PymvaPy *) object;
}

/* ---- from Python to GVariant ---- */

/* Why an object has no GVariant, and where in it the culprit is: "[2][“x”]". The path grows at its
 * front while the recursion returns. */
typedef struct
{
  char *problem;
  PymvaError code;
  GString *path;
} Trouble;

static GVariant *make_variant (PyObject *object,
                               guint depth,
                               Trouble *trouble);

static GVariant *
refuse (Trouble *trouble,
        PymvaError code,
        char *problem)
{
  g_free (trouble->problem);
  trouble->problem = problem;
  trouble->code = code;

  return NULL;
}

static void
prepend_index (Trouble *trouble,
               gsize index)
{
  g_autofree char *step = g_strdup_printf ("[%" G_GSIZE_FORMAT "]", index);

  g_string_prepend (trouble->path, step);
}

static void
prepend_key (Trouble *trouble,
             const char *key)
{
  g_autofree char *step = g_strdup_printf ("[“%s”]", key);

  g_string_prepend (trouble->path, step);
}

static GVariant *
make_int (PyObject *object,
          Trouble *trouble)
{
  int overflow;
  gint64 number = PyLong_AsLongLongAndOverflow (object, &overflow);
  guint64 large;

  if (overflow == 0)
    return number == -1 && PyErr_Occurred () ? NULL : g_variant_new_int64 (number);

  if (overflow > 0)
    {
      large = PyLong_AsUnsignedLongLong (object);
      if (!PyErr_Occurred ())
        return g_variant_new_uint64 (large);
      PyErr_Clear ();
    }
  return refuse (trouble, PYMVA_ERROR_TYPE,
                 g_strdup ("is an integer of more than 64 bits, which no GVariant type holds; "
                           "convert it to a float or to text"));
}

static GVariant *
make_text (PyObject *object,
           Trouble *trouble)
{
  PymvaTextProblem problem;
  char *text = pymva_backend_dup_text (object, &problem);

  if (text != NULL)
    return g_variant_new_take_string (text);
  if (problem == PYMVA_TEXT_FAILED)
    return NULL;
  return refuse (trouble, PYMVA_ERROR_TYPE,
                 g_strdup_printf ("is a text that %s, which no GVariant holds; encode it to bytes",
                                  pymva_backend_describe_text_problem (problem)));
}

static GVariant *
make_list (PyObject *object,
           guint depth,
           Trouble *trouble)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  /* The size is asked anew each time: other threads run where a NumPy scalar is asked for its
   * value. */
  for (Py_ssize_t i = 0; i < PyList_Size (object); i++)
    {
      g_autoptr (PyObject) item = PyList_GetItem (object, i);
      GVariant *child;

      Py_INCREF (item);
      child = make_variant (item, depth, trouble);
      if (child == NULL)
        {
          prepend_index (trouble, i);
          return NULL;
        }
      g_variant_builder_add_value (&builder, g_variant_new_variant (child));
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
make_tuple (PyObject *object,
            guint depth,
            Trouble *trouble)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_TUPLE);
  Py_ssize_t n_items = PyTuple_Size (object);

  for (Py_ssize_t i = 0; i < n_items; i++)
    {
      GVariant *child = make_variant (PyTuple_GetItem (object, i), depth, trouble);

      if (child == NULL)
        {
          prepend_index (trouble, i);
          return NULL;
        }
      g_variant_builder_add_value (&builder, child);
    }

  return g_variant_builder_end (&builder);
}

/* Adds one entry of a dict to @builder. */
static gboolean
add_entry (GVariantBuilder *builder,
           PyObject *key,
           PyObject *content,
           guint depth,
           Trouble *trouble)
{
  g_autoptr (GVariant) name = NULL;
  GVariant *child;

  if (!PyUnicode_Check (key))
    {
      g_autofree char *type = pymva_backend_name_type (key);

      refuse (trouble, PYMVA_ERROR_TYPE,
              g_strdup_printf ("is a dict with a key of type “%s”; only dicts whose keys are text "
                               "have a GVariant", type));
      return FALSE;
    }

  name = make_text (key, trouble);
  if (name == NULL)
    {
      if (trouble->problem != NULL)
        refuse (trouble, PYMVA_ERROR_TYPE,
                g_strdup ("is a dict with a key that holds a NUL character or a lone surrogate, "
                          "which no GVariant holds"));
      return FALSE;
    }
  g_variant_ref_sink (name);

  child = make_variant (content, depth, trouble);
  if (child == NULL)
    {
      prepend_key (trouble, g_variant_get_string (name, NULL));
      return FALSE;
    }
  g_variant_builder_add_value (builder, g_variant_new_dict_entry (name,
                                                                  g_variant_new_variant (child)));
  return TRUE;
}

static GVariant *
make_dict (PyObject *object,
           guint depth,
           Trouble *trouble)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (PyObject) items = PyDict_Items (object);
  Py_ssize_t n_items = items != NULL ? PyList_Size (items) : 0;

  for (Py_ssize_t i = 0; i < n_items; i++)
    {
      PyObject *item = PyList_GetItem (items, i);

      if (!add_entry (&builder, PyTuple_GetItem (item, 0), PyTuple_GetItem (item, 1), depth,
                      trouble))
        return NULL;
    }

  return items != NULL ? g_variant_builder_end (&builder) : NULL;
}

static GVariant *
make_container (PyObject *object,
                guint depth,
                Trouble *trouble)
{
  if (depth > MOST_NESTED)
    return refuse (trouble, PYMVA_ERROR_VALUE,
                   g_strdup_printf ("is nested more than %d levels deep, or contains itself",
                                    MOST_NESTED));
  if (PyList_Check (object))
    return make_list (object, depth, trouble);
  if (PyTuple_Check (object))
    return make_tuple (object, depth, trouble);
  return make_dict (object, depth, trouble);
}

static GVariant *
make_bytes (const char *data,
            gsize size)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, size, 1);
}

/* A value that is no container, of one of Python's own types or of a class derived from one; NULL
 * without trouble and exception for any other. */
static GVariant *
make_basic (PyObject *object,
            Trouble *trouble)
{
  if (object == Py_None)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
  if (PyBool_Check (object))
    return g_variant_new_boolean (object == Py_True);
  if (PyLong_Check (object))
    return make_int (object, trouble);
  if (PyFloat_Check (object))
    return g_variant_new_double (PyFloat_AsDouble (object));
  if (PyUnicode_Check (object))
    return make_text (object, trouble);
  if (PyBytes_Check (object))
    return make_bytes (PyBytes_AsString (object), PyBytes_Size (object));
  if (PyByteArray_Check (object))
    return make_bytes (PyByteArray_AsString (object), PyByteArray_Size (object));
  return NULL;
}

/* Whether a NumPy scalar is a truth value, a number or a text: the others, as dates, would lose
 * their meaning by item(). */
static gboolean
is_plain_scalar (PyObject *scalar)
{
  g_autoptr (PyObject) dtype = PyObject_GetAttrString (scalar, "dtype");
  g_autoptr (PyObject) kind = dtype != NULL ? PyObject_GetAttrString (dtype, "kind") : NULL;
  g_autoptr (PyObject) plain = PyUnicode_FromString ("biufSU");

  return kind != NULL && plain != NULL && PyUnicode_Check (kind) &&
         PyUnicode_Contains (plain, kind) == 1;
}

static GVariant *
make_scalar (PyObject *object,
             Trouble *trouble)
{
  g_autoptr (PyObject) generic = pymva_backend_find_class ("numpy", "generic");
  g_autoptr (PyObject) item = NULL;

  if (generic != NULL && PyObject_IsInstance (object, generic) == 1 && is_plain_scalar (object))
    item = PyObject_CallMethod (object, "item", NULL);

  return item != NULL ? make_basic (item, trouble) : NULL;
}

static GVariant *
refuse_type (PyObject *object,
             Trouble *trouble)
{
  g_autofree char *type = pymva_backend_name_type (object);

  return refuse (trouble, PYMVA_ERROR_TYPE,
                 g_strdup_printf ("is a “%s”, which has no GVariant: there is one for None, bool, "
                                  "int, float, text, bytes, lists, tuples and dicts with text "
                                  "keys; arrays become tensors", type));
}

static GVariant *
make_variant (PyObject *object,
              guint depth,
              Trouble *trouble)
{
  GVariant *value;

  if (PyList_Check (object) || PyTuple_Check (object) || PyDict_Check (object))
    return make_container (object, depth + 1, trouble);

  value = make_basic (object, trouble);
  if (value == NULL && trouble->problem == NULL && !PyErr_Occurred ())
    value = make_scalar (object, trouble);
  if (value == NULL && trouble->problem == NULL && !PyErr_Occurred ())
    return refuse_type (object, trouble);

  return value;
}

static void
set_trouble (const Trouble *trouble,
             GError **error)
{
  /* The path of what is too deep, or without end, would tell nothing. */
  if (trouble->problem == NULL)
    pymva_backend_take_exception (error);
  else if (trouble->path->len == 0 || trouble->code == PYMVA_ERROR_VALUE)
    g_set_error (error, PYMVA_ERROR, trouble->code, "The Python object %s", trouble->problem);
  else
    g_set_error (error, PYMVA_ERROR, trouble->code, "The item at %s of the Python object %s",
                 trouble->path->str, trouble->problem);
}

GVariant *
pymva_backend_to_variant (PymvaPy *object,
                          GError **error)
{
  PYMVA_WITH_GIL;
  Trouble trouble = { .path = g_string_new (NULL) };
  GVariant *value = make_variant (pymva_backend_peek (object), 0, &trouble);

  if (value == NULL)
    set_trouble (&trouble, error);
  g_string_free (trouble.path, TRUE);
  g_free (trouble.problem);

  return value != NULL ? g_variant_ref_sink (value) : NULL;
}
