/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"

#include "pymva-dataset-object-private.h"
#include "pymva-expression-private.h"

/* What the tables and columns of a data set are to it: variables, targets, spectators, classes,
 * weights and cuts. */

static char **
list_names (GPtrArray *columns)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < columns->len; i++)
    g_strv_builder_add (builder, ((const PymvaDatasetColumn *) columns->pdata[i])->name);

  return g_strv_builder_end (builder);
}

static gboolean
has_pushed_events (PymvaDataset *self)
{
  for (guint i = 0; i < self->settings->sources->len; i++)
    {
      if (((const PymvaDatasetSource *) self->settings->sources->pdata[i])->is_pushed)
        return TRUE;
    }

  return FALSE;
}

static gboolean
add_column (PymvaDataset *self,
            GPtrArray *columns,
            const char *what,
            const char *expression,
            const char *title,
            const char *unit,
            GError **error)
{
  g_autoptr (PymvaDatasetColumn) column = pymva_dataset_column_new (expression, title, unit, error);
  g_auto (GStrv) names = list_names (columns);

  if (column == NULL)
    return FALSE;
  if (g_strv_contains ((const char * const *) names, column->name))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "There is already a %s “%s”; name this one “other_name := %s”", what,
                   column->name, column->expression);
      return FALSE;
    }
  if (has_pushed_events (self))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The %s “%s” comes after events that have no value for it; add it before the "
                   "first event", what, column->name);
      return FALSE;
    }

  g_ptr_array_add (columns, g_steal_pointer (&column));
  pymva_dataset_changed (self);

  return TRUE;
}

/**
 * pymva_dataset_add_variable:
 * @self: a data set
 * @expression: "name := expression", or an expression that is its own name
 * @error: return location for an error
 *
 * Adds a variable: something that methods see of each event. [method@Table.evaluate] says what
 * expressions there are; the columns that they name are looked for when the data set is prepared.
 *
 * Fails with `PYMVA_ERROR_EXPRESSION` if the expression cannot be understood, and with
 * `PYMVA_ERROR_VALUE` if there is a variable of that name.
 *
 * Returns: whether the variable was added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_variable (PymvaDataset *self,
                            const char *expression,
                            GError **error)
{
  return pymva_dataset_add_variable_full (self, expression, NULL, NULL, error);
}

/**
 * pymva_dataset_add_variable_full:
 * @self: a data set
 * @expression: "name := expression", or an expression that is its own name
 * @title: (nullable): what figures call the variable; `NULL`: its name
 * @unit: (nullable): the unit that figures show
 * @error: return location for an error
 *
 * Adds a variable as [method@Dataset.add_variable] does, with a title and a unit.
 *
 * Returns: whether the variable was added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_variable_full (PymvaDataset *self,
                                 const char *expression,
                                 const char *title,
                                 const char *unit,
                                 GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (expression != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return add_column (self, self->settings->variables, "variable", expression, title, unit, error);
}

/* Whether the data set is for what only a regression, or only a classification, has. */
static gboolean
check_type (PymvaDataset *self,
            gboolean regression,
            const char *what,
            GError **error)
{
  if ((self->settings->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION) == regression)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "A data set for %s has no %s",
               regression ? "classification" : "regression", what);
  return FALSE;
}

/**
 * pymva_dataset_add_target:
 * @self: a data set for regression
 * @expression: "name := expression", or an expression that is its own name
 * @error: return location for an error
 *
 * Adds a target: a number that methods are to learn.
 *
 * Fails as [method@Dataset.add_variable], and with `PYMVA_ERROR_VALUE` unless the data set is for
 * regression.
 *
 * Returns: whether the target was added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_target (PymvaDataset *self,
                          const char *expression,
                          GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (expression != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return check_type (self, TRUE, "targets", error) &&
         add_column (self, self->settings->targets, "target", expression, NULL, NULL, error);
}

/**
 * pymva_dataset_add_spectator:
 * @self: a data set
 * @expression: "name := expression", or an expression that is its own name
 * @error: return location for an error
 *
 * Adds a spectator: a number that is kept with each event, but that methods do not see.
 *
 * Fails as [method@Dataset.add_variable].
 *
 * Returns: whether the spectator was added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_spectator (PymvaDataset *self,
                             const char *expression,
                             GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (expression != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return add_column (self, self->settings->spectators, "spectator", expression, NULL, NULL, error);
}

static gboolean
add_source (PymvaDataset *self,
            const char *class_name,
            const char *label,
            PymvaTable *events,
            double weight,
            int part,
            GError **error)
{
  if (!isfinite (weight))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The weight of a table is %g; it must be a finite number", weight);
      return FALSE;
    }

  pymva_dataset_settings_add_source (self->settings, class_name, label, events, weight, part);
  pymva_dataset_changed (self);

  return TRUE;
}

/* pymva_dataset_check_class_name: whether a class may have this name; none may in a regression. */
gboolean
pymva_dataset_check_class_name (PymvaDataset *self,
                                const char *name,
                                GError **error)
{
  if (!check_type (self, FALSE, "classes; give its tables to add_events", error))
    return FALSE;
  if (*name != '\0')
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "A class needs a name");
  return FALSE;
}

/**
 * pymva_dataset_add_class:
 * @self: a data set for classification
 * @name: the name of the class
 * @events: a table of its events
 * @weight: the factor that multiplies the weights of these events; usually 1
 * @error: return location for an error
 *
 * Adds events of a class. The first class is the signal, unless [property@Dataset:signal-label]
 * says otherwise; the same name again adds more events to its class.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the data set is for regression, the name is empty, or the
 * weight is not finite.
 *
 * Returns: whether the events were added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_class (PymvaDataset *self,
                         const char *name,
                         PymvaTable *events,
                         double weight,
                         GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (PYMVA_IS_TABLE (events), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return pymva_dataset_check_class_name (self, name, error) &&
         add_source (self, name, NULL, events, weight, PYMVA_DATASET_ANY_PART, error);
}

/**
 * pymva_dataset_add_class_part:
 * @self: a data set for classification
 * @name: the name of the class
 * @events: a table of its events
 * @weight: the factor that multiplies the weights of these events; usually 1
 * @part: the part that these events are to be in
 * @error: return location for an error
 *
 * Adds events of a class as [method@Dataset.add_class] does, which all become training events, or
 * all test events.
 *
 * Returns: whether the events were added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_class_part (PymvaDataset *self,
                              const char *name,
                              PymvaTable *events,
                              double weight,
                              PymvaPart part,
                              GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (PYMVA_IS_TABLE (events), FALSE);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return pymva_dataset_check_class_name (self, name, error) &&
         add_source (self, name, NULL, events, weight, part, error);
}

/**
 * pymva_dataset_add_events:
 * @self: a data set for regression
 * @events: a table
 * @weight: the factor that multiplies the weights of these events; usually 1
 * @error: return location for an error
 *
 * Adds events.
 *
 * Fails with `PYMVA_ERROR_VALUE` unless the data set is for regression, or if the weight is not
 * finite.
 *
 * Returns: whether the events were added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_events (PymvaDataset *self,
                          PymvaTable *events,
                          double weight,
                          GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (PYMVA_IS_TABLE (events), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return check_type (self, TRUE, "events without a class; use add_class or add_labelled", error) &&
         add_source (self, "", NULL, events, weight, PYMVA_DATASET_ANY_PART, error);
}

/**
 * pymva_dataset_add_labelled:
 * @self: a data set for classification
 * @events: a table of the events of all classes
 * @label: the name of the column that tells the classes apart, numbers or words
 * @error: return location for an error
 *
 * Adds events whose classes are the values of a column. Whole numbers name their classes as
 * written, such as “0” and “1”. [property@Dataset:signal-label] says which class is the signal;
 * the others follow in the order in which they first occur.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the data set is for regression, and with `PYMVA_ERROR_DATA`
 * if there is no such column.
 *
 * Returns: whether the events were added
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_add_labelled (PymvaDataset *self,
                            PymvaTable *events,
                            const char *label,
                            GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (PYMVA_IS_TABLE (events), FALSE);
  g_return_val_if_fail (label != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_type (self, FALSE, "classes", error))
    return FALSE;
  if (!pymva_table_has_column (events, label))
    {
      g_auto (GStrv) columns = pymva_table_list_columns (events);
      g_autofree char *near = pymva_names_format_near (label, (const char * const *) columns);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA, "The table has no column “%s”%s", label,
                   near);
      return FALSE;
    }

  return add_source (self, NULL, label, events, 1, PYMVA_DATASET_ANY_PART, error);
}

/* Replaces an expression of the rule for a class. */
static gboolean
set_expression (PymvaDataset *self,
                const char *class_name,
                gsize offset,
                const char *expression,
                GError **error)
{
  PymvaDatasetRule *rule;
  char **place;

  if (class_name != NULL && !pymva_dataset_check_class_name (self, class_name, error))
    return FALSE;
  if (expression != NULL && *expression != '\0')
    {
      g_autoptr (PymvaExpression) parsed = pymva_expression_new (expression, error);

      if (parsed == NULL)
        return FALSE;
    }

  rule = pymva_dataset_settings_ensure_rule (self->settings, class_name);
  place = G_STRUCT_MEMBER_P (rule, offset);
  g_free (*place);
  *place = expression != NULL && *expression != '\0' ? g_strdup (expression) : NULL;
  pymva_dataset_changed (self);

  return TRUE;
}

/**
 * pymva_dataset_set_weight_expression:
 * @self: a data set
 * @class_name: (nullable): a class; `NULL`: all that have no expression of their own
 * @expression: (nullable): the weight of each event; `NULL` or empty: 1
 * @error: return location for an error
 *
 * Sets how the weights of events are computed. The factors of their tables multiply them.
 *
 * Fails with `PYMVA_ERROR_EXPRESSION` if the expression cannot be understood. That the class and
 * the columns exist is checked when the data set is prepared.
 *
 * Returns: whether the expression was set
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_set_weight_expression (PymvaDataset *self,
                                     const char *class_name,
                                     const char *expression,
                                     GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return set_expression (self, class_name, G_STRUCT_OFFSET (PymvaDatasetRule, weight), expression,
                         error);
}

/**
 * pymva_dataset_set_cut:
 * @self: a data set
 * @class_name: (nullable): a class; `NULL`: all that have no cut of their own
 * @expression: (nullable): what must be true of an event; `NULL` or empty: no cut
 * @error: return location for an error
 *
 * Sets which events are used: those for which the expression is neither zero nor NaN.
 *
 * Fails with `PYMVA_ERROR_EXPRESSION` if the expression cannot be understood. That the class and
 * the columns exist is checked when the data set is prepared.
 *
 * Returns: whether the cut was set
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_set_cut (PymvaDataset *self,
                       const char *class_name,
                       const char *expression,
                       GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return set_expression (self, class_name, G_STRUCT_OFFSET (PymvaDatasetRule, cut), expression,
                         error);
}

/**
 * pymva_dataset_list_variables:
 * @self: a data set
 *
 * Lists the names of the variables, in the order of the columns of the inputs.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
char **
pymva_dataset_list_variables (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);

  return list_names (self->settings->variables);
}

/**
 * pymva_dataset_list_targets:
 * @self: a data set
 *
 * Lists the names of the targets.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names; none for classification
 *
 * Since: 1.0
 */
char **
pymva_dataset_list_targets (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);

  return list_names (self->settings->targets);
}

/**
 * pymva_dataset_list_spectators:
 * @self: a data set
 *
 * Lists the names of the spectators.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
char **
pymva_dataset_list_spectators (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);

  return list_names (self->settings->spectators);
}

/**
 * pymva_dataset_list_classes:
 * @self: a data set
 *
 * Lists the names of the classes in the order of their numbers, the signal first.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names; none for regression, and where
 *   [method@Dataset.prepare] would fail because there is no class called
 *   [property@Dataset:signal-label]
 *
 * Since: 1.0
 */
char **
pymva_dataset_list_classes (PymvaDataset *self)
{
  g_autoptr (GError) error = NULL;
  char **classes;

  g_return_val_if_fail (PYMVA_IS_DATASET (self), NULL);

  if (self->settings->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    return g_new0 (char *, 1);

  classes = pymva_dataset_settings_list_classes (self->settings, &error);
  if (classes == NULL)
    g_debug ("No classes: %s", error->message);

  return classes != NULL ? classes : g_new0 (char *, 1);
}

guint
pymva_dataset_get_n_variables (PymvaDataset *self)
{
  return self->settings->variables->len;
}

const PymvaDatasetColumn *
pymva_dataset_get_variable (PymvaDataset *self,
                            guint number)
{
  g_assert (number < self->settings->variables->len);

  return self->settings->variables->pdata[number];
}
