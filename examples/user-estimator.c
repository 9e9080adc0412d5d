/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Methods beyond the library's own: user-estimator [DATA] tells four classes apart with an
 * estimator of scikit-learn, and with a class that is written in Python; then code that learns
 * batch by batch takes a file that could be larger than memory. */

#include <locale.h>
#include <string.h>

#include <pymva/pymva.h>

/* Each class is a normal distribution; weights count. */
static const char clouds[] =
  "import numpy as np\n"
  "\n"
  "class Clouds:\n"
  "    def __init__(self, width=0.0):\n"
  "        self.width = width\n"
  "\n"
  "    def fit(self, inputs, targets, weights):\n"
  "        self.means, self.scales = [], []\n"
  "        for k in np.unique(targets):\n"
  "            events, shares = inputs[targets == k], weights[targets == k]\n"
  "            spread = np.cov(events.T, aweights=shares) + self.width * np.eye(len(events.T))\n"
  "            self.means.append(np.average(events, axis=0, weights=shares))\n"
  "            self.scales.append(np.linalg.cholesky(np.linalg.inv(spread)))\n"
  "\n"
  "    def predict(self, inputs):\n"
  "        scores = np.stack([\n"
  "            np.log(np.diag(scale)).sum()\n"
  "            - 0.5 * np.sum(((inputs - mean) @ scale) ** 2, axis=1)\n"
  "            for mean, scale in zip(self.means, self.scales)], axis=1)\n"
  "        near = np.exp(scores - scores.max(axis=1, keepdims=True))\n"
  "        return near / near.sum(axis=1, keepdims=True)\n";

/* A straight line through all events, by sums that are added up batch by batch. */
static const char line[] =
  "import numpy as np\n"
  "\n"
  "def begin_fit(n_variables):\n"
  "    return {'A': np.zeros((n_variables + 1, n_variables + 1)), 'b': 0.0, 'n': 0}\n"
  "\n"
  "def partial_fit(state, inputs, targets, weights):\n"
  "    X = np.c_[inputs, np.ones(len(inputs))]\n"
  "    state['A'] += (X.T * weights) @ X\n"
  "    state['b'] += X.T @ (weights * targets)\n"
  "    state['n'] += len(inputs)\n"
  "    return {'events': state['n']}\n"
  "\n"
  "def end_fit(state):\n"
  "    return np.linalg.solve(state['A'], state['b'])\n"
  "\n"
  "def predict(state, inputs):\n"
  "    return np.c_[inputs, np.ones(len(inputs))] @ state\n";

static gboolean
add_variables (PymvaDataset *dataset,
               guint n_variables,
               GError **error)
{
  for (guint i = 1; i <= n_variables; i++)
    {
      g_autofree char *name = g_strdup_printf ("var%u", i);

      if (!pymva_dataset_add_variable (dataset, name, error))
        return FALSE;
    }

  return TRUE;
}

static PymvaDataset *
load_classes (GFile *file,
              GError **error)
{
  g_autoptr (PymvaTable) table = pymva_table_new_from_file (file, NULL, NULL, error);
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);

  if (table == NULL || !pymva_dataset_add_labelled (dataset, table, "class", error) ||
      !add_variables (dataset, 4, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

static gboolean
print_accuracy (PymvaMethod *method,
                PymvaDataset *dataset,
                GError **error)
{
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaEvaluation) evaluation = NULL;

  if (!pymva_method_train (method, dataset, NULL, error))
    return FALSE;
  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, error);
  labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, error);
  if (inputs == NULL || labels == NULL)
    return FALSE;
  responses = pymva_method_predict (method, inputs, NULL, error);
  if (responses == NULL)
    return FALSE;
  evaluation = pymva_evaluation_new (responses, labels, NULL, error);
  if (evaluation == NULL)
    return FALSE;
  g_print ("%s: accuracy %.2f\n", pymva_method_get_title (method),
           pymva_evaluation_get_accuracy (evaluation));

  return TRUE;
}

static gboolean
use_estimator (PymvaDataset *dataset,
               GError **error)
{
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_sklearn_new ());
  g_autoptr (GError) local_error = NULL;

  g_object_set (method, "title", "support vectors", "estimator", "StandardScaler, SVC",
                "estimator-parameters",
                g_variant_new_parsed ("{'svc__C': <2.0>, 'svc__gamma': <'scale'>}"), NULL);
  if (!print_accuracy (method, dataset, error))
    return FALSE;

  /* What an estimator does not have is found before it learns. */
  g_object_set (method, "estimator-parameters", g_variant_new_parsed ("{'C': <2.0>}"), NULL);
  if (!pymva_method_train (method, dataset, NULL, &local_error))
    {
      const char *reason = strstr (local_error->message, "the estimator");

      g_print ("%.*s\n", (int) strcspn (reason, "\n"), reason);
    }

  return TRUE;
}

static gboolean
use_own_class (PymvaDataset *dataset,
               GError **error)
{
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_python_method_new ());

  g_object_set (method, "title", "clouds", "user-code", clouds, "user-parameters",
                g_variant_new_parsed ("{'width': <0.01>}"), NULL);

  return print_accuracy (method, dataset, error);
}

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  gint64 n_events = 0;

  g_variant_lookup (metrics, "events", "x", &n_events);
  g_print ("learnt from %" G_GINT64_FORMAT " events\n", n_events);
}

static gboolean
use_batches (GFile *file,
             GError **error)
{
  g_autoptr (PymvaTableStream) stream = pymva_table_stream_new (file, NULL);
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_python_method_new ());
  g_autoptr (PymvaTable) piece = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaTensor) predictions = NULL;

  if (!pymva_dataset_add_events_stream (dataset, stream, 1.0, error) ||
      !add_variables (dataset, 3, error) || !pymva_dataset_add_target (dataset, "var4", error))
    return FALSE;

  g_object_set (method, "user-code", line, "batch-size", 500, NULL);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), NULL);
  if (!pymva_method_train (method, dataset, NULL, error))
    return FALSE;

  /* The model is applied piece by piece, too. */
  model = pymva_method_get_model (method, error);
  if (model == NULL)
    return FALSE;
  pymva_table_stream_set_piece_size (stream, 1000);
  piece = pymva_table_stream_read (stream, NULL, error);
  if (piece == NULL)
    return FALSE;
  predictions = pymva_model_predict_table (model, piece, error);
  if (predictions == NULL)
    return FALSE;
  g_print ("predictions: %" G_GINT64_FORMAT "\n", pymva_tensor_get_shape (predictions, NULL)[0]);

  return TRUE;
}

static gboolean
run (const char *data,
     GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (data);
  g_autoptr (PymvaDataset) dataset = load_classes (file, error);

  return dataset != NULL && use_estimator (dataset, error) && use_own_class (dataset, error) &&
         use_batches (file, error);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!run (argc > 1 ? argv[1] : "examples/data/multiclass_example.csv", &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
