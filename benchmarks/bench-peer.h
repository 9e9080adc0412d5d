/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* BenchShape: how many numbers a row has, how many outputs are wanted, and how many columns the
 * peer gives: of two classes it may be both of them, where the last one is wanted. */
typedef struct
{
  gsize n_features;
  gsize n_outputs;
  gsize n_columns;
} BenchShape;

/* BenchPeer: something that scores a model: the library itself, or another one by its C functions.
 * Those are found when the program runs, so that it is built without them.
 *
 * @load: reads a model; @library is the path of the shared library, if there is one. Fails with
 *   g_error(): a benchmark that cannot run has no result.
 * @score: scores @n_rows rows in one call, with one thread, into @outputs, @n_outputs of each row
 * @get_kernel: which code of the peer runs on this machine, where it has several
 */
typedef struct
{
  const char *name;
  gpointer (*load) (const char *library,
                    const char *model,
                    const BenchShape *shape);
  void (*score) (gpointer model,
                 const float *rows,
                 gsize n_rows,
                 float *outputs);
  const char *(*get_kernel) (gpointer model);
} BenchPeer;

extern const BenchPeer bench_peer_library;
extern const BenchPeer bench_peer_lightgbm;
extern const BenchPeer bench_peer_onnx;
extern const BenchPeer bench_peer_tl2cgen;
extern const BenchPeer bench_peer_xgboost;
extern const BenchPeer bench_peer_xgboost_matrix;

gpointer bench_open_library (const char *path);
gpointer bench_find_symbol (gpointer library,
                            const char *name);

G_END_DECLS
