/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-tmva-histogram-private.h"

G_BEGIN_DECLS

/* A curve through points at equal distances, as TMVA draws it. */
typedef struct _PymvaTmvaSpline PymvaTmvaSpline;

/* @method: PYMVA_TMVA_SPLINE1 and so on; @x rises, and at least so many points are there as
 * pymva_tmva_spline_get_least_points() says. They are not copied. */
PymvaTmvaSpline *pymva_tmva_spline_new (PymvaTmvaInterpolation method,
                                        const double *x,
                                        const double *y,
                                        guint n);
void pymva_tmva_spline_free (PymvaTmvaSpline *self);
/* Beyond the ends it goes on as there. */
double pymva_tmva_spline_evaluate (const PymvaTmvaSpline *self,
                                   double x);
guint pymva_tmva_spline_get_least_points (PymvaTmvaInterpolation method);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTmvaSpline, pymva_tmva_spline_free)

G_END_DECLS
