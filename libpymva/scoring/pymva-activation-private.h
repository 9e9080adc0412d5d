/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "kernels/pymva-kernel-network.h"

G_BEGIN_DECLS

/* What a network does to each number between its layers, or, as softmax, to each row. */
typedef enum
{
  PYMVA_ACTIVATION_IDENTITY,
  PYMVA_ACTIVATION_FUNCTION,
  PYMVA_ACTIVATION_SOFTMAX,
} PymvaActivationKind;

typedef struct
{
  PymvaActivationKind kind;
  PymvaNetworkFunction function;
  float first;
  float second;
} PymvaActivation;

/* @name is torch's name of it: “relu”, “leaky-relu” and so on; @parameters holds its numbers. */
gboolean pymva_activation_read (PymvaActivation *self,
                                const char *name,
                                JsonObject *parameters,
                                GError **error);
/* Rows start @stride elements apart, which is a multiple of a kernel's panel. */
void pymva_activation_run (const PymvaActivation *self,
                           const PymvaNetworkKernel *kernel,
                           float *values,
                           guint n_columns,
                           gsize n_rows,
                           gsize stride);
/* The names of the numbers that an activation takes, NULL-terminated; NULL if there is no such
 * activation. */
const char * const *pymva_activation_get_keys (const char *name);

G_END_DECLS
