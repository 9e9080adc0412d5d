/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/pymva-text-private.h"

#include "pymva-dataset-report-private.h"

/* The tables of TMVA: a summary of the variables, correlation matrices and a ranking. */

static int
measure_names (char **names)
{
  return MAX (pymva_text_measure ("Variable"),
              pymva_text_measure_all ((const char * const *) names));
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
  int width = measure_names (self->columns);
  char sum[64];

  g_string_append_printf (text,
                          "Variables (%s): %" G_GINT64_FORMAT " events, sum of weights %s\n", title,
                          group->n_events,
                          g_ascii_formatd (sum, sizeof sum, "%.6g", group->sum_of_weights));
  pymva_text_append_rule (text, width + 65);
  pymva_text_append_left (text, "Variable", width);
  g_string_append (text, "         Mean          RMS   [        Min          Max ]  Missing\n");
  pymva_text_append_rule (text, width + 65);
  for (guint i = 0; i < self->n_columns; i++)
    {
      pymva_text_append_left (text, self->columns[i], width);
      g_string_append_c (text, ':');
      pymva_text_append_cell (text, 12, "%.5g", group->statistics[PYMVA_STATISTIC_MEAN][i]);
      pymva_text_append_cell (text, 13, "%.5g", group->statistics[PYMVA_STATISTIC_RMS][i]);
      g_string_append (text, "   [");
      pymva_text_append_cell (text, 11, "%.5g", group->statistics[PYMVA_STATISTIC_MINIMUM][i]);
      pymva_text_append_cell (text, 13, "%.5g", group->statistics[PYMVA_STATISTIC_MAXIMUM][i]);
      g_string_append (text, " ]");
      pymva_text_append_cell (text, 9, "%.0f", group->statistics[PYMVA_STATISTIC_MISSING][i]);
      g_string_append_c (text, '\n');
    }
  pymva_text_append_rule (text, width + 65);
  g_string_append_c (text, '\n');
}

static void
append_correlations (const PymvaDatasetReport *self,
                     const PymvaDatasetGroup *group,
                     const char *title,
                     GString *text)
{
  g_string_append_printf (text, "Correlation matrix (%s):\n", title);
  pymva_text_append_matrix (text, (const char * const *) self->columns, group->correlations);
  g_string_append_c (text, '\n');
}

static void
append_ranking (const PymvaDatasetReport *self,
                GString *text)
{
  int width = measure_names (self->columns);
  gboolean has_overlap = self->n_classes == 2;
  const char *measure = self->n_classes > 0 ? "Separation" : "|Correlation with target|";
  guint n_dashes = width + 10 + strlen (measure) + (has_overlap ? 10 : 0);

  g_string_append (text, "Ranking of the variables (the top one is best)\n");
  pymva_text_append_rule (text, n_dashes);
  g_string_append (text, "Rank : ");
  pymva_text_append_left (text, "Variable", width);
  g_string_append_printf (text, " : %s%s\n", measure, has_overlap ? " : Overlap" : "");
  pymva_text_append_rule (text, n_dashes);
  for (guint i = 0; i < self->n_variables; i++)
    {
      guint variable = self->ranking[i];

      g_string_append_printf (text, "%4u : ", i + 1);
      pymva_text_append_left (text, self->columns[variable], width);
      g_string_append (text, " : ");
      pymva_text_append_cell (text, strlen (measure), "%.3e", self->scores[variable]);
      if (has_overlap)
        {
          g_string_append (text, " : ");
          pymva_text_append_cell (text, strlen ("Overlap"), "%.3f",
                                  self->groups[0].overlaps[variable]);
        }
      g_string_append_c (text, '\n');
    }
  pymva_text_append_rule (text, n_dashes);
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
