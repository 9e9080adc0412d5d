/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-shape-private.h"
#include "pymva-tensor-object-private.h"

/**
 * pymva_tensor_cast:
 * @self: a tensor
 * @dtype: the type of the new elements
 *
 * Converts the elements to another type. Where the values differ:
 *
 * - floating-point numbers become integers by dropping their fraction, as in C and NumPy; NaN
 *   becomes 0;
 * - numbers beyond the range of an integer type become its nearest bound;
 * - numbers become floating-point numbers by rounding to the nearest; numbers beyond the range of
 *   float32 become infinite;
 * - everything but 0 becomes true, also NaN.
 *
 * Returns: (transfer full): the converted tensor; @self itself if it is of that type already
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_tensor_cast (PymvaTensor *self,
                   PymvaDType dtype)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  gpointer data;

  g_return_val_if_fail (PYMVA_IS_TENSOR (self), NULL);
  g_return_val_if_fail (pymva_dtype_get_size (dtype) != 0, NULL);

  if (dtype == self->dtype)
    return g_object_ref (self);

  size = self->n_elements * pymva_dtype_get_size (dtype);
  data = g_malloc (size);
  pymva_dtype_convert (self->dtype, pymva_tensor_peek_data (self), dtype, data, self->n_elements);
  bytes = g_bytes_new_take (data, size);

  return pymva_tensor_new_unchecked (dtype, self->shape, self->n_dims, self->n_elements, bytes);
}

/**
 * pymva_tensor_reshape:
 * @self: a tensor
 * @shape: (array length=n_dims) (nullable): the length of each dimension; one of them may be -1,
 *   which stands for whatever the others leave
 * @n_dims: the number of dimensions
 * @error: return location for an error
 *
 * Makes a tensor of the same elements in another shape. The memory is shared.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the shape has another number of elements.
 *
 * Returns: (transfer full): the reshaped tensor
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_tensor_reshape (PymvaTensor *self,
                      const gint64 *shape,
                      gsize n_dims,
                      GError **error)
{
  g_autofree gint64 *lengths = NULL;
  gsize n_elements;

  g_return_val_if_fail (PYMVA_IS_TENSOR (self), NULL);
  g_return_val_if_fail (shape != NULL || n_dims == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  lengths = g_memdup2 (shape, n_dims * sizeof *shape);
  pymva_shape_infer (lengths, n_dims, self->n_elements);
  if (!pymva_shape_check (self->dtype, lengths, n_dims, &n_elements, error))
    return NULL;

  if (n_elements != self->n_elements)
    {
      g_autofree char *from = pymva_shape_format (self->shape, self->n_dims);
      g_autofree char *to = pymva_shape_format (shape, n_dims);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "A tensor of shape %s has %" G_GSIZE_FORMAT
                   " elements and cannot take the shape %s",
                   from, self->n_elements, to);
      return NULL;
    }

  return pymva_tensor_new_unchecked (self->dtype, lengths, n_dims, n_elements, self->bytes);
}

/**
 * pymva_tensor_slice:
 * @self: a tensor of at least one dimension
 * @first: the first row, from 0
 * @end: the row after the last
 * @error: return location for an error
 *
 * Makes a tensor of some of the rows: of positions @first to @end - 1 in the first dimension. The
 * memory is shared.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the tensor has no such rows.
 *
 * Returns: (transfer full): the rows
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_tensor_slice (PymvaTensor *self,
                    gint64 first,
                    gint64 end,
                    GError **error)
{
  g_autofree gint64 *shape = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize row_elements;
  gsize row_size;

  g_return_val_if_fail (PYMVA_IS_TENSOR (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (self->n_dims == 0 || first < 0 || end < first || end > self->shape[0])
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "There are no rows %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                   " in a tensor of %" G_GINT64_FORMAT " rows",
                   first, end, self->n_dims > 0 ? self->shape[0] : 0);
      return NULL;
    }

  row_elements = self->shape[0] > 0 ? self->n_elements / self->shape[0] : 0;
  row_size = row_elements * pymva_dtype_get_size (self->dtype);
  bytes = g_bytes_new_from_bytes (self->bytes, first * row_size, (end - first) * row_size);
  shape = g_memdup2 (self->shape, self->n_dims * sizeof *shape);
  shape[0] = end - first;

  return pymva_tensor_new_unchecked (self->dtype, shape, self->n_dims, shape[0] * row_elements,
                                     bytes);
}
