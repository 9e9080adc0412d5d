/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "events.h"

/* What a run emitted: "started forest", "trained forest" ..., and on which thread. */
typedef struct
{
  GThread *thread;
  GMainContext *context;
  GString *log;
  GCancellable *cancellable;
  gboolean completed;
  gboolean success;
  GError *error;
} Record;

static void
record_init (Record *record)
{
  *record = (Record) { .thread = g_thread_self (), .log = g_string_new (NULL) };
}

static void
record_clear (Record *record)
{
  g_string_free (record->log, TRUE);
  g_clear_object (&record->cancellable);
  g_clear_error (&record->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, record_clear)

static void
note (Record *record,
      const char *what,
      PymvaMethod *method)
{
  g_assert_true (g_thread_self () == record->thread);
  if (record->context != NULL)
    g_assert_true (g_main_context_is_owner (record->context));
  g_assert_false (record->completed);
  g_string_append_printf (record->log, "%s %s; ", what, pymva_method_get_title (method));
}

static void
started_cb (PymvaFactory *factory,
            PymvaMethod *method,
            gpointer user_data)
{
  note (user_data, "started", method);
}

static void
trained_cb (PymvaFactory *factory,
            PymvaMethod *method,
            gpointer user_data)
{
  Record *record = user_data;

  g_assert_true (pymva_method_get_trained (method));
  note (record, "trained", method);
  if (record->cancellable != NULL)
    g_cancellable_cancel (record->cancellable);
}

static void
failed_cb (PymvaFactory *factory,
           PymvaMethod *method,
           GError *error,
           gpointer user_data)
{
  g_autoptr (GError) kept = pymva_factory_get_failure (factory, pymva_method_get_title (method));

  g_assert_cmpstr (kept->message, ==, error->message);
  note (user_data, "failed", method);
}

static void
watch (PymvaFactory *factory,
       Record *record)
{
  g_signal_connect (factory, "method-started", G_CALLBACK (started_cb), record);
  g_signal_connect (factory, "method-trained", G_CALLBACK (trained_cb), record);
  g_signal_connect (factory, "method-failed", G_CALLBACK (failed_cb), record);
}

static void
book_forest (PymvaFactory *factory,
             const char *title,
             int n_estimators,
             const char *criterion)
{
  g_autoptr (PymvaMethod) method =
    g_object_new (PYMVA_TYPE_RANDOM_FOREST, "title", title, "n-estimators", n_estimators,
                  "criterion", criterion, NULL);

  pymva_factory_book (factory, method);
}

/* Two forests that can be trained, and two that cannot, between them. */
static PymvaFactory *
new_mixed (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, TRUE);
  PymvaFactory *factory = pymva_factory_new ("job", dataset);

  book_forest (factory, "small", 3, "gini");
  book_forest (factory, "zero", 0, "gini");
  book_forest (factory, "word", 3, "ginny");
  book_forest (factory, "large", 12, "gini");

  return factory;
}

static PymvaFactory *
new_good (PymvaDataset *dataset,
          const char *criterion)
{
  PymvaFactory *factory = pymva_factory_new ("job", dataset);

  book_forest (factory, "small", 2, criterion);
  book_forest (factory, "large", 12, criterion);

  return factory;
}

static PymvaEvaluation *
get_evaluation (PymvaFactory *factory,
                const char *title,
                PymvaPart part)
{
  g_autoptr (GError) error = NULL;
  PymvaEvaluation *evaluation = pymva_factory_get_evaluation (factory, title, part, &error);

  g_assert_no_error (error);
  return evaluation;
}

/* The evaluation is that of what the method predicts. */
static void
assert_evaluation (PymvaFactory *factory,
                   const char *title,
                   PymvaPart part)
{
  PymvaDataset *dataset = pymva_factory_get_dataset (factory);
  PymvaMethod *method = pymva_factory_get_method (factory, title);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) inputs = pymva_dataset_get_inputs (dataset, part, &error);
  g_autoptr (PymvaTensor) labels = pymva_dataset_get_labels (dataset, part, &error);
  g_autoptr (PymvaTensor) weights = pymva_dataset_get_weights (dataset, part, &error);
  g_autoptr (PymvaTensor) responses = pymva_method_predict (method, inputs, NULL, &error);
  g_autoptr (PymvaTensor) kept = pymva_factory_get_responses (factory, title, part, &error);
  g_autoptr (PymvaEvaluation) expected = NULL;
  g_autoptr (PymvaEvaluation) evaluation = get_evaluation (factory, title, part);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (kept), pymva_tensor_get_bytes (responses)));
  expected = pymva_evaluation_new (responses, labels, weights, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (pymva_evaluation_get_auc (evaluation), ==,
                     pymva_evaluation_get_auc (expected));
  g_assert_cmpint (pymva_evaluation_get_n_events (evaluation), ==,
                   pymva_dataset_get_n_events (dataset, part, NULL));
}

static void
test_failures (void)
{
  g_autoptr (PymvaFactory) factory = new_mixed ();
  g_auto (Record) record;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *tables = NULL;

  record_init (&record);
  watch (factory, &record);
  g_assert_false (pymva_factory_train_all (factory, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  g_assert_true (g_str_has_prefix (error->message, "2 of 4 methods failed: “zero” ("));
  g_assert_nonnull (strstr (error->message, "“word” ("));
  g_assert_cmpstr (record.log->str, ==,
                   "started small; trained small; started zero; failed zero; started word; failed "
                   "word; started large; trained large; ");

  failure = pymva_factory_get_failure (factory, "word");
  g_assert_error (failure, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (failure->message, "gini"));
  g_clear_error (&error);
  g_assert_null (pymva_factory_get_evaluation (factory, "word", PYMVA_PART_TEST, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (pymva_factory_get_evaluation (factory, "small", PYMVA_PART_TEST, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "evaluate_all"));
  g_clear_error (&error);

  g_assert_true (pymva_factory_test_all (factory, NULL, &error));
  g_assert_true (pymva_factory_evaluate_all (factory, NULL, &error));
  g_assert_no_error (error);
  for (PymvaPart part = PYMVA_PART_TRAINING; part <= PYMVA_PART_TEST; part++)
    {
      assert_evaluation (factory, "small", part);
      assert_evaluation (factory, "large", part);
    }
  tables = pymva_factory_format_tables (factory);
  g_assert_nonnull (strstr (tables, "\nMethods that failed:\nzero: “n-estimators”"));

  /* What is mended works, and what was known before is forgotten. */
  g_object_set (pymva_factory_get_method (factory, "zero"), "n-estimators", 2, NULL);
  g_object_set (pymva_factory_get_method (factory, "word"), "criterion", "gini", NULL);
  g_assert_true (pymva_factory_train_all (factory, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (pymva_factory_get_failure (factory, "zero"));
  g_assert_null (pymva_factory_get_evaluation (factory, "small", PYMVA_PART_TEST, NULL));
}

static void
test_one_failure (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (20, FALSE);
  g_autoptr (PymvaFactory) factory = pymva_factory_new ("job", dataset);
  g_autoptr (GError) error = NULL;

  book_forest (factory, "good", 2, "gini");
  book_forest (factory, "bad", 2, "ginny");
  g_assert_false (pymva_factory_train_all (factory, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_true (pymva_method_get_trained (pymva_factory_get_method (factory, "good")));
}

/* Two methods fail in Python: both tracebacks are kept. */
static void
test_tracebacks (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (20, FALSE);
  g_autoptr (PymvaFactory) factory = pymva_factory_new ("job", dataset);
  g_autoptr (GError) error = NULL;
  g_autofree char *traceback = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PymvaMethod) method =
        g_object_new (PYMVA_TYPE_TORCH, "title", i == 0 ? "first" : "second", "user-code",
                      i == 0 ? "raise KeyError('mine')" : "raise IndexError('yours')", NULL);

      pymva_factory_book (factory, method);
    }
  g_assert_false (pymva_factory_train_all (factory, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  traceback = pymva_error_dup_traceback (error);
  g_assert_nonnull (strstr (traceback, "KeyError"));
  g_assert_nonnull (strstr (traceback, "IndexError"));
}

static void
test_cancel (void)
{
  g_autoptr (PymvaFactory) factory = new_mixed ();
  g_auto (Record) record;
  g_autoptr (GError) error = NULL;

  record_init (&record);
  record.cancellable = g_cancellable_new ();
  watch (factory, &record);
  g_assert_false (pymva_factory_train_all (factory, record.cancellable, &error));
  /* A method whose parameters are no good fails before it is cancelled. */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (pymva_method_get_trained (pymva_factory_get_method (factory, "small")));
  g_assert_false (pymva_method_get_trained (pymva_factory_get_method (factory, "large")));
  g_assert_null (pymva_factory_get_failure (factory, "large"));
  g_clear_error (&error);

  g_assert_false (pymva_factory_evaluate_all (factory, record.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (pymva_factory_evaluate_all (factory, NULL, &error));
  g_assert_no_error (error);
}

static void
done_cb (GObject *source,
         GAsyncResult *result,
         gpointer user_data)
{
  Record *record = user_data;
  PymvaFactory *factory = PYMVA_FACTORY (source);
  gpointer tag = g_task_get_source_tag (G_TASK (result));

  g_assert_true (g_thread_self () == record->thread);
  g_assert_true (g_main_context_is_owner (record->context));
  if (tag == pymva_factory_train_all_async)
    record->success = pymva_factory_train_all_finish (factory, result, &record->error);
  else if (tag == pymva_factory_test_all_async)
    record->success = pymva_factory_test_all_finish (factory, result, &record->error);
  else
    record->success = pymva_factory_evaluate_all_finish (factory, result, &record->error);
  record->completed = TRUE;
}

typedef void (*StartFunc) (PymvaFactory *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

static void
run_async (PymvaFactory *factory,
           StartFunc start,
           Record *record)
{
  record->completed = FALSE;
  g_clear_error (&record->error);
  start (factory, record->cancellable, done_cb, record);
  while (!record->completed)
    g_main_context_iteration (record->context, TRUE);
}

static gpointer
run_on_thread (gpointer data)
{
  g_autoptr (PymvaFactory) factory = new_mixed ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_auto (Record) record;
  g_auto (Record) second;

  g_main_context_push_thread_default (context);
  record_init (&record);
  record_init (&second);
  record.context = second.context = context;
  watch (factory, &record);

  pymva_factory_train_all_async (factory, NULL, done_cb, &record);
  /* One at a time. */
  run_async (factory, pymva_factory_train_all_async, &second);
  g_assert_error (second.error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  while (!record.completed)
    g_main_context_iteration (context, TRUE);
  g_assert_false (record.success);
  g_assert_error (record.error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  g_assert_cmpstr (record.log->str, ==,
                   "started small; trained small; started zero; failed zero; started word; failed "
                   "word; started large; trained large; ");

  run_async (factory, pymva_factory_test_all_async, &record);
  g_assert_no_error (record.error);
  run_async (factory, pymva_factory_evaluate_all_async, &record);
  g_assert_no_error (record.error);
  g_assert_true (record.success);
  assert_evaluation (factory, "small", PYMVA_PART_TEST);
  g_main_context_pop_thread_default (context);

  return NULL;
}

static void
test_async (void)
{
  GThread *thread = g_thread_new ("factory", run_on_thread, NULL);

  g_thread_join (thread);
}

static void
test_cancel_async (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);
  g_autoptr (PymvaFactory) factory = new_good (dataset, "gini");
  g_auto (Record) record;

  record_init (&record);
  record.context = g_main_context_default ();
  record.cancellable = g_cancellable_new ();
  watch (factory, &record);
  run_async (factory, pymva_factory_train_all_async, &record);
  g_assert_error (record.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (record.log->str, ==, "started small; trained small; started large; ");
  run_async (factory, pymva_factory_evaluate_all_async, &record);
  g_assert_error (record.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
evaluate (PymvaFactory *factory)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pymva_factory_train_all (factory, NULL, &error));
  g_assert_true (pymva_factory_evaluate_all (factory, NULL, &error));
  g_assert_no_error (error);
}

/* The numbers in the tables are those of the evaluations. */
static void
test_classification_tables (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, TRUE);
  g_autoptr (PymvaFactory) factory = new_good (dataset, "gini");
  g_autoptr (PymvaEvaluation) of_test = NULL;
  g_autoptr (PymvaEvaluation) of_training = NULL;
  g_autoptr (PymvaEvaluation) other = NULL;
  g_autoptr (PymvaTensor) correlations = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *tables = NULL;
  g_autofree char *area = NULL;
  g_autofree char *efficiencies = NULL;
  double correlation;

  evaluate (factory);
  of_test = get_evaluation (factory, "large", PYMVA_PART_TEST);
  of_training = get_evaluation (factory, "large", PYMVA_PART_TRAINING);
  other = get_evaluation (factory, "small", PYMVA_PART_TEST);
  tables = pymva_factory_format_tables (factory);

  /* The larger forest is the better one. */
  area = g_strdup_printf ("Name:         Method:          ROC-integ\n"
                          "job           large          : %.3f\n"
                          "job           small          : %.3f\n",
                          pymva_evaluation_get_auc (of_test), pymva_evaluation_get_auc (other));
  g_assert_nonnull (strstr (tables, area));
  efficiencies = g_strdup_printf (
    "\njob                  large          : %.3f (%.3f)       %.3f (%.3f)      %.3f (%.3f)\n",
    pymva_evaluation_get_signal_efficiency (of_test, 0.01),
    pymva_evaluation_get_signal_efficiency (of_training, 0.01),
    pymva_evaluation_get_signal_efficiency (of_test, 0.10),
    pymva_evaluation_get_signal_efficiency (of_training, 0.10),
    pymva_evaluation_get_signal_efficiency (of_test, 0.30),
    pymva_evaluation_get_signal_efficiency (of_training, 0.30));
  g_assert_nonnull (strstr (tables, efficiencies));
  g_assert_nonnull (strstr (tables, "Rank : Variable  : Variable Importance\n"));
  g_assert_nonnull (strstr (tables, "Inter-MVA overlap matrix (background)"));

  correlations = pymva_factory_get_correlations (factory, 1, &error);
  g_assert_no_error (error);
  correlation = pymva_tensor_get_value (correlations, (const gint64[]) { 0, 1 }, 2);
  g_assert_cmpfloat_with_epsilon (
    correlation, pymva_evaluation_get_correlation (other, of_test, 1, &error), 1e-12);
  g_assert_null (pymva_factory_get_correlations (factory, 2, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
test_multiclass_tables (void)
{
  g_autoptr (PymvaDataset) dataset = new_three_classes (100);
  g_autoptr (PymvaFactory) factory = new_good (dataset, "gini");
  g_autoptr (PymvaEvaluation) of_test = NULL;
  g_autoptr (PymvaEvaluation) of_training = NULL;
  g_autoptr (PymvaTensor) pairs = NULL;
  g_autoptr (PymvaTensor) training_pairs = NULL;
  g_autofree char *tables = NULL;
  g_autofree char *row = NULL;
  g_autofree char *cell = NULL;

  evaluate (factory);
  of_test = get_evaluation (factory, "large", PYMVA_PART_TEST);
  of_training = get_evaluation (factory, "large", PYMVA_PART_TRAINING);
  tables = pymva_factory_format_tables (factory);
  row = g_strdup_printf ("\n               y              %.3f (%.3f)  %.3f (%.3f)",
                         pymva_evaluation_get_class_auc (of_test, 1),
                         pymva_evaluation_get_class_auc (of_training, 1),
                         pymva_evaluation_get_class_signal_efficiency (of_test, 1, 0.01),
                         pymva_evaluation_get_class_signal_efficiency (of_training, 1, 0.01));
  g_assert_nonnull (strstr (tables, row));
  pairs = pymva_evaluation_get_pairwise_efficiencies (of_test, 0.30);
  training_pairs = pymva_evaluation_get_pairwise_efficiencies (of_training, 0.30);
  cell = g_strdup_printf (
    "\n z              %.3f (%.3f)  ",
    pymva_tensor_get_value (pairs, (const gint64[]) { 2, 0 }, 2),
    pymva_tensor_get_value (training_pairs, (const gint64[]) { 2, 0 }, 2));
  g_assert_nonnull (strstr (tables, cell));
}

static void
test_regression_tables (void)
{
  g_autoptr (PymvaDataset) dataset = new_regression (200);
  g_autoptr (PymvaFactory) factory = new_good (dataset, "squared-error");
  g_autoptr (PymvaEvaluation) of_test = NULL;
  g_autoptr (PymvaEvaluation) target = NULL;
  g_auto (GStrv) targets = NULL;
  g_autofree char *tables = NULL;
  g_autofree char *row = NULL;
  g_autofree char *target_row = NULL;

  evaluate (factory);
  of_test = get_evaluation (factory, "large", PYMVA_PART_TEST);
  target = pymva_evaluation_get_output (of_test, 0);
  tables = pymva_factory_format_tables (factory);
  row = g_strdup_printf ("  <Bias> <Bias_T>      RMS    RMS_T  |  MutInf MutInf_T\n%.98s\n"
                         "job                  large          :%#9.3g%#9.3g%#9.3g%#9.3g  |  %.3f  "
                         "%.3f\n",
                         "-------------------------------------------------------------------------"
                         "-------------------------",
                         pymva_evaluation_get_bias (of_test),
                         pymva_evaluation_get_truncated_bias (of_test),
                         pymva_evaluation_get_rms (of_test),
                         pymva_evaluation_get_truncated_rms (of_test),
                         pymva_evaluation_get_mutual_information (of_test),
                         pymva_evaluation_get_truncated_mutual_information (of_test));
  g_assert_nonnull (strstr (tables, row));
  targets = pymva_dataset_list_targets (dataset);
  target_row = g_strdup_printf ("\njob                    %-13s:%#9.3g", targets[0],
                                pymva_evaluation_get_bias (target));
  g_assert_nonnull (strstr (tables, target_row));
  g_assert_nonnull (strstr (tables, "|Correlation with target|"));
}

static void
test_no_test_events (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);
  g_autoptr (PymvaFactory) factory = new_good (dataset, "gini");
  g_autoptr (PymvaEvaluation) of_training = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *tables = NULL;

  pymva_dataset_set_test_fraction (dataset, 0);
  evaluate (factory);
  of_training = get_evaluation (factory, "large", PYMVA_PART_TRAINING);
  g_assert_null (pymva_factory_get_evaluation (factory, "large", PYMVA_PART_TEST, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  tables = pymva_factory_format_tables (factory);
  g_assert_nonnull (strstr (tables, "large          : - ("));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/factory/failures", test_failures);
  g_test_add_func ("/factory/one-failure", test_one_failure);
  g_test_add_func ("/factory/tracebacks", test_tracebacks);
  g_test_add_func ("/factory/cancel", test_cancel);
  g_test_add_func ("/factory/async", test_async);
  g_test_add_func ("/factory/cancel-async", test_cancel_async);
  g_test_add_func ("/factory/classification-tables", test_classification_tables);
  g_test_add_func ("/factory/multiclass-tables", test_multiclass_tables);
  g_test_add_func ("/factory/regression-tables", test_regression_tables);
  g_test_add_func ("/factory/no-test-events", test_no_test_events);

  return g_test_run ();
}
