/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-enums.h>

G_BEGIN_DECLS

/* What an objective of XGBoost makes of sums of leaves, and what they begin with: both as its
 * source computes them, in float32 (src/objective, PredTransform and ProbToMargin). */
typedef struct
{
  const char *name;
  PymvaAnalysisType analysis_type;
  /* PYMVA_OUTPUTS_PROBABILITY and so on. */
  const char *outputs;
  float (*to_margin) (float base_score);
  /* The function of the stage "link", or NULL for none. */
  const char *link;
  /* What that is computed in; NULL for float32. */
  const char *precision;
} PymvaXGBoostObjective;

/* NULL and PYMVA_ERROR_UNSUPPORTED where it is not known. */
const PymvaXGBoostObjective *pymva_xgboost_objective_lookup (const char *name,
                                                             GError **error);
/* What the sums begin with. @is_bounded: as since XGBoost 3.1, where probabilities are kept away
 * from 0 and 1. */
float pymva_xgboost_objective_to_margin (const PymvaXGBoostObjective *self,
                                         float base_score,
                                         gboolean is_bounded);
/* The stage, new reference, or NULL. */
GVariant *pymva_xgboost_objective_describe_link (const PymvaXGBoostObjective *self);

G_END_DECLS
