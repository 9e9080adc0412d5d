/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <glib/gstdio.h>
#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "events.h"
#include "scoring/pymva-model-private.h"

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

/* Whether the transformations of two models, which both have them, are the same to the bit. */
static gboolean
same_transforms (PymvaModel *first,
                 PymvaModel *second)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) expected = pymva_model_read_tables (first, &error);
  g_autoptr (GHashTable) found = pymva_model_read_tables (second, &error);
  guint n_tables = 0;
  GHashTableIter iter;
  gpointer name;
  gpointer table;

  g_assert_no_error (error);
  g_hash_table_iter_init (&iter, expected);
  while (g_hash_table_iter_next (&iter, &name, &table))
    {
      PymvaTensor *other = g_hash_table_lookup (found, name);

      if (!g_str_has_prefix (name, "transform."))
        continue;
      n_tables++;
      if (other == NULL ||
          !g_bytes_equal (pymva_tensor_get_bytes (table), pymva_tensor_get_bytes (other)))
        return FALSE;
    }
  g_assert_cmpuint (n_tables, >, 0);

  return TRUE;
}

static PymvaMethod *
new_network (const char *transforms,
             GFile *file)
{
  return g_object_new (PYMVA_TYPE_TORCH, "transforms", transforms, "epochs", 1,
                       "trained-model-file", file, NULL);
}

/* A training that goes on takes the transformations that the network has learnt with, from the
 * method or from the file of the model, and not those that fit the new events. */
static void
test_going_on (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("pymva-test-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "network.pymva", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (PymvaDataset) dataset = new_two_classes (200, FALSE);
  g_autoptr (PymvaDataset) others = new_two_classes (300, TRUE);
  g_autoptr (PymvaMethod) method = new_network ("D(a,c),G,P", file);
  g_autoptr (PymvaMethod) loaded = new_network ("D(a,c),G,P", file);
  g_autoptr (PymvaMethod) different = new_network ("D", file);
  g_autoptr (PymvaModel) first = NULL;
  g_autoptr (PymvaModel) afresh = NULL;

  assert_train (method, dataset);
  first = pymva_method_get_model (method, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 2; i++)
    {
      PymvaMethod *next = i == 0 ? method : loaded;
      g_autoptr (PymvaModel) second = NULL;
      g_autoptr (PymvaTensor) responses = NULL;

      g_object_set (next, "continue-training", TRUE, NULL);
      assert_train (next, others);
      second = pymva_method_get_model (next, &error);
      g_assert_no_error (error);
      g_assert_true (same_transforms (first, second));
      responses = assert_same_answers (next, others, "mlp", 1e-5);
    }

  g_object_set (different, "continue-training", TRUE, NULL);
  assert_train_fails (different, others, PYMVA_ERROR_VALUE, "had “D(a,c),G,P”");
  g_object_set (method, "transforms", "", NULL);
  assert_train_fails (method, others, PYMVA_ERROR_VALUE, "had “D(a,c),G,P”");

  g_object_set (loaded, "continue-training", FALSE, NULL);
  assert_train (loaded, others);
  afresh = pymva_method_get_model (loaded, &error);
  g_assert_no_error (error);
  g_assert_false (same_transforms (first, afresh));

  g_assert_true (g_file_delete (file, NULL, NULL));
  g_rmdir (folder);
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
  g_test_add_func ("/methods/transforms/going-on", test_going_on);
  g_test_add_func ("/methods/transforms/errors", test_errors);

  return g_test_run ();
}
