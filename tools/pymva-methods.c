/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-tool-table.h"
#include "pymva-tool.h"

static char **names = NULL;
static gboolean no_check = FALSE;
static gboolean markdown = FALSE;

static const GOptionEntry entries[] = {
  { "python", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, tool_set_python,
    "The Python whose frameworks are looked for", "ENVIRONMENT" },
  { "no-check", 0, 0, G_OPTION_ARG_NONE, &no_check,
    "Look for no frameworks: Python is not started", NULL },
  { "markdown", 0, 0, G_OPTION_ARG_NONE, &markdown,
    "Write the page of the manual on a method", NULL },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING_ARRAY, &names, NULL, NULL },
  { NULL }
};

static const char *
describe_availability (PymvaMethodInfo *info)
{
  switch (pymva_method_info_get_availability (info))
    {
    case PYMVA_AVAILABILITY_AVAILABLE:
      return pymva_method_info_get_framework_version (info);
    case PYMVA_AVAILABILITY_UNAVAILABLE:
      return "missing";
    case PYMVA_AVAILABILITY_UNKNOWN:
    default:
      return "-";
    }
}

static const char *
or_dash (const char *text)
{
  return text != NULL ? text : "-";
}

static gboolean
print_methods (GListModel *infos,
               GError **error)
{
  static const char * const headings[] = {
    "method", "in PyMVA", "framework", "version", "what it is", NULL
  };
  g_autoptr (ToolTable) table = tool_table_new (headings);
  g_autoptr (GString) problems = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (guint column = 1; column < G_N_ELEMENTS (headings) - 1; column++)
    tool_table_set_left (table, column);
  for (guint i = 0; i < g_list_model_get_n_items (infos); i++)
    {
      g_autoptr (PymvaMethodInfo) info = g_list_model_get_item (infos, i);

      if (!no_check && !pymva_method_info_check (info, tool_get_cancellable (), error))
        return FALSE;
      tool_table_add_row (table, (const char * const[]) {
        pymva_method_info_get_name (info), or_dash (pymva_method_info_get_pymva_name (info)),
        or_dash (pymva_method_info_get_framework (info)), describe_availability (info),
        pymva_method_info_get_title (info), NULL });
      /* Several methods may lack the same. */
      if (pymva_method_info_get_problem (info) != NULL &&
          strstr (problems->str, pymva_method_info_get_problem (info)) == NULL)
        g_string_append_printf (problems, "%s: %s\n", pymva_method_info_get_name (info),
                                pymva_method_info_get_problem (info));
    }
  text = tool_table_format (table, 0);
  g_print ("%s", text);
  if (problems->len > 0)
    g_print ("\n%s", problems->str);

  return TRUE;
}

/* What values are good, for people: “1 … 1000”, the words, or the type. */
static char *
describe_values (PymvaParameterInfo *parameter)
{
  g_auto (GStrv) choices = pymva_parameter_info_list_choices (parameter);
  double minimum = pymva_parameter_info_get_minimum (parameter);
  double maximum = pymva_parameter_info_get_maximum (parameter);
  GType type = pymva_parameter_info_get_value_type (parameter);

  if (choices[0] != NULL)
    return g_strjoinv (", ", choices);
  if (!isnan (minimum) && maximum >= G_MAXINT)
    return g_strdup_printf ("%s from %.15g", type == G_TYPE_DOUBLE ? "number" : "whole number",
                            minimum);
  if (!isnan (minimum))
    return g_strdup_printf ("%s from %.15g to %.15g",
                            type == G_TYPE_DOUBLE ? "number" : "whole number", minimum, maximum);
  if (type == G_TYPE_BOOLEAN)
    return g_strdup ("true, false");
  if (type == G_TYPE_FILE)
    return g_strdup ("file");
  if (type == G_TYPE_VARIANT)
    return g_strdup ("dictionary");
  if (g_type_is_a (type, PYMVA_TYPE_OBJECT))
    return g_strdup ("Python object");

  return g_strdup ("text");
}

static char *
describe_default (PymvaParameterInfo *parameter)
{
  g_autoptr (GVariant) value = pymva_parameter_info_dup_default_value (parameter);

  if (value == NULL)
    return g_strdup ("-");
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_strdup (*g_variant_get_string (value, NULL) != '\0'
                     ? g_variant_get_string (value, NULL) : "-");

  return g_variant_print (value, FALSE);
}

static void
print_parameters (PymvaMethodInfo *info)
{
  static const char * const headings[] = {
    "property", "option", "default", "values", "what it is", NULL
  };
  g_autoptr (GListModel) parameters = pymva_method_info_list_parameters (info);
  g_autoptr (ToolTable) table = tool_table_new (headings);
  g_autofree char *text = NULL;

  for (guint column = 1; column < G_N_ELEMENTS (headings) - 1; column++)
    tool_table_set_left (table, column);
  for (guint i = 0; i < g_list_model_get_n_items (parameters); i++)
    {
      g_autoptr (PymvaParameterInfo) parameter = g_list_model_get_item (parameters, i);
      g_auto (GStrv) options = pymva_parameter_info_list_options (parameter);
      g_autofree char *values = describe_values (parameter);
      g_autofree char *initial = describe_default (parameter);

      tool_table_add_row (table, (const char * const[]) {
        pymva_parameter_info_get_name (parameter), or_dash (options[0]), initial, values,
        pymva_parameter_info_get_description (parameter), NULL });
    }
  text = tool_table_format (table, 0);
  g_print ("%s", text);
}

/* --- the pages of the manual -------------------------------------------------------------- */

/* Vertical bars would end a cell of the table. */
static void
append_cell (GString *row,
             const char *text)
{
  g_autofree char *safe = g_strdup (text);

  g_string_append_printf (row, " %s |", g_strdelimit (safe, "|\n", '/'));
}

static void
append_code_cell (GString *row,
                  char **words)
{
  g_autofree char *joined = g_strjoinv ("`, `", words);
  g_autofree char *cell = *joined != '\0' ? g_strdup_printf ("`%s`", joined) : g_strdup ("");

  append_cell (row, cell);
}

static void
print_markdown_row (PymvaMethodInfo *info,
                    PymvaParameterInfo *parameter)
{
  g_auto (GStrv) options = pymva_parameter_info_list_options (parameter);
  g_autofree char *values = describe_values (parameter);
  g_autofree char *initial = describe_default (parameter);
  g_autofree char *link = NULL;
  g_autoptr (GString) row = g_string_new ("|");
  const char *name = pymva_parameter_info_get_name (parameter);
  GObjectClass *klass = g_type_class_ref (pymva_method_info_get_method_type (info));
  GType owner = g_object_class_find_property (klass, name)->owner_type;

  /* The manual knows a property under the class that has it. */
  link = g_strdup_printf ("[property@%s:%s]", g_type_name (owner) + strlen ("Pymva"), name);
  g_type_class_unref (klass);
  append_cell (row, link);
  append_code_cell (row, options);
  append_code_cell (row, (char *[]) { initial, NULL });
  append_cell (row, values);
  append_cell (row, pymva_parameter_info_get_description (parameter));
  g_print ("%s\n", row->str);
}

static void
print_markdown (PymvaMethodInfo *info)
{
  g_autoptr (GListModel) parameters = pymva_method_info_list_parameters (info);
  const char *class_name = g_type_name (pymva_method_info_get_method_type (info));
  const char *name = pymva_method_info_get_name (info);
  const char *pymva_name = pymva_method_info_get_pymva_name (info);

  g_print ("Title: %s\n"
           "Slug: method-%s\n\n"
           "# %s\n\n"
           "The class is [class@%s], and [func@Method.create_for_name] knows it as `\"%s\"`",
           pymva_method_info_get_title (info), name, pymva_method_info_get_title (info),
           class_name + strlen ("Pymva"), name);
  if (pymva_name != NULL)
    g_print (", or with PyMVA's defaults as `\"%s\"`", pymva_name);
  g_print (".");
  if (pymva_method_info_get_framework (info) != NULL)
    g_print (" It needs the Python package `%s`.", pymva_method_info_get_framework (info));
  g_print ("\n\n"
           "| property | in options strings | default | values | what it is |\n"
           "|---|---|---|---|---|\n");
  for (guint i = 0; i < g_list_model_get_n_items (parameters); i++)
    {
      g_autoptr (PymvaParameterInfo) parameter = g_list_model_get_item (parameters, i);

      print_markdown_row (info, parameter);
    }
}

/* --- the command -------------------------------------------------------------------------- */

static gboolean
has_name (PymvaMethodInfo *info,
          const char *name)
{
  const char *pymva_name = pymva_method_info_get_pymva_name (info);

  return g_ascii_strcasecmp (pymva_method_info_get_name (info), name) == 0 ||
         (pymva_name != NULL && g_ascii_strcasecmp (pymva_name, name) == 0);
}

static PymvaMethodInfo *
find_method (GListModel *infos,
             const char *name,
             GError **error)
{
  g_autoptr (PymvaMethod) method = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (infos); i++)
    {
      g_autoptr (PymvaMethodInfo) info = g_list_model_get_item (infos, i);

      if (has_name (info, name))
        return g_steal_pointer (&info);
    }

  /* The library says which names are near. */
  method = pymva_method_create_for_name (name, NULL, error);
  return NULL;
}

/* tool_methods: pymva methods [METHOD…] */
gboolean
tool_methods (char ***arguments,
              GError **error)
{
  g_autoptr (GListModel) infos = pymva_method_info_list_all ();
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "[METHOD…]", "Lists the methods and their frameworks, or what can be set for a method.", NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (names == NULL && markdown)
    return tool_usage_error (error, "--markdown needs the name of a method");
  if (names == NULL)
    return print_methods (infos, error);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (PymvaMethodInfo) info = find_method (infos, names[i], error);

      if (info == NULL)
        return FALSE;
      if (i > 0)
        g_print ("\n");
      if (markdown)
        print_markdown (info);
      else
        print_parameters (info);
    }

  return TRUE;
}
