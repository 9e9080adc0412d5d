/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <pymva/pymva.h>

#include "acceptance.h"
#include "events.h"
#include "score-data.h"

/* The rows of PyKeras in PyMVA's acceptance tests. */
static const struct
{
  Acceptance acceptance;
  /* What writes the model file, as PyMVA's users do. */
  const char *layers;
  const char *loss;
  const char *optimizer;
  const char *options;
  /* The same as properties. */
  const char *parameters;
} rows[] = {
  { { PYMVA_ANALYSIS_TYPE_CLASSIFICATION, 0, 0.6, 0.4 },
    "keras.Input((4,)), keras.layers.Dense(64, 'relu'), keras.layers.Dense(2, 'softmax')",
    "categorical_crossentropy", "SGD(0.01)",
    "!H:!V:VarTransform=D,G:FilenameModel=model.keras:FilenameTrainedModel=trained.keras:"
    "NumEpochs=10:BatchSize=32",
    "{'layers': <'Dense(64, relu); Dense(2, softmax)'>, 'optimizer': <'sgd'>,"
    " 'learning-rate': <0.01>, 'epochs': <10>, 'batch-size': <32>, 'transforms': <'D,G'>}" },
  { { PYMVA_ANALYSIS_TYPE_MULTICLASS, 200, 0.3, 1.0 },
    "keras.Input((4,)), keras.layers.Dense(64, 'relu'), keras.layers.Dense(4, 'softmax')",
    "categorical_crossentropy", "Adam()",
    "!H:!V:VarTransform=D,G:FilenameModel=model.keras:FilenameTrainedModel=trained.keras:"
    "NumEpochs=20:BatchSize=32:SaveBestOnly=false:Verbose=0",
    "{'layers': <'Dense(64, relu); Dense(4, softmax)'>, 'epochs': <20>, 'batch-size': <32>,"
    " 'save-best-only': <false>, 'transforms': <'D,G'>}" },
  { { PYMVA_ANALYSIS_TYPE_REGRESSION, 0, 0.0, 30.0 },
    "keras.Input((2,)), keras.layers.Dense(64, 'tanh'), keras.layers.Dense(1, 'linear')",
    "mean_squared_error", "SGD(0.01)",
    "!H:!V:VarTransform=D,G:FilenameModel=model.keras:FilenameTrainedModel=trained.keras:"
    "NumEpochs=10:BatchSize=32:SaveBestOnly=false:Verbose=0:NumThreads=1",
    "{'layers': <'Dense(64, tanh); Dense(1)'>, 'optimizer': <'sgd'>, 'learning-rate': <0.01>,"
    " 'epochs': <10>, 'batch-size': <32>, 'save-best-only': <false>, 'transforms': <'D,G'>,"
    " 'standardise-targets': <false>}" },
};

static void
write_model (guint row,
             guint seed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) names = NULL;
  g_autofree char *script = g_strdup_printf (
    "import os\n"
    "os.environ.setdefault('KERAS_BACKEND', 'torch')\n"
    "import keras\n"
    "keras.utils.set_random_seed(%u)\n"
    "model = keras.Sequential([%s])\n"
    "model.compile(loss='%s', optimizer=keras.optimizers.%s)\n"
    "model.save('model.keras')\n", seed, rows[row].layers, rows[row].loss, rows[row].optimizer);

  names = pymva_interpreter_run (pymva_interpreter_get_default (), script, NULL, "generate.py",
                                 &error);
  g_assert_no_error (error);
}

static void
test_options (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);

  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaMethod) method = pymva_method_create_for_name ("PyKeras", NULL, &error);

      g_assert_no_error (error);
      write_model (row, seed);
      pymva_method_set_options (method, rows[row].options, &error);
      g_assert_no_error (error);
      assert_accepted (method, &rows[row].acceptance, seed);
      g_assert_cmpint (g_unlink ("trained.keras"), ==, 0);
      g_assert_cmpint (g_unlink ("model.keras"), ==, 0);
    }
}

static void
test_properties (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);

  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_keras_new ());
      g_autoptr (GError) error = NULL;

      pymva_method_set_parameters (method, g_variant_new_parsed (rows[row].parameters), &error);
      g_assert_no_error (error);
      assert_accepted (method, &rows[row].acceptance, seed);
    }
}

int
main (int argc,
      char *argv[])
{
  static const char * const names[] = { "classification", "multiclass", "regression" };
  g_autofree char *folder = g_dir_make_tmp ("acceptance-XXXXXX", NULL);
  int result;

  g_test_init (&argc, &argv, NULL);
  /* PyMVA's file names have no folders, and a plain script of Keras writes into the home. */
  g_assert_cmpint (g_chdir (folder), ==, 0);
  g_setenv ("KERAS_HOME", folder, TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *options = g_strconcat ("/acceptance-keras/options/", names[i], NULL);
      g_autofree char *properties = g_strconcat ("/acceptance-keras/properties/", names[i], NULL);

      g_test_add_data_func (options, GUINT_TO_POINTER (i), test_options);
      g_test_add_data_func (properties, GUINT_TO_POINTER (i), test_properties);
    }

  result = g_test_run ();
  g_unlink ("keras.json");
  g_rmdir (folder);

  return result;
}
