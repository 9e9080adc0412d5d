/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"
#include "scoring/pymva-graph-private.h"
#include "scoring/pymva-json-private.h"

/* The stages that are neither a forest nor a network in float32, and the rounding of any stage. */

static GHashTable *
new_tables (void)
{
  static const double matrix[] = { 1, 2, 3, 0, -1, 0.5 };
  static const double square[] = { 0, 1, 1, 0 };
  static const double infinite[] = { 1, 2, INFINITY, 0, 0, 0 };
  static const gint32 counts[] = { 3, 0, 2 };
  static const gint32 too_many[] = { 3, 1, 2 };
  static const gint32 negative[] = { 6, -3, 2 };
  static const double x[] = { 0, 1, 3, -1, 1 };
  static const double y[] = { 10, 20, 0, 5, 5 };
  static const double unsorted[] = { 0, 3, 1, -1, 1 };
  static const double level[] = { 0, 1, 1, -1, 1 };
  static const double missing[] = { 0, 1, NAN, -1, 1 };
  static const double filling[] = { 7, -8, 9 };
  static const double far[] = { 1e9, 1e9, 0 };
  static const double difference[] = { 1, -1, 0, 0, 0, 1 };
  static const double bias[] = { -0.5, 2 };
  static const double no_bias[] = { 0, NAN };
  static const double offsets[] = { 1.0 / 3, 0, 0 };
  static const double weights[] = { 0.2, 0.5, 0.3 };
  static const double high[] = { INFINITY, 1, 0.25 };
  static const double below_zero[] = { 0.2, 0.5, -0.3 };
  GHashTable *tables = fixture_tensors ();

  fixture_insert (tables, "matrix", PYMVA_DTYPE_FLOAT64, matrix, 2, 3);
  fixture_insert (tables, "square", PYMVA_DTYPE_FLOAT64, square, 2, 2);
  fixture_insert (tables, "infinite", PYMVA_DTYPE_FLOAT64, infinite, 2, 3);
  fixture_insert (tables, "counts", PYMVA_DTYPE_INT32, counts, 3, 0);
  fixture_insert (tables, "too-many", PYMVA_DTYPE_INT32, too_many, 3, 0);
  fixture_insert (tables, "negative", PYMVA_DTYPE_INT32, negative, 3, 0);
  fixture_insert (tables, "x", PYMVA_DTYPE_FLOAT64, x, 5, 0);
  fixture_insert (tables, "y", PYMVA_DTYPE_FLOAT64, y, 5, 0);
  fixture_insert (tables, "unsorted", PYMVA_DTYPE_FLOAT64, unsorted, 5, 0);
  fixture_insert (tables, "level", PYMVA_DTYPE_FLOAT64, level, 5, 0);
  fixture_insert (tables, "missing", PYMVA_DTYPE_FLOAT64, missing, 5, 0);
  fixture_insert (tables, "filling", PYMVA_DTYPE_FLOAT64, filling, 3, 0);
  fixture_insert (tables, "far", PYMVA_DTYPE_FLOAT64, far, 3, 0);
  fixture_insert (tables, "difference", PYMVA_DTYPE_FLOAT64, difference, 2, 3);
  fixture_insert (tables, "swap", PYMVA_DTYPE_FLOAT64, square, 2, 2);
  fixture_insert (tables, "bias", PYMVA_DTYPE_FLOAT64, bias, 2, 0);
  fixture_insert (tables, "no-bias", PYMVA_DTYPE_FLOAT64, no_bias, 2, 0);
  fixture_insert (tables, "offsets", PYMVA_DTYPE_FLOAT64, offsets, 3, 0);
  fixture_insert (tables, "weights", PYMVA_DTYPE_FLOAT64, weights, 3, 0);
  fixture_insert (tables, "high", PYMVA_DTYPE_FLOAT64, high, 3, 0);
  fixture_insert (tables, "below-zero", PYMVA_DTYPE_FLOAT64, below_zero, 3, 0);

  return tables;
}

/* The graph of @stages, a list in JSON, of three variables. */
static PymvaGraph *
new_graph (const char *stages,
           GError **error)
{
  g_autofree char *text = g_strdup_printf ("{\"stages\": %s}", stages);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (JsonObject) object = pymva_json_parse (bytes, error);
  g_autoptr (GHashTable) tables = new_tables ();

  g_assert_nonnull (object);
  return pymva_graph_new (json_object_get_array_member (object, "stages"), tables, 3, error);
}

/* Scores rows of three variables, all at once and each alone. */
static void
check (const char *stages,
       const float *rows,
       gsize n_rows,
       const float *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaGraph) graph = new_graph (stages, &error);
  float outputs[32];
  guint n_outputs;

  g_assert_no_error (error);
  n_outputs = pymva_graph_get_n_outputs (graph);
  for (gsize step = 1; step <= n_rows; step += n_rows - 1)
    {
      for (gsize row = 0; row < n_rows; row += step)
        pymva_graph_score (graph, rows + 3 * row, step, outputs + n_outputs * row);
      for (gsize i = 0; i < n_rows * n_outputs; i++)
        {
          g_test_message ("step %zu, number %zu", step, i);
          if (isnan (expected[i]))
            g_assert_true (isnan (outputs[i]));
          else
            g_assert_cmpfloat (outputs[i], ==, expected[i]);
        }
    }
}

static void
test_matrix (void)
{
  const float rows[] = { 1, 1, 1, 0, 2, 4, NAN, 1, 1 };

  check ("[{\"kind\": \"matrix\", \"matrix\": \"matrix\"}]", rows, 3,
         (const float[]) { 6, -0.5f, 16, 0, NAN, NAN });
  /* The first and the last column change places; what is missing in another one stays there. */
  check ("[{\"kind\": \"matrix\", \"matrix\": \"square\", \"columns\": [1, 2]}]", rows, 3,
         (const float[]) { 1, 1, 1, 0, 4, 2, NAN, 1, 1 });
}

static void
test_linear (void)
{
  const float rows[] = { 1, 1, 1, 0, 2, 4, NAN, 1, 1 };

  check ("[{\"kind\": \"linear\", \"weight\": \"matrix\"}]", rows, 3,
         (const float[]) { 6, -0.5f, 16, 0, NAN, NAN });
  check ("[{\"kind\": \"linear\", \"weight\": \"matrix\", \"bias\": \"bias\"}]", rows, 3,
         (const float[]) { 5.5f, 1.5f, 15.5f, 2, NAN, NAN });
}

static void
test_interpolate (void)
{
  const float rows[] = { -5, 7, 0, 0, NAN, 2, 0.25f, INFINITY, NAN, 1, 0, 0, 2, 0, 0,
                         3, 0, 0, INFINITY, 0, -INFINITY, NAN, 0, 0 };

  check ("[{\"kind\": \"interpolate\", \"counts\": \"counts\", \"x\": \"x\", "
         "\"y\": \"y\"}]", rows, 8,
         (const float[]) { 10, 7, 5, 10, NAN, 5, 12.5f, INFINITY, NAN, 20, 0, 5, 10, 0, 5,
                           0, 0, 5, 0, 0, 5, NAN, 0, 5 });
}

static void
test_encode (void)
{
  const float rows[] = { 0, 7, -1, 1, NAN, 1, 3, -0.0f, 0, 0.5f, 0, INFINITY, -1, 0, -INFINITY,
                         -0.0f, INFINITY, NAN };

  check ("[{\"kind\": \"encode\", \"counts\": \"counts\", \"categories\": \"x\"}]", rows, 6,
         (const float[]) { 0, 7, 0, 1, NAN, 1, 2, 0, NAN, NAN, 0, NAN, NAN, 0, NAN,
                           0, INFINITY, NAN });
}

/* What numpy.argsort() and numpy.cumsum() give; 0.5 of 1 is reached by weights of exactly 0.5. */
static void
test_weighted_median (void)
{
  const float rows[] = { 1, 2, 3, 3, 1, 2, 5, 9, 7, 4, 4, 1, -INFINITY, -1, 0, 6, 6, 6 };

  check ("[{\"kind\": \"weighted-median\", \"weights\": \"weights\"}]", rows, 6,
         (const float[]) { 2, 1, 7, 4, -1, 6 });
  check ("[{\"kind\": \"weighted-median\", \"weights\": \"weights\"}]",
         (const float[]) { NAN, 1, 2, 1, NAN, 2, NAN, NAN, 1, 5, NAN, 3, NAN, NAN, NAN }, 5,
         (const float[]) { 1, 2, NAN, 5, NAN });
  /* The means of one or three of them: 0.5 is not above a half of 1. */
  check ("[{\"kind\": \"weighted-median\", \"weights\": \"weights\", \"reach\": 0}]",
         rows, 6,
         (const float[]) { 2, 2, 9, 4, -1, 6 });
  check ("[{\"kind\": \"weighted-median\", \"weights\": \"weights\", \"reach\": 1}]",
         rows, 3, (const float[]) { 2, 2, 8 });
}

/* Whole columns and constants, columns in another order, and several expressions. */
static void
test_expression (void)
{
  const float rows[] = { 1, 2, 3, 4, 5, 6, NAN, 8, 9 };

  check ("[{\"kind\": \"expression\", \"expressions\": [\"x1\", \"2\", \"x2*x0 + x1^2\", "
         "\"x0 > 2 ? x2 : -x2\"]}]", rows, 3,
         (const float[]) { 2, 2, 7, -3, 5, 2, 49, 6, 8, 2, NAN, -9 });
}

/* A third less a third is 0 only where both are as exact. */
static void
test_rounding (void)
{
  static const char stages[] =
    "[{\"kind\": \"affine\", \"add\": \"offsets\"%s}, "
    "{\"kind\": \"affine\", \"subtract\": \"offsets\"}]";
  static const char *const dtypes[] = {
    "", ", \"dtype\": \"float64\"", ", \"dtype\": \"float32\""
  };
  const float rows[] = { 0, 0, 0, 0, 0, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    {
      g_autofree char *text = g_strdup_printf (stages, dtypes[i]);
      float first = i < 2 ? 0 : (float) ((double) (float) (1.0 / 3) - 1.0 / 3);

      check (text, rows, 2, (const float[]) { first, 0, 0, first, 0, 0 });
    }
}

/* The columns of several stages, and of the variables, in the order of the list. */
static void
test_inputs (void)
{
  const float rows[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

  check ("[{\"kind\": \"select\", \"columns\": [1]}, "
         "{\"kind\": \"select\", \"columns\": [2, 0], \"input\": -1}, "
         "{\"kind\": \"affine\", \"inputs\": [1, -1, 0, 0]}]",
         rows, 3,
         (const float[]) { 3, 1, 1, 2, 3, 2, 2, 6, 4, 4, 5, 6, 5, 5, 9, 7, 7, 8, 9, 8, 8 });
  check ("[{\"kind\": \"select\", \"columns\": [2, 1], \"inputs\": [-1]}]", rows, 3,
         (const float[]) { 3, 2, 6, 5, 9, 8 });
}

/* A dump counts its own stages, and -1 is what the stages before it give: here the variables in
 * reverse. */
static void
test_dump (void)
{
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 2);
  g_autoptr (GHashTable) tables = fixture_tensors ();
  g_autoptr (GVariant) description = g_variant_ref_sink (g_variant_new_parsed (
    "{'kind': <'stages'>, 'n_features': <2>, 'stages': <["
    "<{'kind': <'select'>, 'columns': <[<int64 0>]>, 'input': <int64 -1>}>, "
    "<{'kind': <'select'>, 'columns': <[int64 2, 0, 1]>, 'inputs': <[<int64 -1>, <int64 0>]>}>"
    "]>}"));
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = NULL;
  const float event[] = { 3, 7 };
  float outputs[3];

  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'select'>, 'columns': <[int64 1, 0]>}"));
  pymva_convert_dump (builder, description, tables, &error);
  g_assert_no_error (error);
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  g_assert_true (pymva_model_score (model, event, outputs));
  g_assert_cmpfloat (outputs[0], ==, 7);
  g_assert_cmpfloat (outputs[1], ==, 7);
  g_assert_cmpfloat (outputs[2], ==, 3);
}

static void
test_dump_errors (void)
{
  static const struct
  {
    const char *stages;
    const char *words;
  } cases[] = {
    { "", "“stages” is not a list" },
    { ", 'stages': <'select'>", "“stages” is not a list" },
    { ", 'stages': <['select']>", "element 0 of a list is of type “s”" },
    { ", 'stages': <[{'kind': <'select'>, 'input': <'-1'>}]>", "of type “s”, not a number" },
    { ", 'stages': <[{'kind': <'select'>, 'inputs': <[0.5]>}]>", "of type “d”, not a number" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 1);
      g_autoptr (GHashTable) tables = fixture_tensors ();
      g_autofree char *text =
        g_strdup_printf ("{'kind': <'stages'>, 'n_features': <1>%s}", cases[i].stages);
      g_autoptr (GVariant) description = g_variant_ref_sink (g_variant_new_parsed (text));
      g_autoptr (GError) error = NULL;

      g_assert_false (pymva_convert_dump (builder, description, tables, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, cases[i].words));
    }
}

/* NumPy's numbers, and those of scikit-learn's Normalizer. */
static void
test_links (void)
{
  static const struct
  {
    const char *function;
    float expected[9];
  } cases[] = {
    { "relu", { 3, 0, 4, 0, 0, 0, 0, 0.5f, 0 } },
    { "square", { 9, 0, 16, 0, 0, 0, 4, 0.25f, 1 } },
    { "tanh", { 0.9950548f, 0, 0.9993293f, 0, 0, 0, -0.9640276f, 0.46211717f, -0.7615942f } },
    { "tie-break", { 0.25f, 0, 4.0f / 15, 0, 0, 0, -2.0f / 9, 1.0f / 9, -1.0f / 6 } },
    { "gaussian", { 0.011108996f, 1, 0.00033546263f, 1, 1, 1, 0.13533528f, 0.8824969f,
                    0.60653066f } },
    { "log", { 1.0986123f, -INFINITY, 1.3862944f, -INFINITY, -INFINITY, -INFINITY, NAN,
               -0.6931472f, NAN } },
    { "logit", { 34.434216f, -701.48865f, 34.434216f, -701.48865f, -701.48865f, -701.48865f,
                 -701.48865f, 0, -701.48865f } },
    { "rational-tanh",
      { 0.9950557f, 0, 0.9993442f, 0, 0, 0, -0.9640276f, 0.46211717f, -0.7615942f } },
    { "largest", { 0, 0, 1, 1, 0, 0, 0, 1, 0 } },
    { "shares", { 3.0f / 7, 0, 4.0f / 7, 0, 0, 0, 0.8f, -0.2f, 0.4f } },
    { "shares-uniform",
      { 3.0f / 7, 0, 4.0f / 7, 1.0f / 3, 1.0f / 3, 1.0f / 3, 0.8f, -0.2f, 0.4f } },
    { "unit-l1", { 3.0f / 7, 0, 4.0f / 7, 0, 0, 0, -4.0f / 7, 1.0f / 7, -2.0f / 7 } },
    { "unit-l2", { 0.6f, 0, 0.8f, 0, 0, 0, -0.87287156f, 0.21821789f, -0.43643578f } },
    { "unit-max", { 0.75f, 0, 1, 0, 0, 0, -1, 0.25f, -0.5f } },
  };
  const float rows[] = { 3, 0, 4, 0, 0, 0, -2, 0.5f, -1 };
  const float probabilities[] = { 0.975f, 1, 1e-10f, -1, 0, 0.025f };

  check ("[{\"kind\": \"link\", \"function\": \"normal-quantile\"}]", probabilities, 2,
         (const float[]) { 1.9599644f, INFINITY, -6.361341f, NAN, -INFINITY, -1.959964f });
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *stages = g_strdup_printf (
        "[{\"kind\": \"link\", \"function\": \"%s\"}]", cases[i].function);

      check (stages, rows, 3, cases[i].expected);
    }
}

static void
test_clip (void)
{
  const float rows[] = { 3, 2, 1, -INFINITY, NAN, -7, INFINITY, -1, 0.1f };

  check ("[{\"kind\": \"clip\", \"minimum\": \"below-zero\", \"maximum\": \"high\"}]", rows, 3,
         (const float[]) { 3, 1, 0.25f, 0.2f, NAN, -0.3f, INFINITY, 0.5f, 0.1f });
  check ("[{\"kind\": \"clip\"}]", rows, 3, rows);
}

static void
test_product (void)
{
  const float rows[] = { 3, 2, -1, 0, NAN, 1 };

  check ("[{\"kind\": \"product\"}]", rows, 2, (const float[]) { -6, NAN });
}

/* What numpy.mean() gives; an output knows nothing of the others. */
static void
test_mean (void)
{
  const float rows[] = { 0.25f, INFINITY, -0.0f, 2, NAN, 7 };
  const float numbers[] = { 1, 2, 4, -0.0f, -0.0f, -0.0f };

  check ("[{\"kind\": \"affine\", \"multiply\": \"weights\"}, "
         "{\"kind\": \"mean\", \"n_outputs\": 3, \"inputs\": [-1, 0]}]", rows, 2,
         (const float[]) { 0.15f, INFINITY, -0.0f, 1.2f, NAN, 4.55f });
  check ("[{\"kind\": \"mean\", \"n_outputs\": 1}]", numbers, 2,
         (const float[]) { 2.3333333f, -0.0f });
}

/* The first column decides about the others, or the first three about one column each. */
static void
test_choose (void)
{
  const float rows[] = { 1, 2, 3, 0.5f, 5, 6, NAN, 8, 9 };
  const float three[] = { 1, 0, 0, 0, 1, 1, 0.5f, NAN, 0 };

  check ("[{\"kind\": \"choose\", \"n_choices\": 1, \"otherwise\": -1}]", rows, 3,
         (const float[]) { 2, 3, -1, -1, -1, -1 });
  check ("[{\"kind\": \"affine\", \"add\": \"filling\"}, "
         "{\"kind\": \"choose\", \"n_choices\": 3, \"inputs\": [-1, 0]}]", three, 3,
         (const float[]) { 8, 10, 0 });
}

/* NumPy's numbers. */
static void
test_kernel (void)
{
  const float rows[] = { 1, 1, 1, 0, 2, 4 };

  check ("[{\"kind\": \"kernel\", \"vectors\": \"matrix\", \"weights\": \"bias\", \"gamma\": 0.1, "
         "\"bias\": 0.25}]", rows, 2,
         (const float[]) { 1.1298453988773134f, 0.07950055999444833f });
  check ("[{\"kind\": \"kernel\", \"vectors\": \"matrix\", \"weights\": \"bias\", \"gamma\": 0.1, "
         "\"bias\": 0.25, \"precision\": \"float32\"}]", rows, 2,
         (const float[]) { 1.1298454f, 0.079500556f });
}

static void
test_fill (void)
{
  const float rows[] = { NAN, 2, 3, 1, NAN, INFINITY };

  check ("[{\"kind\": \"fill\", \"values\": \"filling\"}]", rows, 2,
         (const float[]) { 7, 2, 3, 1, -8, INFINITY });
}

/* numpy.interp (x, [0, 1, 3], [10, 20, 0]) */
static void
test_slopes (void)
{
  const float rows[] = { 0.3f, 7, 0, 2.7f, 7, 0 };

  check ("[{\"kind\": \"interpolate\", \"counts\": \"counts\", \"x\": \"x\", "
         "\"y\": \"y\", \"slopes\": true}]", rows, 2,
         (const float[]) { 13.0000001192092896f, 7, 5, 2.99999952f, 7, 5 });
}

/* A network in float64: of a difference of numbers beyond 1e9 float32 would have no digit. */
static void
test_network (void)
{
  static const char stages[] =
    "[{\"kind\": \"affine\", \"add\": \"far\"}, "
    "{\"kind\": \"mlp\", \"precision\": \"float64\", \"layers\": ["
    "{\"type\": \"dense\", \"weight\": \"difference\", \"bias\": \"bias\"}, "
    "{\"type\": \"relu\"}, {\"type\": \"dense\", \"weight\": \"swap\"}]}]";
  const float rows[] = { 2.5f, 0.25f, 3, 1, 4, 0 };

  check (stages, rows, 2, (const float[]) { 5, 1.75f, 2, 0 });
}

static void
test_errors (void)
{
  static const struct
  {
    const char *stage;
    const char *words;
  } cases[] = {
    { "\"matrix\"", "“matrix” is missing" },
    { "\"matrix\", \"matrix\": \"none\"", "no table “none”" },
    { "\"matrix\", \"matrix\": \"x\"", "1 dimensions" },
    { "\"matrix\", \"matrix\": \"square\"", "2 × 2, which does not take 3 columns" },
    { "\"matrix\", \"matrix\": \"infinite\"", "element 2 of its “matrix” is not a finite number" },
    { "\"matrix\", \"matrix\": \"square\", \"columns\": [0, 3]", "element 1 of “columns”" },
    { "\"matrix\", \"matrix\": \"square\", \"columns\": []", "“columns” is empty" },
    { "\"matrix\", \"matrix\": \"square\", \"columns\": [0]", "does not take 1 columns" },
    { "\"matrix\", \"matrix\": \"matrix\", \"columns\": [0, 1, 2]", "does not take 3 columns" },
    { "\"linear\"", "“weight” is missing" },
    { "\"linear\", \"weight\": \"square\"", "2 × 2, which does not take 3 columns" },
    { "\"linear\", \"weight\": \"infinite\"", "element 2 of its “weight” is not a finite" },
    { "\"linear\", \"weight\": \"matrix\", \"bias\": \"offsets\"", "3 elements for 2 columns" },
    { "\"linear\", \"weight\": \"matrix\", \"bias\": \"no-bias\"", "element 1 of its “bias”" },
    { "\"interpolate\", \"x\": \"x\", \"y\": \"y\"", "“counts” is missing" },
    { "\"interpolate\", \"counts\": \"x\", \"x\": \"x\", \"y\": \"y\"", "not int32" },
    { "\"interpolate\", \"counts\": \"negative\", \"x\": \"x\", \"y\": \"y\"",
      "column 1 has -3 of its “x”" },
    { "\"interpolate\", \"counts\": \"too-many\", \"x\": \"x\", \"y\": \"y\"",
      "5 elements, and its “counts” say 6" },
    { "\"interpolate\", \"counts\": \"counts\", \"x\": \"x\"", "“y” is missing" },
    { "\"interpolate\", \"counts\": \"counts\", \"x\": \"x\", \"y\": \"offsets\"",
      "“y” has 3 elements for 5 columns" },
    { "\"interpolate\", \"counts\": \"counts\", \"x\": \"unsorted\", \"y\": \"y\"",
      "element 2 of its “x” is not above the one before, of the same column 0" },
    { "\"interpolate\", \"counts\": \"counts\", \"x\": \"level\", \"y\": \"y\"",
      "element 2 of its “x” is not above the one before, of the same column 0" },
    { "\"interpolate\", \"counts\": \"counts\", \"x\": \"missing\", \"y\": \"y\"",
      "element 2 of its “x” is not a finite number" },
    { "\"interpolate\", \"counts\": \"counts\", \"x\": \"x\", \"y\": \"missing\"",
      "element 2 of its “y” is not a finite number" },
    { "\"encode\", \"counts\": \"counts\"", "“categories” is missing" },
    { "\"encode\", \"counts\": \"counts\", \"categories\": \"level\"",
      "element 2 of its “categories” is not above" },
    { "\"weighted-median\"", "“weights” is missing" },
    { "\"weighted-median\", \"weights\": \"x\"", "“weights” has 5 elements for 3 columns" },
    { "\"weighted-median\", \"weights\": \"below-zero\"", "element 2 of its “weights” is neg" },
    { "\"weighted-median\", \"weights\": \"weights\", \"reach\": -1", "reach" },
    { "\"weighted-median\", \"weights\": \"weights\", \"reach\": 4", "reach" },
    { "\"expression\"", "“expressions” is missing" },
    { "\"expression\", \"expressions\": []", "it has 0 “expressions”" },
    { "\"expression\", \"expressions\": [1]", "expressions" },
    { "\"expression\", \"expressions\": [\"x0\", \"x0 +\"]", "element 1 of its “expressions”" },
    { "\"expression\", \"expressions\": [\"x3\"]", "“x3”, and there are 3 columns" },
    { "\"expression\", \"expressions\": [\"y\"]", "names “y”" },
    { "\"clip\", \"minimum\": \"bias\"", "“minimum” has 2 elements for 3 columns" },
    { "\"clip\", \"minimum\": \"high\", \"maximum\": \"weights\"",
      "the bounds of column 0 are inf and 0.2" },
    { "\"mean\"", "“n_outputs” is missing" },
    { "\"mean\", \"n_outputs\": 2", "3 columns are no groups of 2" },
    { "\"mean\", \"n_outputs\": 4", "n_outputs" },
    { "\"choose\"", "“n_choices” is missing" },
    { "\"choose\", \"n_choices\": 2", "3 columns are not 2 that choose" },
    { "\"choose\", \"n_choices\": 3", "3 columns are not 3 that choose" },
    { "\"choose\", \"n_choices\": 4", "n_choices" },
    { "\"kernel\", \"weights\": \"bias\", \"gamma\": 1", "“vectors” is missing" },
    { "\"kernel\", \"vectors\": \"infinite\", \"weights\": \"bias\", \"gamma\": 1",
      "element 2 of its “vectors” is not a finite" },
    { "\"kernel\", \"vectors\": \"matrix\", \"weights\": \"no-bias\", \"gamma\": 1",
      "element 1 of its “weights” is not a finite" },
    { "\"kernel\", \"vectors\": \"matrix\", \"weights\": \"bias\"", "“gamma” is missing" },
    { "\"kernel\", \"vectors\": \"square\", \"weights\": \"bias\", \"gamma\": 1",
      "its “vectors” are not of 3 columns" },
    { "\"kernel\", \"vectors\": \"matrix\", \"weights\": \"weights\", \"gamma\": 1",
      "or not as many as its “weights”" },
    { "\"kernel\", \"vectors\": \"matrix\", \"weights\": \"bias\", \"gamma\": 1, "
      "\"precision\": \"half\"", "“precision” is “half”" },
    { "\"affine\", \"dtype\": \"float16\"", "“dtype” is “float16”" },
    { "\"fill\"", "“values” is missing" },
    { "\"fill\", \"values\": \"bias\"", "2 elements for 3 columns" },
    { "\"link\", \"function\": \"biggest\"", "no function “biggest”" },
    { "\"mlp\", \"precision\": \"float64\"", "“layers” is missing" },
    { "\"mlp\", \"precision\": \"float64\", \"layers\": []", "it has 0 layers" },
    { "\"mlp\", \"precision\": \"float16\", \"layers\": [{}]", "“precision” is “float16”" },
    { "\"mlp\", \"precision\": \"float64\", \"layers\": [{\"type\": \"dense\"}]",
      "layer 0: “weight” is missing" },
    { "\"mlp\", \"precision\": \"float64\", \"layers\": [{\"type\": \"relu\"}, "
      "{\"type\": \"dense\", \"weight\": \"square\"}]", "layer 1: its “weight” is 2 × 2" },
    { "\"mlp\", \"precision\": \"float64\", \"layers\": [{\"type\": \"gelu\"}]",
      "layer 0: there is no function “gelu”" },
    { "\"mlp\", \"precision\": \"float64\", \"layers\": [1]", "layers" },
    { "\"affine\", \"inputs\": []", "“inputs” is empty" },
    { "\"affine\", \"inputs\": 0", "“inputs”" },
    { "\"affine\", \"inputs\": [-1], \"input\": -1", "“input” beside it" },
    { "\"affine\", \"inputs\": [-1, 0]", "element 1 of “inputs”" },
    { "\"affine\", \"inputs\": [-2]", "element 0 of “inputs”" },
    { "\"affine\", \"inputs\": [4294967295]", "element 0 of “inputs”" },
    { "\"affine\", \"inputs\": [-0.5]", "element 0 of “inputs”" },
    { "\"affine\", \"inputs\": [\"-1\"]", "element 0 of “inputs”" },
    { "\"matrix\", \"matrix\": \"matrix\", \"inputs\": [-1, -1]", "does not take 6 columns" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *stages = g_strdup_printf ("[{\"kind\": %s}]", cases[i].stage);
      g_autoptr (GError) error = NULL;

      g_assert_null (new_graph (stages, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
      if (strstr (error->message, cases[i].words) == NULL)
        g_error ("“%s” is not in “%s”", cases[i].words, error->message);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scoring/stages/matrix", test_matrix);
  g_test_add_func ("/scoring/stages/linear", test_linear);
  g_test_add_func ("/scoring/stages/interpolate", test_interpolate);
  g_test_add_func ("/scoring/stages/encode", test_encode);
  g_test_add_func ("/scoring/stages/weighted-median", test_weighted_median);
  g_test_add_func ("/scoring/stages/expression", test_expression);
  g_test_add_func ("/scoring/stages/rounding", test_rounding);
  g_test_add_func ("/scoring/stages/inputs", test_inputs);
  g_test_add_func ("/scoring/stages/dump", test_dump);
  g_test_add_func ("/scoring/stages/dump/errors", test_dump_errors);
  g_test_add_func ("/scoring/stages/links", test_links);
  g_test_add_func ("/scoring/stages/clip", test_clip);
  g_test_add_func ("/scoring/stages/mean", test_mean);
  g_test_add_func ("/scoring/stages/product", test_product);
  g_test_add_func ("/scoring/stages/choose", test_choose);
  g_test_add_func ("/scoring/stages/kernel", test_kernel);
  g_test_add_func ("/scoring/stages/fill", test_fill);
  g_test_add_func ("/scoring/stages/slopes", test_slopes);
  g_test_add_func ("/scoring/stages/network", test_network);
  g_test_add_func ("/scoring/stages/errors", test_errors);

  return g_test_run ();
}
