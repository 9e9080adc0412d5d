/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/pymva-text-private.h"
#include "data/pymva-tensor-private.h"
#include "evaluation/pymva-evaluation-private.h"

#include "pymva-factory-tables-private.h"

#define TITLE_WIDTH 15
#define REGRESSION_JOB_WIDTH 20
#define REGRESSION_RULE 98

void
pymva_factory_tables_add_line (PymvaFactoryTables *self,
                               const char *line)
{
  gsize length = strlen (line);

  while (length > 0 && line[length - 1] == ' ')
    length--;
  g_string_append_len (self->text, line, length);
  g_string_append_c (self->text, '\n');
}

void
pymva_factory_tables_add_rule (PymvaFactoryTables *self,
                               guint length)
{
  pymva_text_append_rule (self->text, length);
}

char *
pymva_factory_tables_format_pair (double test,
                                  double training)
{
  GString *text = g_string_new (NULL);

  pymva_text_append_number (text, "%#1.3f", test);
  g_string_append (text, " (");
  pymva_text_append_number (text, "%#1.3f", training);
  g_string_append_c (text, ')');

  return g_string_free (text, FALSE);
}

static int
widen_job (PymvaFactoryTables *self,
           int width)
{
  return MAX (width, pymva_text_measure (self->factory->job));
}

GString *
pymva_factory_tables_begin_row (PymvaFactoryTables *self,
                                int job_width,
                                const char *title)
{
  GString *row = g_string_new (NULL);

  pymva_text_append_left (row, self->factory->job, widen_job (self, job_width));
  g_string_append_c (row, ' ');
  pymva_text_append_left (row, title, self->title_width);

  return row;
}

void
pymva_factory_tables_add_headings (PymvaFactoryTables *self,
                                   int job_width,
                                   const char *upper,
                                   const char *lower)
{
  const char *words[2][3] = { { "DataSet", "MVA", upper }, { "Name:", "Method:", lower } };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      pymva_text_append_left (line, words[i][0], widen_job (self, job_width));
      g_string_append_c (line, ' ');
      pymva_text_append_left (line, words[i][1], self->title_width + 2);
      g_string_append (line, words[i][2]);
      pymva_factory_tables_add_line (self, line->str);
    }
}

/* --- rankings of variables --- */

typedef struct
{
  const char *name;
  double value;
} RankedVariable;

static int
compare_variables (gconstpointer a,
                   gconstpointer b)
{
  const RankedVariable *first = a;
  const RankedVariable *second = b;

  return first->value > second->value ? -1 : first->value < second->value;
}

static void
add_variable_ranking (PymvaFactoryTables *self,
                      PymvaTensor *values,
                      const char *heading)
{
  g_auto (GStrv) names = pymva_dataset_list_variables (self->factory->dataset);
  guint n_variables = g_strv_length (names);
  g_autofree RankedVariable *variables = g_new (RankedVariable, n_variables + 1);
  g_autoptr (GString) line = g_string_new (NULL);
  int width = pymva_text_measure ("Variable ");
  int rule;

  for (guint i = 0; i < n_variables; i++)
    {
      variables[i].name = names[i];
      pymva_tensor_copy_doubles (values, i, 1, &variables[i].value);
      width = MAX (width, pymva_text_measure (names[i]));
    }
  qsort (variables, n_variables, sizeof (RankedVariable), compare_variables);

  rule = pymva_text_measure ("Rank :  : ") + width + strlen (heading);
  pymva_factory_tables_add_line (self, "Ranking result (top variable is best ranked)");
  pymva_factory_tables_add_rule (self, rule);
  g_string_append (line, "Rank : ");
  pymva_text_append_left (line, "Variable", width);
  g_string_append_printf (line, " : %s", heading);
  pymva_factory_tables_add_line (self, line->str);
  pymva_factory_tables_add_rule (self, rule);
  for (guint i = 0; i < n_variables; i++)
    {
      g_string_printf (line, "%4u : ", i + 1);
      pymva_text_append_left (line, variables[i].name, width);
      g_string_append (line, " : ");
      pymva_text_append_number (line, "%.3e", variables[i].value);
      pymva_factory_tables_add_line (self, line->str);
    }
  pymva_factory_tables_add_rule (self, rule);
  pymva_factory_tables_add_line (self, "");
}

static void
add_variable_rankings (PymvaFactoryTables *self)
{
  gboolean regression = pymva_dataset_get_analysis_type (self->factory->dataset) ==
                        PYMVA_ANALYSIS_TYPE_REGRESSION;
  g_autoptr (PymvaTensor) ranking = pymva_factory_get_variable_ranking (self->factory, NULL);

  if (ranking == NULL)
    return;

  pymva_factory_tables_add_line (self, "Ranking input variables (method unspecific)...");
  add_variable_ranking (self, ranking, regression ? "|Correlation with target|" : "Separation");
  for (guint i = 0; i < self->ranked->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->ranked, i);
      g_autoptr (PymvaTensor) importance = pymva_method_get_importance (entry->method, NULL);
      g_autofree char *line = g_strdup_printf ("Ranking input variables (method specific): %s",
                                               pymva_method_get_title (entry->method));

      /* The data set may have other variables since the training. */
      if (importance == NULL ||
          pymva_tensor_get_n_elements (importance) != pymva_tensor_get_n_elements (ranking))
        continue;
      pymva_factory_tables_add_line (self, line);
      add_variable_ranking (self, importance, "Variable Importance");
    }
}

/* --- regression --- */

/* TMVA's columns, in its order. */
static void
add_regression_row (PymvaFactoryTables *self,
                    const char *title,
                    PymvaEvaluation *evaluation)
{
  g_autoptr (GString) row =
    pymva_factory_tables_begin_row (self, REGRESSION_JOB_WIDTH, title);

  g_string_append_c (row, ':');
  pymva_text_append_number (row, "%#9.3g", pymva_evaluation_get_bias (evaluation));
  pymva_text_append_number (row, "%#9.3g",
                                      pymva_evaluation_get_truncated_bias (evaluation));
  pymva_text_append_number (row, "%#9.3g", pymva_evaluation_get_rms (evaluation));
  pymva_text_append_number (row, "%#9.3g",
                                      pymva_evaluation_get_truncated_rms (evaluation));
  g_string_append (row, "  |  ");
  pymva_text_append_number (row, "%#5.3f",
                                      pymva_evaluation_get_mutual_information (evaluation));
  g_string_append (row, "  ");
  pymva_text_append_number (
    row, "%#5.3f", pymva_evaluation_get_truncated_mutual_information (evaluation));
  pymva_factory_tables_add_line (self, row->str);
}

static void
add_regression_part (PymvaFactoryTables *self,
                     PymvaPart part)
{
  g_auto (GStrv) targets = pymva_dataset_list_targets (self->factory->dataset);

  pymva_factory_tables_add_rule (self, REGRESSION_RULE);
  pymva_factory_tables_add_headings (self, REGRESSION_JOB_WIDTH, "",
                                     "  <Bias> <Bias_T>      RMS    RMS_T  |  MutInf MutInf_T");
  pymva_factory_tables_add_rule (self, REGRESSION_RULE);
  for (guint i = 0; i < self->ranked->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->ranked, i);
      PymvaEvaluation *evaluation = entry->evaluations[part];

      if (evaluation == NULL)
        continue;
      add_regression_row (self, pymva_method_get_title (entry->method), evaluation);
      for (guint k = 0; targets[1] != NULL && targets[k] != NULL; k++)
        {
          g_autoptr (PymvaEvaluation) output = pymva_evaluation_get_output (evaluation, k);
          g_autofree char *name = g_strdup_printf ("  %s", targets[k]);

          add_regression_row (self, name, output);
        }
    }
  pymva_factory_tables_add_rule (self, REGRESSION_RULE);
  pymva_factory_tables_add_line (self, "");
}

static void
add_regression (PymvaFactoryTables *self)
{
  static const char * const lines[] = {
    "Evaluation results ranked by smallest RMS on test sample:",
    "(\"Bias\" quotes the mean deviation of the regression from true target.",
    " \"MutInf\" is the \"Mutual Information\" between regression and target.",
    " Indicated by \"_T\" are the corresponding \"truncated\" quantities ob-",
    " tained when removing events deviating more than 2sigma from average.)",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    pymva_factory_tables_add_line (self, lines[i]);
  add_regression_part (self, PYMVA_PART_TEST);
  pymva_factory_tables_add_line (self, "Evaluation results ranked by smallest RMS on training "
                                       "sample:");
  pymva_factory_tables_add_line (self, "(overtraining check)");
  add_regression_part (self, PYMVA_PART_TRAINING);
}

/* --- relations of methods --- */

typedef double (*Relate) (PymvaEvaluation *self,
                          PymvaEvaluation *other,
                          guint class_number,
                          GError **error);

static void
add_matrix (PymvaFactoryTables *self,
            Relate relate,
            guint class_number)
{
  guint n = self->ranked->len;
  g_autofree const char **titles = g_new0 (const char *, n + 1);
  g_autofree double *values = g_new (double, n * n);

  for (guint i = 0; i < n; i++)
    {
      PymvaFactoryEntry *first = g_ptr_array_index (self->ranked, i);

      titles[i] = pymva_method_get_title (first->method);
      for (guint k = 0; k < n; k++)
        {
          PymvaFactoryEntry *second = g_ptr_array_index (self->ranked, k);

          values[i * n + k] =
            relate (first->evaluations[PYMVA_PART_TEST], second->evaluations[PYMVA_PART_TEST],
                    class_number, NULL);
        }
    }
  pymva_text_append_matrix (self->text, titles, values);
  pymva_factory_tables_add_line (self, "");
}

/* Correlations for each class, or all events of a regression; overlaps of two classes. */
static void
add_matrices (PymvaFactoryTables *self)
{
  PymvaAnalysisType type = pymva_dataset_get_analysis_type (self->factory->dataset);
  g_auto (GStrv) classes = pymva_dataset_list_classes (self->factory->dataset);
  guint n_classes = type == PYMVA_ANALYSIS_TYPE_REGRESSION ? 1 : g_strv_length (classes);

  for (guint k = 0; k < n_classes; k++)
    {
      g_autofree char *line =
        type == PYMVA_ANALYSIS_TYPE_REGRESSION
          ? g_strdup ("Inter-MVA correlation matrix:")
          : g_strdup_printf ("Inter-MVA correlation matrix (%s):", classes[k]);

      pymva_factory_tables_add_line (self, line);
      add_matrix (self, pymva_evaluation_get_correlation, k);
    }
  for (guint k = 0; type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION && k < n_classes; k++)
    {
      g_autofree char *line =
        g_strdup_printf ("Inter-MVA overlap matrix (%s): the share of events that both call signal "
                         "or both do not,", classes[k]);

      pymva_factory_tables_add_line (self, line);
      pymva_factory_tables_add_line (self, "where eff(signal) = 1 - eff(background)");
      add_matrix (self, pymva_evaluation_get_overlap, k);
    }
}

/* --- the whole --- */

static PymvaEvaluation *
get_ranking_evaluation (PymvaFactoryEntry *entry)
{
  PymvaEvaluation *of_test = entry->evaluations[PYMVA_PART_TEST];

  return of_test != NULL ? of_test : entry->evaluations[PYMVA_PART_TRAINING];
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  PymvaEvaluation *first = get_ranking_evaluation (*(PymvaFactoryEntry **) a);
  PymvaEvaluation *second = get_ranking_evaluation (*(PymvaFactoryEntry **) b);
  gboolean regression =
    pymva_evaluation_get_analysis_type (first) == PYMVA_ANALYSIS_TYPE_REGRESSION;
  double x = regression ? pymva_evaluation_get_rms (first) : -pymva_evaluation_get_auc (first);
  double y = regression ? pymva_evaluation_get_rms (second) : -pymva_evaluation_get_auc (second);

  return x < y ? -1 : x > y;
}

/* The data set may have other classes or targets since the evaluation. */
static gboolean
fits_dataset (PymvaFactory *factory,
              PymvaEvaluation *evaluation)
{
  gboolean regression =
    pymva_dataset_get_analysis_type (factory->dataset) == PYMVA_ANALYSIS_TYPE_REGRESSION;
  g_auto (GStrv) names = regression ? pymva_dataset_list_targets (factory->dataset)
                                    : pymva_dataset_list_classes (factory->dataset);
  guint n = regression ? evaluation->n_outputs : pymva_evaluation_get_n_classes (evaluation);

  return g_strv_length (names) == n;
}

static void
rank_entries (PymvaFactoryTables *self)
{
  self->title_width = TITLE_WIDTH;
  for (guint i = 0; i < self->factory->entries->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->factory->entries, i);

      if (get_ranking_evaluation (entry) == NULL ||
          !fits_dataset (self->factory, get_ranking_evaluation (entry)))
        continue;
      g_ptr_array_add (self->ranked, entry);
      self->title_width = MAX (self->title_width,
                               pymva_text_measure (pymva_method_get_title (entry->method)));
    }
  g_ptr_array_sort (self->ranked, compare_entries);
}

gboolean
pymva_factory_tables_have_part (PymvaFactoryTables *self,
                                PymvaPart part)
{
  for (guint i = 0; i < self->ranked->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->ranked, i);

      if (entry->evaluations[part] == NULL)
        return FALSE;
    }

  return TRUE;
}

static void
add_failures (PymvaFactoryTables *self)
{
  gboolean first = TRUE;

  for (guint i = 0; i < self->factory->entries->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->factory->entries, i);

      if (entry->failure == NULL)
        continue;
      if (first)
        pymva_factory_tables_add_line (self, "Methods that failed:");
      first = FALSE;
      g_string_append_printf (self->text, "%s: %.*s\n", pymva_method_get_title (entry->method),
                              (int) strcspn (entry->failure->message, "\n"),
                              entry->failure->message);
    }
}

/**
 * pymva_factory_format_tables:
 * @self: a factory
 *
 * Gets the results of all methods that are evaluated as the tables that TMVA prints, and the
 * failures of the others.
 *
 * First come the rankings of the variables, by what each tells alone and by what each method makes
 * of it. Then, for two classes: methods by their ROC integral; signal efficiencies at background
 * efficiencies of 0.01, 0.10 and 0.30 on test events, and on training events in parentheses; the
 * areas with their errors; the test of Kolmogorov and Smirnov of training against test responses.
 * For several classes: the same of each class against the others, and of every pair of classes. For
 * regressions: methods by their RMS, with bias, RMS and mutual information, and the truncated ones.
 * Last come the correlations and overlaps of the methods' responses. Evaluations from before the
 * data set got other classes or targets are left out.
 *
 * Returns: (transfer full): lines of text
 *
 * Since: 1.0
 */
char *
pymva_factory_format_tables (PymvaFactory *self)
{
  g_autoptr (GPtrArray) ranked = g_ptr_array_new ();
  PymvaFactoryTables tables = { self, NULL, ranked, 0 };

  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);

  tables.text = g_string_new (NULL);
  rank_entries (&tables);
  if (ranked->len > 0)
    {
      PymvaAnalysisType type = pymva_dataset_get_analysis_type (self->dataset);

      add_variable_rankings (&tables);
      if (type == PYMVA_ANALYSIS_TYPE_REGRESSION)
        add_regression (&tables);
      else if (type == PYMVA_ANALYSIS_TYPE_MULTICLASS)
        pymva_factory_tables_add_multiclass (&tables);
      else
        pymva_factory_tables_add_classification (&tables);
      if (ranked->len > 1 && pymva_factory_tables_have_part (&tables, PYMVA_PART_TEST))
        add_matrices (&tables);
    }
  add_failures (&tables);

  return g_string_free (tables.text, FALSE);
}
