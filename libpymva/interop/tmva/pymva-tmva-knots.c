/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-tmva-knots-private.h"

void
pymva_tmva_knots_init (PymvaTmvaKnots *self)
{
  self->counts = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->x = g_array_new (FALSE, FALSE, sizeof (double));
  self->y = g_array_new (FALSE, FALSE, sizeof (double));
}

void
pymva_tmva_knots_clear (PymvaTmvaKnots *self)
{
  g_array_unref (self->counts);
  g_array_unref (self->x);
  g_array_unref (self->y);
}

void
pymva_tmva_knots_begin (PymvaTmvaKnots *self)
{
  gint32 none = 0;

  g_array_append_val (self->counts, none);
}

void
pymva_tmva_knots_append (PymvaTmvaKnots *self,
                         double x,
                         double y)
{
  gint32 *count = &g_array_index (self->counts, gint32, self->counts->len - 1);

  if (*count > 0 && !(x > g_array_index (self->x, double, self->x->len - 1)))
    return;

  g_array_append_val (self->x, x);
  g_array_append_val (self->y, y);
  (*count)++;
}

int
pymva_tmva_knots_add_stage (const PymvaTmvaKnots *self,
                            const PymvaTmvaMethod *method,
                            int input,
                            gboolean rounds)
{
  PymvaStageWriter stage;

  pymva_stage_writer_init (&stage, method->builder, "interpolate", input);
  pymva_stage_writer_set_ints (&stage, "counts", (const gint32 *) self->counts->data,
                               self->counts->len);
  pymva_stage_writer_set_doubles (&stage, "x", (const double *) self->x->data, self->x->len, 0);
  pymva_stage_writer_set_doubles (&stage, "y", (const double *) self->y->data, self->y->len, 0);

  return pymva_stage_writer_add (&stage, rounds);
}
