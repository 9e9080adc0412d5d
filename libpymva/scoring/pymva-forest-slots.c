/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-forest-slots-private.h"

/* What leads to the slots of a block's trees, and what lies there. */
typedef struct
{
  PymvaForestBlocks *blocks;
  const PymvaForestTables *tables;
  const PymvaForestHeads *heads;
  /* Of the block's first tree. */
  guint32 first_root;
} Making;

static gpointer
allocate (Making *making,
          gsize size)
{
  return pymva_forest_blocks_allocate (making->blocks, size);
}

/* By slot, what the leaf there gives: one value, in the type of the forest's sums, or the number of
 * a row of them. */
static void
allocate_values (Making *making,
                 PymvaForestBlock *block,
                 gsize n)
{
  const PymvaForestTables *tables = making->tables;

  if (tables->n_value_columns == 1)
    {
      block->leaves = allocate (making, n * (tables->sums_are_floats ? sizeof (float)
                                                                     : sizeof (double)));
      return;
    }

  block->entries = allocate (making, n * sizeof (guint32));
  making->blocks->has_entries = TRUE;
}

static void
set_value (Making *making,
           PymvaForestBlock *block,
           gsize slot,
           guint32 leaf)
{
  const PymvaForestTables *tables = making->tables;
  guint32 value = pymva_forest_tables_get_value (tables, leaf);

  if (block->leaves == NULL)
    ((guint32 *) block->entries)[slot] = value;
  else if (tables->sums_are_floats)
    ((float *) block->leaves)[slot] = (float) tables->values[value];
  else
    ((double *) block->leaves)[slot] = tables->values[value];
}

/* --- jumps --- */

static guint
find_place (const guint32 *nodes,
            guint32 node)
{
  guint place = 0;

  while (nodes[place] != node)
    place++;

  return place;
}

/* What comes after a split, from its place in the group: the place of another one, or a slot. */
static guint8
make_jump (Making *making,
           PymvaForestBlock *block,
           const guint32 *nodes,
           guint32 root,
           gsize group,
           guint first,
           guint place,
           gboolean right)
{
  const PymvaForestTables *tables = making->tables;
  guint32 split = nodes[place];
  guint32 next = root;
  guint slot = first + place + (right ? PYMVA_JUMPS_RIGHT : 0);

  if (split != PYMVA_FOREST_NONE)
    next = root + tables->children[split] + right;
  if (tables->children[next] >= 0)
    return first + find_place (nodes, next);

  set_value (making, block, group * PYMVA_JUMPS_SLOTS + slot, next);
  return slot;
}

static void
make_jumps (Making *making,
            PymvaForestBlock *block)
{
  gsize n_groups = (block->n_trees >> block->group_shift) + 1;
  guint8 *lefts = allocate (making, n_groups * PYMVA_JUMPS_MOST_SPLITS);
  guint8 *rights = allocate (making, n_groups * PYMVA_JUMPS_MOST_SPLITS);
  guint32 root = making->first_root;

  allocate_values (making, block, n_groups * PYMVA_JUMPS_SLOTS);
  for (guint32 i = 0; i < block->n_trees; i++)
    {
      guint32 nodes[PYMVA_FOREST_MOST_PLACES];
      guint32 tree = block->first_tree + i;
      gsize group = i >> block->group_shift;
      guint first = i * block->width % PYMVA_JUMPS_MOST_SPLITS;

      pymva_forest_heads_find_nodes (making->heads, making->tables, tree, root, nodes);
      for (guint place = 0; place < block->width; place++)
        {
          gsize at = group * PYMVA_JUMPS_MOST_SPLITS + first + place;

          /* A tree without splits is left where its first one would be. */
          if (place > 0 && nodes[place] == PYMVA_FOREST_NONE)
            break;
          lefts[at] = make_jump (making, block, nodes, root, group, first, place, FALSE);
          rights[at] = make_jump (making, block, nodes, root, group, first, place, TRUE);
        }
      root += making->tables->node_counts[tree];
    }

  block->node_lefts = lefts;
  block->node_rights = rights;
}

/* --- tails --- */

/* A tree's leaves, in the order of the slots that lead to them. */
typedef struct
{
  guint32 nodes[PYMVA_MOST_SLOTS << (PYMVA_TAIL_LEVELS - PYMVA_MOST_LEVELS)];
  guint n;
} Leaves;

/* Appends a leaf, unless it was the last one: where a head has a leaf above its lowest level, that
 * is in several slots. */
static guint
append_leaf (Leaves *leaves,
             guint32 node,
             guint32 *last)
{
  if (node != *last)
    leaves->nodes[leaves->n++] = node;
  *last = node;
  return leaves->n - 1;
}

/* The leaves below a slot, and which of them are on the left. */
static guint16
append_tail (const PymvaForestTables *tables,
             Leaves *leaves,
             guint32 root,
             guint32 node,
             guint32 *last)
{
  const gint32 *children = tables->children;
  guint16 leaf = 0;
  guint n_left = 0;

  if (children[node] < 0)
    return append_leaf (leaves, node, last);

  for (guint side = 0; side < 2; side++)
    {
      guint32 child = root + children[node] + side;
      guint n = children[child] < 0 ? 1 : 2;

      for (guint i = 0; i < n; i++)
        {
          guint32 end = n == 1 ? child : root + children[child] + i;
          guint number;

          /* No leaf is left out among those of a split. */
          *last = PYMVA_FOREST_NONE;
          number = append_leaf (leaves, end, last);
          if (side == 0 && i == 0)
            leaf = number;
        }
      n_left = side == 0 ? n : n_left;
    }

  return n_left == 2 ? leaf | PYMVA_TAIL_TWO_LEFT : leaf;
}

/* @tails: those of a tree, or NULL. */
static void
find_leaves (const PymvaForestTables *tables,
             guint32 root,
             PymvaForestTail *tails,
             Leaves *leaves)
{
  guint32 exits[PYMVA_MOST_SLOTS];
  guint32 last = PYMVA_FOREST_NONE;

  leaves->n = 0;
  pymva_forest_heads_find_exits (tables, root, PYMVA_MOST_LEVELS, exits);
  for (guint slot = 0; slot < PYMVA_MOST_SLOTS; slot++)
    {
      guint16 leaf = append_tail (tables, leaves, root, root + exits[slot], &last);

      if (tails != NULL)
        tails[slot].leaf = leaf;
    }
}

static void
make_tail_leaves (Making *making,
                  PymvaForestBlock *block)
{
  const gint32 *node_counts = making->tables->node_counts + block->first_tree;
  PymvaForestTail *tails = (PymvaForestTail *) block->tails;
  guint32 *firsts = allocate (making, block->n_trees * sizeof (guint32));
  guint32 root = making->first_root;
  guint32 n = 0;
  Leaves leaves;

  for (guint32 tree = 0; tree < block->n_trees; tree++)
    {
      find_leaves (making->tables, root, tails + (gsize) tree * PYMVA_MOST_SLOTS, &leaves);
      firsts[tree] = n;
      n += leaves.n;
      root += node_counts[tree];
    }
  block->first_leaves = firsts;

  allocate_values (making, block, n);
  root = making->first_root;
  for (guint32 tree = 0; tree < block->n_trees; tree++)
    {
      find_leaves (making->tables, root, NULL, &leaves);
      for (guint i = 0; i < leaves.n; i++)
        set_value (making, block, firsts[tree] + i, leaves.nodes[i]);
      root += node_counts[tree];
    }
}

/* --- slots --- */

static gboolean
goes_on (const Making *making,
         const PymvaForestBlock *block)
{
  const PymvaForestTables *tables = making->tables;
  guint32 root = making->first_root;

  for (guint32 tree = 0; tree < block->n_trees && !making->heads->whole; tree++)
    {
      guint32 exits[PYMVA_MOST_SLOTS];

      pymva_forest_heads_find_exits (tables, root, making->heads->n_levels, exits);
      for (guint32 slot = 0; slot < block->n_slots; slot++)
        if (tables->children[root + exits[slot]] >= 0)
          return TRUE;
      root += tables->node_counts[block->first_tree + tree];
    }

  return FALSE;
}

static void
make_slots (Making *making,
            PymvaForestBlock *block)
{
  const PymvaForestTables *tables = making->tables;
  gsize n = (gsize) block->n_trees * block->n_slots;
  guint32 *entries = NULL;
  guint32 root = making->first_root;

  block->goes_on = goes_on (making, block);
  if (block->goes_on)
    {
      block->entries = entries = allocate (making, n * sizeof (guint32));
      making->blocks->has_entries = TRUE;
      making->blocks->walks = TRUE;
    }
  else
    allocate_values (making, block, n);

  for (guint32 tree = 0; tree < block->n_trees; tree++)
    {
      guint32 exits[PYMVA_MOST_SLOTS];
      gsize first = (gsize) tree * block->n_slots;

      pymva_forest_heads_find_exits (tables, root, making->heads->n_levels, exits);
      for (guint32 slot = 0; slot < block->n_slots; slot++)
        if (entries != NULL)
          entries[first + slot] = exits[slot];
        else
          set_value (making, block, first + slot, root + exits[slot]);
      root += tables->node_counts[block->first_tree + tree];
    }
}

void
pymva_forest_slots_make (PymvaForestBlocks *blocks,
                         const PymvaForestTables *tables,
                         const PymvaForestHeads *heads,
                         guint32 first_root,
                         PymvaForestBlock *block)
{
  Making making = { blocks, tables, heads, first_root };

  if (block->jumps)
    make_jumps (&making, block);
  else if (block->tails != NULL)
    make_tail_leaves (&making, block);
  else
    make_slots (&making, block);
}
