/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring/kernels/pymva-kernel-network.h"
#include "scoring/kernels/pymva-kernel.h"
#include "scoring/pymva-model-private.h"
#include "scoring-fixtures.h"

static void
assert_near (double found,
             double expected,
             double allowed,
             const char *what)
{
  if (!(fabs (found - expected) <= allowed))
    g_error ("%s: %.9g, not %.9g", what, found, expected);
}

/* --- the functions between layers --- */

static double
elu (double x)
{
  return 3.0 * (x < 0 ? 0.5 * expm1 (x) : x);
}

static double
leaky_relu (double x)
{
  return x < 0 ? 0.5 * x : x;
}

static double
relu (double x)
{
  return x < 0 ? 0 : x;
}

static double
gelu (double x)
{
  return 0.5 * x * erfc (-x / sqrt (2));
}

static double
gelu_tanh (double x)
{
  return 0.5 * x * (1 + tanh (sqrt (2 / G_PI) * (x + 0.044715 * x * x * x)));
}

static double
silu (double x)
{
  return x / (1 + exp (-x));
}

static double
sigmoid (double x)
{
  return 1 / (1 + exp (-x));
}

static double
softplus (double x)
{
  return 0.5 * x > 3 ? x : log1p (exp (0.5 * x)) / 0.5;
}

static double
hard_tanh (double x)
{
  return fmin (fmax (x, 0.5), 3);
}

static double
celu (double x)
{
  return x < 0 ? 0.5 * expm1 (x / 0.5) : x;
}

static double
hard_sigmoid (double x)
{
  return fmin (fmax (x / 6 + 0.5, 0), 1);
}

static double
hard_silu (double x)
{
  return x * hard_sigmoid (x);
}

static double
mish (double x)
{
  return x * tanh (x > 20 ? x : log1p (exp (x)));
}

static double
soft_shrink (double x)
{
  return copysign (fmax (fabs (x) - 0.5, 0), x);
}

static double
softsign (double x)
{
  return x / (1 + fabs (x));
}

/* With the parameters 0.5 and 3; @error is what is allowed, in units of 2^-24 of the result. */
static const struct
{
  PymvaNetworkFunction function;
  double (*compute) (double x);
  double least;
  double most;
  double error;
} functions[] = {
  { PYMVA_NETWORK_RELU, relu, -1e30, 1e30, 0 },
  { PYMVA_NETWORK_LEAKY_RELU, leaky_relu, -1e30, 1e30, 0 },
  { PYMVA_NETWORK_ELU, elu, -200, 200, 6 },
  { PYMVA_NETWORK_SILU, silu, -80, 1e3, 6 },
  { PYMVA_NETWORK_TANH, tanh, -1e3, 1e3, 6 },
  { PYMVA_NETWORK_SIGMOID, sigmoid, -80, 1e3, 6 },
  { PYMVA_NETWORK_SOFTPLUS, softplus, -80, 1e3, 6 },
  { PYMVA_NETWORK_HARD_TANH, hard_tanh, -1e30, 1e30, 0 },
  { PYMVA_NETWORK_EXP, exp, -80, 0, 4 },
  { PYMVA_NETWORK_CELU, celu, -200, 200, 6 },
  { PYMVA_NETWORK_HARD_SIGMOID, hard_sigmoid, -2.9, 1e30, 16 },
  { PYMVA_NETWORK_HARD_SILU, hard_silu, -2.9, 1e30, 16 },
  { PYMVA_NETWORK_MISH, mish, -80, 1e3, 12 },
  { PYMVA_NETWORK_SOFT_SHRINK, soft_shrink, 0.6, 1e30, 8 },
  { PYMVA_NETWORK_SOFTSIGN, softsign, -1e30, 1e30, 4 },
};

static const PymvaNetworkKernel *
get_kernel (PymvaKernel kernel)
{
#ifdef __x86_64__
  if (kernel == PYMVA_KERNEL_AVX512)
    return &pymva_network_kernel_avx512;
  if (kernel == PYMVA_KERNEL_AVX2)
    return &pymva_network_kernel_avx2;
#endif
  return &pymva_network_kernel_portable;
}

/* Numbers of all sizes between two bounds, most of them small. */
static void
draw_numbers (GRand *rand,
              double least,
              double most,
              float *values,
              guint n)
{
  for (guint i = 0; i < n; i++)
    {
      double bound = (i & 1) != 0 ? least : most;

      values[i] = (float) (bound * pow (g_rand_double (rand), (i >> 1 & 3) * 4 + 1));
    }
}

static void
check_function (PymvaKernel kernel,
                guint index,
                GRand *rand)
{
  enum { N = 4096 };
  g_autofree float *x = g_new (float, N);
  g_autofree float *y = g_new (float, N);

  draw_numbers (rand, functions[index].least, functions[index].most, x, N);
  memcpy (y, x, N * sizeof (float));
  get_kernel (kernel)->run_function (functions[index].function, 0.5f, 3, y, N);
  for (guint i = 0; i < N; i++)
    {
      double expected = functions[index].compute (x[i]);

      assert_near (y[i], expected,
                   ldexp (fabs (expected), -24) * functions[index].error + 1e-37,
                   pymva_kernel_get_name (kernel));
    }
}

/* What is right to so many units of the larger of one and the result. */
static void
check_gelu (PymvaKernel kernel,
            PymvaNetworkFunction function,
            double (*compute) (double x),
            GRand *rand)
{
  enum { N = 4096 };
  g_autofree float *x = g_new (float, N);
  g_autofree float *y = g_new (float, N);

  draw_numbers (rand, -100, 100, x, N);
  memcpy (y, x, N * sizeof (float));
  get_kernel (kernel)->run_function (function, 0, 0, y, N);
  for (guint i = 0; i < N; i++)
    {
      double expected = compute (x[i]);

      assert_near (y[i], expected, 5e-7 * fmax (1, fabs (expected)),
                   pymva_kernel_get_name (kernel));
    }
}

static void
check_special (PymvaKernel kernel)
{
  for (PymvaNetworkFunction function = 0; function <= PYMVA_NETWORK_EXP; function++)
    {
      float values[PYMVA_PANEL_WIDTH] = { NAN, INFINITY, -INFINITY, 0, -0.0f, 1e-45f, -1e-45f };
      float alone[PYMVA_PANEL_WIDTH] = { 0 };

      get_kernel (kernel)->run_function (function, 0.5f, 3, values, PYMVA_PANEL_WIDTH);
      g_assert_true (isnan (values[0]));
      for (guint i = 3; i < 7; i++)
        g_assert_true (isfinite (values[i]));
      if (function == PYMVA_NETWORK_TANH || function == PYMVA_NETWORK_SIGMOID)
        {
          g_assert_cmpfloat (values[1], ==, 1);
          g_assert_cmpfloat (values[2], ==, function == PYMVA_NETWORK_TANH ? -1 : 0);
        }

      alone[0] = 1e-45f;
      get_kernel (kernel)->run_function (function, 0.5f, 3, alone, 1);
      g_assert_cmpfloat (alone[0], ==, values[5]);
    }
}

static void
test_functions (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (PymvaKernel kernel = 0; kernel <= pymva_kernel_choose (); kernel++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
        check_function (kernel, i, rand);
      check_gelu (kernel, PYMVA_NETWORK_GELU, gelu, rand);
      check_gelu (kernel, PYMVA_NETWORK_GELU_TANH, gelu_tanh, rand);
      check_special (kernel);
    }
}

/* --- networks --- */

#define MOST_LAYERS 4
#define N_ROWS 101

/* A multi-layer perceptron with random weights: how many numbers go in, and come out of each
 * layer, to the first zero; @activation is the inside of its "type". */
static PymvaModel *
make_network (const guint *sizes,
              const char *activation)
{
  g_autoptr (GHashTable) tensors = fixture_tensors ();
  g_autoptr (GString) layers = g_string_new (NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autofree char *text = NULL;
  guint n = 0;

  for (; sizes[n + 1] != 0; n++)
    {
      guint n_weights = sizes[n] * sizes[n + 1];
      g_autofree float *weights = g_new (float, n_weights);
      g_autofree float *bias = g_new (float, sizes[n + 1]);
      g_autofree char *weights_name = g_strdup_printf ("w%u", n);
      g_autofree char *bias_name = g_strdup_printf ("b%u", n);

      for (guint i = 0; i < n_weights; i++)
        weights[i] = (float) g_rand_double_range (rand, -2, 2) / sqrtf (sizes[n]);
      for (guint i = 0; i < sizes[n + 1]; i++)
        bias[i] = (float) g_rand_double_range (rand, -1, 1);
      fixture_insert (tensors, weights_name, PYMVA_DTYPE_FLOAT32, weights, sizes[n + 1], sizes[n]);
      fixture_insert (tensors, bias_name, PYMVA_DTYPE_FLOAT32, bias, sizes[n + 1], 0);
      if (n > 0)
        g_string_append_printf (layers, "<{'type': <%s>}>, ", activation);
      g_string_append_printf (layers, "<{'type': <'linear'>, 'weight': <'%s'>, 'bias': <'%s'>}>, ",
                              weights_name, bias_name);
    }

  g_string_truncate (layers, layers->len - 2);
  text = g_strdup_printf ("{'kind': <'network'>, 'layers': <[%s]>, 'head': <'none'>, "
                          "'n_features': <int64 %u>, 'n_outputs': <int64 %u>, "
                          "'response': <int64 -1>}", layers->str, sizes[0], sizes[n]);
  return fixture_model (PYMVA_ANALYSIS_TYPE_REGRESSION, sizes[0],
                        g_variant_new_parsed (text), tensors);
}

/* Models keep the kernel that was chosen for them. A processor that has less takes less. */
static PymvaModel *
make_network_for (PymvaKernel kernel,
                  const guint *sizes,
                  const char *activation)
{
  PymvaModel *model;

  g_setenv ("PYMVA_KERNEL", pymva_kernel_get_name (kernel), TRUE);
  model = make_network (sizes, activation);
  g_assert_cmpstr (pymva_model_get_kernel (model), ==,
                   pymva_kernel_get_name (pymva_kernel_choose ()));
  g_unsetenv ("PYMVA_KERNEL");

  return model;
}

static PymvaTensor *
make_rows (guint n_rows,
           guint n_columns)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (17);
  g_autofree float *rows = g_new (float, n_rows * n_columns);

  for (guint i = 0; i < n_rows * n_columns; i++)
    rows[i] = (float) g_rand_double_range (rand, -2, 2);
  /* Rows that are not like others must not change these. */
  rows[7 * n_columns] = NAN;
  rows[9 * n_columns + n_columns - 1] = INFINITY;
  rows[11 * n_columns] = -INFINITY;

  return fixture_tensor (PYMVA_DTYPE_FLOAT32, rows, n_rows, n_columns);
}

static PymvaTensor *
predict (PymvaModel *model,
         PymvaTensor *rows)
{
  g_autoptr (GError) error = NULL;
  PymvaTensor *outputs = pymva_model_predict (model, rows, &error);

  g_assert_no_error (error);
  return outputs;
}

static void
assert_same_bits (PymvaTensor *found,
                  PymvaTensor *expected,
                  gint64 first)
{
  gsize row_size = pymva_tensor_get_length (expected, 1) * sizeof (float);
  gsize size = pymva_tensor_get_length (found, 0) * row_size;

  g_assert_cmpmem (pymva_tensor_peek_data (found), size,
                   (const char *) pymva_tensor_peek_data (expected) + first * row_size, size);
}

/* All parts of the rows give the bits that the rows give together. */
static void
check_parts (PymvaModel *model,
             PymvaTensor *rows,
             PymvaTensor *outputs)
{
  gint64 lengths[] = { 1, 5, 6, 7, 49, 100 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (gint64 first = 0; first < N_ROWS; first += lengths[i])
      {
        g_autoptr (PymvaTensor) part =
          pymva_tensor_slice (rows, first, MIN (first + lengths[i], N_ROWS), NULL);
        g_autoptr (PymvaTensor) found = predict (model, part);

        assert_same_bits (found, outputs, first);
      }
}

static void
check_network (const guint *sizes,
               const char *activation)
{
  g_autoptr (PymvaTensor) rows = make_rows (N_ROWS, sizes[0]);
  g_autoptr (PymvaModel) portable = make_network_for (PYMVA_KERNEL_PORTABLE, sizes, activation);
  g_autoptr (PymvaTensor) expected_tensor = predict (portable, rows);
  const float *expected = pymva_tensor_peek_data (expected_tensor);

  for (PymvaKernel kernel = PYMVA_KERNEL_PORTABLE; kernel <= PYMVA_KERNEL_AVX512; kernel++)
    {
      g_autoptr (PymvaModel) model = make_network_for (kernel, sizes, activation);
      g_autoptr (PymvaTensor) outputs = predict (model, rows);
      const float *found = pymva_tensor_peek_data (outputs);

      for (guint64 i = 0; i < pymva_tensor_get_n_elements (outputs); i++)
        if (isfinite (expected[i]))
          assert_near (found[i], expected[i], 1e-5 * fmax (1, fabs (expected[i])), activation);
        else
          g_assert_true (isnan (expected[i]) ? isnan (found[i]) : found[i] == expected[i]);
      check_parts (model, rows, outputs);
    }
}

static void
test_networks (void)
{
  static const guint shapes[][MOST_LAYERS + 2] = {
    { 1, 1 },          { 1, 33 },       { 33, 1 },         { 3, 5, 4 },
    { 28, 64, 64, 1 }, { 1000, 20, 3 }, { 17, 36, 66, 2 }, { 300, 48, 97, 5 },
    { 7, 128, 79, 112, 16 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    check_network (shapes[i], "'relu'");
}

static void
test_activations (void)
{
  static const guint sizes[] = { 5, 21, 19, 3, 0 };
  static const char *const layers[] = {
    "'gelu'", "'gelu-tanh'", "'identity'", "'selu'", "'sigmoid'", "'silu'", "'softmax'", "'tanh'",
    "'leaky-relu'>, 'slope': <0.2", "'elu'>, 'alpha': <0.7",
    "'hard-sigmoid'", "'hard-silu'", "'log-sigmoid'", "'mish'", "'softsign'",
    "'tanh-shrink'", "'celu'>, 'alpha': <0.7", "'soft-shrink'>, 'width': <0.2",
    "'softplus'>, 'beta': <2.0>, 'threshold': <5.0", "'hard-tanh'>, 'min': <-0.5>, 'max': <1.5",
  };

  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    check_network (sizes, layers[i]);
}

/* --- threads --- */

/* More threads than ever help are no error. */
static void
test_most_threads (void)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (PymvaTensor) rows = make_rows (2000, 2);
  g_autoptr (PymvaTensor) expected = predict (model, rows);
  g_autoptr (PymvaTensor) found = NULL;

  pymva_model_set_n_threads (model, G_MAXUINT);
  g_assert_cmpuint (pymva_model_get_n_threads (model), ==, G_MAXUINT);
  found = predict (model, rows);
  assert_same_bits (found, expected, 0);
}

static void
test_n_threads (void)
{
  static const guint sizes[] = { 6, 40, 2, 0 };
  static const PymvaDType dtypes[] = {
    PYMVA_DTYPE_FLOAT32, PYMVA_DTYPE_FLOAT64, PYMVA_DTYPE_INT16,
  };
  g_autoptr (PymvaModel) model = make_network (sizes, "'tanh'");
  g_autoptr (PymvaTensor) rows = make_rows (5003, 6);
  guint n_threads;

  g_object_get (model, "n-threads", &n_threads, NULL);
  g_assert_cmpuint (n_threads, ==, 1);

  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    {
      g_autoptr (PymvaTensor) inputs = pymva_tensor_cast (rows, dtypes[i]);
      g_autoptr (PymvaTensor) floats = pymva_tensor_cast (inputs, PYMVA_DTYPE_FLOAT32);
      g_autoptr (PymvaTensor) expected = NULL;

      pymva_model_set_n_threads (model, 1);
      expected = predict (model, floats);
      for (n_threads = 0; n_threads <= 5; n_threads++)
        {
          g_autoptr (PymvaTensor) found = NULL;

          g_object_set (model, "n-threads", n_threads, NULL);
          g_assert_cmpuint (pymva_model_get_n_threads (model), ==, n_threads);
          found = predict (model, inputs);
          assert_same_bits (found, expected, 0);
        }
    }
}

static void
count_cb (GObject *object,
          GParamSpec *pspec,
          gpointer user_data)
{
  guint *n_calls = user_data;

  (*n_calls)++;
}

static void
test_notify (void)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  guint n_calls = 0;

  g_signal_connect (model, "notify::n-threads", G_CALLBACK (count_cb), &n_calls);
  pymva_model_set_n_threads (model, 3);
  pymva_model_set_n_threads (model, 3);
  g_assert_cmpuint (n_calls, ==, 1);
}

static void
store_cb (GObject *source,
          GAsyncResult *result,
          gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_cancelled (void)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (PymvaTensor) rows = make_rows (2000, 2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  pymva_model_set_n_threads (model, 2);
  pymva_model_predict_async (model, rows, cancellable, store_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (pymva_model_predict_finish (model, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Cancels again and again, and takes it back at once. */
typedef struct
{
  GCancellable *cancellable;
  int is_over; /* atomic */
} Wavering;

static gpointer
waver (gpointer data)
{
  Wavering *self = data;

  while (!g_atomic_int_get (&self->is_over))
    {
      g_cancellable_cancel (self->cancellable);
      g_usleep (20);
      g_cancellable_reset (self->cancellable);
      g_usleep (20);
    }

  return NULL;
}

/* A prediction that was cut short has no outputs, even if nothing says any more that it was. */
static void
test_reset (void)
{
  static const guint sizes[] = { 3, 30, 2, 0 };
  g_autoptr (PymvaModel) model = make_network (sizes, "'silu'");
  g_autoptr (PymvaTensor) rows = make_rows (1500, 3);
  g_autoptr (PymvaTensor) expected = predict (model, rows);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Wavering wavering = { cancellable, FALSE };
  GThread *thread = g_thread_new (NULL, waver, &wavering);

  for (guint pass = 0; pass < 100000; pass++)
    {
      g_autoptr (GError) error = NULL;
      /* What an earlier pass has left in memory is not what it should be. */
      gpointer memory = g_malloc0 (1500 * 2 * sizeof (float));
      g_autoptr (PymvaTensor) outputs = NULL;

      g_free (memory);
      outputs = pymva_model_run (model, rows, cancellable, &error);
      if (outputs != NULL)
        assert_same_bits (outputs, expected, 0);
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }

  g_atomic_int_set (&wavering.is_over, TRUE);
  g_thread_join (thread);
}

/* Models come and go while others are at work. */
typedef struct
{
  GFile *file;
  PymvaModel *shared;
  PymvaTensor *rows;
  PymvaTensor *expected;
} Crowd;

static gpointer
load_and_score (gpointer data)
{
  const Crowd *crowd = data;

  for (guint pass = 0; pass < 5; pass++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaModel) model = pymva_model_load (crowd->file, NULL, &error);
      g_autoptr (PymvaTensor) first = NULL;
      g_autoptr (PymvaTensor) second = NULL;
      float outputs[2];

      g_assert_no_error (error);
      pymva_model_set_n_threads (model, pass);
      first = predict (model, crowd->rows);
      second = predict (crowd->shared, crowd->rows);
      assert_same_bits (first, crowd->expected, 0);
      assert_same_bits (second, crowd->expected, 0);
      for (guint row = 0; row < 100; row++)
        {
          const float *rows = pymva_tensor_peek_data (crowd->rows);
          const float *expected = pymva_tensor_peek_data (crowd->expected);

          g_assert_true (pymva_model_score (crowd->shared, rows + 6 * row, outputs));
          g_assert_cmpmem (outputs, sizeof outputs, expected + 2 * row, sizeof outputs);
        }
    }

  return NULL;
}

static void
test_crowd (void)
{
  static const guint sizes[] = { 6, 40, 2, 0 };
  g_autoptr (PymvaModel) model = make_network (sizes, "'silu'");
  g_autoptr (PymvaTensor) rows = make_rows (1500, 6);
  g_autoptr (PymvaTensor) expected = predict (model, rows);
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) file = g_file_get_child (folder, "network.pymva");
  g_autoptr (GError) error = NULL;
  Crowd crowd = { file, model, rows, expected };
  GThread *threads[16];

  g_assert_true (pymva_model_save (model, file, NULL, &error));
  g_assert_no_error (error);
  pymva_model_set_n_threads (model, 3);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, load_and_score, &crowd);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  fixture_folder_remove (folder);
}

int
main (int argc,
      char *argv[])
{
  g_unsetenv ("PYMVA_KERNEL");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/network-kernels/functions", test_functions);
  g_test_add_func ("/network-kernels/networks", test_networks);
  g_test_add_func ("/network-kernels/activations", test_activations);
  g_test_add_func ("/network-kernels/n-threads", test_n_threads);
  g_test_add_func ("/network-kernels/most-threads", test_most_threads);
  g_test_add_func ("/network-kernels/notify", test_notify);
  g_test_add_func ("/network-kernels/cancelled", test_cancelled);
  g_test_add_func ("/network-kernels/reset", test_reset);
  g_test_add_func ("/network-kernels/crowd", test_crowd);

  return g_test_run ();
}
