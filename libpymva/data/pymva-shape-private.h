/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-enums.h>

G_BEGIN_DECLS

/* As many dimensions as NumPy allows. */
#define PYMVA_MOST_DIMS 64

/* "2 × 3", for messages; "1" stands for a single number. */
char *pymva_shape_format (const gint64 *shape,
                          gsize n_dims);
/* Counts the elements of a shape, whose size in bytes must fit the memory of the machine too. */
gboolean pymva_shape_check (PymvaDType dtype,
                            const gint64 *shape,
                            gsize n_dims,
                            gsize *n_elements,
                            GError **error);
/* Replaces the one length that is -1 by what the others leave of the elements. FALSE where there is
 * none, or nothing fits. */
gboolean pymva_shape_infer (gint64 *shape,
                            gsize n_dims,
                            gsize n_elements);

G_END_DECLS
