/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "events.h"

/* In an environment that has none of the frameworks the error says which one is missing, where,
 * and how to get it. */
static void
test_missing (void)
{
  static const struct
  {
    const char *method;
    const char *module;
    const char *package;
  } known[] = {
    { "random-forest", "sklearn", "pip install scikit-learn" },
    { "keras", "keras", "pip install keras" },
    { "torch", "torch", "pip install torch" },
    { "xgboost", "xgboost", "pip install xgboost-cpu" },
    { "lightgbm", "lightgbm", "pip install lightgbm" },
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaMethod) method = NULL;
      g_autofree char *words = g_strdup_printf ("No module named '%s'", known[i].module);

      method = pymva_method_create_for_name (known[i].method, NULL, &error);
      g_assert_no_error (error);
      assert_train_fails (method, dataset, PYMVA_ERROR_IMPORT, words);
      assert_train_fails (method, dataset, PYMVA_ERROR_IMPORT, known[i].package);
      g_assert_false (pymva_method_get_trained (method));
    }
}

/* An empty environment of the tests' own Python. */
static char *
make_environment (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("pymva-bare-XXXXXX", &error);
  const char *argv[] = {
    g_getenv ("PYMVA_PYTHON"), "-m", "venv", "--without-pip", folder, NULL
  };
  int status;

  g_assert_no_error (error);
  g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);

  return folder;
}

static void
remove_environment (const char *folder)
{
  const char *argv[] = { "rm", "-r", folder, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
}

int
main (int argc,
      char *argv[])
{
  g_autofree char *folder = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = make_environment ();
  g_setenv ("PYMVA_PYTHON", folder, TRUE);

  g_test_add_func ("/no-framework/missing", test_missing);

  result = g_test_run ();
  remove_environment (folder);

  return result;
}
