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
double pymva_statistics_normal_quantile (double p);
double pymva_statistics_separation (const double *values,
                                    const guint8 *is_signal,
                                    const double *weights,
                                    gsize n_values,
                                    guint n_bins);
double pymva_statistics_separation_within (const double *values,
                                           const guint8 *is_signal,
                                           const double *weights,
                                           gsize n_values,
                                           guint n_bins,
                                           double low,
                                           double high,
                                           double *overlap);

/* --- relations of two samples (pymva-statistics-tests.c) --- */

double pymva_statistics_kolmogorov (const double *first,
                                    const double *first_weights,
                                    gsize n_first,
                                    const double *second,
                                    const double *second_weights,
                                    gsize n_second,
                                    double *p_value);
double pymva_statistics_kolmogorov_probability (double z);
double pymva_statistics_normal_p_value (double z);
double pymva_statistics_correlation (const double *x,
                                     const double *y,
                                     const double *weights,
                                     gsize n_values);
double pymva_statistics_mutual_information (const double *x,
                                            const double *y,
                                            const double *weights,
                                            gsize n_values,
                                            guint n_x,
                                            guint n_y,
                                            double low,
                                            double high);

G_END_DECLS
