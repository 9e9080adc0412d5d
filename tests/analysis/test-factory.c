/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "analysis/pymva-factory-private.h"

#include "events.h"

static PymvaMethod *
new_method (const char *title)
{
  return g_object_new (PYMVA_TYPE_RANDOM_FOREST, "title", title, NULL);
}

static PymvaFactory *
new_factory (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (20, FALSE);

  return pymva_factory_new ("job", dataset);
}

static void
changed_cb (GListModel *model,
            guint position,
            guint removed,
            guint added,
            gpointer user_data)
{
  guint *count = user_data;

  g_assert_cmpuint (position, ==, *count);
  g_assert_cmpuint (removed, ==, 0);
  g_assert_cmpuint (added, ==, 1);
  (*count)++;
}

static void
test_booking (void)
{
  const char * const expected[] = { "forest", "forest (2)", "other", "forest (3)", NULL };
  g_autoptr (PymvaFactory) factory = new_factory ();
  g_autoptr (PymvaMethod) first = new_method ("forest");
  g_autoptr (PymvaMethod) second = new_method ("forest");
  g_autoptr (PymvaMethod) third = new_method ("other");
  g_autoptr (PymvaMethod) fourth = new_method ("forest");
  g_autoptr (PymvaMethod) item = NULL;
  g_autofree char *job = NULL;
  g_auto (GStrv) titles = NULL;
  guint n_changes = 0;
  guint n_items;
  GType item_type;

  g_signal_connect (factory, "items-changed", G_CALLBACK (changed_cb), &n_changes);
  pymva_factory_book (factory, first);
  pymva_factory_book (factory, second);
  pymva_factory_book (factory, third);
  pymva_factory_book (factory, fourth);

  g_assert_cmpuint (n_changes, ==, 4);
  titles = pymva_factory_list_titles (factory);
  g_assert_cmpstrv (titles, expected);
  g_assert_true (pymva_factory_get_method (factory, "forest (2)") == second);
  g_assert_null (pymva_factory_get_method (factory, "forest (4)"));

  g_object_get (factory, "job", &job, "n-items", &n_items, "item-type", &item_type, NULL);
  g_assert_cmpstr (job, ==, "job");
  g_assert_cmpuint (n_items, ==, 4);
  g_assert_true (item_type == PYMVA_TYPE_METHOD);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (factory)) == PYMVA_TYPE_METHOD);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (factory)), ==, 4);
  item = g_list_model_get_item (G_LIST_MODEL (factory), 2);
  g_assert_true (item == third);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (factory), 4));
}

static void
assert_fails (gboolean success,
              GError *error,
              PymvaError code,
              const char *words)
{
  g_assert_false (success);
  g_assert_error (error, PYMVA_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, words));
  g_error_free (error);
}

static void
test_nothing_booked (void)
{
  g_autoptr (PymvaFactory) factory = new_factory ();
  g_autofree char *tables = pymva_factory_format_tables (factory);
  GError *error = NULL;
  gboolean success;

  g_assert_cmpstr (tables, ==, "");
  success = pymva_factory_train_all (factory, NULL, &error);
  assert_fails (success, g_steal_pointer (&error), PYMVA_ERROR_VALUE, "no methods");
  success = pymva_factory_test_all (factory, NULL, &error);
  assert_fails (success, g_steal_pointer (&error), PYMVA_ERROR_VALUE, "no methods");
  success = pymva_factory_evaluate_all (factory, NULL, &error);
  assert_fails (success, g_steal_pointer (&error), PYMVA_ERROR_VALUE, "no methods");
}

static void
test_nothing_trained (void)
{
  g_autoptr (PymvaFactory) factory = new_factory ();
  g_autoptr (PymvaMethod) method = new_method ("forest");
  g_autoptr (PymvaTensor) correlations = NULL;
  GError *error = NULL;
  gboolean success;
  gpointer result;

  pymva_factory_book (factory, method);
  success = pymva_factory_test_all (factory, NULL, &error);
  assert_fails (success, g_steal_pointer (&error), PYMVA_ERROR_NOT_TRAINED, "train_all");
  success = pymva_factory_evaluate_all (factory, NULL, &error);
  assert_fails (success, g_steal_pointer (&error), PYMVA_ERROR_NOT_TRAINED, "train_all");

  result = pymva_factory_get_evaluation (factory, "forest", PYMVA_PART_TEST, &error);
  assert_fails (result != NULL, g_steal_pointer (&error), PYMVA_ERROR_NOT_TRAINED, "forest");
  result = pymva_factory_get_responses (factory, "forest", PYMVA_PART_TEST, &error);
  assert_fails (result != NULL, g_steal_pointer (&error), PYMVA_ERROR_NOT_TRAINED, "forest");
  result = pymva_factory_get_evaluation (factory, "forst", PYMVA_PART_TEST, &error);
  assert_fails (result != NULL, g_steal_pointer (&error), PYMVA_ERROR_VALUE, "“forest”");
  result = pymva_factory_get_responses (factory, "forst", PYMVA_PART_TEST, &error);
  assert_fails (result != NULL, g_steal_pointer (&error), PYMVA_ERROR_VALUE, "“forest”");
  g_assert_null (pymva_factory_get_failure (factory, "forest"));
  g_assert_null (pymva_factory_get_failure (factory, "forst"));

  correlations = pymva_factory_get_correlations (factory, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pymva_tensor_get_n_elements (correlations), ==, 1);
}

static void
test_bad_dataset (void)
{
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaFactory) factory = pymva_factory_new ("job", dataset);
  g_autoptr (PymvaMethod) method = new_method ("forest");
  GError *error = NULL;
  gboolean success;

  pymva_factory_book (factory, method);
  success = pymva_factory_train_all (factory, NULL, &error);
  assert_fails (success, g_steal_pointer (&error), PYMVA_ERROR_VALUE, "no variables");
  /* That is not the method's fault. */
  g_assert_null (pymva_factory_get_failure (factory, "forest"));
  g_assert_null (pymva_factory_get_variable_ranking (factory, &error));
  assert_fails (FALSE, g_steal_pointer (&error), PYMVA_ERROR_VALUE, "no variables");
}

static void
test_variable_ranking (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, TRUE);
  g_autoptr (PymvaFactory) factory = pymva_factory_new ("job", dataset);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) ranking = pymva_factory_get_variable_ranking (factory, &error);
  g_autoptr (PymvaDatasetReport) report = NULL;
  g_autoptr (PymvaTensor) separations = NULL;
  g_autofree double *values = NULL;
  g_autofree double *expected = NULL;
  gsize n_values, n_expected;

  g_assert_no_error (error);
  report = pymva_dataset_report_new (dataset, PYMVA_PART_TRAINING, &error);
  g_assert_no_error (error);
  separations = pymva_dataset_report_get_separations (report, "signal", &error);
  g_assert_no_error (error);
  values = pymva_tensor_to_doubles (ranking, &n_values);
  expected = pymva_tensor_to_doubles (separations, &n_expected);
  g_assert_cmpmem (values, n_values * sizeof (double), expected, n_expected * sizeof (double));
  g_assert_cmpuint (n_values, ==, 4);
}

static void
test_regression_ranking (void)
{
  const double events[] = { 1, 4, 2, 1, 3, 3, 4, 2, 5, 9, 6, 5 };
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (PymvaFactory) factory = pymva_factory_new ("job", dataset);
  g_autoptr (PymvaTensor) ranking = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree double *ranks = NULL;

  for (guint k = 0; k < 2; k++)
    {
      double column[6];
      g_autoptr (PymvaTensor) tensor = NULL;

      for (guint i = 0; i < 6; i++)
        column[i] = events[2 * i + k];
      tensor = pymva_tensor_new_from_doubles (column, 6, 0, &error);
      g_assert_no_error (error);
      g_assert_true (pymva_table_add_column (table, k == 0 ? "a" : "b", tensor, &error));
    }
  g_assert_true (pymva_dataset_add_events (dataset, table, 1, &error));
  g_assert_true (pymva_dataset_add_variable (dataset, "a", &error));
  g_assert_true (pymva_dataset_add_variable (dataset, "b", &error));
  g_assert_true (pymva_dataset_add_target (dataset, "-2 * a", &error));
  pymva_dataset_set_test_fraction (dataset, 0);

  ranking = pymva_factory_get_variable_ranking (factory, &error);
  g_assert_no_error (error);
  ranks = pymva_tensor_to_doubles (ranking, NULL);
  g_assert_cmpfloat_with_epsilon (ranks[0], 1, 1e-12);
  /* numpy.corrcoef (a, b) */
  g_assert_cmpfloat_with_epsilon (ranks[1], 0.5291502622129182, 1e-12);
}

static void
test_bare (void)
{
  PymvaFactory *factory = g_object_new (PYMVA_TYPE_FACTORY, NULL);
  g_autoptr (PymvaMethod) method = new_method ("forest");
  g_autofree char *tables = NULL;
  GError *error = NULL;
  gboolean success;

  g_assert_null (pymva_factory_get_job (factory));
  g_assert_null (pymva_factory_get_dataset (factory));
  pymva_factory_book (factory, method);
  success = pymva_factory_train_all (factory, NULL, &error);
  assert_fails (success, g_steal_pointer (&error), PYMVA_ERROR_VALUE, "no data set");
  tables = pymva_factory_format_tables (factory);
  g_assert_cmpstr (tables, ==, "");
  g_assert_finalize_object (factory);
}

/* Books a method that says 0.5, 0.3 and 0.2 of one event of each of three classes. */
static void
book_evaluated (PymvaFactory *factory,
                const char *title,
                gboolean both_parts)
{
  static const double responses[] = { 0.5, 0.3, 0.2, 0.5, 0.3, 0.2, 0.5, 0.3, 0.2 };
  g_autoptr (PymvaTensor) response_tensor = pymva_tensor_new_from_doubles (responses, 9, 3, NULL);
  g_autoptr (PymvaTensor) labels =
    pymva_tensor_new_from_doubles ((const double[]) { 0, 1, 2 }, 3, 0, NULL);
  g_autoptr (PymvaMethod) method = new_method (title);
  PymvaFactoryEntry *entry;

  pymva_factory_book (factory, method);
  entry = pymva_factory_find (factory, title);
  for (guint part = 0; part <= (guint) both_parts; part++)
    entry->evaluations[part] = pymva_evaluation_new (response_tensor, labels, NULL, NULL);
}

/* What is left of a data set that has changed, or of an evaluation that failed, is no reason not
 * to print the others. */
static void
test_old_evaluations (void)
{
  g_autoptr (PymvaDataset) dataset = new_three_classes (10);
  g_autoptr (PymvaFactory) factory = pymva_factory_new ("job", dataset);
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *all = NULL;
  g_autofree char *some = NULL;
  g_autofree char *none = NULL;

  book_evaluated (factory, "whole", TRUE);
  all = pymva_factory_format_tables (factory);
  g_assert_nonnull (strstr (all, "whole"));
  g_assert_nonnull (strstr (all, "Kolmogorov"));

  book_evaluated (factory, "half", FALSE);
  some = pymva_factory_format_tables (factory);
  g_assert_nonnull (strstr (some, "half"));
  g_assert_null (strstr (some, "Kolmogorov"));

  pymva_dataset_add_class (dataset, "more", table, 1, &error);
  g_assert_no_error (error);
  none = pymva_factory_format_tables (factory);
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/factory/booking", test_booking);
  g_test_add_func ("/factory/nothing-booked", test_nothing_booked);
  g_test_add_func ("/factory/nothing-trained", test_nothing_trained);
  g_test_add_func ("/factory/bad-dataset", test_bad_dataset);
  g_test_add_func ("/factory/variable-ranking", test_variable_ranking);
  g_test_add_func ("/factory/regression-ranking", test_regression_ranking);
  g_test_add_func ("/factory/bare", test_bare);
  g_test_add_func ("/factory/old-evaluations", test_old_evaluations);

  return g_test_run ();
}
