/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-interpreter.h>

#include "data/pymva-tensor-private.h"
#include "pymva-adapter-private.h"
#include "pymva-event-stream-private.h"

struct _PymvaEventStream
{
  PymvaDatasetBatches *batches;
  gboolean is_regression;
  gint64 n_spectators;
  GCancellable *cancellable;
};

static void
stream_clear (PymvaEventStream *self)
{
  g_clear_pointer (&self->batches, pymva_dataset_batches_free);
  g_clear_object (&self->cancellable);
}

PymvaEventStream *
pymva_event_stream_ref (PymvaEventStream *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
pymva_event_stream_unref (PymvaEventStream *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) stream_clear);
}

PymvaEventStream *
pymva_event_stream_new (PymvaDataset *dataset,
                  gint64 batch_size,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (PymvaEventStream) self = g_atomic_rc_box_new0 (PymvaEventStream);
  g_auto (GStrv) spectators = pymva_dataset_list_spectators (dataset);

  self->batches = pymva_dataset_batches_new (dataset, batch_size, error);
  if (self->batches == NULL)
    return NULL;
  self->is_regression =
    pymva_dataset_get_analysis_type (dataset) == PYMVA_ANALYSIS_TYPE_REGRESSION;
  self->n_spectators = g_strv_length (spectators);
  g_set_object (&self->cancellable, cancellable);

  return g_steal_pointer (&self);
}

char **
pymva_event_stream_dup_classes (PymvaEventStream *self)
{
  return g_strdupv ((char **) pymva_dataset_batches_get_classes (self->batches));
}

PymvaTensor *
pymva_event_stream_open (PymvaEventStream *self,
                   GError **error)
{
  PymvaDatasetPart *batch;
  PymvaTensor *inputs;

  if (!pymva_dataset_batches_count (self->batches, self->cancellable, error))
    return NULL;
  batch = pymva_dataset_batches_next (self->batches, self->cancellable, error);
  if (batch == NULL)
    return NULL;

  inputs = g_object_ref (batch->inputs);
  pymva_dataset_batch_free (batch);

  return inputs;
}

gint64
pymva_event_stream_get_n_events (PymvaEventStream *self)
{
  return pymva_dataset_batches_get_n_events (self->batches);
}

static PymvaObject *
rewind_batches (PymvaObject *args,
                PymvaObject *kwargs,
                gpointer user_data,
                GError **error)
{
  PymvaEventStream *self = user_data;

  pymva_dataset_batches_rewind (self->batches);

  return pymva_object_new_none ();
}

static PymvaObject *
read_batch (PymvaObject *args,
            PymvaObject *kwargs,
            gpointer user_data,
            GError **error)
{
  PymvaEventStream *self = user_data;
  g_autoptr (PymvaObject) arrays = NULL;
  g_autoptr (GError) local_error = NULL;
  PymvaDatasetPart *batch;
  gboolean done;

  batch = pymva_dataset_batches_next (self->batches, self->cancellable, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (batch == NULL)
    return pymva_object_new_none ();

  arrays = pymva_object_new_dict (NULL, NULL, 0, error);
  done = arrays != NULL &&
         pymva_adapter_set_tensor (arrays, "inputs", batch->inputs, error) &&
         pymva_adapter_set_tensor (arrays, self->is_regression ? "target_values" : "labels",
                                   self->is_regression ? batch->targets : batch->labels, error) &&
         pymva_adapter_set_tensor (arrays, "weights", batch->weights, error) &&
         pymva_adapter_set_tensor (arrays, "spectators", batch->spectators, error);
  pymva_dataset_batch_free (batch);

  return done ? g_steal_pointer (&arrays) : NULL;
}

static gboolean
set_item (PymvaObject *dict,
          const char *name,
          PymvaObject *value,
          GError **error)
{
  g_autoptr (PymvaObject) owned = value;
  g_autoptr (PymvaObject) key = NULL;

  if (value == NULL)
    return FALSE;
  key = pymva_object_new_from_variant (g_variant_new_string (name), error);

  return key != NULL && pymva_object_set_item (dict, key, value, error);
}

static PymvaObject *
new_function (PymvaEventStream *self,
              const char *name,
              PymvaFunction func,
              GError **error)
{
  return pymva_interpreter_new_function (pymva_interpreter_get_default (), name, func,
                                         pymva_event_stream_ref (self),
                                         (GDestroyNotify) pymva_event_stream_unref, error);
}

PymvaObject *
pymva_event_stream_new_object (PymvaEventStream *self,
                         GError **error)
{
  const struct
  {
    const char *name;
    gint64 number;
  } numbers[] = {
    { "n_events", pymva_dataset_batches_get_n_events (self->batches) },
    { "n_batches", pymva_dataset_batches_get_n_batches (self->batches) },
    { "n_spectators", self->n_spectators },
  };
  g_autoptr (PymvaObject) dict = pymva_object_new_dict (NULL, NULL, 0, error);

  if (dict == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!set_item (dict, numbers[i].name,
                   pymva_object_new_from_variant (g_variant_new_int64 (numbers[i].number), error),
                   error))
      return NULL;
  if (!set_item (dict, "rewind", new_function (self, "rewind", rewind_batches, error), error) ||
      !set_item (dict, "next_batch", new_function (self, "next_batch", read_batch, error), error))
    return NULL;

  return g_steal_pointer (&dict);
}
