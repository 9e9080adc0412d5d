/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-dump-private.h"

/* Stages that a bridge module has laid out itself. They count from 0, and -1 are the inputs of the
 * training; in the model, stages that transform the variables may come first. A stage of the kind
 * of a booster holds what its framework writes, and becomes one or more stages. */
typedef struct
{
  PymvaModelBuilder *builder;
  const PymvaDump *dump;
  /* How many stages the model has had before. */
  guint n_before;
  /* The number in the model of the last stage that each stage of the dump has become. */
  GArray *numbers;
  /* The models of the stages that are boosters, NULL for the others, and the names of their tables,
   * which do not go into the model. */
  GPtrArray *boosters;
  GHashTable *used;
} Layout;

static void
layout_clear (Layout *self)
{
  g_clear_pointer (&self->numbers, g_array_unref);
  g_clear_pointer (&self->boosters, g_ptr_array_unref);
  g_clear_pointer (&self->used, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Layout, layout_clear)

static gboolean
find_number (const Layout *self,
             gint64 told,
             gint64 *number,
             GError **error)
{
  if (told < -1 || told >= self->numbers->len)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "stage %u takes the columns of stage %" G_GINT64_FORMAT
                   ", which is none before it", self->numbers->len, told);
      return FALSE;
    }

  *number = told < 0 ? (gint64) self->n_before - 1 : g_array_index (self->numbers, guint, told);
  return TRUE;
}

static GVariant *
shift_number (const Layout *self,
              GVariant *number,
              GError **error)
{
  g_autoptr (GVariant) content = NULL;
  gint64 found;

  content = g_variant_is_of_type (number, G_VARIANT_TYPE_VARIANT) ? g_variant_get_variant (number)
                                                                  : g_variant_ref (number);
  if (!g_variant_is_of_type (content, G_VARIANT_TYPE_INT64))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the input of a stage is of type “%s”, not a number",
                   g_variant_get_type_string (content));
      return NULL;
    }

  return find_number (self, g_variant_get_int64 (content), &found, error)
           ? g_variant_new_int64 (found) : NULL;
}

/* The list of numbers, or the one number, that says where a stage takes its columns from. */
static GVariant *
shift_inputs (const Layout *self,
              GVariant *inputs,
              GError **error)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ax"));

  if (!g_variant_is_of_type (inputs, G_VARIANT_TYPE_ARRAY))
    return shift_number (self, inputs, error);

  for (gsize i = 0; i < g_variant_n_children (inputs); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (inputs, i);
      GVariant *shifted = shift_number (self, child, error);

      if (shifted == NULL)
        return NULL;
      g_variant_builder_add_value (&list, shifted);
    }

  return g_variant_builder_end (&list);
}

static GVariant *
shift_stage (const Layout *self,
             GVariant *stage,
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
        shown = shift_inputs (self, value, error);
      if (shown == NULL)
        {
          g_variant_unref (value);
          return NULL;
        }
      g_variant_builder_add (&builder, "{sv}", key, shown);
    }

  return g_variant_builder_end (&builder);
}

/* --- boosters --- */

static void
free_booster (gpointer data)
{
  if (data != NULL)
    pymva_booster_model_free (data);
}

/* The model of a stage that is a booster; NULL and no error for any other. */
static gboolean
read_booster (Layout *self,
              GVariant *stage,
              PymvaBoosterModel **model,
              GError **error)
{
  const char *kind = "";
  const char *name;
  PymvaBoosterReadFunc read;

  *model = NULL;
  g_variant_lookup (stage, "kind", "&s", &kind);
  if (!g_str_equal (kind, "lightgbm") && !g_str_equal (kind, "xgboost"))
    return TRUE;

  if (!pymva_dump_read_string (stage, "model", &name, error))
    return FALSE;

  g_hash_table_add (self->used, g_strdup (name));
  read = g_str_equal (kind, "lightgbm") ? pymva_lightgbm_model_new : pymva_xgboost_model_new;
  *model = pymva_dump_read_booster (self->dump, name, read, error);
  return *model != NULL;
}

/* Before anything is added: only this can find that there is no native form. */
static gboolean
read_boosters (Layout *self,
               GVariant *stages,
               GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (stages); i++)
    {
      g_autoptr (GVariant) stage = pymva_dump_get_dictionary (stages, i, error);
      PymvaBoosterModel *model;

      if (stage == NULL || !read_booster (self, stage, &model, error))
        return FALSE;
      g_ptr_array_add (self->boosters, model);
    }

  return TRUE;
}

static gboolean
add_booster (const Layout *self,
             GVariant *stage,
             PymvaBoosterModel *model,
             GError **error)
{
  g_autofree char *prefix = g_strdup_printf ("booster%u", self->numbers->len);
  gint64 told = (gint64) self->numbers->len - 1;
  gint64 number;
  int input;

  g_variant_lookup (stage, "input", "x", &told);
  if (!find_number (self, told, &number, error))
    return FALSE;

  input = number;
  model->options.input = &input;
  model->options.prefix = prefix;
  return pymva_booster_model_add_stages (model, self->builder, error);
}

/* --- all of them --- */

static gboolean
add_stages (Layout *self,
            GVariant *stages,
            GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (stages); i++)
    {
      g_autoptr (GVariant) stage = pymva_dump_get_dictionary (stages, i, error);
      PymvaBoosterModel *booster = g_ptr_array_index (self->boosters, i);
      guint number;

      if (stage == NULL)
        return FALSE;
      if (booster != NULL)
        {
          if (!add_booster (self, stage, booster, error))
            return FALSE;
        }
      else
        {
          GVariant *shifted = shift_stage (self, stage, error);

          if (shifted == NULL)
            return FALSE;
          pymva_model_builder_add_stage (self->builder, shifted);
        }
      number = pymva_model_builder_get_n_stages (self->builder) - 1;
      g_array_append_val (self->numbers, number);
    }

  return TRUE;
}

gboolean
pymva_convert_stages (PymvaModelBuilder *builder,
                      const PymvaDump *dump,
                      GError **error)
{
  g_autoptr (GVariant) stages = pymva_dump_get_list (dump, "stages", error);
  g_auto (Layout) layout = {
    .builder = builder,
    .dump = dump,
    .n_before = pymva_model_builder_get_n_stages (builder),
    .numbers = g_array_new (FALSE, FALSE, sizeof (guint)),
    .boosters = g_ptr_array_new_with_free_func (free_booster),
    .used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
  GHashTableIter iter;
  gpointer name;
  gpointer tensor;

  if (stages == NULL || !read_boosters (&layout, stages, error) ||
      !add_stages (&layout, stages, error))
    return FALSE;

  g_hash_table_iter_init (&iter, dump->tensors);
  while (g_hash_table_iter_next (&iter, &name, &tensor))
    if (!g_hash_table_contains (layout.used, name))
      pymva_model_builder_add_tensor (builder, name, tensor);

  return TRUE;
}
