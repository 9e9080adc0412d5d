/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-dataset-report.h>

#include "pymva-dataset-parts-private.h"

G_BEGIN_DECLS

#define PYMVA_N_STATISTICS (PYMVA_STATISTIC_MAXIMUM + 1)

/* What is said of one class, or of all events. */
typedef struct
{
  gint64 n_events;
  double sum_of_weights;
  /* One for each column. */
  double *statistics[PYMVA_N_STATISTICS];
  /* Columns x columns. */
  double *correlations;
  /* One for each variable: this class against all others. NULL for all events. */
  double *separations;
  double *overlaps;
} PymvaDatasetGroup;

struct _PymvaDatasetReport
{
  GObject parent_instance;

  PymvaAnalysisType analysis_type;
  PymvaPart part;
  /* The variables, and the targets behind them. */
  char **columns;
  guint n_columns;
  guint n_variables;
  char **classes;
  guint n_classes;
  /* One for each class, and one for all events behind them. */
  PymvaDatasetGroup *groups;
  /* The variables by how much they tell, and how much that is. */
  guint *ranking;
  double *scores;
};

void pymva_dataset_report_summarise (PymvaDatasetReport *self,
                                     const PymvaDatasetPart *events);

G_END_DECLS
