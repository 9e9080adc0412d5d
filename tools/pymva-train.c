/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-tool-data.h"
#include "pymva-tool-figures.h"
#include "pymva-tool-training.h"
#include "pymva-tool.h"

static char **variables = NULL;
static char **methods = NULL;
static char *output = NULL;
static double test_fraction = 0.5;
static int seed = 0;
static gboolean seed_given = FALSE;
static char *split_mode = NULL;
static char *norm_mode = NULL;
static char *negative_weights = NULL;
static char *missing_values = NULL;
static char **files = NULL;

static gboolean
set_seed (const char *option,
          const char *value,
          gpointer data,
          GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT, &number, NULL))
    return tool_usage_error (error, "--seed takes a whole number from 0 to %d, not “%s”", G_MAXINT,
                             value);

  seed = (int) number;
  seed_given = TRUE;
  return TRUE;
}

static const GOptionEntry entries[] = {
  { "method", 'm', G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &methods,
    "What to train, and its options; may be repeated", "[TITLE=]NAME[:OPTIONS]" },
  { "output", 'o', G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &output,
    "The model file, or the folder for those of several methods", "FILE" },
  { "variables", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &variables,
    "What to learn from: a,b,'sum := a+b'; by default all numbers", "EXPRESSION,…" },
  { "test-fraction", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_DOUBLE, &test_fraction,
    "The share of the events that is kept for the test (0.5)", "NUMBER" },
  { "seed", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_CALLBACK, set_seed,
    "Makes the split and the methods repeatable", "NUMBER" },
  { "split-mode", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &split_mode,
    "random, alternate or block", "WORD" },
  { "norm-mode", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &norm_mode,
    "How weights are normalised: none, num-events, equal-num-events", "WORD" },
  { "negative-weights", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &negative_weights,
    "What is done with them: error, drop, zero, absolute or pass", "WORD" },
  { "missing-values", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &missing_values,
    "What is done with NaN and infinity: error, drop or pass", "WORD" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static const char help[] =
  "“pymva methods” lists the methods: forests and other estimators of scikit-learn, XGBoost,\n"
  "LightGBM, and networks of PyTorch and Keras. Their options are their properties, separated by\n"
  "colons:\n"
  "  --method random-forest:n-estimators=200:max-depth=8\n"
  "  --method small=torch:hidden-layers=16:epochs=30 --method large=torch:hidden-layers=64,64\n"
  "\n"
  "Examples:\n"
  "  pymva train events.csv --label class --method random-forest --output forest.pymva\n"
  "  pymva train --signal data.root:TreeS --background data.root:TreeB \\\n"
  "    --background-weight weight -m random-forest -m torch:epochs=20 -o models/\n"
  "  pymva train data.root:TreeR --target fvalue -m torch -o network.pymva\n";

/* "[TITLE=]NAME[:OPTIONS]" */
static PymvaMethod *
create_method (const char *spec,
               GError **error)
{
  g_autoptr (PymvaMethod) method = NULL;
  const char *colon = strchr (spec, ':');
  g_autofree char *head = colon != NULL ? g_strndup (spec, colon - spec) : g_strdup (spec);
  char *equals = strchr (head, '=');
  const char *title = NULL;
  const char *name = head;
  g_autoptr (GError) local_error = NULL;

  if (equals != NULL)
    {
      *equals = '\0';
      title = head;
      name = equals + 1;
    }

  /* What is wrong here, is wrong with the command line. */
  method = pymva_method_create_for_name (name, title, &local_error);
  if (method == NULL ||
      (colon != NULL && !pymva_method_set_options (method, colon + 1, &local_error)))
    {
      tool_usage_error (error, "%s: %s", spec, local_error->message);
      return NULL;
    }
  if (seed_given)
    pymva_method_set_seed (method, seed);

  return g_steal_pointer (&method);
}

static gboolean
is_folder (const char *path)
{
  return g_str_has_suffix (path, G_DIR_SEPARATOR_S) || g_file_test (path, G_FILE_TEST_IS_DIR);
}

/* The methods are made before the data are read: what is wrong with them is told at once. */
static GPtrArray *
create_methods (GError **error)
{
  g_autoptr (GPtrArray) created = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; methods[i] != NULL; i++)
    {
      PymvaMethod *method = create_method (methods[i], error);

      if (method == NULL)
        return NULL;
      g_ptr_array_add (created, method);
    }

  return g_steal_pointer (&created);
}

static gboolean
check_options (GError **error)
{
  static char *none[] = { NULL };

  if (files == NULL)
    files = g_strdupv (none);
  if (!tool_events_check_options ((const char * const *) files, error))
    return FALSE;
  if (methods == NULL)
    return tool_usage_error (error, "say what to train: --method random-forest, for example");
  if (output == NULL)
    return tool_usage_error (error, "say where the model goes: --output FILE.pymva");
  if (methods[1] != NULL && !is_folder (output) &&
      (g_file_test (output, G_FILE_TEST_EXISTS) || g_str_has_suffix (output, ".pymva")))
    return tool_usage_error (error, "several methods need a folder, and “%s” is a file", output);
  if (!tool_events_check_output ((const char * const *) files, output, error))
    return FALSE;
  if (!(test_fraction >= 0 && test_fraction < 1))
    return tool_usage_error (error, "--test-fraction takes a number from 0 to below 1, not %g",
                             test_fraction);

  return TRUE;
}

static gboolean
set_words (PymvaDataset *dataset,
           GError **error)
{
  struct
  {
    const char *word;
    const char *option;
    const char *property;
    GType type;
  } const words[] = {
    { split_mode, "--split-mode", "split-mode", PYMVA_TYPE_SPLIT_MODE },
    { norm_mode, "--norm-mode", "norm-mode", PYMVA_TYPE_NORM_MODE },
    { negative_weights, "--negative-weights", "negative-weights", PYMVA_TYPE_NEGATIVE_WEIGHTS },
    { missing_values, "--missing-values", "missing-values", PYMVA_TYPE_MISSING_VALUES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      int value;

      if (words[i].word == NULL)
        continue;
      if (!tool_parse_enum (words[i].type, words[i].option, words[i].word, &value, error))
        return FALSE;
      g_object_set (dataset, words[i].property, value, NULL);
    }

  return TRUE;
}

static PymvaDataset *
make_dataset (GError **error)
{
  static const char * const classes[] = { "signal", "background", NULL };
  g_autoptr (ToolEvents) events = tool_events_read ((const char * const *) files, error);
  g_autoptr (PymvaDataset) dataset = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  if (events == NULL)
    return NULL;

  dataset = pymva_dataset_new (events->analysis_type);
  pymva_dataset_set_test_fraction (dataset, test_fraction);
  if (seed_given)
    pymva_dataset_set_seed (dataset, seed);
  if (!set_words (dataset, error) ||
      !tool_events_add_variables (events, dataset, (const char * const *) variables, error) ||
      !tool_events_add_to (events, dataset, classes, error))
    return NULL;

  pymva_dataset_prepare_async (dataset, tool_get_cancellable (), tool_store_result, &slot);
  result = tool_wait (&slot);
  if (!pymva_dataset_prepare_finish (dataset, result, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

/* A row for each method that could be tested. */
static gboolean
print_figures (PymvaFactory *factory)
{
  PymvaDataset *dataset = pymva_factory_get_dataset (factory);
  PymvaAnalysisType type = pymva_dataset_get_analysis_type (dataset);
  g_auto (GStrv) names = type == PYMVA_ANALYSIS_TYPE_REGRESSION
                           ? pymva_dataset_list_targets (dataset)
                           : pymva_dataset_list_classes (dataset);
  g_auto (GStrv) titles = pymva_factory_list_titles (factory);
  g_autoptr (ToolFigures) figures = tool_figures_new (type, TRUE);
  gboolean success = tool_evaluate_all (factory);

  for (guint i = 0; titles[i] != NULL; i++)
    {
      PymvaMethod *method = pymva_factory_get_method (factory, titles[i]);
      g_autoptr (PymvaEvaluation) evaluation =
        pymva_factory_get_evaluation (factory, titles[i], PYMVA_PART_TEST, NULL);

      if (evaluation != NULL)
        tool_figures_add (figures, titles[i], (const char * const *) names, evaluation,
                          pymva_method_get_training_time (method));
    }
  tool_figures_print (figures, "test events");

  return success;
}

/* tool_train: pymva train [FILE…] */
gboolean
tool_train (char ***arguments,
            GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "[FILE…]", "Trains methods on the events of files, saves their models, and prints how they do\n"
               "on the test events.",
    help);
  g_autoptr (GPtrArray) created = NULL;
  g_autoptr (PymvaDataset) dataset = NULL;
  g_autoptr (PymvaFactory) factory = NULL;
  gboolean success;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, tool_events_entries, NULL);
  g_option_context_add_main_entries (context, tool_reading_entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error) || !check_options (error))
    return FALSE;

  created = create_methods (error);
  dataset = created != NULL ? make_dataset (error) : NULL;
  if (dataset == NULL)
    return FALSE;
  tool_print_dataset (dataset);
  factory = pymva_factory_new ("train", dataset);
  for (guint i = 0; i < created->len; i++)
    pymva_factory_book (factory, g_ptr_array_index (created, i));

  success = tool_train_all (factory, output, is_folder (output) || created->len > 1);
  if (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, NULL) > 0)
    success = print_figures (factory) && success;

  return success;
}
