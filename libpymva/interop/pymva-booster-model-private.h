/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-forest-writer-private.h"

G_BEGIN_DECLS

/* What XGBoost and LightGBM have learnt, as it stands in their files: trees, what their sums begin
 * with, and what makes answers of them. */
typedef struct
{
  const char *framework;
  char *version; /* or NULL */
  char *objective;
  PymvaAnalysisType analysis_type;
  /* PYMVA_OUTPUTS_PROBABILITY and so on. */
  const char *outputs;
  guint n_features;
  /* The names that the model has for its features, or NULL. */
  char **features;
  guint n_outputs;
  /* Rounds of boosting that are used, and that the file has. */
  guint n_rounds;
  guint n_rounds_found;

  PymvaForestWriter *forest;
  PymvaForestOptions options;
  double *base;
  /* The stage that follows, without its input; NULL for none. */
  GVariant *link;
} PymvaBoosterModel;

void pymva_booster_model_free (PymvaBoosterModel *self);

/* Reads a model, with so many of its rounds; 0: as many as the framework itself would use. */
typedef PymvaBoosterModel *(*PymvaBoosterReadFunc) (GBytes *bytes,
                                                    guint n_rounds,
                                                    GError **error);

/* XGBoost's JSON or Universal Binary JSON. What cannot be reproduced exactly is refused with
 * PYMVA_ERROR_UNSUPPORTED, and everything else that is wrong with PYMVA_ERROR_FORMAT. */
PymvaBoosterModel *pymva_xgboost_model_new (GBytes *bytes,
                                            guint n_rounds,
                                            GError **error);
/* LightGBM's text, with the same errors. */
PymvaBoosterModel *pymva_lightgbm_model_new (GBytes *bytes,
                                             guint n_rounds,
                                             GError **error);

/* Whether @bytes begin as such a file does. */
gboolean pymva_xgboost_model_is_json (GBytes *bytes);
gboolean pymva_xgboost_model_is_ubj (GBytes *bytes);
gboolean pymva_lightgbm_model_is_text (GBytes *bytes);

/* For these: takes so many of the rounds that the file has, or, for 0, as many as @self says. */
gboolean pymva_booster_model_choose_rounds (PymvaBoosterModel *self,
                                            guint n_rounds,
                                            GError **error);
/* Makes one model of two whose answers stand side by side. */
gboolean pymva_booster_model_append (PymvaBoosterModel *self,
                                     const PymvaBoosterModel *other,
                                     GError **error);
/* Adds what computes the answers; may be called once. */
gboolean pymva_booster_model_add_stages (PymvaBoosterModel *self,
                                         PymvaModelBuilder *builder,
                                         GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaBoosterModel, pymva_booster_model_free)

G_END_DECLS
