/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-booster-model-private.h"

G_BEGIN_DECLS

/* Says in @model what an objective of LightGBM makes of sums of leaves, as its source computes it,
 * in float64 (src/objective, ConvertOutput). @text is as the model's text has it, such as
 * “binary sigmoid:1”, or NULL. PYMVA_ERROR_UNSUPPORTED where it is not known. */
gboolean pymva_lightgbm_objective_apply (const char *text,
                                         PymvaBoosterModel *model,
                                         GError **error);

G_END_DECLS
