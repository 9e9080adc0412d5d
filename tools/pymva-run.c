/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-run-data.h"
#include "pymva-run-results.h"
#include "pymva-run-template.h"
#include "pymva-tool-config.h"
#include "pymva-tool-training.h"
#include "pymva-tool.h"

#define METHOD_PREFIX "method "
#define DEFAULT_JOB "analysis"
#define DEFAULT_OUTPUT "results"

static gboolean template = FALSE;
static gboolean check_only = FALSE;
static char *output_option = NULL;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "template", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &template,
    "Print a file to begin with", NULL },
  { "check", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &check_only,
    "Read and check everything, but train nothing", NULL },
  { "output", 'o', G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &output_option,
    "The folder for what is found, instead of the file's", "FOLDER" },
  { "python", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, tool_set_python,
    "The Python to use: a virtual environment or an executable", "ENVIRONMENT" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static const char help[] =
  "The file says what the data are, how they are divided, and which methods are trained with\n"
  "them. All of it is checked before anything is trained. The folder “results”, or what the file\n"
  "says, gets a model for each method, the tables, and all figures as JSON. Files are looked for\n"
  "from the folder in which the program is started.\n"
  "\n"
  "Examples:\n"
  "  pymva run --template > analysis.ini\n"
  "  pymva run --check analysis.ini\n"
  "  pymva run analysis.ini\n";

static const char * const run_keys[] = { "job", "output", "seed", "python", NULL };

static const ToolConfigGroup schema[] = {
  { "run", run_keys },
  { "data", run_data_keys },
  { "dataset", run_dataset_keys },
  { "class ", run_class_keys },
  { METHOD_PREFIX, NULL },
  { NULL },
};

/* What the group “run” says. */
typedef struct
{
  char *job;
  char *output;
  /* -1: none was given. */
  gint64 seed;
} RunSettings;

static void
run_settings_clear (RunSettings *self)
{
  g_free (self->job);
  g_free (self->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RunSettings, run_settings_clear)

static void
read_settings (ToolConfig *config,
               RunSettings *settings)
{
  g_autofree char *python = tool_config_dup_text (config, "run", "python");
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  double seed;

  settings->job = tool_config_dup_text (config, "run", "job");
  if (settings->job == NULL)
    settings->job = g_strdup (DEFAULT_JOB);
  settings->output = output_option != NULL ? g_strdup (output_option)
                                           : tool_config_dup_text (config, "run", "output");
  if (settings->output == NULL)
    settings->output = g_strdup (DEFAULT_OUTPUT);
  if (g_file_test (settings->output, G_FILE_TEST_EXISTS) &&
      !g_file_test (settings->output, G_FILE_TEST_IS_DIR))
    tool_config_complain (config, "run", "output", "“%s” is a file; “output” must be a folder",
                          settings->output);
  settings->seed = -1;
  if (tool_config_get_number (config, "run", "seed", &seed))
    {
      if (seed >= 0 && seed <= G_MAXINT && seed == (int) seed)
        settings->seed = (gint64) seed;
      else
        tool_config_complain (config, "run", "seed", "“seed” must be a whole number from 0 to %d",
                              G_MAXINT);
    }
  /* What the command line says goes first. */
  if (python != NULL && pymva_interpreter_get_environment (interpreter) == NULL)
    pymva_interpreter_set_environment (interpreter, python);
}

/* --- methods --- */

static void
complain_of_method (ToolConfig *config,
                    const char *group,
                    const char *key,
                    const GError *error)
{
  tool_config_complain (config, group, key, "%.*s", (int) strcspn (error->message, "\n"),
                        error->message);
}

static void
set_parameters (ToolConfig *config,
                const char *group,
                PymvaMethod *method)
{
  g_autofree char *options = tool_config_dup_text (config, group, "options");
  g_auto (GStrv) keys = tool_config_list_keys (config, group);
  g_autoptr (GError) error = NULL;

  if (options != NULL && !pymva_method_set_options (method, options, &error))
    complain_of_method (config, group, "options", error);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = tool_config_dup_text (config, group, keys[i]);
      g_autoptr (GError) local_error = NULL;

      if (g_str_equal (keys[i], "type") || g_str_equal (keys[i], "options"))
        continue;
      if (!pymva_method_set_option (method, keys[i], value != NULL ? value : "", &local_error))
        complain_of_method (config, group, keys[i], local_error);
    }
}

/* The methods, in the order of the file; those that cannot be made are complained of. */
static GPtrArray *
create_methods (ToolConfig *config,
                gint64 seed)
{
  GPtrArray *methods = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) groups = tool_config_list_groups (config, METHOD_PREFIX);

  if (groups[0] == NULL)
    tool_config_complain (config, NULL, NULL, "there is no method; add a group “method NAME”");
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *type = tool_config_dup_text (config, groups[i], "type");
      const char *title = groups[i] + strlen (METHOD_PREFIX);
      g_autoptr (GError) error = NULL;
      PymvaMethod *method;

      if (type == NULL)
        {
          tool_config_complain (config, groups[i], "type",
                                "“type” says which method “%s” is; it is missing", title);
          continue;
        }
      method = pymva_method_create_for_name (type, title, &error);
      if (method == NULL)
        {
          complain_of_method (config, groups[i], "type", error);
          continue;
        }
      if (seed >= 0)
        pymva_method_set_seed (method, seed);
      set_parameters (config, groups[i], method);
      g_ptr_array_add (methods, method);
    }

  return methods;
}

/* What can only be told when the analysis is known. The message names the property that it is
 * about, and so the line. */
static void
check_methods (ToolConfig *config,
               GPtrArray *methods,
               PymvaAnalysisType type)
{
  for (guint i = 0; i < methods->len; i++)
    {
      PymvaMethod *method = g_ptr_array_index (methods, i);
      g_autofree char *group =
        g_strconcat (METHOD_PREFIX, pymva_method_get_title (method), NULL);
      g_auto (GStrv) keys = tool_config_list_keys (config, group);
      g_autoptr (GError) error = NULL;
      const char *key = "options";

      if (pymva_method_check_parameters (method, type, &error))
        continue;
      for (guint k = 0; keys[k] != NULL; k++)
        {
          g_autofree char *quoted = g_strdup_printf ("“%s”", keys[k]);

          if (strstr (error->message, quoted) != NULL)
            key = keys[k];
        }
      complain_of_method (config, group, key, error);
    }
}

/* --- the work --- */

/* FALSE where something is wrong; all of it is printed. */
static gboolean
report_problems (ToolConfig *config,
                 GError **error)
{
  g_auto (GStrv) problems = tool_config_list_problems (config);
  guint n_problems = tool_config_get_n_problems (config);

  if (n_problems == 0)
    return TRUE;

  for (guint i = 0; i < n_problems; i++)
    g_printerr ("%s\n", problems[i]);
  return tool_usage_error (error, "%u problem%s in “%s”; nothing was trained", n_problems,
                           n_problems == 1 ? "" : "s", tool_config_get_path (config));
}

static PymvaFactory *
make_factory (ToolConfig *config,
              RunSettings *settings,
              GError **error)
{
  g_autoptr (GPtrArray) methods = NULL;
  g_autoptr (PymvaDataset) dataset = NULL;
  PymvaFactory *factory;
  PymvaAnalysisType type;
  gboolean known;

  tool_config_check (config, schema);
  read_settings (config, settings);
  run_check_data (config);
  methods = create_methods (config, settings->seed);
  known = run_find_analysis_type (config, &type);
  if (known)
    check_methods (config, methods, type);
  if (!report_problems (config, error))
    return NULL;

  dataset = run_make_dataset (config, settings->seed, error);
  if (dataset == NULL)
    {
      /* A cancellation is no problem of the file. */
      if (tool_config_get_n_problems (config) > 0)
        report_problems (config, error);
      return NULL;
    }
  if (!known)
    check_methods (config, methods, pymva_dataset_get_analysis_type (dataset));
  if (!report_problems (config, error))
    return NULL;

  factory = pymva_factory_new (settings->job, dataset);
  for (guint i = 0; i < methods->len; i++)
    pymva_factory_book (factory, g_ptr_array_index (methods, i));

  return factory;
}

static gboolean
write_file (const char *folder,
            const char *name,
            const char *text,
            GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_set_contents (path, text, -1, error);
}

static void
print_summary (PymvaFactory *factory,
               const char *folder)
{
  g_auto (GStrv) titles = pymva_factory_list_titles (factory);
  g_autoptr (GString) failed = g_string_new (NULL);
  guint n_failed = 0;

  for (guint i = 0; titles[i] != NULL; i++)
    {
      g_autoptr (GError) failure = pymva_factory_get_failure (factory, titles[i]);

      if (failure == NULL)
        continue;
      g_string_append_printf (failed, "%s“%s”", n_failed > 0 ? ", " : "", titles[i]);
      n_failed++;
    }

  g_printerr ("Models, tables and figures are in “%s”\n", folder);
  if (n_failed > 0)
    g_printerr ("pymva: %u of %u methods failed: %s\n", n_failed, g_strv_length (titles),
                failed->str);
}

static gboolean
run (PymvaFactory *factory,
     const char *folder,
     GError **error)
{
  g_autofree char *tables = NULL;
  g_autofree char *results = NULL;
  gboolean success;

  /* What cannot be written is told before hours of training. */
  if (!tool_make_folder (folder, error))
    return FALSE;
  tool_print_dataset (pymva_factory_get_dataset (factory));
  success = tool_train_all (factory, folder, TRUE);
  success = tool_evaluate_all (factory) && success;
  tables = pymva_factory_format_tables (factory);
  g_print ("%s", tables);
  results = run_format_results (factory, folder);
  if (!write_file (folder, "tables.txt", tables, error) ||
      !write_file (folder, "results.json", results, error))
    return FALSE;
  print_summary (factory, folder);

  return success;
}

/* tool_run: pymva run FILE */
gboolean
tool_run (char ***arguments,
          GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "FILE", "Trains, tests and compares methods as a file says.", help);
  g_autoptr (ToolConfig) config = NULL;
  g_autoptr (PymvaFactory) factory = NULL;
  g_auto (RunSettings) settings = { NULL, NULL, -1 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (template)
    {
      g_print ("%s", run_template);
      return TRUE;
    }
  if (files == NULL || files[1] != NULL)
    return tool_usage_error (error, "give it one file, or --template to print one");

  config = tool_config_read (files[0], error);
  if (config == NULL)
    return FALSE;
  factory = make_factory (config, &settings, error);
  if (factory == NULL)
    return FALSE;
  if (check_only)
    {
      tool_print_dataset (pymva_factory_get_dataset (factory));
      g_print ("%s: no problems, %u methods to train\n", files[0],
               g_list_model_get_n_items (G_LIST_MODEL (factory)));
      return TRUE;
    }

  return run (factory, settings.output, error);
}
