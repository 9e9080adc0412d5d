/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kernels/pymva-kernel-network.h"

G_BEGIN_DECLS

/* A dense layer, y = W x + b in float32, its weights packed for the kernels. */
typedef struct _PymvaDense PymvaDense;

/* Rows of values are as long as the widest layer needs: a multiple of a panel. */
guint pymva_dense_pad (guint n_columns);

/* @weights is n_outputs x n_inputs in C order; @bias may be NULL. */
PymvaDense *pymva_dense_new (guint n_inputs,
                             guint n_outputs,
                             const float *weights,
                             const float *bias);
void pymva_dense_free (PymvaDense *self);
/* Makes negative outputs zero. */
void pymva_dense_rectify (PymvaDense *self);
/* Tells the layer that its inputs are another one's that makes negative outputs zero. */
void pymva_dense_expect_zeros (PymvaDense *self);
/* For PymvaNetworkKernel.run_dense(). */
const PymvaDenseTables *pymva_dense_get_tables (const PymvaDense *self);

G_END_DECLS
