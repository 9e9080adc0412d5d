/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-training-private.h"

static gboolean
check_names (const char *what,
             char **before,
             const char * const *now,
             GError **error)
{
  g_autofree char *before_text = NULL;
  g_autofree char *now_text = NULL;

  if (g_strv_equal ((const char * const *) before, now))
    return TRUE;

  before_text = g_strjoinv (", ", before);
  now_text = g_strjoinv (", ", (char **) now);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "The data set has the %s “%s”, but the training that is to go on had “%s”; give it "
               "the same ones in the same order, or train from the start",
               what, now_text, before_text);
  return FALSE;
}

/* What has been learnt of one column or class holds for no other, though there be as many. */
gboolean
pymva_training_check_previous (PymvaModel *model,
                               PymvaAnalysisType analysis_type,
                               const char * const *variables,
                               const char * const *classes,
                               const char * const *targets,
                               GError **error)
{
  g_auto (GStrv) its_variables = pymva_model_list_variables (model);
  g_auto (GStrv) its_classes = pymva_model_list_classes (model);
  g_auto (GStrv) its_targets = pymva_model_list_targets (model);
  PymvaAnalysisType its_type = pymva_model_get_analysis_type (model);

  if (its_type != analysis_type)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The data set is for a %s, but the training that is to go on was a %s; train "
                   "from the start",
                   pymva_training_analysis_name (analysis_type),
                   pymva_training_analysis_name (its_type));
      return FALSE;
    }
  if (!check_names ("variables", its_variables, variables, error))
    return FALSE;
  if (analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    return check_names ("targets", its_targets, targets, error);

  return check_names ("classes", its_classes, classes, error);
}
