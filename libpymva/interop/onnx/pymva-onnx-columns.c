/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-onnx-private.h"

/* Operators that move columns, and leave the numbers as they are. Rows stay rows: what would mix
 * them, or turn them, is refused. */

static gboolean
pass_on (PymvaOnnxGraph *graph,
         const Onnx__NodeProto *node,
         GError **error)
{
  PymvaOnnxValue *value = pymva_onnx_graph_get_value (graph, node, 0, error);

  if (value == NULL)
    return FALSE;

  return pymva_onnx_graph_set_value (graph, node, 0, pymva_onnx_value_ref (value));
}

static gboolean
convert_constant (PymvaOnnxGraph *graph,
                  const Onnx__NodeProto *node,
                  GError **error)
{
  const Onnx__AttributeProto *attribute = node->n_attribute > 0 ? node->attribute[0] : NULL;
  const char *name = attribute != NULL && attribute->name != NULL ? attribute->name : "";
  PymvaOnnxTensor *tensor = NULL;
  double number;

  if (g_str_equal (name, "value") && attribute->t != NULL)
    {
      tensor = pymva_onnx_tensor_new (attribute->t, error);
      if (tensor == NULL)
        return FALSE;
    }
  else if (g_str_equal (name, "value_float") || g_str_equal (name, "value_int"))
    {
      gboolean is_int = g_str_equal (name, "value_int");

      number = is_int ? (double) attribute->i : attribute->f;
      tensor = pymva_onnx_tensor_new_numbers (is_int ? ONNX__TENSOR_PROTO__DATA_TYPE__INT64
                                                     : ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT,
                                              &number, 1);
    }
  else if (g_str_equal (name, "value_ints"))
    {
      g_autofree double *numbers = g_new (double, attribute->n_ints + 1);

      for (gsize i = 0; i < attribute->n_ints; i++)
        numbers[i] = attribute->ints[i];
      tensor = pymva_onnx_tensor_new_numbers (ONNX__TENSOR_PROTO__DATA_TYPE__INT64, numbers,
                                              attribute->n_ints);
    }
  else
    return pymva_onnx_refuse (node, error, "a constant with the attribute “%s” cannot be converted",
                              name);

  return pymva_onnx_graph_set_value (graph, node, 0, pymva_onnx_value_new_tensor (tensor));
}

/* --- types --- */

static double
cast_number (double number,
             gint32 type)
{
  switch (type)
    {
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
      return number;
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
      return (float) number;
    default:
      return trunc (number);
    }
}

/* Numbers of the file. */
static gboolean
cast_tensor (PymvaOnnxGraph *graph,
             const Onnx__NodeProto *node,
             const PymvaOnnxTensor *tensor,
             gint64 type,
             GError **error)
{
  gboolean is_integer = type == ONNX__TENSOR_PROTO__DATA_TYPE__INT32 ||
                        type == ONNX__TENSOR_PROTO__DATA_TYPE__INT64;
  double most = type == ONNX__TENSOR_PROTO__DATA_TYPE__INT32 ? 0x1p31 : 0x1p63;
  g_autoptr (PymvaOnnxTensor) copy = NULL;

  if (!is_integer && type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT &&
      type != ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE)
    return pymva_onnx_refuse (node, error, "only casts to float, double, int32 and int64 can be "
                              "converted");

  copy = pymva_onnx_tensor_copy (tensor);
  copy->type = type;
  for (gsize i = 0; i < copy->n_values; i++)
    {
      copy->values[i] = cast_number (copy->values[i], type);
      if (is_integer && !(copy->values[i] >= -most && copy->values[i] < most))
        return pymva_onnx_fail (node, error, "its constant has a number beyond those of the type");
    }

  return pymva_onnx_graph_set_value (graph, node, 0,
                                     pymva_onnx_value_new_tensor (g_steal_pointer (&copy)));
}

static gboolean
convert_cast (PymvaOnnxGraph *graph,
              const Onnx__NodeProto *node,
              GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_value (graph, node, 0, error);
  gint64 type = pymva_onnx_node_get_int (node, "to", 0);
  gboolean to_double = type == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE;
  PymvaOnnxValue *value;

  if (input == NULL)
    return FALSE;
  if (input->tensor != NULL)
    return cast_tensor (graph, node, input->tensor, type, error);
  if (!to_double && type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT)
    return pymva_onnx_refuse (node, error, "only casts to float and double can be converted");
  if (to_double == input->is_double && !input->is_integer)
    return pass_on (graph, node, error);

  value = pymva_onnx_graph_cast (graph, input, to_double, error);
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

/* --- shapes --- */

/* Whether a shape is that of rows of so many columns. */
static gboolean
keeps_rows (const PymvaOnnxTensor *shape,
            guint n_columns)
{
  double rows = shape->n_values > 0 ? shape->values[0] : 0;

  if (shape->n_values == 1)
    return rows == -1 && n_columns == 1;

  return shape->n_values == 2 &&
         ((rows == -1 && shape->values[1] == n_columns) ||
          (rows == 0 && (shape->values[1] == n_columns || shape->values[1] == -1)));
}

static gboolean
convert_reshape (PymvaOnnxGraph *graph,
                 const Onnx__NodeProto *node,
                 GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  const PymvaOnnxTensor *shape;

  if (input == NULL || !pymva_onnx_graph_get_tensor (graph, node, 1, TRUE, &shape, error))
    return FALSE;
  if (!keeps_rows (shape, input->n_columns))
    return pymva_onnx_refuse (node, error, "only a shape that keeps the rows can be converted");

  return pass_on (graph, node, error);
}

static gboolean
convert_flatten (PymvaOnnxGraph *graph,
                 const Onnx__NodeProto *node,
                 GError **error)
{
  gint64 axis = pymva_onnx_node_get_int (node, "axis", 1);

  if (axis != 1 && axis != -1)
    return pymva_onnx_refuse (node, error, "only the axis 1 can be converted");

  return pass_on (graph, node, error);
}

static gboolean
convert_concat (PymvaOnnxGraph *graph,
                const Onnx__NodeProto *node,
                GError **error)
{
  gint64 axis = pymva_onnx_node_get_int (node, "axis", 0);
  g_autoptr (GPtrArray) inputs = g_ptr_array_new ();
  g_autoptr (PymvaOnnxValue) joined = NULL;

  if (axis != 1 && axis != -1)
    return pymva_onnx_refuse (node, error, "only the columns, axis 1, can be joined");
  for (gsize i = 0; i < node->n_input; i++)
    {
      PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, i, error);

      if (input == NULL)
        return FALSE;
      g_ptr_array_add (inputs, input);
    }
  if (inputs->len == 0)
    return pymva_onnx_fail (node, error, "it has no inputs");

  joined = pymva_onnx_graph_join (graph, inputs, error);
  if (joined != NULL && g_str_equal (node->op_type, "FeatureVectorizer"))
    return pymva_onnx_graph_set_value (graph, node, 0,
                                       pymva_onnx_graph_narrow (graph, joined, error));
  return pymva_onnx_graph_set_value (graph, node, 0, g_steal_pointer (&joined));
}

/* --- some of the columns --- */

/* Makes the columns with these numbers the output of the node. */
static gboolean
select_columns (PymvaOnnxGraph *graph,
                const Onnx__NodeProto *node,
                PymvaOnnxValue *input,
                const PymvaOnnxTensor *numbers,
                GError **error)
{
  g_autofree guint *columns = g_new (guint, MAX (numbers->n_values, 1));
  PymvaOnnxValue *value;

  if (numbers->n_values == 0 || numbers->n_dims > 2)
    return pymva_onnx_refuse (node, error, "it takes no columns");
  for (gsize i = 0; i < numbers->n_values; i++)
    {
      double number = numbers->values[i] < 0 ? numbers->values[i] + input->n_columns
                                             : numbers->values[i];

      if (!(number >= 0 && number < input->n_columns))
        return pymva_onnx_fail (node, error, "it takes the column %g of %u", numbers->values[i],
                                input->n_columns);
      columns[i] = number;
    }

  value = pymva_onnx_graph_select (graph, input, columns, numbers->n_values, error);
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

static gboolean
convert_gather (PymvaOnnxGraph *graph,
                const Onnx__NodeProto *node,
                GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  gint64 axis = pymva_onnx_node_get_int (node, "axis", 0);
  const PymvaOnnxTensor *numbers;

  if (input == NULL || !pymva_onnx_graph_get_tensor (graph, node, 1, TRUE, &numbers, error))
    return FALSE;
  /* The axis is an attribute of Gather alone. */
  if (g_str_equal (node->op_type, "Gather") && axis != 1 && axis != -1)
    return pymva_onnx_refuse (node, error, "only columns, axis 1, can be taken");

  return select_columns (graph, node, input, numbers, error);
}

/* A number that a Slice has, as an input or, in old files, as an attribute. */
static gboolean
read_slice (PymvaOnnxGraph *graph,
            const Onnx__NodeProto *node,
            guint index,
            const char *name,
            double *number,
            GError **error)
{
  const Onnx__AttributeProto *attribute = pymva_onnx_node_find (node, name);
  const PymvaOnnxTensor *tensor = NULL;

  if (attribute != NULL && attribute->n_ints == 1)
    *number = attribute->ints[0];
  else if (!pymva_onnx_graph_get_tensor (graph, node, index, FALSE, &tensor, error))
    return FALSE;
  else if (tensor != NULL && tensor->n_values == 1)
    *number = tensor->values[0];
  else if (tensor == NULL && index == 4)
    *number = 1;
  else
    return pymva_onnx_refuse (node, error,
                              "only a slice of the columns, axis 1, can be converted");

  return TRUE;
}

static double
limit_place (double place,
             guint n_columns)
{
  return CLAMP (place < 0 ? place + n_columns : place, 0, n_columns);
}

static gboolean
convert_slice (PymvaOnnxGraph *graph,
               const Onnx__NodeProto *node,
               GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  g_autoptr (PymvaOnnxTensor) numbers = NULL;
  g_autoptr (GArray) columns = g_array_new (FALSE, FALSE, sizeof (double));
  double start;
  double end;
  double axis;
  double step;

  if (input == NULL || !read_slice (graph, node, 1, "starts", &start, error) ||
      !read_slice (graph, node, 2, "ends", &end, error) ||
      !read_slice (graph, node, 3, "axes", &axis, error) ||
      !read_slice (graph, node, 4, "steps", &step, error))
    return FALSE;
  if ((axis != 1 && axis != -1) || step != 1)
    return pymva_onnx_refuse (node, error,
                              "only a slice of the columns, axis 1, can be converted");

  for (double i = limit_place (start, input->n_columns); i < limit_place (end, input->n_columns);
       i++)
    g_array_append_val (columns, i);
  numbers = pymva_onnx_tensor_new_numbers (ONNX__TENSOR_PROTO__DATA_TYPE__INT64,
                                           (const double *) columns->data, columns->len);
  return select_columns (graph, node, input, numbers, error);
}

/* --- maps --- */

/* One number for each class, by its label: the order is that of the classes. */
static gboolean
convert_zip_map (PymvaOnnxGraph *graph,
                 const Onnx__NodeProto *node,
                 GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  g_auto (GStrv) labels =
    pymva_onnx_read_labels (node, "classlabels_strings", "classlabels_int64s");

  if (input == NULL)
    return FALSE;
  if (labels != NULL && g_strv_length (labels) == input->n_columns && input->classes == NULL)
    input->classes = g_steal_pointer (&labels);
  if (input->meaning == PYMVA_ONNX_MEANING_VALUES)
    input->meaning = PYMVA_ONNX_MEANING_PROBABILITIES;

  return pass_on (graph, node, error);
}

/* --- missing values --- */

static gboolean
convert_imputer (PymvaOnnxGraph *graph,
                 const Onnx__NodeProto *node,
                 GError **error)
{
  PymvaOnnxValue *input = pymva_onnx_graph_get_columns (graph, node, 0, error);
  const Onnx__AttributeProto *values = pymva_onnx_node_find (node, "imputed_value_floats");
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree double *numbers = NULL;
  PymvaOnnxValue *value;

  if (input == NULL)
    return FALSE;
  if (input->is_integer || values == NULL ||
      !isnan (pymva_onnx_node_get_float (node, "replaced_value_float", 0)))
    return pymva_onnx_refuse (node, error, "only NaN can be replaced");
  if (values->n_floats != input->n_columns && values->n_floats != 1)
    return pymva_onnx_fail (node, error, "it has %" G_GSIZE_FORMAT " values for %u columns",
                            values->n_floats, input->n_columns);

  numbers = g_new (double, MAX (input->n_columns, 1));
  for (guint i = 0; i < input->n_columns; i++)
    numbers[i] = values->floats[values->n_floats == 1 ? 0 : i];
  if (!pymva_onnx_graph_add_table (graph, &members, "values", PYMVA_DTYPE_FLOAT64, numbers,
                                   input->n_columns, 0, error))
    return FALSE;
  value = pymva_onnx_graph_add_stage (graph, input, "fill", &members, input->n_columns, error);
  if (value == NULL)
    return FALSE;
  value->is_exact = input->is_exact;
  return pymva_onnx_graph_set_value (graph, node, 0, value);
}

const PymvaOnnxOperator pymva_onnx_column_operators[] = {
  { "Cast", convert_cast },
  { "Concat", convert_concat },
  { "Constant", convert_constant },
  { "Dropout", pass_on },
  { "Flatten", convert_flatten },
  { "Gather", convert_gather },
  { "Identity", pass_on },
  { "Reshape", convert_reshape },
  { "Slice", convert_slice },
  { NULL }
};

const PymvaOnnxOperator pymva_onnx_ml_column_operators[] = {
  { "ArrayFeatureExtractor", convert_gather },
  { "FeatureVectorizer", convert_concat },
  { "Imputer", convert_imputer },
  { "ZipMap", convert_zip_map },
  { NULL }
};
