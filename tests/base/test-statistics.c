/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include <glib.h>

#include "base/pymva-statistics-private.h"

/* numpy.average, and numpy.average of the squared differences, with and without weights. */
static void
test_moments (void)
{
  const double values[] = { 1, 2, 4, 8 };
  const double weights[] = { 1, .5, 2, .25 };
  const double mixed[] = { 1, .5, 2, -.25 };
  const double nothing[] = { 1, -1, 0, 0 };
  PymvaMoments moments;

  pymva_statistics_moments (values, NULL, 4, &moments);
  g_assert_cmpfloat (moments.sum_of_weights, ==, 4);
  g_assert_cmpfloat (moments.mean, ==, 3.75);
  g_assert_cmpfloat (moments.variance, ==, 7.1875);

  pymva_statistics_moments (values, weights, 4, &moments);
  g_assert_cmpfloat (moments.sum_of_weights, ==, 3.75);
  g_assert_cmpfloat_with_epsilon (moments.mean, 3.2000000000000002, 1e-15);
  g_assert_cmpfloat_with_epsilon (moments.variance, 3.3599999999999999, 1e-14);

  /* numpy.average gives -0.21301775147928972; a variance is not below zero. */
  pymva_statistics_moments (values, mixed, 4, &moments);
  g_assert_cmpfloat_with_epsilon (moments.mean, 2.4615384615384617, 1e-15);
  g_assert_cmpfloat (moments.variance, ==, 0);

  pymva_statistics_moments (values, nothing, 4, &moments);
  g_assert_cmpfloat (moments.sum_of_weights, ==, 0);
  g_assert_true (isnan (moments.mean));
  g_assert_true (isnan (moments.variance));

  pymva_statistics_moments (values, NULL, 0, &moments);
  g_assert_true (isnan (moments.mean));
}

/* Values far from zero keep their variance. */
static void
test_far_moments (void)
{
  const double values[] = { 1e9 + 1, 1e9 + 2, 1e9 + 3 };
  PymvaMoments moments;

  pymva_statistics_moments (values, NULL, 3, &moments);
  g_assert_cmpfloat_with_epsilon (moments.variance, 2. / 3, 1e-12);
}

static void
test_separation (void)
{
  const double values[] = { 0, 0, 1, 1 };
  const guint8 apart[] = { TRUE, TRUE, FALSE, FALSE };
  const guint8 together[] = { TRUE, FALSE, TRUE, FALSE };
  const guint8 alone[] = { TRUE, TRUE, TRUE, TRUE };
  const double same[] = { 2, 2, 2, 2 };
  const double largest[] = { -1.7e308, -1.6e308, 1.6e308, 1.7e308 };

  g_assert_cmpfloat (pymva_statistics_separation (values, apart, NULL, 4, 10), ==, 1);
  g_assert_cmpfloat (pymva_statistics_separation (values, together, NULL, 4, 10), ==, 0);
  g_assert_cmpfloat (pymva_statistics_separation (same, apart, NULL, 4, 10), ==, 0);
  g_assert_cmpfloat (pymva_statistics_separation (largest, apart, NULL, 4, 10), ==, 1);
  g_assert_true (isnan (pymva_statistics_separation (values, alone, NULL, 4, 10)));
}

/* scipy.special.kolmogorov, and scipy.stats.norm.sf and ppf. */
static void
test_probabilities (void)
{
  const double kolmogorov[][2] = {
    { 0.02, 1 },
    { 0.3, 0.9999906941986655 },
    { 0.8, 0.5441424115741981 },
    { 1.0, 0.26999967167735456 },
    { 1.36, 0.049485876755377876 },
    { 3, 3.045995948942526e-08 },
  };
  /* scipy.stats.norm.ppf() */
  const double quantiles[][2] = {
    { 1e-300, -37.0470962993612 },   { 5e-9, -5.73072886823629 },   { 0.001, -3.090232306167813 },
    { 0.1, -1.2815515655446004 },    { 0.75, 0.6744897501960817 },  { 0.975, 1.959963984540054 },
    { 0.999999999, 5.997807019601637 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kolmogorov); i++)
    g_assert_cmpfloat_with_epsilon (pymva_statistics_kolmogorov_probability (kolmogorov[i][0]),
                                    kolmogorov[i][1], 1e-15);
  g_assert_true (isnan (pymva_statistics_kolmogorov_probability (NAN)));

  g_assert_cmpfloat (pymva_statistics_normal_p_value (0), ==, 1);
  g_assert_cmpfloat_with_epsilon (pymva_statistics_normal_p_value (-1.5), 0.13361440253771614,
                                  1e-15);

  for (gsize i = 0; i < G_N_ELEMENTS (quantiles); i++)
    g_assert_cmpfloat_with_epsilon (pymva_statistics_normal_quantile (quantiles[i][0]),
                                    quantiles[i][1], 1e-14 * fabs (quantiles[i][1]));
  g_assert_cmpfloat_with_epsilon (pymva_statistics_normal_quantile (0.5), 0, 1e-16);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/statistics/moments", test_moments);
  g_test_add_func ("/statistics/far-moments", test_far_moments);
  g_test_add_func ("/statistics/separation", test_separation);
  g_test_add_func ("/statistics/probabilities", test_probabilities);

  return g_test_run ();
}
