/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-forest-blocks-private.h"
#include "pymva-forest-nodes-private.h"

/* Making the nodes of trees. */
typedef struct
{
  PymvaForestNodes *nodes;
  PymvaForestTables *tables;
  const PymvaForestBlock *blocks;
  guint32 n_blocks;
  /* Of the trees that are walked: how many nodes they have in all, and at most. */
  gsize n_nodes;
  guint32 most_nodes;
  /* By input and rule, the number of the column. */
  guint32 *numbers;
  /* Of a tree that is being made. */
  guint8 *levels;
  guint32 *places;
  /* The first node that the tables have not lost since it was made. */
  guint32 kept;
} Making;

/* --- columns --- */

/* A node's place among all inputs and rules. */
static gsize
get_place (const PymvaForestTables *tables,
           guint32 node)
{
  return (gsize) tables->features[node] * PYMVA_N_COLUMN_RULES +
         pymva_forest_tables_get_rule (tables, node, TRUE);
}

/* Marks the columns that some nodes compare, and a place behind all, in which leaves are. */
static void
find_columns (const PymvaForestTables *tables,
              guint32 first,
              guint32 n_nodes,
              guint32 *numbers)
{
  gsize none = (gsize) tables->n_inputs * PYMVA_N_COLUMN_RULES;

  for (guint32 node = first; node < first + n_nodes; node++)
    {
      gsize place = get_place (tables, node);

      numbers[tables->children[node] >= 0 ? place : none] = 1;
    }
}

/* Finds the columns that are compared, and measures the trees that are walked. Where columns will
 * be the inputs, whichever are compared, that need not be known. */
static void
measure_trees (Making *making)
{
  const PymvaForestTables *tables = making->tables;
  gboolean matters = tables->missing != NULL || tables->n_inputs > PYMVA_NARROW_MOST_COLUMNS;
  guint32 root = 0;

  making->numbers = g_new0 (guint32, (gsize) tables->n_inputs * PYMVA_N_COLUMN_RULES + 1);
  for (guint32 i = 0; i < making->n_blocks; i++)
    {
      const PymvaForestBlock *block = &making->blocks[i];
      guint32 n_nodes = pymva_forest_block_count_nodes (block, tables);

      if (pymva_forest_block_is_walked (block))
        {
          if (matters)
            find_columns (tables, root, n_nodes, making->numbers);
          making->n_nodes += n_nodes;
          for (guint32 j = 0; j < block->n_trees; j++)
            making->most_nodes = MAX (making->most_nodes,
                                      (guint32) tables->node_counts[block->first_tree + j]);
        }
      root += n_nodes;
    }
}

/* Numbers the columns that splits compare: all inputs as they are if that will do, or else those
 * that occur. */
static void
make_columns (Making *making)
{
  PymvaForestNodes *self = making->nodes;
  const PymvaForestTables *tables = making->tables;
  gsize n_places = (gsize) tables->n_inputs * PYMVA_N_COLUMN_RULES;
  gboolean plain = TRUE;
  guint32 n = 0;

  for (gsize place = 0; place < n_places; place++)
    {
      plain &= making->numbers[place] == 0 || place % PYMVA_N_COLUMN_RULES == PYMVA_COLUMN_PLAIN;
      n += making->numbers[place];
    }

  self->columns_are_inputs =
    plain && (n == 0 || tables->n_inputs <= PYMVA_NARROW_MOST_COLUMNS ||
              n > PYMVA_NARROW_MOST_COLUMNS);
  if (self->columns_are_inputs)
    n = tables->n_inputs;

  self->columns = g_new (PymvaForestColumn, n);
  self->n_columns = n;
  n = 0;
  for (guint32 feature = 0; feature < tables->n_inputs; feature++)
    for (guint32 rule = 0; rule < PYMVA_N_COLUMN_RULES; rule++)
      {
        guint32 *number = &making->numbers[feature * PYMVA_N_COLUMN_RULES + rule];

        if (*number == 0 && (!self->columns_are_inputs || rule != PYMVA_COLUMN_PLAIN))
          continue;
        *number = n;
        self->columns[n++] = (PymvaForestColumn) { feature, rule };
      }
}

/* --- nodes --- */

static PymvaNarrowNode
make_narrow (const PymvaForestTables *tables,
             guint32 node,
             guint32 step,
             guint32 column)
{
  return (PymvaNarrowNode) {
    .number = pymva_narrow_make_key (pymva_forest_tables_get_threshold (tables, node)),
    .link = column | (step + 1) << PYMVA_NARROW_STEP_SHIFT,
  };
}

static PymvaWideNode
make_wide (const PymvaForestTables *tables,
           guint32 node,
           guint32 step,
           guint32 column)
{
  PymvaWideNode made = { .column = PYMVA_WIDE_SPLIT };

  if (pymva_forest_node_is_set (tables, node))
    made = pymva_forest_tables_make_set (tables, node);
  else
    made.threshold = pymva_forest_tables_get_threshold (tables, node);
  made.column |= column;
  made.step = step;
  return made;
}

static gboolean
needs_wide (const Making *making)
{
  return making->tables->sets != NULL ||
         making->nodes->n_columns > PYMVA_NARROW_MOST_COLUMNS ||
         making->tables->n_values > PYMVA_NARROW_MOST_VALUES ||
         making->most_nodes > PYMVA_NARROW_MOST_NODES - 1;
}

/* --- the order of nodes --- */

#define NO_PLACE G_MAXUINT32
/* The place comes in the end. */
#define LATER_PLACE (G_MAXUINT32 - 1)
/* So many levels of a tree lie together, in few lines of the cache. A head's levels are a multiple
 * of it, so what it leads to is the first of such levels. */
#define CLUSTER_LEVELS 3

/* A tree's nodes as they get their places. */
typedef struct
{
  const PymvaForestTables *tables;
  guint32 root;
  const gint32 *children;
  guint32 *places;
  guint32 n_placed;
  /* Splits whose children have no place yet. */
  GArray *waiting;
  /* Splits whose children are leaves that others have, too, and by the values of these leaves the
   * place of both. NULL where values do not occur again. */
  GArray *sharing;
  GHashTable *shared;
} Ordering;

/* Gives the next places to a split's children, or leaves it to the end. FALSE if they have some:
 * this is no tree, though a walk through it ends, too. */
static gboolean
place_children (Ordering *self,
                guint32 split)
{
  guint32 child = self->children[split];

  if (self->places[child] != NO_PLACE || self->places[child + 1] != NO_PLACE)
    return FALSE;

  if (self->shared != NULL && self->children[child] < 0 && self->children[child + 1] < 0)
    {
      self->places[child] = self->places[child + 1] = LATER_PLACE;
      g_array_append_val (self->sharing, child);
      return TRUE;
    }

  self->places[child] = self->n_placed++;
  self->places[child + 1] = self->n_placed++;
  return TRUE;
}

/* Places what lies below @n nodes of one level, up to the end of their cluster. */
static gboolean
place_cluster (Ordering *self,
               guint32 front[1 << CLUSTER_LEVELS],
               guint n,
               guint n_levels)
{
  guint32 next[1 << CLUSTER_LEVELS];

  for (guint level = 0; level < n_levels; level++)
    {
      guint n_next = 0;

      for (guint i = 0; i < n; i++)
        if (self->children[front[i]] >= 0)
          {
            if (!place_children (self, front[i]))
              return FALSE;
            next[n_next++] = self->children[front[i]];
            next[n_next++] = self->children[front[i]] + 1;
          }
      n = n_next;
      for (guint i = 0; i < n; i++)
        front[i] = next[i];
    }

  for (guint i = n; i-- > 0;)
    if (self->children[front[i]] >= 0)
      g_array_append_val (self->waiting, front[i]);
  return TRUE;
}

static gboolean
place_tree (Ordering *self)
{
  guint32 front[1 << CLUSTER_LEVELS] = { 0 };

  self->places[0] = self->n_placed++;
  if (!place_cluster (self, front, 1, CLUSTER_LEVELS - 1))
    return FALSE;

  while (self->waiting->len > 0)
    {
      guint32 split = g_array_index (self->waiting, guint32, self->waiting->len - 1);

      g_array_set_size (self->waiting, self->waiting->len - 1);
      if (!place_children (self, split))
        return FALSE;
      front[0] = self->children[split];
      front[1] = front[0] + 1;
      if (!place_cluster (self, front, 2, CLUSTER_LEVELS - 1))
        return FALSE;
    }

  return TRUE;
}

/* Places pairs of leaves, equal ones together. */
static void
place_shared (Ordering *self)
{
  for (guint i = 0; i < self->sharing->len; i++)
    {
      guint32 child = g_array_index (self->sharing, guint32, i);
      gint64 left = pymva_forest_tables_get_value (self->tables, self->root + child);
      gint64 right = pymva_forest_tables_get_value (self->tables, self->root + child + 1);
      gint64 key = left << 32 | right;
      guint32 place = GPOINTER_TO_UINT (g_hash_table_lookup (self->shared, &key));

      /* No pair has the place 0, which is the root's. */
      if (place == 0)
        {
          place = self->n_placed;
          g_hash_table_insert (self->shared, g_memdup2 (&key, sizeof key),
                               GUINT_TO_POINTER (place));
          self->n_placed += 2;
        }
      self->places[child] = place;
      self->places[child + 1] = place + 1;
    }
}

/* The places of a tree's nodes, counted from its root; children come after their parents. Gives how
 * many there are. */
static guint32
find_places (const PymvaForestTables *tables,
             guint32 root,
             guint32 count,
             guint32 *places)
{
  g_autoptr (GArray) waiting = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) sharing = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GHashTable) shared = NULL;
  Ordering ordering = { tables, root, tables->children + root, places, 0, waiting, sharing, NULL };

  if (tables->values_are_few)
    ordering.shared = shared = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint32 offset = 0; offset < count; offset++)
    places[offset] = NO_PLACE;
  if (place_tree (&ordering))
    {
      place_shared (&ordering);
      return ordering.n_placed;
    }

  for (guint32 offset = 0; offset < count; offset++)
    places[offset] = offset;
  return count;
}

/* --- trees --- */

static void
fill_leaf (PymvaForestNodes *self,
           guint32 value,
           guint32 to)
{
  if (self->wide != NULL)
    self->wide[to] = (PymvaWideNode) { .value = value };
  else
    self->narrow[to] = (PymvaNarrowNode) { .number = value, .link = PYMVA_NARROW_LEAF };
}

static void
fill_split (const Making *making,
            guint32 node,
            guint32 step,
            guint32 to)
{
  PymvaForestNodes *self = making->nodes;
  guint32 column = making->numbers[get_place (making->tables, node)];

  if (self->wide != NULL)
    self->wide[to] = make_wide (making->tables, node, step, column);
  else
    self->narrow[to] = make_narrow (making->tables, node, step, column);
  if (self->thresholds != NULL)
    self->thresholds[to] = making->tables->doubles[node];
}

/* @first: where the tree's root will lie. */
static void
fill_tree (const Making *making,
           guint32 root,
           guint32 count,
           guint32 first)
{
  const gint32 *children = making->tables->children + root;

  for (guint32 offset = 0; offset < count; offset++)
    {
      guint32 place = making->places[offset];

      /* No row comes to a node that nothing leads to. */
      if (place == NO_PLACE)
        continue;
      if (children[offset] < 0)
        fill_leaf (making->nodes, ~(guint32) children[offset], first + place);
      else
        fill_split (making, root + offset, making->places[children[offset]] - place,
                    first + place);
    }
}

/* Makes the nodes that a block's tree goes on from places. */
static void
place_entries (const PymvaForestBlock *block,
               guint32 tree,
               const guint32 *places)
{
  guint32 *entries = (guint32 *) block->entries + (gsize) (tree - block->first_tree) *
                                                    block->n_slots;

  for (guint32 slot = 0; slot < block->n_slots; slot++)
    entries[slot] = places[entries[slot]];
}

/* So many nodes are made before those that they were made of are dropped. */
#define DROPPED_NODES (1 << 17)

/* From a root on, and a place; gives where the next tree's root may lie. */
static guint32
make_trees (Making *making,
            const PymvaForestBlock *block,
            guint32 root,
            guint32 first)
{
  PymvaForestNodes *self = making->nodes;
  PymvaForestTables *tables = making->tables;

  for (guint32 tree = block->first_tree; tree < block->first_tree + block->n_trees; tree++)
    {
      guint32 count = tables->node_counts[tree];

      /* The two children of a narrow node are in one line of the cache. */
      first |= 1;
      self->roots[tree] = first;
      self->n_levels[tree] = pymva_forest_tables_count_levels (tables, root, count,
                                                               making->levels);
      first += find_places (tables, root, count, making->places);
      fill_tree (making, root, count, self->roots[tree]);
      root += count;

      if (block->goes_on)
        place_entries (block, tree, making->places);
      if (root - making->kept >= DROPPED_NODES)
        {
          pymva_forest_tables_drop_nodes (tables, making->kept, root - making->kept);
          making->kept = root;
        }
    }

  return first;
}

static void
make_blocks (Making *making)
{
  guint32 root = 0;
  guint32 first = 0;

  for (guint32 i = 0; i < making->n_blocks; i++)
    {
      const PymvaForestBlock *block = &making->blocks[i];

      if (pymva_forest_block_is_walked (block))
        first = make_trees (making, block, root, first);
      root += pymva_forest_block_count_nodes (block, making->tables);
      if (!pymva_forest_block_is_walked (block))
        making->kept = root;
    }
}

void
pymva_forest_nodes_init (PymvaForestNodes *self,
                         PymvaForestTables *tables,
                         const PymvaForestBlock *blocks,
                         guint32 n_blocks)
{
  PymvaForestBlock all = { .n_trees = tables->n_trees };
  Making making = { self, tables, blocks, n_blocks };
  gsize most_places;

  if (n_blocks == 0)
    {
      making.blocks = &all;
      making.n_blocks = 1;
    }
  measure_trees (&making);
  make_columns (&making);
  most_places = making.n_nodes + tables->n_trees;

  making.levels = g_new (guint8, making.most_nodes + 1);
  making.places = g_new (guint32, making.most_nodes);
  self->roots = g_new0 (guint32, tables->n_trees);
  self->n_levels = g_new0 (guint8, tables->n_trees);
  if (needs_wide (&making))
    self->wide = g_new0 (PymvaWideNode, most_places);
  else
    self->narrow = g_aligned_alloc (most_places, sizeof (PymvaNarrowNode), 64);
  if (tables->doubles != NULL)
    self->thresholds = g_new0 (double, most_places);

  make_blocks (&making);
  g_free (making.levels);
  g_free (making.places);
  g_free (making.numbers);
}

void
pymva_forest_nodes_clear (PymvaForestNodes *self)
{
  g_clear_pointer (&self->columns, g_free);
  g_clear_pointer (&self->roots, g_free);
  g_clear_pointer (&self->n_levels, g_free);
  g_clear_pointer (&self->narrow, g_aligned_free);
  g_clear_pointer (&self->wide, g_free);
  g_clear_pointer (&self->thresholds, g_free);
}
