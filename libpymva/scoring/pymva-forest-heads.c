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

/* What a node compares, as it is sorted. */
typedef struct
{
  guint64 key;
  double threshold;
  /* Its place among all nodes of heads. */
  guint32 place;
} Item;

/* A column's key: what its byte of a row depends on. */
#define KEY_IS_SET (G_GUINT64_CONSTANT (1) << 63)
#define KEY_SET_SHIFT 32
#define KEY_FEATURE_SHIFT 8
#define KEY_RULE_SHIFT 5
#define KEY_WHOLE 2

static guint64
get_key (const PymvaForestTables *tables,
         guint32 node)
{
  guint missing = pymva_forest_tables_get_missing (tables, node);
  guint64 key = (guint64) tables->features[node] << KEY_FEATURE_SHIFT |
                (guint64) pymva_forest_tables_get_rule (tables, node, FALSE) << KEY_RULE_SHIFT;

  if (!pymva_forest_node_is_set (tables, node))
    return key;
  /* The rest of what is missing is in the rule, whose place the last bit would take. */
  return key | KEY_IS_SET | (guint64) tables->sets[node] << KEY_SET_SHIFT |
         ((missing & PYMVA_FOREST_WHOLE) != 0 ? KEY_WHOLE : 0) |
         (missing &
          (PYMVA_FOREST_MISSING_LEFT | PYMVA_FOREST_BEYOND_IS_MISSING | PYMVA_FOREST_TRUNCATES));
}

static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  const Item *first = a;
  const Item *second = b;

  if (first->key != second->key)
    return first->key < second->key ? -1 : 1;
  return (first->threshold > second->threshold) - (first->threshold < second->threshold);
}

/* Puts a tree's upper nodes in the places of a heap. */
static void
fill_heap (PymvaForestHeads *self,
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

/* Sorts the cuts of all nodes of heads, and numbers them. */
static void
find_cuts (PymvaForestHeads *self,
           const PymvaForestTables *tables)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Item));
  guint32 n_places = tables->n_trees * self->n_places;
  const Item *last = NULL;

  for (guint32 place = 0; place < n_places; place++)
    {
      guint32 node = self->nodes[place];
      Item item = { .place = place };

      self->cuts[place] = PYMVA_FOREST_NONE;
      if (node == PYMVA_FOREST_NONE)
        continue;
      item.key = get_key (tables, node);
      if (!pymva_forest_node_is_set (tables, node))
        item.threshold =
          tables->doubles != NULL ? tables->doubles[node] : (double) tables->floats[node];
      g_array_append_val (items, item);
    }
  g_array_sort (items, compare_items);

  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = &g_array_index (items, Item, i);

      if (last == NULL || compare_items (last, item) != 0)
        {
          PymvaForestCut cut = { item->key, item->threshold, self->nodes[item->place], 0 };

          self->n_columns += last == NULL || last->key != item->key;
          cut.column = self->n_columns - 1;
          g_array_append_val (self->distinct, cut);
        }
      self->cuts[item->place] = self->distinct->len - 1;
      last = item;
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
  g_autofree guint8 *levels = g_new (guint8, most_nodes);
  g_autofree guint32 *depths = g_new0 (guint32, most_nodes);
  Measures measures = { 0 };
  double sum_depths = 0;
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

          if (child >= 0)
            depths[child] = depths[child + 1] = depths[i] + 1;
          else
            sum_depths += depths[i];
          n_splits += child >= 0;
        }
      measures.most_splits = MAX (measures.most_splits, n_splits - n_before);
      measures.most_levels = MAX (measures.most_levels, tree_levels);
      root += count;
    }

  measures.mean_depth = sum_depths / (tables->n_nodes - n_splits);
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

/* Puts a tree's splits into places in their order. */
static void
fill_splits (PymvaForestHeads *self,
             const PymvaForestTables *tables,
             guint32 tree,
             guint32 root,
             guint32 *nodes)
{
  guint n = 0;

  for (gint32 i = 0; i < tables->node_counts[tree]; i++)
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
  guint32 root = 0;

  *self = (PymvaForestHeads) { 0 };
  choose_places (self, tables, limits);
  self->nodes = g_new (guint32, (gsize) tables->n_trees * self->n_places);
  self->cuts = g_new (guint32, (gsize) tables->n_trees * self->n_places);
  self->distinct = g_array_new (FALSE, FALSE, sizeof (PymvaForestCut));

  for (guint32 tree = 0; tree < tables->n_trees && self->n_places > 0; tree++)
    {
      guint32 *nodes = self->nodes + (gsize) tree * self->n_places;

      if (self->jumps)
        fill_splits (self, tables, tree, root, nodes);
      else
        fill_heap (self, tables, root, nodes);
      root += tables->node_counts[tree];
    }
  find_cuts (self, tables);
}

guint32
pymva_forest_heads_find_place (const PymvaForestHeads *self,
                               guint32 tree,
                               guint32 node)
{
  const guint32 *nodes = self->nodes + (gsize) tree * self->n_places;
  guint32 place = 0;

  while (nodes[place] != node)
    place++;

  return place;
}

void
pymva_forest_heads_clear (PymvaForestHeads *self)
{
  g_clear_pointer (&self->nodes, g_free);
  g_clear_pointer (&self->cuts, g_free);
  g_clear_pointer (&self->distinct, g_array_unref);
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
