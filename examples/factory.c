/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Methods that are compared on the same events: factory [DATA] books three on signal and background
 * of a ROOT file, one of which cannot be trained. */

#include <locale.h>

#include <pymva/pymva.h>

static void
trained_cb (PymvaFactory *factory,
            PymvaMethod *method,
            gpointer user_data)
{
  g_print ("trained: %s\n", pymva_method_get_title (method));
}

static gboolean
add_class (PymvaDataset *dataset,
           GFile *file,
           const char *name,
           const char *tree,
           GError **error)
{
  g_autoptr (GVariant) options =
    g_variant_ref_sink (g_variant_new_parsed ("{'tree': <%s>}", tree));
  g_autoptr (PymvaTable) events = pymva_table_new_from_file (file, options, NULL, error);

  return events != NULL && pymva_dataset_add_class (dataset, name, events, 1.0, error);
}

static PymvaDataset *
load_dataset (const char *path,
              GError **error)
{
  const char *variables[] = { "var1", "var2", "var3", "var4" };
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);

  if (!add_class (dataset, file, "Signal", "TreeS", error) ||
      !add_class (dataset, file, "Background", "TreeB", error) ||
      !pymva_dataset_set_options (dataset, "SplitMode=Random:NormMode=NumEvents:!V", error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    if (!pymva_dataset_add_variable (dataset, variables[i], error))
      return NULL;

  return g_steal_pointer (&dataset);
}

static gboolean
book (PymvaFactory *factory,
      const char *name,
      const char *title,
      const char *options,
      GError **error)
{
  g_autoptr (PymvaMethod) method = pymva_method_create_for_name (name, title, error);

  if (method == NULL || !pymva_method_set_options (method, options, error))
    return FALSE;

  pymva_factory_book (factory, method);
  return TRUE;
}

static gboolean
print_results (PymvaFactory *factory,
               GError **error)
{
  g_autoptr (PymvaEvaluation) large = NULL;
  g_autoptr (PymvaEvaluation) small = NULL;
  g_autofree char *tables = pymva_factory_format_tables (factory);
  double lower, upper, difference, p_value, significance, cut;

  large = pymva_factory_get_evaluation (factory, "large", PYMVA_PART_TEST, error);
  small = pymva_factory_get_evaluation (factory, "small", PYMVA_PART_TEST, error);
  if (large == NULL || small == NULL)
    return FALSE;

  pymva_evaluation_get_auc_interval (large, 0.95, &lower, &upper);
  g_print ("ROC integral of large: %.2f, between %.2f and %.2f\n",
           pymva_evaluation_get_auc (large), lower, upper);
  difference = pymva_evaluation_compare_auc (large, small, NULL, &p_value, error);
  g_print ("it is better than small by %.2f, which is %s\n", difference,
           p_value < 0.001 ? "no chance" : "perhaps chance");
  cut = pymva_evaluation_get_best_cut (large, 100, 1000, &significance);
  g_print ("S/sqrt(S+B) is %.1f where the response is above %.1f\n", significance, cut);
  g_print ("%s", tables);

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  const char *path = argc > 1 ? argv[1] : "examples/data/tmva_class_example.root";
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaDataset) dataset = NULL;
  g_autoptr (PymvaFactory) factory = NULL;

  setlocale (LC_CTYPE, "");
  dataset = load_dataset (path, &error);
  if (dataset != NULL)
    {
      factory = pymva_factory_new ("example", dataset);
      g_signal_connect (factory, "method-trained", G_CALLBACK (trained_cb), NULL);
    }
  if (factory == NULL ||
      !book (factory, "PyRandomForest", "small", "NEstimators=2:MaxDepth=2:RandomState=1",
             &error) ||
      !book (factory, "PyRandomForest", "broken", "NEstimators=0", &error) ||
      !book (factory, "random-forest", "large", "n-estimators=60:min-samples-leaf=5:seed=1",
             &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  /* One that fails does not keep the others from being trained. */
  if (!pymva_factory_train_all (factory, NULL, &error))
    g_print ("failed: %s\n", error->message);
  g_clear_error (&error);
  if (!pymva_factory_evaluate_all (factory, NULL, &error) || !print_results (factory, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  return 0;
}
