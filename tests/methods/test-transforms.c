/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "events.h"

/* Transformed inputs in training, in the method's own answers, and in models: the same numbers. */

static const char *const chains[] = { "I", "N", "S", "D", "P", "U", "G", "D,G", "G,D", "U,P,S",
                                      "N_Signal", "D_Background,P_Signal,G,N_AllClasses",
                                      "S(a,c)+D(b,d)_background" };

static PymvaMethod *
new_forest (const char *transforms)
{
  return g_object_new (PYMVA_TYPE_RANDOM_FOREST, "transforms", transforms, "n-estimators", 10,
                       NULL);
}

static void
test_forest (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      g_autoptr (PymvaDataset) dataset = new_two_classes (300, TRUE);
      g_autoptr (PymvaMethod) method = new_forest (chains[i]);
      g_autoptr (PymvaTensor) responses = NULL;

      g_test_message ("%s", chains[i]);
      assert_train (method, dataset);
      responses = assert_same_answers (method, dataset, "forest", 0);
      g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.6);
    }
}

static void
test_torch (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      g_autoptr (PymvaDataset) dataset = new_two_classes (300, TRUE);
      g_autoptr (PymvaMethod) method =
        g_object_new (PYMVA_TYPE_TORCH, "transforms", chains[i], "epochs", 2, NULL);
      g_autoptr (PymvaTensor) responses = NULL;

      g_test_message ("%s", chains[i]);
      assert_train (method, dataset);
      responses = assert_same_answers (method, dataset, "mlp", 1e-5);
    }
}

/* A network of the user's own predict(), which only Python can ask. */
static void
test_python_engine (void)
{
  static const char code[] =
    "import torch\n"
    "def model(n_inputs, n_outputs):\n"
    "    return torch.nn.Sequential(torch.nn.Linear(n_inputs, n_outputs), torch.nn.Sigmoid())\n"
    "def predict(model, inputs):\n"
    "    assert float(inputs.min()) >= 0 and float(inputs.max()) <= 1\n"
    "    return model(inputs)\n";
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (PymvaMethod) method = g_object_new (
    PYMVA_TYPE_TORCH, "transforms", "U", "user-code", code, "epochs", 1, NULL);
  g_autoptr (PymvaTensor) responses = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "python", 0);
}

static void
test_other_types (void)
{
  g_autoptr (PymvaDataset) multiclass = new_three_classes (200);
  g_autoptr (PymvaDataset) regression = new_regression (300);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PymvaMethod) method = new_forest (i == 0 ? "D_y,G" : "P,G");
      PymvaDataset *dataset = i == 0 ? multiclass : regression;
      g_autoptr (PymvaTensor) responses = NULL;

      assert_train (method, dataset);
      responses = assert_same_answers (method, dataset, "forest", 0);
    }
}

/* Columns of one variable each still have the importance of that variable. */
static void
test_importance (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (300, FALSE);
  g_autoptr (PymvaMethod) single = new_forest ("G");
  g_autoptr (PymvaMethod) mixed = new_forest ("D");
  g_autoptr (PymvaTensor) importance = NULL;
  g_autoptr (GError) error = NULL;

  assert_train (single, dataset);
  importance = pymva_method_get_importance (single, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_tensor_get_length (importance, 0), ==, 4);

  assert_train (mixed, dataset);
  g_assert_null (pymva_method_get_importance (mixed, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "mixtures"));
}

static void
test_errors (void)
{
  static const struct
  {
    const char *transforms;
    int code;
    const char *words;
  } cases[] = {
    { "X", PYMVA_ERROR_VALUE, "no transformation “X”" },
    { "D;G", PYMVA_ERROR_VALUE, "several chains" },
    { "D_Sgnal", PYMVA_ERROR_VALUE, "no class “Sgnal”" },
    { "N(e)", PYMVA_ERROR_VALUE, "no variable “e”" },
    { "N(a,_T_)", PYMVA_ERROR_UNSUPPORTED, "only variables" },
    { "N(a", PYMVA_ERROR_VALUE, "parentheses" },
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  g_autoptr (PymvaDataset) constant = new_two_classes (100, FALSE);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PymvaMethod) method = new_forest (cases[i].transforms);

      assert_train_fails (method, dataset, cases[i].code, cases[i].words);
    }

  pymva_dataset_add_variable (constant, "one := a - a + 1", &error);
  g_assert_no_error (error);
  for (const char *kind = "NSDPUG"; *kind != '\0'; kind++)
    {
      g_autofree char *transforms = g_strndup (kind, 1);
      g_autoptr (PymvaMethod) method = new_forest (transforms);

      assert_train_fails (method, constant, PYMVA_ERROR_DATA, "“one” is 1 in all training events");
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/methods/transforms/forest", test_forest);
  g_test_add_func ("/methods/transforms/torch", test_torch);
  g_test_add_func ("/methods/transforms/python-engine", test_python_engine);
  g_test_add_func ("/methods/transforms/other-types", test_other_types);
  g_test_add_func ("/methods/transforms/importance", test_importance);
  g_test_add_func ("/methods/transforms/errors", test_errors);

  return g_test_run ();
}
