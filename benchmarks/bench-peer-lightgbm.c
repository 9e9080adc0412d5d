/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* LightGBM by its C functions (https://lightgbm.readthedocs.io/en/stable/C-API.html); single rows
 * take the fast path that it has for them. */

#include "bench-peer.h"

/* C_API_DTYPE_FLOAT32, C_API_PREDICT_NORMAL. */
#define TYPE_FLOAT32 0
#define PREDICT_NORMAL 0
#define PARAMETERS "num_threads=1"

typedef struct
{
  gpointer booster;
  gpointer fast_config;
  BenchShape shape;
  double *answers;
  gsize n_answers;

  int (*predict_row) (gpointer, const void *, gint64 *, double *);
  int (*predict_rows) (gpointer, const void *, int, gint32, gint32, int, int, int, int,
                       const char *, gint64 *, double *);
} Lightgbm;

static gpointer
load_lightgbm (const char *path,
               const char *model_path,
               const BenchShape *shape)
{
  Lightgbm *self = g_new0 (Lightgbm, 1);
  gpointer library = bench_open_library (path);
  int (*load_model) (const char *, int *, gpointer *);
  int (*start_fast) (gpointer, int, int, int, int, gint32, const char *, gpointer *);
  int n_iterations;

  self->shape = *shape;
  load_model = bench_find_symbol (library, "LGBM_BoosterCreateFromModelfile");
  start_fast = bench_find_symbol (library, "LGBM_BoosterPredictForMatSingleRowFastInit");
  self->predict_row = bench_find_symbol (library, "LGBM_BoosterPredictForMatSingleRowFast");
  self->predict_rows = bench_find_symbol (library, "LGBM_BoosterPredictForMat");

  if (load_model (model_path, &n_iterations, &self->booster) != 0 ||
      start_fast (self->booster, PREDICT_NORMAL, 0, -1, TYPE_FLOAT32, shape->n_features, PARAMETERS,
                  &self->fast_config) != 0)
    g_error ("LightGBM cannot load %s", model_path);

  return self;
}

static void
score_lightgbm (gpointer data,
                const float *rows,
                gsize n_rows,
                float *outputs)
{
  Lightgbm *self = data;
  gsize n_answers = n_rows * self->shape.n_outputs;
  gint64 length;
  int status;

  if (n_answers > self->n_answers)
    {
      self->answers = g_renew (double, self->answers, n_answers);
      self->n_answers = n_answers;
    }
  if (n_rows == 1)
    status = self->predict_row (self->fast_config, rows, &length, self->answers);
  else
    status = self->predict_rows (self->booster, rows, TYPE_FLOAT32, n_rows, self->shape.n_features,
                                 /* row by row: */ 1, PREDICT_NORMAL, 0, -1, PARAMETERS, &length,
                                 self->answers);
  if (status != 0)
    g_error ("LightGBM cannot predict");

  for (gsize i = 0; i < n_answers; i++)
    outputs[i] = self->answers[i];
}

const BenchPeer bench_peer_lightgbm = { "lightgbm", load_lightgbm, score_lightgbm };
