/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <pymva/pymva.h>

#include "acceptance.h"
#include "events.h"
#include "score-data.h"

/* The rows of PyTorch in PyMVA's acceptance tests, with the user code of those tests. */
static const struct
{
  Acceptance acceptance;
  const char *head;
  const char *options;
  int epochs;
  gboolean save_best_only;
} rows[] = {
  { { PYMVA_ANALYSIS_TYPE_CLASSIFICATION, 0, 0.6, 0.4 },
    "model = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 2), nn.Softmax(dim=1))\n"
    "criterion = torch.nn.MSELoss()\n"
    "optimizer = torch.optim.SGD\n"
    "target_of = lambda y: y\n",
    "!H:!V:VarTransform=D,G:FilenameModel=model.pt:FilenameTrainedModel=trained.pt:NumEpochs=10:"
    "BatchSize=32:UserCode=user.py", 10, TRUE },
  { { PYMVA_ANALYSIS_TYPE_MULTICLASS, 200, 0.3, 1.0 },
    "model = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 4), nn.Softmax(dim=1))\n"
    "criterion = nn.CrossEntropyLoss()\n"
    "optimizer = torch.optim.Adam\n"
    "target_of = lambda y: torch.max(y, 1)[1]\n",
    "!H:!V:VarTransform=D,G:FilenameModel=model.pt:FilenameTrainedModel=trained.pt:NumEpochs=20:"
    "BatchSize=32:SaveBestOnly=false:UserCode=user.py", 20, FALSE },
  { { PYMVA_ANALYSIS_TYPE_REGRESSION, 0, 0.0, 30.0 },
    "model = nn.Sequential(nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 1))\n"
    "criterion = torch.nn.MSELoss()\n"
    "optimizer = torch.optim.SGD\n"
    "target_of = lambda y: y\n",
    "!H:!V:VarTransform=D,G:FilenameModel=model.pt:FilenameTrainedModel=trained.pt:NumEpochs=10:"
    "BatchSize=32:SaveBestOnly=false:UserCode=user.py", 10, FALSE },
};

static void
write_user_code (guint row)
{
  g_autofree char *code = new_pymva_code (rows[row].head);
  g_autoptr (GError) error = NULL;

  g_file_set_contents ("user.py", code, -1, &error);
  g_assert_no_error (error);
}

static void
test_options (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);

  write_user_code (row);
  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaMethod) method = pymva_method_create_for_name ("PyTorch", NULL, &error);

      g_assert_no_error (error);
      pymva_method_set_options (method, rows[row].options, &error);
      g_assert_no_error (error);
      assert_accepted (method, &rows[row].acceptance, seed);
      g_assert_true (g_file_test ("trained.pt", G_FILE_TEST_EXISTS));
      g_unlink ("trained.pt");
    }
}

static void
test_properties (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr (GFile) user_file = g_file_new_for_path ("user.py");
  g_autoptr (GFile) model_file = g_file_new_for_path ("model.pt");

  write_user_code (row);
  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (PymvaMethod) method =
        g_object_new (PYMVA_TYPE_TORCH, "transforms", "D,G", "standardise-targets", FALSE,
                      "model-file", model_file, "trust-model-file", TRUE, "user-file", user_file,
                      "epochs", rows[row].epochs, "batch-size", 32,
                      "save-best-only", rows[row].save_best_only, NULL);

      assert_accepted (method, &rows[row].acceptance, seed);
    }
}

/* What networks made of properties reach; plain scripts reached the figures in brackets. */
static PymvaTensor *
train_and_predict (const char *parameters,
                   guint seed,
                   PymvaDataset *dataset)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_torch_new ());

  pymva_method_set_parameters (method, g_variant_new_parsed (parameters), &error);
  g_assert_no_error (error);
  pymva_method_set_seed (method, seed);
  assert_train (method, dataset);

  return assert_same_answers (method, dataset, "mlp", 1e-5);
}

/* [0.88 to 0.96, and 0.97] */
static void
test_multiclass_score (void)
{
  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (PymvaDataset) dataset = new_multiclass_example (seed);
      g_autoptr (PymvaTensor) responses =
        train_and_predict ("{'learning-rate': <0.01>, 'epochs': <40>}", seed, dataset);

      assert_class_shares (responses, dataset, 0.85, 0.95);
    }
}

int
main (int argc,
      char *argv[])
{
  static const char * const names[] = { "classification", "multiclass", "regression" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *options = g_strconcat ("/acceptance-torch/options/", names[i], NULL);
      g_autofree char *properties = g_strconcat ("/acceptance-torch/properties/", names[i], NULL);

      g_test_add_data_func (options, GUINT_TO_POINTER (i), test_options);
      g_test_add_data_func (properties, GUINT_TO_POINTER (i), test_properties);
    }
  g_test_add_func ("/acceptance-torch/multiclass-score", test_multiclass_score);

  /* PyMVA's file names have no folders. */
  return run_in_new_folder ();
}
