/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A model that TL2cgen has written as C code (https://tl2cgen.readthedocs.io), compiled; the shared
 * library is the model. It knows rows one by one. */

#include <string.h>

#include "bench-peer.h"

typedef struct
{
  BenchShape shape;
  gboolean is_double;
  void (*predict) (gpointer, int, gpointer);
} Tl2cgen;

static gpointer
load_tl2cgen (const char *path,
              const char *model_path,
              const BenchShape *shape)
{
  Tl2cgen *self = g_new0 (Tl2cgen, 1);
  gpointer library = bench_open_library (model_path);
  const char *(*get_type) (void) = bench_find_symbol (library, "get_leaf_output_type");

  self->shape = *shape;
  self->is_double = strcmp (get_type (), "float64") == 0;
  self->predict = bench_find_symbol (library, "predict");

  return self;
}

static void
score_tl2cgen (gpointer data,
               const float *rows,
               gsize n_rows,
               float *outputs)
{
  Tl2cgen *self = data;
  double row[1024];
  double answers[16];

  gsize n_features = self->shape.n_features;
  gsize n_outputs = self->shape.n_outputs;
  gsize first = self->shape.n_columns - n_outputs;

  for (gsize i = 0; i < n_rows; i++, rows += n_features, outputs += n_outputs)
    {
      /* What the trees give is added to what is there. */
      memset (answers, 0, self->shape.n_columns * sizeof (double));
      if (!self->is_double)
        {
          /* Rows are unions of a number and an integer; they are not written to. */
          self->predict ((gpointer) rows, 0, answers);
          memcpy (outputs, (float *) answers + first, n_outputs * sizeof (float));
          continue;
        }
      for (gsize j = 0; j < n_features; j++)
        row[j] = rows[j];
      self->predict (row, 0, answers);
      for (gsize j = 0; j < n_outputs; j++)
        outputs[j] = answers[first + j];
    }
}

const BenchPeer bench_peer_tl2cgen = { "tl2cgen", load_tl2cgen, score_tl2cgen };
