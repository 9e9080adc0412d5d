/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The moments of a weighted sample; NaN where the weights sum to nothing. */
typedef struct
{
  double sum_of_weights;
  double mean;
  double variance;
} PymvaMoments;

void pymva_statistics_moments (const double *values,
                               const double *weights,
                               gsize n_values,
                               PymvaMoments *moments);
double pymva_statistics_separation (const double *values,
                                    const guint8 *is_signal,
                                    const double *weights,
                                    gsize n_values,
                                    guint n_bins);

G_END_DECLS
