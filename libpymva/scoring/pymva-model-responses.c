/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-model-private.h"

gboolean
pymva_model_read_responses (PymvaModel *self,
                            GError **error)
{
  g_autoptr (GHashTable) tensors = NULL;

  if (!pymva_model_read_tensors (self, PYMVA_ENTRY_RESPONSES, &tensors, error))
    return FALSE;
  if (tensors == NULL)
    return TRUE;

  self->responses = pymva_responses_new_from_tensors (tensors, error);
  if (self->responses == NULL)
    g_prefix_error (error, "“%s”: ", PYMVA_MODEL_PATH_RESPONSES);

  return self->responses != NULL;
}

static gboolean
check_responses (PymvaModel *self,
                 GError **error)
{
  if (!pymva_model_check_trained (self, error))
    return FALSE;
  if (self->responses != NULL)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "The model “%s” does not say how its responses are distributed; %s",
               pymva_model_get_title (self),
               pymva_model_get_analysis_type (self) == PYMVA_ANALYSIS_TYPE_CLASSIFICATION
               ? "set “response-distributions” of the method (TMVA's option CreateMVAPdfs), and "
                 "train it again" : "only models for two classes can");
  return FALSE;
}

/**
 * pymva_model_get_signal_probability:
 * @self: a model for two classes
 * @response: a response of the model, as [method@Model.predict] gives it
 * @prior: the share of the signal in the events that it comes from, from 0 to 1
 * @error: return location for an error
 *
 * Gets the probability that an event with this response is signal, for any mixture of signal and
 * background: `prior * s / (prior * s + (1 - prior) * b)`, where s and b are the densities of the
 * responses to the signal and background events of the training. This is `GetProba()` of TMVA's
 * Reader.
 *
 * The densities are weighted histograms of 60 bins, smoothed twice with (1 2 1) / 4, and follow
 * straight lines between the centres of the bins. They are stored where
 * [property@Method:response-distributions] was set for the training. The response alone is such a
 * probability only where the framework is calibrated, and for the mixture of the training.
 *
 * Any thread may call this.
 *
 * Returns: the probability, NaN where the training has no events with such a response; or NaN with
 *   @error set: `PYMVA_ERROR_UNSUPPORTED` where the model has no distributions,
 *   `PYMVA_ERROR_VALUE` for a prior that is no share
 *
 * Since: 1.0
 */
double
pymva_model_get_signal_probability (PymvaModel *self,
                                    double response,
                                    double prior,
                                    GError **error)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NAN);
  g_return_val_if_fail (error == NULL || *error == NULL, NAN);

  if (!check_responses (self, error))
    return NAN;
  if (!(prior >= 0.0 && prior <= 1.0))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The prior is %g; it must be the share of the signal, from 0 to 1", prior);
      return NAN;
    }

  return pymva_responses_get_probability (self->responses, response, prior);
}

/**
 * pymva_model_get_rarity:
 * @self: a model for two classes
 * @response: a response of the model, as [method@Model.predict] gives it
 * @error: return location for an error
 *
 * Gets the share of the background that has a lower response. Over background events the rarity is
 * uniform between 0 and 1, and signal gathers at 1. This is `GetRarity()` of TMVA's Reader. Where
 * the distribution comes from says [method@Model.get_signal_probability].
 *
 * Any thread may call this.
 *
 * Returns: the rarity, from 0 to 1; or NaN with @error set: `PYMVA_ERROR_UNSUPPORTED` where the
 *   model has no distributions
 *
 * Since: 1.0
 */
double
pymva_model_get_rarity (PymvaModel *self,
                        double response,
                        GError **error)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NAN);
  g_return_val_if_fail (error == NULL || *error == NULL, NAN);

  if (!check_responses (self, error))
    return NAN;

  return pymva_responses_get_rarity (self->responses, response);
}
