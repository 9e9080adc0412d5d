/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "base/pymva-text-private.h"
#include "data/pymva-tensor-private.h"

#include "pymva-factory-tables-private.h"

#define RANKING_JOB_WIDTH 13
#define JOB_WIDTH 20
#define RULE 115
#define MULTICLASS_RULE 103
#define CLASS_WIDTH 14
#define CONFIDENCE 0.95

static const double background_efficiencies[] = { 0.01, 0.10, 0.30 };
static const char * const background_words[] = { "0.01", "0.10", "0.30" };

/* The figure of a part, or NaN where the part has no events. */
static double
get_efficiency (PymvaFactoryEntry *entry,
                PymvaPart part,
                double background_efficiency)
{
  PymvaEvaluation *evaluation = entry->evaluations[part];

  return evaluation != NULL
           ? pymva_evaluation_get_signal_efficiency (evaluation, background_efficiency)
           : NAN;
}

static void
add_ranking (PymvaFactoryTables *self)
{
  pymva_factory_tables_add_line (self, "Evaluation results ranked by best signal efficiency and "
                                       "purity (area)");
  pymva_factory_tables_add_rule (self, RULE);
  pymva_factory_tables_add_headings (self, RANKING_JOB_WIDTH, "", "ROC-integ");
  for (guint i = 0; i < self->ranked->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->ranked, i);
      g_autoptr (GString) row = pymva_factory_tables_begin_row (
        self, RANKING_JOB_WIDTH, pymva_method_get_title (entry->method));
      PymvaEvaluation *evaluation = entry->evaluations[PYMVA_PART_TEST];

      g_string_append (row, ": ");
      pymva_text_append_number (
        row, "%#1.3f", evaluation != NULL ? pymva_evaluation_get_auc (evaluation) : NAN);
      pymva_factory_tables_add_line (self, row->str);
    }
  pymva_factory_tables_add_rule (self, RULE);
  pymva_factory_tables_add_line (self, "");
}

static void
add_overtraining_check (PymvaFactoryTables *self)
{
  /* What TMVA puts between the columns. */
  static const char * const gaps[] = { "       ", "      ", "" };

  pymva_factory_tables_add_line (self, "Testing efficiency compared to training efficiency "
                                       "(overtraining check)");
  pymva_factory_tables_add_rule (self, RULE);
  pymva_factory_tables_add_headings (
    self, JOB_WIDTH, "Signal efficiency: from test sample (from training sample)",
    "@B=0.01             @B=0.10            @B=0.30");
  pymva_factory_tables_add_rule (self, RULE);
  for (guint i = 0; i < self->ranked->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->ranked, i);
      g_autoptr (GString) row = pymva_factory_tables_begin_row (
        self, JOB_WIDTH, pymva_method_get_title (entry->method));

      g_string_append (row, ": ");
      for (guint k = 0; k < G_N_ELEMENTS (background_efficiencies); k++)
        {
          double background = background_efficiencies[k];
          g_autofree char *pair = pymva_factory_tables_format_pair (
            get_efficiency (entry, PYMVA_PART_TEST, background),
            get_efficiency (entry, PYMVA_PART_TRAINING, background));

          g_string_append_printf (row, "%s%s", pair, gaps[k]);
        }
      pymva_factory_tables_add_line (self, row->str);
    }
  pymva_factory_tables_add_rule (self, RULE);
  pymva_factory_tables_add_line (self, "");
}

/* The areas of the ranking with their errors, and whether the best one is so by chance. */
static void
add_areas (PymvaFactoryTables *self)
{
  PymvaFactoryEntry *first = g_ptr_array_index (self->ranked, 0);
  PymvaEvaluation *best = first->evaluations[PYMVA_PART_TEST];

  pymva_factory_tables_add_line (self, "ROC integrals with their 95% confidence intervals (DeLong),"
                                       " and the probability of so great");
  pymva_factory_tables_add_line (self, "a difference from the best one by chance; separation and "
                                       "significance of the responses");
  pymva_factory_tables_add_rule (self, RULE);
  pymva_factory_tables_add_headings (
    self, JOB_WIDTH, "                                Prob. of   Sepa-  Signifi-",
    "ROC-integ  [95% interval]      difference  ration     cance");
  pymva_factory_tables_add_rule (self, RULE);
  for (guint i = 0; i < self->ranked->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->ranked, i);
      PymvaEvaluation *evaluation = entry->evaluations[PYMVA_PART_TEST];
      g_autoptr (GString) row = pymva_factory_tables_begin_row (
        self, JOB_WIDTH, pymva_method_get_title (entry->method));
      double lower, upper, p_value;

      g_string_append (row, ": ");
      pymva_evaluation_get_auc_interval (evaluation, CONFIDENCE, &lower, &upper);
      pymva_evaluation_compare_auc (best, evaluation, NULL, &p_value, NULL);
      pymva_text_append_number (row, "%#1.4f", pymva_evaluation_get_auc (evaluation));
      g_string_append (row, "     [");
      pymva_text_append_number (row, "%#1.4f", lower);
      g_string_append (row, ", ");
      pymva_text_append_number (row, "%#1.4f", upper);
      g_string_append (row, "]    ");
      pymva_text_append_cell (row, 10, "%.2g", evaluation != best ? p_value : NAN);
      pymva_text_append_cell (row, 8, "%#1.3f", pymva_evaluation_get_separation (evaluation));
      pymva_text_append_cell (row, 10, "%#1.3f", pymva_evaluation_get_significance (evaluation));
      pymva_factory_tables_add_line (self, row->str);
    }
  pymva_factory_tables_add_rule (self, RULE);
  pymva_factory_tables_add_line (self, "");
}

/* TMVA writes this into its plots of training and test responses. */
static void
add_kolmogorov (PymvaFactoryTables *self)
{
  g_auto (GStrv) classes = pymva_dataset_list_classes (self->factory->dataset);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint k = 0; classes[k] != NULL; k++)
    pymva_text_append_left (names, classes[k], 20);
  pymva_factory_tables_add_line (self, "Kolmogorov-Smirnov test of the responses to test and "
                                       "training events (overtraining check)");
  pymva_factory_tables_add_rule (self, RULE);
  pymva_factory_tables_add_headings (self, JOB_WIDTH, "Distance (probability)", names->str);
  pymva_factory_tables_add_rule (self, RULE);
  for (guint i = 0; i < self->ranked->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->ranked, i);
      g_autoptr (GString) row = pymva_factory_tables_begin_row (
        self, JOB_WIDTH, pymva_method_get_title (entry->method));

      g_string_append (row, ": ");
      for (guint k = 0; classes[k] != NULL; k++)
        {
          double p_value;
          double distance = pymva_evaluation_compare_responses (
            entry->evaluations[PYMVA_PART_TEST], entry->evaluations[PYMVA_PART_TRAINING], k,
            &p_value, NULL);
          g_autofree char *pair = pymva_factory_tables_format_pair (distance, p_value);

          pymva_text_append_left (row, pair, 20);
        }
      pymva_factory_tables_add_line (self, row->str);
    }
  pymva_factory_tables_add_rule (self, RULE);
  pymva_factory_tables_add_line (self, "");
}

static gboolean
has_both_parts (PymvaFactoryTables *self)
{
  return pymva_factory_tables_have_part (self, PYMVA_PART_TEST) &&
         pymva_factory_tables_have_part (self, PYMVA_PART_TRAINING);
}

void
pymva_factory_tables_add_classification (PymvaFactoryTables *self)
{
  add_ranking (self);
  add_overtraining_check (self);
  if (!has_both_parts (self))
    return;
  add_areas (self);
  add_kolmogorov (self);
}

/* --- several classes --- */

static int
measure_classes (char **classes)
{
  int width = CLASS_WIDTH;

  for (guint k = 0; classes[k] != NULL; k++)
    width = MAX (width, pymva_text_measure (classes[k]));

  return width;
}

/* The pair of figures for a class: its area for @background_efficiency NaN, else its efficiency. */
static char *
format_class_figures (PymvaFactoryEntry *entry,
                      guint class_number,
                      double background_efficiency)
{
  double figures[2];

  for (guint part = 0; part < 2; part++)
    {
      PymvaEvaluation *evaluation = entry->evaluations[part];

      if (evaluation == NULL)
        figures[part] = NAN;
      else if (isnan (background_efficiency))
        figures[part] = pymva_evaluation_get_class_auc (evaluation, class_number);
      else
        figures[part] = pymva_evaluation_get_class_signal_efficiency (evaluation, class_number,
                                                                      background_efficiency);
    }

  return pymva_factory_tables_format_pair (figures[PYMVA_PART_TEST], figures[PYMVA_PART_TRAINING]);
}

static void
add_class_rows (PymvaFactoryTables *self,
                PymvaFactoryEntry *entry,
                char **classes,
                int job_width,
                int width)
{
  for (guint k = 0; classes[k] != NULL; k++)
    {
      g_autoptr (GString) row = g_string_new (NULL);
      g_autofree char *area = format_class_figures (entry, k, NAN);

      pymva_text_append_left (row, "", job_width);
      pymva_text_append_left (row, classes[k], width);
      pymva_text_append_left (row, area, 15);
      for (guint i = 0; i < G_N_ELEMENTS (background_efficiencies); i++)
        {
          g_autofree char *efficiency =
            format_class_figures (entry, k, background_efficiencies[i]);

          pymva_text_append_left (row, efficiency, 15);
        }
      pymva_factory_tables_add_line (self, row->str);
    }
}

static void
add_one_against_rest (PymvaFactoryTables *self,
                      char **classes)
{
  static const char * const lines[] = {
    "",
    "Considers the listed class as signal and the other classes",
    "as background, reporting the resulting binary performance.",
    "A score of 0.820 (0.850) means 0.820 was achieved on the",
    "test set and 0.850 on the training set.",
    "",
  };
  int job_width = MAX (15, pymva_text_measure (self->factory->job) + 1);
  int width = MAX (self->title_width, measure_classes (classes) + 1);
  const char *headings[2][2] = { { "Dataset", "MVA Method" }, { "Name:", "/ Class:" } };
  const char *columns[2] = {
    "ROC AUC        Sig eff@B=0.01 Sig eff@B=0.10 Sig eff@B=0.30",
    "test  (train)  test  (train)  test  (train)  test  (train)",
  };

  pymva_factory_tables_add_line (self, "1-vs-rest performance metrics per class");
  pymva_factory_tables_add_rule (self, MULTICLASS_RULE);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    pymva_factory_tables_add_line (self, lines[i]);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      pymva_text_append_left (line, headings[i][0], job_width);
      pymva_text_append_left (line, headings[i][1], width);
      g_string_append (line, columns[i]);
      pymva_factory_tables_add_line (self, line->str);
    }
  for (guint i = 0; i < self->ranked->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->ranked, i);
      g_autoptr (GString) line = g_string_new (NULL);

      pymva_text_append_left (line, self->factory->job, job_width);
      g_string_append (line, pymva_method_get_title (entry->method));
      pymva_factory_tables_add_line (self, "");
      pymva_factory_tables_add_line (self, line->str);
      pymva_factory_tables_add_rule (self, job_width + width);
      add_class_rows (self, entry, classes, job_width, width);
    }
  pymva_factory_tables_add_line (self, "");
  pymva_factory_tables_add_rule (self, MULTICLASS_RULE);
  pymva_factory_tables_add_line (self, "");
}

static double *
get_pairs (PymvaFactoryEntry *entry,
           PymvaPart part,
           double background_efficiency)
{
  PymvaEvaluation *evaluation = entry->evaluations[part];
  g_autoptr (PymvaTensor) pairs = NULL;

  if (evaluation == NULL)
    return NULL;

  pairs = pymva_evaluation_get_pairwise_efficiencies (evaluation, background_efficiency);
  return pymva_tensor_to_doubles (pairs, NULL);
}

static void
add_pairwise_matrix (PymvaFactoryTables *self,
                     PymvaFactoryEntry *entry,
                     char **classes,
                     double background_efficiency)
{
  g_autofree double *of_test = get_pairs (entry, PYMVA_PART_TEST, background_efficiency);
  g_autofree double *of_training = get_pairs (entry, PYMVA_PART_TRAINING, background_efficiency);
  guint n_classes = g_strv_length (classes);
  int width = measure_classes (classes) + 1;
  g_autoptr (GString) names = g_string_new (" ");
  g_autoptr (GString) parts = g_string_new (" ");

  pymva_text_append_left (names, "", width);
  pymva_text_append_left (parts, "", width);
  for (guint k = 0; k < n_classes; k++)
    {
      pymva_text_append_left (names, classes[k], width);
      pymva_text_append_left (parts, " test (train)", width);
    }
  pymva_factory_tables_add_line (self, names->str);
  pymva_factory_tables_add_line (self, parts->str);
  for (guint i = 0; i < n_classes; i++)
    {
      g_autoptr (GString) row = g_string_new (" ");

      pymva_text_append_left (row, classes[i], width);
      for (guint k = 0; k < n_classes; k++)
        {
          g_autofree char *pair = pymva_factory_tables_format_pair (
            of_test != NULL ? of_test[i * n_classes + k] : NAN,
            of_training != NULL ? of_training[i * n_classes + k] : NAN);

          pymva_text_append_left (row, i == k ? "-" : pair, width);
        }
      pymva_factory_tables_add_line (self, row->str);
    }
  pymva_factory_tables_add_line (self, "");
}

static void
add_confusion_matrices (PymvaFactoryTables *self,
                        char **classes)
{
  static const char * const lines[] = {
    "",
    "Does a binary comparison between the two classes given by a",
    "particular row-column combination. In each case, the class",
    "given by the row is considered signal while the class given",
    "by the column index is considered background.",
    "",
  };

  pymva_factory_tables_add_line (self, "Confusion matrices for all methods");
  pymva_factory_tables_add_rule (self, MULTICLASS_RULE);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    pymva_factory_tables_add_line (self, lines[i]);
  for (guint i = 0; i < self->ranked->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->ranked, i);
      g_autofree char *heading = g_strdup_printf ("=== Showing confusion matrix for method : %s",
                                                  pymva_method_get_title (entry->method));

      pymva_factory_tables_add_line (self, heading);
      for (guint k = 0; k < G_N_ELEMENTS (background_efficiencies); k++)
        {
          /* TMVA writes a per cent sign after these shares. */
          g_autofree char *line = g_strdup_printf (
            "(Signal Efficiency for Background Efficiency %s)", background_words[k]);

          pymva_factory_tables_add_line (self, line);
          pymva_factory_tables_add_rule (self, 51);
          add_pairwise_matrix (self, entry, classes, background_efficiencies[k]);
        }
    }
  pymva_factory_tables_add_rule (self, MULTICLASS_RULE);
  pymva_factory_tables_add_line (self, "");
}

void
pymva_factory_tables_add_multiclass (PymvaFactoryTables *self)
{
  g_auto (GStrv) classes = pymva_dataset_list_classes (self->factory->dataset);

  add_one_against_rest (self, classes);
  add_confusion_matrices (self, classes);
  if (has_both_parts (self))
    add_kolmogorov (self);
}
