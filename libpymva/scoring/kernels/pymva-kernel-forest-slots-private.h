/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-kernel-forest-private.h"

/* From the turns that a row takes at all nodes of a tree's head to the slot where it ends. Included
 * where BMI2 may be used. */

static PYMVA_ALWAYS_INLINE uint32_t
pymva_find_slot (uint64_t turns)
{
  uint32_t exit = pymva_forest_exits[turns & 127];
  uint64_t below = _pext_u64 (turns, pymva_forest_lower_nodes[exit]);

  return 8 * exit + pymva_forest_exits[below];
}

/* The slots of eight trees of up to three levels. */
static PYMVA_ALWAYS_INLINE void
pymva_store_shallow_slots (uint64_t turns,
                           uint8_t slots[8])
{
  for (unsigned i = 0; i < 8; i++)
    slots[i] = pymva_forest_exits[turns >> 8 * i & 127];
}
