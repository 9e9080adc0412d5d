/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <float.h>
#include <math.h>

#include <glib.h>

#include "scoring/kernels/pymva-kernel-network.h"
#include "scoring/kernels/pymva-kernel.h"
#include "scoring/pymva-dense-private.h"

#define N_INPUTS 333
#define N_OUTPUTS 130
#define N_ROWS 49

static const struct
{
  const char *name;
  const PymvaNetworkKernel *kernel;
} kernels[] = {
  { "portable", &pymva_network_kernel_portable },
#ifdef __x86_64__
  { "avx2", &pymva_network_kernel_avx2 },
  { "avx512", &pymva_network_kernel_avx512 },
#endif
};

/* Whether the processor has what a kernel needs. */
static gboolean
can_run (guint kernel)
{
  gboolean found;

  g_setenv ("PYMVA_KERNEL", kernels[kernel].name, TRUE);
  found = g_str_equal (pymva_kernel_get_name (pymva_kernel_choose ()), kernels[kernel].name);
  g_unsetenv ("PYMVA_KERNEL");

  return found;
}

/* Zeros of both signs, numbers whose products are too small for a float, and others. */
static float
draw (GRand *rand)
{
  static const float special[] = { 0, -0.0f, FLT_MIN, -FLT_MIN, 1e-45f, -1e-45f };
  guint choice = g_rand_int_range (rand, 0, 2 * G_N_ELEMENTS (special));

  if (choice < G_N_ELEMENTS (special))
    return special[choice];
  return (float) g_rand_double_range (rand, -2, 2);
}

static float *
draw_numbers (GRand *rand,
              gsize n)
{
  float *numbers = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    numbers[i] = draw (rand);

  return numbers;
}

/* A layer whose first outputs are sums of products that are too small, of both signs, if all inputs
 * are small. */
static PymvaDense *
make_dense (GRand *rand,
            float first_weight)
{
  g_autofree float *weights = draw_numbers (rand, N_INPUTS * N_OUTPUTS);
  g_autofree float *bias = draw_numbers (rand, N_OUTPUTS);

  for (guint output = 0; output < 32; output++)
    {
      bias[output] = output % 2 == 0 ? -0.0f : 0.0f;
      for (guint input = 0; input < N_INPUTS; input++)
        weights[output * N_INPUTS + input] =
          copysignf (1e-45f, weights[output * N_INPUTS + input]);
    }
  weights[0] = first_weight;

  return pymva_dense_new (N_INPUTS, N_OUTPUTS, weights, bias);
}

/* Each row alone gives what all give together. */
static void
check_rows (const PymvaNetworkKernel *kernel,
            const PymvaDenseTables *tables,
            const float *rows)
{
  gsize stride = pymva_dense_pad (N_OUTPUTS);
  gsize size = stride * sizeof (float);
  float *together = g_aligned_alloc0 (N_ROWS, size, 64);
  float *alone = g_aligned_alloc0 (1, size, 64);

  kernel->run_dense (tables, rows, N_INPUTS, together, stride, N_ROWS);
  for (gsize row = 0; row < N_ROWS; row++)
    {
      kernel->run_dense (tables, rows + row * N_INPUTS, N_INPUTS, alone, stride, 1);
      g_assert_cmpmem (alone, N_OUTPUTS * sizeof (float), together + row * stride,
                       N_OUTPUTS * sizeof (float));
    }

  g_aligned_free (together);
  g_aligned_free (alone);
}

/* That zeros are left out changes no bit, whatever they are multiplied with and added to. */
static void
test_zeros (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autofree float *rows = draw_numbers (rand, N_ROWS * N_INPUTS);

  for (gsize i = 20 * N_INPUTS; i < 40 * N_INPUTS; i++)
    rows[i] *= 0.1f;
  /* Nothing but zeros. */
  for (gsize i = 40 * N_INPUTS; i < N_ROWS * N_INPUTS; i++)
    rows[i] = i % 2 == 0 ? -0.0f : 0.0f;

  for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
    for (guint rectifies = 0; rectifies < 2 && can_run (k); rectifies++)
      {
        PymvaDense *dense = make_dense (rand, 1);

        if (rectifies)
          pymva_dense_rectify (dense);
        check_rows (kernels[k].kernel, pymva_dense_get_tables (dense), rows);
        pymva_dense_expect_zeros (dense);
        g_assert_true (pymva_dense_get_tables (dense)->skips_zeros);
        check_rows (kernels[k].kernel, pymva_dense_get_tables (dense), rows);
        pymva_dense_free (dense);
      }
}

/* A zero times infinity is no number, and may not be left out. */
static void
test_infinite (void)
{
  static const float weights[] = { INFINITY, NAN };
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  g_autofree float *row = draw_numbers (rand, N_INPUTS);

  row[0] = 0;
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    {
      PymvaDense *dense = make_dense (rand, weights[i]);
      float *outputs = g_aligned_alloc0 (pymva_dense_pad (N_OUTPUTS), sizeof (float), 64);

      pymva_dense_expect_zeros (dense);
      for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
        {
          if (!can_run (k))
            continue;
          kernels[k].kernel->run_dense (pymva_dense_get_tables (dense), row, N_INPUTS, outputs,
                                        pymva_dense_pad (N_OUTPUTS), 1);
          g_assert_true (isnan (outputs[0]));
          g_assert_false (isnan (outputs[1]));
        }
      g_aligned_free (outputs);
      pymva_dense_free (dense);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dense/zeros", test_zeros);
  g_test_add_func ("/dense/infinite", test_infinite);

  return g_test_run ();
}
