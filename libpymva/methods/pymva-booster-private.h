/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-method.h>

G_BEGIN_DECLS

/* The words for the property "objective" by what is learnt, each list NULL-terminated. */
typedef struct
{
  const char *classification[8];
  const char *multiclass[8];
  const char *regression[16];
} PymvaBoosterObjectives;

/* What no range can say of methods that boost trees with the properties "objective",
 * "scale-pos-weight" and "early-stopping", and one, @boosting, that may be "dart". */
gboolean pymva_booster_check (PymvaMethod *method,
                              PymvaAnalysisType analysis_type,
                              const PymvaBoosterObjectives *objectives,
                              const char *boosting,
                              GError **error);

G_END_DECLS
