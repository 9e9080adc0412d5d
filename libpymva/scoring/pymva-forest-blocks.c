/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-forest-blocks-private.h"
#include "pymva-forest-heads-private.h"

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
  /* By cut: its number in the block's column; by column: its place in the block. */
  guint32 *cut_numbers;
  guint32 *column_places;
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
  /* Some kernels load a few bytes more than there are. */
  gpointer memory = g_aligned_alloc0 (size + 64, 1, 64);

  g_ptr_array_add (making->blocks->memory, memory);
  return memory;
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
          making->n_columns++;
        }
      making->seen_cut[cut] = making->first_tree;
      making->n_column_cuts[column]++;
      g_array_append_val (making->cuts, cut);
      fits = making->n_column_cuts[column] <= PYMVA_BYTE_MOST_CUTS &&
             making->n_columns <= making->limits.most_columns;
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
  double cost = 0;
  double gain = 0;

  for (guint i = 0; i < making->cuts->len; i++)
    {
      const PymvaForestCut *cut = get_cut (making, g_array_index (making->cuts, guint32, i));

      if (cut->column != last)
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

      for (n = 0; i + n < n_cuts && get_cut (making, cuts[i + n])->column == cut->column; n++)
        making->cut_numbers[cuts[i + n]] = n + 1;
      making->column_places[cut->column] = block->n_columns++;

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
        guint32 place = making->column_places[get_cut (making, making->heads.cuts[i])->column];
        guint missing = pymva_forest_tables_get_missing (making->tables, making->heads.nodes[i]);

        sides[place] |= (missing & PYMVA_FOREST_MISSING_LEFT) != 0 ? LEFT : RIGHT;
      }

  for (guint32 i = 0; i < block->n_numbers; i++)
    {
      columns[i].nan_byte = sides[i] == LEFT ? 0 : PYMVA_BYTE_NAN;
      block->has_widths |= sides[i] == (LEFT | RIGHT);
    }
}

static void
make_nodes (Making *making,
            PymvaForestBlock *block)
{
  const PymvaForestHeads *heads = &making->heads;
  gsize size = (gsize) (block->n_trees + 7) / 8 * 8 * block->width;
  guint8 *columns = allocate (making, size);
  guint8 *cuts = allocate (making, size);
  guint8 *widths = block->has_widths ? allocate (making, size) : NULL;
  guint16 *offsets = allocate (making, size * sizeof (guint16));
  guint8 *n_levels = allocate (making, block->n_trees);

  /* Where there is no node, no number goes right. */
  memset (cuts, PYMVA_BYTE_NAN, size);
  for (guint32 tree = 0; tree < block->n_trees; tree++)
    n_levels[tree] = count_levels (making, block->first_tree + tree);
  for (guint32 tree = 0; tree < block->n_trees; tree++)
    for (guint place = 0; place < heads->n_places; place++)
      {
        gsize from = (gsize) (block->first_tree + tree) * heads->n_places + place;
        gsize to = (gsize) tree * block->width + place;
        guint32 cut = heads->cuts[from];
        guint missing;

        if (cut == PYMVA_FOREST_NONE)
          continue;

        columns[to] = making->column_places[get_cut (making, cut)->column];
        cuts[to] = making->cut_numbers[cut];
        offsets[to] = columns[to] * making->limits.n_lanes;
        missing = pymva_forest_tables_get_missing (making->tables, heads->nodes[from]);
        if (widths != NULL)
          widths[to] = PYMVA_BYTE_NAN - cuts[to] + !(missing & PYMVA_FOREST_MISSING_LEFT);
      }

  block->node_columns = columns;
  block->node_cuts = cuts;
  block->node_widths = widths;
  block->node_offsets = offsets;
  block->n_levels = n_levels;
}

/* --- leaves --- */

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
  guint32 split = making->heads.nodes[(gsize) tree * making->heads.n_places + place];
  guint32 next = root;
  guint slot = first + place + (right ? PYMVA_JUMPS_RIGHT : 0);

  if (split != PYMVA_FOREST_NONE)
    next = root + tables->children[split] + right;
  if (tables->children[next] >= 0)
    return first + pymva_forest_heads_find_place (&making->heads, tree, next);

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
              making->heads.nodes[(gsize) tree * block->width + place] == PYMVA_FOREST_NONE)
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

      pymva_forest_heads_find_exits (&making->heads, tables, root, those);
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
  block->n_slots = heads->jumps ? PYMVA_JUMPS_SLOTS : heads->n_places + 1;
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
  set_layout (making, &block);
  g_array_sort (making->cuts, compare_numbers);
  if (pays (making, end_tree))
    {
      make_columns (making, &block);
      find_nan_bytes (making, &block);
      make_nodes (making, &block);
      if (block.jumps)
        make_jumps (making, &block);
      else
        make_slots (making, &block);
      making->blocks->most_columns = MAX (making->blocks->most_columns, block.n_columns);
      g_array_append_val (making->blocks->blocks, block);
    }
  else
    add_walked (making, block.n_trees);

  for (; making->first_tree < end_tree; making->first_tree++)
    making->first_root += making->tables->node_counts[making->first_tree];
  g_array_set_size (making->cuts, 0);
  making->n_columns = 0;
}

static guint32 *
new_numbers (guint32 n)
{
  guint32 *numbers = g_new (guint32, MAX (n, 1));

  memset (numbers, 0xff, n * sizeof (guint32));
  return numbers;
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
  n_cuts = heads.distinct->len;

  numbers = new_numbers (2 * n_cuts + 3 * heads.n_columns);
  making.seen_cut = numbers;
  making.cut_numbers = making.seen_cut + n_cuts;
  making.seen_column = making.cut_numbers + n_cuts;
  making.n_column_cuts = making.seen_column + heads.n_columns;
  making.column_places = making.n_column_cuts + heads.n_columns;

  for (guint32 tree = 0; tree < tables->n_trees; tree++)
    if (!add_cuts (&making, tree))
      {
        end_block (&making, tree);
        add_cuts (&making, tree);
      }
  end_block (&making, tables->n_trees);
}

void
pymva_forest_blocks_clear (PymvaForestBlocks *self)
{
  g_clear_pointer (&self->blocks, g_array_unref);
  g_clear_pointer (&self->memory, g_ptr_array_unref);
}
