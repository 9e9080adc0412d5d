/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A network of one's own: user-network [DATA] trains a PyTorch model that is written in Python, on
 * the signal and background trees of a ROOT file; all that the code leaves out is the library's. */

#include <locale.h>
#include <string.h>

#include <pymva/pymva.h>

static const char user_code[] =
  "import torch\n"
  "\n"
  "def model(n_inputs, n_outputs):\n"
  "    return torch.nn.Sequential(\n"
  "        torch.nn.Linear(n_inputs, 32), torch.nn.Tanh(),\n"
  "        torch.nn.Linear(32, 32), torch.nn.Tanh(),\n"
  "        torch.nn.Linear(32, n_outputs))\n"
  "\n"
  "def optimizer(parameters):\n"
  "    return torch.optim.RMSprop(parameters, lr=0.003)\n";

static PymvaTable *
load_tree (GFile *file,
           const char *tree,
           GError **error)
{
  g_autoptr (GVariant) options = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "tree", "s", tree);
  options = g_variant_ref_sink (g_variant_dict_end (&dict));

  return pymva_table_new_from_file (file, options, NULL, error);
}

static PymvaDataset *
load_dataset (const char *path,
              GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (PymvaTable) signal = NULL;
  g_autoptr (PymvaTable) background = NULL;
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);

  signal = load_tree (file, "TreeS", error);
  if (signal == NULL)
    return NULL;
  background = load_tree (file, "TreeB", error);
  if (background == NULL)
    return NULL;

  if (!pymva_dataset_add_variable (dataset, "sum := var1 + var2", error) ||
      !pymva_dataset_add_variable (dataset, "difference := var1 - var2", error) ||
      !pymva_dataset_add_variable (dataset, "var3", error) ||
      !pymva_dataset_add_variable (dataset, "var4", error) ||
      !pymva_dataset_add_class (dataset, "signal", signal, 1.0, error) ||
      !pymva_dataset_add_class (dataset, "background", background, 1.0, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

static gboolean
train (const char *data,
       GError **error)
{
  g_autoptr (PymvaDataset) dataset = load_dataset (data, error);
  g_autoptr (PymvaMethod) network = NULL;
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaEvaluation) evaluation = NULL;
  g_autoptr (GError) local_error = NULL;

  if (dataset == NULL)
    return FALSE;

  network = PYMVA_METHOD (pymva_torch_new ());
  g_object_set (network, "user-code", user_code, "epochs", 10, "seed", (gint64) 1, NULL);
  if (!pymva_method_train (network, dataset, NULL, error))
    return FALSE;

  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, error);
  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, error);
  if (inputs == NULL || labels == NULL)
    return FALSE;
  responses = pymva_method_predict (network, inputs, NULL, error);
  if (responses == NULL)
    return FALSE;
  evaluation = pymva_evaluation_new (responses, labels, NULL, error);
  if (evaluation == NULL)
    return FALSE;
  g_print ("AUC: %.2f\n", pymva_evaluation_get_auc (evaluation));

  /* A mistake in the code comes back with its file and line. */
  g_object_set (network, "user-code", "def model():\n    return undefined_name\n", NULL);
  if (!pymva_method_train (network, dataset, NULL, &local_error))
    {
      g_autofree char *type = pymva_error_dup_exception_type (local_error);
      g_autofree char *line =
        g_strndup (local_error->message, strcspn (local_error->message, "\n"));

      g_print ("%s, as it should: %s\n", type, line);
    }

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!train (argc > 1 ? argv[1] : "examples/data/tmva_class_example.root", &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
