/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva-torch.h>

#include "data/pymva-tensor-private.h"

#include "events.h"
#include "network-tests.h"

static PymvaMethod *
new_network (int epochs)
{
  return g_object_new (PYMVA_TYPE_TORCH, "epochs", epochs, "hidden-layers", "16,16",
                       "learning-rate", 0.01, "title", "network", NULL);
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

/* Every activation that can be chosen, with batch normalisation and dropout between. */
static void
test_activations (void)
{
  g_autoptr (PymvaMethod) method = new_network (1);
  g_autoptr (PymvaDataset) dataset = new_two_classes (150, FALSE);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) activations = pymva_method_list_choices (method, "activation", &error);

  g_assert_no_error (error);
  g_object_set (method, "batch-norm", TRUE, "dropout", 0.1, NULL);
  for (guint i = 0; activations[i] != NULL; i++)
    {
      g_object_set (method, "activation", activations[i], NULL);
      assert_train (method, dataset);
      g_object_unref (assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE));
    }
}

static void
test_optimizers_and_losses (void)
{
  static const char * const optimizers[] = { "sgd", "ADAM", "adamw" };
  static const char * const losses[] = { "binary_cross_entropy", "mean-squared-error", "huber" };
  g_autoptr (PymvaDataset) dataset = new_two_classes (150, TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (optimizers); i++)
    {
      g_autoptr (PymvaMethod) method = new_network (2);

      g_object_set (method, "optimizer", optimizers[i], "loss", losses[i], "weight-decay", 0.001,
                    "standardise", i != 0, NULL);
      assert_train (method, dataset);
      g_object_unref (assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE));
    }
}

typedef struct
{
  guint n_iterations;
  double losses[200];
  double rates[200];
} History;

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  History *history = user_data;
  gint64 epoch;
  double training_loss;

  g_assert_cmpuint (index, ==, history->n_iterations);
  g_assert_true (g_variant_lookup (metrics, "epoch", "x", &epoch));
  g_assert_cmpint (epoch, ==, index + 1);
  g_assert_true (g_variant_lookup (metrics, "training_loss", "d", &training_loss));
  g_assert_true (g_variant_lookup (metrics, "validation_loss", "d", &history->losses[index]));
  g_assert_true (g_variant_lookup (metrics, "learning_rate", "d", &history->rates[index]));
  history->n_iterations++;
}

static void
test_early_stopping (void)
{
  g_autoptr (PymvaMethod) method = new_network (200);
  g_autoptr (PymvaDataset) dataset = new_two_classes (150, FALSE);
  History history = { 0, };
  guint best = 0;

  g_object_set (method, "early-stopping", 3, "learning-rate", 0.05, NULL);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), &history);
  assert_train (method, dataset);
  for (guint i = 1; i < history.n_iterations; i++)
    if (history.losses[i] < history.losses[best])
      best = i;
  g_assert_cmpuint (history.n_iterations, <, 200);
  g_assert_cmpuint (history.n_iterations, ==, best + 4);
}

static void
test_schedule (void)
{
  g_autoptr (PymvaMethod) method = new_network (4);
  g_autoptr (PymvaDataset) dataset = new_two_classes (100, FALSE);
  History history = { 0, };

  g_object_set (method, "learning-rate-schedule", "1,0.002;3,0.001", NULL);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), &history);
  assert_train (method, dataset);
  g_assert_cmpuint (history.n_iterations, ==, 4);
  g_assert_cmpfloat (history.rates[0], ==, 0.01);
  g_assert_cmpfloat (history.rates[1], ==, 0.002);
  g_assert_cmpfloat (history.rates[2], ==, 0.002);
  g_assert_cmpfloat (history.rates[3], ==, 0.001);
}

/* The same seed gives the same bits. */
static void
test_seed (void)
{
  g_autoptr (PymvaDataset) dataset = new_two_classes (150, FALSE);
  g_autoptr (PymvaTensor) first = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (PymvaMethod) method = new_network (2);
      g_autoptr (PymvaTensor) responses = NULL;

      pymva_method_set_seed (method, i == 2 ? 6 : 5);
      assert_train (method, dataset);
      responses = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
      if (first == NULL)
        first = g_steal_pointer (&responses);
      else
        g_assert_true (g_bytes_equal (pymva_tensor_get_bytes (first),
                                      pymva_tensor_get_bytes (responses)) == (i == 1));
    }
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
    { "{'hidden-layers': <'64,,64'>}", "hidden-layers is “64,,64”; expected numbers of neurons" },
    { "{'validation-size': <'all'>}", "validation-size is “all”; expected a share" },
    { "{'validation-size': <'100000'>}", "which leaves none of the 100 training events" },
    { "{'learning-rate-schedule': <'5'>}", "learning-rate-schedule is “5”" },
    { "{'learning-rate-schedule': <'1,nan'>}", "learning rates above 0" },
    { "{'learning-rate-schedule': <'-1,0.1'>}", "expected epochs, from 0 on" },
    { "{'loss': <'cross-entropy'>}", "does not fit a network with one output" },
    { "{'early-stopping': <1>, 'validation-size': <''>}", "early-stopping needs validation" },
    { "{'validation-size': <'0'>}", "validation-size is “0”, which leaves none of the 100" },
    { "{'validation-size': <'-5'>}", "validation-size is “-5”; expected a share" },
    { "{'validation-size': <'100'>}", "which leaves none of the 100 training events to learn" },
    { "{'learning-rate': <1e6>, 'optimizer': <'sgd'>, 'activation': <'identity'>, "
      "'loss': <'binary-cross-entropy'>, 'weight-decay': <1e3>, 'epochs': <50>}",
      "lower the learning-rate" },
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

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/torch/classification", test_classification);
  g_test_add_func ("/torch/multiclass", test_multiclass);
  g_test_add_func ("/torch/regression", test_regression);
  g_test_add_func ("/torch/activations", test_activations);
  g_test_add_func ("/torch/optimizers-and-losses", test_optimizers_and_losses);
  g_test_add_func ("/torch/early-stopping", test_early_stopping);
  g_test_add_func ("/torch/schedule", test_schedule);
  g_test_add_func ("/torch/seed", test_seed);
  g_test_add_func ("/torch/bad-values", test_bad_values);

  return g_test_run ();
}
