/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pymva-kernel-forest-private.h"

/* From node to node: trees that no block turns into bytes, and what lies below those it does. */

/* So many walks are under way at once: a walk alone waits for memory at every step. */
#define LANES 8
/* Steps between two looks at whether all walks have ended. */
#define STRIDE 4

/* What is known when the code is compiled: each combination becomes loops of its own. */
typedef struct
{
  bool wide;
  bool doubles;
  bool float_sums;
} Kind;

/* --- walking --- */

/* One walk: the nodes of its tree, its row, and where it is. */
typedef struct
{
  const PymvaNarrowNode *narrow;
  const PymvaWideNode *wide;
  const double *thresholds;
  const void *x;
  uint32_t index;
} Lane;

static PYMVA_ALWAYS_INLINE void
set_tree (const PymvaForest *self,
          Kind kind,
          Lane *lane,
          uint32_t tree,
          uint32_t index)
{
  uint32_t root = self->roots[tree];

  if (kind.wide)
    lane->wide = self->wide + root;
  else
    lane->narrow = self->narrow + root;
  if (kind.doubles)
    lane->thresholds = self->thresholds + root;
  lane->index = index;
}

static PYMVA_ALWAYS_INLINE uint32_t
goes_right (Kind kind,
            const Lane *lane,
            uint32_t column,
            float threshold)
{
  if (kind.doubles)
    return !(((const double *) lane->x)[column] <= lane->thresholds[lane->index]);
  return !(((const float *) lane->x)[column] <= threshold);
}

/* The comparison is made in leaves too, where it does not count. */
static PYMVA_ALWAYS_INLINE void
take_step (const PymvaForest *self,
           Kind kind,
           Lane *lane)
{
  if (kind.wide)
    {
      const PymvaWideNode *node = &lane->wide[lane->index];
      uint32_t column = node->column & PYMVA_WIDE_COLUMN_MASK;
      uint32_t right;

      if ((node->column & PYMVA_WIDE_SET) != 0)
        right = pymva_forest_misses_set (self, node,
                                         kind.doubles ? ((const double *) lane->x)[column]
                                                      : ((const float *) lane->x)[column]);
      else
        right = goes_right (kind, lane, column, node->threshold);
      lane->index = node->child + (right & node->column >> 31);
    }
  else
    {
      const PymvaNarrowNode *node = &lane->narrow[lane->index];
      uint32_t link = node->link;
      uint32_t right = goes_right (kind, lane, link >> PYMVA_NARROW_CHILD_BITS & 0xff,
                                   node->threshold);

      lane->index = (link & (PYMVA_NARROW_MOST_NODES - 1)) + (right & link >> 31);
    }
}

static PYMVA_ALWAYS_INLINE uint32_t
get_flags (Kind kind,
           const Lane *lane)
{
  return kind.wide ? lane->wide[lane->index].column : lane->narrow[lane->index].link;
}

static PYMVA_ALWAYS_INLINE bool
are_inner (Kind kind,
           const Lane lanes[LANES])
{
  uint32_t flags = 0;

  for (unsigned i = 0; i < LANES; i++)
    flags |= get_flags (kind, &lanes[i]);

  return (flags & PYMVA_NODE_INNER) != 0;
}

/* Walks from each lane's node to its leaf. */
static PYMVA_ALWAYS_INLINE void
walk (const PymvaForest *self,
      Kind kind,
      Lane lanes[LANES])
{
  while (are_inner (kind, lanes))
    for (unsigned step = 0; step < STRIDE; step++)
      for (unsigned i = 0; i < LANES; i++)
        take_step (self, kind, &lanes[i]);
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
  size_t value = kind.wide ? lane->wide[lane->index].value : lane->narrow[lane->index].value;
  size_t first = row * sums->row_stride;

  if (self->tree_outputs != NULL)
    add (kind, sums->data, first + self->tree_outputs[tree] * sums->output_stride, self->values,
         value);
  else
    for (uint32_t i = 0; i < self->n_value_columns; i++)
      add (kind, sums->data, first + i * sums->output_stride, self->values,
           value * self->n_value_columns + i);
}

static PYMVA_ALWAYS_INLINE const void *
get_row (const PymvaForest *self,
         Kind kind,
         const PymvaForestRows *rows,
         size_t row)
{
  size_t first = row * self->n_columns;

  return kind.doubles ? (const void *) ((const double *) rows->columns + first)
                      : (const void *) ((const float *) rows->columns + first);
}

/* LANES trees at once. */
static PYMVA_ALWAYS_INLINE void
walk_row (const PymvaForest *self,
          Kind kind,
          uint32_t first_tree,
          uint32_t n_trees,
          const PymvaForestRows *row,
          const uint32_t *entries,
          const PymvaForestSums *sums)
{
  Lane lanes[LANES] = { { NULL } };

  for (unsigned i = 0; i < LANES; i++)
    lanes[i].x = row->columns;

  for (uint32_t tree = 0; tree < n_trees; tree += LANES)
    {
      uint32_t n = n_trees - tree < LANES ? n_trees - tree : LANES;

      for (unsigned i = 0; i < LANES; i++)
        {
          uint32_t this = tree + (i < n ? i : 0);

          set_tree (self, kind, &lanes[i], first_tree + this, entries != NULL ? entries[this] : 0);
        }
      walk (self, kind, lanes);
      for (unsigned i = 0; i < n; i++)
        add_leaf (self, kind, &lanes[i], first_tree + tree + i, sums, 0);
    }
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
  Lane lanes[LANES] = { { NULL } };

  for (size_t row = 0; row < n_rows; row += LANES)
    {
      size_t n = n_rows - row < LANES ? n_rows - row : LANES;

      for (unsigned i = 0; i < LANES; i++)
        {
          size_t this = row + (i < n ? i : 0);

          set_tree (self, kind, &lanes[i], tree, entries != NULL ? entries[this] : 0);
          lanes[i].x = get_row (self, kind, rows, this);
        }
      walk (self, kind, lanes);
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
                       const uint32_t *entries,
                       const PymvaForestSums *sums)
{
  CALL_KIND (walk_row, first_tree, n_trees, rows, entries, sums);
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
