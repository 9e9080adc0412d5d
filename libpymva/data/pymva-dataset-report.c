/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"

#include "pymva-dataset-object-private.h"
#include "pymva-dataset-report-private.h"

/**
 * PymvaDatasetReport:
 *
 * What the events of a data set are like: a summary of each variable in each class, correlations,
 * and how well each variable alone tells the classes apart.
 *
 * All figures are weighted by the weights of the events, and are those of the values that methods
 * see. A missing value counts for nothing but [enum@Statistic] `MISSING`: figures of one column
 * leave it out, and a correlation leaves out the events that lack one of the two values.
 *
 * A report never changes, whatever becomes of its data set, and may be used by any thread.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (PymvaDatasetReport, pymva_dataset_report, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ANALYSIS_TYPE,
  PROP_PART,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
group_clear (PymvaDatasetGroup *group)
{
  for (guint i = 0; i < PYMVA_N_STATISTICS; i++)
    g_free (group->statistics[i]);
  g_free (group->correlations);
  g_free (group->separations);
  g_free (group->overlaps);
}

static void
pymva_dataset_report_finalize (GObject *object)
{
  PymvaDatasetReport *self = PYMVA_DATASET_REPORT (object);

  for (guint k = 0; self->groups != NULL && k <= self->n_classes; k++)
    group_clear (&self->groups[k]);
  g_free (self->groups);
  g_strfreev (self->columns);
  g_strfreev (self->classes);
  g_free (self->ranking);
  g_free (self->scores);

  G_OBJECT_CLASS (pymva_dataset_report_parent_class)->finalize (object);
}

static void
pymva_dataset_report_get_property (GObject *object,
                                   guint prop_id,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  PymvaDatasetReport *self = PYMVA_DATASET_REPORT (object);

  switch (prop_id)
    {
    case PROP_ANALYSIS_TYPE:
      g_value_set_enum (value, self->analysis_type);
      break;
    case PROP_PART:
      g_value_set_enum (value, self->part);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_dataset_report_class_init (PymvaDatasetReportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pymva_dataset_report_finalize;
  object_class->get_property = pymva_dataset_report_get_property;

  /**
   * PymvaDatasetReport:analysis-type: (getter get_analysis_type)
   *
   * What the data set is for.
   *
   * Since: 1.0
   */
  props[PROP_ANALYSIS_TYPE] =
    g_param_spec_enum ("analysis-type", NULL, NULL, PYMVA_TYPE_ANALYSIS_TYPE,
                       PYMVA_ANALYSIS_TYPE_CLASSIFICATION,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaDatasetReport:part: (getter get_part)
   *
   * The part of the data set that is reported on.
   *
   * Since: 1.0
   */
  props[PROP_PART] =
    g_param_spec_enum ("part", NULL, NULL, PYMVA_TYPE_PART, PYMVA_PART_TRAINING,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_dataset_report_init (PymvaDatasetReport *self)
{
  self->columns = g_new0 (char *, 1);
  self->classes = g_new0 (char *, 1);
}

static char **
join_names (GPtrArray *first,
            GPtrArray *second)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < first->len; i++)
    g_strv_builder_add (builder, ((const PymvaDatasetColumn *) first->pdata[i])->name);
  for (guint i = 0; i < second->len; i++)
    g_strv_builder_add (builder, ((const PymvaDatasetColumn *) second->pdata[i])->name);

  return g_strv_builder_end (builder);
}

static PymvaDatasetReport *
make_report (const PymvaDatasetSettings *settings,
             const PymvaDatasetParts *parts,
             PymvaPart part)
{
  PymvaDatasetReport *self = g_object_new (PYMVA_TYPE_DATASET_REPORT, NULL);

  self->analysis_type = settings->analysis_type;
  self->part = part;
  g_strfreev (self->columns);
  self->columns = join_names (settings->variables, settings->targets);
  self->n_variables = settings->variables->len;
  self->n_columns = self->n_variables + settings->targets->len;
  if (settings->analysis_type != PYMVA_ANALYSIS_TYPE_REGRESSION)
    {
      g_strfreev (self->classes);
      self->classes = g_strdupv (parts->classes);
      self->n_classes = parts->n_classes;
    }
  pymva_dataset_report_summarise (self, &parts->part[part]);

  return self;
}

/**
 * pymva_dataset_report_new:
 * @dataset: a data set
 * @part: the part of it to report on
 * @error: return location for an error
 *
 * Makes a report on the events of a data set, which is prepared where needed. To report on all
 * events at once, set [property@Dataset:test-fraction] to 0, and to report on missing values set
 * [property@Dataset:missing-values] to `PASS`. Weights are normalised as
 * [property@Dataset:norm-mode] says.
 *
 * Fails as [method@Dataset.prepare].
 *
 * Returns: (transfer full): the report
 *
 * Since: 1.0
 */
PymvaDatasetReport *
pymva_dataset_report_new (PymvaDataset *dataset,
                          PymvaPart part,
                          GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (dataset), NULL);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return pymva_dataset_prepare (dataset, NULL, error)
           ? make_report (dataset->settings, dataset->parts, part)
           : NULL;
}

/* All columns of numbers. Their names are quoted, as they may be of any letters. */
static gboolean
add_columns (PymvaDatasetSettings *settings,
             PymvaTable *table,
             GError **error)
{
  g_auto (GStrv) names = pymva_table_list_columns (table);

  for (guint i = 0; names[i] != NULL; i++)
    {
      gboolean has_tick = strchr (names[i], '`') != NULL;
      g_autofree char *expression = g_strdup_printf (has_tick ? "[%s]" : "`%s`", names[i]);
      PymvaDatasetColumn *column;

      if (pymva_table_is_text (table, names[i]))
        continue;
      column = pymva_dataset_column_new (expression, NULL, NULL, error);
      if (column == NULL)
        return FALSE;
      g_free (column->name);
      column->name = g_strdup (names[i]);
      g_ptr_array_add (settings->variables, column);
    }

  if (settings->variables->len > 0)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_DATA, "The table has no column of numbers");
  return FALSE;
}

/**
 * pymva_dataset_report_new_for_table:
 * @table: a table
 * @weight: (nullable): an expression for the weight of each row; `NULL`: 1
 * @cut: (nullable): an expression for what must be true of a row; `NULL`: all rows
 * @error: return location for an error
 *
 * Makes a report on all columns of numbers of a table, whatever they will be used for.
 *
 * Fails with `PYMVA_ERROR_EXPRESSION` if an expression cannot be evaluated, and with
 * `PYMVA_ERROR_DATA` if the table has no column of numbers, or no row is left.
 *
 * Returns: (transfer full): the report
 *
 * Since: 1.0
 */
PymvaDatasetReport *
pymva_dataset_report_new_for_table (PymvaTable *table,
                                    const char *weight,
                                    const char *cut,
                                    GError **error)
{
  g_autoptr (PymvaDatasetSettings) settings = NULL;
  g_autoptr (PymvaDatasetParts) parts = NULL;
  PymvaDatasetRule *rule;

  g_return_val_if_fail (PYMVA_IS_TABLE (table), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  settings = pymva_dataset_settings_new ();
  settings->analysis_type = PYMVA_ANALYSIS_TYPE_REGRESSION;
  settings->split_mode = PYMVA_SPLIT_MODE_BLOCK;
  settings->test_fraction = 0;
  settings->negative_weights = PYMVA_NEGATIVE_WEIGHTS_PASS;
  settings->missing_values = PYMVA_MISSING_VALUES_PASS;
  pymva_dataset_settings_add_source (settings, "", NULL, table, 1, PYMVA_DATASET_ANY_PART);
  rule = pymva_dataset_settings_ensure_rule (settings, NULL);
  rule->weight = g_strdup (weight);
  rule->cut = g_strdup (cut);

  if (!add_columns (settings, table, error))
    return NULL;
  parts = pymva_dataset_parts_read (settings, NULL, error);

  return parts != NULL ? make_report (settings, parts, PYMVA_PART_TRAINING) : NULL;
}

/**
 * pymva_dataset_report_get_analysis_type: (get-property analysis-type)
 * @self: a report
 *
 * Gets what the data set is for.
 *
 * Returns: the analysis type
 *
 * Since: 1.0
 */
PymvaAnalysisType
pymva_dataset_report_get_analysis_type (PymvaDatasetReport *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), PYMVA_ANALYSIS_TYPE_CLASSIFICATION);

  return self->analysis_type;
}

/**
 * pymva_dataset_report_get_part: (get-property part)
 * @self: a report
 *
 * Gets the part of the data set that is reported on.
 *
 * Returns: the part
 *
 * Since: 1.0
 */
PymvaPart
pymva_dataset_report_get_part (PymvaDatasetReport *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), PYMVA_PART_TRAINING);

  return self->part;
}

/**
 * pymva_dataset_report_list_classes:
 * @self: a report
 *
 * Lists the names of the classes, the signal first.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names; none for regression
 *
 * Since: 1.0
 */
char **
pymva_dataset_report_list_classes (PymvaDatasetReport *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), NULL);

  return g_strdupv (self->classes);
}

/**
 * pymva_dataset_report_list_columns:
 * @self: a report
 *
 * Lists what the figures are of: the names of the variables, and behind them those of the targets.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
char **
pymva_dataset_report_list_columns (PymvaDatasetReport *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), NULL);

  return g_strdupv (self->columns);
}

/**
 * pymva_dataset_report_list_ranked:
 * @self: a report
 *
 * Lists the variables by how much each of them tells alone, the best first: by their separation of
 * the classes (with more than two: the mean of the separations of each from all others), or by the
 * absolute value of their correlation with the target (of several targets: with the one of the
 * strongest). Where there is nothing to tell, they come as they are.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
char **
pymva_dataset_report_list_ranked (PymvaDatasetReport *self)
{
  g_autoptr (GStrvBuilder) builder = NULL;

  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), NULL);

  builder = g_strv_builder_new ();
  for (guint i = 0; i < self->n_variables; i++)
    g_strv_builder_add (builder, self->columns[self->ranking[i]]);

  return g_strv_builder_end (builder);
}

/* What is said of a class, or of all events where @class_name is NULL. */
static const PymvaDatasetGroup *
find_group (PymvaDatasetReport *self,
            const char *class_name,
            GError **error)
{
  g_autofree char *near = NULL;

  if (self->groups == NULL)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                           "The report is on no data set; make it with pymva_dataset_report_new()");
      return NULL;
    }
  if (class_name == NULL)
    return &self->groups[self->n_classes];
  for (guint k = 0; k < self->n_classes; k++)
    {
      if (strcmp (self->classes[k], class_name) == 0)
        return &self->groups[k];
    }

  near = pymva_names_format_near (class_name, (const char * const *) self->classes);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "There is no class “%s”%s", class_name, near);
  return NULL;
}

/**
 * pymva_dataset_report_get_n_events:
 * @self: a report
 * @class_name: (nullable): a class; `NULL`: all events
 *
 * Gets how many events there are.
 *
 * Returns: the number of events; -1 if there is no such class
 *
 * Since: 1.0
 */
gint64
pymva_dataset_report_get_n_events (PymvaDatasetReport *self,
                                   const char *class_name)
{
  const PymvaDatasetGroup *group;

  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), -1);

  group = find_group (self, class_name, NULL);
  return group != NULL ? group->n_events : -1;
}

/**
 * pymva_dataset_report_get_sum_of_weights:
 * @self: a report
 * @class_name: (nullable): a class; `NULL`: all events
 *
 * Gets the sum of the weights of the events.
 *
 * Returns: the sum; NaN if there is no such class
 *
 * Since: 1.0
 */
double
pymva_dataset_report_get_sum_of_weights (PymvaDatasetReport *self,
                                         const char *class_name)
{
  const PymvaDatasetGroup *group;

  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), NAN);

  group = find_group (self, class_name, NULL);
  return group != NULL ? group->sum_of_weights : NAN;
}

/**
 * pymva_dataset_report_get_statistic:
 * @self: a report
 * @statistic: which figure
 * @class_name: (nullable): a class; `NULL`: all events
 * @error: return location for an error
 *
 * Gets a figure of each column, in the order of [method@DatasetReport.list_columns].
 *
 * Fails with `PYMVA_ERROR_VALUE` if there is no such class.
 *
 * Returns: (transfer full): n_columns float64; NaN where there is no such figure
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_dataset_report_get_statistic (PymvaDatasetReport *self,
                                    PymvaStatistic statistic,
                                    const char *class_name,
                                    GError **error)
{
  const PymvaDatasetGroup *group;

  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), NULL);
  g_return_val_if_fail ((guint) statistic < PYMVA_N_STATISTICS, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  group = find_group (self, class_name, error);
  return group != NULL ? pymva_tensor_new_from_doubles (group->statistics[statistic],
                                                        self->n_columns, 0, error)
                       : NULL;
}

/**
 * pymva_dataset_report_get_correlations:
 * @self: a report
 * @class_name: (nullable): a class; `NULL`: all events
 * @error: return location for an error
 *
 * Gets the linear correlation coefficients of all pairs of columns, in the order of
 * [method@DatasetReport.list_columns].
 *
 * Fails with `PYMVA_ERROR_VALUE` if there is no such class.
 *
 * Returns: (transfer full): n_columns x n_columns float64; NaN where a column is constant
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_dataset_report_get_correlations (PymvaDatasetReport *self,
                                       const char *class_name,
                                       GError **error)
{
  const PymvaDatasetGroup *group;

  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  group = find_group (self, class_name, error);
  return group != NULL ? pymva_tensor_new_from_doubles (group->correlations,
                                                        self->n_columns * self->n_columns,
                                                        self->n_columns, error)
                       : NULL;
}

/* Figures of one class against the others, by their place in the group. */
static PymvaTensor *
get_comparison (PymvaDatasetReport *self,
                const char *class_name,
                gsize offset,
                GError **error)
{
  const PymvaDatasetGroup *group;

  if (self->n_classes == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                           "A report without classes has nothing to say of how they differ; the "
                           "correlations say how variables and targets hang together");
      return NULL;
    }

  group = find_group (self, class_name != NULL ? class_name : self->classes[0], error);
  return group != NULL ? pymva_tensor_new_from_doubles (G_STRUCT_MEMBER (double *, group, offset),
                                                        self->n_variables, 0, error)
                       : NULL;
}

/**
 * pymva_dataset_report_get_separations:
 * @self: a report on a classification
 * @class_name: (nullable): a class; `NULL`: the signal
 * @error: return location for an error
 *
 * Gets the separation of a class from all others by each variable: half the integral of
 * (s - b)² / (s + b) over the normalised distributions, 0 where they are the same and 1 where they
 * do not overlap. As TMVA has it, the distributions are histograms of 40 bins over the values of
 * all events, within 8 standard deviations of their mean.
 *
 * Fails with `PYMVA_ERROR_VALUE` if there is no such class, or for regression.
 *
 * Returns: (transfer full): n_variables float64
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_dataset_report_get_separations (PymvaDatasetReport *self,
                                      const char *class_name,
                                      GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return get_comparison (self, class_name, G_STRUCT_OFFSET (PymvaDatasetGroup, separations), error);
}

/**
 * pymva_dataset_report_get_overlaps:
 * @self: a report on a classification
 * @class_name: (nullable): a class; `NULL`: the signal
 * @error: return location for an error
 *
 * Gets how far the distribution of each variable in a class and that in all others overlap: the
 * area that their normalised histograms have in common, from 0 (nowhere) to 1 (they are the same).
 * The histograms are those of [method@DatasetReport.get_separations].
 *
 * Fails with `PYMVA_ERROR_VALUE` if there is no such class, or for regression.
 *
 * Returns: (transfer full): n_variables float64
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_dataset_report_get_overlaps (PymvaDatasetReport *self,
                                   const char *class_name,
                                   GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return get_comparison (self, class_name, G_STRUCT_OFFSET (PymvaDatasetGroup, overlaps), error);
}
