/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include <pymva/pymva.h>

#include "python/pymva-job-private.h"

/* Python code that a job runs with the name `report`, and what came of it. */
typedef struct
{
  gatomicrefcount ref_count;
  const char *code;
  gint n_destroyed;
} Work;

static Work *
work_new (const char *code)
{
  Work *work = g_new0 (Work, 1);

  g_atomic_ref_count_init (&work->ref_count);
  work->code = code;

  return work;
}

static void
work_unref (Work *work)
{
  if (g_atomic_ref_count_dec (&work->ref_count))
    g_free (work);
}

static void
work_destroy (gpointer data)
{
  Work *work = data;

  g_atomic_int_inc (&work->n_destroyed);
  work_unref (work);
}

static gboolean
work_cb (PymvaJob *job,
         gpointer data,
         GError **error)
{
  Work *work = data;
  const char *names[] = { "report", NULL };
  g_autoptr (PymvaObject) report = pymva_job_get_report (job, error);
  g_autoptr (PymvaObject) dict = NULL;
  g_autoptr (PymvaObject) result = NULL;

  if (report == NULL || (dict = pymva_object_new_dict (names, &report, 1, error)) == NULL)
    return FALSE;

  result = pymva_interpreter_run (pymva_interpreter_get_default (), work->code, dict, "job.py",
                                  error);
  return result != NULL;
}

/* What the handlers saw, on which thread. */
typedef struct
{
  GThread *thread;
  GString *text;
  guint n_progress;
  guint n_iterations;
  double last;
  void (*on_iteration) (guint index);
  gboolean completed;
} Seen;

static void
progress_cb (double fraction,
             gpointer user_data)
{
  Seen *seen = user_data;

  g_assert_true (g_thread_self () == seen->thread);
  g_assert_false (seen->completed);
  seen->n_progress++;
  seen->last = fraction;
}

static void
iteration_cb (guint index,
              GVariant *metrics,
              gpointer user_data)
{
  Seen *seen = user_data;
  g_autofree char *text = g_variant_print (metrics, FALSE);

  g_assert_true (g_thread_self () == seen->thread);
  g_assert_false (seen->completed);
  g_assert_true (g_variant_is_of_type (metrics, G_VARIANT_TYPE_VARDICT));
  g_assert_cmpuint (index, ==, seen->n_iterations);
  seen->n_iterations++;
  if (seen->text != NULL)
    g_string_append_printf (seen->text, "%u %s|", index, text);
  if (seen->on_iteration != NULL)
    seen->on_iteration (index);
}

static const PymvaJobHandlers handlers = { progress_cb, iteration_cb };

static gboolean
run_sync (const char *code,
          Seen *seen,
          GCancellable *cancellable,
          GError **error)
{
  Work *work = work_new (code);
  gboolean success;

  g_atomic_ref_count_inc (&work->ref_count);
  success = pymva_job_run (work_cb, work, work_destroy, seen != NULL ? &handlers : NULL, seen,
                           cancellable, error);
  g_assert_cmpint (g_atomic_int_get (&work->n_destroyed), <=, 1);
  work_unref (work);

  return success;
}

static void
assert_runs (const char *code)
{
  g_autoptr (GError) error = NULL;

  run_sync (code, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* --- reports ------------------------------------------------------------------------------ */

static void
test_reports (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Seen seen = { g_thread_self (), text };
  g_autoptr (GError) error = NULL;

  run_sync ("for i in range (3):\n"
            "    report.progress (i / 4)\n"
            "    report.iteration (i, {'loss': 0.5 ** i, 'word': 'x', 'n': i})\n"
            "    assert not report.cancelled ()\n"
            "    report.check ()\n"
            "report.progress (0.75)",
            &seen, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==,
                   "0 {'loss': <1.0>, 'word': <'x'>, 'n': <int64 0>}|"
                   "1 {'loss': <0.5>, 'word': <'x'>, 'n': <int64 1>}|"
                   "2 {'loss': <0.25>, 'word': <'x'>, 'n': <int64 2>}|");
  g_assert_cmpuint (seen.n_progress, >=, 1);
  g_assert_cmpfloat (seen.last, ==, 0.75);
}

static void
test_many_reports (void)
{
  Seen seen = { g_thread_self () };
  g_autoptr (GError) error = NULL;

  run_sync ("for i in range (20000):\n"
            "    report.progress ((i + 1) / 20000)\n"
            "    report.iteration (i, {})",
            &seen, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen.n_iterations, ==, 20000);
  g_assert_cmpuint (seen.n_progress, <, 20000);
  g_assert_cmpfloat (seen.last, ==, 1.0);
}

static void
task_cb (GObject *object,
         GAsyncResult *result,
         gpointer user_data)
{
  Seen *seen = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_thread_self () == seen->thread);
  g_assert_true (g_task_propagate_boolean (G_TASK (result), &error));
  g_assert_no_error (error);
  seen->completed = TRUE;
}

static gpointer
async_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Seen seen = { g_thread_self () };
  g_autoptr (GTask) task = NULL;

  g_main_context_push_thread_default (context);
  task = g_task_new (NULL, NULL, task_cb, &seen);
  pymva_job_run_async (task, work_cb,
                       work_new ("for i in range (500): report.iteration (i, {'i': i})"),
                       work_destroy, &handlers, &seen);
  while (!seen.completed)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (seen.n_iterations, ==, 500);
  g_main_context_pop_thread_default (context);

  return NULL;
}

/* Each caller has its reports in its own main context, all of them before the completion. */
static void
test_async (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("caller", async_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
inner_job_cb (guint index)
{
  static gboolean inside;

  g_assert_false (inside);
  inside = TRUE;
  if (index % 5 == 0)
    assert_runs ("inner = 1");
  inside = FALSE;
}

/* A handler may run a job of its own: it waits for the one that it hears of, and is not called
 * again before it has returned. */
static void
test_handler_runs_job (void)
{
  Seen seen = { g_thread_self (), .on_iteration = inner_job_cb };
  g_autoptr (GError) error = NULL;

  run_sync ("for i in range (10): report.iteration (i, {})", &seen, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen.n_iterations, ==, 10);
}

static void
test_stale_report (void)
{
  Seen seen = { g_thread_self () };
  g_autoptr (GError) error = NULL;

  run_sync ("import sys\nsys.kept_report = report", &seen, NULL, &error);
  g_assert_no_error (error);
  assert_runs ("import sys\nold = sys.kept_report\nold.progress (0.5)\nold.iteration (0, {})\n"
               "assert old.cancelled ()\nassert not report.cancelled ()");
  g_assert_cmpuint (seen.n_iterations, ==, 0);
}

static gboolean
nested_cb (PymvaJob *job,
           gpointer data,
           GError **error)
{
  Seen *seen = data;

  seen->thread = g_thread_self ();
  return run_sync ("report.iteration (0, {})\nreport.iteration (1, {})", seen, NULL, error);
}

/* What a job runs from within itself is a part of it, and reports to it. */
static void
test_nested (void)
{
  Seen seen = { NULL };
  g_autoptr (GError) error = NULL;

  pymva_job_run (nested_cb, &seen, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen.n_iterations, ==, 2);
}

/* --- errors ------------------------------------------------------------------------------- */

static void
test_errors (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (run_sync ("\nraise ValueError ('no')", NULL, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_true (g_str_has_prefix (error->message, "ValueError: no (job.py, line 2)\n"));
  g_clear_error (&error);

  g_assert_false (run_sync ("import sys\nsys.exit (3)", NULL, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_PYTHON);
  g_assert_nonnull (strstr (error->message, "exit with “3”"));
  g_clear_error (&error);

  g_assert_false (run_sync ("report.iteration (0, {'x': object ()})", NULL, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE);
  g_clear_error (&error);

  assert_runs ("pass");
}

/* --- cancellation ------------------------------------------------------------------------- */

static gpointer
cancel_thread (gpointer data)
{
  gint64 *cancelled_at = g_new (gint64, 1);

  g_usleep (100000);
  *cancelled_at = g_get_monotonic_time ();
  g_cancellable_cancel (data);

  return cancelled_at;
}

static void
assert_cancelled (const char *code)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_autofree gint64 *cancelled_at = NULL;
  gint64 ended_at;

  g_assert_false (run_sync (code, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ended_at = g_get_monotonic_time ();
  cancelled_at = g_thread_join (thread);
  g_test_message ("cancelled within %.1f ms", (double) (ended_at - *cancelled_at) / 1000);
}

static void
test_cancel (void)
{
  /* By its own will. */
  assert_cancelled ("while not report.cancelled (): pass");
  assert_cancelled ("while True: report.check ()");
  /* Against it. */
  assert_cancelled ("while True: pass");
  assert_cancelled ("while True:\n"
                    "    try:\n"
                    "        x = 0\n"
                    "        while True: x += 1\n"
                    "    except ValueError:\n"
                    "        pass");
  assert_cancelled ("import time\nwhile True: time.sleep (0.001)");
  /* The worker is as good as before. */
  assert_runs ("for i in range (1000): report.check ()");
}

/* The first job starts Python, where there is nothing to interrupt yet. */
static void
test_cancel_start (void)
{
  g_autofree char *wanted = g_strdup (g_getenv ("PYMVA_PYTHON"));
  g_autofree char *folder = g_dir_make_tmp ("pymva-jobs-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "python3", NULL);

  g_assert_true (g_file_set_contents_full (file, "#!/bin/sh\nsleep 1.5\n", -1,
                                           G_FILE_SET_CONTENTS_NONE, 0700, NULL));
  g_setenv ("PYMVA_PYTHON", file, TRUE);
  assert_cancelled ("pass");
  g_setenv ("PYMVA_PYTHON", wanted, TRUE);
  assert_runs ("pass");
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_cancelled_before (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (run_sync ("raise AssertionError", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancel_late (void)
{
  /* One that comes as the job ends must not reach the next one. */
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);

      if (!run_sync ("import time\n"
                     "end = time.monotonic () + 0.12\n"
                     "while time.monotonic () < end: pass", NULL, cancellable, &error))
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      assert_runs ("import time\n"
                   "end = time.monotonic () + 0.03\n"
                   "while time.monotonic () < end: pass");
      g_free (g_thread_join (thread));
    }
}

static void
assert_stuck (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (run_sync ("pass", NULL, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_WORKER);
}

static gboolean
works (void)
{
  g_autoptr (GError) error = NULL;

  return run_sync ("pass", NULL, NULL, &error);
}

static void
test_abandoned (void)
{
  /* One call into C, which nothing interrupts. */
  assert_cancelled ("import time\ntime.sleep (3)");
  assert_stuck ();
  while (!works ())
    g_usleep (10000);

  /* Python code that catches everything, for a while. */
  assert_cancelled ("import time\n"
                    "end = time.monotonic () + 3\n"
                    "while time.monotonic () < end:\n"
                    "    try:\n"
                    "        while time.monotonic () < end: pass\n"
                    "    except BaseException:\n"
                    "        pass");
  assert_stuck ();
  while (!works ())
    g_usleep (10000);
}

/* An import is left alone: frameworks cannot be imported by halves. Jobs wait for its end. */
static void
test_import (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pymva-jobs-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "slow_module.py", NULL);
  g_autofree char *code = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;

  g_assert_true (g_file_set_contents (file,
                                      "import time\n"
                                      "end = time.monotonic () + 1.5\n"
                                      "while time.monotonic () < end: pass\n"
                                      "whole = True\n", -1, NULL));
  code = g_strdup_printf ("import sys\nsys.path.append ('%s')\nsys.dont_write_bytecode = True",
                          folder);
  assert_runs (code);

  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  pymva_interpreter_import_module_async (pymva_interpreter_get_default (), "slow_module",
                                         cancellable, NULL, NULL);
  g_free (g_thread_join (thread));
  assert_runs ("import sys\nassert sys.modules['slow_module'].whole");
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  /* Before anything else: Python must not run yet. */
  g_test_add_func ("/jobs/cancel-start", test_cancel_start);
  g_test_add_func ("/jobs/reports", test_reports);
  g_test_add_func ("/jobs/many-reports", test_many_reports);
  g_test_add_func ("/jobs/async", test_async);
  g_test_add_func ("/jobs/handler-runs-job", test_handler_runs_job);
  g_test_add_func ("/jobs/stale-report", test_stale_report);
  g_test_add_func ("/jobs/nested", test_nested);
  g_test_add_func ("/jobs/errors", test_errors);
  g_test_add_func ("/jobs/cancel", test_cancel);
  g_test_add_func ("/jobs/cancelled-before", test_cancelled_before);
  g_test_add_func ("/jobs/cancel-late", test_cancel_late);
  g_test_add_func ("/jobs/abandoned", test_abandoned);
  g_test_add_func ("/jobs/import", test_import);

  return g_test_run ();
}
