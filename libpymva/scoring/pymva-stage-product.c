/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-stage-private.h"

/* The stage "product": one column, the product of all columns, from the first one on. */

static void
product_free (PymvaStage *stage)
{
  g_free (stage);
}

static PymvaStage *
product_new (JsonObject *description,
             GHashTable *tensors,
             guint n_inputs,
             GError **error)
{
  PymvaStage *stage = g_new0 (PymvaStage, 1);

  stage->klass = &pymva_stage_product_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = 1;

  return stage;
}

static void
product_run (const PymvaStage *stage,
             const PymvaColumns *inputs,
             double *outputs,
             gsize n_rows,
             gpointer scratch)
{
  guint n = stage->n_inputs;

  for (gsize row = 0; row < n_rows; row++)
    {
      double product = 1;

      for (guint i = 0; i < n; i++)
        product *= pymva_columns_get (inputs, row * n + i);
      outputs[row] = product;
    }
}

const PymvaStageClass pymva_stage_product_class = {
  .kind = "product",
  .exact = TRUE,
  .new = product_new,
  .free = product_free,
  .run = product_run,
};
