/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-dataset-object-private.h"

static gboolean
add_stream (PymvaDataset *self,
            const char *class_name,
            PymvaTableStream *events,
            double weight,
            GError **error)
{
  if (!isfinite (weight))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The weight of a stream is %g; it must be a finite number", weight);
      return FALSE;
    }

  pymva_dataset_settings_add_stream (self->settings, class_name, events, weight);
  pymva_dataset_changed (self);

  return TRUE;
}

/**
 * pymva_dataset_add_class_stream:
 * @self: a data set for classification
 * @name: the name of the class
 * @events: a stream of its events
 * @weight: the factor that multiplies the weights of these events; usually 1
 * @error: return location for an error
 *
 * Adds training events of a class that are read while a method learns from them, because they do
 * not fit into memory. Expressions, weights and cuts of the data set apply to each piece that is
 * read. The stream itself is not moved; the file is opened anew.
 *
 * Only a [class@PythonMethod] with `partial_fit` learns from such a data set, and nothing else can
 * be asked of it: [method@Dataset.prepare] fails with `PYMVA_ERROR_UNSUPPORTED`. All events are
 * training events. Events are read in the order of the files, which each pass goes through once;
 * batches have a share of each file in proportion to its events, in an order drawn by the seed. One
 * file that holds several classes is added once for each, and a cut for each class tells them apart
 * by a column of numbers.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the data set is for regression, the name is empty, or the
 * weight is not finite.
 *
 * Returns: whether the events were added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_class_stream (PymvaDataset *self,
                                const char *name,
                                PymvaTableStream *events,
                                double weight,
                                GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (events), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return pymva_dataset_check_class_name (self, name, error) &&
         add_stream (self, name, events, weight, error);
}

/**
 * pymva_dataset_add_events_stream:
 * @self: a data set for regression
 * @events: a stream of events
 * @weight: the factor that multiplies the weights of these events; usually 1
 * @error: return location for an error
 *
 * Adds events that are read while a method learns from them, as
 * [method@Dataset.add_class_stream] does for a class.
 *
 * Fails with `PYMVA_ERROR_VALUE` unless the data set is for regression, or if the weight is not
 * finite.
 *
 * Returns: whether the events were added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_events_stream (PymvaDataset *self,
                                 PymvaTableStream *events,
                                 double weight,
                                 GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (events), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->settings->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    return add_stream (self, "", events, weight, error);

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                       "A data set for classification has no events without a class; use "
                       "add_class_stream");
  return FALSE;
}
