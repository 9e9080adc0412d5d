/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-json-private.h"
#include "pymva-stage-private.h"

/* The stage "mean": groups of columns of equal width become their mean, as numpy.mean() has it: the
 * first ones of all groups are added in the order of the groups, and divided by how many there are,
 * and so on. */

static void
mean_free (PymvaStage *stage)
{
  g_free (stage);
}

static PymvaStage *
mean_new (JsonObject *description,
          GHashTable *tensors,
          guint n_inputs,
          GError **error)
{
  g_autoptr (PymvaStage) stage = g_new0 (PymvaStage, 1);
  gint64 n_outputs = 0;

  stage->klass = &pymva_stage_mean_class;
  stage->n_inputs = n_inputs;
  if (!pymva_json_read_int (description, "n_outputs", TRUE, 1, n_inputs, &n_outputs, error))
    return NULL;

  stage->n_outputs = n_outputs;
  if (n_inputs % stage->n_outputs == 0)
    return g_steal_pointer (&stage);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "%u columns are no groups of %u", n_inputs,
               stage->n_outputs);
  return NULL;
}

static void
mean_run (const PymvaStage *stage,
          const PymvaColumns *inputs,
          double *outputs,
          gsize n_rows,
          gpointer scratch)
{
  guint n = stage->n_outputs;
  double n_groups = stage->n_inputs / n;

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = 0; i < n; i++)
      {
        gsize first = row * stage->n_inputs + i;
        double sum = pymva_columns_get (inputs, first);

        for (guint k = n; k < stage->n_inputs; k += n)
          sum += pymva_columns_get (inputs, first + k);
        outputs[row * n + i] = sum / n_groups;
      }
}

const PymvaStageClass pymva_stage_mean_class = {
  .kind = "mean",
  .exact = TRUE,
  .new = mean_new,
  .free = mean_free,
  .run = mean_run,
};
