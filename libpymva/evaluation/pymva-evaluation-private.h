/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-evaluation.h>

#include "pymva-regression-figures-private.h"
#include "pymva-roc-private.h"

G_BEGIN_DECLS

struct _PymvaEvaluation
{
  GObject parent_instance;

  PymvaAnalysisType analysis_type;
  gint64 n_events;
  guint n_outputs;
  /* One per column of the responses, or none for regression. */
  PymvaRoc **rocs;
  PymvaRegressionFigures figures;
};

/* The elements of @tensor as doubles, if it has the shape asked for and all of them are finite. */
double *pymva_evaluation_read_values (PymvaTensor *tensor,
                                      const char *what,
                                      gint64 n_rows,
                                      gint64 n_columns,
                                      GError **error);
/* Opens what both constructors take: checks that there are events, and reads the weights. */
gboolean pymva_evaluation_read_events (PymvaTensor *outputs,
                                       const char *what,
                                       PymvaTensor *weights,
                                       double **output_values,
                                       double **weight_values,
                                       gint64 *n_events,
                                       gint64 *n_outputs,
                                       GError **error);

G_END_DECLS
