/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "base/pymva-text-private.h"
#include "data/pymva-number-private.h"
#include "pymva-booster-model-private.h"
#include "pymva-lightgbm-objective-private.h"
#include "scoring/pymva-forest-private.h"

/* LightGBM's models, a text of lines “key=value”: first what holds for all, then a section for each
 * tree, as its source reads them (Tree::Tree, GBDT::LoadModelFromString). Numbers are float64,
 * x <= threshold goes left, leaves are added in the order of the trees from 0 on. */

#define MOST_OUTPUTS (1 << 16)

/* kZeroThreshold: a row's values that are no larger are 0 for LightGBM before it looks at them. */
#define SMALL ((double) 1e-35f)

/* The bits of “decision_type”. */
#define IS_SET 1
#define DEFAULT_LEFT 2
#define MISSING_SHIFT 2

typedef enum
{
  MISSING_NONE,
  MISSING_ZERO,
  MISSING_NAN,
} MissingType;

/* A part of the text. */
typedef struct
{
  const char *at;
  const char *end;
} Span;

/* The lines of a section: key -> Span, which point into the text. */
typedef GHashTable Section;

static gboolean
set_error (GError **error,
           const char *what)
{
  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, what);
  return FALSE;
}

/* --- lines --- */

/* The next line, without its end; FALSE where there is none. */
static gboolean
next_line (Span *text,
           Span *line)
{
  const char *end;

  if (text->at >= text->end)
    return FALSE;

  end = memchr (text->at, '\n', text->end - text->at);
  line->at = text->at;
  line->end = end != NULL ? end : text->end;
  text->at = end != NULL ? end + 1 : text->end;
  if (line->end > line->at && line->end[-1] == '\r')
    line->end--;

  return TRUE;
}

static gboolean
starts_with (const Span *line,
             const char *prefix)
{
  gsize length = strlen (prefix);

  return (gsize) (line->end - line->at) >= length && memcmp (line->at, prefix, length) == 0;
}

/* What is read of a model and of its trees. */
static const char * const known_keys[] = {
  "average_output", "cat_boundaries", "cat_threshold", "decision_type", "feature_names",
  "is_linear", "leaf_value", "left_child", "max_feature_idx", "num_cat", "num_leaves",
  "num_tree_per_iteration", "objective", "right_child", "split_feature", "threshold", "version",
  NULL
};

static const char *
find_key (const char *key,
          gsize length)
{
  for (guint i = 0; known_keys[i] != NULL; i++)
    if (strlen (known_keys[i]) == length && memcmp (known_keys[i], key, length) == 0)
      return known_keys[i];

  return NULL;
}

/* Reads lines up to the next section. A line without a “=” is a key alone. */
static Section *
read_section (Span *text)
{
  Section *section = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  Span rest = *text;
  Span line;

  while (next_line (&rest, &line) && !starts_with (&line, "Tree=") &&
         !starts_with (&line, "end of trees"))
    {
      const char *equals = memchr (line.at, '=', line.end - line.at);
      const char *end = equals != NULL ? equals : line.end;

      const char *key = find_key (line.at, end - line.at);

      if (key != NULL)
        {
          Span *value = g_new (Span, 1);

          *value = (Span) { equals != NULL ? equals + 1 : line.end, line.end };
          g_hash_table_replace (section, (gpointer) key, value);
        }
      *text = rest;
    }

  return section;
}

static const Span *
get_value (Section *section,
           const char *key,
           gboolean required,
           GError **error)
{
  const Span *value = g_hash_table_lookup (section, key);

  if (value == NULL && required)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is missing", key);
  return value;
}

static gboolean
read_int (Section *section,
          const char *key,
          gboolean required,
          gint64 least,
          gint64 most,
          gint64 *number,
          GError **error)
{
  const Span *value = get_value (section, key, required, error);
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;

  if (value == NULL)
    return !required;

  text = g_strndup (value->at, value->end - value->at);
  if (g_ascii_string_to_signed (text, 10, least, most, number, NULL))
    return TRUE;

  shown = pymva_text_shorten (text);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "“%s” is “%s”, not a number between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT,
               key, shown, least, most);
  return FALSE;
}

/* The numbers of a line, of which there must be @n_numbers, or any positive number of them where
 * that is -1. */
static double *
read_numbers (Section *section,
              const char *key,
              gint64 n_numbers,
              gsize *n_found,
              GError **error)
{
  const Span *value = get_value (section, key, TRUE, error);
  g_autoptr (GArray) numbers = NULL;
  const char *at;

  if (value == NULL)
    return NULL;

  numbers = g_array_new (FALSE, FALSE, sizeof (double));
  for (at = value->at; at < value->end;)
    {
      const char *space = memchr (at, ' ', value->end - at);
      const char *end = space != NULL ? space : value->end;
      double number;

      if (end > at && !pymva_number_parse (at, end - at, &number))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” has what is no number", key);
          return NULL;
        }
      if (end > at)
        g_array_append_val (numbers, number);
      at = end + 1;
    }

  if (numbers->len == 0 || (n_numbers >= 0 && numbers->len != n_numbers))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "“%s” has %u numbers, which is not as many as it must have", key, numbers->len);
      return NULL;
    }
  if (n_found != NULL)
    *n_found = numbers->len;
  return (double *) g_array_free (g_steal_pointer (&numbers), FALSE);
}

/* --- trees --- */

/* The numbers of a tree, one for each split or, of the leaves, one for each leaf. */
typedef struct
{
  gint64 n_leaves;
  double *left;
  double *right;
  double *feature;
  double *threshold;
  double *decision;
  double *leaves;
  /* Where the words of each set begin, and the words. */
  double *set_starts;
  gsize n_set_starts;
  double *set_words;
  gsize n_set_words;
  /* The words that splits have so far. */
  gsize n_used_words;
} Tree;

static void
tree_clear (Tree *tree)
{
  g_free (tree->left);
  g_free (tree->right);
  g_free (tree->feature);
  g_free (tree->threshold);
  g_free (tree->decision);
  g_free (tree->leaves);
  g_free (tree->set_starts);
  g_free (tree->set_words);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tree, tree_clear)

static gboolean
check_linear (Section *section,
              GError **error)
{
  gint64 is_linear = 0;

  if (!read_int (section, "is_linear", FALSE, 0, 1, &is_linear, error))
    return FALSE;
  if (!is_linear)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                       "its trees have linear functions in their leaves (linear_tree), which "
                       "cannot be converted");
  return FALSE;
}

static gboolean
read_tree (Section *section,
           Tree *tree,
           GError **error)
{
  gint64 n_sets = 0;
  gint64 n_splits;

  if (!check_linear (section, error) ||
      !read_int (section, "num_leaves", TRUE, 1, G_MAXINT32 / 2, &tree->n_leaves, error) ||
      !read_int (section, "num_cat", FALSE, 0, G_MAXINT32 / 2, &n_sets, error) ||
      !(tree->leaves = read_numbers (section, "leaf_value", tree->n_leaves, NULL, error)))
    return FALSE;
  n_splits = tree->n_leaves - 1;
  if (n_splits == 0)
    return TRUE;

  if (!(tree->left = read_numbers (section, "left_child", n_splits, NULL, error)) ||
      !(tree->right = read_numbers (section, "right_child", n_splits, NULL, error)) ||
      !(tree->feature = read_numbers (section, "split_feature", n_splits, NULL, error)) ||
      !(tree->threshold = read_numbers (section, "threshold", n_splits, NULL, error)) ||
      !(tree->decision = read_numbers (section, "decision_type", n_splits, NULL, error)))
    return FALSE;
  if (n_sets == 0)
    return TRUE;

  return (tree->set_starts = read_numbers (section, "cat_boundaries", n_sets + 1,
                                           &tree->n_set_starts, error)) != NULL &&
         (tree->set_words = read_numbers (section, "cat_threshold", -1, &tree->n_set_words,
                                          error)) != NULL;
}

/* The place of a child: splits come first, and leaf n is written as -1 - n. */
static gint32
get_child (const Tree *tree,
           double child)
{
  gint64 n_splits = tree->n_leaves - 1;

  if (child != floor (child) || child < -(double) tree->n_leaves || child >= n_splits)
    return G_MAXINT32;

  return child >= 0 ? (gint32) child : (gint32) (n_splits - 1 - (gint64) child);
}

static gboolean
make_set (PymvaForestWriter *writer,
          Tree *tree,
          double number,
          PymvaForestNode *node,
          GError **error)
{
  g_autofree guint32 *words = NULL;
  double first;
  double end;

  if (!(number >= 0 && number + 1 < tree->n_set_starts))
    return set_error (error, "a split has a set of categories that there is not");
  first = tree->set_starts[(gsize) number];
  end = tree->set_starts[(gsize) number + 1];
  if (!(first >= 0 && end >= first && end <= tree->n_set_words))
    return set_error (error, "a set of categories has words that there are not");
  /* Each split has a set of its own. If they were shared, a short file could take any memory. */
  tree->n_used_words += (gsize) end - (gsize) first;
  if (tree->n_used_words > tree->n_set_words)
    return set_error (error, "sets of categories have more words together than there are");

  words = g_new0 (guint32, (gsize) end - (gsize) first + 1);
  for (gsize i = first; i < (gsize) end; i++)
    {
      double word = tree->set_words[i];

      if (!(word >= 0 && word <= G_MAXUINT32 && word == floor (word)))
        return set_error (error, "a word of a set of categories is no such number");
      words[i - (gsize) first] = word;
    }
  /* NaN is in no set, and 0 is an ordinary category. */
  node->set = pymva_forest_writer_add_set (writer, words, (gsize) end - (gsize) first, error);
  node->missing = PYMVA_FOREST_TRUNCATES;

  return node->set >= 0;
}

/* The threshold for numbers that have not been made 0 where they are small: these all go left if 0
 * would, or all go right. */
static double
widen_threshold (double threshold)
{
  if (threshold >= SMALL || threshold < -SMALL)
    return threshold;

  return threshold >= 0 ? SMALL : nextafter (-SMALL, -INFINITY);
}

static gboolean
make_split (PymvaForestWriter *writer,
            Tree *tree,
            gsize i,
            PymvaForestNode *node,
            GError **error)
{
  double threshold = tree->threshold[i];
  guint decision = tree->decision[i] >= 0 && tree->decision[i] < 16 ? (guint) tree->decision[i]
                                                                    : 16;
  gboolean left = (decision & DEFAULT_LEFT) != 0;

  *node = (PymvaForestNode) { get_child (tree, tree->left[i]), get_child (tree, tree->right[i]),
                              tree->feature[i] >= 0 && tree->feature[i] < G_MAXINT32
                                ? (gint32) tree->feature[i] : -1,
                              0, 0, -1, NULL };
  if ((decision & IS_SET) != 0)
    return make_set (writer, tree, threshold, node, error);
  if (isnan (threshold))
    return set_error (error, "a threshold is not a number");

  node->threshold = widen_threshold (threshold);
  switch (decision >> MISSING_SHIFT)
    {
    case MISSING_NONE:
      node->missing = PYMVA_FOREST_NAN_IS_ZERO;
      return TRUE;
    case MISSING_ZERO:
      node->missing = PYMVA_FOREST_SMALL_IS_MISSING | (left ? PYMVA_FOREST_MISSING_LEFT : 0);
      return TRUE;
    case MISSING_NAN:
      node->missing = left ? PYMVA_FOREST_MISSING_LEFT : 0;
      return TRUE;
    default:
      return set_error (error, "a “decision_type” is none that LightGBM has");
    }
}

static gboolean
add_tree (PymvaForestWriter *writer,
          Section *section,
          gint32 output,
          GError **error)
{
  g_autofree PymvaForestNode *nodes = NULL;
  g_auto (Tree) tree = { 0 };
  gsize n_splits;

  if (!read_tree (section, &tree, error))
    return FALSE;

  n_splits = tree.n_leaves - 1;
  nodes = g_new (PymvaForestNode, n_splits + tree.n_leaves);
  for (gsize i = 0; i < n_splits; i++)
    if (!make_split (writer, &tree, i, &nodes[i], error))
      return FALSE;
  for (gsize i = 0; i < (gsize) tree.n_leaves; i++)
    nodes[n_splits + i] = (PymvaForestNode) { -1, -1, 0, 0, 0, -1, &tree.leaves[i] };

  return pymva_forest_writer_add_tree (writer, nodes, n_splits + tree.n_leaves, output, error);
}

static gboolean
read_trees (Span *text,
            guint n_rounds,
            PymvaBoosterModel *model,
            GError **error)
{
  gsize most = (gsize) n_rounds * model->n_outputs;
  gsize n_trees = 0;
  Span line = { NULL, NULL };

  model->forest = pymva_forest_writer_new (PYMVA_DTYPE_FLOAT64, model->n_features, 1);
  while (next_line (text, &line) && !starts_with (&line, "end of trees"))
    {
      g_autoptr (GHashTable) section = NULL;

      if (!starts_with (&line, "Tree="))
        continue;
      section = read_section (text);
      if ((most == 0 || n_trees < most) &&
          !add_tree (model->forest, section, n_trees % model->n_outputs, error))
        {
          g_prefix_error (error, "tree %" G_GSIZE_FORMAT ": ", n_trees);
          return FALSE;
        }
      n_trees++;
    }

  if (!starts_with (&line, "end of trees"))
    return set_error (error, "it ends before “end of trees”");
  if (n_trees == 0 || n_trees % model->n_outputs != 0)
    return set_error (error, "it has no trees, or not as many for each output");

  model->n_rounds_found = n_trees / model->n_outputs;
  model->n_rounds = model->n_rounds_found;
  return pymva_booster_model_choose_rounds (model, n_rounds, error);
}

/* --- what holds for all trees --- */

static gboolean
read_names (Section *header,
            PymvaBoosterModel *model,
            GError **error)
{
  /* LightGBM itself reads no file without them; so it has to have as much text as it has names. */
  const Span *value = get_value (header, "feature_names", TRUE, error);
  g_autofree char *text = NULL;

  if (value == NULL)
    return FALSE;

  text = g_strndup (value->at, value->end - value->at);
  if (!g_utf8_validate (text, -1, NULL))
    return set_error (error, "“feature_names” is not UTF-8");
  model->features = g_strsplit (g_strchomp (text), " ", -1);
  return g_strv_length (model->features) == model->n_features ||
         set_error (error, "it has not as many “feature_names” as features");
}

static gboolean
read_header (Section *header,
             PymvaBoosterModel *model,
             GError **error)
{
  const Span *version = get_value (header, "version", FALSE, error);
  const Span *objective = get_value (header, "objective", FALSE, error);
  gint64 n_outputs;
  gint64 last_feature;

  if (!read_int (header, "num_tree_per_iteration", TRUE, 1, MOST_OUTPUTS, &n_outputs, error) ||
      !read_int (header, "max_feature_idx", TRUE, 0, G_MAXINT32 - 1, &last_feature, error))
    return FALSE;

  model->n_outputs = n_outputs;
  model->n_features = last_feature + 1;
  if (version != NULL)
    model->version = g_utf8_make_valid (version->at, version->end - version->at);
  if (objective != NULL)
    model->objective = g_utf8_make_valid (objective->at, objective->end - objective->at);
  if (g_hash_table_contains (header, "average_output"))
    model->options.aggregation = "average";

  return read_names (header, model, error) &&
         pymva_lightgbm_objective_apply (model->objective, model, error);
}

PymvaBoosterModel *
pymva_lightgbm_model_new (GBytes *bytes,
                          guint n_rounds,
                          GError **error)
{
  g_autoptr (PymvaBoosterModel) model = g_new0 (PymvaBoosterModel, 1);
  g_autoptr (GHashTable) header = NULL;
  gsize length;
  const char *data = pymva_bytes_peek (bytes, &length);
  Span text = { data, data + length };

  model->framework = "LightGBM";
  model->options.aggregation = "sum";
  model->options.precision = "float64";
  header = read_section (&text);
  if (!read_header (header, model, error) || !read_trees (&text, n_rounds, model, error))
    return NULL;
  if (g_str_equal (model->options.aggregation, "average"))
    model->options.divisor = model->n_rounds;

  return g_steal_pointer (&model);
}

/* The first line is “tree”. */
gboolean
pymva_lightgbm_model_is_text (GBytes *bytes)
{
  gsize length;
  const char *data = pymva_bytes_peek (bytes, &length);
  Span text = { data, data + length };
  Span line;

  return next_line (&text, &line) && line.end - line.at == 4 && starts_with (&line, "tree");
}
