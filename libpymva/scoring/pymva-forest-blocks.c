/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-forest-blocks-private.h"
#include "pymva-forest-cuts-private.h"
#include "pymva-forest-heads-private.h"
#include "pymva-forest-slots-private.h"

/* What things take, measured in nanoseconds on a processor of 2023; only their ratios matter. A
 * head costs less than walking the levels that it replaces. */
#define COLUMN_COST 2.8
#define SET_COST 4.0
#define LEVEL_GAIN 0.9

/* Making the blocks of a forest. */
typedef struct
{
  PymvaForestBlocks *blocks;
  PymvaForestTables *tables;
  PymvaForestLimits limits;
  PymvaForestHeads heads;

  /* The block that grows: its trees, their cuts, and by tree and place the number of a cut. */
  guint32 first_tree;
  guint32 first_root;
  PymvaForestCuts cuts;
  GArray *numbers;

  /* By cut, the column of the block that has it, and its number there. */
  guint8 cut_columns[PYMVA_FOREST_MOST_CUTS];
  guint8 cut_numbers[PYMVA_FOREST_MOST_CUTS];
} Making;

static const PymvaForestCut *
get_cut (const Making *making,
         guint cut)
{
  return &g_array_index (making->cuts.cuts, PymvaForestCut, cut);
}

static gpointer
allocate (Making *making,
          gsize size)
{
  return pymva_forest_blocks_allocate (making->blocks, size);
}

/* --- which trees --- */

/* Adds a tree to the block that grows, unless there is no room for its cuts. */
static gboolean
add_tree (Making *making,
          guint32 tree,
          guint32 root)
{
  guint32 nodes[PYMVA_FOREST_MOST_PLACES];
  guint16 numbers[PYMVA_FOREST_MOST_PLACES];

  pymva_forest_heads_find_nodes (&making->heads, making->tables, tree, root, nodes);
  if (!pymva_forest_cuts_add (&making->cuts, making->tables, nodes, making->heads.n_places,
                              numbers))
    return FALSE;

  g_array_append_vals (making->numbers, numbers, making->heads.n_places);
  return TRUE;
}

/* The cuts of a tree of the block. */
static const guint16 *
get_numbers (const Making *making,
             guint32 tree)
{
  gsize place = (gsize) (tree - making->first_tree) * making->heads.n_places;

  return &g_array_index (making->numbers, guint16, place);
}

/* --- columns and cuts --- */

static guint
count_levels (const Making *making,
              guint32 tree)
{
  const guint16 *numbers = get_numbers (making, tree);
  guint place = making->heads.n_places;

  if (making->heads.jumps)
    return making->heads.most_levels;
  while (place > 0 && numbers[place - 1] == PYMVA_FOREST_NO_CUT)
    place--;

  return place > 0 ? g_bit_storage (place) : 0;
}

/* Whether the block pays: the columns of its cuts against the levels of its heads. */
static gboolean
pays (const Making *making,
      guint32 end_tree)
{
  const PymvaForestCut *last = NULL;
  guint n = 0;
  double cost = 0;
  double gain = 0;

  for (guint i = 0; i < making->cuts.cuts->len; i++)
    {
      const PymvaForestCut *cut = get_cut (making, i);

      if (last == NULL || cut->key != last->key)
        n = 0;
      if (n++ % PYMVA_BYTE_MOST_CUTS == 0)
        cost += pymva_forest_node_is_set (making->tables, cut->node) ? SET_COST : COLUMN_COST;
      last = cut;
    }
  for (guint32 tree = making->first_tree; tree < end_tree; tree++)
    gain += LEVEL_GAIN * count_levels (making, tree);

  return cost < gain;
}

/* The table of a column: the last cut of each full group, and then the groups; infinity fills
 * up. @floats holds the thresholds rounded down, @doubles as they are, or is NULL. */
static void
fill_cuts (const PymvaForestCut *cuts,
           guint n,
           float *floats,
           double *doubles)
{
  guint n_groups = n / PYMVA_BYTE_GROUP + 1;
  guint size = PYMVA_BYTE_GROUP * (1 + n_groups);

  for (guint i = 0; i < size; i++)
    {
      gboolean top = i < PYMVA_BYTE_GROUP;
      guint number = top ? PYMVA_BYTE_GROUP * (i + 1) - 1 : i - PYMVA_BYTE_GROUP;
      double threshold = number < n ? cuts[number].threshold : INFINITY;

      floats[i] = pymva_forest_round_threshold (threshold);
      if (doubles != NULL)
        doubles[i] = threshold;
    }
}

/* Makes the block's columns from its sorted cuts, and numbers the cuts in each. */
static void
make_columns (Making *making,
              PymvaForestBlock *block)
{
  guint n_cuts = making->cuts.cuts->len;
  PymvaByteColumn *columns = allocate (making, making->cuts.n_columns * sizeof (PymvaByteColumn));
  gsize most = (gsize) n_cuts + 2 * PYMVA_BYTE_GROUP * making->cuts.n_columns;
  float *floats = allocate (making, most * sizeof (float));
  double *doubles =
    making->tables->doubles != NULL ? allocate (making, most * sizeof (double)) : NULL;
  guint32 offset = 0;
  guint n;

  for (guint i = 0; i < n_cuts; i += n)
    {
      const PymvaForestCut *cut = get_cut (making, i);
      PymvaByteColumn *column = &columns[block->n_columns];

      for (n = 0; n < PYMVA_BYTE_MOST_CUTS && i + n < n_cuts && cut[n].key == cut->key; n++)
        {
          making->cut_columns[cut[n].number] = block->n_columns;
          making->cut_numbers[cut[n].number] = n + 1;
        }
      block->n_columns++;

      column->column.feature = making->tables->features[cut->node];
      column->column.rule = pymva_forest_tables_get_rule (making->tables, cut->node, FALSE);
      if (pymva_forest_node_is_set (making->tables, cut->node))
        {
          column->node = pymva_forest_tables_make_set (making->tables, cut->node);
          continue;
        }

      block->n_numbers++;
      column->cuts = offset;
      fill_cuts (cut, n, floats + offset, doubles != NULL ? doubles + offset : NULL);
      offset += PYMVA_BYTE_GROUP * (2 + n / PYMVA_BYTE_GROUP);
    }

  block->columns = columns;
  block->cuts = floats;
  block->double_cuts = doubles;
}

/* --- nodes --- */

/* By place, whether a missing value goes left at the node there. */
static void
find_lefts (const Making *making,
            guint32 tree,
            guint32 root,
            gboolean *lefts)
{
  const PymvaForestTables *tables = making->tables;
  guint32 nodes[PYMVA_FOREST_MOST_PLACES];

  if (tables->missing == NULL)
    {
      memset (lefts, 0, making->heads.n_places * sizeof *lefts);
      return;
    }

  pymva_forest_heads_find_nodes (&making->heads, tables, tree, root, nodes);
  for (guint i = 0; i < making->heads.n_places; i++)
    lefts[i] = nodes[i] != PYMVA_FOREST_NONE &&
               (tables->missing[nodes[i]] & PYMVA_FOREST_MISSING_LEFT) != 0;
}

/* Where NaN goes at the nodes of each number column: if it is the same everywhere, that is its
 * byte; if it is not, the nodes' widths say it. */
static void
find_nan_bytes (Making *making,
                PymvaForestBlock *block)
{
  enum { LEFT = 1, RIGHT = 2 };
  PymvaByteColumn *columns = (PymvaByteColumn *) block->columns;
  guint8 sides[PYMVA_BYTE_NAN + 1] = { 0 };
  guint32 root = making->first_root;

  for (guint32 tree = block->first_tree; tree < block->first_tree + block->n_trees; tree++)
    {
      const guint16 *numbers = get_numbers (making, tree);
      gboolean lefts[PYMVA_FOREST_MOST_PLACES];

      find_lefts (making, tree, root, lefts);
      for (guint i = 0; i < making->heads.n_places; i++)
        if (numbers[i] != PYMVA_FOREST_NO_CUT)
          sides[making->cut_columns[numbers[i]]] |= lefts[i] ? LEFT : RIGHT;
      root += making->tables->node_counts[tree];
    }

  for (guint32 i = 0; i < block->n_numbers; i++)
    {
      columns[i].nan_byte = sides[i] == LEFT ? 0 : PYMVA_BYTE_NAN;
      block->has_widths |= sides[i] == (LEFT | RIGHT);
    }
}

/* A split as bytes: its column, its cut, and how many bytes from there on go right. */
typedef struct
{
  guint8 column;
  guint8 cut;
  guint8 width;
} Split;

/* Where there is no node, the column is @none, and no number goes right. */
static Split
make_split (const Making *making,
            guint16 number,
            gboolean left,
            guint8 none)
{
  Split split = { none, PYMVA_BYTE_NAN, 0 };

  if (number == PYMVA_FOREST_NO_CUT)
    return split;

  split.column = making->cut_columns[number];
  split.cut = making->cut_numbers[number];
  split.width = PYMVA_BYTE_NAN - split.cut + !left;
  return split;
}

/* The nodes of the block's trees, before they are filled in. */
typedef struct
{
  guint8 *columns;
  guint8 *cuts;
  guint8 *widths;
  guint16 *offsets;
  PymvaForestTail *tails;
  guint8 *tail_widths;
} Nodes;

/* @tree: counted from the block's first one. */
static void
fill_nodes (const Making *making,
            const PymvaForestBlock *block,
            guint32 tree,
            const guint16 *numbers,
            const gboolean *lefts,
            Nodes *nodes)
{
  guint n_places = MIN (making->heads.n_places, block->width);
  gsize to = (gsize) tree * block->width;

  for (guint place = 0; place < n_places; place++, to++)
    {
      Split split = make_split (making, numbers[place], lefts[place], 0);

      nodes->columns[to] = split.column;
      nodes->cuts[to] = split.cut;
      nodes->offsets[to] = split.column * making->limits.n_lanes;
      if (nodes->widths != NULL)
        nodes->widths[to] = split.width;
    }
}

/* The splits of tails lie in the heap behind those of the heads. */
static void
fill_tails (const Making *making,
            const PymvaForestBlock *block,
            guint32 tree,
            const guint16 *numbers,
            const gboolean *lefts,
            Nodes *nodes)
{
  for (guint slot = 0; slot < PYMVA_MOST_SLOTS; slot++)
    {
      gsize to = (gsize) tree * PYMVA_MOST_SLOTS + slot;
      guint places[] = { PYMVA_MOST_SLOTS - 1 + slot, 2 * (PYMVA_MOST_SLOTS + slot) - 1,
                         2 * (PYMVA_MOST_SLOTS + slot) };

      for (guint k = 0; k < G_N_ELEMENTS (places); k++)
        {
          guint place = places[k];
          Split split = make_split (making, numbers[place], lefts[place], block->n_columns);

          nodes->tails[to].columns[k] = split.column;
          nodes->tails[to].cuts[k] = split.cut;
          if (nodes->tail_widths != NULL)
            nodes->tail_widths[4 * to + k] = split.width;
        }
    }
}

static Nodes
allocate_nodes (Making *making,
                PymvaForestBlock *block)
{
  gsize size = (gsize) (block->n_trees + 7) / 8 * 8 * block->width;
  gsize n_tails = (gsize) block->n_trees * PYMVA_MOST_SLOTS;
  Nodes nodes = { allocate (making, size), allocate (making, size) };

  /* Also where there are no places. */
  memset (nodes.cuts, PYMVA_BYTE_NAN, size);
  if (block->has_widths)
    nodes.widths = allocate (making, size);
  nodes.offsets = allocate (making, size * sizeof (guint16));
  if (making->heads.n_levels == PYMVA_TAIL_LEVELS)
    {
      nodes.tails = allocate (making, n_tails * sizeof (PymvaForestTail));
      if (block->has_widths)
        nodes.tail_widths = allocate (making, 4 * n_tails);
    }

  block->node_columns = nodes.columns;
  block->node_cuts = nodes.cuts;
  block->node_widths = nodes.widths;
  block->node_offsets = nodes.offsets;
  block->tails = nodes.tails;
  block->tail_widths = nodes.tail_widths;
  return nodes;
}

static void
make_nodes (Making *making,
            PymvaForestBlock *block)
{
  Nodes nodes = allocate_nodes (making, block);
  guint8 *n_levels = allocate (making, block->n_trees);
  guint32 root = making->first_root;

  for (guint32 i = 0; i < block->n_trees; i++)
    {
      guint32 tree = block->first_tree + i;
      const guint16 *numbers = get_numbers (making, tree);
      gboolean lefts[PYMVA_FOREST_MOST_PLACES];

      n_levels[i] = MIN (count_levels (making, tree), PYMVA_MOST_LEVELS);
      find_lefts (making, tree, root, lefts);
      fill_nodes (making, block, i, numbers, lefts, &nodes);
      if (nodes.tails != NULL)
        fill_tails (making, block, i, numbers, lefts, &nodes);
      root += making->tables->node_counts[tree];
    }

  block->n_levels = n_levels;
}

/* --- blocks --- */

/* Trees that are walked join those before them that are. */
static void
add_walked (Making *making,
            guint32 n_trees)
{
  GArray *blocks = making->blocks->blocks;
  PymvaForestBlock block = { .first_tree = making->first_tree, .n_trees = n_trees };

  making->blocks->walks = TRUE;
  if (blocks->len > 0)
    {
      PymvaForestBlock *last = &g_array_index (blocks, PymvaForestBlock, blocks->len - 1);

      if (last->n_columns == 0)
        {
          last->n_trees += n_trees;
          return;
        }
    }

  g_array_append_val (blocks, block);
}

/* Where nodes and slots will lie. */
static void
set_layout (const Making *making,
            PymvaForestBlock *block)
{
  const PymvaForestHeads *heads = &making->heads;

  block->jumps = heads->jumps;
  block->n_slots = heads->jumps ? PYMVA_JUMPS_SLOTS : MIN (heads->n_places + 1, PYMVA_MOST_SLOTS);
  block->width = heads->jumps ? heads->n_places : block->n_slots;
  if (!heads->jumps)
    return;

  while (block->width << block->group_shift < PYMVA_JUMPS_MOST_SPLITS)
    block->group_shift++;
  while (1u << block->n_rounds < heads->most_levels)
    block->n_rounds++;
}

/* Lays the trees of the block out. What the tables say of them goes as soon as nothing needs it any
 * more. */
static void
make_block (Making *making,
            PymvaForestBlock *block,
            guint32 n_nodes)
{
  PymvaForestTables *tables = making->tables;

  make_columns (making, block);
  if (making->heads.whole)
    pymva_forest_tables_drop_cuts (tables, making->first_root, n_nodes);
  find_nan_bytes (making, block);
  make_nodes (making, block);
  pymva_forest_slots_make (making->blocks, tables, &making->heads, making->first_root, block);
  if (!block->goes_on)
    pymva_forest_tables_drop_nodes (tables, making->first_root, n_nodes);

  making->blocks->most_columns = MAX (making->blocks->most_columns, block->n_columns + 1);
  g_array_append_val (making->blocks->blocks, *block);
}

/* Ends the block that grows before a tree, and begins the next one. */
static void
end_block (Making *making,
           guint32 end_tree,
           guint32 end_root)
{
  PymvaForestBlock block = { .first_tree = making->first_tree };

  block.n_trees = end_tree - making->first_tree;
  if (block.n_trees > 0)
    {
      set_layout (making, &block);
      pymva_forest_cuts_sort (&making->cuts);
      if (pays (making, end_tree))
        make_block (making, &block, end_root - making->first_root);
      else
        add_walked (making, block.n_trees);
    }

  making->first_tree = end_tree;
  making->first_root = end_root;
  pymva_forest_cuts_reset (&making->cuts);
  g_array_set_size (making->numbers, 0);
}

gpointer
pymva_forest_blocks_allocate (PymvaForestBlocks *self,
                              gsize size)
{
  /* Some kernels load a few bytes more than there are. */
  gpointer memory = g_aligned_alloc0 (size + 64, 1, 64);

  g_ptr_array_add (self->memory, memory);
  return memory;
}

/* A tree that is too wide for a block of its own is walked. */
static void
make_blocks (Making *making)
{
  const PymvaForestTables *tables = making->tables;
  guint32 root = 0;

  for (guint32 tree = 0; tree < tables->n_trees; tree++)
    {
      guint32 end_root = root + tables->node_counts[tree];

      if (!add_tree (making, tree, root))
        {
          end_block (making, tree, root);
          if (!add_tree (making, tree, root))
            {
              add_walked (making, 1);
              making->first_tree = tree + 1;
              making->first_root = end_root;
              pymva_forest_cuts_reset (&making->cuts);
            }
        }
      root = end_root;
    }
  end_block (making, tables->n_trees, root);
}

void
pymva_forest_blocks_init (PymvaForestBlocks *self,
                          PymvaForestTables *tables,
                          PymvaForestLimits limits)
{
  g_autofree Making *making = g_new0 (Making, 1);

  making->blocks = self;
  making->tables = tables;
  making->limits = limits;
  self->blocks = g_array_new (FALSE, FALSE, sizeof (PymvaForestBlock));
  self->memory = g_ptr_array_new_with_free_func (g_aligned_free);
  pymva_forest_heads_init (&making->heads, tables, limits);
  if (making->heads.n_places == 0)
    {
      add_walked (making, tables->n_trees);
      return;
    }

  /* Tails need a column that is none. */
  if (making->heads.n_levels == PYMVA_TAIL_LEVELS)
    limits.most_columns--;
  pymva_forest_cuts_init (&making->cuts, limits);
  making->numbers = g_array_new (FALSE, FALSE, sizeof (guint16));
  make_blocks (making);
  g_array_unref (making->numbers);
  pymva_forest_cuts_clear (&making->cuts);
}

void
pymva_forest_blocks_clear (PymvaForestBlocks *self)
{
  g_clear_pointer (&self->blocks, g_array_unref);
  g_clear_pointer (&self->memory, g_ptr_array_unref);
}
