/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pymva-kernel-forest-private.h"

/* From node to node: trees that no block turns into bytes, and what lies below those it does. */

#define LANES PYMVA_FOREST_WALKS
/* Steps between two looks at whether all walks have ended. */
#define STRIDE 4
/* As many steps as a tree has levels are taken without a look, up to so many. */
#define FEW_LEVELS 8

/* What is known when the code is compiled: each combination becomes loops of its own. */
typedef struct
{
  bool wide;
  bool doubles;
  bool float_sums;
} Kind;

/* --- walking --- */

/* Where a walk is: one of the two. */
typedef struct
{
  const PymvaNarrowNode *narrow;
  const PymvaWideNode *wide;
} Lane;

static PYMVA_ALWAYS_INLINE Lane
enter_tree (const PymvaForest *self,
            Kind kind,
            uint32_t tree,
            uint32_t node)
{
  if (kind.wide)
    return (Lane) { .wide = self->wide + self->roots[tree] + node };
  return (Lane) { .narrow = self->narrow + self->roots[tree] + node };
}

/* @x is the column that the node compares. */
static PYMVA_ALWAYS_INLINE uint32_t
turns_right (const PymvaForest *self,
             Kind kind,
             const void *x,
             float threshold,
             size_t node)
{
  if (kind.doubles)
    return !(*(const double *) x <= self->thresholds[node]);
  return !(*(const float *) x <= threshold);
}

static PYMVA_ALWAYS_INLINE void
take_narrow_step (const PymvaForest *self,
                  Kind kind,
                  const void *x,
                  size_t stride,
                  Lane *lane)
{
  const PymvaNarrowNode *node = lane->narrow;
  uint32_t link = node->link;
  size_t column = link % PYMVA_NARROW_MOST_COLUMNS * stride;
  size_t step = link >> PYMVA_NARROW_STEP_SHIFT;

  if (kind.doubles)
    {
      uint32_t right = turns_right (self, kind, (const double *) x + column, 0,
                                    node - self->narrow);

      /* A leaf's float64 threshold is not below all numbers. */
      step += right | ((link & PYMVA_NARROW_LEAF) != 0);
    }
  else
    step += node->number < ((const uint32_t *) x)[column];

  lane->narrow = node + step - 1;
}

static PYMVA_ALWAYS_INLINE void
take_wide_step (const PymvaForest *self,
                Kind kind,
                const void *x,
                size_t stride,
                Lane *lane)
{
  const PymvaWideNode *node = lane->wide;
  size_t column = (node->column & PYMVA_WIDE_COLUMN_MASK) * stride;
  const void *at = kind.doubles ? (const void *) ((const double *) x + column)
                                : (const void *) ((const float *) x + column);
  uint32_t right;

  if ((node->column & PYMVA_WIDE_SET) != 0)
    right = pymva_forest_misses_set (self, node, kind.doubles ? *(const double *) at
                                                              : *(const float *) at);
  else
    right = turns_right (self, kind, at, node->threshold, node - self->wide);

  lane->wide = node + node->step + (right & node->column >> 31);
}

/* @x: the first column of the first row; @stride lies between the columns of a row, and @distance
 * between those of two rows. */
static PYMVA_ALWAYS_INLINE void
take_steps (const PymvaForest *self,
            Kind kind,
            const void *x,
            size_t stride,
            size_t distance,
            Lane lanes[LANES])
{
  for (unsigned i = 0; i < LANES; i++)
    {
      const void *row = kind.doubles ? (const void *) ((const double *) x + i * distance)
                                     : (const void *) ((const float *) x + i * distance);

      if (kind.wide)
        take_wide_step (self, kind, row, stride, &lanes[i]);
      else
        take_narrow_step (self, kind, row, stride, &lanes[i]);
    }
}

static PYMVA_ALWAYS_INLINE bool
have_ended (Kind kind,
            const Lane lanes[LANES])
{
  uint32_t leaf = PYMVA_NARROW_LEAF;
  uint32_t split = 0;

  for (unsigned i = 0; i < LANES; i++)
    if (kind.wide)
      split |= lanes[i].wide->column & PYMVA_WIDE_SPLIT;
    else
      leaf &= lanes[i].narrow->link;

  return leaf != 0 && split == 0;
}

/* Walks from each lane's node to its leaf, at most @n_levels away. */
static PYMVA_ALWAYS_INLINE void
walk (const PymvaForest *self,
      Kind kind,
      const void *x,
      size_t stride,
      size_t distance,
      unsigned n_levels,
      Lane lanes[LANES])
{
  if (n_levels <= FEW_LEVELS)
    for (unsigned step = 0; step < n_levels; step++)
      take_steps (self, kind, x, stride, distance, lanes);
  else
    while (!have_ended (kind, lanes))
      for (unsigned step = 0; step < STRIDE; step++)
        take_steps (self, kind, x, stride, distance, lanes);
}

/* How far the leaves of a tree are at most from where a walk begins, below the head or not. */
static PYMVA_ALWAYS_INLINE unsigned
count_levels (const PymvaForest *self,
              uint32_t tree,
              bool below)
{
  unsigned n = self->n_levels[tree];

  if (!below)
    return n;
  return n > PYMVA_MOST_LEVELS ? n - PYMVA_MOST_LEVELS : 0;
}

/* --- adding up --- */

static PYMVA_ALWAYS_INLINE void
add (Kind kind,
     void *sums,
     size_t sum,
     const void *values,
     size_t value)
{
  if (kind.float_sums)
    ((float *) sums)[sum] += ((const float *) values)[value];
  else
    ((double *) sums)[sum] += ((const double *) values)[value];
}

static PYMVA_ALWAYS_INLINE void
add_leaf (const PymvaForest *self,
          Kind kind,
          const Lane *lane,
          uint32_t tree,
          const PymvaForestSums *sums,
          size_t row)
{
  size_t value = kind.wide ? lane->wide->value : lane->narrow->number;
  size_t first = row * sums->row_stride;

  if (self->tree_outputs != NULL)
    add (kind, sums->data, first + self->tree_outputs[tree] * sums->output_stride, self->values,
         value);
  else
    for (uint32_t i = 0; i < self->n_value_columns; i++)
      add (kind, sums->data, first + i * sums->output_stride, self->values,
           value * self->n_value_columns + i);
}

/* The sum of a row, of one of the two types, where there is only one. It stays in a register: each
 * tree would have to wait for what the one before had written into memory. */
typedef struct
{
  float single;
  double precise;
} Total;

static PYMVA_ALWAYS_INLINE bool
has_total (const PymvaForest *self)
{
  return self->tree_outputs == NULL && self->n_value_columns == 1;
}

static PYMVA_ALWAYS_INLINE Total
load_total (Kind kind,
            const PymvaForestSums *sums)
{
  if (kind.float_sums)
    return (Total) { .single = *(const float *) sums->data };
  return (Total) { .precise = *(const double *) sums->data };
}

static PYMVA_ALWAYS_INLINE void
store_total (Kind kind,
             const Total *total,
             const PymvaForestSums *sums)
{
  if (kind.float_sums)
    *(float *) sums->data = total->single;
  else
    *(double *) sums->data = total->precise;
}

static PYMVA_ALWAYS_INLINE void
add_to_total (const PymvaForest *self,
              Kind kind,
              const Lane *lane,
              Total *total)
{
  size_t value = kind.wide ? lane->wide->value : lane->narrow->number;

  if (kind.float_sums)
    total->single += ((const float *) self->values)[value];
  else
    total->precise += ((const double *) self->values)[value];
}

/* Asks for the memory of a node, and of those below it that lie beside it. */
static PYMVA_ALWAYS_INLINE void
fetch (Kind kind,
       Lane lane)
{
  const char *node = kind.wide ? (const char *) lane.wide : (const char *) lane.narrow;

  __builtin_prefetch (node);
  __builtin_prefetch (node + 64);
}

/* LANES trees at once, from their roots; the last of them are the first again where there are not
 * as many. */
static PYMVA_ALWAYS_INLINE void
walk_trees (const PymvaForest *self,
            Kind kind,
            uint32_t first_tree,
            uint32_t n_trees,
            const PymvaForestRows *row,
            Lane lanes[LANES])
{
  unsigned most_levels = 0;

  for (unsigned i = 0; i < LANES; i++)
    {
      uint32_t tree = first_tree + (i < n_trees ? i : 0);
      unsigned n_levels = count_levels (self, tree, false);

      lanes[i] = enter_tree (self, kind, tree, 0);
      most_levels = n_levels > most_levels ? n_levels : most_levels;
    }
  walk (self, kind, row->columns, 1, 0, most_levels, lanes);
}

/* Walks for the only output of a forest. */
static PYMVA_ALWAYS_INLINE void
add_trees (const PymvaForest *self,
           Kind kind,
           uint32_t first_tree,
           uint32_t n_trees,
           const PymvaForestRows *row,
           Total *total)
{
  Lane lanes[LANES];

  walk_trees (self, kind, first_tree, n_trees, row, lanes);
  for (unsigned i = 0; i < n_trees; i++)
    add_to_total (self, kind, &lanes[i], total);
}

static PYMVA_ALWAYS_INLINE void
add_up_row (const PymvaForest *self,
            Kind kind,
            uint32_t first_tree,
            uint32_t n_trees,
            const PymvaForestRows *row,
            const PymvaForestSums *sums)
{
  Total total = load_total (kind, sums);
  uint32_t tree = 0;

  for (; tree + LANES <= n_trees; tree += LANES)
    add_trees (self, kind, first_tree + tree, LANES, row, &total);
  if (tree < n_trees)
    add_trees (self, kind, first_tree + tree, n_trees - tree, row, &total);
  store_total (kind, &total, sums);
}

static PYMVA_ALWAYS_INLINE void
walk_row (const PymvaForest *self,
          Kind kind,
          uint32_t first_tree,
          uint32_t n_trees,
          const PymvaForestRows *row,
          const PymvaForestSums *sums)
{
  Lane lanes[LANES];

  if (has_total (self))
    {
      add_up_row (self, kind, first_tree, n_trees, row, sums);
      return;
    }

  for (uint32_t tree = 0; tree < n_trees; tree += LANES)
    {
      uint32_t n = n_trees - tree < LANES ? n_trees - tree : LANES;

      walk_trees (self, kind, first_tree + tree, n, row, lanes);
      for (unsigned i = 0; i < n; i++)
        add_leaf (self, kind, &lanes[i], first_tree + tree + i, sums, 0);
    }
}

static PYMVA_ALWAYS_INLINE bool
is_leaf (Kind kind,
         Lane lane)
{
  return kind.wide ? (lane.wide->column & PYMVA_WIDE_SPLIT) == 0
                   : (lane.narrow->link & PYMVA_NARROW_LEAF) != 0;
}

/* Trees where the row is at a leaf already are not walked; of the others LANES at once. */
static PYMVA_ALWAYS_INLINE void
go_on_row (const PymvaForest *self,
           Kind kind,
           uint32_t first_tree,
           uint32_t n_trees,
           const PymvaForestRows *row,
           const uint32_t *entries,
           const PymvaForestSums *sums)
{
  Lane ends[PYMVA_FOREST_CHUNK];
  uint32_t waiting[PYMVA_FOREST_CHUNK];
  uint32_t n_waiting = 0;

  for (uint32_t tree = 0; tree < n_trees; tree++)
    {
      ends[tree] = enter_tree (self, kind, first_tree + tree, entries[tree]);
      fetch (kind, ends[tree]);
    }
  for (uint32_t tree = 0; tree < n_trees; tree++)
    {
      waiting[n_waiting] = tree;
      n_waiting += !is_leaf (kind, ends[tree]);
    }

  for (uint32_t first = 0; first < n_waiting; first += LANES)
    {
      uint32_t n = n_waiting - first < LANES ? n_waiting - first : LANES;
      unsigned most_levels = 0;
      Lane lanes[LANES];

      for (unsigned i = 0; i < LANES; i++)
        {
          uint32_t tree = waiting[first + (i < n ? i : 0)];
          unsigned n_levels = count_levels (self, first_tree + tree, true);

          lanes[i] = ends[tree];
          most_levels = n_levels > most_levels ? n_levels : most_levels;
        }
      walk (self, kind, row->columns, 1, 0, most_levels, lanes);
      for (unsigned i = 0; i < n; i++)
        ends[waiting[first + i]] = lanes[i];
    }

  if (has_total (self))
    {
      Total total = load_total (kind, sums);

      for (uint32_t tree = 0; tree < n_trees; tree++)
        add_to_total (self, kind, &ends[tree], &total);
      store_total (kind, &total, sums);
    }
  else
    for (uint32_t tree = 0; tree < n_trees; tree++)
      add_leaf (self, kind, &ends[tree], first_tree + tree, sums, 0);
}

/* LANES rows at once. */
static PYMVA_ALWAYS_INLINE void
walk_tree (const PymvaForest *self,
           Kind kind,
           uint32_t tree,
           const PymvaForestRows *rows,
           size_t n_rows,
           const uint32_t *entries,
           const PymvaForestSums *sums)
{
  unsigned n_levels = count_levels (self, tree, entries != NULL);
  Lane lanes[LANES];

  for (size_t row = 0; row < n_rows; row += LANES)
    {
      size_t n = n_rows - row < LANES ? n_rows - row : LANES;
      size_t first = row * self->n_columns;
      const void *x = kind.doubles ? (const void *) ((const double *) rows->columns + first)
                                   : (const void *) ((const float *) rows->columns + first);

      for (unsigned i = 0; i < LANES; i++)
        lanes[i] = enter_tree (self, kind, tree,
                               entries != NULL ? entries[row + (i < n ? i : 0)] : 0);
      walk (self, kind, x, LANES, 1, n_levels, lanes);
      for (unsigned i = 0; i < n; i++)
        add_leaf (self, kind, &lanes[i], tree, sums, row + i);
    }
}

/* Calls a function with the kind that the forest and the rows are. */
#define CALL_KIND(function, ...) \
  do \
    { \
      bool wide = self->wide != NULL; \
      bool doubles = rows->doubles != NULL; \
\
      if (!wide && !doubles && self->sums_are_floats) \
        function (self, (Kind) { false, false, true }, __VA_ARGS__); \
      else if (!wide && !doubles) \
        function (self, (Kind) { false, false, false }, __VA_ARGS__); \
      else if (!wide && self->sums_are_floats) \
        function (self, (Kind) { false, true, true }, __VA_ARGS__); \
      else if (!wide) \
        function (self, (Kind) { false, true, false }, __VA_ARGS__); \
      else if (!doubles && self->sums_are_floats) \
        function (self, (Kind) { true, false, true }, __VA_ARGS__); \
      else if (!doubles) \
        function (self, (Kind) { true, false, false }, __VA_ARGS__); \
      else if (self->sums_are_floats) \
        function (self, (Kind) { true, true, true }, __VA_ARGS__); \
      else \
        function (self, (Kind) { true, true, false }, __VA_ARGS__); \
    } \
  while (0)

void
pymva_forest_walk_row (const PymvaForest *self,
                       uint32_t first_tree,
                       uint32_t n_trees,
                       const PymvaForestRows *rows,
                       const PymvaForestSums *sums)
{
  CALL_KIND (walk_row, first_tree, n_trees, rows, sums);
}

void
pymva_forest_go_on_row (const PymvaForest *self,
                        uint32_t first_tree,
                        uint32_t n_trees,
                        const PymvaForestRows *rows,
                        const uint32_t *entries,
                        const PymvaForestSums *sums)
{
  CALL_KIND (go_on_row, first_tree, n_trees, rows, entries, sums);
}

void
pymva_forest_walk_tree (const PymvaForest *self,
                        uint32_t tree,
                        const PymvaForestRows *rows,
                        size_t n_rows,
                        const uint32_t *entries,
                        const PymvaForestSums *sums)
{
  CALL_KIND (walk_tree, tree, rows, n_rows, entries, sums);
}
