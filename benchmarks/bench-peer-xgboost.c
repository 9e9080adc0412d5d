/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* XGBoost by its C functions (https://xgboost.readthedocs.io/en/stable/c.html), with rows in place
 * and with a matrix that is made of them. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench-peer.h"

typedef struct
{
  gpointer booster;
  gpointer proxy;
  BenchShape shape;

  const char *(*get_error) (void);
  int (*predict_dense) (gpointer, const char *, const char *, gpointer, const guint64 **,
                        guint64 *, const float **);
  int (*predict_matrix) (gpointer, gpointer, const char *, const guint64 **, guint64 *,
                         const float **);
  int (*new_matrix) (const float *, guint64, guint64, float, gpointer *);
  int (*free_matrix) (gpointer);
} Xgboost;

/* Probabilities of all trees, no thread of its own. */
static const char config[] =
  "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
  "\"strict_shape\": false, \"missing\": NaN, \"cache_id\": 0}";

static void
check (Xgboost *self,
       int status)
{
  if (status != 0)
    g_error ("XGBoost: %s", self->get_error ());
}

static gpointer
load_xgboost (const char *path,
              const char *model_path,
              const BenchShape *shape)
{
  Xgboost *self = g_new0 (Xgboost, 1);
  gpointer library = bench_open_library (path);
  int (*new_booster) (gpointer, guint64, gpointer *);
  int (*load_model) (gpointer, const char *);
  int (*set_parameter) (gpointer, const char *, const char *);
  int (*new_proxy) (gpointer *);

  self->shape = *shape;
  self->get_error = bench_find_symbol (library, "XGBGetLastError");
  self->predict_dense = bench_find_symbol (library, "XGBoosterPredictFromDense");
  self->predict_matrix = bench_find_symbol (library, "XGBoosterPredictFromDMatrix");
  self->new_matrix = bench_find_symbol (library, "XGDMatrixCreateFromMat");
  self->free_matrix = bench_find_symbol (library, "XGDMatrixFree");
  new_booster = bench_find_symbol (library, "XGBoosterCreate");
  load_model = bench_find_symbol (library, "XGBoosterLoadModel");
  set_parameter = bench_find_symbol (library, "XGBoosterSetParam");
  new_proxy = bench_find_symbol (library, "XGProxyDMatrixCreate");

  check (self, new_proxy (&self->proxy));
  check (self, new_booster (NULL, 0, &self->booster));
  check (self, load_model (self->booster, model_path));
  check (self, set_parameter (self->booster, "nthread", "1"));

  return self;
}

static void
score_in_place (gpointer data,
                const float *rows,
                gsize n_rows,
                float *outputs)
{
  Xgboost *self = data;
  char array[256];
  const guint64 *shape;
  guint64 n_dims;
  const float *found;

  snprintf (array, sizeof array,
            "{\"data\": [%zu, true], \"shape\": [%zu, %zu], \"typestr\": \"<f4\", \"version\": 3}",
            (gsize) rows, n_rows, self->shape.n_features);
  check (self, self->predict_dense (self->booster, array, config, self->proxy, &shape, &n_dims,
                                    &found));
  memcpy (outputs, found, n_rows * self->shape.n_outputs * sizeof (float));
}

static void
score_matrix (gpointer data,
              const float *rows,
              gsize n_rows,
              float *outputs)
{
  Xgboost *self = data;
  gpointer matrix;
  const guint64 *shape;
  guint64 n_dims;
  const float *found;

  check (self, self->new_matrix (rows, n_rows, self->shape.n_features, NAN, &matrix));
  check (self, self->predict_matrix (self->booster, matrix, config, &shape, &n_dims, &found));
  memcpy (outputs, found, n_rows * self->shape.n_outputs * sizeof (float));
  check (self, self->free_matrix (matrix));
}

const BenchPeer bench_peer_xgboost = { "xgboost", load_xgboost, score_in_place };
const BenchPeer bench_peer_xgboost_matrix = { "xgboost-matrix", load_xgboost, score_matrix };
