/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"

static float
score_two (PymvaModel *model,
           float x0,
           float x1)
{
  float event[] = { x0, x1 };
  float output = -1;

  g_assert_true (pymva_model_score (model, event, &output));
  return output;
}

/* A tree of one split, "x <= threshold", with the answers 1 and 2. */
static PymvaModel *
make_stump (double threshold,
            gint missing_left)
{
  const gint32 node_counts[] = { 3 };
  const gint32 children[] = { 1, -1, -2 };
  const gint32 features[] = { 0, 0, 0 };
  const double thresholds[] = { threshold, 0, 0 };
  const double values[] = { 1, 2 };
  const guint8 missing[] = { missing_left, 0, 0 };
  g_autoptr (GHashTable) tensors = fixture_tensors ();

  fixture_insert (tensors, "node_counts", PYMVA_DTYPE_INT32, node_counts, 1, 0);
  fixture_insert (tensors, "children", PYMVA_DTYPE_INT32, children, 3, 0);
  fixture_insert (tensors, "features", PYMVA_DTYPE_INT32, features, 3, 0);
  fixture_insert (tensors, "thresholds", PYMVA_DTYPE_FLOAT64, thresholds, 3, 0);
  fixture_insert (tensors, "values", PYMVA_DTYPE_FLOAT64, values, 2, 1);
  if (missing_left >= 0)
    fixture_insert (tensors, "missing", PYMVA_DTYPE_UINT8, missing, 3, 0);

  return fixture_forest_of (tensors);
}

static float
score_one (PymvaModel *model,
           float x)
{
  float output = -1;

  g_assert_true (pymva_model_score (model, &x, &output));
  return output;
}

static void
test_answers (void)
{
  g_autoptr (PymvaModel) model = fixture_forest ();

  g_assert_cmpstr (pymva_model_get_engine (model), ==, "forest");
  g_assert_cmpfloat (score_two (model, 0, 0), ==, 0.25);
  g_assert_cmpfloat (score_two (model, 1, -2), ==, 0.5);
  g_assert_cmpfloat (score_two (model, 1, 3), ==, 1);
  /* On the threshold is left of it. */
  g_assert_cmpfloat (score_two (model, 0.5f, 3), ==, 0.25);
  g_assert_cmpfloat (score_two (model, nextafterf (0.5f, 1), 3), ==, 1);
  g_assert_cmpfloat (score_two (model, 1, -1), ==, 0.5);
  g_assert_cmpfloat (score_two (model, 1, nextafterf (-1, 0)), ==, 1);
}

/* float32 (x) <= double threshold, computed here in double as scikit-learn does it. */
static void
test_thresholds (void)
{
  const double thresholds[] = {
    0.1, 0.1 + 1e-12, -0.1, -0.1 - 1e-12, 1.0 / 3, 0, -0.0, 1e-45, 5e-46, -5e-46, 1e-40, 1e300,
    -1e300, 16777217, 3.4028235677973366e38, -3.4028235677973366e38,
  };

  for (guint i = 0; i < G_N_ELEMENTS (thresholds); i++)
    {
      g_autoptr (PymvaModel) model = make_stump (thresholds[i], -1);
      float near = (float) thresholds[i];
      const float values[] = {
        near, nextafterf (near, INFINITY), nextafterf (near, -INFINITY), 0, -0.0f, INFINITY,
        -INFINITY, 1e-45f, -1e-45f, 3.4028235e38f, -3.4028235e38f, NAN,
      };

      for (guint j = 0; j < G_N_ELEMENTS (values); j++)
        g_assert_cmpfloat (score_one (model, values[j]), ==,
                           (double) values[j] <= thresholds[i] ? 1 : 2);
    }
}

static void
test_missing (void)
{
  g_autoptr (PymvaModel) without = make_stump (0, -1);
  g_autoptr (PymvaModel) left = make_stump (0, 1);
  g_autoptr (PymvaModel) right = make_stump (0, 0);

  g_assert_cmpfloat (score_one (without, NAN), ==, 2);
  g_assert_cmpfloat (score_one (left, NAN), ==, 1);
  g_assert_cmpfloat (score_one (left, -NAN), ==, 1);
  g_assert_cmpfloat (score_one (left, 1), ==, 2);
  g_assert_cmpfloat (score_one (left, -1), ==, 1);
  g_assert_cmpfloat (score_one (left, INFINITY), ==, 2);
  g_assert_cmpfloat (score_one (right, NAN), ==, 2);
}

/* Trees of a single leaf, and three targets. */
static void
test_leaves (void)
{
  const gint32 node_counts[] = { 1, 1, 1 };
  const gint32 children[] = { -1, -2, -3 };
  const gint32 features[] = { 0, 0, 0 };
  const float thresholds[] = { 0, 0, 0 };
  const double values[] = { 0.1, 1, -3, 0.2, 2, -3, 0.3, 6, -3 };
  g_autoptr (GHashTable) tensors = fixture_tensors ();
  g_autoptr (PymvaModel) model = NULL;
  float outputs[3];
  float event = NAN;

  fixture_insert (tensors, "node_counts", PYMVA_DTYPE_INT32, node_counts, 3, 0);
  fixture_insert (tensors, "children", PYMVA_DTYPE_INT32, children, 3, 0);
  fixture_insert (tensors, "features", PYMVA_DTYPE_INT32, features, 3, 0);
  fixture_insert (tensors, "thresholds", PYMVA_DTYPE_FLOAT32, thresholds, 3, 0);
  fixture_insert (tensors, "values", PYMVA_DTYPE_FLOAT64, values, 3, 3);
  model = fixture_forest_of (tensors);

  g_assert_cmpuint (pymva_model_get_n_outputs (model), ==, 3);
  g_assert_true (pymva_model_score (model, &event, outputs));
  g_assert_cmpfloat (outputs[0], ==, (float) ((0.1 + 0.2 + 0.3) / 3));
  g_assert_cmpfloat (outputs[1], ==, 3);
  g_assert_cmpfloat (outputs[2], ==, -3);
}

/* A tree that is a chain: each split sends larger numbers on. */
static void
test_deep (void)
{
  enum { DEPTH = 5000, N_NODES = 2 * DEPTH + 1 };
  const gint32 node_counts[] = { N_NODES };
  g_autofree gint32 *children = g_new (gint32, N_NODES);
  g_autofree gint32 *features = g_new0 (gint32, N_NODES);
  g_autofree float *thresholds = g_new0 (float, N_NODES);
  g_autofree double *values = g_new0 (double, DEPTH + 1);
  g_autoptr (GHashTable) tensors = fixture_tensors ();
  g_autoptr (PymvaModel) model = NULL;

  children[0] = 1;
  thresholds[0] = 0.5f;
  for (gint32 i = 0; i < DEPTH; i++)
    {
      /* The leaf of i, and the split beside it. */
      children[2 * i + 1] = -1 - i;
      children[2 * i + 2] = 2 * i + 3;
      thresholds[2 * i + 2] = i + 1.5f;
      values[i] = i;
    }
  children[N_NODES - 1] = -1 - DEPTH;
  values[DEPTH] = DEPTH;

  fixture_insert (tensors, "node_counts", PYMVA_DTYPE_INT32, node_counts, 1, 0);
  fixture_insert (tensors, "children", PYMVA_DTYPE_INT32, children, N_NODES, 0);
  fixture_insert (tensors, "features", PYMVA_DTYPE_INT32, features, N_NODES, 0);
  fixture_insert (tensors, "thresholds", PYMVA_DTYPE_FLOAT32, thresholds, N_NODES, 0);
  fixture_insert (tensors, "values", PYMVA_DTYPE_FLOAT64, values, DEPTH + 1, 1);
  model = fixture_forest_of (tensors);

  for (gint32 i = 0; i <= DEPTH; i += 7)
    g_assert_cmpfloat (score_one (model, i), ==, i);
  g_assert_cmpfloat (score_one (model, INFINITY), ==, DEPTH);
}

/* A batch of any length gives the bits of its rows, with NaN among them or not. */
static void
test_batches (void)
{
  enum { N_ROWS = 700 };
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  float rows[N_ROWS * 2];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    rows[i] = i % 97 == 13 ? NAN : (float) g_rand_double_range (rand, -3, 3);

  for (gint64 n = 0; n <= N_ROWS; n = n < 20 ? n + 1 : n + 68)
    {
      g_autoptr (PymvaTensor) inputs = fixture_tensor (PYMVA_DTYPE_FLOAT32, rows, n, 2);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaTensor) outputs = pymva_model_predict (model, inputs, &error);
      const float *found = pymva_tensor_peek_data (outputs);

      g_assert_no_error (error);
      g_assert_cmpint (pymva_tensor_get_length (outputs, 0), ==, n);
      g_assert_cmpint (pymva_tensor_get_length (outputs, 1), ==, 1);
      for (gint64 row = 0; row < n; row++)
        g_assert_cmpfloat (found[row], ==, score_two (model, rows[2 * row], rows[2 * row + 1]));
    }
}

/* Tables of a file that would lead a walk astray. */
static void
test_tables (void)
{
  static const struct
  {
    gint32 node_counts[2];
    gint32 children[4];
    gint32 features[4];
    const char *aggregation;
  } cases[] = {
    { { 3, 1 }, { 0, -1, -2, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 3, 1 }, { 2, -1, -2, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 3, 1 }, { 1, 1, -2, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 3, 1 }, { 1, -1, -4, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 3, 1 }, { 1, -1, G_MININT32, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 3, 1 }, { G_MAXINT32, -1, -2, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 3, 1 }, { 1, -1, -2, -3 }, { 1, 0, 0, 0 }, "average" },
    { { 3, 1 }, { 1, -1, -2, -3 }, { -1, 0, 0, 0 }, "average" },
    { { 3, 2 }, { 1, -1, -2, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 3, 0 }, { 1, -1, -2, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 2, 2 }, { 1, -1, -2, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 3, -3 }, { 1, -1, -2, -3 }, { 0, 0, 0, 0 }, "average" },
    { { 3, 1 }, { 1, -1, -2, -3 }, { 0, 0, 0, 0 }, "median" },
    { { 3, 1 }, { 1, -1, -2, -3 }, { 0, 0, 0, 0 }, "average" },
  };
  const float thresholds[] = { 0, 0, 0, 0 };
  const double values[] = { 1, 2, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 1);
      g_autoptr (PymvaTensor) counts =
        fixture_tensor (PYMVA_DTYPE_INT32, cases[i].node_counts, 2, 0);
      g_autoptr (PymvaTensor) children =
        fixture_tensor (PYMVA_DTYPE_INT32, cases[i].children, 4, 0);
      g_autoptr (PymvaTensor) features =
        fixture_tensor (PYMVA_DTYPE_INT32, cases[i].features, 4, 0);
      g_autoptr (PymvaTensor) cuts = fixture_tensor (PYMVA_DTYPE_FLOAT32, thresholds, 4, 0);
      g_autoptr (PymvaTensor) leaves = fixture_tensor (PYMVA_DTYPE_FLOAT64, values, 3, 1);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaModel) model = NULL;

      pymva_model_builder_add_tensor (builder, "counts", counts);
      pymva_model_builder_add_tensor (builder, "children", children);
      pymva_model_builder_add_tensor (builder, "features", features);
      pymva_model_builder_add_tensor (builder, "cuts", cuts);
      pymva_model_builder_add_tensor (builder, "leaves", leaves);
      pymva_model_builder_add_stage (
        builder, g_variant_new_parsed (
          "{'kind': <'forest'>, 'aggregation': <%s>, 'node_counts': <'counts'>, "
          "'children': <'children'>, 'features': <'features'>, 'thresholds': <'cuts'>, "
          "'values': <'leaves'>}", cases[i].aggregation));
      model = pymva_model_builder_build (builder, &error);
      if (i + 1 < G_N_ELEMENTS (cases))
        g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
      else
        g_assert_cmpfloat (score_one (model, 1), ==, 2.5);
    }
}

/* More trees than can be counted are refused before anything is made of them. */
static void
test_most_trees (void)
{
  const guint n_trees = (1 << 22) + 1;
  const gint32 leaf = -1;
  g_autofree gint32 *node_counts = g_new0 (gint32, n_trees);
  g_autoptr (GHashTable) tensors = fixture_tensors ();
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = NULL;

  fixture_insert (tensors, "node_counts", PYMVA_DTYPE_INT32, node_counts, n_trees, 0);
  fixture_insert (tensors, "children", PYMVA_DTYPE_INT32, &leaf, 1, 0);
  fixture_add_forest (builder, tensors);
  model = pymva_model_builder_build (builder, &error);

  g_assert_null (model);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "more than 4194304"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/forest/answers", test_answers);
  g_test_add_func ("/forest/thresholds", test_thresholds);
  g_test_add_func ("/forest/missing", test_missing);
  g_test_add_func ("/forest/leaves", test_leaves);
  g_test_add_func ("/forest/deep", test_deep);
  g_test_add_func ("/forest/batches", test_batches);
  g_test_add_func ("/forest/tables", test_tables);
  g_test_add_func ("/forest/most-trees", test_most_trees);

  return g_test_run ();
}
