/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "data/pymva-tensor-private.h"
#include "kernels/pymva-kernel-forest.h"
#include "pymva-forest-private.h"
#include "pymva-stage-private.h"

/* The stage "forest": each tree sends a row to one of its leaves, and the answer is the average of
 * the leaves' values, or their sum, both on top of a base, added in the order of the trees and in
 * the precision of the framework that grew them. */
typedef struct
{
  PymvaStage parent;
  /* What it points to belongs to this stage: the following, and what lies in the tables' tensors. */
  PymvaForest forest;
  PymvaForestTables tables;
  PymvaForestColumn *columns;
  guint32 *roots;
  PymvaNarrowNode *narrow;
  PymvaWideNode *wide;
  float *values;
  float *base;
} ForestStage;

/* --- columns --- */

static guint
get_missing (const PymvaForestTables *tables,
             guint32 node)
{
  return tables->missing != NULL ? tables->missing[node] : 0;
}

/* A category set looks at what is missing itself: for it, that stays NaN. */
static PymvaColumnRule
get_rule (const PymvaForestTables *tables,
          guint32 node)
{
  guint missing = get_missing (tables, node);
  gboolean left =
    (missing & PYMVA_FOREST_MISSING_LEFT) != 0 && !pymva_forest_node_is_set (tables, node);

  /* Where NaN is zero and zero is missing, both are missing. */
  if ((missing & PYMVA_FOREST_SMALL_IS_MISSING) != 0)
    return left ? PYMVA_COLUMN_SMALL_LEFT : PYMVA_COLUMN_SMALL_RIGHT;
  if ((missing & PYMVA_FOREST_NAN_IS_ZERO) != 0)
    return PYMVA_COLUMN_NAN_ZERO;
  return left ? PYMVA_COLUMN_NAN_LEFT : PYMVA_COLUMN_PLAIN;
}

/* Numbers the columns that splits compare: all inputs as they are if that will do, or else those
 * that occur. Gives the number of each by input and rule. */
static guint32 *
make_columns (ForestStage *self)
{
  const PymvaForestTables *tables = &self->tables;
  guint32 *numbers = g_new0 (guint32, (gsize) tables->n_inputs * PYMVA_N_COLUMN_RULES);
  gboolean plain = TRUE;
  guint32 n = 0;

  for (guint32 node = 0; node < tables->n_nodes; node++)
    if (tables->children[node] >= 0)
      {
        PymvaColumnRule rule = get_rule (tables, node);
        guint32 *number = &numbers[tables->features[node] * PYMVA_N_COLUMN_RULES + rule];

        plain &= rule == PYMVA_COLUMN_PLAIN;
        n += *number == 0;
        *number = 1;
      }

  self->forest.columns_are_inputs =
    plain && (n == 0 || tables->n_inputs <= PYMVA_NARROW_MOST_COLUMNS ||
              n > PYMVA_NARROW_MOST_COLUMNS);
  if (self->forest.columns_are_inputs)
    n = tables->n_inputs;

  self->columns = g_new (PymvaForestColumn, n);
  self->forest.columns = self->columns;
  self->forest.n_columns = n;
  n = 0;
  for (guint32 feature = 0; feature < tables->n_inputs; feature++)
    for (guint32 rule = 0; rule < PYMVA_N_COLUMN_RULES; rule++)
      {
        guint32 *number = &numbers[feature * PYMVA_N_COLUMN_RULES + rule];

        if (*number == 0 && (!self->forest.columns_are_inputs || rule != PYMVA_COLUMN_PLAIN))
          continue;
        *number = n;
        self->columns[n++] = (PymvaForestColumn) { feature, rule };
      }

  return numbers;
}

/* --- nodes --- */

static float
get_threshold (const PymvaForestTables *tables,
               guint32 node)
{
  return tables->floats != NULL ? tables->floats[node]
                                : pymva_forest_round_threshold (tables->doubles[node]);
}

static PymvaNarrowNode
make_narrow (const PymvaForestTables *tables,
             guint32 node,
             guint32 offset,
             guint32 column)
{
  gint32 child = tables->children[node];

  if (child < 0)
    return (PymvaNarrowNode) { .value = ~(guint32) child, .link = offset };
  return (PymvaNarrowNode) {
    .threshold = get_threshold (tables, node),
    .link = PYMVA_NODE_INNER | column << PYMVA_NARROW_CHILD_BITS | (guint32) child,
  };
}

static PymvaWideNode
make_wide (const PymvaForestTables *tables,
           guint32 node,
           guint32 offset,
           guint32 column)
{
  gint32 child = tables->children[node];
  guint missing = get_missing (tables, node);
  PymvaWideNode made = { .column = column | PYMVA_NODE_INNER, .child = child };

  if (child < 0)
    return (PymvaWideNode) { .value = ~(guint32) child, .child = offset };
  if (!pymva_forest_node_is_set (tables, node))
    {
      made.threshold = get_threshold (tables, node);
      return made;
    }

  made.set = tables->sets[node];
  made.column |= PYMVA_WIDE_SET;
  if ((missing & PYMVA_FOREST_MISSING_LEFT) != 0)
    made.column |= PYMVA_WIDE_MISSING_LEFT;
  if ((missing & PYMVA_FOREST_BEYOND_IS_MISSING) != 0)
    made.column |= PYMVA_WIDE_BEYOND_MISSING;
  if ((missing & PYMVA_FOREST_TRUNCATES) != 0)
    made.column |= PYMVA_WIDE_TRUNCATES;
  return made;
}

static gboolean
needs_wide (const ForestStage *self)
{
  const PymvaForestTables *tables = &self->tables;

  if (tables->sets != NULL || self->forest.n_columns > PYMVA_NARROW_MOST_COLUMNS)
    return TRUE;

  for (guint32 tree = 0; tree < tables->n_trees; tree++)
    if ((guint32) tables->node_counts[tree] > PYMVA_NARROW_MOST_NODES)
      return TRUE;
  return FALSE;
}

static void
make_nodes (ForestStage *self)
{
  const PymvaForestTables *tables = &self->tables;
  g_autofree guint32 *numbers = make_columns (self);
  guint32 node = 0;

  self->roots = g_new (guint32, tables->n_trees);
  if (needs_wide (self))
    self->wide = g_new (PymvaWideNode, tables->n_nodes);
  else
    self->narrow = g_new (PymvaNarrowNode, tables->n_nodes);

  for (guint32 tree = 0; tree < tables->n_trees; tree++)
    {
      guint32 count = tables->node_counts[tree];

      self->roots[tree] = node;
      for (guint32 offset = 0; offset < count; offset++, node++)
        {
          guint32 column = 0;

          if (tables->children[node] >= 0)
            column = numbers[tables->features[node] * PYMVA_N_COLUMN_RULES +
                             get_rule (tables, node)];
          if (self->wide != NULL)
            self->wide[node] = make_wide (tables, node, offset, column);
          else
            self->narrow[node] = make_narrow (tables, node, offset, column);
        }
    }
}

/* --- the stage --- */

static float *
round_doubles (const double *values,
               gsize n_values)
{
  float *rounded = g_new (float, n_values);

  for (gsize i = 0; i < n_values; i++)
    rounded[i] = (float) values[i];

  return rounded;
}

/* What leaves add, in the type that they are added in. */
static void
make_values (ForestStage *self)
{
  const PymvaForestTables *tables = &self->tables;

  if (tables->sums_are_floats)
    {
      self->values = round_doubles (tables->values, (gsize) tables->n_values *
                                                      tables->n_value_columns);
      if (tables->base != NULL)
        self->base = round_doubles (tables->base, tables->n_outputs);
    }
  self->forest.values = tables->sums_are_floats ? (gconstpointer) self->values : tables->values;
  self->forest.base = tables->sums_are_floats ? (gconstpointer) self->base : tables->base;
}

static void
forest_free (PymvaStage *stage)
{
  ForestStage *self = (ForestStage *) stage;

  pymva_forest_tables_clear (&self->tables);
  g_free (self->columns);
  g_free (self->roots);
  g_free (self->narrow);
  g_free (self->wide);
  g_free (self->values);
  g_free (self->base);
  g_free (self);
}

static PymvaStage *
forest_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  ForestStage *self = g_new0 (ForestStage, 1);
  g_autoptr (PymvaStage) stage = &self->parent;
  PymvaForestTables *tables = &self->tables;

  stage->klass = &pymva_stage_forest_class;
  if (!pymva_forest_tables_read (tables, description, tensors, n_inputs, error))
    return NULL;

  self->forest = (PymvaForest) {
    .n_inputs = n_inputs,
    .n_outputs = tables->n_outputs,
    .n_trees = tables->n_trees,
    .thresholds = tables->doubles,
    .set_offsets = tables->set_offsets,
    .set_words = tables->set_words,
    .sums_are_floats = tables->sums_are_floats,
    .n_value_columns = tables->n_value_columns,
    .tree_outputs = tables->tree_outputs,
    .divisor = tables->averages ? tables->divisor : 0,
  };
  make_nodes (self);
  make_values (self);
  self->forest.roots = self->roots;
  self->forest.narrow = self->narrow;
  self->forest.wide = self->wide;

  stage->n_inputs = n_inputs;
  stage->n_outputs = tables->n_outputs;
  stage->row_scratch = pymva_forest_get_row_scratch (&self->forest);
  return g_steal_pointer (&stage);
}

static void
forest_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const ForestStage *self = (const ForestStage *) stage;

  pymva_forest_run_portable (&self->forest, inputs->floats, inputs->doubles, outputs, n_rows,
                             scratch);
}

const PymvaStageClass pymva_stage_forest_class = {
  .kind = "forest",
  .engine = TRUE,
  .exact = TRUE,
  .new = forest_new,
  .free = forest_free,
  .run = forest_run,
};
