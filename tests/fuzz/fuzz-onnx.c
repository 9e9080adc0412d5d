/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"
#include "interop/onnx/pymva-onnx-detect-private.h"
#include "interop/pymva-import-private.h"
#include "score-model.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GVariant) options = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  g_auto (GVariantDict) provenance = G_VARIANT_DICT_INIT (NULL);
  PymvaImport import = { bytes, options, &provenance };
  g_autoptr (PymvaModelBuilder) builder = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;

  pymva_onnx_is_model (bytes);
  builder = pymva_import_onnx (&import, &error);
  g_assert ((builder == NULL) == (error != NULL));
  if (builder != NULL)
    model = pymva_model_builder_build (builder, NULL);
  if (model != NULL)
    score_model (model);

  return 0;
}
