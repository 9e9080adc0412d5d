/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pthread.h>
#include <signal.h>

#include "python/pymva-library-private.h"
#include "python/pymva-worker-private.h"

typedef struct
{
  PymvaWorkerFunc func;
  gpointer data;
} Work;

static GMutex worker_lock;
static GAsyncQueue *worker_queue;
static GThread *worker_thread;

/* A write to a closed pipe must be BrokenPipeError in Python code, as in a Python program, and not
 * the end of the host program. Python ignores the signal for that; here that would be felt by the
 * whole program, so this thread alone does not get it. */
static void
block_sigpipe (void)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
}

static PymvaWorkerFunc worker_idle;

static gpointer
worker_main (gpointer data)
{
  GAsyncQueue *queue = data;

  block_sigpipe ();
  for (;;)
    {
      g_autofree Work *work = g_async_queue_timeout_pop (queue, PYMVA_WORKER_IDLE_DELAY);

      if (work == NULL)
        {
          PymvaWorkerFunc idle = g_atomic_pointer_get (&worker_idle);

          if (idle != NULL)
            idle (NULL);
          work = g_async_queue_pop (queue);
        }
      work->func (work->data);
    }

  return NULL;
}

void
pymva_worker_push (PymvaWorkerFunc func,
                   gpointer data)
{
  Work *work = g_new (Work, 1);

  work->func = func;
  work->data = data;

  g_mutex_lock (&worker_lock);
  if (worker_thread == NULL)
    {
      worker_queue = g_async_queue_new ();
      g_atomic_pointer_set (&worker_thread,
                            g_thread_new ("pymva-python", worker_main, worker_queue));
    }
  g_async_queue_push (worker_queue, work);
  g_mutex_unlock (&worker_lock);
}

void
pymva_worker_set_idle (PymvaWorkerFunc func)
{
  g_atomic_pointer_set (&worker_idle, func);
}

gboolean
pymva_worker_is_current (void)
{
  return g_thread_self () == g_atomic_pointer_get (&worker_thread);
}

gboolean
pymva_worker_exists (void)
{
  return g_atomic_pointer_get (&worker_thread) != NULL;
}

/* Shared by the caller and the worker, since the caller may leave first. */
typedef struct
{
  gatomicrefcount ref_count;
  PymvaWorkerFunc func;
  gpointer data;
  GMutex lock;
  GCond cond;
  gboolean done;
} Call;

static void
call_unref (Call *call)
{
  if (!g_atomic_ref_count_dec (&call->ref_count))
    return;

  g_mutex_clear (&call->lock);
  g_cond_clear (&call->cond);
  g_free (call);
}

static void
call_cb (gpointer data)
{
  Call *call = data;

  call->func (call->data);

  g_mutex_lock (&call->lock);
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->lock);
  call_unref (call);
}

gboolean
pymva_worker_call (PymvaWorkerFunc func,
                   gpointer data,
                   gint64 deadline)
{
  Call *call = g_new0 (Call, 1);
  gpointer gil;
  gboolean done;

  g_return_val_if_fail (!pymva_worker_is_current (), FALSE);

  g_atomic_ref_count_init (&call->ref_count);
  g_atomic_ref_count_inc (&call->ref_count);
  call->func = func;
  call->data = data;
  g_mutex_init (&call->lock);
  g_cond_init (&call->cond);
  pymva_worker_push (call_cb, call);

  gil = pymva_library_release_gil ();
  g_mutex_lock (&call->lock);
  while (!call->done)
    if (deadline < 0)
      g_cond_wait (&call->cond, &call->lock);
    else if (!g_cond_wait_until (&call->cond, &call->lock, deadline))
      break;
  done = call->done;
  g_mutex_unlock (&call->lock);
  pymva_library_restore_gil (gil);
  call_unref (call);

  return done;
}
