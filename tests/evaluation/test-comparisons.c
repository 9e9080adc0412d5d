/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "tensors.h"

/* The expected numbers were computed from the same inputs with NumPy 2.4, SciPy 1.17 and
 * scikit-learn 1.9, as test_comparisons.py does for random events. */

static const double responses[] = { .9, .8, .8, .7, .6, .6, .55, .4, .3, .3, .2, .1 };
static const double others[] = { .8, .7, .9, .6, .2, .5, .4, .7, .1, .3, .4, .2 };
static const double labels[] = { 0, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1 };
static const double weights[] = { 1, 2, .5, 1.5, 1, 1, 0, .25, 3, 1, .75, 2 };

static PymvaEvaluation *
make_evaluation (const double *values,
                 const double *event_weights)
{
  g_autoptr (PymvaTensor) r = make_tensor (values, G_N_ELEMENTS (labels), 0);
  g_autoptr (PymvaTensor) l = make_tensor (labels, G_N_ELEMENTS (labels), 0);
  g_autoptr (PymvaTensor) w =
    event_weights != NULL ? make_tensor (event_weights, G_N_ELEMENTS (labels), 0) : NULL;
  g_autoptr (GError) error = NULL;
  PymvaEvaluation *evaluation = pymva_evaluation_new (r, l, w, &error);

  g_assert_no_error (error);
  return evaluation;
}

static PymvaEvaluation *
make_several (void)
{
  const double values[] = { .7, .2, .1, .1, .6, .3, .2, .2, .6, .5, .3, .2, .3, .4,
                            .3, .4, .4, .2, .3, .1, .6, .1, .8, .1, .2, .5, .3 };
  const double classes[] = { 0, 1, 2, 0, 1, 1, 0, 1, 2 };
  const double event_weights[] = { 1, 2, 1, .5, 1, 3, 1, 1, .25 };
  g_autoptr (PymvaTensor) r = make_tensor (values, 27, 3);
  g_autoptr (PymvaTensor) l = make_tensor (classes, 9, 0);
  g_autoptr (PymvaTensor) w = make_tensor (event_weights, 9, 0);
  g_autoptr (GError) error = NULL;
  PymvaEvaluation *evaluation = pymva_evaluation_new (r, l, w, &error);

  g_assert_no_error (error);
  return evaluation;
}

static PymvaEvaluation *
make_regression (gint64 n_targets)
{
  const double predictions[] = { 2.5, 0, 2, 8, 7.1, -9 };
  const double targets[] = { 3, -.5, 2, 7, 7, -1 };
  const double event_weights[] = { 1, 2, .5, 1, 1, .1 };
  g_autoptr (PymvaTensor) p = make_tensor (predictions, 6, n_targets);
  g_autoptr (PymvaTensor) t = make_tensor (targets, 6, n_targets);
  g_autoptr (PymvaTensor) w = make_tensor (event_weights, 6 / n_targets, 0);
  g_autoptr (GError) error = NULL;
  PymvaEvaluation *evaluation = pymva_evaluation_new_regression (p, t, w, &error);

  g_assert_no_error (error);
  return evaluation;
}

static void
assert_matrix (PymvaTensor *tensor,
               const double *expected,
               gsize n_rows)
{
  gsize n_values;
  g_autofree double *values = pymva_tensor_to_doubles (tensor, &n_values);

  g_assert_cmpuint (n_values, ==, n_rows * n_rows);
  for (gsize i = 0; i < n_values; i++)
    {
      if (isnan (expected[i]))
        g_assert_true (isnan (values[i]));
      else
        g_assert_cmpfloat_with_epsilon (values[i], expected[i], 1e-14);
    }
}

static void
test_area (void)
{
  g_autoptr (PymvaEvaluation) plain = make_evaluation (responses, NULL);
  g_autoptr (PymvaEvaluation) other = make_evaluation (others, NULL);
  g_autoptr (GError) error = NULL;
  double lower, upper, z, p_value, difference;

  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_auc_error (plain), 0.16573815, 1e-8);
  pymva_evaluation_get_auc_interval (plain, 0.95, &lower, &upper);
  g_assert_cmpfloat_with_epsilon (lower, 0.36960363108313077, 1e-12);
  g_assert_cmpfloat (upper, ==, 1);

  difference = pymva_evaluation_compare_auc (plain, other, &z, &p_value, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (difference, -0.125, 1e-14);
  g_assert_cmpfloat_with_epsilon (z, -0.8429272304235231, 1e-12);
  g_assert_cmpfloat_with_epsilon (p_value, 0.3992691431710662, 1e-12);

  difference = pymva_evaluation_compare_auc (plain, plain, &z, &p_value, &error);
  g_assert_no_error (error);
  g_assert_true (difference == 0 && z == 0 && p_value == 1);
}

static void
test_weighted_area (void)
{
  g_autoptr (PymvaEvaluation) weighted = make_evaluation (responses, weights);
  g_autoptr (PymvaEvaluation) other = make_evaluation (others, weights);
  g_autoptr (PymvaEvaluation) several = make_several ();
  g_autoptr (PymvaEvaluation) one = pymva_evaluation_get_output (several, 1);
  g_autoptr (GError) error = NULL;
  double z, p_value, difference;

  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_auc_error (weighted), 0.11089199383707006,
                                  1e-14);
  difference = pymva_evaluation_compare_auc (weighted, other, &z, &p_value, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (difference, -0.07179487179487176, 1e-14);
  g_assert_cmpfloat_with_epsilon (z, -0.6947377222173955, 1e-12);
  g_assert_cmpfloat_with_epsilon (p_value, 0.4872196833085526, 1e-12);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_auc_error (several), 0.0907389169454547,
                                  1e-14);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_auc_error (one), 0.05045800880259688, 1e-14);
}

static void
test_responses (void)
{
  const double expected[][4] = {
    { 0.3076923076923077, 0.9778642666071743, 0.8607021596460007, 0.8461538461538461 },
    { 0.5333333333333334, 0.6705181971292493, 0.599394104516305, 0.8666666666666667 },
  };
  g_autoptr (PymvaEvaluation) weighted = make_evaluation (responses, weights);
  g_autoptr (PymvaEvaluation) other = make_evaluation (others, weights);

  for (guint k = 0; k < 2; k++)
    {
      g_autoptr (GError) error = NULL;
      double p_value;

      g_assert_cmpfloat_with_epsilon (
        pymva_evaluation_compare_responses (weighted, other, k, &p_value, &error), expected[k][0],
        1e-14);
      g_assert_cmpfloat_with_epsilon (p_value, expected[k][1], 1e-12);
      g_assert_cmpfloat_with_epsilon (
        pymva_evaluation_get_correlation (weighted, other, k, &error), expected[k][2], 1e-14);
      g_assert_cmpfloat_with_epsilon (
        pymva_evaluation_get_overlap (weighted, other, k, &error), expected[k][3], 1e-14);
      g_assert_no_error (error);
    }
}

static void
test_cuts (void)
{
  g_autoptr (PymvaEvaluation) weighted = make_evaluation (responses, weights);
  g_autoptr (PymvaTensor) curve = pymva_evaluation_get_significance_curve (weighted, 10, 40);
  g_autofree double *values = pymva_tensor_to_doubles (curve, NULL);
  const double expected[] = { 0, 1.24034735, 1.7103344, 2.23560802, 2.08551886 };
  double significance;

  g_assert_cmpfloat (pymva_evaluation_get_best_cut (weighted, 10, 40, &significance), ==, 0.7);
  g_assert_cmpfloat_with_epsilon (significance, 2.2356080231644704, 1e-14);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpfloat_with_epsilon (values[2 * i + 1], expected[i], 1e-8);
}

static void
test_classes (void)
{
  const double two[] = { 5.5, 1, 1.5, 6 };
  const double three[] = { 1.5, 0, 1, 3, 4, 0, 0, .25, 1 };
  const double efficiencies[] = { NAN, .6, 1, 1, NAN, 0.42857142857142855,
                                  .2, 0.84666666666666668, NAN };
  g_autoptr (PymvaEvaluation) weighted = make_evaluation (responses, weights);
  g_autoptr (PymvaEvaluation) several = make_several ();
  g_autoptr (PymvaTensor) two_matrix = pymva_evaluation_get_confusion_matrix (weighted, 0.5);
  g_autoptr (PymvaTensor) three_matrix = pymva_evaluation_get_confusion_matrix (several, 0.5);
  g_autoptr (PymvaTensor) pairs = pymva_evaluation_get_pairwise_efficiencies (several, 0.1);
  g_autoptr (PymvaTensor) none = pymva_evaluation_get_pairwise_efficiencies (weighted, 0.1);

  assert_matrix (two_matrix, two, 2);
  assert_matrix (three_matrix, three, 3);
  assert_matrix (pairs, efficiencies, 3);
  g_assert_cmpuint (pymva_tensor_get_n_elements (none), ==, 0);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_accuracy (weighted), 0.8214285714285714,
                                  1e-14);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_accuracy (several), 0.6046511627906976,
                                  1e-14);
}

static void
test_outputs (void)
{
  g_autoptr (PymvaEvaluation) several = make_several ();
  g_autoptr (PymvaEvaluation) weighted = make_evaluation (responses, weights);
  g_autoptr (PymvaEvaluation) itself = pymva_evaluation_get_output (weighted, 0);
  g_autoptr (PymvaEvaluation) targets = make_regression (2);
  g_autoptr (PymvaEvaluation) first = pymva_evaluation_get_output (targets, 0);
  g_autoptr (PymvaEvaluation) second = pymva_evaluation_get_output (targets, 1);

  for (guint k = 0; k < 3; k++)
    {
      g_autoptr (PymvaEvaluation) one = pymva_evaluation_get_output (several, k);

      g_assert_cmpint (pymva_evaluation_get_analysis_type (one), ==,
                       PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
      g_assert_cmpfloat (pymva_evaluation_get_auc (one), ==,
                         pymva_evaluation_get_class_auc (several, k));
    }
  g_assert_true (itself == weighted);
  g_assert_null (pymva_evaluation_get_output (several, 3));
  g_assert_cmpfloat_with_epsilon (
    (pymva_evaluation_get_bias (first) + pymva_evaluation_get_bias (second)) / 2,
    pymva_evaluation_get_bias (targets), 1e-15);
}

static void
test_information (void)
{
  g_autoptr (PymvaEvaluation) evaluation = make_regression (1);
  double information, truncated;

  g_object_get (evaluation, "mutual-information", &information, "truncated-mutual-information",
                &truncated, NULL);
  g_assert_cmpfloat_with_epsilon (information, 1.3306672008374598, 1e-14);
  g_assert_cmpfloat_with_epsilon (truncated, 1.2636544318820966, 1e-14);
}

/* Each comparison in turn. */
static double
compare (PymvaEvaluation *self,
         PymvaEvaluation *other,
         guint class_number,
         guint which,
         GError **error)
{
  switch (which)
    {
    case 0:
      return pymva_evaluation_compare_auc (self, other, NULL, NULL, error);
    case 1:
      return pymva_evaluation_compare_responses (self, other, class_number, NULL, error);
    case 2:
      return pymva_evaluation_get_correlation (self, other, class_number, error);
    default:
      return pymva_evaluation_get_overlap (self, other, class_number, error);
    }
}

static void
assert_refused (PymvaEvaluation *self,
                PymvaEvaluation *other,
                guint class_number,
                guint which,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (isnan (compare (self, other, class_number, which, &error)));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_errors (void)
{
  g_autoptr (PymvaEvaluation) plain = make_evaluation (responses, NULL);
  g_autoptr (PymvaEvaluation) weighted = make_evaluation (responses, weights);
  g_autoptr (PymvaEvaluation) several = make_several ();
  g_autoptr (PymvaEvaluation) regression = make_regression (1);
  g_autoptr (PymvaEvaluation) targets = make_regression (2);

  for (guint which = 0; which < 4; which++)
    {
      if (which != 1)
        assert_refused (plain, weighted, 0, which, "different weights");
      if (which != 2)
        assert_refused (regression, regression, 0, which, "no classes");
      if (which > 0)
        assert_refused (plain, plain, 2, which, "no class 2");
      assert_refused (plain, several, 0, which, "classes");
    }
  assert_refused (regression, targets, 0, 2, "different classes or targets");
}

static void
test_bare (void)
{
  g_autoptr (PymvaEvaluation) evaluation = g_object_new (PYMVA_TYPE_EVALUATION, NULL);
  g_autoptr (PymvaTensor) matrix = pymva_evaluation_get_confusion_matrix (evaluation, 0.5);
  g_autoptr (PymvaTensor) curve = pymva_evaluation_get_significance_curve (evaluation, 1, 1);
  double lower, upper, significance;

  g_assert_true (isnan (pymva_evaluation_get_auc_error (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_accuracy (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_mutual_information (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_best_cut (evaluation, 1, 1, &significance)));
  g_assert_true (isnan (significance));
  pymva_evaluation_get_auc_interval (evaluation, 0.95, &lower, &upper);
  g_assert_true (isnan (lower) && isnan (upper));
  g_assert_null (pymva_evaluation_get_output (evaluation, 0));
  g_assert_cmpuint (pymva_tensor_get_n_elements (matrix), ==, 0);
  g_assert_cmpuint (pymva_tensor_get_n_elements (curve), ==, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/evaluation/area", test_area);
  g_test_add_func ("/evaluation/weighted-area", test_weighted_area);
  g_test_add_func ("/evaluation/responses", test_responses);
  g_test_add_func ("/evaluation/cuts", test_cuts);
  g_test_add_func ("/evaluation/classes", test_classes);
  g_test_add_func ("/evaluation/outputs", test_outputs);
  g_test_add_func ("/evaluation/information", test_information);
  g_test_add_func ("/evaluation/comparison-errors", test_errors);
  g_test_add_func ("/evaluation/bare-comparisons", test_bare);

  return g_test_run ();
}
