/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pymva-kernel.h"

/* What a node compares is a column: a feature, and what becomes of missing values in it. Columns
 * are computed once per row, so that a step from node to node is one comparison and no rule. */
typedef enum
{
  /* NaN stays, and so goes right. */
  PYMVA_COLUMN_PLAIN,
  /* NaN is minus infinity, and so goes left. */
  PYMVA_COLUMN_NAN_LEFT,
  PYMVA_COLUMN_NAN_ZERO,
  /* Zero is missing too, with what PYMVA_SMALL has on its side of it. */
  PYMVA_COLUMN_SMALL_RIGHT,
  PYMVA_COLUMN_SMALL_LEFT,
  PYMVA_N_COLUMN_RULES,
} PymvaColumnRule;

/* LightGBM's kZeroThreshold: a float32 number, also where float64 numbers are compared with it. */
#define PYMVA_SMALL 1e-35f

typedef struct
{
  uint32_t feature;
  uint32_t rule;
} PymvaForestColumn;

/* A node of 8 bytes. What it compares are keys, whole numbers in the order of the floats: that is
 * quicker. The next node is so many further as its step says, or one less: the left child of a
 * split, or else the right one behind it. A leaf's number is below all keys, so that every row goes
 * right there, by a step of 0: to itself, and a walk may go on without harm. */
typedef struct
{
  /* The key of a split's threshold, or the number of a leaf's row in the values. */
  uint32_t number;
  /* From the lowest bit: the column, whether it is a leaf, and the step. */
  uint32_t link;
} PymvaNarrowNode;

#define PYMVA_NARROW_MOST_COLUMNS 256u
#define PYMVA_NARROW_LEAF 256u
#define PYMVA_NARROW_STEP_SHIFT 9
#define PYMVA_NARROW_MOST_NODES (1u << (32 - PYMVA_NARROW_STEP_SHIFT))
/* The key of minus infinity. */
#define PYMVA_NARROW_MOST_VALUES 0x00800000u

/* Both zeros have one key, and NaN has the highest one. */
static inline uint32_t
pymva_narrow_make_key (float x)
{
  union
  {
    float x;
    uint32_t bits;
  } number = { x };
  uint32_t size = number.bits & 0x7fffffff;
  uint32_t key = number.bits >> 31 != 0 ? 0x80000000 - size : 0x80000000 + size;

  return size > 0x7f800000 ? UINT32_MAX : key;
}

/* A node of a forest with more columns, larger trees or more leaves, or with category sets. */
typedef struct
{
  union
  {
    float threshold;
    uint32_t value;
    uint32_t set;
  };
  /* The column, and flags. */
  uint32_t column;
  /* To the left child; of a leaf, which is no split, 0. */
  uint32_t step;
} PymvaWideNode;

#define PYMVA_WIDE_SPLIT (1u << 31)
#define PYMVA_WIDE_SET (1u << 30)
#define PYMVA_WIDE_MISSING_LEFT (1u << 29)
/* What is beyond the range of the set is missing. */
#define PYMVA_WIDE_BEYOND_MISSING (1u << 28)
/* Numbers between -1 and 0 are the category 0. */
#define PYMVA_WIDE_TRUNCATES (1u << 27)
/* Numbers that are not whole are in no set. */
#define PYMVA_WIDE_WHOLE (1u << 26)
#define PYMVA_WIDE_COLUMN_MASK (PYMVA_WIDE_WHOLE - 1)

/* The most cuts of a column of bytes, which numbers them from 1 on, and what NaN is in it. */
#define PYMVA_BYTE_MOST_CUTS 254u
#define PYMVA_BYTE_NAN 255u
/* So many cuts are compared at once. */
#define PYMVA_BYTE_GROUP 16u

typedef struct
{
  /* NaN is left as it is: the rule is PLAIN, NAN_ZERO or SMALL_RIGHT. */
  PymvaForestColumn column;
  /* The byte of NaN, unless the node's widths matter. */
  uint8_t nan_byte;
  /* Of a column of numbers: where its cuts begin, with the last one of each full group of them,
   * and then the groups, the last one not full; infinity fills up. */
  uint32_t cuts;
  /* Of the others: a node of the category set. */
  PymvaWideNode node;
} PymvaByteColumn;

/* The levels of a tree's head, and where a row may leave it; the smaller ones for forests that have
 * no more levels. */
#define PYMVA_MOST_LEVELS 6
#define PYMVA_MOST_SLOTS 64u
#define PYMVA_SHALLOW_LEVELS 3
#define PYMVA_SHALLOW_SLOTS 8u
/* The levels of a head and its tails. */
#define PYMVA_TAIL_LEVELS 8

/* The two levels below a head's slot: a split, and those on its left and right. One that is not
 * there asks the column behind the block's last one, where all rows have 0. */
typedef struct
{
  uint8_t columns[3];
  uint8_t cuts[3];
  /* The number of the first leaf, counted from the tree's first one, and whether two are on the
   * left. */
  uint16_t leaf;
} PymvaForestTail;

#define PYMVA_TAIL_LEAF_BITS 15
#define PYMVA_TAIL_TWO_LEFT (1u << PYMVA_TAIL_LEAF_BITS)

/* The splits of a tree whose jumps are made, and the most of them: in 64 bytes lie those of one
 * tree, or of several. Such a group has two slots for each of its bytes. */
#define PYMVA_JUMPS_MOST_SPLITS 64u
#define PYMVA_JUMPS_SLOTS 128u
/* A slot is the number of a byte, and this where the row turned right there. */
#define PYMVA_JUMPS_RIGHT 64u

/* Trees as bytes. A row's number in a column is turned into its rank, the number of cuts below it,
 * and a node asks whether the rank is at least its cut's number: the same answer for every float,
 * and one comparison for 32 or 64 nodes, or rows, at once.
 *
 * Of most trees these are the heads, their upper levels. Trees of any shape with few splits may be
 * there whole: of each split it is known which one comes after it on either side, or that none
 * does, and with the turns a row takes at all of them, all are jumps to the next one. Of these
 * jumps, two make one of double the width, so a few such rounds take the first split to the last
 * one that the row meets, and the side where it leaves.
 *
 * A block is a run of trees that have at most 254 cuts in a column; one that would not pay for the
 * ranks it needs is walked instead. */
typedef struct
{
  uint32_t first_tree;
  uint32_t n_trees;
  /* Those that hold numbers come first, then those that hold whether a category set was missed, 0
   * or 1. None: the block is walked. */
  uint32_t n_columns;
  uint32_t n_numbers;
  const PymvaByteColumn *columns;
  /* Some column has nodes that send NaN left, and others that send it right. */
  bool has_widths;
  /* By PymvaByteColumn.cuts; the second one for rows of doubles, or NULL. */
  const float *cuts;
  const double *double_cuts;

  /* A head's nodes lie in the order of a heap, 7 or 63 and an unused one, so a row ends in one of 8
   * or 64 slots. Nodes that a tree lacks have the highest cut, and its slots the same leaf. */
  uint32_t n_slots;
  /* Where jumps are made: their rounds, the bytes of each tree, and how many trees, as a power of
   * two, have their slots together. */
  bool jumps;
  uint32_t n_rounds;
  uint32_t width;
  uint32_t group_shift;
  const uint8_t *node_columns;
  const uint8_t *node_cuts;
  /* The next split, or where there is none the same one, and PYMVA_JUMPS_RIGHT on the right. */
  const uint8_t *node_lefts;
  const uint8_t *node_rights;
  /* The bytes from its cut on that go right: PYMVA_BYTE_NAN is among them or not. */
  const uint8_t *node_widths;
  /* What a node's column begins with in a tile of LANES rows, in bytes. */
  const uint16_t *node_offsets;
  /* By tree, the levels that it has. */
  const uint8_t *n_levels;

  /* Where heads have tails: by slot, and the widths of their nodes, four each; by tree, its first
   * leaf. Leaves and entries are by leaf then, and not by slot. */
  const PymvaForestTail *tails;
  const uint8_t *tail_widths;
  const uint32_t *first_leaves;

  /* By slot: its value, if a leaf has one value and no tree goes on, in the type of the sums. */
  const void *leaves;
  /* Or else the row of its values, or the node to go on from, counted from the tree's root. */
  const uint32_t *entries;
  bool goes_on;
} PymvaForestBlock;

/* A forest as the kernels read it; whoever fills it in owns what the pointers point to. */
typedef struct
{
  uint32_t n_inputs;
  uint32_t n_outputs;
  uint32_t n_trees;
  /* Rows of doubles are compared as they are, and not rounded to float32 first. */
  bool compares_doubles;

  /* What is walked: every tree that some block walks, or goes on from. NULL if there is none. */
  const PymvaForestColumn *columns;
  uint32_t n_columns;
  /* The columns are the inputs as they are. */
  bool columns_are_inputs;
  /* By tree: its first node, and the levels of splits that it has, up to 255. */
  const uint32_t *roots;
  const uint8_t *n_levels;
  /* The nodes: one of the two kinds. */
  const PymvaNarrowNode *narrow;
  const PymvaWideNode *wide;
  /* By node, for rows of doubles. */
  const double *thresholds;
  const int32_t *set_offsets;
  const uint32_t *set_words;

  /* None for the portable kernel, which walks all trees. */
  const PymvaForestBlock *blocks;
  uint32_t n_blocks;
  uint32_t most_byte_columns;

  /* Sums are float32, or else float64; so are the values and the base (NULL for zero). */
  bool sums_are_floats;
  const void *values;
  uint32_t n_value_columns;
  const void *base;
  /* By tree, the output that its leaves add to; NULL where a leaf has a value for each. */
  const int32_t *tree_outputs;
  /* What the sums are divided by, or 0. */
  int64_t divisor;
} PymvaForest;

/* What the blocks of a kernel may have; no columns: it has no blocks. */
typedef struct
{
  uint32_t most_columns;
  /* As long as there are no more than these, cuts that are too many for a column make another
   * one. */
  uint32_t few_columns;
  uint32_t n_lanes;
  bool jumps;
} PymvaForestLimits;

PymvaForestLimits pymva_forest_get_limits (PymvaKernel kernel);

/* The bytes per row that the kernels work in. */
size_t pymva_forest_get_row_scratch (const PymvaForest *self);

/* Rows of floats or of doubles (the other one is NULL) to rows of outputs. @scratch is aligned
 * to 64. */
void pymva_forest_run (const PymvaForest *self,
                       PymvaKernel kernel,
                       const float *floats,
                       const double *doubles,
                       double *outputs,
                       size_t n_rows,
                       void *scratch);
