/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/pymva-options-private.h"

static void
test_parse (void)
{
  static const struct
  {
    const char *name;
    const char *value;
  } expected[] = {
    { "H", "false" }, { "V", "true" },         { "NumEpochs", "20" },
    { "a b", "x=y" }, { "Transforms", "G, D" }, { "!odd", "1" },
    { "Empty", "" },
  };
  g_autoptr (GPtrArray) options =
    pymva_options_parse (" !H :V:: NumEpochs = 20 :a b=x=y:Transforms=G, D:!odd=1:Empty=");

  g_assert_cmpuint (options->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < options->len; i++)
    {
      const PymvaOption *option = g_ptr_array_index (options, i);

      g_assert_cmpstr (option->name, ==, expected[i].name);
      g_assert_cmpstr (option->value, ==, expected[i].value);
    }
}

static void
test_boolean (void)
{
  gboolean flag = FALSE;

  g_assert_true (pymva_options_read_boolean ("True", &flag) && flag);
  g_assert_true (pymva_options_read_boolean ("F", &flag) && !flag);
  g_assert_true (pymva_options_read_boolean ("1", &flag) && flag);
  g_assert_true (pymva_options_read_boolean ("no", &flag) && !flag);
  g_assert_false (pymva_options_read_boolean ("2", &flag));
  g_assert_false (pymva_options_read_boolean ("", &flag));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/options/parse", test_parse);
  g_test_add_func ("/options/boolean", test_boolean);

  return g_test_run ();
}
