/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-tmva-private.h"

G_BEGIN_DECLS

/* Lines between knots for some variables, on their way to a stage “interpolate”: the knots of one
 * variable come after those of the one before. */
typedef struct
{
  GArray *counts; /* of gint32, one for each variable */
  GArray *x;      /* of double */
  GArray *y;
} PymvaTmvaKnots;

void pymva_tmva_knots_init (PymvaTmvaKnots *self);
void pymva_tmva_knots_clear (PymvaTmvaKnots *self);
/* What is appended from here on belongs to the next variable. */
void pymva_tmva_knots_begin (PymvaTmvaKnots *self);
/* A knot that is not behind the one before is left out: rounding may make two of them one. */
void pymva_tmva_knots_append (PymvaTmvaKnots *self,
                              double x,
                              double y);
/* The number of the stage. */
int pymva_tmva_knots_add_stage (const PymvaTmvaKnots *self,
                                const PymvaTmvaMethod *method,
                                int input,
                                gboolean rounds);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaTmvaKnots, pymva_tmva_knots_clear)

G_END_DECLS
