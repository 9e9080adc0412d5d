/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench-score MODEL: loads the model, scores one event, and prints the peak of the process's memory
 * in kB, so that the whole process can be timed.
 *
 * bench-score PEER LIBRARY MODEL ROWS N_FEATURES N_OUTPUTS N_COLUMNS: loads a model, and measures
 * for as long as requests come. ROWS are plain numbers of the type float32. A request is a line:
 *
 *   time N_PER_CALL N_ROWS   scores so many rows, in calls of so many; answers with the seconds of
 *                            the wall clock and of the processor
 *   answers PATH N_ROWS      writes the outputs for the first rows, float32, in one call
 *   threads N SECONDS        scores batches of the same model in N threads for so long; answers
 *                            with the rows per second
 *
 * Its first line says that the model is loaded, and which kernel scores it. */

#include <stdio.h>
#include <stdlib.h>

#include <pymva/pymva.h>

#include "bench-common.h"
#include "bench-peer.h"

#define THREAD_ROWS 10000

typedef struct
{
  const BenchPeer *peer;
  gpointer model;
  BenchShape shape;
  const float *rows;
  gsize n_rows;
  gsize next;
  float *outputs;
} Server;

typedef struct
{
  Server *server;
  gint64 end;
  gsize n_rows;
} Worker;

/* Goes on where the time before ended, so that single rows are others each time. */
static void
answer_time (Server *self,
             gsize n_per_call,
             gsize n_rows)
{
  double wall = bench_read_clock (CLOCK_MONOTONIC);
  double processor = bench_read_clock (CLOCK_PROCESS_CPUTIME_ID);

  for (gsize done = 0; done < n_rows; done += n_per_call)
    {
      if (self->next + n_per_call > self->n_rows)
        self->next = 0;
      self->peer->score (self->model, self->rows + self->next * self->shape.n_features, n_per_call,
                         self->outputs);
      self->next += n_per_call;
    }
  g_print ("%.9f %.9f\n", bench_read_clock (CLOCK_MONOTONIC) - wall,
           bench_read_clock (CLOCK_PROCESS_CPUTIME_ID) - processor);
}

static void
write_answers (Server *self,
               const char *path,
               gsize n_rows)
{
  g_autoptr (GError) error = NULL;

  self->peer->score (self->model, self->rows, n_rows, self->outputs);
  if (!g_file_set_contents (path, (const char *) self->outputs,
                            n_rows * self->shape.n_outputs * sizeof (float), &error))
    bench_fail (error);
  g_print ("done\n");
}

static gpointer
score_in_thread (gpointer data)
{
  Worker *worker = data;
  Server *self = worker->server;
  gsize n_rows = MIN (THREAD_ROWS, self->n_rows);
  g_autofree float *outputs = g_new (float, n_rows * self->shape.n_outputs);

  while (g_get_monotonic_time () < worker->end)
    {
      self->peer->score (self->model, self->rows, n_rows, outputs);
      worker->n_rows += n_rows;
    }

  return NULL;
}

static void
answer_threads (Server *self,
                guint n_threads,
                double seconds)
{
  g_autofree Worker *workers = g_new0 (Worker, n_threads);
  g_autofree GThread **threads = g_new (GThread *, n_threads);
  gint64 begin = g_get_monotonic_time ();
  gsize n_rows = 0;

  for (guint i = 0; i < n_threads; i++)
    {
      workers[i].server = self;
      workers[i].end = begin + seconds * G_USEC_PER_SEC;
      threads[i] = g_thread_new ("bench", score_in_thread, &workers[i]);
    }
  for (guint i = 0; i < n_threads; i++)
    {
      g_thread_join (threads[i]);
      n_rows += workers[i].n_rows;
    }
  g_print ("%.1f\n", n_rows * (double) G_USEC_PER_SEC / (g_get_monotonic_time () - begin));
}

static void
answer (Server *self,
        const char *request)
{
  char path[1024];
  gsize n_per_call;
  gsize n_rows;
  guint n_threads;
  double seconds;

  if (sscanf (request, "time %zu %zu", &n_per_call, &n_rows) == 2)
    answer_time (self, n_per_call, n_rows);
  else if (sscanf (request, "answers %1023s %zu", path, &n_rows) == 2)
    write_answers (self, path, n_rows);
  else if (sscanf (request, "threads %u %lf", &n_threads, &seconds) == 2)
    answer_threads (self, n_threads, seconds);
  else
    g_error ("not a request: %s", request);
  fflush (stdout);
}

static const BenchPeer *
find_peer (const char *name)
{
  const BenchPeer *peers[] = {
    &bench_peer_library, &bench_peer_lightgbm, &bench_peer_onnx, &bench_peer_tl2cgen,
    &bench_peer_xgboost, &bench_peer_xgboost_matrix,
  };

  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    if (g_str_equal (peers[i]->name, name))
      return peers[i];

  g_error ("there is no peer %s", name);
}

static int
serve (char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (argv[4], FALSE, &error);
  g_autofree float *outputs = NULL;
  Server server = {
    .peer = find_peer (argv[1]),
    .shape = { strtoul (argv[5], NULL, 10), strtoul (argv[6], NULL, 10),
               strtoul (argv[7], NULL, 10) },
  };
  char line[2048];

  if (file == NULL)
    bench_fail (error);
  server.rows = (const float *) g_mapped_file_get_contents (file);
  server.n_rows = g_mapped_file_get_length (file) / server.shape.n_features / sizeof (float);
  server.outputs = outputs = g_new (float, server.n_rows * server.shape.n_outputs);
  server.model = server.peer->load (argv[2], argv[3], &server.shape);

  g_print ("ready %s\n",
           server.peer->get_kernel != NULL ? server.peer->get_kernel (server.model) : "");
  fflush (stdout);
  while (fgets (line, sizeof line, stdin) != NULL)
    answer (&server, line);

  return 0;
}

static int
score_first (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_model_load (file, NULL, &error);
  g_autofree float *event = NULL;
  g_autofree float *outputs = NULL;

  if (model == NULL)
    bench_fail (error);
  event = g_new0 (float, pymva_model_get_n_variables (model));
  outputs = g_new (float, pymva_model_get_n_outputs (model));
  if (!pymva_model_score (model, event, outputs))
    return 1;

  bench_print_peak_memory ();
  return 0;
}

int
main (int argc,
      char *argv[])
{
  return argc == 2 ? score_first (argv[1]) : serve (argv);
}
