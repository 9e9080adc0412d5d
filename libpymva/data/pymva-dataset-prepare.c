/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-digest-private.h"
#include "base/pymva-statistics-private.h"

#include "pymva-dataset-object-private.h"
#include "pymva-tensor-private.h"

/* Whether what was prepared still holds: tables may have grown behind the data set's back. */
static gboolean
is_prepared (PymvaDataset *self)
{
  if (self->parts == NULL)
    return FALSE;

  for (guint i = 0; i < self->parts->n_sources; i++)
    {
      const PymvaDatasetSource *source = self->settings->sources->pdata[i];

      if (pymva_table_get_n_rows (source->events) != self->parts->n_rows[i])
        return FALSE;
    }

  return TRUE;
}

/**
 * pymva_dataset_prepare:
 * @self: a data set
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Evaluates all expressions, cuts, divides the events into training and test events, and
 * normalises the weights. Does nothing if that has been done and nothing has changed.
 *
 * Fails with `PYMVA_ERROR_EXPRESSION` where a table lacks a column that an expression names; with
 * `PYMVA_ERROR_DATA` where values are missing and nothing says what to do with them, where there is
 * only one class, or where a class has no training events; and with `PYMVA_ERROR_VALUE` where
 * weights are negative and nothing says what to do with them, where the training weights of a class
 * do not sum to more than zero, or where a setting cannot be met. The data set can be changed and
 * prepared again.
 *
 * Returns: whether the data set is prepared
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_prepare (PymvaDataset *self,
                       GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (is_prepared (self))
    return TRUE;

  g_clear_pointer (&self->parts, pymva_dataset_parts_unref);
  self->parts = pymva_dataset_parts_new (self->settings, cancellable, error);

  return self->parts != NULL;
}

typedef struct
{
  PymvaDatasetSettings *settings;
  guint n_changes;
} Preparation;

static void
preparation_free (gpointer data)
{
  Preparation *preparation = data;

  pymva_dataset_settings_free (preparation->settings);
  g_free (preparation);
}

static void
prepare_in_thread (GTask *task,
                   gpointer source_object,
                   gpointer task_data,
                   GCancellable *cancellable)
{
  Preparation *preparation = task_data;
  GError *error = NULL;
  PymvaDatasetParts *parts = pymva_dataset_parts_new (preparation->settings, cancellable, &error);

  if (parts != NULL)
    g_task_return_pointer (task, parts, (GDestroyNotify) pymva_dataset_parts_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pymva_dataset_prepare_async:
 * @self: a data set
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): what to call when the data set is
 *   prepared
 * @user_data: data for @callback
 *
 * Prepares the data set as [method@Dataset.prepare] does, on another thread, with the rows
 * that the tables have at the time of this call.
 *
 * Since: 1.0
 */
void
pymva_dataset_prepare_async (PymvaDataset *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Preparation *preparation;

  g_return_if_fail (PYMVA_IS_DATASET (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_dataset_prepare_async);
  g_task_set_check_cancellable (task, TRUE);

  preparation = g_new (Preparation, 1);
  preparation->settings = pymva_dataset_settings_copy (self->settings);
  preparation->n_changes = self->n_changes;
  g_task_set_task_data (task, preparation, preparation_free);

  if (is_prepared (self))
    g_task_return_pointer (task, pymva_dataset_parts_ref (self->parts),
                           (GDestroyNotify) pymva_dataset_parts_unref);
  else
    g_task_run_in_thread (task, prepare_in_thread);
}

/**
 * pymva_dataset_prepare_finish:
 * @self: a data set
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends what [method@Dataset.prepare_async] began.
 *
 * Fails as [method@Dataset.prepare], and with `PYMVA_ERROR_FAILED` if the data set was changed in
 * the meantime.
 *
 * Returns: whether the data set is prepared
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_prepare_finish (PymvaDataset *self,
                              GAsyncResult *result,
                              GError **error)
{
  PymvaDatasetParts *parts;
  Preparation *preparation;

  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  parts = g_task_propagate_pointer (G_TASK (result), error);
  if (parts == NULL)
    return FALSE;

  preparation = g_task_get_task_data (G_TASK (result));
  if (preparation->n_changes != self->n_changes)
    {
      pymva_dataset_parts_unref (parts);
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED,
                   "The data set was changed while it was being prepared; prepare it again");
      return FALSE;
    }

  g_clear_pointer (&self->parts, pymva_dataset_parts_unref);
  self->parts = parts;

  return TRUE;
}

static PymvaDatasetPart *
get_part (PymvaDataset *self,
          PymvaPart part,
          GError **error)
{
  return pymva_dataset_prepare (self, NULL, error) ? &self->parts->part[part] : NULL;
}

/* One of the tensors of a part, by its place in the struct. */
static PymvaTensor *
get_tensor (PymvaDataset *self,
            PymvaPart part,
            gsize offset,
            GError **error)
{
  PymvaDatasetPart *events = get_part (self, part, error);

  return events != NULL ? g_object_ref (G_STRUCT_MEMBER (PymvaTensor *, events, offset)) : NULL;
}

/**
 * pymva_dataset_get_n_events:
 * @self: a data set
 * @part: the part of the data set
 * @class_name: (nullable): a class; `NULL`: all events
 *
 * Gets how many events there are in a part of the data set. Prepares the data set where needed.
 *
 * Returns: the number of events; -1 if the data set cannot be prepared (which
 *   [method@Dataset.prepare] explains), or has no such class
 *
 * Since: 1.0
 */
gint64
pymva_dataset_get_n_events (PymvaDataset *self,
                            PymvaPart part,
                            const char *class_name)
{
  g_autoptr (GError) error = NULL;
  PymvaDatasetPart *events;

  g_return_val_if_fail (PYMVA_IS_DATASET (self), -1);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, -1);

  events = get_part (self, part, &error);
  if (events == NULL)
    {
      g_debug ("No events: %s", error->message);
      return -1;
    }
  if (class_name == NULL)
    return events->n_events;

  for (guint k = 0; *class_name != '\0' && k < self->parts->n_classes; k++)
    {
      if (strcmp (self->parts->classes[k], class_name) == 0)
        return events->n_class_events[k];
    }

  return -1;
}

/**
 * pymva_dataset_get_inputs:
 * @self: a data set
 * @part: the part of the data set
 * @error: return location for an error
 *
 * Gets the variables of the events. Prepares the data set where needed, and fails as that does.
 *
 * Returns: (transfer full): n x n_variables float32
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_dataset_get_inputs (PymvaDataset *self,
                          PymvaPart part,
                          GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return get_tensor (self, part, G_STRUCT_OFFSET (PymvaDatasetPart, inputs), error);
}

/**
 * pymva_dataset_get_targets:
 * @self: a data set for regression
 * @part: the part of the data set
 * @error: return location for an error
 *
 * Gets the targets of the events. Prepares the data set where needed, and fails as that does, or
 * with `PYMVA_ERROR_VALUE` unless the data set is for regression.
 *
 * Returns: (transfer full): n x n_targets float32
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_dataset_get_targets (PymvaDataset *self,
                           PymvaPart part,
                           GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (self->settings->analysis_type != PYMVA_ANALYSIS_TYPE_REGRESSION)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "A data set for classification has no targets; use get_labels");
      return NULL;
    }

  return get_tensor (self, part, G_STRUCT_OFFSET (PymvaDatasetPart, targets), error);
}

/**
 * pymva_dataset_get_labels:
 * @self: a data set for classification
 * @part: the part of the data set
 * @error: return location for an error
 *
 * Gets the classes of the events. Prepares the data set where needed, and fails as that does, or
 * with `PYMVA_ERROR_VALUE` if the data set is for regression.
 *
 * Returns: (transfer full): n int32: the numbers of the classes; 0 is the signal
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_dataset_get_labels (PymvaDataset *self,
                          PymvaPart part,
                          GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (self->settings->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "A data set for regression has no labels; use get_targets");
      return NULL;
    }

  return get_tensor (self, part, G_STRUCT_OFFSET (PymvaDatasetPart, labels), error);
}

/**
 * pymva_dataset_get_weights:
 * @self: a data set
 * @part: the part of the data set
 * @error: return location for an error
 *
 * Gets the weights of the events, those of training events normalised as
 * [property@Dataset:norm-mode] says. Prepares the data set where needed, and fails as that does.
 *
 * Returns: (transfer full): n float64
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_dataset_get_weights (PymvaDataset *self,
                           PymvaPart part,
                           GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return get_tensor (self, part, G_STRUCT_OFFSET (PymvaDatasetPart, weights), error);
}

/**
 * pymva_dataset_get_spectators:
 * @self: a data set
 * @part: the part of the data set
 * @error: return location for an error
 *
 * Gets the spectators of the events. Prepares the data set where needed, and fails as that does.
 *
 * Returns: (transfer full): n x n_spectators float64
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_dataset_get_spectators (PymvaDataset *self,
                              PymvaPart part,
                              GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return get_tensor (self, part, G_STRUCT_OFFSET (PymvaDatasetPart, spectators), error);
}

static void
digest_text (PymvaDigest *digest,
             const char *text)
{
  /* The terminator goes in too, so that “a”, “bc” and “ab”, “c” differ. */
  pymva_digest_update (digest, text, strlen (text) + 1);
}

static void
digest_tensor (PymvaDigest *digest,
               PymvaTensor *tensor)
{
  gsize size = pymva_tensor_get_n_elements (tensor) *
               pymva_dtype_get_size (pymva_tensor_get_dtype (tensor));

  pymva_digest_update (digest, pymva_tensor_peek_data (tensor), size);
}

/* pymva_dataset_dup_digest: the SHA-256 of the training events as methods see them: names and
 * expressions of the variables, names of targets and classes, inputs, targets, labels, weights.
 * The bytes are those of the machine, so other byte orders give other digests. */
char *
pymva_dataset_dup_digest (PymvaDataset *self,
                          GError **error)
{
  PymvaDatasetPart *training = get_part (self, PYMVA_PART_TRAINING, error);
  PymvaDigest *digest;

  if (training == NULL)
    return NULL;

  digest = pymva_digest_new ();
  for (guint i = 0; i < self->settings->variables->len; i++)
    {
      const PymvaDatasetColumn *variable = self->settings->variables->pdata[i];

      digest_text (digest, variable->name);
      digest_text (digest, variable->expression);
    }
  for (guint i = 0; i < self->settings->targets->len; i++)
    digest_text (digest, ((const PymvaDatasetColumn *) self->settings->targets->pdata[i])->name);
  for (guint k = 0; k < self->parts->n_classes; k++)
    digest_text (digest, self->parts->classes[k]);
  digest_tensor (digest, training->inputs);
  digest_tensor (digest, training->targets);
  digest_tensor (digest, training->labels);
  digest_tensor (digest, training->weights);

  return pymva_digest_free_to_string (digest);
}

/* pymva_dataset_get_training_moments:
 * @means: (out) (transfer full): one for each variable
 * @deviations: (out) (transfer full): the standard deviations
 *
 * The weighted moments of the variables in the training events. */
gboolean
pymva_dataset_get_training_moments (PymvaDataset *self,
                                    double **means,
                                    double **deviations,
                                    GError **error)
{
  PymvaDatasetPart *training = get_part (self, PYMVA_PART_TRAINING, error);
  guint n_variables = self->settings->variables->len;
  g_autofree double *values = NULL;
  const float *inputs;
  const double *weights;

  if (training == NULL)
    return FALSE;

  inputs = pymva_tensor_peek_data (training->inputs);
  weights = pymva_tensor_peek_data (training->weights);
  values = g_new (double, training->n_events);
  *means = g_new (double, n_variables);
  *deviations = g_new (double, n_variables);

  for (guint k = 0; k < n_variables; k++)
    {
      PymvaMoments moments;

      for (gint64 i = 0; i < training->n_events; i++)
        values[i] = inputs[i * n_variables + k];
      pymva_statistics_moments (values, weights, training->n_events, &moments);
      (*means)[k] = moments.mean;
      (*deviations)[k] = sqrt (moments.variance);
    }

  return TRUE;
}
