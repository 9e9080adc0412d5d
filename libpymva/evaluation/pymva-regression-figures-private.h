/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How far predictions are from their targets; deviation = prediction - target. */
typedef struct
{
  double bias;
  double rms;
  double truncated_bias;
  double truncated_rms;
  double mutual_information;
  double truncated_mutual_information;
  double mean_squared_error;
  double mean_absolute_error;
  double r2;
} PymvaRegressionFigures;

void pymva_regression_figures_compute (PymvaRegressionFigures *figures,
                                       const double *predictions,
                                       const double *targets,
                                       const double *weights,
                                       gsize n_events);

G_END_DECLS
