/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-convert-private.h"
#include "pymva-dump-private.h"

/* A member, with what a variant wraps taken out; NULL and an error where there is none. */
static GVariant *
get_member (GVariant *description,
            const char *key,
            GError **error)
{
  g_autoptr (GVariant) member = g_variant_lookup_value (description, key, NULL);

  while (member != NULL && g_variant_is_of_type (member, G_VARIANT_TYPE_VARIANT))
    {
      g_autoptr (GVariant) outer = g_steal_pointer (&member);

      member = g_variant_get_variant (outer);
    }
  if (member == NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is missing", key);

  return g_steal_pointer (&member);
}

static gboolean
set_type_error (const char *key,
                GVariant *member,
                const char *expected,
                GError **error)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is of type “%s”, not %s", key,
               g_variant_get_type_string (member), expected);
  return FALSE;
}

gboolean
pymva_dump_read_int (GVariant *description,
                     const char *key,
                     gint64 *value,
                     GError **error)
{
  g_autoptr (GVariant) member = get_member (description, key, error);

  if (member == NULL)
    return FALSE;

  switch (g_variant_classify (member))
    {
    case G_VARIANT_CLASS_INT32:
      *value = g_variant_get_int32 (member);
      return TRUE;
    case G_VARIANT_CLASS_UINT32:
      *value = g_variant_get_uint32 (member);
      return TRUE;
    case G_VARIANT_CLASS_INT64:
      *value = g_variant_get_int64 (member);
      return TRUE;
    default:
      return set_type_error (key, member, "a whole number", error);
    }
}

gboolean
pymva_dump_read_double (GVariant *description,
                        const char *key,
                        double *value,
                        GError **error)
{
  g_autoptr (GVariant) member = get_member (description, key, error);
  gint64 number;

  if (member == NULL)
    return FALSE;
  if (g_variant_is_of_type (member, G_VARIANT_TYPE_DOUBLE))
    {
      *value = g_variant_get_double (member);
      return TRUE;
    }
  if (!pymva_dump_read_int (description, key, &number, NULL))
    return set_type_error (key, member, "a number", error);

  *value = number;
  return TRUE;
}

gboolean
pymva_dump_read_string (GVariant *description,
                        const char *key,
                        const char **value,
                        GError **error)
{
  g_autoptr (GVariant) member = get_member (description, key, error);

  if (member == NULL)
    return FALSE;
  if (!g_variant_is_of_type (member, G_VARIANT_TYPE_STRING))
    return set_type_error (key, member, "a text", error);

  /* Part of the description's memory: pymva_convert_dump() has laid that out in one piece. */
  *value = g_variant_get_string (member, NULL);
  return TRUE;
}

GVariant *
pymva_dump_get_list (const PymvaDump *self,
                     const char *key,
                     GError **error)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (self->description, key, NULL);

  if (list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE_ARRAY))
    return g_steal_pointer (&list);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is not a list", key);
  return NULL;
}

GVariant *
pymva_dump_get_dictionary (GVariant *list,
                           gsize index,
                           GError **error)
{
  g_autoptr (GVariant) element = g_variant_get_child_value (list, index);

  while (g_variant_is_of_type (element, G_VARIANT_TYPE_VARIANT))
    {
      g_autoptr (GVariant) outer = g_steal_pointer (&element);

      element = g_variant_get_variant (outer);
    }
  if (g_variant_is_of_type (element, G_VARIANT_TYPE_VARDICT))
    return g_steal_pointer (&element);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "element %" G_GSIZE_FORMAT " of a list is of type “%s”, not “a{sv}”", index,
               g_variant_get_type_string (element));
  return NULL;
}

PymvaTensor *
pymva_dump_get_tensor (const PymvaDump *self,
                       const char *name,
                       PymvaDType dtype,
                       guint n_dims,
                       gint64 first,
                       gint64 second,
                       GError **error)
{
  PymvaTensor *tensor = g_hash_table_lookup (self->tensors, name);
  g_autofree char *shape = NULL;

  if (tensor == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the table “%s” is missing", name);
      return NULL;
    }

  if (pymva_tensor_get_dtype (tensor) == dtype && pymva_tensor_get_n_dims (tensor) == n_dims &&
      (first < 0 || pymva_tensor_get_length (tensor, 0) == first) &&
      (second < 0 || pymva_tensor_get_length (tensor, 1) == second))
    return tensor;

  shape = pymva_tensor_format_shape (tensor);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "the table “%s” is %s of shape %s, which does not fit the rest", name,
               pymva_dtype_get_name (pymva_tensor_get_dtype (tensor)), shape);
  return NULL;
}

gboolean
pymva_convert_response (PymvaModelBuilder *builder,
                        gint64 response,
                        gint64 n_outputs,
                        GError **error)
{
  GVariantBuilder stage;
  gint64 columns[] = { response };

  if (response < -1 || response >= n_outputs)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the response %" G_GINT64_FORMAT " is none of %" G_GINT64_FORMAT " columns",
                   response, n_outputs);
      return FALSE;
    }
  if (response < 0 || n_outputs == 1)
    return TRUE;

  g_variant_builder_init (&stage, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("select"));
  g_variant_builder_add (&stage, "{sv}", "columns",
                         g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, columns, 1,
                                                    sizeof (gint64)));
  pymva_model_builder_add_stage (builder, g_variant_builder_end (&stage));

  return TRUE;
}

static const struct
{
  const char *kind;
  gboolean (*convert) (PymvaModelBuilder *builder,
                       const PymvaDump *dump,
                       GError **error);
} converters[] = {
  { "lightgbm", pymva_convert_lightgbm },
  { "network", pymva_convert_network },
  { "stages", pymva_convert_stages },
  { "xgboost", pymva_convert_xgboost },
};

gboolean
pymva_convert_dump (PymvaModelBuilder *builder,
                    GVariant *description,
                    GHashTable *tensors,
                    GError **error)
{
  PymvaDump dump = { description, tensors };
  const char *known[G_N_ELEMENTS (converters) + 1] = { NULL };
  const char *kind;
  gint64 n_features;
  g_autofree char *near = NULL;

  /* Texts are borrowed from the description, which must not move them later. */
  g_variant_get_data (description);

  if (!pymva_dump_read_string (description, "kind", &kind, error) ||
      !pymva_dump_read_int (description, "n_features", &n_features, error))
    return FALSE;
  if (n_features != pymva_model_builder_get_n_variables (builder))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "what was trained takes %" G_GINT64_FORMAT " variables, and there are %u",
                   n_features, pymva_model_builder_get_n_variables (builder));
      return FALSE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (converters); i++)
    {
      known[i] = converters[i].kind;
      if (!g_str_equal (kind, converters[i].kind))
        continue;

      if (converters[i].convert (builder, &dump, error))
        return TRUE;
      g_prefix_error (error, "the dump of kind “%s”: ", kind);
      return FALSE;
    }

  near = pymva_names_format_near (kind, known);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no converter for “%s”%s", kind,
               near);
  return FALSE;
}
