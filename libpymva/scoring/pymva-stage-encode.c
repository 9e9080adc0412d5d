/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "data/pymva-tensor-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "encode": in place of each number its rank among the categories of its column, and NaN
 * where it is none of them. A column without categories stays as it is. */
typedef struct
{
  PymvaStage parent;
  gsize *firsts; /* the first category of each column */
  PymvaTensor *categories;
} Encode;

static void
encode_free (PymvaStage *stage)
{
  Encode *self = (Encode *) stage;

  g_free (self->firsts);
  g_clear_object (&self->categories);
  g_free (self);
}

static PymvaStage *
encode_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  Encode *self = g_new0 (Encode, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_encode_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = n_inputs;
  if (!pymva_stage_read_rising (description, tensors, "categories", n_inputs, &self->firsts,
                                &self->categories, error))
    return NULL;

  return g_steal_pointer (&stage);
}

PymvaEncodeTables
pymva_stage_encode_get_tables (const PymvaStage *stage)
{
  const Encode *self = (const Encode *) stage;

  return (PymvaEncodeTables) { self->firsts, pymva_tensor_peek_data (self->categories) };
}

static double
find_rank (const double *categories,
           gsize n_categories,
           double x)
{
  gsize low = 0;
  gsize high = n_categories;

  /* NaN is not below anything, and equals nothing. */
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (categories[middle] < x)
        low = middle + 1;
      else
        high = middle;
    }

  return low < n_categories && categories[low] == x ? low : NAN;
}

static void
encode_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const Encode *self = (const Encode *) stage;
  const double *categories = pymva_tensor_peek_data (self->categories);
  guint n = stage->n_inputs;

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = 0; i < n; i++)
      {
        double x = pymva_columns_get (inputs, row * n + i);
        gsize first = self->firsts[i];
        gsize count = self->firsts[i + 1] - first;

        outputs[row * n + i] = count > 0 ? find_rank (categories + first, count, x) : x;
      }
}

const PymvaStageClass pymva_stage_encode_class = {
  .kind = "encode",
  .exact = TRUE,
  .new = encode_new,
  .free = encode_free,
  .run = encode_run,
};
