/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <json-glib/json-glib.h>
#include <math.h>

#include "pymva-tool-data.h"
#include "pymva-tool-figures.h"
#include "pymva-tool.h"

static char *trust = NULL;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "trust", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &trust,
    "Load a model that holds code, if this is the sha256 of its file", "SHA256" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static const char help[] =
  "Arguments that end in “.pymva” are models, the others are data files. A label column holds the\n"
  "names of the model's classes; the targets of a regression need not be named if the data have\n"
  "columns of their names. Every event counts, so use events that the model was not trained with.\n"
  "\n"
  "Examples:\n"
  "  pymva evaluate forest.pymva network.pymva test.csv --label class\n"
  "  pymva evaluate forest.pymva --signal data.root:TreeS --background data.root:TreeB\n";

/* The data files are what remains in @files. */
static char **
take_models (void)
{
  g_autoptr (GStrvBuilder) models = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) others = g_strv_builder_new ();

  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    g_strv_builder_add (g_str_has_suffix (files[i], ".pymva") ? models : others, files[i]);
  g_strfreev (files);
  files = g_strv_builder_end (others);

  return g_strv_builder_end (models);
}

/* The variables of a model as pymva_dataset_add_variable() takes them. */
static gboolean
add_variables (PymvaDataset *dataset,
               PymvaModel *model,
               GError **error)
{
  g_autofree char *manifest = pymva_model_dup_manifest (model);
  g_autoptr (JsonNode) root = json_from_string (manifest, error);
  JsonArray *variables;

  if (root == NULL)
    return FALSE;

  variables = json_object_get_array_member (json_node_get_object (root), "variables");
  for (guint i = 0; i < json_array_get_length (variables); i++)
    {
      JsonObject *variable = json_array_get_object_element (variables, i);
      const char *name = json_object_get_string_member (variable, "name");
      g_autofree char *definition = g_strdup_printf (
        "%s := %s", name,
        json_object_get_string_member_with_default (variable, "expression", name));

      if (!pymva_dataset_add_variable (dataset, definition, error))
        return FALSE;
    }

  return TRUE;
}

static PymvaDataset *
make_dataset (PymvaModel *model,
              ToolEvents *events,
              GError **error)
{
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (pymva_model_get_analysis_type (model));
  g_auto (GStrv) classes = pymva_model_list_classes (model);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  /* No event is kept for a test, and none is left out or changed. */
  pymva_dataset_set_test_fraction (dataset, 0);
  pymva_dataset_set_split_mode (dataset, PYMVA_SPLIT_MODE_BLOCK);
  pymva_dataset_set_negative_weights (dataset, PYMVA_NEGATIVE_WEIGHTS_PASS);
  pymva_dataset_set_missing_values (dataset, PYMVA_MISSING_VALUES_PASS);
  if (!add_variables (dataset, model, error) ||
      !tool_events_add_to (events, dataset, (const char * const *) classes, error))
    return NULL;

  pymva_dataset_prepare_async (dataset, tool_get_cancellable (), tool_store_result, &slot);
  result = tool_wait (&slot);
  if (!pymva_dataset_prepare_finish (dataset, result, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

/* The labels as numbers of the model's classes, which may be more or in another order than those
 * of the data. */
static PymvaTensor *
renumber_labels (PymvaDataset *dataset,
                 PymvaModel *model,
                 PymvaTensor *labels,
                 GError **error)
{
  g_auto (GStrv) from = pymva_dataset_list_classes (dataset);
  g_auto (GStrv) to = pymva_model_list_classes (model);
  g_autofree guint *numbers = g_new0 (guint, g_strv_length (from) + 1);
  g_autofree double *values = NULL;
  gsize n_values;

  for (guint i = 0; from[i] != NULL; i++)
    {
      while (to[numbers[i]] != NULL && !g_str_equal (to[numbers[i]], from[i]))
        numbers[i]++;
      if (to[numbers[i]] == NULL)
        {
          g_autofree char *known = g_strjoinv ("”, “", to);

          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "The data have events of a class “%s”, but the model's classes are “%s”",
                       from[i], known);
          return NULL;
        }
    }

  values = pymva_tensor_to_doubles (labels, &n_values);
  for (gsize i = 0; i < n_values; i++)
    values[i] = numbers[(gsize) values[i]];

  return pymva_tensor_new_from_doubles (values, n_values, 0, error);
}

static PymvaTensor *
get_truth (PymvaDataset *dataset,
           PymvaModel *model,
           GError **error)
{
  g_autoptr (PymvaTensor) labels = NULL;

  if (pymva_model_get_analysis_type (model) == PYMVA_ANALYSIS_TYPE_REGRESSION)
    return pymva_dataset_get_targets (dataset, PYMVA_PART_TRAINING, error);

  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TRAINING, error);
  if (labels == NULL)
    return NULL;
  /* Of two classes the first one is the signal, whatever the data call it. */
  if (pymva_model_get_analysis_type (model) == PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    return g_steal_pointer (&labels);

  return renumber_labels (dataset, model, labels, error);
}

static gboolean
evaluate (PymvaModel *model,
          const char *path,
          ToolEvents *events,
          ToolFigures *figures,
          GError **error)
{
  g_autofree char *title = g_path_get_basename (path);
  g_autoptr (PymvaDataset) dataset = make_dataset (model, events, error);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaTensor) truth = NULL;
  g_autoptr (PymvaTensor) weights = NULL;
  g_autoptr (PymvaEvaluation) evaluation = NULL;
  g_auto (GStrv) names = NULL;
  gboolean regression = pymva_model_get_analysis_type (model) == PYMVA_ANALYSIS_TYPE_REGRESSION;

  if (dataset == NULL)
    return FALSE;
  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TRAINING, error);
  if (inputs == NULL || (responses = tool_predict (model, inputs, error)) == NULL)
    return FALSE;
  truth = get_truth (dataset, model, error);
  if (truth == NULL ||
      (weights = pymva_dataset_get_weights (dataset, PYMVA_PART_TRAINING, error)) == NULL)
    return FALSE;

  evaluation = regression ? pymva_evaluation_new_regression (responses, truth, weights, error)
                          : pymva_evaluation_new (responses, truth, weights, error);
  if (evaluation == NULL)
    return FALSE;
  names = regression ? pymva_model_list_targets (model) : pymva_model_list_classes (model);
  tool_figures_add (figures, title, (const char * const *) names, evaluation, NAN);

  return TRUE;
}

static GPtrArray *
load_models (const char * const *paths,
             GError **error)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      PymvaModel *model = tool_load_model (paths[i], trust, error);

      if (model == NULL)
        return NULL;
      g_ptr_array_add (models, model);
    }

  return g_steal_pointer (&models);
}

/* Whether the events are what the models are for. */
static gboolean
check_type (PymvaModel *model,
            const char *path,
            ToolEvents *events,
            GError **error)
{
  PymvaAnalysisType type = pymva_model_get_analysis_type (model);

  if (type == PYMVA_ANALYSIS_TYPE_REGRESSION && events->analysis_type != type)
    return tool_usage_error (error, "“%s” is a model for regression; use --target", path);
  if (type == PYMVA_ANALYSIS_TYPE_MULTICLASS && events->labels == NULL)
    return tool_usage_error (error, "“%s” is a model of several classes; use --label", path);
  if (type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION &&
      events->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    return tool_usage_error (error, "“%s” is a model for classification; use --label, or --signal "
                                    "and --background", path);

  return TRUE;
}

/* tool_evaluate: pymva evaluate MODEL… [FILE…] */
gboolean
tool_evaluate (char ***arguments,
               GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "MODEL… [FILE…]", "Prints how well models do on events of known class or value.", help);
  g_auto (GStrv) paths = NULL;
  g_auto (GStrv) targets = NULL;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (ToolEvents) events = NULL;
  g_autoptr (ToolFigures) figures = NULL;
  PymvaAnalysisType type;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, tool_events_entries, NULL);
  g_option_context_add_main_entries (context, tool_reading_entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  paths = take_models ();
  if (paths[0] == NULL)
    return tool_usage_error (error, "a model file, which ends in “.pymva”, is missing");

  models = load_models ((const char * const *) paths, error);
  if (models == NULL)
    return FALSE;
  type = pymva_model_get_analysis_type (g_ptr_array_index (models, 0));
  targets = pymva_model_list_targets (g_ptr_array_index (models, 0));
  if (type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    tool_events_set_default_targets ((const char * const *) targets);
  if (!tool_events_check_options ((const char * const *) files, error))
    return FALSE;
  events = tool_events_read ((const char * const *) files, error);
  if (events == NULL)
    return FALSE;

  figures = tool_figures_new (type, FALSE);
  for (guint i = 0; i < models->len; i++)
    {
      PymvaModel *model = g_ptr_array_index (models, i);

      if (pymva_model_get_analysis_type (model) != type)
        return tool_usage_error (error, "“%s” and “%s” are for different kinds of analysis; "
                                        "evaluate them one by one", paths[0], paths[i]);
      if (!check_type (model, paths[i], events, error) ||
          !evaluate (model, paths[i], events, figures, error))
        return FALSE;
    }
  tool_figures_print (figures, "events");

  return TRUE;
}
