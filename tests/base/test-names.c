/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "base/pymva-names-private.h"

static void
test_distance (void)
{
  g_assert_cmpuint (pymva_names_distance ("kitten", "sitting"), ==, 3);
  g_assert_cmpuint (pymva_names_distance ("", "abc"), ==, 3);
  g_assert_cmpuint (pymva_names_distance ("abc", ""), ==, 3);
  g_assert_cmpuint (pymva_names_distance ("Var1", "var1"), ==, 0);
  g_assert_cmpuint (pymva_names_distance ("vra1", "var1"), ==, 1);
  /* 2 if a letter might change twice, 3 as it may not */
  g_assert_cmpuint (pymva_names_distance ("ca", "abc"), ==, 3);
}

static void
test_near (void)
{
  const char *known[] = { "var1", "var2", "mass", NULL };
  const char *letters[] = { "a", "b", NULL };
  const char *none[] = { NULL };
  g_autofree char *near = pymva_names_format_near ("vra1", known);
  g_autofree char *far = pymva_names_format_near ("energy", known);
  g_autofree char *empty = pymva_names_format_near ("energy", none);

  g_assert_cmpstr (near, ==, "; did you mean “var1”?");
  g_assert_cmpstr (far, ==, "; there are “var1”, “var2”, “mass”");
  g_assert_cmpstr (empty, ==, "");
  g_free (near);
  near = pymva_names_format_near ("mas", known);
  g_assert_cmpstr (near, ==, "; did you mean “mass”?");

  /* No letter is near all others. */
  g_free (near);
  near = pymva_names_format_near ("A", letters);
  g_assert_cmpstr (near, ==, "; did you mean “a”?");
  g_free (far);
  far = pymva_names_format_near ("q", letters);
  g_assert_cmpstr (far, ==, "; there are “a”, “b”");
}

static void
test_list (void)
{
  const char *names[] = { "a", "b", "c", NULL };
  g_autofree char *list = pymva_names_format_list (names, 2);

  g_assert_cmpstr (list, ==, "“a”, “b” and 1 more");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/names/distance", test_distance);
  g_test_add_func ("/names/near", test_near);
  g_test_add_func ("/names/list", test_list);

  return g_test_run ();
}
