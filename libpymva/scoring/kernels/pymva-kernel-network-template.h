/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The dense layer and the choice among the functions. A kernel defines, before it includes this:
 *
 *   LANES                         the numbers of a vector
 *   SPLAT (x), FMA (a, b, c)      a vector of x; a b + c, rounded once or twice
 *   load_part (p, n)              the first n numbers at p, then zeros
 *   add_lanes (v)                 the sum of a vector's numbers
 *   mark_numbers (v)              a bit for each of a vector's numbers that is not zero
 *   MOST_VECTORS                  the vectors of outputs that a single row computes at once
 *   PHASES_1, _2, _3              the sums for each output where fewer panels are left, so that
 *                                 the adders have enough to do
 *   SUMS, ROW_VECTORS             the registers for sums where rows go together, and the vectors
 *                                 of outputs that each row has there
 *
 * and may define:
 *
 *   RUN_GROUPS_ALONE, RUN_DOTS    what takes the place of run_groups() for a single row, and of
 *                                 run_dots()
 */
#include <math.h>

#include "pymva-kernel-network.h"

#define INLINE static inline __attribute__ ((always_inline))
/* The inputs of a partial sum; a single sum over thousands of inputs would lose digits. */
#define CHUNK 256
#define PANEL_VECTORS (PYMVA_PANEL_WIDTH / LANES)
#define DOT_PHASES 4
#define MOST_PHASES 4
#define MOST_ROWS 8
#define UNROLL _Pragma ("GCC unroll 32")

typedef float Vector __attribute__ ((vector_size (4 * LANES), may_alias));
typedef uint32_t Bits __attribute__ ((vector_size (4 * LANES), may_alias));
typedef Vector LooseVector __attribute__ ((aligned (4)));

INLINE Vector
load (const float *p)
{
  return *(const LooseVector *) p;
}

INLINE void
store (float *p,
       Vector v)
{
  *(LooseVector *) p = v;
}

/* Zero where @x is below @lowest; NaN stays, and so does -0. */
INLINE Vector
cut (Vector x,
     Vector lowest)
{
  return (Vector) (~(Bits) (x < lowest) & (Bits) x);
}

/* What one input adds to the sums of rows. */
INLINE void
add_products (const float *weights,
              const float *x,
              size_t x_stride,
              Vector (*sums)[MOST_VECTORS],
              const uint32_t n_rows,
              const uint32_t n_vectors)
{
  Vector w[MOST_VECTORS];

  UNROLL for (uint32_t v = 0; v < n_vectors; v++)
    w[v] = load (weights + v * LANES);
  UNROLL for (uint32_t r = 0; r < n_rows; r++)
    {
      const Vector value = SPLAT (x[r * x_stride]);

      UNROLL for (uint32_t v = 0; v < n_vectors; v++)
        sums[r][v] = FMA (w[v], value, sums[r][v]);
    }
}

/* The same for one row and the inputs from @start to @end, without those that are zero: a zero
 * times a weight that is finite adds nothing. */
INLINE void
add_numbers (const float *weights,
             const float *x,
             uint32_t start,
             uint32_t end,
             Vector (*sums)[MOST_VECTORS],
             const uint32_t w_stride,
             const uint32_t n_vectors)
{
  for (; start < end; start += 64)
    {
      uint32_t n = end - start < 64 ? end - start : 64;
      uint64_t marks = 0;

      for (uint32_t i = 0; i < n; i += LANES)
        {
          const float *p = x + start + i;
          Vector numbers = n - i < LANES ? load_part (p, n - i) : load (p);

          marks |= (uint64_t) mark_numbers (numbers) << i;
        }
      for (; marks != 0; marks &= marks - 1)
        {
          uint32_t i = start + (uint32_t) __builtin_ctzll (marks);

          add_products (weights + (size_t) i * w_stride, x + i, 0, sums, 1, n_vectors);
        }
    }
}

/* Rows of a few vectors of outputs; the weights of an input are @w_stride elements after those of
 * the one before. All loops of constant length are unrolled, so the sums stay in registers; the
 * order of the additions to an output depends on @n_phases alone. */
INLINE void
multiply (const PymvaDenseTables *tables,
          const float *weights,
          const float *bias,
          const float *x,
          size_t x_stride,
          float *y,
          size_t y_stride,
          const uint32_t w_stride,
          const uint32_t n_rows,
          const uint32_t n_vectors,
          const uint32_t n_phases)
{
  const uint32_t n = tables->n_inputs;

  for (uint32_t i = 0, end; i < n; i = end)
    {
      const uint32_t start = i;
      Vector sums[MOST_PHASES][MOST_ROWS][MOST_VECTORS];
      Vector lowest;

      end = n - start < CHUNK ? n : start + CHUNK;
      UNROLL for (uint32_t v = 0; v < n_vectors; v++)
        UNROLL for (uint32_t r = 0; r < n_rows; r++)
          UNROLL for (uint32_t p = 0; p < n_phases; p++)
            sums[p][r][v] = p == 0 && start == 0 ? load (bias + v * LANES) : SPLAT (0.0f);

      if (n_rows == 1 && n_phases == 1 && tables->skips_zeros)
        {
          add_numbers (weights, x, start, end, sums[0], w_stride, n_vectors);
          i = end;
        }
      for (; i + n_phases <= end; i += n_phases)
        UNROLL for (uint32_t p = 0; p < n_phases; p++)
          add_products (weights + (size_t) (i + p) * w_stride, x + i + p, x_stride, sums[p], n_rows,
                        n_vectors);
      for (; n_phases > 1 && i < end; i++)
        add_products (weights + (size_t) i * w_stride, x + i, x_stride, sums[0], n_rows, n_vectors);

      UNROLL for (uint32_t v = 0; v < n_vectors; v++)
        UNROLL for (uint32_t r = 0; r < n_rows; r++)
          {
            if (n_phases == 2)
              sums[0][r][v] += sums[1][r][v];
            else if (n_phases == 4)
              sums[0][r][v] = (sums[0][r][v] + sums[1][r][v]) + (sums[2][r][v] + sums[3][r][v]);
          }
      if (start > 0)
        UNROLL for (uint32_t v = 0; v < n_vectors; v++)
          UNROLL for (uint32_t r = 0; r < n_rows; r++)
            sums[0][r][v] += load (y + r * y_stride + v * LANES);

      /* What is added last makes 0 of -0, which a sum is or not by the zeros that it skipped. */
      lowest = tables->relu && end == n ? SPLAT (0.0f) : SPLAT (-INFINITY);
      UNROLL for (uint32_t v = 0; v < n_vectors; v++)
        UNROLL for (uint32_t r = 0; r < n_rows; r++)
          store (y + r * y_stride + v * LANES, cut (sums[0][r][v], lowest) + SPLAT (0.0f));
    }
}

/* The panels of a group, whose number is a constant once more: rows that go together, and those
 * that are left one by one, with more vectors at once. */
INLINE void
multiply_group (const PymvaDenseTables *tables,
                const float *x,
                size_t x_stride,
                float *y,
                size_t y_stride,
                size_t n_rows,
                uint32_t panel,
                const uint32_t n_panels,
                const uint32_t n_phases)
{
  const uint32_t stride = n_panels * PYMVA_PANEL_WIDTH;
  const uint32_t n_vectors = stride / LANES;
  const uint32_t n_shared = n_vectors < ROW_VECTORS ? n_vectors : ROW_VECTORS;
  const uint32_t n_alone = n_vectors < MOST_VECTORS ? n_vectors
                           : n_vectors % MOST_VECTORS == 0 ? MOST_VECTORS : PANEL_VECTORS;
  const uint32_t n_together = SUMS / (n_shared * n_phases);
  const float *weights = tables->panels + (size_t) panel * PYMVA_PANEL_WIDTH * tables->n_inputs;
  const float *bias = tables->bias + panel * PYMVA_PANEL_WIDTH;
  size_t row = 0;

  y += panel * PYMVA_PANEL_WIDTH;
  for (; row + n_together <= n_rows; row += n_together)
    for (uint32_t i = 0; i < stride; i += n_shared * LANES)
      multiply (tables, weights + i, bias + i, x + row * x_stride, x_stride,
                y + row * y_stride + i, y_stride, stride, n_together, n_shared, n_phases);
  for (; row < n_rows; row++)
    for (uint32_t i = 0; i < stride; i += n_alone * LANES)
      multiply (tables, weights + i, bias + i, x + row * x_stride, x_stride,
                y + row * y_stride + i, y_stride, stride, 1, n_alone, n_phases);
}

/* One output of one row: sums for every so many inputs, added in the end. */
INLINE float
multiply_dot (const float *weights,
              const float *x,
              uint32_t n)
{
  Vector sums[DOT_PHASES];
  uint32_t i = 0;

  UNROLL for (uint32_t p = 0; p < DOT_PHASES; p++)
    sums[p] = SPLAT (0.0f);
  for (; i + DOT_PHASES * LANES <= n; i += DOT_PHASES * LANES)
    UNROLL for (uint32_t p = 0; p < DOT_PHASES; p++)
      sums[p] = FMA (load (weights + i + p * LANES), load (x + i + p * LANES), sums[p]);
  for (; i + LANES <= n; i += LANES)
    sums[0] = FMA (load (weights + i), load (x + i), sums[0]);
  if (i < n)
    sums[1] = FMA (load (weights + i), load_part (x + i, n - i), sums[1]);

  return add_lanes ((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

/* The panels in full groups; gives how many they are. */
INLINE uint32_t
run_groups (const PymvaDenseTables *tables,
            const float *x,
            size_t x_stride,
            float *y,
            size_t y_stride,
            size_t n_rows)
{
  uint32_t panel = 0;

  for (; panel + PYMVA_GROUP_PANELS <= tables->n_panels; panel += PYMVA_GROUP_PANELS)
    multiply_group (tables, x, x_stride, y, y_stride, n_rows, panel, PYMVA_GROUP_PANELS, 1);

  return panel;
}

/* The outputs behind the panels. */
INLINE void
run_dots (const PymvaDenseTables *tables,
          const float *x,
          size_t x_stride,
          float *y,
          size_t y_stride,
          size_t n_rows)
{
  const uint32_t length = (tables->n_inputs + PYMVA_PANEL_WIDTH - 1) & -PYMVA_PANEL_WIDTH;
  const uint32_t first = tables->n_panels * PYMVA_PANEL_WIDTH;

  for (size_t row = 0; row < n_rows; row++)
    {
      float *outputs = y + row * y_stride + first;

      for (uint32_t i = 0; i < PYMVA_PANEL_WIDTH; i += LANES)
        store (outputs + i, SPLAT (0.0f));
      for (uint32_t i = 0; i < tables->n_dots; i++)
        {
          float sum = tables->bias[first + i] +
                      multiply_dot (tables->dots + (size_t) i * length, x + row * x_stride,
                                    tables->n_inputs);

          outputs[i] = tables->relu && sum < 0 ? 0 : sum;
        }
    }
}

#ifndef RUN_GROUPS_ALONE
#define RUN_GROUPS_ALONE run_groups
#define RUN_DOTS run_dots
#endif

static void
run_dense (const PymvaDenseTables *tables,
           const float *x,
           size_t x_stride,
           float *y,
           size_t y_stride,
           size_t n_rows)
{
  uint32_t panel = n_rows == 1 ? RUN_GROUPS_ALONE (tables, x, x_stride, y, y_stride, n_rows)
                               : run_groups (tables, x, x_stride, y, y_stride, n_rows);

  switch (tables->n_panels - panel)
    {
    case 3: multiply_group (tables, x, x_stride, y, y_stride, n_rows, panel, 3, PHASES_3); break;
    case 2: multiply_group (tables, x, x_stride, y, y_stride, n_rows, panel, 2, PHASES_2); break;
    case 1: multiply_group (tables, x, x_stride, y, y_stride, n_rows, panel, 1, PHASES_1); break;
    default: break;
    }
  if (tables->n_dots > 0)
    RUN_DOTS (tables, x, x_stride, y, y_stride, n_rows);
}

#include "pymva-kernel-network-functions.h"
