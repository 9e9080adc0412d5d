/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "pymva-stage-private.h"

G_BEGIN_DECLS

/* How many stages a model may have. */
#define PYMVA_GRAPH_MOST_STAGES 1000

/* The stages of a model, each with the one it takes its columns from. Immutable. */
typedef struct _PymvaGraph PymvaGraph;

/* @tensors: name -> PymvaTensor, which the stages name. Forests take theirs out of it, so that
 * large tables are not in memory twice. */
PymvaGraph *pymva_graph_new (JsonArray *stages,
                             GHashTable *tensors,
                             guint n_variables,
                             GError **error);
/* The same of stages that have their tables, for exporters; it is not run. */
PymvaGraph *pymva_graph_new_for_export (JsonArray *stages,
                                        GHashTable *tensors,
                                        guint n_variables,
                                        GError **error);
void pymva_graph_free (PymvaGraph *self);

guint pymva_graph_get_n_variables (const PymvaGraph *self);
guint pymva_graph_get_n_outputs (const PymvaGraph *self);
/* How many rows go through the stages together: more of them at once are scored no faster. */
gsize pymva_graph_get_tile_rows (const PymvaGraph *self);
/* The kind of the engine among the stages, or of the last stage where there is none. */
const char *pymva_graph_get_engine (const PymvaGraph *self);
/* The name of the code that runs it. */
const char *pymva_graph_get_kernel (const PymvaGraph *self);
/* Whether the outputs are the framework's to the last bit. */
gboolean pymva_graph_is_exact (const PymvaGraph *self);

/* The variables, as the input of a stage. */
#define PYMVA_GRAPH_VARIABLES -1

/* A stage, and what it takes: the columns of these stages side by side, in this order. */
typedef struct
{
  const PymvaStage *stage;
  const int *inputs;
  guint n_inputs;
  /* Whether what it gives is rounded to float32. */
  gboolean rounds;
} PymvaGraphStage;

guint pymva_graph_get_n_stages (const PymvaGraph *self);
PymvaGraphStage pymva_graph_get_stage (const PymvaGraph *self,
                                       guint stage);
/* How many columns an input has: a stage's outputs, or the variables. */
guint pymva_graph_get_width (const PymvaGraph *self,
                             int input);

/* Scores rows of n_variables numbers into rows of n_outputs: any thread, any number at once,
 * without locks, the same bits for a row whatever comes with it. Nothing is allocated, but for the
 * first row of a model with very wide layers on each thread. */
void pymva_graph_score_columns (const PymvaGraph *self,
                                const PymvaColumns *rows,
                                gsize n_rows,
                                float *outputs);
void pymva_graph_score (const PymvaGraph *self,
                        const float *rows,
                        gsize n_rows,
                        float *outputs);

/* The same for a tensor of n x n_variables, of any type, with up to so many threads: this one and
 * some of a pool; 0 is one for each processor. */
PymvaTensor *pymva_graph_predict (const PymvaGraph *self,
                                  PymvaTensor *inputs,
                                  guint n_threads,
                                  GCancellable *cancellable,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaGraph, pymva_graph_free)

G_END_DECLS
