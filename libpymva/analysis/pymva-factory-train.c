/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-factory-round-private.h"

/* Before the method is trained: what is known of the training before does not hold any more. */
static PymvaFactoryEntry *
begin_method (PymvaFactory *self,
              guint number)
{
  PymvaFactoryEntry *entry = g_ptr_array_index (self->entries, number);

  pymva_factory_entry_reset (entry);
  pymva_factory_emit_started (self, entry);

  return entry;
}

/* Takes @failure. FALSE where it was a cancellation. */
static gboolean
end_method (PymvaFactoryRound *round,
            PymvaFactoryEntry *entry,
            GError *failure,
            GError **error)
{
  if (failure == NULL)
    pymva_factory_emit_trained (round->factory, entry);

  return pymva_factory_round_note (round, entry, failure, error);
}

/**
 * pymva_factory_train_all:
 * @self: a factory
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Trains all methods, one after the other, and waits until that is done. The data set is prepared
 * where it has not been. Signals are emitted on the calling thread meanwhile.
 *
 * A method that fails does not keep the others from being trained. Methods that were tested before
 * lose what was found.
 *
 * Returns: `TRUE` if all methods are trained, or `FALSE` with @error set: what the method gave
 *   where one failed; `PYMVA_ERROR_FAILED` with all their messages where several did; what
 *   preparing the data set gave; `PYMVA_ERROR_VALUE` where nothing is booked; or
 *   `G_IO_ERROR_CANCELLED`, after which the methods that were trained before it stay trained
 *
 * Since: 1.0
 */
gboolean
pymva_factory_train_all (PymvaFactory *self,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (PymvaFactoryRound) round = NULL;

  g_return_val_if_fail (PYMVA_IS_FACTORY (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  round = pymva_factory_round_begin (self, error);
  if (round == NULL || !pymva_dataset_prepare (self->dataset, cancellable, error))
    return FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      PymvaFactoryEntry *entry = begin_method (self, i);
      GError *failure = NULL;

      pymva_method_train (entry->method, self->dataset, cancellable, &failure);
      if (!end_method (round, entry, failure, error))
        return FALSE;
    }

  return pymva_factory_round_report (round, error);
}

/* What trains all methods without waiting: the round, and the number of the method at work. */
typedef struct
{
  PymvaFactoryRound *round;
  guint number;
} TrainTask;

static void
train_task_free (TrainTask *data)
{
  g_clear_pointer (&data->round, pymva_factory_round_free);
  g_free (data);
}

static void train_next (GTask *task);

/* The round is over before the caller hears of it, who may begin another one. */
static void
return_result (GTask *task,
               GError *error)
{
  TrainTask *data = g_task_get_task_data (task);

  g_clear_pointer (&data->round, pymva_factory_round_free);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
method_trained_cb (GObject *source,
                   GAsyncResult *result,
                   gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TrainTask *data = g_task_get_task_data (task);
  PymvaFactory *self = g_task_get_source_object (task);
  PymvaFactoryEntry *entry = g_ptr_array_index (self->entries, data->number);
  GError *failure = NULL;
  GError *error = NULL;

  pymva_method_train_finish (PYMVA_METHOD (source), result, &failure);
  if (!end_method (data->round, entry, failure, &error))
    {
      return_result (task, error);
      return;
    }

  data->number++;
  train_next (g_steal_pointer (&task));
}

/* Takes @task. */
static void
train_next (GTask *task)
{
  g_autoptr (GTask) owned = task;
  TrainTask *data = g_task_get_task_data (task);
  PymvaFactory *self = g_task_get_source_object (task);
  PymvaFactoryEntry *entry;
  GError *error = NULL;

  if (data->number == self->entries->len)
    {
      pymva_factory_round_report (data->round, &error);
      return_result (task, error);
      return;
    }

  entry = begin_method (self, data->number);
  pymva_method_train_async (entry->method, self->dataset, g_task_get_cancellable (task),
                            method_trained_cb, g_steal_pointer (&owned));
}

static void
prepared_cb (GObject *source,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!pymva_dataset_prepare_finish (PYMVA_DATASET (source), result, &error))
    {
      return_result (task, error);
      return;
    }

  train_next (g_steal_pointer (&task));
}

/**
 * pymva_factory_train_all_async:
 * @self: a factory
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @callback: (nullable) (scope async) (closure user_data): what to call when it is done
 * @user_data: data for @callback
 *
 * Trains all methods as [method@Factory.train_all] does, without waiting. Signals are emitted, and
 * @callback is called after the last of them, in the thread-default main context of the caller.
 *
 * Since: 1.0
 */
void
pymva_factory_train_all_async (PymvaFactory *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  TrainTask *data;
  GError *error = NULL;

  g_return_if_fail (PYMVA_IS_FACTORY (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_factory_train_all_async);
  /* The methods have the last word: what they finished is kept, and said so. */
  g_task_set_check_cancellable (task, FALSE);
  data = g_new0 (TrainTask, 1);
  g_task_set_task_data (task, data, (GDestroyNotify) train_task_free);
  data->round = pymva_factory_round_begin (self, &error);
  if (data->round == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  pymva_dataset_prepare_async (self->dataset, cancellable, prepared_cb, g_steal_pointer (&task));
}

/**
 * pymva_factory_train_all_finish:
 * @self: a factory
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [method@Factory.train_all_async].
 *
 * Returns: as [method@Factory.train_all]
 *
 * Since: 1.0
 */
gboolean
pymva_factory_train_all_finish (PymvaFactory *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (PYMVA_IS_FACTORY (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
