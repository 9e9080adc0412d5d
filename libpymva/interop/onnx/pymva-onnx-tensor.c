/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-onnx-private.h"

#define MOST_VALUES (1 << 28)

static gboolean
set_error (const Onnx__TensorProto *proto,
           PymvaError code,
           const char *what,
           GError **error)
{
  g_set_error (error, PYMVA_ERROR, code, "the tensor “%s” %s",
               proto->name != NULL ? proto->name : "", what);
  return FALSE;
}

PymvaOnnxTensor *
pymva_onnx_tensor_new_numbers (gint32 type,
                               const double *values,
                               gsize n_values)
{
  PymvaOnnxTensor *self = g_new0 (PymvaOnnxTensor, 1);

  self->type = type;
  self->n_dims = 1;
  self->dims = g_new (gint64, 1);
  self->dims[0] = n_values;
  self->n_values = n_values;
  self->values = g_memdup2 (values, n_values * sizeof (double));

  return self;
}

PymvaOnnxTensor *
pymva_onnx_tensor_copy (const PymvaOnnxTensor *self)
{
  PymvaOnnxTensor *copy = g_new (PymvaOnnxTensor, 1);

  *copy = *self;
  copy->dims = g_memdup2 (self->dims, self->n_dims * sizeof (gint64));
  copy->values = g_memdup2 (self->values, self->n_values * sizeof (double));

  return copy;
}

void
pymva_onnx_tensor_free (PymvaOnnxTensor *self)
{
  g_free (self->dims);
  g_free (self->values);
  g_free (self);
}

static gboolean
read_shape (PymvaOnnxTensor *self,
            const Onnx__TensorProto *proto,
            GError **error)
{
  guint64 n_values = 1;

  self->n_dims = proto->n_dims;
  self->dims = g_new (gint64, MAX (proto->n_dims, 1));
  for (gsize i = 0; i < proto->n_dims; i++)
    {
      gint64 length = proto->dims[i];

      if (length < 0 || length > MOST_VALUES || n_values * length > MOST_VALUES)
        return set_error (proto, PYMVA_ERROR_FORMAT, "has an impossible shape", error);
      self->dims[i] = length;
      n_values *= length;
    }

  self->n_values = n_values;
  return TRUE;
}

/* The bytes of one number as they lie in the file, which is little-endian. */
#define READ_RAW(ctype)                                                                            \
  G_STMT_START                                                                                     \
    {                                                                                              \
      ctype number;                                                                                \
                                                                                                   \
      if (proto->raw_data.len != self->n_values * sizeof (ctype))                                  \
        return set_error (proto, PYMVA_ERROR_FORMAT, "has not as many bytes as its shape says",    \
                          error);                                                                  \
      for (gsize i = 0; i < self->n_values; i++)                                                   \
        {                                                                                          \
          memcpy (&number, proto->raw_data.data + i * sizeof (ctype), sizeof (ctype));             \
          self->values[i] = number;                                                                \
        }                                                                                          \
      return TRUE;                                                                                 \
    }                                                                                              \
  G_STMT_END

#define READ_FIELD(numbers, n_numbers)                                                             \
  G_STMT_START                                                                                     \
    {                                                                                              \
      if ((n_numbers) != self->n_values)                                                           \
        return set_error (proto, PYMVA_ERROR_FORMAT, "has not as many numbers as its shape says",  \
                          error);                                                                  \
      for (gsize i = 0; i < self->n_values; i++)                                                   \
        self->values[i] = (numbers)[i];                                                            \
      return TRUE;                                                                                 \
    }                                                                                              \
  G_STMT_END

static gboolean
read_raw (PymvaOnnxTensor *self,
          const Onnx__TensorProto *proto,
          GError **error)
{
  switch (self->type)
    {
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
      READ_RAW (float);
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
      READ_RAW (double);
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT32:
      READ_RAW (gint32);
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT64:
      READ_RAW (gint64);
    default:
      READ_RAW (guint8);
    }
}

static gboolean
read_fields (PymvaOnnxTensor *self,
             const Onnx__TensorProto *proto,
             GError **error)
{
  switch (self->type)
    {
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
      READ_FIELD (proto->float_data, proto->n_float_data);
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
      READ_FIELD (proto->double_data, proto->n_double_data);
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT64:
      READ_FIELD (proto->int64_data, proto->n_int64_data);
    default:
      READ_FIELD (proto->int32_data, proto->n_int32_data);
    }
}

/* How many numbers the file can hold at most: more are refused before memory is taken for them. */
static gsize
count_stored (const Onnx__TensorProto *proto)
{
  return proto->raw_data.len + proto->n_float_data + proto->n_double_data + proto->n_int64_data +
         proto->n_int32_data;
}

static gboolean
read_values (PymvaOnnxTensor *self,
             const Onnx__TensorProto *proto,
             GError **error)
{
  if (proto->n_external_data > 0 ||
      proto->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
    return set_error (proto, PYMVA_ERROR_UNSUPPORTED,
                      "lies in another file, and no other file is opened: write the model as one, "
                      "as torch.onnx.export (..., external_data=False) does", error);
  if (self->n_values > count_stored (proto))
    return set_error (proto, PYMVA_ERROR_FORMAT, "has not as many numbers as its shape says",
                      error);

  self->values = g_new (double, MAX (self->n_values, 1));
  return proto->has_raw_data && proto->raw_data.len > 0 ? read_raw (self, proto, error)
                                                        : read_fields (self, proto, error);
}

PymvaOnnxTensor *
pymva_onnx_tensor_new (const Onnx__TensorProto *proto,
                       GError **error)
{
  g_autoptr (PymvaOnnxTensor) self = g_new0 (PymvaOnnxTensor, 1);

  self->type = proto->data_type;
  switch (self->type)
    {
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT32:
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT64:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT8:
    case ONNX__TENSOR_PROTO__DATA_TYPE__BOOL:
      break;
    default:
      set_error (proto, PYMVA_ERROR_UNSUPPORTED,
                 "is neither float, double, int32, int64, uint8 nor bool", error);
      return NULL;
    }

  if (!read_shape (self, proto, error) || !read_values (self, proto, error))
    return NULL;

  return g_steal_pointer (&self);
}
