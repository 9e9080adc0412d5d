/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <glib/gstdio.h>
#include <pymva/pymva.h>

#include "events.h"

/* The frameworks that a distribution has, in a Python that lacks some: on events of a CSV file and
 * of an .npz file, since ROOT files need a package that is not there. */

static PymvaTable *
read_table (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  PymvaTable *table = pymva_table_new_from_file (file, NULL, NULL, &error);

  g_assert_no_error (error);

  return table;
}

static PymvaTable *
read_csv (void)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("PYMVA_DATA_DIR"), "multiclass_example.csv", NULL);

  return read_table (path);
}

static void
add_variables (PymvaDataset *dataset)
{
  static const char * const names[] = { "var1", "var2", "var3", "var4" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      pymva_dataset_add_variable (dataset, names[i], &error);
      g_assert_no_error (error);
    }
}

static PymvaDataset *
new_classes (PymvaTable *table)
{
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_labelled (dataset, table, "class", &error);
  g_assert_no_error (error);
  add_variables (dataset);

  return dataset;
}

/* Four classes: a guess would be right for a quarter of the events. */
static void
test_csv (gconstpointer parameters)
{
  const char * const *names = parameters;
  g_autoptr (PymvaTable) table = read_csv ();
  g_autoptr (PymvaDataset) dataset = new_classes (table);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) method = pymva_method_create_for_name (names[0], NULL, &error);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) responses = NULL;

  g_assert_no_error (error);
  g_assert_true (pymva_method_set_options (method, names[1], &error));
  g_assert_no_error (error);
  assert_train (method, dataset);
  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  responses = pymva_method_predict (method, inputs, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.8);
}

/* Columns of NumPy's own format, written by the NumPy of this Python. */
static void
test_npz (void)
{
  static const char code[] =
    "import numpy as np\n"
    "rows = np.genfromtxt(source, delimiter=',', names=True, usecols=(1, 2, 3, 4))\n"
    "np.savez(target, **{name: rows[name] for name in rows.dtype.names})\n";
  g_autofree char *source =
    g_build_filename (g_getenv ("PYMVA_DATA_DIR"), "multiclass_example.csv", NULL);
  g_autofree char *folder = g_dir_make_tmp ("pymva-npz-XXXXXX", NULL);
  g_autofree char *target = g_build_filename (folder, "events.npz", NULL);
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (GError) error = NULL;
  g_auto (GVariantDict) words;
  g_autoptr (PymvaObject) names = NULL;
  g_autoptr (PymvaObject) ran = NULL;
  g_autoptr (PymvaTable) table = NULL;
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_random_forest_new ());

  g_variant_dict_init (&words, NULL);
  g_variant_dict_insert (&words, "source", "s", source);
  g_variant_dict_insert (&words, "target", "s", target);
  names = pymva_object_new_from_variant (g_variant_dict_end (&words), &error);
  g_assert_no_error (error);
  ran = pymva_interpreter_run (interpreter, code, names, NULL, &error);
  g_assert_no_error (error);

  table = read_table (target);
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 4000);
  pymva_dataset_add_events (dataset, table, 1.0, &error);
  g_assert_no_error (error);
  pymva_dataset_add_variable (dataset, "var1", NULL);
  pymva_dataset_add_variable (dataset, "var2", NULL);
  pymva_dataset_add_target (dataset, "var1 + var2", &error);
  g_assert_no_error (error);
  g_object_set (method, "n-estimators", 5, NULL);
  assert_train (method, dataset);
  g_object_unref (assert_same_answers (method, dataset, "forest", 0.0));

  g_assert_cmpint (g_remove (target), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_missing (void)
{
  static const struct
  {
    const char *method;
    const char *package;
  } missing[] = {
    { "keras", "pip install keras" },
    { "lightgbm", "pip install lightgbm" },
  };
  g_autoptr (PymvaTable) table = read_csv ();
  g_autoptr (PymvaDataset) dataset = new_classes (table);

  for (guint i = 0; i < G_N_ELEMENTS (missing); i++)
    {
      g_autoptr (PymvaMethod) method = pymva_method_create_for_name (missing[i].method, NULL, NULL);

      assert_train_fails (method, dataset, PYMVA_ERROR_IMPORT, missing[i].package);
      assert_train_fails (method, dataset, PYMVA_ERROR_IMPORT, "choose an environment that has it");
    }
}

static void
test_missing_reader (void)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("PYMVA_DATA_DIR"), "tmva_reg_example.root", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_table_new_from_file (file, NULL, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_IMPORT);
  g_assert_nonnull (strstr (error->message, "pip install uproot"));
}

/* The list of methods says the same before anything fails. */
static void
test_list (void)
{
  g_autoptr (GListModel) infos = pymva_method_info_list_all ();

  for (guint i = 0; i < g_list_model_get_n_items (infos); i++)
    {
      g_autoptr (PymvaMethodInfo) info = g_list_model_get_item (infos, i);
      const char *name = pymva_method_info_get_name (info);
      gboolean missing = g_str_equal (name, "keras") || g_str_equal (name, "lightgbm");
      g_autoptr (GError) error = NULL;

      g_assert_true (pymva_method_info_check (info, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (pymva_method_info_get_availability (info), ==,
                       missing ? PYMVA_AVAILABILITY_UNAVAILABLE : PYMVA_AVAILABILITY_AVAILABLE);
      g_assert_cmpint (pymva_method_info_get_problem (info) != NULL, ==, missing);
      g_assert_cmpint (pymva_method_info_get_framework_version (info) != NULL, ==, !missing);
    }
}

int
main (int argc,
      char *argv[])
{
  static const char * const methods[][2] = {
    { "PyRandomForest", "NEstimators=20" },
    { "PyGTB", "NEstimators=60" },
    { "PyAdaBoost", "max-depth=4" },
    { "sklearn", "estimator=sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis" },
    { "xgboost", "NEstimators=20" },
    { "torch", "NumEpochs=20" },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autofree char *path = g_strconcat ("/second-stack/csv/", methods[i][0], NULL);

      g_test_add_data_func (path, methods[i], test_csv);
    }
  g_test_add_func ("/second-stack/npz", test_npz);
  g_test_add_func ("/second-stack/missing", test_missing);
  g_test_add_func ("/second-stack/missing-reader", test_missing_reader);
  g_test_add_func ("/second-stack/list", test_list);

  return g_test_run ();
}
