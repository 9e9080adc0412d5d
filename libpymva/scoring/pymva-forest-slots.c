/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

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

/* By slot, the value of a forest whose leaves have one, in the type of its sums. */
static gconstpointer
make_leaves (Making *making,
             const guint32 *values,
             gsize n)
{
  float *floats;
  double *doubles;

  if (making->tables->sums_are_floats)
    {
      floats = allocate (making, n * sizeof (float));
      for (gsize i = 0; i < n; i++)
        floats[i] = (float) making->tables->values[values[i]];
      return floats;
    }

  doubles = allocate (making, n * sizeof (double));
  for (gsize i = 0; i < n; i++)
    doubles[i] = making->tables->values[values[i]];
  return doubles;
}

/* By slot, what the leaf there gives: one value or the number of a row of them. */
static void
make_values (Making *making,
             PymvaForestBlock *block,
             const guint32 *values,
             gsize n)
{
  if (making->tables->n_value_columns == 1)
    {
      block->leaves = make_leaves (making, values, n);
      return;
    }

  block->entries = memcpy (allocate (making, n * sizeof (guint32)), values, n * sizeof (guint32));
  making->blocks->has_entries = TRUE;
}

/* --- jumps --- */

/* What comes after a split, from its place in the group: the place of another one, or a slot. */
static guint8
make_jump (Making *making,
           guint32 tree,
           guint32 root,
           guint first,
           guint place,
           gboolean right,
           guint32 *values)
{
  const PymvaForestTables *tables = making->tables;
  guint32 split = making->heads->nodes[(gsize) tree * making->heads->n_places + place];
  guint32 next = root;
  guint slot = first + place + (right ? PYMVA_JUMPS_RIGHT : 0);

  if (split != PYMVA_FOREST_NONE)
    next = root + tables->children[split] + right;
  if (tables->children[next] >= 0)
    return first + pymva_forest_heads_find_place (making->heads, tree, next);

  values[slot] = pymva_forest_tables_get_value (tables, next);
  return slot;
}

static void
make_jumps (Making *making,
            PymvaForestBlock *block)
{
  gsize n_groups = (block->n_trees >> block->group_shift) + 1;
  guint8 *lefts = allocate (making, n_groups * PYMVA_JUMPS_MOST_SPLITS);
  guint8 *rights = allocate (making, n_groups * PYMVA_JUMPS_MOST_SPLITS);
  gsize n = n_groups * PYMVA_JUMPS_SLOTS;
  g_autofree guint32 *values = g_new0 (guint32, n);
  guint32 root = making->first_root;

  for (guint32 i = 0; i < block->n_trees; i++)
    {
      guint32 tree = block->first_tree + i;
      gsize group = i >> block->group_shift;
      guint first = i * block->width % PYMVA_JUMPS_MOST_SPLITS;

      for (guint place = 0; place < block->width; place++)
        {
          gsize at = group * PYMVA_JUMPS_MOST_SPLITS + first + place;
          guint32 *those = values + group * PYMVA_JUMPS_SLOTS;

          /* A tree without splits is left where its first one would be. */
          if (place > 0 &&
              making->heads->nodes[(gsize) tree * block->width + place] == PYMVA_FOREST_NONE)
            break;
          lefts[at] = make_jump (making, tree, root, first, place, FALSE, those);
          rights[at] = make_jump (making, tree, root, first, place, TRUE, those);
        }
      root += making->tables->node_counts[tree];
    }

  block->node_lefts = lefts;
  block->node_rights = rights;
  make_values (making, block, values, n);
}

/* --- tails --- */

/* Appends the value of a leaf, unless this was the last one: where a head has a leaf above its
 * lowest level, that is in several slots. */
static guint
append_leaf (Making *making,
             GArray *values,
             guint first,
             guint32 node,
             guint32 *last)
{
  guint32 value = pymva_forest_tables_get_value (making->tables, node);

  if (node != *last)
    g_array_append_val (values, value);
  *last = node;
  return values->len - 1 - first;
}

/* The leaves below a slot, and which of them are on the left. */
static guint16
append_tail (Making *making,
             GArray *values,
             guint first,
             guint32 root,
             guint32 node,
             guint32 *last)
{
  const gint32 *children = making->tables->children;
  guint16 leaf = 0;
  guint n_left = 0;

  if (children[node] < 0)
    return append_leaf (making, values, first, node, last);

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
          number = append_leaf (making, values, first, end, last);
          if (side == 0 && i == 0)
            leaf = number;
        }
      n_left = side == 0 ? n : n_left;
    }

  return n_left == 2 ? leaf | PYMVA_TAIL_TWO_LEFT : leaf;
}

static void
make_tail_leaves (Making *making,
                  PymvaForestBlock *block)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (guint32));
  PymvaForestTail *tails = (PymvaForestTail *) block->tails;
  guint32 *firsts = allocate (making, block->n_trees * sizeof (guint32));
  guint32 root = making->first_root;

  for (guint32 tree = 0; tree < block->n_trees; tree++)
    {
      guint32 exits[PYMVA_MOST_SLOTS];
      guint32 last = PYMVA_FOREST_NONE;

      firsts[tree] = values->len;
      pymva_forest_heads_find_exits (making->tables, root, PYMVA_MOST_LEVELS, exits);
      for (guint slot = 0; slot < PYMVA_MOST_SLOTS; slot++, tails++)
        tails->leaf = append_tail (making, values, firsts[tree], root, root + exits[slot], &last);
      root += making->tables->node_counts[block->first_tree + tree];
    }

  block->first_leaves = firsts;
  make_values (making, block, (const guint32 *) values->data, values->len);
}

/* --- slots --- */

static void
make_slots (Making *making,
            PymvaForestBlock *block)
{
  const PymvaForestTables *tables = making->tables;
  gsize n = (gsize) block->n_trees * block->n_slots;
  g_autofree guint32 *exits = g_new (guint32, n);
  guint32 root = making->first_root;

  for (guint32 tree = 0; tree < block->n_trees; tree++)
    {
      guint32 *those = exits + (gsize) tree * block->n_slots;

      pymva_forest_heads_find_exits (tables, root, making->heads->n_levels, those);
      for (guint32 slot = 0; slot < block->n_slots; slot++)
        block->goes_on |= tables->children[root + those[slot]] >= 0;
      root += tables->node_counts[block->first_tree + tree];
    }

  if (!block->goes_on)
    {
      root = making->first_root;
      for (gsize i = 0; i < n; i++)
        {
          exits[i] = pymva_forest_tables_get_value (tables, root + exits[i]);
          if ((i + 1) % block->n_slots == 0)
            root += tables->node_counts[block->first_tree + i / block->n_slots];
        }
      make_values (making, block, exits, n);
      return;
    }

  block->entries = memcpy (allocate (making, n * sizeof (guint32)), exits, n * sizeof (guint32));
  making->blocks->has_entries = TRUE;
  making->blocks->walks = TRUE;
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
