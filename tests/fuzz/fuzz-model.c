/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva-model-ensemble.h>

#include "fuzz.h"
#include "score-model.h"
#include "scoring/pymva-model-private.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (PymvaModel) model =
    pymva_model_new_from_bytes (bytes, FALSE, PYMVA_MODEL_TRUST_NONE, NULL);
  PymvaModel *members[] = { model, model };
  g_autoptr (PymvaModel) ensemble = NULL;
  g_autofree char *manifest = NULL;

  if (model == NULL)
    return 0;
  manifest = pymva_model_dup_manifest (model);
  score_model (model);
  ensemble = pymva_model_new_ensemble (members, G_N_ELEMENTS (members), NULL, NULL);
  if (ensemble != NULL)
    score_model (ensemble);

  return 0;
}
