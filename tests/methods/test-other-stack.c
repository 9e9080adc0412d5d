/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "events.h"

/* What Debian 12 does not package: the error names what is missing, and how to get it. */
static void
test_methods (void)
{
  static const struct
  {
    const char *method;
    const char *words;
    const char *remedy;
  } missing[] = {
    { "keras", "No module named 'keras'", "-m pip install keras" },
    { "lightgbm", "No module named 'lightgbm'", "-m pip install lightgbm" },
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (missing); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaMethod) method = NULL;

      method = pymva_method_create_for_name (missing[i].method, NULL, &error);
      g_assert_no_error (error);
      assert_train_fails (method, dataset, PYMVA_ERROR_IMPORT, missing[i].words);
      assert_train_fails (method, dataset, PYMVA_ERROR_IMPORT, missing[i].remedy);
      assert_train_fails (method, dataset, PYMVA_ERROR_IMPORT, "choose an environment that has it");
    }
}

static void
test_root_files (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("PYMVA_DATA_DIR"), "tmva_reg_example.root",
                                            NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_table_new_from_file (file, NULL, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_IMPORT);
  g_assert_nonnull (g_strstr_len (error->message, -1, "-m pip install uproot"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/other-stack/methods", test_methods);
  g_test_add_func ("/other-stack/root-files", test_root_files);

  return g_test_run ();
}
