/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-tmva-histogram-private.h"

G_BEGIN_DECLS

/* The density that TMVA makes of a histogram with bins of one width: smoothed, with a spline or
 * kernels through it, in many bins from the one end of the histogram to the other, or in its own
 * ones where there is to be no spline. Its integral is 1. The histogram is smoothed itself. */
float *pymva_tmva_density_make (PymvaTmvaHistogram *histogram,
                                guint *n_bins);
/* What that takes: in steps of some nanoseconds. */
guint64 pymva_tmva_density_count_steps (const PymvaTmvaHistogram *histogram);

G_END_DECLS
