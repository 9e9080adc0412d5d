/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/pymva-tensor-private.h"

#include "events.h"
#include "score-data.h"

static PymvaTable *
read_table (const char *name,
            const char *options)
{
  g_autofree char *path = g_build_filename (g_getenv ("PYMVA_DATA_DIR"), name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  PymvaTable *table;

  table = pymva_table_new_from_file (file, g_variant_new_parsed (options), NULL, &error);
  g_assert_no_error (error);

  return table;
}

static void
add_variables (PymvaDataset *dataset,
               const char *prefix,
               int first,
               int last)
{
  g_autoptr (GError) error = NULL;

  for (int i = first; i <= last; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s%d", prefix, i);

      pymva_dataset_add_variable (dataset, name, &error);
      g_assert_no_error (error);
    }
}

PymvaDataset *
new_class_example (guint seed)
{
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) signal = read_table ("tmva_class_example.root", "{'tree': <'TreeS'>}");
  g_autoptr (PymvaTable) background = read_table ("tmva_class_example.root",
                                                  "{'tree': <'TreeB'>}");
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_class (dataset, "signal", signal, 1.0, &error);
  g_assert_no_error (error);
  pymva_dataset_add_class (dataset, "background", background, 1.0, &error);
  g_assert_no_error (error);
  add_variables (dataset, "var", 1, 4);
  pymva_dataset_set_seed (dataset, seed);

  return dataset;
}

static PymvaTable *
read_higgs (const char *name,
            const char *weights_name)
{
  g_autoptr (PymvaTable) table =
    read_table (name, "{'format': <'csv'>, 'delimiter': <'\t'>, 'header': <false>}");
  g_autoptr (PymvaTable) weights = read_table (weights_name,
                                               "{'format': <'csv'>, 'header': <false>}");
  g_autoptr (PymvaTensor) column = pymva_table_get_column (weights, "column1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pymva_table_add_column (table, "weight", column, &error));
  g_assert_no_error (error);

  return g_steal_pointer (&table);
}

PymvaDataset *
new_higgs (void)
{
  static const char * const classes[] = { "signal", "background" };
  static const char * const cuts[] = { "column1 == 1", "column1 == 0" };
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) training = read_higgs ("higgs.train", "higgs.train.weight");
  g_autoptr (PymvaTable) test = read_higgs ("higgs.test", "higgs.test.weight");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      pymva_dataset_add_class_part (dataset, classes[i], training, 1.0, PYMVA_PART_TRAINING,
                                    &error);
      g_assert_no_error (error);
      pymva_dataset_add_class_part (dataset, classes[i], test, 1.0, PYMVA_PART_TEST, &error);
      g_assert_no_error (error);
      pymva_dataset_set_cut (dataset, classes[i], cuts[i], &error);
      g_assert_no_error (error);
    }
  pymva_dataset_set_weight_expression (dataset, NULL, "weight", &error);
  g_assert_no_error (error);
  add_variables (dataset, "column", 2, 29);

  return dataset;
}

PymvaDataset *
new_multiclass_example (guint seed)
{
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);
  g_autoptr (PymvaTable) events = read_table ("multiclass_example.csv", "@a{sv} {}");
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_labelled (dataset, events, "class", &error);
  g_assert_no_error (error);
  add_variables (dataset, "var", 1, 4);
  pymva_dataset_set_seed (dataset, seed);

  return dataset;
}

PymvaDataset *
new_regression_example (guint seed)
{
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaTable) events = read_table ("tmva_reg_example.root", "{'tree': <'TreeR'>}");
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_events (dataset, events, 1.0, &error);
  g_assert_no_error (error);
  add_variables (dataset, "var", 1, 2);
  pymva_dataset_add_target (dataset, "fvalue", &error);
  g_assert_no_error (error);
  pymva_dataset_set_seed (dataset, seed);

  return dataset;
}

PymvaTensor *
train_and_score (const char *name,
                 const char *parameters,
                 gint64 seed,
                 PymvaDataset *dataset,
                 const char *engine,
                 double tolerance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) method = pymva_method_create_for_name (name, NULL, &error);

  g_assert_no_error (error);
  pymva_method_set_parameters (method, g_variant_new_parsed (parameters), &error);
  g_assert_no_error (error);
  pymva_method_set_seed (method, seed);
  assert_train (method, dataset);
  g_test_message ("%s, seed %" G_GINT64_FORMAT ": trained in %.2f s", name, seed,
                  pymva_method_get_training_time (method));

  return assert_same_answers (method, dataset, engine, tolerance);
}

void
assert_auc (PymvaTensor *responses,
            PymvaDataset *dataset,
            double least)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  g_autoptr (PymvaTensor) weights = NULL;
  g_autoptr (PymvaEvaluation) evaluation = NULL;

  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  weights = pymva_dataset_get_weights (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  evaluation = pymva_evaluation_new (responses, labels, weights, &error);
  g_assert_no_error (error);
  g_test_message ("area under the ROC curve: %.4f", pymva_evaluation_get_auc (evaluation));
  g_assert_cmpfloat (pymva_evaluation_get_auc (evaluation), >=, least);
}

void
assert_mean_square (PymvaTensor *predictions,
                    PymvaDataset *dataset,
                    double most)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) targets = NULL;
  g_autofree double *found = NULL;
  g_autofree double *expected = NULL;
  double sum = 0.0;
  gsize n_values;

  targets = pymva_dataset_get_targets (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  expected = pymva_tensor_to_doubles (targets, &n_values);
  found = pymva_tensor_to_doubles (predictions, &n_values);
  for (gsize i = 0; i < n_values; i++)
    sum += (found[i] - expected[i]) * (found[i] - expected[i]);
  g_test_message ("mean squared error: %.4f", sum / n_values);
  g_assert_cmpfloat (sum / n_values, <=, most);
}

void
assert_class_shares (PymvaTensor *responses,
                     PymvaDataset *dataset,
                     double least_share,
                     double least_accuracy)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  g_auto (GStrv) classes = pymva_dataset_list_classes (dataset);
  gint64 n_events = pymva_tensor_get_length (responses, 0);
  double accuracy = get_accuracy (responses, dataset);

  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  for (gint64 class_number = 0; classes[class_number] != NULL; class_number++)
    {
      double sum = 0.0;
      gint64 n_own = 0;

      for (gint64 i = 0; i < n_events; i++)
        if ((gint64) pymva_tensor_get_value (labels, &i, 1) == class_number)
          {
            sum += pymva_tensor_get_value (responses, (gint64[]) { i, class_number }, 2);
            n_own++;
          }
      g_test_message ("mean probability of the class “%s” for its own events: %.4f",
                      classes[class_number], sum / n_own);
      g_assert_cmpfloat (sum / n_own, >=, least_share);
    }
  g_test_message ("accuracy: %.4f", accuracy);
  g_assert_cmpfloat (accuracy, >=, least_accuracy);
}
