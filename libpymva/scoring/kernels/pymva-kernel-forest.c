/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pymva-kernel-forest-private.h"

/* Rows from which on a tree is taken through all rows, and not a row through all trees. */
#define FEW_ROWS 8

const uint8_t pymva_forest_exits[128] = {
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
      return (PymvaForestLimits) { 256, 64 };
    case PYMVA_KERNEL_AVX2:
      return (PymvaForestLimits) { 128, 32 };
    case PYMVA_KERNEL_PORTABLE:
    default:
      return (PymvaForestLimits) { 0, 0 };
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

size_t
pymva_forest_get_row_scratch (const PymvaForest *self)
{
  size_t column = self->thresholds != NULL ? sizeof (double) : sizeof (float);
  size_t rounded = self->thresholds != NULL ? 0 : self->n_inputs * sizeof (float);
  size_t columns = walks (self) ? self->n_columns * column : 0;

  return get_bytes_size (self) + get_sums_size (self) + round_up (rounded) + round_up (columns);
}

/* --- columns --- */

static void
make_columns (const PymvaForest *self,
              const PymvaForestRows *rows,
              size_t n_rows,
              void *columns)
{
  float *floats = columns;
  double *doubles = columns;

  for (size_t row = 0; row < n_rows; row++)
    for (uint32_t i = 0; i < self->n_columns; i++)
      {
        PymvaForestColumn column = self->columns[i];
        size_t place = row * self->n_inputs + column.feature;

        if (rows->doubles != NULL)
          *doubles++ = pymva_column_read_double (rows->doubles[place], column.rule);
        else
          *floats++ = pymva_column_read_float (rows->floats[place], column.rule);
      }
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

static void
sum_portable (const PymvaForest *self,
              const PymvaForestRows *rows,
              size_t n_rows,
              void *data,
              double *outputs)
{
  PymvaForestSums sums = { data, self->n_outputs, 1 };

  pymva_forest_start_sums (self, n_rows, &sums);
  if (n_rows >= FEW_ROWS)
    for (uint32_t tree = 0; tree < self->n_trees; tree++)
      pymva_forest_walk_tree (self, tree, rows, n_rows, NULL, &sums);
  else
    for (size_t row = 0; row < n_rows; row++)
      {
        PymvaForestRows this = pymva_forest_rows_skip (self, rows, row);
        PymvaForestSums these = { data, self->n_outputs, 1 };

        these.data = self->sums_are_floats ? (void *) ((float *) data + row * self->n_outputs)
                                           : (void *) ((double *) data + row * self->n_outputs);
        pymva_forest_walk_row (self, 0, self->n_trees, &this, NULL, &these);
      }
  pymva_forest_end_sums (self, n_rows, &sums, outputs);
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
  uint8_t *rest = sums + n_rows * get_sums_size (self);
  PymvaForestRows rows = { .floats = floats, .doubles = doubles };

  if (doubles != NULL && self->thresholds == NULL)
    {
      float *rounded = (float *) rest;

      for (size_t i = 0; i < n_rows * self->n_inputs; i++)
        rounded[i] = (float) doubles[i];
      rows = (PymvaForestRows) { .floats = rounded };
      rest += round_up (n_rows * self->n_inputs * sizeof (float));
    }
  if (walks (self) && self->columns_are_inputs)
    rows.columns = rows.doubles != NULL ? (const void *) rows.doubles : rows.floats;
  else if (walks (self))
    {
      make_columns (self, &rows, n_rows, rest);
      rows.columns = rest;
    }

#ifdef __x86_64__
  if (kernel == PYMVA_KERNEL_AVX512)
    pymva_forest_sum_avx512 (self, &rows, n_rows, sums, bytes, outputs);
  else if (kernel == PYMVA_KERNEL_AVX2)
    pymva_forest_sum_avx2 (self, &rows, n_rows, sums, bytes, outputs);
  else
#endif
    sum_portable (self, &rows, n_rows, sums, outputs);
}
