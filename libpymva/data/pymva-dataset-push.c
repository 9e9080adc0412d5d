/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-dataset-object-private.h"

/* Events that are added one by one. Those of a class and part share a table, which holds them in
 * the order in which they came. */

static gboolean
add_empty_column (PymvaTable *table,
                  const char *name,
                  GError **error)
{
  g_autoptr (PymvaTensor) empty = pymva_tensor_new_from_doubles (NULL, 0, 0, error);

  return empty != NULL && pymva_table_add_column (table, name, empty, error);
}

static PymvaTable *
make_table (const PymvaDatasetSettings *settings,
            GError **error)
{
  g_autoptr (PymvaTable) table = pymva_table_new ();
  GPtrArray *roles[] = { settings->variables, settings->targets, settings->spectators };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    for (guint k = 0; k < roles[i]->len; k++)
      {
        g_autofree char *name = pymva_dataset_settings_name_pushed (settings, roles[i], k);

        if (!add_empty_column (table, name, error))
          return NULL;
      }

  return add_empty_column (table, PYMVA_DATASET_PUSHED_WEIGHT, error) ? g_steal_pointer (&table)
                                                                     : NULL;
}

/* The table for the events of a class and part. */
static PymvaTable *
ensure_table (PymvaDataset *self,
              const char *class_name,
              PymvaPart part,
              GError **error)
{
  GPtrArray *sources = self->settings->sources;
  g_autoptr (PymvaTable) table = NULL;

  for (guint i = 0; i < sources->len; i++)
    {
      const PymvaDatasetSource *source = sources->pdata[i];

      if (source->is_pushed && source->part == (int) part &&
          strcmp (source->class_name, class_name) == 0)
        return source->events;
    }

  table = make_table (self->settings, error);
  if (table == NULL)
    return NULL;

  pymva_dataset_settings_add_source (self->settings, class_name, NULL, table, 1, part)->is_pushed =
    TRUE;
  return table;
}

static gboolean
check_event (PymvaDataset *self,
             gsize n_values,
             double weight,
             GError **error)
{
  const PymvaDatasetSettings *settings = self->settings;
  gsize n_expected = settings->variables->len + settings->targets->len + settings->spectators->len;

  if (settings->variables->len == 0)
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                         "The data set has no variables; add them before the first event");
  else if (n_values != n_expected)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                 "The event has %" G_GSIZE_FORMAT " values; it takes %" G_GSIZE_FORMAT
                 ": %u variables, %u targets and %u spectators",
                 n_values, n_expected, settings->variables->len, settings->targets->len,
                 settings->spectators->len);
  else if (!isfinite (weight))
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                 "The weight of the event is %g; it must be a finite number", weight);
  else
    return TRUE;

  return FALSE;
}

/**
 * pymva_dataset_add_event:
 * @self: a data set
 * @class_name: (nullable): the class of the event; `NULL` for regression
 * @part: the part that the event is to be in
 * @values: (array length=n_values): the variables, targets and spectators, in the order in which
 *   they were added
 * @n_values: the number of values
 * @weight: the weight of the event; usually 1
 * @error: return location for an error
 *
 * Adds one event, as TMVA's `AddSignalTrainingEvent` does.
 *
 * The values are those of the variables themselves: their expressions are not evaluated. All
 * variables, targets and spectators are added before the first event. Cuts apply, and may name
 * variables, targets and spectators; weight expressions do not, as the event has its weight.
 * To have the library divide the events into parts, collect them in a table with
 * [method@Table.append_row].
 *
 * Fails with `PYMVA_ERROR_VALUE` if there is not one value for each variable, target and spectator,
 * if the weight is not finite, or if there is a class in a regression, or none otherwise.
 *
 * Returns: whether the event was added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_event (PymvaDataset *self,
                         const char *class_name,
                         PymvaPart part,
                         const double *values,
                         gsize n_values,
                         double weight,
                         GError **error)
{
  g_autofree double *row = NULL;
  PymvaTable *table;

  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, FALSE);
  g_return_val_if_fail (values != NULL || n_values == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (class_name == NULL)
    class_name = "";
  if ((self->settings->analysis_type != PYMVA_ANALYSIS_TYPE_REGRESSION || *class_name != '\0') &&
      !pymva_dataset_check_class_name (self, class_name, error))
    return FALSE;
  if (!check_event (self, n_values, weight, error))
    return FALSE;
  table = ensure_table (self, class_name, part, error);
  if (table == NULL)
    return FALSE;

  row = g_new (double, n_values + 1);
  memcpy (row, values, n_values * sizeof *values);
  row[n_values] = weight;
  if (!pymva_table_append_row (table, row, n_values + 1, error))
    return FALSE;

  pymva_dataset_changed (self);
  return TRUE;
}
