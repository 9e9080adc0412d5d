/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GCC 12 warns about its own header's undefined registers. */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#include <string.h>

#include "pymva-kernel-forest-private.h"

#define LANES 64
#define REGISTER_BYTES 64
#define FEW_REGISTERS 1
#define LEAVES_TAILS_BY_ROW true

/* --- ranks --- */

static PYMVA_ALWAYS_INLINE uint32_t
rank_float (const float *cuts,
            float x)
{
  __m512 number = _mm512_set1_ps (x);
  uint32_t group = _mm_popcnt_u32 (_mm512_cmp_ps_mask (_mm512_load_ps (cuts), number, _CMP_LT_OQ));
  __m512 last = _mm512_load_ps (cuts + PYMVA_BYTE_GROUP * (group + 1));

  return PYMVA_BYTE_GROUP * group +
         _mm_popcnt_u32 (_mm512_cmp_ps_mask (last, number, _CMP_LT_OQ));
}

static PYMVA_ALWAYS_INLINE uint32_t
count_below (const double *cuts,
             __m512d number)
{
  uint32_t low = _mm512_cmp_pd_mask (_mm512_load_pd (cuts), number, _CMP_LT_OQ);
  uint32_t high = _mm512_cmp_pd_mask (_mm512_load_pd (cuts + 8), number, _CMP_LT_OQ);

  return _mm_popcnt_u32 (low | high << 8);
}

static PYMVA_ALWAYS_INLINE uint32_t
rank_double (const double *cuts,
             double x)
{
  __m512d number = _mm512_set1_pd (x);
  uint32_t group = count_below (cuts, number);

  return PYMVA_BYTE_GROUP * group + count_below (cuts + PYMVA_BYTE_GROUP * (group + 1), number);
}

/* --- one row: a byte lane for each node --- */

/* A row's bytes in registers of 64, of which there are up to four. */
typedef struct
{
  __m512i registers[4];
} RowBytes;

static PYMVA_ALWAYS_INLINE RowBytes
load_row (const uint8_t *row,
          unsigned n_registers)
{
  RowBytes bytes;

  for (unsigned i = 0; i < n_registers; i++)
    bytes.registers[i] = _mm512_load_si512 (row + 64 * i);

  return bytes;
}

static PYMVA_ALWAYS_INLINE __m512i
look_up_bytes (const RowBytes *bytes,
               unsigned n_registers,
               __m512i columns)
{
  const __m512i *from = bytes->registers;
  __m512i low = n_registers == 1 ? _mm512_permutexvar_epi8 (columns, from[0])
                                 : _mm512_permutex2var_epi8 (from[0], columns, from[1]);

  if (n_registers <= 2)
    return low;
  return _mm512_mask_blend_epi8 (_mm512_movepi8_mask (columns), low,
                                 _mm512_permutex2var_epi8 (from[2], columns, from[3]));
}

/* Which of 64 nodes send the row right. */
static PYMVA_ALWAYS_INLINE uint64_t
decide_row (const PymvaForestBlock *block,
            const RowBytes *bytes,
            unsigned n_registers,
            bool nan,
            size_t node)
{
  __m512i columns = _mm512_load_si512 (block->node_columns + node);
  __m512i ranks = look_up_bytes (bytes, n_registers, columns);
  __m512i cuts = _mm512_load_si512 (block->node_cuts + node);

  if (nan)
    return _mm512_cmplt_epu8_mask (_mm512_sub_epi8 (ranks, cuts),
                                   _mm512_load_si512 (block->node_widths + node));
  return _mm512_cmpge_epu8_mask (ranks, cuts);
}

/* The exits of three levels by the turns at their 7 nodes, eight times over. */
static PYMVA_ALWAYS_INLINE __m512i
look_up_exits (__m512i turns)
{
  return _mm512_permutex2var_epi8 (_mm512_load_si512 (pymva_forest_exits), turns,
                                   _mm512_load_si512 (pymva_forest_exits + 64));
}

/* A byte each. */
typedef uint64_t EightSlots;

/* From the turns that a row takes at all nodes of the heads of eight trees to the slots where it
 * ends. */
static PYMVA_ALWAYS_INLINE EightSlots
find_slots_of_eight (const uint64_t turns[8])
{
  __m512i all = _mm512_load_si512 (turns);
  __m512i exits = look_up_exits (_mm512_and_si512 (all, _mm512_set1_epi64 (127)));
  /* The nodes below an exit are 1, 2 and 4 bits, from 7 + exit, 15 + 2 exit and 31 + 4 exit on. */
  __m512i places = _mm512_permutexvar_epi64 (
    exits, _mm512_set_epi64 (0x3b1d0e, 0x371b0d, 0x33190c, 0x2f170b, 0x2b150a, 0x271309, 0x231108,
                             0x1f0f07));
  __m512i below = _mm512_and_si512 (_mm512_multishift_epi64_epi8 (places, all),
                                    _mm512_set1_epi64 (0x0f0301));
  /* Side by side they are a number of 7 bits. */
  __m512i pairs = _mm512_maddubs_epi16 (below, _mm512_set1_epi64 (0x080201));
  __m512i numbers = _mm512_madd_epi16 (pairs, _mm512_set1_epi16 (1));
  __m512i found = _mm512_add_epi64 (_mm512_slli_epi64 (exits, 3), look_up_exits (numbers));

  return _mm_cvtsi128_si64 (_mm512_cvtepi64_epi8 (found));
}

static PYMVA_ALWAYS_INLINE uint64_t
get_slot (EightSlots slots,
          unsigned tree)
{
  return slots >> 8 * tree & 0xff;
}

/* The slots of some trees whose jumps are made; eight slots are written where there are fewer. */
static PYMVA_ALWAYS_INLINE void
find_row_jumps (const PymvaForestBlock *block,
                const RowBytes *bytes,
                unsigned n_registers,
                bool nan,
                uint32_t first,
                uint32_t n,
                uint8_t *slots)
{
  size_t node = (size_t) first * block->width;
  uint32_t n_together = 1u << block->group_shift;
  uint32_t n_rounds = block->n_rounds;
  /* The first splits of up to eight trees. */
  __m512i roots = _mm512_set1_epi64 (0x0706050403020100u * block->width);

  for (uint32_t tree = 0; tree < n; tree += n_together, node += 64)
    {
      __mmask64 turns = decide_row (block, bytes, n_registers, nan, node);
      __m512i lefts = _mm512_load_si512 (block->node_lefts + node);
      __m512i jumps = _mm512_mask_mov_epi8 (lefts, turns,
                                            _mm512_load_si512 (block->node_rights + node));

      for (uint32_t round = 0; round < n_rounds; round++)
        jumps = _mm512_permutexvar_epi8 (jumps, jumps);
      jumps = _mm512_permutexvar_epi8 (roots, jumps);
      _mm_storel_epi64 ((__m128i *) (slots + tree), _mm512_castsi512_si128 (jumps));
    }
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
  size_t node = (size_t) first * block->width;
  RowBytes bytes = load_row (row, n_registers);

  if (block->jumps)
    find_row_jumps (block, &bytes, n_registers, nan, first, n, slots);
  else if (block->n_slots == PYMVA_SHALLOW_SLOTS)
    {
      uint64_t turns[PYMVA_FOREST_CHUNK / 8] __attribute__ ((aligned (64)));

      /* A byte for each tree. */
      for (uint32_t tree = 0; tree < n; tree += 8, node += 64)
        turns[tree / 8] = decide_row (block, &bytes, n_registers, nan, node);
      for (uint32_t tree = 0; tree < n; tree += 64)
        _mm512_storeu_si512 (slots + tree, look_up_exits (_mm512_load_si512 (turns + tree / 8)));
    }
  else
    {
      uint64_t turns[PYMVA_FOREST_CHUNK] __attribute__ ((aligned (64)));

      for (uint32_t tree = 0; tree < n; tree++, node += 64)
        turns[tree] = decide_row (block, &bytes, n_registers, nan, node);
      for (uint32_t tree = 0; tree < n; tree += 8)
        {
          EightSlots eight = find_slots_of_eight (turns + tree);

          memcpy (slots + tree, &eight, 8);
        }
    }
}

/* Eight numbers of 64 bits, each from where a slot of the next tree has it. A gather is slower. */
#define SLOT(first, slots, tree) ((first) + PYMVA_MOST_SLOTS * (tree) + get_slot (slots, tree))
#define LOAD_BY_SLOTS(load, block, first, slots) \
  _mm512_set_epi64 (load (block, SLOT (first, slots, 7)), load (block, SLOT (first, slots, 6)), \
                    load (block, SLOT (first, slots, 5)), load (block, SLOT (first, slots, 4)), \
                    load (block, SLOT (first, slots, 3)), load (block, SLOT (first, slots, 2)), \
                    load (block, SLOT (first, slots, 1)), load (block, SLOT (first, slots, 0)))

/* pymva_forest_leave_tail() for the slots of eight trees. */
static PYMVA_ALWAYS_INLINE __m512i
leave_eight_tails (const PymvaForestBlock *block,
                   const RowBytes *bytes,
                   unsigned n_registers,
                   bool nan,
                   size_t first,
                   EightSlots slots)
{
  /* By the turns at the three splits, and whether two leaves are on the left: which leaf it is. */
  const __m512i ways = _mm512_set4_epi32 (0x03010300, 0x02010200, 0x02010200, 0x01010100);
  __m512i tails = LOAD_BY_SLOTS (pymva_forest_load_tail, block, first, slots);
  __m512i ranks = look_up_bytes (bytes, n_registers, tails);
  __m512i cuts = _mm512_srli_epi64 (tails, 24);
  __mmask64 right;
  __m512i way;

  if (nan)
    right = _mm512_cmplt_epu8_mask (
      _mm512_sub_epi8 (ranks, cuts),
      LOAD_BY_SLOTS (pymva_forest_load_tail_widths, block, first, slots));
  else
    right = _mm512_cmpge_epu8_mask (ranks, cuts);

  way = _mm512_sad_epu8 (_mm512_maskz_mov_epi8 (right, _mm512_set1_epi64 (0x040201)),
                         _mm512_setzero_si512 ());
  way = _mm512_or_si512 (way, _mm512_slli_epi64 (_mm512_srli_epi64 (tails, 63), 3));
  return _mm512_add_epi64 (_mm512_and_si512 (_mm512_srli_epi64 (tails, 48),
                                             _mm512_set1_epi64 (PYMVA_TAIL_TWO_LEFT - 1)),
                           _mm512_shuffle_epi8 (ways, way));
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
  RowBytes bytes = load_row (row, n_registers);
  uint32_t tree = 0;

  for (; tree + 8 <= n; tree += 8)
    {
      __m256i first_leaves =
        _mm256_loadu_si256 ((const __m256i *) (block->first_leaves + first + tree));
      EightSlots eight;
      __m512i found;

      memcpy (&eight, slots + tree, sizeof eight);
      found = leave_eight_tails (block, &bytes, n_registers, nan,
                                 (size_t) (first + tree) * PYMVA_MOST_SLOTS, eight);
      _mm256_storeu_si256 ((__m256i *) (leaves + tree),
                           _mm256_add_epi32 (first_leaves, _mm512_cvtepi64_epi32 (found)));
    }

  pymva_forest_leave_tails (block, nan, row, first + tree, n - tree, slots + tree, leaves + tree);
}

/* --- a tile: a byte lane for each row --- */

/* The ranks that the nodes of a level compare, each row's in the column of the node that it has
 * come to: chosen by its turns at the levels above, the first one first. */
static PYMVA_ALWAYS_INLINE __m512i
choose_1 (const uint8_t *tile,
          const uint16_t *offsets,
          const __mmask64 *turns)
{
  return _mm512_load_si512 (tile + offsets[0]);
}

#define DEFINE_CHOOSE(n, half) \
  static PYMVA_ALWAYS_INLINE __m512i \
  choose_##n (const uint8_t *tile, \
              const uint16_t *offsets, \
              const __mmask64 *turns) \
  { \
    return _mm512_mask_blend_epi8 (turns[0], choose_##half (tile, offsets, turns + 1), \
                                   choose_##half (tile, offsets + half, turns + 1)); \
  }

DEFINE_CHOOSE (2, 1)
DEFINE_CHOOSE (4, 2)
DEFINE_CHOOSE (8, 4)
DEFINE_CHOOSE (16, 8)
DEFINE_CHOOSE (32, 16)

/* What a tree's nodes compare with, by their numbers. */
typedef struct
{
  __m512i cuts;
  __m512i widths;
  bool nan;
} TreeCuts;

/* From @node, the number of the node that each row has come to, to the next level. */
static PYMVA_ALWAYS_INLINE void
turn (TreeCuts tree,
      __m512i ranks,
      __mmask64 *turns,
      __m512i *node)
{
  __m512i cuts = _mm512_permutexvar_epi8 (*node, tree.cuts);
  __m512i left = _mm512_add_epi8 (_mm512_add_epi8 (*node, *node), _mm512_set1_epi8 (1));

  if (tree.nan)
    *turns = _mm512_cmplt_epu8_mask (_mm512_sub_epi8 (ranks, cuts),
                                     _mm512_permutexvar_epi8 (*node, tree.widths));
  else
    *turns = _mm512_cmpge_epu8_mask (ranks, cuts);
  *node = _mm512_mask_add_epi8 (left, *turns, left, _mm512_set1_epi8 (1));
}

static PYMVA_ALWAYS_INLINE __m512i
load_nodes (const uint8_t *nodes,
            bool shallow)
{
  return shallow ? _mm512_broadcastq_epi64 (_mm_loadl_epi64 ((const __m128i *) nodes))
                 : _mm512_load_si512 (nodes);
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
  TreeCuts tree = { load_nodes (block->node_cuts + first, shallow), _mm512_setzero_si512 (), nan };
  __m512i node = _mm512_setzero_si512 ();
  __mmask64 turns[PYMVA_MOST_LEVELS];

  if (nan)
    tree.widths = load_nodes (block->node_widths + first, shallow);
  if (n_levels > 0)
    turn (tree, choose_1 (tile, offsets, turns), &turns[0], &node);
  if (n_levels > 1)
    turn (tree, choose_2 (tile, offsets + 1, turns), &turns[1], &node);
  if (n_levels > 2)
    turn (tree, choose_4 (tile, offsets + 3, turns), &turns[2], &node);
  if (n_levels > 3)
    turn (tree, choose_8 (tile, offsets + 7, turns), &turns[3], &node);
  if (n_levels > 4)
    turn (tree, choose_16 (tile, offsets + 15, turns), &turns[4], &node);
  if (n_levels > 5)
    turn (tree, choose_32 (tile, offsets + 31, turns), &turns[5], &node);

  /* The place within the level, and then that of its first slot. */
  node = _mm512_sub_epi8 (node, _mm512_set1_epi8 ((1 << n_levels) - 1));
  for (unsigned level = n_levels; level < most_levels; level++)
    node = _mm512_add_epi8 (node, node);
  _mm512_store_si512 (slots, node);
}

/* A slot's float among 64 in four registers. */
static PYMVA_ALWAYS_INLINE __m512
look_up_float (const __m512 leaves[4],
               __m512i slots)
{
  __m512 low = _mm512_permutex2var_ps (leaves[0], slots, leaves[1]);
  __m512 high = _mm512_permutex2var_ps (leaves[2], slots, leaves[3]);

  return _mm512_mask_blend_ps (_mm512_test_epi32_mask (slots, _mm512_set1_epi32 (32)), low, high);
}

static PYMVA_ALWAYS_INLINE void
add_tile_floats (const float *leaves,
                 uint32_t n_slots,
                 const uint8_t *slots,
                 float *sums)
{
  __m512 table[4];

  if (n_slots == PYMVA_SHALLOW_SLOTS)
    table[0] = _mm512_broadcast_f32x8 (_mm256_load_ps (leaves));
  else
    for (unsigned i = 0; i < 4; i++)
      table[i] = _mm512_load_ps (leaves + 16 * i);

  for (unsigned i = 0; i < LANES; i += 16)
    {
      __m512i slot = _mm512_cvtepu8_epi32 (_mm_load_si128 ((const __m128i *) (slots + i)));
      __m512 leaf = n_slots == PYMVA_SHALLOW_SLOTS ? _mm512_permutexvar_ps (slot, table[0])
                                                   : look_up_float (table, slot);

      _mm512_store_ps (sums + i, _mm512_add_ps (_mm512_load_ps (sums + i), leaf));
    }
}

/* A slot's double among 64 in eight registers. */
static PYMVA_ALWAYS_INLINE __m512d
look_up_double (const __m512d leaves[8],
                __m512i slots)
{
  __mmask8 second = _mm512_test_epi64_mask (slots, _mm512_set1_epi64 (16));
  __m512d low = _mm512_mask_blend_pd (second, _mm512_permutex2var_pd (leaves[0], slots, leaves[1]),
                                      _mm512_permutex2var_pd (leaves[2], slots, leaves[3]));
  __m512d high = _mm512_mask_blend_pd (second, _mm512_permutex2var_pd (leaves[4], slots, leaves[5]),
                                       _mm512_permutex2var_pd (leaves[6], slots, leaves[7]));

  return _mm512_mask_blend_pd (_mm512_test_epi64_mask (slots, _mm512_set1_epi64 (32)), low, high);
}

static PYMVA_ALWAYS_INLINE void
add_tile_doubles (const double *leaves,
                  uint32_t n_slots,
                  const uint8_t *slots,
                  double *sums)
{
  unsigned n = n_slots == PYMVA_SHALLOW_SLOTS ? 1 : 8;
  __m512d table[8];

  for (unsigned i = 0; i < n; i++)
    table[i] = _mm512_load_pd (leaves + 8 * i);

  for (unsigned i = 0; i < LANES; i += 8)
    {
      __m512i slot = _mm512_cvtepu8_epi64 (_mm_loadl_epi64 ((const __m128i *) (slots + i)));
      __m512d leaf = n_slots == PYMVA_SHALLOW_SLOTS ? _mm512_permutexvar_pd (slot, table[0])
                                                    : look_up_double (table, slot);

      _mm512_store_pd (sums + i, _mm512_add_pd (_mm512_load_pd (sums + i), leaf));
    }
}

#include "pymva-kernel-forest-bytes.h"

void
pymva_forest_sum_avx512 (const PymvaForest *self,
                         const PymvaForestRows *rows,
                         size_t n_rows,
                         const PymvaForestMemory *memory,
                         double *outputs)
{
  sum_rows (self, rows, n_rows, memory, outputs);
}
