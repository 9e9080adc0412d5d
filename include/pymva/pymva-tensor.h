/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-enums.h>
#include <pymva/pymva-types.h>
#include <pymva/pymva-version-macros.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_TENSOR (pymva_tensor_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaTensor, pymva_tensor, PYMVA, TENSOR, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_tensor_new (PymvaDType dtype,
                               const gint64 *shape,
                               gsize n_dims,
                               GBytes *bytes,
                               GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_tensor_new_from_doubles (const double *values,
                                            gsize n_values,
                                            gint64 n_columns,
                                            GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaDType pymva_tensor_get_dtype (PymvaTensor *self);
PYMVA_AVAILABLE_IN_1_0
guint pymva_tensor_get_n_dims (PymvaTensor *self);
PYMVA_AVAILABLE_IN_1_0
guint64 pymva_tensor_get_n_elements (PymvaTensor *self);
PYMVA_AVAILABLE_IN_1_0
const gint64 *pymva_tensor_get_shape (PymvaTensor *self,
                                      gsize *n_dims);
PYMVA_AVAILABLE_IN_1_0
GBytes *pymva_tensor_get_bytes (PymvaTensor *self);
PYMVA_AVAILABLE_IN_1_0
gsize pymva_tensor_get_address (PymvaTensor *self);
PYMVA_AVAILABLE_IN_1_0
double *pymva_tensor_to_doubles (PymvaTensor *self,
                                 gsize *n_values);
PYMVA_AVAILABLE_IN_1_0
double pymva_tensor_get_value (PymvaTensor *self,
                               const gint64 *index,
                               gsize n_index);

PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_tensor_cast (PymvaTensor *self,
                                PymvaDType dtype);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_tensor_reshape (PymvaTensor *self,
                                   const gint64 *shape,
                                   gsize n_dims,
                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_tensor_slice (PymvaTensor *self,
                                 gint64 first,
                                 gint64 end,
                                 GError **error);

G_END_DECLS
