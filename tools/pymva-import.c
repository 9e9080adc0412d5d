/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-tool.h"

static char *output = NULL;
static char *title = NULL;
static char *format = NULL;
static char *analysis = NULL;
static char *model_output = NULL;
static char **variables = NULL;
static char **classes = NULL;
static char **targets = NULL;
/* As nobody would set them. */
static gint64 n_rounds = G_MININT64;
static double signal_efficiency = -G_MAXDOUBLE;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "output", 'o', G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &output,
    "Write the model here, instead of a file in this folder that is called as FILE", "MODEL" },
  { "title", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &title, "What the model is called",
    "TEXT" },
  { "format", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &format,
    "lightgbm, onnx, tmva-xml, xgboost-json or xgboost-ubj, where the file does not show it",
    "FORMAT" },
  { "analysis", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &analysis,
    "Of an ONNX model: classification, multiclass or regression", "TYPE" },
  { "model-output", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &model_output,
    "Which output of an ONNX model to take; by default the first one of numbers", "NAME" },
  { "variables", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &variables,
    "The variables, in the order of the model's features", "NAME,…" },
  { "classes", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &classes,
    "The classes; of two, first the one that the file calls 1", "NAME,…" },
  { "targets", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &targets,
    "The targets of a regression", "NAME,…" },
  { "rounds", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_INT64, &n_rounds,
    "Take the first N rounds of boosting", "N" },
  { "signal-efficiency", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_DOUBLE, &signal_efficiency,
    "Of TMVA's Cuts, take those that leave this share of the signal", "SHARE" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static void
add_names (GVariantDict *options,
           const char *name,
           char **texts)
{
  g_auto (GStrv) names = NULL;

  if (texts == NULL)
    return;

  names = tool_split_list ((const char * const *) texts);
  g_variant_dict_insert_value (options, name,
                               g_variant_new_strv ((const char * const *) names, -1));
}

static GVariant *
make_options (void)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  tool_add_text (&options, "title", title);
  tool_add_text (&options, "format", format);
  tool_add_text (&options, "analysis", analysis);
  tool_add_text (&options, "output", model_output);
  if (n_rounds != G_MININT64)
    g_variant_dict_insert (&options, "rounds", "x", n_rounds);
  if (signal_efficiency != -G_MAXDOUBLE)
    g_variant_dict_insert (&options, "signal-efficiency", "d", signal_efficiency);
  add_names (&options, "variables", variables);
  add_names (&options, "classes", classes);
  add_names (&options, "targets", targets);

  return g_variant_dict_end (&options);
}

static char *
make_output_path (const char *path)
{
  gsize length = strlen (path);
  g_autofree char *name = NULL;

  /* As TMVA calls its files. */
  if (g_str_has_suffix (path, ".weights.xml"))
    length -= strlen (".xml");
  name = g_strndup (path, length);

  return tool_name_output (name, "pymva");
}

static PymvaModel *
import_model (const char *path,
              GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  pymva_model_import_async (file, make_options (), tool_get_cancellable (), tool_store_result,
                            &slot);
  result = tool_wait (&slot);

  return pymva_model_import_finish (result, error);
}

/* tool_import: pymva import FILE [-o MODEL] */
gboolean
tool_import (char ***arguments,
             GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "FILE",
    "Makes a model of one that XGBoost, LightGBM or TMVA has saved, or of an ONNX file. It needs "
    "no Python.",
    NULL);
  g_autoptr (PymvaModel) model = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (files == NULL || files[1] != NULL)
    return tool_usage_error (error, files == NULL ? "a model file is missing"
                                                  : "there is more than one file");

  if (output == NULL)
    output = make_output_path (files[0]);
  if (!tool_check_output (output, (const char * const *) files, error))
    return FALSE;
  model = import_model (files[0], error);

  return model != NULL && tool_save_model (model, output, error);
}
