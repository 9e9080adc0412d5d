/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A random forest that tells four classes apart: forest [DATA [MODEL]] trains it on a CSV file
 * whose column "class" names each event's class, and saves the model. */

#include <locale.h>

#include <pymva/pymva.h>

static void
progress_cb (PymvaMethod *method,
             double fraction,
             gpointer user_data)
{
  if (fraction >= 1.0)
    g_print ("trained\n");
}

static PymvaDataset *
load_dataset (const char *path,
              GError **error)
{
  const char *variables[] = { "var1", "var2", "var3", "var4" };
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (PymvaTable) table = pymva_table_new_from_file (file, NULL, NULL, error);
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);

  if (table == NULL || !pymva_dataset_add_labelled (dataset, table, "class", error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    if (!pymva_dataset_add_variable (dataset, variables[i], error))
      return NULL;

  return g_steal_pointer (&dataset);
}

static gboolean
print_importance (PymvaMethod *method,
                  PymvaDataset *dataset,
                  GError **error)
{
  g_autoptr (PymvaTensor) importance = pymva_method_get_importance (method, error);
  g_auto (GStrv) variables = pymva_dataset_list_variables (dataset);
  g_autofree double *values = NULL;

  if (importance == NULL)
    return FALSE;

  values = pymva_tensor_to_doubles (importance, NULL);
  for (guint i = 0; variables[i] != NULL; i++)
    g_print ("importance of %s: %.2f\n", variables[i], values[i]);

  return TRUE;
}

static gboolean
train (const char *data,
       const char *output,
       GError **error)
{
  g_autoptr (PymvaDataset) dataset = load_dataset (data, error);
  g_autoptr (PymvaMethod) forest = NULL;
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaEvaluation) evaluation = NULL;
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (output);

  if (dataset == NULL)
    return FALSE;

  forest = PYMVA_METHOD (pymva_random_forest_new ());
  g_object_set (forest, "n-estimators", 50, "seed", (gint64) 1, NULL);
  g_signal_connect (forest, "progress", G_CALLBACK (progress_cb), NULL);
  if (!pymva_method_train (forest, dataset, NULL, error) ||
      !print_importance (forest, dataset, error))
    return FALSE;

  /* How good it is, on events that it has not seen. */
  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, error);
  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, error);
  if (inputs == NULL || labels == NULL)
    return FALSE;
  responses = pymva_method_predict (forest, inputs, NULL, error);
  if (responses == NULL)
    return FALSE;
  evaluation = pymva_evaluation_new (responses, labels, NULL, error);
  if (evaluation == NULL)
    return FALSE;
  g_print ("mean AUC, one class against the rest: %.2f\n", pymva_evaluation_get_auc (evaluation));

  return pymva_method_save (forest, file, NULL, error);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!train (argc > 1 ? argv[1] : "examples/data/multiclass_example.csv",
              argc > 2 ? argv[2] : "forest.pymva",
              &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
