/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include <pymva/pymva-error.h>

#include "base/pymva-error-private.h"
#include "python/pymva-job-internal-private.h"
#include "python/pymva-library-private.h"
#include "python/pymva-life-private.h"
#include "python/pymva-output-private.h"
#include "python/pymva-worker-private.h"

/* How long the end of the program waits for Python code to end, in microseconds. */
#define SHUTDOWN_PATIENCE (3 * G_USEC_PER_SEC)

/* The lock is never held while the GIL is taken: who starts is marked by the state alone. */
static GMutex life_lock;
static GCond life_cond;
static gint life_state = PYMVA_INTERPRETER_STATE_UNSET;
static gint life_forked;
static gint life_gone;
static char *life_environment;
static GError *life_failure; /* why it is closed, where that is not by request */

static const PymvaBackend *life_backend;
static gboolean life_attached;
static char *life_version;
static char *life_prefix;
static char *life_executable;
static char *life_library;

static GBytes *
lookup_bridge (const char *file)
{
  g_autofree char *path = g_strconcat ("/org/pymva/bridge/", file, NULL);

  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static void
drain_cb (gpointer data)
{
  if (pymva_life_get_state () == PYMVA_INTERPRETER_STATE_READY)
    life_backend->drain ();
}

static void
wake (void)
{
  if (pymva_worker_exists () && pymva_life_get_state () == PYMVA_INTERPRETER_STATE_READY)
    pymva_worker_push (drain_cb, NULL);
}

static const PymvaBackendHost backend_host = {
  .version = PYMVA_BACKEND_VERSION,
  .output = pymva_output_line,
  .listening = pymva_output_is_taken,
  .log = pymva_output_log,
  .lookup_bridge = lookup_bridge,
  .new_exception = pymva_error_new_from_exception,
  .wake = wake,
  .report_progress = pymva_job_report_progress,
  .report_iteration = pymva_job_report_iteration,
  .report_cancelled = pymva_job_report_cancelled,
  .closing = pymva_life_shutdown,
};

PymvaInterpreterState
pymva_life_get_state (void)
{
  return (PymvaInterpreterState) g_atomic_int_get (&life_state);
}

/* Only where the state says that they are set. */
static const char *
get_fact (char * const *fact)
{
  PymvaInterpreterState state = pymva_life_get_state ();

  return state == PYMVA_INTERPRETER_STATE_READY || state == PYMVA_INTERPRETER_STATE_CLOSED ? *fact
                                                                                           : NULL;
}

gboolean
pymva_life_is_gone (void)
{
  return g_atomic_int_get (&life_gone);
}

const char *
pymva_life_get_version (void)
{
  return get_fact (&life_version);
}

const char *
pymva_life_get_prefix (void)
{
  return get_fact (&life_prefix);
}

const char *
pymva_life_get_executable (void)
{
  return get_fact (&life_executable);
}

const char *
pymva_life_get_library (void)
{
  return get_fact (&life_library);
}

gboolean
pymva_life_is_hosted (void)
{
  if (pymva_life_get_state () == PYMVA_INTERPRETER_STATE_READY)
    return life_attached;

  return pymva_library_find_host ();
}

gboolean
pymva_life_get_attached (void)
{
  return pymva_life_get_state () == PYMVA_INTERPRETER_STATE_READY && life_attached;
}

void
pymva_life_set_environment (const char *environment)
{
  g_mutex_lock (&life_lock);
  g_free (life_environment);
  life_environment = g_strdup (environment);
  g_mutex_unlock (&life_lock);
}

static gboolean
same_file (const char *a,
           const char *b)
{
  g_autofree char *real_a = a != NULL ? realpath (a, NULL) : NULL;
  g_autofree char *real_b = b != NULL ? realpath (b, NULL) : NULL;

  return real_a != NULL && real_b != NULL && g_str_equal (real_a, real_b);
}

static void
set_wrong_prefix (const PymvaPython *python,
                  GError **error)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
               "Python %s was started for “%s”, but took “%s” for its place; name the "
               "environment's own Python, “<environment>/bin/python3”",
               python->version, python->prefix, life_prefix);
}

static gboolean
check_hosted_environment (const char *environment,
                          GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *prefix = NULL;

  if (environment == NULL)
    return TRUE;
  prefix = pymva_discovery_dup_prefix (environment, &local_error);
  if (prefix != NULL && same_file (prefix, life_prefix))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
               "The program already runs Python %s in “%s”, so “%s” (property “environment”) "
               "cannot be used; start the program with that environment's Python, or leave the "
               "property unset",
               life_version, life_prefix, environment);
  return FALSE;
}

static void
collect_facts (void)
{
  const char *version = pymva_library_get_version ();

  g_free (life_version);
  g_free (life_prefix);
  g_free (life_executable);
  g_free (life_library);
  life_version = g_strndup (version, strcspn (version, " "));
  life_prefix = life_backend->dup_sys ("prefix");
  life_executable = life_backend->dup_sys ("executable");
  life_library = pymva_library_dup_path ();
}

static gboolean
start_hosted (const char *environment,
              GError **error)
{
  if (!pymva_library_check_version (error)
      || (life_backend = pymva_library_open_backend (error)) == NULL
      || !life_backend->start (&backend_host, TRUE, error))
    return FALSE;

  collect_facts ();
  return check_hosted_environment (environment, error);
}

/* @final is set where a failure cannot be undone. */
static gboolean
start_embedded (const char *environment,
                gboolean *final,
                GError **error)
{
  g_autoptr (PymvaPython) python = pymva_discovery_choose (environment, error);
  gboolean success;

  if (python == NULL || !pymva_library_open (python, error)
      || (life_backend = pymva_library_open_backend (error)) == NULL)
    return FALSE;

  *final = TRUE;
  if (!pymva_library_initialize (python, error))
    return FALSE;

  /* From here on this thread holds the GIL, and must let it go in the end. */
  success = life_backend->start (&backend_host, FALSE, error);
  pymva_library_release_gil ();
  if (!success)
    return FALSE;

  collect_facts ();
  if (!same_file (life_prefix, python->prefix))
    {
      set_wrong_prefix (python, error);
      return FALSE;
    }
  return TRUE;
}

static void
set_closed_error (GError **error)
{
  if (g_atomic_int_get (&life_forked))
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                         "The process is a fork of one that runs Python, where Python cannot be "
                         "used; start processes anew (in Python: the start method “spawn”)");
  else if (life_failure != NULL)
    g_propagate_error (error, g_error_copy (life_failure));
  else
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_CLOSED,
                         "The interpreter was shut down, and cannot be started again in this "
                         "process");
}

/* In the child, where no other thread lives on and their locks may be held for ever. */
static void
forked_cb (void)
{
  if (g_atomic_int_get (&life_state) != PYMVA_INTERPRETER_STATE_READY)
    return;

  g_atomic_int_set (&life_forked, TRUE);
  g_atomic_int_set (&life_state, PYMVA_INTERPRETER_STATE_CLOSED);
  life_backend->mark_forked ();
}

static void
exit_cb (void)
{
  if (!g_atomic_int_get (&life_forked))
    pymva_life_shutdown ();
}

static void
main_thread_ends_cb (gpointer unused)
{
  /* The host's Python ends by itself, and tells us. */
  if (!life_attached)
    exit_cb ();
}

/* Of the C++ runtime, in glibc: calls @func when the calling thread ends. */
extern int __cxa_thread_atexit_impl (void (*func) (gpointer),
                                     gpointer object,
                                     gpointer library_symbol);

/* exit() destroys the data of C++ libraries in the reverse order of their making, and frameworks
 * make some as late as in their first calculation: what atexit() was told before that comes after
 * their destruction, with Python code still running in them. But what the thread that exits has of
 * its own is destroyed before all that. The main thread ends with the program. */
void
pymva_life_watch_exit (void)
{
  static __thread gboolean watched;

  if (watched || gettid () != getpid ())
    return;

  watched = TRUE;
  __cxa_thread_atexit_impl (main_thread_ends_cb, NULL, &life_state);
}

/* Claims the start for this thread; FALSE where there is nothing to do, or @error is set. */
static gboolean
claim_start (GError **error)
{
  gpointer gil = pymva_library_release_gil ();
  gboolean claimed = FALSE;

  g_mutex_lock (&life_lock);
  while (pymva_life_get_state () == PYMVA_INTERPRETER_STATE_STARTING)
    g_cond_wait (&life_cond, &life_lock);
  if (pymva_life_get_state () == PYMVA_INTERPRETER_STATE_UNSET)
    {
      g_atomic_int_set (&life_state, PYMVA_INTERPRETER_STATE_STARTING);
      claimed = TRUE;
    }
  else if (pymva_life_get_state () == PYMVA_INTERPRETER_STATE_CLOSED)
    set_closed_error (error);
  g_mutex_unlock (&life_lock);
  pymva_library_restore_gil (gil);

  return claimed;
}

static void
end_start (PymvaInterpreterState state)
{
  static gsize registered;
  gpointer gil = pymva_library_release_gil ();

  g_mutex_lock (&life_lock);
  g_atomic_int_set (&life_state, state);
  g_cond_broadcast (&life_cond);
  g_mutex_unlock (&life_lock);
  pymva_library_restore_gil (gil);

  if (state == PYMVA_INTERPRETER_STATE_READY && g_once_init_enter (&registered))
    {
      pthread_atfork (NULL, NULL, forked_cb);
      pymva_worker_set_idle (drain_cb);
      if (!life_attached)
        atexit (exit_cb);
      g_once_init_leave (&registered, TRUE);
    }
  pymva_interpreter_queue_notify ();
}

gboolean
pymva_life_start (GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *environment = NULL;
  PymvaProcess *process;
  gboolean final = FALSE;
  gboolean success;

  if (!claim_start (&local_error))
    {
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  pymva_interpreter_queue_notify ();

  g_mutex_lock (&life_lock);
  environment = g_strdup (life_environment);
  g_mutex_unlock (&life_lock);

  process = pymva_process_save ();
  life_attached = pymva_library_find_host ();
  success = life_attached ? start_hosted (environment, &local_error)
                          : start_embedded (environment, &final, &local_error);
  pymva_process_restore (process);

  if (success)
    {
      end_start (PYMVA_INTERPRETER_STATE_READY);
      return TRUE;
    }

  if (final)
    life_failure = g_error_copy (local_error);
  end_start (final ? PYMVA_INTERPRETER_STATE_CLOSED : PYMVA_INTERPRETER_STATE_UNSET);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

typedef struct
{
  gboolean success;
  GError *error;
} StartCall;

static void
start_cb (gpointer data)
{
  StartCall *call = data;

  call->success = pymva_life_start (&call->error);
}

gboolean
pymva_interpreter_ensure (GError **error)
{
  StartCall call = { FALSE };

  if (G_LIKELY (pymva_life_get_state () == PYMVA_INTERPRETER_STATE_READY))
    return TRUE;
  if (pymva_life_get_state () == PYMVA_INTERPRETER_STATE_CLOSED)
    {
      set_closed_error (error);
      return FALSE;
    }
  pymva_life_watch_exit ();
  if (pymva_life_is_hosted () || pymva_worker_is_current ())
    return pymva_life_start (error);

  pymva_worker_call (start_cb, &call, -1);
  if (call.error != NULL)
    g_propagate_error (error, call.error);

  return call.success;
}

const PymvaBackend *
pymva_interpreter_get_backend (void)
{
  return life_backend;
}

static void
shutdown_cb (gpointer data)
{
  if (!life_attached)
    life_backend->shutdown ();
}

void
pymva_life_shutdown (void)
{
  gpointer gil = pymva_library_release_gil ();
  gboolean was_ready;

  g_mutex_lock (&life_lock);
  while (pymva_life_get_state () == PYMVA_INTERPRETER_STATE_STARTING)
    g_cond_wait (&life_cond, &life_lock);
  was_ready = pymva_life_get_state () == PYMVA_INTERPRETER_STATE_READY;
  g_atomic_int_set (&life_state, PYMVA_INTERPRETER_STATE_CLOSED);
  g_mutex_unlock (&life_lock);

  if (was_ready)
    {
      gint64 deadline = g_get_monotonic_time () + SHUTDOWN_PATIENCE;

      pymva_job_cancel_all ();
      if (pymva_worker_is_current ())
        shutdown_cb (NULL);
      else if (!life_attached || pymva_worker_exists ())
        pymva_worker_call (shutdown_cb, NULL, deadline);
      if (life_attached)
        g_atomic_int_set (&life_gone, TRUE);
      pymva_interpreter_queue_notify ();
    }
  pymva_library_restore_gil (gil);
}
