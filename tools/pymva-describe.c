/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <json-glib/json-glib.h>

#include "pymva-tool-data.h"
#include "pymva-tool.h"

static char **files = NULL;
static char **variables = NULL;
static gboolean json = FALSE;

static const GOptionEntry entries[] = {
  { "variables", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &variables,
    "What to describe: a,b,'sum := a+b'; by default all numbers", "EXPRESSION,…" },
  { "json", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &json, "Print JSON with all digits", NULL },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static const char help[] =
  "Without --label, --signal or --target all columns of numbers are described, file by file.\n"
  "\n"
  "Examples:\n"
  "  pymva describe events.csv\n"
  "  pymva describe events.csv --label class --weight w --cut 'pt > 20'\n"
  "  pymva describe --signal data.root:TreeS --background data.root:TreeB --json\n";

/* --- JSON --------------------------------------------------------------------------------- */

/* What is not there is null, for JSON has no NaN. */
static void
add_number (JsonBuilder *builder,
            double value)
{
  if (isnan (value))
    json_builder_add_null_value (builder);
  else if (value == floor (value) && fabs (value) < 1e15)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_double_value (builder, value);
}

static void
add_member (JsonBuilder *builder,
            const char *name,
            double value)
{
  json_builder_set_member_name (builder, name);
  add_number (builder, value);
}

static void
add_columns (JsonBuilder *builder,
             PymvaDatasetReport *report,
             const char *class_name)
{
  g_autoptr (GEnumClass) statistics = g_type_class_ref (PYMVA_TYPE_STATISTIC);
  g_auto (GStrv) names = pymva_dataset_report_list_columns (report);

  json_builder_set_member_name (builder, "columns");
  json_builder_begin_array (builder);
  for (guint i = 0; names[i] != NULL; i++)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "name");
      json_builder_add_string_value (builder, names[i]);
      for (guint k = 0; k < statistics->n_values; k++)
        {
          g_autoptr (PymvaTensor) values = pymva_dataset_report_get_statistic (
            report, statistics->values[k].value, class_name, NULL);

          add_member (builder, statistics->values[k].value_nick,
                      pymva_tensor_get_value (values, (gint64[]) { i }, 1));
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_correlations (JsonBuilder *builder,
                  PymvaDatasetReport *report,
                  const char *class_name)
{
  g_autoptr (PymvaTensor) matrix = pymva_dataset_report_get_correlations (report, class_name, NULL);
  gsize n_dims;
  gint64 n_columns = pymva_tensor_get_shape (matrix, &n_dims)[0];

  json_builder_set_member_name (builder, "correlations");
  json_builder_begin_array (builder);
  for (gint64 i = 0; i < n_columns; i++)
    {
      json_builder_begin_array (builder);
      for (gint64 j = 0; j < n_columns; j++)
        add_number (builder, pymva_tensor_get_value (matrix, (gint64[]) { i, j }, 2));
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
}

static void
add_group (JsonBuilder *builder,
           PymvaDatasetReport *report,
           const char *class_name)
{
  json_builder_begin_object (builder);
  if (class_name != NULL)
    {
      json_builder_set_member_name (builder, "class");
      json_builder_add_string_value (builder, class_name);
    }
  add_member (builder, "events", pymva_dataset_report_get_n_events (report, class_name));
  add_member (builder, "sum-of-weights",
              pymva_dataset_report_get_sum_of_weights (report, class_name));
  add_columns (builder, report, class_name);
  add_correlations (builder, report, class_name);
  if (class_name != NULL)
    {
      g_auto (GStrv) names = pymva_dataset_report_list_columns (report);
      g_autoptr (PymvaTensor) separations =
        pymva_dataset_report_get_separations (report, class_name, NULL);
      g_autoptr (PymvaTensor) overlaps =
        pymva_dataset_report_get_overlaps (report, class_name, NULL);
      gint64 n_variables = pymva_tensor_get_n_elements (separations);

      json_builder_set_member_name (builder, "against-others");
      json_builder_begin_array (builder);
      for (gint64 i = 0; i < n_variables; i++)
        {
          json_builder_begin_object (builder);
          json_builder_set_member_name (builder, "name");
          json_builder_add_string_value (builder, names[i]);
          add_member (builder, "separation", pymva_tensor_get_value (separations, &i, 1));
          add_member (builder, "overlap", pymva_tensor_get_value (overlaps, &i, 1));
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
}

static void
print_json (PymvaDatasetReport *report,
            const char *path)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) classes = pymva_dataset_report_list_classes (report);
  g_auto (GStrv) ranked = pymva_dataset_report_list_ranked (report);

  json_builder_begin_object (builder);
  if (path != NULL)
    {
      json_builder_set_member_name (builder, "file");
      json_builder_add_string_value (builder, path);
    }
  json_builder_set_member_name (builder, "groups");
  json_builder_begin_array (builder);
  for (guint i = 0; classes[i] != NULL; i++)
    add_group (builder, report, classes[i]);
  add_group (builder, report, NULL);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "ranking");
  json_builder_begin_array (builder);
  for (guint i = 0; ranked[i] != NULL; i++)
    json_builder_add_string_value (builder, ranked[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}

/* --- the command -------------------------------------------------------------------------- */

static void
print_report (PymvaDatasetReport *report,
              const char *path)
{
  g_autofree char *text = NULL;

  if (json)
    {
      print_json (report, path);
      return;
    }

  text = pymva_dataset_report_format (report);
  g_print ("%s%s%s%s", path != NULL ? "File: " : "", path != NULL ? path : "",
           path != NULL ? "\n" : "", text);
}

/* Files whose events have no class or target. */
static gboolean
describe_files (GError **error)
{
  if (variables != NULL)
    return tool_usage_error (error, "--variables needs --label, --signal or --target; --columns "
                                    "chooses the columns of files");

  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autoptr (PymvaTable) table = tool_read_table (files[i], error);
      g_autoptr (PymvaDatasetReport) report = NULL;

      if (table == NULL)
        return FALSE;
      report = pymva_dataset_report_new_for_table (table, tool_events_get_weight (),
                                                   tool_events_get_cut (), error);
      if (report == NULL)
        {
          g_prefix_error (error, "In “%s”: ", files[i]);
          return FALSE;
        }
      print_report (report, files[i]);
    }

  return TRUE;
}

static gboolean
describe_events (GError **error)
{
  static const char * const classes[] = { "signal", "background", NULL };
  g_autoptr (ToolEvents) events = tool_events_read ((const char * const *) files, error);
  g_autoptr (PymvaDataset) dataset = NULL;
  g_autoptr (PymvaDatasetReport) report = NULL;

  if (events == NULL)
    return FALSE;

  dataset = pymva_dataset_new (events->analysis_type);
  g_object_set (dataset, "test-fraction", 0.0, "split-mode", PYMVA_SPLIT_MODE_BLOCK,
                "missing-values", PYMVA_MISSING_VALUES_PASS,
                "negative-weights", PYMVA_NEGATIVE_WEIGHTS_PASS, NULL);
  if (!tool_events_add_variables (events, dataset, (const char * const *) variables, error) ||
      !tool_events_add_to (events, dataset, classes, error))
    return FALSE;
  report = pymva_dataset_report_new (dataset, PYMVA_PART_TRAINING, error);
  if (report == NULL)
    return FALSE;

  print_report (report, NULL);
  return TRUE;
}

/* tool_describe: pymva describe [FILE…] */
gboolean
tool_describe (char ***arguments,
               GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "[FILE…]", "Describes events: their variables, correlations, and how classes differ.", help);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, tool_events_entries, NULL);
  g_option_context_add_main_entries (context, tool_reading_entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (files == NULL)
    files = g_new0 (char *, 1);

  if (files[0] != NULL && !tool_events_have_meaning ())
    return describe_files (error);

  return tool_events_check_options ((const char * const *) files, error) &&
         describe_events (error);
}
