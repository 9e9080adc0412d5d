/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>
#include <string.h>

#include "pymva-kernel-forest.h"

/* What the kernels of forests share. */

/* Tiles of rows are filled to this part of them, or else not made. So a batch has room for a tile
 * where each of its rows has room for so many. */
#define PYMVA_FOREST_LEAST_FILLED 4

/* By the turns at the 7 nodes of three levels, one bit each in the order of a heap, the one of
 * their 8 exits. */
extern const uint8_t pymva_forest_exits[128];
/* By exit of the upper three levels, the nodes of the three levels below it. */
extern const uint64_t pymva_forest_lower_nodes[8];

#define PYMVA_ALWAYS_INLINE inline __attribute__ ((always_inline))

/* So many rows, or so many trees of one row, are walked at once: a walk alone waits for memory at
 * every step. */
#define PYMVA_FOREST_WALKS 8

/* Trees whose slots are found before their leaves are added: the one waits for memory, the other
 * for the last addition. */
#define PYMVA_FOREST_CHUNK 128

/* The rows that a kernel works on, one of the two; and as the columns that are walked, of the same
 * type. */
typedef struct
{
  const float *floats;
  const double *doubles;
  const void *columns;
} PymvaForestRows;

/* Sums in the type that they are made in: those of rows and of outputs so far apart. */
typedef struct
{
  void *data;
  size_t row_stride;
  size_t output_stride;
} PymvaForestSums;

static inline PymvaForestRows
pymva_forest_rows_skip (const PymvaForest *forest,
                        const PymvaForestRows *self,
                        size_t n)
{
  if (self->doubles != NULL)
    return (PymvaForestRows) { .doubles = self->doubles + n * forest->n_inputs };
  return (PymvaForestRows) { .floats = self->floats + n * forest->n_inputs };
}

/* Sets the columns that are walked, if any are, for pymva_forest_walk_row() or for
 * pymva_forest_walk_tree(); @memory is where they may be put. */
void pymva_forest_make_row_columns (const PymvaForest *self,
                                    PymvaForestRows *row,
                                    void *memory);
void pymva_forest_make_tile_columns (const PymvaForest *self,
                                     PymvaForestRows *rows,
                                     size_t n_rows,
                                     void *memory);

void pymva_forest_start_sums (const PymvaForest *self,
                              size_t n_rows,
                              const PymvaForestSums *sums);
/* Writes the rows' outputs. */
void pymva_forest_end_sums (const PymvaForest *self,
                            size_t n_rows,
                            const PymvaForestSums *sums,
                            double *outputs);

/* One row through some trees. */
void pymva_forest_walk_row (const PymvaForest *self,
                            uint32_t first_tree,
                            uint32_t n_trees,
                            const PymvaForestRows *rows,
                            const PymvaForestSums *sums);
/* The same from the nodes that it has come to, for up to PYMVA_FOREST_CHUNK trees. */
void pymva_forest_go_on_row (const PymvaForest *self,
                             uint32_t first_tree,
                             uint32_t n_trees,
                             const PymvaForestRows *rows,
                             const uint32_t *entries,
                             const PymvaForestSums *sums);
/* Some rows through one tree: from its root, or from the nodes that they have come to. */
void pymva_forest_walk_tree (const PymvaForest *self,
                             uint32_t tree,
                             const PymvaForestRows *rows,
                             size_t n_rows,
                             const uint32_t *entries,
                             const PymvaForestSums *sums);

/* What a kernel works in, aligned to 64. */
typedef struct
{
  uint8_t *bytes;
  void *sums;
  void *columns;
} PymvaForestMemory;

void pymva_forest_sum_avx2 (const PymvaForest *self,
                            const PymvaForestRows *rows,
                            size_t n_rows,
                            const PymvaForestMemory *memory,
                            double *outputs);
void pymva_forest_sum_avx512 (const PymvaForest *self,
                              const PymvaForestRows *rows,
                              size_t n_rows,
                              const PymvaForestMemory *memory,
                              double *outputs);

/* --- tails --- */

/* Which leaf of its tree a row comes to from a slot; its ranks are @stride bytes apart. */
static PYMVA_ALWAYS_INLINE uint32_t
pymva_forest_leave_tail (const PymvaForestBlock *block,
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

/* A tail as one number: from the lowest byte on three columns, three cuts, and the leaf. */
static PYMVA_ALWAYS_INLINE int64_t
pymva_forest_load_tail (const PymvaForestBlock *block,
                        size_t slot)
{
  int64_t tail;

  memcpy (&tail, &block->tails[slot], sizeof tail);
  return tail;
}

/* From the lowest byte on three widths. */
static PYMVA_ALWAYS_INLINE int64_t
pymva_forest_load_tail_widths (const PymvaForestBlock *block,
                               size_t slot)
{
  uint32_t widths;

  memcpy (&widths, &block->tail_widths[4 * slot], sizeof widths);
  return widths;
}

/* To which leaves a row comes from its slots of some trees, from @first on; they are counted from
 * the block's first one. */
static PYMVA_ALWAYS_INLINE void
pymva_forest_leave_tails (const PymvaForestBlock *block,
                          bool nan,
                          const uint8_t *row,
                          uint32_t first,
                          uint32_t n,
                          const uint8_t *slots,
                          uint32_t *leaves)
{
  for (uint32_t i = 0; i < n; i++)
    {
      size_t slot = (size_t) (first + i) * PYMVA_MOST_SLOTS + slots[i];

      leaves[i] = block->first_leaves[first + i] +
                  pymva_forest_leave_tail (block, slot, nan, row, 1);
    }
}

/* --- columns --- */

/* One definition for float and double. */
#define DEFINE_READ_COLUMN(name, type) \
  static inline type \
  name (type x, \
        uint32_t rule) \
  { \
    type small = PYMVA_SMALL; \
\
    if (rule == PYMVA_COLUMN_PLAIN) \
      return x; \
    if (rule == PYMVA_COLUMN_NAN_ZERO) \
      return x != x ? 0 : x; \
    if (x != x || (rule != PYMVA_COLUMN_NAN_LEFT && x >= -small && x <= small)) \
      return rule == PYMVA_COLUMN_SMALL_RIGHT ? (type) NAN : (type) -INFINITY; \
    return x; \
  }

DEFINE_READ_COLUMN (pymva_column_read_float, float)
DEFINE_READ_COLUMN (pymva_column_read_double, double)

/* Whether a category is not in a node's set. Categories are numbers, of which the set has those
 * whose bit is set. */
static inline uint32_t
pymva_forest_misses_set (const PymvaForest *self,
                         const PymvaWideNode *node,
                         double x)
{
  uint32_t first = self->set_offsets[node->set];
  uint32_t n_words = self->set_offsets[node->set + 1] - first;
  bool below = (node->column & PYMVA_WIDE_TRUNCATES) != 0 ? !(x > -1) : !(x >= 0);
  /* A set may have more numbers than 32 bits can count. */
  uint64_t category;

  /* What is cut to 0 is beyond an empty set. */
  if (n_words == 0 || below || !(x < 32.0 * n_words))
    {
      bool missing = x != x || (node->column & PYMVA_WIDE_BEYOND_MISSING) != 0;

      return !(missing && (node->column & PYMVA_WIDE_MISSING_LEFT) != 0);
    }

  category = (uint64_t) (int64_t) x;
  if ((node->column & PYMVA_WIDE_WHOLE) != 0 && x != (double) category)
    return 1;
  return !(self->set_words[first + category / 32] >> category % 32 & 1);
}
