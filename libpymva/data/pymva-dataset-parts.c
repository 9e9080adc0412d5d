/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"

#include "pymva-dataset-parts-private.h"
#include "pymva-tensor-private.h"

PymvaDatasetParts *
pymva_dataset_parts_ref (PymvaDatasetParts *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
pymva_dataset_parts_unref (PymvaDatasetParts *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (int part = 0; part < 2; part++)
    {
      g_free (self->part[part].n_class_events);
      g_clear_object (&self->part[part].inputs);
      g_clear_object (&self->part[part].targets);
      g_clear_object (&self->part[part].spectators);
      g_clear_object (&self->part[part].labels);
      g_clear_object (&self->part[part].weights);
    }
  g_strfreev (self->classes);
  g_free (self->n_rows);
  g_free (self);
}

/* Whether there is enough to begin with, before anything is read. */
gboolean
pymva_dataset_check_settings (const PymvaDatasetSettings *settings,
                              GError **error)
{
  if (settings->variables->len == 0)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                 "The data set has no variables; add some with add_variable");
  else if (settings->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION && settings->targets->len == 0)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                 "The data set has no target to learn; add one with add_target");
  else if (settings->sources->len == 0 && settings->streams->len == 0)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                 "The data set has no events; add some with %s",
                 settings->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION
                   ? "add_events"
                   : "add_class or add_labelled");
  else if (!(settings->test_fraction >= 0 && settings->test_fraction < 1))
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                 "The test-fraction is %g; it must be at least 0 and less than 1",
                 settings->test_fraction);
  else
    return TRUE;

  return FALSE;
}

gboolean
pymva_dataset_check_classes (const PymvaDatasetSettings *settings,
                             const char * const *classes,
                             GError **error)
{
  guint n_classes = g_strv_length ((char **) classes);

  for (guint i = 0; i < settings->rules->len; i++)
    {
      const PymvaDatasetRule *rule = settings->rules->pdata[i];

      if (rule->class_name != NULL && !g_strv_contains (classes, rule->class_name))
        {
          g_autofree char *near = pymva_names_format_near (rule->class_name, classes);

          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                       "A weight, cut or number of events is set for class “%s”, which has no "
                       "events%s",
                       rule->class_name, near);
          return FALSE;
        }
    }

  if (settings->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    return TRUE;
  if (n_classes < 2)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "There is only one class%s%s%s; a classification needs events of two",
                   n_classes > 0 ? ", “" : "", n_classes > 0 ? classes[0] : "",
                   n_classes > 0 ? "”" : "");
      return FALSE;
    }
  if (n_classes > 2 && settings->analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    {
      g_autofree char *list = pymva_names_format_list (classes, 12);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "There are %u classes, %s; a classification has two, use the analysis type "
                   "“multiclass” for more",
                   n_classes, list);
      return FALSE;
    }

  return TRUE;
}

gboolean
pymva_dataset_meet_negative_weight (const PymvaDatasetSettings *settings,
                                    double *weight)
{
  if (*weight >= 0)
    return TRUE;

  if (settings->negative_weights == PYMVA_NEGATIVE_WEIGHTS_ZERO)
    *weight = 0;
  if (settings->negative_weights == PYMVA_NEGATIVE_WEIGHTS_ABSOLUTE)
    *weight = -*weight;

  return settings->negative_weights != PYMVA_NEGATIVE_WEIGHTS_DROP;
}

static void
meet_negative_weights (const PymvaDatasetSettings *settings,
                       PymvaDatasetEvents *events,
                       PymvaDatasetOrder *training)
{
  gsize n = 0;

  for (gsize i = 0; i < training->n_numbers; i++)
    if (pymva_dataset_meet_negative_weight (settings, &events->weights[training->numbers[i]]))
      training->numbers[n++] = training->numbers[i];

  training->n_numbers = n;
}

gboolean
pymva_dataset_check_sums (const char * const *classes,
                          const double *sums,
                          const gint64 *counts,
                          GError **error)
{
  for (guint k = 0; classes[k] != NULL; k++)
    {
      g_autofree char *of = pymva_dataset_describe_class (classes[k]);

      if (counts[k] == 0)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "No training events are left of %s; look at its cut, its number of events "
                       "and the test-fraction",
                       of);
          return FALSE;
        }
      if (!(sums[k] > 0))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                       "The training weights of %s sum to %g; they must sum to more than zero", of,
                       sums[k]);
          return FALSE;
        }
    }

  return TRUE;
}

double
pymva_dataset_get_norm (const PymvaDatasetSettings *settings,
                        const double *sums,
                        const gint64 *counts,
                        guint number)
{
  switch (settings->norm_mode)
    {
    case PYMVA_NORM_MODE_NUM_EVENTS:
      return counts[number] / sums[number];
    case PYMVA_NORM_MODE_EQUAL_NUM_EVENTS:
      return counts[0] / sums[number];
    case PYMVA_NORM_MODE_NONE:
    default:
      return 1;
    }
}

/* Checks that every class can be learnt, and brings the training weights to the norm. */
static gboolean
normalise (const PymvaDatasetSettings *settings,
           const char * const *classes,
           PymvaDatasetEvents *events,
           const PymvaDatasetOrder *training,
           GError **error)
{
  guint n_classes = g_strv_length ((char **) classes);
  g_autofree double *sums = g_new0 (double, n_classes);
  g_autofree gint64 *counts = g_new0 (gint64, n_classes);

  for (gsize i = 0; i < training->n_numbers; i++)
    {
      gint32 number = events->labels[training->numbers[i]];

      sums[number] += events->weights[training->numbers[i]];
      counts[number]++;
    }
  if (!pymva_dataset_check_sums (classes, sums, counts, error))
    return FALSE;

  for (gsize i = 0; settings->norm_mode != PYMVA_NORM_MODE_NONE && i < training->n_numbers; i++)
    events->weights[training->numbers[i]] *=
      pymva_dataset_get_norm (settings, sums, counts, events->labels[training->numbers[i]]);

  return TRUE;
}

/* Copies the rows of a part into a tensor. @n_columns is 0 for a tensor of one dimension. */
static PymvaTensor *
gather (PymvaDType dtype,
        gconstpointer data,
        gsize n_columns,
        gboolean flat,
        const PymvaDatasetOrder *order,
        GError **error)
{
  gsize row_size = pymva_dtype_get_size (dtype) * n_columns;
  const gint64 shape[] = { order->n_numbers, n_columns };
  char *rows = g_malloc (MAX (order->n_numbers * row_size, 1));

  for (gsize i = 0; row_size > 0 && i < order->n_numbers; i++)
    memcpy (rows + i * row_size, (const char *) data + order->numbers[i] * row_size, row_size);

  return pymva_tensor_new_take (dtype, shape, flat ? 1 : 2, rows, order->n_numbers * row_size,
                                error);
}

static gboolean
fill_part (PymvaDatasetPart *part,
           guint n_classes,
           const PymvaDatasetEvents *events,
           const PymvaDatasetOrder *order,
           GError **error)
{
  part->n_events = order->n_numbers;
  part->n_class_events = g_new0 (gint64, n_classes);
  for (gsize i = 0; i < order->n_numbers; i++)
    part->n_class_events[events->labels[order->numbers[i]]]++;

  part->inputs = gather (PYMVA_DTYPE_FLOAT32, events->inputs, events->n_variables, FALSE, order,
                         error);
  if (part->inputs == NULL)
    return FALSE;
  part->targets = gather (PYMVA_DTYPE_FLOAT32, events->targets, events->n_targets, FALSE, order,
                          error);
  if (part->targets == NULL)
    return FALSE;
  part->spectators = gather (PYMVA_DTYPE_FLOAT64, events->spectators, events->n_spectators, FALSE,
                             order, error);
  if (part->spectators == NULL)
    return FALSE;
  part->labels = gather (PYMVA_DTYPE_INT32, events->labels, 1, TRUE, order, error);
  if (part->labels == NULL)
    return FALSE;
  part->weights = gather (PYMVA_DTYPE_FLOAT64, events->weights, 1, TRUE, order, error);

  return part->weights != NULL;
}

/* A variable that never changes teaches nothing, but is no error: other events may vary it. */
static void
report_constants (const PymvaDatasetSettings *settings,
                  const PymvaDatasetPart *training)
{
  const float *inputs = pymva_tensor_peek_data (training->inputs);
  guint n_variables = settings->variables->len;

  for (guint k = 0; k < n_variables; k++)
    {
      const PymvaDatasetColumn *variable = settings->variables->pdata[k];
      gint64 i = 1;

      while (i < training->n_events && inputs[i * n_variables + k] == inputs[k])
        i++;
      if (i >= training->n_events)
        g_debug ("Variable “%s” is %g in all training events", variable->name, inputs[k]);
    }
}

static gboolean
divide (PymvaDatasetParts *self,
        const PymvaDatasetSettings *settings,
        PymvaDatasetEvents *events,
        PymvaDatasetOrder orders[2],
        GError **error)
{
  const char * const *classes = (const char * const *) self->classes;

  if (!pymva_dataset_split (settings, classes, events, orders, error))
    return FALSE;
  meet_negative_weights (settings, events, &orders[PYMVA_PART_TRAINING]);
  if (!normalise (settings, classes, events, &orders[PYMVA_PART_TRAINING], error))
    return FALSE;

  for (int part = 0; part < 2; part++)
    {
      if (!fill_part (&self->part[part], self->n_classes, events, &orders[part], error))
        return FALSE;
    }

  return TRUE;
}

/* pymva_dataset_parts_new: prepares a data set. Depends on nothing but the settings and the
 * tables, and may run on any thread. */
PymvaDatasetParts *
pymva_dataset_parts_new (const PymvaDatasetSettings *settings,
                         GCancellable *cancellable,
                         GError **error)
{
  return pymva_dataset_check_settings (settings, error)
         ? pymva_dataset_parts_read (settings, cancellable, error) : NULL;
}

/* pymva_dataset_parts_read: the same where there need be nothing to learn. */
PymvaDatasetParts *
pymva_dataset_parts_read (const PymvaDatasetSettings *settings,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (PymvaDatasetParts) self = g_new0 (PymvaDatasetParts, 1);
  g_autoptr (PymvaDatasetEvents) events = NULL;
  PymvaDatasetOrder orders[2] = { { NULL, 0 }, { NULL, 0 } };
  gboolean divided;

  g_atomic_ref_count_init (&self->ref_count);
  if (settings->streams->len > 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                           "The data set has events in streams, which are read while a method "
                           "learns from them; only a PymvaPythonMethod with partial_fit() does "
                           "that: for others, read the files into tables");
      return NULL;
    }
  self->n_sources = settings->sources->len;
  self->n_rows = g_new (gint64, self->n_sources);
  for (guint i = 0; i < self->n_sources; i++)
    {
      const PymvaDatasetSource *source = settings->sources->pdata[i];

      self->n_rows[i] = pymva_table_get_n_rows (source->events);
    }

  self->classes = pymva_dataset_settings_list_classes (settings, error);
  if (self->classes == NULL ||
      !pymva_dataset_check_classes (settings, (const char * const *) self->classes, error))
    return NULL;
  self->n_classes = g_strv_length (self->classes);

  events = pymva_dataset_events_new (settings, (const char * const *) self->classes, cancellable,
                                     error);
  if (events == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  divided = divide (self, settings, events, orders, error);
  for (int part = 0; part < 2; part++)
    g_free (orders[part].numbers);
  if (!divided)
    return NULL;

  report_constants (settings, &self->part[PYMVA_PART_TRAINING]);
  return g_steal_pointer (&self);
}
