/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-engine-private.h"
#include "pymva-method-private.h"

#define RESPONSE_DISTRIBUTIONS "response-distributions"

static void
trained_clear (PymvaTrained *self)
{
  g_clear_object (&self->state);
  g_clear_object (&self->model);
  g_clear_pointer (&self->transforms, pymva_transform_chain_unref);
  g_clear_object (&self->importance);
}

PymvaTrained *
pymva_trained_new (void)
{
  return g_atomic_rc_box_new0 (PymvaTrained);
}

PymvaTrained *
pymva_trained_ref (PymvaTrained *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
pymva_trained_unref (PymvaTrained *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) trained_clear);
}

PymvaTensor *
pymva_trained_predict (PymvaTrained *self,
                       const char *bridge,
                       PymvaTensor *inputs,
                       GError **error)
{
  g_autoptr (PymvaTensor) columns = NULL;

  if (self->transforms == NULL)
    return pymva_engine_predict_state (bridge, self->state, inputs, error);

  columns = pymva_transform_chain_apply (self->transforms, inputs, PYMVA_DTYPE_FLOAT32, error);
  return columns != NULL ? pymva_engine_predict_state (bridge, self->state, columns, error) : NULL;
}

/**
 * pymva_method_get_model:
 * @self: a method
 * @error: return location for an error
 *
 * Gets the model that the last training made. It is immutable: training again makes a new one.
 *
 * Returns: (transfer full): the model, or `NULL` with `PYMVA_ERROR_NOT_TRAINED`
 *
 * Since: 1.0
 */
PymvaModel *
pymva_method_get_model (PymvaMethod *self,
                        GError **error)
{
  g_autoptr (PymvaTrained) trained = NULL;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  trained = pymva_method_dup_trained (self, error);

  return trained != NULL ? g_object_ref (trained->model) : NULL;
}

/**
 * pymva_method_save:
 * @self: a method
 * @file: where to write the model
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Writes the model that the last training made; see [method@Model.save].
 *
 * Returns: `TRUE`, or `FALSE` with @error set: `PYMVA_ERROR_NOT_TRAINED`, or what writing gave
 *
 * Since: 1.0
 */
gboolean
pymva_method_save (PymvaMethod *self,
                   GFile *file,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (PymvaTrained) trained = NULL;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  trained = pymva_method_dup_trained (self, error);

  return trained != NULL && pymva_model_save (trained->model, file, cancellable, error);
}

/**
 * pymva_method_get_trained_model_file: (get-property trained-model-file)
 * @self: a method
 *
 * Gets where each training writes its model.
 *
 * Returns: (transfer none) (nullable): the file, or `NULL` where it is not written
 *
 * Since: 1.0
 */
GFile *
pymva_method_get_trained_model_file (PymvaMethod *self)
{
  const GValue *value;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);

  value = g_hash_table_lookup (pymva_method_peek_values (self), PYMVA_METHOD_TRAINED_MODEL_FILE);
  return value != NULL ? g_value_get_object (value) : NULL;
}

/**
 * pymva_method_set_trained_model_file: (set-property trained-model-file)
 * @self: a method
 * @file: (nullable): the file, or `NULL` not to write it
 *
 * Sets where each training writes its model, as [method@Method.save] would.
 *
 * Since: 1.0
 */
void
pymva_method_set_trained_model_file (PymvaMethod *self,
                                     GFile *file)
{
  GFile *old;
  GValue *value;

  g_return_if_fail (PYMVA_IS_METHOD (self));
  g_return_if_fail (file == NULL || G_IS_FILE (file));

  old = pymva_method_get_trained_model_file (self);
  if (old == file || (old != NULL && file != NULL && g_file_equal (old, file)))
    return;

  value = g_new0 (GValue, 1);
  g_value_init (value, G_TYPE_FILE);
  g_value_set_object (value, file);
  g_hash_table_insert (pymva_method_peek_values (self),
                       (gpointer) PYMVA_METHOD_TRAINED_MODEL_FILE, value);
  g_object_notify (G_OBJECT (self), PYMVA_METHOD_TRAINED_MODEL_FILE);
}

/**
 * pymva_method_get_response_distributions: (get-property response-distributions)
 * @self: a method
 *
 * Gets whether models keep how their responses are distributed.
 *
 * Returns: whether they do
 *
 * Since: 1.0
 */
gboolean
pymva_method_get_response_distributions (PymvaMethod *self)
{
  const GValue *value;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), FALSE);

  value = g_hash_table_lookup (pymva_method_peek_values (self), RESPONSE_DISTRIBUTIONS);
  return value != NULL && g_value_get_boolean (value);
}

/**
 * pymva_method_set_response_distributions: (set-property response-distributions)
 * @self: a method
 * @response_distributions: whether models keep how their responses are distributed
 *
 * Sets whether models keep how their responses are distributed.
 *
 * Since: 1.0
 */
void
pymva_method_set_response_distributions (PymvaMethod *self,
                                         gboolean response_distributions)
{
  GValue *value;

  g_return_if_fail (PYMVA_IS_METHOD (self));

  response_distributions = !!response_distributions;
  if (pymva_method_get_response_distributions (self) == response_distributions)
    return;

  value = g_new0 (GValue, 1);
  g_value_init (value, G_TYPE_BOOLEAN);
  g_value_set_boolean (value, response_distributions);
  g_hash_table_insert (pymva_method_peek_values (self), (gpointer) RESPONSE_DISTRIBUTIONS, value);
  g_object_notify (G_OBJECT (self), RESPONSE_DISTRIBUTIONS);
}

/**
 * pymva_method_get_importance:
 * @self: a method
 * @error: return location for an error
 *
 * Gets how much each variable matters to the trained method, as its framework defines it: for
 * forests the mean decrease in impurity of all splits on the variable.
 *
 * Returns: (transfer full): float64, one number per variable in the data set's order, at least 0,
 *   with the sum 1; or `NULL` with `PYMVA_ERROR_NOT_TRAINED`, or with `PYMVA_ERROR_UNSUPPORTED`
 *   where the framework has no such figure, as for networks, or where [property@Method:transforms]
 *   mix the variables, so that it has figures of mixtures only
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_method_get_importance (PymvaMethod *self,
                             GError **error)
{
  g_autoptr (PymvaTrained) trained = NULL;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  trained = pymva_method_dup_trained (self, error);
  if (trained == NULL)
    return NULL;
  if (trained->importance == NULL && trained->transforms != NULL &&
      pymva_transform_chain_get_mixes (trained->transforms))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "The method “%s” was trained with mixtures of its variables (“transforms” is "
                   "“%s”), so there are no figures of how much each variable matters",
                   pymva_method_get_title (self),
                   pymva_transform_chain_get_definition (trained->transforms));
      return NULL;
    }
  if (trained->importance == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "The method “%s” has no figures of how much its variables matter",
                   pymva_method_get_title (self));
      return NULL;
    }

  return g_object_ref (trained->importance);
}
