/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-dataset-batches-private.h"
#include "pymva-dataset-object-private.h"
#include "pymva-tensor-private.h"

/* One of the files, and the piece of it that is at hand. */
typedef struct
{
  const PymvaDatasetStream *stream;
  PymvaTableStream *rows;
  gint64 first_row;
  /* The events of the piece, and how many of them were given out. */
  PymvaDatasetEvents *events;
  gsize n_used;
  /* Those of all pieces. */
  gint64 n_events;
  gint64 n_taken;
} Source;

struct _PymvaDatasetBatches
{
  /* Without sources: the piece that is evaluated is the only one. */
  PymvaDatasetSettings *settings;
  GPtrArray *sources;
  char **classes;
  gint64 batch_size;

  double *sums;
  gint64 *counts;
  gint64 n_events;
  gint64 n_batches;
  gint64 next_batch;
  gint64 most_rows;
};

static void
source_clear_piece (Source *self)
{
  g_clear_pointer (&self->events, pymva_dataset_events_free);
  self->n_used = 0;
}

static void
source_free (gpointer data)
{
  Source *self = data;

  source_clear_piece (self);
  g_object_unref (self->rows);
  g_free (self);
}

static Source *
source_new (const PymvaDatasetStream *stream)
{
  Source *self = g_new0 (Source, 1);

  self->stream = stream;
  self->rows = pymva_table_stream_new (pymva_table_stream_get_file (stream->events),
                                       pymva_table_stream_get_options (stream->events));
  pymva_table_stream_set_piece_size (self->rows,
                                     pymva_table_stream_get_piece_size (stream->events));

  return self;
}

gboolean
pymva_dataset_has_streams (PymvaDataset *self)
{
  return self->settings->streams->len > 0;
}

void
pymva_dataset_batches_free (PymvaDatasetBatches *self)
{
  g_clear_pointer (&self->sources, g_ptr_array_unref);
  g_clear_pointer (&self->settings, pymva_dataset_settings_free);
  g_strfreev (self->classes);
  g_free (self->sums);
  g_free (self->counts);
  g_free (self);
}

/* Refuses what would need all events at once. */
static gboolean
check_settings (const PymvaDatasetSettings *settings,
                GError **error)
{
  if (settings->sources->len > 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                           "The data set has events in tables and in streams; put all of them into "
                           "streams");
      return FALSE;
    }
  for (guint i = 0; i < settings->rules->len; i++)
    {
      const PymvaDatasetRule *rule = settings->rules->pdata[i];

      if (rule->n_events[0] > 0 || rule->n_events[1] > 0 || rule->training_fraction > 0)
        {
          g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                               "The numbers of events of a data set with streams cannot be set; "
                               "all of its events are training events");
          return FALSE;
        }
    }

  return pymva_dataset_check_settings (settings, error);
}

/* The classes as a data set of empty tables has them. */
static char **
list_classes (PymvaDatasetSettings *settings,
              GError **error)
{
  g_autoptr (PymvaTable) empty = pymva_table_new ();
  g_auto (GStrv) classes = NULL;

  for (guint i = 0; i < settings->streams->len; i++)
    {
      const PymvaDatasetStream *stream = settings->streams->pdata[i];

      pymva_dataset_settings_add_source (settings, stream->class_name, NULL, empty, 1,
                                         PYMVA_PART_TRAINING);
    }
  classes = pymva_dataset_settings_list_classes (settings, error);
  g_ptr_array_set_size (settings->sources, 0);
  if (classes == NULL ||
      !pymva_dataset_check_classes (settings, (const char * const *) classes, error))
    return NULL;

  return g_steal_pointer (&classes);
}

PymvaDatasetBatches *
pymva_dataset_batches_new (PymvaDataset *dataset,
                           gint64 batch_size,
                           GError **error)
{
  g_autoptr (PymvaDatasetBatches) self = g_new0 (PymvaDatasetBatches, 1);

  self->batch_size = MAX (batch_size, 1);
  self->settings = pymva_dataset_settings_copy (dataset->settings);
  if (!check_settings (self->settings, error))
    return NULL;
  self->classes = list_classes (self->settings, error);
  if (self->classes == NULL)
    return NULL;

  self->sources = g_ptr_array_new_with_free_func (source_free);
  for (guint i = 0; i < self->settings->streams->len; i++)
    g_ptr_array_add (self->sources, source_new (self->settings->streams->pdata[i]));

  return g_steal_pointer (&self);
}

gint64
pymva_dataset_batches_get_n_events (PymvaDatasetBatches *self)
{
  return self->n_events;
}

gint64
pymva_dataset_batches_get_n_batches (PymvaDatasetBatches *self)
{
  return self->n_batches;
}

const char * const *
pymva_dataset_batches_get_classes (PymvaDatasetBatches *self)
{
  return (const char * const *) self->classes;
}

gint64
pymva_dataset_batches_get_most_rows (PymvaDatasetBatches *self)
{
  return self->most_rows;
}

/* @n_more: rows beside those of the pieces. */
static void
count_rows (PymvaDatasetBatches *self,
            gint64 n_more)
{
  gint64 n_rows = n_more;

  for (guint i = 0; i < self->sources->len; i++)
    {
      const Source *source = self->sources->pdata[i];

      n_rows += source->events != NULL ? source->events->n_events : 0;
    }
  self->most_rows = MAX (self->most_rows, n_rows);
}

/* Copies row @from to row @to; arrays of no columns are NULL. */
static void
copy_row (gpointer target,
          gsize to,
          gconstpointer source,
          gsize from,
          gsize row_size)
{
  if (row_size > 0)
    memmove ((char *) target + to * row_size, (const char *) source + from * row_size, row_size);
}

static void
copy_event (PymvaDatasetEvents *target,
            gsize to,
            const PymvaDatasetEvents *source,
            gsize from)
{
  copy_row (target->inputs, to, source->inputs, from, source->n_variables * sizeof (float));
  copy_row (target->targets, to, source->targets, from, source->n_targets * sizeof (float));
  copy_row (target->spectators, to, source->spectators, from,
            source->n_spectators * sizeof (double));
  target->weights[to] = source->weights[from];
  target->labels[to] = source->labels[from];
}

/* Lets the weights be as the data set wants them, and drops the events that it does not want. */
static void
settle_weights (PymvaDatasetBatches *self,
                PymvaDatasetEvents *events)
{
  gsize n = 0;

  for (gsize i = 0; i < events->n_events; i++)
    if (pymva_dataset_meet_negative_weight (self->settings, &events->weights[i]))
      copy_event (events, n++, events, i);
  events->n_events = n;
}

/* Reads and evaluates the next piece: source->events is NULL behind the last one. */
static gboolean
read_piece (PymvaDatasetBatches *self,
            Source *source,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PymvaTable) rows = NULL;
  PymvaDatasetSource *piece;

  source_clear_piece (source);
  rows = pymva_table_stream_read (source->rows, cancellable, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (rows == NULL)
    return TRUE;

  count_rows (self, pymva_table_get_n_rows (rows));
  piece = pymva_dataset_settings_add_source (self->settings, source->stream->class_name, NULL,
                                             rows, source->stream->weight, PYMVA_PART_TRAINING);
  piece->first_row = source->first_row;
  source->first_row += pymva_table_get_n_rows (rows);
  source->events = pymva_dataset_events_new (self->settings, (const char * const *) self->classes,
                                             cancellable, error);
  g_ptr_array_set_size (self->settings->sources, 0);
  if (source->events == NULL)
    return FALSE;

  settle_weights (self, source->events);
  return TRUE;
}

void
pymva_dataset_batches_rewind (PymvaDatasetBatches *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      Source *source = self->sources->pdata[i];

      source_clear_piece (source);
      pymva_table_stream_rewind (source->rows);
      source->first_row = 0;
      source->n_taken = 0;
    }
  self->next_batch = 0;
}

static gboolean
count_source (PymvaDatasetBatches *self,
              Source *source,
              GCancellable *cancellable,
              GError **error)
{
  source->n_events = 0;
  for (;;)
    {
      if (!read_piece (self, source, cancellable, error))
        return FALSE;
      if (source->events == NULL)
        return TRUE;

      source->n_events += source->events->n_events;
      for (gsize i = 0; i < source->events->n_events; i++)
        {
          self->sums[source->events->labels[i]] += source->events->weights[i];
          self->counts[source->events->labels[i]]++;
        }
    }
}

gboolean
pymva_dataset_batches_count (PymvaDatasetBatches *self,
                             GCancellable *cancellable,
                             GError **error)
{
  guint n_classes = g_strv_length (self->classes);

  g_free (self->sums);
  g_free (self->counts);
  self->sums = g_new0 (double, n_classes);
  self->counts = g_new0 (gint64, n_classes);
  self->n_events = 0;
  pymva_dataset_batches_rewind (self);
  for (guint i = 0; i < self->sources->len; i++)
    {
      Source *source = self->sources->pdata[i];

      if (!count_source (self, source, cancellable, error))
        return FALSE;
      self->n_events += source->n_events;
    }
  if (!pymva_dataset_check_sums ((const char * const *) self->classes, self->sums, self->counts,
                                 error))
    return FALSE;

  self->n_batches = (self->n_events + self->batch_size - 1) / self->batch_size;
  pymva_dataset_batches_rewind (self);
  return TRUE;
}

static void
append_event (PymvaDatasetBatches *self,
              PymvaDatasetEvents *batch,
              const PymvaDatasetEvents *events,
              gsize i)
{
  gsize n = batch->n_events++;

  copy_event (batch, n, events, i);
  batch->weights[n] *= pymva_dataset_get_norm (self->settings, self->sums, self->counts,
                                               events->labels[i]);
}

/* Takes events of a file until so many of it were given out. */
static gboolean
take_events (PymvaDatasetBatches *self,
             Source *source,
             gint64 until,
             PymvaDatasetEvents *batch,
             GCancellable *cancellable,
             GError **error)
{
  while (source->n_taken < until)
    {
      if (source->events == NULL || source->n_used == source->events->n_events)
        {
          if (!read_piece (self, source, cancellable, error))
            return FALSE;
          if (source->events == NULL)
            {
              g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                           "The events of a stream have become fewer while they were read: %"
                           G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT,
                           source->n_taken, source->n_events);
              return FALSE;
            }
          count_rows (self, batch->n_events);
          continue;
        }
      append_event (self, batch, source->events, source->n_used++);
      source->n_taken++;
    }

  return TRUE;
}

static PymvaTensor *
take_tensor (PymvaDType dtype,
             gpointer data,
             gsize n_rows,
             gsize n_columns,
             gboolean flat)
{
  const gint64 shape[] = { n_rows, n_columns };

  return pymva_tensor_new_take (dtype, shape, flat ? 1 : 2, data,
                                n_rows * n_columns * pymva_dtype_get_size (dtype), NULL);
}

/* Gives what the batch holds to tensors. */
static PymvaDatasetPart *
finish_batch (PymvaDatasetEvents *batch)
{
  PymvaDatasetPart *part = g_new0 (PymvaDatasetPart, 1);
  gsize n = batch->n_events;

  part->n_events = n;
  part->inputs = take_tensor (PYMVA_DTYPE_FLOAT32, g_steal_pointer (&batch->inputs), n,
                              batch->n_variables, FALSE);
  part->targets = take_tensor (PYMVA_DTYPE_FLOAT32, g_steal_pointer (&batch->targets), n,
                               batch->n_targets, FALSE);
  part->spectators = take_tensor (PYMVA_DTYPE_FLOAT64, g_steal_pointer (&batch->spectators), n,
                                  batch->n_spectators, FALSE);
  part->labels = take_tensor (PYMVA_DTYPE_INT32, g_steal_pointer (&batch->labels), n, 1, TRUE);
  part->weights = take_tensor (PYMVA_DTYPE_FLOAT64, g_steal_pointer (&batch->weights), n, 1, TRUE);

  return part;
}

void
pymva_dataset_batch_free (PymvaDatasetPart *batch)
{
  g_clear_object (&batch->inputs);
  g_clear_object (&batch->targets);
  g_clear_object (&batch->spectators);
  g_clear_object (&batch->labels);
  g_clear_object (&batch->weights);
  g_free (batch);
}

/* Room for the events of a batch: shares are rounded, each by less than one event. */
static PymvaDatasetEvents *
new_batch (PymvaDatasetBatches *self)
{
  PymvaDatasetEvents *batch = g_new0 (PymvaDatasetEvents, 1);
  gsize most = MIN (self->batch_size, self->n_events) + self->sources->len;

  batch->n_variables = self->settings->variables->len;
  batch->n_targets = self->settings->targets->len;
  batch->n_spectators = self->settings->spectators->len;
  batch->inputs = g_new (float, MAX (most * batch->n_variables, 1));
  batch->targets = g_new (float, MAX (most * batch->n_targets, 1));
  batch->spectators = g_new (double, MAX (most * batch->n_spectators, 1));
  batch->weights = g_new (double, most);
  batch->labels = g_new (gint32, most);

  return batch;
}

PymvaDatasetPart *
pymva_dataset_batches_next (PymvaDatasetBatches *self,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (PymvaDatasetEvents) batch = NULL;

  if (self->next_batch >= self->n_batches)
    return NULL;

  batch = new_batch (self);
  self->next_batch++;
  for (guint i = 0; i < self->sources->len; i++)
    {
      Source *source = self->sources->pdata[i];
      gint64 until = (gint64) ((double) source->n_events * self->next_batch / self->n_batches);

      if (self->next_batch == self->n_batches)
        until = source->n_events;
      if (!take_events (self, source, until, batch, cancellable, error))
        return NULL;
    }
  count_rows (self, batch->n_events);

  return finish_batch (batch);
}
