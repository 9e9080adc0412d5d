/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-model.h>

#include "data/pymva-table-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-model-private.h"

/* Puts the values of one variable into its column of the rows. */
static gboolean
fill_column (PymvaModel *self,
             PymvaTable *events,
             guint column,
             float *rows,
             GError **error)
{
  const PymvaManifestVariable *variable =
    &g_array_index (self->manifest->variables, PymvaManifestVariable, column);
  g_autoptr (PymvaTensor) values = pymva_table_evaluate (events, variable->expression, error);
  const double *doubles;
  gint64 n_rows;

  if (values == NULL)
    {
      g_prefix_error (error, "the variable “%s” of the model “%s”: ", variable->name,
                      self->manifest->title);
      return FALSE;
    }

  doubles = pymva_tensor_peek_data (values);
  n_rows = pymva_tensor_get_length (values, 0);
  for (gint64 row = 0; row < n_rows; row++)
    rows[row * self->n_variables + column] = (float) doubles[row];

  return TRUE;
}

/* The model's variables for each row of a table. */
static PymvaTensor *
evaluate_variables (PymvaModel *self,
                    PymvaTable *events,
                    GError **error)
{
  gint64 shape[2] = { pymva_table_get_n_rows (events), self->n_variables };
  g_autofree float *rows = NULL;
  gsize size;

  if (!g_size_checked_mul (&size, shape[0], self->n_variables * sizeof (float)) ||
      (rows = g_try_malloc (MAX (size, 1))) == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_MEMORY,
                   "There is not enough memory for the variables of %" G_GINT64_FORMAT " events",
                   shape[0]);
      return NULL;
    }

  for (guint column = 0; column < self->n_variables; column++)
    if (!fill_column (self, events, column, rows, error))
      return NULL;

  return pymva_tensor_new_take (PYMVA_DTYPE_FLOAT32, shape, 2, g_steal_pointer (&rows), size,
                                error);
}

PymvaTensor *
pymva_model_run_table (PymvaModel *self,
                       PymvaTable *events,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (PymvaTensor) inputs = NULL;

  if (!pymva_model_check_trained (self, error))
    return NULL;

  inputs = evaluate_variables (self, events, error);
  return inputs != NULL ? pymva_model_run (self, inputs, cancellable, error) : NULL;
}

/**
 * pymva_model_predict_table:
 * @self: a model
 * @events: a table with the columns that the model's variables are made of
 * @error: return location for an error
 *
 * Computes the model's outputs for the rows of a table. The variables are evaluated first, by the
 * expressions that the model was trained with, and rounded to float32, as for the training.
 *
 * Fails with `PYMVA_ERROR_EXPRESSION` if the table lacks a column, and like
 * [method@Model.predict] otherwise.
 *
 * Returns: (transfer full): the outputs, n × n-outputs, float32
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_model_predict_table (PymvaModel *self,
                           PymvaTable *events,
                           GError **error)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);
  g_return_val_if_fail (PYMVA_IS_TABLE (events), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return pymva_model_run_table (self, events, NULL, error);
}

/**
 * pymva_model_predict_table_async:
 * @self: a model
 * @events: a table with the columns that the model's variables are made of; the rows that it
 *   has now count
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when the outputs are there
 * @user_data: data for @callback
 *
 * Computes the model's outputs for the rows of a table without blocking; see
 * [method@Model.predict_table].
 *
 * Since: 1.0
 */
void
pymva_model_predict_table_async (PymvaModel *self,
                                 PymvaTable *events,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PYMVA_IS_MODEL (self));
  g_return_if_fail (PYMVA_IS_TABLE (events));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_model_predict_table_async);
  pymva_model_start_prediction (task, G_OBJECT (pymva_table_snapshot (events)));
}

/**
 * pymva_model_predict_table_finish:
 * @self: a model
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [method@Model.predict_table_async].
 *
 * Returns: (transfer full): the outputs, n × n-outputs, float32
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_model_predict_table_finish (PymvaModel *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
