/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-tensor-private.h"

G_BEGIN_DECLS

struct _PymvaTensor
{
  GObject parent_instance;

  GBytes *bytes;
  gint64 *shape;
  gsize n_elements;
  guint n_dims;
  PymvaDType dtype;
};

/* Makes a tensor of a shape that was checked and bytes that have its size. */
PymvaTensor *pymva_tensor_new_unchecked (PymvaDType dtype,
                                         const gint64 *shape,
                                         gsize n_dims,
                                         gsize n_elements,
                                         GBytes *bytes);

G_END_DECLS
