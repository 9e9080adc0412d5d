/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"

#include "events.h"

/* What a training emitted, and on which thread. */
typedef struct
{
  GThread *thread;
  GMainContext *context;
  guint n_progress;
  guint n_iterations;
  double fraction;
  gboolean trained_notified;
  gboolean completed;
  GCancellable *cancellable;
  guint cancel_at;
  GError *error;
  PymvaTensor *answers;
} Record;

static void
record_clear (Record *record)
{
  g_clear_object (&record->cancellable);
  g_clear_error (&record->error);
  g_clear_object (&record->answers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, record_clear)

static void
check_thread (Record *record)
{
  g_assert_true (g_thread_self () == record->thread);
  if (record->context != NULL)
    g_assert_true (g_main_context_is_owner (record->context));
  g_assert_false (record->completed);
}

static void
progress_cb (PymvaMethod *method,
             double fraction,
             gpointer user_data)
{
  Record *record = user_data;

  check_thread (record);
  g_assert_cmpfloat (fraction, >=, record->fraction);
  g_assert_cmpfloat (fraction, <=, 1.0);
  record->fraction = fraction;
  record->n_progress++;
}

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  Record *record = user_data;

  check_thread (record);
  g_assert_cmpuint (index, ==, record->n_iterations);
  g_assert_true (g_variant_is_of_type (metrics, G_VARIANT_TYPE_VARDICT));
  g_assert_false (record->trained_notified);
  record->n_iterations++;
  if (record->cancellable != NULL && record->n_iterations == record->cancel_at)
    g_cancellable_cancel (record->cancellable);
}

static void
trained_cb (GObject *object,
            GParamSpec *pspec,
            gpointer user_data)
{
  Record *record = user_data;

  check_thread (record);
  g_assert_true (pymva_method_get_trained (PYMVA_METHOD (object)));
  record->trained_notified = TRUE;
}

static void
watch (PymvaMethod *method,
       Record *record)
{
  record->thread = g_thread_self ();
  g_signal_connect (method, "progress", G_CALLBACK (progress_cb), record);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), record);
  g_signal_connect (method, "notify::trained", G_CALLBACK (trained_cb), record);
}

static PymvaMethod *
new_network (int epochs)
{
  return g_object_new (PYMVA_TYPE_TORCH, "epochs", epochs, "hidden-layers", "8", NULL);
}

static PymvaMethod *
new_forest (int n_estimators)
{
  return g_object_new (PYMVA_TYPE_RANDOM_FOREST, "n-estimators", n_estimators, NULL);
}

static gboolean
dispatched_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Signals come on the calling thread while it waits, which dispatches nothing else. */
static void
test_signals_sync (void)
{
  g_autoptr (PymvaMethod) method = new_network (30);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_auto (Record) record = { 0, };
  gboolean dispatched = FALSE;
  guint source = g_idle_add (dispatched_cb, &dispatched);

  watch (method, &record);
  assert_train (method, dataset);
  g_assert_cmpuint (record.n_iterations, ==, 30);
  g_assert_cmpuint (record.n_progress, >, 0);
  g_assert_cmpfloat (record.fraction, ==, 1.0);
  g_assert_true (record.trained_notified);
  g_assert_false (dispatched);
  g_source_remove (source);
}

static void
completed_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  Record *record = user_data;

  check_thread (record);
  pymva_method_train_finish (PYMVA_METHOD (source), result, &record->error);
  record->completed = TRUE;
}

static void
predicted_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  Record *record = user_data;

  g_assert_true (g_thread_self () == record->thread);
  record->answers = pymva_method_predict_finish (PYMVA_METHOD (source), result, &record->error);
  record->completed = TRUE;
}

static void
run_until_completed (GMainContext *context,
                     Record *record)
{
  while (!record->completed)
    g_main_context_iteration (context, TRUE);
}

/* A whole life on a thread of its own, with a main context of its own. */
static gpointer
async_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (PymvaMethod) method = new_forest (50);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_auto (Record) record = { 0, };

  g_main_context_push_thread_default (context);
  record.context = context;
  watch (method, &record);
  pymva_method_train_async (method, dataset, NULL, completed_cb, &record);
  g_assert_cmpuint (record.n_iterations, ==, 0);
  run_until_completed (context, &record);
  g_assert_no_error (record.error);
  g_assert_cmpuint (record.n_iterations, >, 0);
  g_assert_cmpfloat (record.fraction, ==, 1.0);
  g_assert_true (record.trained_notified);

  record.completed = FALSE;
  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &record.error);
  pymva_method_predict_async (method, inputs, NULL, predicted_cb, &record);
  run_until_completed (context, &record);
  g_assert_no_error (record.error);
  g_assert_cmpint (pymva_tensor_get_length (record.answers, 0), ==,
                   pymva_tensor_get_length (inputs, 0));
  g_main_context_pop_thread_default (context);

  return NULL;
}

static void
test_signals_async (void)
{
  g_thread_join (g_thread_new ("async", async_thread, NULL));
}

/* Errors of the asynchronous forms come through finish, after the call. */
static void
test_async_errors (void)
{
  g_autoptr (PymvaMethod) method = new_network (0);
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);
  g_autoptr (PymvaDataset) empty = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (PymvaTensor) inputs =
    pymva_tensor_new_from_doubles ((double[]) { 1, 2, 3, 4 }, 4, 4, NULL);
  g_auto (Record) record = { 0, };

  record.thread = g_thread_self ();
  pymva_method_train_async (method, dataset, NULL, completed_cb, &record);
  g_assert_false (record.completed);
  run_until_completed (NULL, &record);
  g_assert_error (record.error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&record.error);

  record.completed = FALSE;
  pymva_method_predict_async (method, inputs, NULL, predicted_cb, &record);
  run_until_completed (NULL, &record);
  g_assert_error (record.error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED);
  g_clear_error (&record.error);

  record.completed = FALSE;
  g_object_set (method, "epochs", 1, NULL);
  pymva_method_train_async (method, empty, NULL, completed_cb, &record);
  run_until_completed (NULL, &record);
  g_assert_nonnull (record.error);
  g_assert_true (record.error->domain == PYMVA_ERROR);
  assert_train (method, dataset);
}

/* A second training of a method that trains is refused, and does not disturb the first. */
static void
test_busy (void)
{
  g_autoptr (PymvaMethod) method = new_network (20);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_auto (Record) record = { 0, };

  record.thread = g_thread_self ();
  pymva_method_train_async (method, dataset, NULL, completed_cb, &record);
  assert_train_fails (method, dataset, PYMVA_ERROR_FAILED, "is being trained already");
  run_until_completed (NULL, &record);
  g_assert_no_error (record.error);
  g_assert_true (pymva_method_get_trained (method));
}

/* Cancels at the third iteration of what would be many. The method keeps its previous result. */
static void
check_cancel (PymvaMethod *method,
              const char *property,
              int few,
              int many)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) before = NULL;
  g_autoptr (PymvaTensor) after = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Record) record = { 0, };

  g_object_set (method, property, few, NULL);
  assert_train (method, dataset);
  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  before = pymva_method_predict (method, inputs, NULL, &error);
  g_assert_no_error (error);

  g_object_set (method, property, many, NULL);
  record.cancellable = g_cancellable_new ();
  record.cancel_at = 3;
  watch (method, &record);
  g_assert_false (pymva_method_train (method, dataset, record.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (record.n_iterations, <, 1000);
  g_assert_false (record.trained_notified);

  after = pymva_method_predict (method, inputs, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (before), pymva_tensor_get_bytes (after)));

  g_signal_handlers_disconnect_by_data (method, &record);
  g_object_set (method, property, few, NULL);
  assert_train (method, dataset);
}

static void
test_cancel_network (void)
{
  g_autoptr (PymvaMethod) method = new_network (1);

  check_cancel (method, "epochs", 2, 1000000);
}

static void
test_cancel_forest (void)
{
  g_autoptr (PymvaMethod) method = new_forest (1);

  check_cancel (method, "n-estimators", 5, 1000000);
}

static gboolean
cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_cancel_async (void)
{
  g_autoptr (PymvaMethod) method = new_network (1000000);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_auto (Record) record = { 0, };

  record.cancellable = g_cancellable_new ();
  watch (method, &record);
  pymva_method_train_async (method, dataset, record.cancellable, completed_cb, &record);
  g_timeout_add (300, cancel_cb, record.cancellable);
  run_until_completed (NULL, &record);
  g_assert_error (record.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (pymva_method_get_trained (method));

  g_object_set (method, "epochs", 1, NULL);
  record.completed = FALSE;
  record.n_iterations = 0;
  record.fraction = 0.0;
  assert_train (method, dataset);
}

/* One that was cancelled before does not begin. */
static void
test_cancelled_before (void)
{
  g_autoptr (PymvaMethod) method = new_network (1);
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (GError) error = NULL;

  assert_train (method, dataset);
  g_cancellable_cancel (cancellable);
  g_assert_false (pymva_method_train (method, dataset, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  g_assert_null (pymva_method_predict (method, inputs, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Training again, with another data set, gives another model; the first one stays what it was. */
static void
test_train_again (void)
{
  g_autoptr (PymvaMethod) method = new_forest (5);
  g_autoptr (PymvaDataset) two = new_two_classes (100, FALSE);
  g_autoptr (PymvaDataset) three = new_three_classes (100);
  g_autoptr (PymvaModel) first = NULL;
  g_autoptr (PymvaModel) second = NULL;
  g_autoptr (GError) error = NULL;

  assert_train (method, two);
  first = pymva_method_get_model (method, &error);
  g_assert_no_error (error);
  assert_train (method, three);
  g_object_unref (assert_same_answers (method, three, "forest", 0.0));
  second = pymva_method_get_model (method, &error);
  g_assert_true (first != second);
  g_assert_cmpuint (pymva_model_get_n_outputs (first), ==, 1);
  g_assert_cmpuint (pymva_model_get_n_outputs (second), ==, 3);
}

/* Each training writes its model where it should; one that cannot fails, and changes nothing. */
static void
test_trained_model_file (void)
{
  g_autoptr (PymvaMethod) method = new_forest (5);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/nonexistent/forest.pymva");
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaModel) written = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("trained-XXXXXX.pymva", &stream, &error);

  g_assert_no_error (error);
  pymva_method_set_trained_model_file (method, nowhere);
  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nonexistent/forest.pymva"));
  g_clear_error (&error);
  g_assert_false (pymva_method_get_trained (method));

  pymva_method_set_trained_model_file (method, file);
  assert_train (method, dataset);
  model = pymva_method_get_model (method, &error);
  written = pymva_model_load (file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pymva_model_get_sha256 (written), ==, pymva_model_get_sha256 (model));
  g_file_delete (file, NULL, NULL);
}

/* Two classes of these names, and two variables. */
static PymvaDataset *
new_named (const char *first_class,
           const char *second_class,
           const char *first_variable,
           const char *second_variable)
{
  const char *classes[] = { first_class, second_class };
  const char *variables[] = { first_variable, second_variable };
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      g_autoptr (PymvaTable) table = pymva_table_new ();
      double values[60];

      for (guint j = 0; j < G_N_ELEMENTS (variables); j++)
        {
          g_autoptr (PymvaTensor) column = NULL;

          for (guint k = 0; k < G_N_ELEMENTS (values); k++)
            values[k] = g_rand_double (random) + 0.5 * i;
          column = pymva_tensor_new_from_doubles (values, G_N_ELEMENTS (values), 0, &error);
          g_assert_no_error (error);
          pymva_table_add_column (table, variables[j], column, &error);
          g_assert_no_error (error);
        }
      pymva_dataset_add_class (dataset, classes[i], table, 1.0, &error);
      g_assert_no_error (error);
    }
  for (guint j = 0; j < G_N_ELEMENTS (variables); j++)
    pymva_dataset_add_variable (dataset, variables[j], &error);
  g_assert_no_error (error);

  return dataset;
}

/* What has been learnt of columns and classes holds for no others, though there be as many. */
static void
check_going_on (PymvaMethod *method,
                const char *switch_name)
{
  g_autoptr (PymvaDataset) dataset = new_named ("s", "b", "x", "y");
  g_autoptr (PymvaDataset) swapped = new_named ("s", "b", "y", "x");
  g_autoptr (PymvaDataset) other = new_named ("s", "c", "x", "y");
  g_autoptr (PymvaDataset) three = new_three_classes (40);

  assert_train (method, dataset);
  g_object_set (method, switch_name, TRUE, NULL);
  assert_train_fails (method, swapped, PYMVA_ERROR_VALUE,
                      "the variables “y, x”, but the training that is to go on had “x, y”");
  assert_train_fails (method, other, PYMVA_ERROR_VALUE,
                      "the classes “s, c”, but the training that is to go on had “s, b”");
  assert_train_fails (method, three, PYMVA_ERROR_VALUE,
                      "is for a multiclass, but the training that is to go on was a classif");
  g_object_set (method, "n-estimators", 9, NULL);
  assert_train (method, dataset);
  g_object_set (method, switch_name, FALSE, NULL);
  assert_train (method, swapped);
}

static void
test_going_on (void)
{
  g_autoptr (PymvaMethod) forest = new_forest (5);
  g_autoptr (PymvaMethod) booster = g_object_new (PYMVA_TYPE_XGBOOST, "n-estimators", 5, NULL);

  check_going_on (forest, "warm-start");
  check_going_on (booster, "continue-training");
}

/* The last reference goes while the method trains. */
static void
drop_cb (PymvaMethod *method,
         guint index,
         GVariant *metrics,
         gpointer user_data)
{
  if (index == 0)
    g_object_unref (method);
}

static void
test_drop (void)
{
  PymvaMethod *method = new_network (3);
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);
  g_autoptr (GError) error = NULL;

  g_object_add_weak_pointer (G_OBJECT (method), (gpointer *) &method);
  g_signal_connect (method, "iteration", G_CALLBACK (drop_cb), NULL);
  g_assert_true (pymva_method_train (method, dataset, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (method);
}

/* What the data set finds comes through, and the method can be used afterwards. */
static void
test_bad_data (void)
{
  g_autoptr (PymvaMethod) method = new_forest (5);
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);
  g_autoptr (PymvaDataset) good = new_two_classes (50, FALSE);
  g_autoptr (GError) error = NULL;

  pymva_dataset_set_cut (dataset, "background", "a > 1000", &error);
  g_assert_no_error (error);
  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  g_assert_true (error->domain == PYMVA_ERROR);
  g_assert_false (pymva_method_get_trained (method));
  assert_train (method, good);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/training/signals-sync", test_signals_sync);
  g_test_add_func ("/training/signals-async", test_signals_async);
  g_test_add_func ("/training/async-errors", test_async_errors);
  g_test_add_func ("/training/busy", test_busy);
  g_test_add_func ("/training/cancel-network", test_cancel_network);
  g_test_add_func ("/training/cancel-forest", test_cancel_forest);
  g_test_add_func ("/training/cancel-async", test_cancel_async);
  g_test_add_func ("/training/cancelled-before", test_cancelled_before);
  g_test_add_func ("/training/train-again", test_train_again);
  g_test_add_func ("/training/trained-model-file", test_trained_model_file);
  g_test_add_func ("/training/going-on", test_going_on);
  g_test_add_func ("/training/drop", test_drop);
  g_test_add_func ("/training/bad-data", test_bad_data);

  return g_test_run ();
}
