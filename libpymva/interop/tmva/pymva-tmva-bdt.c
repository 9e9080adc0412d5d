/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <float.h>
#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-tmva-private.h"
#include "scoring/pymva-forest-private.h"

/* TMVA's boosted decision trees. A node compares a float32 variable with a float32 cut, or, with
 * Fisher's discriminant, a sum over all variables in float64, which gets a column of its own. */

/* The trees as they are read. */
typedef struct
{
  PymvaTmvaMethod *method;
  PymvaForestWriter *writer;
  /* Leaves answer with their response, or with 1 for the signal and -1 for the background, or with
   * their purity. */
  gboolean has_responses;
  gboolean has_types;
  /* What the answers of the tree are multiplied by. */
  double factor;
  /* Of the tree that is being read. */
  GArray *nodes;
  GArray *values;
  /* The coefficients of all sums: the constant comes first. */
  GArray *sums;
  guint n_sums;
} Trees;

static void
trees_clear (Trees *self)
{
  g_clear_pointer (&self->writer, pymva_forest_writer_free);
  g_array_unref (self->nodes);
  g_array_unref (self->values);
  g_array_unref (self->sums);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trees, trees_clear)

/* --- nodes --- */

static gboolean
read_purity (const PymvaXmlElement *element,
             double *purity,
             GError **error)
{
  double n_signal;
  double n_background;

  if (pymva_xml_get_attribute (element, "purity") != NULL)
    return pymva_xml_read_double (element, "purity", purity, error);

  if (!pymva_xml_read_double (element, "nS", &n_signal, error) ||
      !pymva_xml_read_double (element, "nB", &n_background, error))
    return FALSE;
  *purity = (float) n_signal / ((float) n_signal + (float) n_background);
  return TRUE;
}

static gboolean
read_leaf (Trees *self,
           const PymvaXmlElement *element,
           gint64 type,
           GError **error)
{
  double value = type;

  if (self->has_responses ? !pymva_xml_read_double (element, "res", &value, error)
                          : !self->has_types && !read_purity (element, &value, error))
    return FALSE;

  value = self->factor * (float) value;
  g_array_index (self->values, double, self->values->len - 1) = value;
  return TRUE;
}

/* The column of a sum over all variables: TMVA begins with the constant, which it has last. */
static gboolean
read_sum (Trees *self,
          const PymvaXmlElement *element,
          gint64 n_coefficients,
          gint32 *column,
          GError **error)
{
  guint n = self->method->n_variables;

  if (n_coefficients != n + 1)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "a node has %" G_GINT64_FORMAT " coefficients, and there are %u variables",
                   n_coefficients, n);
      return FALSE;
    }

  for (guint i = 0; i <= n; i++)
    {
      g_autofree char *name = g_strdup_printf ("fC%u", i > 0 ? i - 1 : n);
      double value;

      if (!pymva_xml_read_double (element, name, &value, error))
        return FALSE;
      g_array_append_val (self->sums, value);
    }

  *column = n + self->n_sums++;
  return TRUE;
}

/* What the node compares, and with what. What is not greater goes left, and so does NaN: with
 * “cType” 0 the children are exchanged. */
static gboolean
read_split (Trees *self,
            const PymvaXmlElement *element,
            PymvaForestNode *node,
            gboolean *exchanges,
            GError **error)
{
  guint n = self->method->n_variables;
  gint64 n_coefficients = 0;
  gint64 variable;
  gint64 cut_type;
  double cut;

  if ((pymva_xml_get_attribute (element, "NCoef") != NULL &&
       !pymva_xml_read_int (element, "NCoef", 0, G_MAXINT32, &n_coefficients, error)) ||
      !pymva_xml_read_double (element, "Cut", &cut, error) ||
      !pymva_xml_read_int (element, "cType", 0, 1, &cut_type, error))
    return FALSE;

  node->missing = PYMVA_FOREST_MISSING_LEFT;
  *exchanges = cut_type == 0;
  if (n_coefficients > 0)
    {
      node->threshold = (float) cut;
      return read_sum (self, element, n_coefficients, &node->feature, error);
    }

  if (!pymva_xml_read_int (element, "IVar", 0, (gint64) n - 1, &variable, error))
    return FALSE;
  node->feature = variable;
  /* Equal numbers go with the greater ones. */
  node->threshold = nextafterf ((float) cut, -INFINITY);
  return TRUE;
}

static gboolean read_node (Trees *self,
                           const PymvaXmlElement *element,
                           gint32 *place,
                           GError **error);

static gboolean
read_children (Trees *self,
               const PymvaXmlElement *element,
               gint32 *left,
               gint32 *right,
               GError **error)
{
  for (const PymvaXmlElement *child = pymva_xml_get_child (element, "Node"); child != NULL;
       child = pymva_xml_get_next (child, "Node"))
    {
      const char *side = pymva_xml_require_attribute (child, "pos", error);
      gint32 *place = g_strcmp0 (side, "l") == 0 ? left : right;

      if (side == NULL)
        return FALSE;
      if (*place >= 0 || (place == right && !g_str_equal (side, "r")))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "a node has two children “%s”, or one that is neither “l” nor “r”", side);
          return FALSE;
        }
      if (!read_node (self, child, place, error))
        return FALSE;
    }
  if (*left >= 0 && *right >= 0)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "a node has one child, or none");
  return FALSE;
}

/* Elements nest no deeper than their reader lets them. */
static gboolean
read_node (Trees *self,
           const PymvaXmlElement *element,
           gint32 *place,
           GError **error)
{
  PymvaForestNode node = { .left = -1, .right = -1, .set = -1 };
  double no_value = 0;
  gboolean exchanges;
  gint64 type;

  if (!pymva_xml_read_int (element, "nType", G_MININT16, G_MAXINT16, &type, error))
    return FALSE;

  *place = self->nodes->len;
  g_array_append_val (self->nodes, node);
  g_array_append_val (self->values, no_value);
  if (type != 0)
    return read_leaf (self, element, type, error);

  if (!read_split (self, element, &node, &exchanges, error) ||
      !read_children (self, element, exchanges ? &node.right : &node.left,
                      exchanges ? &node.left : &node.right, error))
    return FALSE;
  g_array_index (self->nodes, PymvaForestNode, *place) = node;

  return TRUE;
}

static gboolean
read_tree (Trees *self,
           const PymvaXmlElement *tree,
           gint32 output,
           GError **error)
{
  const PymvaXmlElement *root = pymva_xml_require_child (tree, "Node", error);
  PymvaForestNode *nodes;
  gint32 place;

  g_array_set_size (self->nodes, 0);
  g_array_set_size (self->values, 0);
  if (root == NULL || !read_node (self, root, &place, error))
    return FALSE;

  nodes = (PymvaForestNode *) self->nodes->data;
  for (guint i = 0; i < self->nodes->len; i++)
    nodes[i].values = &g_array_index (self->values, double, i);
  return pymva_forest_writer_add_tree (self->writer, nodes, self->nodes->len, output, error);
}

/* --- forests --- */

/* How the answers of the trees come together. */
typedef enum
{
  /* The sum, with the weights of the trees, divided by the sum of the weights. */
  COMBINE_MEAN,
  /* The sum. */
  COMBINE_SUM,
  /* A sum for each class: the trees take turns. */
  COMBINE_CLASSES,
  /* Each tree by itself. */
  COMBINE_NONE,
} Combination;

/* All trees: @weights are new, one for each. */
static gboolean
read_trees (Trees *self,
            Combination combination,
            double **weights,
            guint *n_trees,
            GError **error)
{
  const PymvaXmlElement *tree =
    pymva_xml_require_child (self->method->weights, "BinaryTree", error);
  guint n;

  if (tree == NULL)
    return FALSE;

  n = pymva_xml_count_children (self->method->weights, "BinaryTree");
  *weights = g_new (double, n);
  for (*n_trees = 0; tree != NULL; tree = pymva_xml_get_next (tree, "BinaryTree"))
    {
      guint number = (*n_trees)++;
      gint32 output = combination == COMBINE_CLASSES ? number % self->method->n_outputs
                                                     : combination == COMBINE_NONE ? number : 0;

      if (!pymva_xml_read_double (tree, "boostWeight", *weights + number, error))
        return FALSE;
      self->factor = combination == COMBINE_MEAN ? (*weights)[number] : 1;
      if (!read_tree (self, tree, output, error))
        {
          g_prefix_error (error, "tree %u: ", number);
          return FALSE;
        }
    }

  return TRUE;
}

/* A column that is 1, whatever the variables are. */
static int
add_ones (const PymvaTmvaMethod *method,
          int input)
{
  static const guint first = 0;
  static const double zero = 0;
  PymvaStageWriter fill;
  int stage = pymva_tmva_add_select (method, &first, 1, input);

  stage = pymva_tmva_add_constant (method, "multiply", 0, 1, stage, FALSE);
  pymva_stage_writer_init (&fill, method->builder, "fill", stage);
  pymva_stage_writer_set_doubles (&fill, "values", &zero, 1, 0);
  stage = pymva_stage_writer_add (&fill, FALSE);

  return pymva_tmva_add_constant (method, "add", 1, 1, stage, FALSE);
}

/* The variables, and behind them all sums that nodes compare. */
static int
add_sums (const Trees *self,
          int input)
{
  guint n = self->method->n_variables;
  g_autofree guint *columns = g_new (guint, n + self->n_sums);
  int with_ones[2] = { add_ones (self->method, input), input };
  int both[2] = { input };
  PymvaStageWriter linear;
  PymvaStageWriter joined;

  pymva_stage_writer_init (&linear, self->method->builder, "linear", input);
  pymva_stage_writer_set_inputs (&linear, with_ones, 2);
  pymva_stage_writer_set_doubles (&linear, "weight", (double *) self->sums->data, self->n_sums,
                                  n + 1);
  both[1] = pymva_stage_writer_add (&linear, FALSE);
  for (guint i = 0; i < n + self->n_sums; i++)
    columns[i] = i;
  pymva_stage_writer_init (&joined, self->method->builder, "select", input);
  pymva_stage_writer_set_inputs (&joined, both, 2);
  pymva_stage_writer_set_columns (&joined, columns, n + self->n_sums);

  return pymva_stage_writer_add (&joined, FALSE);
}

/* Whether a node compares a sum, of which a forest needs to know before its first tree. */
static gboolean
has_sums (const PymvaXmlElement *element)
{
  const char *n_coefficients = pymva_xml_get_attribute (element, "NCoef");
  const char *type = pymva_xml_get_attribute (element, "nType");

  if (n_coefficients != NULL && !g_str_equal (n_coefficients, "0") && g_strcmp0 (type, "0") == 0)
    return TRUE;

  for (const PymvaXmlElement *child = pymva_xml_get_child (element, NULL); child != NULL;
       child = pymva_xml_get_next (child, NULL))
    if (has_sums (child))
      return TRUE;

  return FALSE;
}

/* The number of columns is not known before all trees are read, and no node says one beyond it. */
static void
trees_init (Trees *self,
            PymvaTmvaMethod *method)
{
  gboolean with_sums = has_sums (method->weights);

  *self = (Trees) { method };
  self->writer = pymva_forest_writer_new (with_sums ? PYMVA_DTYPE_FLOAT64 : PYMVA_DTYPE_FLOAT32,
                                          with_sums ? G_MAXINT32 : (gint32) method->n_variables, 1);
  self->nodes = g_array_new (FALSE, FALSE, sizeof (PymvaForestNode));
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  self->sums = g_array_new (FALSE, FALSE, sizeof (double));
}

/* --- what becomes of the sums --- */

/* The sum of the trees' answers over that of their weights, or 0 where there is no weight. */
static int
add_mean (const PymvaTmvaMethod *method,
          const double *weights,
          guint n_trees,
          int stage,
          gboolean rounds)
{
  double norm = 0;

  for (guint i = 0; i < n_trees; i++)
    norm += weights[i];

  return norm > DBL_EPSILON ? pymva_tmva_add_constant (method, "divide", norm, 1, stage, rounds)
                            : pymva_tmva_add_constant (method, "multiply", 0, 1, stage, rounds);
}

/* 2 / (1 + exp (−2 x)) − 1 */
static int
add_gradient_link (const PymvaTmvaMethod *method,
                   int stage)
{
  PymvaStageWriter link;

  pymva_stage_writer_init (&link, method->builder, "link", stage);
  pymva_stage_writer_set_word (&link, "function", "logistic");
  pymva_stage_writer_set_number (&link, "slope", 2);
  stage = pymva_stage_writer_add (&link, FALSE);
  stage = pymva_tmva_add_constant (method, "multiply", 2, 1, stage, FALSE);

  return pymva_tmva_add_constant (method, "add", -1, 1, stage, FALSE);
}

/* The mean of the answers around the weighted median (H. Drucker, Improving regressors using
 * boosting techniques, 1997), as far as a sixth of the trees to both sides. */
static int
add_median (const PymvaTmvaMethod *method,
            const double *weights,
            guint n_trees,
            int stage)
{
  PymvaStageWriter median;

  pymva_stage_writer_init (&median, method->builder, "weighted-median", stage);
  pymva_stage_writer_set_doubles (&median, "weights", weights, n_trees, 0);
  pymva_stage_writer_set_int (&median, "reach", n_trees / 6);

  return pymva_stage_writer_add (&median, TRUE);
}

static Combination
get_combination (const PymvaTmvaMethod *method,
                 const char *boost)
{
  if (method->analysis_type == PYMVA_ANALYSIS_TYPE_MULTICLASS)
    return COMBINE_CLASSES;
  if (g_str_equal (boost, "Grad"))
    return COMBINE_SUM;
  if (method->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION && g_str_equal (boost, "AdaBoostR2"))
    return COMBINE_NONE;
  return COMBINE_MEAN;
}

/* What TMVA does with an answer of each kind. */
static int
add_answer (const PymvaTmvaMethod *method,
            Combination combination,
            const double *weights,
            guint n_trees,
            int stage)
{
  gboolean is_regression = method->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION;

  switch (combination)
    {
    case COMBINE_CLASSES:
      return pymva_tmva_add_link (method, "softmax", stage, TRUE);
    case COMBINE_NONE:
      return add_median (method, weights, n_trees, stage);
    case COMBINE_SUM:
      /* The first tree's weight is where a regression starts from. */
      return is_regression ? pymva_tmva_add_constant (method, "add", weights[0], 1, stage, TRUE)
                           : add_gradient_link (method, stage);
    case COMBINE_MEAN:
    default:
      return add_mean (method, weights, n_trees, stage, is_regression);
    }
}

/* What TMVA has had, and has no longer, or what the file says of events that no tree sees. */
static gboolean
check_options (const PymvaTmvaMethod *method,
               GError **error)
{
  if (pymva_tmva_method_get_flag (method, "DoPreselection", FALSE))
    return pymva_tmva_method_refuse (method, error, "the option “DoPreselection”");
  if (!pymva_tmva_method_get_flag (method, "UseWeightedTrees", TRUE))
    return pymva_tmva_method_refuse (method, error, "the option “UseWeightedTrees=False”");
  if (method->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION && method->n_outputs != 1)
    return pymva_tmva_method_refuse (method, error, "a regression of several targets");

  return TRUE;
}

static gboolean
read_leaf_kind (Trees *self,
                const char *boost,
                Combination combination,
                GError **error)
{
  const PymvaTmvaMethod *method = self->method;
  const char *name =
    pymva_xml_get_attribute (method->weights, "TreeType") != NULL ? "TreeType" : "AnalysisType";
  gint64 analysis;

  /* 1 is TMVA's number for a regression. */
  if (!pymva_xml_read_int (method->weights, name, 0, 2, &analysis, error))
    return FALSE;

  self->has_responses = analysis == 1;
  self->has_types = combination == COMBINE_MEAN &&
                    method->analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION &&
                    !g_str_equal (boost, "RealAdaBoost") && !g_str_equal (boost, "AdaCost") &&
                    pymva_tmva_method_get_flag (method, "UseYesNoLeaf", TRUE);
  return TRUE;
}

gboolean
pymva_tmva_import_bdt (PymvaTmvaMethod *method,
                       int *stage,
                       GError **error)
{
  const char *boost = pymva_tmva_method_get_option (method, "BoostType");
  g_auto (Trees) trees;
  g_autofree double *weights = NULL;
  Combination combination;
  guint n_trees;
  guint n_columns;
  int input;

  trees_init (&trees, method);
  if (boost == NULL)
    boost = method->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION ? "AdaBoostR2" : "AdaBoost";
  combination = get_combination (method, boost);
  if (!check_options (method, error) ||
      !read_leaf_kind (&trees, boost, combination, error) ||
      !read_trees (&trees, combination, &weights, &n_trees, error))
    return FALSE;

  /* Sums are over numbers of float32, and not only compared with them. */
  if (trees.n_sums > 0 && method->input < 0)
    method->input = pymva_tmva_add_rounding (method);
  n_columns = combination == COMBINE_NONE ? n_trees
                                          : combination == COMBINE_CLASSES ? method->n_outputs : 1;
  if (!pymva_tmva_method_transform (method, PYMVA_TMVA_ALL_CLASSES, &input, error))
    return FALSE;
  if (trees.n_sums > 0)
    input = add_sums (&trees, input);
  if (!pymva_tmva_add_forest (method, trees.writer, n_columns, NULL, input, stage, error))
    return FALSE;

  *stage = add_answer (method, combination, weights, n_trees, *stage);
  return TRUE;
}
