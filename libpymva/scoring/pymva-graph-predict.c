/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-graph-private.h"

/* More than this never help; the number is the user's, whom the property n-threads tells. */
#define MOST_THREADS 1024

/* A batch: its rows are handed out in blocks to the threads that ask, the caller's among them, so
 * none waits for another until the end. Where a block ends changes nothing in the outputs. */
typedef struct
{
  const PymvaGraph *graph;
  PymvaDType dtype;
  const guint8 *inputs;
  float *outputs;
  gsize n_rows;
  gsize block_rows;
  GCancellable *cancellable;
  gsize next_block; /* atomic */
  /* Whether a thread has stopped before the end: a cancellable that is reset no longer says that
   * there are blocks without outputs. */
  int was_cancelled; /* atomic */

  int n_references; /* atomic */
  GMutex mutex;
  GCond cond;
  /* Under the mutex: the other threads that are at work, and whether it is too late to begin. */
  guint n_helpers;
  gboolean is_closed;
} Batch;

static void
batch_unref (Batch *self)
{
  if (!g_atomic_int_dec_and_test (&self->n_references))
    return;

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

static void
score_block (const Batch *self,
             gsize first,
             gsize n_rows,
             double *buffer)
{
  guint n_variables = pymva_graph_get_n_variables (self->graph);
  gsize n_values = n_rows * n_variables;
  const guint8 *inputs =
    self->inputs + first * n_variables * pymva_dtype_get_size (self->dtype);
  PymvaColumns rows = { NULL };

  switch (self->dtype)
    {
    case PYMVA_DTYPE_FLOAT32:
      rows.floats = (gconstpointer) inputs;
      break;
    case PYMVA_DTYPE_FLOAT64:
      rows.doubles = (gconstpointer) inputs;
      break;
    default:
      pymva_dtype_load_doubles (self->dtype, inputs, n_values, buffer);
      rows.doubles = buffer;
    }

  pymva_graph_score_columns (self->graph, &rows, n_rows,
                             self->outputs + first * pymva_graph_get_n_outputs (self->graph));
}

/* Works until there are no more blocks. */
static void
score_blocks (Batch *self)
{
  g_autofree double *buffer = NULL;

  if (self->dtype != PYMVA_DTYPE_FLOAT32 && self->dtype != PYMVA_DTYPE_FLOAT64)
    buffer = g_new (double, self->block_rows * pymva_graph_get_n_variables (self->graph));

  while (TRUE)
    {
      gsize first;

      if (g_cancellable_is_cancelled (self->cancellable))
        {
          g_atomic_int_set (&self->was_cancelled, TRUE);
          break;
        }
      first = (gsize) g_atomic_pointer_add (&self->next_block, 1) * self->block_rows;

      if (first >= self->n_rows)
        break;
      score_block (self, first, MIN (self->block_rows, self->n_rows - first), buffer);
    }
}

/* What a thread of the pool does. It may come late: then the batch is all that is left. */
static void
help (gpointer data,
      gpointer user_data)
{
  Batch *self = data;

  g_mutex_lock (&self->mutex);
  if (self->is_closed)
    {
      g_mutex_unlock (&self->mutex);
      batch_unref (self);
      return;
    }
  self->n_helpers++;
  g_mutex_unlock (&self->mutex);

  score_blocks (self);

  g_mutex_lock (&self->mutex);
  self->n_helpers--;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  batch_unref (self);
}

/* One for the process; its threads end some seconds after the last of their work. */
static GThreadPool *
get_pool (void)
{
  static GThreadPool *pool;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool, g_thread_pool_new (help, NULL, -1, FALSE, NULL));

  return pool;
}

static void
run_batch (Batch *self,
           guint n_threads)
{
  gsize n_blocks = (self->n_rows + self->block_rows - 1) / self->block_rows;

  if (n_threads == 0)
    n_threads = g_get_num_processors ();
  n_threads = MIN (n_threads, MOST_THREADS);
  for (gsize i = 1; i < MIN (n_threads, n_blocks); i++)
    {
      g_atomic_int_inc (&self->n_references);
      /* Where no thread can be had, the work waits for one, and is done without it. */
      g_thread_pool_push (get_pool (), self, NULL);
    }

  score_blocks (self);

  g_mutex_lock (&self->mutex);
  self->is_closed = TRUE;
  while (self->n_helpers > 0)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

PymvaTensor *
pymva_graph_predict (const PymvaGraph *self,
                     PymvaTensor *inputs,
                     guint n_threads,
                     GCancellable *cancellable,
                     GError **error)
{
  gint64 shape[2] = { pymva_tensor_get_length (inputs, 0), pymva_graph_get_n_outputs (self) };
  g_autofree float *outputs = NULL;
  gboolean was_cancelled;
  Batch *batch;
  gsize size;

  if (!g_size_checked_mul (&size, shape[0], shape[1] * sizeof (float)) ||
      (outputs = g_try_malloc (MAX (size, 1))) == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_MEMORY,
                   "There is not enough memory for the outputs of %" G_GINT64_FORMAT " events",
                   shape[0]);
      return NULL;
    }

  batch = g_new0 (Batch, 1);
  batch->graph = self;
  batch->dtype = pymva_tensor_get_dtype (inputs);
  batch->inputs = pymva_tensor_peek_data (inputs);
  batch->outputs = outputs;
  batch->n_rows = shape[0];
  batch->block_rows = pymva_graph_get_tile_rows (self);
  batch->cancellable = cancellable;
  batch->n_references = 1;
  g_mutex_init (&batch->mutex);
  g_cond_init (&batch->cond);
  run_batch (batch, n_threads);
  was_cancelled = g_atomic_int_get (&batch->was_cancelled);
  batch_unref (batch);

  if (was_cancelled)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The prediction was cancelled");
      return NULL;
    }
  return pymva_tensor_new_take (PYMVA_DTYPE_FLOAT32, shape, 2, g_steal_pointer (&outputs), size,
                                error);
}
