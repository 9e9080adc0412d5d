/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "interop/pymva-booster-model-private.h"

/* Files that are short, and would take any time or memory if they were believed. */

static PymvaBoosterModel *
read_text (PymvaBoosterReadFunc read,
           const char *text,
           GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return read (bytes, 0, error);
}

static void
assert_read (PymvaBoosterReadFunc read,
             const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaBoosterModel) model = read_text (read, text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (model);
}

static void
assert_refused (PymvaBoosterReadFunc read,
                const char *text,
                const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaBoosterModel) model = read_text (read, text, &error);

  g_assert_null (model);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}

/* --- XGBoost --- */

/* A list of @n numbers: @first, and each the last one and @step more. */
static char *
list_numbers (guint n,
              int first,
              int step)
{
  g_autoptr (GString) list = g_string_new ("[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (list, "%s%d", i > 0 ? "," : "", first + (int) i * step);
  g_string_append_c (list, ']');

  return g_string_free (g_steal_pointer (&list), FALSE);
}

static char *
make_xgboost (const char *tree,
              guint n_leaf_values)
{
  return g_strdup_printf (
    "{\"learner\": {\"gradient_booster\": {\"model\": {\"gbtree_model_param\": {},"
    " \"tree_info\": [0], \"trees\": [{%s, \"tree_param\": {\"size_leaf_vector\": \"%u\"}}]},"
    " \"name\": \"gbtree\"}, \"learner_model_param\": {\"base_score\": \"[0]\","
    " \"num_class\": \"0\", \"num_feature\": \"1\", \"num_target\": \"%u\"},"
    " \"objective\": {\"name\": \"reg:squarederror\"}}}", tree, n_leaf_values, n_leaf_values);
}

/* A chain of splits by sets: the right child of each is the next one. */
static char *
make_category_splits (guint n_splits,
                      const char *categories,
                      const char *segments,
                      const char *sizes)
{
  g_autoptr (GString) left = g_string_new (NULL);
  g_autoptr (GString) right = g_string_new (NULL);
  g_autoptr (GString) kinds = g_string_new (NULL);
  g_autofree char *nodes = list_numbers (n_splits, 0, 2);
  g_autofree char *zeros = list_numbers (2 * n_splits + 1, 0, 0);
  g_autofree char *tree = NULL;

  for (guint i = 0; i < n_splits; i++)
    {
      g_string_append_printf (left, "%u, -1, ", 2 * i + 1);
      g_string_append_printf (right, "%u, -1, ", 2 * i + 2);
      g_string_append (kinds, "1, 0, ");
    }
  tree = g_strdup_printf (
    "\"left_children\": [%s-1], \"right_children\": [%s-1], \"split_type\": [%s0],"
    " \"split_indices\": %s, \"split_conditions\": %s, \"default_left\": %s,"
    " \"categories\": %s, \"categories_nodes\": %s, \"categories_segments\": %s,"
    " \"categories_sizes\": %s",
    left->str, right->str, kinds->str, zeros, zeros, zeros, categories, nodes, segments, sizes);

  return make_xgboost (tree, 1);
}

/* Splits that all have the same categories would take the square of the time. */
static void
test_shared_categories (void)
{
  g_autofree char *own = make_category_splits (2, "[1,2,3,4]", "[0,2]", "[2,2]");
  g_autofree char *shared = make_category_splits (2, "[1,2,3,4]", "[0,0]", "[4,4]");
  g_autofree char *negative = make_category_splits (2, "[1,2,3,4]", "[0,0]", "[4,-4]");

  assert_read (pymva_xgboost_model_new, own);
  assert_refused (pymva_xgboost_model_new, shared, "more categories together");
  assert_refused (pymva_xgboost_model_new, negative, "more categories together");
}

/* A set has a bit for each number up to its largest. */
static void
test_large_categories (void)
{
  g_autofree char *few = make_category_splits (8, "[8000001,2,3,4,5,6,7,8]", "[0,1,2,3,4,5,6,7]",
                                               "[1,1,1,1,1,1,1,1]");
  g_autofree char *categories = list_numbers (20, 16777215, 0);
  g_autofree char *segments = list_numbers (20, 0, 1);
  g_autofree char *sizes = list_numbers (20, 1, 0);
  g_autofree char *many = make_category_splits (20, categories, segments, sizes);

  assert_read (pymva_xgboost_model_new, few);
  assert_refused (pymva_xgboost_model_new, many, "number the categories from 0 on");
}

/* Leaves that all have the same values would take the product of both in memory. */
static void
test_shared_leaves (void)
{
  static const char format[] =
    "\"left_children\": [1, -1, -1], \"right_children\": [2, 0, %d], \"split_indices\": [0, 0, 0],"
    " \"split_conditions\": [0, 0, 0], \"default_left\": [0, 0, 0], \"leaf_weights\": [%s]";
  g_autofree char *own = g_strdup_printf (format, 1, "1, 2, 3, 4");
  g_autofree char *shared = g_strdup_printf (format, 0, "1, 2");
  g_autofree char *good = make_xgboost (own, 2);
  g_autofree char *bad = make_xgboost (shared, 2);

  assert_read (pymva_xgboost_model_new, good);
  assert_refused (pymva_xgboost_model_new, bad, "values for all leaves");
}

/* Looking for names among many others takes time, and a table for that memory. */
static void
test_many_members (void)
{
  g_autoptr (GString) text = g_string_new ("{\"a\": 0");

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, ", \"%u\": 0", i);
  g_string_append (text, "}");
  assert_refused (pymva_xgboost_model_new, text->str, "more than 1000 members");
}

/* --- LightGBM --- */

static char *
make_lightgbm (const char *features,
               const char *tree)
{
  return g_strdup_printf ("tree\nversion=v4\nnum_tree_per_iteration=1\n%s\nobjective=regression\n"
                          "\nTree=0\n%s\n\nend of trees\n", features, tree);
}

static void
test_shared_words (void)
{
  static const char format[] =
    "num_leaves=3\nnum_cat=%d\nsplit_feature=0 0\nthreshold=0 %d\ndecision_type=1 1\n"
    "left_child=-1 -2\nright_child=1 -3\nleaf_value=1 2 3\ncat_boundaries=%s\n"
    "cat_threshold=1 2 3 4";
  const char *features = "max_feature_idx=0\nfeature_names=x";
  g_autofree char *own = g_strdup_printf (format, 2, 1, "0 2 4");
  g_autofree char *shared = g_strdup_printf (format, 1, 0, "0 4");
  g_autofree char *good = make_lightgbm (features, own);
  g_autofree char *bad = make_lightgbm (features, shared);

  assert_read (pymva_lightgbm_model_new, good);
  assert_refused (pymva_lightgbm_model_new, bad, "more words together");
}

/* Features without names would be any number of them. */
static void
test_no_names (void)
{
  g_autofree char *text = make_lightgbm ("max_feature_idx=2147483646",
                                         "num_leaves=1\nleaf_value=1");

  assert_refused (pymva_lightgbm_model_new, text, "feature_names");
}

/* What a message repeats of a file is a text, whatever the file has. */
static void
test_messages (void)
{
  const char *features = "max_feature_idx=0\nfeature_names=x";
  g_autofree char *broken = make_lightgbm (features, "num_leaves=\xff\x80\x01\nleaf_value=1");
  g_autofree char *filling = g_strnfill (1000, '\xc3');
  g_autofree char *value = g_strconcat ("num_leaves=", filling, NULL);
  g_autofree char *lengthy = make_lightgbm (features, value);

  assert_refused (pymva_lightgbm_model_new, broken, "“num_leaves” is “\uFFFD\uFFFD\uFFFD”");
  assert_refused (pymva_lightgbm_model_new, lengthy, "\uFFFD…”");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/booster-bounds/shared-categories", test_shared_categories);
  g_test_add_func ("/booster-bounds/large-categories", test_large_categories);
  g_test_add_func ("/booster-bounds/shared-leaves", test_shared_leaves);
  g_test_add_func ("/booster-bounds/many-members", test_many_members);
  g_test_add_func ("/booster-bounds/shared-words", test_shared_words);
  g_test_add_func ("/booster-bounds/no-names", test_no_names);
  g_test_add_func ("/booster-bounds/messages", test_messages);

  return g_test_run ();
}
