/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-tool-data.h"
#include "pymva-tool.h"

static char *format = NULL;
static char *delimiter = NULL;
static gboolean no_header = FALSE;
static char **columns = NULL;
static char *default_tree = NULL;

const GOptionEntry tool_reading_entries[] = {
  { "format", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &format,
    "Format of the data files: csv, npy, npz, root, parquet, feather or hdf5", "FORMAT" },
  { "delimiter", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &delimiter,
    "What separates the columns of text files", "TEXT" },
  { "no-header", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &no_header,
    "The first line of text files is an event", NULL },
  { "tree", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &default_tree,
    "The tree of ROOT files, or path in HDF5 files, not given as FILE:TREE", "NAME" },
  { "columns", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &columns,
    "Read only these columns of the data files", "NAME,…" },
  { "python", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, tool_set_python,
    "The Python to use: a virtual environment or an executable", "ENVIRONMENT" },
  { NULL }
};

static char *label = NULL;
static char *signal_label = NULL;
static char **signal_files = NULL;
static char **background_files = NULL;
static char **targets = NULL;
static char *weight = NULL;
static char *signal_weight = NULL;
static char *background_weight = NULL;
static char *cut = NULL;
static char *signal_cut = NULL;
static char *background_cut = NULL;

const GOptionEntry tool_events_entries[] = {
  { "label", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &label,
    "Classification: the column with the class of each event", "COLUMN" },
  { "signal-label", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &signal_label,
    "The label of the signal", "LABEL" },
  { "signal", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &signal_files,
    "Classification: FILE or FILE:TREE of signal; may be repeated", "FILE" },
  { "background", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &background_files,
    "FILE or FILE:TREE of background; may be repeated", "FILE" },
  { "target", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &targets,
    "Regression: what is to be predicted; may be repeated", "EXPRESSION,…" },
  { "weight", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &weight,
    "The weight of each event", "EXPRESSION" },
  { "signal-weight", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &signal_weight,
    "The same for the files of --signal only", "EXPRESSION" },
  { "background-weight", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &background_weight,
    "The same for the files of --background only", "EXPRESSION" },
  { "cut", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &cut,
    "Use only events for which this is true", "EXPRESSION" },
  { "signal-cut", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &signal_cut,
    "The same for the files of --signal only", "EXPRESSION" },
  { "background-cut", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &background_cut,
    "The same for the files of --background only", "EXPRESSION" },
  { NULL }
};

/* "file.root:tree" names a tree, unless there is a file of just that name. */
static GFile *
resolve_file (const char *spec,
              char **tree)
{
  const char *colon = strrchr (spec, ':');
  g_autofree char *path = colon != NULL ? g_strndup (spec, colon - spec) : NULL;

  *tree = NULL;
  if (path != NULL && !g_file_test (spec, G_FILE_TEST_EXISTS) &&
      g_file_test (path, G_FILE_TEST_EXISTS))
    {
      *tree = g_strdup (colon + 1);
      return g_file_new_for_commandline_arg (path);
    }

  return g_file_new_for_commandline_arg (spec);
}

static GVariant *
make_reading_options (void)
{
  GVariantBuilder builder;
  g_auto (GStrv) wanted = tool_split_list ((const char * const *) columns);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (format != NULL)
    g_variant_builder_add (&builder, "{sv}", "format", g_variant_new_string (format));
  if (delimiter != NULL)
    {
      g_autofree char *text = g_strcompress (delimiter);

      g_variant_builder_add (&builder, "{sv}", "delimiter", g_variant_new_string (text));
    }
  if (no_header)
    g_variant_builder_add (&builder, "{sv}", "header", g_variant_new_boolean (FALSE));
  if (wanted[0] != NULL)
    g_variant_builder_add (&builder, "{sv}", "columns",
                           g_variant_new_strv ((const char * const *) wanted, -1));

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* Where the events are; their tree is added to the options. */
static GFile *
find_events (const char *spec,
             const char *tree,
             GVariantDict *options)
{
  g_autofree char *own_tree = NULL;
  GFile *file = resolve_file (spec, &own_tree);

  tool_add_text (options, "tree", own_tree != NULL ? own_tree : tree);

  return file;
}

/* tool_read_table_with:
 * @spec: a file's name, or FILE:TREE
 * @tree: (nullable): the tree of a ROOT file that is not given as FILE:TREE
 * @options: how the file is read: as pymva_table_new_from_file() takes them
 *
 * Reads a table, until Ctrl-C. */
PymvaTable *
tool_read_table_with (const char *spec,
                      const char *tree,
                      GVariant *options,
                      GError **error)
{
  g_auto (GVariantDict) all = G_VARIANT_DICT_INIT (options);
  g_autoptr (GFile) file = find_events (spec, tree, &all);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  pymva_table_new_from_file_async (file, g_variant_dict_end (&all), tool_get_cancellable (),
                                   tool_store_result, &slot);
  result = tool_wait (&slot);

  return pymva_table_new_from_file_finish (result, error);
}

/* tool_name_options: lets a message of the library name an option as the program calls it. */
void
tool_name_options (GError **error)
{
  static const char * const names[][2] = {
    { "choose one with the option “format”", "choose one with --to" },
    { "name it in the option “format”", "name it with --format" },
    { "the option “tree”", "--tree" },
  };

  for (guint i = 0; error != NULL && *error != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GString) message = g_string_new ((*error)->message);

      if (g_string_replace (message, names[i][0], names[i][1], 0) == 0)
        continue;
      g_free ((*error)->message);
      (*error)->message = g_string_free (g_steal_pointer (&message), FALSE);
    }
}

/* tool_read_table:
 * @spec: a file's name, or FILE:TREE
 *
 * Reads a table as the options say, until Ctrl-C. */
PymvaTable *
tool_read_table (const char *spec,
                 GError **error)
{
  g_autoptr (GVariant) options = make_reading_options ();
  PymvaTable *table = tool_read_table_with (spec, default_tree, options, error);

  tool_name_options (error);
  return table;
}

/* tool_open_stream:
 * @spec: a file's name, or FILE:TREE
 * @only: (nullable): an expression that is true of the events to read
 *
 * The events of a file, to be read in pieces as the options say. */
PymvaTableStream *
tool_open_stream (const char *spec,
                  const char *only)
{
  g_autoptr (GVariant) options = make_reading_options ();
  g_auto (GVariantDict) all = G_VARIANT_DICT_INIT (options);
  g_autoptr (GFile) file = find_events (spec, default_tree, &all);

  if (only != NULL)
    g_variant_dict_insert (&all, "cut", "s", only);

  return pymva_table_stream_new (file, g_variant_dict_end (&all));
}

gboolean
tool_events_have_meaning (void)
{
  return label != NULL || signal_files != NULL || background_files != NULL || targets != NULL;
}

const char *
tool_events_get_weight (void)
{
  return weight;
}

const char *
tool_events_get_cut (void)
{
  return cut;
}

/* tool_events_set_default_targets: the targets where no option says what the events are. */
void
tool_events_set_default_targets (const char * const *names)
{
  if (!tool_events_have_meaning ())
    targets = g_strdupv ((char **) names);
}

/* tool_events_check_options: whether the options fit each other, before anything is read. */
gboolean
tool_events_check_options (const char * const *files,
                           GError **error)
{
  gboolean by_files = signal_files != NULL || background_files != NULL;
  guint n_kinds = (label != NULL) + by_files + (targets != NULL);

  if (n_kinds == 0)
    return tool_usage_error (error, "say what the events are: --label COLUMN, --signal FILE and "
                                    "--background FILE, or --target EXPRESSION");
  if (n_kinds > 1)
    return tool_usage_error (error, "--label, --signal with --background, and --target exclude "
                                    "each other");
  if (by_files && signal_files == NULL)
    return tool_usage_error (error, "--background needs --signal FILE beside it");
  if (by_files && background_files == NULL)
    return tool_usage_error (error, "--signal needs --background FILE beside it");
  if (by_files && files[0] != NULL)
    return tool_usage_error (error, "“%s” is neither signal nor background; give it to --signal or "
                                    "--background", files[0]);
  if (!by_files && files[0] == NULL)
    return tool_usage_error (error, "a data file is missing");
  if (!by_files && (signal_weight != NULL || background_weight != NULL || signal_cut != NULL ||
                    background_cut != NULL))
    return tool_usage_error (error, "the weights and cuts of signal and background need --signal "
                                    "and --background; use --weight and --cut");
  if (signal_label != NULL && label == NULL)
    return tool_usage_error (error, "--signal-label needs --label COLUMN");

  return TRUE;
}

gboolean
tool_events_check_output (const char * const *files,
                          const char *output,
                          GError **error)
{
  return tool_check_output (output, files, error) &&
         tool_check_output (output, (const char * const *) signal_files, error) &&
         tool_check_output (output, (const char * const *) background_files, error);
}

static GPtrArray *
read_tables (const char * const *specs,
             GError **error)
{
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; specs[i] != NULL; i++)
    {
      PymvaTable *table = tool_read_table (specs[i], error);

      if (table == NULL)
        return NULL;
      g_ptr_array_add (tables, table);
    }

  return g_steal_pointer (&tables);
}

static gboolean
add_labelled (ToolEvents *self,
              PymvaDataset *dataset,
              const char *default_signal_label,
              GError **error)
{
  const char *signal = signal_label != NULL ? signal_label : default_signal_label;

  if (signal != NULL)
    pymva_dataset_set_signal_label (dataset, signal);
  for (guint i = 0; i < self->events->len; i++)
    {
      if (!pymva_dataset_add_labelled (dataset, g_ptr_array_index (self->events, i), label, error))
        return FALSE;
    }

  return TRUE;
}

/* Two labels are signal and background, more are classes of equal rank. */
static gboolean
find_analysis_type (ToolEvents *self,
                    GError **error)
{
  g_autoptr (PymvaDataset) dataset = NULL;

  if (label == NULL)
    {
      self->analysis_type = targets != NULL ? PYMVA_ANALYSIS_TYPE_REGRESSION
                                            : PYMVA_ANALYSIS_TYPE_CLASSIFICATION;
      return TRUE;
    }

  dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);
  if (!add_labelled (self, dataset, NULL, error))
    return FALSE;
  self->labels = pymva_dataset_list_classes (dataset);
  self->analysis_type = g_strv_length (self->labels) > 2 ? PYMVA_ANALYSIS_TYPE_MULTICLASS
                                                    : PYMVA_ANALYSIS_TYPE_CLASSIFICATION;

  return TRUE;
}

/* tool_events_read: @files are the arguments that are not options. */
ToolEvents *
tool_events_read (const char * const *files,
                  GError **error)
{
  g_autoptr (ToolEvents) self = g_new0 (ToolEvents, 1);

  if (signal_files != NULL)
    {
      self->events = read_tables ((const char * const *) signal_files, error);
      if (self->events == NULL)
        return NULL;
      self->background = read_tables ((const char * const *) background_files, error);
      if (self->background == NULL)
        return NULL;
    }
  else
    {
      self->events = read_tables (files, error);
      if (self->events == NULL)
        return NULL;
    }
  if (!find_analysis_type (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
tool_events_free (ToolEvents *self)
{
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_pointer (&self->background, g_ptr_array_unref);
  g_strfreev (self->labels);
  g_free (self);
}

/* Whether the expression names the column. */
static gboolean
mentions (const char *expression,
          const char *column)
{
  gsize length = strlen (column);
  const char *at = expression;

  while (at != NULL && (at = strstr (at, column)) != NULL)
    {
      gboolean starts = at == expression || !(g_ascii_isalnum (at[-1]) || at[-1] == '_');
      gboolean ends = !(g_ascii_isalnum (at[length]) || at[length] == '_');

      if (starts && ends)
        return TRUE;
      at++;
    }

  return FALSE;
}

static gboolean
has_role (const char *column)
{
  if (mentions (weight, column) || mentions (signal_weight, column) ||
      mentions (background_weight, column) || g_strcmp0 (label, column) == 0)
    return TRUE;
  for (guint i = 0; targets != NULL && targets[i] != NULL; i++)
    {
      if (mentions (targets[i], column))
        return TRUE;
    }

  return FALSE;
}

static gboolean
holds_numbers (GPtrArray *tables,
               const char *column)
{
  for (guint i = 0; i < tables->len; i++)
    {
      g_autoptr (PymvaTensor) values =
        pymva_table_get_column (g_ptr_array_index (tables, i), column, NULL);

      if (values == NULL)
        return FALSE;
    }

  return TRUE;
}

/* The columns of numbers that all tables have, but for those that are the label, a target, or named
 * in a weight. */
static char **
list_default_variables (ToolEvents *self,
                        GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = pymva_table_list_columns (g_ptr_array_index (self->events, 0));
  g_auto (GStrv) variables = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!has_role (names[i]) && holds_numbers (self->events, names[i]) &&
          (self->background == NULL || holds_numbers (self->background, names[i])))
        g_strv_builder_add (builder, names[i]);
    }

  variables = g_strv_builder_end (builder);
  if (variables[0] == NULL)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                           "The data have no column of numbers to learn from besides labels, "
                           "targets and weights; say with --variables what to learn from");
      return NULL;
    }

  return g_steal_pointer (&variables);
}

gboolean
tool_events_add_variables (ToolEvents *self,
                           PymvaDataset *dataset,
                           const char * const *variables,
                           GError **error)
{
  g_auto (GStrv) names = tool_split_list (variables);

  if (names[0] == NULL)
    {
      g_strfreev (names);
      names = list_default_variables (self, error);
      if (names == NULL)
        return FALSE;
    }
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!pymva_dataset_add_variable (dataset, names[i], error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_class (PymvaDataset *dataset,
           const char *name,
           GPtrArray *tables,
           const char *class_weight,
           const char *class_cut,
           GError **error)
{
  for (guint i = 0; i < tables->len; i++)
    {
      if (!pymva_dataset_add_class (dataset, name, g_ptr_array_index (tables, i), 1.0, error))
        return FALSE;
    }
  if (class_weight != NULL &&
      !pymva_dataset_set_weight_expression (dataset, name, class_weight, error))
    return FALSE;

  return class_cut == NULL || pymva_dataset_set_cut (dataset, name, class_cut, error);
}

/* tool_events_add_to:
 * @dataset: a data set of the right analysis type
 * @classes: (nullable): the names of the classes, the signal first
 *
 * Gives the data set the events, with their classes or targets, weights and cuts. */
gboolean
tool_events_add_to (ToolEvents *self,
                    PymvaDataset *dataset,
                    const char * const *classes,
                    GError **error)
{
  g_auto (GStrv) target_list = tool_split_list ((const char * const *) targets);

  for (guint i = 0; target_list[i] != NULL; i++)
    {
      if (!pymva_dataset_add_target (dataset, target_list[i], error))
        return FALSE;
    }
  if (self->background != NULL)
    {
      if (!add_class (dataset, classes[0], self->events, signal_weight, signal_cut, error) ||
          !add_class (dataset, classes[1], self->background, background_weight, background_cut,
                      error))
        return FALSE;
    }
  else if (label != NULL)
    {
      /* A model knows which of its classes is the signal. */
      gboolean known = classes != NULL && classes[0] != NULL &&
                       g_strv_contains ((const char * const *) self->labels, classes[0]);

      if (!add_labelled (self, dataset, known ? classes[0] : NULL, error))
        return FALSE;
    }
  else
    {
      for (guint i = 0; i < self->events->len; i++)
        {
          if (!pymva_dataset_add_events (dataset, g_ptr_array_index (self->events, i), 1.0, error))
            return FALSE;
        }
    }

  if (weight != NULL && !pymva_dataset_set_weight_expression (dataset, NULL, weight, error))
    return FALSE;

  return cut == NULL || pymva_dataset_set_cut (dataset, NULL, cut, error);
}
