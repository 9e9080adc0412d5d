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

/* The upper levels of all trees, each as a heap, and the cuts of their nodes: sorted by column,
 * and then by threshold, each once. */
typedef struct
{
  guint n_levels;
  /* By tree, and by place in the heap. */
  guint n_places;
  /* The node, or none. */
  guint32 *nodes;
  /* The number of its cut, or none. */
  guint32 *cuts;
  GArray *distinct;
  guint32 n_columns;
} PymvaForestHeads;

void pymva_forest_heads_init (PymvaForestHeads *self,
                              const PymvaForestTables *tables);
void pymva_forest_heads_clear (PymvaForestHeads *self);
/* Where a row that leaves the head of a tree comes to, by slot: nodes counted from the root. */
void pymva_forest_heads_find_exits (const PymvaForestHeads *self,
                                    const PymvaForestTables *tables,
                                    guint32 root,
                                    guint32 *exits);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaForestHeads, pymva_forest_heads_clear)

G_END_DECLS
