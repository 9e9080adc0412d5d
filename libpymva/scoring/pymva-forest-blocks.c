/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-forest-blocks-private.h"
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
  const PymvaForestTables *tables;
  PymvaForestLimits limits;
  PymvaForestHeads heads;

  /* The block that grows: its trees, and its cuts in no order. */
  guint32 first_tree;
  guint32 first_root;
  GArray *cuts;
  guint32 n_columns;

  /* By cut and by column, the first tree of the block that they were last seen in. */
  guint32 *seen_cut;
  guint32 *seen_column;
  guint32 *n_column_cuts;
  /* By cut, the column of the block that has it, and its number there. A column's cuts may be too
   * many for one in the block. */
  guint32 *cut_columns;
  guint32 *cut_numbers;
} Making;

static const PymvaForestCut *
get_cut (const Making *making,
         guint32 cut)
{
  return &g_array_index (making->heads.distinct, PymvaForestCut, cut);
}

static gpointer
allocate (Making *making,
          gsize size)
{
  return pymva_forest_blocks_allocate (making->blocks, size);
}

/* --- which trees --- */

/* Adds a tree's cuts to the block that grows, or finds that there is no room for them, and takes
 * back what it has added. */
static gboolean
add_cuts (Making *making,
          guint32 tree)
{
  const guint32 *cuts = making->heads.cuts + (gsize) tree * making->heads.n_places;
  guint n_before = making->cuts->len;
  guint32 columns_before = making->n_columns;
  gboolean fits = TRUE;

  for (guint i = 0; i < making->heads.n_places && fits; i++)
    {
      guint32 cut = cuts[i];
      guint32 column;

      if (cut == PYMVA_FOREST_NONE || making->seen_cut[cut] == making->first_tree)
        continue;

      column = get_cut (making, cut)->column;
      if (making->seen_column[column] != making->first_tree)
        {
          making->seen_column[column] = making->first_tree;
          making->n_column_cuts[column] = 0;
        }
      making->seen_cut[cut] = making->first_tree;
      making->n_columns += making->n_column_cuts[column] % PYMVA_BYTE_MOST_CUTS == 0;
      making->n_column_cuts[column]++;
      g_array_append_val (making->cuts, cut);
      fits = making->n_columns <= (making->n_column_cuts[column] <= PYMVA_BYTE_MOST_CUTS
                                     ? making->limits.most_columns
                                     : making->limits.few_columns);
    }
  if (fits)
    return TRUE;

  g_array_set_size (making->cuts, n_before);
  making->n_columns = columns_before;
  return FALSE;
}

/* --- columns and cuts --- */

static int
compare_numbers (gconstpointer a,
                 gconstpointer b)
{
  guint32 first = *(const guint32 *) a;
  guint32 second = *(const guint32 *) b;

  return (first > second) - (first < second);
}

static guint
count_levels (const Making *making,
              guint32 tree)
{
  const guint32 *nodes = making->heads.nodes + (gsize) tree * making->heads.n_places;
  guint place = making->heads.n_places;

  if (making->heads.jumps)
    return making->heads.most_levels;
  while (place > 0 && nodes[place - 1] == PYMVA_FOREST_NONE)
    place--;

  return place > 0 ? g_bit_storage (place) : 0;
}

/* Whether the block pays: the columns of its cuts against the levels of its heads. */
static gboolean
pays (const Making *making,
      guint32 end_tree)
{
  guint32 last = PYMVA_FOREST_NONE;
  guint n = 0;
  double cost = 0;
  double gain = 0;

  for (guint i = 0; i < making->cuts->len; i++)
    {
      const PymvaForestCut *cut = get_cut (making, g_array_index (making->cuts, guint32, i));

      if (cut->column != last)
        n = 0;
      if (n++ % PYMVA_BYTE_MOST_CUTS == 0)
        cost += pymva_forest_node_is_set (making->tables, cut->node) ? SET_COST : COLUMN_COST;
      last = cut->column;
    }
  for (guint32 tree = making->first_tree; tree < end_tree; tree++)
    gain += LEVEL_GAIN * count_levels (making, tree);

  return cost < gain;
}

/* The table of a column: the last cut of each full group, and then the groups; infinity fills
 * up. @floats holds the thresholds rounded down, @doubles as they are, or is NULL. */
static void
fill_cuts (const Making *making,
           const guint32 *cuts,
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
      double threshold = number < n ? get_cut (making, cuts[number])->threshold : INFINITY;

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
  const guint32 *cuts = (const guint32 *) making->cuts->data;
  guint n_cuts = making->cuts->len;
  PymvaByteColumn *columns = allocate (making, making->n_columns * sizeof (PymvaByteColumn));
  gsize most = (gsize) n_cuts + 2 * PYMVA_BYTE_GROUP * making->n_columns;
  float *floats = allocate (making, most * sizeof (float));
  double *doubles =
    making->tables->doubles != NULL ? allocate (making, most * sizeof (double)) : NULL;
  guint32 offset = 0;
  guint n;

  for (guint i = 0; i < n_cuts; i += n)
    {
      const PymvaForestCut *cut = get_cut (making, cuts[i]);
      PymvaByteColumn *column = &columns[block->n_columns];

      for (n = 0; n < PYMVA_BYTE_MOST_CUTS && i + n < n_cuts &&
                  get_cut (making, cuts[i + n])->column == cut->column; n++)
        {
          making->cut_columns[cuts[i + n]] = block->n_columns;
          making->cut_numbers[cuts[i + n]] = n + 1;
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
      fill_cuts (making, cuts + i, n, floats + offset, doubles != NULL ? doubles + offset : NULL);
      offset += PYMVA_BYTE_GROUP * (2 + n / PYMVA_BYTE_GROUP);
    }

  block->columns = columns;
  block->cuts = floats;
  block->double_cuts = doubles;
}

/* --- nodes --- */

/* Where NaN goes at the nodes of each number column: if it is the same everywhere, that is its
 * byte; if it is not, the nodes' widths say it. */
static void
find_nan_bytes (Making *making,
                PymvaForestBlock *block)
{
  enum { LEFT = 1, RIGHT = 2 };
  PymvaByteColumn *columns = (PymvaByteColumn *) block->columns;
  guint8 sides[PYMVA_BYTE_NAN + 1] = { 0 };
  gsize first = (gsize) block->first_tree * making->heads.n_places;
  gsize n = (gsize) block->n_trees * making->heads.n_places;

  for (gsize i = first; i < first + n; i++)
    if (making->heads.cuts[i] != PYMVA_FOREST_NONE)
      {
        guint32 place = making->cut_columns[making->heads.cuts[i]];
        guint missing = pymva_forest_tables_get_missing (making->tables, making->heads.nodes[i]);

        sides[place] |= (missing & PYMVA_FOREST_MISSING_LEFT) != 0 ? LEFT : RIGHT;
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
            gsize place,
            guint8 none)
{
  guint32 cut = making->heads.cuts[place];
  guint missing;
  Split split = { none, PYMVA_BYTE_NAN, 0 };

  if (cut == PYMVA_FOREST_NONE)
    return split;

  missing = pymva_forest_tables_get_missing (making->tables, making->heads.nodes[place]);
  split.column = making->cut_columns[cut];
  split.cut = making->cut_numbers[cut];
  split.width = PYMVA_BYTE_NAN - split.cut + !(missing & PYMVA_FOREST_MISSING_LEFT);
  return split;
}

static void
make_nodes (Making *making,
            PymvaForestBlock *block)
{
  const PymvaForestHeads *heads = &making->heads;
  guint n_places = MIN (heads->n_places, block->width);
  gsize size = (gsize) (block->n_trees + 7) / 8 * 8 * block->width;
  guint8 *columns = allocate (making, size);
  guint8 *cuts = allocate (making, size);
  guint8 *widths = block->has_widths ? allocate (making, size) : NULL;
  guint16 *offsets = allocate (making, size * sizeof (guint16));
  guint8 *n_levels = allocate (making, block->n_trees);

  /* Also where there are no places. */
  memset (cuts, PYMVA_BYTE_NAN, size);
  for (guint32 tree = 0; tree < block->n_trees; tree++)
    n_levels[tree] = MIN (count_levels (making, block->first_tree + tree), PYMVA_MOST_LEVELS);
  for (guint32 tree = 0; tree < block->n_trees; tree++)
    for (guint place = 0; place < n_places; place++)
      {
        gsize from = (gsize) (block->first_tree + tree) * heads->n_places + place;
        gsize to = (gsize) tree * block->width + place;
        Split split = make_split (making, from, 0);

        columns[to] = split.column;
        cuts[to] = split.cut;
        offsets[to] = split.column * making->limits.n_lanes;
        if (widths != NULL)
          widths[to] = split.width;
      }

  block->node_columns = columns;
  block->node_cuts = cuts;
  block->node_widths = widths;
  block->node_offsets = offsets;
  block->n_levels = n_levels;
}

/* The splits of tails lie in the heap behind those of the heads. */
static void
make_tails (Making *making,
            PymvaForestBlock *block)
{
  gsize n = (gsize) block->n_trees * PYMVA_MOST_SLOTS;
  PymvaForestTail *tails = allocate (making, n * sizeof (PymvaForestTail));
  guint8 *widths = block->has_widths ? allocate (making, 4 * n) : NULL;

  for (gsize i = 0; i < n; i++)
    {
      gsize slot = i % PYMVA_MOST_SLOTS;
      gsize first = (block->first_tree + i / PYMVA_MOST_SLOTS) * making->heads.n_places;
      gsize places[] = { PYMVA_MOST_SLOTS - 1 + slot, 2 * (PYMVA_MOST_SLOTS + slot) - 1,
                         2 * (PYMVA_MOST_SLOTS + slot) };

      for (guint k = 0; k < G_N_ELEMENTS (places); k++)
        {
          Split split = make_split (making, first + places[k], block->n_columns);

          tails[i].columns[k] = split.column;
          tails[i].cuts[k] = split.cut;
          if (widths != NULL)
            widths[4 * i + k] = split.width;
        }
    }

  block->tails = tails;
  block->tail_widths = widths;
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

/* Ends the block that grows before a tree, and begins the next one. */
static void
end_block (Making *making,
           guint32 end_tree)
{
  PymvaForestBlock block = { .first_tree = making->first_tree };

  block.n_trees = end_tree - making->first_tree;
  if (block.n_trees == 0)
    return;

  set_layout (making, &block);
  g_array_sort (making->cuts, compare_numbers);
  if (pays (making, end_tree))
    {
      make_columns (making, &block);
      find_nan_bytes (making, &block);
      make_nodes (making, &block);
      if (making->heads.n_levels == PYMVA_TAIL_LEVELS)
        make_tails (making, &block);
      pymva_forest_slots_make (making->blocks, making->tables, &making->heads, making->first_root,
                               &block);
      making->blocks->most_columns = MAX (making->blocks->most_columns, block.n_columns + 1);
      g_array_append_val (making->blocks->blocks, block);
    }
  else
    add_walked (making, block.n_trees);

  for (; making->first_tree < end_tree; making->first_tree++)
    making->first_root += making->tables->node_counts[making->first_tree];
  g_array_set_size (making->cuts, 0);
  making->n_columns = 0;
}

/* Walks a tree that is too wide for a block of its own. */
static void
skip_tree (Making *making)
{
  add_walked (making, 1);
  making->first_root += making->tables->node_counts[making->first_tree++];
}

static guint32 *
new_numbers (gsize n)
{
  guint32 *numbers = g_new (guint32, MAX (n, 1));

  memset (numbers, 0xff, n * sizeof (guint32));
  return numbers;
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

void
pymva_forest_blocks_init (PymvaForestBlocks *self,
                          const PymvaForestTables *tables,
                          PymvaForestLimits limits)
{
  g_auto (PymvaForestHeads) heads = { 0 };
  g_autoptr (GArray) cuts = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint32 *numbers = NULL;
  Making making = { .blocks = self, .tables = tables, .limits = limits, .cuts = cuts };
  guint32 n_cuts;

  self->blocks = g_array_new (FALSE, FALSE, sizeof (PymvaForestBlock));
  self->memory = g_ptr_array_new_with_free_func (g_aligned_free);
  pymva_forest_heads_init (&heads, tables, limits);
  making.heads = heads;
  /* Tails need a column that is none. */
  if (heads.n_levels == PYMVA_TAIL_LEVELS)
    making.limits.most_columns--;
  if (heads.n_places == 0)
    {
      add_walked (&making, tables->n_trees);
      return;
    }
  n_cuts = heads.distinct->len;

  numbers = new_numbers (3 * (gsize) n_cuts + 2 * (gsize) heads.n_columns);
  making.seen_cut = numbers;
  making.cut_numbers = making.seen_cut + n_cuts;
  making.cut_columns = making.cut_numbers + n_cuts;
  making.seen_column = making.cut_columns + n_cuts;
  making.n_column_cuts = making.seen_column + heads.n_columns;

  for (guint32 tree = 0; tree < tables->n_trees; tree++)
    if (!add_cuts (&making, tree))
      {
        end_block (&making, tree);
        if (!add_cuts (&making, tree))
          skip_tree (&making);
      }
  end_block (&making, tables->n_trees);
}

void
pymva_forest_blocks_clear (PymvaForestBlocks *self)
{
  g_clear_pointer (&self->blocks, g_array_unref);
  g_clear_pointer (&self->memory, g_ptr_array_unref);
}
