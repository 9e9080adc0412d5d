/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <json-glib/json-glib.h>

#include "pymva-tool-table.h"
#include "pymva-tool.h"
#include "scoring/pymva-json-private.h"

static gboolean json = FALSE;
static char *trust = NULL;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "json", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &json,
    "Print all of it as JSON: the manifest of the file, and what is known of the file", NULL },
  { "trust", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &trust,
    "Load a model that holds code, if this is the sha256 of its file", "SHA256" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

/* Deeper than any manifest; what lies below is printed as JSON. */
#define MOST_LEVELS 8

/* With as many digits as tell it from every other number, and no more. */
static char *
format_number (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (int digits = 6; digits <= 17; digits++)
    {
      char format[] = "%.00g";

      format[2] = '0' + digits / 10;
      format[3] = '0' + digits % 10;
      if (g_ascii_strtod (g_ascii_formatd (text, sizeof text, format, value), NULL) == value)
        break;
    }

  return g_strdup (text);
}

static char *
format_value (JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("-");
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (*json_node_get_string (node) != '\0' ? json_node_get_string (node) : "-");
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "yes" : "no");
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_DOUBLE)
    return format_number (json_node_get_double (node));

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
          /* As stages name one another, and folds the members of an ensemble. */
          g_print ("%*s%u:\n", indent + 2, "", i);
          print_object (json_node_get_object (element), level + 2);
        }
      else
        {
          g_autofree char *value = format_value (element);

          g_print ("%*s%s\n", indent + 2, "", value);
        }
    }
}

/* The entries, whose paths are the names of members, as a list. */
static JsonArray *
list_entries (JsonObject *object)
{
  JsonArray *list = json_array_new ();
  g_autoptr (GList) paths = json_object_get_members (object);

  for (GList *l = paths; l != NULL; l = l->next)
    {
      JsonObject *entry = json_object_get_object_member (object, l->data);
      JsonObject *row = json_object_new ();
      g_autoptr (GList) members = json_object_get_members (entry);

      json_object_set_string_member (row, "path", l->data);
      for (GList *m = members; m != NULL; m = m->next)
        json_object_set_member (row, m->data,
                                json_node_copy (json_object_get_member (entry, m->data)));
      json_array_add_object_element (list, row);
    }

  return list;
}

static void
print_member (const char *name,
              JsonNode *node,
              guint level)
{
  g_autofree char *value = NULL;

  if (level == 0 && g_str_equal (name, "entries"))
    {
      g_autoptr (JsonArray) list = list_entries (json_node_get_object (node));

      print_array (name, list, level);
      return;
    }

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
print_members (JsonObject *object,
               gboolean plain,
               guint level)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    {
      JsonNode *node = json_object_get_member (object, l->data);

      if (is_plain (node) == plain)
        print_member (l->data, node, level);
    }
}

/* What is short comes first, so that names do not get lost behind what they are the names of. The
 * manifest itself has an order. */
static void
print_object (JsonObject *object,
              guint level)
{
  g_autoptr (GList) members = level == 0 ? json_object_get_members (object) : NULL;

  for (GList *l = members; l != NULL; l = l->next)
    print_member (l->data, json_object_get_member (object, l->data), level);
  if (level > 0)
    {
      print_members (object, TRUE, level);
      print_members (object, FALSE, level);
    }
}

/* What the manifest says, behind what is known of the file. */
static JsonObject *
describe_model (PymvaModel *model,
                const char *path)
{
  g_autofree char *manifest = pymva_model_dup_manifest (model);
  g_autoptr (JsonNode) root = json_from_string (manifest, NULL);
  JsonObject *members = json_node_get_object (root);
  g_autoptr (GList) names = json_object_get_members (members);
  g_autofree char *name = g_filename_to_utf8 (path, -1, NULL, NULL, NULL);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "file", name != NULL ? name : "?");
  json_object_set_string_member (object, "sha256", pymva_model_get_sha256 (model));
  json_object_set_string_member (object, "engine", pymva_model_get_engine (model));
  json_object_set_string_member (object, "kernel", pymva_model_get_kernel (model));
  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (object, l->data,
                            json_node_copy (json_object_get_member (members, l->data)));

  return object;
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
      g_autoptr (JsonObject) description = NULL;
      g_autofree char *text = NULL;

      if (model == NULL)
        return FALSE;
      description = describe_model (model, files[i]);
      if (json)
        {
          text = pymva_json_format (description, TRUE);
          g_print ("%s\n", text);
          continue;
        }
      if (i > 0)
        g_print ("\n");
      print_object (description, 0);
    }

  return TRUE;
}
