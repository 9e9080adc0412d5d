/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-dataset-report-private.h"

/* The tables of TMVA: a summary of the variables, correlation matrices and a ranking. */

static void
append_rule (GString *text,
             guint width)
{
  for (guint i = 0; i < width; i++)
    g_string_append_c (text, '-');
  g_string_append_c (text, '\n');
}

static guint
measure_names (char **names)
{
  glong widest = strlen ("Variable");

  for (guint i = 0; names[i] != NULL; i++)
    widest = MAX (widest, g_utf8_strlen (names[i], -1));

  return widest;
}

/* @text at the right or left of so many letters. */
static void
append_aligned (GString *text,
                const char *word,
                guint width,
                gboolean at_right)
{
  guint n_blanks = width - MIN (width, (guint) g_utf8_strlen (word, -1));

  g_string_append_printf (text, "%*s%s%*s", at_right ? n_blanks : 0, "", word,
                          at_right ? 0 : n_blanks, "");
}

/* A number at the right of its field, with a point whatever the locale; a dash for none. */
static void
append_number (GString *text,
               guint width,
               const char *format,
               double value)
{
  char digits[64];

  g_ascii_formatd (digits, sizeof digits, format, value);
  append_aligned (text, isnan (value) ? "-" : digits, width, TRUE);
}

static const char *
get_title (const PymvaDatasetReport *self,
           guint number)
{
  return number < self->n_classes ? self->classes[number] : "all events";
}

static void
append_summary (const PymvaDatasetReport *self,
                const PymvaDatasetGroup *group,
                const char *title,
                GString *text)
{
  guint width = measure_names (self->columns);
  char sum[64];

  g_string_append_printf (text,
                          "Variables (%s): %" G_GINT64_FORMAT " events, sum of weights %s\n", title,
                          group->n_events,
                          g_ascii_formatd (sum, sizeof sum, "%.6g", group->sum_of_weights));
  append_rule (text, width + 65);
  append_aligned (text, "Variable", width, FALSE);
  g_string_append (text, "         Mean          RMS   [        Min          Max ]  Missing\n");
  append_rule (text, width + 65);
  for (guint i = 0; i < self->n_columns; i++)
    {
      append_aligned (text, self->columns[i], width, FALSE);
      g_string_append_c (text, ':');
      append_number (text, 12, "%.5g", group->statistics[PYMVA_STATISTIC_MEAN][i]);
      append_number (text, 13, "%.5g", group->statistics[PYMVA_STATISTIC_RMS][i]);
      g_string_append (text, "   [");
      append_number (text, 11, "%.5g", group->statistics[PYMVA_STATISTIC_MINIMUM][i]);
      append_number (text, 13, "%.5g", group->statistics[PYMVA_STATISTIC_MAXIMUM][i]);
      g_string_append (text, " ]");
      append_number (text, 9, "%.0f", group->statistics[PYMVA_STATISTIC_MISSING][i]);
      g_string_append_c (text, '\n');
    }
  append_rule (text, width + 65);
  g_string_append_c (text, '\n');
}

static void
append_correlations (const PymvaDatasetReport *self,
                     const PymvaDatasetGroup *group,
                     const char *title,
                     GString *text)
{
  guint width = measure_names (self->columns);
  guint cell = MAX (8, width + 1);

  g_string_append_printf (text, "Correlation matrix (%s):\n", title);
  append_rule (text, width + 1 + cell * self->n_columns);
  append_aligned (text, "", width + 1, FALSE);
  for (guint i = 0; i < self->n_columns; i++)
    append_aligned (text, self->columns[i], cell, TRUE);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < self->n_columns; i++)
    {
      append_aligned (text, self->columns[i], width, TRUE);
      g_string_append_c (text, ':');
      for (guint j = 0; j < self->n_columns; j++)
        append_number (text, cell, "%+.3f", group->correlations[i * self->n_columns + j]);
      g_string_append_c (text, '\n');
    }
  append_rule (text, width + 1 + cell * self->n_columns);
  g_string_append_c (text, '\n');
}

static void
append_ranking (const PymvaDatasetReport *self,
                GString *text)
{
  guint width = measure_names (self->columns);
  gboolean has_overlap = self->n_classes == 2;
  const char *measure = self->n_classes > 0 ? "Separation" : "|Correlation with target|";
  guint n_dashes = width + 10 + strlen (measure) + (has_overlap ? 10 : 0);

  g_string_append (text, "Ranking of the variables (the top one is best)\n");
  append_rule (text, n_dashes);
  g_string_append (text, "Rank : ");
  append_aligned (text, "Variable", width, FALSE);
  g_string_append_printf (text, " : %s%s\n", measure, has_overlap ? " : Overlap" : "");
  append_rule (text, n_dashes);
  for (guint i = 0; i < self->n_variables; i++)
    {
      guint variable = self->ranking[i];

      g_string_append_printf (text, "%4u : ", i + 1);
      append_aligned (text, self->columns[variable], width, FALSE);
      g_string_append (text, " : ");
      append_number (text, strlen (measure), "%.3e", self->scores[variable]);
      if (has_overlap)
        {
          g_string_append (text, " : ");
          append_number (text, strlen ("Overlap"), "%.3f", self->groups[0].overlaps[variable]);
        }
      g_string_append_c (text, '\n');
    }
  append_rule (text, n_dashes);
}

/**
 * pymva_dataset_report_format:
 * @self: a report
 *
 * Writes the report as the tables that TMVA prints: a summary and the correlation matrix of each
 * class, and the ranking of the variables.
 *
 * Returns: (transfer full): the tables, lines of text
 *
 * Since: 1.0
 */
char *
pymva_dataset_report_format (PymvaDatasetReport *self)
{
  g_autoptr (GString) text = NULL;
  guint end;

  g_return_val_if_fail (PYMVA_IS_DATASET_REPORT (self), NULL);

  text = g_string_new (NULL);
  if (self->groups == NULL)
    return g_string_free (g_steal_pointer (&text), FALSE);

  /* A regression has no classes, and classes say more than their sum. */
  end = self->n_classes > 0 ? self->n_classes : 1;
  for (guint k = 0; k < end; k++)
    append_summary (self, &self->groups[k], get_title (self, k), text);
  for (guint k = 0; k < end; k++)
    append_correlations (self, &self->groups[k], get_title (self, k), text);
  if (self->n_classes > 0 || self->n_columns > self->n_variables)
    append_ranking (self, text);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
