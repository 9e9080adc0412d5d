/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One model of what a cross-validation has trained: cross-validation [DATA [MODEL]] trains three
 * forests on a ROOT file, each without a third of the events, and saves a model in which every
 * event is answered by the forest that has not seen it. */

#include <locale.h>

#include <pymva/pymva.h>

#define N_FOLDS 3
/* The number of an event's fold, from digits that say nothing of what is learnt. */
#define FOLD "int (fabs (var1) * 1e4) % 3"

static gboolean
train_folds (PymvaDataset *dataset,
             GPtrArray *members,
             GError **error)
{
  for (int fold = 0; fold < N_FOLDS; fold++)
    {
      g_autoptr (PymvaMethod) forest = PYMVA_METHOD (pymva_random_forest_new ());
      g_autofree char *cut = g_strdup_printf ("%s != %d", FOLD, fold);

      g_object_set (forest, "n-estimators", 10, "max-depth", 10, "seed", (gint64) 1, NULL);
      if (!pymva_dataset_set_cut (dataset, NULL, cut, error) ||
          !pymva_method_train (forest, dataset, NULL, error))
        return FALSE;
      g_ptr_array_add (members, pymva_method_get_model (forest, NULL));
    }

  return TRUE;
}

static gboolean
cross_validate (const char *data,
                const char *output,
                GError **error)
{
  g_autoptr (GFile) data_file = g_file_new_for_commandline_arg (data);
  g_autoptr (GFile) model_file = g_file_new_for_commandline_arg (output);
  g_autoptr (PymvaTable) events = pymva_table_new_from_file (data_file, NULL, NULL, error);
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (PymvaModel) ensemble = NULL;
  g_autoptr (PymvaTensor) answers = NULL;
  g_autofree double *values = NULL;

  pymva_dataset_set_test_fraction (dataset, 0);
  if (events == NULL || !pymva_dataset_add_events (dataset, events, 1.0, error) ||
      !pymva_dataset_add_variable (dataset, "var1", error) ||
      !pymva_dataset_add_variable (dataset, "var2", error) ||
      !pymva_dataset_add_target (dataset, "fvalue", error) ||
      !train_folds (dataset, members, error))
    return FALSE;

  g_variant_dict_insert (&options, "fold", "s", FOLD);
  g_variant_dict_insert (&options, "title", "s", "Three folds");
  ensemble = pymva_model_new_ensemble ((PymvaModel **) members->pdata, members->len,
                                       g_variant_dict_end (&options), error);
  if (ensemble == NULL || !pymva_model_save (ensemble, model_file, NULL, error))
    return FALSE;

  /* Events of no fold, whose FOLD is another number, would be answered by all three together. */
  answers = pymva_model_predict_table (ensemble, events, error);
  if (answers == NULL)
    return FALSE;
  values = pymva_tensor_to_doubles (answers, NULL);
  g_print ("%s: %.1f for the first event\n", pymva_model_get_title (ensemble), values[0]);

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!cross_validate (argc > 1 ? argv[1] : "examples/data/tmva_reg_example.root",
                       argc > 2 ? argv[2] : "folds.pymva", &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
