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

G_END_DECLS
