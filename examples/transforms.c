/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Transformed variables: transforms [DATA] trains forests on several transformations of a CSV file
 * whose column "class" names each event's class, and looks at what a transformation does. */

#include <locale.h>

#include <pymva/pymva.h>

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

/* By itself: decorrelated, then each column between -1 and 1; and back again. */
static gboolean
transform_event (PymvaDataset *dataset,
                 GError **error)
{
  const double event[] = { 0.5, -1, 2, 0.25 };
  g_autoptr (PymvaTransform) transform = pymva_transform_new ("D,N");
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) columns = NULL;
  g_autoptr (PymvaTensor) back = NULL;
  g_auto (GStrv) titles = NULL;
  g_autofree double *values = NULL;
  g_autofree double *variables = NULL;
  gsize n_values;

  if (!pymva_transform_fit (transform, dataset, NULL, error))
    return FALSE;

  inputs = pymva_tensor_new_from_doubles (event, G_N_ELEMENTS (event), 4, error);
  if (inputs == NULL)
    return FALSE;
  columns = pymva_transform_apply (transform, inputs, error);
  if (columns == NULL)
    return FALSE;
  back = pymva_transform_invert (transform, columns, error);
  if (back == NULL)
    return FALSE;

  titles = pymva_transform_list_columns (transform);
  values = pymva_tensor_to_doubles (columns, &n_values);
  variables = pymva_tensor_to_doubles (back, NULL);
  for (gsize i = 0; i < n_values; i++)
    g_print ("%s: %.4f\n", titles[i], values[i]);
  g_print ("back again:");
  for (gsize i = 0; i < n_values; i++)
    g_print (" %.4f", variables[i]);
  g_print ("\n");

  return TRUE;
}

/* In front of a method, which then trains on it, and in its model, which takes plain variables. */
static gboolean
train (PymvaDataset *dataset,
       const char *transforms,
       GError **error)
{
  g_autoptr (PymvaMethod) forest = PYMVA_METHOD (pymva_random_forest_new ());
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaEvaluation) evaluation = NULL;

  g_object_set (forest, "transforms", transforms, "n-estimators", 20, "seed", (gint64) 1, NULL);
  if (!pymva_method_train (forest, dataset, NULL, error))
    return FALSE;

  model = pymva_method_get_model (forest, error);
  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, error);
  if (model == NULL || inputs == NULL)
    return FALSE;
  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, error);
  if (labels == NULL)
    return FALSE;
  responses = pymva_model_predict (model, inputs, error);
  if (responses == NULL)
    return FALSE;
  evaluation = pymva_evaluation_new (responses, labels, NULL, error);
  if (evaluation == NULL)
    return FALSE;
  g_print ("%s: mean AUC %.2f\n", transforms, pymva_evaluation_get_auc (evaluation));

  return TRUE;
}

static gboolean
run (const char *data,
     GError **error)
{
  const char *chains[] = { "I", "G", "D,G", "P_Signal" };
  g_autoptr (PymvaDataset) dataset = load_dataset (data, error);

  if (dataset == NULL || !transform_event (dataset, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    if (!train (dataset, chains[i], error))
      return FALSE;

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!run (argc > 1 ? argv[1] : "examples/data/multiclass_example.csv", &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
