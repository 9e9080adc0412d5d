/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "python/pymva-inbox-private.h"
#include "python/pymva-object-private.h"

/**
 * PymvaObject:
 *
 * A Python object, held by the host program.
 *
 * It is a handle: two handles may stand for the same object, and changing the object through one
 * of them is seen through the other. The object lives in Python for as long as a handle of it
 * does. A handle may be used, and let go, on any thread.
 *
 * All functions that ask Python run it on the calling thread, start the interpreter where it has
 * not been started, and give the GIL back before they return. An exception is returned as an
 * error; [func@Error.dup_traceback] gets its traceback. Work that takes long is better done by
 * [method@Object.call_async] and [method@Object.call_method_async], which run on the thread that
 * Python's long work runs on.
 *
 * An object made by `g_object_new()` alone stands for None.
 *
 * ## Values
 *
 * [ctor@Object.new_from_variant] and [method@Object.to_variant] convert values:
 *
 * | GVariant | to Python | back |
 * | --- | --- | --- |
 * | `b` | bool | `b` |
 * | `y`, `n`, `q`, `i`, `u`, `x`, `t` | int | `x`, or `t` above its range |
 * | `d` | float | `d` |
 * | `s`, `o`, `g` | str | `s` |
 * | `ay` | bytes | `ay` |
 * | arrays | list | `av` |
 * | tuples | tuple | a tuple |
 * | dictionaries | dict | `a{sv}` |
 * | maybe types | None, or the value | `mv` without a value for None |
 * | `v` | its content | |
 *
 * NumPy's numbers, texts and truth values convert as Python's do. Arrays of numbers are converted
 * to and from tensors instead, which takes no time: [ctor@Object.new_from_tensor],
 * [method@Object.to_tensor].
 *
 * Since: 1.0
 */
struct _PymvaObject
{
  GObject parent_instance;

  PymvaPy *py; /* NULL is None */
};

G_DEFINE_FINAL_TYPE (PymvaObject, pymva_object, G_TYPE_OBJECT)

static void
pymva_object_finalize (GObject *object)
{
  PymvaObject *self = PYMVA_OBJECT (object);

  if (self->py != NULL)
    pymva_interpreter_get_backend ()->unref (self->py);

  G_OBJECT_CLASS (pymva_object_parent_class)->finalize (object);
}

static void
pymva_object_class_init (PymvaObjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pymva_object_finalize;
}

static void
pymva_object_init (PymvaObject *self)
{
}

/* ---- for the layers of the library ---- */

PymvaObject *
pymva_object_new_for_py (PymvaPy *py)
{
  PymvaObject *self = g_object_new (PYMVA_TYPE_OBJECT, NULL);

  self->py = py;

  return self;
}

PymvaPy *
pymva_object_get_py (PymvaObject *self)
{
  return self->py;
}

const PymvaBackend *
pymva_object_enter_call (GError **error)
{
  if (!pymva_interpreter_ensure (error))
    return NULL;

  pymva_inbox_enter_call ();

  return pymva_interpreter_get_backend ();
}

void
pymva_object_leave_call (void)
{
  pymva_inbox_leave_call ();
}

PymvaObject *
pymva_object_leave_with (PymvaPy *py)
{
  pymva_object_leave_call ();

  return py != NULL ? pymva_object_new_for_py (py) : NULL;
}

PymvaPy **
pymva_object_peek_items (PymvaObject **items,
                         gsize n_items,
                         PymvaPy **local)
{
  PymvaPy **peeked = n_items <= PYMVA_OBJECT_MOST_LOCAL ? local : g_new (PymvaPy *, n_items);

  for (gsize i = 0; i < n_items; i++)
    peeked[i] = items[i] != NULL ? items[i]->py : NULL;

  return peeked;
}

void
pymva_object_free_items (PymvaPy **items,
                         PymvaPy **local)
{
  if (items != local)
    g_free (items);
}

gboolean
pymva_object_check_names (const char * const *names,
                          gsize n_values,
                          GError **error)
{
  for (gsize i = 0; i < n_values; i++)
    if (names[i] == NULL)
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                     "There are %" G_GSIZE_FORMAT " names for %" G_GSIZE_FORMAT " values; there "
                     "must be one for each", i, n_values);
        return FALSE;
      }
  return TRUE;
}

/* ---- making objects ---- */

/**
 * pymva_object_new_none:
 *
 * Makes an object that stands for None. It needs no interpreter.
 *
 * Returns: (transfer full): None
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_new_none (void)
{
  return g_object_new (PYMVA_TYPE_OBJECT, NULL);
}

/**
 * pymva_object_new_from_variant:
 * @value: a value
 * @error: return location for an error
 *
 * Converts a value to a Python object, as the table in [class@Object] says. A floating @value is
 * consumed.
 *
 * Errors: `PYMVA_ERROR_TYPE` for handles, which Python knows nothing of.
 *
 * Returns: (transfer full): the object
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_new_from_variant (GVariant *value,
                               GError **error)
{
  const PymvaBackend *backend;
  g_autoptr (GVariant) sunk = NULL;

  g_return_val_if_fail (value != NULL, NULL);

  sunk = g_variant_ref_sink (value);
  backend = pymva_object_enter_call (error);
  return backend != NULL ? pymva_object_leave_with (backend->from_variant (value, error)) : NULL;
}

/**
 * pymva_object_new_from_tensor:
 * @tensor: a tensor
 * @error: return location for an error
 *
 * Makes a NumPy array over the memory of a tensor. Nothing is copied; the array is read-only, as
 * tensors never change, and keeps the memory alive. Where NumPy is not installed, a `memoryview`
 * of the same shape is returned.
 *
 * Returns: (transfer full): the array
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_new_from_tensor (PymvaTensor *tensor,
                              GError **error)
{
  const PymvaBackend *backend;
  PymvaBackendArray array;
  const gint64 *shape;

  g_return_val_if_fail (PYMVA_IS_TENSOR (tensor), NULL);

  shape = pymva_tensor_get_shape (tensor, &array.n_dims);
  for (gsize i = 0; i < array.n_dims; i++)
    array.shape[i] = shape[i];
  array.dtype = pymva_tensor_get_dtype (tensor);
  array.bytes = pymva_tensor_get_bytes (tensor);

  backend = pymva_object_enter_call (error);
  return backend != NULL ? pymva_object_leave_with (backend->from_array (&array, error)) : NULL;
}

static PymvaObject *
new_sequence (gboolean is_tuple,
              PymvaObject **items,
              gsize n_items,
              GError **error)
{
  const PymvaBackend *backend = pymva_object_enter_call (error);
  PymvaPy *local[PYMVA_OBJECT_MOST_LOCAL];
  PymvaPy **peeked;
  PymvaPy *sequence;

  if (backend == NULL)
    return NULL;

  peeked = pymva_object_peek_items (items, n_items, local);
  sequence = is_tuple ? backend->new_tuple (peeked, n_items, error)
                      : backend->new_list (peeked, n_items, error);
  pymva_object_free_items (peeked, local);

  return pymva_object_leave_with (sequence);
}

/**
 * pymva_object_new_tuple:
 * @items: (array length=n_items) (nullable) (transfer none): the items
 * @n_items: how many there are
 * @error: return location for an error
 *
 * Makes a tuple.
 *
 * Returns: (transfer full): the tuple
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_new_tuple (PymvaObject **items,
                        gsize n_items,
                        GError **error)
{
  g_return_val_if_fail (items != NULL || n_items == 0, NULL);

  return new_sequence (TRUE, items, n_items, error);
}

/**
 * pymva_object_new_list:
 * @items: (array length=n_items) (nullable) (transfer none): the items
 * @n_items: how many there are
 * @error: return location for an error
 *
 * Makes a list.
 *
 * Returns: (transfer full): the list
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_new_list (PymvaObject **items,
                       gsize n_items,
                       GError **error)
{
  g_return_val_if_fail (items != NULL || n_items == 0, NULL);

  return new_sequence (FALSE, items, n_items, error);
}

/**
 * pymva_object_new_dict:
 * @names: (array zero-terminated=1) (nullable): the keys
 * @values: (array length=n_values) (nullable) (transfer none): their values, in the same order
 * @n_values: how many there are
 * @error: return location for an error
 *
 * Makes a dict whose keys are text.
 *
 * Returns: (transfer full): the dict
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_new_dict (const char * const *names,
                       PymvaObject **values,
                       gsize n_values,
                       GError **error)
{
  const PymvaBackend *backend;
  PymvaPy *local[PYMVA_OBJECT_MOST_LOCAL];
  PymvaPy **peeked;
  PymvaPy *dict;

  g_return_val_if_fail ((names != NULL && values != NULL) || n_values == 0, NULL);

  if (!pymva_object_check_names (names, n_values, error))
    return NULL;
  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;

  peeked = pymva_object_peek_items (values, n_values, local);
  dict = backend->new_dict (names, peeked, n_values, error);
  pymva_object_free_items (peeked, local);

  return pymva_object_leave_with (dict);
}

/* ---- what an object is ---- */

/**
 * pymva_object_to_variant:
 * @self: an object
 * @error: return location for an error
 *
 * Converts the object to a value, as the table in [class@Object] says, without loss.
 *
 * Errors: `PYMVA_ERROR_TYPE` where the object, or something in it, has no GVariant: the message
 * names its type and where it is; integers of more than 64 bits, and texts with a NUL character or
 * a lone surrogate are among them. `PYMVA_ERROR_VALUE` where lists are nested more than 60 levels
 * deep, or contain themselves.
 *
 * Returns: (transfer full): the value
 *
 * Since: 1.0
 */
GVariant *
pymva_object_to_variant (PymvaObject *self,
                         GError **error)
{
  const PymvaBackend *backend;
  GVariant *value;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  if (self->py == NULL)
    return g_variant_ref_sink (g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL));

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  value = backend->to_variant (self->py, error);
  pymva_object_leave_call ();

  return value;
}

/**
 * pymva_object_to_tensor:
 * @self: an array: of NumPy, a torch tensor in the computer's memory, or anything else that has
 *   the buffer protocol or `__array__()`
 * @error: return location for an error
 *
 * Gets the numbers of an array. Nothing is copied where they are of a type that tensors have, and
 * in C order: the tensor then uses the memory of the array, and keeps it alive, so that Python
 * code must not write to the array any more. Single precision takes the place of half precision,
 * and larger signed integers take that of unsigned ones of 16 and 32 bits.
 *
 * Errors: `PYMVA_ERROR_TYPE` where there are no numbers, or they are of a type that no tensor has,
 * or in the memory of another device.
 *
 * Returns: (transfer full): the numbers
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_object_to_tensor (PymvaObject *self,
                        GError **error)
{
  const PymvaBackend *backend;
  g_autoptr (GBytes) bytes = NULL;
  PymvaBackendArray array;
  gboolean done;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  done = backend->to_array (self->py, &array, error);
  pymva_object_leave_call ();
  if (!done)
    return NULL;

  bytes = array.bytes;
  return pymva_tensor_new (array.dtype, array.shape, array.n_dims, bytes, error);
}

static char *
dup_text (PymvaObject *self,
          gboolean repr,
          GError **error)
{
  const PymvaBackend *backend;
  char *text;

  if (self->py == NULL)
    return g_strdup ("None");

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  text = backend->to_text (self->py, repr, error);
  pymva_object_leave_call ();

  return text;
}

/**
 * pymva_object_to_string:
 * @self: an object
 * @error: return location for an error
 *
 * Gets the text of the object: what `str()` returns.
 *
 * Errors: `PYMVA_ERROR_TYPE` where the text has a NUL character or a lone surrogate.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
pymva_object_to_string (PymvaObject *self,
                        GError **error)
{
  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  return dup_text (self, FALSE, error);
}

/**
 * pymva_object_repr:
 * @self: an object
 * @error: return location for an error
 *
 * Gets the description of the object for programmers: what `repr()` returns.
 *
 * Returns: (transfer full): the description
 *
 * Since: 1.0
 */
char *
pymva_object_repr (PymvaObject *self,
                   GError **error)
{
  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  return dup_text (self, TRUE, error);
}

/**
 * pymva_object_get_type_name:
 * @self: an object
 *
 * Gets the name of the object's type with that of its module, for example `"numpy.ndarray"`; that
 * of a built-in type alone, for example `"int"`.
 *
 * Returns: (transfer full): the name
 *
 * Since: 1.0
 */
char *
pymva_object_get_type_name (PymvaObject *self)
{
  const PymvaBackend *backend;
  char *name;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  if (self->py == NULL)
    return g_strdup ("NoneType");

  backend = pymva_object_enter_call (NULL);
  if (backend == NULL)
    return g_strdup ("object");
  name = backend->dup_type_name (self->py);
  pymva_object_leave_call ();

  return name;
}

/**
 * pymva_object_is_callable:
 * @self: an object
 *
 * Finds out whether the object can be called.
 *
 * Returns: `TRUE` for functions, methods, classes, and objects that have `__call__()`
 *
 * Since: 1.0
 */
gboolean
pymva_object_is_callable (PymvaObject *self)
{
  const PymvaBackend *backend;
  gboolean callable;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), FALSE);

  backend = self->py != NULL ? pymva_object_enter_call (NULL) : NULL;
  if (backend == NULL)
    return FALSE;
  callable = backend->is_callable (self->py);
  pymva_object_leave_call ();

  return callable;
}

/**
 * pymva_object_is_none:
 * @self: an object
 *
 * Finds out whether the object is None.
 *
 * Returns: whether it is
 *
 * Since: 1.0
 */
gboolean
pymva_object_is_none (PymvaObject *self)
{
  g_return_val_if_fail (PYMVA_IS_OBJECT (self), FALSE);

  return self->py == NULL || self->py == pymva_interpreter_get_backend ()->none;
}

/**
 * pymva_object_get_length:
 * @self: an object
 * @error: return location for an error
 *
 * Gets the number of items in the object: what `len()` returns.
 *
 * Returns: the length, or -1 with an error where the object has none
 *
 * Since: 1.0
 */
gint64
pymva_object_get_length (PymvaObject *self,
                         GError **error)
{
  const PymvaBackend *backend;
  gint64 length;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), -1);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return -1;
  length = backend->get_length (self->py, error);
  pymva_object_leave_call ();

  return length;
}
