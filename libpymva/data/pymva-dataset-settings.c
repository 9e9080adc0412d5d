/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-dataset-settings-private.h"
#include "pymva-expression-private.h"

static PymvaDatasetColumn *
copy_column (gconstpointer data,
             gpointer user_data)
{
  const PymvaDatasetColumn *column = data;
  PymvaDatasetColumn *copy = g_new (PymvaDatasetColumn, 1);

  copy->name = g_strdup (column->name);
  copy->expression = g_strdup (column->expression);
  copy->title = g_strdup (column->title);
  copy->unit = g_strdup (column->unit);

  return copy;
}

void
pymva_dataset_column_free (PymvaDatasetColumn *self)
{
  g_free (self->name);
  g_free (self->expression);
  g_free (self->title);
  g_free (self->unit);
  g_free (self);
}

/* pymva_dataset_column_new:
 * @expression: "name := expression", or an expression that is its own name
 * @title: (nullable): `NULL`: the name
 * @unit: (nullable) */
PymvaDatasetColumn *
pymva_dataset_column_new (const char *expression,
                          const char *title,
                          const char *unit,
                          GError **error)
{
  g_autoptr (PymvaDatasetColumn) self = g_new0 (PymvaDatasetColumn, 1);
  g_autoptr (PymvaExpression) parsed = NULL;

  if (!pymva_expression_split (expression, &self->name, &self->expression, error))
    return NULL;
  parsed = pymva_expression_new (self->expression, error);
  if (parsed == NULL)
    return NULL;
  self->title = g_strdup (title != NULL && *title != '\0' ? title : self->name);
  self->unit = g_strdup (unit != NULL ? unit : "");

  return g_steal_pointer (&self);
}

static void
source_free (gpointer data)
{
  PymvaDatasetSource *source = data;

  g_free (source->class_name);
  g_free (source->label);
  g_object_unref (source->events);
  g_free (source);
}

static gpointer
copy_source (gconstpointer data,
             gpointer user_data)
{
  const PymvaDatasetSource *source = data;
  PymvaDatasetSource *copy = g_memdup2 (source, sizeof *source);

  copy->class_name = g_strdup (source->class_name);
  copy->label = g_strdup (source->label);
  copy->events = pymva_table_snapshot (source->events);

  return copy;
}

static void
stream_free (gpointer data)
{
  PymvaDatasetStream *stream = data;

  g_free (stream->class_name);
  g_object_unref (stream->events);
  g_free (stream);
}

static gpointer
copy_stream (gconstpointer data,
             gpointer user_data)
{
  const PymvaDatasetStream *stream = data;
  PymvaDatasetStream *copy = g_memdup2 (stream, sizeof *stream);

  copy->class_name = g_strdup (stream->class_name);
  g_object_ref (copy->events);

  return copy;
}

static void
rule_free (gpointer data)
{
  PymvaDatasetRule *rule = data;

  g_free (rule->class_name);
  g_free (rule->weight);
  g_free (rule->cut);
  g_free (rule);
}

static gpointer
copy_rule (gconstpointer data,
           gpointer user_data)
{
  const PymvaDatasetRule *rule = data;
  PymvaDatasetRule *copy = g_memdup2 (rule, sizeof *rule);

  copy->class_name = g_strdup (rule->class_name);
  copy->weight = g_strdup (rule->weight);
  copy->cut = g_strdup (rule->cut);

  return copy;
}

PymvaDatasetSettings *
pymva_dataset_settings_new (void)
{
  PymvaDatasetSettings *self = g_new0 (PymvaDatasetSettings, 1);

  self->test_fraction = 0.5;
  self->variables = g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_dataset_column_free);
  self->targets = g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_dataset_column_free);
  self->spectators = g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_dataset_column_free);
  self->sources = g_ptr_array_new_with_free_func (source_free);
  self->streams = g_ptr_array_new_with_free_func (stream_free);
  self->rules = g_ptr_array_new_with_free_func (rule_free);

  return self;
}

static void
copy_array (GPtrArray *target,
            GPtrArray *source,
            GCopyFunc copy)
{
  for (guint i = 0; i < source->len; i++)
    g_ptr_array_add (target, copy (source->pdata[i], NULL));
}

/* pymva_dataset_settings_copy: for another thread; it has the rows that the tables have now. */
PymvaDatasetSettings *
pymva_dataset_settings_copy (const PymvaDatasetSettings *self)
{
  PymvaDatasetSettings *copy = pymva_dataset_settings_new ();

  copy->analysis_type = self->analysis_type;
  copy->split_mode = self->split_mode;
  copy->mix_mode = self->mix_mode;
  copy->test_fraction = self->test_fraction;
  copy->seed = self->seed;
  copy->norm_mode = self->norm_mode;
  copy->scale_with_cuts = self->scale_with_cuts;
  copy->negative_weights = self->negative_weights;
  copy->missing_values = self->missing_values;
  copy->signal_label = g_strdup (self->signal_label);
  copy_array (copy->variables, self->variables, (GCopyFunc) copy_column);
  copy_array (copy->targets, self->targets, (GCopyFunc) copy_column);
  copy_array (copy->spectators, self->spectators, (GCopyFunc) copy_column);
  copy_array (copy->sources, self->sources, copy_source);
  copy_array (copy->streams, self->streams, copy_stream);
  copy_array (copy->rules, self->rules, copy_rule);

  return copy;
}

void
pymva_dataset_settings_free (PymvaDatasetSettings *self)
{
  g_free (self->signal_label);
  g_ptr_array_unref (self->variables);
  g_ptr_array_unref (self->targets);
  g_ptr_array_unref (self->spectators);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->streams);
  g_ptr_array_unref (self->rules);
  g_free (self);
}

PymvaDatasetSource *
pymva_dataset_settings_add_source (PymvaDatasetSettings *self,
                                   const char *class_name,
                                   const char *label,
                                   PymvaTable *events,
                                   double weight,
                                   int part)
{
  PymvaDatasetSource *source = g_new0 (PymvaDatasetSource, 1);

  source->class_name = g_strdup (class_name);
  source->label = g_strdup (label);
  source->events = g_object_ref (events);
  source->weight = weight;
  source->part = part;
  g_ptr_array_add (self->sources, source);

  return source;
}

static gboolean
has_column (GPtrArray *columns,
            const char *name)
{
  for (guint i = 0; i < columns->len; i++)
    {
      if (strcmp (((const PymvaDatasetColumn *) columns->pdata[i])->name, name) == 0)
        return TRUE;
    }

  return FALSE;
}

/* A cut may name it. A target or spectator that is called as a variable gives way to that. */
char *
pymva_dataset_settings_name_pushed (const PymvaDatasetSettings *self,
                                    GPtrArray *columns,
                                    guint number)
{
  const char *name = ((const PymvaDatasetColumn *) columns->pdata[number])->name;

  if (columns == self->targets && has_column (self->variables, name))
    return g_strdup_printf ("%s (target)", name);
  if (columns == self->spectators &&
      (has_column (self->variables, name) || has_column (self->targets, name)))
    return g_strdup_printf ("%s (spectator)", name);

  return g_strdup (name);
}

/* pymva_dataset_settings_lookup_rule: what was set under just this name, or NULL. */
const PymvaDatasetRule *
pymva_dataset_settings_lookup_rule (const PymvaDatasetSettings *self,
                                    const char *class_name)
{
  for (guint i = 0; i < self->rules->len; i++)
    {
      const PymvaDatasetRule *rule = self->rules->pdata[i];

      if (g_strcmp0 (rule->class_name, class_name) == 0)
        return rule;
    }

  return NULL;
}

PymvaDatasetRule *
pymva_dataset_settings_ensure_rule (PymvaDatasetSettings *self,
                                    const char *class_name)
{
  PymvaDatasetRule *rule = (PymvaDatasetRule *) pymva_dataset_settings_lookup_rule (self,
                                                                                    class_name);

  if (rule == NULL)
    {
      rule = g_new0 (PymvaDatasetRule, 1);
      rule->class_name = g_strdup (class_name);
      g_ptr_array_add (self->rules, rule);
    }

  return rule;
}

/* pymva_dataset_settings_replace_counts: takes over how many events of each class train and test;
 * what @counts says nothing about is forgotten. */
void
pymva_dataset_settings_replace_counts (PymvaDatasetSettings *self,
                                       const PymvaDatasetSettings *counts)
{
  for (guint i = self->rules->len; i-- > 0;)
    {
      PymvaDatasetRule *rule = self->rules->pdata[i];

      rule->n_events[PYMVA_PART_TRAINING] = 0;
      rule->n_events[PYMVA_PART_TEST] = 0;
      rule->training_fraction = 0;
      if (rule->weight == NULL && rule->cut == NULL)
        g_ptr_array_remove_index (self->rules, i);
    }

  for (guint i = 0; i < counts->rules->len; i++)
    {
      const PymvaDatasetRule *given = counts->rules->pdata[i];
      PymvaDatasetRule *rule = pymva_dataset_settings_ensure_rule (self, given->class_name);

      rule->n_events[PYMVA_PART_TRAINING] = given->n_events[PYMVA_PART_TRAINING];
      rule->n_events[PYMVA_PART_TEST] = given->n_events[PYMVA_PART_TEST];
      rule->training_fraction = given->training_fraction;
    }
}

void
pymva_dataset_settings_add_stream (PymvaDatasetSettings *self,
                                   const char *class_name,
                                   PymvaTableStream *events,
                                   double weight)
{
  PymvaDatasetStream *stream = g_new0 (PymvaDatasetStream, 1);

  stream->class_name = g_strdup (class_name);
  stream->events = g_object_ref (events);
  stream->weight = weight;
  g_ptr_array_add (self->streams, stream);
}
