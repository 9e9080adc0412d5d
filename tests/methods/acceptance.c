/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "acceptance.h"

#include "data/pymva-tensor-private.h"

#include "events.h"
#include "score-data.h"

#define N_FIRST 100

static PymvaDataset *
new_example (PymvaAnalysisType analysis_type,
             guint seed)
{
  switch (analysis_type)
    {
    case PYMVA_ANALYSIS_TYPE_MULTICLASS:
      return new_multiclass_example (seed);
    case PYMVA_ANALYSIS_TYPE_REGRESSION:
      return new_regression_example (seed);
    case PYMVA_ANALYSIS_TYPE_CLASSIFICATION:
    default:
      return new_class_example (seed);
    }
}

/* As all of these tests divided their events. */
static PymvaDataset *
new_training_example (const Acceptance *acceptance,
                      guint seed)
{
  PymvaDataset *dataset = new_example (acceptance->analysis_type, seed);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_options (dataset, "SplitMode=Random:NormMode=NumEvents:!V", &error);
  g_assert_no_error (error);
  pymva_dataset_set_seed (dataset, seed);
  if (acceptance->n_events > 0)
    {
      pymva_dataset_set_n_events (dataset, NULL, PYMVA_PART_TRAINING, acceptance->n_events / 2,
                                  &error);
      g_assert_no_error (error);
    }

  return dataset;
}

/* The training part holds the first events, in their order. */
static PymvaDataset *
new_first_events (PymvaAnalysisType analysis_type)
{
  PymvaDataset *dataset = new_example (analysis_type, 1);
  g_autoptr (GError) error = NULL;

  g_object_set (dataset, "split-mode", PYMVA_SPLIT_MODE_BLOCK, NULL);
  pymva_dataset_set_n_events (dataset, NULL, PYMVA_PART_TRAINING, N_FIRST, &error);
  g_assert_no_error (error);
  pymva_dataset_prepare (dataset, NULL, &error);
  g_assert_no_error (error);

  return dataset;
}

/* Through a file, as another program would have it. */
static PymvaModel *
save_and_load (PymvaMethod *method)
{
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("accepted-XXXXXX.pymva", &stream, &error);
  PymvaModel *loaded;

  g_assert_no_error (error);
  pymva_method_save (method, file, NULL, &error);
  g_assert_no_error (error);
  model = pymva_method_get_model (method, &error);
  loaded = pymva_model_load_trusted (file, pymva_model_get_sha256 (model), NULL, &error);
  g_assert_no_error (error);
  g_file_delete (file, NULL, NULL);

  return loaded;
}

static double
predict_one (PymvaModel *model,
             const double *values,
             gsize n_values,
             gsize output)
{
  g_autoptr (GError) error = NULL;
  gsize n_outputs;
  g_autofree double *outputs =
    pymva_model_predict_event (model, values, n_values, &n_outputs, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (output, <, n_outputs);

  return outputs[output];
}

static void
check_classes (PymvaModel *model,
               PymvaDataset *first_events,
               const double *inputs,
               const Acceptance *acceptance)
{
  gboolean multiclass = acceptance->analysis_type == PYMVA_ANALYSIS_TYPE_MULTICLASS;
  g_auto (GStrv) classes = pymva_dataset_list_classes (first_events);
  guint n_variables = pymva_model_get_n_variables (model);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  gint64 n_events;

  labels = pymva_dataset_get_labels (first_events, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  n_events = pymva_tensor_get_length (labels, 0);
  for (gint64 class_number = 0; classes[class_number] != NULL; class_number++)
    {
      double sum = 0.0;
      guint n_own = 0;

      for (gint64 i = 0; i < n_events; i++)
        if ((gint64) pymva_tensor_get_value (labels, &i, 1) == class_number)
          {
            sum += predict_one (model, inputs + i * n_variables, n_variables,
                                multiclass ? class_number : 0);
            n_own++;
          }
      g_assert_cmpuint (n_own, ==, N_FIRST);
      g_test_message ("mean response of the class “%s”: %.4f", classes[class_number], sum / n_own);
      if (multiclass || class_number == 0)
        g_assert_cmpfloat (sum / n_own, >=, acceptance->least);
      else
        g_assert_cmpfloat (sum / n_own, <=, acceptance->most);
    }
}

static void
check_regression (PymvaModel *model,
                  PymvaDataset *first_events,
                  const double *inputs,
                  const Acceptance *acceptance)
{
  guint n_variables = pymva_model_get_n_variables (model);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) targets = NULL;
  double sum = 0.0;

  targets = pymva_dataset_get_targets (first_events, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_tensor_get_length (targets, 0), ==, N_FIRST);
  for (gint64 i = 0; i < N_FIRST; i++)
    {
      double difference = predict_one (model, inputs + i * n_variables, n_variables, 0) -
                          pymva_tensor_get_value (targets, (gint64[]) { i, 0 }, 2);

      sum += difference * difference;
    }
  g_test_message ("mean squared error: %.4f", sum / N_FIRST);
  g_assert_cmpfloat (sum / N_FIRST, <=, acceptance->most);
}

void
assert_accepted (PymvaMethod *method,
                 const Acceptance *acceptance,
                 guint seed)
{
  g_autoptr (PymvaDataset) dataset = new_training_example (acceptance, seed);
  g_autoptr (PymvaDataset) first_events = new_first_events (acceptance->analysis_type);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree double *values = NULL;
  gsize n_values;

  pymva_method_set_seed (method, seed);
  assert_train (method, dataset);
  g_test_message ("%s, seed %u: trained in %.2f s", pymva_method_get_title (method), seed,
                  pymva_method_get_training_time (method));
  model = save_and_load (method);
  inputs = pymva_dataset_get_inputs (first_events, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  values = pymva_tensor_to_doubles (inputs, &n_values);

  if (acceptance->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    check_regression (model, first_events, values, acceptance);
  else
    check_classes (model, first_events, values, acceptance);
}
