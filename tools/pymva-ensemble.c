/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-tool.h"

static char *output = NULL;
static char *fold = NULL;
static char *title = NULL;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "output", 'o', G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &output, "Write the ensemble here",
    "ENSEMBLE" },
  { "fold", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &fold,
    "Which of the models answers for an event, of which the first is 0; all others have seen it in "
    "their training", "EXPRESSION" },
  { "title", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &title,
    "What the ensemble is called; by default as the first model", "TEXT" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static GVariant *
make_options (void)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  tool_add_text (&options, "fold", fold);
  tool_add_text (&options, "title", title);

  return g_variant_dict_end (&options);
}

static PymvaModel *
make_ensemble (GError **error)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; files[i] != NULL; i++)
    {
      PymvaModel *member = tool_load_native_model (files[i], "be in an ensemble", error);

      if (member == NULL)
        return NULL;
      g_ptr_array_add (members, member);
    }

  return pymva_model_new_ensemble ((PymvaModel **) members->pdata, members->len, make_options (),
                                   error);
}

/* tool_ensemble: pymva ensemble MODEL… -o ENSEMBLE */
gboolean
tool_ensemble (char ***arguments,
               GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "MODEL…",
    "Makes one model of several, as those of a cross-validation, which answers with their mean, or "
    "with the one that has not been trained with an event. It needs no Python.",
    "The expression of --fold is one over the columns of a file of events, such as "
    "“int (fabs (eventID)) % 5” for five models. Where it gives no number of a model, the mean of "
    "all answers.");
  g_autoptr (PymvaModel) model = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (files == NULL)
    return tool_usage_error (error, "the models are missing");
  if (output == NULL)
    return tool_usage_error (error, "say where to write the ensemble: give --output");
  if (!tool_check_output (output, (const char * const *) files, error))
    return FALSE;

  model = make_ensemble (error);

  return model != NULL && tool_save_model (model, output, error);
}
