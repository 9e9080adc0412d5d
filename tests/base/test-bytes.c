/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>

#include "base/pymva-bytes-private.h"

static void
test_data (void)
{
  static const char text[] = "four";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, 4);
  gsize length = 0;

  g_assert_true (pymva_bytes_peek (bytes, &length) == text);
  g_assert_cmpuint (length, ==, 4);
  g_assert_true (pymva_bytes_peek (bytes, NULL) == text);
}

/* GLib has no address for them: where this fails, the function is not needed any more. */
static void
test_empty (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new (NULL, 0);
  gsize length = 1;

  g_assert_null (g_bytes_get_data (bytes, NULL));
  g_assert_nonnull (pymva_bytes_peek (bytes, &length));
  g_assert_cmpuint (length, ==, 0);
  g_assert_nonnull (pymva_bytes_peek (bytes, NULL));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bytes/data", test_data);
  g_test_add_func ("/bytes/empty", test_empty);

  return g_test_run ();
}
