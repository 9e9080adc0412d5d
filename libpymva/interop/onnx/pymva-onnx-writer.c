/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <stdarg.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-onnx-writer-private.h"

/* ONNX 1.9 has them, of 2021: Debian 12 has ONNX 1.12, and ONNX Runtime reads them since 1.11. */
#define IR_VERSION 7
#define OPSET 14
#define ML_OPSET 3

/* The limit of protobuf. */
#define MOST_BYTES G_MAXINT32

struct _PymvaOnnxWriter
{
  GPtrArray *nodes;        /* of Onnx__NodeProto */
  GPtrArray *initializers; /* of Onnx__TensorProto */
  GPtrArray *metadata;     /* of Onnx__StringStringEntryProto */
  /* All memory that the messages point into. */
  GPtrArray *blocks;
  guint n_names;
};

PymvaOnnxWriter *
pymva_onnx_writer_new (void)
{
  PymvaOnnxWriter *self = g_new0 (PymvaOnnxWriter, 1);

  self->nodes = g_ptr_array_new ();
  self->initializers = g_ptr_array_new ();
  self->metadata = g_ptr_array_new ();
  self->blocks = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
pymva_onnx_writer_free (PymvaOnnxWriter *self)
{
  g_ptr_array_unref (self->nodes);
  g_ptr_array_unref (self->initializers);
  g_ptr_array_unref (self->metadata);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

/* --- memory --- */

static gpointer
keep (PymvaOnnxWriter *self,
      gpointer block)
{
  g_ptr_array_add (self->blocks, block);
  return block;
}

static gpointer
keep_copy (PymvaOnnxWriter *self,
           gconstpointer data,
           gsize size)
{
  return keep (self, size > 0 ? g_memdup2 (data, size) : g_malloc0 (1));
}

static char *
keep_text (PymvaOnnxWriter *self,
           const char *text)
{
  return keep (self, g_strdup (text));
}

static char *
make_name (PymvaOnnxWriter *self,
           const char *what)
{
  return keep (self, g_strdup_printf ("%s_%u", what, self->n_names++));
}

/* A new message; @init is the function that protobuf-c has for its type. */
#define NEW_MESSAGE(self, type, init) new_message (self, sizeof (type), (void (*) (void)) (init))

static gpointer
new_message (PymvaOnnxWriter *self,
             gsize size,
             void (*init) (void))
{
  gpointer message = keep (self, g_malloc0 (size));

  ((void (*) (gpointer)) init) (message);
  return message;
}

/* Appends to a list of messages of which only the last grows. */
static gpointer
grow (PymvaOnnxWriter *self,
      gpointer list,
      gsize n,
      gpointer added)
{
  gpointer *grown = g_new (gpointer, n + 1);

  if (n > 0)
    memcpy (grown, list, n * sizeof (gpointer));
  grown[n] = added;
  return keep (self, grown);
}

/* --- nodes --- */

const char *
pymva_onnx_writer_add_list (PymvaOnnxWriter *self,
                            const char *operator,
                            const char * const *inputs,
                            guint n_inputs)
{
  Onnx__NodeProto *node = NEW_MESSAGE (self, Onnx__NodeProto, onnx__node_proto__init);
  char *output = make_name (self, operator);

  node->op_type = keep_text (self, operator);
  node->name = output;
  node->input = keep_copy (self, inputs, n_inputs * sizeof (char *));
  node->n_input = n_inputs;
  node->output = keep_copy (self, &output, sizeof (char *));
  node->n_output = 1;
  g_ptr_array_add (self->nodes, node);

  return output;
}

const char *
pymva_onnx_writer_add (PymvaOnnxWriter *self,
                       const char *operator,
                       ...)
{
  g_autoptr (GPtrArray) inputs = g_ptr_array_new ();
  va_list arguments;
  const char *input;

  va_start (arguments, operator);
  while ((input = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (inputs, (gpointer) input);
  va_end (arguments);

  return pymva_onnx_writer_add_list (self, operator, (const char * const *) inputs->pdata,
                                     inputs->len);
}

static Onnx__NodeProto *
get_last (PymvaOnnxWriter *self)
{
  return g_ptr_array_index (self->nodes, self->nodes->len - 1);
}

void
pymva_onnx_writer_set_output (PymvaOnnxWriter *self,
                              const char *name)
{
  get_last (self)->output[0] = keep_text (self, name);
}

const char *
pymva_onnx_writer_add_output (PymvaOnnxWriter *self)
{
  Onnx__NodeProto *node = get_last (self);
  char *output = make_name (self, node->op_type);

  node->output = grow (self, node->output, node->n_output++, output);
  return output;
}

void
pymva_onnx_writer_set_domain (PymvaOnnxWriter *self,
                              const char *domain)
{
  get_last (self)->domain = keep_text (self, domain);
}

/* --- attributes --- */

static Onnx__AttributeProto *
add_attribute (PymvaOnnxWriter *self,
               const char *name,
               Onnx__AttributeProto__AttributeType type)
{
  Onnx__NodeProto *node = get_last (self);
  Onnx__AttributeProto *attribute =
    NEW_MESSAGE (self, Onnx__AttributeProto, onnx__attribute_proto__init);

  attribute->name = keep_text (self, name);
  attribute->has_type = TRUE;
  attribute->type = type;
  node->attribute = grow (self, node->attribute, node->n_attribute++, attribute);

  return attribute;
}

void
pymva_onnx_writer_set_float (PymvaOnnxWriter *self,
                             const char *name,
                             float value)
{
  Onnx__AttributeProto *attribute =
    add_attribute (self, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);

  attribute->has_f = TRUE;
  attribute->f = value;
}

void
pymva_onnx_writer_set_floats (PymvaOnnxWriter *self,
                              const char *name,
                              const float *values,
                              gsize n_values)
{
  Onnx__AttributeProto *attribute =
    add_attribute (self, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS);

  attribute->floats = keep_copy (self, values, n_values * sizeof (float));
  attribute->n_floats = n_values;
}

void
pymva_onnx_writer_set_int (PymvaOnnxWriter *self,
                           const char *name,
                           gint64 value)
{
  Onnx__AttributeProto *attribute =
    add_attribute (self, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);

  attribute->has_i = TRUE;
  attribute->i = value;
}

void
pymva_onnx_writer_set_ints (PymvaOnnxWriter *self,
                            const char *name,
                            const gint64 *values,
                            gsize n_values)
{
  Onnx__AttributeProto *attribute =
    add_attribute (self, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);

  attribute->ints = keep_copy (self, values, n_values * sizeof (gint64));
  attribute->n_ints = n_values;
}

static ProtobufCBinaryData
make_binary (const char *text)
{
  return (ProtobufCBinaryData) { .len = strlen (text), .data = (guint8 *) text };
}

void
pymva_onnx_writer_set_text (PymvaOnnxWriter *self,
                            const char *name,
                            const char *text)
{
  Onnx__AttributeProto *attribute =
    add_attribute (self, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);

  attribute->has_s = TRUE;
  attribute->s = make_binary (keep_text (self, text));
}

void
pymva_onnx_writer_set_texts (PymvaOnnxWriter *self,
                             const char *name,
                             const char * const *texts,
                             gsize n_texts)
{
  Onnx__AttributeProto *attribute =
    add_attribute (self, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS);

  attribute->strings = keep (self, g_new (ProtobufCBinaryData, MAX (n_texts, 1)));
  attribute->n_strings = n_texts;
  for (gsize i = 0; i < n_texts; i++)
    attribute->strings[i] = make_binary (texts[i]);
}

/* --- constants --- */

static gsize
get_size (gint32 type)
{
  return type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT   ? sizeof (float)
         : type == ONNX__TENSOR_PROTO__DATA_TYPE__UINT8 ? sizeof (guint8)
                                                        : sizeof (double);
}

static Onnx__TensorProto *
make_tensor (PymvaOnnxWriter *self,
             gint32 type,
             gint64 n_rows,
             gint64 n_columns,
             gconstpointer values)
{
  Onnx__TensorProto *tensor = NEW_MESSAGE (self, Onnx__TensorProto, onnx__tensor_proto__init);
  gint64 shape[] = { n_rows, n_columns };
  gsize size = (gsize) n_rows * MAX (n_columns, 1) * get_size (type);

  tensor->has_data_type = TRUE;
  tensor->data_type = type;
  tensor->dims = keep_copy (self, shape, sizeof (shape));
  tensor->n_dims = n_columns > 0 ? 2 : 1;
  tensor->has_raw_data = TRUE;
  tensor->raw_data.data = keep_copy (self, values, size);
  tensor->raw_data.len = size;

  return tensor;
}

const char *
pymva_onnx_writer_add_table (PymvaOnnxWriter *self,
                             gint32 type,
                             gint64 n_rows,
                             gint64 n_columns,
                             gconstpointer values)
{
  Onnx__TensorProto *tensor = make_tensor (self, type, n_rows, n_columns, values);

  tensor->name = make_name (self, "table");
  g_ptr_array_add (self->initializers, tensor);
  return tensor->name;
}

const char *
pymva_onnx_writer_add_row (PymvaOnnxWriter *self,
                           const double *values,
                           gsize n_values)
{
  return pymva_onnx_writer_add_table (self, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, 1, n_values,
                                      values);
}

const char *
pymva_onnx_writer_add_list_of_ints (PymvaOnnxWriter *self,
                                    const gint64 *values,
                                    gsize n_values)
{
  return pymva_onnx_writer_add_table (self, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, n_values, 0,
                                      values);
}

const char *
pymva_onnx_writer_add_number (PymvaOnnxWriter *self,
                              gboolean is_double,
                              double value)
{
  float rounded = value;

  return pymva_onnx_writer_add_table (self, is_double ? ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE
                                                      : ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT,
                                      1, 0, is_double ? (gconstpointer) &value : &rounded);
}

void
pymva_onnx_writer_set_doubles (PymvaOnnxWriter *self,
                               const char *name,
                               const double *values,
                               gsize n_values)
{
  Onnx__AttributeProto *attribute =
    add_attribute (self, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR);

  attribute->t =
    make_tensor (self, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, n_values, 0, values);
  attribute->t->name = keep_text (self, name);
}

/* --- the message --- */

void
pymva_onnx_writer_set_metadata (PymvaOnnxWriter *self,
                                const char *key,
                                const char *value)
{
  Onnx__StringStringEntryProto *entry =
    NEW_MESSAGE (self, Onnx__StringStringEntryProto, onnx__string_string_entry_proto__init);

  entry->key = keep_text (self, key);
  entry->value = keep_text (self, value);
  g_ptr_array_add (self->metadata, entry);
}

/* Rows, of which there may be any number, of float32. */
static Onnx__ValueInfoProto **
describe_value (PymvaOnnxWriter *self,
                const char *name,
                guint n_columns)
{
  Onnx__ValueInfoProto *info =
    NEW_MESSAGE (self, Onnx__ValueInfoProto, onnx__value_info_proto__init);
  Onnx__TypeProto__Tensor *tensor =
    NEW_MESSAGE (self, Onnx__TypeProto__Tensor, onnx__type_proto__tensor__init);
  Onnx__TensorShapeProto__Dimension *dims[2];

  for (guint i = 0; i < 2; i++)
    dims[i] = NEW_MESSAGE (self, Onnx__TensorShapeProto__Dimension,
                           onnx__tensor_shape_proto__dimension__init);
  dims[0]->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
  dims[0]->dim_param = keep_text (self, "rows");
  dims[1]->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
  dims[1]->dim_value = n_columns;

  tensor->has_elem_type = TRUE;
  tensor->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
  tensor->shape = NEW_MESSAGE (self, Onnx__TensorShapeProto, onnx__tensor_shape_proto__init);
  tensor->shape->dim = keep_copy (self, dims, sizeof (dims));
  tensor->shape->n_dim = G_N_ELEMENTS (dims);

  info->name = keep_text (self, name);
  info->type = NEW_MESSAGE (self, Onnx__TypeProto, onnx__type_proto__init);
  info->type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
  info->type->tensor_type = tensor;

  return keep_copy (self, &info, sizeof (info));
}

static Onnx__OperatorSetIdProto *
describe_opset (PymvaOnnxWriter *self,
                const char *domain,
                gint64 version)
{
  Onnx__OperatorSetIdProto *set =
    NEW_MESSAGE (self, Onnx__OperatorSetIdProto, onnx__operator_set_id_proto__init);

  set->domain = keep_text (self, domain);
  set->has_version = TRUE;
  set->version = version;
  return set;
}

GBytes *
pymva_onnx_writer_finish (PymvaOnnxWriter *self,
                          const char *name,
                          guint n_inputs,
                          guint n_outputs,
                          GError **error)
{
  Onnx__ModelProto *model = NEW_MESSAGE (self, Onnx__ModelProto, onnx__model_proto__init);
  Onnx__GraphProto *graph = NEW_MESSAGE (self, Onnx__GraphProto, onnx__graph_proto__init);
  Onnx__OperatorSetIdProto *sets[] = { describe_opset (self, "", OPSET),
                                       describe_opset (self, "ai.onnx.ml", ML_OPSET) };
  guint8 *bytes;
  gsize size;

  graph->name = keep_text (self, name);
  graph->node = (Onnx__NodeProto **) self->nodes->pdata;
  graph->n_node = self->nodes->len;
  graph->initializer = (Onnx__TensorProto **) self->initializers->pdata;
  graph->n_initializer = self->initializers->len;
  graph->input = describe_value (self, PYMVA_ONNX_INPUT, n_inputs);
  graph->n_input = 1;
  graph->output = describe_value (self, PYMVA_ONNX_OUTPUT, n_outputs);
  graph->n_output = 1;

  model->has_ir_version = TRUE;
  model->ir_version = IR_VERSION;
  model->producer_name = keep_text (self, "libpymva");
  model->producer_version = keep_text (self, PACKAGE_VERSION);
  model->opset_import = sets;
  model->n_opset_import = G_N_ELEMENTS (sets);
  model->metadata_props = (Onnx__StringStringEntryProto **) self->metadata->pdata;
  model->n_metadata_props = self->metadata->len;
  model->graph = graph;

  size = onnx__model_proto__get_packed_size (model);
  if (size > MOST_BYTES)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                           "it would take more than 2 GiB, which an ONNX file cannot");
      return NULL;
    }
  bytes = g_malloc (size);
  onnx__model_proto__pack (model, bytes);
  return g_bytes_new_take (bytes, size);
}
