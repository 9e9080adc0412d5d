/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the kernels that compare bytes have in common, compiled for each of them: no guard. Before
 * it comes the kernel's part:
 *
 * LANES, the rows of a tile,
 * REGISTER_BYTES, the columns whose bytes a register looks up, and FEW_REGISTERS, how many of them
 * are used at least; at most it is four times as many,
 * rank_float(), rank_double(): the number of cuts of a column that are below a number,
 * RowBytes and load_row(): the bytes of one row, in so many registers,
 * decide_row(): what the row does at the 64 nodes of a tree's head: its turns, or its slot,
 * EightSlots, find_slots_of_eight() and get_slot(): from what it does at eight of them to their
 * slots, and to one of these,
 * find_row_slots_in(): where some trees of a block end for one row,
 * find_row_leaves_in(): to which leaves their tails lead it from there,
 * LEAVES_TAILS_BY_ROW, whether that is quicker than a tile's rows together,
 * find_tile_slots_in(): where one tree of a block ends for LANES rows,
 * add_tile_floats(), add_tile_doubles(): what lies in these slots to LANES sums. */

/* --- ranks --- */

/* Where the bytes of rows lie: those of columns and of rows so far apart. */
typedef struct
{
  uint8_t *bytes;
  size_t column_stride;
  size_t row_stride;
} RowsBytes;

/* Of a row, and of rows column by column, so that the cuts stay near. Gives whether there is NaN,
 * or marks the rows that have it. */
#define DEFINE_RANK_COLUMNS(type, cuts_of_block) \
  static bool \
  rank_row_##type (const PymvaForestBlock *block, \
                   const type *row, \
                   uint8_t *bytes) \
  { \
    const PymvaByteColumn *column = block->columns; \
    const type *cuts = block->cuts_of_block; \
    uint32_t n = block->n_numbers; \
    bool nan = false; \
\
    for (uint32_t i = 0; i < n; i++, column++) \
      { \
        type x = row[column->column.feature]; \
\
        if (column->column.rule != PYMVA_COLUMN_PLAIN) \
          x = pymva_column_read_##type (x, column->column.rule); \
        bytes[i] = rank_##type (cuts + column->cuts, x); \
        if (__builtin_expect (x != x, 0)) \
          { \
            bytes[i] = column->nan_byte; \
            nan = true; \
          } \
      } \
\
    return nan; \
  } \
\
  static void \
  rank_tile_##type (const PymvaForestBlock *block, \
                    const type *rows, \
                    size_t n_inputs, \
                    size_t n_rows, \
                    RowsBytes to, \
                    bool *nans) \
  { \
    for (uint32_t i = 0; i < block->n_numbers; i++, to.bytes += to.column_stride) \
      { \
        const PymvaByteColumn *column = &block->columns[i]; \
        const type *cuts = block->cuts_of_block + column->cuts; \
        const type *next = rows + column->column.feature; \
        uint8_t *byte = to.bytes; \
\
        for (size_t row = 0; row < n_rows; row++, next += n_inputs, byte += to.row_stride) \
          { \
            type x = *next; \
\
            if (column->column.rule != PYMVA_COLUMN_PLAIN) \
              x = pymva_column_read_##type (x, column->column.rule); \
            *byte = rank_##type (cuts, x); \
            if (__builtin_expect (x != x, 0)) \
              { \
                *byte = column->nan_byte; \
                nans[row] = true; \
              } \
          } \
      } \
  }

DEFINE_RANK_COLUMNS (float, cuts)
DEFINE_RANK_COLUMNS (double, double_cuts)

/* The columns that are category sets. */
static void
ask_sets (const PymvaForest *self,
          const PymvaForestBlock *block,
          const PymvaForestRows *rows,
          size_t n_rows,
          RowsBytes to)
{
  for (uint32_t i = block->n_numbers; i < block->n_columns; i++)
    {
      const PymvaByteColumn *column = &block->columns[i];
      PymvaForestColumn read = column->column;

      for (size_t row = 0; row < n_rows; row++)
        {
          size_t place = row * self->n_inputs + read.feature;
          double x = rows->doubles != NULL
                       ? pymva_column_read_double (rows->doubles[place], read.rule)
                       : pymva_column_read_float (rows->floats[place], read.rule);

          to.bytes[i * to.column_stride + row * to.row_stride] =
            pymva_forest_misses_set (self, &column->node, x);
        }
    }
}

#include "pymva-kernel-forest-bytes-row.h"

/* --- a tile of rows --- */

static PYMVA_ALWAYS_INLINE void
find_tile_slots_by_level (const PymvaForestBlock *block,
                          uint32_t tree,
                          bool shallow,
                          bool nan,
                          const uint8_t *tile,
                          uint8_t *slots)
{
  unsigned n_levels = block->n_levels[tree];

  if (n_levels == 0)
    find_tile_slots_in (block, tree, 0, shallow, nan, tile, slots);
  else if (n_levels == 1)
    find_tile_slots_in (block, tree, 1, shallow, nan, tile, slots);
  else if (n_levels == 2)
    find_tile_slots_in (block, tree, 2, shallow, nan, tile, slots);
  else if (shallow || n_levels == 3)
    find_tile_slots_in (block, tree, 3, shallow, nan, tile, slots);
  else if (n_levels == 4)
    find_tile_slots_in (block, tree, 4, shallow, nan, tile, slots);
  else if (n_levels == 5)
    find_tile_slots_in (block, tree, 5, shallow, nan, tile, slots);
  else
    find_tile_slots_in (block, tree, 6, shallow, nan, tile, slots);
}

/* Where one of the block's trees ends for each row of a tile. */
static void
find_tile_slots (const PymvaForestBlock *block,
                 uint32_t tree,
                 bool nan,
                 const uint8_t *tile,
                 uint8_t *slots)
{
  if (block->n_slots == PYMVA_SHALLOW_SLOTS && !nan)
    find_tile_slots_by_level (block, tree, true, false, tile, slots);
  else if (block->n_slots == PYMVA_SHALLOW_SLOTS)
    find_tile_slots_by_level (block, tree, true, true, tile, slots);
  else if (!nan)
    find_tile_slots_by_level (block, tree, false, false, tile, slots);
  else
    find_tile_slots_by_level (block, tree, false, true, tile, slots);
}

/* From the slots of a tree with tails to the rows' sums. */
static void
add_tile_leaves (const PymvaForest *self,
                 const PymvaForestBlock *block,
                 uint32_t number,
                 const uint8_t *slots,
                 const uint8_t *bytes,
                 bool nan,
                 size_t n_rows,
                 const PymvaForestSums *sums)
{
  uint32_t tree = block->first_tree + number;
  uint32_t output = self->tree_outputs != NULL ? self->tree_outputs[tree] : 0;
  uint32_t first = block->first_leaves[number];
  size_t slot = (size_t) number * PYMVA_MOST_SLOTS;
  uint32_t leaves[LANES];

  if (nan)
    for (size_t i = 0; i < n_rows; i++)
      leaves[i] = first + pymva_forest_leave_tail (block, slot + slots[i], true, bytes + i, LANES);
  else
    for (size_t i = 0; i < n_rows; i++)
      leaves[i] = first + pymva_forest_leave_tail (block, slot + slots[i], false, bytes + i, LANES);

  if (block->leaves == NULL)
    for (size_t i = 0; i < n_rows; i++)
      add_values (self, tree, block->entries[leaves[i]], sums, i);
  else if (self->sums_are_floats)
    for (size_t i = 0; i < n_rows; i++)
      ((float *) sums->data)[output * LANES + i] += ((const float *) block->leaves)[leaves[i]];
  else
    for (size_t i = 0; i < n_rows; i++)
      ((double *) sums->data)[output * LANES + i] += ((const double *) block->leaves)[leaves[i]];
}

static void
add_tile_slots (const PymvaForest *self,
                const PymvaForestBlock *block,
                uint32_t number,
                const uint8_t *slots,
                const uint8_t *bytes,
                bool nan,
                const PymvaForestRows *rows,
                size_t n_rows,
                const PymvaForestSums *sums)
{
  uint32_t tree = block->first_tree + number;
  uint32_t output = self->tree_outputs != NULL ? self->tree_outputs[tree] : 0;
  size_t leaf = find_slots (block, number);
  uint32_t entries[LANES];

  if (block->tails != NULL)
    add_tile_leaves (self, block, number, slots, bytes, nan, n_rows, sums);
  else if (block->leaves != NULL && self->sums_are_floats)
    add_tile_floats ((const float *) block->leaves + leaf, block->n_slots, slots,
                     (float *) sums->data + output * LANES);
  else if (block->leaves != NULL)
    add_tile_doubles ((const double *) block->leaves + leaf, block->n_slots, slots,
                      (double *) sums->data + output * LANES);
  else
    {
      for (size_t i = 0; i < LANES; i++)
        entries[i] = block->entries[leaf + slots[i]];
      if (block->goes_on)
        pymva_forest_walk_tree (self, tree, rows, n_rows, entries, sums);
      else
        for (size_t i = 0; i < n_rows; i++)
          add_values (self, tree, entries[i], sums, i);
    }
}

/* The ranks of the rows of a tile, and which of them have NaN that the nodes' widths matter for. */
static void
rank_tile (const PymvaForest *self,
           const PymvaForestBlock *block,
           const PymvaForestRows *rows,
           size_t n_rows,
           RowsBytes to,
           bool *nans)
{
  memset (nans, false, n_rows * sizeof (bool));
  if (rows->doubles != NULL)
    rank_tile_double (block, rows->doubles, self->n_inputs, n_rows, to, nans);
  else
    rank_tile_float (block, rows->floats, self->n_inputs, n_rows, to, nans);
  if (!block->has_widths)
    memset (nans, false, n_rows * sizeof (bool));

  ask_sets (self, block, rows, n_rows, to);
  for (size_t row = 0; block->tails != NULL && row < n_rows; row++)
    to.bytes[block->n_columns * to.column_stride + row * to.row_stride] = 0;
}

/* Row by row, but with some trees after the other, which stay near. */
static void
sum_tile_rows (const PymvaForest *self,
               const PymvaForestBlock *block,
               const PymvaForestRows *rows,
               size_t n_rows,
               uint8_t *bytes,
               const PymvaForestSums *sums)
{
  size_t stride = (self->most_byte_columns + 63) / 64 * 64;
  size_t sum_size = self->sums_are_floats ? sizeof (float) : sizeof (double);
  bool nans[LANES];

  rank_tile (self, block, rows, n_rows, (RowsBytes) { bytes, 1, stride }, nans);
  for (uint32_t first = 0; first < block->n_trees; first += PYMVA_FOREST_CHUNK)
    for (size_t i = 0; i < n_rows; i++)
      {
        PymvaForestSums row_sums = *sums;

        row_sums.data = (char *) sums->data + i * sums->row_stride * sum_size;
        sum_row_chunk (self, block, first, rows, bytes + i * stride, nans[i], &row_sums);
      }
}

static void
sum_tile (const PymvaForest *self,
          const PymvaForestRows *rows,
          size_t n_rows,
          uint8_t *bytes,
          const PymvaForestSums *sums)
{
  for (uint32_t i = 0; i < self->n_blocks; i++)
    {
      const PymvaForestBlock *block = &self->blocks[i];
      uint8_t slots[LANES] __attribute__ ((aligned (64)));
      bool nans[LANES];
      bool nan = false;

      if (block->n_columns == 0)
        {
          for (uint32_t tree = 0; tree < block->n_trees; tree++)
            pymva_forest_walk_tree (self, block->first_tree + tree, rows, n_rows, NULL, sums);
          continue;
        }
      if (block->jumps || (LEAVES_TAILS_BY_ROW && block->tails != NULL))
        {
          sum_tile_rows (self, block, rows, n_rows, bytes, sums);
          continue;
        }

      rank_tile (self, block, rows, n_rows, (RowsBytes) { bytes, LANES, 1 }, nans);
      for (size_t row = 0; row < n_rows; row++)
        nan |= nans[row];
      for (uint32_t tree = 0; tree < block->n_trees; tree++)
        {
          find_tile_slots (block, tree, nan, bytes, slots);
          add_tile_slots (self, block, tree, slots, bytes, nan, rows, n_rows, sums);
        }
    }
}

/* Tiles for as long as there are rows to fill them, and then row by row. */
static void
sum_rows (const PymvaForest *self,
          const PymvaForestRows *rows,
          size_t n_rows,
          const PymvaForestMemory *memory,
          double *outputs)
{
  PymvaForestSums by_tile = { memory->sums, 1, LANES };
  PymvaForestSums by_row = { memory->sums, self->n_outputs, 1 };
  size_t n;

  for (size_t done = 0; done < n_rows; done += n)
    {
      PymvaForestRows rest = pymva_forest_rows_skip (self, rows, done);

      n = n_rows - done < LANES ? n_rows - done : LANES;
      if (n < LANES / PYMVA_FOREST_LEAST_FILLED)
        {
          pymva_forest_make_row_columns (self, &rest, memory->columns);
          pymva_forest_start_sums (self, 1, &by_row);
          sum_row (self, &rest, memory->bytes, &by_row);
          pymva_forest_end_sums (self, 1, &by_row, outputs + done * self->n_outputs);
          n = 1;
          continue;
        }

      /* Lanes without a row go through the trees too, with some numbers or other. */
      if (n < LANES)
        memset (memory->bytes, 0, (size_t) self->most_byte_columns * LANES);
      pymva_forest_make_tile_columns (self, &rest, n, memory->columns);
      pymva_forest_start_sums (self, LANES, &by_tile);
      sum_tile (self, &rest, n, memory->bytes, &by_tile);
      pymva_forest_end_sums (self, n, &by_tile, outputs + done * self->n_outputs);
    }
}
