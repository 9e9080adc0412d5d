/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "base/pymva-names-private.h"
#include "pymva-tool-config.h"
#include "pymva-tool.h"

typedef struct
{
  /* From 1; 0 for the whole file. */
  guint line;
  char *text;
} Problem;

struct _ToolConfig
{
  char *path;
  GKeyFile *keys;
  /* The line of each "group" and "group\nkey". */
  GHashTable *lines;
  GPtrArray *problems;
};

static void
problem_free (Problem *self)
{
  g_free (self->text);
  g_free (self);
}

void
tool_config_free (ToolConfig *self)
{
  g_free (self->path);
  g_key_file_unref (self->keys);
  g_hash_table_unref (self->lines);
  g_ptr_array_unref (self->problems);
  g_free (self);
}

/* Takes @text. */
static void
add_problem (ToolConfig *self,
             guint line,
             char *text)
{
  Problem *problem = g_new (Problem, 1);

  *problem = (Problem) { line, text };
  g_ptr_array_add (self->problems, problem);
}

static char *
make_place (const char *group,
            const char *key)
{
  return key != NULL ? g_strdup_printf ("%s\n%s", group, key) : g_strdup (group);
}

/* Notes where something stands; again, and it is wrong: GKeyFile would take the last one. */
static void
note_line (ToolConfig *self,
           const char *group,
           const char *key,
           guint line)
{
  char *place = make_place (group, key);
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (self->lines, place));

  if (before > 0)
    {
      add_problem (self, line, g_strdup_printf ("“%s” is in line %u already", key != NULL ? key
                                                                                           : group,
                                                before));
      g_free (place);
      return;
    }
  g_hash_table_insert (self->lines, place, GUINT_TO_POINTER (line));
}

/* One line. Returns what GKeyFile is to see of it, NULL for nothing. @group is the one it is in,
 * which a heading replaces. */
static const char *
scan_line (ToolConfig *self,
           char *text,
           guint line,
           char **group)
{
  char *start = g_strstrip (text);
  gsize length = strlen (start);
  char *equals;

  if (*start == '\0' || *start == '#')
    return NULL;
  if (!g_utf8_validate (start, -1, NULL))
    {
      add_problem (self, line, g_strdup ("this is not UTF-8 text"));
      return NULL;
    }
  if (*start == '[')
    {
      if (length < 3 || start[length - 1] != ']' || strpbrk (start + 1, "[") != NULL)
        {
          add_problem (self, line, g_strdup_printf ("“%s” is no group; write “[name]”", start));
          return NULL;
        }
      g_free (*group);
      *group = g_strndup (start + 1, length - 2);
      note_line (self, *group, NULL, line);
      return start;
    }

  equals = strchr (start, '=');
  if (equals == NULL || equals == start)
    {
      add_problem (self, line, g_strdup_printf ("“%s” is no setting; write “key = value”, and “#” "
                                                "before a comment", start));
      return NULL;
    }
  if (*group == NULL)
    {
      add_problem (self, line, g_strdup_printf ("“%s” is in no group; begin with one, such as "
                                                "“[data]”", start));
      return NULL;
    }
  *equals = '\0';
  g_strchomp (start);
  note_line (self, *group, start, line);
  /* Blanks around the “=” do not belong to the key. */
  memmove (start + strlen (start) + 1, equals + 1, strlen (equals + 1) + 1);
  start[strlen (start)] = '=';

  return start;
}

ToolConfig *
tool_config_read (const char *path,
                  GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (ToolConfig) self = NULL;
  g_autoptr (GString) clean = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *group = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;

  if (!g_file_load_contents (file, NULL, &text, &length, NULL, error))
    return NULL;

  self = g_new0 (ToolConfig, 1);
  self->path = g_strdup (path);
  self->keys = g_key_file_new ();
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) problem_free);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *seen = scan_line (self, lines[i], i + 1, &group);

      if (seen != NULL)
        g_string_append_printf (clean, "%s\n", seen);
    }
  if (strlen (text) < length)
    add_problem (self, g_strv_length (lines),
                 g_strdup ("there is a zero byte, behind which nothing can be read; save the file "
                           "as UTF-8"));
  /* What the lines had wrong has been left out; this is what they could not tell. */
  if (!g_key_file_load_from_data (self->keys, clean->str, clean->len, G_KEY_FILE_NONE,
                                  &local_error))
    add_problem (self, 0, g_strdup (local_error->message));

  return g_steal_pointer (&self);
}

static const ToolConfigGroup *
find_group (const ToolConfigGroup *schema,
            const char *name)
{
  for (; schema->group != NULL; schema++)
    {
      gboolean several = g_str_has_suffix (schema->group, " ");

      if (several ? g_str_has_prefix (name, schema->group) && name[strlen (schema->group)] != '\0'
                  : g_str_equal (name, schema->group))
        return schema;
    }

  return NULL;
}

static void
check_group (ToolConfig *self,
             const ToolConfigGroup *schema,
             const char *name)
{
  const ToolConfigGroup *group = find_group (schema, name);
  g_auto (GStrv) keys = NULL;

  if (group == NULL)
    {
      g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *near = NULL;

      for (const ToolConfigGroup *known = schema; known->group != NULL; known++)
        g_ptr_array_add (names, g_str_has_suffix (known->group, " ")
                                  ? g_strdup_printf ("%sNAME", known->group)
                                  : g_strdup (known->group));
      g_ptr_array_add (names, NULL);
      near = pymva_names_format_near (name, (const char * const *) names->pdata);
      tool_config_complain (self, name, NULL, "there is no group “%s”%s", name, near);
      return;
    }
  if (group->keys == NULL)
    return;

  keys = tool_config_list_keys (self, name);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *near = NULL;

      if (g_strv_contains (group->keys, keys[i]))
        continue;
      near = pymva_names_format_near (keys[i], group->keys);
      tool_config_complain (self, name, keys[i], "the group “%s” has no key “%s”%s", name, keys[i],
                            near);
    }
}

void
tool_config_check (ToolConfig *self,
                   const ToolConfigGroup *schema)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->keys, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    check_group (self, schema, groups[i]);
}

char **
tool_config_list_groups (ToolConfig *self,
                         const char *prefix)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->keys, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], prefix))
      g_strv_builder_add (builder, groups[i]);

  return g_strv_builder_end (builder);
}

gboolean
tool_config_has_group (ToolConfig *self,
                       const char *group)
{
  return g_key_file_has_group (self->keys, group);
}

char **
tool_config_list_keys (ToolConfig *self,
                       const char *group)
{
  char **keys = g_key_file_get_keys (self->keys, group, NULL, NULL);

  return keys != NULL ? keys : g_new0 (char *, 1);
}

char *
tool_config_dup_text (ToolConfig *self,
                      const char *group,
                      const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!g_key_file_has_key (self->keys, group, key, NULL))
    return NULL;
  text = g_key_file_get_string (self->keys, group, key, &error);
  if (error != NULL)
    tool_config_complain (self, group, key, "%s", error->message);
  if (text == NULL || *g_strstrip (text) == '\0')
    return NULL;

  return g_steal_pointer (&text);
}

char **
tool_config_dup_list (ToolConfig *self,
                      const char *group,
                      const char *key)
{
  g_autofree char *text = tool_config_dup_text (self, group, key);
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ";", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (builder, parts[i]);

  return g_strv_builder_end (builder);
}

gboolean
tool_config_get_number (ToolConfig *self,
                        const char *group,
                        const char *key,
                        double *value)
{
  g_autofree char *text = tool_config_dup_text (self, group, key);
  char *end;

  if (text == NULL)
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0')
    return TRUE;

  tool_config_complain (self, group, key, "“%s” must be a number, not “%s”", key, text);
  return FALSE;
}

gboolean
tool_config_get_boolean (ToolConfig *self,
                         const char *group,
                         const char *key,
                         gboolean *value)
{
  g_autofree char *text = tool_config_dup_text (self, group, key);

  if (text == NULL)
    return FALSE;
  *value = g_ascii_strcasecmp (text, "true") == 0 || g_ascii_strcasecmp (text, "yes") == 0;
  if (*value || g_ascii_strcasecmp (text, "false") == 0 || g_ascii_strcasecmp (text, "no") == 0)
    return TRUE;

  tool_config_complain (self, group, key, "“%s” must be “true” or “false”, not “%s”", key, text);
  return FALSE;
}

gboolean
tool_config_get_enum (ToolConfig *self,
                      const char *group,
                      const char *key,
                      GType type,
                      int *value)
{
  g_autofree char *text = tool_config_dup_text (self, group, key);
  g_autofree char *quoted = g_strdup_printf ("“%s”", key);
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return FALSE;
  if (tool_parse_enum (type, quoted, text, value, &error))
    return TRUE;

  tool_config_complain (self, group, key, "%s", error->message);
  return FALSE;
}

void
tool_config_complain (ToolConfig *self,
                      const char *group,
                      const char *key,
                      const char *format,
                      ...)
{
  g_autofree char *place = group != NULL ? make_place (group, key) : NULL;
  guint line =
    place != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (self->lines, place)) : 0;
  va_list arguments;

  /* A key that is missing is a matter of its group. */
  if (line == 0 && group != NULL)
    line = GPOINTER_TO_UINT (g_hash_table_lookup (self->lines, group));
  va_start (arguments, format);
  add_problem (self, line, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

guint
tool_config_get_n_problems (ToolConfig *self)
{
  return self->problems->len;
}

static int
compare_problems (gconstpointer a,
                  gconstpointer b)
{
  const Problem *first = *(const Problem * const *) a;
  const Problem *second = *(const Problem * const *) b;

  return first->line < second->line ? -1 : first->line > second->line;
}

char **
tool_config_list_problems (ToolConfig *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_ptr_array_sort (self->problems, compare_problems);
  for (guint i = 0; i < self->problems->len; i++)
    {
      const Problem *problem = g_ptr_array_index (self->problems, i);
      g_autofree char *text =
        problem->line > 0 ? g_strdup_printf ("%s:%u: %s", self->path, problem->line, problem->text)
                          : g_strdup_printf ("%s: %s", self->path, problem->text);

      g_strv_builder_add (builder, text);
    }

  return g_strv_builder_end (builder);
}

const char *
tool_config_get_path (ToolConfig *self)
{
  return self->path;
}
