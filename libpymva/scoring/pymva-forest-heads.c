/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-forest-heads-private.h"

/* Where leaves lie deeper, so much is left to walk that heads do not pay. */
#define MOST_MEAN_DEPTH 10

/* The memory that places may take, with all that is made of them: some, and more for large tables.
 * What a place takes, and what the tables do. */
#define LEAST_BUDGET (16.0 * 1024 * 1024)
#define TABLE_SHARE 4
#define PLACE_BYTES 40.0
#define NODE_BYTES 16.0

/* Puts a tree's upper nodes in the places of a heap. */
static void
fill_heap (const PymvaForestHeads *self,
           const PymvaForestTables *tables,
           guint32 root,
           guint32 *nodes)
{
  guint first_below = (self->n_places - 1) / 2;

  nodes[0] = tables->children[root] >= 0 ? root : PYMVA_FOREST_NONE;
  for (guint place = 0; place < first_below; place++)
    for (guint side = 0; side < 2; side++)
      {
        guint32 *below = &nodes[2 * place + 1 + side];

        *below = PYMVA_FOREST_NONE;
        if (nodes[place] != PYMVA_FOREST_NONE)
          {
            guint32 child = root + tables->children[nodes[place]] + side;

            if (tables->children[child] >= 0)
              *below = child;
          }
      }
}

/* What is known of the trees when their places are chosen. */
typedef struct
{
  guint32 most_splits;
  guint most_levels;
  /* How deep leaves lie on average. */
  double mean_depth;
} Measures;

static Measures
measure_trees (const PymvaForestTables *tables)
{
  guint32 most_nodes = pymva_forest_tables_find_most_nodes (tables);
  g_autofree guint8 *levels = g_new (guint8, most_nodes + 1);
  /* Behind the last node, what is below leaves. */
  g_autofree guint32 *depths = g_new0 (guint32, most_nodes + 2);
  Measures measures = { 0 };
  guint64 sum_depths = 0;
  guint32 n_splits = 0;
  guint32 root = 0;

  for (guint32 tree = 0; tree < tables->n_trees; tree++)
    {
      guint32 count = tables->node_counts[tree];
      guint tree_levels = pymva_forest_tables_count_levels (tables, root, count, levels);
      guint32 n_before = n_splits;

      depths[0] = 0;
      for (guint32 i = 0; i < count; i++)
        {
          gint32 child = tables->children[root + i];
          guint32 below = child >= 0 ? (guint32) child : most_nodes;

          depths[below] = depths[below + 1] = depths[i] + 1;
          sum_depths += child >= 0 ? 0 : depths[i];
          n_splits += child >= 0;
        }
      measures.most_splits = MAX (measures.most_splits, n_splits - n_before);
      measures.most_levels = MAX (measures.most_levels, tree_levels);
      root += count;
    }

  measures.mean_depth = (double) sum_depths / (tables->n_nodes - n_splits);
  return measures;
}

/* Whether so many places for each tree, and all that is made of them, take memory in proportion to
 * the tables: a file may have very many small trees, and a large one. */
static gboolean
can_afford (const PymvaForestTables *tables,
            guint n_places)
{
  double values = (double) tables->n_values * tables->n_value_columns;
  double size = NODE_BYTES * tables->n_nodes + sizeof (double) * values;

  return PLACE_BYTES * n_places * tables->n_trees <= LEAST_BUDGET + TABLE_SHARE * size;
}

static gboolean
try_jumps (PymvaForestHeads *self,
           const PymvaForestTables *tables,
           guint32 most_splits)
{
  if (most_splits > PYMVA_JUMPS_MOST_SPLITS)
    return FALSE;

  for (self->n_places = 8; self->n_places < most_splits;)
    self->n_places *= 2;
  self->jumps = can_afford (tables, self->n_places);
  return self->jumps;
}

static gboolean
try_levels (PymvaForestHeads *self,
            const PymvaForestTables *tables,
            guint n_levels)
{
  self->n_levels = n_levels;
  self->n_places = (1u << n_levels) - 1;
  return can_afford (tables, self->n_places);
}

/* Chooses what is compared of the trees: the best of what the kernel can do, and the memory
 * allows. */
static void
choose_places (PymvaForestHeads *self,
               const PymvaForestTables *tables,
               PymvaForestLimits limits)
{
  Measures measures = measure_trees (tables);
  guint levels = measures.most_levels;

  self->most_levels = levels;
  if (levels <= PYMVA_SHALLOW_LEVELS && try_levels (self, tables, PYMVA_SHALLOW_LEVELS))
    return;
  if (levels > PYMVA_MOST_LEVELS && limits.jumps && try_jumps (self, tables, measures.most_splits))
    return;
  if (levels > PYMVA_MOST_LEVELS && levels <= PYMVA_TAIL_LEVELS &&
      try_levels (self, tables, PYMVA_TAIL_LEVELS))
    return;
  if (levels > PYMVA_SHALLOW_LEVELS && measures.mean_depth <= MOST_MEAN_DEPTH &&
      try_levels (self, tables, PYMVA_MOST_LEVELS))
    return;

  self->n_levels = 0;
  self->n_places = 0;
}

/* Puts a tree's splits into places in their order, the root first. Where the root is a leaf, no row
 * comes to any other node that there may be. */
static void
fill_splits (const PymvaForestHeads *self,
             const PymvaForestTables *tables,
             guint32 tree,
             guint32 root,
             guint32 *nodes)
{
  gint32 count = tables->children[root] >= 0 ? tables->node_counts[tree] : 0;
  guint n = 0;

  for (gint32 i = 0; i < count; i++)
    if (tables->children[root + i] >= 0)
      nodes[n++] = root + i;
  while (n < self->n_places)
    nodes[n++] = PYMVA_FOREST_NONE;
}

void
pymva_forest_heads_init (PymvaForestHeads *self,
                         const PymvaForestTables *tables,
                         PymvaForestLimits limits)
{
  *self = (PymvaForestHeads) { 0 };
  choose_places (self, tables, limits);
  self->whole = self->jumps || self->most_levels <= self->n_levels;
}

void
pymva_forest_heads_find_nodes (const PymvaForestHeads *self,
                               const PymvaForestTables *tables,
                               guint32 tree,
                               guint32 root,
                               guint32 *nodes)
{
  if (self->jumps)
    fill_splits (self, tables, tree, root, nodes);
  else
    fill_heap (self, tables, root, nodes);
}

void
pymva_forest_heads_find_exits (const PymvaForestTables *tables,
                               guint32 root,
                               guint n_levels,
                               guint32 *exits)
{
  exits[0] = 0;
  /* Each level from its end on, so that nothing is overwritten before it has been read. */
  for (guint level = 0; level < n_levels; level++)
    for (guint i = 1u << level; i-- > 0;)
      {
        guint32 node = exits[i];
        gint32 child = tables->children[root + node];

        exits[2 * i + 1] = child >= 0 ? (guint32) child + 1 : node;
        exits[2 * i] = child >= 0 ? (guint32) child : node;
      }
}
