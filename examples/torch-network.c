/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A PyTorch network without a line of Python: torch-network [DATA] learns a function of two
 * variables from a ROOT file, prints each epoch while it trains, and says how far off it is. */

#include <locale.h>
#include <math.h>

#include <pymva/pymva.h>

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  double training_loss = 0.0;

  g_variant_lookup (metrics, "training_loss", "d", &training_loss);
  g_print ("epoch %u: training loss %.4f\n", index + 1, training_loss);
}

static PymvaDataset *
load_dataset (const char *path,
              GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (PymvaTable) table = pymva_table_new_from_file (file, NULL, NULL, error);
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);

  if (table == NULL ||
      !pymva_dataset_add_variable (dataset, "var1", error) ||
      !pymva_dataset_add_variable (dataset, "var2", error) ||
      !pymva_dataset_add_target (dataset, "fvalue", error) ||
      !pymva_dataset_add_events (dataset, table, 1.0, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

/* The root of the mean squared difference between the predictions and the true values. */
static double
root_mean_square (PymvaTensor *predictions,
                  PymvaTensor *targets)
{
  gsize n;
  g_autofree double *predicted = pymva_tensor_to_doubles (predictions, &n);
  g_autofree double *expected = pymva_tensor_to_doubles (targets, NULL);
  double sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += (predicted[i] - expected[i]) * (predicted[i] - expected[i]);

  return sqrt (sum / n);
}

static gboolean
train (const char *data,
       GError **error)
{
  g_autoptr (PymvaDataset) dataset = load_dataset (data, error);
  g_autoptr (PymvaMethod) network = NULL;
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) targets = NULL;
  g_autoptr (PymvaTensor) predictions = NULL;

  if (dataset == NULL)
    return FALSE;

  network = PYMVA_METHOD (pymva_torch_new ());
  g_object_set (network, "hidden-layers", "64,64", "epochs", 10, "seed", (gint64) 1, NULL);
  g_signal_connect (network, "iteration", G_CALLBACK (iteration_cb), NULL);
  if (!pymva_method_train (network, dataset, NULL, error))
    return FALSE;

  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, error);
  targets = pymva_dataset_get_targets (dataset, PYMVA_PART_TEST, error);
  if (inputs == NULL || targets == NULL)
    return FALSE;
  predictions = pymva_method_predict (network, inputs, NULL, error);
  if (predictions == NULL)
    return FALSE;
  g_print ("root mean square error: %.1f\n", root_mean_square (predictions, targets));

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!train (argc > 1 ? argv[1] : "examples/data/tmva_reg_example.root", &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
