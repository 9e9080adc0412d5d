/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scoring/pymva-model-builder-private.h"

G_BEGIN_DECLS

/* What a framework wrote of a trained model, as its bridge module dumps it (`to_native`):
 * a description a{sv} whose "kind" says which of the following it is, and tables by name.
 *
 * kind "network": a chain of layers.
 *   aa{sv} layers: each with s "type":
 *     "linear" (s weight, s bias: tensor names; bias may be missing; weight float32 [out, in]),
 *     "batch-norm" (s mean, s variance, s weight, s bias: float32 [n]; d eps),
 *     "relu" "leaky-relu" (d slope) "elu" (d alpha) "selu" "gelu" (exact) "gelu-tanh" "silu"
 *     "tanh" "sigmoid" "softplus" (d beta, d threshold) "hard-tanh" (d min, d max) "identity"
 *     "softmax" (over the columns)
 *   s  head          "none", "sigmoid" or "softmax", applied to the last layer's output
 *   x  n_features, n_outputs (columns after the head)
 *   x  response      the output column that is the response of a two-class model, -1: all columns
 *   s  input_mean, input_scale: float64 [n_features], x' = (x - mean) / scale, may be missing
 *   s  output_mean, output_scale: float64 [n_outputs], y = y' * scale + mean, may be missing
 *
 * kind "stages": what the manifest says of a model's stages, and their tables (docs/model-file.md).
 *   aa{sv} stages: where one has "input" or "inputs", they count the stages of the dump from 0, and
 *   -1 stands for what the model was trained with: the variables, or what transforms make of them
 *   x  n_features
 *   A stage of the kind "xgboost" or "lightgbm" has "input" and "model", a table of uint8 as below.
 *
 * kinds "xgboost" and "lightgbm": what the framework writes of its boosters, one for each target.
 *   x  n_models, n_features
 *   tensors: model-1 and so on, uint8: XGBoost's Universal Binary JSON, or LightGBM's text
 * What cannot be reproduced exactly is PYMVA_ERROR_UNSUPPORTED, and leaves the builder as it is.
 */
gboolean pymva_convert_dump (PymvaModelBuilder *builder,
                             GVariant *description,
                             GHashTable *tensors /* name -> PymvaTensor */,
                             GError **error);

G_END_DECLS
