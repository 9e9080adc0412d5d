/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-method-private.h"
#include "pymva-network-private.h"
#include "pymva-user-code-private.h"

const char * const pymva_network_activations[] = {
  "relu", "leaky-relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "softplus", "hard-tanh",
  "identity", NULL
};
const char * const pymva_network_losses[] = {
  "auto", "binary-cross-entropy", "cross-entropy", "mean-squared-error", "mean-absolute-error",
  "huber", NULL
};
const char * const pymva_network_devices[] = { "cpu", "cuda", "auto", NULL };

gboolean
pymva_network_check (PymvaMethod *method,
                     PymvaAnalysisType analysis_type,
                     GError **error)
{
  gboolean balance;

  g_object_get (method, "balance-classes", &balance, NULL);
  if (balance && analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“balance-classes” of the method “%s” is set, but a regression has no classes; "
                   "unset it", pymva_method_get_title (method));
      return FALSE;
    }

  return pymva_user_code_check (method, error);
}

gboolean
pymva_network_add_config (PymvaMethod *method,
                          GVariantDict *config,
                          GError **error)
{
  return pymva_user_code_add_config (method, config, error) &&
         pymva_method_add_path (method, "model-file", config, error) &&
         pymva_method_add_path (method, "tensorboard", config, error);
}
