/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernels/pymva-kernel-forest.h"
#include "pymva-forest-private.h"

G_BEGIN_DECLS

/* No node. */
#define PYMVA_FOREST_NONE G_MAXUINT32

/* What is compared of all trees: their upper levels, each tree's as a heap, or all of their splits,
 * in the order of the tables, or nothing. */
typedef struct
{
  /* All splits, for jumps, and the levels of the highest tree. */
  gboolean jumps;
  guint most_levels;
  /* Or the levels of the heaps. */
  guint n_levels;
  /* Of each tree. */
  guint n_places;
  /* No tree goes on below its places. */
  gboolean whole;
} PymvaForestHeads;

#define PYMVA_FOREST_MOST_PLACES ((1u << PYMVA_TAIL_LEVELS) - 1)

/* @limits: what the kernel can do. */
void pymva_forest_heads_init (PymvaForestHeads *self,
                              const PymvaForestTables *tables,
                              PymvaForestLimits limits);
/* By place, the nodes of a tree, or none; @nodes is room for the most places. */
void pymva_forest_heads_find_nodes (const PymvaForestHeads *self,
                                    const PymvaForestTables *tables,
                                    guint32 tree,
                                    guint32 root,
                                    guint32 *nodes);
/* Where a row that leaves the first so many levels of a tree comes to, by slot: nodes counted from
 * the root. */
void pymva_forest_heads_find_exits (const PymvaForestTables *tables,
                                    guint32 root,
                                    guint n_levels,
                                    guint32 *exits);

G_END_DECLS
