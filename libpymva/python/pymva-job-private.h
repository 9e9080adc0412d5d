/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-object.h>

G_BEGIN_DECLS

/* A piece of work for the one persistent Python worker thread: first in, first out. */
typedef struct _PymvaJob PymvaJob;

/* Runs on the worker, which holds no lock; it calls Python through PymvaObject. What it makes goes
 * into @data, which the caller may read only after the job has succeeded. */
typedef gboolean (*PymvaJobFunc) (PymvaJob *job,
                                  gpointer data,
                                  GError **error);

/* Handlers of the job's reports; called on the thread and in the main context of the caller, all
 * before the job completes. Progress may be coalesced, iterations never are. */
typedef struct
{
  void (*progress) (double fraction,
                    gpointer user_data);
  void (*iteration) (guint index,
                     GVariant *metrics,
                     gpointer user_data);
} PymvaJobHandlers;

/* The Python object that bridge modules report through, new reference; worker only:
 *   report.progress(fraction), report.iteration(index, metrics: dict), report.cancelled() -> bool,
 *   report.check() (raises the cancellation if it was asked for) */
PymvaObject *pymva_job_get_report (PymvaJob *job,
                                   GError **error);
gboolean pymva_job_is_cancelled (PymvaJob *job);

/* Runs @func on the worker and waits; without the GIL, handling only letters to its own thread. A
 * call from within a job runs @func at once, as a part of that job. A cancelled job ends with
 * G_IO_ERROR_CANCELLED: first its report says so; after a grace the exception PymvaCancelled is
 * raised in the worker's Python code; a job that is still inside one C call then is abandoned: the
 * caller gets its answer at once, @destroy is called when the job ends, and later jobs fail with
 * PYMVA_ERROR_WORKER if it does not end soon. @destroy is always called exactly once, on the
 * caller's thread just before this returns, or on the worker if the job was abandoned: a caller
 * that reads @data afterwards keeps a reference of its own. */
gboolean pymva_job_run (PymvaJobFunc func,
                        gpointer data,
                        GDestroyNotify destroy,
                        const PymvaJobHandlers *handlers,
                        gpointer handlers_data,
                        GCancellable *cancellable,
                        GError **error);
/* The same, completed in the caller's main context. @task_data of the result's GTask is left to
 * the caller; finish with g_task_propagate_boolean(). */
void pymva_job_run_async (GTask *task,
                          PymvaJobFunc func,
                          gpointer data,
                          GDestroyNotify destroy,
                          const PymvaJobHandlers *handlers,
                          gpointer handlers_data);

/* A module of the bridge, for example "sklearn_forest"; starts the interpreter where needed. */
PymvaObject *pymva_bridge_import (const char *module,
                                  GError **error);

G_END_DECLS
