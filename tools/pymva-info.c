/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#include "pymva-tool-table.h"
#include "pymva-tool.h"

static gboolean json = FALSE;
static char *trust = NULL;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "json", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &json,
    "Print the manifest as it is in the file", NULL },
  { "trust", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &trust,
    "Load a model that holds code, if this is the sha256 of its file", "SHA256" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

/* Deeper than any manifest; what lies below is printed as JSON. */
#define MOST_LEVELS 8

static char *
format_value (JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("-");
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (*json_node_get_string (node) != '\0' ? json_node_get_string (node) : "-");
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "yes" : "no");

  return json_to_string (node, FALSE);
}

static gboolean
is_plain (JsonNode *node)
{
  return JSON_NODE_HOLDS_NULL (node) || JSON_NODE_HOLDS_VALUE (node);
}

static gboolean
is_plain_array (JsonArray *array)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (!is_plain (json_array_get_element (array, i)))
        return FALSE;
    }

  return TRUE;
}

/* The headings of a table of objects whose members are all plain, or NULL if they are not. */
static char **
list_headings (JsonArray *array)
{
  g_autoptr (GPtrArray) headings = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      g_autoptr (GList) members = NULL;

      if (!JSON_NODE_HOLDS_OBJECT (element))
        return NULL;
      members = json_object_get_members (json_node_get_object (element));
      for (GList *l = members; l != NULL; l = l->next)
        {
          if (!is_plain (json_object_get_member (json_node_get_object (element), l->data)))
            return NULL;
          if (!g_ptr_array_find_with_equal_func (headings, l->data, g_str_equal, NULL))
            g_ptr_array_add (headings, g_strdup (l->data));
        }
    }
  g_ptr_array_add (headings, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&headings), FALSE);
}

static void
print_table (JsonArray *array,
             const char * const *headings,
             guint indent)
{
  g_autoptr (ToolTable) table = tool_table_new (headings);
  guint n_columns = g_strv_length ((char **) headings);
  g_autofree char *text = NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = json_array_get_object_element (array, i);
      g_auto (GStrv) cells = g_new0 (char *, n_columns + 1);

      for (guint j = 0; j < n_columns; j++)
        {
          JsonNode *member = json_object_get_member (object, headings[j]);

          cells[j] = member != NULL ? format_value (member) : g_strdup ("-");
          if (member != NULL && json_node_get_value_type (member) == G_TYPE_STRING)
            tool_table_set_left (table, j);
        }
      tool_table_add_row (table, (const char * const *) cells);
    }
  text = tool_table_format (table, indent);
  g_print ("%s", text);
}

static void print_object (JsonObject *object,
                          guint level);

static void
print_array (const char *name,
             JsonArray *array,
             guint level)
{
  g_auto (GStrv) headings = NULL;
  int indent = 2 * level;

  if (is_plain_array (array))
    {
      g_autoptr (GString) list = g_string_new (NULL);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          g_autofree char *value = format_value (json_array_get_element (array, i));

          g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", value);
        }
      g_print ("%*s%s: %s\n", indent, "", name, list->len > 0 ? list->str : "-");
      return;
    }

  g_print ("%*s%s:\n", indent, "", name);
  headings = list_headings (array);
  if (headings != NULL)
    {
      print_table (array, (const char * const *) headings, indent + 2);
      return;
    }
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (element) && level < MOST_LEVELS)
        {
          g_print ("%*s%u:\n", indent + 2, "", i + 1);
          print_object (json_node_get_object (element), level + 2);
        }
      else
        {
          g_autofree char *value = format_value (element);

          g_print ("%*s%s\n", indent + 2, "", value);
        }
    }
}

static void
print_member (const char *name,
              JsonNode *node,
              guint level)
{
  g_autofree char *value = NULL;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      print_array (name, json_node_get_array (node), level);
      return;
    }
  if (JSON_NODE_HOLDS_OBJECT (node) && level < MOST_LEVELS)
    {
      g_print ("%*s%s:%s\n", 2 * (int) level, "", name,
               json_object_get_size (json_node_get_object (node)) == 0 ? " -" : "");
      print_object (json_node_get_object (node), level + 1);
      return;
    }

  value = format_value (node);
  g_print ("%*s%s: %s\n", 2 * (int) level, "", name, value);
}

static void
print_object (JsonObject *object,
              guint level)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    print_member (l->data, json_object_get_member (object, l->data), level);
}

static gboolean
print_model (PymvaModel *model,
             const char *path,
             GError **error)
{
  g_autofree char *manifest = pymva_model_dup_manifest (model);
  g_autoptr (JsonNode) root = json_from_string (manifest, error);

  if (root == NULL)
    return FALSE;

  g_print ("file: %s\n"
           "sha256: %s\n"
           "engine: %s\n"
           "kernel: %s\n",
           path, pymva_model_get_sha256 (model), pymva_model_get_engine (model),
           pymva_model_get_kernel (model));
  print_object (json_node_get_object (root), 0);

  return TRUE;
}

/* tool_info: pymva info MODEL… */
gboolean
tool_info (char ***arguments,
           GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "MODEL…", "Shows what model files hold. It needs no Python.", NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (files == NULL)
    return tool_usage_error (error, "a model file is missing");

  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autoptr (PymvaModel) model = tool_load_model (files[i], trust, error);

      if (model == NULL)
        return FALSE;
      if (i > 0 && !json)
        g_print ("\n");
      if (json)
        {
          g_autofree char *manifest = pymva_model_dup_manifest (model);

          g_print ("%s\n", manifest);
        }
      else if (!print_model (model, files[i], error))
        return FALSE;
    }

  return TRUE;
}
