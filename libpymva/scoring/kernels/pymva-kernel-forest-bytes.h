/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the kernels that compare bytes have in common, compiled for each of them: no guard. Before
 * it comes the kernel's part:
 *
 * LANES, the rows of a tile,
 * REGISTER_BYTES, the columns whose bytes a register looks up, and FEW_REGISTERS, how many of them
 * are used at least; at most it is four times as many,
 * rank_float(), rank_double(): the number of cuts of a column that are below a number,
 * find_row_slots_in(): where some trees of a block end for one row,
 * find_tile_slots_in(): where one tree of a block ends for LANES rows,
 * add_tile_floats(), add_tile_doubles(): what lies in these slots to LANES sums. */

/* --- ranks --- */

/* Gives whether there is NaN among them. */
#define DEFINE_RANK_COLUMNS(type, cuts_of_block) \
  static bool \
  rank_row_##type (const PymvaForestBlock *block, \
                   const type *row, \
                   uint8_t *bytes) \
  { \
    bool nan = false; \
\
    for (uint32_t i = 0; i < block->n_numbers; i++) \
      { \
        const PymvaByteColumn *column = &block->columns[i]; \
        type x = row[column->column.feature]; \
\
        if (column->column.rule != PYMVA_COLUMN_PLAIN) \
          x = pymva_column_read_##type (x, column->column.rule); \
        bytes[i] = rank_##type (block->cuts_of_block + column->cuts, x); \
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
  static bool \
  rank_tile_##type (const PymvaForestBlock *block, \
                    const type *rows, \
                    size_t n_inputs, \
                    size_t n_rows, \
                    uint8_t *bytes) \
  { \
    bool nan = false; \
\
    for (uint32_t i = 0; i < block->n_numbers; i++) \
      { \
        const PymvaByteColumn *column = &block->columns[i]; \
        const type *cuts = block->cuts_of_block + column->cuts; \
        const type *next = rows + column->column.feature; \
\
        for (size_t row = 0; row < n_rows; row++, next += n_inputs) \
          { \
            type x = *next; \
\
            if (column->column.rule != PYMVA_COLUMN_PLAIN) \
              x = pymva_column_read_##type (x, column->column.rule); \
            bytes[i * LANES + row] = rank_##type (cuts, x); \
            if (__builtin_expect (x != x, 0)) \
              { \
                bytes[i * LANES + row] = column->nan_byte; \
                nan = true; \
              } \
          } \
      } \
\
    return nan; \
  }

DEFINE_RANK_COLUMNS (float, cuts)
DEFINE_RANK_COLUMNS (double, double_cuts)

/* The columns that are category sets. */
static void
ask_sets (const PymvaForest *self,
          const PymvaForestBlock *block,
          const PymvaForestRows *rows,
          size_t n_rows,
          size_t stride,
          uint8_t *bytes)
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

          bytes[i * stride + row] = pymva_forest_misses_set (self, &column->node, x);
        }
    }
}

/* --- one row --- */

static PYMVA_ALWAYS_INLINE void
add_values (const PymvaForest *self,
            uint32_t tree,
            size_t value,
            const PymvaForestSums *sums,
            size_t row)
{
  uint32_t output = self->tree_outputs != NULL ? self->tree_outputs[tree] : 0;

  for (uint32_t i = 0; i < self->n_value_columns; i++)
    {
      size_t sum = row * sums->row_stride + (output + i) * sums->output_stride;
      size_t place = value * self->n_value_columns + i;

      if (self->sums_are_floats)
        ((float *) sums->data)[sum] += ((const float *) self->values)[place];
      else
        ((double *) sums->data)[sum] += ((const double *) self->values)[place];
    }
}

/* Where the slots of a tree begin. */
static PYMVA_ALWAYS_INLINE size_t
find_slots (const PymvaForestBlock *block,
            uint32_t tree)
{
  return (size_t) (tree >> block->group_shift) * block->n_slots;
}

#define DEFINE_ADD_ROW_LEAVES(type) \
  static void \
  add_row_##type##s (const PymvaForestBlock *block, \
                     const int32_t *outputs, \
                     uint32_t first, \
                     uint32_t n, \
                     const uint8_t *slots, \
                     const PymvaForestSums *sums) \
  { \
    const type *leaves = (const type *) block->leaves + find_slots (block, first); \
    type *data = sums->data; \
    type sum = *data; \
\
    if (outputs != NULL) \
      for (uint32_t i = 0; i < n; i++) \
        data[outputs[i] * sums->output_stride] += leaves[find_slots (block, i) + slots[i]]; \
    else if (block->group_shift > 0) \
      for (uint32_t i = 0; i < n; i++) \
        sum += leaves[find_slots (block, i) + slots[i]]; \
    else \
      for (uint32_t i = 0; i < n; i++, leaves += block->n_slots) \
        sum += leaves[slots[i]]; \
\
    if (outputs == NULL) \
      *data = sum; \
  }

DEFINE_ADD_ROW_LEAVES (float)
DEFINE_ADD_ROW_LEAVES (double)

/* The same by leaf. */
#define DEFINE_ADD_LEAVES(type) \
  static void \
  add_##type##s (const PymvaForestBlock *block, \
                 const int32_t *outputs, \
                 uint32_t n, \
                 const uint32_t *numbers, \
                 const PymvaForestSums *sums) \
  { \
    const type *leaves = block->leaves; \
    type *data = sums->data; \
    type sum = *data; \
\
    if (outputs != NULL) \
      for (uint32_t i = 0; i < n; i++) \
        data[outputs[i] * sums->output_stride] += leaves[numbers[i]]; \
    else \
      { \
        for (uint32_t i = 0; i < n; i++) \
          sum += leaves[numbers[i]]; \
        *data = sum; \
      } \
  }

DEFINE_ADD_LEAVES (float)
DEFINE_ADD_LEAVES (double)

/* Where the block's trees from @first on end for one row: of the cases each gets its own loop. */
static void
find_row_slots (const PymvaForestBlock *block,
                const uint8_t *row,
                uint32_t first,
                uint32_t n,
                bool nan,
                uint8_t *slots)
{
  const uint32_t few = FEW_REGISTERS * REGISTER_BYTES;

  if (block->n_columns <= few && !nan)
    find_row_slots_in (block, row, FEW_REGISTERS, false, first, n, slots);
  else if (block->n_columns <= few)
    find_row_slots_in (block, row, FEW_REGISTERS, true, first, n, slots);
  else if (block->n_columns <= 2 * few && !nan)
    find_row_slots_in (block, row, 2 * FEW_REGISTERS, false, first, n, slots);
  else if (block->n_columns <= 2 * few)
    find_row_slots_in (block, row, 2 * FEW_REGISTERS, true, first, n, slots);
  else if (!nan)
    find_row_slots_in (block, row, 4 * FEW_REGISTERS, false, first, n, slots);
  else
    find_row_slots_in (block, row, 4 * FEW_REGISTERS, true, first, n, slots);
}

/* Which leaf of its tree a row comes to from a slot; its ranks are @stride bytes apart. */
static PYMVA_ALWAYS_INLINE uint32_t
leave_tail (const PymvaForestBlock *block,
            size_t slot,
            bool nan,
            const uint8_t *ranks,
            size_t stride)
{
  const PymvaForestTail *tail = &block->tails[slot];
  uint32_t right[3];
  uint32_t n_left;

  for (unsigned i = 0; i < 3; i++)
    {
      uint8_t rank = ranks[tail->columns[i] * stride];

      if (nan)
        right[i] = (uint8_t) (rank - tail->cuts[i]) < block->tail_widths[4 * slot + i];
      else
        right[i] = rank >= tail->cuts[i];
    }

  /* A branch would often be guessed wrongly. */
  n_left = 1 + (tail->leaf >> PYMVA_TAIL_LEAF_BITS);
  return (tail->leaf & (PYMVA_TAIL_TWO_LEFT - 1)) + right[1] +
         (-right[0] & (n_left + right[2] - right[1]));
}

static void
find_row_leaves (const PymvaForestBlock *block,
                 const uint8_t *bytes,
                 uint32_t first,
                 uint32_t n,
                 bool nan,
                 const uint8_t *slots,
                 uint32_t *leaves)
{
  const uint32_t *first_leaves = block->first_leaves + first;
  size_t slot = (size_t) first * PYMVA_MOST_SLOTS;

  if (nan)
    for (uint32_t i = 0; i < n; i++, slot += PYMVA_MOST_SLOTS)
      leaves[i] = first_leaves[i] + leave_tail (block, slot + slots[i], true, bytes, 1);
  else
    for (uint32_t i = 0; i < n; i++, slot += PYMVA_MOST_SLOTS)
      leaves[i] = first_leaves[i] + leave_tail (block, slot + slots[i], false, bytes, 1);
}

/* From the leaves of a run of trees to one row's sums. */
static void
add_leaves (const PymvaForest *self,
            const PymvaForestBlock *block,
            const int32_t *outputs,
            uint32_t tree,
            uint32_t n,
            const uint32_t *leaves,
            const PymvaForestSums *sums)
{
  if (block->leaves == NULL)
    for (uint32_t i = 0; i < n; i++)
      add_values (self, tree + i, block->entries[leaves[i]], sums, 0);
  else if (self->sums_are_floats)
    add_floats (block, outputs, n, leaves, sums);
  else
    add_doubles (block, outputs, n, leaves, sums);
}

/* From the slots of the block's trees from @first on to the row's sums. */
static void
add_row_slots (const PymvaForest *self,
               const PymvaForestBlock *block,
               uint32_t first,
               uint32_t n,
               const uint8_t *slots,
               const uint8_t *bytes,
               bool nan,
               const PymvaForestRows *row,
               const PymvaForestSums *sums)
{
  uint32_t tree = block->first_tree + first;
  const int32_t *outputs = self->tree_outputs != NULL ? self->tree_outputs + tree : NULL;
  uint32_t entries[PYMVA_FOREST_CHUNK];

  if (block->tails != NULL)
    {
      find_row_leaves (block, bytes, first, n, nan, slots, entries);
      add_leaves (self, block, outputs, tree, n, entries, sums);
    }
  else if (block->leaves != NULL && self->sums_are_floats)
    add_row_floats (block, outputs, first, n, slots, sums);
  else if (block->leaves != NULL)
    add_row_doubles (block, outputs, first, n, slots, sums);
  else
    {
      for (uint32_t i = 0; i < n; i++)
        entries[i] = block->entries[find_slots (block, first + i) + slots[i]];
      if (block->goes_on)
        pymva_forest_go_on_row (self, tree, n, row, entries, sums);
      else
        for (uint32_t i = 0; i < n; i++)
          add_values (self, tree + i, entries[i], sums, 0);
    }
}

/* The ranks of one row, and whether there is NaN that the nodes' widths matter for. */
static bool
rank_row (const PymvaForest *self,
          const PymvaForestBlock *block,
          const PymvaForestRows *row,
          uint8_t *bytes)
{
  bool nan = row->doubles != NULL ? rank_row_double (block, row->doubles, bytes)
                                  : rank_row_float (block, row->floats, bytes);

  ask_sets (self, block, row, 1, 1, bytes);
  if (block->tails != NULL)
    bytes[block->n_columns] = 0;
  return nan && block->has_widths;
}

/* Some of the block's trees for a row whose ranks are there. */
static void
sum_row_chunk (const PymvaForest *self,
               const PymvaForestBlock *block,
               uint32_t first,
               const PymvaForestRows *row,
               const uint8_t *bytes,
               bool nan,
               const PymvaForestSums *sums)
{
  uint32_t rest = block->n_trees - first;
  uint32_t n = rest < PYMVA_FOREST_CHUNK ? rest : PYMVA_FOREST_CHUNK;
  uint8_t slots[PYMVA_FOREST_CHUNK + 8];

  find_row_slots (block, bytes, first, n, nan, slots);
  add_row_slots (self, block, first, n, slots, bytes, nan, row, sums);
}

static void
sum_row (const PymvaForest *self,
         const PymvaForestRows *row,
         uint8_t *bytes,
         const PymvaForestSums *sums)
{
  for (uint32_t i = 0; i < self->n_blocks; i++)
    {
      const PymvaForestBlock *block = &self->blocks[i];
      bool nan;

      if (block->n_columns == 0)
        {
          pymva_forest_walk_row (self, block->first_tree, block->n_trees, row, sums);
          continue;
        }

      nan = rank_row (self, block, row, bytes);
      for (uint32_t first = 0; first < block->n_trees; first += PYMVA_FOREST_CHUNK)
        sum_row_chunk (self, block, first, row, bytes, nan, sums);
    }
}

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
      leaves[i] = first + leave_tail (block, slot + slots[i], true, bytes + i, LANES);
  else
    for (size_t i = 0; i < n_rows; i++)
      leaves[i] = first + leave_tail (block, slot + slots[i], false, bytes + i, LANES);

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
  bool nan[LANES];

  for (size_t i = 0; i < n_rows; i++)
    {
      PymvaForestRows row = pymva_forest_rows_skip (self, rows, i);

      nan[i] = rank_row (self, block, &row, bytes + i * stride);
    }

  for (uint32_t first = 0; first < block->n_trees; first += PYMVA_FOREST_CHUNK)
    for (size_t i = 0; i < n_rows; i++)
      {
        PymvaForestSums row_sums = *sums;

        row_sums.data = (char *) sums->data + i * sums->row_stride * sum_size;
        sum_row_chunk (self, block, first, rows, bytes + i * stride, nan[i], &row_sums);
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
      bool nan;

      if (block->n_columns == 0)
        {
          for (uint32_t tree = 0; tree < block->n_trees; tree++)
            pymva_forest_walk_tree (self, block->first_tree + tree, rows, n_rows, NULL, sums);
          continue;
        }
      if (block->jumps)
        {
          sum_tile_rows (self, block, rows, n_rows, bytes, sums);
          continue;
        }

      nan = rows->doubles != NULL
              ? rank_tile_double (block, rows->doubles, self->n_inputs, n_rows, bytes)
              : rank_tile_float (block, rows->floats, self->n_inputs, n_rows, bytes);
      nan &= block->has_widths;
      ask_sets (self, block, rows, n_rows, LANES, bytes);
      if (block->tails != NULL)
        memset (bytes + (size_t) block->n_columns * LANES, 0, LANES);
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
