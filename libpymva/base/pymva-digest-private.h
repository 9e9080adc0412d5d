/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* SHA-256, as lower-case hexadecimal text. */
typedef struct _PymvaDigest PymvaDigest;

PymvaDigest *pymva_digest_new (void);
void pymva_digest_update (PymvaDigest *self,
                          gconstpointer data,
                          gsize size);
char *pymva_digest_free_to_string (PymvaDigest *self);
char *pymva_digest_compute (GBytes *bytes);

G_END_DECLS
