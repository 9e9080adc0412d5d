/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "pymva-json-private.h"

/* The parser of json-glib recurses, so its stack is only as safe as the text is flat. */
#define MOST_NESTED 32

/* Reads the code unit of an escape like "\u00e9" at @text; -1: there is none. */
static int
read_code_unit (const char *text,
                gsize length)
{
  int unit = 0;

  if (length < 6 || text[0] != '\\' || text[1] != 'u')
    return -1;

  for (gsize i = 2; i < 6; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return -1;
      unit = unit << 4 | g_ascii_xdigit_value (text[i]);
    }

  return unit;
}

/* The length of the escape at @text; 0 if json-glib would make of it what is no UTF-8 text: half of
 * a surrogate pair, or a NUL. */
static gsize
measure_escape (const char *text,
                gsize length)
{
  int first;
  int second;

  if (length < 2 || text[1] != 'u')
    return 2;

  first = read_code_unit (text, length);
  if (first <= 0 || (first >= 0xdc00 && first <= 0xdfff))
    return 0;
  if (first < 0xd800 || first > 0xdfff)
    return 6;

  second = read_code_unit (text + 6, length - 6);
  return second >= 0xdc00 && second <= 0xdfff ? 12 : 0;
}

/* Checks that the text nests no deeper than allowed, that its strings are text, and that outside of
 * them it holds nothing but JSON's own characters: json-glib would skip comments, in which brackets
 * could hide. */
static gboolean
check_text (const char *text,
            gsize length,
            GError **error)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (in_string)
        {
          gsize escape = c == '\\' ? measure_escape (text + i, length - i) : 1;

          if (escape == 0)
            {
              g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "the escape at byte %" G_GSIZE_FORMAT " stands for no character", i);
              return FALSE;
            }
          in_string = c != '"';
          i += escape - 1;
          continue;
        }

      if (c == '"')
        in_string = TRUE;
      else if (c == '{' || c == '[')
        depth++;
      else if (c == '}' || c == ']')
        depth = depth > 0 ? depth - 1 : 0;
      else if (!g_ascii_isalnum (c) && (c == '\0' || strchr (" \t\r\n:,+-.", c) == NULL))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "byte %" G_GSIZE_FORMAT " has no place in JSON", i);
          return FALSE;
        }

      if (depth > MOST_NESTED)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "the JSON is nested more than %d deep", MOST_NESTED);
          return FALSE;
        }
    }

  return TRUE;
}

/* pymva_json_parse: the object that @text is, new reference. */
JsonObject *
pymva_json_parse (GBytes *text,
                  GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) local_error = NULL;
  gsize length;
  const char *data = pymva_bytes_peek (text, &length);
  JsonNode *root;

  if (length > G_MAXSSIZE || !g_utf8_validate_len (data, length, NULL))
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the JSON is not UTF-8 text");
      return NULL;
    }
  if (!check_text (data, length, error))
    return NULL;

  if (!json_parser_load_from_data (parser, data, length, &local_error))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the JSON is broken: %s",
                   local_error->message);
      return NULL;
    }

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the JSON is not an object");
      return NULL;
    }

  return json_object_ref (json_node_get_object (root));
}

/* json-glib 1.6 writes 1e-08 as “1e-08.0”, which is no number: takes such ends away, in place. */
static void
mend_numbers (char *text)
{
  gboolean in_string = FALSE;
  char *to = text;

  while (*text != '\0')
    {
      gboolean is_number = !in_string && g_ascii_isdigit (*text);

      if (*text == '"')
        in_string = !in_string;
      *to++ = *text;
      if (in_string && *text == '\\')
        *to++ = *++text;
      text++;
      if (is_number && *text == 'e')
        {
          gsize length = strspn (text, "e+-0123456789");

          memmove (to, text, length);
          to += length;
          text += length;
          if (g_str_has_prefix (text, ".0"))
            text += strlen (".0");
        }
    }
  *to = '\0';
}

char *
pymva_json_format (JsonObject *object,
                   gboolean pretty)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);
  char *text = json_to_string (root, pretty);

  mend_numbers (text);

  return text;
}

static gboolean
set_type_error (const char *member,
                const char *expected,
                GError **error)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is not %s", member, expected);
  return FALSE;
}

/* Finds a member of a type; *@node is NULL where it is missing and need not be there. @value_type
 * counts for values only; whole numbers pass as G_TYPE_DOUBLE too, because a number without a
 * fraction is written like them. */
static gboolean
find_member (JsonObject *object,
             const char *member,
             gboolean required,
             JsonNodeType node_type,
             GType value_type,
             const char *expected,
             JsonNode **node,
             GError **error)
{
  *node = json_object_get_member (object, member);
  if (*node != NULL && JSON_NODE_HOLDS_NULL (*node))
    *node = NULL;
  if (*node == NULL && required)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is missing", member);
      return FALSE;
    }
  if (*node == NULL)
    return TRUE;

  if (json_node_get_node_type (*node) != node_type)
    return set_type_error (member, expected, error);
  if (node_type == JSON_NODE_VALUE && json_node_get_value_type (*node) != value_type &&
      !(value_type == G_TYPE_DOUBLE && json_node_get_value_type (*node) == G_TYPE_INT64))
    return set_type_error (member, expected, error);

  return TRUE;
}

gboolean
pymva_json_read_string (JsonObject *object,
                        const char *member,
                        gboolean required,
                        const char **value,
                        GError **error)
{
  JsonNode *node;

  if (!find_member (object, member, required, JSON_NODE_VALUE, G_TYPE_STRING, "a text", &node,
                    error))
    return FALSE;

  if (node != NULL)
    *value = json_node_get_string (node);
  return TRUE;
}

gboolean
pymva_json_read_int (JsonObject *object,
                     const char *member,
                     gboolean required,
                     gint64 least,
                     gint64 most,
                     gint64 *value,
                     GError **error)
{
  JsonNode *node;
  gint64 number;

  if (!find_member (object, member, required, JSON_NODE_VALUE, G_TYPE_INT64, "a whole number",
                    &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;

  number = json_node_get_int (node);
  if (number < least || number > most)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "“%s” is %" G_GINT64_FORMAT ", not within %" G_GINT64_FORMAT
                   " and %" G_GINT64_FORMAT, member, number, least, most);
      return FALSE;
    }

  *value = number;
  return TRUE;
}

gboolean
pymva_json_read_double (JsonObject *object,
                        const char *member,
                        gboolean required,
                        double *value,
                        GError **error)
{
  JsonNode *node;

  if (!find_member (object, member, required, JSON_NODE_VALUE, G_TYPE_DOUBLE, "a number", &node,
                    error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!isfinite (json_node_get_double (node)))
    return set_type_error (member, "a finite number", error);

  *value = json_node_get_double (node);
  return TRUE;
}

gboolean
pymva_json_read_boolean (JsonObject *object,
                         const char *member,
                         gboolean required,
                         gboolean *value,
                         GError **error)
{
  JsonNode *node;

  if (!find_member (object, member, required, JSON_NODE_VALUE, G_TYPE_BOOLEAN, "true or false",
                    &node, error))
    return FALSE;

  if (node != NULL)
    *value = json_node_get_boolean (node);
  return TRUE;
}

gboolean
pymva_json_read_object (JsonObject *object,
                        const char *member,
                        gboolean required,
                        JsonObject **value,
                        GError **error)
{
  JsonNode *node;

  if (!find_member (object, member, required, JSON_NODE_OBJECT, G_TYPE_NONE, "an object", &node,
                    error))
    return FALSE;

  if (node != NULL)
    *value = json_node_get_object (node);
  return TRUE;
}

gboolean
pymva_json_read_array (JsonObject *object,
                       const char *member,
                       gboolean required,
                       JsonArray **value,
                       GError **error)
{
  JsonNode *node;

  if (!find_member (object, member, required, JSON_NODE_ARRAY, G_TYPE_NONE, "a list", &node,
                    error))
    return FALSE;

  if (node != NULL)
    *value = json_node_get_array (node);
  return TRUE;
}

gboolean
pymva_json_read_strings (JsonObject *object,
                         const char *member,
                         gboolean required,
                         char ***value,
                         GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = NULL;

  if (!pymva_json_read_array (object, member, required, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        return set_type_error (member, "a list of texts", error);
      g_strv_builder_add (builder, json_node_get_string (node));
    }

  *value = g_strv_builder_end (builder);
  return TRUE;
}

JsonObject *
pymva_json_get_element (JsonArray *array,
                        guint index,
                        const char *what,
                        GError **error)
{
  JsonNode *node = json_array_get_element (array, index);

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "element %u of “%s” is not an object",
               index, what);
  return NULL;
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

static JsonNode *
node_new_from_dictionary (GVariant *value)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  gsize n = g_variant_n_children (value);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (value, i);
      const char *key;

      g_variant_get_child (entry, 0, "&s", &key);
      g_ptr_array_add (keys, (gpointer) key);
    }
  g_ptr_array_sort (keys, compare_keys);

  for (gsize i = 0; i < n; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      g_autoptr (GVariant) member = g_variant_lookup_value (value, key, NULL);

      json_object_set_member (object, key, pymva_json_node_new_from_variant (member));
    }

  return json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
node_new_from_list (GVariant *value)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) element = g_variant_get_child_value (value, i);

      json_array_add_element (array, pymva_json_node_new_from_variant (element));
    }

  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
node_new_from_double (double value)
{
  if (isnan (value))
    return json_node_init_string (json_node_alloc (), "nan");
  if (isinf (value))
    return json_node_init_string (json_node_alloc (), value > 0 ? "inf" : "-inf");
  return json_node_init_double (json_node_alloc (), value);
}

JsonNode *
pymva_json_node_new_from_variant (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    {
      g_autoptr (GVariant) content = g_variant_get_variant (value);

      return pymva_json_node_new_from_variant (content);
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE))
    {
      g_autoptr (GVariant) content = g_variant_get_maybe (value);

      return content != NULL ? pymva_json_node_new_from_variant (content)
                             : json_node_init_null (json_node_alloc ());
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("a{s*}")))
    return node_new_from_dictionary (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return json_node_init_boolean (json_node_alloc (), g_variant_get_boolean (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return node_new_from_double (g_variant_get_double (value));
  if (g_variant_is_container (value))
    return node_new_from_list (value);

  /* Texts and whole numbers of all sizes. */
  return json_gvariant_serialize (value);
}
