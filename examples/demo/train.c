/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The first half of the demo: train DATA FOLDER trains a random forest and a network on the signal
 * and background trees of a ROOT file, prints how good they are, and leaves in FOLDER two models
 * and the test events with the answers that scikit-learn and PyTorch gave for them. */

#include <locale.h>
#include <unistd.h>

#include <pymva/pymva.h>

#define N_METHODS 2

static const char *variables[] = { "var1", "var2", "var3", "var4" };

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
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) signal = load_tree (file, "TreeS", error);
  g_autoptr (PymvaTable) background = NULL;

  if (signal == NULL)
    return NULL;
  background = load_tree (file, "TreeB", error);
  if (background == NULL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    if (!pymva_dataset_add_variable (dataset, variables[i], error))
      return NULL;
  if (!pymva_dataset_add_class (dataset, "Signal", signal, 1.0, error) ||
      !pymva_dataset_add_class (dataset, "Background", background, 1.0, error) ||
      !pymva_dataset_prepare (dataset, NULL, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

/* One line per method: rewritten in place on a terminal, printed at the end elsewhere. */
static void
progress_cb (PymvaMethod *method,
             double fraction,
             gpointer user_data)
{
  gboolean terminal = isatty (STDOUT_FILENO);
  int filled = (int) (fraction * 30);

  if (!terminal && fraction < 1.0)
    return;
  g_print ("%s%-14s [%.*s%.*s] %3.0f %%%s",
           terminal ? "\r" : "",
           pymva_method_get_title (method),
           filled, "##############################",
           30 - filled, "..............................",
           fraction * 100.0,
           terminal && fraction < 1.0 ? "" : "\n");
}

static gboolean
print_roc_table (PymvaMethod **methods,
                 PymvaTensor **responses,
                 PymvaTensor *labels,
                 GError **error)
{
  g_print ("\n%-14s %6s   signal efficiency at background of  %8s\n", "", "", "training");
  g_print ("%-14s %6s %11s %11s %11s %9s\n", "Method", "AUC", "0.01", "0.10", "0.30", "time");
  for (guint i = 0; i < N_METHODS; i++)
    {
      g_autoptr (PymvaEvaluation) evaluation =
        pymva_evaluation_new (responses[i], labels, NULL, error);

      if (evaluation == NULL)
        return FALSE;
      g_print ("%-14s %6.3f %11.3f %11.3f %11.3f %7.2f s\n",
               pymva_method_get_title (methods[i]),
               pymva_evaluation_get_auc (evaluation),
               pymva_evaluation_get_signal_efficiency (evaluation, 0.01),
               pymva_evaluation_get_signal_efficiency (evaluation, 0.10),
               pymva_evaluation_get_signal_efficiency (evaluation, 0.30),
               pymva_method_get_training_time (methods[i]));
    }
  g_print ("\n");

  return TRUE;
}

/* The test events as CSV, with one more column for each method's responses. Nine digits name a
 * float without loss. */
static gboolean
write_events (GFile *folder,
              PymvaTensor *inputs,
              PymvaMethod **methods,
              PymvaTensor **responses,
              GError **error)
{
  g_autoptr (GFile) file = g_file_get_child (folder, "events.csv");
  g_autoptr (GString) text = g_string_new ("var1,var2,var3,var4");
  g_autofree double *values = NULL;
  g_autofree double *first = pymva_tensor_to_doubles (responses[0], NULL);
  g_autofree double *second = pymva_tensor_to_doubles (responses[1], NULL);
  gsize n_values;

  values = pymva_tensor_to_doubles (inputs, &n_values);
  for (guint i = 0; i < N_METHODS; i++)
    g_string_append_printf (text, ",%s", pymva_method_get_title (methods[i]));
  for (gsize row = 0; row < n_values / G_N_ELEMENTS (variables); row++)
    {
      const double *event = values + row * G_N_ELEMENTS (variables);

      g_string_append_printf (text, "\n%.9g,%.9g,%.9g,%.9g,%.9g,%.9g",
                              event[0], event[1], event[2], event[3], first[row], second[row]);
    }
  g_string_append_c (text, '\n');

  return g_file_replace_contents (
    file, text->str, text->len, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, error);
}

static gboolean
save (PymvaMethod *method,
      GFile *folder,
      GError **error)
{
  g_autofree char *name = g_strconcat (pymva_method_get_title (method), ".pymva", NULL);
  g_autoptr (GFile) file = g_file_get_child (folder, name);

  if (!pymva_method_save (method, file, NULL, error))
    return FALSE;
  g_print ("saved %s\n", name);

  return TRUE;
}

static gboolean
train (const char *data,
       GFile *folder,
       GError **error)
{
  g_autoptr (PymvaDataset) dataset = load_dataset (data, error);
  g_autoptr (PymvaMethod) forest = PYMVA_METHOD (pymva_random_forest_new ());
  g_autoptr (PymvaMethod) network = PYMVA_METHOD (pymva_torch_new ());
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  g_autoptr (PymvaTensor) forest_responses = NULL;
  g_autoptr (PymvaTensor) network_responses = NULL;
  PymvaMethod *methods[N_METHODS] = { forest, network };
  PymvaTensor *responses[N_METHODS];

  if (dataset == NULL)
    return FALSE;
  g_print ("%" G_GINT64_FORMAT " events to train, %" G_GINT64_FORMAT " to test\n\n",
           pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, NULL),
           pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, NULL));

  g_object_set (forest, "title", "RandomForest", "n-estimators", 100, "seed", (gint64) 1, NULL);
  g_object_set (network, "title", "Torch", "hidden-layers", "64,64", "epochs", 20,
                "seed", (gint64) 1, NULL);
  for (guint i = 0; i < N_METHODS; i++)
    {
      g_signal_connect (methods[i], "progress", G_CALLBACK (progress_cb), NULL);
      if (!pymva_method_train (methods[i], dataset, NULL, error))
        return FALSE;
    }

  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, error);
  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, error);
  if (inputs == NULL || labels == NULL)
    return FALSE;
  responses[0] = forest_responses = pymva_method_predict (forest, inputs, NULL, error);
  if (forest_responses == NULL)
    return FALSE;
  responses[1] = network_responses = pymva_method_predict (network, inputs, NULL, error);
  if (network_responses == NULL)
    return FALSE;

  return print_roc_table (methods, responses, labels, error) &&
         save (forest, folder, error) &&
         save (network, folder, error) &&
         write_events (folder, inputs, methods, responses, error);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (argc != 3)
    {
      g_printerr ("usage: %s DATA FOLDER\n", argv[0]);
      return 2;
    }

  folder = g_file_new_for_commandline_arg (argv[2]);
  if (!train (argv[1], folder, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
