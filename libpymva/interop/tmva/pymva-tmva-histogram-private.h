/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interop/pymva-xml-private.h"

G_BEGIN_DECLS

/* How TMVA makes a function of a histogram. */
typedef enum
{
  PYMVA_TMVA_SPLINE0,
  PYMVA_TMVA_SPLINE1,
  PYMVA_TMVA_SPLINE2,
  PYMVA_TMVA_SPLINE3,
  PYMVA_TMVA_SPLINE5,
  PYMVA_TMVA_KDE,
} PymvaTmvaInterpolation;

/* An element “PDF”: a histogram, and what is done to it. */
typedef struct
{
  PymvaTmvaInterpolation interpolation;
  int min_smooth;
  int max_smooth;
  int kde_type;
  int kde_iterations;
  int kde_border;
  float kde_fine_factor;
  gboolean is_equidistant;
  guint n_bins;
  /* One more than there are bins, rising. */
  double *edges;
  /* float32 in TMVA. */
  float *contents;
} PymvaTmvaHistogram;

PymvaTmvaHistogram *pymva_tmva_histogram_read (const PymvaXmlElement *pdf,
                                               GError **error);
void pymva_tmva_histogram_free (PymvaTmvaHistogram *self);
double pymva_tmva_histogram_get_center (const PymvaTmvaHistogram *self,
                                        guint bin);

/* TMVA samples its functions at the centres of so many bins, between which it draws lines. */
#define PYMVA_TMVA_HISTOGRAM_N_POINTS 10000

/* The centres, and the samples, which are float32, of a spline through the centres of the bins that
 * there are. Of these there are as many as pymva_tmva_spline_get_least_points() says. */
void pymva_tmva_histogram_sample (const PymvaTmvaHistogram *self,
                                  double *x,
                                  double *y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTmvaHistogram, pymva_tmva_histogram_free)

G_END_DECLS
