/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "pymva-json-private.h"
#include "pymva-manifest-private.h"

#define MOST_TEXT (64 * 1024 * 1024)

static void
variable_clear (gpointer data)
{
  PymvaManifestVariable *variable = data;

  g_free (variable->name);
  g_free (variable->expression);
}

static void
entry_free (gpointer data)
{
  PymvaManifestEntry *entry = data;

  g_free (entry->path);
  g_free (entry->kind);
  g_free (entry->sha256);
  g_free (entry);
}

void
pymva_manifest_free (PymvaManifest *self)
{
  g_clear_pointer (&self->json, json_object_unref);
  g_clear_pointer (&self->variables, g_array_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_free (self->method_name);
  g_free (self->title);
  g_free (self->outputs);
  g_strfreev (self->classes);
  g_strfreev (self->targets);
  g_free (self);
}

/* The format comes first: whatever else a later major version says may mean something else. */
static gboolean
read_format (JsonObject *json,
             GError **error)
{
  JsonObject *format = NULL;
  const char *name = NULL;
  gint64 major;
  gint64 minor;

  if (!pymva_json_read_object (json, "format", TRUE, &format, error) ||
      !pymva_json_read_string (format, "name", TRUE, &name, error) ||
      !pymva_json_read_int (format, "major", TRUE, 0, G_MAXINT, &major, error) ||
      !pymva_json_read_int (format, "minor", TRUE, 0, G_MAXINT, &minor, error))
    return FALSE;

  if (!g_str_equal (name, PYMVA_MANIFEST_FORMAT))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the format is “%s”, not “%s”", name,
                   PYMVA_MANIFEST_FORMAT);
      return FALSE;
    }
  if (major != PYMVA_MANIFEST_MAJOR)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VERSION,
                   "it is of version %" G_GINT64_FORMAT ".%" G_GINT64_FORMAT
                   " of the format, and this library reads version %d; use %s library", major,
                   minor, PYMVA_MANIFEST_MAJOR,
                   major > PYMVA_MANIFEST_MAJOR ? "a newer" : "an older");
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_method (PymvaManifest *self,
             GError **error)
{
  g_autoptr (GEnumClass) types = g_type_class_ref (PYMVA_TYPE_ANALYSIS_TYPE);
  JsonObject *method = NULL;
  const char *name = NULL;
  const char *title = NULL;
  const char *analysis = NULL;
  GEnumValue *type;

  if (!pymva_json_read_object (self->json, "method", TRUE, &method, error) ||
      !pymva_json_read_string (method, "name", TRUE, &name, error) ||
      !pymva_json_read_string (self->json, "title", FALSE, &title, error) ||
      !pymva_json_read_string (self->json, "analysis", TRUE, &analysis, error))
    return FALSE;

  type = g_enum_get_value_by_nick (types, analysis);
  if (type == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no analysis “%s”", analysis);
      return FALSE;
    }

  self->method_name = g_strdup (name);
  self->title = g_strdup (title != NULL ? title : name);
  self->analysis_type = type->value;
  return TRUE;
}

static gboolean
read_variable (JsonObject *object,
               GHashTable *names,
               PymvaManifestVariable *variable,
               GError **error)
{
  const char *name = NULL;
  const char *expression = NULL;
  const char *dtype = "float32";

  if (!pymva_json_read_string (object, "name", TRUE, &name, error) ||
      !pymva_json_read_string (object, "expression", FALSE, &expression, error) ||
      !pymva_json_read_string (object, "dtype", FALSE, &dtype, error))
    return FALSE;
  if (*name == '\0' || !g_hash_table_add (names, (gpointer) name))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the name “%s” is empty, or that of another variable", name);
      return FALSE;
    }
  if (!g_str_equal (dtype, "float32"))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "“%s” is of dtype “%s”; only “float32” is known here", name, dtype);
      return FALSE;
    }

  variable->name = g_strdup (name);
  variable->expression = g_strdup (expression != NULL ? expression : name);
  return TRUE;
}

static gboolean
read_variables (PymvaManifest *self,
                GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *variables = NULL;
  guint n;

  self->variables = g_array_new (FALSE, TRUE, sizeof (PymvaManifestVariable));
  g_array_set_clear_func (self->variables, variable_clear);
  if (!pymva_json_read_array (self->json, "variables", TRUE, &variables, error))
    return FALSE;

  n = json_array_get_length (variables);
  if (n < 1 || n > PYMVA_MANIFEST_MOST_VARIABLES)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "it has %u variables, not 1 to %d", n,
                   PYMVA_MANIFEST_MOST_VARIABLES);
      return FALSE;
    }

  for (guint i = 0; i < n; i++)
    {
      JsonObject *object = pymva_json_get_element (variables, i, "variables", error);
      PymvaManifestVariable variable;

      if (object == NULL || !read_variable (object, names, &variable, error))
        return FALSE;
      g_array_append_val (self->variables, variable);
    }

  return TRUE;
}

static gboolean
read_outputs (PymvaManifest *self,
              GError **error)
{
  static const char *const known[] = {
    PYMVA_OUTPUTS_PROBABILITY, PYMVA_OUTPUTS_SCORE, PYMVA_OUTPUTS_VALUE, NULL
  };
  JsonObject *outputs = NULL;
  const char *meaning = NULL;

  if (!pymva_json_read_strings (self->json, "classes", FALSE, &self->classes, error) ||
      !pymva_json_read_strings (self->json, "targets", FALSE, &self->targets, error) ||
      !pymva_json_read_object (self->json, "outputs", TRUE, &outputs, error) ||
      !pymva_json_read_string (outputs, "meaning", TRUE, &meaning, error))
    return FALSE;

  if (!g_strv_contains (known, meaning))
    {
      g_autofree char *near = pymva_names_format_near (meaning, known);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "outputs cannot mean “%s”%s", meaning, near);
      return FALSE;
    }

  self->outputs = g_strdup (meaning);
  return TRUE;
}

static gboolean
read_entry (PymvaManifest *self,
            const char *path,
            JsonObject *object,
            GError **error)
{
  const char *kind = NULL;
  const char *sha256 = NULL;
  gint64 size = 0;
  gboolean executable = FALSE;
  PymvaManifestEntry *entry;

  if (!pymva_json_read_string (object, "kind", TRUE, &kind, error) ||
      !pymva_json_read_string (object, "sha256", TRUE, &sha256, error) ||
      !pymva_json_read_int (object, "size", TRUE, 0, G_MAXINT64, &size, error) ||
      !pymva_json_read_boolean (object, "executable", FALSE, &executable, error))
    return FALSE;

  entry = g_new0 (PymvaManifestEntry, 1);
  entry->path = g_strdup (path);
  entry->kind = g_strdup (kind);
  entry->sha256 = g_strdup (sha256);
  entry->size = size;
  entry->executable = executable;
  g_ptr_array_add (self->entries, entry);
  return TRUE;
}

static gboolean
read_entries (PymvaManifest *self,
              GError **error)
{
  g_autoptr (GList) paths = NULL;
  JsonObject *entries = NULL;

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  if (!pymva_json_read_object (self->json, "entries", TRUE, &entries, error))
    return FALSE;

  paths = json_object_get_members (entries);
  for (GList *link = paths; link != NULL; link = link->next)
    {
      JsonObject *object = NULL;

      if (!pymva_json_read_object (entries, link->data, TRUE, &object, error))
        return FALSE;
      if (!read_entry (self, link->data, object, error))
        {
          g_prefix_error (error, "the entry “%s”: ", (const char *) link->data);
          return FALSE;
        }
    }

  return TRUE;
}

PymvaManifest *
pymva_manifest_new (GBytes *text,
                    GError **error)
{
  g_autoptr (PymvaManifest) self = g_new0 (PymvaManifest, 1);

  if (g_bytes_get_size (text) > MOST_TEXT)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "it is too long");
      return NULL;
    }

  self->json = pymva_json_parse (text, error);
  if (self->json == NULL || !read_format (self->json, error) || !read_method (self, error) ||
      !read_variables (self, error) || !read_outputs (self, error) ||
      !pymva_json_read_array (self->json, "stages", TRUE, &self->stages, error) ||
      !read_entries (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

const PymvaManifestEntry *
pymva_manifest_find (const PymvaManifest *self,
                     const char *kind)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const PymvaManifestEntry *entry = g_ptr_array_index (self->entries, i);

      if (g_str_equal (entry->kind, kind))
        return entry;
    }

  return NULL;
}
