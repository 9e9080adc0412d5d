/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "python/pymva-job-internal-private.h"
#include "python/pymva-life-private.h"
#include "python/pymva-worker-private.h"

/* Times in microseconds. A cancelled job first has time to see it for itself, then for the
 * exception to get through; after that its caller waits no longer. */
#define CANCEL_GRACE 20000
#define INTERRUPT_GRACE 25000
/* How often an abandoned job is interrupted again: it may have caught the first exception. */
#define INTERRUPT_INTERVAL (1 * G_USEC_PER_SEC)
/* How long a job waits for an abandoned one to make room. */
#define ROOM_PATIENCE 500000
/* The same where that one imports a framework, which takes seconds, and then ends. */
#define IMPORT_PATIENCE (60 * G_USEC_PER_SEC)
#define WATCH_INTERVAL 50000
/* How often a thread that waits looks for signals. */
#define SIGNAL_INTERVAL 50000

GMutex pymva_jobs_lock;
static GCond jobs_cond; /* a job has ended */
static GQueue jobs_queued = G_QUEUE_INIT;
static PymvaJob *jobs_current; /* and those around it */
static guint64 jobs_last_id;

PymvaJob *
pymva_job_ref (PymvaJob *job)
{
  g_atomic_ref_count_inc (&job->ref_count);

  return job;
}

void
pymva_job_unref (PymvaJob *job)
{
  if (!g_atomic_ref_count_dec (&job->ref_count))
    return;

  g_clear_object (&job->cancellable);
  g_clear_pointer (&job->inbox, pymva_inbox_unref);
  g_clear_error (&job->error);
  g_clear_error (&job->interruption);
  g_free (job);
}

static void
job_release_data (PymvaJob *job)
{
  if (job->destroy != NULL)
    job->destroy (job->data);
  job->destroy = NULL;
}

/* --- completion --------------------------------------------------------------------------- */

/* On the caller's thread, after all reports. */
static void
complete_cb (gpointer data)
{
  PymvaJob *job = data;

  job->closed = TRUE;
  if (job->cancelled_handler != 0)
    g_signal_handler_disconnect (job->cancellable, job->cancelled_handler);
  job->cancelled_handler = 0;

  if (job->task == NULL)
    {
      if (!job->abandoned)
        job_release_data (job);
      g_atomic_int_set (&job->done, TRUE);
      return;
    }

  {
    g_autoptr (GTask) task = g_steal_pointer (&job->task);

    if (job->error != NULL)
      g_task_return_error (task, g_steal_pointer (&job->error));
    else
      g_task_return_boolean (task, TRUE);
  }
  if (!job->abandoned)
    job_release_data (job);
}

void
pymva_job_post (PymvaJob *job,
                PymvaInboxFunc func,
                gpointer data,
                GDestroyNotify destroy)
{
  if (job->outer != NULL)
    {
      func (data);
      destroy (data);
    }
  else
    pymva_inbox_post (job->inbox, job, func, data, destroy);
}

static void
job_complete (PymvaJob *job,
              GError *error /* transfer full */)
{
  job->error = error;
  pymva_job_post (job, complete_cb, pymva_job_ref (job), (GDestroyNotify) pymva_job_unref);
}

static GError *
new_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The operation was cancelled");
}

static GError *
new_stuck_error (void)
{
  return g_error_new_literal (PYMVA_ERROR, PYMVA_ERROR_WORKER,
                              "The Python worker is still inside a call of a cancelled operation, "
                              "which cannot be interrupted; try again when it has returned");
}

/* Ends jobs that have not begun: all, or those that have waited since before @since. */
static void
fail_queued (gint64 since,
             GError *(*new_error) (void))
{
  GQueue failed = G_QUEUE_INIT;
  PymvaJob *job;

  g_mutex_lock (&pymva_jobs_lock);
  while ((job = g_queue_peek_head (&jobs_queued)) != NULL && job->queued_at < since)
    {
      g_queue_pop_head (&jobs_queued);
      job->state = PYMVA_JOB_ENDED;
      g_queue_push_tail (&failed, job);
    }
  g_mutex_unlock (&pymva_jobs_lock);

  while ((job = g_queue_pop_head (&failed)) != NULL)
    {
      job_complete (job, new_error ());
      pymva_job_unref (job);
    }
}

/* --- cancellation ------------------------------------------------------------------------- */

/* Under the lock: waits for the end of a job that runs; FALSE after @time. */
static gboolean
wait_for_end (PymvaJob *job,
              gint64 time)
{
  gint64 deadline = g_get_monotonic_time () + time;

  while (job->state != PYMVA_JOB_ENDED)
    if (!g_cond_wait_until (&jobs_cond, &pymva_jobs_lock, deadline))
      break;

  return job->state == PYMVA_JOB_ENDED;
}

/* A job that comes first starts Python, and cannot be interrupted before that is done. */
static gboolean
has_started (void)
{
  PymvaInterpreterState state = pymva_life_get_state ();

  return pymva_interpreter_get_backend () != NULL
         && (state == PYMVA_INTERPRETER_STATE_READY || state == PYMVA_INTERPRETER_STATE_CLOSED);
}

static gpointer
interrupt_thread (gpointer data)
{
  PymvaJob *job = data;

  if (has_started () && !pymva_life_is_gone ())
    pymva_interpreter_get_backend ()->job_interrupt (job->id);
  pymva_job_unref (job);

  return NULL;
}

/* For as long as an abandoned job runs: those behind it get an answer, and it another push. */
static void
watch_abandoned (PymvaJob *job)
{
  gint64 abandoned_at = g_get_monotonic_time ();
  gint64 import_end = abandoned_at + IMPORT_PATIENCE;
  gint64 next_push = abandoned_at + INTERRUPT_INTERVAL;
  gboolean ended;

  do
    {
      gint64 now;

      g_mutex_lock (&pymva_jobs_lock);
      ended = wait_for_end (job, WATCH_INTERVAL);
      g_mutex_unlock (&pymva_jobs_lock);

      now = g_get_monotonic_time ();
      if (now < import_end
          && (!has_started () || pymva_interpreter_get_backend ()->job_is_protected ()))
        abandoned_at = now;
      if (!ended && now - abandoned_at > ROOM_PATIENCE)
        fail_queued (now - ROOM_PATIENCE, new_stuck_error);
      if (!ended && now > next_push)
        {
          next_push = now + INTERRUPT_INTERVAL;
          g_thread_unref (g_thread_new ("pymva-interrupt", interrupt_thread, pymva_job_ref (job)));
        }
    }
  while (!ended);
}

/* A thread of its own for each cancellation: taking the GIL may take long, and whoever cancels may
 * be a main loop. */
static gpointer
cancel_thread (gpointer data)
{
  PymvaJob *job = data;
  gboolean was_queued;
  gboolean abandoned = FALSE;

  g_mutex_lock (&pymva_jobs_lock);
  was_queued = job->state == PYMVA_JOB_QUEUED && g_queue_remove (&jobs_queued, job);
  if (was_queued)
    job->state = PYMVA_JOB_ENDED;
  else if (!wait_for_end (job, CANCEL_GRACE))
    {
      g_thread_unref (g_thread_new ("pymva-interrupt", interrupt_thread, pymva_job_ref (job)));
      if (!wait_for_end (job, INTERRUPT_GRACE))
        {
          job->state = PYMVA_JOB_ABANDONED;
          job->abandoned = TRUE;
          abandoned = TRUE;
        }
    }
  g_mutex_unlock (&pymva_jobs_lock);

  if (was_queued || abandoned)
    job_complete (job, new_cancelled_error ());
  if (was_queued)
    pymva_job_unref (job);
  if (abandoned)
    watch_abandoned (job);
  pymva_job_unref (job);

  return NULL;
}

static void
job_cancel (PymvaJob *job)
{
  if (g_atomic_int_compare_and_exchange (&job->cancelled, FALSE, TRUE) && job->outer == NULL)
    g_thread_unref (g_thread_new ("pymva-cancel", cancel_thread, pymva_job_ref (job)));
}

void
pymva_job_check_signals (PymvaJob *job)
{
  if (job->task == NULL && job->outer == NULL && job->interruption == NULL
      && pymva_life_get_attached ()
      && !pymva_interpreter_get_backend ()->check_signals (&job->interruption))
    job_cancel (job);
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer user_data)
{
  job_cancel (user_data);
}

static void
job_unref_closure (gpointer data,
                   GClosure *closure)
{
  pymva_job_unref (data);
}

/* --- running ------------------------------------------------------------------------------ */

PymvaJob *
pymva_job_find_running (guint64 id)
{
  PymvaJob *job;

  g_mutex_lock (&pymva_jobs_lock);
  for (job = jobs_current; job != NULL && job->id != id; job = job->outer)
    ;
  if (job != NULL)
    pymva_job_ref (job);
  g_mutex_unlock (&pymva_jobs_lock);

  return job;
}

gboolean
pymva_job_is_cancelled (PymvaJob *job)
{
  for (; job != NULL; job = job->outer)
    if (g_atomic_int_get (&job->cancelled))
      return TRUE;

  return FALSE;
}

static void
set_current (PymvaJob *job)
{
  g_mutex_lock (&pymva_jobs_lock);
  jobs_current = job;
  g_mutex_unlock (&pymva_jobs_lock);
}

/* The worker's own side of a job that it has taken. */
static gboolean
job_execute (PymvaJob *job,
             GError **error)
{
  static gboolean begun; /* the worker's */
  const PymvaBackend *backend;
  gboolean success;

  if (!pymva_interpreter_ensure (error))
    return FALSE;
  if (pymva_job_is_cancelled (job))
    {
      g_propagate_error (error, new_cancelled_error ());
      return FALSE;
    }

  backend = pymva_interpreter_get_backend ();
  if (!begun)
    backend->thread_begin ();
  begun = TRUE;
  set_current (job);
  if (job->outer == NULL)
    backend->job_begin (job->id);
  success = job->func (job, job->data, error);
  if (job->outer == NULL)
    backend->job_end ();
  set_current (job->outer);

  if (pymva_job_is_cancelled (job))
    {
      g_clear_error (error);
      g_propagate_error (error, new_cancelled_error ());
      return FALSE;
    }

  return success;
}

/* On the worker. */
static void
run_cb (gpointer data)
{
  PymvaJob *job = data;
  GError *error = NULL;
  PymvaJobState state;

  g_mutex_lock (&pymva_jobs_lock);
  if (!g_queue_remove (&jobs_queued, job))
    {
      /* It was answered while it waited. */
      g_mutex_unlock (&pymva_jobs_lock);
      pymva_job_unref (job);
      return;
    }
  job->state = PYMVA_JOB_RUNNING;
  g_mutex_unlock (&pymva_jobs_lock);
  pymva_job_unref (job); /* the queue's */

  job_execute (job, &error);

  g_mutex_lock (&pymva_jobs_lock);
  state = job->state;
  job->state = PYMVA_JOB_ENDED;
  g_cond_broadcast (&jobs_cond);
  g_mutex_unlock (&pymva_jobs_lock);

  if (state == PYMVA_JOB_ABANDONED)
    {
      g_clear_error (&error);
      job_release_data (job);
    }
  else
    {
      /* The last fraction is never lost. */
      pymva_job_post (job, pymva_job_progress_cb, pymva_job_ref (job),
                      (GDestroyNotify) pymva_job_unref);
      job_complete (job, error);
    }
  pymva_job_unref (job);
}

static PymvaJob *
job_new (PymvaJobFunc func,
         gpointer data,
         GDestroyNotify destroy,
         const PymvaJobHandlers *handlers,
         gpointer handlers_data,
         GCancellable *cancellable)
{
  PymvaJob *job = g_new0 (PymvaJob, 1);

  g_atomic_ref_count_init (&job->ref_count);
  job->func = func;
  job->data = data;
  job->destroy = destroy;
  if (handlers != NULL)
    job->handlers = *handlers;
  job->handlers_data = handlers_data;
  job->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  g_mutex_lock (&pymva_jobs_lock);
  job->id = ++jobs_last_id;
  g_mutex_unlock (&pymva_jobs_lock);

  return job;
}

/* Hands a job to the worker; FALSE where that is in vain. */
static gboolean
job_submit (PymvaJob *job,
            GError **error)
{
  /* The interpreter object belongs to the thread that first used it: not to the worker. */
  pymva_interpreter_get_default ();
  pymva_life_watch_exit ();
  if (g_cancellable_set_error_if_cancelled (job->cancellable, error)
      || ((pymva_life_is_hosted () || pymva_life_get_state () == PYMVA_INTERPRETER_STATE_CLOSED)
          && !pymva_interpreter_ensure (error)))
    return FALSE;

  job->inbox = pymva_inbox_ref_current ();
  job->queued_at = g_get_monotonic_time ();
  g_mutex_lock (&pymva_jobs_lock);
  g_queue_push_tail (&jobs_queued, pymva_job_ref (job));
  g_mutex_unlock (&pymva_jobs_lock);
  pymva_worker_push (run_cb, pymva_job_ref (job));

  if (job->cancellable != NULL)
    {
      job->cancelled_handler = g_signal_connect_data (
        job->cancellable, "cancelled", G_CALLBACK (cancelled_cb), pymva_job_ref (job),
        job_unref_closure, 0);
      if (g_cancellable_is_cancelled (job->cancellable))
        job_cancel (job);
    }

  return TRUE;
}

/* Python code on the worker called the host, which asks for a job: a part of the one that runs. */
static gboolean
job_run_inside (PymvaJob *job,
                GError **error)
{
  gboolean success;

  job->outer = jobs_current;
  success = job_execute (job, error);
  job_release_data (job);

  return success;
}

static gboolean
job_wait (PymvaJob *job,
          GError **error)
{
  gint64 deadline = -1;

  do
    {
      pymva_job_check_signals (job);
      if (pymva_life_get_attached ())
        deadline = g_get_monotonic_time () + SIGNAL_INTERVAL;
    }
  while (!pymva_inbox_wait (job->inbox, &job->done, deadline));

  if (job->interruption != NULL)
    g_propagate_error (error, g_steal_pointer (&job->interruption));
  else if (job->error != NULL)
    g_propagate_error (error, g_steal_pointer (&job->error));
  else
    return TRUE;

  return FALSE;
}

gboolean
pymva_job_run (PymvaJobFunc func,
               gpointer data,
               GDestroyNotify destroy,
               const PymvaJobHandlers *handlers,
               gpointer handlers_data,
               GCancellable *cancellable,
               GError **error)
{
  PymvaJob *job = job_new (func, data, destroy, handlers, handlers_data, cancellable);
  gboolean success = FALSE;

  if (pymva_worker_is_current ())
    success = job_run_inside (job, error);
  else if (pymva_inbox_is_answering_worker ())
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_WORKER,
                           "Python's worker waits for this very function to return, and cannot "
                           "work meanwhile; use the asynchronous form, or call after it has "
                           "returned");
      job_release_data (job);
    }
  else if (!job_submit (job, error))
    job_release_data (job);
  else
    success = job_wait (job, error);
  pymva_job_unref (job);

  return success;
}

void
pymva_job_run_async (GTask *task,
                     PymvaJobFunc func,
                     gpointer data,
                     GDestroyNotify destroy,
                     const PymvaJobHandlers *handlers,
                     gpointer handlers_data)
{
  PymvaJob *job = job_new (func, data, destroy, handlers, handlers_data,
                           g_task_get_cancellable (task));
  g_autoptr (GError) error = NULL;

  job->task = g_object_ref (task);
  if (!job_submit (job, &error))
    {
      job_release_data (job);
      g_clear_object (&job->task);
      g_task_return_error (task, g_steal_pointer (&error));
    }
  pymva_job_unref (job);
}

static GError *
new_closed_error (void)
{
  return g_error_new_literal (PYMVA_ERROR, PYMVA_ERROR_CLOSED,
                              "The interpreter was shut down before this operation could begin");
}

void
pymva_job_cancel_all (void)
{
  PymvaJob *job;

  fail_queued (G_MAXINT64, new_closed_error);

  g_mutex_lock (&pymva_jobs_lock);
  for (job = jobs_current; job != NULL && job->outer != NULL; job = job->outer)
    ;
  if (job != NULL)
    pymva_job_ref (job);
  g_mutex_unlock (&pymva_jobs_lock);

  if (job != NULL)
    {
      job_cancel (job);
      pymva_job_unref (job);
    }
}
