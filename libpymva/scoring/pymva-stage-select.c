/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-json-private.h"
#include "pymva-stage-private.h"

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
  JsonArray *array = NULL;
  guint n;

  stage->klass = &pymva_stage_select_class;
  stage->n_inputs = n_inputs;
  if (!pymva_json_read_array (description, "columns", TRUE, &array, error))
    return NULL;

  n = json_array_get_length (array);
  if (n == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“columns” is empty");
      return NULL;
    }

  self->columns = g_new (guint, n);
  stage->n_outputs = n;
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      gint64 column = -1;

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
        column = json_node_get_int (node);
      if (column < 0 || column >= n_inputs)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "element %u of “columns” is not the number of one of %u columns", i,
                       n_inputs);
          return NULL;
        }
      self->columns[i] = column;
    }

  return g_steal_pointer (&stage);
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
