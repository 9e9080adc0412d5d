/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-forest-private.h"

G_BEGIN_DECLS

/* The trees as they are walked. */
typedef struct
{
  PymvaForestColumn *columns;
  guint32 n_columns;
  gboolean columns_are_inputs;
  /* By tree, of those that are walked. */
  guint32 *roots;
  guint8 *n_levels;
  /* One of the two. */
  PymvaNarrowNode *narrow;
  PymvaWideNode *wide;
  /* By node, where rows of doubles are compared as they are. */
  double *thresholds;
} PymvaForestNodes;

/* Makes the nodes of the trees that are walked. The entries of their blocks, if they have any,
 * become places of nodes. The tables lose their nodes: both together never take much more memory
 * than the larger one. */
void pymva_forest_nodes_init (PymvaForestNodes *self,
                              PymvaForestTables *tables,
                              const PymvaForestBlock *blocks,
                              guint32 n_blocks);
void pymva_forest_nodes_clear (PymvaForestNodes *self);

G_END_DECLS
