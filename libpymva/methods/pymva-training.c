/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-dataset-private.h"
#include "pymva-adapter-private.h"
#include "pymva-engine-private.h"
#include "pymva-training-object-private.h"

static void
column_free (PymvaDatasetColumn *column)
{
  g_free (column->name);
  g_free (column->expression);
  g_free (column->title);
  g_free (column->unit);
  g_free (column);
}

static void
training_clear (PymvaTraining *self)
{
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->method_name, g_free);
  g_clear_pointer (&self->bridge, g_free);
  g_clear_pointer (&self->config, g_variant_unref);
  g_clear_pointer (&self->objects, g_hash_table_unref);
  g_clear_pointer (&self->parameters, g_variant_unref);
  g_clear_pointer (&self->variables, g_ptr_array_unref);
  g_clear_pointer (&self->variable_names, g_strfreev);
  g_clear_pointer (&self->classes, g_strfreev);
  g_clear_pointer (&self->targets, g_strfreev);
  g_clear_object (&self->inputs);
  g_clear_object (&self->columns);
  g_clear_object (&self->answers);
  g_clear_object (&self->weights);
  g_clear_object (&self->spectators);
  g_clear_pointer (&self->digest, g_free);
  g_clear_pointer (&self->stream, pymva_event_stream_unref);
  g_clear_object (&self->file);
  g_clear_pointer (&self->transforms, g_free);
  g_clear_pointer (&self->previous, pymva_trained_unref);
  g_clear_object (&self->previous_model);
  g_clear_pointer (&self->trained, pymva_trained_unref);
}

PymvaTraining *
pymva_training_ref (PymvaTraining *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
pymva_training_unref (PymvaTraining *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) training_clear);
}

PymvaTrained *
pymva_training_get_result (PymvaTraining *self)
{
  return self->trained;
}

static void
take_variables (PymvaTraining *self,
                PymvaDataset *dataset)
{
  self->variable_names = pymva_dataset_list_variables (dataset);
  self->variables = g_ptr_array_new_with_free_func ((GDestroyNotify) column_free);
  for (guint i = 0; i < pymva_dataset_get_n_variables (dataset); i++)
    {
      const PymvaDatasetColumn *variable = pymva_dataset_get_variable (dataset, i);
      PymvaDatasetColumn *copy = g_new0 (PymvaDatasetColumn, 1);

      copy->name = g_strdup (variable->name);
      copy->expression = g_strdup (variable->expression);
      copy->title = g_strdup (variable->title);
      copy->unit = g_strdup (variable->unit);
      g_ptr_array_add (self->variables, copy);
    }
}

static gboolean
take_events (PymvaTraining *self,
             PymvaDataset *dataset,
             GError **error)
{
  self->inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TRAINING, error);
  if (self->inputs == NULL)
    return FALSE;

  if (self->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    self->answers = pymva_dataset_get_targets (dataset, PYMVA_PART_TRAINING, error);
  else
    self->answers = pymva_dataset_get_labels (dataset, PYMVA_PART_TRAINING, error);
  if (self->answers == NULL)
    return FALSE;

  self->weights = pymva_dataset_get_weights (dataset, PYMVA_PART_TRAINING, error);
  if (self->weights == NULL)
    return FALSE;
  self->spectators = pymva_dataset_get_spectators (dataset, PYMVA_PART_TRAINING, error);
  if (self->spectators == NULL)
    return FALSE;

  self->digest = pymva_dataset_dup_digest (dataset, error);
  return self->digest != NULL;
}

/* Refuses what needs all events at once. */
static gboolean
check_stream (PymvaTraining *self,
              GError **error)
{
  gboolean distributions = FALSE;

  g_variant_lookup (self->config, "response_distributions", "b", &distributions);
  if (*self->transforms == '\0' && !distributions)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "“%s” of the method “%s” needs all events at once, and the data set has streams, "
               "which are read while they are learnt from; leave it unset, or read the files into "
               "tables", distributions ? "response-distributions" : "transforms", self->title);
  return FALSE;
}

static gboolean
take_stream (PymvaTraining *self,
             PymvaDataset *dataset,
             GCancellable *cancellable,
             GError **error)
{
  int batch_size = 1;

  if (!check_stream (self, error))
    return FALSE;
  g_variant_lookup (self->config, "batch_size", "i", &batch_size);
  self->stream = pymva_event_stream_new (dataset, batch_size, cancellable, error);
  if (self->stream == NULL)
    return FALSE;

  g_strfreev (self->classes);
  self->classes = pymva_event_stream_dup_classes (self->stream);
  return TRUE;
}

PymvaTraining *
pymva_training_new (PymvaMethod *method,
                    PymvaDataset *dataset,
                    GCancellable *cancellable,
                    GError **error)
{
  PymvaMethodClass *klass = PYMVA_METHOD_GET_CLASS (method);
  g_autoptr (PymvaTraining) self = g_atomic_rc_box_new0 (PymvaTraining);

  self->config = pymva_method_dup_config (method, error);
  if (self->config == NULL)
    return NULL;

  self->objects = pymva_method_dup_objects (method);
  self->title = g_strdup (pymva_method_get_title (method));
  self->method_name = g_strdup (klass->name);
  self->bridge = g_strdup (klass->bridge);
  self->parameters = pymva_method_dup_parameters (method);
  self->analysis_type = pymva_dataset_get_analysis_type (dataset);
  self->classes = pymva_dataset_list_classes (dataset);
  self->targets = pymva_dataset_list_targets (dataset);
  self->previous = pymva_method_dup_trained (method, NULL);
  g_set_object (&self->file, pymva_method_get_trained_model_file (method));
  g_variant_lookup (self->config, "continue_training", "b", &self->continues);
  self->transforms = g_strdup (pymva_method_get_transforms (method));
  if (self->continues && self->previous == NULL && self->file == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The method “%s” has no training to go on from; train it with "
                   "“continue-training” off first, or set “trained-model-file” to the model of an "
                   "earlier training", self->title);
      return NULL;
    }
  take_variables (self, dataset);
  if (!(pymva_method_streams (method, dataset)
        ? take_stream (self, dataset, cancellable, error) : take_events (self, dataset, error)))
    return NULL;

  return g_steal_pointer (&self);
}

const char *
pymva_training_analysis_name (PymvaAnalysisType analysis_type)
{
  switch (analysis_type)
    {
    case PYMVA_ANALYSIS_TYPE_MULTICLASS:
      return "multiclass";
    case PYMVA_ANALYSIS_TYPE_REGRESSION:
      return "regression";
    case PYMVA_ANALYSIS_TYPE_CLASSIFICATION:
    default:
      return "classification";
    }
}

/* What the model of an earlier training holds for one that goes on with it. No code of the file is
 * run: the network, or whatever it is, is made by this training. */
static PymvaObject *
read_previous_files (PymvaTraining *self,
                     GError **error)
{
  g_autoptr (GVariant) files = NULL;

  files = pymva_engine_read_files (self->previous_model, self->bridge, error);
  if (files == NULL)
    {
      g_autofree char *name = g_file_get_parse_name (self->file);

      g_prefix_error (error, "“%s” cannot be gone on with: ", name);
      return NULL;
    }

  return pymva_object_new_from_variant (files, error);
}

static gboolean
add_previous (PymvaTraining *self,
              PymvaObject *data,
              GError **error)
{
  const char *name = self->previous != NULL ? "previous" : "previous_files";
  g_autoptr (PymvaObject) key = NULL;
  g_autoptr (PymvaObject) previous = NULL;

  if (self->previous != NULL)
    previous = g_object_ref (self->previous->state);
  else if (self->continues)
    previous = read_previous_files (self, error);
  else
    return TRUE;

  if (previous == NULL)
    return FALSE;
  key = pymva_object_new_from_variant (g_variant_new_string (name), error);
  return key != NULL && pymva_object_set_item (data, key, previous, error);
}

static gboolean
add_events (PymvaTraining *self,
            PymvaObject *data,
            GError **error)
{
  gboolean regression = self->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION;
  g_autoptr (PymvaObject) key = NULL;
  g_autoptr (PymvaObject) stream = NULL;

  if (self->stream == NULL)
    return pymva_adapter_set_tensor (data, "inputs", self->columns, error) &&
           pymva_adapter_set_tensor (data, regression ? "target_values" : "labels",
                                     self->answers, error) &&
           pymva_adapter_set_tensor (data, "weights", self->weights, error) &&
           pymva_adapter_set_tensor (data, "spectators", self->spectators, error);

  stream = pymva_event_stream_new_object (self->stream, error);
  if (stream == NULL)
    return FALSE;
  key = pymva_object_new_from_variant (g_variant_new_string ("stream"), error);

  return key != NULL && pymva_object_set_item (data, key, stream, error);
}

/* The adapter's argument "data". */
static PymvaObject *
new_data (PymvaTraining *self,
          GError **error)
{
  gboolean mixed = self->trained->transforms != NULL &&
                   pymva_transform_chain_get_mixes (self->trained->transforms);
  g_auto (GVariantDict) words;
  g_autoptr (PymvaObject) data = NULL;

  g_variant_dict_init (&words, NULL);
  g_variant_dict_insert (&words, "analysis_type", "s",
                         pymva_training_analysis_name (self->analysis_type));
  g_variant_dict_insert (&words, "variables", "^as",
                         mixed ? pymva_transform_chain_get_columns (self->trained->transforms)
                               : (const char * const *) self->variable_names);
  g_variant_dict_insert (&words, "classes", "^as", self->classes);
  g_variant_dict_insert (&words, "targets", "^as", self->targets);
  data = pymva_object_new_from_variant (g_variant_dict_end (&words), error);

  if (data == NULL || !add_events (self, data, error) || !add_previous (self, data, error))
    return NULL;

  return g_steal_pointer (&data);
}

/* The adapter's argument "config". */
static PymvaObject *
new_config (PymvaTraining *self,
            GError **error)
{
  g_autoptr (PymvaObject) config = pymva_object_new_from_variant (self->config, error);
  GHashTableIter iter;
  gpointer name;
  gpointer object;

  if (config == NULL)
    return NULL;

  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, &name, &object))
    {
      g_autoptr (PymvaObject) key =
        pymva_object_new_from_variant (g_variant_new_string (name), error);

      if (key == NULL || !pymva_object_set_item (config, key, object, error))
        return NULL;
    }

  return g_steal_pointer (&config);
}

static PymvaObject *
fit (PymvaTraining *self,
     PymvaJob *job,
     GError **error)
{
  g_autoptr (PymvaObject) config = NULL;
  g_autoptr (PymvaObject) data = NULL;
  g_autoptr (PymvaObject) report = NULL;
  PymvaObject *state;
  gint64 started;

  config = new_config (self, error);
  if (config == NULL)
    return NULL;
  data = new_data (self, error);
  if (data == NULL)
    return NULL;
  report = pymva_job_get_report (job, error);
  if (report == NULL)
    return NULL;

  started = g_get_monotonic_time ();
  state = pymva_adapter_call (self->bridge, "fit", (PymvaObject *[]) { config, data, report }, 3,
                             error);
  self->trained->training_time = (g_get_monotonic_time () - started) / (double) G_USEC_PER_SEC;

  return state;
}

/* A training that goes on takes the transformations of the one before: what has been learnt holds
 * for columns as these make them, and would not for those that other events lead to. */
static gboolean
goes_on (PymvaTraining *self)
{
  gboolean warm_start = FALSE;

  g_variant_lookup (self->config, "warm_start", "b", &warm_start);
  return self->continues || (self->previous != NULL && warm_start);
}

static gboolean
take_transforms (PymvaTraining *self,
                 GError **error)
{
  g_autoptr (PymvaTransformChain) before = NULL;
  const char *definition;

  if (self->previous == NULL)
    {
      self->previous_model = pymva_model_load_data (self->file, NULL, error);
      if (self->previous_model == NULL)
        return FALSE;
    }
  if (!pymva_training_check_previous (
        self->previous != NULL ? self->previous->model : self->previous_model, self->analysis_type,
        (const char * const *) self->variable_names, (const char * const *) self->classes,
        (const char * const *) self->targets, error))
    return FALSE;

  if (self->previous == NULL)
    {
      before = pymva_transform_chain_new_from_model (
        self->previous_model, (const char * const *) self->variable_names, error);
      if (before == NULL)
        return FALSE;
    }
  else if (self->previous->transforms != NULL)
    before = pymva_transform_chain_ref (self->previous->transforms);

  definition = before != NULL ? pymva_transform_chain_get_definition (before) : "";
  if (!g_str_equal (definition, self->transforms))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“transforms” is “%s”, but the training that is to go on had “%s”; set it to "
                   "that, or train from the start", self->transforms, definition);
      return FALSE;
    }

  self->trained->transforms = g_steal_pointer (&before);
  return TRUE;
}

static gboolean
fit_transforms (PymvaTraining *self,
                GError **error)
{
  gboolean regression = self->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION;
  const PymvaTransformEvents events = {
    .variables = (const char * const *) self->variable_names,
    .classes = (const char * const *) self->classes,
    .inputs = self->inputs,
    .labels = regression ? NULL : self->answers,
    .weights = self->weights,
  };

  if (*self->transforms != '\0')
    self->trained->transforms = pymva_transform_chain_new (self->transforms, &events, error);
  return *self->transforms == '\0' || self->trained->transforms != NULL;
}

static gboolean
transform_inputs (PymvaTraining *self,
                  GError **error)
{
  if (!(goes_on (self) ? take_transforms (self, error) : fit_transforms (self, error)))
    return FALSE;

  if (self->trained->transforms != NULL)
    self->columns = pymva_transform_chain_apply (self->trained->transforms, self->inputs,
                                                 PYMVA_DTYPE_FLOAT32, error);
  else
    self->columns = g_object_ref (self->inputs);
  return self->columns != NULL;
}

static gboolean
open_stream (PymvaTraining *self,
             GError **error)
{
  if (self->stream == NULL)
    return TRUE;

  self->inputs = pymva_event_stream_open (self->stream, error);
  return self->inputs != NULL;
}

static gboolean
ask_importance (PymvaTraining *self,
                GError **error)
{
  g_autoptr (PymvaObject) importance = NULL;

  if (self->trained->transforms != NULL &&
      pymva_transform_chain_get_mixes (self->trained->transforms))
    return TRUE;

  importance = pymva_adapter_call (self->bridge, "importance", &self->trained->state, 1, error);
  if (importance == NULL)
    return FALSE;
  if (pymva_object_is_none (importance))
    return TRUE;

  self->trained->importance = pymva_object_to_tensor (importance, error);
  return self->trained->importance != NULL;
}

gboolean
pymva_training_run (PymvaJob *job,
                    gpointer training,
                    GError **error)
{
  PymvaTraining *self = training;
  g_autoptr (PymvaObject) adapter = NULL;
  gboolean success = FALSE;

  self->trained = pymva_trained_new ();
  self->trained->n_variables = self->variables->len;
  /* The framework is imported here, and its time does not count. */
  adapter = pymva_bridge_import (self->bridge, error);
  if (adapter != NULL && open_stream (self, error) && transform_inputs (self, error))
    self->trained->state = fit (self, job, error);
  if (self->trained->state != NULL)
    success = ask_importance (self, error) && pymva_training_build_model (self, error);
  if (success && self->file != NULL)
    success = pymva_model_save (self->trained->model, self->file, NULL, error);

  if (!success)
    g_prefix_error (error, "Training “%s”: ", self->title);
  return success;
}
