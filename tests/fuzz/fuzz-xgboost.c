/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "booster-input.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  return booster_input_read (data, size, pymva_xgboost_model_new);
}
