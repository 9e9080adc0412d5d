/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-booster-model-private.h"
#include "pymva-document-private.h"
#include "pymva-xgboost-objective-private.h"
#include "scoring/pymva-forest-private.h"
#include "scoring/pymva-manifest-private.h"

/* XGBoost's models, as "Introduction to Model IO" in its documentation describes them, and as its
 * predictor on the processor reads them: numbers are float32, x < threshold goes left, categories
 * of a set go right, and trees are added to the base in their order.
 *
 * Before XGBoost 3.1 the base is one number for all outputs, and then a list. */

/* The largest category of a set: as large as its numbers are exact in float32. */
#define MOST_CATEGORY (1 << 24)
#define MOST_OUTPUTS (1 << 16)

typedef struct
{
  const PymvaDocument *learner;
  const PymvaDocument *parameters; /* learner_model_param */
  const PymvaDocument *trees; /* the model of gbtree */
  /* Of dart, what the leaves of each tree are multiplied by; or NULL. */
  const double *weights;
  gsize n_weights;
  guint n_outputs;
  /* 1, or of a tree whose leaves have a value for each output, as many. */
  guint n_leaf_values;
} Source;

static gboolean
set_error (GError **error,
           const char *what)
{
  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, what);
  return FALSE;
}

/* XGBoost keeps whole numbers as texts. */
static gboolean
read_count (const PymvaDocument *object,
            const char *member,
            gboolean required,
            guint64 least,
            guint64 most,
            guint *count,
            GError **error)
{
  const char *text = NULL;
  guint64 number;

  if (!pymva_document_get_string (object, member, required, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, least, most, &number, NULL))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "“%s” is “%s”, not a number between %" G_GUINT64_FORMAT " and "
                   "%" G_GUINT64_FORMAT, member, text, least, most);
      return FALSE;
    }

  *count = number;
  return TRUE;
}

/* --- the model --- */

static gboolean
find_trees (Source *self,
            GError **error)
{
  const PymvaDocument *booster;
  const char *name = NULL;

  if (!pymva_document_get_object (self->learner, "gradient_booster", TRUE, &booster, error) ||
      !pymva_document_get_string (booster, "name", TRUE, &name, error))
    return FALSE;

  if (g_str_equal (name, "dart"))
    return pymva_document_get_numbers (booster, "weight_drop", TRUE, &self->weights,
                                       &self->n_weights, error) &&
           pymva_document_get_object (booster, "gbtree", TRUE, &booster, error) &&
           pymva_document_get_object (booster, "model", TRUE, &self->trees, error);
  if (g_str_equal (name, "gbtree"))
    return pymva_document_get_object (booster, "model", TRUE, &self->trees, error);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "its booster is “%s”, and only “gbtree” and “dart” can be converted", name);
  return FALSE;
}

static gboolean
read_shape (Source *self,
            PymvaBoosterModel *model,
            GError **error)
{
  guint n_classes = 0;
  guint n_targets = 1;

  if (!read_count (self->parameters, "num_feature", TRUE, 1, G_MAXINT32, &model->n_features,
                   error) ||
      !read_count (self->parameters, "num_class", TRUE, 0, MOST_OUTPUTS, &n_classes, error) ||
      !read_count (self->parameters, "num_target", FALSE, 1, MOST_OUTPUTS, &n_targets, error))
    return FALSE;
  if (n_classes > 1 && n_targets > 1)
    return set_error (error, "it has both several classes and several targets");

  self->n_outputs = MAX (MAX (n_classes, n_targets), 1);
  model->n_outputs = self->n_outputs;
  return TRUE;
}

static gboolean
read_names (const Source *self,
            PymvaBoosterModel *model,
            GError **error)
{
  const PymvaDocument *names;

  if (!pymva_document_get_list (self->learner, "feature_names", FALSE, &names, error))
    return FALSE;
  if (names == NULL || pymva_document_get_length (names) == 0)
    return TRUE;

  model->features = pymva_document_dup_strings (names, error);
  if (model->features == NULL)
    {
      g_prefix_error (error, "“feature_names”: ");
      return FALSE;
    }
  return g_strv_length (model->features) == model->n_features ||
         set_error (error, "it has not as many “feature_names” as features");
}

static gboolean
read_version (const PymvaDocument *document,
              PymvaBoosterModel *model,
              GError **error)
{
  const double *numbers = NULL;
  gsize n_numbers = 0;

  if (!pymva_document_get_numbers (document, "version", FALSE, &numbers, &n_numbers, error))
    return FALSE;
  if (n_numbers == 3)
    model->version = g_strdup_printf ("%.0f.%.0f.%.0f", numbers[0], numbers[1], numbers[2]);

  return TRUE;
}

/* --- the base --- */

static gboolean
read_base (const Source *self,
           const PymvaXGBoostObjective *objective,
           PymvaBoosterModel *model,
           GError **error)
{
  g_autoptr (PymvaDocument) document = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *text = NULL;
  const double *numbers;
  gsize n_numbers;

  if (!pymva_document_get_string (self->parameters, "base_score", TRUE, &text, error))
    return FALSE;
  bytes = g_bytes_new_static (text, strlen (text));
  document = pymva_document_read_json (bytes, error);
  if (document == NULL)
    {
      g_prefix_error (error, "“base_score”: ");
      return FALSE;
    }

  numbers = pymva_document_peek_numbers (document, &n_numbers);
  if (n_numbers != 1 && n_numbers != self->n_outputs)
    return set_error (error, "“base_score” is neither one number nor one for each output");

  model->base = g_new (double, self->n_outputs);
  for (guint i = 0; i < self->n_outputs; i++)
    {
      model->base[i] = objective->to_margin ((float) numbers[n_numbers > 1 ? i : 0]);
      if (!isfinite (model->base[i]))
        return set_error (error, "“base_score” is not what its objective can begin with");
    }

  return TRUE;
}

/* --- trees --- */

/* The tables of a tree, each with a number per node. */
typedef struct
{
  gsize n_nodes;
  const double *left;
  const double *right;
  const double *feature;
  const double *condition;
  const double *default_left;
  /* Missing in models before 1.5; the rest only counts where there are category splits. */
  const double *split_type;
  const double *category_nodes;
  const double *category_segments;
  const double *category_sizes;
  const double *categories;
  gsize n_category_nodes;
  gsize n_categories;
  /* Where leaves have several values: those of all leaves or nodes, and how many numbers. */
  const double *leaf_weights;
  gsize n_leaf_weights;
  gboolean leaves_have_numbers;
} Tree;

static gboolean
read_table (const PymvaDocument *tree,
            const char *member,
            gboolean required,
            gsize n_nodes,
            const double **values,
            GError **error)
{
  gsize n_values = n_nodes;

  *values = NULL;
  if (!pymva_document_get_numbers (tree, member, required, values, &n_values, error))
    return FALSE;
  if (n_values == n_nodes)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "“%s” has %" G_GSIZE_FORMAT " numbers for %" G_GSIZE_FORMAT " nodes", member,
               n_values, n_nodes);
  return FALSE;
}

static gboolean
read_categories (const PymvaDocument *document,
                 Tree *tree,
                 GError **error)
{
  gsize n_segments = 0;
  gsize n_sizes = 0;

  if (!pymva_document_get_numbers (document, "categories_nodes", FALSE, &tree->category_nodes,
                                   &tree->n_category_nodes, error) ||
      !pymva_document_get_numbers (document, "categories_segments", FALSE,
                                   &tree->category_segments, &n_segments, error) ||
      !pymva_document_get_numbers (document, "categories_sizes", FALSE, &tree->category_sizes,
                                   &n_sizes, error) ||
      !pymva_document_get_numbers (document, "categories", FALSE, &tree->categories,
                                   &tree->n_categories, error))
    return FALSE;

  return (n_segments == tree->n_category_nodes && n_sizes == tree->n_category_nodes) ||
         set_error (error, "its tables of categories are not of one length");
}

static gboolean
read_leaf_weights (const PymvaDocument *document,
                   Tree *tree,
                   GError **error)
{
  tree->leaves_have_numbers = pymva_document_has_member (document, "leaf_weights");
  return pymva_document_get_numbers (document,
                                     tree->leaves_have_numbers ? "leaf_weights" : "base_weights",
                                     TRUE, &tree->leaf_weights, &tree->n_leaf_weights, error);
}

static gboolean
read_tree (const PymvaDocument *document,
           guint n_leaf_values,
           Tree *tree,
           GError **error)
{
  *tree = (Tree) { 0 };
  if (!pymva_document_get_numbers (document, "left_children", TRUE, &tree->left, &tree->n_nodes,
                                   error) ||
      !read_table (document, "right_children", TRUE, tree->n_nodes, &tree->right, error) ||
      !read_table (document, "split_indices", TRUE, tree->n_nodes, &tree->feature, error) ||
      !read_table (document, "split_conditions", TRUE, tree->n_nodes, &tree->condition, error) ||
      !read_table (document, "default_left", TRUE, tree->n_nodes, &tree->default_left, error) ||
      !read_table (document, "split_type", FALSE, tree->n_nodes, &tree->split_type, error) ||
      !read_categories (document, tree, error))
    return FALSE;

  return n_leaf_values == 1 || read_leaf_weights (document, tree, error);
}

/* A whole number within an int32, or -2, which stands for nothing. */
static gint32
to_int (double number)
{
  return number >= -1 && number <= G_MAXINT32 && number == floor (number) ? (gint32) number : -2;
}

/* The set of categories of a split, which in XGBoost go right: the children change sides. */
static gboolean
make_set (PymvaForestWriter *writer,
          const Tree *tree,
          gsize place,
          PymvaForestNode *node,
          GError **error)
{
  g_autofree guint32 *words = NULL;
  double first = tree->category_segments[place];
  double size = tree->category_sizes[place];
  gint32 largest = -1;
  gint32 left = node->left;

  if (!(first >= 0 && size >= 0 && first + size <= tree->n_categories))
    return set_error (error, "categories of a split are none that there are");
  for (gsize i = first; i < (gsize) first + (gsize) size; i++)
    {
      gint32 category = to_int (tree->categories[i]);

      if (category < 0 || category >= MOST_CATEGORY)
        return set_error (error, "a category is not a whole number below 16777216");
      largest = MAX (largest, category);
    }

  words = g_new0 (guint32, largest / 32 + 1);
  for (gsize i = first; i < (gsize) first + (gsize) size; i++)
    words[(guint32) tree->categories[i] / 32] |= 1u << (guint32) tree->categories[i] % 32;
  node->set = pymva_forest_writer_add_set (writer, words, largest / 32 + 1);
  node->left = node->right;
  node->right = left;
  node->missing ^= PYMVA_FOREST_MISSING_LEFT;

  return TRUE;
}

/* x < @condition for every float32 is x <= the one before it. Where nothing is below, all but what
 * is missing goes right: that is what is below infinity, with the children exchanged. */
static void
set_condition (PymvaForestNode *node,
               float condition)
{
  gint32 left = node->left;

  if (condition > -INFINITY)
    {
      node->threshold = nextafterf (condition, -INFINITY);
      return;
    }

  node->threshold = INFINITY;
  node->left = node->right;
  node->right = left;
  node->missing ^= PYMVA_FOREST_MISSING_LEFT;
}

static gboolean
find_leaf_values (const Source *self,
                  const Tree *tree,
                  gsize index,
                  PymvaForestNode *node,
                  GError **error)
{
  gint32 place = tree->leaves_have_numbers ? to_int (tree->right[index]) : (gint32) index;

  node->right = -1;
  if (self->n_leaf_values == 1)
    {
      node->values = &tree->condition[index];
      return TRUE;
    }
  if (place < 0 || (gsize) place >= tree->n_leaf_weights / self->n_leaf_values)
    return set_error (error, "a leaf has no values");

  node->values = &tree->leaf_weights[(gsize) place * self->n_leaf_values];
  return TRUE;
}

static gboolean
make_nodes (const Source *self,
            const Tree *tree,
            PymvaForestWriter *writer,
            PymvaForestNode *nodes,
            GError **error)
{
  for (gsize i = 0; i < tree->n_nodes; i++)
    {
      PymvaForestNode *node = &nodes[i];

      *node = (PymvaForestNode) { to_int (tree->left[i]), to_int (tree->right[i]),
                                  to_int (tree->feature[i]), 0, 0, -1, NULL };
      if (tree->default_left[i] != 0)
        node->missing = PYMVA_FOREST_MISSING_LEFT;
      if (node->left == -1)
        {
          if (!find_leaf_values (self, tree, i, node, error))
            return FALSE;
        }
      else if (node->left < 0 || node->right < 0)
        return set_error (error, "a split has no children");
      else if (tree->split_type == NULL || tree->split_type[i] == 0)
        set_condition (node, tree->condition[i]);
    }

  for (gsize i = 0; i < tree->n_category_nodes; i++)
    {
      gint32 index = to_int (tree->category_nodes[i]);

      if (index < 0 || (gsize) index >= tree->n_nodes || tree->split_type == NULL ||
          tree->split_type[index] != 1 || nodes[index].set >= 0)
        return set_error (error, "categories belong to a node that has none");
      if (nodes[index].left >= 0 && !make_set (writer, tree, i, &nodes[index], error))
        return FALSE;
    }
  for (gsize i = 0; tree->split_type != NULL && i < tree->n_nodes; i++)
    if (tree->split_type[i] != 0 && nodes[i].left != -1 && nodes[i].set < 0)
      return set_error (error, "a split by categories has none");

  return TRUE;
}

static gboolean
add_tree (const Source *self,
          const PymvaDocument *document,
          double output,
          double weight,
          PymvaForestWriter *writer,
          GError **error)
{
  g_autofree PymvaForestNode *nodes = NULL;
  g_autofree double *weighted = NULL;
  Tree tree;

  if (document == NULL)
    return set_error (error, "a tree is no object");
  if (!read_tree (document, self->n_leaf_values, &tree, error))
    return FALSE;
  if (!(output >= 0 && output < self->n_outputs && output == floor (output)))
    return set_error (error, "“tree_info” names an output that there is not");

  nodes = g_new (PymvaForestNode, MAX (tree.n_nodes, 1));
  if (!make_nodes (self, &tree, writer, nodes, error))
    return FALSE;

  /* dart multiplies in float32 before it adds. */
  weighted = g_new (double, MAX (tree.n_nodes, 1));
  for (gsize i = 0; self->weights != NULL && i < tree.n_nodes; i++)
    if (nodes[i].left < 0)
      {
        weighted[i] = (float) *nodes[i].values * (float) weight;
        nodes[i].values = &weighted[i];
      }

  return pymva_forest_writer_add_tree (writer, nodes, tree.n_nodes, output, error);
}

/* Whether leaves have a value for each output: all trees are alike in that. */
static gboolean
read_leaf_size (Source *self,
                const PymvaDocument *trees,
                GError **error)
{
  self->n_leaf_values = 1;
  for (gsize i = 0; i < pymva_document_get_length (trees); i++)
    {
      const PymvaDocument *tree = pymva_document_get_element (trees, i);
      const PymvaDocument *parameters;
      guint size = 0;

      if (tree == NULL)
        return set_error (error, "a tree is no object");
      if (!pymva_document_get_object (tree, "tree_param", TRUE, &parameters, error) ||
          !read_count (parameters, "size_leaf_vector", FALSE, 0, MOST_OUTPUTS, &size, error))
        return FALSE;

      size = MAX (size, 1);
      if (i > 0 && size != self->n_leaf_values)
        return set_error (error, "only some of its trees have several values in a leaf");
      self->n_leaf_values = size;
    }

  if (self->n_leaf_values != 1 && self->n_leaf_values != self->n_outputs)
    return set_error (error, "its leaves have not as many values as there are outputs");
  if (self->n_leaf_values == 1 || self->weights == NULL)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                       "its booster is “dart” with several values in a leaf, which cannot be "
                       "converted");
  return FALSE;
}

/* --- rounds --- */

/* How many rounds are used: XGBoost's scikit-learn estimators stop at the best one. */
static gboolean
choose_rounds (const Source *self,
               const PymvaBoosterChoice *choice,
               PymvaBoosterModel *model,
               GError **error)
{
  const PymvaDocument *attributes;
  const char *best = NULL;
  guint64 number;

  model->n_rounds = model->n_rounds_found;
  if (!pymva_document_get_object (self->learner, "attributes", FALSE, &attributes, error))
    return FALSE;
  if (attributes != NULL &&
      !pymva_document_get_string (attributes, "best_iteration", FALSE, &best, error))
    return FALSE;
  if (best != NULL && g_ascii_string_to_unsigned (best, 10, 0, G_MAXINT32, &number, NULL))
    model->n_rounds = MIN (number + 1, model->n_rounds_found);

  if (choice->n_rounds > model->n_rounds_found)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "%u rounds are asked for, and the model has %u", choice->n_rounds,
                   model->n_rounds_found);
      return FALSE;
    }
  if (choice->n_rounds > 0)
    model->n_rounds = choice->n_rounds;

  return TRUE;
}

/* Where the trees of the rounds end that are used. Since 2.0 the file says where each round
 * begins; before, all rounds have as many trees. */
static gboolean
count_trees (const Source *self,
             const PymvaBoosterChoice *choice,
             gsize n_trees,
             PymvaBoosterModel *model,
             gsize *n_used,
             GError **error)
{
  const PymvaDocument *parameters;
  const double *starts = NULL;
  gsize n_starts = 0;
  guint n_parallel = 1;
  gsize round_size;

  if (!pymva_document_get_object (self->trees, "gbtree_model_param", TRUE, &parameters, error) ||
      !read_count (parameters, "num_parallel_tree", FALSE, 0, G_MAXINT32, &n_parallel, error) ||
      !pymva_document_get_numbers (self->trees, "iteration_indptr", FALSE, &starts, &n_starts,
                                   error))
    return FALSE;

  round_size = (gsize) MAX (n_parallel, 1) * (self->n_leaf_values > 1 ? 1 : self->n_outputs);
  model->n_rounds_found = starts != NULL && n_starts > 0 ? n_starts - 1 : n_trees / round_size;
  if (!choose_rounds (self, choice, model, error))
    return FALSE;

  *n_used = model->n_rounds * round_size;
  if (starts != NULL && n_starts > 0)
    {
      double end = starts[model->n_rounds];

      if (!(end >= 0 && end <= n_trees && end == floor (end)))
        return set_error (error, "“iteration_indptr” leads beyond the trees");
      *n_used = end;
    }

  return *n_used <= n_trees || set_error (error, "it has not the trees of all its rounds");
}

static gboolean
read_trees (Source *self,
            const PymvaBoosterChoice *choice,
            PymvaBoosterModel *model,
            GError **error)
{
  const PymvaDocument *trees;
  const double *outputs = NULL;
  gsize n_outputs = 0;
  gsize n_trees;

  if (!pymva_document_get_list (self->trees, "trees", TRUE, &trees, error) ||
      !pymva_document_get_numbers (self->trees, "tree_info", TRUE, &outputs, &n_outputs, error) ||
      !read_leaf_size (self, trees, error))
    return FALSE;
  n_trees = pymva_document_get_length (trees);
  if (n_outputs != n_trees || (self->weights != NULL && self->n_weights != n_trees))
    return set_error (error, "“tree_info” or “weight_drop” has not one number for each tree");
  if (!count_trees (self, choice, n_trees, model, &n_trees, error))
    return FALSE;
  if (n_trees == 0)
    return set_error (error, "it has no trees");

  model->forest = pymva_forest_writer_new (PYMVA_DTYPE_FLOAT32, model->n_features,
                                           self->n_leaf_values);
  for (gsize i = 0; i < n_trees; i++)
    if (!add_tree (self, pymva_document_get_element (trees, i),
                   self->n_leaf_values > 1 ? 0 : outputs[i],
                   self->weights != NULL ? self->weights[i] : 1, model->forest, error))
      {
        g_prefix_error (error, "tree %" G_GSIZE_FORMAT ": ", i);
        return FALSE;
      }

  return TRUE;
}

/* --- all of it --- */

static gboolean
read_objective (const Source *self,
                const PymvaXGBoostObjective **found,
                PymvaBoosterModel *model,
                GError **error)
{
  const PymvaDocument *objective;
  const char *name = NULL;

  if (!pymva_document_get_object (self->learner, "objective", TRUE, &objective, error) ||
      !pymva_document_get_string (objective, "name", TRUE, &name, error))
    return FALSE;

  *found = pymva_xgboost_objective_lookup (name, error);
  if (*found == NULL)
    return FALSE;

  model->objective = g_strdup (name);
  model->analysis_type = (*found)->analysis_type;
  model->outputs = (*found)->outputs;
  model->link = pymva_xgboost_objective_describe_link (*found);
  if (model->analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION && self->n_outputs > 1)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "its objective is “%s” with %u targets: labels that do not exclude each other "
                   "cannot be converted", name, self->n_outputs);
      return FALSE;
    }

  return model->analysis_type != PYMVA_ANALYSIS_TYPE_MULTICLASS || self->n_outputs > 1 ||
         set_error (error, "its objective is for several classes, and it has one");
}

PymvaBoosterModel *
pymva_xgboost_model_new (GBytes *bytes,
                         const PymvaBoosterChoice *choice,
                         GError **error)
{
  g_autoptr (PymvaBoosterModel) model = g_new0 (PymvaBoosterModel, 1);
  g_autoptr (PymvaDocument) document = pymva_xgboost_model_is_json (bytes)
                                         ? pymva_document_read_json (bytes, error)
                                         : pymva_document_read_ubj (bytes, error);
  const PymvaXGBoostObjective *objective;
  Source source = { NULL };

  if (document == NULL)
    return NULL;

  model->framework = "XGBoost";
  model->options.aggregation = "sum";
  model->options.precision = "float32";
  if (!pymva_document_get_object (document, "learner", TRUE, &source.learner, error) ||
      !pymva_document_get_object (source.learner, "learner_model_param", TRUE, &source.parameters,
                                  error) ||
      !find_trees (&source, error) || !read_shape (&source, model, error) ||
      !read_names (&source, model, error) || !read_version (document, model, error) ||
      !read_objective (&source, &objective, model, error) ||
      !read_base (&source, objective, model, error) ||
      !read_trees (&source, choice, model, error))
    return NULL;

  return g_steal_pointer (&model);
}

/* The first two characters after spaces. */
gboolean
pymva_xgboost_model_is_json (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  gsize at = 0;

  while (at < length && g_ascii_isspace (text[at]))
    at++;
  if (at == length || text[at++] != '{')
    return FALSE;
  while (at < length && g_ascii_isspace (text[at]))
    at++;

  return at < length && text[at] == '"';
}

/* An object, and then the type of the length of a name, or of all that it has. */
gboolean
pymva_xgboost_model_is_ubj (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  return length > 2 && text[0] == '{' && memchr ("iUIlLN$#", text[1], 8) != NULL;
}
