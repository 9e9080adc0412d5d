/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <nettle/sha2.h>

#include "pymva-digest-private.h"

/* Most of the time that a model takes to load is spent here. Nettle uses the processor's SHA
 * instructions; GChecksum does not, and takes three times as long. */
struct _PymvaDigest
{
  struct sha256_ctx context;
};

PymvaDigest *
pymva_digest_new (void)
{
  PymvaDigest *self = g_new (PymvaDigest, 1);

  sha256_init (&self->context);

  return self;
}

void
pymva_digest_update (PymvaDigest *self,
                     gconstpointer data,
                     gsize size)
{
  sha256_update (&self->context, size, data);
}

/* pymva_digest_free_to_string: the digest of all that @self was given, which is freed. */
char *
pymva_digest_free_to_string (PymvaDigest *self)
{
  guint8 digest[SHA256_DIGEST_SIZE];
  char *text = g_malloc (2 * SHA256_DIGEST_SIZE + 1);

  sha256_digest (&self->context, sizeof digest, digest);
  g_free (self);
  for (guint i = 0; i < sizeof digest; i++)
    g_snprintf (text + 2 * i, 3, "%02x", digest[i]);

  return text;
}

char *
pymva_digest_compute (GBytes *bytes)
{
  PymvaDigest *digest = pymva_digest_new ();
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  pymva_digest_update (digest, data, size);

  return pymva_digest_free_to_string (digest);
}
