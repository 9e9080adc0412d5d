/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <immintrin.h>
#include <string.h>

#include "pymva-kernel-forest-private.h"

#define LANES 32
#define REGISTER_BYTES 16
#define FEW_REGISTERS 2
#define LEAVES_TAILS_BY_ROW false
/* The nodes above the last level of a tree's head. */
#define UPPER_NODES 0x7fffffffu

/* --- ranks --- */

static PYMVA_ALWAYS_INLINE uint32_t
count_floats (const float *cuts,
              __m256 number)
{
  uint32_t low = _mm256_movemask_ps (_mm256_cmp_ps (_mm256_load_ps (cuts), number, _CMP_LT_OQ));
  uint32_t high =
    _mm256_movemask_ps (_mm256_cmp_ps (_mm256_load_ps (cuts + 8), number, _CMP_LT_OQ));

  return _mm_popcnt_u32 (low | high << 8);
}

static PYMVA_ALWAYS_INLINE uint32_t
rank_float (const float *cuts,
            float x)
{
  __m256 number = _mm256_set1_ps (x);
  uint32_t group = count_floats (cuts, number);

  return PYMVA_BYTE_GROUP * group + count_floats (cuts + PYMVA_BYTE_GROUP * (group + 1), number);
}

static PYMVA_ALWAYS_INLINE uint32_t
count_doubles (const double *cuts,
               __m256d number)
{
  uint32_t below = 0;

  for (unsigned i = 0; i < PYMVA_BYTE_GROUP; i += 4)
    below |= (uint32_t) _mm256_movemask_pd (
               _mm256_cmp_pd (_mm256_load_pd (cuts + i), number, _CMP_LT_OQ)) << i;

  return _mm_popcnt_u32 (below);
}

static PYMVA_ALWAYS_INLINE uint32_t
rank_double (const double *cuts,
             double x)
{
  __m256d number = _mm256_set1_pd (x);
  uint32_t group = count_doubles (cuts, number);

  return PYMVA_BYTE_GROUP * group + count_doubles (cuts + PYMVA_BYTE_GROUP * (group + 1), number);
}

/* --- both --- */

/* All bits of the bytes that send a row right. */
static PYMVA_ALWAYS_INLINE __m256i
compare (__m256i ranks,
         __m256i cuts,
         __m256i widths,
         bool nan)
{
  __m256i above = _mm256_sub_epi8 (ranks, cuts);

  /* Where widths are not asked, ranks >= cuts; where they are, above < widths. */
  if (!nan)
    return _mm256_cmpeq_epi8 (_mm256_max_epu8 (ranks, cuts), ranks);
  return _mm256_xor_si256 (_mm256_cmpeq_epi8 (_mm256_max_epu8 (above, widths), above),
                           _mm256_set1_epi8 (-1));
}

static PYMVA_ALWAYS_INLINE __m256i
load (const uint8_t *bytes)
{
  return _mm256_load_si256 ((const __m256i *) bytes);
}

static PYMVA_ALWAYS_INLINE __m256i
load_twice (const uint8_t *bytes)
{
  return _mm256_broadcastsi128_si256 (_mm_loadu_si128 ((const __m128i *) bytes));
}

/* --- one row: a byte lane for each node --- */

/* A row's bytes, which are loaded where they are looked up. */
typedef struct
{
  const uint8_t *row;
} RowBytes;

static PYMVA_ALWAYS_INLINE RowBytes
load_row (const uint8_t *row,
          unsigned n_registers)
{
  return (RowBytes) { row };
}

/* A row's bytes by column. A shuffle looks at the lowest four bits of a column's number; by each of
 * the higher ones, half of what the shuffles have found is chosen. */
static PYMVA_ALWAYS_INLINE __m256i
look_up_bytes (const uint8_t *row,
               unsigned n_registers,
               __m256i columns)
{
  __m256i found[8];
  __m256i bit = _mm256_slli_epi16 (columns, 3);

  for (unsigned i = 0; i < n_registers; i++)
    found[i] = _mm256_shuffle_epi8 (load_twice (row + 16 * i), columns);
  for (unsigned n = n_registers / 2; n > 0; n /= 2)
    {
      for (unsigned i = 0; i < n; i++)
        found[i] = _mm256_blendv_epi8 (found[2 * i], found[2 * i + 1], bit);
      bit = n == n_registers / 2 ? _mm256_slli_epi16 (columns, 2) : _mm256_slli_epi16 (columns, 1);
    }

  return found[0];
}

/* Which of 32 nodes send the row right. */
static PYMVA_ALWAYS_INLINE uint32_t
decide_half (const PymvaForestBlock *block,
             const uint8_t *row,
             unsigned n_registers,
             bool nan,
             size_t node)
{
  __m256i ranks = look_up_bytes (row, n_registers, load (block->node_columns + node));
  __m256i widths = nan ? load (block->node_widths + node) : ranks;

  return _mm256_movemask_epi8 (compare (ranks, load (block->node_cuts + node), widths, nan));
}

/* The same of 64. */
static PYMVA_ALWAYS_INLINE uint64_t
decide_nodes (const PymvaForestBlock *block,
              const RowBytes *bytes,
              unsigned n_registers,
              bool nan,
              size_t node)
{
  uint64_t low = decide_half (block, bytes->row, n_registers, nan, node);

  return low | (uint64_t) decide_half (block, bytes->row, n_registers, nan, node + 32) << 32;
}

/* From the turns that a row takes at all nodes of a tree's head to the slot where it ends. */
static PYMVA_ALWAYS_INLINE uint32_t
find_slot (uint64_t turns)
{
  uint32_t exit = pymva_forest_exits[turns & 127];
  uint64_t below = _pext_u64 (turns, pymva_forest_lower_nodes[exit]);

  return 8 * exit + pymva_forest_exits[below];
}

/* The slot of a tree's head. To look a byte up among many columns costs more than to find out which
 * node of the last level the row has come to, and to ask only that one. */
static PYMVA_ALWAYS_INLINE uint64_t
decide_row (const PymvaForestBlock *block,
            const RowBytes *bytes,
            unsigned n_registers,
            bool nan,
            size_t node)
{
  uint32_t slot;
  uint8_t rank;

  if (n_registers <= FEW_REGISTERS)
    return find_slot (decide_nodes (block, bytes, n_registers, nan, node));

  slot = find_slot (decide_half (block, bytes->row, n_registers, nan, node) & UPPER_NODES);
  node += PYMVA_MOST_SLOTS / 2 - 1 + slot / 2;
  rank = bytes->row[block->node_columns[node]];
  if (nan)
    return slot + ((uint8_t) (rank - block->node_cuts[node]) < block->node_widths[node]);

  return slot + (rank >= block->node_cuts[node]);
}

/* They are read where they were stored: nothing waits for all eight of them. */
typedef const uint64_t *EightSlots;

static PYMVA_ALWAYS_INLINE EightSlots
find_slots_of_eight (const uint64_t decisions[8])
{
  return decisions;
}

static PYMVA_ALWAYS_INLINE uint64_t
get_slot (EightSlots slots,
          unsigned tree)
{
  return slots[tree];
}

/* The slots of eight trees of up to three levels. */
static PYMVA_ALWAYS_INLINE void
store_shallow_slots (uint64_t turns,
                     uint8_t slots[8])
{
  for (unsigned i = 0; i < 8; i++)
    slots[i] = pymva_forest_exits[turns >> 8 * i & 127];
}

static PYMVA_ALWAYS_INLINE void
find_row_slots_in (const PymvaForestBlock *block,
                   unsigned n_registers,
                   bool nan,
                   const uint8_t *row,
                   uint32_t first,
                   uint32_t n,
                   uint8_t *slots)
{
  size_t node = (size_t) first * block->n_slots;
  bool shallow = block->n_slots == PYMVA_SHALLOW_SLOTS;
  RowBytes bytes = load_row (row, n_registers);

  for (uint32_t tree = 0; tree < n; tree += shallow ? 8 : 1, node += 64)
    {
      if (shallow)
        store_shallow_slots (decide_nodes (block, &bytes, n_registers, nan, node), slots + tree);
      else
        slots[tree] = decide_row (block, &bytes, n_registers, nan, node);
    }
}

/* Four numbers of 64 bits, each from where the slot of the next tree has it. */
#define SLOT(first, slots, tree) ((first) + PYMVA_MOST_SLOTS * (tree) + (slots)[tree])
#define LOAD_BY_SLOTS(load, block, first, slots) \
  _mm256_set_epi64x (load (block, SLOT (first, slots, 3)), load (block, SLOT (first, slots, 2)), \
                     load (block, SLOT (first, slots, 1)), load (block, SLOT (first, slots, 0)))

/* pymva_forest_leave_tail() for the slots of four trees. */
static PYMVA_ALWAYS_INLINE __m128i
leave_four_tails (const PymvaForestBlock *block,
                  const uint8_t *row,
                  unsigned n_registers,
                  bool nan,
                  size_t first,
                  const uint8_t *slots)
{
  /* By the turns at the three splits, and whether two leaves are on the left: which leaf it is. */
  const __m256i ways = _mm256_broadcastsi128_si256 (
    _mm_set_epi32 (0x03010300, 0x02010200, 0x02010200, 0x01010100));
  __m256i tails = LOAD_BY_SLOTS (pymva_forest_load_tail, block, first, slots);
  __m256i ranks = look_up_bytes (row, n_registers, tails);
  __m256i cuts = _mm256_srli_epi64 (tails, 24);
  __m256i widths = nan ? LOAD_BY_SLOTS (pymva_forest_load_tail_widths, block, first, slots) : cuts;
  __m256i right = compare (ranks, cuts, widths, nan);
  __m256i way = _mm256_sad_epu8 (_mm256_and_si256 (right, _mm256_set1_epi64x (0x040201)),
                                 _mm256_setzero_si256 ());
  __m256i leaves;

  way = _mm256_or_si256 (way, _mm256_slli_epi64 (_mm256_srli_epi64 (tails, 63), 3));
  leaves = _mm256_add_epi64 (_mm256_and_si256 (_mm256_srli_epi64 (tails, 48),
                                               _mm256_set1_epi64x (PYMVA_TAIL_TWO_LEFT - 1)),
                             _mm256_shuffle_epi8 (ways, way));
  leaves = _mm256_permutevar8x32_epi32 (leaves, _mm256_setr_epi32 (0, 2, 4, 6, 0, 2, 4, 6));
  return _mm256_castsi256_si128 (leaves);
}

static PYMVA_ALWAYS_INLINE void
find_row_leaves_in (const PymvaForestBlock *block,
                    unsigned n_registers,
                    bool nan,
                    const uint8_t *row,
                    uint32_t first,
                    uint32_t n,
                    const uint8_t *slots,
                    uint32_t *leaves)
{
  uint32_t tree = 0;

  for (; tree + 4 <= n; tree += 4)
    {
      size_t slot = (size_t) (first + tree) * PYMVA_MOST_SLOTS;
      const uint32_t *first_leaves = block->first_leaves + first + tree;
      __m128i found = leave_four_tails (block, row, n_registers, nan, slot, slots + tree);

      found = _mm_add_epi32 (found, _mm_loadu_si128 ((const __m128i *) first_leaves));
      _mm_storeu_si128 ((__m128i *) (leaves + tree), found);
    }

  pymva_forest_leave_tails (block, nan, row, first + tree, n - tree, slots + tree, leaves + tree);
}

/* --- a tile: a byte lane for each row --- */

/* The ranks that the nodes of a level compare, each row's in the column of the node that it has
 * come to: chosen by its turns at the levels above, the first one first. */
static PYMVA_ALWAYS_INLINE __m256i
choose_1 (const uint8_t *tile,
          const uint16_t *offsets,
          const __m256i *turns)
{
  return load (tile + offsets[0]);
}

#define DEFINE_CHOOSE(n, half) \
  static PYMVA_ALWAYS_INLINE __m256i \
  choose_##n (const uint8_t *tile, \
              const uint16_t *offsets, \
              const __m256i *turns) \
  { \
    return _mm256_blendv_epi8 (choose_##half (tile, offsets, turns + 1), \
                               choose_##half (tile, offsets + half, turns + 1), turns[0]); \
  }

DEFINE_CHOOSE (2, 1)
DEFINE_CHOOSE (4, 2)
DEFINE_CHOOSE (8, 4)
DEFINE_CHOOSE (16, 8)
DEFINE_CHOOSE (32, 16)

/* What the nodes of a level, in @bytes, have for each row, by the place that it has come to. */
static PYMVA_ALWAYS_INLINE __m256i
look_up_nodes (const uint8_t *bytes,
               unsigned level,
               const __m256i *turns,
               __m256i place)
{
  __m256i low = _mm256_shuffle_epi8 (load_twice (bytes), place);

  if (level < 5)
    return low;
  return _mm256_blendv_epi8 (low, _mm256_shuffle_epi8 (load_twice (bytes + 16), place), turns[0]);
}

/* From @place within the level to that in the next one. */
static PYMVA_ALWAYS_INLINE void
turn (const PymvaForestBlock *block,
      size_t first,
      unsigned level,
      bool nan,
      __m256i ranks,
      __m256i *turns,
      __m256i *place)
{
  size_t node = first + (1u << level) - 1;
  __m256i cuts = look_up_nodes (block->node_cuts + node, level, turns, *place);
  __m256i widths = nan ? look_up_nodes (block->node_widths + node, level, turns, *place) : cuts;

  turns[level] = compare (ranks, cuts, widths, nan);
  *place = _mm256_sub_epi8 (_mm256_add_epi8 (*place, *place), turns[level]);
}

static PYMVA_ALWAYS_INLINE void
find_tile_slots_in (const PymvaForestBlock *block,
                    uint32_t number,
                    unsigned n_levels,
                    bool shallow,
                    bool nan,
                    const uint8_t *tile,
                    uint8_t *slots)
{
  size_t first = (size_t) number * block->n_slots;
  const uint16_t *offsets = block->node_offsets + first;
  unsigned most_levels = shallow ? PYMVA_SHALLOW_LEVELS : PYMVA_MOST_LEVELS;
  __m256i place = _mm256_setzero_si256 ();
  __m256i turns[PYMVA_MOST_LEVELS];

  if (n_levels > 0)
    turn (block, first, 0, nan, choose_1 (tile, offsets, turns), turns, &place);
  if (n_levels > 1)
    turn (block, first, 1, nan, choose_2 (tile, offsets + 1, turns), turns, &place);
  if (n_levels > 2)
    turn (block, first, 2, nan, choose_4 (tile, offsets + 3, turns), turns, &place);
  if (n_levels > 3)
    turn (block, first, 3, nan, choose_8 (tile, offsets + 7, turns), turns, &place);
  if (n_levels > 4)
    turn (block, first, 4, nan, choose_16 (tile, offsets + 15, turns), turns, &place);
  if (n_levels > 5)
    turn (block, first, 5, nan, choose_32 (tile, offsets + 31, turns), turns, &place);

  for (unsigned level = n_levels; level < most_levels; level++)
    place = _mm256_add_epi8 (place, place);
  _mm256_store_si256 ((__m256i *) slots, place);
}

static PYMVA_ALWAYS_INLINE void
add_tile_floats (const float *leaves,
                 uint32_t n_slots,
                 const uint8_t *slots,
                 float *sums)
{
  for (unsigned i = 0; i < LANES; i += 8)
    {
      __m256i slot = _mm256_cvtepu8_epi32 (_mm_loadl_epi64 ((const __m128i *) (slots + i)));
      __m256 leaf = n_slots == PYMVA_SHALLOW_SLOTS
                      ? _mm256_permutevar8x32_ps (_mm256_load_ps (leaves), slot)
                      : _mm256_i32gather_ps (leaves, slot, sizeof (float));

      _mm256_store_ps (sums + i, _mm256_add_ps (_mm256_load_ps (sums + i), leaf));
    }
}

static PYMVA_ALWAYS_INLINE void
add_tile_doubles (const double *leaves,
                  uint32_t n_slots,
                  const uint8_t *slots,
                  double *sums)
{
  for (unsigned i = 0; i < LANES; i++)
    sums[i] += leaves[slots[i]];
}

#include "pymva-kernel-forest-bytes.h"

void
pymva_forest_sum_avx2 (const PymvaForest *self,
                       const PymvaForestRows *rows,
                       size_t n_rows,
                       const PymvaForestMemory *memory,
                       double *outputs)
{
  sum_rows (self, rows, n_rows, memory, outputs);
}
