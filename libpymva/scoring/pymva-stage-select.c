/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "select": some of the columns, in the order of the key "columns". */
typedef struct
{
  PymvaStage parent;
  guint *columns;
} Select;

static void
select_free (PymvaStage *stage)
{
  Select *self = (Select *) stage;

  g_free (self->columns);
  g_free (self);
}

static PymvaStage *
select_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  Select *self = g_new0 (Select, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_select_class;
  stage->n_inputs = n_inputs;
  if (!pymva_stage_read_numbers (description, "columns", TRUE, n_inputs, &self->columns,
                                 &stage->n_outputs, error))
    return NULL;

  return g_steal_pointer (&stage);
}

const guint *
pymva_stage_select_get_columns (const PymvaStage *stage)
{
  return ((const Select *) stage)->columns;
}

static void
select_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const Select *self = (const Select *) stage;

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = 0; i < stage->n_outputs; i++)
      outputs[row * stage->n_outputs + i] =
        pymva_columns_get (inputs, row * stage->n_inputs + self->columns[i]);
}

const PymvaStageClass pymva_stage_select_class = {
  .kind = "select",
  .exact = TRUE,
  .new = select_new,
  .free = select_free,
  .run = select_run,
};
