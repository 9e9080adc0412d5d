/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The part of pymva-kernel-forest-bytes.h for one row: it includes it. */

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

/* Calls a function for the registers that so many columns need, and for whether there is NaN: of
 * these cases each gets its own loop. */
#define CALL_BY_CASE(function, block, n_columns, nan, ...) \
  do \
    { \
      if ((n_columns) <= FEW_REGISTERS * REGISTER_BYTES && !nan) \
        function (block, FEW_REGISTERS, false, __VA_ARGS__); \
      else if ((n_columns) <= FEW_REGISTERS * REGISTER_BYTES) \
        function (block, FEW_REGISTERS, true, __VA_ARGS__); \
      else if ((n_columns) <= 2 * FEW_REGISTERS * REGISTER_BYTES && !nan) \
        function (block, 2 * FEW_REGISTERS, false, __VA_ARGS__); \
      else if ((n_columns) <= 2 * FEW_REGISTERS * REGISTER_BYTES) \
        function (block, 2 * FEW_REGISTERS, true, __VA_ARGS__); \
      else if (!nan) \
        function (block, 4 * FEW_REGISTERS, false, __VA_ARGS__); \
      else \
        function (block, 4 * FEW_REGISTERS, true, __VA_ARGS__); \
    } \
  while (0)

/* Where the block's trees from @first on end for one row. */
static void
find_row_slots (const PymvaForestBlock *block,
                const uint8_t *row,
                uint32_t first,
                uint32_t n,
                bool nan,
                uint8_t *slots)
{
  CALL_BY_CASE (find_row_slots_in, block, block->n_columns, nan, row, first, n, slots);
}

/* So many eights of trees are decided before the slots of the first one are found: what has just
 * been stored in parts cannot be loaded at once. */
#define HEADS_AHEAD 4

/* All heads of a block whose slots are leaves, for a forest of one output. The trees' leaves have
 * to be added one after the other, which takes as long as the rest, so that both are done at the
 * same time. */
#define DEFINE_SUM_ROW_HEADS(type) \
  static PYMVA_ALWAYS_INLINE void \
  sum_row_##type##_heads_in (const PymvaForestBlock *block, \
                             unsigned n_registers, \
                             bool nan, \
                             const uint8_t *row, \
                             type *sum) \
  { \
    uint64_t decisions[2 * HEADS_AHEAD][8] __attribute__ ((aligned (64))); \
    uint32_t n_eights = block->n_trees / 8; \
    uint32_t n_rest = block->n_trees % 8; \
    uint32_t n_ends = n_eights + (n_rest > 0); \
    const type *leaves = block->leaves; \
    RowBytes bytes = load_row (row, n_registers); \
    size_t node = 0; \
    type total = *sum; \
\
    for (uint32_t i = 0; i < n_ends + HEADS_AHEAD; i++) \
      { \
        uint64_t *next = decisions[i % (2 * HEADS_AHEAD)]; \
        uint32_t done = i - HEADS_AHEAD; \
        EightSlots slots; \
\
        if (i < n_eights) \
          for (unsigned tree = 0; tree < 8; tree++, node += PYMVA_MOST_SLOTS) \
            next[tree] = decide_row (block, &bytes, n_registers, nan, node); \
        else if (i < n_ends) \
          for (unsigned tree = 0; tree < 8; tree++, node += PYMVA_MOST_SLOTS) \
            next[tree] = \
              tree < n_rest ? decide_row (block, &bytes, n_registers, nan, node) : 0; \
        if (i < HEADS_AHEAD) \
          continue; \
\
        slots = find_slots_of_eight (decisions[done % (2 * HEADS_AHEAD)]); \
        if (done < n_eights) \
          for (unsigned tree = 0; tree < 8; tree++, leaves += PYMVA_MOST_SLOTS) \
            total += leaves[get_slot (slots, tree)]; \
        else \
          for (unsigned tree = 0; tree < n_rest; tree++, leaves += PYMVA_MOST_SLOTS) \
            total += leaves[get_slot (slots, tree)]; \
      } \
\
    *sum = total; \
  } \
\
  static void \
  sum_row_##type##_heads (const PymvaForestBlock *block, \
                          const uint8_t *row, \
                          bool nan, \
                          type *sum) \
  { \
    CALL_BY_CASE (sum_row_##type##_heads_in, block, block->n_columns, nan, row, sum); \
  }

DEFINE_SUM_ROW_HEADS (float)
DEFINE_SUM_ROW_HEADS (double)

/* Which leaves of the trees from @first on a row comes to from their slots. */
static void
find_row_leaves (const PymvaForestBlock *block,
                 const uint8_t *row,
                 uint32_t first,
                 uint32_t n,
                 bool nan,
                 const uint8_t *slots,
                 uint32_t *leaves)
{
  /* The column behind the last one is asked, too. */
  CALL_BY_CASE (find_row_leaves_in, block, block->n_columns + 1, nan, row, first, n, slots, leaves);
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

  ask_sets (self, block, row, 1, (RowsBytes) { bytes, 1, 0 });
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

/* Whether the slots of the block's heads are leaves, and all of them add to one sum. */
static bool
is_one_sum_of_heads (const PymvaForest *self,
                     const PymvaForestBlock *block)
{
  return block->n_slots == PYMVA_MOST_SLOTS && !block->jumps && block->tails == NULL &&
         block->leaves != NULL && self->tree_outputs == NULL;
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
      if (is_one_sum_of_heads (self, block))
        {
          if (self->sums_are_floats)
            sum_row_float_heads (block, bytes, nan, sums->data);
          else
            sum_row_double_heads (block, bytes, nan, sums->data);
          continue;
        }

      for (uint32_t first = 0; first < block->n_trees; first += PYMVA_FOREST_CHUNK)
        sum_row_chunk (self, block, first, row, bytes, nan, sums);
    }
}
