/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-tmva-private.h"
#include "scoring/pymva-forest-private.h"

/* TMVA's “RuleFit”, a sum over rules and over the variables themselves, and its “Cuts”. A rule is a
 * range of some variables, and so are cuts: a tree of one path each. */

/* No rule has more: TMVA has a range for each variable. */
#define MOST_RULES (1 << 20)

/* --- ranges --- */

/* The float32 number up to which numbers are below @bound, or not above it. */
static float
find_last (double bound,
           gboolean is_below)
{
  float last = (float) bound;

  while (last > bound || (is_below && last >= bound))
    last = nextafterf (last, -INFINITY);
  return last;
}

/* Adds the question whether a variable is above a bound, or not above it. */
static void
add_question (GArray *nodes,
              gint32 feature,
              float threshold,
              gboolean wants_above,
              const double *no)
{
  gint32 place = nodes->len;
  const PymvaForestNode nodes_of_it[] = {
    { .left = wants_above ? place + 1 : place + 2, .right = wants_above ? place + 2 : place + 1,
      .feature = feature, .threshold = threshold,
      /* NaN is in no range. */
      .missing = wants_above ? PYMVA_FOREST_MISSING_LEFT : 0, .set = -1 },
    { .left = -1, .right = -1, .set = -1, .values = no },
  };

  g_array_append_vals (nodes, nodes_of_it, 2);
}

/* The questions end with the answer of what is in all ranges. */
static gboolean
add_tree (PymvaForestWriter *writer,
          GArray *nodes,
          const double *yes,
          GError **error)
{
  const PymvaForestNode leaf = { .left = -1, .right = -1, .set = -1, .values = yes };

  g_array_append_val (nodes, leaf);
  return pymva_forest_writer_add_tree (writer, (const PymvaForestNode *) nodes->data, nodes->len, 0,
                                       error);
}

/* --- rules --- */

static gboolean
read_range (const PymvaTmvaMethod *method,
            const PymvaXmlElement *cut,
            GArray *nodes,
            const double *no,
            GError **error)
{
  const char *has_minimum = pymva_xml_require_attribute (cut, "DoMin", error);
  const char *has_maximum =
    has_minimum != NULL ? pymva_xml_require_attribute (cut, "DoMax", error) : NULL;
  gint64 feature;
  double minimum;
  double maximum;

  if (has_maximum == NULL ||
      !pymva_xml_read_int (cut, "Selector", 0, method->n_variables - 1, &feature, error) ||
      !pymva_xml_read_double (cut, "Min", &minimum, error) ||
      !pymva_xml_read_double (cut, "Max", &maximum, error))
    return FALSE;

  if (g_str_equal (has_minimum, "T"))
    add_question (nodes, feature, find_last (minimum, FALSE), TRUE, no);
  if (g_str_equal (has_maximum, "T"))
    add_question (nodes, feature, find_last (maximum, TRUE), FALSE, no);
  return TRUE;
}

static gboolean
read_rule (const PymvaTmvaMethod *method,
           const PymvaXmlElement *rule,
           PymvaForestWriter *writer,
           GError **error)
{
  static const double no = 0;
  g_autoptr (GArray) nodes = g_array_new (FALSE, FALSE, sizeof (PymvaForestNode));
  const PymvaXmlElement *cut = pymva_xml_require_child (rule, "Cut", error);
  double coefficient;

  if (cut == NULL || !pymva_xml_read_double (rule, "Coeff", &coefficient, error))
    return FALSE;
  for (; cut != NULL; cut = pymva_xml_get_next (cut, "Cut"))
    if (!read_range (method, cut, nodes, &no, error))
      return FALSE;

  return add_tree (writer, nodes, &coefficient, error);
}

static gboolean
add_rules (const PymvaTmvaMethod *method,
           double offset,
           int input,
           int *stage,
           GError **error)
{
  g_autoptr (PymvaForestWriter) writer =
    pymva_forest_writer_new (PYMVA_DTYPE_FLOAT32, method->n_variables, 1);
  const PymvaXmlElement *rule = pymva_xml_get_child (method->weights, "Rule");

  for (; rule != NULL; rule = pymva_xml_get_next (rule, "Rule"))
    if (!read_rule (method, rule, writer, error))
      return FALSE;

  return pymva_tmva_add_forest (method, writer, 1, &offset, input, stage, error);
}

/* --- linear terms --- */

/* Each term is a variable within bounds of its own. */
typedef struct
{
  guint *columns;
  double *minima;
  double *maxima;
  double *weights;
  guint n;
} Terms;

static void
terms_clear (Terms *self)
{
  g_free (self->columns);
  g_free (self->minima);
  g_free (self->maxima);
  g_free (self->weights);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Terms, terms_clear)

static gboolean
read_terms (Terms *self,
            const PymvaTmvaMethod *method,
            GError **error)
{
  const PymvaXmlElement *term = pymva_xml_get_child (method->weights, "Linear");
  guint n = pymva_xml_count_children (method->weights, "Linear");

  if (n > method->n_variables)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "it has %u linear terms, and there are %u variables", n, method->n_variables);
      return FALSE;
    }

  self->columns = g_new (guint, n);
  self->minima = g_new (double, n);
  self->maxima = g_new (double, n);
  self->weights = g_new (double, n);
  for (guint i = 0; i < n; i++, term = pymva_xml_get_next (term, "Linear"))
    {
      gint64 is_used;
      double coefficient;
      double norm;

      if (!pymva_xml_read_int (term, "OK", 0, 1, &is_used, error) ||
          !pymva_xml_read_double (term, "Coeff", &coefficient, error) ||
          !pymva_xml_read_double (term, "Norm", &norm, error) ||
          !pymva_xml_read_double (term, "DM", &self->minima[self->n], error) ||
          !pymva_xml_read_double (term, "DP", &self->maxima[self->n], error))
        return FALSE;
      self->columns[self->n] = i;
      self->weights[self->n] = coefficient * norm;
      self->n += is_used;
    }

  return TRUE;
}

/* The sum over the terms, and @rules, a stage, or the number @offset where that is -1. */
static int
add_terms (const PymvaTmvaMethod *method,
           const Terms *terms,
           int rules,
           double offset,
           int input)
{
  g_autofree double *weight = g_new (double, terms->n + 1);
  int inputs[2];
  PymvaStageWriter clip;
  PymvaStageWriter sum;

  pymva_stage_writer_init (&clip, method->builder, "clip",
                           pymva_tmva_add_select (method, terms->columns, terms->n, input));
  pymva_stage_writer_set_doubles (&clip, "minimum", terms->minima, terms->n, 0);
  pymva_stage_writer_set_doubles (&clip, "maximum", terms->maxima, terms->n, 0);
  inputs[0] = pymva_stage_writer_add (&clip, FALSE);
  inputs[1] = rules;

  for (guint i = 0; i < terms->n; i++)
    weight[i] = terms->weights[i];
  weight[terms->n] = 1;
  pymva_stage_writer_init (&sum, method->builder, "linear", inputs[0]);
  if (rules >= 0)
    pymva_stage_writer_set_inputs (&sum, inputs, 2);
  pymva_stage_writer_set_doubles (&sum, "weight", weight, 1, terms->n + (rules >= 0));
  if (rules < 0)
    pymva_stage_writer_set_doubles (&sum, "bias", &offset, 1, 0);

  return pymva_stage_writer_add (&sum, FALSE);
}

/* What the learning model takes: both, rules, or linear terms. */
enum
{
  MODEL_FULL,
  MODEL_RULES,
  MODEL_LINEAR
};

gboolean
pymva_tmva_import_rule_fit (PymvaTmvaMethod *method,
                            int *stage,
                            GError **error)
{
  guint n_rules = pymva_xml_count_children (method->weights, "Rule");
  g_auto (Terms) terms = { NULL };
  int rules = -1;
  double offset;
  gint64 model;
  int input;

  if (!pymva_xml_read_int (method->weights, "LearningModel", MODEL_FULL, MODEL_LINEAR, &model,
                           error) ||
      !pymva_xml_read_double (method->weights, "Offset", &offset, error) ||
      (model != MODEL_RULES && !read_terms (&terms, method, error)) ||
      !pymva_tmva_method_transform (method, PYMVA_TMVA_ALL_CLASSES, &input, error))
    return FALSE;

  if (model == MODEL_LINEAR)
    n_rules = 0;
  if (n_rules > MOST_RULES || (n_rules == 0 && terms.n == 0))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "it has %u rules and %u linear terms",
                   n_rules, terms.n);
      return FALSE;
    }

  if (n_rules > 0 && !add_rules (method, offset, input, &rules, error))
    return FALSE;
  *stage = terms.n > 0 ? add_terms (method, &terms, rules, offset, input) : rules;
  return TRUE;
}

/* --- cuts --- */

/* The place that TMVA takes the cuts from, counted from 0. It looks the bin of the efficiency up,
 * which is counted from 1, and does not subtract that. Releases of ROOT disagree about efficiencies
 * at the edge of a bin; here the edges decide, as in the later ones. */
static gboolean
find_bin (const PymvaTmvaMethod *method,
          gint64 n_bins,
          gint64 *place,
          GError **error)
{
  double width = 1.0 / n_bins;
  double efficiency;

  if (!g_variant_lookup (method->import->options, "signal-efficiency", "d", &efficiency))
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                           "it holds cuts for many efficiencies: say with the option "
                           "“signal-efficiency” which share of the signal they are to leave");
      return FALSE;
    }
  if (!(efficiency > 0) || efficiency > 1)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the option “signal-efficiency” is %g, not above 0 and up to 1", efficiency);
      return FALSE;
    }

  *place = n_bins * efficiency;
  if (efficiency < *place * width)
    (*place)--;
  else if (efficiency >= (*place + 1) * width)
    (*place)++;
  *place = MIN (*place + 1, n_bins - 1);
  return TRUE;
}

static const PymvaXmlElement *
find_cuts (const PymvaTmvaMethod *method,
           GError **error)
{
  const PymvaXmlElement *bin = pymva_xml_get_child (method->weights, "Bin");
  gint64 n_bins;
  gint64 place;

  if (!pymva_xml_read_int (method->weights, "nbins", 1, G_MAXINT16, &n_bins, error) ||
      !find_bin (method, n_bins, &place, error))
    return NULL;

  for (; bin != NULL; bin = pymva_xml_get_next (bin, "Bin"))
    {
      gint64 number;

      if (!pymva_xml_read_int (bin, "ibin", 1, n_bins, &number, error))
        return NULL;
      if (number == place + 1)
        return pymva_xml_require_child (bin, "Cuts", error);
    }

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "it has no bin %" G_GINT64_FORMAT " of efficiencies", place + 1);
  return NULL;
}

/* An event is in the range of each variable, the upper end included. */
static gboolean
read_cuts (const PymvaTmvaMethod *method,
           const PymvaXmlElement *cuts,
           PymvaForestWriter *writer,
           GError **error)
{
  static const double no = 0;
  static const double yes = 1;
  g_autoptr (GArray) nodes = g_array_new (FALSE, FALSE, sizeof (PymvaForestNode));

  for (guint i = 0; i < method->n_variables; i++)
    {
      g_autofree char *minimum_name = g_strdup_printf ("cutMin_%u", i);
      g_autofree char *maximum_name = g_strdup_printf ("cutMax_%u", i);
      double minimum;
      double maximum;

      if (!pymva_xml_read_double (cuts, minimum_name, &minimum, error) ||
          !pymva_xml_read_double (cuts, maximum_name, &maximum, error))
        return FALSE;
      add_question (nodes, i, find_last (minimum, FALSE), TRUE, &no);
      add_question (nodes, i, find_last (maximum, FALSE), FALSE, &no);
    }

  return add_tree (writer, nodes, &yes, error);
}

gboolean
pymva_tmva_import_cuts (PymvaTmvaMethod *method,
                        int *stage,
                        GError **error)
{
  static const double none = 0;
  g_autoptr (PymvaForestWriter) writer =
    pymva_forest_writer_new (PYMVA_DTYPE_FLOAT32, method->n_variables, 1);
  const PymvaXmlElement *cuts = find_cuts (method, error);
  int input;

  return cuts != NULL &&
         pymva_tmva_method_transform (method, PYMVA_TMVA_ALL_CLASSES, &input, error) &&
         read_cuts (method, cuts, writer, error) &&
         pymva_tmva_add_forest (method, writer, 1, &none, input, stage, error);
}
