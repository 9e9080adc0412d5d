/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a network does to each number between its layers, or, as softmax, to each row. */
typedef struct _PymvaActivation PymvaActivation;

struct _PymvaActivation
{
  void (*run) (const PymvaActivation *self,
               float *values,
               guint n_values);
  /* What the keys of the kind say: slope, or alpha, or beta and threshold, or min and max. */
  float first;
  float second;
};

/* @name is torch's name of it: “relu”, “leaky-relu” and so on; @parameters holds its numbers. */
gboolean pymva_activation_read (PymvaActivation *self,
                                const char *name,
                                JsonObject *parameters,
                                GError **error);
void pymva_activation_run (const PymvaActivation *self,
                           float *values,
                           guint n_columns,
                           gsize n_rows,
                           gsize stride);
/* The names of the numbers that an activation takes, NULL-terminated; NULL if there is no such
 * activation. */
const char * const *pymva_activation_get_keys (const char *name);

G_END_DECLS
