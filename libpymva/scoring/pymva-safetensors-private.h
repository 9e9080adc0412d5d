/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-tensor.h>

G_BEGIN_DECLS

/* Tensors by name in one block of bytes, in the format safetensors
 * (https://huggingface.co/docs/safetensors): nothing in it can run. */

/* name -> PymvaTensor. The tensors share the memory of @bytes where it is aligned for them. */
GHashTable *pymva_safetensors_read (GBytes *bytes,
                                    GError **error);
/* The same from the pages of a mapped file: the tensors have memory of their own, so that whoever
 * writes into the file changes nothing in them, and the pages are let go of. */
GHashTable *pymva_safetensors_read_mapped (GBytes *bytes,
                                           GError **error);
/* The same tensors give the same bytes. */
GBytes *pymva_safetensors_write (GHashTable *tensors,
                                 GError **error);

G_END_DECLS
