/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-run-results.h"
#include "pymva-tool-training.h"
#include "scoring/pymva-json-private.h"

#define CONFIDENCE 0.95

static const double background_efficiencies[] = { 0.01, 0.10, 0.30 };
static const char * const background_words[] = { "0.01", "0.10", "0.30" };
static const char * const class_figures[] = {
  "auc", "auc-error", "separation", "significance", NULL
};
static const char * const regression_figures[] = {
  "bias", "truncated-bias", "rms", "truncated-rms", "mutual-information",
  "truncated-mutual-information", "mean-squared-error", "mean-absolute-error", "r2", NULL
};

/* Figures that there are not are left out. */
static void
insert_number (GVariantDict *dictionary,
               const char *key,
               double value)
{
  if (isfinite (value))
    g_variant_dict_insert (dictionary, key, "d", value);
}

static void
insert_dictionary (GVariantDict *dictionary,
                   const char *key,
                   GVariantDict *inner)
{
  g_variant_dict_insert_value (dictionary, key, g_variant_dict_end (inner));
}

static void
insert_figures (GVariantDict *dictionary,
                PymvaEvaluation *evaluation,
                const char * const *properties)
{
  for (guint i = 0; properties[i] != NULL; i++)
    {
      double value;

      g_object_get (evaluation, properties[i], &value, NULL);
      insert_number (dictionary, properties[i], value);
    }
}

/* A matrix as a list of rows; what is no number becomes null. */
static void
insert_matrix (GVariantDict *dictionary,
               const char *key,
               PymvaTensor *matrix)
{
  gsize n_dims, n_values;
  const gint64 *shape = pymva_tensor_get_shape (matrix, &n_dims);
  g_autofree double *values = pymva_tensor_to_doubles (matrix, &n_values);
  GVariantBuilder rows;

  g_variant_builder_init (&rows, G_VARIANT_TYPE ("aav"));
  for (gint64 i = 0; i < shape[0]; i++)
    {
      g_variant_builder_open (&rows, G_VARIANT_TYPE ("av"));
      for (gint64 k = 0; k < shape[1]; k++)
        {
          double value = values[i * shape[1] + k];

          g_variant_builder_add (&rows, "v",
                                 isfinite (value) ? g_variant_new_double (value)
                                                  : g_variant_new_maybe (G_VARIANT_TYPE_DOUBLE,
                                                                         NULL));
        }
      g_variant_builder_close (&rows);
    }
  g_variant_dict_insert_value (dictionary, key, g_variant_builder_end (&rows));
}

/* Of two classes, or of one against the others. */
static void
insert_class_figures (GVariantDict *dictionary,
                      PymvaEvaluation *evaluation)
{
  GVariantDict efficiencies;
  double interval[2];

  insert_figures (dictionary, evaluation, class_figures);
  pymva_evaluation_get_auc_interval (evaluation, CONFIDENCE, &interval[0], &interval[1]);
  if (isfinite (interval[0]))
    g_variant_dict_insert_value (dictionary, "auc-interval",
                                 g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, interval, 2,
                                                            sizeof (double)));
  g_variant_dict_init (&efficiencies, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (background_efficiencies); i++)
    insert_number (&efficiencies, background_words[i],
                   pymva_evaluation_get_signal_efficiency (evaluation,
                                                           background_efficiencies[i]));
  insert_dictionary (dictionary, "signal-efficiencies", &efficiencies);
}

static void
insert_outputs (GVariantDict *dictionary,
                PymvaEvaluation *evaluation,
                char **names,
                gboolean regression)
{
  GVariantDict outputs;

  g_variant_dict_init (&outputs, NULL);
  for (guint k = 0; names[k] != NULL; k++)
    {
      g_autoptr (PymvaEvaluation) output = pymva_evaluation_get_output (evaluation, k);
      GVariantDict inner;

      g_variant_dict_init (&inner, NULL);
      if (regression)
        insert_figures (&inner, output, regression_figures);
      else
        insert_class_figures (&inner, output);
      insert_dictionary (&outputs, names[k], &inner);
    }
  insert_dictionary (dictionary, regression ? "targets" : "classes", &outputs);
}

static void
insert_pairs (GVariantDict *dictionary,
              PymvaEvaluation *evaluation)
{
  GVariantDict pairs;

  g_variant_dict_init (&pairs, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (background_efficiencies); i++)
    {
      g_autoptr (PymvaTensor) matrix =
        pymva_evaluation_get_pairwise_efficiencies (evaluation, background_efficiencies[i]);

      insert_matrix (&pairs, background_words[i], matrix);
    }
  insert_dictionary (dictionary, "pairwise-efficiencies", &pairs);
}

static void
insert_evaluation (GVariantDict *dictionary,
                   const char *key,
                   PymvaEvaluation *evaluation,
                   char **names)
{
  PymvaAnalysisType type = pymva_evaluation_get_analysis_type (evaluation);
  GVariantDict inner;

  g_variant_dict_init (&inner, NULL);
  g_variant_dict_insert (&inner, "n-events", "x", pymva_evaluation_get_n_events (evaluation));
  if (type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    insert_figures (&inner, evaluation, regression_figures);
  else
    {
      g_autoptr (PymvaTensor) confusion = pymva_evaluation_get_confusion_matrix (evaluation, 0.5);

      insert_class_figures (&inner, evaluation);
      insert_number (&inner, "accuracy", pymva_evaluation_get_accuracy (evaluation));
      insert_matrix (&inner, "confusion-matrix", confusion);
    }
  if (type == PYMVA_ANALYSIS_TYPE_MULTICLASS)
    insert_pairs (&inner, evaluation);
  if (pymva_evaluation_get_n_outputs (evaluation) > 1)
    insert_outputs (&inner, evaluation, names, type == PYMVA_ANALYSIS_TYPE_REGRESSION);
  insert_dictionary (dictionary, key, &inner);
}

/* The test of training against test responses, for each class. */
static void
insert_kolmogorov (GVariantDict *dictionary,
                   PymvaEvaluation *of_test,
                   PymvaEvaluation *of_training,
                   char **classes)
{
  GVariantDict tests;

  g_variant_dict_init (&tests, NULL);
  for (guint k = 0; classes[k] != NULL; k++)
    {
      GVariantDict inner;
      double p_value;

      g_variant_dict_init (&inner, NULL);
      insert_number (&inner, "distance",
                     pymva_evaluation_compare_responses (of_test, of_training, k, &p_value, NULL));
      insert_number (&inner, "probability", p_value);
      insert_dictionary (&tests, classes[k], &inner);
    }
  insert_dictionary (dictionary, "kolmogorov-smirnov", &tests);
}

static void
insert_by_variable (GVariantDict *dictionary,
                    const char *key,
                    PymvaTensor *values,
                    PymvaDataset *dataset)
{
  g_auto (GStrv) variables = pymva_dataset_list_variables (dataset);
  g_autofree double *numbers = pymva_tensor_to_doubles (values, NULL);
  GVariantDict inner;

  g_variant_dict_init (&inner, NULL);
  for (guint i = 0; variables[i] != NULL; i++)
    insert_number (&inner, variables[i], numbers[i]);
  insert_dictionary (dictionary, key, &inner);
}

static GVariant *
describe_method (PymvaFactory *factory,
                 const char *title,
                 char **names,
                 const char *folder)
{
  PymvaMethod *method = pymva_factory_get_method (factory, title);
  g_autoptr (GVariant) parameters = pymva_method_dup_parameters (method);
  g_autoptr (GError) failure = pymva_factory_get_failure (factory, title);
  g_autoptr (PymvaTensor) importance = pymva_method_get_importance (method, NULL);
  g_autoptr (PymvaEvaluation) of_test =
    pymva_factory_get_evaluation (factory, title, PYMVA_PART_TEST, NULL);
  g_autoptr (PymvaEvaluation) of_training =
    pymva_factory_get_evaluation (factory, title, PYMVA_PART_TRAINING, NULL);
  GVariantDict dictionary;

  g_variant_dict_init (&dictionary, NULL);
  g_variant_dict_insert (&dictionary, "title", "s", title);
  g_variant_dict_insert (&dictionary, "method", "s", PYMVA_METHOD_GET_CLASS (method)->name);
  g_variant_dict_insert (&dictionary, "transforms", "s", pymva_method_get_transforms (method));
  g_variant_dict_insert_value (&dictionary, "parameters", parameters);
  g_variant_dict_insert (&dictionary, "trained", "b", pymva_method_get_trained (method));
  if (failure != NULL)
    g_variant_dict_insert (&dictionary, "error", "s", failure->message);
  if (pymva_method_get_trained (method))
    {
      g_autoptr (GFile) file = tool_choose_model_file (method, folder, TRUE);

      g_variant_dict_insert (&dictionary, "model", "s", g_file_peek_path (file));
      insert_number (&dictionary, "training-time", pymva_method_get_training_time (method));
    }
  if (importance != NULL)
    insert_by_variable (&dictionary, "importance", importance,
                        pymva_factory_get_dataset (factory));
  if (of_test != NULL)
    insert_evaluation (&dictionary, "test", of_test, names);
  if (of_training != NULL)
    insert_evaluation (&dictionary, "training", of_training, names);
  if (of_test != NULL && of_training != NULL &&
      pymva_evaluation_get_analysis_type (of_test) != PYMVA_ANALYSIS_TYPE_REGRESSION)
    insert_kolmogorov (&dictionary, of_test, of_training, names);

  return g_variant_dict_end (&dictionary);
}

static void
insert_dataset (GVariantDict *dictionary,
                PymvaDataset *dataset)
{
  g_autoptr (GEnumClass) types = g_type_class_ref (PYMVA_TYPE_ANALYSIS_TYPE);
  PymvaAnalysisType type = pymva_dataset_get_analysis_type (dataset);
  g_auto (GStrv) variables = pymva_dataset_list_variables (dataset);
  g_auto (GStrv) targets = pymva_dataset_list_targets (dataset);
  g_auto (GStrv) classes = pymva_dataset_list_classes (dataset);
  GVariantDict inner;

  g_variant_dict_init (&inner, NULL);
  g_variant_dict_insert (&inner, "type", "s", g_enum_get_value (types, type)->value_nick);
  g_variant_dict_insert (&inner, "variables", "^as", variables);
  g_variant_dict_insert (&inner, "targets", "^as", targets);
  g_variant_dict_insert (&inner, "classes", "^as", classes);
  g_variant_dict_insert (&inner, "n-training-events", "x",
                         pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, NULL));
  g_variant_dict_insert (&inner, "n-test-events", "x",
                         pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, NULL));
  insert_dictionary (dictionary, "data", &inner);
}

/* By class; of a regression there is one matrix. */
static void
insert_correlations (GVariantDict *dictionary,
                     PymvaFactory *factory,
                     char **names,
                     gboolean regression)
{
  GVariantDict inner;

  g_variant_dict_init (&inner, NULL);
  for (guint k = 0; names[k] != NULL; k++)
    {
      g_autoptr (PymvaTensor) matrix = pymva_factory_get_correlations (factory, k, NULL);

      if (matrix != NULL)
        insert_matrix (&inner, regression ? "all" : names[k], matrix);
    }
  insert_dictionary (dictionary, "correlations", &inner);
}

char *
run_format_results (PymvaFactory *factory,
                    const char *folder)
{
  PymvaDataset *dataset = pymva_factory_get_dataset (factory);
  gboolean regression =
    pymva_dataset_get_analysis_type (dataset) == PYMVA_ANALYSIS_TYPE_REGRESSION;
  g_auto (GStrv) names = regression ? pymva_dataset_list_targets (dataset)
                                    : pymva_dataset_list_classes (dataset);
  g_auto (GStrv) titles = pymva_factory_list_titles (factory);
  g_autoptr (PymvaTensor) ranking = pymva_factory_get_variable_ranking (factory, NULL);
  g_autoptr (GVariant) results = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;
  GVariantBuilder methods;
  GVariantDict dictionary;

  g_variant_dict_init (&dictionary, NULL);
  g_variant_dict_insert (&dictionary, "job", "s", pymva_factory_get_job (factory));
  g_variant_dict_insert (&dictionary, "library", "s", "libpymva " PYMVA_VERSION_S);
  insert_dataset (&dictionary, dataset);
  if (ranking != NULL)
    insert_by_variable (&dictionary, "variable-ranking", ranking, dataset);
  g_variant_builder_init (&methods, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; titles[i] != NULL; i++)
    g_variant_builder_add_value (&methods, describe_method (factory, titles[i], names, folder));
  g_variant_dict_insert_value (&dictionary, "methods", g_variant_builder_end (&methods));
  insert_correlations (&dictionary, factory, names, regression);

  results = g_variant_ref_sink (g_variant_dict_end (&dictionary));
  node = pymva_json_node_new_from_variant (results);
  text = pymva_json_format (json_node_get_object (node), TRUE);

  return g_strconcat (text, "\n", NULL);
}
