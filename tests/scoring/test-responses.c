/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include <pymva/pymva.h>

#include "scoring/pymva-responses-private.h"

/* @n events at the quantiles of the distribution whose inverse is @inverse. */
static void
add_events (GArray *responses,
            GArray *labels,
            int label,
            int n,
            double (*inverse) (double))
{
  for (int i = 0; i < n; i++)
    {
      float response = inverse ((i + 0.5) / n);

      g_array_append_val (responses, response);
      g_array_append_val (labels, label);
    }
}

static PymvaTensor *
new_tensor (GArray *values,
            PymvaDType dtype,
            gboolean column)
{
  g_autoptr (GBytes) bytes = g_bytes_new (values->data,
                                          values->len * g_array_get_element_size (values));
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor;

  tensor = pymva_tensor_new (dtype, (gint64[]) { values->len, 1 }, column ? 2 : 1, bytes, &error);
  g_assert_no_error (error);

  return tensor;
}

static PymvaTensor *
new_weights (guint n,
             double weight)
{
  g_autofree double *weights = g_new (double, n);
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor;

  for (guint i = 0; i < n; i++)
    weights[i] = weight;
  tensor = pymva_tensor_new_from_doubles (weights, n, 0, &error);
  g_assert_no_error (error);

  return tensor;
}

static PymvaResponses *
new_responses (double (*signal) (double),
               double (*background) (double),
               double weight,
               GError **error)
{
  g_autoptr (GArray) responses = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (PymvaTensor) response_tensor = NULL;
  g_autoptr (PymvaTensor) label_tensor = NULL;
  g_autoptr (PymvaTensor) weights = NULL;

  add_events (responses, labels, 0, 60000, signal);
  add_events (responses, labels, 1, 30000, background);
  response_tensor = new_tensor (responses, PYMVA_DTYPE_FLOAT32, TRUE);
  label_tensor = new_tensor (labels, PYMVA_DTYPE_INT32, FALSE);
  weights = new_weights (responses->len, weight);

  return pymva_responses_new (response_tensor, label_tensor, weights, error);
}

static double
uniform (double share)
{
  return share;
}

static double
half (double share)
{
  return 0.5;
}

/* The density 2x has the distribution function x^2. */
static double
rising (double share)
{
  return sqrt (share);
}

/* Signal of the density 2x over background of the density 1: P = 2xf / (2xf + 1 - f), and the
 * rarity is x. Smoothing bends the densities at the edges alone. */
static void
test_closed_form (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaResponses) responses = new_responses (rising, uniform, 0.25, &error);

  g_assert_no_error (error);
  for (double x = 0.1; x < 0.95; x += 0.01)
    for (double f = 0.0; f <= 1.0; f += 0.25)
      {
        g_assert_cmpfloat_with_epsilon (pymva_responses_get_probability (responses, x, f),
                                        2.0 * x * f / (2.0 * x * f + 1.0 - f), 1e-3);
        g_assert_cmpfloat_with_epsilon (pymva_responses_get_rarity (responses, x), x, 1e-3);
      }
  g_assert_true (isnan (pymva_responses_get_rarity (responses, NAN)));
  g_assert_true (isnan (pymva_responses_get_probability (responses, NAN, 0.5)));
}

/* A classifier that gives all events the same answer knows the prior, and nothing else. */
static void
test_equal_responses (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaResponses) responses = new_responses (half, half, 1.0, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (pymva_responses_get_probability (responses, 0.5, 0.3), 0.3,
                                  1e-12);
  g_assert_cmpfloat (pymva_responses_get_rarity (responses, 0.0), ==, 0.0);
  g_assert_cmpfloat (pymva_responses_get_rarity (responses, 1.0), ==, 1.0);
}

static double
huge (double share)
{
  return 1e20;
}

/* Also where half a unit to either side is nothing beside the answer. */
static void
test_huge_responses (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaResponses) responses = new_responses (huge, huge, 1.0, &error);
  g_autoptr (GHashTable) tensors = pymva_responses_list_tensors (responses);
  g_autoptr (PymvaResponses) again = pymva_responses_new_from_tensors (tensors, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (pymva_responses_get_probability (again, (float) 1e20, 0.3), 0.3,
                                  1e-12);
}

static void
test_weights (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (new_responses (rising, uniform, -1.0, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "“response-distributions”"));
}

static void
test_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaResponses) responses = new_responses (rising, uniform, 1.0, &error);
  g_autoptr (GHashTable) tensors = pymva_responses_list_tensors (responses);
  g_autoptr (PymvaResponses) again = pymva_responses_new_from_tensors (tensors, &error);

  g_assert_no_error (error);
  for (double x = -0.1; x < 1.2; x += 0.01)
    g_assert_cmpfloat (pymva_responses_get_rarity (responses, x), ==,
                       pymva_responses_get_rarity (again, x));
}

/* What a file may have wrong. */
static void
test_bad_file (void)
{
  static const double densities[] = { 1.0, 1.0, 0.5, 1.5 };
  static const double negative[] = { 2.5, -0.5, 0.5, 1.5 };
  static const double too_much[] = { 1.0, 1.0, 1.5, 1.5 };
  static const double no_number[] = { 1.0, 1.0, NAN, 1.5 };
  static const struct
  {
    const double *densities;
    gsize n_densities;
    gint64 n_columns;
    double low;
    double high;
    gboolean good;
  } files[] = {
    { densities, 4, 2, 0.0, 1.0, TRUE },
    { densities, 4, 2, 1.0, 0.0, FALSE },
    { densities, 4, 2, 0.0, 0.0, FALSE },
    { densities, 4, 2, 0.0, 2.0, FALSE },
    { densities, 4, 2, -INFINITY, 1.0, FALSE },
    { densities, 4, 2, NAN, 1.0, FALSE },
    { densities, 4, 4, 0.0, 1.0, FALSE },
    { densities, 4, 1, 0.0, 1.0, FALSE },
    { densities, 4, 0, 0.0, 1.0, FALSE },
    { negative, 4, 2, 0.0, 1.0, FALSE },
    { too_much, 4, 2, 0.0, 1.0, FALSE },
    { no_number, 4, 2, 0.0, 1.0, FALSE },
    { NULL, 0, 0, 0.0, 1.0, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GHashTable) tensors = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                              g_object_unref);
      g_autoptr (PymvaResponses) responses = NULL;
      g_autoptr (GError) error = NULL;
      const double edges[] = { files[i].low, files[i].high };

      g_hash_table_insert (tensors, (gpointer) "edges",
                           pymva_tensor_new_from_doubles (edges, 2, 0, NULL));
      if (files[i].densities != NULL)
        g_hash_table_insert (tensors, (gpointer) "densities",
                             pymva_tensor_new_from_doubles (files[i].densities,
                                                            files[i].n_densities,
                                                            files[i].n_columns, NULL));
      responses = pymva_responses_new_from_tensors (tensors, &error);
      g_assert_cmpint (responses != NULL, ==, files[i].good);
      if (!files[i].good)
        g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/responses/closed-form", test_closed_form);
  g_test_add_func ("/responses/equal-responses", test_equal_responses);
  g_test_add_func ("/responses/huge-responses", test_huge_responses);
  g_test_add_func ("/responses/weights", test_weights);
  g_test_add_func ("/responses/file", test_file);
  g_test_add_func ("/responses/bad-file", test_bad_file);

  return g_test_run ();
}
