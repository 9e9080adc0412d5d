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

G_END_DECLS
