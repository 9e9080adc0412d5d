/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-adapter-private.h"
#include "pymva-method-private.h"

/* One prediction on the Python worker. Counted: an abandoned job keeps it. */
typedef struct
{
  char *title;
  char *bridge;
  PymvaTrained *trained;
  PymvaTensor *inputs;
  PymvaTensor *outputs;
} Prediction;

static void
prediction_clear (Prediction *self)
{
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->bridge, g_free);
  g_clear_pointer (&self->trained, pymva_trained_unref);
  g_clear_object (&self->inputs);
  g_clear_object (&self->outputs);
}

static void
prediction_unref (Prediction *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) prediction_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Prediction, prediction_unref)

static gboolean
check_inputs (Prediction *self,
              GError **error)
{
  g_autofree char *shape = NULL;

  if (pymva_tensor_get_n_dims (self->inputs) == 2 &&
      pymva_tensor_get_length (self->inputs, 1) == self->trained->n_variables)
    return TRUE;

  shape = pymva_tensor_format_shape (self->inputs);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "The inputs for the method “%s” are of shape %s; they must have one row per event "
               "and %" G_GINT64_FORMAT " columns, one for each variable",
               self->title, shape, self->trained->n_variables);
  return FALSE;
}

static Prediction *
prediction_new (PymvaMethod *method,
                PymvaTensor *inputs,
                GError **error)
{
  g_autoptr (Prediction) self = g_atomic_rc_box_new0 (Prediction);

  self->trained = pymva_method_dup_trained (method, error);
  if (self->trained == NULL)
    return NULL;
  self->title = g_strdup (pymva_method_get_title (method));
  self->bridge = g_strdup (PYMVA_METHOD_GET_CLASS (method)->bridge);
  self->inputs = g_object_ref (inputs);
  if (!check_inputs (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

static gboolean
predict_job (PymvaJob *job,
             gpointer data,
             GError **error)
{
  Prediction *self = data;

  self->outputs = pymva_trained_predict (self->trained, self->bridge, self->inputs, error);
  if (self->outputs == NULL)
    g_prefix_error (error, "Predicting with “%s”: ", self->title);

  return self->outputs != NULL;
}

/**
 * pymva_method_predict:
 * @self: a trained method
 * @inputs: events x variables, of any type of number
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Applies the trained method through its framework, and waits for the answers. The model of the
 * method gives the same ones without Python: see [method@Method.get_model].
 *
 * Returns: (transfer full): float32; events x 1 with the probability of the signal for a
 *   classification, events x classes with the probability of each class for several classes,
 *   events x targets for a regression; or `NULL` with @error set: `PYMVA_ERROR_NOT_TRAINED`,
 *   `PYMVA_ERROR_VALUE` for inputs of a wrong shape, or the exception of Python code
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_method_predict (PymvaMethod *self,
                      PymvaTensor *inputs,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (Prediction) prediction = NULL;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);
  g_return_val_if_fail (PYMVA_IS_TENSOR (inputs), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  prediction = prediction_new (self, inputs, error);
  if (prediction == NULL ||
      !pymva_job_run (predict_job, g_atomic_rc_box_acquire (prediction),
                      (GDestroyNotify) prediction_unref, NULL, NULL, cancellable, error))
    return NULL;

  return g_steal_pointer (&prediction->outputs);
}

/**
 * pymva_method_predict_async:
 * @self: a trained method
 * @inputs: events x variables, of any type of number
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @callback: (nullable) (scope async) (closure user_data): what to call when it is done
 * @user_data: data for @callback
 *
 * Applies the trained method as [method@Method.predict] does, without waiting.
 *
 * Since: 1.0
 */
void
pymva_method_predict_async (PymvaMethod *self,
                            PymvaTensor *inputs,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Prediction *prediction;
  GError *error = NULL;

  g_return_if_fail (PYMVA_IS_METHOD (self));
  g_return_if_fail (PYMVA_IS_TENSOR (inputs));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_method_predict_async);
  prediction = prediction_new (self, inputs, &error);
  if (prediction == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_task_set_task_data (task, prediction, (GDestroyNotify) prediction_unref);
  pymva_job_run_async (task, predict_job, g_atomic_rc_box_acquire (prediction),
                       (GDestroyNotify) prediction_unref, NULL, NULL);
}

/**
 * pymva_method_predict_finish:
 * @self: a method
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [method@Method.predict_async].
 *
 * Returns: (transfer full): as [method@Method.predict]
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_method_predict_finish (PymvaMethod *self,
                             GAsyncResult *result,
                             GError **error)
{
  Prediction *prediction;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  prediction = g_task_get_task_data (G_TASK (result));
  return g_object_ref (prediction->outputs);
}
