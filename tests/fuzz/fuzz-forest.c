/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "fuzz.h"
#include "scoring/pymva-graph-private.h"

/* Makes the tables of a forest of the bytes, some of them wrong. If the stage takes them, each
 * kernel must give, for one row and for many, what docs/model-file.md says. */

#define MOST_TREES 20
#define MOST_NODES 64
#define MOST_INPUTS 5
#define MOST_OUTPUTS 3
#define MOST_ROWS 40
#define N_VALUES 8
#define N_SETS 2
#define N_WORDS 3

typedef struct
{
  gboolean averages;
  gboolean has_float_sums;
  gboolean has_doubles;
  gboolean has_missing;
  gboolean has_sets;
  gboolean has_tree_outputs;
  gboolean has_base;
  gboolean has_divisor;
  gint32 n_trees;
  gint32 n_nodes;
  gint32 n_inputs;
  gint32 n_outputs;

  gint32 node_counts[MOST_TREES];
  gint32 tree_outputs[MOST_TREES];
  gint32 children[MOST_TREES * MOST_NODES];
  gint32 features[MOST_TREES * MOST_NODES];
  float floats[MOST_TREES * MOST_NODES];
  double doubles[MOST_TREES * MOST_NODES];
  guint8 missing[MOST_TREES * MOST_NODES];
  gint32 sets[MOST_TREES * MOST_NODES];
  gint32 set_offsets[N_SETS + 1];
  gint32 set_words[N_WORDS];
  double values[N_VALUES * MOST_OUTPUTS];
  double base[MOST_OUTPUTS];
  gint32 divisor;
} Forest;

/* --- from bytes to numbers --- */

typedef struct
{
  const uint8_t *data;
  size_t size;
} Bytes;

static guint
take (Bytes *bytes,
      guint n)
{
  if (bytes->size == 0)
    return 0;

  bytes->size--;
  return *bytes->data++ % n;
}

static double
take_number (Bytes *bytes)
{
  static const double numbers[] = {
    0, -0.0, 1, -1, 0.1, -2.5, 33, 64, 1e-35f, -1e-35f, 1.1e-35, 1e-45, 3e38, 1e300, -1e300,
    INFINITY, -INFINITY, NAN,
  };
  guint choice = take (bytes, 64);
  guint32 bits = 0;
  float number;

  if (choice < G_N_ELEMENTS (numbers))
    return numbers[choice];
  if (choice < 32)
    return nextafter (take (bytes, 70), choice % 2 == 0 ? INFINITY : -INFINITY);
  if (choice < 48)
    return nextafterf (take (bytes, 70), choice % 2 == 0 ? INFINITY : -INFINITY);

  for (guint i = 0; i < 4; i++)
    bits = bits << 8 | take (bytes, 256);
  memcpy (&number, &bits, sizeof number);
  return number;
}

/* The nodes of one tree, level by level. */
static void
take_tree (Forest *forest,
           Bytes *bytes,
           gint32 tree)
{
  gint32 root = forest->n_nodes;
  gint32 most = 1 + 2 * (gint32) take (bytes, MOST_NODES / 2);
  gint32 count = 1;

  for (gint32 node = 0; node < count; node++)
    {
      gint32 index = root + node;
      gboolean splits = count + 2 <= most && take (bytes, 8) > 0;
      double threshold = splits ? take_number (bytes) : 0;

      forest->children[index] = splits ? count : -1 - (gint32) take (bytes, N_VALUES);
      forest->features[index] = splits ? (gint32) take (bytes, forest->n_inputs) : 0;
      forest->floats[index] = (float) threshold;
      forest->doubles[index] = threshold;
      forest->missing[index] = forest->has_missing && splits ? take (bytes, 32) : 0;
      forest->sets[index] = forest->has_sets && splits ? (gint32) take (bytes, N_SETS + 1) - 1 : -1;
      count += splits ? 2 : 0;
    }
  forest->node_counts[tree] = count;
  forest->tree_outputs[tree] = forest->has_tree_outputs ? take (bytes, forest->n_outputs) : 0;
  forest->n_nodes += count;
}

/* Puts a number where it may not belong. */
static void
damage (Forest *forest,
        Bytes *bytes)
{
  gint32 *tables[] = { forest->children, forest->features, forest->sets, forest->node_counts,
                       forest->tree_outputs, forest->set_offsets };
  guint lengths[] = { forest->n_nodes, forest->n_nodes, forest->n_nodes, forest->n_trees,
                      forest->n_trees, N_SETS + 1 };
  guint table = take (bytes, 16);

  if (table < G_N_ELEMENTS (tables))
    tables[table][take (bytes, lengths[table])] = (gint32) take (bytes, 256) - 128;
  else if (table == G_N_ELEMENTS (tables))
    forest->missing[take (bytes, forest->n_nodes)] = take (bytes, 256);
}

static void
take_forest (Forest *forest,
             Bytes *bytes)
{
  guint flags = take (bytes, 256);

  *forest = (Forest) {
    .averages = flags & 1, .has_float_sums = flags >> 1 & 1, .has_doubles = flags >> 2 & 1,
    .has_missing = flags >> 3 & 1, .has_sets = flags >> 4 & 1, .has_tree_outputs = flags >> 5 & 1,
    .has_base = flags >> 6 & 1, .has_divisor = flags >> 7 & 1,
  };
  forest->n_inputs = 1 + take (bytes, MOST_INPUTS);
  forest->n_outputs = 1 + take (bytes, MOST_OUTPUTS);
  forest->n_trees = 1 + take (bytes, MOST_TREES);
  forest->divisor = 1 + take (bytes, 256);
  for (guint i = 0; i < N_WORDS; i++)
    forest->set_words[i] = 0x01010101 * take (bytes, 256);
  forest->set_offsets[1] = take (bytes, N_WORDS + 1);
  forest->set_offsets[2] = N_WORDS;
  for (guint i = 0; i < G_N_ELEMENTS (forest->values); i++)
    forest->values[i] = take_number (bytes);
  for (gint32 i = 0; i < forest->n_outputs; i++)
    forest->base[i] = take_number (bytes);
  for (gint32 i = 0; i < forest->n_trees; i++)
    take_tree (forest, bytes, i);
  damage (forest, bytes);
}

/* --- the stage --- */

static void
add_table (GHashTable *tensors,
           JsonObject *stage,
           const char *name,
           PymvaDType dtype,
           gconstpointer data,
           gint64 n_rows,
           gint64 n_columns)
{
  gint64 shape[] = { n_rows, n_columns };
  g_autoptr (GBytes) bytes =
    g_bytes_new (data, n_rows * MAX (n_columns, 1) * pymva_dtype_get_size (dtype));

  json_object_set_string_member (stage, name, name);
  g_hash_table_insert (tensors, g_strdup (name),
                       pymva_tensor_new (dtype, shape, n_columns > 0 ? 2 : 1, bytes, NULL));
}

static JsonArray *
describe (const Forest *forest,
          GHashTable *tensors)
{
  JsonArray *stages = json_array_new ();
  JsonObject *stage = json_object_new ();
  gint32 n_nodes = forest->n_nodes;

  json_object_set_string_member (stage, "kind", "forest");
  json_object_set_string_member (stage, "aggregation", forest->averages ? "average" : "sum");
  json_object_set_string_member (stage, "precision",
                                 forest->has_float_sums ? "float32" : "float64");
  if (forest->has_divisor)
    json_object_set_int_member (stage, "divisor", forest->divisor);
  add_table (tensors, stage, "node_counts", PYMVA_DTYPE_INT32, forest->node_counts,
             forest->n_trees, 0);
  add_table (tensors, stage, "children", PYMVA_DTYPE_INT32, forest->children, n_nodes, 0);
  add_table (tensors, stage, "features", PYMVA_DTYPE_INT32, forest->features, n_nodes, 0);
  if (forest->has_doubles)
    add_table (tensors, stage, "thresholds", PYMVA_DTYPE_FLOAT64, forest->doubles, n_nodes, 0);
  else
    add_table (tensors, stage, "thresholds", PYMVA_DTYPE_FLOAT32, forest->floats, n_nodes, 0);
  if (forest->has_missing)
    add_table (tensors, stage, "missing", PYMVA_DTYPE_UINT8, forest->missing, n_nodes, 0);
  if (forest->has_sets)
    {
      add_table (tensors, stage, "sets", PYMVA_DTYPE_INT32, forest->sets, n_nodes, 0);
      add_table (tensors, stage, "set_offsets", PYMVA_DTYPE_INT32, forest->set_offsets, N_SETS + 1,
                 0);
      add_table (tensors, stage, "set_words", PYMVA_DTYPE_INT32, forest->set_words, N_WORDS, 0);
    }
  if (forest->has_tree_outputs)
    {
      json_object_set_int_member (stage, "n_outputs", forest->n_outputs);
      add_table (tensors, stage, "tree_outputs", PYMVA_DTYPE_INT32, forest->tree_outputs,
                 forest->n_trees, 0);
    }
  add_table (tensors, stage, "values", PYMVA_DTYPE_FLOAT64, forest->values, N_VALUES,
             forest->has_tree_outputs ? 1 : forest->n_outputs);
  if (forest->has_base)
    add_table (tensors, stage, "base", PYMVA_DTYPE_FLOAT64, forest->base, forest->n_outputs, 0);
  json_array_add_object_element (stages, stage);

  return stages;
}

/* --- what the manual says --- */

static gboolean
goes_left (const Forest *forest,
           gint32 node,
           float x)
{
  guint missing = forest->has_missing ? forest->missing[node] : 0;
  gint32 set = forest->has_sets ? forest->sets[node] : -1;
  gint32 n_bits = set >= 0 ? 32 * (forest->set_offsets[set + 1] - forest->set_offsets[set]) : 0;
  gboolean is_missing = isnan (x);
  gboolean is_beyond;
  gint32 category;

  if (isnan (x) && (missing & 2) != 0)
    {
      is_missing = FALSE;
      x = 0;
    }
  if ((missing & 4) != 0 && fabsf (x) <= 1e-35f)
    is_missing = TRUE;
  is_beyond = ((missing & 16) != 0 ? truncf (x) : x) < 0 || truncf (x) >= n_bits;
  if (set >= 0 && (missing & 8) != 0 && is_beyond)
    is_missing = TRUE;
  if (is_missing)
    return (missing & 1) != 0;
  if (set < 0)
    return x <= (forest->has_doubles ? forest->doubles[node] : (double) forest->floats[node]);
  if (is_beyond || ((missing & 32) != 0 && x != truncf (x)))
    return FALSE;

  category = (gint32) x;
  return (guint32) forest->set_words[forest->set_offsets[set] + category / 32] >> category % 32 & 1;
}

static void
add_value (const Forest *forest,
           double *sum,
           double value)
{
  if (forest->has_float_sums)
    *sum = (float) *sum + (float) value;
  else
    *sum += value;
}

static void
expect (const Forest *forest,
        const float *row,
        float *outputs)
{
  double sums[MOST_OUTPUTS] = { 0 };
  gint32 root = 0;

  for (gint32 i = 0; forest->has_base && i < forest->n_outputs; i++)
    sums[i] = forest->has_float_sums ? (float) forest->base[i] : forest->base[i];
  for (gint32 tree = 0; tree < forest->n_trees; tree++)
    {
      gint32 node = 0;
      gint32 leaf;

      while (forest->children[root + node] >= 0)
        node = forest->children[root + node] +
               !goes_left (forest, root + node, row[forest->features[root + node]]);
      leaf = -1 - forest->children[root + node];
      for (gint32 i = 0; !forest->has_tree_outputs && i < forest->n_outputs; i++)
        add_value (forest, &sums[i], forest->values[leaf * forest->n_outputs + i]);
      if (forest->has_tree_outputs)
        add_value (forest, &sums[forest->tree_outputs[tree]], forest->values[leaf]);
      root += forest->node_counts[tree];
    }
  for (gint32 i = 0; i < forest->n_outputs; i++)
    {
      double divisor = forest->has_divisor ? forest->divisor : forest->n_trees;

      if (forest->averages && forest->has_float_sums)
        sums[i] = (float) sums[i] / (float) divisor;
      else if (forest->averages)
        sums[i] /= divisor;
      outputs[i] = (float) sums[i];
    }
}

static void
check_rows (const Forest *forest,
            PymvaGraph *graph,
            const float *rows,
            gint32 n_rows)
{
  float outputs[MOST_ROWS * MOST_OUTPUTS];
  gint32 n = forest->n_outputs;

  pymva_graph_score (graph, rows, n_rows, outputs);
  for (gint32 i = 0; i < n_rows; i++)
    {
      const float *row = rows + i * forest->n_inputs;
      float alone[MOST_OUTPUTS];
      float expected[MOST_OUTPUTS];

      pymva_graph_score (graph, row, 1, alone);
      expect (forest, row, expected);
      for (gint32 j = 0; j < n; j++)
        if (isnan (expected[j]))
          g_assert (isnan (alone[j]) && isnan (outputs[i * n + j]));
        else
          g_assert (memcmp (&alone[j], &expected[j], sizeof (float)) == 0 &&
                    memcmp (&outputs[i * n + j], &expected[j], sizeof (float)) == 0);
    }
}

/* A graph takes tables out of what it is given. */
static PymvaGraph *
new_graph (JsonArray *stages,
           GHashTable *tensors,
           gint32 n_inputs)
{
  g_autoptr (GHashTable) copy =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  GHashTableIter iter;
  gpointer name;
  gpointer tensor;

  g_hash_table_iter_init (&iter, tensors);
  while (g_hash_table_iter_next (&iter, &name, &tensor))
    g_hash_table_insert (copy, g_strdup (name), g_object_ref (tensor));

  return pymva_graph_new (stages, copy, n_inputs, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  static const char * const kernels[] = { "portable", "avx2", "avx512" };
  Bytes bytes = { data, size };
  g_autoptr (GHashTable) tensors =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_autofree Forest *forest = g_new (Forest, 1);
  g_autoptr (JsonArray) stages = NULL;
  float rows[MOST_ROWS * MOST_INPUTS];
  gint32 n_rows = 1 + take (&bytes, MOST_ROWS);

  take_forest (forest, &bytes);
  for (gint32 i = 0; i < n_rows * forest->n_inputs; i++)
    rows[i] = (float) take_number (&bytes);
  stages = describe (forest, tensors);
  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    {
      g_autoptr (PymvaGraph) graph = NULL;

      g_setenv ("PYMVA_KERNEL", kernels[i], TRUE);
      graph = new_graph (stages, tensors, forest->n_inputs);
      if (graph != NULL)
        check_rows (forest, graph, rows, n_rows);
    }

  return 0;
}
