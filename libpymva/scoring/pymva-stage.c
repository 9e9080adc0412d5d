/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"

static const PymvaStageClass *const classes[] = {
  &pymva_stage_affine_class, &pymva_stage_forest_class, &pymva_stage_interpolate_class,
  &pymva_stage_link_class,   &pymva_stage_matrix_class, &pymva_stage_mlp_class,
  &pymva_stage_select_class,
};

PymvaStage *
pymva_stage_new (JsonObject *description,
                 GHashTable *tensors,
                 guint n_inputs,
                 GError **error)
{
  const char *known[G_N_ELEMENTS (classes) + 1] = { NULL };
  const char *kind = NULL;
  g_autofree char *near = NULL;

  if (!pymva_json_read_string (description, "kind", TRUE, &kind, error))
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      if (g_str_equal (kind, classes[i]->kind))
        {
          PymvaStage *self = classes[i]->new (description, tensors, n_inputs, error);

          if (self == NULL)
            g_prefix_error (error, "%s: ", kind);
          return self;
        }
      known[i] = classes[i]->kind;
    }

  near = pymva_names_format_near (kind, known);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "there is no kind of stage “%s” in this version of the library%s", kind, near);
  return NULL;
}

void
pymva_stage_free (PymvaStage *self)
{
  self->klass->free (self);
}

gboolean
pymva_stage_read_tensor (JsonObject *description,
                         GHashTable *tensors,
                         const char *key,
                         gboolean required,
                         PymvaDType dtype,
                         guint n_dims,
                         PymvaTensor **tensor,
                         GError **error)
{
  const char *name = NULL;
  PymvaTensor *found;

  if (!pymva_json_read_string (description, key, required, &name, error))
    return FALSE;
  if (name == NULL)
    return TRUE;

  found = g_hash_table_lookup (tensors, name);
  if (found == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no table “%s” for its “%s”",
                   name, key);
      return FALSE;
    }
  if (pymva_tensor_get_dtype (found) != dtype || pymva_tensor_get_n_dims (found) != n_dims)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the table “%s” is %s with %u dimensions, not %s with %u", name,
                   pymva_dtype_get_name (pymva_tensor_get_dtype (found)),
                   pymva_tensor_get_n_dims (found), pymva_dtype_get_name (dtype), n_dims);
      return FALSE;
    }

  *tensor = g_object_ref (found);
  return TRUE;
}

gboolean
pymva_stage_read_columns (JsonObject *description,
                          GHashTable *tensors,
                          const char *key,
                          gboolean required,
                          PymvaDType dtype,
                          guint n_columns,
                          PymvaTensor **tensor,
                          GError **error)
{
  g_autoptr (PymvaTensor) found = NULL;

  if (!pymva_stage_read_tensor (description, tensors, key, required, dtype, 1, &found, error))
    return FALSE;
  if (found != NULL && pymva_tensor_get_length (found, 0) != n_columns)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its “%s” has %" G_GINT64_FORMAT " elements for %u columns", key,
                   pymva_tensor_get_length (found, 0), n_columns);
      return FALSE;
    }

  *tensor = g_steal_pointer (&found);
  return TRUE;
}

gboolean
pymva_stage_read_numbers (JsonObject *description,
                          const char *key,
                          gboolean required,
                          guint n_columns,
                          guint **numbers,
                          guint *n_numbers,
                          GError **error)
{
  g_autofree guint *found = NULL;
  JsonArray *array = NULL;
  guint n;

  if (!pymva_json_read_array (description, key, required, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;

  n = json_array_get_length (array);
  if (n == 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is empty", key);
      return FALSE;
    }

  found = g_new (guint, n);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      gint64 column = -1;

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
        column = json_node_get_int (node);
      if (column < 0 || column >= n_columns)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "element %u of “%s” is not the number of one of %u columns", i, key,
                       n_columns);
          return FALSE;
        }
      found[i] = column;
    }

  *numbers = g_steal_pointer (&found);
  *n_numbers = n;
  return TRUE;
}

gboolean
pymva_stage_check_finite (PymvaTensor *tensor,
                          const char *key,
                          GError **error)
{
  const double *values = pymva_tensor_peek_data (tensor);
  guint64 n = pymva_tensor_get_n_elements (tensor);

  for (guint64 i = 0; i < n; i++)
    if (!isfinite (values[i]))
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                     "element %" G_GUINT64_FORMAT " of its “%s” is not a finite number", i, key);
        return FALSE;
      }

  return TRUE;
}

const float *
pymva_columns_get_floats (const PymvaColumns *columns,
                          gsize n_values,
                          float *buffer)
{
  if (columns->floats != NULL)
    return columns->floats;

  for (gsize i = 0; i < n_values; i++)
    buffer[i] = (float) columns->doubles[i];
  return buffer;
}
