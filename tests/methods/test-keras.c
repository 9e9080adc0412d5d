/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>
#include <pymva/pymva-keras.h>

#include "data/pymva-tensor-private.h"

#include "events.h"
#include "network-tests.h"

static PymvaMethod *
new_network (int epochs)
{
  return g_object_new (PYMVA_TYPE_KERAS, "epochs", epochs, "hidden-layers", "16,16",
                       "learning-rate", 0.01, "title", "network", NULL);
}

static GFile *
new_file (const char *name,
          const char *text)
{
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  GFile *file = g_file_new_tmp (name, &stream, &error);

  g_assert_no_error (error);
  g_file_replace_contents (file, text, strlen (text), NULL, FALSE, 0, NULL, NULL, &error);
  g_assert_no_error (error);

  return file;
}

/* Runs a script in which “path” is where @file is. */
static void
run_script (GFile *file,
            const char *script)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) names = NULL;
  g_autoptr (PymvaObject) result = NULL;

  names = pymva_object_new_from_variant (
    g_variant_new_parsed ("{'path': %s}", g_file_peek_path (file)), &error);
  g_assert_no_error (error);
  result = pymva_interpreter_run (pymva_interpreter_get_default (), script, names, NULL, &error);
  g_assert_no_error (error);
}

/* Keras is there once a method has brought it, with the settings that the library chooses. */
static void
train_for_keras (void)
{
  g_autoptr (PymvaMethod) method = new_network (1);
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);

  assert_train (method, dataset);
}

static void
test_classification (void)
{
  assert_learns_two_classes (new_network (8));
}

static void
test_multiclass (void)
{
  assert_learns_three_classes (new_network (8));
}

static void
test_regression (void)
{
  assert_learns_regression (new_network (40));
}

/* PyMVA's networks have two outputs. */
static void
test_layers (void)
{
  static const char * const lists[] = {
    "Dense(16, relu); Dropout(0.1); Dense(2, softmax)",
    "BatchNormalization; Dense(16); LeakyReLU(negative_slope=0.2); Dense(1, sigmoid)",
  };
  g_autoptr (PymvaMethod) method = new_network (8);
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (PymvaTensor) responses = NULL;

      g_object_set (method, "layers", lists[i], NULL);
      assert_train (method, dataset);
      responses = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
      g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 1);
      g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.7);
    }
}

/* A network that no native engine knows needs Python, and trust. */
static void
test_python_engine (void)
{
  g_autoptr (PymvaMethod) method = new_network (2);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, TRUE);
  g_autoptr (PymvaTensor) expected = NULL;
  g_autoptr (PymvaTensor) found = NULL;
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaModel) loaded = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = new_file ("keras-XXXXXX.pymva", "");
  g_autofree char *sha256 = NULL;
  g_autoptr (PymvaModel) model = NULL;

  g_object_set (method, "layers", "Dense(8, relu); LayerNormalization; Dense(1, sigmoid)", NULL);
  assert_train (method, dataset);
  expected = assert_same_answers (method, dataset, "python", 1e-6);
  model = pymva_method_get_model (method, &error);
  g_object_get (model, "sha256", &sha256, NULL);
  g_assert_true (pymva_method_save (method, file, NULL, &error));
  g_assert_no_error (error);

  g_assert_null (pymva_model_load (file, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED);
  g_clear_error (&error);
  loaded = pymva_model_load_trusted (file, sha256, NULL, &error);
  g_assert_no_error (error);
  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  found = pymva_model_predict (loaded, inputs, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (expected), pymva_tensor_get_bytes (found)));
  g_file_delete (file, NULL, NULL);
}

typedef struct
{
  guint n_iterations;
  double rates[200];
} History;

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  static const char * const names[] = {
    "training_loss", "validation_loss", "loss", "val_loss", "accuracy", "val_accuracy"
  };
  History *history = user_data;
  gint64 epoch;
  double value;

  g_assert_cmpuint (index, ==, history->n_iterations);
  g_assert_true (g_variant_lookup (metrics, "epoch", "x", &epoch));
  g_assert_cmpint (epoch, ==, index + 1);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (g_variant_lookup (metrics, names[i], "d", &value));
  g_assert_true (g_variant_lookup (metrics, "learning_rate", "d", &history->rates[index]));
  history->n_iterations++;
}

static void
test_iterations (void)
{
  g_autoptr (PymvaMethod) method = new_network (4);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  History history = { 0, };

  g_object_set (method, "learning-rate-schedule", "1,0.002;3,0.001", "metrics", "accuracy", NULL);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), &history);
  assert_train (method, dataset);
  g_assert_cmpuint (history.n_iterations, ==, 4);
  g_assert_cmpfloat_with_epsilon (history.rates[0], 0.01, 1e-8);
  g_assert_cmpfloat_with_epsilon (history.rates[2], 0.002, 1e-8);
  g_assert_cmpfloat_with_epsilon (history.rates[3], 0.001, 1e-8);
}

static gpointer
cancel_soon (gpointer user_data)
{
  g_usleep (200000);
  g_cancellable_cancel (user_data);
  return NULL;
}

/* A cancelled training leaves the result of the one before, and the next one is as any. */
static void
test_cancel (void)
{
  g_autoptr (PymvaMethod) method = new_network (2);
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (PymvaTensor) before = NULL;
  g_autoptr (PymvaTensor) after = NULL;
  g_autoptr (PymvaTensor) again = NULL;
  g_autoptr (GThread) thread = NULL;
  g_autoptr (GError) error = NULL;

  pymva_method_set_seed (method, 3);
  assert_train (method, dataset);
  before = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_object_set (method, "epochs", 100000, NULL);
  g_assert_false (pymva_method_train (method, dataset, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (g_steal_pointer (&thread));
  after = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (before), pymva_tensor_get_bytes (after)));

  g_object_set (method, "epochs", 2, NULL);
  assert_train (method, dataset);
  again = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (before), pymva_tensor_get_bytes (again)));
}

static double
get_last_loss (PymvaMethod *method,
               PymvaDataset *dataset)
{
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  g_autoptr (GError) error = NULL;
  double loss = 0.0;
  gint64 n_events;

  responses = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
  n_events = pymva_tensor_get_length (responses, 0);
  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, &error);
  for (gint64 i = 0; i < n_events; i++)
    {
      double response = pymva_tensor_get_value (responses, (gint64[]) { i, 0 }, 2);

      loss -= log (pymva_tensor_get_value (labels, &i, 1) == 0.0 ? response : 1.0 - response);
    }

  return loss / n_events;
}

/* In the same method, and from a file in another one. */
static void
test_continue (void)
{
  g_autoptr (PymvaMethod) method = new_network (1);
  g_autoptr (PymvaMethod) other = new_network (1);
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, FALSE);
  g_autoptr (GFile) file = new_file ("keras-XXXXXX.pymva", "");
  double first;

  pymva_method_set_seed (method, 3);
  g_object_set (method, "learning-rate", 0.003, "trained-model-file", file, NULL);
  assert_train (method, dataset);
  first = get_last_loss (method, dataset);

  g_object_set (other, "continue-training", TRUE, "trained-model-file", file, NULL);
  assert_train (other, dataset);
  g_assert_cmpfloat (get_last_loss (other, dataset), <, first - 0.01);

  g_object_set (method, "continue-training", TRUE, NULL);
  assert_train (method, dataset);
  g_assert_cmpfloat (get_last_loss (method, dataset), <, first - 0.01);

  g_object_set (method, "hidden-layers", "3", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "by a network of other layers");
  g_file_delete (file, NULL, NULL);
}

/* PyMVA's way: a script writes a compiled model, and the options name the file. */
static void
test_model_file (void)
{
  g_autoptr (GFile) file = new_file ("keras-XXXXXX.keras", "");
  g_autoptr (GFile) trained = new_file ("keras-XXXXXX.pymva", "");
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaMethod) method = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *options = NULL;

  train_for_keras ();
  run_script (file,
              "import keras\n"
              "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(16, 'relu'),\n"
              "                          keras.layers.Dense(2, 'softmax')])\n"
              "model.compile(loss='categorical_crossentropy',\n"
              "              optimizer=keras.optimizers.Adam(0.01), metrics=['accuracy'])\n"
              "model.save(path)\n");
  method = pymva_method_create_for_name ("PyKeras", "PyKeras", &error);
  g_assert_no_error (error);
  options = g_strdup_printf (
    "!H:!V:VarTransform=S:FilenameModel=%s:FilenameTrainedModel=%s:NumEpochs=8:BatchSize=32:"
    "Verbose=1:NumThreads=1:GpuOptions=allow_growth=True:SaveBestOnly:TriesEarlyStopping=5:"
    "LearningRateSchedule=6,0.005:ValidationSize=20%%:tf.keras=True:!ContinueTraining",
    g_file_peek_path (file), g_file_peek_path (trained));
  g_assert_true (pymva_method_set_options (method, options, &error));
  g_assert_no_error (error);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.7);
  model = pymva_model_load (trained, NULL, &error);
  g_assert_no_error (error);

  run_script (file,
              "import keras\n"
              "keras.Sequential([keras.Input((4,)), keras.layers.Lambda(abs)]).save(path)\n");
  assert_train_fails (method, dataset, PYMVA_ERROR_UNTRUSTED, "keras.layers.Lambda");
  g_file_replace_contents (file, "\211HDF", 4, NULL, FALSE, 0, NULL, NULL, &error);
  assert_train_fails (method, dataset, PYMVA_ERROR_UNSUPPORTED, "“.h5” among them");
  g_object_set (method, "layers", "Dense(1)", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "both “layers” and “model-file”");
  g_object_set (method, "layers", "", NULL);
  g_file_delete (file, NULL, NULL);
  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_file_delete (trained, NULL, NULL);
}

static void
test_user_code (void)
{
  static const char code[] =
    "import keras\n"
    "class Double(keras.layers.Layer):\n"
    "    def call(self, x):\n"
    "        return 2 * x\n"
    "def model(n_inputs):\n"
    "    return keras.Sequential([keras.Input((n_inputs,)), Double(),\n"
    "                             keras.layers.Dense(8, 'relu'), keras.layers.Dense(2)])\n";
  g_autoptr (PymvaMethod) method = new_network (8);
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (GFile) file = new_file ("keras-XXXXXX.py", code);

  g_object_set (method, "user-file", file, NULL);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "python", 1e-6);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.7);
  g_object_set (method, "user-code", code, NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "both “user-code” and “user-file”");
  g_object_set (method, "user-file", NULL, "user-code", "def model():\n    return 1 / 0\n", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_PYTHON, "<network user code>, line 2");
  g_file_delete (file, NULL, NULL);
}

static void
test_tensorboard (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_dir_make_tmp ("keras-XXXXXX", &error);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (PymvaMethod) method = new_network (2);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (GDir) dir = NULL;
  const char *name;
  g_autofree char *log = NULL;

  g_object_set (method, "tensorboard", folder, NULL);
  assert_train (method, dataset);
  dir = g_dir_open (path, 0, &error);
  g_assert_no_error (error);
  name = g_dir_read_name (dir);
  g_assert_true (g_str_has_prefix (name, "events.out.tfevents."));
  log = g_build_filename (path, name, NULL);
  g_assert_cmpint (g_unlink (log), ==, 0);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
test_bad_values (void)
{
  static const struct
  {
    const char *parameters;
    const char *words;
  } bad[] = {
    { "{'hidden-layers': <'64,x'>}", "hidden-layers is “64,x”; expected numbers of neurons" },
    { "{'layers': <'Dens(64)'>}", "“Dens”, which is none of Keras' layers" },
    { "{'layers': <'Dense(3)'>}", "expected shape (64, 1) or (64, 2)" },
    { "{'validation-size': <'all'>}", "validation-size is “all”; expected a share" },
    { "{'learning-rate-schedule': <'5'>}", "learning-rate-schedule is “5”" },
    { "{'loss': <'cross-entropy'>}", "does not fit a network with one output" },
    { "{'metrics': <'beauty'>}", "Keras has no metric “beauty”" },
    { "{'early-stopping': <1>, 'validation-size': <''>}", "early-stopping needs validation" },
    { "{'optimizer': <'rmsprob'>}", "rmsprop" },
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PymvaMethod) method = new_network (2);
      g_autoptr (GError) error = NULL;

      pymva_method_set_parameters (method, g_variant_new_parsed (bad[i].parameters), &error);
      g_assert_no_error (error);
      assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, bad[i].words);
    }
}

/* Nothing is written into the user's home. */
static void
test_home (void)
{
  g_autofree char *keras = g_build_filename (g_get_home_dir (), ".keras", NULL);

  train_for_keras ();
  g_assert_false (g_file_test (keras, G_FILE_TEST_EXISTS));
}

int
main (int argc,
      char *argv[])
{
  g_autofree char *home = g_dir_make_tmp ("pymva-home-XXXXXX", NULL);
  int result;

  g_setenv ("HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keras/classification", test_classification);
  g_test_add_func ("/keras/multiclass", test_multiclass);
  g_test_add_func ("/keras/regression", test_regression);
  g_test_add_func ("/keras/layers", test_layers);
  g_test_add_func ("/keras/python-engine", test_python_engine);
  g_test_add_func ("/keras/iterations", test_iterations);
  g_test_add_func ("/keras/cancel", test_cancel);
  g_test_add_func ("/keras/continue", test_continue);
  g_test_add_func ("/keras/model-file", test_model_file);
  g_test_add_func ("/keras/user-code", test_user_code);
  g_test_add_func ("/keras/tensorboard", test_tensorboard);
  g_test_add_func ("/keras/bad-values", test_bad_values);
  g_test_add_func ("/keras/home", test_home);

  result = g_test_run ();
  g_rmdir (home);

  return result;
}
