/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tensors.h"

PymvaTensor *
make_tensor (const double *values,
             gsize n_values,
             gint64 n_columns)
{
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor = pymva_tensor_new_from_doubles (values, n_values, n_columns, &error);

  g_assert_no_error (error);
  return tensor;
}
