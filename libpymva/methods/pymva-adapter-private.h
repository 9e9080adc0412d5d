/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-object.h>

#include "python/pymva-job-private.h"

G_BEGIN_DECLS

/* Calls of an adapter (python/bridge/common.py says what its functions are). All of these run on
 * the Python worker, inside a job. */

PymvaObject *pymva_adapter_call (const char *module,
                                const char *function,
                                PymvaObject **args,
                                gsize n_args,
                                GError **error);
/* Puts a tensor into a dict, as an array over the same memory. */
gboolean pymva_adapter_set_tensor (PymvaObject *dict,
                                  const char *name,
                                  PymvaTensor *tensor,
                                  GError **error);
/* name -> PymvaTensor, of a dict of arrays. */
GHashTable *pymva_adapter_get_tensors (PymvaObject *dict,
                                      GError **error);

G_END_DECLS
