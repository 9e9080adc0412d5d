/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "tensors.h"

/* The expected numbers were computed with scikit-learn 1.9 (roc_auc_score, roc_curve, r2_score,
 * mean_squared_error, mean_absolute_error; sample_weight) and NumPy 2.4 (histogram, average,
 * interp) from the same inputs. */

static const double responses[] = { .9, .8, .8, .7, .6, .6, .55, .4, .3, .3, .2, .1 };
static const double labels[] = { 0, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1 };
static const double weights[] = { 1, 2, .5, 1.5, 1, 1, 0, .25, 3, 1, .75, 2 };

static PymvaEvaluation *
make_weighted (void)
{
  g_autoptr (PymvaTensor) r = make_tensor (responses, G_N_ELEMENTS (responses), 1);
  g_autoptr (PymvaTensor) doubles = make_tensor (labels, G_N_ELEMENTS (labels), 0);
  g_autoptr (PymvaTensor) l = pymva_tensor_cast (doubles, PYMVA_DTYPE_INT32);
  g_autoptr (PymvaTensor) w = make_tensor (weights, G_N_ELEMENTS (weights), 0);
  g_autoptr (GError) error = NULL;
  PymvaEvaluation *evaluation = pymva_evaluation_new (r, l, w, &error);

  g_assert_no_error (error);
  return evaluation;
}

static void
test_two_classes (void)
{
  g_autoptr (PymvaTensor) r = make_tensor (responses, G_N_ELEMENTS (responses), 0);
  g_autoptr (PymvaTensor) l = make_tensor (labels, G_N_ELEMENTS (labels), 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaEvaluation) plain = pymva_evaluation_new (r, l, NULL, &error);
  g_autoptr (PymvaEvaluation) weighted = make_weighted ();

  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_auc (plain), 0.69444444444444442, 1e-14);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_auc (weighted), 0.86153846153846148, 1e-14);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_class_auc (weighted, 0),
                                  0.86153846153846148, 1e-14);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_separation (weighted),
                                  0.74755381604696669, 1e-14);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_class_separation (weighted, 0),
                                  0.74755381604696669, 1e-14);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_significance (weighted),
                                  1.2504179967891142, 1e-14);
  g_assert_true (isnan (pymva_evaluation_get_class_auc (weighted, 1)));
  g_assert_true (isnan (pymva_evaluation_get_class_separation (weighted, 1)));
  g_assert_true (isnan (pymva_evaluation_get_class_signal_efficiency (weighted, 1, 0.1)));
  g_assert_true (isnan (pymva_evaluation_get_bias (weighted)));
  g_assert_true (isnan (pymva_evaluation_get_r2 (weighted)));
}

static void
test_roc_curve (void)
{
  const double expected[][3] = {
    { INFINITY, 0, 0 },
    { 0.9, 0, 0.15384615384615385 },
    { 0.8, 0.066666666666666666, 0.46153846153846156 },
    { 0.7, 0.066666666666666666, 0.69230769230769229 },
    { 0.6, 0.2, 0.84615384615384615 },
    { 0.4, 0.2, 0.88461538461538458 },
    { 0.3, 0.73333333333333328, 0.88461538461538458 },
    { 0.2, 0.73333333333333328, 1 },
    { 0.1, 1, 1 },
  };
  g_autoptr (PymvaEvaluation) evaluation = make_weighted ();
  g_autoptr (PymvaTensor) curve = pymva_evaluation_get_roc_curve (evaluation);
  g_autofree double *points = NULL;
  gsize n_values;

  g_assert_cmpint (pymva_tensor_get_dtype (curve), ==, PYMVA_DTYPE_FLOAT64);
  points = pymva_tensor_to_doubles (curve, &n_values);
  g_assert_cmpuint (n_values, ==, G_N_ELEMENTS (expected) * 3);
  for (gsize i = 1; i < G_N_ELEMENTS (expected); i++)
    {
      for (gsize k = 0; k < 3; k++)
        g_assert_cmpfloat_with_epsilon (points[3 * i + k], expected[i][k], 1e-15);
    }
  g_assert_true (isinf (points[0]) && points[1] == 0 && points[2] == 0);
}

static void
test_signal_efficiency (void)
{
  g_autoptr (PymvaEvaluation) evaluation = make_weighted ();
  const double expected[][2] = {
    { 0, 0.15384615384615385 },
    { 0.01, 0.20000000000000001 },
    { 0.10, 0.73076923076923073 },
    { 0.20, 0.88461538461538458 },
    { 0.30, 0.88461538461538458 },
    { 1, 1 },
    { 2, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_cmpfloat_with_epsilon (
        pymva_evaluation_get_signal_efficiency (evaluation, expected[i][0]), expected[i][1], 1e-14);
      g_assert_cmpfloat_with_epsilon (
        pymva_evaluation_get_class_signal_efficiency (evaluation, 0, expected[i][0]),
        expected[i][1], 1e-14);
    }
  g_assert_true (isnan (pymva_evaluation_get_signal_efficiency (evaluation, -0.1)));
  g_assert_true (isnan (pymva_evaluation_get_signal_efficiency (evaluation, NAN)));
}

static void
test_several_classes (void)
{
  const double values[] = { .7, .2, .1, .1, .6, .3, .2, .2, .6, .5, .3, .2, .3, .4,
                            .3, .4, .4, .2, .3, .1, .6, .1, .8, .1, .2, .5, .3 };
  const double classes[] = { 0, 1, 2, 0, 1, 1, 0, 1, 2 };
  const double event_weights[] = { 1, 2, 1, .5, 1, 3, 1, 1, .25 };
  const double expected[] = { 0.83030303030303032, 0.96190476190476193, 0.90526315789473688 };
  g_autoptr (PymvaTensor) r = make_tensor (values, 27, 3);
  g_autoptr (PymvaTensor) l = make_tensor (classes, 9, 1);
  g_autoptr (PymvaTensor) w = make_tensor (event_weights, 9, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaEvaluation) plain = pymva_evaluation_new (r, l, NULL, &error);
  g_autoptr (PymvaEvaluation) weighted = pymva_evaluation_new (r, l, w, &error);

  g_assert_no_error (error);
  g_assert_cmpint (pymva_evaluation_get_analysis_type (plain), ==,
                   PYMVA_ANALYSIS_TYPE_MULTICLASS);
  g_assert_cmpuint (pymva_evaluation_get_n_outputs (plain), ==, 3);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_auc (plain), 0.87936507936507946, 1e-14);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_auc (weighted), 0.89915698336750971, 1e-14);
  for (guint k = 0; k < 3; k++)
    {
      g_autoptr (PymvaTensor) curve = pymva_evaluation_get_class_roc_curve (weighted, k);

      g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_class_auc (weighted, k), expected[k],
                                      1e-14);
      g_assert_cmpuint (pymva_tensor_get_n_elements (curve), >, 3);
    }
  g_assert_true (isnan (pymva_evaluation_get_class_auc (weighted, 3)));
}

static void
test_regression (void)
{
  const double predictions[] = { 2.5, 0, 2, 8, 7.1, -9 };
  const double targets[] = { 3, -.5, 2, 7, 7, -1 };
  const double event_weights[] = { 1, 2, .5, 1, 1, .1 };
  g_autoptr (PymvaTensor) p = make_tensor (predictions, 6, 1);
  g_autoptr (PymvaTensor) t = make_tensor (targets, 6, 0);
  g_autoptr (PymvaTensor) w = make_tensor (event_weights, 6, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaEvaluation) evaluation = pymva_evaluation_new_regression (p, t, w, &error);
  double bias, rms, truncated_bias, truncated_rms, squared, absolute, r2, auc;
  gint64 n_events;

  g_assert_no_error (error);
  g_object_get (evaluation, "bias", &bias, "rms", &rms, "truncated-bias", &truncated_bias,
                "truncated-rms", &truncated_rms, "mean-squared-error", &squared,
                "mean-absolute-error", &absolute, "r2", &r2, "auc", &auc, "n-events", &n_events,
                NULL);
  g_assert_cmpfloat_with_epsilon (bias, 0.14285714285714279, 1e-14);
  g_assert_cmpfloat_with_epsilon (rms, 1.1986386836230303, 1e-14);
  g_assert_cmpfloat_with_epsilon (truncated_bias, 0.29090909090909084, 1e-14);
  g_assert_cmpfloat_with_epsilon (truncated_rms, 0.48515142051368487, 1e-14);
  g_assert_cmpfloat_with_epsilon (squared, 1.4571428571428573, 1e-14);
  g_assert_cmpfloat_with_epsilon (absolute, 0.6071428571428571, 1e-14);
  g_assert_cmpfloat_with_epsilon (r2, 0.86074660978211182, 1e-14);
  g_assert_true (isnan (auc));
  g_assert_cmpint (n_events, ==, 6);
  g_assert_true (isnan (pymva_evaluation_get_signal_efficiency (evaluation, 0.1)));
}

/* Of two targets, the figures are the means of those of each. */
static void
test_regression_targets (void)
{
  const double predictions[] = { 1, 5, 2, 5, 3, 5 };
  const double targets[] = { 1, 5, 2, 5, 4, 5 };
  g_autoptr (PymvaTensor) p = make_tensor (predictions, 6, 2);
  g_autoptr (PymvaTensor) t = make_tensor (targets, 6, 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaEvaluation) evaluation = pymva_evaluation_new_regression (p, t, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pymva_evaluation_get_n_outputs (evaluation), ==, 2);
  /* r2_score: 0.78571428571428570 for the first, 1 for the constant second. */
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_r2 (evaluation), 0.89285714285714279, 1e-14);
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_bias (evaluation), -1. / 6, 1e-14);
}

static void
test_negative_weights (void)
{
  const double values[] = { .9, .7, .5, .3 };
  const double classes[] = { 0, 1, 0, 1 };
  const double event_weights[] = { 2, -1, 1, 3 };
  g_autoptr (PymvaTensor) r = make_tensor (values, 4, 0);
  g_autoptr (PymvaTensor) l = make_tensor (classes, 4, 0);
  g_autoptr (PymvaTensor) w = make_tensor (event_weights, 4, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaEvaluation) evaluation = pymva_evaluation_new (r, l, w, &error);

  g_assert_no_error (error);
  /* numpy.trapezoid ([0, 2/3, 2/3, 1, 1], [0, 0, -.5, -.5, 1]) */
  g_assert_cmpfloat_with_epsilon (pymva_evaluation_get_auc (evaluation), 1.1666666666666667, 1e-14);
}

static void
assert_refused (const double *r,
                gsize n_r,
                gint64 n_columns,
                const double *l,
                gsize n_l,
                const double *w,
                gsize n_w,
                PymvaError code,
                const char *message)
{
  g_autoptr (PymvaTensor) r_tensor = make_tensor (r, n_r, n_columns);
  g_autoptr (PymvaTensor) l_tensor = make_tensor (l, n_l, 0);
  g_autoptr (PymvaTensor) w_tensor = w != NULL ? make_tensor (w, n_w, 0) : NULL;
  g_autoptr (GError) error = NULL;
  PymvaEvaluation *evaluation = pymva_evaluation_new (r_tensor, l_tensor, w_tensor, &error);

  g_assert_null (evaluation);
  g_assert_error (error, PYMVA_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_errors (void)
{
  const double r[] = { .9, .1, .5, .2 };
  const double nan[] = { .9, NAN, .5, .2 };
  const double l[] = { 0, 1, 0, 1 };
  const double one[] = { 0, 0, 0, 0 };
  const double strange[] = { 0, 1, 0, 2 };
  const double half[] = { 0, 1, 0, .5 };
  const double zero[] = { 1, 0, 1, 0 };
  const double infinite[] = { 1, 1, INFINITY, 1 };
  const double huge[] = { 1, 1e308, 1, 1e308 };

  assert_refused (r, 4, 0, l, 3, NULL, 0, PYMVA_ERROR_VALUE, "labels");
  assert_refused (r, 4, 0, l, 4, r, 3, PYMVA_ERROR_VALUE, "weights");
  assert_refused (r, 4, 2, l, 4, NULL, 0, PYMVA_ERROR_VALUE, "labels");
  assert_refused (r, 0, 0, l, 0, NULL, 0, PYMVA_ERROR_DATA, "no responses");
  assert_refused (nan, 4, 0, l, 4, NULL, 0, PYMVA_ERROR_DATA, "row 1");
  assert_refused (r, 4, 0, nan, 4, NULL, 0, PYMVA_ERROR_DATA, "labels");
  assert_refused (r, 4, 0, l, 4, infinite, 4, PYMVA_ERROR_DATA, "row 2");
  assert_refused (r, 4, 0, one, 4, NULL, 0, PYMVA_ERROR_DATA, "class 1");
  assert_refused (r, 4, 0, strange, 4, NULL, 0, PYMVA_ERROR_DATA, "label 2 in row 3");
  assert_refused (r, 4, 0, half, 4, NULL, 0, PYMVA_ERROR_DATA, "label 0.5");
  assert_refused (r, 4, 0, l, 4, zero, 4, PYMVA_ERROR_VALUE, "class 1 sum to 0");
  assert_refused (r, 4, 0, l, 4, huge, 4, PYMVA_ERROR_VALUE, "class 1 sum to inf");
}

static void
assert_regression_refused (const double *p,
                           const double *t,
                           gsize n_t,
                           const double *w,
                           PymvaError code)
{
  g_autoptr (PymvaTensor) p_tensor = make_tensor (p, 2, 0);
  g_autoptr (PymvaTensor) t_tensor = make_tensor (t, n_t, 0);
  g_autoptr (PymvaTensor) w_tensor = w != NULL ? make_tensor (w, 2, 0) : NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_evaluation_new_regression (p_tensor, t_tensor, w_tensor, &error));
  g_assert_error (error, PYMVA_ERROR, (int) code);
}

static void
test_regression_errors (void)
{
  const double good[] = { 1, 2, 3 };
  const double nan[] = { 1, NAN };
  const double zero[] = { 1, -1 };

  assert_regression_refused (good, good, 3, NULL, PYMVA_ERROR_VALUE);
  assert_regression_refused (nan, good, 2, NULL, PYMVA_ERROR_DATA);
  assert_regression_refused (good, nan, 2, NULL, PYMVA_ERROR_DATA);
  assert_regression_refused (good, good, 2, zero, PYMVA_ERROR_VALUE);
}

static void
test_bare (void)
{
  PymvaEvaluation *evaluation = g_object_new (PYMVA_TYPE_EVALUATION, NULL);
  g_autoptr (PymvaTensor) curve = pymva_evaluation_get_roc_curve (evaluation);

  g_assert_true (isnan (pymva_evaluation_get_auc (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_separation (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_significance (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_signal_efficiency (evaluation, 0.1)));
  g_assert_true (isnan (pymva_evaluation_get_class_auc (evaluation, 0)));
  g_assert_true (isnan (pymva_evaluation_get_rms (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_truncated_bias (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_truncated_rms (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_mean_squared_error (evaluation)));
  g_assert_true (isnan (pymva_evaluation_get_mean_absolute_error (evaluation)));
  g_assert_cmpint (pymva_evaluation_get_n_events (evaluation), ==, 0);
  g_assert_cmpuint (pymva_evaluation_get_n_outputs (evaluation), ==, 0);
  g_assert_cmpuint (pymva_tensor_get_n_elements (curve), ==, 0);
  g_assert_finalize_object (evaluation);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/evaluation/two-classes", test_two_classes);
  g_test_add_func ("/evaluation/roc-curve", test_roc_curve);
  g_test_add_func ("/evaluation/signal-efficiency", test_signal_efficiency);
  g_test_add_func ("/evaluation/several-classes", test_several_classes);
  g_test_add_func ("/evaluation/regression", test_regression);
  g_test_add_func ("/evaluation/regression-targets", test_regression_targets);
  g_test_add_func ("/evaluation/negative-weights", test_negative_weights);
  g_test_add_func ("/evaluation/errors", test_errors);
  g_test_add_func ("/evaluation/regression-errors", test_regression_errors);
  g_test_add_func ("/evaluation/bare", test_bare);

  return g_test_run ();
}
