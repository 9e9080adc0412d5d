/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernels/pymva-kernel-forest.h"
#include "pymva-forest-private.h"

G_BEGIN_DECLS

/* The blocks of a forest, and all memory that they point to. */
typedef struct
{
  GArray *blocks;
  /* Aligned to 64. */
  GPtrArray *memory;
  guint32 most_columns;
  /* Whether some trees are walked, or gone on from. */
  gboolean walks;
  /* Whether some blocks have entries, and not leaves. */
  gboolean has_entries;
} PymvaForestBlocks;

/* Cuts the forest into blocks for a kernel with these limits. The tables lose the nodes of the
 * trees that are not walked any more. */
void pymva_forest_blocks_init (PymvaForestBlocks *self,
                               PymvaForestTables *tables,
                               PymvaForestLimits limits);
void pymva_forest_blocks_clear (PymvaForestBlocks *self);
/* Memory that goes with the blocks: zeros, aligned to 64. */
gpointer pymva_forest_blocks_allocate (PymvaForestBlocks *self,
                                       gsize size);

/* Whether rows walk through the block's trees, or what is below their heads. */
static inline gboolean
pymva_forest_block_is_walked (const PymvaForestBlock *block)
{
  return block->n_columns == 0 || block->goes_on;
}

/* The nodes of the block's trees. */
static inline guint32
pymva_forest_block_count_nodes (const PymvaForestBlock *block,
                                const PymvaForestTables *tables)
{
  guint32 n_nodes = 0;

  for (guint32 i = 0; i < block->n_trees; i++)
    n_nodes += tables->node_counts[block->first_tree + i];

  return n_nodes;
}

/* Keeps the values of trees that are walked, if they are few: where leaves have one value, all
 * others are in blocks. */
void pymva_forest_tables_keep_walked_values (PymvaForestTables *tables,
                                             const PymvaForestBlock *blocks,
                                             guint32 n_blocks);

G_END_DECLS
