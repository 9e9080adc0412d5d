/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-tensor.h>

G_BEGIN_DECLS

/* The size of one element in bytes; 0 where @dtype is not a PymvaDType, as a binding may pass. */
gsize pymva_dtype_get_size (PymvaDType dtype);
const char *pymva_dtype_get_name (PymvaDType dtype);

/* Takes @data, which came from g_malloc(), even where an error is returned. */
PymvaTensor *pymva_tensor_new_take (PymvaDType dtype,
                                    const gint64 *shape,
                                    gsize n_dims,
                                    gpointer data,
                                    gsize size,
                                    GError **error);

/* One dimension of float64; takes @values. */
PymvaTensor *pymva_tensor_new_take_doubles (double *values,
                                            gsize n_values);

/* The elements in memory from g_malloc(), NULL where there are none: the tensor's own where nobody
 * else has it, and a copy otherwise. Takes the tensor. */
gpointer pymva_tensor_free_to_data (PymvaTensor *self);

/* The elements: aligned for the dtype, so the pointer may be cast and read directly. It is not
 * NULL, also where there are no elements. */
gconstpointer pymva_tensor_peek_data (PymvaTensor *self);
/* The length of a dimension; 1 beyond the last, so that (n) reads as (n x 1). */
gint64 pymva_tensor_get_length (PymvaTensor *self,
                                guint dimension);
/* "2 × 3", for messages; "1" stands for a single number. */
char *pymva_tensor_format_shape (PymvaTensor *self);
/* Converts elements [first, first + n) to double. */
void pymva_tensor_copy_doubles (PymvaTensor *self,
                                gsize first,
                                gsize n,
                                double *values);

/* Conversions of runs of elements; see pymva_tensor_cast() for how they round. The memory of the
 * elements needs no alignment. */
void pymva_dtype_load_doubles (PymvaDType dtype,
                               gconstpointer data,
                               gsize n,
                               double *values);
void pymva_dtype_convert (PymvaDType from,
                          gconstpointer source,
                          PymvaDType to,
                          gpointer target,
                          gsize n);

G_END_DECLS
