/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "base/pymva-text-private.h"
#include "pymva-booster-model-private.h"
#include "pymva-document-private.h"
#include "pymva-xgboost-objective-private.h"
#include "pymva-xgboost-tree-private.h"

/* XGBoost's models, as "Introduction to Model IO" in its documentation describes them, and as its
 * predictor on the processor reads them: numbers are float32, x < threshold goes left, categories
 * of a set go right, and trees are added to the base in their order.
 *
 * Before XGBoost 3.1 the base is one number for all outputs, and then a list. */

#define MOST_OUTPUTS (1 << 16)

typedef struct
{
  /* Of the file, in bytes. */
  gsize size;
  const PymvaDocument *learner;
  const PymvaDocument *parameters; /* learner_model_param */
  const PymvaDocument *trees; /* the model of gbtree */
  /* Of dart, what the leaves of each tree are multiplied by; or NULL. */
  const double *weights;
  gsize n_weights;
  /* The version of XGBoost; 0 where the file does not say it. */
  int major;
  int minor;
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
      g_autofree char *shown = pymva_text_shorten (text);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "“%s” is “%s”, not a number between %" G_GUINT64_FORMAT " and "
                   "%" G_GUINT64_FORMAT, member, shown, least, most);
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
  g_autofree char *shown = NULL;

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

  shown = pymva_text_shorten (name);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "its booster is “%s”, and only “gbtree” and “dart” can be converted", shown);
  return FALSE;
}

static gboolean
read_shape (const Source *self,
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

  model->n_outputs = MAX (MAX (n_classes, n_targets), 1);
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
read_version (Source *self,
              const PymvaDocument *document,
              PymvaBoosterModel *model,
              GError **error)
{
  const double *numbers = NULL;
  gsize n_numbers = 0;

  if (!pymva_document_get_numbers (document, "version", FALSE, &numbers, &n_numbers, error))
    return FALSE;
  if (n_numbers == 3)
    {
      self->major = pymva_xgboost_tree_to_int (numbers[0]);
      self->minor = pymva_xgboost_tree_to_int (numbers[1]);
      model->version = g_strdup_printf ("%.0f.%.0f.%.0f", numbers[0], numbers[1], numbers[2]);
    }

  return TRUE;
}

/* --- the base --- */

/* What “binary:logitraw” began with before 1.7 is not what the same file would begin with later. */
static gboolean
check_raw_base (const Source *self,
                const PymvaXGBoostObjective *objective,
                GError **error)
{
  if (!g_str_equal (objective->name, "binary:logitraw") || self->major > 1 ||
      (self->major == 1 && self->minor >= 7))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "its objective is “binary:logitraw” of XGBoost %d.%d, and only those of 1.7 and "
               "later can be converted: load and save it with one of these", self->major,
               self->minor);
  return FALSE;
}

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
  gboolean is_list;

  if (!check_raw_base (self, objective, error) ||
      !pymva_document_get_string (self->parameters, "base_score", TRUE, &text, error))
    return FALSE;
  bytes = g_bytes_new_static (text, strlen (text));
  document = pymva_document_read_json (bytes, error);
  if (document == NULL)
    {
      g_prefix_error (error, "“base_score”: ");
      return FALSE;
    }

  numbers = pymva_document_peek_numbers (document, &n_numbers);
  if (n_numbers != 1 && n_numbers != model->n_outputs)
    return set_error (error, "“base_score” is neither one number nor one for each output");

  is_list = text[strspn (text, " ")] == '[';
  model->base = g_new (double, model->n_outputs);
  for (guint i = 0; i < model->n_outputs; i++)
    {
      float base_score = numbers[n_numbers > 1 ? i : 0];

      model->base[i] = pymva_xgboost_objective_to_margin (objective, base_score, is_list);
      if (isnan (model->base[i]))
        return set_error (error, "“base_score” is not what its objective can begin with");
    }

  return TRUE;
}

/* --- trees --- */

/* Whether leaves have a value for each output: all trees are alike in that. */
static gboolean
read_leaf_size (Source *self,
                const PymvaBoosterModel *model,
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

  if (self->n_leaf_values != 1 && self->n_leaf_values != model->n_outputs)
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
               guint n_rounds,
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

  return pymva_booster_model_choose_rounds (model, n_rounds, error);
}

/* Where the trees of the rounds end that are used. Since 2.0 the file says where each round
 * begins; before, all rounds have as many trees. */
static gboolean
count_trees (const Source *self,
             guint n_rounds,
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

  round_size = (gsize) MAX (n_parallel, 1) * (self->n_leaf_values > 1 ? 1 : model->n_outputs);
  model->n_rounds_found = starts != NULL && n_starts > 0 ? n_starts - 1 : n_trees / round_size;
  if (!choose_rounds (self, n_rounds, model, error))
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
            guint n_rounds,
            PymvaBoosterModel *model,
            GError **error)
{
  const PymvaDocument *trees;
  const double *outputs = NULL;
  gsize n_outputs = 0;
  gsize n_trees;

  if (!pymva_document_get_list (self->trees, "trees", TRUE, &trees, error) ||
      !pymva_document_get_numbers (self->trees, "tree_info", TRUE, &outputs, &n_outputs, error) ||
      !read_leaf_size (self, model, trees, error))
    return FALSE;
  n_trees = pymva_document_get_length (trees);
  if (n_outputs != n_trees || (self->weights != NULL && self->n_weights != n_trees))
    return set_error (error, "“tree_info” or “weight_drop” has not one number for each tree");
  if (!count_trees (self, n_rounds, n_trees, model, &n_trees, error))
    return FALSE;
  if (n_trees == 0)
    return set_error (error, "it has no trees");

  model->forest = pymva_forest_writer_new (PYMVA_DTYPE_FLOAT32, model->n_features,
                                           self->n_leaf_values);
  pymva_forest_writer_limit_sets (model->forest, self->size);
  for (gsize i = 0; i < n_trees; i++)
    {
      PymvaXGBoostPlace place = { model->n_outputs, self->n_leaf_values, outputs[i],
                                  self->weights != NULL ? &self->weights[i] : NULL };

      if (!pymva_xgboost_tree_add (pymva_document_get_element (trees, i), &place, model->forest,
                                   error))
        {
          g_prefix_error (error, "tree %" G_GSIZE_FORMAT ": ", i);
          return FALSE;
        }
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
  if (model->analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION && model->n_outputs > 1)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "its objective is “%s” with %u targets: labels that do not exclude each other "
                   "cannot be converted", name, model->n_outputs);
      return FALSE;
    }

  return model->analysis_type != PYMVA_ANALYSIS_TYPE_MULTICLASS || model->n_outputs > 1 ||
         set_error (error, "its objective is for several classes, and it has one");
}

PymvaBoosterModel *
pymva_xgboost_model_new (GBytes *bytes,
                         guint n_rounds,
                         GError **error)
{
  g_autoptr (PymvaBoosterModel) model = g_new0 (PymvaBoosterModel, 1);
  g_autoptr (PymvaDocument) document = pymva_xgboost_model_is_json (bytes)
                                         ? pymva_document_read_json (bytes, error)
                                         : pymva_document_read_ubj (bytes, error);
  const PymvaXGBoostObjective *objective;
  Source source = { .size = g_bytes_get_size (bytes) };

  if (document == NULL)
    return NULL;

  model->framework = "XGBoost";
  model->options.aggregation = "sum";
  model->options.precision = "float32";
  if (!pymva_document_get_object (document, "learner", TRUE, &source.learner, error) ||
      !pymva_document_get_object (source.learner, "learner_model_param", TRUE, &source.parameters,
                                  error) ||
      !find_trees (&source, error) || !read_shape (&source, model, error) ||
      !read_names (&source, model, error) || !read_version (&source, document, model, error) ||
      !read_objective (&source, &objective, model, error) ||
      !read_base (&source, objective, model, error) ||
      !read_trees (&source, n_rounds, model, error))
    return NULL;

  return g_steal_pointer (&model);
}

/* The first two characters after spaces. */
gboolean
pymva_xgboost_model_is_json (GBytes *bytes)
{
  gsize length;
  const char *text = pymva_bytes_peek (bytes, &length);
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
  const char *text = pymva_bytes_peek (bytes, &length);

  return length > 2 && text[0] == '{' && memchr ("iUIlLN$#", text[1], 8) != NULL;
}
