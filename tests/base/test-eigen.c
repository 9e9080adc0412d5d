/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include <glib.h>

#include "base/pymva-eigen-private.h"

static void
assert_near (double found,
             double expected,
             double tolerance)
{
  g_assert_cmpfloat_with_epsilon (found, expected, tolerance * fabs (expected));
}

/* numpy.linalg.eigh() of NumPy 2.4; the largest number of each vector is positive, the first of
 * several. */
static void
test_known (void)
{
  const double matrix[] = { 4, 1, -2, 1, 2, 0, -2, 0, 3 };
  const double expected_values[] = { 5.732050807568877, 2.267949192431123, 1 };
  const double expected_vectors[] = {
    0.788675134594813,   0.21132486540518713, -0.5773502691896257,
    0.21132486540518702, 0.7886751345948128,  0.5773502691896258,
  };
  g_autofree double *copy = g_memdup2 (matrix, sizeof matrix);
  double values[3];
  double vectors[9];

  pymva_eigen_symmetric (copy, 3, values, vectors);
  for (guint i = 0; i < 3; i++)
    assert_near (values[i], expected_values[i], 1e-14);
  for (guint i = 0; i < 6; i++)
    assert_near (vectors[i], expected_vectors[i], 1e-13);
  for (guint i = 6; i < 9; i++)
    assert_near (fabs (vectors[i]), sqrt (1.0 / 3), 1e-13);
}

/* Columns whose units differ by eighteen orders: mpmath with 60 digits. */
static void
test_units (void)
{
  const double units[] = { 1e-9, 1, 1e9 };
  const double correlations[] = { 1, 0.5, 0.25, 0.5, 1, 0.75, 0.25, 0.75, 1 };
  const double expected[] = { 1000000000000000000.6, 0.43749999999999999998,
                              7.1428571428571431241e-19 };
  double matrix[9];
  double values[3];
  double vectors[9];

  for (guint i = 0; i < 9; i++)
    matrix[i] = correlations[i] * (units[i / 3] * units[i % 3]);
  pymva_eigen_symmetric (matrix, 3, values, vectors);
  for (guint i = 0; i < 3; i++)
    assert_near (values[i], expected[i], 1e-14);
}

static void
test_small (void)
{
  double one[] = { -3 };
  double zeros[] = { 0, 0, 0, 0 };
  double values[2];
  double vectors[4];

  pymva_eigen_symmetric (one, 1, values, vectors);
  g_assert_cmpfloat (values[0], ==, -3);
  g_assert_cmpfloat (vectors[0], ==, 1);
  pymva_eigen_symmetric (zeros, 2, values, vectors);
  g_assert_cmpfloat (values[0], ==, 0);
  g_assert_cmpfloat (vectors[0], ==, 1);
  g_assert_cmpfloat (vectors[3], ==, 1);
}

/* A matrix as large as that of hundreds of variables: V A V^T is diagonal, and V V^T is one. */
static void
test_large (void)
{
  const guint n = 120;
  g_autofree double *matrix = g_new (double, n * n);
  g_autofree double *copy = NULL;
  g_autofree double *values = g_new (double, n);
  g_autofree double *vectors = g_new (double, n * n);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < n; i++)
    for (guint j = i; j < n; j++)
      matrix[i * n + j] = matrix[j * n + i] = g_rand_double_range (random, -1, 1);
  copy = g_memdup2 (matrix, n * n * sizeof *matrix);
  pymva_eigen_symmetric (copy, n, values, vectors);

  for (guint p = 0; p < n; p++)
    {
      g_assert_true (p == 0 || values[p - 1] >= values[p]);
      for (guint q = p; q < n; q += 7)
        {
          double product = 0;
          double form = 0;

          for (guint i = 0; i < n; i++)
            {
              product += vectors[p * n + i] * vectors[q * n + i];
              for (guint j = 0; j < n; j++)
                form += vectors[p * n + i] * matrix[i * n + j] * vectors[q * n + j];
            }
          g_assert_cmpfloat_with_epsilon (product, p == q, 1e-12);
          g_assert_cmpfloat_with_epsilon (form, p == q ? values[p] : 0, 1e-11);
        }
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/eigen/known", test_known);
  g_test_add_func ("/eigen/units", test_units);
  g_test_add_func ("/eigen/small", test_small);
  g_test_add_func ("/eigen/large", test_large);

  return g_test_run ();
}
