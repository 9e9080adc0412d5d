/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "base/memory-file.h"
#include "text-file.h"

/* One tree of three nodes, which a test changes: x < 0.5 goes left, to -3, and else right, to 4. */
static const char xgboost[] =
  "{\"learner\": {\"attributes\": {}, \"feature_names\": [],\n"
  "\"gradient_booster\": {\"model\": {\"gbtree_model_param\": {\"num_parallel_tree\": \"1\"},\n"
  "\"iteration_indptr\": [0, 1], \"tree_info\": [0],\n"
  "\"trees\": [{\"left_children\": [1, -1, -1], \"right_children\": [2, -1, -1],\n"
  "\"split_indices\": [0, 0, 0], \"split_conditions\": [0.5, -3, 4], \"default_left\": [0, 0, 0],\n"
  "\"split_type\": [0, 0, 0], \"categories\": [], \"categories_nodes\": [],\n"
  "\"categories_segments\": [], \"categories_sizes\": [],\n"
  "\"tree_param\": {\"size_leaf_vector\": \"1\"}}]}, \"name\": \"gbtree\"},\n"
  "\"learner_model_param\": {\"base_score\": \"[1E0]\", \"num_class\": \"0\",\n"
  "\"num_feature\": \"1\", \"num_target\": \"1\"},\n"
  "\"objective\": {\"name\": \"reg:squarederror\"}}, \"version\": [3, 2, 0]}";

/* The same, with a base of 0 and x <= 0.5. */
static const char lightgbm[] =
  "tree\n"
  "version=v4\n"
  "num_tree_per_iteration=1\n"
  "max_feature_idx=0\n"
  "objective=regression\n"
  "feature_names=x\n"
  "\n"
  "Tree=0\n"
  "num_leaves=2\n"
  "num_cat=0\n"
  "split_feature=0\n"
  "threshold=0.5\n"
  "decision_type=2\n"
  "left_child=-1\n"
  "right_child=-2\n"
  "leaf_value=-3 4\n"
  "is_linear=0\n"
  "\n"
  "end of trees\n";

static PymvaModel *
import_changed (const char *text,
                const char * const *changes,
                const char *options)
{
  g_autoptr (GError) error = NULL;
  PymvaModel *model = text_file_import (
    text, changes, options != NULL ? g_variant_new_parsed (options) : NULL, &error);

  g_assert_no_error (error);
  return model;
}

static float
score (PymvaModel *model,
       float x)
{
  float outputs[4];

  g_assert_true (pymva_model_score (model, &x, outputs));
  return outputs[0];
}

static void
test_xgboost (void)
{
  g_autoptr (PymvaModel) plain = import_changed (xgboost, NULL, NULL);
  g_autoptr (PymvaModel) missing =
    import_changed (xgboost, CHANGES ("\"default_left\": [0", "\"default_left\": [1"), NULL);
  g_autoptr (PymvaModel) low =
    import_changed (xgboost, CHANGES ("[0.5, -3", "[-Infinity, -3"), NULL);
  g_autoptr (PymvaModel) high = import_changed (xgboost, CHANGES ("[0.5, -3", "[Infinity, -3"),
                                                NULL);

  g_assert_cmpfloat (score (plain, nextafterf (0.5f, 0)), ==, -2);
  g_assert_cmpfloat (score (plain, 0.5f), ==, 5);
  g_assert_cmpfloat (score (plain, NAN), ==, 5);
  g_assert_cmpfloat (score (missing, NAN), ==, -2);
  g_assert_cmpfloat (score (missing, 0.5f), ==, 5);
  /* Nothing is below minus infinity, and infinity is not below itself. */
  g_assert_cmpfloat (score (low, -INFINITY), ==, 5);
  g_assert_cmpfloat (score (low, 0), ==, 5);
  g_assert_cmpfloat (score (low, NAN), ==, 5);
  g_assert_cmpfloat (score (high, INFINITY), ==, 5);
  g_assert_cmpfloat (score (high, 3e38f), ==, -2);
}

/* Before 3.1, and with the functions of an objective. */
static void
test_xgboost_base (void)
{
  g_autoptr (PymvaModel) number = import_changed (xgboost, CHANGES ("[1E0]", "5E-1"), NULL);
  g_autoptr (PymvaModel) logistic = import_changed (
    xgboost, CHANGES ("[1E0]", "2.5E-1", "reg:squarederror", "binary:logistic", "-3, 4", "0, 0"),
    NULL);
  g_autoptr (PymvaModel) raw = import_changed (
    xgboost, CHANGES ("[1E0]", "2.5E-1", "reg:squarederror", "binary:logitraw", "-3, 4", "0, 0"),
    NULL);
  g_autoptr (PymvaModel) bounded = import_changed (
    xgboost, CHANGES ("[1E0]", "[0E0]", "reg:squarederror", "binary:logistic", "-3, 4", "0, 0"),
    NULL);
  g_autoptr (PymvaModel) none = import_changed (
    xgboost, CHANGES ("[1E0]", "[0E0]", "reg:squarederror", "count:poisson", "-3, 4", "0, 0"),
    NULL);
  g_autoptr (PymvaModel) poisson = import_changed (
    xgboost, CHANGES ("[1E0]", "2E0", "reg:squarederror", "count:poisson", "-3, 4", "0, 0"), NULL);

  g_assert_cmpfloat (score (number, 1), ==, 4.5);
  g_assert_cmpfloat (score (logistic, 1), ==, 0.25);
  g_assert_cmpfloat (score (raw, 1), ==, 0.25);
  g_assert_cmpfloat (score (bounded, 1), ==, 1 / (1 + expf (-logf (1 / 1e-6f - 1) * -1)));
  g_assert_cmpfloat (score (none, 1), ==, 0);
  g_assert_cmpfloat_with_epsilon (score (poisson, 1), 2, 1e-6);
  g_assert_cmpint (pymva_model_get_analysis_type (logistic), ==,
                   PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
}

/* The set {1, 33} goes right; what is no category goes left, as it is not in it. */
static void
test_xgboost_categories (void)
{
  g_autoptr (PymvaModel) model = import_changed (
    xgboost, CHANGES ("\"split_type\": [0, 0, 0]", "\"split_type\": [1, 0, 0]",
                      "\"categories\": []", "\"categories\": [1, 33]",
                      "\"categories_nodes\": []", "\"categories_nodes\": [0]",
                      "\"categories_segments\": []", "\"categories_segments\": [0]",
                      "\"categories_sizes\": []", "\"categories_sizes\": [2]"), NULL);

  g_assert_cmpfloat (score (model, 1), ==, 5);
  g_assert_cmpfloat (score (model, 1.9f), ==, 5);
  g_assert_cmpfloat (score (model, 33), ==, 5);
  g_assert_cmpfloat (score (model, 0), ==, -2);
  g_assert_cmpfloat (score (model, -0.5f), ==, -2);
  g_assert_cmpfloat (score (model, 64), ==, -2);
  g_assert_cmpfloat (score (model, 1e30f), ==, -2);
  g_assert_cmpfloat (score (model, NAN), ==, 5);
}

/* A copy of the tree makes a second round. */
static void
test_xgboost_rounds (void)
{
  g_autofree char *tree = g_strndup (strstr (xgboost, "{\"left_children"),
                                     strstr (xgboost, "]}, \"name\"") -
                                       strstr (xgboost, "{\"left_children"));
  g_autofree char *trees = g_strconcat ("[", tree, ", ", tree, "]}, \"name\"", NULL);
  g_autofree char *old = g_strconcat ("[", tree, "]}, \"name\"", NULL);
  const char * const both[] = { old, trees, "[0, 1]", "[0, 1, 2]", "\"tree_info\": [0]",
                                "\"tree_info\": [0, 0]", NULL };
  g_autofree char *two = text_file_change (xgboost, both);
  g_autoptr (PymvaModel) all = import_changed (two, NULL, NULL);
  g_autoptr (PymvaModel) best = import_changed (
    two, CHANGES ("\"attributes\": {}", "\"attributes\": {\"best_iteration\": \"0\"}"), NULL);
  g_autoptr (PymvaModel) first = import_changed (two, NULL, "{'rounds': <int64 1>}");
  g_autoptr (PymvaModel) dart = import_changed (
    two, CHANGES ("\"gradient_booster\": {\"model\"", "\"gradient_booster\": {\"weight_drop\": "
                  "[0.5, 0.25], \"gbtree\": {\"model\"", "\"name\": \"gbtree\"}",
                  "\"name\": \"gbtree\"}, \"name\": \"dart\"}"), NULL);

  g_assert_cmpfloat (score (all, 1), ==, 9);
  g_assert_cmpfloat (score (best, 1), ==, 5);
  g_assert_cmpfloat (score (first, 1), ==, 5);
  g_assert_cmpfloat (score (dart, 1), ==, 4);
}

static void
test_xgboost_refused (void)
{
  static const struct
  {
    const char *changes[7];
    PymvaError code;
    const char *words;
  } refused[] = {
    { { "\"learner\"", "\"x\"" }, PYMVA_ERROR_FORMAT, "“learner” is missing" },
    { { "\"name\": \"gbtree\"", "\"name\": \"gblinear\"" }, PYMVA_ERROR_UNSUPPORTED, "“gblinear”" },
    { { "reg:squarederror", "reg:dreams" }, PYMVA_ERROR_UNSUPPORTED, "“reg:dreams”" },
    { { "\"num_feature\": \"1\"", "\"num_feature\": \"2147483647\"" }, PYMVA_ERROR_UNSUPPORTED,
      "has 2147483647 features" },
    { { "reg:squarederror", "multi:softprob" }, PYMVA_ERROR_FORMAT, "for several classes" },
    { { "reg:squarederror", "binary:logistic", "\"num_target\": \"1\"", "\"num_target\": \"2\"" },
      PYMVA_ERROR_UNSUPPORTED, "labels that do not exclude each other" },
    { { "reg:squarederror", "binary:logistic", "[1E0]", "2E0" }, PYMVA_ERROR_FORMAT,
      "“base_score” is not what" },
    { { "reg:squarederror", "binary:logitraw", "[3, 2, 0]", "[1, 6, 0]" },
      PYMVA_ERROR_UNSUPPORTED, "“binary:logitraw” of XGBoost 1.6" },
    { { "[1E0]", "[1E0, 2E0]" }, PYMVA_ERROR_FORMAT, "neither one number nor one for each" },
    { { "[1E0]", "x" }, PYMVA_ERROR_FORMAT, "“base_score”: " },
    { { "\"num_feature\": \"1\"", "\"num_feature\": \"-1\"" }, PYMVA_ERROR_FORMAT,
      "“num_feature” is “-1”" },
    { { "\"num_class\": \"0\"", "\"num_class\": \"4000000000\"" }, PYMVA_ERROR_FORMAT,
      "“num_class” is “4000000000”" },
    { { "\"feature_names\": []", "\"feature_names\": [\"a\", \"b\"]" }, PYMVA_ERROR_FORMAT,
      "as many “feature_names”" },
    { { "[1, -1, -1]", "[0, -1, -1]" }, PYMVA_ERROR_FORMAT, "impossible children" },
    { { "[1, -1, -1]", "[1, 0, -1]" }, PYMVA_ERROR_FORMAT, "has no children" },
    { { "[1, -1, -1]", "[7, -1, -1]" }, PYMVA_ERROR_FORMAT, "impossible children" },
    { { "[1, -1, -1]", "[-2, -1, -1]" }, PYMVA_ERROR_FORMAT, "has no children" },
    { { "[1, -1, -1]", "[1.5, -1, -1]" }, PYMVA_ERROR_FORMAT, "has no children" },
    { { "[1, -1, -1]", "[]" }, PYMVA_ERROR_FORMAT, "“right_children” has 3 numbers for 0 nodes" },
    { { "[1, -1, -1]", "{}" }, PYMVA_ERROR_FORMAT, "“left_children” is not a list of numbers" },
    { { "\"split_indices\": [0,", "\"split_indices\": [1," }, PYMVA_ERROR_FORMAT,
      "an impossible feature" },
    { { "[0.5, -3, 4]", "[0.5, -3]" }, PYMVA_ERROR_FORMAT, "“split_conditions” has 2 numbers" },
    { { "\"split_type\": [0,", "\"split_type\": [1," }, PYMVA_ERROR_FORMAT,
      "a split by categories has none" },
    { { "\"categories_nodes\": []", "\"categories_nodes\": [0]" }, PYMVA_ERROR_FORMAT,
      "not of one length" },
    { { "\"tree_info\": [0]", "\"tree_info\": [1]" }, PYMVA_ERROR_FORMAT, "“tree_info” names" },
    { { "\"tree_info\": [0]", "\"tree_info\": []" }, PYMVA_ERROR_FORMAT, "“tree_info” or" },
    { { "[0, 1]", "[0, 9]" }, PYMVA_ERROR_FORMAT, "leads beyond the trees" },
    { { "[0, 1]", "[0]" }, PYMVA_ERROR_FORMAT, "it has no trees" },
    { { "\"size_leaf_vector\": \"1\"", "\"size_leaf_vector\": \"3\"" }, PYMVA_ERROR_FORMAT,
      "as many values as there are outputs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    text_file_assert_refused (xgboost, refused[i].changes, refused[i].code, refused[i].words);
}

/* Every kind of missing value, and numbers that LightGBM takes for 0. */
static void
test_lightgbm (void)
{
  g_autoptr (PymvaModel) none = import_changed (lightgbm, NULL, NULL);
  g_autoptr (PymvaModel) zero = import_changed (
    lightgbm, CHANGES ("decision_type=2", "decision_type=4"), NULL);
  g_autoptr (PymvaModel) nan = import_changed (
    lightgbm, CHANGES ("decision_type=2", "decision_type=8"), NULL);
  g_autoptr (PymvaModel) nan_left = import_changed (
    lightgbm, CHANGES ("decision_type=2", "decision_type=10"), NULL);
  g_autoptr (PymvaModel) tiny = import_changed (
    lightgbm, CHANGES ("threshold=0.5", "threshold=-1e-40"), NULL);

  g_assert_cmpfloat (score (none, 0.5f), ==, -3);
  g_assert_cmpfloat (score (none, nextafterf (0.5f, 1)), ==, 4);
  g_assert_cmpfloat (score (none, NAN), ==, -3);
  g_assert_cmpfloat (score (zero, 0), ==, 4);
  g_assert_cmpfloat (score (zero, -1e-35f), ==, 4);
  g_assert_cmpfloat (score (zero, nextafterf (-1e-35f, -1)), ==, -3);
  g_assert_cmpfloat (score (zero, NAN), ==, 4);
  g_assert_cmpfloat (score (nan, NAN), ==, 4);
  g_assert_cmpfloat (score (nan, 0), ==, -3);
  g_assert_cmpfloat (score (nan_left, NAN), ==, -3);
  /* 0 is not <= -1e-40, nor is what counts as 0. */
  g_assert_cmpfloat (score (tiny, -1e-39f), ==, 4);
  g_assert_cmpfloat (score (tiny, -1e-35f), ==, 4);
  g_assert_cmpfloat (score (tiny, nextafterf (-1e-35f, -1)), ==, -3);
}

static void
test_lightgbm_categories (void)
{
  /* The words 1 and 2: the categories 0 and 33. */
  g_autoptr (PymvaModel) model = import_changed (
    lightgbm, CHANGES ("num_cat=0", "num_cat=1\ncat_boundaries=0 2\ncat_threshold=1 2",
                       "threshold=0.5", "threshold=0", "decision_type=2", "decision_type=1"), NULL);

  g_assert_cmpfloat (score (model, 0), ==, -3);
  g_assert_cmpfloat (score (model, -0.9f), ==, -3);
  g_assert_cmpfloat (score (model, -1), ==, 4);
  g_assert_cmpfloat (score (model, 33.5f), ==, -3);
  g_assert_cmpfloat (score (model, 1), ==, 4);
  g_assert_cmpfloat (score (model, 64), ==, 4);
  g_assert_cmpfloat (score (model, 1e30f), ==, 4);
  g_assert_cmpfloat (score (model, NAN), ==, 4);
}

static void
test_lightgbm_links (void)
{
  g_autoptr (PymvaModel) root = import_changed (
    lightgbm, CHANGES ("=regression", "=regression sqrt"), NULL);
  g_autoptr (PymvaModel) binary = import_changed (
    lightgbm, CHANGES ("=regression", "=binary sigmoid:2"), NULL);
  g_autoptr (PymvaModel) own = import_changed (lightgbm, CHANGES ("objective=regression\n", ""),
                                               NULL);
  /* A tree of a single leaf, which has nothing but its value. */
  g_autoptr (PymvaModel) leaf = import_changed (
    lightgbm, CHANGES ("num_leaves=2", "num_leaves=1", "leaf_value=-3 4", "leaf_value=7"), NULL);
  g_autoptr (PymvaModel) average = import_changed (
    lightgbm, CHANGES ("objective", "average_output\nobjective", "\nend of",
                       "Tree=1\nnum_leaves=1\nnum_cat=0\nleaf_value=7\n\nend of"), NULL);

  g_assert_cmpfloat (score (root, 0), ==, -9);
  g_assert_cmpfloat (score (binary, 0), ==, (float) (1 / (1 + exp (6))));
  g_assert_cmpfloat (score (own, 0), ==, -3);
  g_assert_cmpfloat (score (leaf, 0), ==, 7);
  g_assert_cmpfloat (score (average, 0), ==, 2);
}

static void
test_lightgbm_refused (void)
{
  static const struct
  {
    const char *changes[7];
    PymvaError code;
    const char *words;
  } refused[] = {
    { { "is_linear=0", "is_linear=1" }, PYMVA_ERROR_UNSUPPORTED, "linear_tree" },
    { { "=regression", "=guesses" }, PYMVA_ERROR_UNSUPPORTED, "“guesses”" },
    { { "=regression", "=multiclass" }, PYMVA_ERROR_FORMAT, "does not go with 1 outputs" },
    { { "=regression", "=binary sigmoid:x" }, PYMVA_ERROR_FORMAT, "“sigmoid:x”" },
    { { "max_feature_idx=0", "" }, PYMVA_ERROR_FORMAT, "“max_feature_idx” is missing" },
    { { "max_feature_idx=0", "max_feature_idx=99999999999" }, PYMVA_ERROR_FORMAT,
      "“max_feature_idx” is “99999999999”" },
    { { "feature_names=x", "feature_names=x y" }, PYMVA_ERROR_FORMAT, "as many “feature_names”" },
    { { "num_leaves=2", "num_leaves=2000000000" }, PYMVA_ERROR_FORMAT, "“num_leaves”" },
    { { "num_leaves=2", "num_leaves=1000000000" }, PYMVA_ERROR_FORMAT, "“leaf_value” has 2" },
    { { "num_leaves=2", "num_leaves=0" }, PYMVA_ERROR_FORMAT, "“num_leaves” is “0”" },
    { { "leaf_value=-3 4", "leaf_value=-3 four" }, PYMVA_ERROR_FORMAT, "what is no number" },
    { { "split_feature=0", "split_feature=1" }, PYMVA_ERROR_FORMAT, "an impossible feature" },
    { { "left_child=-1", "left_child=0" }, PYMVA_ERROR_FORMAT, "impossible children" },
    { { "left_child=-1", "left_child=-3" }, PYMVA_ERROR_FORMAT, "impossible children" },
    { { "left_child=-1", "left_child=1" }, PYMVA_ERROR_FORMAT, "impossible children" },
    { { "threshold=0.5", "threshold=nan" }, PYMVA_ERROR_FORMAT, "a threshold is not a number" },
    { { "threshold=0.5", "threshold=0.5 1" }, PYMVA_ERROR_FORMAT, "“threshold” has 2 numbers" },
    { { "decision_type=2", "decision_type=12" }, PYMVA_ERROR_FORMAT, "“decision_type”" },
    { { "decision_type=2", "decision_type=-1" }, PYMVA_ERROR_FORMAT, "“decision_type”" },
    { { "decision_type=2", "decision_type=1" }, PYMVA_ERROR_FORMAT, "that there is not" },
    { { "num_cat=0", "num_cat=1\ncat_boundaries=0 9\ncat_threshold=1", "decision_type=2",
        "decision_type=1", "threshold=0.5", "threshold=0" }, PYMVA_ERROR_FORMAT,
      "words that there are not" },
    { { "num_cat=0", "num_cat=1\ncat_boundaries=0 1\ncat_threshold=-1", "decision_type=2",
        "decision_type=1", "threshold=0.5", "threshold=0" }, PYMVA_ERROR_FORMAT,
      "is no such number" },
    { { "Tree=0", "Leaf=0" }, PYMVA_ERROR_FORMAT, "it has no trees" },
    { { "end of trees", "" }, PYMVA_ERROR_FORMAT, "ends before “end of trees”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    text_file_assert_refused (lightgbm, refused[i].changes, refused[i].code, refused[i].words);
}

/* Cut off anywhere, a file is an error or, at its very end, a model. */
static void
test_truncated (void)
{
  static const char * const texts[] = { xgboost, lightgbm };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize length = 0; length + 2 < strlen (texts[i]); length++)
      {
        g_autoptr (GBytes) bytes = g_bytes_new (texts[i], length);
        g_autoptr (GError) error = NULL;

        g_assert_null (import_bytes (bytes, NULL, &error));
        /* Cut off within its name, an objective is one that is not known. */
        if (!g_error_matches (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED))
          g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
      }
}

static void
test_names (void)
{
  g_autoptr (PymvaModel) model = import_changed (
    xgboost, CHANGES ("\"feature_names\": []", "\"feature_names\": [\"p t\"]"),
    "{'title': <'Slopes'>, 'targets': <['energy']>}");
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (PymvaTensor) column = pymva_tensor_new_from_doubles ((double[]) { 0, 1 }, 2, 0, NULL);
  g_autoptr (PymvaTensor) answers = NULL;
  g_auto (GStrv) targets = pymva_model_list_targets (model);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (pymva_model_get_title (model), ==, "Slopes");
  g_assert_cmpstr (targets[0], ==, "energy");
  g_assert_true (pymva_table_add_column (table, "p t", column, &error));
  answers = pymva_model_predict_table (model, table, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (pymva_tensor_get_value (answers, (gint64[]) { 1, 0 }, 2), ==, 5);
}

static void
test_options (void)
{
  static const struct
  {
    const char *options;
    PymvaError code;
    const char *words;
  } bad[] = {
    { "{'titel': <'x'>}", PYMVA_ERROR_VALUE, "no option “titel”" },
    { "{'title': <1>}", PYMVA_ERROR_TYPE, "“title” is a text" },
    { "{'variables': <['a', 'b']>}", PYMVA_ERROR_VALUE, "has 2 names, and the model has 1" },
    { "{'variables': <['']>}", PYMVA_ERROR_VALUE, "an empty name" },
    { "{'format': <'onnxx'>}", PYMVA_ERROR_VALUE, "no format “onnxx”" },
    { "{'format': <'lightgbm'>}", PYMVA_ERROR_VALUE,
      "not of the format “lightgbm”, but of “xgboost-json”" },
    { "{'signal-efficiency': <0.3>}", PYMVA_ERROR_VALUE, "only “tmva-xml” takes that option" },
    { "{'analysis': <'regression'>}", PYMVA_ERROR_VALUE, "only “onnx” takes that option" },
    { "{'rounds': <int64 0>}", PYMVA_ERROR_VALUE, "must be at least 1" },
    { "{'rounds': <int64 2>}", PYMVA_ERROR_VALUE, "2 rounds are asked for" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (text_file_import (xgboost, NULL, g_variant_new_parsed (bad[i].options),
                                       &error));
      g_assert_error (error, PYMVA_ERROR, (int) bad[i].code);
      g_assert_nonnull (strstr (error->message, bad[i].words));
    }
}

static void
test_no_file (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nonexistent/model.ubj");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_model_import (file, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (pymva_model_import (file, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  memory_file_register_scheme ();

  g_test_add_func ("/model-import/xgboost", test_xgboost);
  g_test_add_func ("/model-import/xgboost-base", test_xgboost_base);
  g_test_add_func ("/model-import/xgboost-categories", test_xgboost_categories);
  g_test_add_func ("/model-import/xgboost-rounds", test_xgboost_rounds);
  g_test_add_func ("/model-import/xgboost-refused", test_xgboost_refused);
  g_test_add_func ("/model-import/lightgbm", test_lightgbm);
  g_test_add_func ("/model-import/lightgbm-categories", test_lightgbm_categories);
  g_test_add_func ("/model-import/lightgbm-links", test_lightgbm_links);
  g_test_add_func ("/model-import/lightgbm-refused", test_lightgbm_refused);
  g_test_add_func ("/model-import/truncated", test_truncated);
  g_test_add_func ("/model-import/names", test_names);
  g_test_add_func ("/model-import/options", test_options);
  g_test_add_func ("/model-import/no-file", test_no_file);

  return g_test_run ();
}
