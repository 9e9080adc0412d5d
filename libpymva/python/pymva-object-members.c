/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/pymva-object-private.h"

/* The attributes and items of Python objects. */

/**
 * pymva_object_get_attribute:
 * @self: an object
 * @name: the name of an attribute
 * @error: return location for an error
 *
 * Gets an attribute: what `self.name` is in Python.
 *
 * Returns: (transfer full): the attribute
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_get_attribute (PymvaObject *self,
                            const char *name,
                            GError **error)
{
  const PymvaBackend *backend;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  return pymva_object_leave_with (backend->get_attribute (pymva_object_get_py (self), name, error));
}

/**
 * pymva_object_set_attribute:
 * @self: an object
 * @name: the name of an attribute
 * @value: what it is set to
 * @error: return location for an error
 *
 * Sets an attribute, as `self.name = value` does in Python.
 *
 * Returns: whether it was set
 *
 * Since: 1.0
 */
gboolean
pymva_object_set_attribute (PymvaObject *self,
                            const char *name,
                            PymvaObject *value,
                            GError **error)
{
  const PymvaBackend *backend;
  gboolean done;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (PYMVA_IS_OBJECT (value), FALSE);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return FALSE;
  done = backend->set_attribute (pymva_object_get_py (self), name, pymva_object_get_py (value),
                                 error);
  pymva_object_leave_call ();

  return done;
}

/**
 * pymva_object_has_attribute:
 * @self: an object
 * @name: the name of an attribute
 *
 * Finds out whether the object has an attribute.
 *
 * Returns: `FALSE` also where getting the attribute raises an exception
 *
 * Since: 1.0
 */
gboolean
pymva_object_has_attribute (PymvaObject *self,
                            const char *name)
{
  const PymvaBackend *backend;
  gboolean found;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  backend = pymva_object_enter_call (NULL);
  if (backend == NULL)
    return FALSE;
  found = backend->has_attribute (pymva_object_get_py (self), name);
  pymva_object_leave_call ();

  return found;
}

/**
 * pymva_object_list_attributes:
 * @self: an object
 * @error: return location for an error
 *
 * Lists the names of the object's attributes: what `dir()` returns.
 *
 * Returns: (transfer full): the names
 *
 * Since: 1.0
 */
char **
pymva_object_list_attributes (PymvaObject *self,
                              GError **error)
{
  const PymvaBackend *backend;
  char **names;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  names = backend->list_attributes (pymva_object_get_py (self), error);
  pymva_object_leave_call ();

  return names;
}

/**
 * pymva_object_get_item:
 * @self: a list, dict, or another object that has items
 * @key: a key
 * @error: return location for an error
 *
 * Gets an item: what `self[key]` is in Python.
 *
 * Returns: (transfer full): the item
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_get_item (PymvaObject *self,
                       PymvaObject *key,
                       GError **error)
{
  const PymvaBackend *backend;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (PYMVA_IS_OBJECT (key), NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  return pymva_object_leave_with (
    backend->get_item (pymva_object_get_py (self), pymva_object_get_py (key), error));
}

/**
 * pymva_object_set_item:
 * @self: a list, dict, or another object that has items
 * @key: a key
 * @value: what the item is set to
 * @error: return location for an error
 *
 * Sets an item, as `self[key] = value` does in Python.
 *
 * Returns: whether it was set
 *
 * Since: 1.0
 */
gboolean
pymva_object_set_item (PymvaObject *self,
                       PymvaObject *key,
                       PymvaObject *value,
                       GError **error)
{
  const PymvaBackend *backend;
  gboolean done;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), FALSE);
  g_return_val_if_fail (PYMVA_IS_OBJECT (key), FALSE);
  g_return_val_if_fail (PYMVA_IS_OBJECT (value), FALSE);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return FALSE;
  done = backend->set_item (pymva_object_get_py (self), pymva_object_get_py (key),
                            pymva_object_get_py (value), error);
  pymva_object_leave_call ();

  return done;
}

/**
 * pymva_object_get_index:
 * @self: a list, tuple, or another object that has items
 * @index: a number; negative ones count from the end
 * @error: return location for an error
 *
 * Gets an item by number: what `self[index]` is in Python.
 *
 * Returns: (transfer full): the item
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_get_index (PymvaObject *self,
                        gint64 index,
                        GError **error)
{
  const PymvaBackend *backend;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  return pymva_object_leave_with (backend->get_index (pymva_object_get_py (self), index, error));
}

/**
 * pymva_object_list_items:
 * @self: a list, tuple, or anything else that can be iterated over
 * @n_items: (out): return location for the number of items
 * @error: return location for an error
 *
 * Gets the items of the object: what `list()` returns. Those of a dict are its keys.
 *
 * Returns: (transfer full) (array length=n_items): the items
 *
 * Since: 1.0
 */
PymvaObject **
pymva_object_list_items (PymvaObject *self,
                         gsize *n_items,
                         GError **error)
{
  const PymvaBackend *backend;
  g_autofree PymvaPy **items = NULL;
  PymvaObject **objects;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (n_items != NULL, NULL);

  *n_items = 0;
  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  items = backend->list_items (pymva_object_get_py (self), n_items, error);
  pymva_object_leave_call ();
  if (items == NULL)
    return NULL;

  /* Terminated for C, where no items would otherwise look like an error. */
  objects = g_new0 (PymvaObject *, *n_items + 1);
  for (gsize i = 0; i < *n_items; i++)
    objects[i] = pymva_object_new_for_py (items[i]);

  return objects;
}

char **
pymva_object_dup_texts (PymvaObject *list,
                        GError **error)
{
  g_autoptr (GVariant) variants = pymva_object_to_variant (list, error);
  g_autoptr (GStrvBuilder) builder = NULL;

  if (variants == NULL)
    return NULL;

  builder = g_strv_builder_new ();
  for (gsize i = 0; i < g_variant_n_children (variants); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (variants, i);
      g_autoptr (GVariant) text = g_variant_get_variant (child);

      g_strv_builder_add (builder, g_variant_get_string (text, NULL));
    }
  return g_strv_builder_end (builder);
}
