/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The eigenvalues of a symmetric matrix, the largest first, and its eigenvectors: row k of @vectors
 * belongs to values[k], and its number of the largest size is positive. All are n or n x n in C
 * order; @matrix is used up. */
void pymva_eigen_symmetric (double *matrix,
                            guint n,
                            double *values,
                            double *vectors);

G_END_DECLS
