/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-booster-private.h"
#include "pymva-parameter-private.h"

static const char * const *
choose_objectives (const PymvaBoosterObjectives *objectives,
                   PymvaAnalysisType analysis_type)
{
  switch (analysis_type)
    {
    case PYMVA_ANALYSIS_TYPE_MULTICLASS:
      return objectives->multiclass;
    case PYMVA_ANALYSIS_TYPE_REGRESSION:
      return objectives->regression;
    case PYMVA_ANALYSIS_TYPE_CLASSIFICATION:
    default:
      return objectives->classification;
    }
}

gboolean
pymva_booster_check (PymvaMethod *method,
                     PymvaAnalysisType analysis_type,
                     const PymvaBoosterObjectives *objectives,
                     const char *boosting,
                     GError **error)
{
  const char *title = pymva_method_get_title (method);
  g_autofree char *objective = NULL;
  g_autofree char *kind = NULL;
  double signal_weight;
  int early_stopping;

  g_object_get (method, "objective", &objective, boosting, &kind,
                "scale-pos-weight", &signal_weight, "early-stopping", &early_stopping, NULL);

  if (!pymva_parameter_check_word ("objective", objective, title,
                                   choose_objectives (objectives, analysis_type), error))
    return FALSE;
  if (signal_weight != 1.0 && analysis_type != PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“scale-pos-weight” of the method “%s” is %g, but only a classification has one "
                   "signal; leave it at 1, and give the classes weights", title, signal_weight);
      return FALSE;
    }
  if (early_stopping > 0 && g_str_equal (kind, "dart"))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“early-stopping” of the method “%s” is %d, but “%s” is “dart”, which changes "
                   "earlier trees, so that no best round can be gone back to; let “early-stopping” "
                   "be 0, or “%s” another word", title, early_stopping, boosting, boosting);
      return FALSE;
    }

  return TRUE;
}
