/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"

/* The expected numbers are those of torch 2.13 in float64, for modules of these weights:
 *   first = nn.Linear (2, 3), second = nn.Linear (3, 2), norm = nn.BatchNorm1d (3, eps=1e-3). */
static const float first_weight[] = { 0.5f, -1.25f, 2, 0.75f, -0.125f, 1.5f };
static const float first_bias[] = { 0.1f, -0.2f, 0.3f };
static const float second_weight[] = { 1, -1, 0.5f, 0.25f, 2, -0.75f };
static const float second_bias[] = { 0.5f, -0.5f };
static const float norm_mean[] = { 0.5f, -1, 10 };
static const float norm_variance[] = { 4, 0.25f, 9 };
static const float norm_weight[] = { 1.5f, -2, 0.5f };
static const float norm_bias[] = { 0.25f, 0, -1 };
static const float events[] = { 0, 0, 1, -2, -3, 0.5f, 10, -7, 0.01f, 30 };

#define N_EVENTS 5
#define FIRST "<{'type': <'linear'>, 'weight': <'first.w'>, 'bias': <'first.b'>}>"
#define SECOND "<{'type': <'linear'>, 'weight': <'second.w'>, 'bias': <'second.b'>}>"
#define NORM "<{'type': <'batch-norm'>, 'mean': <'norm.m'>, 'variance': <'norm.v'>, " \
             "'weight': <'norm.w'>, 'bias': <'norm.b'>, 'eps': <0.001>}>"

static GHashTable *
make_tensors (void)
{
  static const double mean[] = { 1, -0.5 };
  static const double scale[] = { 3, 8 };
  static const double target_mean[] = { -3, 1000 };
  static const double target_scale[] = { 10, 0.5 };
  GHashTable *tensors = fixture_tensors ();

  fixture_insert (tensors, "first.w", PYMVA_DTYPE_FLOAT32, first_weight, 3, 2);
  fixture_insert (tensors, "first.b", PYMVA_DTYPE_FLOAT32, first_bias, 3, 0);
  fixture_insert (tensors, "second.w", PYMVA_DTYPE_FLOAT32, second_weight, 2, 3);
  fixture_insert (tensors, "second.b", PYMVA_DTYPE_FLOAT32, second_bias, 2, 0);
  fixture_insert (tensors, "norm.m", PYMVA_DTYPE_FLOAT32, norm_mean, 3, 0);
  fixture_insert (tensors, "norm.v", PYMVA_DTYPE_FLOAT32, norm_variance, 3, 0);
  fixture_insert (tensors, "norm.w", PYMVA_DTYPE_FLOAT32, norm_weight, 3, 0);
  fixture_insert (tensors, "norm.b", PYMVA_DTYPE_FLOAT32, norm_bias, 3, 0);
  fixture_insert (tensors, "mean", PYMVA_DTYPE_FLOAT64, mean, 2, 0);
  fixture_insert (tensors, "scale", PYMVA_DTYPE_FLOAT64, scale, 2, 0);
  fixture_insert (tensors, "target.mean", PYMVA_DTYPE_FLOAT64, target_mean, 2, 0);
  fixture_insert (tensors, "target.scale", PYMVA_DTYPE_FLOAT64, target_scale, 2, 0);

  return tensors;
}

/* @layers and @more are texts of GVariant. */
static PymvaModel *
make_model (PymvaAnalysisType analysis_type,
            const char *layers,
            const char *head,
            guint n_outputs,
            int response,
            const char *more)
{
  g_autoptr (GHashTable) tensors = make_tensors ();
  g_autofree char *text = g_strdup_printf (
    "{'kind': <'network'>, 'layers': <[%s]>, 'head': <'%s'>, 'n_features': <int64 2>, "
    "'n_outputs': <int64 %u>, 'response': <int64 %d>%s}", layers, head, n_outputs, response, more);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) description =
    g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return fixture_model (analysis_type, 2, description, tensors);
}

static void
assert_near (double found,
             double expected)
{
  g_assert_cmpfloat (fabs (found - expected), <=, 1e-5 * fmax (1, fabs (expected)));
}

/* Checks the answers to the events: all of them, and each alone, which gives the same bits. */
static void
check_answers (PymvaModel *model,
               const double *expected)
{
  g_autoptr (PymvaTensor) inputs = fixture_tensor (PYMVA_DTYPE_FLOAT32, events, N_EVENTS, 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) outputs = pymva_model_predict (model, inputs, &error);
  guint n_outputs = pymva_model_get_n_outputs (model);
  const float *found;
  float alone[8];

  g_assert_no_error (error);
  found = pymva_tensor_peek_data (outputs);
  for (guint i = 0; i < N_EVENTS * n_outputs; i++)
    assert_near (found[i], expected[i]);
  for (guint row = 0; row < N_EVENTS; row++)
    {
      g_assert_true (pymva_model_score (model, events + 2 * row, alone));
      g_assert_cmpmem (alone, n_outputs * sizeof (float), found + row * n_outputs,
                       n_outputs * sizeof (float));
    }
}

/* nn.Sequential (first, activation) */
static const struct
{
  const char *type;
  const char *parameters;
  double expected[3 * N_EVENTS];
} activations[] = {
    { "relu", "",
      {
        0.100000001, 0, 0.300000012, 3.1, 0.299999997, 0, 0, 0, 1.42500001, 13.85, 14.55, 0,
        0, 22.32, 45.29875 } },
    { "leaky-relu", ", 'slope': <0.2>",
      {
        0.100000001, -0.0400000006, 0.300000012, 3.1, 0.299999997, -0.564999998, -0.405,
        -1.165, 1.42500001, 13.85, 14.55, -2.29, -7.479, 22.32, 45.29875 } },
    { "elu", ", 'alpha': <1>",
      {
        0.100000001, -0.181269249, 0.300000012, 3.1, 0.299999997, -0.940691342,
        -0.868006157, -0.997047196, 1.42500001, 13.85, 14.55, -0.999989351, -1, 22.32,
        45.29875 } },
    { "selu", "",
      {
        0.1050701, -0.318689348, 0.315210309, 3.25717306, 0.315210293, -1.65382883,
        -1.52604105, -1.75290802, 1.49724892, 14.5522087, 15.2876994, -1.75808062,
        -1.75809934, 23.451646, 47.5954414 } },
    { "gelu", "",
      {
        0.0539827846, -0.0841480591, 0.185373435, 3.09700043, 0.185373424, -0.00667838724,
        -0.0434032064, -1.66340445e-08, 1.31516301, 13.85, 14.55, 0, 0, 22.32, 45.29875 } },
    { "gelu-tanh", "",
      {
        0.0539827519, -0.0841485712, 0.185370932, 3.09737339, 0.185370921, -0.00621707454,
        -0.0432835436, -4.01351859e-10, 1.31493245, 13.85, 14.55, 0, 0, 22.32, 45.29875 } },
    { "silu", "",
      {
        0.0524979196, -0.0900332017, 0.172332763, 2.96636751, 0.172332753, -0.158166324,
        -0.236121013, -0.0171494452, 1.14872253, 13.8499866, 14.549993, -0.000121935187,
        -2.14966798e-15, 22.32, 45.29875 } },
    { "tanh", "",
      {
        0.0996679961, -0.197375323, 0.291312623, 0.995949359, 0.29131261, -0.992989625,
        -0.965751933, -0.999982562, 0.890637368, 1, 1, -1, -1, 1, 1 } },
    { "sigmoid", "",
      {
        0.524979188, 0.450166002, 0.57444252, 0.956892745, 0.574442516, 0.0559880797,
        0.116602969, 0.00294411076, 0.806121064, 0.999999034, 0.99999952, 1.06493613e-05,
        5.74854387e-17, 1, 1 } },
    { "softplus", ", 'beta': <2.0>, 'threshold': <5.0>",
      {
        0.399069436, 0.256507625, 0.518743983, 3.1, 0.518743973, 0.00175567243,
        0.0086361726, 4.35950715e-06, 1.4531166, 13.85, 14.55, 5.6705656e-11,
        1.65228783e-33, 22.32, 45.29875 } },
    { "hard-tanh", ", 'min': <-0.5>, 'max': <2.0>",
      {
        0.100000001, -0.200000003, 0.300000012, 2, 0.299999997, -0.5, -0.5, -0.5,
        1.42500001, 2, 2, -0.5, -0.5, 2, 2 } },
    { "identity", "",
      {
        0.100000001, -0.200000003, 0.300000012, 3.1, 0.299999997, -2.82499999, -2.025,
        -5.825, 1.42500001, 13.85, 14.55, -11.45, -37.395, 22.32, 45.29875 } },
    { "softmax", "",
      {
        0.337584537, 0.250088775, 0.412326689, 0.94030752, 0.0571801589, 0.00251232089,
        0.0307476947, 0.00068784966, 0.968564456, 0.331812229, 0.668187771, 3.41383086e-12,
        1.22056435e-36, 1.04822779e-10, 1 } },
};

static void
test_activations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (activations); i++)
    {
      g_autofree char *layers = g_strdup_printf (FIRST ", <{'type': <'%s'>%s}>",
                                                 activations[i].type, activations[i].parameters);
      g_autoptr (PymvaModel) model =
        make_model (PYMVA_ANALYSIS_TYPE_REGRESSION, layers, "none", 3, -1, "");

      g_assert_cmpstr (pymva_model_get_engine (model), ==, "mlp");
      check_answers (model, activations[i].expected);
    }
}

/* nn.Sequential (first, norm, nn.ReLU (), norm, second): the first one goes into the linear layer,
 * the second one becomes a stage. */
static void
test_batch_norm (void)
{
  const double expected[] = {
    3.03378375, -6.51535556, 4.68339478, -6.1029528, 79.9262141,
    -160.300216, 10.7287584, -4.59161189, 3.44066099, -7.12567143,
  };
  g_autoptr (PymvaModel) model =
    make_model (PYMVA_ANALYSIS_TYPE_REGRESSION,
                FIRST ", " NORM ", <{'type': <'relu'>}>, " NORM ", " SECOND, "none", 2, -1, "");

  check_answers (model, expected);
}

/* y = second (tanh (first ((x - mean) / scale))), and what heads and moments make of it. */
#define LAYERS FIRST ", <{'type': <'tanh'>}>, " SECOND
#define STANDARDISED ", 'input_mean': <'mean'>, 'input_scale': <'scale'>"

static void
test_standardised (void)
{
  const double plain[] = {
    1.2360873, -2.19323861, 1.15985558, -1.08951977, 1.16074441,
    -3.06997534, 0.0593724594, 2.3922959, -0.963861444, 0.428006817,
  };
  const double scaled[] = {
    9.36087297, 998.903381, 8.5985558, 999.45524, 8.60744412,
    998.465012, -2.40627541, 1001.19615, -12.6386144, 1000.214,
  };
  g_autoptr (PymvaModel) first =
    make_model (PYMVA_ANALYSIS_TYPE_REGRESSION, LAYERS, "none", 2, -1, STANDARDISED);
  g_autoptr (PymvaModel) second =
    make_model (PYMVA_ANALYSIS_TYPE_REGRESSION, LAYERS, "none", 2, -1,
                STANDARDISED ", 'output_mean': <'target.mean'>, 'output_scale': <'target.scale'>");

  check_answers (first, plain);
  check_answers (second, scaled);
}

static void
test_heads (void)
{
  const double sigmoid[] = {
    0.774882217, 0.10035931, 0.761306472, 0.251708719, 0.761467952,
    0.0443628731, 0.514838756, 0.916237938, 0.276105736, 0.605397615,
  };
  const double softmax[] = {
    0.968608578, 0.0313914223, 0.904596641, 0.0954033594, 0.985666516,
    0.0143334839, 0.088432714, 0.911567286, 0.199109667, 0.800890333,
  };
  const double response[] = { 0.0313914223, 0.0954033594, 0.0143334839, 0.911567286, 0.800890333 };
  g_autoptr (PymvaModel) first =
    make_model (PYMVA_ANALYSIS_TYPE_MULTICLASS, LAYERS, "sigmoid", 2, -1, STANDARDISED);
  g_autoptr (PymvaModel) second =
    make_model (PYMVA_ANALYSIS_TYPE_MULTICLASS, LAYERS, "softmax", 2, -1, STANDARDISED);
  g_autoptr (PymvaModel) third =
    make_model (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, LAYERS, "softmax", 2, 1, STANDARDISED);

  check_answers (first, sigmoid);
  check_answers (second, softmax);
  check_answers (third, response);
}

/* The class of a response without a head is told by its sign. */
static void
test_classes (void)
{
  const gint32 by_score[] = { 0, 0, 0, 0, 1 };
  const gint32 by_column[] = { 0, 0, 0, 1, 1 };
  g_autoptr (PymvaModel) score =
    make_model (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, LAYERS, "none", 2, 0, STANDARDISED);
  g_autoptr (PymvaModel) several =
    make_model (PYMVA_ANALYSIS_TYPE_MULTICLASS, LAYERS, "softmax", 2, -1, STANDARDISED);
  g_autoptr (PymvaTensor) inputs = fixture_tensor (PYMVA_DTYPE_FLOAT32, events, N_EVENTS, 2);
  g_autoptr (PymvaTensor) first = pymva_model_predict_classes (score, inputs, NULL);
  g_autoptr (PymvaTensor) second = pymva_model_predict_classes (several, inputs, NULL);

  g_assert_cmpint (pymva_tensor_get_dtype (first), ==, PYMVA_DTYPE_INT32);
  g_assert_cmpmem (pymva_tensor_peek_data (first), sizeof by_score, by_score, sizeof by_score);
  g_assert_cmpmem (pymva_tensor_peek_data (second), sizeof by_column, by_column, sizeof by_column);
}

/* NaN and infinities go through as in torch. */
static void
test_missing (void)
{
  g_autoptr (PymvaModel) model =
    make_model (PYMVA_ANALYSIS_TYPE_REGRESSION, FIRST ", <{'type': <'relu'>}>", "none", 3, -1, "");
  const float missing[] = { NAN, 1 };
  const float infinite[] = { INFINITY, 0 };
  float outputs[3];

  g_assert_true (pymva_model_score (model, missing, outputs));
  for (guint i = 0; i < 3; i++)
    g_assert_true (isnan (outputs[i]));
  g_assert_true (pymva_model_score (model, infinite, outputs));
  g_assert_cmpfloat (outputs[0], ==, INFINITY);
  g_assert_cmpfloat (outputs[1], ==, INFINITY);
  g_assert_cmpfloat (outputs[2], ==, 0);
}

/* Layers of all widths about those of the kernel's blocks, against sums in double. */
static void
test_widths (void)
{
  static const guint widths[] = { 1, 3, 7, 8, 9, 31, 32, 33, 40, 64, 71, 300, 523 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
    {
      guint n = widths[w];
      guint n_outputs = widths[G_N_ELEMENTS (widths) - 1 - w];
      guint n_rows = 11;
      g_autoptr (GHashTable) tensors = fixture_tensors ();
      g_autofree float *weight = g_new (float, n * n_outputs);
      g_autofree float *rows = g_new (float, n_rows * n);
      g_autofree float *alone = g_new (float, n_outputs);
      g_autoptr (PymvaModel) model = NULL;
      g_autoptr (PymvaTensor) inputs = NULL;
      g_autoptr (PymvaTensor) outputs = NULL;
      const float *found;

      for (guint i = 0; i < n * n_outputs; i++)
        weight[i] = (float) g_rand_double_range (rand, -1, 1) / sqrtf (n);
      for (guint i = 0; i < n_rows * n; i++)
        rows[i] = (float) g_rand_double_range (rand, -2, 2);
      fixture_insert (tensors, "w", PYMVA_DTYPE_FLOAT32, weight, n_outputs, n);
      model = fixture_model (
        PYMVA_ANALYSIS_TYPE_REGRESSION, n,
        g_variant_new_parsed ("{'kind': <'network'>, 'head': <'none'>, "
                              "'layers': <[{'type': <'linear'>, 'weight': <'w'>}]>, "
                              "'n_features': <%u>, 'n_outputs': <%u>, 'response': <-1>}", n,
                              n_outputs),
        tensors);
      inputs = fixture_tensor (PYMVA_DTYPE_FLOAT32, rows, n_rows, n);
      outputs = pymva_model_predict (model, inputs, NULL);
      found = pymva_tensor_peek_data (outputs);

      for (guint row = 0; row < n_rows; row++)
        {
          g_assert_true (pymva_model_score (model, rows + row * n, alone));
          g_assert_cmpmem (alone, n_outputs * sizeof (float), found + row * n_outputs,
                           n_outputs * sizeof (float));
          for (guint i = 0; i < n_outputs; i++)
            {
              double sum = 0;

              for (guint j = 0; j < n; j++)
                sum += (double) weight[i * n + j] * rows[row * n + j];
              assert_near (alone[i], sum);
            }
        }
    }
}

/* Dumps that make no network. */
static void
test_broken (void)
{
  static const struct
  {
    const char *text;
    int code;
  } cases[] = {
    { "'layers': <[" FIRST ", " FIRST "]>, 'head': <'none'>, 'n_outputs': <3>, 'response': <-1>",
      PYMVA_ERROR_FORMAT },
    { "'layers': <[<{'type': <'conv'>}>]>, 'head': <'none'>, 'n_outputs': <2>, 'response': <-1>",
      PYMVA_ERROR_UNSUPPORTED },
    { "'layers': <[" FIRST "]>, 'head': <'tanh'>, 'n_outputs': <3>, 'response': <-1>",
      PYMVA_ERROR_FORMAT },
    { "'layers': <[" FIRST "]>, 'head': <'none'>, 'n_outputs': <2>, 'response': <-1>",
      PYMVA_ERROR_FORMAT },
    { "'layers': <[" FIRST "]>, 'head': <'none'>, 'n_outputs': <3>, 'response': <3>",
      PYMVA_ERROR_FORMAT },
    { "'layers': <[<{'type': <'linear'>, 'weight': <'none'>}>]>, 'head': <'none'>, "
      "'n_outputs': <3>, 'response': <-1>", PYMVA_ERROR_FORMAT },
    { "'layers': <[" NORM "]>, 'head': <'none'>, 'n_outputs': <2>, 'response': <-1>",
      PYMVA_ERROR_FORMAT },
    { "'layers': <[<{'type': <'elu'>}>]>, 'head': <'none'>, 'n_outputs': <2>, 'response': <-1>",
      PYMVA_ERROR_FORMAT },
    { "'layers': <'linear'>, 'head': <'none'>, 'n_outputs': <2>, 'response': <-1>",
      PYMVA_ERROR_FORMAT },
    { "'layers': <[<1>]>, 'head': <'none'>, 'n_outputs': <2>, 'response': <-1>",
      PYMVA_ERROR_FORMAT },
    { "'head': <'none'>, 'n_outputs': <2>, 'response': <-1>", PYMVA_ERROR_FORMAT },
    { "'layers': <[" FIRST "]>, 'head': <'none'>, 'n_outputs': <3>", PYMVA_ERROR_FORMAT },
    { "'layers': <[" FIRST "]>, 'head': <'none'>, 'n_outputs': <3>, 'response': <-1>, "
      "'input_mean': <'first.b'>", PYMVA_ERROR_FORMAT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GHashTable) tensors = make_tensors ();
      g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 2);
      g_autofree char *text =
        g_strdup_printf ("{'kind': <'network'>, 'n_features': <2>, %s}", cases[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) description =
        g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_false (pymva_convert_dump (builder, description, tensors, &error));
      g_assert_error (error, PYMVA_ERROR, cases[i].code);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/network/activations", test_activations);
  g_test_add_func ("/network/batch-norm", test_batch_norm);
  g_test_add_func ("/network/standardised", test_standardised);
  g_test_add_func ("/network/heads", test_heads);
  g_test_add_func ("/network/classes", test_classes);
  g_test_add_func ("/network/missing", test_missing);
  g_test_add_func ("/network/widths", test_widths);
  g_test_add_func ("/network/broken", test_broken);

  return g_test_run ();
}
