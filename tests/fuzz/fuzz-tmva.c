/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"
#include "interop/pymva-import-private.h"
#include "score-model.h"

#define MOST_VARIABLES 64

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GVariant) options =
    g_variant_ref_sink (g_variant_new_parsed ("{'signal-efficiency': <0.35>}"));
  g_auto (GVariantDict) provenance = G_VARIANT_DICT_INIT (NULL);
  const PymvaImport import = { bytes, options, &provenance };
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModelBuilder) builder = pymva_import_tmva (&import, &error);
  g_autoptr (PymvaModel) model = NULL;

  g_assert ((builder == NULL) == (error != NULL));
  if (builder == NULL || pymva_model_builder_get_n_variables (builder) > MOST_VARIABLES)
    return 0;
  model = pymva_model_builder_build (builder, NULL);
  if (model != NULL)
    score_model (model);

  return 0;
}
