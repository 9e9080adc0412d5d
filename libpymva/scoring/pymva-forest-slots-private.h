/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-forest-blocks-private.h"
#include "pymva-forest-heads-private.h"

G_BEGIN_DECLS

/* Makes what leads from the nodes of a block to its slots, and what rows find there: jumps, tails,
 * leaves or entries. The rest of @block is there; @first_root is the root of its first tree. */
void pymva_forest_slots_make (PymvaForestBlocks *blocks,
                              const PymvaForestTables *tables,
                              const PymvaForestHeads *heads,
                              guint32 first_root,
                              PymvaForestBlock *block);

G_END_DECLS
