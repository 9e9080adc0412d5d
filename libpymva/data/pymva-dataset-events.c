/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-dataset-parts-private.h"
#include "pymva-tensor-private.h"

/* The rows of one table on their way into the events. */
typedef struct
{
  const PymvaDatasetSettings *settings;
  const PymvaDatasetSource *source;
  const char * const *classes;
  GCancellable *cancellable;
  PymvaDatasetEvents *events;
  /* One for each row of the table. */
  gint32 *classes_of_rows;
  double *weights;
  /* The rows that passed the cut, and which of them are to be left out. */
  gint64 *rows;
  gboolean *left_out;
  gsize n_rows;
} Reading;

void
pymva_dataset_events_free (PymvaDatasetEvents *self)
{
  g_free (self->inputs);
  g_free (self->targets);
  g_free (self->spectators);
  g_free (self->weights);
  g_free (self->labels);
  g_free (self->parts);
  g_free (self->n_read);
  g_free (self);
}

/* pymva_dataset_describe_class: “class “x””, or “the events” where there are no classes. */
char *
pymva_dataset_describe_class (const char *class_name)
{
  return *class_name != '\0' ? g_strdup_printf ("class “%s”", class_name) : g_strdup ("the events");
}

static PymvaTensor *
evaluate (Reading *reading,
          const char *what,
          const char *name,
          const char *expression,
          GError **error)
{
  PymvaTensor *values;

  if (g_cancellable_set_error_if_cancelled (reading->cancellable, error))
    return NULL;
  values = pymva_table_evaluate (reading->source->events, expression, error);
  if (values == NULL)
    g_prefix_error (error, "%s “%s”: ", what, name);

  return values;
}

/* The values of a variable, target or spectator. Those of events that were added one by one are
 * there, others are evaluated. */
static PymvaTensor *
evaluate_column (Reading *reading,
                 const char *what,
                 GPtrArray *columns,
                 guint number,
                 GError **error)
{
  const PymvaDatasetColumn *column = columns->pdata[number];
  g_autofree char *name = NULL;

  if (!reading->source->is_pushed)
    return evaluate (reading, what, column->name, column->expression, error);

  name = pymva_dataset_settings_name_pushed (reading->settings, columns, number);
  return pymva_table_get_column (reading->source->events, name, error);
}

typedef enum
{
  RULE_WEIGHT,
  RULE_CUT,
} RuleKind;

/* The expression for a class, or the one for all where @class_name is NULL; NULL: there is none. */
static const char *
get_rule (const Reading *reading,
          RuleKind kind,
          const char *class_name)
{
  const PymvaDatasetRule *rule = pymva_dataset_settings_lookup_rule (reading->settings, class_name);

  return rule == NULL ? NULL : kind == RULE_CUT ? rule->cut : rule->weight;
}

/* Whether any event of the table can be subject to the rule: a table need not have the columns of
 * rules that are not meant for it. */
static gboolean
is_rule_used (const Reading *reading,
              RuleKind kind,
              const char *class_name)
{
  const char *own = reading->source->class_name;

  if (own == NULL)
    return TRUE;
  if (class_name == NULL)
    return get_rule (reading, kind, own) == NULL;

  return strcmp (own, class_name) == 0;
}

/* Evaluates the weights or cuts over the whole table: one in every row to begin with, then what
 * holds for all classes, then what holds for those that have their own. */
static double *
evaluate_rules (Reading *reading,
                RuleKind kind,
                GError **error)
{
  gint64 n_rows = pymva_table_get_n_rows (reading->source->events);
  g_autofree double *result = g_new (double, MAX (n_rows, 1));

  for (gint64 row = 0; row < n_rows; row++)
    result[row] = 1;

  for (int number = -1; number < 0 || reading->classes[number] != NULL; number++)
    {
      const char *class_name = number < 0 ? NULL : reading->classes[number];
      const char *expression = get_rule (reading, kind, class_name);
      g_autoptr (PymvaTensor) tensor = NULL;
      const double *values;

      if (expression == NULL || !is_rule_used (reading, kind, class_name))
        continue;
      tensor = evaluate (reading, kind == RULE_CUT ? "Cut" : "Weight", expression, expression,
                         error);
      if (tensor == NULL)
        return NULL;
      values = pymva_tensor_peek_data (tensor);
      for (gint64 row = 0; row < n_rows; row++)
        {
          if (number < 0 || reading->classes_of_rows[row] == number)
            result[row] = values[row];
        }
    }

  return g_steal_pointer (&result);
}

/* Decides about a selected row that has a missing value: leaves it out, or refuses it. */
static gboolean
meet_missing (Reading *reading,
              gsize selected,
              const char *what,
              const char *name,
              double value,
              GError **error)
{
  gint32 number = reading->classes_of_rows[reading->rows[selected]];
  g_autofree char *of = NULL;

  if (reading->settings->missing_values == PYMVA_MISSING_VALUES_DROP)
    {
      reading->left_out[selected] = TRUE;
      return TRUE;
    }

  of = number >= 0 ? pymva_dataset_describe_class (reading->classes[number])
                   : g_strdup ("the labelled events");
  /* The sign of NaN, which printf() shows, means nothing. */
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
               "%s “%s” of %s is %g in row %" G_GINT64_FORMAT " of its table (the first is row 0); "
               "remove such events by a cut, or leave them out with missing-values “drop”",
               what, name, of, isnan (value) ? NAN : value,
               reading->source->first_row + reading->rows[selected]);

  return FALSE;
}

/* Selects the rows that pass the cut. A cut that is NaN is not passed. */
static gboolean
select_rows (Reading *reading,
             GError **error)
{
  gint64 n_rows = pymva_table_get_n_rows (reading->source->events);
  g_autofree double *passed = evaluate_rules (reading, RULE_CUT, error);

  if (passed == NULL)
    return FALSE;

  reading->rows = g_new (gint64, MAX (n_rows, 1));
  for (gint64 row = 0; row < n_rows; row++)
    {
      if (passed[row] != 0 && !isnan (passed[row]))
        reading->rows[reading->n_rows++] = row;
    }
  reading->left_out = g_new0 (gboolean, MAX (reading->n_rows, 1));

  for (gsize i = 0; i < reading->n_rows; i++)
    {
      if (reading->classes_of_rows[reading->rows[i]] < 0 &&
          !meet_missing (reading, i, "Label", reading->source->label, NAN, error))
        return FALSE;
    }

  return TRUE;
}

/* Events that were added one by one came with their weights. */
static double *
evaluate_weights (Reading *reading,
                  GError **error)
{
  g_autoptr (PymvaTensor) weights = NULL;
  gsize n_weights;

  if (!reading->source->is_pushed)
    return evaluate_rules (reading, RULE_WEIGHT, error);

  weights = pymva_table_get_column (reading->source->events, PYMVA_DATASET_PUSHED_WEIGHT, error);
  return weights != NULL ? pymva_tensor_to_doubles (weights, &n_weights) : NULL;
}

static gboolean
read_weights (Reading *reading,
              GError **error)
{
  reading->weights = evaluate_weights (reading, error);
  if (reading->weights == NULL)
    return FALSE;

  for (gsize i = 0; i < reading->n_rows; i++)
    {
      gint64 row = reading->rows[i];
      double weight = reading->weights[row] *= reading->source->weight;
      g_autofree char *of = NULL;

      if (!isfinite (weight))
        {
          /* No method can make sense of such a weight, so it is never passed on. */
          if (!meet_missing (reading, i, "Weight", "weight", weight, error))
            return FALSE;
          continue;
        }
      if (weight >= 0 || reading->source->part == PYMVA_PART_TEST || reading->left_out[i] ||
          reading->settings->negative_weights != PYMVA_NEGATIVE_WEIGHTS_ERROR)
        continue;
      of = pymva_dataset_describe_class (reading->classes[reading->classes_of_rows[row]]);
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The weight of %s is %g in row %" G_GINT64_FORMAT " of its table (the first is "
                   "row 0); say with negative-weights what to do with negative weights: “drop”, "
                   "“zero”, “absolute” or “pass”",
                   of, weight, reading->source->first_row + row);
      return FALSE;
    }

  return TRUE;
}

/* Reads the variables or targets into rows of float32. What no float32 can hold is missing. */
static gboolean
read_columns (Reading *reading,
              const char *what,
              GPtrArray *columns,
              float *values,
              GError **error)
{
  gboolean checked = reading->settings->missing_values != PYMVA_MISSING_VALUES_PASS;

  for (guint k = 0; k < columns->len; k++)
    {
      const PymvaDatasetColumn *column = columns->pdata[k];
      g_autoptr (PymvaTensor) tensor = evaluate_column (reading, what, columns, k, error);
      const double *all;

      if (tensor == NULL)
        return FALSE;
      all = pymva_tensor_peek_data (tensor);
      for (gsize i = 0; i < reading->n_rows; i++)
        {
          float value = all[reading->rows[i]];

          values[i * columns->len + k] = value;
          if (checked && !isfinite (value) && !reading->left_out[i] &&
              !meet_missing (reading, i, what, column->name, all[reading->rows[i]], error))
            return FALSE;
        }
    }

  return TRUE;
}

static gboolean
read_spectators (Reading *reading,
                 double *values,
                 GError **error)
{
  GPtrArray *columns = reading->settings->spectators;

  for (guint k = 0; k < columns->len; k++)
    {
      g_autoptr (PymvaTensor) tensor = evaluate_column (reading, "Spectator", columns, k, error);
      const double *all;

      if (tensor == NULL)
        return FALSE;
      all = pymva_tensor_peek_data (tensor);
      for (gsize i = 0; i < reading->n_rows; i++)
        values[i * columns->len + k] = all[reading->rows[i]];
    }

  return TRUE;
}

static void
grow (PymvaDatasetEvents *events,
      gsize n_more)
{
  gsize n = MAX (events->n_events + n_more, 1);

  events->inputs = g_renew (float, events->inputs, n * events->n_variables);
  /* One at least, so that there is an array to point into. */
  events->targets = g_renew (float, events->targets, MAX (n * events->n_targets, 1));
  events->spectators = g_renew (double, events->spectators, MAX (n * events->n_spectators, 1));
  events->weights = g_renew (double, events->weights, n);
  events->labels = g_renew (gint32, events->labels, n);
  events->parts = g_renew (gint8, events->parts, n);
}

/* Counts in the rows that were read to the end of the events, closing the gaps that the rows left
 * out make. */
static void
append_rows (Reading *reading)
{
  PymvaDatasetEvents *events = reading->events;
  gsize first = events->n_events;

  for (gsize i = 0; i < reading->n_rows; i++)
    {
      gsize to = events->n_events;
      gsize from = first + i;

      if (reading->left_out[i])
        continue;
      memmove (events->inputs + to * events->n_variables,
               events->inputs + from * events->n_variables, events->n_variables * sizeof (float));
      if (events->n_targets > 0)
        memmove (events->targets + to * events->n_targets,
                 events->targets + from * events->n_targets, events->n_targets * sizeof (float));
      if (events->n_spectators > 0)
        memmove (events->spectators + to * events->n_spectators,
                 events->spectators + from * events->n_spectators,
                 events->n_spectators * sizeof (double));
      events->weights[to] = reading->weights[reading->rows[i]];
      events->labels[to] = reading->classes_of_rows[reading->rows[i]];
      events->parts[to] = reading->source->part;
      events->n_events++;
    }
}

static gboolean
read_source (Reading *reading,
             GError **error)
{
  const PymvaDatasetSettings *settings = reading->settings;
  PymvaDatasetEvents *events = reading->events;
  gsize first = events->n_events;

  reading->classes_of_rows =
    pymva_dataset_settings_number_rows (settings, reading->source, reading->classes, error);
  if (reading->classes_of_rows == NULL)
    return FALSE;
  for (gint64 row = 0; row < pymva_table_get_n_rows (reading->source->events); row++)
    {
      if (reading->classes_of_rows[row] >= 0)
        events->n_read[reading->classes_of_rows[row]]++;
    }

  if (!select_rows (reading, error) || !read_weights (reading, error))
    return FALSE;

  grow (events, reading->n_rows);
  if (!read_columns (reading, "Variable", settings->variables,
                     events->inputs + first * events->n_variables, error) ||
      !read_columns (reading, "Target", settings->targets,
                     events->targets + first * events->n_targets, error) ||
      !read_spectators (reading, events->spectators + first * events->n_spectators, error))
    return FALSE;

  append_rows (reading);
  return TRUE;
}

/* pymva_dataset_events_new: reads all tables: cuts, weights, columns, missing values. */
PymvaDatasetEvents *
pymva_dataset_events_new (const PymvaDatasetSettings *settings,
                          const char * const *classes,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (PymvaDatasetEvents) self = g_new0 (PymvaDatasetEvents, 1);

  self->n_variables = settings->variables->len;
  self->n_targets = settings->targets->len;
  self->n_spectators = settings->spectators->len;
  self->n_read = g_new0 (gsize, g_strv_length ((char **) classes) + 1);

  for (guint i = 0; i < settings->sources->len; i++)
    {
      Reading reading = {
        .settings = settings,
        .source = settings->sources->pdata[i],
        .classes = classes,
        .cancellable = cancellable,
        .events = self,
      };
      gboolean read = read_source (&reading, error);

      g_free (reading.classes_of_rows);
      g_free (reading.weights);
      g_free (reading.rows);
      g_free (reading.left_out);
      if (!read)
        return NULL;
    }

  return g_steal_pointer (&self);
}
