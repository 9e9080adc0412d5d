/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"

static void
test_dtypes (void)
{
  const double doubles[] = { 0, 0, 1, -2, 1, 3 };
  const gint16 ints[] = { 0, 0, 1, -2, 1, 3 };
  const float expected[] = { 0.25f, 0.5f, 1 };
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (PymvaTensor) first = fixture_tensor (PYMVA_DTYPE_FLOAT64, doubles, 3, 2);
  g_autoptr (PymvaTensor) second = fixture_tensor (PYMVA_DTYPE_INT16, ints, 3, 2);
  g_autoptr (PymvaTensor) third = fixture_tensor (PYMVA_DTYPE_FLOAT64, doubles + 2, 2, 0);
  g_autoptr (PymvaTensor) found = pymva_model_predict (model, first, NULL);

  g_assert_cmpint (pymva_tensor_get_dtype (found), ==, PYMVA_DTYPE_FLOAT32);
  g_assert_cmpmem (pymva_tensor_peek_data (found), 12, expected, 12);
  g_clear_object (&found);
  found = pymva_model_predict (model, second, NULL);
  g_assert_cmpmem (pymva_tensor_peek_data (found), 12, expected, 12);
  g_clear_object (&found);
  found = pymva_model_predict (model, third, NULL);
  g_assert_cmpint (pymva_tensor_get_n_dims (found), ==, 2);
  g_assert_cmpint (pymva_tensor_get_length (found, 0), ==, 1);
  g_assert_cmpfloat (*(const float *) pymva_tensor_peek_data (found), ==, 0.5);
}

/* float64 inputs are rounded before they are compared, as scikit-learn does it. */
static void
test_rounding (void)
{
  const double event[] = { 0.5 + 1e-12, 3 };
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GError) error = NULL;
  gsize n_outputs;
  g_autofree double *outputs = pymva_model_predict_event (model, event, 2, &n_outputs, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n_outputs, ==, 1);
  g_assert_cmpfloat (outputs[0], ==, 0.25);
}

/* Stages that compute in float64 get float64 numbers and integers as they are: (x - 2^24) * 2^8. */
static void
test_doubles (void)
{
  const double shift = 16777216;
  const double scale = 256;
  const double doubles[] = { 16777217, 16777216.0078125, 16777217.5 };
  const gint32 ints[] = { 16777217, 16777216, 16777219 };
  const float from_doubles[] = { 256, 2, 384 };
  const float from_ints[] = { 256, 0, 768 };
  const float from_floats[] = { 0, 0, 512 };
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 1);
  g_autoptr (PymvaTensor) first = fixture_tensor (PYMVA_DTYPE_FLOAT64, doubles, 3, 1);
  g_autoptr (PymvaTensor) second = fixture_tensor (PYMVA_DTYPE_INT32, ints, 3, 1);
  g_autoptr (PymvaTensor) third = pymva_tensor_cast (first, PYMVA_DTYPE_FLOAT32);
  const struct
  {
    PymvaTensor *inputs;
    const float *expected;
  } cases[] = { { first, from_doubles }, { second, from_ints }, { third, from_floats } };
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;

  fixture_add_table (builder, "subtract", PYMVA_DTYPE_FLOAT64, &shift, 1, 0);
  fixture_add_table (builder, "multiply", PYMVA_DTYPE_FLOAT64, &scale, 1, 0);
  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'affine'>, 'subtract': <'subtract'>, "
                                   "'multiply': <'multiply'>}"));
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PymvaTensor) outputs = pymva_model_predict (model, cases[i].inputs, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (pymva_tensor_peek_data (outputs), 12, cases[i].expected, 12);
    }
  for (guint i = 0; i < 3; i++)
    {
      gsize n_outputs;
      g_autofree double *outputs =
        pymva_model_predict_event (model, doubles + i, 1, &n_outputs, &error);

      g_assert_no_error (error);
      g_assert_cmpfloat (outputs[0], ==, from_doubles[i]);
    }
}

static void
test_shapes (void)
{
  static const struct
  {
    gint64 n_rows;
    gint64 n_columns;
    const char *part;
  } cases[] = {
    { 2, 3, "takes events of 2 variables, but 3 were given" },
    { 3, 0, "takes events of 2 variables, but 3 were given" },
    { 6, 1, "but 1 were given" },
    { 0, 0, "but 0 were given" },
  };
  const double values[6] = { 0 };
  g_autoptr (PymvaModel) model = fixture_forest ();
  gsize n_outputs = 7;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PymvaTensor) inputs =
        fixture_tensor (PYMVA_DTYPE_FLOAT64, values, cases[i].n_rows, cases[i].n_columns);
      g_autoptr (GError) error = NULL;

      g_assert_null (pymva_model_predict (model, inputs, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
      g_assert_nonnull (strstr (error->message, cases[i].part));
      g_assert_nonnull (strstr (error->message, "“x0”, “x1”"));
      g_clear_error (&error);
      g_assert_null (pymva_model_predict_classes (model, inputs, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
    }

  g_assert_null (pymva_model_predict_event (model, values, 1, &n_outputs, NULL));
  g_assert_cmpuint (n_outputs, ==, 0);
}

static void
test_classes (void)
{
  const double doubles[] = { 0, 0, 1, -2, 1, 3 };
  /* One half is no majority for the signal. */
  const gint32 expected[] = { 1, 1, 0 };
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (PymvaTensor) inputs = fixture_tensor (PYMVA_DTYPE_FLOAT64, doubles, 3, 2);
  g_autoptr (PymvaTensor) classes = pymva_model_predict_classes (model, inputs, NULL);

  g_assert_cmpint (pymva_tensor_get_n_dims (classes), ==, 1);
  g_assert_cmpmem (pymva_tensor_peek_data (classes), sizeof expected, expected, sizeof expected);
}

static void
test_empty (void)
{
  g_autoptr (PymvaModel) model = g_object_new (PYMVA_TYPE_MODEL, NULL);
  g_autoptr (PymvaTensor) inputs = g_object_new (PYMVA_TYPE_TENSOR, NULL);
  g_autoptr (PymvaTable) table = g_object_new (PYMVA_TYPE_TABLE, NULL);
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/model.pymva");
  g_autofree char *manifest = pymva_model_dup_manifest (model);
  g_auto (GStrv) variables = pymva_model_list_variables (model);
  g_autoptr (GError) error = NULL;
  const double value = 0;
  gsize n_outputs;

  g_assert_null (pymva_model_predict (model, inputs, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED);
  g_clear_error (&error);
  g_assert_null (pymva_model_predict_classes (model, inputs, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED);
  g_clear_error (&error);
  g_assert_null (pymva_model_predict_table (model, table, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED);
  g_clear_error (&error);
  g_assert_null (pymva_model_predict_event (model, &value, 1, &n_outputs, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED);
  g_clear_error (&error);
  g_assert_false (pymva_model_save (model, file, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED);
  g_assert_false (pymva_model_score (model, NULL, NULL));
  g_assert_null (pymva_model_get_engine (model));
  g_assert_null (pymva_model_get_sha256 (model));
  g_assert_cmpstr (manifest, ==, "{}");
  g_assert_null (variables[0]);
}

static void
test_properties (void)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autofree char *title = NULL;
  g_autofree char *method_name = NULL;
  g_autofree char *engine = NULL;
  g_autofree char *kernel = NULL;
  g_autofree char *sha256 = NULL;
  PymvaAnalysisType type = PYMVA_ANALYSIS_TYPE_REGRESSION;
  guint n_variables = 0;
  guint n_outputs = 0;

  g_object_get (model, "title", &title, "method-name", &method_name, "engine", &engine,
                "kernel", &kernel, "sha256", &sha256, "analysis-type", &type,
                "n-variables", &n_variables, "n-outputs", &n_outputs, NULL);
  g_assert_cmpstr (title, ==, "Two trees");
  g_assert_cmpstr (method_name, ==, "test-method");
  g_assert_cmpstr (engine, ==, "forest");
  /* Few trees do not pay for what the other kernels prepare. */
  g_assert_cmpstr (kernel, ==, "portable");
  g_assert_cmpuint (strlen (sha256), ==, 64);
  g_assert_cmpint (type, ==, PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_assert_cmpuint (n_variables, ==, 2);
  g_assert_cmpuint (n_outputs, ==, 1);
}

/* --- threads --- */

#define N_ROWS 4000

typedef struct
{
  PymvaModel *model;
  const float *rows;
  const float *expected;
} Work;

static gpointer
score_all (gpointer data)
{
  const Work *work = data;
  guint n_wrong = 0;

  for (guint pass = 0; pass < 5; pass++)
    {
      g_autoptr (PymvaTensor) inputs =
        fixture_tensor (PYMVA_DTYPE_FLOAT32, work->rows, N_ROWS, 2);
      g_autoptr (PymvaTensor) outputs = pymva_model_predict (work->model, inputs, NULL);

      n_wrong += memcmp (pymva_tensor_peek_data (outputs), work->expected,
                         N_ROWS * sizeof (float)) != 0;
      for (guint row = 0; row < N_ROWS; row++)
        {
          float output;

          pymva_model_score (work->model, work->rows + 2 * row, &output);
          n_wrong += output != work->expected[row];
        }
    }

  return GUINT_TO_POINTER (n_wrong);
}

static void
check_threads (PymvaModel *model)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autofree float *rows = g_new (float, 2 * N_ROWS);
  g_autofree float *expected = g_new (float, N_ROWS);
  Work work = { model, rows, expected };
  GThread *threads[8];

  for (guint i = 0; i < 2 * N_ROWS; i++)
    rows[i] = (float) g_rand_double_range (rand, -2, 2);
  for (guint row = 0; row < N_ROWS; row++)
    g_assert_true (pymva_model_score (model, rows + 2 * row, expected + row));

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, score_all, &work);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (threads[i])), ==, 0);
}

/* A network with a layer so wide that its scratch does not fit on the stack. */
static PymvaModel *
make_network (void)
{
  enum { WIDTH = 5000 };
  g_autofree float *first = g_new (float, WIDTH * 2);
  g_autofree float *second = g_new (float, WIDTH);
  g_autoptr (GHashTable) tensors = fixture_tensors ();

  for (guint i = 0; i < WIDTH; i++)
    {
      first[2 * i] = sinf (i);
      first[2 * i + 1] = cosf (i);
      second[i] = sinf (2 * i) / WIDTH;
    }
  fixture_insert (tensors, "first", PYMVA_DTYPE_FLOAT32, first, WIDTH, 2);
  fixture_insert (tensors, "second", PYMVA_DTYPE_FLOAT32, second, 1, WIDTH);
  return fixture_model (
    PYMVA_ANALYSIS_TYPE_CLASSIFICATION, 2,
    g_variant_new_parsed ("{'kind': <'network'>, 'head': <'sigmoid'>, 'layers': <["
                          "<{'type': <'linear'>, 'weight': <'first'>}>, <{'type': <'relu'>}>, "
                          "<{'type': <'linear'>, 'weight': <'second'>}>]>, "
                          "'n_features': <2>, 'n_outputs': <1>, 'response': <-1>}"),
    tensors);
}

static void
test_threads (void)
{
  g_autoptr (PymvaModel) forest = fixture_forest ();

  check_threads (forest);
}

static void
test_wide (void)
{
  g_autoptr (PymvaModel) network = make_network ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autofree float *rows = g_new (float, 200);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;
  float output;

  for (guint i = 0; i < 200; i++)
    rows[i] = (float) g_rand_double_range (rand, -2, 2);
  inputs = fixture_tensor (PYMVA_DTYPE_FLOAT32, rows, 100, 2);
  outputs = pymva_model_predict (network, inputs, NULL);
  for (guint row = 0; row < 100; row++)
    {
      g_assert_true (pymva_model_score (network, rows + 2 * row, &output));
      g_assert_cmpfloat (((const float *) pymva_tensor_peek_data (outputs))[row], ==, output);
    }
}

/* --- tables --- */

static void
store_cb (GObject *source,
          GAsyncResult *result,
          gpointer user_data)
{
  GAsyncResult **found = user_data;

  *found = g_object_ref (result);
}

static PymvaTable *
make_table (void)
{
  const double a[] = { 0, 1, 1 };
  const double b[] = { 0, -1, 1.5 };
  PymvaTable *table = pymva_table_new ();
  g_autoptr (PymvaTensor) first = fixture_tensor (PYMVA_DTYPE_FLOAT64, a, 3, 0);
  g_autoptr (PymvaTensor) second = fixture_tensor (PYMVA_DTYPE_FLOAT64, b, 3, 0);

  g_assert_true (pymva_table_add_column (table, "a", first, NULL));
  g_assert_true (pymva_table_add_column (table, "b", second, NULL));
  return table;
}

/* The same two trees over variables that are made of columns. */
static PymvaModel *
make_table_model (void)
{
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("test-method", PYMVA_ANALYSIS_TYPE_REGRESSION);
  const float weight[] = { 1, 10 };
  g_autoptr (GHashTable) tensors = fixture_tensors ();
  g_autoptr (GVariant) description = g_variant_ref_sink (g_variant_new_parsed (
    "{'kind': <'network'>, 'head': <'none'>, 'layers': <["
    "<{'type': <'linear'>, 'weight': <'w'>}>]>, 'n_features': <2>, 'n_outputs': <1>, "
    "'response': <-1>}"));
  g_autoptr (GError) error = NULL;
  PymvaModel *model;

  fixture_insert (tensors, "w", PYMVA_DTYPE_FLOAT32, weight, 1, 2);
  pymva_model_builder_add_variable (builder, "a", NULL, NULL, NULL);
  pymva_model_builder_add_variable (builder, "twice", "2 * b", "Twice b", "GeV");
  g_assert_true (pymva_convert_dump (builder, description, tensors, &error));
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  return model;
}

static void
test_table (void)
{
  const float expected[] = { 0, -19, 31 };
  const double row[] = { 7, 8 };
  g_autoptr (PymvaModel) model = make_table_model ();
  g_autoptr (PymvaModel) other = fixture_forest ();
  g_autoptr (PymvaTable) table = make_table ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) outputs = pymva_model_predict_table (model, table, &error);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PymvaTensor) later = NULL;

  g_assert_no_error (error);
  g_assert_cmpmem (pymva_tensor_peek_data (outputs), sizeof expected, expected, sizeof expected);

  pymva_model_predict_table_async (model, table, NULL, store_cb, &result);
  for (guint i = 0; i < 1000; i++)
    g_assert_true (pymva_table_append_row (table, row, G_N_ELEMENTS (row), NULL));
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  later = pymva_model_predict_table_finish (model, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_tensor_get_length (later, 0), ==, G_N_ELEMENTS (expected));
  g_assert_cmpmem (pymva_tensor_peek_data (later), sizeof expected, expected, sizeof expected);

  g_assert_null (pymva_model_predict_table (other, table, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
  g_assert_nonnull (strstr (error->message, "x0"));
  g_clear_error (&error);
  g_assert_null (pymva_model_predict_classes (model, outputs, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
}

static void
test_async (void)
{
  const double event[] = { 1, 3 };
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (PymvaTensor) inputs = fixture_tensor (PYMVA_DTYPE_FLOAT64, event, 1, 2);
  g_autoptr (PymvaTensor) wrong = fixture_tensor (PYMVA_DTYPE_FLOAT64, event, 1, 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;
  g_autoptr (GError) error = NULL;

  pymva_model_predict_async (model, inputs, NULL, store_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  outputs = pymva_model_predict_finish (model, result, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (*(const float *) pymva_tensor_peek_data (outputs), ==, 1);

  g_clear_object (&result);
  pymva_model_predict_async (model, wrong, NULL, store_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (pymva_model_predict_finish (model, result, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/predict/dtypes", test_dtypes);
  g_test_add_func ("/predict/rounding", test_rounding);
  g_test_add_func ("/predict/doubles", test_doubles);
  g_test_add_func ("/predict/shapes", test_shapes);
  g_test_add_func ("/predict/classes", test_classes);
  g_test_add_func ("/predict/empty", test_empty);
  g_test_add_func ("/predict/properties", test_properties);
  g_test_add_func ("/predict/threads", test_threads);
  g_test_add_func ("/predict/wide", test_wide);
  g_test_add_func ("/predict/table", test_table);
  g_test_add_func ("/predict/async", test_async);

  return g_test_run ();
}
