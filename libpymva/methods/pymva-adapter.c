/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-adapter-private.h"

PymvaObject *
pymva_adapter_call (const char *module,
                   const char *function,
                   PymvaObject **args,
                   gsize n_args,
                   GError **error)
{
  g_autoptr (PymvaObject) adapter = pymva_bridge_import (module, error);

  if (adapter == NULL)
    return NULL;

  return pymva_object_call_method_objects (adapter, function, args, n_args, error);
}

gboolean
pymva_adapter_set_tensor (PymvaObject *dict,
                         const char *name,
                         PymvaTensor *tensor,
                         GError **error)
{
  g_autoptr (PymvaObject) key = NULL;
  g_autoptr (PymvaObject) array = NULL;

  key = pymva_object_new_from_variant (g_variant_new_string (name), error);
  if (key == NULL)
    return FALSE;
  array = pymva_object_new_from_tensor (tensor, error);

  return array != NULL && pymva_object_set_item (dict, key, array, error);
}

static void
free_items (PymvaObject **items,
            gsize n_items)
{
  for (gsize i = 0; i < n_items; i++)
    g_object_unref (items[i]);
  g_free (items);
}

GHashTable *
pymva_adapter_get_tensors (PymvaObject *dict,
                          GError **error)
{
  g_autoptr (GHashTable) tensors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                          g_object_unref);
  PymvaObject **keys;
  gsize n_keys;
  gsize n_read = 0;

  keys = pymva_object_list_items (dict, &n_keys, error);
  if (keys == NULL)
    return NULL;

  for (gsize i = 0; i < n_keys; i++)
    {
      g_autoptr (PymvaObject) array = NULL;
      g_autoptr (PymvaTensor) tensor = NULL;
      g_autofree char *name = pymva_object_to_string (keys[i], error);

      if (name != NULL)
        array = pymva_object_get_item (dict, keys[i], error);
      if (array != NULL)
        tensor = pymva_object_to_tensor (array, error);
      if (tensor == NULL)
        break;
      g_hash_table_insert (tensors, g_steal_pointer (&name), g_steal_pointer (&tensor));
      n_read++;
    }
  free_items (keys, n_keys);

  return n_read == n_keys ? g_steal_pointer (&tensors) : NULL;
}
