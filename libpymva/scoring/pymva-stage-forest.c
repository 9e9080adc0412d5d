/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"

/* The stage "forest": each tree sends a row to one of its leaves, and the answer is the average of
 * the leaves' values, or their sum and a base, added in double and in the order of the trees, as
 * scikit-learn does it.
 *
 * A node compares in float32: x <= threshold goes left, everything else right, NaN too unless the
 * table "missing_left" says otherwise. Two siblings lie side by side, so one index names both. */
typedef struct
{
  union
  {
    float threshold;
    guint32 value; /* of a leaf: its row in the values */
  };
  /* The feature's number, and the bits below. */
  guint32 feature;
  /* The left child; of a leaf: itself, so that a walk may go on without harm. */
  guint32 next;
} Node;

#define INNER_SHIFT 31
#define MISSING_LEFT_SHIFT 30
#define FEATURE_MASK ((1u << MISSING_LEFT_SHIFT) - 1)

/* So many walks are under way at once: a walk alone waits for memory at every step. */
#define LANES 8
/* Steps between two looks at whether all walks have ended. */
#define STRIDE 4

typedef struct
{
  PymvaStage parent;
  gboolean has_missing;
  Node *nodes;
  guint32 *roots;
  guint32 n_trees;
  PymvaTensor *values;
  /* What the values are added to, or NULL for zero. */
  PymvaTensor *base;
  gboolean averages;
} Forest;

/* --- making --- */

/* The tables as the file names them; nodes count from the root of their tree. */
typedef struct
{
  PymvaTensor *node_counts;
  PymvaTensor *children;
  PymvaTensor *features;
  PymvaTensor *thresholds;
  PymvaTensor *values;
  PymvaTensor *missing_left;

  /* What lies in those that have one number per node: asking a tensor each time would take longer
   * than all the rest. */
  const gint32 *child;
  const gint32 *feature;
  const float *threshold;
  const guint8 *goes_left;
  guint32 n_values;
} Tables;

static void
tables_clear (Tables *tables)
{
  g_clear_object (&tables->node_counts);
  g_clear_object (&tables->children);
  g_clear_object (&tables->features);
  g_clear_object (&tables->thresholds);
  g_clear_object (&tables->values);
  g_clear_object (&tables->missing_left);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tables, tables_clear)

static gboolean
read_tables (JsonObject *description,
             GHashTable *tensors,
             Tables *tables,
             gboolean *averages,
             GError **error)
{
  const char *aggregation = "average";
  gint64 n_nodes;

  if (!pymva_json_read_string (description, "aggregation", FALSE, &aggregation, error) ||
      !pymva_stage_read_tensor (description, tensors, "node_counts", TRUE, PYMVA_DTYPE_INT32, 1,
                                &tables->node_counts, error) ||
      !pymva_stage_read_tensor (description, tensors, "children", TRUE, PYMVA_DTYPE_INT32, 1,
                                &tables->children, error))
    return FALSE;
  *averages = g_str_equal (aggregation, "average");
  if (!*averages && !g_str_equal (aggregation, "sum"))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no aggregation “%s”",
                   aggregation);
      return FALSE;
    }

  n_nodes = pymva_tensor_get_length (tables->children, 0);
  if (n_nodes >= G_MAXINT32 || pymva_tensor_get_length (tables->node_counts, 0) == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "it has no trees, or more than 2147483646 nodes");
      return FALSE;
    }

  if (!pymva_stage_read_columns (description, tensors, "features", TRUE, PYMVA_DTYPE_INT32,
                                 n_nodes, &tables->features, error) ||
      !pymva_stage_read_columns (description, tensors, "thresholds", TRUE, PYMVA_DTYPE_FLOAT32,
                                 n_nodes, &tables->thresholds, error) ||
      !pymva_stage_read_columns (description, tensors, "missing_left", FALSE, PYMVA_DTYPE_UINT8,
                                 n_nodes, &tables->missing_left, error) ||
      !pymva_stage_read_tensor (description, tensors, "values", TRUE, PYMVA_DTYPE_FLOAT64, 2,
                                &tables->values, error))
    return FALSE;

  tables->child = pymva_tensor_peek_data (tables->children);
  tables->feature = pymva_tensor_peek_data (tables->features);
  tables->threshold = pymva_tensor_peek_data (tables->thresholds);
  if (tables->missing_left != NULL)
    tables->goes_left = pymva_tensor_peek_data (tables->missing_left);
  tables->n_values = pymva_tensor_get_length (tables->values, 0);

  return TRUE;
}

/* Makes one node, and checks that whatever it holds leads on within its tree or to a value. */
static gboolean
make_node (Forest *self,
           const Tables *tables,
           guint32 root,
           guint32 offset,
           guint32 count,
           GError **error)
{
  guint32 index = root + offset;
  gint32 child = tables->child[index];
  gint32 feature = tables->feature[index];
  Node *node = &self->nodes[index];

  if (child < 0)
    {
      /* Not -child - 1, which would overflow. */
      node->value = ~(guint32) child;
      node->next = index;
      if (node->value < tables->n_values)
        return TRUE;
    }
  else if ((guint32) child > offset && (guint32) child < count - 1 && feature >= 0 &&
           (guint32) feature < self->parent.n_inputs)
    {
      node->threshold = tables->threshold[index];
      node->feature = (guint32) feature | 1u << INNER_SHIFT;
      node->next = root + child;
      if (tables->goes_left != NULL && tables->goes_left[index] != 0)
        {
          node->feature |= 1u << MISSING_LEFT_SHIFT;
          self->has_missing = TRUE;
        }
      return TRUE;
    }

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "node %u of the tree that starts at %u has no such child, feature or value", offset,
               root);
  return FALSE;
}

static gboolean
make_trees (Forest *self,
            const Tables *tables,
            GError **error)
{
  const gint32 *counts = pymva_tensor_peek_data (tables->node_counts);
  guint32 n_nodes = pymva_tensor_get_length (tables->children, 0);
  guint32 root = 0;

  self->n_trees = pymva_tensor_get_length (tables->node_counts, 0);
  self->roots = g_new (guint32, self->n_trees);
  self->nodes = g_new0 (Node, n_nodes);

  for (guint32 tree = 0; tree < self->n_trees; tree++)
    {
      if (counts[tree] <= 0 || (guint32) counts[tree] > n_nodes - root)
        break;

      self->roots[tree] = root;
      for (guint32 offset = 0; offset < (guint32) counts[tree]; offset++)
        if (!make_node (self, tables, root, offset, counts[tree], error))
          return FALSE;
      root += counts[tree];
      if (tree + 1 == self->n_trees && root == n_nodes)
        return TRUE;
    }

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "its “node_counts” do not add up to its nodes");
  return FALSE;
}

static void
forest_free (PymvaStage *stage)
{
  Forest *self = (Forest *) stage;

  g_free (self->nodes);
  g_free (self->roots);
  g_clear_object (&self->values);
  g_clear_object (&self->base);
  g_free (self);
}

static PymvaStage *
forest_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  Forest *self = g_new0 (Forest, 1);
  g_autoptr (PymvaStage) stage = &self->parent;
  g_auto (Tables) tables = { NULL };
  gint64 n_outputs;

  stage->klass = &pymva_stage_forest_class;
  stage->n_inputs = n_inputs;
  stage->row_scratch = n_inputs * sizeof (float);
  if (!read_tables (description, tensors, &tables, &self->averages, error))
    return NULL;

  n_outputs = pymva_tensor_get_length (tables.values, 1);
  if (n_outputs < 1 || n_outputs > PYMVA_STAGE_MOST_COLUMNS)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "its “values” have no columns, or too many");
      return NULL;
    }
  stage->n_outputs = n_outputs;
  if (!pymva_stage_read_columns (description, tensors, "base", FALSE, PYMVA_DTYPE_FLOAT64,
                                 n_outputs, &self->base, error) ||
      !make_trees (self, &tables, error))
    return NULL;

  self->values = g_object_ref (tables.values);
  return g_steal_pointer (&stage);
}

/* --- running --- */

/* One step of one walk. The comparison is made in leaves too, where it does not count. */
static inline guint32
take_step (const Node *node,
           const float *x,
           gboolean missing)
{
  float value = x[node->feature & FEATURE_MASK];
  guint32 right = !(value <= node->threshold);

  if (missing)
    right &= ~((value != value) & (node->feature >> MISSING_LEFT_SHIFT));

  return node->next + (right & node->feature >> INNER_SHIFT);
}

/* Walks from each lane's node to its leaf. */
static inline __attribute__ ((always_inline)) void
walk (const Node *nodes,
      guint32 indices[LANES],
      const float *const x[LANES],
      gboolean missing)
{
  guint32 inner;

  do
    {
      for (guint step = 0; step < STRIDE; step++)
        for (guint lane = 0; lane < LANES; lane++)
          indices[lane] = take_step (&nodes[indices[lane]], x[lane], missing);

      inner = 0;
      for (guint lane = 0; lane < LANES; lane++)
        inner |= nodes[indices[lane]].feature;
    }
  while (inner >> INNER_SHIFT);
}

static inline void
add_leaf (const Forest *self,
          const double *values,
          guint32 index,
          double *sums)
{
  guint n = self->parent.n_outputs;
  const double *leaf = values + (gsize) self->nodes[index].value * n;

  for (guint i = 0; i < n; i++)
    sums[i] += leaf[i];
}

/* One row through all trees, LANES of them at once. */
static inline __attribute__ ((always_inline)) void
sum_row (const Forest *self,
         const double *values,
         const float *row,
         double *sums,
         gboolean missing)
{
  const float *x[LANES];

  for (guint lane = 0; lane < LANES; lane++)
    x[lane] = row;

  for (guint32 tree = 0; tree < self->n_trees; tree += LANES)
    {
      guint32 n_lanes = MIN (LANES, self->n_trees - tree);
      guint32 indices[LANES];

      for (guint lane = 0; lane < LANES; lane++)
        indices[lane] = self->roots[MIN (tree + lane, self->n_trees - 1)];
      walk (self->nodes, indices, x, missing);
      for (guint lane = 0; lane < n_lanes; lane++)
        add_leaf (self, values, indices[lane], sums);
    }
}

/* One tree after the other, so that each is fetched once, with LANES rows at once. */
static inline __attribute__ ((always_inline)) void
sum_rows (const Forest *self,
          const double *values,
          const float *rows,
          gsize n_rows,
          double *sums,
          gboolean missing)
{
  guint n_inputs = self->parent.n_inputs;
  guint n_outputs = self->parent.n_outputs;

  for (guint32 tree = 0; tree < self->n_trees; tree++)
    for (gsize row = 0; row < n_rows; row += LANES)
      {
        gsize n_lanes = MIN (LANES, n_rows - row);
        const float *x[LANES];
        guint32 indices[LANES];

        for (guint lane = 0; lane < LANES; lane++)
          {
            indices[lane] = self->roots[tree];
            x[lane] = rows + MIN (row + lane, n_rows - 1) * n_inputs;
          }
        walk (self->nodes, indices, x, missing);
        for (guint lane = 0; lane < n_lanes; lane++)
          add_leaf (self, values, indices[lane], sums + (row + lane) * n_outputs);
      }
}

static gboolean
has_nan (const float *values,
         gsize n_values)
{
  for (gsize i = 0; i < n_values; i++)
    if (isnan (values[i]))
      return TRUE;
  return FALSE;
}

static void
forest_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const Forest *self = (const Forest *) stage;
  const double *values = pymva_tensor_peek_data (self->values);
  const double *base = self->base != NULL ? pymva_tensor_peek_data (self->base) : NULL;
  gsize n_values = n_rows * stage->n_inputs;
  const float *rows = pymva_columns_get_floats (inputs, n_values, scratch);
  gboolean missing = self->has_missing && has_nan (rows, n_values);
  gsize n_outputs = n_rows * stage->n_outputs;

  for (gsize i = 0; i < n_outputs; i++)
    outputs[i] = base != NULL ? base[i % stage->n_outputs] : 0;

  if (n_rows < LANES)
    for (gsize row = 0; row < n_rows; row++)
      {
        const float *x = rows + row * stage->n_inputs;
        double *sums = outputs + row * stage->n_outputs;

        if (missing)
          sum_row (self, values, x, sums, TRUE);
        else
          sum_row (self, values, x, sums, FALSE);
      }
  else if (missing)
    sum_rows (self, values, rows, n_rows, outputs, TRUE);
  else
    sum_rows (self, values, rows, n_rows, outputs, FALSE);

  if (self->averages)
    for (gsize i = 0; i < n_outputs; i++)
      outputs[i] /= self->n_trees;
}

const PymvaStageClass pymva_stage_forest_class = {
  .kind = "forest",
  .engine = TRUE,
  .exact = TRUE,
  .new = forest_new,
  .free = forest_free,
  .run = forest_run,
};
