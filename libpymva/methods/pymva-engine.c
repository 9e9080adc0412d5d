/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <json-glib/json-glib.h>
#include <pymva/pymva-error.h>

#include "interop/pymva-convert-private.h"
#include "pymva-adapter-private.h"
#include "pymva-engine-private.h"
#include "python/pymva-inbox-private.h"
#include "python/pymva-worker-private.h"
#include "scoring/pymva-json-private.h"

/* The file in backend/ that says which adapter reads the others. */
#define ENGINE_FILE "engine.json"

/* Adapters whose load() reads numbers, whatever it is given: no file that names one of them can
 * bring code along. */
static const char * const data_bridges[] = { "lightgbm_trees", "xgboost_trees", NULL };

/* The engine "python" of a model: an adapter and the state that it made of the model's files. */
typedef struct
{
  char *bridge;
  GVariant *files; /* a{sv}: name -> ay; until it is loaded */
  PymvaObject *state;
} Engine;

PymvaTensor *
pymva_engine_predict_state (const char *bridge,
                            PymvaObject *state,
                            PymvaTensor *inputs,
                            GError **error)
{
  g_autoptr (PymvaObject) array = pymva_object_new_from_tensor (inputs, error);
  g_autoptr (PymvaObject) answers = NULL;

  if (array == NULL)
    return NULL;
  answers = pymva_adapter_call (bridge, "predict", (PymvaObject *[]) { state, array }, 2, error);
  if (answers == NULL)
    return NULL;

  return pymva_object_to_tensor (answers, error);
}

/* Python's lists have the type "av"; a list of dictionaries is described as "aa{sv}". */
static GVariant *
type_lists (GVariant *description)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, description);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
      gboolean dictionaries = g_variant_is_of_type (value, G_VARIANT_TYPE ("av"));

      for (gsize i = 0; dictionaries && i < g_variant_n_children (value); i++)
        {
          g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
          g_autoptr (GVariant) content = g_variant_get_variant (child);

          dictionaries = g_variant_is_of_type (content, G_VARIANT_TYPE_VARDICT);
          if (dictionaries)
            g_variant_builder_add_value (&list, content);
        }
      g_variant_builder_add (&builder, "{sv}", key,
                             dictionaries ? g_variant_builder_end (&list) : value);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

gboolean
pymva_engine_describe_dump (PymvaObject *dump,
                            PymvaModelBuilder *builder,
                            GError **error)
{
  g_autoptr (PymvaObject) first = pymva_object_get_index (dump, 0, error);
  g_autoptr (PymvaObject) second = NULL;
  g_autoptr (GVariant) description = NULL;
  g_autoptr (GVariant) typed = NULL;
  g_autoptr (GHashTable) tensors = NULL;

  if (first == NULL)
    return FALSE;
  second = pymva_object_get_index (dump, 1, error);
  if (second == NULL)
    return FALSE;
  description = pymva_object_to_variant (first, error);
  if (description == NULL)
    return FALSE;
  tensors = pymva_adapter_get_tensors (second, error);
  if (tensors == NULL)
    return FALSE;
  typed = type_lists (description);

  return pymva_convert_dump (builder, typed, tensors, error);
}

static void
add_engine_file (const char *bridge,
                 GVariant *files,
                 PymvaModelBuilder *builder)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *names = json_array_new ();
  g_autoptr (GBytes) content = NULL;
  GVariantIter iter;
  const char *name;
  char *text;

  g_variant_iter_init (&iter, files);
  while (g_variant_iter_next (&iter, "{&sv}", &name, NULL))
    json_array_add_string_element (names, name);
  json_object_set_string_member (object, "bridge", bridge);
  json_object_set_array_member (object, "files", names);

  text = pymva_json_format (object, TRUE);
  content = g_bytes_new_take (text, strlen (text));
  pymva_model_builder_add_backend_file (builder, ENGINE_FILE, content, FALSE);
}

static gboolean
is_among (const char *name,
          GVariant *names)
{
  for (gsize i = 0; i < g_variant_n_children (names); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (names, i);
      g_autoptr (GVariant) other = g_variant_get_variant (child);

      if (g_str_equal (g_variant_get_string (other, NULL), name))
        return TRUE;
    }

  return FALSE;
}

/* The contents by name that an adapter gave. @executable: the names of those that hold code, or
 * NULL for none. */
static void
add_files (const char *bridge,
           GVariant *files,
           GVariant *executable,
           PymvaModelBuilder *builder)
{
  GVariantIter iter;
  const char *name;
  GVariant *content;

  g_variant_iter_init (&iter, files);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &content))
    {
      g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (content);

      pymva_model_builder_add_backend_file (builder, name, bytes,
                                            executable != NULL && is_among (name, executable));
    }
  add_engine_file (bridge, files, builder);
}

/* What the adapter needs to go on with the training later, if it can do that, and if a file is to
 * hold that or the adapter's files always do. */
static gboolean
add_resumption (const char *bridge,
                PymvaObject *state,
                gboolean resumable,
                PymvaModelBuilder *builder,
                GError **error)
{
  g_autoptr (PymvaObject) adapter = pymva_bridge_import (bridge, error);
  g_autoptr (PymvaObject) told = NULL;
  g_autoptr (GVariant) files = NULL;

  if (adapter == NULL)
    return FALSE;
  if (!pymva_object_has_attribute (adapter, "resumption") ||
      !(resumable || pymva_object_has_attribute (adapter, "ALWAYS_RESUMABLE")))
    return TRUE;

  told = pymva_adapter_call (bridge, "resumption", &state, 1, error);
  if (told == NULL)
    return FALSE;
  files = pymva_object_to_variant (told, error);
  if (files == NULL)
    return FALSE;
  add_files (bridge, files, NULL, builder);

  return TRUE;
}

static gboolean
describe_python (const char *bridge,
                 PymvaObject *state,
                 gint64 n_outputs,
                 PymvaModelBuilder *builder,
                 GError **error)
{
  g_autoptr (PymvaObject) dump = pymva_adapter_call (bridge, "dump", &state, 1, error);
  g_autoptr (GVariant) parts = NULL;
  g_autoptr (GVariant) files = NULL;
  g_autoptr (GVariant) executable = NULL;
  g_auto (GVariantBuilder) stage = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (dump == NULL)
    return FALSE;
  parts = pymva_object_to_variant (dump, error);
  if (parts == NULL)
    return FALSE;
  g_variant_get_child (parts, 0, "@a{sv}", &files);
  g_variant_get_child (parts, 1, "@av", &executable);
  add_files (bridge, files, executable, builder);

  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("python"));
  g_variant_builder_add (&stage, "{sv}", "n_outputs", g_variant_new_int64 (n_outputs));
  if (g_variant_n_children (parts) > 2)
    {
      g_autoptr (GVariant) reason = g_variant_get_child_value (parts, 2);

      g_variant_builder_add (&stage, "{sv}", "alive", reason);
    }
  pymva_model_builder_add_stage (builder, g_variant_builder_end (&stage));

  return TRUE;
}

gboolean
pymva_engine_describe_state (const char *bridge,
                             PymvaObject *state,
                             gint64 n_outputs,
                             gboolean resumable,
                             PymvaModelBuilder *builder,
                             GError **error)
{
  g_autoptr (PymvaObject) dump = pymva_adapter_call (bridge, "to_native", &state, 1, error);
  g_autoptr (GError) local_error = NULL;

  if (dump == NULL)
    return FALSE;
  if (pymva_object_is_none (dump))
    return describe_python (bridge, state, n_outputs, builder, error);

  if (pymva_engine_describe_dump (dump, builder, &local_error))
    return add_resumption (bridge, state, resumable, builder, error);
  /* Only a converter can see that some models have no native form, and has then added nothing. */
  if (g_error_matches (local_error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED))
    {
      g_info ("The model needs Python to predict: %s", local_error->message);
      return describe_python (bridge, state, n_outputs, builder, error);
    }

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
pymva_engine_check_model (PymvaModel *model,
                          PymvaTensor *golden,
                          GError **error)
{
  g_autoptr (PymvaTensor) outputs = NULL;

  if (!g_str_equal (pymva_model_get_engine (model), "python"))
    return TRUE;

  outputs = pymva_model_predict (model, golden, error);
  if (outputs == NULL)
    g_prefix_error (error, "the model cannot be made again from what a file would hold: ");

  return outputs != NULL;
}

static void
engine_free (gpointer data)
{
  Engine *self = data;

  g_free (self->bridge);
  g_clear_pointer (&self->files, g_variant_unref);
  g_clear_object (&self->state);
  g_free (self);
}

/* What ENGINE_FILE says: the name of the adapter, and those of its files. */
static gboolean
read_engine_file (PymvaModel *model,
                  char **bridge,
                  char ***names,
                  GError **error)
{
  g_autoptr (GBytes) content = pymva_model_lookup_backend_file (model, ENGINE_FILE);
  g_autoptr (JsonObject) object = NULL;
  const char *name = NULL;

  if (content == NULL)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "the file holds nothing of a framework of Python");
      return FALSE;
    }
  object = pymva_json_parse (content, error);
  if (object == NULL || !pymva_json_read_string (object, "bridge", TRUE, &name, error) ||
      !pymva_json_read_strings (object, "files", TRUE, names, error))
    return FALSE;

  *bridge = g_strdup (name);
  return TRUE;
}

static gboolean
engine_runs_code (PymvaModel *model)
{
  g_autofree char *bridge = NULL;
  g_auto (GStrv) names = NULL;

  return !read_engine_file (model, &bridge, &names, NULL) ||
         !g_strv_contains (data_bridges, bridge);
}

/* The name of the adapter, and all that lies in backend/ for it. */
static GVariant *
read_files (PymvaModel *model,
            char **adapter,
            GError **error)
{
  g_autofree char *bridge = NULL;
  g_auto (GStrv) names = NULL;
  g_auto (GVariantDict) files;

  g_variant_dict_init (&files, NULL);
  if (!read_engine_file (model, &bridge, &names, error))
    return NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GBytes) file = pymva_model_lookup_backend_file (model, names[i]);

      if (file == NULL)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "the model has no file “%s”, which it names", names[i]);
          return NULL;
        }
      g_variant_dict_insert_value (&files, names[i],
                                   g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, file,
                                                             TRUE));
    }
  *adapter = g_steal_pointer (&bridge);

  return g_variant_ref_sink (g_variant_dict_end (&files));
}

GVariant *
pymva_engine_read_files (PymvaModel *model,
                         const char *bridge,
                         GError **error)
{
  g_autofree char *adapter = NULL;
  g_autoptr (GVariant) files = read_files (model, &adapter, error);

  if (files == NULL)
    return NULL;
  if (!g_str_equal (adapter, bridge))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "it is the model of another method, “%s”", pymva_model_get_method_name (model));
      return NULL;
    }

  return g_steal_pointer (&files);
}

static gboolean
load_job (PymvaJob *job,
          gpointer data,
          GError **error)
{
  Engine *self = data;
  g_autoptr (PymvaObject) files = pymva_object_new_from_variant (self->files, error);

  if (files == NULL)
    return FALSE;
  self->state = pymva_adapter_call (self->bridge, "load", &files, 1, error);

  return self->state != NULL;
}

static gpointer
engine_load (PymvaModel *model,
             GError **error)
{
  Engine *self = g_new0 (Engine, 1);

  self->files = read_files (model, &self->bridge, error);
  /* No cancellable: the job is never abandoned, so the engine outlives it. */
  if (self->files == NULL ||
      !pymva_job_run (load_job, self, NULL, NULL, NULL, NULL, error))
    {
      engine_free (self);
      return NULL;
    }
  g_clear_pointer (&self->files, g_variant_unref);

  return self;
}

typedef struct
{
  Engine *engine;
  PymvaTensor *inputs;
  PymvaTensor *outputs;
} Prediction;

static gboolean
predict_job (PymvaJob *job,
             gpointer data,
             GError **error)
{
  Prediction *prediction = data;

  prediction->outputs = pymva_engine_predict_state (prediction->engine->bridge,
                                                    prediction->engine->state,
                                                    prediction->inputs, error);
  return prediction->outputs != NULL;
}

static PymvaTensor *
engine_predict (gpointer engine,
                PymvaTensor *inputs,
                GError **error)
{
  Prediction prediction = { engine, inputs, NULL };

  if (!pymva_job_run (predict_job, &prediction, NULL, NULL, NULL, NULL, error))
    return NULL;

  return prediction.outputs;
}

/* Jobs of other threads queue up behind the one that Python's worker is at, whether this is it or
 * answers it. */
static gboolean
engine_blocks_others (void)
{
  return pymva_worker_is_current () || pymva_inbox_is_answering_worker ();
}

static const PymvaPythonEngine python_engine = {
  .load = engine_load,
  .predict = engine_predict,
  .free = engine_free,
  .runs_code = engine_runs_code,
  .blocks_others = engine_blocks_others,
};

/* The layer below learns of this engine when the library is loaded. */
static void __attribute__ ((constructor))
register_engine (void)
{
  pymva_model_register_python_engine (&python_engine);
}
