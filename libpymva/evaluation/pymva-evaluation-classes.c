/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"

#include "pymva-evaluation-private.h"

double *
pymva_evaluation_read_values (PymvaTensor *tensor,
                              const char *what,
                              gint64 n_rows,
                              gint64 n_columns,
                              GError **error)
{
  g_autofree double *values = NULL;
  gsize n_values;

  if (pymva_tensor_get_n_dims (tensor) > 2 || pymva_tensor_get_length (tensor, 0) != n_rows ||
      pymva_tensor_get_length (tensor, 1) != n_columns)
    {
      g_autofree char *shape = pymva_tensor_format_shape (tensor);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The shape of the %s is %s, but %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
                   " is needed: one row per event",
                   what, shape, n_rows, n_columns);
      return NULL;
    }

  values = pymva_tensor_to_doubles (tensor, &n_values);
  for (gsize i = 0; i < n_values; i++)
    {
      if (!isfinite (values[i]))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "The %s hold %f in row %" G_GINT64_FORMAT " (the first is row 0); leave out "
                       "events that have no finite value",
                       what, values[i], (gint64) i / n_columns);
          return NULL;
        }
    }

  return g_steal_pointer (&values);
}

gboolean
pymva_evaluation_read_events (PymvaTensor *outputs,
                              const char *what,
                              PymvaTensor *weights,
                              double **output_values,
                              double **weight_values,
                              gint64 *n_events,
                              gint64 *n_outputs,
                              GError **error)
{
  *n_events = pymva_tensor_get_length (outputs, 0);
  *n_outputs = pymva_tensor_get_length (outputs, 1);
  if (*n_events == 0 || *n_outputs == 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA, "There are no %s to evaluate", what);
      return FALSE;
    }

  *output_values =
    pymva_evaluation_read_values (outputs, what, *n_events, *n_outputs, error);
  if (*output_values == NULL)
    return FALSE;
  if (weights == NULL)
    return TRUE;

  *weight_values = pymva_evaluation_read_values (weights, "weights", *n_events, 1, error);
  return *weight_values != NULL;
}

/* Checks that labels are class numbers, and that each class has events whose weights sum to more
 * than zero. */
static gboolean
check_labels (const double *labels,
              const double *weights,
              gint64 n_events,
              gint64 n_classes,
              GError **error)
{
  g_autofree double *sums = g_new0 (double, n_classes);
  g_autofree gint64 *counts = g_new0 (gint64, n_classes);

  for (gint64 i = 0; i < n_events; i++)
    {
      if (!(labels[i] >= 0 && labels[i] < n_classes) || labels[i] != floor (labels[i]))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "The label %g in row %" G_GINT64_FORMAT " (the first is row 0) is not a "
                       "class; with these responses the classes are 0 to %" G_GINT64_FORMAT
                       ", and 0 is the signal",
                       labels[i], i, n_classes - 1);
          return FALSE;
        }
      counts[(gint64) labels[i]]++;
      sums[(gint64) labels[i]] += weights != NULL ? weights[i] : 1;
    }

  for (gint64 k = 0; k < n_classes; k++)
    {
      if (counts[k] == 0)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "No event is of class %" G_GINT64_FORMAT
                       "; an evaluation needs events of every class",
                       k);
          return FALSE;
        }
      if (!(sums[k] > 0) || isinf (sums[k]))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                       "The weights of class %" G_GINT64_FORMAT
                       " sum to %g; they must sum to a finite number above zero",
                       k, sums[k]);
          return FALSE;
        }
    }

  return TRUE;
}

double *
pymva_evaluation_copy_column (const double *values,
                              gint64 n_events,
                              guint n_columns,
                              guint column)
{
  double *copy = g_new (double, n_events);

  for (gint64 i = 0; i < n_events; i++)
    copy[i] = values[i * n_columns + column];

  return copy;
}

guint8 *
pymva_evaluation_mark_class (PymvaEvaluation *self,
                             guint class_number)
{
  guint8 *marks = g_new (guint8, self->n_events);

  for (gint64 i = 0; i < self->n_events; i++)
    marks[i] = self->truth[i] == class_number;

  return marks;
}

/* One curve per column of the responses: its class against all the others. */
static PymvaRoc **
compute_rocs (PymvaEvaluation *self)
{
  g_autofree PymvaRoc **rocs = g_new0 (PymvaRoc *, self->n_outputs);

  for (guint k = 0; k < self->n_outputs; k++)
    {
      g_autofree double *column =
        pymva_evaluation_copy_column (self->outputs, self->n_events, self->n_outputs, k);
      g_autofree guint8 *is_signal = pymva_evaluation_mark_class (self, k);

      rocs[k] = pymva_roc_new (column, is_signal, self->weights, self->n_events);
    }

  return g_steal_pointer (&rocs);
}

PymvaEvaluation *
pymva_evaluation_new_classes (double *responses,
                              double *labels,
                              double *weights,
                              gint64 n_events,
                              guint n_outputs)
{
  PymvaEvaluation *self = g_object_new (PYMVA_TYPE_EVALUATION, NULL);

  self->analysis_type = n_outputs == 1 ? PYMVA_ANALYSIS_TYPE_CLASSIFICATION
                                       : PYMVA_ANALYSIS_TYPE_MULTICLASS;
  self->n_events = n_events;
  self->n_outputs = n_outputs;
  self->outputs = responses;
  self->truth = labels;
  self->weights = weights;
  self->rocs = compute_rocs (self);

  return self;
}

/**
 * pymva_evaluation_new:
 * @responses: n or n x 1 responses of a classification, the higher the more like the signal;
 *   or n x n_classes responses, one column per class
 * @labels: n class numbers, of any dtype; of two classes, 0 is the signal and 1 the background
 * @weights: (nullable): n weights of the events; `NULL`: all are one
 * @error: return location for an error
 *
 * Evaluates the responses to events whose classes are known.
 *
 * Fails with `PYMVA_ERROR_VALUE` where shapes do not fit or the weights of a class do not sum to
 * more than zero, and with `PYMVA_ERROR_DATA` where a response, label or weight is not finite, a
 * label is not a class, or a class has no events.
 *
 * Returns: (transfer full): the evaluation
 *
 * Since: 1.0
 */
PymvaEvaluation *
pymva_evaluation_new (PymvaTensor *responses,
                      PymvaTensor *labels,
                      PymvaTensor *weights,
                      GError **error)
{
  g_autofree double *response_values = NULL;
  g_autofree double *label_values = NULL;
  g_autofree double *weight_values = NULL;
  gint64 n_events, n_columns;

  g_return_val_if_fail (PYMVA_IS_TENSOR (responses), NULL);
  g_return_val_if_fail (PYMVA_IS_TENSOR (labels), NULL);
  g_return_val_if_fail (weights == NULL || PYMVA_IS_TENSOR (weights), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!pymva_evaluation_read_events (responses, "responses", weights, &response_values,
                                     &weight_values, &n_events, &n_columns, error))
    return NULL;
  label_values = pymva_evaluation_read_values (labels, "labels", n_events, 1, error);
  if (label_values == NULL)
    return NULL;
  if (!check_labels (label_values, weight_values, n_events, MAX (n_columns, 2), error))
    return NULL;

  return pymva_evaluation_new_classes (g_steal_pointer (&response_values),
                                       g_steal_pointer (&label_values),
                                       g_steal_pointer (&weight_values), n_events, n_columns);
}
