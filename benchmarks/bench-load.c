/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench-load make N_TREES DEPTH FILE: writes a forest of so many full trees.
 *
 * bench-load FILE: loads it once, scores a row, and prints the time and the memory that was needed
 * beside the file's own size. */

#include <string.h>

#include <pymva/pymva.h>

#include "bench-common.h"
#include "scoring/pymva-model-builder-private.h"

#define N_FEATURES 28

static void
add_table (PymvaModelBuilder *builder,
           const char *name,
           PymvaDType dtype,
           gpointer data,
           gsize size,
           gint64 n_rows,
           gint64 n_columns)
{
  gint64 shape[] = { n_rows, n_columns };
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);
  g_autoptr (PymvaTensor) tensor =
    pymva_tensor_new (dtype, shape, n_columns > 0 ? 2 : 1, bytes, NULL);

  pymva_model_builder_add_tensor (builder, name, tensor);
}

/* Full trees, whose nodes lie level by level. */
static void
add_trees (PymvaModelBuilder *builder,
           gsize n_trees,
           guint depth)
{
  const gsize n_leaves = (gsize) 1 << depth;
  const gsize tree_nodes = 2 * n_leaves - 1;
  const gsize n_nodes = n_trees * tree_nodes;
  const gsize n_values = n_trees * n_leaves;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  gint32 *node_counts = g_new (gint32, n_trees);
  gint32 *children = g_new (gint32, n_nodes);
  gint32 *features = g_new0 (gint32, n_nodes);
  float *thresholds = g_new0 (float, n_nodes);
  double *values = g_new (double, n_values);

  for (gsize i = 0; i < n_nodes; i++)
    {
      gsize tree = i / tree_nodes;
      gsize node = i % tree_nodes;

      node_counts[tree] = tree_nodes;
      if (node >= n_leaves - 1)
        {
          children[i] = -1 - (gint32) (tree * n_leaves + node - (n_leaves - 1));
          continue;
        }
      children[i] = 2 * node + 1;
      features[i] = g_rand_int_range (random, 0, N_FEATURES);
      thresholds[i] = g_rand_double_range (random, -2, 2);
    }
  for (gsize i = 0; i < n_values; i++)
    values[i] = g_rand_double (random);

  add_table (builder, "node_counts", PYMVA_DTYPE_INT32, node_counts,
             n_trees * sizeof *node_counts, n_trees, 0);
  add_table (builder, "children", PYMVA_DTYPE_INT32, children, n_nodes * sizeof *children, n_nodes,
             0);
  add_table (builder, "features", PYMVA_DTYPE_INT32, features, n_nodes * sizeof *features, n_nodes,
             0);
  add_table (builder, "thresholds", PYMVA_DTYPE_FLOAT32, thresholds,
             n_nodes * sizeof *thresholds, n_nodes, 0);
  add_table (builder, "values", PYMVA_DTYPE_FLOAT64, values,
             n_values * sizeof *values, n_values, 1);
}

static void
make_model (GFile *file,
            gsize n_trees,
            guint depth)
{
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("random-forest", PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_FEATURES; i++)
    {
      g_autofree char *name = g_strdup_printf ("x%u", i);

      pymva_model_builder_add_variable (builder, name, NULL, NULL, NULL);
    }
  add_trees (builder, n_trees, depth);
  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'forest'>, 'node_counts': <'node_counts'>, "
                                   "'children': <'children'>, 'features': <'features'>, "
                                   "'thresholds': <'thresholds'>, 'values': <'values'>}"));
  model = pymva_model_builder_build (builder, &error);
  if (model == NULL || !pymva_model_save (model, file, NULL, &error))
    bench_fail (error);
}

static void
load_model (GFile *file)
{
  const float row[N_FEATURES] = { 0 };
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_model_load (file, NULL, &error);
  gint64 end = g_get_monotonic_time ();
  g_autoptr (GFileInfo) info = NULL;
  float output;

  if (model == NULL || !pymva_model_score (model, row, &output))
    bench_fail (error);
  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL,
                            &error);
  if (info == NULL)
    bench_fail (error);

  bench_print ("size", g_file_info_get_size (info) / 1e6, "MB");
  bench_print ("wall", (end - start) / 1e6, "s");
  bench_print ("memory", bench_get_memory ("VmRSS:") / 1e3, "MB");
  bench_print ("memory, peak", bench_get_memory ("VmHWM:") / 1e3, "MB");
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GFile) file = NULL;

  if (argc != 2 && (argc != 5 || strcmp (argv[1], "make") != 0))
    {
      g_printerr ("usage: bench-load [make N_TREES DEPTH] FILE\n");
      return 2;
    }
  file = g_file_new_for_path (argv[argc - 1]);
  if (argc > 2)
    make_model (file, g_ascii_strtoull (argv[2], NULL, 10), g_ascii_strtoull (argv[3], NULL, 10));
  else
    load_model (file);

  return 0;
}
