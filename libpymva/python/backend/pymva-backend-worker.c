/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/backend/pymva-backend-internal.h"

/* The state below is touched under the GIL only, which thus is its lock: between the look at the
 * running job and the exception raised in it no job can end. */
static unsigned long worker_thread;
static guint64 running_job;
static gint protected_count; /* read without the GIL too */
static gboolean attached_host;

/* How often an interruption that must not happen now is tried again, in microseconds. */
#define RETRY_INTERVAL 10000

void
pymva_backend_worker_start (gboolean attached)
{
  attached_host = attached;
}

/* The thread state of the calling thread is never released, so that what Python and torch keep per
 * thread lasts, and taking the GIL does not make one each time. */
void
pymva_backend_thread_begin (void)
{
  PyGILState_Ensure ();
  worker_thread = PyThread_get_thread_ident ();
  PyEval_SaveThread ();
}

/* Calls a function of the bridge whose failure must not harm the job. */
static void
call_console (const char *function,
              PyObject *argument)
{
  g_autoptr (PyObject) module = pymva_backend_import_bridge ("console");
  g_autoptr (PyObject) callable = NULL;
  g_autoptr (PyObject) result = NULL;

  if (module != NULL && (callable = PyObject_GetAttrString (module, function)) != NULL)
    result = PyObject_CallFunctionObjArgs (callable, argument, NULL);
  if (result == NULL)
    PyErr_Clear ();
}

void
pymva_backend_job_begin (guint64 id)
{
  PYMVA_WITH_GIL;

  if (attached_host)
    call_console ("begin_job", NULL);
  running_job = id;
}

void
pymva_backend_job_end (void)
{
  PYMVA_WITH_GIL;

  running_job = 0;
  /* A cancellation that came too late must not hit the next job. */
  PyThreadState_SetAsyncExc (worker_thread, NULL);
  call_console ("end_job", attached_host ? Py_True : Py_False);
}

void
pymva_backend_job_interrupt (guint64 id)
{
  for (;;)
    {
      {
        PYMVA_WITH_GIL;

        if (running_job != id)
          return;
        if (protected_count == 0)
          {
            g_autoptr (PyObject) errors = pymva_backend_import_bridge ("errors");
            g_autoptr (PyObject) cancelled = NULL;

            if (errors != NULL)
              cancelled = PyObject_GetAttrString (errors, "PymvaCancelled");
            /* The calls above may have let the GIL go. */
            if (cancelled != NULL && running_job == id && protected_count == 0)
              PyThreadState_SetAsyncExc (worker_thread, cancelled);
            PyErr_Clear ();
            return;
          }
      }
      g_usleep (RETRY_INTERVAL);
    }
}

void
pymva_backend_protect (int change)
{
  g_atomic_int_add (&protected_count, change);
}

gboolean
pymva_backend_job_is_protected (void)
{
  return g_atomic_int_get (&protected_count) > 0;
}

PymvaPy *
pymva_backend_new_report (guint64 id,
                          GError **error)
{
  PYMVA_WITH_GIL;
  g_autoptr (PyObject) module = pymva_backend_import_bridge ("report");
  PyObject *report = NULL;

  if (module != NULL)
    report = PyObject_CallMethod (module, "Report", "K", (unsigned long long) id);

  return (PymvaPy *) pymva_backend_check (report, error);
}

gboolean
pymva_backend_check_signals (GError **error)
{
  PYMVA_WITH_GIL;

  if (PyErr_CheckSignals () == 0)
    return TRUE;

  pymva_backend_take_exception (error);
  return FALSE;
}
