/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "bench-peer.h"

static gpointer
load_library (const char *library,
              const char *model_path,
              const BenchShape *shape)
{
  g_autoptr (GFile) file = g_file_new_for_path (model_path);
  g_autoptr (GError) error = NULL;
  PymvaModel *model = pymva_model_load (file, NULL, &error);

  if (model == NULL)
    g_error ("%s", error->message);
  g_assert (pymva_model_get_n_variables (model) == shape->n_features);
  g_assert (pymva_model_get_n_outputs (model) == shape->n_outputs);

  return model;
}

static void
score_library (gpointer data,
               const float *rows,
               gsize n_rows,
               float *outputs)
{
  PymvaModel *model = data;
  guint n_outputs = pymva_model_get_n_outputs (model);
  gint64 shape[2] = { n_rows, pymva_model_get_n_variables (model) };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) found = NULL;
  g_autoptr (GError) error = NULL;

  if (n_rows == 1)
    {
      pymva_model_score (model, rows, outputs);
      return;
    }

  bytes = g_bytes_new_static (rows, shape[0] * shape[1] * sizeof (float));
  inputs = pymva_tensor_new (PYMVA_DTYPE_FLOAT32, shape, 2, bytes, &error);
  found = inputs != NULL ? pymva_model_predict (model, inputs, &error) : NULL;
  if (found == NULL)
    g_error ("%s", error->message);
  memcpy (outputs, g_bytes_get_data (pymva_tensor_get_bytes (found), NULL),
          n_rows * n_outputs * sizeof (float));
}

static const char *
get_library_kernel (gpointer model)
{
  return pymva_model_get_kernel (model);
}

const BenchPeer bench_peer_library = { "library", load_library, score_library,
                                       get_library_kernel };
