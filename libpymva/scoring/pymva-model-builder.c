/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-digest-private.h"
#include "base/pymva-zip-writer-private.h"
#include "pymva-json-private.h"
#include "pymva-model-private.h"
#include "pymva-safetensors-private.h"

typedef struct
{
  char *path;
  const char *kind;
  GBytes *content;
  gboolean executable;
} File;

struct _PymvaModelBuilder
{
  char *method_name;
  PymvaAnalysisType analysis_type;
  char *title;
  char *outputs;
  JsonNode *parameters;
  JsonNode *provenance;
  JsonArray *variables;
  JsonArray *stages;
  char **classes;
  char **targets;
  GHashTable *tensors;
  GPtrArray *backend_files; /* of File */
  PymvaTensor *golden_inputs;
  PymvaTensor *golden_outputs;
  GHashTable *responses;
};

static void
file_free (gpointer data)
{
  File *file = data;

  g_free (file->path);
  g_bytes_unref (file->content);
  g_free (file);
}

static void
add_file (GPtrArray *files,
          const char *path,
          const char *kind,
          GBytes *content,
          gboolean executable)
{
  File *file = g_new0 (File, 1);

  file->path = g_strdup (path);
  file->kind = kind;
  file->content = g_bytes_ref (content);
  file->executable = executable;
  g_ptr_array_add (files, file);
}

PymvaModelBuilder *
pymva_model_builder_new (const char *method_name,
                         PymvaAnalysisType analysis_type)
{
  PymvaModelBuilder *self = g_new0 (PymvaModelBuilder, 1);

  self->method_name = g_strdup (method_name);
  pymva_model_builder_set_analysis_type (self, analysis_type);
  self->variables = json_array_new ();
  self->stages = json_array_new ();
  self->tensors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->backend_files = g_ptr_array_new_with_free_func (file_free);

  return self;
}

void
pymva_model_builder_free (PymvaModelBuilder *self)
{
  g_free (self->method_name);
  g_free (self->title);
  g_free (self->outputs);
  g_clear_pointer (&self->parameters, json_node_unref);
  g_clear_pointer (&self->provenance, json_node_unref);
  json_array_unref (self->variables);
  json_array_unref (self->stages);
  g_strfreev (self->classes);
  g_strfreev (self->targets);
  g_hash_table_unref (self->tensors);
  g_ptr_array_unref (self->backend_files);
  g_clear_object (&self->golden_inputs);
  g_clear_object (&self->golden_outputs);
  g_clear_pointer (&self->responses, g_hash_table_unref);
  g_free (self);
}

void
pymva_model_builder_set_title (PymvaModelBuilder *self,
                               const char *title)
{
  g_free (self->title);
  self->title = g_strdup (title);
}

void
pymva_model_builder_set_parameters (PymvaModelBuilder *self,
                                    GVariant *parameters)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (parameters);

  g_clear_pointer (&self->parameters, json_node_unref);
  self->parameters = pymva_json_node_new_from_variant (owned);
}

void
pymva_model_builder_set_provenance (PymvaModelBuilder *self,
                                    GVariant *provenance)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (provenance);

  g_clear_pointer (&self->provenance, json_node_unref);
  self->provenance = pymva_json_node_new_from_variant (owned);
}

void
pymva_model_builder_set_outputs (PymvaModelBuilder *self,
                                 const char *meaning)
{
  g_free (self->outputs);
  self->outputs = g_strdup (meaning);
}

const char *
pymva_model_builder_get_outputs (PymvaModelBuilder *self)
{
  return self->outputs;
}

void
pymva_model_builder_add_variable (PymvaModelBuilder *self,
                                  const char *name,
                                  const char *expression,
                                  const char *title,
                                  const char *unit)
{
  JsonObject *variable = json_object_new ();

  json_object_set_string_member (variable, "name", name);
  json_object_set_string_member (variable, "expression", expression != NULL ? expression : name);
  if (title != NULL)
    json_object_set_string_member (variable, "title", title);
  if (unit != NULL)
    json_object_set_string_member (variable, "unit", unit);
  json_object_set_string_member (variable, "dtype", "float32");
  json_array_add_object_element (self->variables, variable);
}

guint
pymva_model_builder_get_n_variables (PymvaModelBuilder *self)
{
  return json_array_get_length (self->variables);
}

PymvaAnalysisType
pymva_model_builder_get_analysis_type (PymvaModelBuilder *self)
{
  return self->analysis_type;
}

void
pymva_model_builder_set_analysis_type (PymvaModelBuilder *self,
                                       PymvaAnalysisType analysis_type)
{
  self->analysis_type = analysis_type;
  pymva_model_builder_set_outputs (self, analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION
                                           ? PYMVA_OUTPUTS_VALUE : PYMVA_OUTPUTS_PROBABILITY);
}

void
pymva_model_builder_set_classes (PymvaModelBuilder *self,
                                 const char * const *classes)
{
  g_strfreev (self->classes);
  self->classes = g_strdupv ((char **) classes);
}

void
pymva_model_builder_set_targets (PymvaModelBuilder *self,
                                 const char * const *targets)
{
  g_strfreev (self->targets);
  self->targets = g_strdupv ((char **) targets);
}

void
pymva_model_builder_add_stage (PymvaModelBuilder *self,
                               GVariant *stage)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (stage);

  json_array_add_element (self->stages, pymva_json_node_new_from_variant (owned));
}

void
pymva_model_builder_take_stage (PymvaModelBuilder *self,
                                JsonObject *stage)
{
  json_array_add_object_element (self->stages, stage);
}

guint
pymva_model_builder_get_n_stages (PymvaModelBuilder *self)
{
  return json_array_get_length (self->stages);
}

void
pymva_model_builder_add_tensor (PymvaModelBuilder *self,
                                const char *name,
                                PymvaTensor *tensor)
{
  g_hash_table_insert (self->tensors, g_strdup (name), g_object_ref (tensor));
}

void
pymva_model_builder_add_backend_file (PymvaModelBuilder *self,
                                      const char *name,
                                      GBytes *content,
                                      gboolean executable)
{
  g_autofree char *path = g_strconcat (PYMVA_MODEL_PATH_BACKEND, name, NULL);

  add_file (self->backend_files, path, PYMVA_ENTRY_BACKEND, content, executable);
}

void
pymva_model_builder_set_golden (PymvaModelBuilder *self,
                                PymvaTensor *inputs,
                                PymvaTensor *outputs)
{
  g_set_object (&self->golden_inputs, inputs);
  g_set_object (&self->golden_outputs, outputs);
}

void
pymva_model_builder_set_responses (PymvaModelBuilder *self,
                                   PymvaResponses *responses)
{
  g_clear_pointer (&self->responses, g_hash_table_unref);
  self->responses = pymva_responses_list_tensors (responses);
}

/* --- the files of the archive --- */

static gboolean
add_tensors (GPtrArray *files,
             const char *path,
             const char *kind,
             GHashTable *tensors,
             GError **error)
{
  g_autoptr (GBytes) content = pymva_safetensors_write (tensors, error);

  if (content == NULL)
    return FALSE;

  add_file (files, path, kind, content, FALSE);
  return TRUE;
}

static int
compare_files (gconstpointer a,
               gconstpointer b)
{
  const File *first = *(const File * const *) a;
  const File *second = *(const File * const *) b;

  return strcmp (first->path, second->path);
}

/* All files but the manifest, in the order in which they are written. */
static GPtrArray *
list_files (PymvaModelBuilder *self,
            GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (file_free);

  if (g_hash_table_size (self->tensors) > 0 &&
      !add_tensors (files, PYMVA_MODEL_PATH_TABLES, PYMVA_ENTRY_TABLES, self->tensors, error))
    return NULL;

  if (self->golden_inputs != NULL)
    {
      g_autoptr (GHashTable) golden = g_hash_table_new (g_str_hash, g_str_equal);

      g_hash_table_insert (golden, (gpointer) "inputs", self->golden_inputs);
      g_hash_table_insert (golden, (gpointer) "outputs", self->golden_outputs);
      if (!add_tensors (files, PYMVA_MODEL_PATH_GOLDEN, PYMVA_ENTRY_GOLDEN, golden, error))
        return NULL;
    }

  if (self->responses != NULL &&
      !add_tensors (files, PYMVA_MODEL_PATH_RESPONSES, PYMVA_ENTRY_RESPONSES, self->responses,
                    error))
    return NULL;

  for (guint i = 0; i < self->backend_files->len; i++)
    {
      const File *file = g_ptr_array_index (self->backend_files, i);

      add_file (files, file->path, file->kind, file->content, file->executable);
    }

  g_ptr_array_sort (files, compare_files);
  return g_steal_pointer (&files);
}

/* --- the manifest --- */

static void
set_names (JsonObject *object,
           const char *member,
           char **names)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    json_array_add_string_element (array, names[i]);
  json_object_set_array_member (object, member, array);
}

static JsonObject *
describe_format (void)
{
  JsonObject *format = json_object_new ();

  json_object_set_string_member (format, "name", PYMVA_MANIFEST_FORMAT);
  json_object_set_int_member (format, "major", PYMVA_MANIFEST_MAJOR);
  json_object_set_int_member (format, "minor", PYMVA_MANIFEST_MINOR);

  return format;
}

static JsonObject *
describe_method (PymvaModelBuilder *self)
{
  JsonObject *method = json_object_new ();

  json_object_set_string_member (method, "name", self->method_name);
  if (self->parameters != NULL)
    json_object_set_member (method, "parameters", json_node_copy (self->parameters));
  else
    json_object_set_object_member (method, "parameters", json_object_new ());

  return method;
}

static JsonObject *
describe_outputs (PymvaModelBuilder *self)
{
  JsonObject *outputs = json_object_new ();
  char *signal[] = { self->classes != NULL ? self->classes[0] : NULL, NULL };

  json_object_set_string_member (outputs, "meaning", self->outputs);
  if (self->analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    set_names (outputs, "names", signal);
  else if (self->analysis_type == PYMVA_ANALYSIS_TYPE_MULTICLASS)
    set_names (outputs, "names", self->classes);
  else
    set_names (outputs, "names", self->targets);

  return outputs;
}

static JsonObject *
describe_files (GPtrArray *files)
{
  JsonObject *entries = json_object_new ();

  for (guint i = 0; i < files->len; i++)
    {
      const File *file = g_ptr_array_index (files, i);
      JsonObject *entry = json_object_new ();
      g_autofree char *sha256 = pymva_digest_compute (file->content);

      json_object_set_string_member (entry, "kind", file->kind);
      json_object_set_int_member (entry, "size", g_bytes_get_size (file->content));
      json_object_set_string_member (entry, "sha256", sha256);
      if (file->executable)
        json_object_set_boolean_member (entry, "executable", TRUE);
      json_object_set_object_member (entries, file->path, entry);
    }

  return entries;
}

static GBytes *
write_manifest (PymvaModelBuilder *self,
                GPtrArray *files)
{
  g_autoptr (JsonObject) manifest = json_object_new ();
  g_autoptr (GEnumClass) types = g_type_class_ref (PYMVA_TYPE_ANALYSIS_TYPE);
  char *text;

  json_object_set_object_member (manifest, "format", describe_format ());
  json_object_set_object_member (manifest, "method", describe_method (self));
  json_object_set_string_member (manifest, "analysis",
                                 g_enum_get_value (types, self->analysis_type)->value_nick);
  json_object_set_string_member (manifest, "title",
                                 self->title != NULL ? self->title : self->method_name);
  json_object_set_array_member (manifest, "variables", json_array_ref (self->variables));
  set_names (manifest, "classes", self->classes);
  set_names (manifest, "targets", self->targets);
  json_object_set_object_member (manifest, "outputs", describe_outputs (self));
  json_object_set_array_member (manifest, "stages", json_array_ref (self->stages));
  if (self->provenance != NULL)
    json_object_set_member (manifest, "provenance", json_node_copy (self->provenance));
  json_object_set_object_member (manifest, "entries", describe_files (files));

  text = pymva_json_format (manifest, TRUE);
  return g_bytes_new_take (text, strlen (text));
}

/* --- the file --- */

static GBytes *
write_archive (PymvaModelBuilder *self,
               GError **error)
{
  g_autoptr (PymvaZipWriter) writer = pymva_zip_writer_new ();
  g_autoptr (GBytes) mimetype =
    g_bytes_new_static (PYMVA_MODEL_MIMETYPE, strlen (PYMVA_MODEL_MIMETYPE));
  g_autoptr (GBytes) manifest = NULL;
  g_autoptr (GPtrArray) files = list_files (self, error);

  if (files == NULL)
    return NULL;

  manifest = write_manifest (self, files);
  if (!pymva_zip_writer_add (writer, PYMVA_MODEL_PATH_MIMETYPE, mimetype, error) ||
      !pymva_zip_writer_add (writer, PYMVA_MODEL_PATH_MANIFEST, manifest, error))
    return NULL;
  for (guint i = 0; i < files->len; i++)
    {
      const File *file = g_ptr_array_index (files, i);

      if (!pymva_zip_writer_add (writer, file->path, file->content, error))
        return NULL;
    }

  return pymva_zip_writer_finish (g_steal_pointer (&writer), error);
}

PymvaModel *
pymva_model_builder_build (PymvaModelBuilder *self,
                           GError **error)
{
  g_autoptr (GBytes) bytes = write_archive (self, error);
  PymvaModel *model = NULL;

  if (bytes != NULL)
    model = pymva_model_new_from_bytes (bytes, FALSE, PYMVA_MODEL_TRUST_FULL, error);
  if (model == NULL)
    g_prefix_error (error, "the model “%s” cannot be written: ",
                    self->title != NULL ? self->title : self->method_name);

  return model;
}
