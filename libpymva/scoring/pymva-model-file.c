/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-digest-private.h"
#include "base/pymva-pages-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-json-private.h"
#include "pymva-model-private.h"
#include "pymva-safetensors-private.h"

/* From a file to a model. Nothing of the file is executed, and nothing is believed before it has
 * been checked. */

/* --- the archive and its manifest --- */

static gboolean
read_manifest (PymvaModel *self,
               GError **error)
{
  g_autoptr (GBytes) mimetype =
    pymva_zip_reader_lookup (self->archive, PYMVA_MODEL_PATH_MIMETYPE, NULL);
  g_autoptr (GBytes) text = NULL;
  gsize size = 0;
  const char *data = mimetype != NULL ? g_bytes_get_data (mimetype, &size) : NULL;

  if (size != strlen (PYMVA_MODEL_MIMETYPE) || memcmp (data, PYMVA_MODEL_MIMETYPE, size) != 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "it is an archive, but not of a model");
      return FALSE;
    }

  text = pymva_zip_reader_lookup (self->archive, PYMVA_MODEL_PATH_MANIFEST, error);
  if (text == NULL)
    return FALSE;
  self->manifest = pymva_manifest_new (text, error);
  if (self->manifest == NULL)
    {
      g_prefix_error (error, "the manifest: ");
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_entry (PymvaModel *self,
             const PymvaManifestEntry *entry,
             GError **error)
{
  g_autoptr (GBytes) content = pymva_zip_reader_lookup (self->archive, entry->path, error);
  g_autofree char *sha256 = NULL;

  if (content == NULL)
    return FALSE;

  sha256 = pymva_digest_compute (content);
  if (self->is_mapped)
    pymva_pages_drop (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  if (g_bytes_get_size (content) == entry->size && g_str_equal (sha256, entry->sha256))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "“%s” is not what the manifest says: it has been changed or damaged", entry->path);
  return FALSE;
}

/* Checks that what the manifest lists is in the archive, and nothing else is. */
static gboolean
check_entries (PymvaModel *self,
               GError **error)
{
  const char *const *names = pymva_zip_reader_list_names (self->archive);
  g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_add (listed, (gpointer) PYMVA_MODEL_PATH_MIMETYPE);
  g_hash_table_add (listed, (gpointer) PYMVA_MODEL_PATH_MANIFEST);
  for (guint i = 0; i < self->manifest->entries->len; i++)
    {
      const PymvaManifestEntry *entry = g_ptr_array_index (self->manifest->entries, i);

      if (!check_entry (self, entry, error))
        return FALSE;
      g_hash_table_add (listed, entry->path);
    }

  for (guint i = 0; names[i] != NULL; i++)
    if (!g_hash_table_contains (listed, names[i]))
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the manifest does not list “%s”",
                     names[i]);
        return FALSE;
      }

  return TRUE;
}

/* --- trust --- */

/* The last stage's description, if it is of the kind "python". */
static JsonObject *
find_python_stage (PymvaModel *self)
{
  guint n_stages = json_array_get_length (self->manifest->stages);
  JsonNode *node;
  JsonObject *stage;
  const char *kind = NULL;

  if (n_stages == 0)
    return NULL;

  node = json_array_get_element (self->manifest->stages, n_stages - 1);
  stage = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  if (stage == NULL || !pymva_json_read_string (stage, "kind", FALSE, &kind, NULL) ||
      g_strcmp0 (kind, PYMVA_STAGE_PYTHON) != 0)
    return NULL;

  return stage;
}

/* A file that Python would predict with is code whatever its manifest claims, unless the engine
 * knows what reads it. */
static gboolean
check_trust (PymvaModel *self,
             PymvaModelTrust trust,
             GError **error)
{
  const char *code = NULL;

  if (trust == PYMVA_MODEL_TRUST_FULL)
    return TRUE;

  if (find_python_stage (self) != NULL && pymva_model_python_runs_code (self))
    code = "the engine “python”";
  for (guint i = 0; i < self->manifest->entries->len && code == NULL; i++)
    {
      const PymvaManifestEntry *entry = g_ptr_array_index (self->manifest->entries, i);

      if (entry->executable)
        code = entry->path;
    }
  if (code == NULL)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED,
               "it holds code that can do anything to this computer (%s); if you trust where the "
               "file comes from, load it with trust in its sha256 %s", code,
               pymva_model_get_sha256 (self));
  return FALSE;
}

gboolean
pymva_model_check_storable (PymvaModel *self,
                            GError **error)
{
  JsonObject *stage = find_python_stage (self);
  const char *reason = NULL;

  if (stage == NULL || !pymva_json_read_string (stage, "alive", FALSE, &reason, NULL) ||
      reason == NULL)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "The model “%s” can be used in this process, but not be saved: %s",
               self->manifest->title, reason);
  return FALSE;
}

/* --- stages --- */

static GHashTable *
read_tensors (PymvaModel *self,
              const PymvaManifestEntry *entry,
              GError **error)
{
  g_autoptr (GBytes) content = pymva_zip_reader_lookup (self->archive, entry->path, error);
  GHashTable *tensors = NULL;

  if (content != NULL)
    tensors = self->is_mapped ? pymva_safetensors_read_mapped (content, error)
                              : pymva_safetensors_read (content, error);
  if (tensors == NULL)
    g_prefix_error (error, "“%s”: ", entry->path);

  return tensors;
}

GHashTable *
pymva_model_read_tables (PymvaModel *self,
                         GError **error)
{
  g_autoptr (GHashTable) tables =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);

  for (guint i = 0; i < self->manifest->entries->len; i++)
    {
      const PymvaManifestEntry *entry = g_ptr_array_index (self->manifest->entries, i);
      g_autoptr (GHashTable) found = NULL;
      GHashTableIter iter;
      gpointer name;
      gpointer tensor;

      if (!g_str_equal (entry->kind, PYMVA_ENTRY_TABLES))
        continue;
      found = read_tensors (self, entry, error);
      if (found == NULL)
        return NULL;
      g_hash_table_iter_init (&iter, found);
      while (g_hash_table_iter_next (&iter, &name, &tensor))
        g_hash_table_insert (tables, g_strdup (name), g_object_ref (tensor));
    }

  return g_steal_pointer (&tables);
}

/* The stages that the engine "python" takes its inputs from. */
static gboolean
make_front (PymvaModel *self,
            GError **error)
{
  g_autoptr (JsonArray) stages = json_array_new ();
  g_autoptr (GHashTable) tables = NULL;
  guint n_stages = json_array_get_length (self->manifest->stages) - 1;

  if (n_stages == 0)
    return TRUE;

  for (guint i = 0; i < n_stages; i++)
    json_array_add_element (stages,
                            json_node_copy (json_array_get_element (self->manifest->stages, i)));
  tables = pymva_model_read_tables (self, error);
  if (tables != NULL)
    self->front = pymva_graph_new (stages, tables, self->n_variables, error);

  return self->front != NULL;
}

static gboolean
make_graph (PymvaModel *self,
            GError **error)
{
  g_autoptr (GHashTable) tables = NULL;
  JsonObject *python = find_python_stage (self);
  gint64 n_outputs;

  self->n_variables = self->manifest->variables->len;
  if (python != NULL)
    {
      if (!pymva_json_read_int (python, "n_outputs", TRUE, 1, G_MAXINT, &n_outputs, error))
        return FALSE;
      self->n_outputs = n_outputs;
      return make_front (self, error);
    }

  tables = pymva_model_read_tables (self, error);
  if (tables == NULL)
    return FALSE;
  self->graph = pymva_graph_new (self->manifest->stages, tables, self->n_variables, error);
  if (self->graph == NULL)
    return FALSE;

  self->n_outputs = pymva_graph_get_n_outputs (self->graph);
  return TRUE;
}

GHashTable *
pymva_model_read_tables_again (PymvaModel *self,
                               GError **error)
{
  for (guint i = 0; i < self->manifest->entries->len; i++)
    if (!check_entry (self, g_ptr_array_index (self->manifest->entries, i), error))
      return NULL;

  return pymva_model_read_tables (self, error);
}

PymvaGraph *
pymva_model_read_graph (PymvaModel *self,
                        GError **error)
{
  g_autoptr (GHashTable) tables = pymva_model_read_tables_again (self, error);

  return tables != NULL ? pymva_graph_new_for_export (self->manifest->stages, tables,
                                                      self->n_variables, error)
                        : NULL;
}

/* A two-class model has one response; others have an output per class or target. */
static gboolean
check_outputs (PymvaModel *self,
               GError **error)
{
  const PymvaManifest *manifest = self->manifest;
  gboolean regression = manifest->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION;
  char **names = regression ? manifest->targets : manifest->classes;
  guint n_names = names != NULL ? g_strv_length (names) : 0;
  guint n_wanted = n_names;

  if (manifest->analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    n_wanted = n_names == 0 || n_names == 2 ? 1 : 0;
  else if (n_names == 0)
    n_wanted = self->n_outputs;

  if (self->n_outputs == n_wanted)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "its stages give %u outputs, which do not fit its %u %s", self->n_outputs, n_names,
               regression ? "targets" : "classes");
  return FALSE;
}

gboolean
pymva_model_read_tensors (PymvaModel *self,
                          const char *kind,
                          GHashTable **tensors,
                          GError **error)
{
  const PymvaManifestEntry *entry = pymva_manifest_find (self->manifest, kind);

  *tensors = entry != NULL ? read_tensors (self, entry, error) : NULL;
  return entry == NULL || *tensors != NULL;
}

/* --- golden rows --- */

static gboolean
read_golden (PymvaModel *self,
             GError **error)
{
  g_autoptr (GHashTable) tensors = NULL;
  PymvaTensor *inputs;
  PymvaTensor *outputs;

  if (!pymva_model_read_tensors (self, PYMVA_ENTRY_GOLDEN, &tensors, error))
    return FALSE;
  if (tensors == NULL)
    return TRUE;

  inputs = g_hash_table_lookup (tensors, "inputs");
  outputs = g_hash_table_lookup (tensors, "outputs");
  if (inputs == NULL || outputs == NULL ||
      pymva_tensor_get_dtype (inputs) != PYMVA_DTYPE_FLOAT32 ||
      pymva_tensor_get_dtype (outputs) != PYMVA_DTYPE_FLOAT32 ||
      pymva_tensor_get_n_dims (inputs) != 2 || pymva_tensor_get_n_dims (outputs) != 2 ||
      pymva_tensor_get_length (inputs, 0) != pymva_tensor_get_length (outputs, 0) ||
      pymva_tensor_get_length (inputs, 1) != self->n_variables ||
      pymva_tensor_get_length (outputs, 1) != self->n_outputs)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "“%s” does not hold rows of the model's variables and outputs",
                   PYMVA_MODEL_PATH_GOLDEN);
      return FALSE;
    }

  self->golden_inputs = g_object_ref (inputs);
  self->golden_outputs = g_object_ref (outputs);
  return TRUE;
}

/* How far an output may be off: not at all for forests, and for networks as far as float32 lets
 * different orders of sums differ. Where a regression's numbers are large, small ones among them
 * are differences of large ones, so it is the largest that counts. */
static double
get_tolerance (PymvaModel *self,
               guint output)
{
  const float *expected = pymva_tensor_peek_data (self->golden_outputs);
  gint64 n_rows = pymva_tensor_get_length (self->golden_outputs, 0);
  double largest = 1;

  if (self->graph != NULL && pymva_graph_is_exact (self->graph))
    return 0;

  for (gint64 row = 0; row < n_rows; row++)
    {
      double size = fabs (expected[row * self->n_outputs + output]);

      if (isfinite (size))
        largest = fmax (largest, size);
    }

  return 1e-5 * largest;
}

gboolean
pymva_model_check_golden (PymvaModel *self,
                          PymvaTensor *outputs,
                          GError **error)
{
  const float *expected = pymva_tensor_peek_data (self->golden_outputs);
  const float *found = pymva_tensor_peek_data (outputs);
  gint64 n_rows = pymva_tensor_get_length (outputs, 0);

  for (guint output = 0; output < self->n_outputs; output++)
    {
      double tolerance = get_tolerance (self, output);

      for (gint64 row = 0; row < n_rows; row++)
        {
          float a = found[row * self->n_outputs + output];
          float b = expected[row * self->n_outputs + output];

          if (a == b || (isnan (a) && isnan (b)) || fabs ((double) a - b) <= tolerance)
            continue;

          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "it does not answer as it did when it was trained: for row %" G_GINT64_FORMAT
                       " of its golden rows, output %u is %.9g, not %.9g", row, output, a, b);
          return FALSE;
        }
    }

  return TRUE;
}

/* The engine "python" is asked when it is first needed: until then there may be no Python. */
static gboolean
run_golden (PymvaModel *self,
            GError **error)
{
  g_autoptr (PymvaTensor) outputs = NULL;

  if (self->graph == NULL || self->golden_inputs == NULL)
    return TRUE;

  outputs = pymva_model_run (self, self->golden_inputs, NULL, error);
  return outputs != NULL && pymva_model_check_golden (self, outputs, error);
}

/* What does not begin as an archive does is no broken one. */
static gboolean
check_archive (GBytes *bytes,
               GError **error)
{
  static const char mark[] = { 'P', 'K' };
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (size >= sizeof mark && memcmp (data, mark, sizeof mark) == 0)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       size == 0 ? "the file is empty"
                                 : "it is no model file; “pymva import” makes one of what other "
                                   "programs have saved");
  return FALSE;
}

PymvaModel *
pymva_model_new_from_bytes (GBytes *bytes,
                            gboolean is_mapped,
                            PymvaModelTrust trust,
                            GError **error)
{
  g_autoptr (PymvaModel) self = g_object_new (PYMVA_TYPE_MODEL, NULL);

  if (!check_archive (bytes, error))
    return NULL;

  self->bytes = g_bytes_ref (bytes);
  self->is_mapped = is_mapped;
  self->archive = pymva_zip_reader_new (bytes, 0, error);
  /* What is no model, or one of another version, is named as such before its records count. */
  if (self->archive == NULL || !read_manifest (self, error) ||
      !pymva_zip_reader_check_canonical (self->archive, error) || !check_entries (self, error) ||
      !check_trust (self, trust, error) || !make_graph (self, error) ||
      !check_outputs (self, error) || !read_golden (self, error) || !run_golden (self, error) ||
      !pymva_model_read_responses (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

GBytes *
pymva_model_lookup_backend_file (PymvaModel *self,
                                 const char *name)
{
  g_autofree char *path = g_strconcat (PYMVA_MODEL_PATH_BACKEND, name, NULL);

  if (self->archive == NULL || !pymva_zip_reader_has (self->archive, path))
    return NULL;

  return pymva_zip_reader_lookup (self->archive, path, NULL);
}
