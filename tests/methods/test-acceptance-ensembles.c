/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "acceptance.h"
#include "score-data.h"

/* The rows of scikit-learn's ensembles in PyMVA's acceptance tests: with the option strings of
 * those tests, and with the same said by properties. */
static const struct
{
  const char *path;
  Acceptance acceptance;
  const char *pymva_name;
  const char *options;
  const char *name;
  const char *parameters;
} rows[] = {
  { "random-forest/classification", { PYMVA_ANALYSIS_TYPE_CLASSIFICATION, 0, 0.6, 0.4 },
    "PyRandomForest", "!H:!V:NEstimators=10", "random-forest", "{'n-estimators': <10>}" },
  { "random-forest/multiclass", { PYMVA_ANALYSIS_TYPE_MULTICLASS, 200, 0.3, 1.0 },
    "PyRandomForest", "!H:!V:NEstimators=10", "random-forest", "{'n-estimators': <10>}" },
  { "gradient-boosting/classification", { PYMVA_ANALYSIS_TYPE_CLASSIFICATION, 0, 0.6, 0.4 },
    "PyGTB", "!H:!V:NEstimators=100", "gradient-boosting", "{'n-estimators': <100>}" },
  { "gradient-boosting/multiclass", { PYMVA_ANALYSIS_TYPE_MULTICLASS, 200, 0.3, 1.0 },
    "PyGTB", "!H:!V", "gradient-boosting", "@a{sv} {}" },
  { "ada-boost/classification", { PYMVA_ANALYSIS_TYPE_CLASSIFICATION, 0, 0.5, 0.5 },
    "PyAdaBoost", "!H:!V:NEstimators=50", "ada-boost", "{'n-estimators': <50>}" },
  { "ada-boost/multiclass", { PYMVA_ANALYSIS_TYPE_MULTICLASS, 200, 0.25, 1.0 },
    "PyAdaBoost", "!H:!V:NEstimators=50", "ada-boost", "{'n-estimators': <50>}" },
};

static void
test_options (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);

  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaMethod) method =
        pymva_method_create_for_name (rows[row].pymva_name, NULL, &error);

      g_assert_no_error (error);
      pymva_method_set_options (method, rows[row].options, &error);
      g_assert_no_error (error);
      assert_accepted (method, &rows[row].acceptance, seed);
    }
}

static void
test_properties (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);

  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaMethod) method =
        pymva_method_create_for_name (rows[row].name, NULL, &error);

      g_assert_no_error (error);
      pymva_method_set_parameters (method, g_variant_new_parsed (rows[row].parameters), &error);
      g_assert_no_error (error);
      assert_accepted (method, &rows[row].acceptance, seed);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *options = g_strconcat ("/acceptance/", rows[i].path, "/options", NULL);
      g_autofree char *properties = g_strconcat ("/acceptance/", rows[i].path, "/properties",
                                                 NULL);

      g_test_add_data_func (options, GUINT_TO_POINTER (i), test_options);
      g_test_add_data_func (properties, GUINT_TO_POINTER (i), test_properties);
    }

  return g_test_run ();
}
