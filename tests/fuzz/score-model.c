/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "data/pymva-tensor-private.h"
#include "score-model.h"
#include "scoring/pymva-model-private.h"

#define N_ROWS 9
#define MOST_COLUMNS 64

void
score_model (PymvaModel *model)
{
  static const float values[] = { 0, -0.0f, 1, -1.5f, NAN, INFINITY, -INFINITY, 1e-40f, 3e38f };
  guint n_variables = pymva_model_get_n_variables (model);
  guint n_outputs = pymva_model_get_n_outputs (model);
  float rows[N_ROWS * MOST_COLUMNS];
  float alone[MOST_COLUMNS];
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;

  if (n_variables > MOST_COLUMNS || n_outputs > MOST_COLUMNS ||
      g_str_equal (pymva_model_get_engine (model), PYMVA_STAGE_PYTHON))
    return;
  for (guint i = 0; i < N_ROWS * n_variables; i++)
    rows[i] = values[(i + i / n_variables) % G_N_ELEMENTS (values)];
  bytes = g_bytes_new_static (rows, N_ROWS * n_variables * sizeof (float));
  inputs = pymva_tensor_new (PYMVA_DTYPE_FLOAT32, (gint64[]) { N_ROWS, n_variables }, 2, bytes,
                             NULL);
  outputs = pymva_model_predict (model, inputs, NULL);
  g_assert (outputs != NULL);
  for (guint i = 0; i < N_ROWS; i++)
    {
      const float *row = (const float *) pymva_tensor_peek_data (outputs) + i * n_outputs;

      g_assert (pymva_model_score (model, rows + i * n_variables, alone));
      for (guint j = 0; j < n_outputs; j++)
        g_assert (memcmp (&row[j], &alone[j], sizeof (float)) == 0 ||
                  (isnan (row[j]) && isnan (alone[j])));
    }
}
