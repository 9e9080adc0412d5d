/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-export-onnx-private.h"

/* Products with matrices, and networks. */

PymvaOnnxColumns
pymva_onnx_write_matrix (PymvaOnnxStage *self)
{
  PymvaOnnxWriter *writer = self->writer;
  PymvaMatrixTables tables = pymva_stage_matrix_get_tables (self->stage);
  guint n = self->stage->n_inputs;
  const char *all = pymva_onnx_write_doubles (writer, self->inputs);
  const char *name = tables.columns != NULL
                       ? pymva_onnx_write_gather (writer, all, tables.columns, tables.n_columns)
                       : all;
  g_autofree guint *order = NULL;

  name = pymva_onnx_writer_add (
    writer, "MatMul", name,
    pymva_onnx_writer_add_table (writer, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, tables.n_columns,
                                 tables.n_rows, tables.transposed),
    NULL);
  if (tables.bias != NULL)
    name = pymva_onnx_writer_add (
      writer, "Add", name, pymva_onnx_writer_add_row (writer, tables.bias, tables.n_rows), NULL);
  if (tables.columns == NULL)
    return (PymvaOnnxColumns) { name, TRUE };

  /* The other columns stay. */
  name = pymva_onnx_write_concat (writer, (const char *[]) { all, name }, 2);
  order = g_new (guint, n);
  for (guint i = 0; i < n; i++)
    order[i] = i;
  for (guint i = 0; i < tables.n_rows; i++)
    order[tables.columns[i]] = n + i;
  return (PymvaOnnxColumns) { pymva_onnx_write_gather (writer, name, order, n), TRUE };
}

/* --- activations --- */

static const char *
add_number (PymvaOnnxWriter *writer,
            double value)
{
  return pymva_onnx_writer_add_number (writer, FALSE, value);
}

static const char *
add_scaled (PymvaOnnxWriter *writer,
            const char *name,
            double factor)
{
  return pymva_onnx_writer_add (writer, "Mul", name, add_number (writer, factor), NULL);
}

/* x (1 + f) / 2 */
static const char *
add_gelu (PymvaOnnxWriter *writer,
          const char *name,
          const char *function)
{
  const char *sum = pymva_onnx_writer_add (writer, "Add", function, add_number (writer, 1), NULL);

  return pymva_onnx_writer_add (writer, "Mul", add_scaled (writer, name, 0.5), sum, NULL);
}

static const char *
write_gelu (PymvaOnnxWriter *writer,
            const char *name)
{
  return add_gelu (writer, name,
                   pymva_onnx_writer_add (writer, "Erf", add_scaled (writer, name, M_SQRT1_2),
                                          NULL));
}

#define SQRT_OF_2_BY_PI 0.79788456080286535588

static const char *
write_gelu_tanh (PymvaOnnxWriter *writer,
                 const char *name)
{
  const char *square = pymva_onnx_writer_add (writer, "Mul", name, name, NULL);
  const char *cube = pymva_onnx_writer_add (writer, "Mul", square, name, NULL);
  const char *sum =
    pymva_onnx_writer_add (writer, "Add", name, add_scaled (writer, cube, 0.044715), NULL);

  return add_gelu (writer, name,
                   pymva_onnx_writer_add (writer, "Tanh", add_scaled (writer, sum, SQRT_OF_2_BY_PI),
                                          NULL));
}

/* log (1 + exp (beta x)) / beta, and x where beta x is above the threshold. */
static const char *
write_softplus (PymvaOnnxWriter *writer,
                const char *name,
                float beta,
                float threshold)
{
  const char *scaled = beta != 1 ? add_scaled (writer, name, beta) : name;
  const char *found = pymva_onnx_writer_add (writer, "Softplus", scaled, NULL);
  const char *above =
    pymva_onnx_writer_add (writer, "Greater", scaled, add_number (writer, threshold), NULL);

  if (beta != 1)
    found = pymva_onnx_writer_add (writer, "Div", found, add_number (writer, beta), NULL);
  return pymva_onnx_writer_add (writer, "Where", above, name, found, NULL);
}

static const char *
write_with_alpha (PymvaOnnxWriter *writer,
                  const char *operator,
                  const char *name,
                  float alpha)
{
  const char *output = pymva_onnx_writer_add (writer, operator, name, NULL);

  pymva_onnx_writer_set_float (writer, "alpha", alpha);
  return output;
}

static const char *
write_hard_sigmoid (PymvaOnnxWriter *writer,
                    const char *name)
{
  const char *output = write_with_alpha (writer, "HardSigmoid", name, 1.0f / 6);

  pymva_onnx_writer_set_float (writer, "beta", 0.5f);
  return output;
}

static const char *
write_soft_shrink (PymvaOnnxWriter *writer,
                   const char *name,
                   float width)
{
  const char *output = pymva_onnx_writer_add (writer, "Shrink", name, NULL);

  pymva_onnx_writer_set_float (writer, "bias", width);
  pymva_onnx_writer_set_float (writer, "lambd", width);
  return output;
}

static const char *
write_function (PymvaOnnxWriter *writer,
                const char *name,
                const PymvaActivation *activation)
{
  float first = activation->first;

  switch (activation->function)
    {
    case PYMVA_NETWORK_RELU:
      return pymva_onnx_writer_add (writer, "Relu", name, NULL);
    case PYMVA_NETWORK_LEAKY_RELU:
      return write_with_alpha (writer, "LeakyRelu", name, first);
    case PYMVA_NETWORK_ELU:
      return add_scaled (writer, write_with_alpha (writer, "Elu", name, first),
                         activation->second);
    case PYMVA_NETWORK_GELU:
      return write_gelu (writer, name);
    case PYMVA_NETWORK_GELU_TANH:
      return write_gelu_tanh (writer, name);
    case PYMVA_NETWORK_SILU:
      return pymva_onnx_writer_add (writer, "Mul", name,
                                    pymva_onnx_writer_add (writer, "Sigmoid", name, NULL), NULL);
    case PYMVA_NETWORK_TANH:
      return pymva_onnx_writer_add (writer, "Tanh", name, NULL);
    case PYMVA_NETWORK_SIGMOID:
      return pymva_onnx_writer_add (writer, "Sigmoid", name, NULL);
    case PYMVA_NETWORK_SOFTPLUS:
      return write_softplus (writer, name, first, activation->second);
    case PYMVA_NETWORK_HARD_TANH:
      return pymva_onnx_writer_add (writer, "Clip", name, add_number (writer, first),
                                    add_number (writer, activation->second), NULL);
    case PYMVA_NETWORK_EXP:
      return pymva_onnx_writer_add (writer, "Exp", name, NULL);
    case PYMVA_NETWORK_CELU:
      return write_with_alpha (writer, "Celu", name, first);
    case PYMVA_NETWORK_HARD_SIGMOID:
      return write_hard_sigmoid (writer, name);
    case PYMVA_NETWORK_HARD_SILU:
      return pymva_onnx_writer_add (writer, "HardSwish", name, NULL);
    case PYMVA_NETWORK_LOG_SIGMOID:
      name = pymva_onnx_writer_add (writer, "Neg", name, NULL);
      return pymva_onnx_writer_add (writer, "Neg", write_softplus (writer, name, 1, 20), NULL);
    case PYMVA_NETWORK_MISH:
      return pymva_onnx_writer_add (
        writer, "Mul", name,
        pymva_onnx_writer_add (writer, "Tanh", write_softplus (writer, name, 1, 20), NULL), NULL);
    case PYMVA_NETWORK_SOFT_SHRINK:
      return write_soft_shrink (writer, name, first);
    case PYMVA_NETWORK_SOFTSIGN:
      return pymva_onnx_writer_add (writer, "Softsign", name, NULL);
    case PYMVA_NETWORK_TANH_SHRINK:
      return pymva_onnx_writer_add (writer, "Sub", name,
                                    pymva_onnx_writer_add (writer, "Tanh", name, NULL), NULL);
    default:
      return NULL;
    }
}

/* --- layers --- */

static const char *
write_dense (PymvaOnnxWriter *writer,
             const char *name,
             const PymvaLayerTables *layer)
{
  const char *weight =
    pymva_onnx_writer_add_table (writer, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, layer->n_outputs,
                                 layer->n_inputs, layer->weight);
  const char *bias =
    layer->bias != NULL
      ? pymva_onnx_writer_add_table (writer, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT,
                                     layer->n_outputs, 0, layer->bias)
      : NULL;
  const char *output = pymva_onnx_writer_add (writer, "Gemm", name, weight, bias, NULL);

  pymva_onnx_writer_set_int (writer, "transB", 1);
  return output;
}

PymvaOnnxColumns
pymva_onnx_write_mlp (PymvaOnnxStage *self)
{
  PymvaOnnxWriter *writer = self->writer;
  guint n_layers;
  const PymvaLayerTables *layers = pymva_stage_mlp_get_layers (self->stage, &n_layers);
  const char *name = pymva_onnx_write_floats (writer, self->inputs);

  for (guint i = 0; i < n_layers && name != NULL; i++)
    if (layers[i].weight != NULL)
      name = write_dense (writer, name, &layers[i]);
    else if (layers[i].activation.kind == PYMVA_ACTIVATION_SOFTMAX)
      {
        name = pymva_onnx_writer_add (writer, "Softmax", name, NULL);
        pymva_onnx_writer_set_int (writer, "axis", 1);
      }
    else if (layers[i].activation.kind == PYMVA_ACTIVATION_FUNCTION)
      name = write_function (writer, name, &layers[i].activation);
  if (name == NULL)
    self->lacks = " has a layer for which there is no operator";

  return (PymvaOnnxColumns) { name, FALSE };
}

PymvaOnnxColumns
pymva_onnx_write_mlp_double (PymvaOnnxStage *self)
{
  guint n_layers;
  const PymvaStage * const *layers = pymva_stage_mlp_double_get_layers (self->stage, &n_layers);
  PymvaOnnxStage layer = *self;

  for (guint i = 0; i < n_layers && layer.inputs.name != NULL; i++)
    {
      layer.stage = layers[i];
      layer.inputs = layers[i]->klass == &pymva_stage_link_class ? pymva_onnx_write_link (&layer)
                                                                 : pymva_onnx_write_matrix (&layer);
    }

  self->lacks = layer.lacks;
  return layer.inputs;
}
