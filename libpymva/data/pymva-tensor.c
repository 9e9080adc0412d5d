/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-enums.h>
#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "pymva-shape-private.h"
#include "pymva-tensor-object-private.h"

/**
 * PymvaTensor:
 *
 * An immutable array of numbers: bytes, the type of the elements, and a shape.
 *
 * Tensors are how bulk numbers cross the API. The elements lie in C order: the last dimension
 * varies fastest. A table of events is a tensor of two dimensions, one row per event.
 *
 * A tensor shares the memory of the [struct@GLib.Bytes] that it was made of, and Python arrays
 * made of a tensor share that of the tensor. The memory is always aligned for the element type:
 * bytes that are not are copied once, when the tensor is made.
 *
 * A tensor made by `g_object_new()` alone is empty: one dimension of length 0.
 *
 * Tensors never change, so they may be used from any thread.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (PymvaTensor, pymva_tensor, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_DTYPE,
  PROP_N_DIMS,
  PROP_N_ELEMENTS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
pymva_tensor_finalize (GObject *object)
{
  PymvaTensor *self = PYMVA_TENSOR (object);

  g_bytes_unref (self->bytes);
  g_free (self->shape);

  G_OBJECT_CLASS (pymva_tensor_parent_class)->finalize (object);
}

static void
pymva_tensor_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  PymvaTensor *self = PYMVA_TENSOR (object);

  switch (prop_id)
    {
    case PROP_DTYPE:
      g_value_set_enum (value, self->dtype);
      break;
    case PROP_N_DIMS:
      g_value_set_uint (value, self->n_dims);
      break;
    case PROP_N_ELEMENTS:
      g_value_set_uint64 (value, self->n_elements);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_tensor_class_init (PymvaTensorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pymva_tensor_finalize;
  object_class->get_property = pymva_tensor_get_property;

  /**
   * PymvaTensor:dtype: (getter get_dtype)
   *
   * The type of the elements.
   *
   * Since: 1.0
   */
  props[PROP_DTYPE] =
    g_param_spec_enum ("dtype", NULL, NULL,
                       PYMVA_TYPE_DTYPE, PYMVA_DTYPE_FLOAT32,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaTensor:n-dims: (getter get_n_dims)
   *
   * The number of dimensions; 0 for a single number.
   *
   * Since: 1.0
   */
  props[PROP_N_DIMS] =
    g_param_spec_uint ("n-dims", NULL, NULL,
                       0, PYMVA_MOST_DIMS, 1,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaTensor:n-elements: (getter get_n_elements)
   *
   * The number of elements: the product of the shape.
   *
   * Since: 1.0
   */
  props[PROP_N_ELEMENTS] =
    g_param_spec_uint64 ("n-elements", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_tensor_init (PymvaTensor *self)
{
  self->bytes = g_bytes_new_static (NULL, 0);
  self->shape = g_new0 (gint64, 1);
  self->n_dims = 1;
}

PymvaTensor *
pymva_tensor_new_unchecked (PymvaDType dtype,
                            const gint64 *shape,
                            gsize n_dims,
                            gsize n_elements,
                            GBytes *bytes)
{
  PymvaTensor *self = g_object_new (PYMVA_TYPE_TENSOR, NULL);

  g_free (self->shape);
  g_bytes_unref (self->bytes);
  self->dtype = dtype;
  self->n_dims = n_dims;
  self->n_elements = n_elements;
  /* At least one entry, so that the shape of a single number is no NULL to bindings. */
  self->shape = g_new0 (gint64, MAX (1, n_dims));
  if (n_dims > 0)
    memcpy (self->shape, shape, n_dims * sizeof *shape);
  self->bytes = g_bytes_ref (bytes);

  return self;
}

/**
 * pymva_tensor_new:
 * @dtype: the type of the elements
 * @shape: (array length=n_dims) (nullable): the length of each dimension
 * @n_dims: the number of dimensions, 0 for a single number
 * @bytes: the elements in C order, in the byte order of the machine
 * @error: return location for an error
 *
 * Makes a tensor of bytes. The bytes are shared, not copied, if their address is a multiple of
 * the size of an element.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the number of bytes is not that of the shape.
 *
 * In gjs, make the bytes of a typed array's buffer: `new GLib.Bytes(new Uint8Array(array.buffer))`.
 * `new GLib.Bytes(array)` would make each element into one byte.
 *
 * Returns: (transfer full): the tensor
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_tensor_new (PymvaDType dtype,
                  const gint64 *shape,
                  gsize n_dims,
                  GBytes *bytes,
                  GError **error)
{
  g_autoptr (GBytes) aligned = NULL;
  gsize n_elements;
  gsize item_size;
  gsize size;
  gconstpointer data;

  g_return_val_if_fail (shape != NULL || n_dims == 0, NULL);
  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!pymva_shape_check (dtype, shape, n_dims, &n_elements, error))
    return NULL;

  item_size = pymva_dtype_get_size (dtype);
  data = g_bytes_get_data (bytes, &size);
  if (size != n_elements * item_size)
    {
      g_autofree char *text = pymva_shape_format (shape, n_dims);
      gboolean is_truncated = size == n_elements && item_size > 1;

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "A tensor of %s with shape %s takes %" G_GSIZE_FORMAT
                   " bytes, but %" G_GSIZE_FORMAT " were given%s",
                   pymva_dtype_get_name (dtype), text, n_elements * item_size, size,
                   is_truncated ? "; in JavaScript, make them with "
                                  "“new GLib.Bytes(new Uint8Array(array.buffer))”, because "
                                  "“new GLib.Bytes(array)” makes each element into one byte" : "");
      return NULL;
    }

  if ((guintptr) data % item_size != 0)
    {
      aligned = g_bytes_new (data, size);
      bytes = aligned;
    }

  return pymva_tensor_new_unchecked (dtype, shape, n_dims, n_elements, bytes);
}

PymvaTensor *
pymva_tensor_new_take (PymvaDType dtype,
                       const gint64 *shape,
                       gsize n_dims,
                       gpointer data,
                       gsize size,
                       GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);

  return pymva_tensor_new (dtype, shape, n_dims, bytes, error);
}

PymvaTensor *
pymva_tensor_new_take_doubles (double *values,
                               gsize n_values)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (values, n_values * sizeof *values);
  gint64 shape[1] = { n_values };

  return pymva_tensor_new_unchecked (PYMVA_DTYPE_FLOAT64, shape, 1, n_values, bytes);
}

gpointer
pymva_tensor_free_to_data (PymvaTensor *self)
{
  GBytes *bytes = g_bytes_ref (self->bytes);
  gsize size;

  g_object_unref (self);
  return g_bytes_unref_to_data (bytes, &size);
}

/**
 * pymva_tensor_new_from_doubles:
 * @values: (array length=n_values) (nullable): the elements
 * @n_values: the number of elements
 * @n_columns: the length of the second dimension, or 0 for a tensor of one dimension
 * @error: return location for an error
 *
 * Makes a tensor of 64-bit floating-point numbers from an array. This is for small data: bindings
 * convert such arrays element by element.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the values do not fill a whole number of rows.
 *
 * Returns: (transfer full): the tensor
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_tensor_new_from_doubles (const double *values,
                               gsize n_values,
                               gint64 n_columns,
                               GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gint64 shape[2];

  g_return_val_if_fail (values != NULL || n_values == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (n_columns < 0 || (n_columns > 0 && n_values % n_columns != 0))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "%" G_GSIZE_FORMAT " values do not make rows of %" G_GINT64_FORMAT,
                   n_values, n_columns);
      return NULL;
    }

  shape[0] = n_columns > 0 ? n_values / n_columns : n_values;
  shape[1] = n_columns;
  bytes = g_bytes_new (values, n_values * sizeof *values);

  return pymva_tensor_new (PYMVA_DTYPE_FLOAT64, shape, n_columns > 0 ? 2 : 1, bytes, error);
}

/**
 * pymva_tensor_get_dtype: (get-property dtype)
 * @self: a tensor
 *
 * Gets the type of the elements.
 *
 * Returns: the type
 *
 * Since: 1.0
 */
PymvaDType
pymva_tensor_get_dtype (PymvaTensor *self)
{
  g_return_val_if_fail (PYMVA_IS_TENSOR (self), PYMVA_DTYPE_FLOAT32);

  return self->dtype;
}

/**
 * pymva_tensor_get_n_dims: (get-property n-dims)
 * @self: a tensor
 *
 * Gets the number of dimensions.
 *
 * Returns: the number; 0 for a single number
 *
 * Since: 1.0
 */
guint
pymva_tensor_get_n_dims (PymvaTensor *self)
{
  g_return_val_if_fail (PYMVA_IS_TENSOR (self), 0);

  return self->n_dims;
}

/**
 * pymva_tensor_get_n_elements: (get-property n-elements)
 * @self: a tensor
 *
 * Gets the number of elements.
 *
 * Returns: the product of the shape
 *
 * Since: 1.0
 */
guint64
pymva_tensor_get_n_elements (PymvaTensor *self)
{
  g_return_val_if_fail (PYMVA_IS_TENSOR (self), 0);

  return self->n_elements;
}

/**
 * pymva_tensor_get_shape:
 * @self: a tensor
 * @n_dims: (out) (optional): return location for the number of dimensions
 *
 * Gets the length of each dimension.
 *
 * Returns: (array length=n_dims) (transfer none): the lengths
 *
 * Since: 1.0
 */
const gint64 *
pymva_tensor_get_shape (PymvaTensor *self,
                        gsize *n_dims)
{
  g_return_val_if_fail (PYMVA_IS_TENSOR (self), NULL);

  if (n_dims != NULL)
    *n_dims = self->n_dims;
  return self->shape;
}

/**
 * pymva_tensor_get_bytes:
 * @self: a tensor
 *
 * Gets the elements in C order, in the byte order of the machine. Nothing is copied.
 *
 * Returns: (transfer none): the bytes
 *
 * Since: 1.0
 */
GBytes *
pymva_tensor_get_bytes (PymvaTensor *self)
{
  g_return_val_if_fail (PYMVA_IS_TENSOR (self), NULL);

  return self->bytes;
}

/**
 * pymva_tensor_get_address:
 * @self: a tensor
 *
 * Gets the address of the first element, for bindings that can map memory. It is valid, and to be
 * read only, as long as the tensor lives.
 *
 * Returns: the address
 *
 * Since: 1.0
 */
gsize
pymva_tensor_get_address (PymvaTensor *self)
{
  g_return_val_if_fail (PYMVA_IS_TENSOR (self), 0);

  return GPOINTER_TO_SIZE (pymva_tensor_peek_data (self));
}

gconstpointer
pymva_tensor_peek_data (PymvaTensor *self)
{
  return pymva_bytes_peek (self->bytes, NULL);
}

gint64
pymva_tensor_get_length (PymvaTensor *self,
                         guint dimension)
{
  return dimension < self->n_dims ? self->shape[dimension] : 1;
}

char *
pymva_tensor_format_shape (PymvaTensor *self)
{
  return pymva_shape_format (self->shape, self->n_dims);
}

void
pymva_tensor_copy_doubles (PymvaTensor *self,
                           gsize first,
                           gsize n,
                           double *values)
{
  const guint8 *data = pymva_tensor_peek_data (self);

  g_assert (first <= self->n_elements && n <= self->n_elements - first);
  data += first * pymva_dtype_get_size (self->dtype);
  pymva_dtype_load_doubles (self->dtype, data, n, values);
}

/**
 * pymva_tensor_to_doubles:
 * @self: a tensor
 * @n_values: (out) (optional): return location for the number of elements
 *
 * Converts all elements to double precision, in C order. Integers beyond 2^53 are rounded to the
 * nearest representable number. This is for small data: bindings convert such arrays element by
 * element.
 *
 * Returns: (array length=n_values) (transfer full): the elements
 *
 * Since: 1.0
 */
double *
pymva_tensor_to_doubles (PymvaTensor *self,
                         gsize *n_values)
{
  double *values;

  g_return_val_if_fail (PYMVA_IS_TENSOR (self), NULL);

  values = g_new (double, self->n_elements);
  pymva_tensor_copy_doubles (self, 0, self->n_elements, values);
  if (n_values != NULL)
    *n_values = self->n_elements;

  return values;
}

/**
 * pymva_tensor_get_value:
 * @self: a tensor
 * @index: (array length=n_index) (nullable): the position in each dimension, from 0
 * @n_index: the number of positions
 *
 * Gets one element in double precision.
 *
 * Returns: the element, or NaN if there is none at @index or @n_index is not the number of
 *   dimensions
 *
 * Since: 1.0
 */
double
pymva_tensor_get_value (PymvaTensor *self,
                        const gint64 *index,
                        gsize n_index)
{
  gsize position = 0;
  double value;

  g_return_val_if_fail (PYMVA_IS_TENSOR (self), NAN);
  g_return_val_if_fail (index != NULL || n_index == 0, NAN);

  if (n_index != self->n_dims)
    return NAN;

  for (gsize i = 0; i < n_index; i++)
    {
      if (index[i] < 0 || index[i] >= self->shape[i])
        return NAN;
      position = position * self->shape[i] + index[i];
    }

  pymva_tensor_copy_doubles (self, position, 1, &value);
  return value;
}
