/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-pipeline-private.h"

/* More never help, however many are asked for. */
#define MOST_THREADS 1024

/* An item on its way. */
typedef struct
{
  gpointer item;
  gpointer result;
  GError *error;
  gboolean is_done;
} Slot;

typedef struct
{
  const PymvaPipelineStages *stages;
  gpointer data;
  guint n_slots;

  GMutex lock;
  GCond changed;
  /* All below is guarded by the lock. The item of number n is in the slot n % n_slots from its
   * reading to its writing. */
  Slot *slots;
  guint64 n_read;
  guint64 n_taken;
  guint64 n_written;
  gboolean is_at_end;
  gboolean is_stopped;
  /* The threads that work; they are made as there is work for them. */
  GThread **workers;
  guint n_workers;
  guint most_workers;
  guint n_idle;
} Pipeline;

static gboolean
run_on_one (const PymvaPipelineStages *stages,
            gpointer data,
            GError **error)
{
  for (;;)
    {
      GError *local_error = NULL;
      gpointer item = stages->read (data, &local_error);
      gpointer result;

      if (local_error != NULL)
        g_propagate_error (error, local_error);
      if (item == NULL)
        return local_error == NULL;

      result = stages->work (data, item, error);
      if (result == NULL || !stages->write (data, result, error))
        return FALSE;
    }
}

/* Waits for a slot that is free. FALSE where no more items are wanted. */
static gboolean
wait_for_room (Pipeline *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->is_stopped && self->n_read - self->n_written == self->n_slots)
    g_cond_wait (&self->changed, &self->lock);

  return !self->is_stopped;
}

/* The next slot that has an item to work on; NULL where there will be no more. */
static Slot *
take_slot (Pipeline *self,
           gpointer *item)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Slot *slot;

  self->n_idle++;
  while (!self->is_stopped && self->n_taken == self->n_read && !self->is_at_end)
    g_cond_wait (&self->changed, &self->lock);
  self->n_idle--;
  if (self->is_stopped || self->n_taken == self->n_read)
    return NULL;

  slot = &self->slots[self->n_taken % self->n_slots];
  if (slot->is_done)
    return NULL;
  self->n_taken++;
  *item = g_steal_pointer (&slot->item);

  return slot;
}

static gpointer
work_on_items (gpointer data)
{
  Pipeline *self = data;
  gpointer item;
  Slot *slot;

  while ((slot = take_slot (self, &item)) != NULL)
    {
      GError *error = NULL;
      gpointer result = self->stages->work (self->data, item, &error);

      g_mutex_lock (&self->lock);
      slot->result = result;
      slot->error = error;
      slot->is_done = TRUE;
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->lock);
    }

  return NULL;
}

/* Under the lock. Where the system has no more threads, those that there are do the work. */
static void
add_worker (Pipeline *self)
{
  GThread *worker = g_thread_try_new ("pymva-work", work_on_items, self, NULL);

  if (worker != NULL)
    self->workers[self->n_workers++] = worker;
  else
    self->most_workers = self->n_workers;
}

static gpointer
read_items (gpointer data)
{
  Pipeline *self = data;
  gboolean goes_on = TRUE;

  while (goes_on && wait_for_room (self))
    {
      GError *error = NULL;
      gpointer item = self->stages->read (self->data, &error);

      g_mutex_lock (&self->lock);
      if (item != NULL || error != NULL)
        {
          /* An error waits for its turn, too. */
          self->slots[self->n_read % self->n_slots] = (Slot) {
            .item = item,
            .error = error,
            .is_done = error != NULL,
          };
          self->n_read++;
          if (self->n_read - self->n_taken > self->n_idle && self->n_workers < self->most_workers)
            add_worker (self);
        }
      goes_on = item != NULL;
      self->is_at_end = !goes_on;
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->lock);
    }

  return NULL;
}

/* Waits for the next result. FALSE behind the last one, and where there was an error. */
static gboolean
wait_for_result (Pipeline *self,
                 gpointer *result,
                 GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Slot *slot = &self->slots[self->n_written % self->n_slots];

  while (self->n_written == self->n_read ? !self->is_at_end : !slot->is_done)
    g_cond_wait (&self->changed, &self->lock);
  if (self->n_written == self->n_read)
    return FALSE;

  if (slot->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&slot->error));
      return FALSE;
    }
  *result = g_steal_pointer (&slot->result);
  return TRUE;
}

static gboolean
write_results (Pipeline *self,
               GError **error)
{
  GError *local_error = NULL;
  gpointer result;

  while (wait_for_result (self, &result, &local_error))
    {
      if (!self->stages->write (self->data, result, &local_error))
        break;

      g_mutex_lock (&self->lock);
      self->n_written++;
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->lock);
    }

  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

static void
slot_clear (Pipeline *self,
            Slot *slot)
{
  g_clear_pointer (&slot->item, self->stages->free_item);
  g_clear_pointer (&slot->result, self->stages->free_result);
  g_clear_error (&slot->error);
}

/* Starts the thread that reads, and one that works. NULL where the system has no two; then nothing
 * has been read. */
static GThread *
start_threads (Pipeline *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GThread *reader = g_thread_try_new ("pymva-read", read_items, self, NULL);

  if (reader == NULL)
    return NULL;
  add_worker (self);
  if (self->n_workers > 0)
    return reader;

  self->is_stopped = TRUE;
  g_clear_pointer (&locker, g_mutex_locker_free);
  g_thread_join (reader);
  return NULL;
}

static gboolean
run_on_several (Pipeline *self,
                GError **error)
{
  GThread *reader = start_threads (self);
  gboolean done;

  if (reader == NULL)
    return run_on_one (self->stages, self->data, error);

  done = write_results (self, error);

  g_mutex_lock (&self->lock);
  self->is_stopped = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  /* Behind the reader, there are no more new ones. */
  g_thread_join (reader);
  for (guint i = 0; i < self->n_workers; i++)
    g_thread_join (self->workers[i]);

  return done;
}

guint
pymva_pipeline_limit_threads (guint n_threads)
{
  return MIN (n_threads, MOST_THREADS);
}

gboolean
pymva_pipeline_run (const PymvaPipelineStages *stages,
                    gpointer data,
                    guint n_threads,
                    GError **error)
{
  guint n_used = pymva_pipeline_limit_threads (n_threads);
  Pipeline self = { .stages = stages, .data = data, .n_slots = n_used + 2 };
  gboolean done;

  if (n_used <= 1)
    return run_on_one (stages, data, error);

  g_mutex_init (&self.lock);
  g_cond_init (&self.changed);
  self.slots = g_new0 (Slot, self.n_slots);
  self.most_workers = n_used - 1;
  self.workers = g_new0 (GThread *, self.most_workers);
  done = run_on_several (&self, error);

  for (guint i = 0; i < self.n_slots; i++)
    slot_clear (&self, &self.slots[i]);
  g_free (self.slots);
  g_free (self.workers);
  g_cond_clear (&self.changed);
  g_mutex_clear (&self.lock);

  return done;
}
