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

/* Defines find_tile_slots() by a function find_tile_slots_in() that takes the number of levels as a
 * constant. */
#define PYMVA_DEFINE_FIND_TILE_SLOTS \
  static PYMVA_ALWAYS_INLINE void \
  find_tile_slots_by_level (const PymvaForestBlock *block, \
                            uint32_t tree, \
                            const uint8_t *tile, \
                            bool shallow, \
                            bool nan, \
                            uint8_t *slots) \
  { \
    unsigned n_levels = block->n_levels[tree]; \
\
    if (n_levels == 0) \
      find_tile_slots_in (block, tree, 0, shallow, nan, tile, slots); \
    else if (n_levels == 1) \
      find_tile_slots_in (block, tree, 1, shallow, nan, tile, slots); \
    else if (n_levels == 2) \
      find_tile_slots_in (block, tree, 2, shallow, nan, tile, slots); \
    else if (shallow || n_levels == 3) \
      find_tile_slots_in (block, tree, 3, shallow, nan, tile, slots); \
    else if (n_levels == 4) \
      find_tile_slots_in (block, tree, 4, shallow, nan, tile, slots); \
    else if (n_levels == 5) \
      find_tile_slots_in (block, tree, 5, shallow, nan, tile, slots); \
    else \
      find_tile_slots_in (block, tree, 6, shallow, nan, tile, slots); \
  } \
\
  static void \
  find_tile_slots (const PymvaForestBlock *block, \
                   uint32_t tree, \
                   const uint8_t *tile, \
                   bool nan, \
                   uint8_t *slots) \
  { \
    if (block->n_slots == PYMVA_SHALLOW_SLOTS && !nan) \
      find_tile_slots_by_level (block, tree, tile, true, false, slots); \
    else if (block->n_slots == PYMVA_SHALLOW_SLOTS) \
      find_tile_slots_by_level (block, tree, tile, true, true, slots); \
    else if (!nan) \
      find_tile_slots_by_level (block, tree, tile, false, false, slots); \
    else \
      find_tile_slots_by_level (block, tree, tile, false, true, slots); \
  }
