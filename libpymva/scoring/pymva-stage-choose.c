/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-json-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "choose": the first columns say which group of the others is the answer. A column above
 * one half says so, and the last of those that do decides. */
typedef struct
{
  PymvaStage parent;
  guint n_choices;
  /* Where nothing is chosen. */
  double otherwise;
} Choose;

static void
choose_free (PymvaStage *stage)
{
  g_free (stage);
}

static PymvaStage *
choose_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  Choose *self = g_new0 (Choose, 1);
  g_autoptr (PymvaStage) stage = &self->parent;
  gint64 n_choices = 0;

  stage->klass = &pymva_stage_choose_class;
  stage->n_inputs = n_inputs;
  if (!pymva_json_read_int (description, "n_choices", TRUE, 1, n_inputs, &n_choices, error) ||
      !pymva_json_read_double (description, "otherwise", FALSE, &self->otherwise, error))
    return NULL;

  self->n_choices = n_choices;
  stage->n_outputs = n_inputs / self->n_choices - 1;
  if (stage->n_outputs > 0 && n_inputs % self->n_choices == 0)
    return g_steal_pointer (&stage);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "%u columns are not %u that choose and as many groups", n_inputs, self->n_choices);
  return NULL;
}

PymvaChooseTables
pymva_stage_choose_get_tables (const PymvaStage *stage)
{
  const Choose *self = (const Choose *) stage;

  return (PymvaChooseTables) { self->n_choices, self->otherwise };
}

static void
choose_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const Choose *self = (const Choose *) stage;
  guint n = stage->n_outputs;

  for (gsize row = 0; row < n_rows; row++)
    {
      gsize first = row * stage->n_inputs;
      guint chosen = self->n_choices;

      while (chosen > 0 && !(pymva_columns_get (inputs, first + chosen - 1) > 0.5))
        chosen--;
      for (guint i = 0; i < n; i++)
        outputs[row * n + i] =
          chosen > 0 ? pymva_columns_get (inputs, first + self->n_choices + (chosen - 1) * n + i)
                     : self->otherwise;
    }
}

const PymvaStageClass pymva_stage_choose_class = {
  .kind = "choose",
  .exact = TRUE,
  .new = choose_new,
  .free = choose_free,
  .run = choose_run,
};
