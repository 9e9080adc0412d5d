/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-tmva-private.h"

/* Stages that the importers of several of TMVA's methods add. */

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
  PymvaStageWriter stage;

  for (guint i = 0; i < n_columns; i++)
    numbers[i] = number;
  pymva_stage_writer_init (&stage, method->builder, "affine", input);
  pymva_stage_writer_set_doubles (&stage, key, numbers, n_columns, 0);

  return pymva_stage_writer_add (&stage, rounds);
}

int
pymva_tmva_add_link (const PymvaTmvaMethod *method,
                     const char *function,
                     int input,
                     gboolean rounds)
{
  PymvaStageWriter stage;

  pymva_stage_writer_init (&stage, method->builder, "link", input);
  pymva_stage_writer_set_word (&stage, "function", function);

  return pymva_stage_writer_add (&stage, rounds);
}

int
pymva_tmva_add_expressions (const PymvaTmvaMethod *method,
                            const char * const *expressions,
                            const int *inputs,
                            guint n_inputs,
                            gboolean rounds)
{
  PymvaStageWriter stage;

  pymva_stage_writer_init (&stage, method->builder, "expression", inputs[0]);
  if (n_inputs > 1)
    pymva_stage_writer_set_inputs (&stage, inputs, n_inputs);
  g_variant_dict_insert (&stage.keys, "expressions", "^as", expressions);

  return pymva_stage_writer_add (&stage, rounds);
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
  PymvaStageWriter stage;

  pymva_stage_writer_init (&stage, method->builder, "affine", -1);
  return pymva_stage_writer_add (&stage, TRUE);
}

int
pymva_tmva_add_select (const PymvaTmvaMethod *method,
                       const guint *columns,
                       guint n_columns,
                       int input)
{
  PymvaStageWriter stage;

  pymva_stage_writer_init (&stage, method->builder, "select", input);
  pymva_stage_writer_set_columns (&stage, columns, n_columns);

  return pymva_stage_writer_add (&stage, FALSE);
}
