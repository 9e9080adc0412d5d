/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* A node of 8 bytes. The child is the left one, counted from the root of the tree; the right one
 * is next to it. The child of a leaf is itself, so that a walk may go on without harm. */
typedef struct
{
  union
  {
    float threshold;
    uint32_t value; /* of a leaf: its row in the values */
  };
  /* From the lowest bit: the child, the column, and whether it is a split. */
  uint32_t link;
} PymvaNarrowNode;

#define PYMVA_NARROW_CHILD_BITS 23
#define PYMVA_NARROW_MOST_NODES (1u << PYMVA_NARROW_CHILD_BITS)
#define PYMVA_NARROW_MOST_COLUMNS 256u
#define PYMVA_NODE_INNER (1u << 31)

/* A node of a forest with more columns or larger trees, or with category sets. */
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
  uint32_t child;
} PymvaWideNode;

#define PYMVA_WIDE_SET (1u << 30)
#define PYMVA_WIDE_MISSING_LEFT (1u << 29)
/* What is beyond the range of the set is missing. */
#define PYMVA_WIDE_BEYOND_MISSING (1u << 28)
/* Numbers between -1 and 0 are the category 0. */
#define PYMVA_WIDE_TRUNCATES (1u << 27)
#define PYMVA_WIDE_COLUMN_MASK (PYMVA_WIDE_TRUNCATES - 1)

/* A forest as the kernels read it; whoever fills it in owns what the pointers point to. */
typedef struct
{
  uint32_t n_inputs;
  uint32_t n_outputs;
  uint32_t n_trees;

  const PymvaForestColumn *columns;
  uint32_t n_columns;
  /* The columns are the inputs as they are. */
  bool columns_are_inputs;

  /* The first node of each tree, and the nodes: one of the two kinds. */
  const uint32_t *roots;
  const PymvaNarrowNode *narrow;
  const PymvaWideNode *wide;
  /* By node, for rows of doubles; NULL where these are rounded to float32 first. */
  const double *thresholds;
  const int32_t *set_offsets;
  const uint32_t *set_words;

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

/* The bytes per row that the kernels work in. */
size_t pymva_forest_get_row_scratch (const PymvaForest *self);

/* Rows of floats or of doubles (the other one is NULL) to rows of outputs. @scratch is aligned
 * to 64. */
void pymva_forest_run_portable (const PymvaForest *self,
                                const float *floats,
                                const double *doubles,
                                double *outputs,
                                size_t n_rows,
                                void *scratch);
