/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-export-onnx-private.h"

/* The stage “forest” as a TreeEnsembleRegressor, in float32 or in float64 as its sums are. The base
 * is the first tree, of one leaf, so that the sums are made in the same order. Where the sums must
 * be exact, the operator, which gives float32, gives the number of each tree's leaf instead.
 *
 * Its nodes know no sets, and no zeros that are missing: these become columns of their own. */

#define MOST_COLUMNS (1 << 16)
/* What float32 counts without a gap. */
#define MOST_LEAVES (1 << 24)
/* LightGBM's zero. */
#define SMALL 1e-35f

typedef struct
{
  PymvaOnnxStage *stage;
  PymvaOnnxWriter *writer;
  const PymvaForestTables *tables;
  gboolean is_double;
  /* The leaves give their numbers, and each tree an output. */
  gboolean gives_leaves;

  /* By node: the column that it compares, and for sets, whether that is a new one. */
  guint32 *columns;
  GArray *small_features; /* of guint: columns of features without small numbers */
  GArray *set_nodes;      /* of guint32: nodes whose sets are columns */

  /* The attributes. */
  GArray *ints[6];
  GArray *numbers;
  GPtrArray *modes;
  GArray *weight_ints[3];
  GArray *weights;
} Forest;

enum
{
  TREE_IDS,
  NODE_IDS,
  FEATURE_IDS,
  TRUE_IDS,
  FALSE_IDS,
  MISSING,
};

enum
{
  WEIGHT_TREE_IDS,
  WEIGHT_NODE_IDS,
  WEIGHT_TARGETS,
};

static void
forest_init (Forest *self)
{
  self->columns = g_new0 (guint32, self->tables->n_nodes);
  self->small_features = g_array_new (FALSE, FALSE, sizeof (guint));
  self->set_nodes = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint i = 0; i < G_N_ELEMENTS (self->ints); i++)
    self->ints[i] = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < G_N_ELEMENTS (self->weight_ints); i++)
    self->weight_ints[i] = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->numbers = g_array_new (FALSE, FALSE, sizeof (double));
  self->weights = g_array_new (FALSE, FALSE, sizeof (double));
  self->modes = g_ptr_array_new ();
}

static void
forest_clear (Forest *self)
{
  g_free (self->columns);
  g_array_unref (self->small_features);
  g_array_unref (self->set_nodes);
  for (guint i = 0; i < G_N_ELEMENTS (self->ints); i++)
    g_array_unref (self->ints[i]);
  for (guint i = 0; i < G_N_ELEMENTS (self->weight_ints); i++)
    g_array_unref (self->weight_ints[i]);
  g_array_unref (self->numbers);
  g_array_unref (self->weights);
  g_ptr_array_unref (self->modes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Forest, forest_clear)

/* --- the columns that nodes compare --- */

/* Nodes that ask the same of the same feature share a column. */
static guint64
get_set_key (const PymvaForestTables *tables,
             guint32 node)
{
  return (guint64) tables->features[node] << 40 | (guint64) (guint32) tables->sets[node] << 8 |
         pymva_forest_tables_get_missing (tables, node);
}

/* Columns that are no features get numbers behind those. */
static gboolean
choose_columns (Forest *self)
{
  const PymvaForestTables *tables = self->tables;
  g_autoptr (GHashTable) sets = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autofree guint32 *small = g_new0 (guint32, tables->n_inputs);

  /* Small ones first, so that their number is known. */
  for (guint32 node = 0; node < tables->n_nodes; node++)
    if (tables->children[node] >= 0 && !pymva_forest_node_is_set (tables, node))
      {
        guint feature = tables->features[node];

        self->columns[node] = feature;
        if ((pymva_forest_tables_get_missing (tables, node) & PYMVA_FOREST_SMALL_IS_MISSING) == 0)
          continue;
        if (small[feature] == 0)
          {
            g_array_append_val (self->small_features, feature);
            small[feature] = self->small_features->len;
          }
        self->columns[node] = tables->n_inputs + small[feature] - 1;
      }

  for (guint32 node = 0; node < tables->n_nodes; node++)
    if (tables->children[node] >= 0 && pymva_forest_node_is_set (tables, node))
      {
        guint64 key = get_set_key (tables, node);
        gpointer found = g_hash_table_lookup (sets, &key);

        if (found == NULL)
          {
            g_array_append_val (self->set_nodes, node);
            found = GUINT_TO_POINTER (self->set_nodes->len);
            g_hash_table_insert (sets, g_memdup2 (&key, sizeof (key)), found);
          }
        self->columns[node] =
          tables->n_inputs + self->small_features->len + GPOINTER_TO_UINT (found) - 1;
      }

  return self->small_features->len + self->set_nodes->len <= MOST_COLUMNS;
}

static gint32
get_type (const Forest *self)
{
  return self->is_double ? ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE
                         : ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
}

/* Features with NaN in place of what is small, or with what is next to the middle of it: so it is
 * NaN that goes where the node says. */
static const char *
write_small_columns (Forest *self,
                     const char *x)
{
  PymvaOnnxWriter *writer = self->writer;
  const char *chosen = pymva_onnx_write_gather (
    writer, x, (const guint *) self->small_features->data, self->small_features->len);
  const char *is_small = pymva_onnx_writer_add (
    writer, "LessOrEqual", pymva_onnx_writer_add (writer, "Abs", chosen, NULL),
    pymva_onnx_writer_add_number (writer, self->is_double, SMALL), NULL);

  return pymva_onnx_writer_add (writer, "Where", is_small,
                                pymva_onnx_writer_add_number (writer, self->is_double, NAN),
                                chosen, NULL);
}

/* What the answer of a set is for numbers beyond it, and for NaN: 1 goes left. */
static void
get_set_defaults (const PymvaForestTables *tables,
                  guint32 node,
                  double *beyond,
                  double *missing)
{
  guint rules = pymva_forest_tables_get_missing (tables, node);
  gboolean left = (rules & PYMVA_FOREST_MISSING_LEFT) != 0;

  *missing = left;
  *beyond = left && (rules & PYMVA_FOREST_BEYOND_IS_MISSING) != 0;
}

/* The tables of all sets, one after the other: for each category 1 or 0. */
static const char *
write_set_tables (Forest *self,
                  gint64 *firsts)
{
  const PymvaForestTables *tables = self->tables;
  g_autoptr (GArray) bits = g_array_new (FALSE, FALSE, sizeof (guint8));
  guint8 none = 0;

  for (guint i = 0; i < self->set_nodes->len; i++)
    {
      gint32 set = tables->sets[g_array_index (self->set_nodes, guint32, i)];

      firsts[i] = bits->len;
      for (gint32 word = tables->set_offsets[set]; word < tables->set_offsets[set + 1]; word++)
        for (guint bit = 0; bit < 32; bit++)
          {
            guint8 value = tables->set_words[word] >> bit & 1;

            g_array_append_val (bits, value);
          }
    }
  /* Where an empty set is the last one, or there is none. */
  g_array_append_val (bits, none);

  return pymva_onnx_writer_add_table (self->writer, ONNX__TENSOR_PROTO__DATA_TYPE__UINT8,
                                      bits->len, 0, bits->data);
}

/* What the tables have for the categories: 0 for a number with a fraction where sets want whole
 * ones. */
static const char *
write_lookup (Forest *self,
              const char *chosen,
              const char *within,
              gint64 *firsts,
              const double *takes_fractions)
{
  PymvaOnnxWriter *writer = self->writer;
  guint n = self->set_nodes->len;
  const char *bits = write_set_tables (self, firsts);
  const char *zero = pymva_onnx_writer_add_number (writer, TRUE, 0);
  const char *place = pymva_onnx_writer_add (writer, "Where", within, chosen, zero, NULL);
  const char *allowed;
  const char *whole;
  const char *found;

  /* To int64 the fraction is cut off. */
  place = pymva_onnx_write_cast (writer, place, ONNX__TENSOR_PROTO__DATA_TYPE__INT64);
  whole = pymva_onnx_write_cast (writer, place, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE);
  allowed = pymva_onnx_writer_add (
    writer, "Or",
    pymva_onnx_writer_add (writer, "Greater",
                           pymva_onnx_writer_add_row (writer, takes_fractions, n), zero, NULL),
    pymva_onnx_writer_add (writer, "Equal", chosen, whole, NULL), NULL);
  place = pymva_onnx_writer_add (
    writer, "Add", place,
    pymva_onnx_writer_add_table (writer, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, 1, n, firsts), NULL);
  found = pymva_onnx_writer_add (writer, "Gather", bits, place, NULL);
  found = pymva_onnx_write_cast (writer, found, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE);

  return pymva_onnx_writer_add (writer, "Where", allowed, found, zero, NULL);
}

/* For each set a column, 1 where the row goes left and 0 where it goes right. */
static const char *
write_set_columns (Forest *self,
                   const char *x)
{
  PymvaOnnxWriter *writer = self->writer;
  const PymvaForestTables *tables = self->tables;
  guint n = self->set_nodes->len;
  g_autofree guint *features = g_new (guint, n);
  g_autofree double *above = g_new (double, n);
  g_autofree double *ends = g_new (double, n);
  g_autofree double *beyond = g_new (double, n);
  g_autofree double *missing = g_new (double, n);
  g_autofree double *wholes = g_new (double, n);
  g_autofree gint64 *firsts = g_new (gint64, n);
  const char *chosen;
  const char *within;
  const char *found;

  for (guint i = 0; i < n; i++)
    {
      guint32 node = g_array_index (self->set_nodes, guint32, i);
      gint32 set = tables->sets[node];
      guint rules = pymva_forest_tables_get_missing (tables, node);
      gsize n_words = tables->set_offsets[set + 1] - tables->set_offsets[set];

      features[i] = tables->features[node];
      /* Not below -1, or not below 0: the last number that is. */
      above[i] = (rules & PYMVA_FOREST_TRUNCATES) != 0 ? -1 : nextafter (0, -1);
      ends[i] = 32.0 * n_words;
      wholes[i] = (rules & PYMVA_FOREST_WHOLE) != 0 ? 0 : 1;
      get_set_defaults (tables, node, &beyond[i], &missing[i]);
    }

  chosen = pymva_onnx_write_gather (writer, x, features, n);
  if (!self->is_double)
    chosen = pymva_onnx_write_cast (writer, chosen, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE);
  within = pymva_onnx_writer_add (
    writer, "And",
    pymva_onnx_writer_add (writer, "Greater", chosen, pymva_onnx_writer_add_row (writer, above, n),
                           NULL),
    pymva_onnx_writer_add (writer, "Less", chosen, pymva_onnx_writer_add_row (writer, ends, n),
                           NULL),
    NULL);
  found = write_lookup (self, chosen, within, firsts, wholes);
  found = pymva_onnx_writer_add (writer, "Where", within, found,
                                 pymva_onnx_writer_add_row (writer, beyond, n), NULL);
  found = pymva_onnx_writer_add (writer, "Where",
                                 pymva_onnx_writer_add (writer, "IsNaN", chosen, NULL),
                                 pymva_onnx_writer_add_row (writer, missing, n), found, NULL);

  return self->is_double ? found : pymva_onnx_write_cast (writer, found, get_type (self));
}

/* What the operator takes: float32 thresholds compare what is rounded. */
static const char *
write_inputs (Forest *self)
{
  PymvaOnnxWriter *writer = self->writer;
  PymvaOnnxColumns columns = self->stage->inputs;
  const char *parts[3];
  guint n_parts = 0;

  if (self->tables->floats != NULL && columns.is_double)
    columns = (PymvaOnnxColumns) { pymva_onnx_write_floats (writer, columns), FALSE };
  parts[n_parts++] = self->is_double ? pymva_onnx_write_doubles (writer, columns)
                                     : pymva_onnx_write_floats (writer, columns);
  if (self->small_features->len > 0)
    parts[n_parts++] = write_small_columns (self, parts[0]);
  if (self->set_nodes->len > 0)
    parts[n_parts++] = write_set_columns (self, parts[0]);

  return n_parts > 1 ? pymva_onnx_write_concat (writer, parts, n_parts) : parts[0];
}

/* --- nodes --- */

static void
append_node (Forest *self,
             gint64 tree,
             gint64 id,
             const char *mode,
             gint64 feature,
             double threshold,
             gint64 true_id,
             gint64 false_id,
             gint64 missing)
{
  const gint64 values[] = { tree, id, feature, true_id, false_id, missing };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_array_append_val (self->ints[i], values[i]);
  g_array_append_val (self->numbers, threshold);
  g_ptr_array_add (self->modes, (gpointer) mode);
}

static void
append_weight (Forest *self,
               gint64 tree,
               gint64 id,
               gint64 target,
               double weight)
{
  const gint64 values[] = { tree, id, target };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_array_append_val (self->weight_ints[i], values[i]);
  g_array_append_val (self->weights, weight);
}

static void
append_split (Forest *self,
              guint32 root,
              guint32 offset,
              gint64 tree)
{
  const PymvaForestTables *tables = self->tables;
  guint32 node = root + offset;
  guint rules = pymva_forest_tables_get_missing (tables, node);
  gboolean is_set = pymva_forest_node_is_set (tables, node);
  double threshold = is_set                   ? 0.5
                     : tables->floats != NULL ? tables->floats[node]
                                              : tables->doubles[node];
  gboolean left = (rules & PYMVA_FOREST_MISSING_LEFT) != 0;
  gint64 child = tables->children[node];

  /* Zero goes where it compares, unless it is missing itself. */
  if ((rules & PYMVA_FOREST_NAN_IS_ZERO) != 0 && (rules & PYMVA_FOREST_SMALL_IS_MISSING) == 0)
    left = 0 <= threshold;
  append_node (self, tree, offset, is_set ? "BRANCH_GT" : "BRANCH_LEQ", self->columns[node],
               threshold, child, child + 1, left && !is_set);
}

static void
append_leaf (Forest *self,
             guint32 root,
             guint32 offset,
             gint64 tree,
             gint64 number)
{
  const PymvaForestTables *tables = self->tables;
  gsize row = ~(guint32) tables->children[root + offset];
  guint n = tables->n_value_columns;
  guint first_tree = tables->base != NULL && !self->gives_leaves ? 1 : 0;

  append_node (self, tree, offset, "LEAF", 0, 0, 0, 0, 0);
  if (self->gives_leaves)
    append_weight (self, tree, offset, tree, number);
  else if (tables->tree_outputs != NULL)
    append_weight (self, tree, offset, tables->tree_outputs[tree - first_tree],
                   tables->values[row]);
  else
    for (guint i = 0; i < n; i++)
      append_weight (self, tree, offset, i, tables->values[row * n + i]);
}

/* The rows of the leaves that the trees give, in the order of their numbers, and the first number
 * of each tree. */
static void
append_trees (Forest *self,
              GArray *rows,
              gint64 *firsts)
{
  const PymvaForestTables *tables = self->tables;
  gint64 tree = 0;
  guint32 root = 0;

  if (tables->base != NULL && !self->gives_leaves)
    {
      append_node (self, tree, 0, "LEAF", 0, 0, 0, 0, 0);
      for (guint i = 0; i < tables->n_outputs; i++)
        append_weight (self, tree, 0, i, tables->base[i]);
      tree++;
    }

  for (guint32 i = 0; i < tables->n_trees; i++, tree++)
    {
      gint64 n_leaves = 0;

      firsts[i] = rows->len;
      for (gint32 offset = 0; offset < tables->node_counts[i]; offset++)
        if (tables->children[root + offset] >= 0)
          append_split (self, root, offset, tree);
        else
          {
            gint64 row = ~(guint32) tables->children[root + offset];

            append_leaf (self, root, offset, tree, n_leaves++);
            if (self->gives_leaves)
              g_array_append_val (rows, row);
          }
      root += tables->node_counts[i];
    }
}

/* --- the operator --- */

static void
set_numbers (Forest *self,
             const char *name,
             const char *tensor_name,
             const GArray *numbers)
{
  g_autofree float *floats = NULL;

  if (self->is_double)
    {
      pymva_onnx_writer_set_doubles (self->writer, tensor_name, (const double *) numbers->data,
                                     numbers->len);
      return;
    }

  floats = g_new (float, MAX (numbers->len, 1));
  for (guint i = 0; i < numbers->len; i++)
    floats[i] = (float) g_array_index (numbers, double, i);
  pymva_onnx_writer_set_floats (self->writer, name, floats, numbers->len);
}

static const char *
write_operator (Forest *self,
                const char *x,
                guint n_targets,
                gboolean averages)
{
  static const char *const names[] = { "nodes_treeids", "nodes_nodeids", "nodes_featureids",
                                       "nodes_truenodeids", "nodes_falsenodeids",
                                       "nodes_missing_value_tracks_true" };
  static const char *const weight_names[] = { "target_treeids", "target_nodeids", "target_ids" };
  PymvaOnnxWriter *writer = self->writer;
  const char *output = pymva_onnx_writer_add (writer, "TreeEnsembleRegressor", x, NULL);

  pymva_onnx_writer_set_domain (writer, "ai.onnx.ml");
  pymva_onnx_writer_set_int (writer, "n_targets", n_targets);
  pymva_onnx_writer_set_text (writer, "aggregate_function", averages ? "AVERAGE" : "SUM");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    pymva_onnx_writer_set_ints (writer, names[i], (const gint64 *) self->ints[i]->data,
                                self->ints[i]->len);
  for (guint i = 0; i < G_N_ELEMENTS (weight_names); i++)
    pymva_onnx_writer_set_ints (writer, weight_names[i],
                                (const gint64 *) self->weight_ints[i]->data,
                                self->weight_ints[i]->len);
  pymva_onnx_writer_set_texts (writer, "nodes_modes", (const char * const *) self->modes->pdata,
                               self->modes->len);
  set_numbers (self, "nodes_values", "nodes_values_as_tensor", self->numbers);
  set_numbers (self, "target_weights", "target_weights_as_tensor", self->weights);

  return output;
}

static const char *
divide (Forest *self,
        const char *sums,
        gboolean is_double)
{
  return pymva_onnx_writer_add (self->writer, "Div", sums,
                                pymva_onnx_writer_add_number (self->writer, is_double,
                                                              self->tables->divisor),
                                NULL);
}

static PymvaOnnxColumns
write_sums (Forest *self,
            const char *x)
{
  const PymvaForestTables *tables = self->tables;
  /* The operator divides by the number of trees, before it rounds. */
  gboolean averages =
    tables->averages && tables->base == NULL && tables->divisor == tables->n_trees;
  const char *sums = write_operator (self, x, tables->n_outputs, averages);
  PymvaOnnxColumns columns = { sums, FALSE };

  if (!tables->averages || averages)
    return columns;
  if (!self->is_double)
    return (PymvaOnnxColumns) { divide (self, sums, FALSE), FALSE };
  return (PymvaOnnxColumns) {
    divide (self, pymva_onnx_write_doubles (self->writer, columns), TRUE), TRUE
  };
}

/* The sum of one output: the values of the leaves that @places names, a column for each tree. */
static const char *
write_output_sum (Forest *self,
                  const char *places,
                  const GArray *rows,
                  guint output)
{
  PymvaOnnxWriter *writer = self->writer;
  const PymvaForestTables *tables = self->tables;
  guint n = tables->n_value_columns;
  g_autofree double *values = g_new (double, MAX (rows->len, 1));
  g_autofree guint *trees = g_new (guint, tables->n_trees);
  guint n_trees = 0;
  gint64 axis = 1;
  const char *found;

  for (guint i = 0; i < rows->len; i++)
    values[i] = tables->values[g_array_index (rows, gint64, i) * n + (n > 1 ? output : 0)];
  for (guint tree = 0; tree < tables->n_trees; tree++)
    if (tables->tree_outputs == NULL || (guint) tables->tree_outputs[tree] == output)
      trees[n_trees++] = tree;
  if (n_trees < tables->n_trees)
    places = pymva_onnx_write_gather (writer, places, trees, n_trees);

  found = pymva_onnx_writer_add (
    writer, "Gather",
    pymva_onnx_writer_add_table (writer, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, rows->len, 0,
                                 values),
    places, NULL);
  return n_trees == 1 ? found
                      : pymva_onnx_writer_add (
                          writer, "ReduceSum", found,
                          pymva_onnx_writer_add_list_of_ints (writer, &axis, 1), NULL);
}

/* Takes the values of the leaves from a table, and adds them in float64. */
static PymvaOnnxColumns
write_exact_sums (Forest *self,
                  const char *x,
                  const GArray *rows,
                  const gint64 *firsts)
{
  PymvaOnnxWriter *writer = self->writer;
  const PymvaForestTables *tables = self->tables;
  g_autofree const char **outputs = g_new (const char *, tables->n_outputs);
  const char *places;
  const char *sums;

  places = pymva_onnx_write_cast (writer, write_operator (self, x, tables->n_trees, FALSE),
                                  ONNX__TENSOR_PROTO__DATA_TYPE__INT64);
  places = pymva_onnx_writer_add (writer, "Add", places,
                                  pymva_onnx_writer_add_table (
                                    writer, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, 1,
                                    tables->n_trees, firsts),
                                  NULL);
  for (guint i = 0; i < tables->n_outputs; i++)
    outputs[i] = write_output_sum (self, places, rows, i);
  sums = pymva_onnx_write_concat (writer, outputs, tables->n_outputs);

  if (tables->base != NULL)
    sums = pymva_onnx_writer_add (
      writer, "Add", sums, pymva_onnx_writer_add_row (writer, tables->base, tables->n_outputs),
      NULL);
  return (PymvaOnnxColumns) { tables->averages ? divide (self, sums, TRUE) : sums, TRUE };
}

/* Whether each output that trees add to has one, which the numbers of leaves need not. */
static gboolean
all_outputs_have_trees (const PymvaForestTables *tables)
{
  g_autofree gboolean *found = g_new0 (gboolean, tables->n_outputs);

  for (guint32 i = 0; tables->tree_outputs != NULL && i < tables->n_trees; i++)
    found[tables->tree_outputs[i]] = TRUE;
  for (guint i = 0; tables->tree_outputs != NULL && i < tables->n_outputs; i++)
    if (!found[i])
      return FALSE;

  return TRUE;
}

PymvaOnnxColumns
pymva_onnx_write_forest (PymvaOnnxStage *stage)
{
  const PymvaForestTables *tables = pymva_stage_forest_get_tables (stage->stage);
  g_auto (Forest) self = { stage, stage->writer, tables };
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree gint64 *firsts = g_new0 (gint64, tables->n_trees);
  const char *x;

  self.is_double = tables->doubles != NULL || !tables->sums_are_floats;
  self.gives_leaves = stage->must_be_exact && !tables->sums_are_floats &&
                      tables->n_nodes < MOST_LEAVES && all_outputs_have_trees (tables);
  forest_init (&self);
  if (!choose_columns (&self))
    {
      stage->lacks = " has too many different sets of categories";
      return (PymvaOnnxColumns) { NULL };
    }

  append_trees (&self, rows, firsts);
  x = write_inputs (&self);
  return self.gives_leaves ? write_exact_sums (&self, x, rows, firsts) : write_sums (&self, x);
}
