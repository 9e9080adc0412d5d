/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/pymva-tensor-private.h"

#include "events.h"
#include "network-tests.h"

void
assert_learns_two_classes (PymvaMethod *network)
{
  g_autoptr (PymvaMethod) method = network;
  g_autoptr (PymvaDataset) dataset = new_two_classes (800, TRUE);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (GError) error = NULL;

  assert_train (method, dataset);
  g_assert_cmpfloat (pymva_method_get_training_time (method), >, 0.0);
  responses = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 1);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.75);

  g_assert_null (pymva_method_get_importance (method, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
}

void
assert_learns_three_classes (PymvaMethod *network)
{
  g_autoptr (PymvaMethod) method = network;
  g_autoptr (PymvaDataset) dataset = new_three_classes (400);
  g_autoptr (PymvaTensor) responses = NULL;

  assert_train (method, dataset);
  responses = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
  g_assert_cmpint (pymva_tensor_get_length (responses, 1), ==, 3);
  g_assert_cmpfloat (get_accuracy (responses, dataset), >, 0.8);
}

void
assert_learns_regression (PymvaMethod *network)
{
  g_autoptr (PymvaMethod) method = network;
  g_autoptr (PymvaDataset) dataset = new_regression (1500);
  g_autoptr (PymvaTensor) answers = NULL;
  g_autoptr (PymvaTensor) targets = NULL;
  g_autoptr (GError) error = NULL;
  double square_sum = 0.0;
  gint64 n_events;

  assert_train (method, dataset);
  answers = assert_same_answers (method, dataset, "mlp", NETWORK_TOLERANCE);
  g_assert_cmpint (pymva_tensor_get_length (answers, 1), ==, 2);
  targets = pymva_dataset_get_targets (dataset, PYMVA_PART_TEST, &error);
  g_assert_no_error (error);
  n_events = pymva_tensor_get_length (answers, 0);
  for (gint64 i = 0; i < n_events; i++)
    {
      double difference = pymva_tensor_get_value (answers, (gint64[]) { i, 1 }, 2) -
                          pymva_tensor_get_value (targets, (gint64[]) { i, 1 }, 2);

      square_sum += difference * difference;
    }
  /* The target "g" has the variance (5 * 100)^2 / 12. */
  g_assert_cmpfloat (square_sum / n_events, <, 0.01 * 500.0 * 500.0 / 12.0);
}
