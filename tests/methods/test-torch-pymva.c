/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <glib/gstdio.h>
#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"

#include "events.h"

/* Networks of PyMVA's user code, networks in files, and trainings that go on. The current folder is
 * one of the test's own. */

#define HEAD \
  "model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2), nn.Softmax(dim=1))\n" \
  "criterion = nn.MSELoss()\n" \
  "optimizer = torch.optim.SGD\n" \
  "target_of = lambda y: y\n"

static PymvaMethod *
new_pymva_method (const char *user_code)
{
  g_autoptr (GError) error = NULL;
  PymvaMethod *method = pymva_method_create_for_name ("PyTorch", "network", &error);

  g_assert_no_error (error);
  pymva_method_set_options (method, "FilenameModel=model.pt:NumEpochs=2:BatchSize=32:Standardise",
                            &error);
  g_assert_no_error (error);
  g_object_set (method, "user-code", user_code, NULL);

  return method;
}

static PymvaTensor *
predict (PymvaMethod *method,
         PymvaDataset *dataset)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, &error);
  PymvaTensor *answers;

  g_assert_no_error (error);
  answers = pymva_method_predict (method, inputs, NULL, &error);
  g_assert_no_error (error);

  return answers;
}

static void
assert_equal (PymvaTensor *a,
              PymvaTensor *b,
              gboolean equal)
{
  g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (a), pymva_tensor_get_bytes (b)) == equal);
}

/* Two codes with the same names for everything, in use in turns. */
static void
test_two_methods (void)
{
  g_autofree char *code = new_pymva_code (HEAD);
  g_autofree char *shared = g_strconcat (code, "\nfactor = 1.0\n", NULL);
  g_autoptr (GString) other = g_string_new (code);
  g_autoptr (PymvaMethod) first = new_pymva_method (shared);
  g_autoptr (PymvaMethod) second = NULL;
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, TRUE);
  g_autoptr (PymvaTensor) before = NULL;
  g_autoptr (PymvaTensor) opposite = NULL;
  g_autoptr (PymvaTensor) after = NULL;

  g_string_replace (other, "return preds.numpy()", "return factor - preds.numpy()", 0);
  g_string_append (other, "\nfactor = 5.0\n");
  second = new_pymva_method (other->str);

  assert_train (first, dataset);
  before = assert_same_answers (first, dataset, "python", 1e-6);
  assert_train (second, dataset);
  opposite = assert_same_answers (second, dataset, "python", 1e-6);
  after = predict (first, dataset);
  assert_equal (before, after, TRUE);
  for (gint64 i = 0; i < pymva_tensor_get_length (before, 0); i++)
    g_assert_cmpfloat_with_epsilon (pymva_tensor_get_value (opposite, (gint64[]) { i, 0 }, 2),
                                    5.0 - pymva_tensor_get_value (before, (gint64[]) { i, 0 }, 2),
                                    1e-6);
}

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  double training_loss;
  double validation_loss;
  double rate;

  g_assert_true (g_variant_lookup (metrics, "training_loss", "d", &training_loss));
  g_assert_true (g_variant_lookup (metrics, "validation_loss", "d", &validation_loss));
  g_assert_true (g_variant_lookup (metrics, "learning_rate", "d", &rate));
  g_assert_cmpfloat (rate, ==, index == 0 ? 0.01 : 0.005);
  ++*(guint *) user_data;
}

/* The tutorials' functions give the class to `schedule`, which changes the optimizer. */
static void
test_schedule (void)
{
  g_autofree char *code = new_pymva_code (HEAD);
  g_autoptr (PymvaMethod) method = new_pymva_method (code);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  guint n_iterations = 0;

  g_object_set (method, "learning-rate-schedule", "1,0.005", "epochs", 4, NULL);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), &n_iterations);
  assert_train (method, dataset);
  g_assert_cmpuint (n_iterations, ==, 4);

  /* Training again is training from the start. */
  assert_train (method, dataset);
  g_assert_cmpuint (n_iterations, ==, 8);
}

static void
cancel_cb (PymvaMethod *method,
           guint index,
           GVariant *metrics,
           gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancel (void)
{
  g_autofree char *code = new_pymva_code (HEAD);
  g_autoptr (PymvaMethod) method = new_pymva_method (code);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gulong handler;

  g_object_set (method, "epochs", 1000000, NULL);
  handler = g_signal_connect (method, "iteration", G_CALLBACK (cancel_cb), cancellable);
  g_assert_false (pymva_method_train (method, dataset, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_signal_handler_disconnect (method, handler);
  g_object_set (method, "epochs", 1, NULL);
  assert_train (method, dataset);
}

/* A network in a file is code; it is trusted by its digest, or as whatever is there. */
static void
test_model_file (void)
{
  g_autofree char *code = new_pymva_code (HEAD);
  g_autoptr (PymvaMethod) writer = new_pymva_method (code);
  g_autoptr (GFile) file = g_file_new_for_path ("model.pt");
  g_autoptr (PymvaMethod) method =
    g_object_new (PYMVA_TYPE_TORCH, "title", "network", "epochs", 1, "model-file", file, NULL);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, TRUE);
  g_autoptr (PymvaTensor) answers = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = NULL;
  const char *place;

  g_unlink ("model.pt");
  g_object_set (method, "trust-model-file", TRUE, NULL);
  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  assert_train (writer, dataset);
  assert_train (method, dataset);

  g_object_set (method, "trust-model-file", FALSE, NULL);
  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED);
  place = strstr (error->message, "set model-sha256 to ");
  g_assert_nonnull (place);
  digest = g_strndup (place + strlen ("set model-sha256 to "), 64);
  g_object_set (method, "model-sha256", digest, NULL);
  assert_train (method, dataset);
  answers = assert_same_answers (method, dataset, "python", 1e-6);

  g_object_set (method, "model-sha256", "00", "trust-model-file", TRUE, NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_UNTRUSTED, "not the file that was meant");
}

static PymvaMethod *
new_network (const char *user_code,
             GFile *file,
             gboolean continues)
{
  return g_object_new (PYMVA_TYPE_TORCH, "title", "network", "epochs", 2, "hidden-layers", "8",
                       "user-code", user_code, "transforms", "N", "trained-model-file", file,
                       "continue-training", continues, NULL);
}

/* In the same process, and from the file in what might be another one: the same training, also
 * where the file holds code, which does not run, and on other events than before. */
static void
check_continue (const char *user_code)
{
  g_autoptr (GFile) file = g_file_new_for_path ("trained.pymva");
  g_autoptr (PymvaMethod) first = new_network (user_code, file, FALSE);
  g_autoptr (PymvaMethod) second = new_network (user_code, file, TRUE);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, TRUE);
  g_autoptr (PymvaDataset) more = new_two_classes (200, TRUE);
  g_autoptr (PymvaTensor) begun = NULL;
  g_autoptr (PymvaTensor) here = NULL;
  g_autoptr (PymvaTensor) elsewhere = NULL;

  assert_train (first, dataset);
  begun = predict (first, dataset);
  assert_train (second, more);
  elsewhere = predict (second, dataset);

  g_object_set (first, "continue-training", TRUE, "trained-model-file", NULL, NULL);
  assert_train (first, more);
  here = predict (first, dataset);
  assert_equal (here, elsewhere, TRUE);
  assert_equal (here, begun, FALSE);

  /* Once more, with what the file holds by now, and with what the method does. */
  assert_train (second, more);
  g_unlink ("trained.pymva");
}

static void
test_continue (void)
{
  check_continue ("");
  check_continue ("import torch\n"
                  "class Network(torch.nn.Module):\n"
                  "    def __init__(self, n_inputs):\n"
                  "        super().__init__()\n"
                  "        self.layer = torch.nn.Linear(n_inputs, 1)\n"
                  "    def forward(self, x):\n"
                  "        return self.layer(x) + 0.0\n"
                  "def model(n_inputs):\n"
                  "    return Network(n_inputs)\n");
}

static void
test_continue_errors (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("trained.pymva");
  g_autoptr (PymvaMethod) method = new_network ("", file, TRUE);
  g_autoptr (PymvaMethod) forest =
    g_object_new (PYMVA_TYPE_RANDOM_FOREST, "n-estimators", 3, "trained-model-file", file, NULL);
  g_autoptr (PymvaMethod) saved = new_network ("", NULL, FALSE);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_object_set (method, "transforms", "", NULL);
  assert_train (forest, dataset);
  assert_train_fails (method, dataset, PYMVA_ERROR_FORMAT, "cannot be gone on with: the file");

  /* What save() writes is for predictions. */
  g_object_set (saved, "transforms", "", NULL);
  assert_train (saved, dataset);
  g_assert_true (pymva_method_save (saved, file, NULL, &error));
  assert_train_fails (method, dataset, PYMVA_ERROR_FORMAT, "cannot be gone on with: the file");

  g_object_set (saved, "trained-model-file", file, NULL);
  assert_train (saved, dataset);
  g_object_set (method, "hidden-layers", "9", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "by a network of other layers");
  g_object_set (method, "hidden-layers", "8", NULL);
  assert_train (method, dataset);
}

/* In a Python without tensorboard the error says so. */
static void
test_tensorboard (void)
{
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (GFile) folder = g_file_new_for_path ("log");
  g_autoptr (PymvaMethod) method =
    g_object_new (PYMVA_TYPE_TORCH, "epochs", 1, "tensorboard", folder, NULL);
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);
  g_autoptr (PymvaObject) module = pymva_interpreter_import_module (interpreter, "tensorboard",
                                                                   NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;

  if (module == NULL)
    {
      assert_train_fails (method, dataset, PYMVA_ERROR_IMPORT, "needs the package “tensorboard”");
      return;
    }

  assert_train (method, dataset);
  dir = g_dir_open ("log", 0, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (g_dir_read_name (dir), "events."));
}

static void
test_settings (void)
{
  g_autoptr (PymvaMethod) method =
    g_object_new (PYMVA_TYPE_TORCH, "epochs", 2, "balance-classes", TRUE, "gradient-clipping", 0.1,
                  "device", "auto", NULL);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, TRUE);
  g_autoptr (PymvaDataset) regression = new_regression (100);

  assert_train (method, dataset);
  g_object_unref (assert_same_answers (method, dataset, "mlp", 1e-5));
  assert_train_fails (method, regression, PYMVA_ERROR_VALUE, "a regression has no classes");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/torch-pymva/two-methods", test_two_methods);
  g_test_add_func ("/torch-pymva/schedule", test_schedule);
  g_test_add_func ("/torch-pymva/cancel", test_cancel);
  g_test_add_func ("/torch-pymva/model-file", test_model_file);
  g_test_add_func ("/torch-pymva/continue", test_continue);
  g_test_add_func ("/torch-pymva/continue-errors", test_continue_errors);
  g_test_add_func ("/torch-pymva/tensorboard", test_tensorboard);
  g_test_add_func ("/torch-pymva/settings", test_settings);

  /* The network of the tutorials' user code goes into the current folder. */
  return run_in_new_folder ();
}
