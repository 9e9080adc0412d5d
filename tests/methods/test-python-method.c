/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva-interpreter.h>
#include <pymva/pymva-python-method.h>
#include <pymva/pymva-random-forest.h>

#include "data/pymva-tensor-private.h"

#include "events.h"

/* The distance from the means of both classes; weights count. */
#define FUNCTIONS \
  "import numpy as np\n" \
  "def fit(inputs, targets, weights):\n" \
  "    return [np.average(inputs[targets == k], axis=0, weights=weights[targets == k])\n" \
  "            for k in (0, 1)]\n" \
  "def predict(state, inputs):\n" \
  "    far = [np.sum(((inputs - mean) / [1, 10, 0.1, 1]) ** 2, axis=1) for mean in state]\n" \
  "    return 1.0 / (1.0 + np.exp(0.5 * (far[1] - far[0])))\n"

#define BATCHES \
  "import numpy as np\n" \
  "class Line:\n" \
  "    def __init__(self, rate=0.01):\n" \
  "        self.rate = rate\n" \
  "    def begin_fit(self, validation_inputs):\n" \
  "        self.a, self.b, self.n = np.zeros(2), np.zeros(2), len(validation_inputs)\n" \
  "    def partial_fit(self, inputs, targets, weights, epoch):\n" \
  "        self.a = self.a + weights @ targets\n" \
  "        self.b = self.b + weights.sum()\n" \
  "        return {'largest': float(targets.max()), 'events': len(inputs)}\n" \
  "    def predict(self, inputs):\n" \
  "        return np.tile(self.a / self.b, (len(inputs), 1))\n"

static PymvaMethod *
new_method (const char *code)
{
  return g_object_new (PYMVA_TYPE_PYTHON_METHOD, "title", "mine", "user-code", code, NULL);
}

/* Removed at the end. */
static GPtrArray *files;

static GFile *
new_file (const char *text)
{
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  GFile *file = g_file_new_tmp ("user-XXXXXX.py", &stream, &error);

  g_assert_no_error (error);
  g_file_replace_contents (file, text, strlen (text), NULL, FALSE, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  g_ptr_array_add (files, g_object_ref (file));

  return file;
}

static void
test_functions (void)
{
  g_autoptr (PymvaMethod) method = new_method (FUNCTIONS);
  g_autoptr (PymvaMethod) from_file = NULL;
  g_autoptr (PymvaDataset) dataset = new_two_classes (300, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaTensor) again = NULL;
  g_autoptr (GFile) file = new_file (FUNCTIONS);

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "python", 0.0);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.75);

  from_file = g_object_new (PYMVA_TYPE_PYTHON_METHOD, "user-file", file, NULL);
  assert_train (from_file, dataset);
  again = assert_same_answers (from_file, dataset, "python", 0.0);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (again),
                                pymva_tensor_get_bytes (responses)));
}

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  double largest;

  g_assert_true (g_variant_lookup (metrics, "largest", "d", &largest));
  g_assert_cmpfloat (largest, >, 1000.0);
  ++*(guint *) user_data;
}

static void
test_batches (void)
{
  g_autoptr (PymvaMethod) method = new_method (BATCHES);
  g_autoptr (PymvaDataset) dataset = new_regression (400);
  g_autoptr (PymvaTensor) answers = NULL;
  g_autoptr (PymvaObject) trained = NULL;
  g_autoptr (PymvaObject) rate = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;
  guint n_epochs = 0;

  g_object_set (method, "epochs", 3, "batch-size", 64, "validation-size", "25%",
                "user-parameters", g_variant_new_parsed ("{'rate': <0.5>}"), NULL);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), &n_epochs);
  assert_train (method, dataset);
  g_assert_cmpuint (n_epochs, ==, 3);
  answers = assert_same_answers (method, dataset, "python", 0.0);
  g_assert_cmpfloat_with_epsilon (pymva_tensor_get_value (answers, (gint64[]) { 0, 1 }, 2),
                                  1250.0, 50.0);

  trained = pymva_python_method_get_trained_object (PYMVA_PYTHON_METHOD (method), &error);
  g_assert_no_error (error);
  rate = pymva_object_get_attribute (trained, "rate", &error);
  value = pymva_object_to_variant (rate, &error);
  g_assert_cmpfloat (g_variant_get_double (value), ==, 0.5);
}

/* A class and an object that live in the interpreter. */
static void
test_live (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, TRUE);
  g_autoptr (PymvaObject) names = NULL;
  g_autoptr (GError) error = NULL;
  const char * const expressions[] = { "Mean", "Mean()", "functions" };

  names = pymva_interpreter_run (
    pymva_interpreter_get_default (),
    "import numpy as np\n"
    "class Mean:\n"
    "    def fit(self, X, y, sample_weight):\n"
    "        self.mean = np.average(y, weights=sample_weight)\n"
    "    def predict(self, X):\n"
    "        return np.full(len(X), self.mean)\n"
    "functions = {'fit': lambda X, y, w: 0.25,\n"
    "             'predict': lambda s, X: np.full(len(X), s)}\n",
    NULL, NULL, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (expressions); i++)
    {
      g_autoptr (PymvaObject) object = NULL;
      g_autoptr (PymvaMethod) method = NULL;
      g_autoptr (PymvaMethod) copy = NULL;
      g_autoptr (PymvaTensor) answers = NULL;
      g_autoptr (GVariant) parameters = NULL;

      object = pymva_interpreter_evaluate (pymva_interpreter_get_default (), expressions[i], names,
                                           &error);
      g_assert_no_error (error);
      method = g_object_new (PYMVA_TYPE_PYTHON_METHOD, "object", object, NULL);
      assert_train (method, dataset);
      answers = assert_same_answers (method, dataset, "python", 0.0);
      g_assert_cmpfloat_with_epsilon (pymva_tensor_get_value (answers, (gint64[]) { 0, 0 }, 2),
                                      i == 2 ? 0.25 : 0.5, 0.05);

      copy = pymva_method_copy (method);
      assert_train (copy, dataset);
      parameters = pymva_method_dup_parameters (method);
      g_assert_false (g_variant_lookup (parameters, "object", "v", NULL));
    }
}

/* Sums over all events, as exact as they are in any order. */
#define SUMS \
  "import numpy as np\n" \
  "def begin_fit(n_events, n_batches, n_spectators):\n" \
  "    return {'n': 0, 'most': 0, 'told': n_events, 'batches': n_batches,\n" \
  "            'sums': np.zeros(4), 'signal': 0.0, 'weights': 0.0, 'spectators': n_spectators}\n" \
  "def partial_fit(state, inputs, targets, weights, spectators, epoch, batch):\n" \
  "    if batch == 0:\n" \
  "        state.update(n=0, sums=np.zeros(4), signal=0.0, weights=0.0)\n" \
  "    state['n'] += len(inputs)\n" \
  "    state['most'] = max(state['most'], len(inputs))\n" \
  "    state['sums'] += inputs.astype(float).sum(axis=0)\n" \
  "    state['signal'] += float((targets * weights).sum())\n" \
  "    state['weights'] += float((weights * spectators[:, 0]).sum())\n" \
  "    return {'n': state['n']}\n" \
  "def predict(state, inputs):\n" \
  "    return np.full(len(inputs), state['signal'] / 1000)\n"

/* The table of a class of a data set, in a file. */
static PymvaTableStream *
write_stream (PymvaDataset *dataset,
              gint32 label,
              gint64 *n_events)
{
  g_autoptr (PymvaTensor) inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TRAINING, NULL);
  g_autoptr (PymvaTensor) labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TRAINING, NULL);
  g_autoptr (PymvaTensor) weights = pymva_dataset_get_weights (dataset, PYMVA_PART_TRAINING, NULL);
  const float *values = pymva_tensor_peek_data (inputs);
  const gint32 *numbers = pymva_tensor_peek_data (labels);
  const double *shares = pymva_tensor_peek_data (weights);
  g_autoptr (GString) text = g_string_new ("a,b,c,d,w\n");
  g_autoptr (GFile) file = NULL;
  PymvaTableStream *stream;

  *n_events = 0;
  for (gint64 i = 0; i < pymva_tensor_get_length (inputs, 0); i++)
    if (numbers[i] == label)
      {
        g_string_append_printf (text, "%.9g,%.9g,%.9g,%.9g,%.17g\n", values[4 * i],
                                values[4 * i + 1], values[4 * i + 2], values[4 * i + 3], shares[i]);
        ++*n_events;
      }
  file = new_file (text->str);
  stream = g_object_new (PYMVA_TYPE_TABLE_STREAM, "file", file, "piece-size", (gint64) 37,
                         "options", g_variant_new_parsed ("{'format': <'csv'>}"), NULL);

  return stream;
}

/* The same data set from files. */
static PymvaDataset *
new_streams (PymvaDataset *dataset)
{
  static const char * const classes[] = { "signal", "background" };
  static const char * const names[] = { "a", "b", "c", "d", NULL };
  PymvaDataset *streams = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  g_autoptr (GError) error = NULL;

  for (gint32 i = 0; i < 2; i++)
    {
      gint64 n_events;
      g_autoptr (PymvaTableStream) stream = write_stream (dataset, i, &n_events);

      pymva_dataset_add_class_stream (streams, classes[i], stream, 1.0, &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; names[i] != NULL; i++)
    pymva_dataset_add_variable (streams, names[i], &error);
  pymva_dataset_add_spectator (streams, "w", &error);
  pymva_dataset_set_weight_expression (streams, NULL, "w", &error);
  g_assert_no_error (error);

  return streams;
}

static double
read_number (PymvaMethod *method,
             const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) state =
    pymva_python_method_get_trained_object (PYMVA_PYTHON_METHOD (method), &error);
  g_autoptr (PymvaObject) key = pymva_object_new_from_variant (g_variant_new_string (name), &error);
  g_autoptr (PymvaObject) item = pymva_object_get_item (state, key, &error);
  g_autoptr (GVariant) value = pymva_object_to_variant (item, &error);

  g_assert_no_error (error);

  return g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE) ? g_variant_get_double (value)
                                                             : g_variant_get_int64 (value);
}

/* What is learnt from files is what is learnt from the same events in memory. */
static void
test_streams (void)
{
  static const char * const same[] = { "n", "signal", "weights" };
  g_autoptr (PymvaDataset) dataset = new_two_classes (500, TRUE);
  g_autoptr (PymvaDataset) streams = NULL;
  g_autoptr (PymvaMethod) from_files = new_method (SUMS);
  g_autoptr (PymvaMethod) from_memory = new_method (SUMS);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) answers = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autofree char *manifest = NULL;
  g_autoptr (GError) error = NULL;

  pymva_dataset_add_spectator (dataset, "w", &error);
  streams = new_streams (dataset);
  g_object_set (from_files, "batch-size", 50, "epochs", 2, NULL);
  g_object_set (from_memory, "batch-size", 50, NULL);
  assert_train (from_files, streams);
  assert_train (from_memory, dataset);
  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    g_assert_cmpfloat_with_epsilon (read_number (from_files, same[i]),
                                    read_number (from_memory, same[i]), 1e-9);
  g_assert_cmpfloat (read_number (from_files, "told"), ==, 500);
  g_assert_cmpfloat (read_number (from_files, "batches"), ==, 10);
  g_assert_cmpfloat (read_number (from_files, "spectators"), ==, 1);
  g_assert_cmpfloat (read_number (from_files, "most"), <=, 52);

  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  model = pymva_method_get_model (from_files, &error);
  answers = pymva_model_predict (model, inputs, &error);
  g_assert_no_error (error);
  manifest = pymva_model_dup_manifest (model);
  g_assert_nonnull (strstr (manifest, "\"n-training-events\" : 500"));
}

static void
trained_cb (GObject *source,
            GAsyncResult *result,
            gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_streams_async (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, TRUE);
  g_autoptr (PymvaDataset) streams = new_streams (dataset);
  g_autoptr (PymvaMethod) method = new_method (SUMS);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  pymva_method_train_async (method, streams, NULL, trained_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (pymva_method_train_finish (method, result, &error));
  g_assert_no_error (error);

  g_cancellable_cancel (cancellable);
  pymva_method_train_async (method, streams, cancellable, trained_cb, &cancelled);
  while (cancelled == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (pymva_method_train_finish (method, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_streams_errors (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, TRUE);
  g_autoptr (PymvaDataset) streams = new_streams (dataset);
  g_autoptr (PymvaMethod) forest = PYMVA_METHOD (pymva_random_forest_new ());
  g_autoptr (PymvaMethod) at_once = new_method (FUNCTIONS);
  g_autoptr (PymvaMethod) transformed = new_method (SUMS);
  g_autoptr (PymvaMethod) validated = new_method (SUMS);
  g_autoptr (PymvaMethod) weightless = new_method (
    "def begin_fit(): return 1\ndef partial_fit(state, X, y): pass\ndef predict(s, X): pass\n");
  g_autoptr (GError) error = NULL;

  assert_train_fails (forest, streams, PYMVA_ERROR_UNSUPPORTED, "read while a method learns");
  assert_train_fails (at_once, streams, PYMVA_ERROR_VALUE, "has no partial_fit()");
  assert_train_fails (weightless, streams, PYMVA_ERROR_VALUE, "takes no event weights");
  g_object_set (transformed, "transforms", "N", NULL);
  assert_train_fails (transformed, streams, PYMVA_ERROR_UNSUPPORTED, "“transforms” of the method");
  g_object_set (validated, "validation-size", "10%", NULL);
  assert_train_fails (validated, streams, PYMVA_ERROR_VALUE, "set it to “0”");
  pymva_dataset_set_cut (streams, "signal", "a > 1000", &error);
  assert_train_fails (validated, streams, PYMVA_ERROR_DATA, "No training events are left of class");
}

static PymvaObject *
host_fit (PymvaObject *args,
          PymvaObject *kwargs,
          gpointer user_data,
          GError **error)
{
  g_autoptr (PymvaObject) weights = pymva_object_get_index (args, 2, error);
  g_autoptr (PymvaTensor) values = weights != NULL ? pymva_object_to_tensor (weights, error) : NULL;

  if (values == NULL)
    return NULL;
  g_assert_true (g_thread_self () == user_data);

  return pymva_object_new_from_variant (
    g_variant_new_int64 (pymva_tensor_get_length (values, 0)), error);
}

/* As many halves as there are events. */
static PymvaObject *
host_predict (PymvaObject *args,
              PymvaObject *kwargs,
              gpointer user_data,
              GError **error)
{
  g_autoptr (PymvaObject) inputs = pymva_object_get_index (args, 1, error);
  gint64 n_events = inputs != NULL ? pymva_object_get_length (inputs, error) : -1;
  g_autoptr (PymvaTensor) answers = NULL;
  g_autofree double *values = NULL;

  if (n_events < 0)
    return NULL;
  values = g_new (double, n_events);
  for (gint64 i = 0; i < n_events; i++)
    values[i] = 0.5;
  answers = pymva_tensor_new_from_doubles (values, n_events, 0, error);

  return answers != NULL ? pymva_object_new_from_tensor (answers, error) : NULL;
}

/* The host program itself trains; no file can hold it. */
static void
test_host_functions (void)
{
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_python_method_new ());
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, TRUE);
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (PymvaObject) fit = NULL;
  g_autoptr (PymvaObject) predict = NULL;
  g_autoptr (PymvaObject) number = NULL;
  g_autoptr (PymvaObject) trained = NULL;
  g_autoptr (PymvaTensor) answers = NULL;
  g_autoptr (GVariant) n_events = NULL;
  g_autoptr (GFile) file = g_file_new_for_path ("/nonexistent/model.pymva");
  g_autoptr (GError) error = NULL;

  fit = pymva_interpreter_new_function (interpreter, "fit", host_fit, g_thread_self (), NULL,
                                        &error);
  g_assert_no_error (error);
  predict = pymva_interpreter_new_function (interpreter, "predict", host_predict, NULL, NULL,
                                            &error);
  g_assert_no_error (error);
  g_assert_true (pymva_python_method_set_functions (PYMVA_PYTHON_METHOD (method), fit, predict,
                                                    &error));
  assert_train (method, dataset);
  answers = assert_same_answers (method, dataset, "python", 0.0);
  g_assert_cmpfloat (pymva_tensor_get_value (answers, (gint64[]) { 3, 0 }, 2), ==, 0.5);
  trained = pymva_python_method_get_trained_object (PYMVA_PYTHON_METHOD (method), &error);
  n_events = pymva_object_to_variant (trained, &error);
  g_assert_cmpint (g_variant_get_int64 (n_events), ==, 50);

  g_assert_false (pymva_method_save (method, file, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "can be used in this process, but not be saved"));
  g_clear_error (&error);

  number = pymva_object_new_from_variant (g_variant_new_int32 (3), &error);
  g_assert_false (pymva_python_method_set_functions (PYMVA_PYTHON_METHOD (method), fit, number,
                                                     &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE);
  g_assert_nonnull (strstr (error->message, "predict of the method “python-method” is no func"));
}

static void
test_file (void)
{
  g_autoptr (PymvaMethod) method = new_method (FUNCTIONS);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (PymvaTensor) expected = NULL;

  assert_train (method, dataset);
  expected = assert_same_answers (method, dataset, "python", 0.0);
  assert_file_needs_trust (method, dataset, expected);
}

static void
test_errors (void)
{
  static const struct
  {
    const char *code;
    int code_of_error;
    const char *words;
  } bad[] = {
    { "", PYMVA_ERROR_VALUE, "The method “mine” has nothing to train; set one of" },
    { "x = 1", PYMVA_ERROR_VALUE, "defines neither fit() and predict() nor a class" },
    { "def fit(X, y, w): pass", PYMVA_ERROR_VALUE, "has no predict()" },
    { "def fit(X, y): pass\ndef predict(s, X): pass", PYMVA_ERROR_VALUE, "takes no event weights" },
    { "def fit(X, y, w): return w[1000000]\ndef predict(s, X): pass", PYMVA_ERROR_PYTHON,
      "IndexError" },
    { "def fit(X, y, w): pass\ndef predict(s, X): return X", PYMVA_ERROR_VALUE,
      "gave an array of shape (32, 4) for 32 events; expected (32,) or (32, 1) or (32, 2)" },
    { "def fit(X, y, w): pass\ndef predict(s, X): return None", PYMVA_ERROR_TYPE, "gave None" },
    { "import no_such_module", PYMVA_ERROR_IMPORT, "no_such_module" },
    { "def fit(X, y, w) pass", PYMVA_ERROR_PYTHON, "SyntaxError" },
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (40, TRUE);
  g_autoptr (PymvaMethod) several = new_method (FUNCTIONS);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PymvaMethod) method = new_method (bad[i].code);

      assert_train_fails (method, dataset, bad[i].code_of_error, bad[i].words);
    }

  g_object_set (several, "module", "json", NULL);
  assert_train_fails (several, dataset, PYMVA_ERROR_VALUE, "has several things to train");
}

/* The lines of the user's text are in the traceback, and the method stays as it was. */
static void
test_traceback (void)
{
  g_autoptr (PymvaMethod) method = new_method (FUNCTIONS);
  g_autoptr (PymvaDataset) dataset = new_two_classes (40, TRUE);
  g_autoptr (PymvaTensor) answers = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *traceback = NULL;

  assert_train (method, dataset);
  g_object_set (method, "user-code",
                "def fit(X, y, w):\n    raise KeyError('mine')  # line two\n"
                "def predict(s, X):\n    pass\n", NULL);
  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_PYTHON);
  traceback = pymva_error_dup_traceback (error);
  g_assert_nonnull (strstr (traceback, "raise KeyError('mine')  # line two"));
  answers = assert_same_answers (method, dataset, "python", 0.0);
}

/* Each method has a module of its own. */
static void
test_apart (void)
{
  g_autoptr (PymvaMethod) first = new_method ("level = 0.25\n"
                                              "def fit(X, y, w): pass\n"
                                              "def predict(s, X): return X[:, 0] * 0 + level\n");
  g_autoptr (PymvaMethod) second = new_method ("level = 0.75\n"
                                               "def fit(X, y, w): pass\n"
                                               "def predict(s, X): return X[:, 0] * 0 + level\n");
  g_autoptr (PymvaDataset) dataset = new_two_classes (40, FALSE);
  g_autoptr (PymvaTensor) one = NULL;
  g_autoptr (PymvaTensor) two = NULL;

  assert_train (first, dataset);
  assert_train (second, dataset);
  one = assert_same_answers (first, dataset, "python", 0.0);
  two = assert_same_answers (second, dataset, "python", 0.0);
  g_assert_cmpfloat (pymva_tensor_get_value (one, (gint64[]) { 0, 0 }, 2), ==, 0.25);
  g_assert_cmpfloat (pymva_tensor_get_value (two, (gint64[]) { 0, 0 }, 2), ==, 0.75);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  files = g_ptr_array_new_with_free_func (g_object_unref);

  g_test_add_func ("/python-method/functions", test_functions);
  g_test_add_func ("/python-method/batches", test_batches);
  g_test_add_func ("/python-method/streams", test_streams);
  g_test_add_func ("/python-method/streams-async", test_streams_async);
  g_test_add_func ("/python-method/streams-errors", test_streams_errors);
  g_test_add_func ("/python-method/live", test_live);
  g_test_add_func ("/python-method/host-functions", test_host_functions);
  g_test_add_func ("/python-method/file", test_file);
  g_test_add_func ("/python-method/errors", test_errors);
  g_test_add_func ("/python-method/traceback", test_traceback);
  g_test_add_func ("/python-method/apart", test_apart);

  status = g_test_run ();
  for (guint i = 0; i < files->len; i++)
    g_file_delete (files->pdata[i], NULL, NULL);
  g_ptr_array_unref (files);

  return status;
}
