/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-dataset-object-private.h"

/* The properties of data sets one by one. */

/**
 * pymva_dataset_get_split_mode: (get-property split-mode)
 * @self: a data set
 *
 * Gets how events are divided into training and test events.
 *
 * Returns: see [property@Dataset:split-mode]
 *
 * Since: 1.0
 */
PymvaSplitMode
pymva_dataset_get_split_mode (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), PYMVA_SPLIT_MODE_RANDOM);

  return self->settings->split_mode;
}

/**
 * pymva_dataset_set_split_mode: (set-property split-mode)
 * @self: a data set
 * @split_mode: see [property@Dataset:split-mode]
 *
 * Sets how events are divided into training and test events.
 *
 * Since: 1.0
 */
void
pymva_dataset_set_split_mode (PymvaDataset *self,
                              PymvaSplitMode split_mode)
{
  g_return_if_fail (PYMVA_IS_DATASET (self));

  if (self->settings->split_mode == split_mode)
    return;

  self->settings->split_mode = split_mode;
  pymva_dataset_changed (self);
  g_object_notify (G_OBJECT (self), "split-mode");
}

/**
 * pymva_dataset_get_mix_mode: (get-property mix-mode)
 * @self: a data set
 *
 * Gets in which order the training events come.
 *
 * Returns: see [property@Dataset:mix-mode]
 *
 * Since: 1.0
 */
PymvaMixMode
pymva_dataset_get_mix_mode (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), PYMVA_MIX_MODE_SAME_AS_SPLIT_MODE);

  return self->settings->mix_mode;
}

/**
 * pymva_dataset_set_mix_mode: (set-property mix-mode)
 * @self: a data set
 * @mix_mode: see [property@Dataset:mix-mode]
 *
 * Sets in which order the training events come.
 *
 * Since: 1.0
 */
void
pymva_dataset_set_mix_mode (PymvaDataset *self,
                            PymvaMixMode mix_mode)
{
  g_return_if_fail (PYMVA_IS_DATASET (self));

  if (self->settings->mix_mode == mix_mode)
    return;

  self->settings->mix_mode = mix_mode;
  pymva_dataset_changed (self);
  g_object_notify (G_OBJECT (self), "mix-mode");
}

/**
 * pymva_dataset_get_test_fraction: (get-property test-fraction)
 * @self: a data set
 *
 * Gets the share of the events that become test events.
 *
 * Returns: see [property@Dataset:test-fraction]
 *
 * Since: 1.0
 */
double
pymva_dataset_get_test_fraction (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), 0.5);

  return self->settings->test_fraction;
}

/**
 * pymva_dataset_set_test_fraction: (set-property test-fraction)
 * @self: a data set
 * @test_fraction: see [property@Dataset:test-fraction]
 *
 * Sets the share of the events that become test events.
 *
 * Since: 1.0
 */
void
pymva_dataset_set_test_fraction (PymvaDataset *self,
                                 double test_fraction)
{
  g_return_if_fail (PYMVA_IS_DATASET (self));

  if (self->settings->test_fraction == test_fraction)
    return;

  self->settings->test_fraction = test_fraction;
  pymva_dataset_changed (self);
  g_object_notify (G_OBJECT (self), "test-fraction");
}

/**
 * pymva_dataset_get_seed: (get-property seed)
 * @self: a data set
 *
 * Gets the seed of the random split and order.
 *
 * Returns: see [property@Dataset:seed]
 *
 * Since: 1.0
 */
guint
pymva_dataset_get_seed (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), 0);

  return self->settings->seed;
}

/**
 * pymva_dataset_set_seed: (set-property seed)
 * @self: a data set
 * @seed: see [property@Dataset:seed]
 *
 * Sets the seed of the random split and order.
 *
 * Since: 1.0
 */
void
pymva_dataset_set_seed (PymvaDataset *self,
                        guint seed)
{
  g_return_if_fail (PYMVA_IS_DATASET (self));

  if (self->settings->seed == seed)
    return;

  self->settings->seed = seed;
  pymva_dataset_changed (self);
  g_object_notify (G_OBJECT (self), "seed");
}

/**
 * pymva_dataset_get_norm_mode: (get-property norm-mode)
 * @self: a data set
 *
 * Gets how the weights of the training events are normalised.
 *
 * Returns: see [property@Dataset:norm-mode]
 *
 * Since: 1.0
 */
PymvaNormMode
pymva_dataset_get_norm_mode (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), PYMVA_NORM_MODE_NONE);

  return self->settings->norm_mode;
}

/**
 * pymva_dataset_set_norm_mode: (set-property norm-mode)
 * @self: a data set
 * @norm_mode: see [property@Dataset:norm-mode]
 *
 * Sets how the weights of the training events are normalised.
 *
 * Since: 1.0
 */
void
pymva_dataset_set_norm_mode (PymvaDataset *self,
                             PymvaNormMode norm_mode)
{
  g_return_if_fail (PYMVA_IS_DATASET (self));

  if (self->settings->norm_mode == norm_mode)
    return;

  self->settings->norm_mode = norm_mode;
  pymva_dataset_changed (self);
  g_object_notify (G_OBJECT (self), "norm-mode");
}

/**
 * pymva_dataset_get_scale_with_cuts: (get-property scale-with-cuts)
 * @self: a data set
 *
 * Gets whether the numbers of events that are asked for count events before cuts.
 *
 * Returns: see [property@Dataset:scale-with-cuts]
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_get_scale_with_cuts (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);

  return self->settings->scale_with_cuts;
}

/**
 * pymva_dataset_set_scale_with_cuts: (set-property scale-with-cuts)
 * @self: a data set
 * @scale_with_cuts: see [property@Dataset:scale-with-cuts]
 *
 * Sets whether the numbers of events that are asked for count events before cuts.
 *
 * Since: 1.0
 */
void
pymva_dataset_set_scale_with_cuts (PymvaDataset *self,
                                   gboolean scale_with_cuts)
{
  g_return_if_fail (PYMVA_IS_DATASET (self));

  if (self->settings->scale_with_cuts == scale_with_cuts)
    return;

  self->settings->scale_with_cuts = scale_with_cuts;
  pymva_dataset_changed (self);
  g_object_notify (G_OBJECT (self), "scale-with-cuts");
}

/**
 * pymva_dataset_get_negative_weights: (get-property negative-weights)
 * @self: a data set
 *
 * Gets what is done with training events of negative weight.
 *
 * Returns: see [property@Dataset:negative-weights]
 *
 * Since: 1.0
 */
PymvaNegativeWeights
pymva_dataset_get_negative_weights (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), PYMVA_NEGATIVE_WEIGHTS_ERROR);

  return self->settings->negative_weights;
}

/**
 * pymva_dataset_set_negative_weights: (set-property negative-weights)
 * @self: a data set
 * @negative_weights: see [property@Dataset:negative-weights]
 *
 * Sets what is done with training events of negative weight.
 *
 * Since: 1.0
 */
void
pymva_dataset_set_negative_weights (PymvaDataset *self,
                                    PymvaNegativeWeights negative_weights)
{
  g_return_if_fail (PYMVA_IS_DATASET (self));

  if (self->settings->negative_weights == negative_weights)
    return;

  self->settings->negative_weights = negative_weights;
  pymva_dataset_changed (self);
  g_object_notify (G_OBJECT (self), "negative-weights");
}

/**
 * pymva_dataset_get_missing_values: (get-property missing-values)
 * @self: a data set
 *
 * Gets what is done with events that have a missing value.
 *
 * Returns: see [property@Dataset:missing-values]
 *
 * Since: 1.0
 */
PymvaMissingValues
pymva_dataset_get_missing_values (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), PYMVA_MISSING_VALUES_ERROR);

  return self->settings->missing_values;
}

/**
 * pymva_dataset_set_missing_values: (set-property missing-values)
 * @self: a data set
 * @missing_values: see [property@Dataset:missing-values]
 *
 * Sets what is done with events that have a missing value.
 *
 * Since: 1.0
 */
void
pymva_dataset_set_missing_values (PymvaDataset *self,
                                  PymvaMissingValues missing_values)
{
  g_return_if_fail (PYMVA_IS_DATASET (self));

  if (self->settings->missing_values == missing_values)
    return;

  self->settings->missing_values = missing_values;
  pymva_dataset_changed (self);
  g_object_notify (G_OBJECT (self), "missing-values");
}

/**
 * pymva_dataset_get_signal_label: (get-property signal-label)
 * @self: a data set
 *
 * Gets the name of the class that is the signal.
 *
 * Returns: (nullable) (transfer none): see [property@Dataset:signal-label]
 *
 * Since: 1.0
 */
const char *
pymva_dataset_get_signal_label (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);

  return self->settings->signal_label;
}

/**
 * pymva_dataset_set_signal_label: (set-property signal-label)
 * @self: a data set
 * @signal_label: (nullable): see [property@Dataset:signal-label]
 *
 * Sets the name of the class that is the signal.
 *
 * Since: 1.0
 */
void
pymva_dataset_set_signal_label (PymvaDataset *self,
                                const char *signal_label)
{
  g_return_if_fail (PYMVA_IS_DATASET (self));

  if (signal_label != NULL && *signal_label == '\0')
    signal_label = NULL;
  if (g_strcmp0 (self->settings->signal_label, signal_label) == 0)
    return;

  g_free (self->settings->signal_label);
  self->settings->signal_label = g_strdup (signal_label);
  pymva_dataset_changed (self);
  g_object_notify (G_OBJECT (self), "signal-label");
}
