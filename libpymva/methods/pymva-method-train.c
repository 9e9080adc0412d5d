/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-method-private.h"
#include "pymva-event-stream-private.h"
#include "pymva-training-private.h"

static void
on_progress (double fraction,
             gpointer user_data)
{
  pymva_method_emit_progress (user_data, fraction);
}

static void
on_iteration (guint index,
              GVariant *metrics,
              gpointer user_data)
{
  pymva_method_emit_iteration (user_data, index, metrics);
}

static const PymvaJobHandlers handlers = { on_progress, on_iteration };

void
pymva_method_class_set_learns_batches (PymvaMethodClass *klass)
{
  klass->learns_batches = TRUE;
}

gboolean
pymva_method_streams (PymvaMethod *self,
                      PymvaDataset *dataset)
{
  return PYMVA_METHOD_GET_CLASS (self)->learns_batches && pymva_dataset_has_streams (dataset);
}

static gboolean
check_dataset (PymvaMethod *self,
               PymvaDataset *dataset,
               GError **error)
{
  return pymva_method_check_parameters (self, pymva_dataset_get_analysis_type (dataset), error);
}

/**
 * pymva_method_train:
 * @self: a method
 * @dataset: the events, which are prepared where they have not been
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Trains the method with the training events of a data set, and waits until that is done. Event
 * weights count. [signal@Method::progress] and [signal@Method::iteration] are emitted on the
 * calling thread meanwhile; other sources of its main context are not dispatched.
 *
 * After an error, or where @cancellable was cancelled, the method is what it was before, and may
 * be trained again. Cancelling takes effect between batches of a network and between blocks of
 * trees; user code in Python is interrupted; code inside one call of C goes on until the call
 * returns, and later trainings fail with `PYMVA_ERROR_WORKER` until then.
 *
 * Returns: `TRUE`, or `FALSE` with @error set: `PYMVA_ERROR_VALUE` for a property that is no good,
 *   naming the good values; `PYMVA_ERROR_UNSUPPORTED`; `PYMVA_ERROR_IMPORT` where the framework is
 *   missing; what preparing the data set gave; or the exception of Python code with its traceback
 *
 * Since: 1.0
 */
gboolean
pymva_method_train (PymvaMethod *self,
                    PymvaDataset *dataset,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (PymvaTraining) training = NULL;
  gboolean success = FALSE;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), FALSE);
  g_return_val_if_fail (PYMVA_IS_DATASET (dataset), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_dataset (self, dataset, error) || !pymva_method_begin_training (self, error))
    return FALSE;

  /* A handler of a signal may drop the last reference. */
  g_object_ref (self);
  if (pymva_method_streams (self, dataset) || pymva_dataset_prepare (dataset, cancellable, error))
    training = pymva_training_new (self, dataset, cancellable, error);
  if (training != NULL)
    success = pymva_job_run (pymva_training_run, pymva_training_ref (training),
                             (GDestroyNotify) pymva_training_unref, &handlers, self, cancellable,
                             error);
  pymva_method_end_training (self, success ? pymva_training_get_result (training) : NULL);
  g_object_unref (self);

  return success;
}

/* What an asynchronous training needs between its steps; it holds the caller's task. */
typedef struct
{
  PymvaDataset *dataset;
  PymvaTraining *training;
} TrainTask;

static void
train_task_free (TrainTask *data)
{
  g_clear_object (&data->dataset);
  g_clear_pointer (&data->training, pymva_training_unref);
  g_free (data);
}

static void
trained_cb (GObject *source,
            GAsyncResult *result,
            gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TrainTask *data = g_task_get_task_data (task);
  PymvaMethod *self = PYMVA_METHOD (source);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      pymva_method_end_training (self, NULL);
      g_task_return_error (task, error);
      return;
    }

  pymva_method_end_training (self, pymva_training_get_result (data->training));
  g_task_return_boolean (task, TRUE);
}

/* Takes @task, and @error, which says why the data set is not ready, or is NULL. */
static void
start_training (GTask *task,
                GError *error)
{
  g_autoptr (GTask) owned = task;
  TrainTask *data = g_task_get_task_data (task);
  PymvaMethod *self = g_task_get_source_object (task);
  GTask *job;

  if (error == NULL)
    data->training = pymva_training_new (self, data->dataset, g_task_get_cancellable (task),
                                         &error);
  if (data->training == NULL)
    {
      pymva_method_end_training (self, NULL);
      g_task_return_error (task, error);
      return;
    }

  job = g_task_new (self, g_task_get_cancellable (task), trained_cb, g_object_ref (task));
  pymva_job_run_async (job, pymva_training_run, pymva_training_ref (data->training),
                       (GDestroyNotify) pymva_training_unref, &handlers, self);
  g_object_unref (job);
}

static void
prepared_cb (GObject *source,
             GAsyncResult *result,
             gpointer user_data)
{
  GError *error = NULL;

  pymva_dataset_prepare_finish (PYMVA_DATASET (source), result, &error);
  start_training (user_data, error);
}

/**
 * pymva_method_train_async:
 * @self: a method
 * @dataset: the events, which are prepared where they have not been
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @callback: (nullable) (scope async) (closure user_data): what to call when it is done
 * @user_data: data for @callback
 *
 * Trains the method as [method@Method.train] does, without waiting. Signals are emitted, and
 * @callback is called after the last of them, in the thread-default main context of the caller.
 * Neither the properties nor the data set should be changed before that.
 *
 * Since: 1.0
 */
void
pymva_method_train_async (PymvaMethod *self,
                          PymvaDataset *dataset,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  TrainTask *data;
  GError *error = NULL;

  g_return_if_fail (PYMVA_IS_METHOD (self));
  g_return_if_fail (PYMVA_IS_DATASET (dataset));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_method_train_async);
  data = g_new0 (TrainTask, 1);
  data->dataset = g_object_ref (dataset);
  g_task_set_task_data (task, data, (GDestroyNotify) train_task_free);
  /* The job has the last word: what it finished is kept, and said so. */
  g_task_set_check_cancellable (task, FALSE);

  if (!check_dataset (self, dataset, &error) || !pymva_method_begin_training (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  if (pymva_method_streams (self, dataset))
    start_training (g_steal_pointer (&task), NULL);
  else
    pymva_dataset_prepare_async (dataset, cancellable, prepared_cb, g_steal_pointer (&task));
}

/**
 * pymva_method_train_finish:
 * @self: a method
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [method@Method.train_async].
 *
 * Returns: as [method@Method.train]
 *
 * Since: 1.0
 */
gboolean
pymva_method_train_finish (PymvaMethod *self,
                           GAsyncResult *result,
                           GError **error)
{
  g_return_val_if_fail (PYMVA_IS_METHOD (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
