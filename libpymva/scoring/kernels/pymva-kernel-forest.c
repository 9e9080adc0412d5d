/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pymva-kernel-forest-private.h"

const uint8_t pymva_forest_exits[128] __attribute__ ((aligned (64))) = {
  0, 4, 2, 4, 0, 6, 2, 6, 1, 4, 2, 4, 1, 6, 2, 6,
  0, 4, 3, 4, 0, 6, 3, 6, 1, 4, 3, 4, 1, 6, 3, 6,
  0, 5, 2, 5, 0, 6, 2, 6, 1, 5, 2, 5, 1, 6, 2, 6,
  0, 5, 3, 5, 0, 6, 3, 6, 1, 5, 3, 5, 1, 6, 3, 6,
  0, 4, 2, 4, 0, 7, 2, 7, 1, 4, 2, 4, 1, 7, 2, 7,
  0, 4, 3, 4, 0, 7, 3, 7, 1, 4, 3, 4, 1, 7, 3, 7,
  0, 5, 2, 5, 0, 7, 2, 7, 1, 5, 2, 5, 1, 7, 2, 7,
  0, 5, 3, 5, 0, 7, 3, 7, 1, 5, 3, 5, 1, 7, 3, 7,
};

const uint64_t pymva_forest_lower_nodes[8] = {
  0x0000000780018080, 0x0000007800060100, 0x0000078000180200, 0x0000780000600400,
  0x0007800001800800, 0x0078000006001000, 0x0780000018002000, 0x7800000060004000,
};

/* A multiple of it, so that what follows is aligned to 64. */
static size_t
round_up (size_t size)
{
  return (size + 63) / 64 * 64;
}

PymvaForestLimits
pymva_forest_get_limits (PymvaKernel kernel)
{
  switch (kernel)
    {
    case PYMVA_KERNEL_AVX512:
      return (PymvaForestLimits) { 256, 64, 64, true };
    case PYMVA_KERNEL_AVX2:
      return (PymvaForestLimits) { 128, 64, 32, false };
    case PYMVA_KERNEL_PORTABLE:
    default:
      return (PymvaForestLimits) { 0, 0, 0, false };
    }
}

static bool
walks (const PymvaForest *self)
{
  return self->narrow != NULL || self->wide != NULL;
}

/* What a row needs for its ranks, or its part of a tile's. */
static size_t
get_bytes_size (const PymvaForest *self)
{
  return PYMVA_FOREST_LEAST_FILLED * round_up (self->most_byte_columns);
}

/* The same for its sums. */
static size_t
get_sums_size (const PymvaForest *self)
{
  return round_up (PYMVA_FOREST_LEAST_FILLED * self->n_outputs * sizeof (double));
}

/* The same for the columns that are walked: as many rows are made as are walked together. */
static size_t
get_columns_size (const PymvaForest *self)
{
  size_t column = self->compares_doubles ? sizeof (double) : sizeof (float);

  return walks (self) ? round_up (2 * self->n_columns * column) : 0;
}

size_t
pymva_forest_get_row_scratch (const PymvaForest *self)
{
  size_t rounded = self->compares_doubles ? 0 : self->n_inputs * sizeof (float);

  return get_bytes_size (self) + get_sums_size (self) + get_columns_size (self) +
         round_up (rounded);
}

/* --- columns --- */

/* The columns of narrow nodes, if they are float32, are made of keys. */
static PYMVA_ALWAYS_INLINE uint32_t
read_key (float x,
          uint32_t rule)
{
  return pymva_narrow_make_key (pymva_column_read_float (x, rule));
}

/* One definition for each type. In a tile the numbers of one column and of the rows that are walked
 * together lie side by side. */
#define DEFINE_MAKE_COLUMNS(name, type, column_type, read) \
  static void \
  make_row_##name (const PymvaForest *self, \
                   const type *row, \
                   column_type *columns) \
  { \
    for (uint32_t i = 0; self->columns_are_inputs && i < self->n_columns; i++) \
      columns[i] = read (row[i], PYMVA_COLUMN_PLAIN); \
    for (uint32_t i = 0; !self->columns_are_inputs && i < self->n_columns; i++) \
      columns[i] = read (row[self->columns[i].feature], self->columns[i].rule); \
  } \
\
  static void \
  make_tile_##name (const PymvaForest *self, \
                    const type *rows, \
                    size_t n_rows, \
                    column_type *columns) \
  { \
    for (size_t row = 0; row < n_rows; row += PYMVA_FOREST_WALKS) \
      for (uint32_t i = 0; i < self->n_columns; i++) \
        for (size_t lane = 0; lane < PYMVA_FOREST_WALKS; lane++) \
          { \
            size_t this = row + lane < n_rows ? row + lane : row; \
\
            *columns++ = read (rows[this * self->n_inputs + self->columns[i].feature], \
                               self->columns[i].rule); \
          } \
  }

DEFINE_MAKE_COLUMNS (keys, float, uint32_t, read_key)
DEFINE_MAKE_COLUMNS (floats, float, float, pymva_column_read_float)
DEFINE_MAKE_COLUMNS (doubles, double, double, pymva_column_read_double)

void
pymva_forest_make_row_columns (const PymvaForest *self,
                               PymvaForestRows *row,
                               void *memory)
{
  if (!walks (self))
    return;

  row->columns = memory;
  if (row->doubles == NULL && self->narrow != NULL)
    make_row_keys (self, row->floats, memory);
  else if (self->columns_are_inputs)
    row->columns = row->doubles != NULL ? (const void *) row->doubles : row->floats;
  else if (row->doubles != NULL)
    make_row_doubles (self, row->doubles, memory);
  else
    make_row_floats (self, row->floats, memory);
}

void
pymva_forest_make_tile_columns (const PymvaForest *self,
                                PymvaForestRows *rows,
                                size_t n_rows,
                                void *memory)
{
  if (!walks (self))
    return;

  rows->columns = memory;
  if (rows->doubles != NULL)
    make_tile_doubles (self, rows->doubles, n_rows, memory);
  else if (self->narrow != NULL)
    make_tile_keys (self, rows->floats, n_rows, memory);
  else
    make_tile_floats (self, rows->floats, n_rows, memory);
}

/* --- sums --- */

void
pymva_forest_start_sums (const PymvaForest *self,
                         size_t n_rows,
                         const PymvaForestSums *sums)
{
  for (size_t row = 0; row < n_rows; row++)
    for (uint32_t i = 0; i < self->n_outputs; i++)
      {
        size_t sum = row * sums->row_stride + i * sums->output_stride;

        if (self->sums_are_floats)
          ((float *) sums->data)[sum] = self->base != NULL ? ((const float *) self->base)[i] : 0;
        else
          ((double *) sums->data)[sum] = self->base != NULL ? ((const double *) self->base)[i] : 0;
      }
}

void
pymva_forest_end_sums (const PymvaForest *self,
                       size_t n_rows,
                       const PymvaForestSums *sums,
                       double *outputs)
{
  float float_divisor = self->divisor;
  double divisor = self->divisor;

  for (size_t row = 0; row < n_rows; row++)
    for (uint32_t i = 0; i < self->n_outputs; i++)
      {
        size_t sum = row * sums->row_stride + i * sums->output_stride;
        double *output = &outputs[row * self->n_outputs + i];

        if (self->sums_are_floats)
          {
            float value = ((const float *) sums->data)[sum];

            *output = self->divisor != 0 ? value / float_divisor : value;
          }
        else
          {
            double value = ((const double *) sums->data)[sum];

            *output = self->divisor != 0 ? value / divisor : value;
          }
      }
}

/* Through all trees together, so that each is fetched once. */
static void
sum_tile (const PymvaForest *self,
          PymvaForestRows rows,
          size_t n_rows,
          const PymvaForestMemory *memory,
          double *outputs)
{
  PymvaForestSums sums = { memory->sums, self->n_outputs, 1 };

  pymva_forest_make_tile_columns (self, &rows, n_rows, memory->columns);
  pymva_forest_start_sums (self, n_rows, &sums);
  for (uint32_t tree = 0; tree < self->n_trees; tree++)
    pymva_forest_walk_tree (self, tree, &rows, n_rows, NULL, &sums);
  pymva_forest_end_sums (self, n_rows, &sums, outputs);
}

static void
sum_row (const PymvaForest *self,
         PymvaForestRows row,
         const PymvaForestMemory *memory,
         double *outputs)
{
  PymvaForestSums sums = { memory->sums, self->n_outputs, 1 };

  pymva_forest_make_row_columns (self, &row, memory->columns);
  pymva_forest_start_sums (self, 1, &sums);
  pymva_forest_walk_row (self, 0, self->n_trees, &row, &sums);
  pymva_forest_end_sums (self, 1, &sums, outputs);
}

static void
sum_portable (const PymvaForest *self,
              const PymvaForestRows *rows,
              size_t n_rows,
              const PymvaForestMemory *memory,
              double *outputs)
{
  if (n_rows >= PYMVA_FOREST_WALKS)
    sum_tile (self, *rows, n_rows, memory, outputs);
  else
    for (size_t row = 0; row < n_rows; row++)
      sum_row (self, pymva_forest_rows_skip (self, rows, row), memory,
               outputs + row * self->n_outputs);
}

void
pymva_forest_run (const PymvaForest *self,
                  PymvaKernel kernel,
                  const float *floats,
                  const double *doubles,
                  double *outputs,
                  size_t n_rows,
                  void *scratch)
{
  uint8_t *bytes = scratch;
  uint8_t *sums = bytes + n_rows * get_bytes_size (self);
  uint8_t *columns = sums + n_rows * get_sums_size (self);
  PymvaForestMemory memory = { bytes, sums, columns };
  PymvaForestRows rows = { .floats = floats, .doubles = doubles };

  if (doubles != NULL && !self->compares_doubles)
    {
      float *rounded = (float *) (columns + n_rows * get_columns_size (self));

      for (size_t i = 0; i < n_rows * self->n_inputs; i++)
        rounded[i] = (float) doubles[i];
      rows = (PymvaForestRows) { .floats = rounded };
    }

#ifdef __x86_64__
  if (kernel == PYMVA_KERNEL_AVX512)
    pymva_forest_sum_avx512 (self, &rows, n_rows, &memory, outputs);
  else if (kernel == PYMVA_KERNEL_AVX2)
    pymva_forest_sum_avx2 (self, &rows, n_rows, &memory, outputs);
  else
#endif
    sum_portable (self, &rows, n_rows, &memory, outputs);
}
