/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/pymva-job-internal-private.h"

/* The shortest time between two progress reports. */
#define PROGRESS_INTERVAL 50000

void
pymva_job_progress_cb (gpointer data)
{
  PymvaJob *job = data;
  double fraction;
  gboolean waits;

  /* Before the handler: what it raised there would be printed, and the training would go on. */
  pymva_job_check_signals (job);
  g_mutex_lock (&pymva_jobs_lock);
  fraction = job->fraction;
  waits = job->fraction_waits;
  job->fraction_waits = FALSE;
  g_mutex_unlock (&pymva_jobs_lock);

  if (waits && !job->closed && job->handlers.progress != NULL)
    job->handlers.progress (fraction, job->handlers_data);
}

void
pymva_job_report_progress (guint64 id,
                           double fraction)
{
  PymvaJob *job = pymva_job_find_running (id);
  gint64 now = g_get_monotonic_time ();
  gboolean post;

  if (job == NULL)
    return;

  g_mutex_lock (&pymva_jobs_lock);
  job->fraction = CLAMP (fraction, 0.0, 1.0);
  job->fraction_waits = TRUE;
  post = now - job->fraction_posted_at >= PROGRESS_INTERVAL;
  if (post)
    job->fraction_posted_at = now;
  g_mutex_unlock (&pymva_jobs_lock);

  if (post)
    pymva_job_post (job, pymva_job_progress_cb, pymva_job_ref (job),
                    (GDestroyNotify) pymva_job_unref);
  pymva_job_unref (job);
}

typedef struct
{
  PymvaJob *job;
  guint index;
  GVariant *metrics;
} Iteration;

static void
iteration_free (gpointer data)
{
  Iteration *iteration = data;

  pymva_job_unref (iteration->job);
  g_variant_unref (iteration->metrics);
  g_free (iteration);
}

static void
iteration_cb (gpointer data)
{
  Iteration *iteration = data;
  PymvaJob *job = iteration->job;

  pymva_job_check_signals (job);
  if (!job->closed && job->handlers.iteration != NULL)
    job->handlers.iteration (iteration->index, iteration->metrics, job->handlers_data);
}

void
pymva_job_report_iteration (guint64 id,
                            guint index,
                            GVariant *metrics)
{
  PymvaJob *job = pymva_job_find_running (id);
  Iteration *iteration;

  if (job == NULL)
    return;

  iteration = g_new (Iteration, 1);
  iteration->job = job;
  iteration->index = index;
  iteration->metrics = g_variant_ref_sink (metrics);
  pymva_job_post (job, iteration_cb, iteration, iteration_free);
}

gboolean
pymva_job_report_cancelled (guint64 id)
{
  PymvaJob *job = pymva_job_find_running (id);
  gboolean cancelled;

  /* What outlives its job has nothing left to do. */
  if (job == NULL)
    return TRUE;

  cancelled = pymva_job_is_cancelled (job);
  pymva_job_unref (job);

  return cancelled;
}
