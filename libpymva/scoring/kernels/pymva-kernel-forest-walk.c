/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "pymva-kernel-forest.h"

/* So many walks are under way at once: a walk alone waits for memory at every step. */
#define LANES 8
/* Steps between two looks at whether all walks have ended. */
#define STRIDE 4

#define ALWAYS_INLINE inline __attribute__ ((always_inline))

/* What is known when the code is compiled: each combination becomes loops of its own. */
typedef struct
{
  bool wide;
  bool doubles;
  bool float_sums;
} Kind;

/* --- columns --- */

/* One definition for float and double. */
#define DEFINE_READ_COLUMN(name, type) \
  static inline type \
  name (type x, \
        uint32_t rule) \
  { \
    type small = PYMVA_SMALL; \
\
    if (rule == PYMVA_COLUMN_PLAIN) \
      return x; \
    if (rule == PYMVA_COLUMN_NAN_ZERO) \
      return x != x ? 0 : x; \
    if (x != x || (rule != PYMVA_COLUMN_NAN_LEFT && x >= -small && x <= small)) \
      return rule == PYMVA_COLUMN_SMALL_RIGHT ? (type) NAN : (type) -INFINITY; \
    return x; \
  }

DEFINE_READ_COLUMN (read_float, float)
DEFINE_READ_COLUMN (read_double, double)

static void
make_columns (const PymvaForest *self,
              const float *floats,
              const double *doubles,
              size_t n_rows,
              void *columns)
{
  bool rounds = doubles != NULL && self->thresholds == NULL;
  float *as_floats = columns;
  double *as_doubles = columns;

  for (size_t row = 0; row < n_rows; row++)
    {
      size_t first = row * self->n_inputs;

      for (uint32_t i = 0; i < self->n_columns; i++)
        {
          PymvaForestColumn column = self->columns[i];

          if (floats != NULL)
            *as_floats++ = read_float (floats[first + column.feature], column.rule);
          else if (rounds)
            *as_floats++ = read_float ((float) doubles[first + column.feature], column.rule);
          else
            *as_doubles++ = read_double (doubles[first + column.feature], column.rule);
        }
    }
}

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

static ALWAYS_INLINE void
set_tree (const PymvaForest *self,
          Kind kind,
          Lane *lane,
          uint32_t tree)
{
  uint32_t root = self->roots[tree];

  if (kind.wide)
    lane->wide = self->wide + root;
  else
    lane->narrow = self->narrow + root;
  if (kind.doubles)
    lane->thresholds = self->thresholds + root;
  lane->index = 0;
}

static ALWAYS_INLINE uint32_t
goes_right (Kind kind,
            const Lane *lane,
            uint32_t column,
            float threshold)
{
  if (kind.doubles)
    return !(((const double *) lane->x)[column] <= lane->thresholds[lane->index]);
  return !(((const float *) lane->x)[column] <= threshold);
}

/* Categories are numbers, of which the set has those whose bit is set. */
static uint32_t
leaves_set (const PymvaForest *self,
            const PymvaWideNode *node,
            double x)
{
  uint32_t n_words = self->set_offsets[node->set + 1] - self->set_offsets[node->set];
  bool below = (node->column & PYMVA_WIDE_TRUNCATES) != 0 ? !(x > -1) : !(x >= 0);
  uint32_t category;

  /* What is cut to 0 is beyond an empty set. */
  if (n_words == 0 || below || !(x < 32.0 * n_words))
    {
      bool missing = x != x || (node->column & PYMVA_WIDE_BEYOND_MISSING) != 0;

      return !(missing && (node->column & PYMVA_WIDE_MISSING_LEFT) != 0);
    }

  category = (uint32_t) (int32_t) x;
  return !(self->set_words[self->set_offsets[node->set] + category / 32] >> category % 32 & 1);
}

/* The comparison is made in leaves too, where it does not count. */
static ALWAYS_INLINE void
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
        right = leaves_set (self, node, kind.doubles ? ((const double *) lane->x)[column]
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

static ALWAYS_INLINE uint32_t
get_flags (Kind kind,
           const Lane *lane)
{
  return kind.wide ? lane->wide[lane->index].column : lane->narrow[lane->index].link;
}

/* Walks from each lane's node to its leaf. */
static ALWAYS_INLINE void
walk (const PymvaForest *self,
      Kind kind,
      Lane lanes[LANES])
{
  uint32_t flags;

  do
    {
      for (unsigned step = 0; step < STRIDE; step++)
        for (unsigned i = 0; i < LANES; i++)
          take_step (self, kind, &lanes[i]);

      flags = 0;
      for (unsigned i = 0; i < LANES; i++)
        flags |= get_flags (kind, &lanes[i]);
    }
  while ((flags & PYMVA_NODE_INNER) != 0);
}

/* --- adding up --- */

static ALWAYS_INLINE void
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

/* @row is the number of the row's first sum. */
static ALWAYS_INLINE void
add_leaf (const PymvaForest *self,
          Kind kind,
          const Lane *lane,
          uint32_t tree,
          void *sums,
          size_t row)
{
  size_t value = kind.wide ? lane->wide[lane->index].value : lane->narrow[lane->index].value;

  if (self->tree_outputs != NULL)
    add (kind, sums, row + self->tree_outputs[tree], self->values, value);
  else
    for (uint32_t i = 0; i < self->n_value_columns; i++)
      add (kind, sums, row + i, self->values, value * self->n_value_columns + i);
}

static ALWAYS_INLINE const void *
get_row (Kind kind,
         const void *columns,
         size_t first)
{
  return kind.doubles ? (const void *) ((const double *) columns + first)
                      : (const void *) ((const float *) columns + first);
}

/* One row through all trees, LANES of them at once. */
static ALWAYS_INLINE void
sum_row (const PymvaForest *self,
         Kind kind,
         const void *columns,
         size_t row,
         void *sums)
{
  Lane lanes[LANES] = { { NULL } };

  for (unsigned i = 0; i < LANES; i++)
    lanes[i].x = get_row (kind, columns, row * self->n_columns);

  for (uint32_t tree = 0; tree < self->n_trees; tree += LANES)
    {
      uint32_t n_left = self->n_trees - tree;
      uint32_t n = n_left < LANES ? n_left : LANES;

      for (unsigned i = 0; i < LANES; i++)
        set_tree (self, kind, &lanes[i], tree + (i < n ? i : 0));
      walk (self, kind, lanes);
      for (unsigned i = 0; i < n; i++)
        add_leaf (self, kind, &lanes[i], tree + i, sums, row * self->n_outputs);
    }
}

/* One tree after the other, so that each is fetched once, with LANES rows at once. */
static ALWAYS_INLINE void
sum_rows (const PymvaForest *self,
          Kind kind,
          const void *columns,
          size_t n_rows,
          void *sums)
{
  Lane lanes[LANES] = { { NULL } };

  for (uint32_t tree = 0; tree < self->n_trees; tree++)
    for (size_t row = 0; row < n_rows; row += LANES)
      {
        size_t n = n_rows - row < LANES ? n_rows - row : LANES;

        for (unsigned i = 0; i < LANES; i++)
          {
            set_tree (self, kind, &lanes[i], tree);
            lanes[i].x = get_row (kind, columns, (row + (i < n ? i : 0)) * self->n_columns);
          }
        walk (self, kind, lanes);
        for (unsigned i = 0; i < n; i++)
          add_leaf (self, kind, &lanes[i], tree, sums, (row + i) * self->n_outputs);
      }
}

static ALWAYS_INLINE void
sum (const PymvaForest *self,
     Kind kind,
     const void *columns,
     size_t n_rows,
     void *sums)
{
  if (n_rows >= LANES)
    sum_rows (self, kind, columns, n_rows, sums);
  else
    for (size_t row = 0; row < n_rows; row++)
      sum_row (self, kind, columns, row, sums);
}

static void
sum_any (const PymvaForest *self,
         bool doubles,
         const void *columns,
         size_t n_rows,
         void *sums)
{
  bool wide = self->wide != NULL;
  bool float_sums = self->sums_are_floats;

  if (!wide && !doubles && float_sums)
    sum (self, (Kind) { false, false, true }, columns, n_rows, sums);
  else if (!wide && !doubles)
    sum (self, (Kind) { false, false, false }, columns, n_rows, sums);
  else if (!wide && float_sums)
    sum (self, (Kind) { false, true, true }, columns, n_rows, sums);
  else if (!wide)
    sum (self, (Kind) { false, true, false }, columns, n_rows, sums);
  else if (!doubles && float_sums)
    sum (self, (Kind) { true, false, true }, columns, n_rows, sums);
  else if (!doubles)
    sum (self, (Kind) { true, false, false }, columns, n_rows, sums);
  else if (float_sums)
    sum (self, (Kind) { true, true, true }, columns, n_rows, sums);
  else
    sum (self, (Kind) { true, true, false }, columns, n_rows, sums);
}

/* The sums in the type that they are made in, and what they are divided by. */
static void
start_sums (const PymvaForest *self,
            size_t n_rows,
            void *sums)
{
  for (size_t row = 0; row < n_rows; row++)
    for (uint32_t i = 0; i < self->n_outputs; i++)
      {
        size_t sum = row * self->n_outputs + i;

        if (self->sums_are_floats)
          ((float *) sums)[sum] = self->base != NULL ? ((const float *) self->base)[i] : 0;
        else
          ((double *) sums)[sum] = self->base != NULL ? ((const double *) self->base)[i] : 0;
      }
}

static void
end_sums (const PymvaForest *self,
          size_t n_rows,
          const void *sums,
          double *outputs)
{
  float float_divisor = self->divisor;
  double divisor = self->divisor;

  for (size_t i = 0; i < n_rows * self->n_outputs; i++)
    if (self->sums_are_floats)
      outputs[i] = self->divisor != 0 ? ((const float *) sums)[i] / float_divisor
                                      : ((const float *) sums)[i];
    else if (self->divisor != 0)
      outputs[i] /= divisor;
}

size_t
pymva_forest_get_row_scratch (const PymvaForest *self)
{
  size_t column = self->thresholds != NULL ? sizeof (double) : sizeof (float);

  return self->n_columns * column + self->n_outputs * sizeof (double);
}

void
pymva_forest_run_portable (const PymvaForest *self,
                           const float *floats,
                           const double *doubles,
                           double *outputs,
                           size_t n_rows,
                           void *scratch)
{
  bool as_doubles = doubles != NULL && self->thresholds != NULL;
  const void *columns = as_doubles ? (const void *) doubles : floats;
  void *sums = self->sums_are_floats ? scratch : outputs;

  if (!self->columns_are_inputs || columns == NULL)
    {
      double *made = (double *) scratch + n_rows * self->n_outputs;

      make_columns (self, floats, doubles, n_rows, made);
      columns = made;
    }

  start_sums (self, n_rows, sums);
  sum_any (self, as_doubles, columns, n_rows, sums);
  end_sums (self, n_rows, sums, outputs);
}
