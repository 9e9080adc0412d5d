/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "base/pymva-statistics-private.h"

#include "pymva-dataset-report-private.h"
#include "pymva-tensor-private.h"

/* The histograms by which classes are told apart are those of TMVA
 * (TransformationHandler::PlotVariables): so many bins, over a range one bin wider than the values
 * have, and no further from the mean of all events than so many deviations. */
#define N_BINS 40
#define MOST_DEVIATIONS 8

/* The events of a group, column by column. */
typedef struct
{
  gsize n_events;
  guint n_columns;
  double *values;
  double *weights;
  /* Of which class they are. */
  gint32 *labels;
  gsize *n_missing;
  /* For what remains of columns with missing values. */
  double *kept[2];
  double *kept_weights;
} Sample;

static void
sample_clear (Sample *sample)
{
  g_free (sample->values);
  g_free (sample->weights);
  g_free (sample->labels);
  g_free (sample->n_missing);
  g_free (sample->kept[0]);
  g_free (sample->kept[1]);
  g_free (sample->kept_weights);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sample, sample_clear)

/* Copies the columns of rows of float32 in front of those of the sample that follow. */
static void
copy_columns (Sample *sample,
              PymvaTensor *tensor,
              guint first,
              const gint32 *labels,
              gint32 wanted)
{
  const float *rows = pymva_tensor_peek_data (tensor);
  gsize n_rows = pymva_tensor_get_length (tensor, 0);
  guint n_columns = pymva_tensor_get_length (tensor, 1);

  for (guint k = 0; k < n_columns; k++)
    {
      double *values = sample->values + (first + k) * sample->n_events;
      gsize n = 0;

      for (gsize i = 0; i < n_rows; i++)
        {
          if (wanted >= 0 && labels[i] != wanted)
            continue;
          values[n] = rows[i * n_columns + k];
          sample->n_missing[first + k] += !isfinite (values[n]);
          n++;
        }
    }
}

/* The events of a class, or all where @wanted is -1. */
static void
sample_init (Sample *sample,
             const PymvaDatasetPart *part,
             const PymvaDatasetReport *report,
             gint32 wanted)
{
  const gint32 *labels = pymva_tensor_peek_data (part->labels);
  const double *weights = pymva_tensor_peek_data (part->weights);
  gsize n_events = wanted < 0 ? part->n_events : part->n_class_events[wanted];
  gsize n = 0;

  *sample = (Sample) {
    .n_events = n_events,
    .n_columns = report->n_columns,
    .values = g_new (double, MAX (n_events * report->n_columns, 1)),
    .weights = g_new (double, MAX (n_events, 1)),
    .labels = g_new (gint32, MAX (n_events, 1)),
    .n_missing = g_new0 (gsize, report->n_columns + 1),
    .kept = { g_new (double, MAX (n_events, 1)), g_new (double, MAX (n_events, 1)) },
    .kept_weights = g_new (double, MAX (n_events, 1)),
  };

  for (gint64 i = 0; i < part->n_events; i++)
    {
      if (wanted >= 0 && labels[i] != wanted)
        continue;
      sample->weights[n] = weights[i];
      sample->labels[n++] = labels[i];
    }
  copy_columns (sample, part->inputs, 0, labels, wanted);
  copy_columns (sample, part->targets, report->n_variables, labels, wanted);
}

/* Where all of them are there, the values of two columns and the weights are as they stand. */
static gsize
keep_pairs (Sample *sample,
            guint i,
            guint j,
            const double **x,
            const double **y,
            const double **weights)
{
  gsize n = 0;

  *x = sample->values + i * sample->n_events;
  *y = sample->values + j * sample->n_events;
  *weights = sample->weights;
  if (sample->n_missing[i] == 0 && sample->n_missing[j] == 0)
    return sample->n_events;

  for (gsize event = 0; event < sample->n_events; event++)
    {
      if (!isfinite ((*x)[event]) || !isfinite ((*y)[event]))
        continue;
      sample->kept[0][n] = (*x)[event];
      sample->kept[1][n] = (*y)[event];
      sample->kept_weights[n++] = sample->weights[event];
    }
  *x = sample->kept[0];
  *y = sample->kept[1];
  *weights = sample->kept_weights;

  return n;
}

static void
summarise_column (PymvaDatasetGroup *group,
                  Sample *sample,
                  guint column)
{
  const double *values, *same, *weights;
  gsize n = keep_pairs (sample, column, column, &values, &same, &weights);
  double least = INFINITY, most = -INFINITY;
  PymvaMoments moments;

  pymva_statistics_moments (values, weights, n, &moments);
  for (gsize i = 0; i < n; i++)
    {
      least = MIN (least, values[i]);
      most = MAX (most, values[i]);
    }

  group->statistics[PYMVA_STATISTIC_COUNT][column] = n;
  group->statistics[PYMVA_STATISTIC_MISSING][column] = sample->n_missing[column];
  group->statistics[PYMVA_STATISTIC_SUM_OF_WEIGHTS][column] = moments.sum_of_weights;
  group->statistics[PYMVA_STATISTIC_MEAN][column] = moments.mean;
  group->statistics[PYMVA_STATISTIC_RMS][column] = sqrt (moments.variance);
  group->statistics[PYMVA_STATISTIC_MINIMUM][column] = n > 0 ? least : NAN;
  group->statistics[PYMVA_STATISTIC_MAXIMUM][column] = n > 0 ? most : NAN;
}

static void
correlate (PymvaDatasetGroup *group,
           Sample *sample)
{
  guint n_columns = sample->n_columns;

  for (guint i = 0; i < n_columns; i++)
    for (guint j = i; j < n_columns; j++)
      {
        const double *x, *y, *weights;
        gsize n = keep_pairs (sample, i, j, &x, &y, &weights);
        double value = pymva_statistics_correlation (x, y, weights, n);

        /* A column is as it is, whatever rounding makes of that. */
        if (i == j && !isnan (value))
          value = 1;
        group->correlations[i * n_columns + j] = value;
        group->correlations[j * n_columns + i] = value;
      }
}

static void
summarise (PymvaDatasetGroup *group,
           Sample *sample)
{
  guint n_columns = sample->n_columns;

  group->n_events = sample->n_events;
  for (gsize i = 0; i < sample->n_events; i++)
    group->sum_of_weights += sample->weights[i];
  for (guint i = 0; i < PYMVA_N_STATISTICS; i++)
    group->statistics[i] = g_new (double, n_columns);
  group->correlations = g_new (double, n_columns * n_columns);

  for (guint i = 0; i < n_columns; i++)
    summarise_column (group, sample, i);
  correlate (group, sample);
}

/* Compares each class with all others, variable by variable. @sample holds all events. */
static void
compare_classes (PymvaDatasetReport *self,
                 Sample *sample)
{
  const PymvaDatasetGroup *all = &self->groups[self->n_classes];
  g_autofree guint8 *is_class = g_new (guint8, MAX (sample->n_events, 1));

  for (guint k = 0; k < self->n_classes; k++)
    {
      PymvaDatasetGroup *group = &self->groups[k];

      group->separations = g_new (double, self->n_variables);
      group->overlaps = g_new (double, self->n_variables);
      for (guint column = 0; column < self->n_variables; column++)
        {
          const double *values, *same, *weights;
          double mean = all->statistics[PYMVA_STATISTIC_MEAN][column];
          double reach = MOST_DEVIATIONS * all->statistics[PYMVA_STATISTIC_RMS][column];
          double low = MAX (all->statistics[PYMVA_STATISTIC_MINIMUM][column], mean - reach);
          double high = MIN (all->statistics[PYMVA_STATISTIC_MAXIMUM][column], mean + reach);
          gsize n = 0;

          for (gsize i = 0; i < sample->n_events; i++)
            {
              if (isfinite (sample->values[column * sample->n_events + i]))
                is_class[n++] = sample->labels[i] == (gint32) k;
            }
          keep_pairs (sample, column, column, &values, &same, &weights);
          group->separations[column] = pymva_statistics_separation_within (
            values, is_class, weights, n, N_BINS, low, high + (high - low) / N_BINS,
            &group->overlaps[column]);
        }
    }
}

static int
compare_scores (gconstpointer a,
                gconstpointer b,
                gpointer user_data)
{
  const double *scores = user_data;
  guint i = *(const guint *) a, j = *(const guint *) b;
  double first = isnan (scores[i]) ? -1 : scores[i];
  double second = isnan (scores[j]) ? -1 : scores[j];

  if (first != second)
    return first > second ? -1 : 1;
  return i < j ? -1 : i > j;
}

/* Classes are told apart by the separation of the signal, or by the mean of those of all classes
 * where there are more than two; targets by the strongest correlation with one. */
static void
rank (PymvaDatasetReport *self)
{
  const double *correlations = self->groups[self->n_classes].correlations;

  self->scores = g_new0 (double, MAX (self->n_variables, 1));
  self->ranking = g_new (guint, MAX (self->n_variables, 1));
  for (guint i = 0; i < self->n_variables; i++)
    {
      self->ranking[i] = i;
      for (guint k = 0; k < self->n_classes; k++)
        self->scores[i] += self->groups[k].separations[i] / self->n_classes;
      for (guint target = self->n_variables; target < self->n_columns; target++)
        self->scores[i] = fmax (self->scores[i],
                                fabs (correlations[i * self->n_columns + target]));
    }

  g_qsort_with_data (self->ranking, self->n_variables, sizeof *self->ranking, compare_scores,
                     self->scores);
}

/* pymva_dataset_report_summarise: computes all that a report says of the events. */
void
pymva_dataset_report_summarise (PymvaDatasetReport *self,
                                const PymvaDatasetPart *events)
{
  g_auto (Sample) all = { 0 };

  self->groups = g_new0 (PymvaDatasetGroup, self->n_classes + 1);
  for (guint k = 0; k < self->n_classes; k++)
    {
      g_auto (Sample) sample = { 0 };

      sample_init (&sample, events, self, k);
      summarise (&self->groups[k], &sample);
    }
  sample_init (&all, events, self, -1);
  summarise (&self->groups[self->n_classes], &all);
  compare_classes (self, &all);
  rank (self);
}
