/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernels/pymva-kernel-forest.h"
#include "pymva-forest-private.h"

G_BEGIN_DECLS

/* No node, or no cut. */
#define PYMVA_FOREST_NONE G_MAXUINT32

/* A number that nodes of heads compare a column with; a category set that they ask has one. */
typedef struct
{
  /* The column: those of sets are behind all others. */
  guint64 key;
  double threshold;
  /* A node that has it. */
  guint32 node;
  /* The number of the column among all. */
  guint32 column;
} PymvaForestCut;

/* What is compared of all trees: their upper levels, each tree's as a heap, or all of their splits,
 * in the order of the tables, or nothing. And the cuts of these nodes: sorted by column, and then
 * by threshold, each once. */
typedef struct
{
  /* All splits, for jumps, and the levels of the highest tree. */
  gboolean jumps;
  guint most_levels;
  /* Or the levels of the heaps. */
  guint n_levels;
  /* By tree, and by place. */
  guint n_places;
  /* The node, or none. */
  guint32 *nodes;
  /* The number of its cut, or none. */
  guint32 *cuts;
  GArray *distinct;
  guint32 n_columns;
} PymvaForestHeads;

/* @limits: what the kernel can do. */
void pymva_forest_heads_init (PymvaForestHeads *self,
                              const PymvaForestTables *tables,
                              PymvaForestLimits limits);
void pymva_forest_heads_clear (PymvaForestHeads *self);
/* The number of the place of a split, which has one. */
guint32 pymva_forest_heads_find_place (const PymvaForestHeads *self,
                                       guint32 tree,
                                       guint32 node);
/* Where a row that leaves the first so many levels of a tree comes to, by slot: nodes counted from
 * the root. */
void pymva_forest_heads_find_exits (const PymvaForestTables *tables,
                                    guint32 root,
                                    guint n_levels,
                                    guint32 *exits);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaForestHeads, pymva_forest_heads_clear)

G_END_DECLS
