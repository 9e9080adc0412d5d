/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A dense layer, y = W x + b in float32, its weights packed for the kernel. The sums of a row are
 * made in one fixed order, so a row gives the same bits alone and among others. */
typedef struct _PymvaDense PymvaDense;

/* Rows of values are as long as the widest layer needs: a multiple of eight. */
guint pymva_dense_pad (guint n_columns);

/* @weights is n_outputs x n_inputs in C order; @bias may be NULL. */
PymvaDense *pymva_dense_new (guint n_inputs,
                             guint n_outputs,
                             const float *weights,
                             const float *bias);
void pymva_dense_free (PymvaDense *self);
guint pymva_dense_get_n_outputs (const PymvaDense *self);
/* Rows start @stride elements apart in both; @outputs is aligned to 16 bytes, and the columns
 * that pad it get zeros. */
void pymva_dense_run (const PymvaDense *self,
                      const float *inputs,
                      float *outputs,
                      gsize n_rows,
                      gsize stride);

G_END_DECLS
