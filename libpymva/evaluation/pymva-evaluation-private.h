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
  /* n_events x n_outputs responses or predictions. */
  double *outputs;
  /* n_events labels, or n_events x n_outputs targets. */
  double *truth;
  /* n_events weights, or NULL where all are one. */
  double *weights;
  /* One per column of the responses, or none for regression. */
  PymvaRoc **rocs;
  /* One per target, and their mean; of the targets, none for classification. */
  PymvaRegressionFigures *target_figures;
  PymvaRegressionFigures figures;
};

/* Makes an evaluation of what was checked; takes the arrays. */
PymvaEvaluation *pymva_evaluation_new_classes (double *responses,
                                               double *labels,
                                               double *weights,
                                               gint64 n_events,
                                               guint n_outputs);
PymvaEvaluation *pymva_evaluation_new_targets (double *predictions,
                                               double *targets,
                                               double *weights,
                                               gint64 n_events,
                                               guint n_outputs);

/* The elements of one column. */
double *pymva_evaluation_copy_column (const double *values,
                                      gint64 n_events,
                                      guint n_columns,
                                      guint column);
/* Whether each event is of the class. */
guint8 *pymva_evaluation_mark_class (PymvaEvaluation *self,
                                     guint class_number);
/* Whether both are of the same events, in the same order. */
gboolean pymva_evaluation_check_same_events (PymvaEvaluation *self,
                                             PymvaEvaluation *other,
                                             GError **error);
/* Whether there is such a class with responses; FALSE and VALUE for regressions. */
gboolean pymva_evaluation_check_class (PymvaEvaluation *self,
                                       guint class_number,
                                       GError **error);
guint pymva_evaluation_get_n_classes (PymvaEvaluation *self);

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
