/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "base/pymva-error-private.h"

static void
test_exception (void)
{
  const char traceback[] = "Traceback (most recent call last):\n"
                           "  File \"user.py\", line 3, in model\n"
                           "ValueError: no layers\n";
  g_autoptr (GError) error = pymva_error_new_from_exception (
    PYMVA_ERROR, PYMVA_ERROR_VALUE, "ValueError: no layers (user.py, line 3)", traceback,
    "ValueError");
  g_autofree char *found = pymva_error_dup_traceback (error);
  g_autofree char *type = pymva_error_dup_exception_type (error);
  g_autofree char *summary = pymva_error_dup_summary (error);

  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_cmpstr (summary, ==, "ValueError: no layers (user.py, line 3)");
  g_assert_cmpstr (type, ==, "ValueError");
  g_assert_true (g_str_has_prefix (found, "Traceback (most recent call last):\n"));
  g_assert_true (g_str_has_suffix (found, "ValueError: no layers"));
}

static void
test_plain (void)
{
  g_autoptr (GError) error = g_error_new_literal (PYMVA_ERROR, PYMVA_ERROR_DATA, "no events");

  g_assert_null (pymva_error_dup_traceback (error));
  g_assert_null (pymva_error_dup_exception_type (error));
}

static void
test_codes (void)
{
  g_autoptr (GEnumClass) codes = g_type_class_ref (PYMVA_TYPE_ERROR);

  g_assert_cmpuint (codes->n_values, ==, 16);
  g_assert_cmpstr (g_enum_get_value (codes, PYMVA_ERROR_NOT_TRAINED)->value_nick, ==,
                   "not-trained");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/exception", test_exception);
  g_test_add_func ("/error/plain", test_plain);
  g_test_add_func ("/error/codes", test_codes);

  return g_test_run ();
}
