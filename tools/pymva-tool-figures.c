/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-tool-figures.h"
#include "pymva-tool-table.h"

struct _ToolFigures
{
  PymvaAnalysisType analysis_type;
  gboolean trained;
  guint64 n_events;
  ToolTable *table;
};

/* The background efficiencies at which TMVA's tables give the signal efficiency. */
static const double background_efficiencies[] = { 0.01, 0.10, 0.30 };

static const char * const classification_headings[] = {
  "", "ROC AUC", "@B=0.01", "@B=0.10", "@B=0.30", "separation", NULL, NULL
};
static const char * const regression_headings[] = {
  "", "bias", "RMS", "MSE", "mean |dev.|", "R²", NULL, NULL
};
#define N_FIGURES 5

/* tool_figures_new:
 * @trained: whether there is a column for the time that the training took */
ToolFigures *
tool_figures_new (PymvaAnalysisType analysis_type,
                  gboolean trained)
{
  ToolFigures *self = g_new0 (ToolFigures, 1);
  const char *headings[N_FIGURES + 3] = { NULL };

  for (guint i = 0; i <= N_FIGURES; i++)
    headings[i] = analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION ? regression_headings[i]
                                                                  : classification_headings[i];
  if (trained)
    headings[N_FIGURES + 1] = "training";

  self->analysis_type = analysis_type;
  self->trained = trained;
  self->table = tool_table_new (headings);

  return self;
}

void
tool_figures_free (ToolFigures *self)
{
  tool_table_free (self->table);
  g_free (self);
}

/* @training_time is NaN in the rows of single classes and targets. */
static void
add_row (ToolFigures *self,
         const char *title,
         const double *figures,
         double training_time)
{
  gboolean regression = self->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION;
  g_auto (GStrv) cells = g_new0 (char *, N_FIGURES + 3);

  cells[0] = g_strdup (title);
  for (guint i = 0; i < N_FIGURES; i++)
    cells[i + 1] = regression ? g_strdup_printf ("%.5g", figures[i])
                              : tool_format_number (figures[i], 4);
  if (self->trained)
    cells[N_FIGURES + 1] =
      isnan (training_time) ? g_strdup ("") : tool_format_duration (training_time);
  tool_table_add_row (self->table, (const char * const *) cells);
}

static void
add_classification (ToolFigures *self,
                    const char *title,
                    const char * const *classes,
                    PymvaEvaluation *evaluation,
                    double training_time)
{
  double figures[N_FIGURES];
  guint n = G_N_ELEMENTS (background_efficiencies);

  figures[0] = pymva_evaluation_get_auc (evaluation);
  for (guint i = 0; i < n; i++)
    figures[i + 1] =
      pymva_evaluation_get_signal_efficiency (evaluation, background_efficiencies[i]);
  figures[n + 1] = pymva_evaluation_get_separation (evaluation);
  add_row (self, title, figures, training_time);

  if (self->analysis_type != PYMVA_ANALYSIS_TYPE_MULTICLASS)
    return;

  for (guint k = 0; classes[k] != NULL; k++)
    {
      g_autofree char *name = g_strdup_printf ("  %s", classes[k]);

      figures[0] = pymva_evaluation_get_class_auc (evaluation, k);
      for (guint i = 0; i < n; i++)
        figures[i + 1] = pymva_evaluation_get_class_signal_efficiency (
          evaluation, k, background_efficiencies[i]);
      figures[n + 1] = pymva_evaluation_get_class_separation (evaluation, k);
      add_row (self, name, figures, NAN);
    }
}

static void
add_regression (ToolFigures *self,
                const char *title,
                PymvaEvaluation *evaluation,
                double training_time)
{
  const double figures[N_FIGURES] = {
    pymva_evaluation_get_bias (evaluation),
    pymva_evaluation_get_rms (evaluation),
    pymva_evaluation_get_mean_squared_error (evaluation),
    pymva_evaluation_get_mean_absolute_error (evaluation),
    pymva_evaluation_get_r2 (evaluation),
  };

  add_row (self, title, figures, training_time);
}

/* A row for each of several targets. */
static void
add_targets (ToolFigures *self,
             const char * const *targets,
             PymvaEvaluation *evaluation)
{
  for (guint i = 0; targets[0] != NULL && targets[1] != NULL && targets[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("  %s", targets[i]);
      g_autoptr (PymvaEvaluation) target = pymva_evaluation_get_output (evaluation, i);

      add_regression (self, name, target, NAN);
    }
}

/* tool_figures_add:
 * @names: the classes, or the targets
 * @training_time: in seconds, where the table has a column for it
 *
 * Adds the figures of a model. */
void
tool_figures_add (ToolFigures *self,
                  const char *title,
                  const char * const *names,
                  PymvaEvaluation *evaluation,
                  double training_time)
{
  self->n_events = pymva_evaluation_get_n_events (evaluation);
  if (self->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    {
      add_regression (self, title, evaluation, training_time);
      add_targets (self, names, evaluation);
    }
  else
    add_classification (self, title, names, evaluation, training_time);
}

/* tool_figures_print: @events says what the figures were taken from. */
void
tool_figures_print (ToolFigures *self,
                    const char *events)
{
  g_autofree char *text = tool_table_format (self->table, 0);

  if (tool_table_get_n_rows (self->table) == 0)
    return;

  g_print ("%" G_GUINT64_FORMAT " %s", self->n_events, events);
  if (self->analysis_type != PYMVA_ANALYSIS_TYPE_REGRESSION)
    g_print ("; @B: signal efficiency at that background efficiency%s",
             self->analysis_type == PYMVA_ANALYSIS_TYPE_MULTICLASS ? ", each class against the rest"
                                                                   : "");
  g_print ("\n\n%s", text);
}
