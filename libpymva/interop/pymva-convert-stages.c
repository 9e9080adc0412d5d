/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-dump-private.h"

/* Stages that a bridge module has laid out itself. They count from 0, and -1 are the inputs of the
 * training; in the model, stages that transform the variables may come first. */

static GVariant *
shift_number (GVariant *number,
              guint n_before,
              GError **error)
{
  g_autoptr (GVariant) content = NULL;

  content = g_variant_is_of_type (number, G_VARIANT_TYPE_VARIANT) ? g_variant_get_variant (number)
                                                                  : g_variant_ref (number);
  if (g_variant_is_of_type (content, G_VARIANT_TYPE_INT64))
    return g_variant_new_int64 (g_variant_get_int64 (content) + n_before);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "the input of a stage is of type “%s”, not a number",
               g_variant_get_type_string (content));
  return NULL;
}

/* The list of numbers, or the one number, that says where a stage takes its columns from. */
static GVariant *
shift_inputs (GVariant *inputs,
              guint n_before,
              GError **error)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ax"));

  if (!g_variant_is_of_type (inputs, G_VARIANT_TYPE_ARRAY))
    return shift_number (inputs, n_before, error);

  for (gsize i = 0; i < g_variant_n_children (inputs); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (inputs, i);
      GVariant *shifted = shift_number (child, n_before, error);

      if (shifted == NULL)
        return NULL;
      g_variant_builder_add_value (&list, shifted);
    }

  return g_variant_builder_end (&list);
}

static GVariant *
shift_stage (GVariant *stage,
             guint n_before,
             GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, stage);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      GVariant *shown = value;

      if (g_str_equal (key, "input") || g_str_equal (key, "inputs"))
        shown = shift_inputs (value, n_before, error);
      if (shown == NULL)
        {
          g_variant_unref (value);
          return NULL;
        }
      g_variant_builder_add (&builder, "{sv}", key, shown);
    }

  return g_variant_builder_end (&builder);
}

gboolean
pymva_convert_stages (PymvaModelBuilder *builder,
                      const PymvaDump *dump,
                      GError **error)
{
  g_autoptr (GVariant) stages = pymva_dump_get_list (dump, "stages", error);
  guint n_before = pymva_model_builder_get_n_stages (builder);
  GHashTableIter iter;
  gpointer name;
  gpointer tensor;

  if (stages == NULL)
    return FALSE;

  for (gsize i = 0; i < g_variant_n_children (stages); i++)
    {
      g_autoptr (GVariant) stage = pymva_dump_get_dictionary (stages, i, error);
      GVariant *shifted = stage != NULL ? shift_stage (stage, n_before, error) : NULL;

      if (shifted == NULL)
        return FALSE;
      pymva_model_builder_add_stage (builder, shifted);
    }

  g_hash_table_iter_init (&iter, dump->tensors);
  while (g_hash_table_iter_next (&iter, &name, &tensor))
    pymva_model_builder_add_tensor (builder, name, tensor);

  return TRUE;
}
