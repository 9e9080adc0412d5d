/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "python/backend/pymva-backend-objects.h"

void
pymva_backend_fail (GError *problem,
                    GError **error)
{
  if (problem != NULL)
    g_propagate_error (error, problem);
  else
    pymva_backend_take_exception (error);
}

void
pymva_backend_notify_host (GDestroyNotify destroy,
                           gpointer data)
{
  PyObject *type;
  PyObject *value;
  PyObject *traceback;

  PyErr_Fetch (&type, &value, &traceback);
  {
    PYMVA_WITHOUT_GIL;
    destroy (data);
  }
  PyErr_Restore (type, value, traceback);
}

PyObject *
pymva_backend_build_tuple (PymvaPy * const *items,
                           gsize n_items)
{
  PyObject *tuple = PyTuple_New (n_items);

  if (tuple == NULL)
    return NULL;

  for (gsize i = 0; i < n_items; i++)
    {
      PyObject *item = pymva_backend_peek (items[i]);

      Py_INCREF (item);
      PyTuple_SetItem (tuple, i, item);
    }

  return tuple;
}

PyObject *
pymva_backend_build_dict (const char * const *names,
                          PymvaPy * const *values,
                          gsize n_values)
{
  PyObject *dict = PyDict_New ();

  for (gsize i = 0; dict != NULL && i < n_values; i++)
    if (PyDict_SetItemString (dict, names[i], pymva_backend_peek (values[i])) < 0)
      Py_CLEAR (dict);

  return dict;
}

PyObject *
pymva_backend_find_class (const char *module_name,
                          const char *name)
{
  PyObject *modules = PyImport_GetModuleDict ();
  PyObject *module = modules != NULL ? PyDict_GetItemString (modules, module_name) : NULL;
  PyObject *found = NULL;

  /* The module may be half imported, or None. */
  if (module != NULL && (found = PyObject_GetAttrString (module, name)) == NULL)
    PyErr_Clear ();
  if (found != NULL && !PyType_Check (found))
    Py_CLEAR (found);

  return found;
}

char *
pymva_backend_dup_text (PyObject *text,
                        PymvaTextProblem *problem)
{
  g_autoptr (PyObject) bytes = PyUnicode_AsUTF8String (text);
  gsize size;

  if (bytes == NULL)
    {
      *problem = PYMVA_TEXT_FAILED;
      if (PyErr_ExceptionMatches (PyExc_UnicodeEncodeError))
        {
          PyErr_Clear ();
          *problem = PYMVA_TEXT_HAS_SURROGATE;
        }
      return NULL;
    }

  size = PyBytes_Size (bytes);
  if (memchr (PyBytes_AsString (bytes), '\0', size) != NULL)
    {
      *problem = PYMVA_TEXT_HAS_NUL;
      return NULL;
    }
  return g_strndup (PyBytes_AsString (bytes), size);
}

const char *
pymva_backend_describe_text_problem (PymvaTextProblem problem)
{
  return problem == PYMVA_TEXT_HAS_NUL ? "holds a NUL character"
                                       : "holds a lone surrogate, which is no character";
}

static char *
dup_text (PyObject *text,
          GError **error)
{
  PymvaTextProblem problem;
  char *copy = pymva_backend_dup_text (text, &problem);

  if (copy == NULL && problem == PYMVA_TEXT_FAILED)
    pymva_backend_take_exception (error);
  else if (copy == NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                 "The text %s, so that it cannot be a UTF-8 string of C",
                 pymva_backend_describe_text_problem (problem));
  return copy;
}

/* An attribute of the type that should be text; NULL without an exception where it is not. */
static char *
dup_type_attribute (PyObject *type,
                    const char *name)
{
  g_autoptr (PyObject) text = PyObject_GetAttrString (type, name);
  PymvaTextProblem problem;
  char *copy = NULL;

  if (text != NULL && PyUnicode_Check (text))
    copy = pymva_backend_dup_text (text, &problem);
  PyErr_Clear ();

  return copy;
}

/* pymva_backend_name_type: the qualified name of an object's type, as "int" or "numpy.ndarray". */
char *
pymva_backend_name_type (PyObject *object)
{
  PyObject *type = (PyObject *) Py_TYPE (object);
  g_autofree char *module = dup_type_attribute (type, "__module__");
  g_autofree char *name = dup_type_attribute (type, "__qualname__");

  if (name == NULL)
    return g_strdup ("object");
  if (module == NULL || strcmp (module, "builtins") == 0)
    return g_steal_pointer (&name);
  return g_strdup_printf ("%s.%s", module, name);
}

static PymvaPy *
backend_ref (PymvaPy *object)
{
  PYMVA_WITH_GIL;
  PyObject *py = pymva_backend_peek (object);

  Py_INCREF (py);

  return (PymvaPy *) py;
}

static PymvaPy *
backend_new_tuple (PymvaPy * const *items,
                   gsize n_items,
                   GError **error)
{
  PYMVA_WITH_GIL;

  return (PymvaPy *) pymva_backend_check (pymva_backend_build_tuple (items, n_items), error);
}

static PymvaPy *
backend_new_list (PymvaPy * const *items,
                  gsize n_items,
                  GError **error)
{
  PYMVA_WITH_GIL;
  PyObject *list = PyList_New (n_items);

  for (gsize i = 0; list != NULL && i < n_items; i++)
    {
      PyObject *item = pymva_backend_peek (items[i]);

      Py_INCREF (item);
      PyList_SetItem (list, i, item);
    }

  return (PymvaPy *) pymva_backend_check (list, error);
}

static PymvaPy *
backend_new_dict (const char * const *names,
                  PymvaPy * const *values,
                  gsize n_values,
                  GError **error)
{
  PYMVA_WITH_GIL;

  return (PymvaPy *) pymva_backend_check (pymva_backend_build_dict (names, values, n_values),
                                          error);
}

static char *
backend_to_text (PymvaPy *object,
                 gboolean repr,
                 GError **error)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) text = repr ? PyObject_Repr (pymva_backend_peek (object))
                                   : PyObject_Str (pymva_backend_peek (object));

  return pymva_backend_check (text, error) != NULL ? dup_text (text, error) : NULL;
}

static char *
backend_dup_type_name (PymvaPy *object)
{
  PYMVA_WITH_GIL;

  return pymva_backend_name_type (pymva_backend_peek (object));
}

static gboolean
backend_is_callable (PymvaPy *object)
{
  PYMVA_WITH_GIL;

  return PyCallable_Check (pymva_backend_peek (object));
}

static gint64
backend_get_length (PymvaPy *object,
                    GError **error)
{
  PYMVA_WITH_GIL;
  Py_ssize_t length = PyObject_Size (pymva_backend_peek (object));

  if (length < 0)
    pymva_backend_take_exception (error);

  return length;
}

static PymvaPy *
backend_get_attribute (PymvaPy *object,
                       const char *name,
                       GError **error)
{
  PYMVA_WITH_GIL;

  return (PymvaPy *) pymva_backend_check (
    PyObject_GetAttrString (pymva_backend_peek (object), name), error);
}

static gboolean
backend_set_attribute (PymvaPy *object,
                       const char *name,
                       PymvaPy *value,
                       GError **error)
{
  PYMVA_WITH_GIL;

  if (PyObject_SetAttrString (pymva_backend_peek (object), name,
                              pymva_backend_peek (value)) == 0)
    return TRUE;

  pymva_backend_take_exception (error);
  return FALSE;
}

static gboolean
backend_has_attribute (PymvaPy *object,
                       const char *name)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) value = PyObject_GetAttrString (pymva_backend_peek (object), name);

  PyErr_Clear ();

  return value != NULL;
}

static char **
dup_texts (PyObject *list,
           GError **error)
{
  Py_ssize_t n_texts = PyList_Size (list);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (Py_ssize_t i = 0; i < n_texts; i++)
    {
      PyObject *text = PyList_GetItem (list, i);
      g_autofree char *copy = NULL;

      /* dir() may be overridden, and then gives what it likes. */
      if (!PyUnicode_Check (text))
        continue;
      copy = dup_text (text, error);
      if (copy == NULL)
        return NULL;
      g_strv_builder_add (builder, copy);
    }

  return g_strv_builder_end (builder);
}

static char **
backend_list_attributes (PymvaPy *object,
                         GError **error)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) list = PyObject_Dir (pymva_backend_peek (object));

  return pymva_backend_check (list, error) != NULL ? dup_texts (list, error) : NULL;
}

static PymvaPy *
backend_get_item (PymvaPy *object,
                  PymvaPy *key,
                  GError **error)
{
  PYMVA_WITH_GIL;

  return (PymvaPy *) pymva_backend_check (
    PyObject_GetItem (pymva_backend_peek (object), pymva_backend_peek (key)), error);
}

static gboolean
backend_set_item (PymvaPy *object,
                  PymvaPy *key,
                  PymvaPy *value,
                  GError **error)
{
  PYMVA_WITH_GIL;

  if (PyObject_SetItem (pymva_backend_peek (object), pymva_backend_peek (key),
                        pymva_backend_peek (value)) == 0)
    return TRUE;

  pymva_backend_take_exception (error);
  return FALSE;
}

/* Not PySequence_GetItem(): torch tensors and others are indexed by number, yet are no sequences
 * in its sense. */
static PymvaPy *
backend_get_index (PymvaPy *object,
                   gint64 index,
                   GError **error)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) key = PyLong_FromLongLong (index);
  PyObject *item = key != NULL ? PyObject_GetItem (pymva_backend_peek (object), key) : NULL;

  return (PymvaPy *) pymva_backend_check (item, error);
}

static PymvaPy **
backend_list_items (PymvaPy *object,
                    gsize *n_items,
                    GError **error)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) list = PySequence_List (pymva_backend_peek (object));
  PymvaPy **items;

  *n_items = 0;
  if (pymva_backend_check (list, error) == NULL)
    return NULL;

  *n_items = PyList_Size (list);
  items = g_new0 (PymvaPy *, *n_items + 1);
  for (gsize i = 0; i < *n_items; i++)
    {
      PyObject *item = PyList_GetItem (list, i);

      Py_INCREF (item);
      items[i] = (PymvaPy *) item;
    }

  return items;
}

void
pymva_backend_fill_objects (PymvaBackend *table)
{
  table->none = (PymvaPy *) Py_None;
  table->ref = backend_ref;
  table->from_variant = pymva_backend_from_variant;
  table->to_variant = pymva_backend_to_variant;
  table->from_array = pymva_backend_from_array;
  table->to_array = pymva_backend_to_array;
  table->new_tuple = backend_new_tuple;
  table->new_list = backend_new_list;
  table->new_dict = backend_new_dict;
  table->to_text = backend_to_text;
  table->dup_type_name = backend_dup_type_name;
  table->is_callable = backend_is_callable;
  table->get_length = backend_get_length;
  table->get_attribute = backend_get_attribute;
  table->set_attribute = backend_set_attribute;
  table->has_attribute = backend_has_attribute;
  table->list_attributes = backend_list_attributes;
  table->get_item = backend_get_item;
  table->set_item = backend_set_item;
  table->get_index = backend_get_index;
  table->list_items = backend_list_items;
  table->call_variant = pymva_backend_call_variant;
  table->call_objects = pymva_backend_call_objects;
  table->call_tuple = pymva_backend_call_tuple;
  table->call_format = pymva_backend_call_format;
  table->new_function = pymva_backend_new_function;
}
