/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "data/pymva-tensor-private.h"
#include "pymva-stage-writer-private.h"

void
pymva_stage_writer_init (PymvaStageWriter *self,
                         PymvaModelBuilder *builder,
                         const char *kind,
                         int input)
{
  self->builder = builder;
  g_variant_dict_init (&self->keys, NULL);
  g_variant_dict_insert (&self->keys, "kind", "s", kind);
  g_variant_dict_insert (&self->keys, "input", "x", (gint64) input);
}

static void
set_list (PymvaStageWriter *self,
          const char *key,
          const int *numbers,
          guint n_numbers)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ax"));

  for (guint i = 0; i < n_numbers; i++)
    g_variant_builder_add (&list, "x", (gint64) numbers[i]);
  g_variant_dict_insert_value (&self->keys, key, g_variant_builder_end (&list));
}

void
pymva_stage_writer_set_inputs (PymvaStageWriter *self,
                               const int *inputs,
                               guint n_inputs)
{
  g_variant_dict_remove (&self->keys, "input");
  set_list (self, "inputs", inputs, n_inputs);
}

void
pymva_stage_writer_set_word (PymvaStageWriter *self,
                             const char *key,
                             const char *word)
{
  g_variant_dict_insert (&self->keys, key, "s", word);
}

void
pymva_stage_writer_set_number (PymvaStageWriter *self,
                               const char *key,
                               double number)
{
  g_variant_dict_insert (&self->keys, key, "d", number);
}

void
pymva_stage_writer_set_int (PymvaStageWriter *self,
                            const char *key,
                            gint64 number)
{
  g_variant_dict_insert (&self->keys, key, "x", number);
}

void
pymva_stage_writer_set_columns (PymvaStageWriter *self,
                                const guint *columns,
                                guint n_columns)
{
  /* No model has as many variables as a number with a sign cannot count. */
  set_list (self, "columns", (const int *) columns, n_columns);
}

/* Its name, new. */
static char *
add_table (PymvaStageWriter *self,
           const char *key,
           PymvaDType dtype,
           gconstpointer values,
           gsize n_rows,
           gsize n_columns)
{
  char *name =
    g_strdup_printf ("stage%u.%s", pymva_model_builder_get_n_stages (self->builder), key);
  gint64 shape[2] = { n_rows, n_columns };
  gsize size = n_rows * MAX (n_columns, 1) * pymva_dtype_get_size (dtype);
  g_autoptr (PymvaTensor) tensor =
    pymva_tensor_new_take (dtype, shape, n_columns > 0 ? 2 : 1, g_memdup2 (values, size), size,
                           NULL);

  pymva_model_builder_add_tensor (self->builder, name, tensor);
  return name;
}

static void
set_table (PymvaStageWriter *self,
           const char *key,
           PymvaDType dtype,
           gconstpointer values,
           gsize n_rows,
           gsize n_columns)
{
  g_autofree char *name = add_table (self, key, dtype, values, n_rows, n_columns);

  g_variant_dict_insert (&self->keys, key, "s", name);
}

char *
pymva_stage_writer_add_doubles (PymvaStageWriter *self,
                                const char *key,
                                const double *values,
                                gsize n_rows,
                                gsize n_columns)
{
  return add_table (self, key, PYMVA_DTYPE_FLOAT64, values, n_rows, n_columns);
}

void
pymva_stage_writer_set_doubles (PymvaStageWriter *self,
                                const char *key,
                                const double *values,
                                gsize n_rows,
                                gsize n_columns)
{
  set_table (self, key, PYMVA_DTYPE_FLOAT64, values, n_rows, n_columns);
}

void
pymva_stage_writer_set_ints (PymvaStageWriter *self,
                             const char *key,
                             const gint32 *values,
                             gsize n_values)
{
  set_table (self, key, PYMVA_DTYPE_INT32, values, n_values, 0);
}

int
pymva_stage_writer_add (PymvaStageWriter *self,
                        gboolean rounds)
{
  guint number = pymva_model_builder_get_n_stages (self->builder);

  if (rounds)
    g_variant_dict_insert (&self->keys, "dtype", "s", "float32");
  pymva_model_builder_add_stage (self->builder, g_variant_dict_end (&self->keys));

  return number;
}
