/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <glib.h>

#include "base/pymva-digest-private.h"

/* The examples of FIPS 180-2, appendix B, and the digest of nothing. */
static const struct
{
  const char *text;
  const char *digest;
} examples[] = {
  { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
  { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
  { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void
test_published (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (examples[i].text, strlen (examples[i].text));
      g_autofree char *digest = pymva_digest_compute (bytes);

      g_assert_cmpstr (digest, ==, examples[i].digest);
    }
}

static void
test_pieces (void)
{
  PymvaDigest *digest = pymva_digest_new ();
  g_autofree char *text = NULL;

  pymva_digest_update (digest, "a", 1);
  pymva_digest_update (digest, NULL, 0);
  pymva_digest_update (digest, "bc", 2);
  text = pymva_digest_free_to_string (digest);

  g_assert_cmpstr (text, ==, examples[1].digest);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/digest/published", test_published);
  g_test_add_func ("/digest/pieces", test_pieces);

  return g_test_run ();
}
