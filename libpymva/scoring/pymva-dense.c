/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-dense-private.h"

/* Four numbers in one register: GCC and Clang have them on every machine. */
typedef float Quad __attribute__ ((vector_size (16)));

/* Outputs that one row computes at once, in blocks whose weights lie input after input; what is
 * left over goes in narrow blocks, of the width that rows are padded to. */
#define WIDE 32
#define NARROW 8
#define WIDE_QUADS (WIDE / 4)
#define NARROW_QUADS (NARROW / 4)
/* Rows, or inputs, that a narrow block takes at once: enough sums to hide the adder's latency. */
#define PHASES 4
/* The inputs of a partial sum; a single sum over thousands of inputs would lose digits. */
#define CHUNK 256

struct _PymvaDense
{
  guint n_inputs;
  guint n_outputs;
  guint n_wide;
  guint n_narrow;
  float *weights;
  float *bias;
};

guint
pymva_dense_pad (guint n_columns)
{
  return (n_columns + NARROW - 1) / NARROW * NARROW;
}

PymvaDense *
pymva_dense_new (guint n_inputs,
                 guint n_outputs,
                 const float *weights,
                 const float *bias)
{
  PymvaDense *self = g_new0 (PymvaDense, 1);
  guint padded = pymva_dense_pad (n_outputs);

  self->n_inputs = n_inputs;
  self->n_outputs = n_outputs;
  self->n_wide = n_outputs / WIDE;
  self->n_narrow = (padded - self->n_wide * WIDE) / NARROW;
  self->weights = g_aligned_alloc0 ((gsize) padded * n_inputs, sizeof (float), 64);
  self->bias = g_aligned_alloc0 (padded, sizeof (float), 64);

  for (guint output = 0; output < n_outputs; output++)
    {
      guint first_narrow = self->n_wide * WIDE;
      guint width = output < first_narrow ? WIDE : NARROW;
      guint block = output - output % width;
      float *target = self->weights + (gsize) block * n_inputs + output % width;

      for (guint input = 0; input < n_inputs; input++)
        target[(gsize) input * width] = weights[(gsize) output * n_inputs + input];
      if (bias != NULL)
        self->bias[output] = bias[output];
    }

  return self;
}

void
pymva_dense_free (PymvaDense *self)
{
  g_aligned_free (self->weights);
  g_aligned_free (self->bias);
  g_free (self);
}

guint
pymva_dense_get_n_outputs (const PymvaDense *self)
{
  return self->n_outputs;
}

/* One row, WIDE outputs. */
static inline void
run_wide (const Quad *weights,
          const Quad *bias,
          guint n_inputs,
          const float *x,
          Quad *y)
{
  Quad total[WIDE_QUADS];

  for (guint q = 0; q < WIDE_QUADS; q++)
    total[q] = bias[q];

  for (guint first = 0; first < n_inputs; first += CHUNK)
    {
      guint end = MIN (first + CHUNK, n_inputs);
      Quad sum[WIDE_QUADS] = { 0 };

      for (guint i = first; i < end; i++)
        for (guint q = 0; q < WIDE_QUADS; q++)
          sum[q] += weights[(gsize) i * WIDE_QUADS + q] * x[i];
      for (guint q = 0; q < WIDE_QUADS; q++)
        total[q] += sum[q];
    }

  for (guint q = 0; q < WIDE_QUADS; q++)
    y[q] = total[q];
}

/* PHASES rows and NARROW outputs of a wide block: the same sums as run_wide(), the weights fetched
 * once for all the rows. */
static inline void
run_wide_rows (const Quad *weights,
               const Quad *bias,
               guint n_inputs,
               const float *x,
               Quad *y,
               gsize stride)
{
  Quad total[PHASES][NARROW_QUADS];

  for (guint row = 0; row < PHASES; row++)
    for (guint q = 0; q < NARROW_QUADS; q++)
      total[row][q] = bias[q];

  for (guint first = 0; first < n_inputs; first += CHUNK)
    {
      guint end = MIN (first + CHUNK, n_inputs);
      Quad sum[PHASES][NARROW_QUADS] = { 0 };

      for (guint i = first; i < end; i++)
        for (guint row = 0; row < PHASES; row++)
          for (guint q = 0; q < NARROW_QUADS; q++)
            sum[row][q] += weights[(gsize) i * WIDE_QUADS + q] * x[row * stride + i];
      for (guint row = 0; row < PHASES; row++)
        for (guint q = 0; q < NARROW_QUADS; q++)
          total[row][q] += sum[row][q];
    }

  for (guint row = 0; row < PHASES; row++)
    for (guint q = 0; q < NARROW_QUADS; q++)
      y[row * (stride / 4) + q] = total[row][q];
}

/* One row, NARROW outputs: PHASES sums, each over every fourth input. */
static inline void
run_narrow (const Quad *weights,
            const Quad *bias,
            guint n_inputs,
            const float *x,
            Quad *y)
{
  Quad total[NARROW_QUADS];

  for (guint q = 0; q < NARROW_QUADS; q++)
    total[q] = bias[q];

  for (guint first = 0; first < n_inputs; first += CHUNK)
    {
      guint end = MIN (first + CHUNK, n_inputs);
      Quad sum[PHASES][NARROW_QUADS] = { 0 };
      guint i = first;

      for (; i + PHASES <= end; i += PHASES)
        for (guint phase = 0; phase < PHASES; phase++)
          for (guint q = 0; q < NARROW_QUADS; q++)
            sum[phase][q] += weights[(gsize) (i + phase) * NARROW_QUADS + q] * x[i + phase];
      for (; i < end; i++)
        for (guint q = 0; q < NARROW_QUADS; q++)
          sum[0][q] += weights[(gsize) i * NARROW_QUADS + q] * x[i];
      for (guint q = 0; q < NARROW_QUADS; q++)
        total[q] += (sum[0][q] + sum[1][q]) + (sum[2][q] + sum[3][q]);
    }

  for (guint q = 0; q < NARROW_QUADS; q++)
    y[q] = total[q];
}

void
pymva_dense_run (const PymvaDense *self,
                 const float *inputs,
                 float *outputs,
                 gsize n_rows,
                 gsize stride)
{
  guint n_inputs = self->n_inputs;
  gsize row = 0;

  for (; row + PHASES <= n_rows; row += PHASES)
    for (guint output = 0; output < self->n_wide * WIDE; output += NARROW)
      {
        guint block = output - output % WIDE;
        const float *weights = self->weights + (gsize) block * n_inputs + output % WIDE;

        run_wide_rows ((const Quad *) weights, (const Quad *) (self->bias + output), n_inputs,
                       inputs + row * stride, (Quad *) (outputs + row * stride + output), stride);
      }
  for (; row < n_rows; row++)
    for (guint output = 0; output < self->n_wide * WIDE; output += WIDE)
      run_wide ((const Quad *) (self->weights + (gsize) output * n_inputs),
                (const Quad *) (self->bias + output), n_inputs, inputs + row * stride,
                (Quad *) (outputs + row * stride + output));

  for (row = 0; row < n_rows; row++)
    for (guint narrow = 0; narrow < self->n_narrow; narrow++)
      {
        guint output = self->n_wide * WIDE + narrow * NARROW;

        run_narrow ((const Quad *) (self->weights + (gsize) output * n_inputs),
                    (const Quad *) (self->bias + output), n_inputs, inputs + row * stride,
                    (Quad *) (outputs + row * stride + output));
      }
}
