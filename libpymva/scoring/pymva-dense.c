/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-dense-private.h"

/* Up to so many outputs that are left over by the panels are computed as dot products. */
#define MOST_DOTS 4

struct _PymvaDense
{
  PymvaDenseTables tables;
  float *panels;
  float *dots;
  float *bias;
  gboolean is_finite;
};

guint
pymva_dense_pad (guint n_columns)
{
  return (n_columns + PYMVA_PANEL_WIDTH - 1) / PYMVA_PANEL_WIDTH * PYMVA_PANEL_WIDTH;
}

/* Where the weight of the first input for an output lies among the panels, and how far the next
 * inputs' are from one another. */
static gsize
find_weight (const PymvaDense *self,
             guint output,
             guint *stride)
{
  guint panel = output / PYMVA_PANEL_WIDTH;
  guint group = panel - panel % PYMVA_GROUP_PANELS;
  guint n_panels = MIN (PYMVA_GROUP_PANELS, self->tables.n_panels - group);

  *stride = n_panels * PYMVA_PANEL_WIDTH;
  return (gsize) group * PYMVA_PANEL_WIDTH * self->tables.n_inputs + output -
         group * PYMVA_PANEL_WIDTH;
}

static void
pack_output (PymvaDense *self,
             guint output,
             const float *weights)
{
  guint n_inputs = self->tables.n_inputs;
  guint n_outputs = self->tables.n_panels * PYMVA_PANEL_WIDTH;
  float *target = self->panels;
  guint stride = 1;

  if (output < n_outputs)
    target += find_weight (self, output, &stride);
  else
    target = self->dots + (gsize) (output - n_outputs) * pymva_dense_pad (n_inputs);
  for (guint input = 0; input < n_inputs; input++)
    {
      target[(gsize) input * stride] = weights[input];
      self->is_finite &= isfinite (weights[input]) != 0;
    }
}

PymvaDense *
pymva_dense_new (guint n_inputs,
                 guint n_outputs,
                 const float *weights,
                 const float *bias)
{
  PymvaDense *self = g_new0 (PymvaDense, 1);
  guint n_left = n_outputs % PYMVA_PANEL_WIDTH;
  guint n_dots = n_left <= MOST_DOTS ? n_left : 0;
  guint n_panels = (n_outputs - n_dots + PYMVA_PANEL_WIDTH - 1) / PYMVA_PANEL_WIDTH;

  self->panels =
    g_aligned_alloc0 ((gsize) MAX (n_panels, 1) * PYMVA_PANEL_WIDTH * n_inputs, sizeof (float), 64);
  self->dots =
    g_aligned_alloc0 ((gsize) MAX (n_dots, 1) * pymva_dense_pad (n_inputs), sizeof (float), 64);
  self->is_finite = TRUE;
  self->bias = g_aligned_alloc0 (pymva_dense_pad (n_outputs), sizeof (float), 64);
  self->tables = (PymvaDenseTables) {
    .n_inputs = n_inputs,
    .n_panels = n_panels,
    .n_dots = n_dots,
    .panels = self->panels,
    .dots = self->dots,
    .bias = self->bias,
  };

  for (guint output = 0; output < n_outputs; output++)
    {
      pack_output (self, output, weights + (gsize) output * n_inputs);
      if (bias != NULL)
        self->bias[output] = bias[output];
    }

  return self;
}

void
pymva_dense_free (PymvaDense *self)
{
  g_aligned_free (self->panels);
  g_aligned_free (self->dots);
  g_aligned_free (self->bias);
  g_free (self);
}

void
pymva_dense_rectify (PymvaDense *self)
{
  self->tables.relu = TRUE;
}

void
pymva_dense_expect_zeros (PymvaDense *self)
{
  self->tables.skips_zeros = self->is_finite;
}

const PymvaDenseTables *
pymva_dense_get_tables (const PymvaDense *self)
{
  return &self->tables;
}
