/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernels/pymva-kernel-forest.h"
#include "pymva-forest-private.h"

G_BEGIN_DECLS

/* The columns of a block's cuts, one that is too many among them, and the most cuts. */
#define PYMVA_FOREST_MOST_COLUMNS 257u
#define PYMVA_FOREST_MOST_CUTS (PYMVA_FOREST_MOST_COLUMNS * PYMVA_BYTE_MOST_CUTS)
/* The number of no cut. */
#define PYMVA_FOREST_NO_CUT G_MAXUINT16

/* A number that nodes compare a column with; a category set that they ask has one. */
typedef struct
{
  /* The column: those of sets are behind all others. */
  guint64 key;
  double threshold;
  /* A node that has it. */
  guint32 node;
  guint16 number;
  /* The number of the key among those that were found. */
  guint16 column;
} PymvaForestCut;

/* What the nodes of some trees compare, each cut once. */
typedef struct
{
  PymvaForestLimits limits;
  GArray *cuts;
  /* By hash, one more than the number. */
  guint16 *numbers;
  guint16 column_numbers[1024];
  struct
  {
    guint64 key;
    guint32 n_cuts;
  } columns[PYMVA_FOREST_MOST_COLUMNS];
  guint n_keys;
  /* A column's cuts may be too many for one in a block. */
  guint32 n_columns;
} PymvaForestCuts;

void pymva_forest_cuts_init (PymvaForestCuts *self,
                             PymvaForestLimits limits);
void pymva_forest_cuts_clear (PymvaForestCuts *self);
/* Begins anew. */
void pymva_forest_cuts_reset (PymvaForestCuts *self);
/* Adds the cuts of some nodes, of which some may be none, and numbers the cut of each. FALSE if
 * there is no room for them; there is none for others then. */
gboolean pymva_forest_cuts_add (PymvaForestCuts *self,
                                const PymvaForestTables *tables,
                                const guint32 *nodes,
                                guint n_nodes,
                                guint16 *numbers);
/* By column, and then by threshold. */
void pymva_forest_cuts_sort (PymvaForestCuts *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaForestCuts, pymva_forest_cuts_clear)

G_END_DECLS
