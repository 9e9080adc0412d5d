/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "scoring/pymva-json-private.h"
#include "pymva-transform-stage-private.h"

/* What the tables of these stages are called in a model. */
#define TABLE_PREFIX "transform."
/* Rows that go through all stages together, while they are in the cache. */
#define TILE_ROWS 256

PymvaTransformStage *
pymva_transform_stage_new (const char *kind)
{
  PymvaTransformStage *self = g_new0 (PymvaTransformStage, 1);

  self->kind = g_strdup (kind);
  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->tensors = g_ptr_array_new_with_free_func (g_object_unref);

  return self;
}

void
pymva_transform_stage_free (PymvaTransformStage *self)
{
  g_free (self->kind);
  g_ptr_array_unref (self->keys);
  g_ptr_array_unref (self->tensors);
  g_clear_pointer (&self->columns, g_array_unref);
  g_clear_pointer (&self->stage, pymva_stage_free);
  g_free (self);
}

static void
add_tensor (PymvaTransformStage *self,
            const char *key,
            PymvaDType dtype,
            gpointer values,
            gsize n_rows,
            gsize n_columns)
{
  gint64 shape[2] = { n_rows, n_columns };
  gsize size = n_rows * MAX (n_columns, 1) * pymva_dtype_get_size (dtype);

  g_ptr_array_add (self->keys, g_strdup (key));
  g_ptr_array_add (self->tensors, pymva_tensor_new_take (dtype, shape, n_columns > 0 ? 2 : 1,
                                                         values, size, NULL));
}

void
pymva_transform_stage_take (PymvaTransformStage *self,
                            const char *key,
                            double *values,
                            gsize n_rows,
                            gsize n_columns)
{
  add_tensor (self, key, PYMVA_DTYPE_FLOAT64, values, n_rows, n_columns);
}

void
pymva_transform_stage_take_ints (PymvaTransformStage *self,
                                 const char *key,
                                 gint32 *values,
                                 gsize n_values)
{
  add_tensor (self, key, PYMVA_DTYPE_INT32, values, n_values, 0);
}

void
pymva_transform_stage_set_columns (PymvaTransformStage *self,
                                   const guint *columns,
                                   guint n_columns)
{
  self->columns = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < n_columns; i++)
    {
      gint64 column = columns[i];

      g_array_append_val (self->columns, column);
    }
}

gboolean
pymva_transform_stage_finish (PymvaTransformStage *self,
                              guint n_columns,
                              GError **error)
{
  g_autoptr (JsonObject) description = json_object_new ();
  g_autoptr (GHashTable) tensors = g_hash_table_new (g_str_hash, g_str_equal);

  json_object_set_string_member (description, "kind", self->kind);
  for (guint i = 0; i < self->keys->len; i++)
    {
      json_object_set_string_member (description, self->keys->pdata[i], self->keys->pdata[i]);
      g_hash_table_insert (tensors, self->keys->pdata[i], self->tensors->pdata[i]);
    }
  if (self->columns != NULL)
    {
      JsonArray *columns = json_array_new ();

      for (guint i = 0; i < self->columns->len; i++)
        json_array_add_int_element (columns, g_array_index (self->columns, gint64, i));
      json_object_set_array_member (description, "columns", columns);
    }

  self->stage = pymva_stage_new (description, tensors, n_columns, error);
  if (self->stage == NULL || self->stage->n_outputs == n_columns)
    return self->stage != NULL;

  /* Only a file can say so, and the rows that go through all stages have no room for it. */
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "a transformation makes %u columns of %u", self->stage->n_outputs, n_columns);
  return FALSE;
}

void
pymva_transform_stage_describe (const PymvaTransformStage *self,
                                PymvaModelBuilder *builder,
                                guint number,
                                gboolean rounds)
{
  g_auto (GVariantBuilder) stage = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string (self->kind));
  for (guint i = 0; i < self->keys->len; i++)
    {
      const char *key = self->keys->pdata[i];
      g_autofree char *name = g_strdup_printf (TABLE_PREFIX "%u.%s", number, key);

      g_variant_builder_add (&stage, "{sv}", key, g_variant_new_string (name));
      pymva_model_builder_add_tensor (builder, name, self->tensors->pdata[i]);
    }
  if (self->columns != NULL)
    g_variant_builder_add (&stage, "{sv}", "columns",
                           g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, self->columns->data,
                                                      self->columns->len, sizeof (gint64)));
  if (rounds)
    g_variant_builder_add (&stage, "{sv}", "dtype", g_variant_new_string ("float32"));

  pymva_model_builder_add_stage (builder, g_variant_builder_end (&stage));
}

static void
read_columns (PymvaTransformStage *self,
              JsonArray *columns)
{
  self->columns = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < json_array_get_length (columns); i++)
    {
      gint64 column = json_array_get_int_element (columns, i);

      g_array_append_val (self->columns, column);
    }
}

PymvaTransformStage *
pymva_transform_stage_read (JsonObject *description,
                            GHashTable *tensors,
                            guint n_columns,
                            GError **error)
{
  g_autoptr (PymvaTransformStage) self = NULL;
  g_autoptr (GList) keys = json_object_get_members (description);
  JsonArray *columns = NULL;
  const char *kind = NULL;

  if (!pymva_json_read_string (description, "kind", TRUE, &kind, error) ||
      !pymva_json_read_array (description, "columns", FALSE, &columns, error))
    return NULL;

  self = pymva_transform_stage_new (kind);
  if (columns != NULL)
    read_columns (self, columns);
  for (GList *key = keys; key != NULL; key = key->next)
    {
      const char *name = NULL;
      PymvaTensor *tensor;

      if (!pymva_json_read_string (description, key->data, FALSE, &name, NULL) || name == NULL ||
          !g_str_has_prefix (name, TABLE_PREFIX))
        continue;
      tensor = g_hash_table_lookup (tensors, name);
      if (tensor == NULL)
        continue;
      g_ptr_array_add (self->keys, g_strdup (key->data));
      g_ptr_array_add (self->tensors, g_object_ref (tensor));
    }
  if (self->keys->len == 0 || !pymva_transform_stage_finish (self, n_columns, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
pymva_transform_stages_run (GPtrArray *stages,
                            PymvaDType input_type,
                            gconstpointer inputs,
                            PymvaDType output_type,
                            gpointer outputs,
                            gsize n_rows,
                            guint n_columns)
{
  g_autofree double *values = g_new (double, (gsize) TILE_ROWS * n_columns);
  g_autofree double *next = g_new (double, (gsize) TILE_ROWS * n_columns);
  g_autofree char *scratch = NULL;
  gsize row_scratch = 1;

  for (guint i = 0; i < stages->len; i++)
    row_scratch = MAX (row_scratch, ((PymvaTransformStage *) stages->pdata[i])->stage->row_scratch);
  scratch = g_malloc (TILE_ROWS * row_scratch);

  for (gsize first = 0; first < n_rows; first += TILE_ROWS)
    {
      gsize n_tile = MIN (TILE_ROWS, n_rows - first);
      gsize n_values = n_tile * n_columns;
      gsize offset = first * n_columns;

      pymva_dtype_load_doubles (input_type, (const char *) inputs + offset *
                                              pymva_dtype_get_size (input_type), n_values, values);
      for (guint i = 0; i < stages->len; i++)
        {
          const PymvaStage *stage = ((PymvaTransformStage *) stages->pdata[i])->stage;
          PymvaColumns columns = { .doubles = values };
          double *spare = values;

          stage->klass->run (stage, &columns, next, n_tile, scratch);
          values = next;
          next = spare;
        }
      pymva_dtype_convert (PYMVA_DTYPE_FLOAT64, values, output_type,
                           (char *) outputs + offset * pymva_dtype_get_size (output_type),
                           n_values);
    }
}
