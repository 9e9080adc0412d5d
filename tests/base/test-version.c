/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

static void
test_macros (void)
{
  g_autofree char *text =
    g_strdup_printf ("%d.%d.%d", PYMVA_MAJOR_VERSION, PYMVA_MINOR_VERSION, PYMVA_MICRO_VERSION);

  g_assert_cmpstr (text, ==, PYMVA_VERSION_S);
  g_assert_true (PYMVA_CHECK_VERSION (1, 0, 0));
  g_assert_true (PYMVA_CHECK_VERSION (0, 99, 99));
  g_assert_false (PYMVA_CHECK_VERSION (1, 99, 0));
  g_assert_false (PYMVA_CHECK_VERSION (2, 0, 0));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/version/macros", test_macros);

  return g_test_run ();
}
