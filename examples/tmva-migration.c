/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A PyMVA analysis, line by line: tmva-migration [DATA [MODEL]] books, trains and tests a method on
 * ROOT's example, as TMVA's tutorials do, and applies it as TMVA's Reader does. Above each step
 * stands what it was. */

#include <locale.h>
#include <math.h>

#include <pymva/pymva.h>

static PymvaTable *
read_tree (const char *path,
           const char *tree,
           GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_auto (GVariantDict) options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "tree", "s", tree);

  return pymva_table_new_from_file (file, g_variant_dict_end (&options), NULL, error);
}

/* auto loader = new TMVA::DataLoader ("dataset"); */
static PymvaDataset *
load (const char *path,
      GError **error)
{
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) signal = NULL;
  g_autoptr (PymvaTable) background = NULL;

  /* auto signal = file->Get<TTree> ("TreeS"), background = file->Get<TTree> ("TreeB"); */
  signal = read_tree (path, "TreeS", error);
  if (signal == NULL)
    return NULL;
  background = read_tree (path, "TreeB", error);
  if (background == NULL)
    return NULL;

  /* loader->AddVariable ("myvar1 := var1+var2", 'F');
   * loader->AddVariable ("myvar2 := var1-var2", "Expression 2", "", 'F');
   * loader->AddVariable ("var3", "Variable 3", "units", 'F');
   * loader->AddVariable ("var4", "Variable 4", "units", 'F');
   * loader->AddSpectator ("spec1 := var1*2", "Spectator 1", "units", 'F'); */
  if (!pymva_dataset_add_variable (dataset, "myvar1 := var1+var2", error) ||
      !pymva_dataset_add_variable_full (dataset, "myvar2 := var1-var2", "Expression 2", "",
                                        error) ||
      !pymva_dataset_add_variable_full (dataset, "var3", "Variable 3", "units", error) ||
      !pymva_dataset_add_variable_full (dataset, "var4", "Variable 4", "units", error) ||
      !pymva_dataset_add_spectator (dataset, "spec1 := var1*2", error))
    return NULL;

  /* loader->AddSignalTree (signal, 1.0);
   * loader->AddBackgroundTree (background, 1.0);
   * loader->SetBackgroundWeightExpression ("weight"); */
  if (!pymva_dataset_add_class (dataset, "Signal", signal, 1.0, error) ||
      !pymva_dataset_add_class (dataset, "Background", background, 1.0, error) ||
      !pymva_dataset_set_weight_expression (dataset, "Background", "weight", error))
    return NULL;

  /* loader->PrepareTrainingAndTestTree ("abs(var1)<5", "nTrain_Signal=2000:…"); */
  if (!pymva_dataset_set_cut (dataset, NULL, "abs(var1) < 5", error) ||
      !pymva_dataset_set_options (dataset, "nTrain_Signal=2000:nTrain_Background=2000:"
                                  "SplitMode=Random:SplitSeed=100:NormMode=NumEvents:!V", error))
    return NULL;

  return g_steal_pointer (&dataset);
}

/* auto factory = new TMVA::Factory ("job", output, "!V:AnalysisType=Classification"); */
static gboolean
train (PymvaDataset *dataset,
       GFile *model_file,
       GError **error)
{
  g_autoptr (PymvaFactory) factory = pymva_factory_new ("job", dataset);
  g_autoptr (PymvaEvaluation) evaluation = NULL;
  g_autoptr (PymvaMethod) method = NULL;

  /* factory->BookMethod (loader, TMVA::Types::kPyRandomForest, "PyRandomForest",
   *                      "!H:!V:NEstimators=100:MaxDepth=None:CreateMVAPdfs"); */
  method = pymva_method_create_for_name ("PyRandomForest", NULL, error);
  if (method == NULL ||
      !pymva_method_set_options (method, "!H:!V:NEstimators=100:MaxDepth=None:CreateMVAPdfs",
                                 error))
    return FALSE;
  pymva_factory_book (factory, method);

  /* factory->TrainAllMethods (); factory->TestAllMethods (); factory->EvaluateAllMethods (); */
  if (!pymva_factory_train_all (factory, NULL, error) ||
      !pymva_factory_test_all (factory, NULL, error) ||
      !pymva_factory_evaluate_all (factory, NULL, error))
    return FALSE;

  /* factory->GetROCIntegral (loader, "PyRandomForest"); */
  evaluation = pymva_factory_get_evaluation (factory, "PyRandomForest", PYMVA_PART_TEST, error);
  if (evaluation == NULL)
    return FALSE;
  g_print ("ROC integral %.2f\n", pymva_evaluation_get_auc (evaluation));

  /* TMVA wrote dataset/weights/job_PyRandomForest.weights.xml, and PyMVA a pickle beside it. */
  return pymva_method_save (method, model_file, NULL, error);
}

/* auto reader = new TMVA::Reader (); */
static gboolean
apply (GFile *model_file,
       const char *path,
       GError **error)
{
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaTable) signal = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autofree double *response = NULL;
  const double event[] = { 2.0, 0.1, 1.2, 1.9 };
  double probability;
  double rarity;
  gsize n_responses;

  /* reader->AddVariable ("myvar1 := var1+var2", &var1); … reader->AddSpectator (…);
   * reader->BookMVA ("PyRandomForest", "dataset/weights/job_PyRandomForest.weights.xml"); */
  model = pymva_model_load (model_file, NULL, error);
  if (model == NULL)
    return FALSE;

  /* var1 = 2.0; …; reader->EvaluateMVA ("PyRandomForest"); */
  response = pymva_model_predict_event (model, event, G_N_ELEMENTS (event), &n_responses, error);
  if (response == NULL)
    return FALSE;
  g_print ("response %.2f\n", response[0]);

  /* reader->GetProba ("PyRandomForest", 0.1); reader->GetRarity ("PyRandomForest"); */
  rarity = pymva_model_get_rarity (model, response[0], error);
  if (isnan (rarity))
    return FALSE;
  probability = pymva_model_get_signal_probability (model, response[0], 0.1, error);
  g_print ("P(signal) %.2f, rarity %.2f\n", probability, rarity);

  /* for (Long64_t i = 0; i < signal->GetEntries (); i++)
   *   { signal->GetEntry (i); reader->EvaluateMVA ("PyRandomForest"); } */
  signal = read_tree (path, "TreeS", error);
  if (signal == NULL)
    return FALSE;
  responses = pymva_model_predict_table (model, signal, error);
  if (responses == NULL)
    return FALSE;
  g_print ("%" G_GINT64_FORMAT " events of the tree\n",
           pymva_tensor_get_shape (responses, NULL)[0]);

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  const char *path = argc > 1 ? argv[1] : "examples/data/tmva_class_example.root";
  g_autoptr (GFile) model_file =
    g_file_new_for_commandline_arg (argc > 2 ? argv[2] : "PyRandomForest.pymva");
  g_autoptr (PymvaDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  dataset = load (path, &error);
  if (dataset == NULL || !train (dataset, model_file, &error) || !apply (model_file, path, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
