/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>
#include <pymva/pymva-model.h>

#include "base/pymva-names-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-model-private.h"

/* How many variables a message about wrong shapes names. */
#define MOST_NAMED 40

PymvaTensor *
pymva_model_run (PymvaModel *self,
                 PymvaTensor *inputs,
                 GCancellable *cancellable,
                 GError **error)
{
  guint n_threads = pymva_model_get_n_threads (self);

  return self->graph != NULL
           ? pymva_graph_predict (self->graph, inputs, n_threads, cancellable, error)
           : pymva_model_run_python (self, inputs, error);
}

static void
set_shape_error (PymvaModel *self,
                 const char *found,
                 GError **error)
{
  g_auto (GStrv) names = pymva_model_list_variables (self);
  g_autofree char *list = pymva_names_format_list ((const char * const *) names, MOST_NAMED);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "The model “%s” takes events of %u variables, but %s given; the variables are %s",
               self->manifest->title, self->n_variables, found, list);
}

/* The inputs as rows: a single event is a tensor of one dimension. */
static PymvaTensor *
prepare_inputs (PymvaModel *self,
                PymvaTensor *inputs,
                GError **error)
{
  gint64 shape[2] = { 1, self->n_variables };
  guint n_dims = pymva_tensor_get_n_dims (inputs);
  g_autofree char *text = NULL;
  g_autofree char *found = NULL;

  if (!pymva_model_check_trained (self, error))
    return NULL;

  if ((n_dims == 1 || n_dims == 2) &&
      pymva_tensor_get_length (inputs, n_dims - 1) == self->n_variables)
    return n_dims == 2 ? g_object_ref (inputs) : pymva_tensor_reshape (inputs, shape, 2, error);

  text = pymva_tensor_format_shape (inputs);
  if (n_dims == 1 || n_dims == 2)
    found = g_strdup_printf ("%" G_GINT64_FORMAT " were",
                             pymva_tensor_get_length (inputs, n_dims - 1));
  else
    found = g_strdup_printf ("a tensor of shape %s was", text);
  set_shape_error (self, found, error);
  return NULL;
}

static PymvaTensor *
predict (PymvaModel *self,
         PymvaTensor *inputs,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr (PymvaTensor) rows = prepare_inputs (self, inputs, error);

  return rows != NULL ? pymva_model_run (self, rows, cancellable, error) : NULL;
}

/**
 * pymva_model_predict:
 * @self: a model
 * @inputs: the events, n × n-variables, of any type; or a single one, n-variables
 * @error: return location for an error
 *
 * Computes the model's outputs, on as many threads as [property@Model:n-threads] says.
 *
 * float64 inputs are used as the framework uses them: scikit-learn's trees, XGBoost and networks
 * round them to float32, while transformations in front, HistGradientBoosting and LightGBM compute
 * with float64. Other types count as float64. The inputs are not copied.
 *
 * Missing values go to the engine as they are. In a forest NaN takes the way that the framework
 * takes: in one of scikit-learn or XGBoost the way that it learnt for missing values, to the right
 * where scikit-learn's learnt none; in one of LightGBM it is missing or 0, as each split was
 * learnt. In a network NaN gives NaN.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the events do not have the model's variables, and with
 * `PYMVA_ERROR_NOT_TRAINED` if the model is empty.
 *
 * Returns: (transfer full): the outputs, n × n-outputs, float32
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_model_predict (PymvaModel *self,
                     PymvaTensor *inputs,
                     GError **error)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);
  g_return_val_if_fail (PYMVA_IS_TENSOR (inputs), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return predict (self, inputs, NULL, error);
}

static void
predict_in_thread (GTask *task,
                   gpointer source_object,
                   gpointer task_data,
                   GCancellable *cancellable)
{
  PymvaModel *self = source_object;
  GError *error = NULL;
  PymvaTensor *outputs = PYMVA_IS_TABLE (task_data)
                           ? pymva_model_run_table (self, task_data, cancellable, &error)
                           : predict (self, task_data, cancellable, &error);

  if (outputs != NULL)
    g_task_return_pointer (task, outputs, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
pymva_model_start_prediction (GTask *task,
                              GObject *events)
{
  g_task_set_task_data (task, events, g_object_unref);
  g_task_run_in_thread (task, predict_in_thread);
}

/**
 * pymva_model_predict_async:
 * @self: a model
 * @inputs: the events, n × n-variables, or a single one, n-variables
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when the outputs are there
 * @user_data: data for @callback
 *
 * Computes the model's outputs without blocking; see [method@Model.predict]. With the engine
 * `python` a prediction that has begun goes on to its end when it is cancelled.
 *
 * Since: 1.0
 */
void
pymva_model_predict_async (PymvaModel *self,
                           PymvaTensor *inputs,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PYMVA_IS_MODEL (self));
  g_return_if_fail (PYMVA_IS_TENSOR (inputs));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_model_predict_async);
  pymva_model_start_prediction (task, G_OBJECT (g_object_ref (inputs)));
}

/**
 * pymva_model_predict_finish:
 * @self: a model
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [method@Model.predict_async].
 *
 * Returns: (transfer full): the outputs, n × n-outputs, float32
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_model_predict_finish (PymvaModel *self,
                            GAsyncResult *result,
                            GError **error)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The first of the largest columns, as NumPy's argmax() has it. */
static gint32
find_largest (const float *outputs,
              guint n_outputs)
{
  guint largest = 0;

  for (guint i = 1; i < n_outputs; i++)
    if (outputs[i] > outputs[largest])
      largest = i;

  return largest;
}

/**
 * pymva_model_predict_classes:
 * @self: a model
 * @inputs: the events, n × n-variables, or a single one, n-variables
 * @error: return location for an error
 *
 * Finds the likeliest class of each event. The numbers are those of
 * [method@Model.list_classes]; of two classes the signal, 0, is chosen if its probability is above
 * one half.
 *
 * Fails with `PYMVA_ERROR_UNSUPPORTED` if the model is a regression, and like
 * [method@Model.predict] otherwise.
 *
 * Returns: (transfer full): the class numbers, n, int32
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_model_predict_classes (PymvaModel *self,
                             PymvaTensor *inputs,
                             GError **error)
{
  g_autoptr (PymvaTensor) tensor = NULL;
  const float *outputs;
  gint32 *classes;
  gint64 n_rows;
  float least;

  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);
  g_return_val_if_fail (PYMVA_IS_TENSOR (inputs), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!pymva_model_check_trained (self, error))
    return NULL;
  if (self->manifest->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "The model “%s” is a regression: it has no classes", self->manifest->title);
      return NULL;
    }

  tensor = pymva_model_predict (self, inputs, error);
  if (tensor == NULL)
    return NULL;

  n_rows = pymva_tensor_get_length (tensor, 0);
  outputs = pymva_tensor_peek_data (tensor);
  classes = g_new (gint32, MAX (n_rows, 1));
  least = g_str_equal (self->manifest->outputs, PYMVA_OUTPUTS_SCORE) ? 0.0f : 0.5f;
  for (gint64 row = 0; row < n_rows; row++)
    {
      if (self->manifest->analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
        classes[row] = outputs[row] > least ? 0 : 1;
      else
        classes[row] = find_largest (outputs + row * self->n_outputs, self->n_outputs);
    }

  return pymva_tensor_new_take (PYMVA_DTYPE_INT32, &n_rows, 1, classes, n_rows * sizeof (gint32),
                                error);
}

/**
 * pymva_model_predict_event:
 * @self: a model
 * @values: (array length=n_values): the variables of one event
 * @n_values: how many there are
 * @n_outputs: (out): how many outputs there are
 * @error: return location for an error
 *
 * Computes the outputs for one event.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the event does not have the model's variables, and with
 * `PYMVA_ERROR_NOT_TRAINED` if the model is empty.
 *
 * Returns: (array length=n_outputs) (transfer full): the outputs
 *
 * Since: 1.0
 */
double *
pymva_model_predict_event (PymvaModel *self,
                           const double *values,
                           gsize n_values,
                           gsize *n_outputs,
                           GError **error)
{
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;

  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);
  g_return_val_if_fail (values != NULL || n_values == 0, NULL);
  g_return_val_if_fail (n_outputs != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  *n_outputs = 0;
  inputs = pymva_tensor_new_from_doubles (values, n_values, 0, error);
  outputs = inputs != NULL ? pymva_model_predict (self, inputs, error) : NULL;

  return outputs != NULL ? pymva_tensor_to_doubles (outputs, n_outputs) : NULL;
}

/* The same through the engine "python", which works on tensors. */
static gboolean
score_python (PymvaModel *self,
              const float *event,
              float *outputs)
{
  gint64 shape[2] = { 1, self->n_variables };
  g_autoptr (GBytes) bytes = g_bytes_new (event, self->n_variables * sizeof (float));
  g_autoptr (PymvaTensor) inputs = pymva_tensor_new (PYMVA_DTYPE_FLOAT32, shape, 2, bytes, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) found = pymva_model_run_python (self, inputs, &error);

  if (found == NULL)
    {
      g_debug ("The model “%s” failed: %s", self->manifest->title, error->message);
      return FALSE;
    }

  memcpy (outputs, pymva_tensor_peek_data (found), self->n_outputs * sizeof (float));
  return TRUE;
}

/**
 * pymva_model_score: (skip)
 * @self: a model
 * @event: the variables of one event, n-variables numbers
 * @outputs: where to put the outputs, n-outputs numbers
 *
 * Computes the outputs for one event as fast as can be: nothing is checked, and nothing allocated
 * unless the engine is `python`. From any thread.
 *
 * Returns: `FALSE` if the engine is `python` and failed, or if the model is empty
 *
 * Since: 1.0
 */
gboolean
pymva_model_score (PymvaModel *self,
                   const float *event,
                   float *outputs)
{
  if (G_LIKELY (self->graph != NULL))
    {
      pymva_graph_score (self->graph, event, 1, outputs);
      return TRUE;
    }

  return self->manifest != NULL && score_python (self, event, outputs);
}
