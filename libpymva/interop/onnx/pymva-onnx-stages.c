/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-onnx-private.h"
#include "scoring/pymva-graph-private.h"

/* From columns to columns: what operators become stages with. */

/* Layers that wait to become a stage: values that share the first of them each have their own. */
#define MOST_LAYERS 64
/* The number of a column in the description of a stage takes as much as so many numbers of a table.
 */
#define VALUES_PER_COLUMN 16

static gboolean
take_values (PymvaOnnxGraph *self,
             gsize n_values,
             GError **error)
{
  if (n_values > self->n_values_left)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                           "its constants or columns are used too often: the model would be much "
                           "larger than the file");
      return FALSE;
    }

  self->n_values_left -= n_values;
  return TRUE;
}

gboolean
pymva_onnx_graph_add_table (PymvaOnnxGraph *self,
                            GVariantBuilder *members,
                            const char *key,
                            PymvaDType dtype,
                            const double *values,
                            gint64 n_rows,
                            gint64 n_columns,
                            GError **error)
{
  g_autofree char *name = g_strdup_printf ("table%u.%s", self->n_tables++, key);
  gint64 shape[] = { n_rows, n_columns };
  gsize n_values = n_rows * MAX (n_columns, 1);
  gsize size = n_values * (dtype == PYMVA_DTYPE_FLOAT32 ? sizeof (float) : sizeof (double));
  g_autoptr (PymvaTensor) tensor = NULL;
  gpointer numbers;

  if (!take_values (self, n_values, error))
    return FALSE;

  numbers = g_malloc (MAX (size, 1));
  for (gsize i = 0; i < n_values; i++)
    if (dtype == PYMVA_DTYPE_FLOAT32)
      ((float *) numbers)[i] = (float) values[i];
    else
      ((double *) numbers)[i] = values[i];
  tensor = pymva_tensor_new_take (dtype, shape, n_columns > 0 ? 2 : 1, numbers, size, error);
  if (tensor == NULL)
    return FALSE;

  g_variant_builder_add (members, "{sv}", key, g_variant_new_string (name));
  pymva_model_builder_add_tensor (self->builder, name, tensor);
  return TRUE;
}

/* The number of the new stage, or -1 and an error. */
static int
append_stage (PymvaOnnxGraph *self,
              GVariantBuilder *members,
              gboolean is_double,
              GError **error)
{
  guint number = pymva_model_builder_get_n_stages (self->builder);

  if (number >= PYMVA_GRAPH_MOST_STAGES)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "it has more steps than the %d stages of a model", PYMVA_GRAPH_MOST_STAGES);
      return -1;
    }
  if (!is_double)
    g_variant_builder_add (members, "{sv}", "dtype", g_variant_new_string ("float32"));
  pymva_model_builder_add_stage (self->builder, g_variant_builder_end (members));

  return number;
}

/* Of two classes whose scores follow from one: the columns of both. */
static gboolean
spread (PymvaOnnxGraph *self,
        PymvaOnnxValue *value,
        GError **error)
{
  static const guint both[] = { 0, 0 };
  static const double signs[] = { -1, 1 };
  static const double ones[] = { 1, -0.0 };
  g_autoptr (PymvaOnnxValue) twice = pymva_onnx_graph_select (self, value->second, both, 2, error);
  g_autoptr (PymvaOnnxValue) signed_ = NULL;
  g_autoptr (PymvaOnnxValue) found = NULL;

  if (twice == NULL)
    return FALSE;
  signed_ = pymva_onnx_graph_add_affine (self, twice, "multiply", signs, 2, error);
  if (signed_ != NULL)
    found = value->adds_to_one
              ? pymva_onnx_graph_add_affine (self, signed_, "add", ones, 2, error)
              : pymva_onnx_value_ref (signed_);
  if (found == NULL)
    return FALSE;

  value->stage = found->stage;
  g_clear_pointer (&value->second, pymva_onnx_value_unref);
  return TRUE;
}

/* The layers that wait become a stage. */
static gboolean
flush_layers (PymvaOnnxGraph *self,
              PymvaOnnxValue *value,
              GError **error)
{
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantBuilder layers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  int stage;

  for (guint i = 0; i < value->layers->len; i++)
    g_variant_builder_add_value (&layers, g_ptr_array_index (value->layers, i));
  g_variant_builder_add (&members, "{sv}", "kind", g_variant_new_string ("mlp"));
  g_variant_builder_add (&members, "{sv}", "input", g_variant_new_int64 (value->stage));
  g_variant_builder_add (&members, "{sv}", "layers", g_variant_builder_end (&layers));
  stage = append_stage (self, &members, FALSE, error);
  if (stage < 0)
    return FALSE;

  value->stage = stage;
  g_clear_pointer (&value->layers, g_ptr_array_unref);
  return TRUE;
}

gboolean
pymva_onnx_graph_settle (PymvaOnnxGraph *self,
                         PymvaOnnxValue *value,
                         GError **error)
{
  if (value->second != NULL)
    return spread (self, value, error);

  return value->layers == NULL || flush_layers (self, value, error);
}

/* The variables as float32, which the operators of the file take: callers may have float64. */
static gboolean
round_variables (PymvaOnnxGraph *self,
                 PymvaOnnxValue *variables,
                 GError **error)
{
  if (self->rounded == NULL)
    self->rounded =
      pymva_onnx_graph_select_range (self, variables, 0, variables->n_columns, error);
  if (self->rounded == NULL)
    return FALSE;

  variables->stage = self->rounded->stage;
  return TRUE;
}

PymvaOnnxValue *
pymva_onnx_graph_add_stage (PymvaOnnxGraph *self,
                            PymvaOnnxValue *input,
                            const char *kind,
                            GVariantBuilder *members,
                            guint n_columns,
                            GError **error)
{
  PymvaOnnxValue *value;
  int stage;

  if (!pymva_onnx_graph_settle (self, input, error))
    return NULL;
  if (input->stage < 0 && !input->is_double && !g_str_equal (kind, "select") &&
      !round_variables (self, input, error))
    return NULL;
  g_variant_builder_add (members, "{sv}", "kind", g_variant_new_string (kind));
  g_variant_builder_add (members, "{sv}", "input", g_variant_new_int64 (input->stage));
  stage = append_stage (self, members, input->is_double, error);
  if (stage < 0)
    return NULL;

  value = pymva_onnx_value_new (stage, n_columns);
  value->is_double = input->is_double;
  return value;
}

PymvaOnnxValue *
pymva_onnx_graph_add_layer (PymvaOnnxGraph *self,
                            PymvaOnnxValue *input,
                            GVariant *layer,
                            guint n_columns,
                            GError **error)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (layer);
  PymvaOnnxValue *value;

  if ((input->second != NULL || (input->layers != NULL && input->layers->len >= MOST_LAYERS)) &&
      !pymva_onnx_graph_settle (self, input, error))
    return NULL;

  value = pymva_onnx_value_new (input->stage, n_columns);
  value->layers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  for (guint i = 0; input->layers != NULL && i < input->layers->len; i++)
    g_ptr_array_add (value->layers, g_variant_ref (g_ptr_array_index (input->layers, i)));
  g_ptr_array_add (value->layers, g_steal_pointer (&owned));

  return value;
}

PymvaOnnxValue *
pymva_onnx_graph_drop_layer (PymvaOnnxGraph *self,
                             const PymvaOnnxValue *input)
{
  PymvaOnnxValue *value = pymva_onnx_value_new (input->stage, 0);

  value->layers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  for (guint i = 0; i + 1 < input->layers->len; i++)
    g_ptr_array_add (value->layers, g_variant_ref (g_ptr_array_index (input->layers, i)));

  return value;
}

static void
add_numbers (GVariantBuilder *members,
             const char *key,
             const gint64 *numbers,
             gsize n_numbers)
{
  g_variant_builder_add (members, "{sv}", key,
                         g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, numbers, n_numbers,
                                                    sizeof (gint64)));
}

/* Whether a stage may have these columns, before anything is made of them. */
static gboolean
take_columns (PymvaOnnxGraph *self,
              guint64 n_columns,
              GError **error)
{
  if (n_columns <= PYMVA_STAGE_MOST_COLUMNS)
    return take_values (self, n_columns * VALUES_PER_COLUMN, error);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "it has a step with %" G_GUINT64_FORMAT " columns, more than the %d that a model "
               "may have", n_columns, PYMVA_STAGE_MOST_COLUMNS);
  return FALSE;
}

PymvaOnnxValue *
pymva_onnx_graph_select (PymvaOnnxGraph *self,
                         PymvaOnnxValue *input,
                         const guint *columns,
                         guint n_columns,
                         GError **error)
{
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree gint64 *numbers = NULL;
  PymvaOnnxValue *value;

  if (input->second != NULL && n_columns == 1 && columns[0] == 1)
    return pymva_onnx_value_ref (input->second);
  if (!take_columns (self, n_columns, error))
    return NULL;

  numbers = g_new (gint64, MAX (n_columns, 1));
  for (guint i = 0; i < n_columns; i++)
    numbers[i] = columns[i];
  add_numbers (&members, "columns", numbers, n_columns);
  value = pymva_onnx_graph_add_stage (self, input, "select", &members, n_columns, error);
  if (value == NULL)
    return NULL;
  value->is_exact = input->is_exact;
  value->is_integer = input->is_integer;

  return value;
}

PymvaOnnxValue *
pymva_onnx_graph_select_range (PymvaOnnxGraph *self,
                               PymvaOnnxValue *input,
                               guint first,
                               guint n_columns,
                               GError **error)
{
  g_autofree guint *columns = g_new (guint, MAX (n_columns, 1));

  for (guint i = 0; i < n_columns; i++)
    columns[i] = first + i;
  return pymva_onnx_graph_select (self, input, columns, n_columns, error);
}

PymvaOnnxValue *
pymva_onnx_graph_cast (PymvaOnnxGraph *self,
                       PymvaOnnxValue *input,
                       gboolean to_double,
                       GError **error)
{
  g_autoptr (PymvaOnnxValue) value = NULL;
  PymvaOnnxValue *rounded;

  if (!pymva_onnx_graph_settle (self, input, error) ||
      (to_double && !input->is_double && input->stage < 0 && !round_variables (self, input, error)))
    return NULL;
  value = pymva_onnx_value_new (input->stage, input->n_columns);
  value->is_double = to_double;
  value->is_exact = input->is_exact;
  value->meaning = input->meaning;
  value->classes = g_strdupv (input->classes);
  if (to_double)
    return g_steal_pointer (&value);

  rounded = pymva_onnx_graph_select_range (self, value, 0, input->n_columns, error);
  if (rounded != NULL)
    {
      rounded->meaning = value->meaning;
      rounded->classes = g_strdupv (value->classes);
    }
  return rounded;
}

PymvaOnnxValue *
pymva_onnx_graph_narrow (PymvaOnnxGraph *self,
                         PymvaOnnxValue *input,
                         GError **error)
{
  return input->is_double ? pymva_onnx_graph_cast (self, input, FALSE, error)
                          : pymva_onnx_value_ref (input);
}

PymvaOnnxValue *
pymva_onnx_graph_join (PymvaOnnxGraph *self,
                       GPtrArray *inputs,
                       GError **error)
{
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree gint64 *stages = g_new (gint64, inputs->len);
  g_autofree gint64 *columns = NULL;
  g_autoptr (PymvaOnnxValue) value = pymva_onnx_value_new (-1, 0);
  guint64 n_columns = 0;

  value->is_exact = TRUE;
  for (guint i = 0; i < inputs->len; i++)
    {
      PymvaOnnxValue *input = g_ptr_array_index (inputs, i);

      if (!pymva_onnx_graph_settle (self, input, error))
        return NULL;
      stages[i] = input->stage;
      n_columns += input->n_columns;
      value->is_exact &= input->is_exact;
      value->is_double |= input->is_double;
      value->is_integer |= input->is_integer;
    }
  if (!take_columns (self, n_columns, error))
    return NULL;

  columns = g_new (gint64, n_columns);
  for (guint i = 0; i < n_columns; i++)
    columns[i] = i;
  g_variant_builder_add (&members, "{sv}", "kind", g_variant_new_string ("select"));
  add_numbers (&members, "inputs", stages, inputs->len);
  add_numbers (&members, "columns", columns, n_columns);
  value->n_columns = n_columns;
  value->stage = append_stage (self, &members, value->is_double, error);

  return value->stage >= 0 ? g_steal_pointer (&value) : NULL;
}

PymvaOnnxValue *
pymva_onnx_graph_add_link (PymvaOnnxGraph *self,
                           PymvaOnnxValue *input,
                           const char *function,
                           GError **error)
{
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&members, "{sv}", "function", g_variant_new_string (function));
  return pymva_onnx_graph_add_stage (self, input, "link", &members, input->n_columns, error);
}

PymvaOnnxValue *
pymva_onnx_graph_add_affine (PymvaOnnxGraph *self,
                             PymvaOnnxValue *input,
                             const char *key,
                             const double *values,
                             gsize n_values,
                             GError **error)
{
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree double *numbers = g_new (double, MAX (input->n_columns, 1));
  PymvaOnnxValue *value;

  for (guint i = 0; i < input->n_columns; i++)
    numbers[i] = values[n_values == 1 ? 0 : i];
  if (!pymva_onnx_graph_add_table (self, &members, key, PYMVA_DTYPE_FLOAT64, numbers,
                                   input->n_columns, 0, error))
    return NULL;
  value = pymva_onnx_graph_add_stage (self, input, "affine", &members, input->n_columns, error);
  /* One operation in float64 that is then rounded to float32 gives the bits of float32. */
  if (value != NULL)
    value->is_exact = input->is_exact;

  return value;
}
