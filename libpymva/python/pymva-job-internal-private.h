/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "python/pymva-backend-private.h"
#include "python/pymva-inbox-private.h"
#include "python/pymva-job-private.h"

G_BEGIN_DECLS

/* For the files of the jobs, the backend's reports and the end of the program; those who run jobs
 * need none of it. */

typedef enum
{
  PYMVA_JOB_QUEUED,
  PYMVA_JOB_RUNNING,
  /* It runs, but its caller has its answer, so that the worker drops its data. */
  PYMVA_JOB_ABANDONED,
  PYMVA_JOB_ENDED,
} PymvaJobState;

struct _PymvaJob
{
  gatomicrefcount ref_count;
  guint64 id;
  PymvaJobFunc func;
  gpointer data;
  GDestroyNotify destroy;
  GCancellable *cancellable;
  gulong cancelled_handler;
  PymvaJob *outer; /* the job inside which it runs */

  /* Where it came from. */
  PymvaInbox *inbox;
  GTask *task; /* NULL: somebody waits for @done */
  PymvaJobHandlers handlers;
  gpointer handlers_data;
  gint done;
  gboolean closed; /* by its completion; caller's thread */
  GError *error;   /* of the completion */
  GError *interruption; /* what a signal's handler of the host's Python raised; caller's thread */

  gint cancelled; /* atomic */

  /* Under the lock of all jobs. */
  PymvaJobState state;
  gboolean abandoned;
  gint64 queued_at;
  double fraction;
  gboolean fraction_waits;
  gint64 fraction_posted_at;
};

extern GMutex pymva_jobs_lock;

PymvaJob *pymva_job_ref (PymvaJob *job);
void pymva_job_unref (PymvaJob *job);
/* Sends a letter to the caller; to one that is this very thread it is read at once. */
void pymva_job_post (PymvaJob *job,
                     PymvaInboxFunc func,
                     gpointer data,
                     GDestroyNotify destroy);
/* On the thread that waits for the job: where the host runs Python, only Python code notices
 * Ctrl-C, and none may run on that thread for long. Cancels the job if a signal says so. */
void pymva_job_check_signals (PymvaJob *job);
/* The job of that number if it runs; new reference. */
PymvaJob *pymva_job_find_running (guint64 id);
/* The letter that brings the latest progress, if it is news. */
void pymva_job_progress_cb (gpointer data);
void pymva_job_report_progress (guint64 id,
                                double fraction);
void pymva_job_report_iteration (guint64 id,
                                 guint index,
                                 GVariant *metrics);
gboolean pymva_job_report_cancelled (guint64 id);
/* Cancels what runs, and ends with PYMVA_ERROR_CLOSED what waits. */
void pymva_job_cancel_all (void);

G_END_DECLS
