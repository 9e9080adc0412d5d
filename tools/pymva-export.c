/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-tool.h"

static char *output = NULL;
static char *format = NULL;
static char *name = NULL;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "to", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &format,
    "c or onnx; by default as the output file is named", "FORMAT" },
  { "output", 'o', G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &output,
    "Write this file, instead of one in this folder that is called as MODEL", "FILE" },
  { "name", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &name,
    "What all names in the C header begin with; by default the name of the file", "NAME" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static GVariant *
make_options (void)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  tool_add_text (&options, "name", name);

  return g_variant_dict_end (&options);
}

static gboolean
export_model (PymvaModel *model,
              GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (output);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  pymva_model_export_async (model, file, format, make_options (), tool_get_cancellable (),
                            tool_store_result, &slot);
  result = tool_wait (&slot);

  return pymva_model_export_finish (model, result, error);
}

/* tool_export: pymva export MODEL --to FORMAT [-o FILE] */
gboolean
tool_export (char ***arguments,
             GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "MODEL", "Writes a model for programs that have neither this library nor Python.", NULL);
  g_autoptr (PymvaModel) model = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (files == NULL || files[1] != NULL)
    return tool_usage_error (error, files == NULL ? "a model is missing"
                                                  : "there is more than one model");
  if (format == NULL && output == NULL)
    return tool_usage_error (error, "say what to write: give --to or --output");

  /* The formats are called as the endings of their files. */
  if (output == NULL)
    output = tool_name_output (files[0], format);
  if (!tool_check_output (output, (const char * const *) files, error))
    return FALSE;
  model = tool_load_native_model (files[0], "be exported", error);
  if (model == NULL || !export_model (model, error))
    return FALSE;

  g_print ("%s\n", output);
  return TRUE;
}
