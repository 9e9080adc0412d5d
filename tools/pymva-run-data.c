/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-run-data.h"
#include "pymva-tool-data.h"
#include "pymva-tool.h"

#define CLASS_PREFIX "class "

const char * const run_data_keys[] = {
  "type", "files", "label", "signal-label", "variables", "targets", "spectators", "weight", "cut",
  "tree", "format", "delimiter", "header", "columns", NULL
};
const char * const run_dataset_keys[] = {
  "options", "split-mode", "test-fraction", "seed", "norm-mode", "negative-weights",
  "missing-values", NULL
};
const char * const run_class_keys[] = {
  "files", "training-files", "test-files", "tree", "scale", "weight", "cut", NULL
};

/* A table, and where the file says that it is read. */
typedef struct
{
  PymvaTable *table;
  char *group;
} Source;

static void
source_free (Source *self)
{
  g_object_unref (self->table);
  g_free (self->group);
  g_free (self);
}

/* The parts of a list of expressions, which may also be divided by commas. */
static char **
dup_expressions (ToolConfig *config,
                 const char *key)
{
  g_auto (GStrv) parts = tool_config_dup_list (config, "data", key);

  return tool_split_list ((const char * const *) parts);
}

static gboolean
has_key (ToolConfig *config,
         const char *group,
         const char *key)
{
  g_autofree char *text = tool_config_dup_text (config, group, key);

  return text != NULL;
}

gboolean
run_find_analysis_type (ToolConfig *config,
                        PymvaAnalysisType *type)
{
  g_auto (GStrv) classes = tool_config_list_groups (config, CLASS_PREFIX);
  gboolean targets = has_key (config, "data", "targets");
  int chosen;

  if (has_key (config, "data", "type"))
    {
      if (!tool_config_get_enum (config, "data", "type", PYMVA_TYPE_ANALYSIS_TYPE, &chosen))
        return FALSE;
      *type = chosen;
      return TRUE;
    }
  *type = targets                             ? PYMVA_ANALYSIS_TYPE_REGRESSION
          : g_strv_length (classes) > 2       ? PYMVA_ANALYSIS_TYPE_MULTICLASS
                                              : PYMVA_ANALYSIS_TYPE_CLASSIFICATION;

  /* How many classes a label has is only known when its column is read. */
  return targets || classes[0] != NULL;
}

/* Whether the file exists; a tree may follow its name, and a pattern stands for several. */
static void
check_file (ToolConfig *config,
            const char *group,
            const char *key,
            const char *spec)
{
  const char *colon = strrchr (spec, ':');
  g_autofree char *path = colon != NULL ? g_strndup (spec, colon - spec) : NULL;

  if (strpbrk (spec, "*?[") != NULL || g_file_test (spec, G_FILE_TEST_EXISTS) ||
      (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS)) || strstr (spec, "://") != NULL)
    return;

  tool_config_complain (config, group, key, "there is no file “%s”", spec);
}

static guint
check_files (ToolConfig *config,
             const char *group,
             const char *key)
{
  g_auto (GStrv) files = tool_config_dup_list (config, group, key);

  for (guint i = 0; files[i] != NULL; i++)
    check_file (config, group, key, files[i]);

  return g_strv_length (files);
}

static void
check_classes (ToolConfig *config,
               char **classes)
{
  if (classes[1] == NULL)
    tool_config_complain (config, classes[0], NULL,
                          "“%s” is the only class; there must be two at least", classes[0]);
  if (has_key (config, "data", "files"))
    tool_config_complain (config, "data", "files",
                          "where classes have their own groups, they have their own files");
  if (has_key (config, "data", "label"))
    tool_config_complain (config, "data", "label",
                          "classes are found by “label”, or have groups “class NAME”, not both");
  if (has_key (config, "data", "targets"))
    tool_config_complain (config, "data", "targets",
                          "a regression has “targets”, and no groups “class NAME”");
  for (guint i = 0; classes[i] != NULL; i++)
    {
      double scale;

      if (check_files (config, classes[i], "files") +
            check_files (config, classes[i], "training-files") +
            check_files (config, classes[i], "test-files") == 0)
        tool_config_complain (config, classes[i], NULL, "“%s” has no “files”", classes[i]);
      tool_config_get_number (config, classes[i], "scale", &scale);
    }
}

void
run_check_data (ToolConfig *config)
{
  g_auto (GStrv) classes = tool_config_list_groups (config, CLASS_PREFIX);
  gboolean label = has_key (config, "data", "label");
  gboolean targets = has_key (config, "data", "targets");
  g_auto (GStrv) variables = dup_expressions (config, "variables");

  if (!tool_config_has_group (config, "data"))
    {
      tool_config_complain (config, NULL, NULL, "there is no group “data”");
      return;
    }
  if (variables[0] == NULL)
    tool_config_complain (config, "data", "variables", "“variables” says what to learn from; it is "
                                                       "missing or empty");
  if (classes[0] != NULL)
    check_classes (config, classes);
  else if (check_files (config, "data", "files") == 0)
    tool_config_complain (config, "data", "files", "there are no “files”");
  if (classes[0] == NULL && label + targets != 1)
    tool_config_complain (config, "data", NULL,
                          "say what the events are: by “label”, the column with their class, by "
                          "“targets” of a regression, or by groups “class NAME”");
  if (has_key (config, "data", "signal-label") && !label)
    tool_config_complain (config, "data", "signal-label", "“signal-label” needs “label”");
}

/* --- reading --- */

static GVariant *
make_reading_options (ToolConfig *config)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *format = tool_config_dup_text (config, "data", "format");
  g_autofree char *delimiter = tool_config_dup_text (config, "data", "delimiter");
  g_auto (GStrv) columns = dup_expressions (config, "columns");
  gboolean header;

  tool_add_text (&options, "format", format);
  tool_add_text (&options, "delimiter", delimiter);
  if (tool_config_get_boolean (config, "data", "header", &header))
    g_variant_dict_insert (&options, "header", "b", header);
  if (columns[0] != NULL)
    g_variant_dict_insert (&options, "columns", "^as", columns);

  return g_variant_ref_sink (g_variant_dict_end (&options));
}

/* Complains of an error at a key. FALSE, and the error is the caller's, after Ctrl-C. */
static gboolean
complain_of (ToolConfig *config,
             const char *group,
             const char *key,
             GError *failure,
             GError **error)
{
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  tool_config_complain (config, group, key, "%.*s", (int) strcspn (failure->message, "\n"),
                        failure->message);
  g_error_free (failure);

  return TRUE;
}

typedef gboolean (*AddTable) (PymvaDataset *dataset,
                              PymvaTable *table,
                              gconstpointer data,
                              GError **error);

/* Reads the files of a list and gives each to @add. FALSE only after Ctrl-C. */
static gboolean
read_files (ToolConfig *config,
            const char *group,
            const char *key,
            GPtrArray *sources,
            PymvaDataset *dataset,
            AddTable add,
            gconstpointer data,
            GError **error)
{
  g_auto (GStrv) files = tool_config_dup_list (config, group, key);
  g_autoptr (GVariant) options = make_reading_options (config);
  g_autofree char *tree = tool_config_dup_text (config, group, "tree");

  if (tree == NULL)
    tree = tool_config_dup_text (config, "data", "tree");
  for (guint i = 0; files[i] != NULL; i++)
    {
      GError *failure = NULL;
      PymvaTable *table = tool_read_table_with (files[i], tree, options, &failure);
      Source *source;

      if (table == NULL)
        {
          if (!complain_of (config, group, key, failure, error))
            return FALSE;
          continue;
        }
      source = g_new (Source, 1);
      *source = (Source) { table, g_strdup (group) };
      g_ptr_array_add (sources, source);
      if (!add (dataset, table, data, &failure) &&
          !complain_of (config, group, key, failure, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_events (PymvaDataset *dataset,
            PymvaTable *table,
            gconstpointer data,
            GError **error)
{
  return pymva_dataset_add_events (dataset, table, 1.0, error);
}

static gboolean
add_labelled (PymvaDataset *dataset,
              PymvaTable *table,
              gconstpointer data,
              GError **error)
{
  return pymva_dataset_add_labelled (dataset, table, data, error);
}

typedef struct
{
  const char *name;
  double scale;
  /* -1: the data set divides them. */
  int part;
} ClassFiles;

static gboolean
add_class (PymvaDataset *dataset,
           PymvaTable *table,
           gconstpointer data,
           GError **error)
{
  const ClassFiles *files = data;

  if (files->part >= 0)
    return pymva_dataset_add_class_part (dataset, files->name, table, files->scale,
                                         (PymvaPart) files->part, error);

  return pymva_dataset_add_class (dataset, files->name, table, files->scale, error);
}

static gboolean
read_classes (ToolConfig *config,
              char **classes,
              GPtrArray *sources,
              PymvaDataset *dataset,
              GError **error)
{
  static const struct
  {
    const char *key;
    int part;
  } kinds[] = {
    { "files", -1 },
    { "training-files", PYMVA_PART_TRAINING },
    { "test-files", PYMVA_PART_TEST },
  };

  for (guint i = 0; classes[i] != NULL; i++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      {
        ClassFiles files = { classes[i] + strlen (CLASS_PREFIX), 1.0, kinds[k].part };

        tool_config_get_number (config, classes[i], "scale", &files.scale);
        if (!read_files (config, classes[i], kinds[k].key, sources, dataset, add_class, &files,
                         error))
          return FALSE;
      }

  return TRUE;
}

/* --- settings --- */

typedef gboolean (*AddExpression) (PymvaDataset *dataset,
                                   const char *expression,
                                   GError **error);

static void
add_expressions (ToolConfig *config,
                 PymvaDataset *dataset,
                 const char *key,
                 AddExpression add)
{
  g_auto (GStrv) expressions = dup_expressions (config, key);

  for (guint i = 0; expressions[i] != NULL; i++)
    {
      GError *failure = NULL;

      if (!add (dataset, expressions[i], &failure))
        complain_of (config, "data", key, failure, NULL);
    }
}

typedef gboolean (*SetExpression) (PymvaDataset *dataset,
                                   const char *class_name,
                                   const char *expression,
                                   GError **error);

static void
set_expression (ToolConfig *config,
                PymvaDataset *dataset,
                const char *group,
                const char *key,
                SetExpression set)
{
  g_autofree char *expression = tool_config_dup_text (config, group, key);
  const char *name =
    g_str_has_prefix (group, CLASS_PREFIX) ? group + strlen (CLASS_PREFIX) : NULL;
  GError *failure = NULL;

  if (expression != NULL && !set (dataset, name, expression, &failure))
    complain_of (config, group, key, failure, NULL);
}

static void
apply_dataset_group (ToolConfig *config,
                     PymvaDataset *dataset,
                     gint64 seed)
{
  static const struct
  {
    const char *key;
    GType (*get_type) (void);
  } words[] = {
    { "split-mode", pymva_split_mode_get_type },
    { "norm-mode", pymva_norm_mode_get_type },
    { "negative-weights", pymva_negative_weights_get_type },
    { "missing-values", pymva_missing_values_get_type },
  };
  g_autofree char *options = tool_config_dup_text (config, "dataset", "options");
  GError *failure = NULL;
  double number;

  if (seed >= 0)
    pymva_dataset_set_seed (dataset, seed);
  if (options != NULL && !pymva_dataset_set_options (dataset, options, &failure))
    complain_of (config, "dataset", "options", failure, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      int value;

      if (tool_config_get_enum (config, "dataset", words[i].key, words[i].get_type (), &value))
        g_object_set (dataset, words[i].key, value, NULL);
    }
  if (tool_config_get_number (config, "dataset", "test-fraction", &number))
    {
      if (number >= 0 && number < 1)
        pymva_dataset_set_test_fraction (dataset, number);
      else
        tool_config_complain (config, "dataset", "test-fraction",
                              "“test-fraction” must be at least 0 and less than 1, not %g", number);
    }
  if (tool_config_get_number (config, "dataset", "seed", &number))
    {
      if (number >= 0 && number <= G_MAXUINT && number == (guint) number)
        pymva_dataset_set_seed (dataset, (guint) number);
      else
        tool_config_complain (config, "dataset", "seed",
                              "“seed” must be a whole number from 0 to %u", G_MAXUINT);
    }
}

/* Classification by a label: two classes, or several. */
static PymvaAnalysisType
count_labels (GPtrArray *sources,
              const char *label)
{
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);
  g_auto (GStrv) classes = NULL;

  for (guint i = 0; i < sources->len; i++)
    {
      Source *source = g_ptr_array_index (sources, i);

      /* What is wrong here is told when the events are added for good. */
      pymva_dataset_add_labelled (dataset, source->table, label, NULL);
    }
  classes = pymva_dataset_list_classes (dataset);

  return g_strv_length (classes) > 2 ? PYMVA_ANALYSIS_TYPE_MULTICLASS
                                     : PYMVA_ANALYSIS_TYPE_CLASSIFICATION;
}

static gboolean
keep_table (PymvaDataset *dataset,
            PymvaTable *table,
            gconstpointer data,
            GError **error)
{
  return TRUE;
}

/* The data set of labelled events: the tables are read first, for the number of classes. */
static PymvaDataset *
make_labelled (ToolConfig *config,
               const char *label,
               GPtrArray *sources,
               GError **error)
{
  g_autofree char *signal = tool_config_dup_text (config, "data", "signal-label");
  PymvaDataset *dataset;
  PymvaAnalysisType type;

  if (!read_files (config, "data", "files", sources, NULL, keep_table, NULL, error))
    return NULL;
  if (!run_find_analysis_type (config, &type))
    type = count_labels (sources, label);
  dataset = pymva_dataset_new (type);
  if (signal != NULL)
    pymva_dataset_set_signal_label (dataset, signal);
  for (guint i = 0; i < sources->len; i++)
    {
      Source *source = g_ptr_array_index (sources, i);
      GError *failure = NULL;

      if (!add_labelled (dataset, source->table, label, &failure))
        complain_of (config, "data", "label", failure, NULL);
    }

  return dataset;
}

static PymvaDataset *
read_dataset (ToolConfig *config,
              GPtrArray *sources,
              GError **error)
{
  g_auto (GStrv) classes = tool_config_list_groups (config, CLASS_PREFIX);
  g_autofree char *label = tool_config_dup_text (config, "data", "label");
  g_autoptr (PymvaDataset) dataset = NULL;
  PymvaAnalysisType type;

  if (label != NULL)
    return make_labelled (config, label, sources, error);

  run_find_analysis_type (config, &type);
  dataset = pymva_dataset_new (type);
  if (classes[0] != NULL
        ? !read_classes (config, classes, sources, dataset, error)
        : !read_files (config, "data", "files", sources, dataset, add_events, NULL, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

/* --- errors in expressions --- */

/* Whether the expression can be evaluated on the tables that it is for; complains if not. */
static gboolean
check_expression (ToolConfig *config,
                  const char *group,
                  const char *key,
                  const char *expression,
                  GPtrArray *sources)
{
  const char *assigned = strstr (expression, ":=");

  for (guint i = 0; i < sources->len; i++)
    {
      Source *source = g_ptr_array_index (sources, i);
      g_autoptr (PymvaTensor) values = NULL;
      GError *failure = NULL;

      if (!g_str_equal (group, "data") && !g_str_equal (group, source->group))
        continue;
      values = pymva_table_evaluate (source->table, assigned != NULL ? assigned + 2 : expression,
                                     &failure);
      if (values != NULL)
        continue;
      complain_of (config, group, key, failure, NULL);
      return FALSE;
    }

  return TRUE;
}

/* Finds the lines of expressions that made the data set fail. FALSE where it is none of them. */
static gboolean
find_bad_expressions (ToolConfig *config,
                      GPtrArray *sources)
{
  static const char * const lists[] = { "variables", "targets", "spectators" };
  static const char * const keys[] = { "weight", "cut" };
  g_auto (GStrv) groups = tool_config_list_groups (config, "");
  gboolean found = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_auto (GStrv) expressions = dup_expressions (config, lists[i]);

      for (guint k = 0; expressions[k] != NULL; k++)
        found |= !check_expression (config, "data", lists[i], expressions[k], sources);
    }
  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (!g_str_equal (groups[i], "data") && !g_str_has_prefix (groups[i], CLASS_PREFIX))
        continue;
      for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
        {
          g_autofree char *expression = tool_config_dup_text (config, groups[i], keys[k]);

          if (expression != NULL)
            found |= !check_expression (config, groups[i], keys[k], expression, sources);
        }
    }

  return found;
}

static gboolean
prepare (ToolConfig *config,
         PymvaDataset *dataset,
         GPtrArray *sources,
         GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  GError *failure = NULL;

  pymva_dataset_prepare_async (dataset, tool_get_cancellable (), tool_store_result, &slot);
  result = tool_wait (&slot);
  if (pymva_dataset_prepare_finish (dataset, result, &failure))
    return TRUE;
  if (!g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      find_bad_expressions (config, sources))
    {
      g_error_free (failure);
      return FALSE;
    }
  complain_of (config, NULL, NULL, failure, error);

  return FALSE;
}

PymvaDataset *
run_make_dataset (ToolConfig *config,
                  gint64 seed,
                  GError **error)
{
  g_autoptr (GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) source_free);
  g_auto (GStrv) classes = tool_config_list_groups (config, CLASS_PREFIX);
  g_autoptr (PymvaDataset) dataset = read_dataset (config, sources, error);

  if (dataset == NULL)
    return NULL;

  add_expressions (config, dataset, "variables", pymva_dataset_add_variable);
  add_expressions (config, dataset, "targets", pymva_dataset_add_target);
  add_expressions (config, dataset, "spectators", pymva_dataset_add_spectator);
  set_expression (config, dataset, "data", "weight", pymva_dataset_set_weight_expression);
  set_expression (config, dataset, "data", "cut", pymva_dataset_set_cut);
  for (guint i = 0; classes[i] != NULL; i++)
    {
      set_expression (config, dataset, classes[i], "weight", pymva_dataset_set_weight_expression);
      set_expression (config, dataset, classes[i], "cut", pymva_dataset_set_cut);
    }
  apply_dataset_group (config, dataset, seed);
  if (tool_config_get_n_problems (config) > 0 || !prepare (config, dataset, sources, error))
    return NULL;

  return g_steal_pointer (&dataset);
}
