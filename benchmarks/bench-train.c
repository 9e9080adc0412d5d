/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench-train DATA: trains the network of plain-train.py through the library, as a whole program,
 * and prints the peak of its memory in kB.
 *
 * bench-train DATA gap: does so in the background, while a 10 ms timer of the main loop measures
 * how late it is called. */

#include <pymva/pymva.h>

#include "bench-common.h"

#define TIMER_MS 10

typedef struct
{
  GMainLoop *loop;
  GArray *gaps;
  gint64 last;
  GError *error;
} Gap;

static PymvaDataset *
load_dataset (const char *path,
              GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (PymvaTable) table = pymva_table_new_from_file (file, NULL, NULL, error);
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_auto (GStrv) columns = NULL;

  if (table == NULL)
    return NULL;

  /* The first column is the label, the others are the variables. */
  columns = pymva_table_list_columns (table);
  for (guint i = 1; columns[i] != NULL; i++)
    if (!pymva_dataset_add_variable (dataset, columns[i], error))
      return NULL;
  if (!pymva_dataset_add_labelled (dataset, table, columns[0], error))
    return NULL;

  return g_steal_pointer (&dataset);
}

static gboolean
timer_cb (gpointer user_data)
{
  Gap *gap = user_data;
  gint64 now = g_get_monotonic_time ();
  double late = (now - gap->last) / 1000.0;

  g_array_append_val (gap->gaps, late);
  gap->last = now;

  return G_SOURCE_CONTINUE;
}

static void
trained_cb (GObject *object,
            GAsyncResult *result,
            gpointer user_data)
{
  Gap *gap = user_data;

  pymva_method_train_finish (PYMVA_METHOD (object), result, &gap->error);
  g_main_loop_quit (gap->loop);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static gboolean
train_in_background (PymvaMethod *network,
                     PymvaDataset *dataset,
                     GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (double));
  Gap gap = { loop, gaps, 0, NULL };

  pymva_method_train_async (network, dataset, NULL, trained_cb, &gap);
  gap.last = g_get_monotonic_time ();
  g_timeout_add_full (G_PRIORITY_DEFAULT, TIMER_MS, timer_cb, &gap, NULL);
  g_main_loop_run (loop);
  if (gap.error != NULL)
    {
      g_propagate_error (error, gap.error);
      return FALSE;
    }

  g_array_sort (gaps, compare);
  bench_print ("main loop/10 ms timer, median gap",
               g_array_index (gaps, double, gaps->len / 2), "ms");
  bench_print ("main loop/10 ms timer, p99.9 gap",
               g_array_index (gaps, double, (guint) (gaps->len * 0.999)),
               "ms");
  return TRUE;
}

static PymvaMethod *
new_network (int epochs)
{
  return g_object_new (PYMVA_TYPE_TORCH,
                       "title", "torch",
                       "hidden-layers", "64,64",
                       "epochs", epochs,
                       "batch-size", 32,
                       "learning-rate", 0.001,
                       "optimizer", "adam",
                       "validation-size", "20%",
                       "seed", (gint64) 1,
                       NULL);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaDataset) dataset = load_dataset (argv[1], &error);
  g_autoptr (PymvaMethod) network = NULL;
  gboolean success;

  if (dataset == NULL)
    bench_fail (error);
  g_object_set (dataset, "test-fraction", 0.0, NULL);

  if (argc > 2)
    {
      network = new_network (60);
      success = train_in_background (network, dataset, &error);
    }
  else
    {
      network = new_network (20);
      success = pymva_method_train (network, dataset, NULL, &error);
      bench_print_peak_memory ();
    }
  if (!success)
    bench_fail (error);

  return 0;
}
