/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "dataset-helpers.h"

/* The expected numbers are those of NumPy: average(), cov() with aweights and ddof = 0, and
 * histogram() with the same bins, for the same values as float32. */

#define N_EVENTS 200

static PymvaTable *
make_waves (double shift,
            double scale,
            gboolean has_gaps)
{
  PymvaTable *table = pymva_table_new ();
  double x[N_EVENTS], y[N_EVENTS], w[N_EVENTS];

  for (int i = 0; i < N_EVENTS; i++)
    {
      x[i] = sin (i) + shift;
      y[i] = has_gaps && i % 10 == 0 ? NAN : scale * (cos (2 * i) + 0.3 * sin (i));
      w[i] = 0.5 + i % 3;
    }
  set_column (table, "x", x, N_EVENTS);
  set_column (table, "y", y, N_EVENTS);
  set_column (table, "w", w, N_EVENTS);

  return table;
}

static PymvaDataset *
make_dataset_of_waves (gboolean has_gaps)
{
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTable) signal = make_waves (0, 1, has_gaps);
  g_autoptr (PymvaTable) background = make_waves (0.5, 2, FALSE);
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_variable (dataset, "x", &error);
  pymva_dataset_add_variable (dataset, "y", &error);
  pymva_dataset_add_class (dataset, "signal", signal, 1, &error);
  pymva_dataset_add_class (dataset, "background", background, 1, &error);
  pymva_dataset_set_weight_expression (dataset, NULL, "w", &error);
  g_assert_no_error (error);
  pymva_dataset_set_test_fraction (dataset, 0);
  if (has_gaps)
    pymva_dataset_set_missing_values (dataset, PYMVA_MISSING_VALUES_PASS);

  return dataset;
}

static PymvaDatasetReport *
make_report (PymvaDataset *dataset)
{
  g_autoptr (GError) error = NULL;
  PymvaDatasetReport *report = pymva_dataset_report_new (dataset, PYMVA_PART_TRAINING, &error);

  g_assert_no_error (error);
  return report;
}

static void
assert_tensor (PymvaTensor *taken,
               const GError *error,
               const double *expected,
               gsize n_expected)
{
  g_autoptr (PymvaTensor) tensor = taken;
  g_autofree double *values = NULL;
  gsize n;

  g_assert_no_error (error);
  values = pymva_tensor_to_doubles (tensor, &n);
  assert_values (values, n, expected, n_expected);
}

#define ASSERT_TENSOR(call, ...) \
  G_STMT_START \
    { \
      const double _expected[] = { __VA_ARGS__ }; \
      g_autoptr (GError) error = NULL; \
      PymvaTensor *_tensor = call; \
      assert_tensor (_tensor, error, _expected, G_N_ELEMENTS (_expected)); \
    } \
  G_STMT_END

static void
test_statistics (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset_of_waves (FALSE);
  g_autoptr (PymvaDatasetReport) report = make_report (dataset);

#define STATISTIC(which, class_name) \
  pymva_dataset_report_get_statistic (report, PYMVA_STATISTIC_##which, class_name, &error)
  ASSERT_TENSOR (STATISTIC (COUNT, "signal"), 200, 200);
  ASSERT_TENSOR (STATISTIC (COUNT, NULL), 400, 400);
  ASSERT_TENSOR (STATISTIC (MISSING, NULL), 0, 0);
  ASSERT_TENSOR (STATISTIC (SUM_OF_WEIGHTS, "signal"), 299, 299);
  ASSERT_TENSOR (STATISTIC (MEAN, "signal"), 0.007315215743442742, 0.004077426227974553);
  ASSERT_TENSOR (STATISTIC (MEAN, "background"), 0.5073152172883791, 0.008154852455949105);
  ASSERT_TENSOR (STATISTIC (MEAN, NULL), 0.25731521651591094, 0.006116139341961829);
  ASSERT_TENSOR (STATISTIC (RMS, "signal"), 0.7064029033235474, 0.7374501782890893);
  ASSERT_TENSOR (STATISTIC (RMS, NULL), 0.7493364140610403, 1.1660128944388584);
  ASSERT_TENSOR (STATISTIC (MINIMUM, "background"), -0.49999019503593445, -2.5999157428741455);
  ASSERT_TENSOR (STATISTIC (MAXIMUM, "signal"), 0.9999118447303772, 1.0112138986587524);
}

static void
test_correlations (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset_of_waves (FALSE);
  g_autoptr (PymvaDatasetReport) report = make_report (dataset);
  const double signal = 0.2804132934560504, all = 0.25136444381731704;

  ASSERT_TENSOR (pymva_dataset_report_get_correlations (report, "signal", &error),
                 1, signal, signal, 1);
  ASSERT_TENSOR (pymva_dataset_report_get_correlations (report, NULL, &error), 1, all, all, 1);
}

static void
test_separations (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset_of_waves (FALSE);
  g_autoptr (PymvaDatasetReport) report = make_report (dataset);
  g_auto (GStrv) ranked = pymva_dataset_report_list_ranked (report);

  ASSERT_TENSOR (pymva_dataset_report_get_separations (report, NULL, &error),
                 0.38552168457928815, 0.4129407480181529);
  ASSERT_TENSOR (pymva_dataset_report_get_separations (report, "background", &error),
                 0.38552168457928815, 0.4129407480181529);
  ASSERT_TENSOR (pymva_dataset_report_get_overlaps (report, NULL, &error),
                 0.5, 0.43311036789297663);
  g_assert_true (g_strv_equal ((const char * const *) ranked,
                               (const char * const[]) { "y", "x", NULL }));
}

static void
test_missing (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset_of_waves (TRUE);
  g_autoptr (PymvaDatasetReport) report = make_report (dataset);
  const double correlation = 0.29733318938825926;

  ASSERT_TENSOR (STATISTIC (COUNT, "signal"), 200, 180);
  ASSERT_TENSOR (STATISTIC (MISSING, "signal"), 0, 20);
  ASSERT_TENSOR (STATISTIC (MISSING, "background"), 0, 0);
  ASSERT_TENSOR (STATISTIC (SUM_OF_WEIGHTS, "signal"), 299, 270);
  ASSERT_TENSOR (STATISTIC (MEAN, "signal"), 0.007315215743442742, 0.0016466264216298307);
  ASSERT_TENSOR (STATISTIC (RMS, "signal"), 0.7064029033235474, 0.7342088308024649);
  ASSERT_TENSOR (pymva_dataset_report_get_correlations (report, "signal", &error),
                 1, correlation, correlation, 1);
}

static void
test_regression (void)
{
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaTable) table = make_waves (0, 1, FALSE);
  g_autoptr (PymvaDatasetReport) report = NULL;
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) columns = NULL;
  g_auto (GStrv) ranked = NULL;
  g_autofree char *text = NULL;

  pymva_dataset_add_variable (dataset, "x", &local_error);
  pymva_dataset_add_variable (dataset, "y", &local_error);
  pymva_dataset_add_variable (dataset, "one := 1 + 0 * x", &local_error);
  pymva_dataset_add_target (dataset, "t := x * x + y", &local_error);
  pymva_dataset_add_events (dataset, table, 1, &local_error);
  g_assert_no_error (local_error);
  pymva_dataset_set_test_fraction (dataset, 0);
  report = make_report (dataset);

  columns = pymva_dataset_report_list_columns (report);
  g_assert_true (g_strv_equal ((const char * const *) columns,
                               (const char * const[]) { "x", "y", "one", "t", NULL }));
  ranked = pymva_dataset_report_list_ranked (report);
  g_assert_true (g_strv_equal ((const char * const *) ranked,
                               (const char * const[]) { "y", "x", "one", NULL }));
  {
    g_autoptr (PymvaTensor) matrix =
      pymva_dataset_report_get_correlations (report, NULL, &local_error);
    gsize n;
    g_autofree double *values = pymva_tensor_to_doubles (matrix, &n);

    g_assert_cmpuint (n, ==, 16);
    g_assert_cmpfloat_with_epsilon (values[3], 0.510810351156013, 1e-12);
    g_assert_cmpfloat_with_epsilon (values[4 * 3 + 1], 0.9690794677592564, 1e-12);
    g_assert_true (isnan (values[4 * 2 + 2]) && isnan (values[2]));
  }
  text = pymva_dataset_report_format (report);
  g_assert_nonnull (strstr (text, "   1 : y        :                 9.691e-01\n"));

  g_assert_null (pymva_dataset_report_get_separations (report, NULL, &local_error));
  g_assert_error (local_error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
test_format (void)
{
  g_autoptr (PymvaDataset) dataset = make_dataset_of_waves (FALSE);
  g_autoptr (PymvaDatasetReport) report = make_report (dataset);
  g_autofree char *text = pymva_dataset_report_format (report);

  g_assert_cmpstr (
    text, ==,
    "Variables (signal): 200 events, sum of weights 299\n"
    "-------------------------------------------------------------------------\n"
    "Variable         Mean          RMS   [        Min          Max ]  Missing\n"
    "-------------------------------------------------------------------------\n"
    "x       :   0.0073152       0.7064   [   -0.99999      0.99991 ]        0\n"
    "y       :   0.0040774      0.73745   [       -1.3       1.0112 ]        0\n"
    "-------------------------------------------------------------------------\n"
    "\n"
    "Variables (background): 200 events, sum of weights 299\n"
    "-------------------------------------------------------------------------\n"
    "Variable         Mean          RMS   [        Min          Max ]  Missing\n"
    "-------------------------------------------------------------------------\n"
    "x       :     0.50732       0.7064   [   -0.49999       1.4999 ]        0\n"
    "y       :   0.0081549       1.4749   [    -2.5999       2.0224 ]        0\n"
    "-------------------------------------------------------------------------\n"
    "\n"
    "Correlation matrix (signal):\n"
    "------------------\n"
    "         x       y\n"
    "x:  +1.000  +0.280\n"
    "y:  +0.280  +1.000\n"
    "------------------\n"
    "\n"
    "Correlation matrix (background):\n"
    "------------------\n"
    "         x       y\n"
    "x:  +1.000  +0.280\n"
    "y:  +0.280  +1.000\n"
    "------------------\n"
    "\n"
    "Ranking of the variables (the top one is best)\n"
    "--------------------------------------\n"
    "Rank : Variable : Separation : Overlap\n"
    "--------------------------------------\n"
    "   1 : y        :  4.129e-01 :   0.433\n"
    "   2 : x        :  3.855e-01 :   0.500\n"
    "--------------------------------------\n");
}

/* Any columns of numbers, without a meaning. */
static void
test_table (void)
{
  g_autoptr (PymvaTable) table = make_waves (0, 1, TRUE);
  g_autoptr (PymvaTable) words = pymva_table_new ();
  g_autoptr (PymvaDatasetReport) report = NULL;
  g_auto (GStrv) columns = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  double twice[N_EVENTS];

  for (int i = 0; i < N_EVENTS; i++)
    twice[i] = 2 * i;
  set_column (table, "two words", twice, N_EVENTS);
  report = pymva_dataset_report_new_for_table (table, "w", "x > -2", &local_error);
  g_assert_no_error (local_error);

  columns = pymva_dataset_report_list_columns (report);
  g_assert_true (g_strv_equal ((const char * const *) columns,
                               (const char * const[]) { "x", "y", "w", "two words", NULL }));
  g_assert_cmpint (pymva_dataset_report_get_n_events (report, NULL), ==, N_EVENTS);
  g_assert_cmpint (pymva_dataset_report_get_n_events (report, "signal"), ==, -1);
  g_assert_cmpfloat (pymva_dataset_report_get_sum_of_weights (report, NULL), ==, 299);
  g_assert_true (isnan (pymva_dataset_report_get_sum_of_weights (report, "signal")));
  ASSERT_TENSOR (STATISTIC (MISSING, NULL), 0, 20, 0, 0);
  ASSERT_TENSOR (STATISTIC (MAXIMUM, NULL), 0.9999118447303772, 1.0112138986587524, 2.5, 398);
  text = pymva_dataset_report_format (report);
  g_assert_null (strstr (text, "Ranking"));

  set_text_column (words, "word", (const char * const[]) { "a", "b", NULL });
  g_assert_null (pymva_dataset_report_new_for_table (words, NULL, NULL, &local_error));
  g_assert_error (local_error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_clear_error (&local_error);
  g_assert_null (pymva_dataset_report_new_for_table (table, "nowhere", NULL, &local_error));
  g_assert_error (local_error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
  g_clear_error (&local_error);
  g_assert_null (pymva_dataset_report_new_for_table (table, NULL, "x > 2", &local_error));
  g_assert_error (local_error, PYMVA_ERROR, PYMVA_ERROR_DATA);
}

static void
test_errors (void)
{
  g_autoptr (PymvaDataset) empty = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaDataset) dataset = make_dataset_of_waves (FALSE);
  g_autoptr (PymvaDatasetReport) report = make_report (dataset);
  g_autoptr (PymvaDatasetReport) bare = g_object_new (PYMVA_TYPE_DATASET_REPORT, NULL);
  g_auto (GStrv) ranked = pymva_dataset_report_list_ranked (bare);
  g_autofree char *text = pymva_dataset_report_format (bare);
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_dataset_report_new (empty, PYMVA_PART_TEST, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (pymva_dataset_report_get_correlations (report, "signl", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "did you mean “signal”"));
  g_clear_error (&error);
  g_assert_null (pymva_dataset_report_get_correlations (bare, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_null (ranked[0]);
  g_assert_cmpstr (text, ==, "");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dataset/report/statistics", test_statistics);
  g_test_add_func ("/dataset/report/correlations", test_correlations);
  g_test_add_func ("/dataset/report/separations", test_separations);
  g_test_add_func ("/dataset/report/missing", test_missing);
  g_test_add_func ("/dataset/report/regression", test_regression);
  g_test_add_func ("/dataset/report/table", test_table);
  g_test_add_func ("/dataset/report/format", test_format);
  g_test_add_func ("/dataset/report/errors", test_errors);

  return g_test_run ();
}
