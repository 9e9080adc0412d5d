/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"

#include "pymva-factory-round-private.h"

/* Whose answers are wanted, or how good they are: by PymvaPart. */
typedef struct
{
  PymvaFactoryEntry *entry;
  char *title;
  PymvaModel *model;
  PymvaTensor *responses[2];
  PymvaEvaluation *evaluations[2];
  GError *failure;
} Item;

/* All that the work needs of the factory, taken on the caller's thread. */
typedef struct
{
  PymvaFactoryRound *round;
  gboolean evaluate;
  gboolean regression;
  PymvaTensor *inputs[2];
  PymvaTensor *truths[2];
  PymvaTensor *weights[2];
  GPtrArray *items;
} Work;

static void
item_free (Item *self)
{
  for (guint part = 0; part < 2; part++)
    {
      g_clear_object (&self->responses[part]);
      g_clear_object (&self->evaluations[part]);
    }
  g_clear_object (&self->model);
  g_clear_error (&self->failure);
  g_free (self->title);
  g_free (self);
}

static void
work_free (Work *self)
{
  for (guint part = 0; part < 2; part++)
    {
      g_clear_object (&self->inputs[part]);
      g_clear_object (&self->truths[part]);
      g_clear_object (&self->weights[part]);
    }
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->round, pymva_factory_round_free);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_free)

/* A part without events stays NULL. */
static gboolean
take_part (Work *self,
           PymvaDataset *dataset,
           PymvaPart part,
           GError **error)
{
  self->inputs[part] = pymva_dataset_get_inputs (dataset, part, error);
  if (self->inputs[part] == NULL)
    return FALSE;
  if (pymva_tensor_get_length (self->inputs[part], 0) == 0)
    {
      g_clear_object (&self->inputs[part]);
      return TRUE;
    }

  self->truths[part] = self->regression ? pymva_dataset_get_targets (dataset, part, error)
                                        : pymva_dataset_get_labels (dataset, part, error);
  if (self->truths[part] == NULL)
    return FALSE;

  self->weights[part] = pymva_dataset_get_weights (dataset, part, error);
  return self->weights[part] != NULL;
}

static gboolean
take_methods (Work *self,
              PymvaFactory *factory,
              GError **error)
{
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  for (guint i = 0; i < factory->entries->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (factory->entries, i);
      Item *item;

      if (!pymva_method_get_trained (entry->method))
        continue;
      item = g_new0 (Item, 1);
      item->entry = entry;
      item->title = g_strdup (pymva_method_get_title (entry->method));
      item->model = pymva_method_get_model (entry->method, NULL);
      if (self->evaluate)
        for (guint part = 0; part < 2; part++)
          g_set_object (&item->responses[part], entry->responses[part]);
      g_ptr_array_add (self->items, item);
    }

  if (self->items->len == 0)
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED,
                         "No method of the factory is trained; train them with train_all first");
  return self->items->len > 0;
}

static Work *
work_new (PymvaFactory *factory,
          gboolean evaluate,
          GError **error)
{
  g_autoptr (Work) self = g_new0 (Work, 1);

  self->round = pymva_factory_round_begin (factory, error);
  if (self->round == NULL)
    return NULL;
  self->evaluate = evaluate;
  self->regression =
    pymva_dataset_get_analysis_type (factory->dataset) == PYMVA_ANALYSIS_TYPE_REGRESSION;
  if (!take_methods (self, factory, error) ||
      !take_part (self, factory->dataset, PYMVA_PART_TRAINING, error) ||
      !take_part (self, factory->dataset, PYMVA_PART_TEST, error))
    return NULL;

  return g_steal_pointer (&self);
}

static gboolean
work_on_part (Work *self,
              Item *item,
              PymvaPart part,
              GError **error)
{
  if (self->inputs[part] == NULL)
    return TRUE;

  if (item->responses[part] == NULL)
    item->responses[part] = pymva_model_predict (item->model, self->inputs[part], error);
  if (item->responses[part] == NULL)
    return FALSE;
  if (!self->evaluate)
    return TRUE;

  item->evaluations[part] =
    self->regression ? pymva_evaluation_new_regression (item->responses[part], self->truths[part],
                                                        self->weights[part], error)
                     : pymva_evaluation_new (item->responses[part], self->truths[part],
                                             self->weights[part], error);
  return item->evaluations[part] != NULL;
}

/* On any thread. After a cancellation, the methods that are done are kept. */
static void
work_run (Work *self,
          GCancellable *cancellable)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      for (guint part = 0; part < 2 && item->failure == NULL; part++)
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, &item->failure))
            return;
          if (!work_on_part (self, item, part, &item->failure))
            g_prefix_error (&item->failure, "%s “%s” on %s events: ",
                            self->evaluate ? "Evaluating" : "Testing", item->title,
                            part == PYMVA_PART_TEST ? "test" : "training");
        }
    }
}

/* On the caller's thread: what was found becomes the factory's. */
static gboolean
work_store (Work *self,
            GError **error)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      if (item->failure == NULL)
        {
          pymva_factory_entry_reset (item->entry);
          for (guint part = 0; part < 2; part++)
            {
              item->entry->responses[part] = g_steal_pointer (&item->responses[part]);
              item->entry->evaluations[part] = g_steal_pointer (&item->evaluations[part]);
            }
        }
      if (!pymva_factory_round_note (self->round, item->entry, g_steal_pointer (&item->failure),
                                     error))
        return FALSE;
    }

  return pymva_factory_round_report (self->round, error);
}

static gboolean
work_for_all (PymvaFactory *self,
              gboolean evaluate,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (Work) work = work_new (self, evaluate, error);

  if (work == NULL)
    return FALSE;
  work_run (work, cancellable);

  return work_store (work, error);
}

static void
work_in_thread (GTask *task,
                gpointer source,
                gpointer data,
                GCancellable *cancellable)
{
  work_run (data, cancellable);
  g_task_return_boolean (task, TRUE);
}

static void
worked_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Work *work = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  work_store (work, &error);
  /* The round is over before the caller hears of it, who may begin another one. */
  g_clear_pointer (&work->round, pymva_factory_round_free);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
work_for_all_async (PymvaFactory *self,
                    gboolean evaluate,
                    gpointer source_tag,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) thread_task = NULL;
  GError *error = NULL;
  Work *work = work_new (self, evaluate, &error);

  g_task_set_source_tag (task, source_tag);
  g_task_set_check_cancellable (task, FALSE);
  if (work == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  thread_task = g_task_new (self, cancellable, worked_cb, g_object_ref (task));
  g_task_set_check_cancellable (thread_task, FALSE);
  g_task_set_task_data (thread_task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (thread_task, work_in_thread);
}

/**
 * pymva_factory_test_all:
 * @self: a factory
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Applies the models of all trained methods to the training and test events, and keeps their
 * answers for [method@Factory.get_responses]. Methods that are not trained are left out.
 *
 * Returns: `TRUE`, or `FALSE` with @error set as by [method@Factory.train_all], or to
 *   `PYMVA_ERROR_NOT_TRAINED` where no method is trained
 *
 * Since: 1.0
 */
gboolean
pymva_factory_test_all (PymvaFactory *self,
                        GCancellable *cancellable,
                        GError **error)
{
  g_return_val_if_fail (PYMVA_IS_FACTORY (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return work_for_all (self, FALSE, cancellable, error);
}

/**
 * pymva_factory_test_all_async:
 * @self: a factory
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @callback: (nullable) (scope async) (closure user_data): what to call when it is done
 * @user_data: data for @callback
 *
 * Tests all methods as [method@Factory.test_all] does, on another thread. @callback is called in
 * the thread-default main context of the caller.
 *
 * Since: 1.0
 */
void
pymva_factory_test_all_async (PymvaFactory *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (PYMVA_IS_FACTORY (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  work_for_all_async (self, FALSE, pymva_factory_test_all_async, cancellable, callback, user_data);
}

/**
 * pymva_factory_test_all_finish:
 * @self: a factory
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [method@Factory.test_all_async].
 *
 * Returns: as [method@Factory.test_all]
 *
 * Since: 1.0
 */
gboolean
pymva_factory_test_all_finish (PymvaFactory *self,
                               GAsyncResult *result,
                               GError **error)
{
  g_return_val_if_fail (PYMVA_IS_FACTORY (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * pymva_factory_evaluate_all:
 * @self: a factory
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Evaluates the answers of all trained methods on the training and test events, for
 * [method@Factory.get_evaluation] and [method@Factory.format_tables]. Those that have not been
 * tested are tested first. Event weights count.
 *
 * Returns: `TRUE`, or `FALSE` with @error set as by [method@Factory.test_all]
 *
 * Since: 1.0
 */
gboolean
pymva_factory_evaluate_all (PymvaFactory *self,
                            GCancellable *cancellable,
                            GError **error)
{
  g_return_val_if_fail (PYMVA_IS_FACTORY (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return work_for_all (self, TRUE, cancellable, error);
}

/**
 * pymva_factory_evaluate_all_async:
 * @self: a factory
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @callback: (nullable) (scope async) (closure user_data): what to call when it is done
 * @user_data: data for @callback
 *
 * Evaluates all methods as [method@Factory.evaluate_all] does, on another thread. @callback is
 * called in the thread-default main context of the caller.
 *
 * Since: 1.0
 */
void
pymva_factory_evaluate_all_async (PymvaFactory *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (PYMVA_IS_FACTORY (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  work_for_all_async (self, TRUE, pymva_factory_evaluate_all_async, cancellable, callback,
                      user_data);
}

/**
 * pymva_factory_evaluate_all_finish:
 * @self: a factory
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [method@Factory.evaluate_all_async].
 *
 * Returns: as [method@Factory.evaluate_all]
 *
 * Since: 1.0
 */
gboolean
pymva_factory_evaluate_all_finish (PymvaFactory *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  g_return_val_if_fail (PYMVA_IS_FACTORY (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
