/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "data/pymva-tensor-private.h"
#include "pymva-tmva-private.h"

/* Descriptions of stages, as the importers of TMVA's methods put them together. */

void
pymva_tmva_stage_init (PymvaTmvaStage *self,
                       const PymvaTmvaMethod *method,
                       const char *kind,
                       int input)
{
  self->builder = method->builder;
  g_variant_dict_init (&self->keys, NULL);
  g_variant_dict_insert (&self->keys, "kind", "s", kind);
  g_variant_dict_insert (&self->keys, "input", "x", (gint64) input);
}

void
pymva_tmva_stage_set_inputs (PymvaTmvaStage *self,
                             const int *inputs,
                             guint n_inputs)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ax"));

  for (guint i = 0; i < n_inputs; i++)
    g_variant_builder_add (&list, "x", (gint64) inputs[i]);
  g_variant_dict_remove (&self->keys, "input");
  g_variant_dict_insert_value (&self->keys, "inputs", g_variant_builder_end (&list));
}

void
pymva_tmva_stage_set_word (PymvaTmvaStage *self,
                           const char *key,
                           const char *word)
{
  g_variant_dict_insert (&self->keys, key, "s", word);
}

void
pymva_tmva_stage_set_number (PymvaTmvaStage *self,
                             const char *key,
                             double number)
{
  g_variant_dict_insert (&self->keys, key, "d", number);
}

void
pymva_tmva_stage_set_columns (PymvaTmvaStage *self,
                              const guint *columns,
                              guint n_columns)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ax"));

  for (guint i = 0; i < n_columns; i++)
    g_variant_builder_add (&list, "x", (gint64) columns[i]);
  g_variant_dict_insert_value (&self->keys, "columns", g_variant_builder_end (&list));
}

/* Its name, new. */
static char *
add_table (PymvaTmvaStage *self,
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
set_table (PymvaTmvaStage *self,
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
pymva_tmva_stage_add_doubles (PymvaTmvaStage *self,
                              const char *key,
                              const double *values,
                              gsize n_rows,
                              gsize n_columns)
{
  return add_table (self, key, PYMVA_DTYPE_FLOAT64, values, n_rows, n_columns);
}

void
pymva_tmva_stage_set_doubles (PymvaTmvaStage *self,
                              const char *key,
                              const double *values,
                              gsize n_rows,
                              gsize n_columns)
{
  set_table (self, key, PYMVA_DTYPE_FLOAT64, values, n_rows, n_columns);
}

void
pymva_tmva_stage_set_ints (PymvaTmvaStage *self,
                           const char *key,
                           const gint32 *values,
                           gsize n_values)
{
  set_table (self, key, PYMVA_DTYPE_INT32, values, n_values, 0);
}

int
pymva_tmva_stage_add (PymvaTmvaStage *self,
                      gboolean rounds)
{
  guint number = pymva_model_builder_get_n_stages (self->builder);

  if (rounds)
    g_variant_dict_insert (&self->keys, "dtype", "s", "float32");
  pymva_model_builder_add_stage (self->builder, g_variant_dict_end (&self->keys));

  return number;
}

gboolean
pymva_tmva_add_forest (const PymvaTmvaMethod *method,
                       PymvaForestWriter *writer,
                       guint n_outputs,
                       const double *base,
                       int input,
                       int *stage,
                       GError **error)
{
  guint number = pymva_model_builder_get_n_stages (method->builder);
  g_autofree char *prefix = g_strdup_printf ("stage%u", number);
  const PymvaForestOptions options = {
    .aggregation = "sum", .precision = "float64", .n_outputs = n_outputs, .base = base,
    .input = &input, .prefix = prefix
  };

  *stage = number;
  return pymva_forest_writer_add_stage (writer, &options, method->builder, error);
}

int
pymva_tmva_add_constant (const PymvaTmvaMethod *method,
                         const char *key,
                         double number,
                         guint n_columns,
                         int input,
                         gboolean rounds)
{
  g_autofree double *numbers = g_new (double, n_columns);
  PymvaTmvaStage stage;

  for (guint i = 0; i < n_columns; i++)
    numbers[i] = number;
  pymva_tmva_stage_init (&stage, method, "affine", input);
  pymva_tmva_stage_set_doubles (&stage, key, numbers, n_columns, 0);

  return pymva_tmva_stage_add (&stage, rounds);
}

int
pymva_tmva_add_link (const PymvaTmvaMethod *method,
                     const char *function,
                     int input,
                     gboolean rounds)
{
  PymvaTmvaStage stage;

  pymva_tmva_stage_init (&stage, method, "link", input);
  pymva_tmva_stage_set_word (&stage, "function", function);

  return pymva_tmva_stage_add (&stage, rounds);
}

int
pymva_tmva_add_expressions (const PymvaTmvaMethod *method,
                            const char * const *expressions,
                            const int *inputs,
                            guint n_inputs,
                            gboolean rounds)
{
  PymvaTmvaStage stage;

  pymva_tmva_stage_init (&stage, method, "expression", inputs[0]);
  if (n_inputs > 1)
    pymva_tmva_stage_set_inputs (&stage, inputs, n_inputs);
  g_variant_dict_insert (&stage.keys, "expressions", "^as", expressions);

  return pymva_tmva_stage_add (&stage, rounds);
}

int
pymva_tmva_add_expression (const PymvaTmvaMethod *method,
                           const char *expression,
                           const int *inputs,
                           guint n_inputs)
{
  const char *expressions[] = { expression, NULL };

  return pymva_tmva_add_expressions (method, expressions, inputs, n_inputs, FALSE);
}

int
pymva_tmva_add_rounding (const PymvaTmvaMethod *method)
{
  PymvaTmvaStage stage;

  pymva_tmva_stage_init (&stage, method, "affine", -1);
  return pymva_tmva_stage_add (&stage, TRUE);
}

int
pymva_tmva_add_select (const PymvaTmvaMethod *method,
                       const guint *columns,
                       guint n_columns,
                       int input)
{
  PymvaTmvaStage stage;

  pymva_tmva_stage_init (&stage, method, "select", input);
  pymva_tmva_stage_set_columns (&stage, columns, n_columns);

  return pymva_tmva_stage_add (&stage, FALSE);
}
