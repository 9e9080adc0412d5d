/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva-torch.h>

#include "data/pymva-tensor-private.h"

#include "events.h"

/* A network that is no chain of known layers. */
#define MODULE \
  "import torch\n" \
  "class Network(torch.nn.Module):\n" \
  "    def __init__(self, n_inputs, n_outputs):\n" \
  "        super().__init__()\n" \
  "        self.layer = torch.nn.Linear(n_inputs, n_outputs)\n" \
  "    def forward(self, x):\n" \
  "        return self.layer(x) + 0.0\n" \
  "def model(n_inputs, n_outputs):\n" \
  "    return Network(n_inputs, n_outputs)\n"

static PymvaMethod *
new_network (const char *user_code)
{
  return g_object_new (PYMVA_TYPE_TORCH, "epochs", 5, "learning-rate", 0.01, "title", "network",
                       "user-code", user_code, NULL);
}

static GFile *
new_file (const char *text)
{
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  GFile *file = g_file_new_tmp ("user-XXXXXX.py", &stream, &error);

  g_assert_no_error (error);
  g_file_replace_contents (file, text, strlen (text), NULL, FALSE, 0, NULL, NULL, &error);
  g_assert_no_error (error);

  return file;
}

/* A chain of known layers needs no Python to score. */
static void
test_native (void)
{
  g_autoptr (PymvaMethod) method = new_network (
    "import torch\n"
    "def model(n_inputs):\n"
    "    return torch.nn.Sequential(torch.nn.Linear(n_inputs, 8), torch.nn.ReLU6(),\n"
    "                               torch.nn.Linear(8, 2), torch.nn.Softmax(1))\n");
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;

  g_object_set (method, "epochs", 20, NULL);
  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "mlp", 1e-5);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.7);
}

/* Any other network is scored by Python, also from a file, which must be trusted. */
static void
check_python_engine (PymvaDataset *dataset)
{
  g_autoptr (PymvaMethod) method = new_network (MODULE);
  g_autoptr (PymvaTensor) expected = NULL;

  assert_train (method, dataset);
  expected = assert_same_answers (method, dataset, "python", 1e-6);
  assert_file_needs_trust (method, dataset, expected);
}

static void
test_python_engine (void)
{
  g_autoptr (PymvaDataset) two_classes = new_two_classes (200, TRUE);
  g_autoptr (PymvaDataset) three_classes = new_three_classes (100);
  g_autoptr (PymvaDataset) regression = new_regression (200);

  check_python_engine (two_classes);
  check_python_engine (three_classes);
  check_python_engine (regression);
}

static void
test_all_functions (void)
{
  g_autoptr (PymvaMethod) method = new_network (
    MODULE
    "def criterion():\n"
    "    return torch.nn.MSELoss()\n"
    "def optimizer(params):\n"
    "    return torch.optim.SGD(params, lr=0.1)\n"
    "def train(network, x, y, w, report, *, optimizer, criterion, epochs):\n"
    "    for epoch in range(100):\n"
    "        report.check()\n"
    "        optimizer.zero_grad()\n"
    "        loss = criterion(torch.sigmoid(network(x)), y, w)\n"
    "        loss.backward()\n"
    "        optimizer.step()\n"
    "        report.iteration(epoch, {'my_loss': float(loss.detach())})\n"
    "def predict(network, x):\n"
    "    return torch.sigmoid(network(x)).numpy()\n");
  g_autoptr (PymvaDataset) dataset = new_two_classes (400, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "python", 1e-6);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.7);
}

/* A method's code sees nothing of another's, and nothing of __main__. */
static void
test_private_modules (void)
{
  g_autoptr (PymvaMethod) first = new_network (
    "import __main__\nassert __name__ != '__main__'\nassert 'secret' not in globals()\n"
    "secret = 1\ndef optimizer(params):\n    import torch\n"
    "    return torch.optim.Adam(params, lr=0.01)\n");
  g_autoptr (PymvaMethod) second = pymva_method_copy (first);
  g_autoptr (PymvaDataset) dataset = new_two_classes (50, FALSE);

  assert_train (first, dataset);
  assert_train (second, dataset);
  assert_train (first, dataset);
}

static void
test_errors (void)
{
  static const struct
  {
    const char *code;
    int error;
    const char *words;
  } bad[] = {
    { "x = 1", PYMVA_ERROR_VALUE, "“<network user code>” defines none of model(), train()" },
    { "def model(:", PYMVA_ERROR_PYTHON, "(<network user code>, line 1)" },
    { "\ndef model():\n    return 1 / 0", PYMVA_ERROR_PYTHON,
      "ZeroDivisionError: division by zero (<network user code>, line 3)" },
    { "def train():\n    raise ValueError('no good')", PYMVA_ERROR_VALUE,
      "ValueError: no good (<network user code>, line 2)" },
    { "import sys\nsys.exit(3)", PYMVA_ERROR_PYTHON, "(<network user code>, line 2)" },
    { "def train():\n    raise SystemExit", PYMVA_ERROR_PYTHON,
      "asked the program to exit with “0” (<network user code>, line 2)" },
    { "def model():\n    return 5", PYMVA_ERROR_TYPE,
      "model() of “<network user code>” gave a int; expected a torch.nn.Module" },
    { "import torch\ndef model(n):\n    return torch.nn.Linear(n, 7)", PYMVA_ERROR_VALUE,
      "gave shape (2, 7) for inputs of shape (2, 4); expected shape (2, 1) or (2, 2)" },
    { "def predict(model, x):\n    return x", PYMVA_ERROR_VALUE,
      "predict() of “<network user code>” gave shape (32, 4)" },
    { "import torch\ndef train():\n    torch.zeros(10**15)", PYMVA_ERROR_MEMORY,
      "(<network user code>, line 3)" },
    { "def predict(model, x):\n    return None", PYMVA_ERROR_VALUE,
      "predict() of “<network user code>” gave NoneType for inputs of shape (32, 4)" },
    { "import torch\ndef train():\n    return torch.nn.Linear(4, 9)", PYMVA_ERROR_VALUE,
      "train() of “<network user code>” gave shape (2, 9)" },
    { "import torch\ndef predict(model, x):\n    return torch.rand(len(x), 1)",
      PYMVA_ERROR_FORMAT, "cannot be made again from what a file would hold: it does not answer" },
    { "import no_such_module_x", PYMVA_ERROR_IMPORT, "no_such_module_x" },
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (PymvaMethod) method = new_network ("");
  g_autoptr (GError) error = NULL;
  g_autofree char *traceback = NULL;
  g_autofree char *type = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_object_set (method, "user-code", bad[i].code, NULL);
      assert_train_fails (method, dataset, bad[i].error, bad[i].words);
    }

  g_object_set (method, "user-code", bad[2].code, NULL);
  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  traceback = pymva_error_dup_traceback (error);
  g_assert_nonnull (strstr (traceback, "line 3, in model\n    return 1 / 0"));
  type = pymva_error_dup_exception_type (error);
  g_assert_cmpstr (type, ==, "ZeroDivisionError");
  g_assert_true (g_str_has_prefix (error->message, "Training “network”: ZeroDivisionError"));

  /* It is as good as new. */
  g_object_set (method, "user-code", "", NULL);
  assert_train (method, dataset);
}

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  GString *seen = user_data;
  double loss;

  g_assert_true (g_variant_lookup (metrics, "loss", "d", &loss));
  g_string_append_printf (seen, "%u:%g ", index, loss);
}

/* What user code reports arrives; a tensor of one number is one. */
static void
test_reports (void)
{
  g_autoptr (PymvaMethod) method =
    new_network ("import torch\ndef train(model, report):\n"
                 "    report.iteration(0, {'loss': torch.tensor(0.5, requires_grad=True)})\n"
                 "    report.iteration(7, {'loss': 0.25})\n");
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (GString) seen = g_string_new (NULL);

  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), seen);
  assert_train (method, dataset);
  g_assert_cmpstr (seen->str, ==, "0:0.5 7:0.25 ");

  g_object_set (method, "user-code", "def train(report):\n    report.iteration(-1, {})\n", NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "index of an iteration is -1");
}

static void
test_file (void)
{
  g_autoptr (GFile) file = new_file (MODULE "def optimizer(params):\n    raise KeyError('k')\n");
  g_autoptr (PymvaMethod) method = new_network ("");
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *place = g_strdup_printf ("(%s, line 11)", path);
  g_autoptr (GError) error = NULL;

  g_object_set (method, "user-file", file, NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_PYTHON, place);

  /* The file is read anew. */
  g_file_replace_contents (file, MODULE, strlen (MODULE), NULL, FALSE, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_train (method, dataset);
  g_object_unref (assert_same_answers (method, dataset, "python", 1e-6));

  g_file_replace_contents (file, "x = '\xff'", 7, NULL, FALSE, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_train_fails (method, dataset, PYMVA_ERROR_FORMAT, "is not UTF-8 text");
  g_file_delete (file, NULL, NULL);
}

static gpointer
cancel_soon (gpointer user_data)
{
  g_usleep (200000);
  g_cancellable_cancel (user_data);
  return NULL;
}

/* Trains code that does not end, and cancels it from another thread. */
static void
assert_cancelled (PymvaMethod *method,
                  PymvaDataset *dataset)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GThread) thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_method_train (method, dataset, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (g_steal_pointer (&thread));
}

static void
test_never_returns (void)
{
  g_autoptr (PymvaMethod) method = new_network ("def train():\n    while True:\n        pass\n");
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);

  assert_cancelled (method, dataset);
  g_object_set (method, "user-code", "", NULL);
  assert_train (method, dataset);
}

/* Inside one call of C: the caller is free at once, later jobs fail until the call returns. */
static void
test_never_returns_from_c (void)
{
  g_autoptr (PymvaMethod) method =
    new_network ("import time\ndef train():\n    time.sleep(3)\n");
  g_autoptr (PymvaMethod) other = new_network ("");
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (GError) error = NULL;
  gboolean success = FALSE;

  assert_cancelled (method, dataset);
  assert_train_fails (other, dataset, PYMVA_ERROR_WORKER, "try again when it has returned");
  while (!success)
    {
      g_clear_error (&error);
      success = pymva_method_train (other, dataset, NULL, &error);
      if (!success)
        g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_WORKER);
    }
  g_assert_false (pymva_method_get_trained (method));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/user-code/native", test_native);
  g_test_add_func ("/user-code/python-engine", test_python_engine);
  g_test_add_func ("/user-code/all-functions", test_all_functions);
  g_test_add_func ("/user-code/private-modules", test_private_modules);
  g_test_add_func ("/user-code/errors", test_errors);
  g_test_add_func ("/user-code/reports", test_reports);
  g_test_add_func ("/user-code/file", test_file);
  g_test_add_func ("/user-code/never-returns", test_never_returns);
  g_test_add_func ("/user-code/never-returns-from-c", test_never_returns_from_c);

  return g_test_run ();
}
