/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "score-data.h"

/* Plain scripts of Keras reached the figures in brackets. */

/* [0.934] */
static void
test_class_example (void)
{
  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (PymvaDataset) dataset = new_class_example (seed);
      g_autoptr (PymvaTensor) responses = NULL;

      responses = train_and_score (
        "keras", "{'hidden-layers': <'64,64'>, 'optimizer': <'adam'>, 'epochs': <20>}", seed,
        dataset, "mlp", 1e-5);
      assert_auc (responses, dataset, 0.93);
    }
}

/* [0.88 to 0.96, and 0.97] */
static void
test_multiclass (void)
{
  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (PymvaDataset) dataset = new_multiclass_example (seed);
      g_autoptr (PymvaTensor) responses = NULL;

      responses = train_and_score ("keras", "{'learning-rate': <0.01>, 'epochs': <50>}", seed,
                                   dataset, "mlp", 1e-5);
      assert_class_shares (responses, dataset, 0.85, 0.95);
    }
}

/* [0.26], of which the noise is 0.083 */
static void
test_regression (void)
{
  for (guint seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (PymvaDataset) dataset = new_regression_example (seed);
      g_autoptr (PymvaTensor) predictions = NULL;

      predictions = train_and_score ("keras", "{'epochs': <50>}", seed, dataset, "mlp", 1e-5);
      assert_mean_square (predictions, dataset, 1.0);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scores-keras/class-example", test_class_example);
  g_test_add_func ("/scores-keras/multiclass", test_multiclass);
  g_test_add_func ("/scores-keras/regression", test_regression);

  return g_test_run ();
}
