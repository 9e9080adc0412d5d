/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/pymva-zip-reader-private.h"
#include "pymva-graph-private.h"
#include "pymva-manifest-private.h"
#include "pymva-model-builder-private.h"
#include "pymva-responses-private.h"

G_BEGIN_DECLS

#define PYMVA_MODEL_MIMETYPE "application/x-pymva-model"

/* The names of the files in the archive. */
#define PYMVA_MODEL_PATH_MIMETYPE "mimetype"
#define PYMVA_MODEL_PATH_MANIFEST "manifest.json"
#define PYMVA_MODEL_PATH_TABLES "native/tables.safetensors"
#define PYMVA_MODEL_PATH_GOLDEN "golden.safetensors"
#define PYMVA_MODEL_PATH_RESPONSES "responses.safetensors"
#define PYMVA_MODEL_PATH_BACKEND "backend/"

/* The kind of stage that a layer above computes; it is the last one. */
#define PYMVA_STAGE_PYTHON "python"

/* Everything but the number of threads, the engine "python" and the digest is set before anybody
 * sees the model, and does not change: any thread may read it. */
struct _PymvaModel
{
  GObject parent_instance;

  /* The file; NULL in a bare object, and all the rest with it. */
  GBytes *bytes;
  /* Whether that is a mapped file, in which others may write at any time: after it has been loaded,
   * nothing that computes or runs lies in it. */
  gboolean is_mapped;
  PymvaZipReader *archive;
  PymvaManifest *manifest;
  /* NULL where the engine is "python". */
  PymvaGraph *graph;
  /* The stages before the engine "python", or NULL where it has none. */
  PymvaGraph *front;
  guint n_variables;
  guint n_outputs;
  PymvaTensor *golden_inputs;
  PymvaTensor *golden_outputs;
  /* NULL where the file does not have them. */
  PymvaResponses *responses;

  guint n_threads; /* atomic */
  gpointer python; /* atomic, set once */
  char *sha256; /* atomic, set once */
};

typedef enum
{
  PYMVA_MODEL_TRUST_NONE,
  PYMVA_MODEL_TRUST_FULL,
} PymvaModelTrust;

/* Opens a model file that lies in memory, or is mapped into it. */
PymvaModel *pymva_model_new_from_bytes (GBytes *bytes,
                                        gboolean is_mapped,
                                        PymvaModelTrust trust,
                                        GError **error);

gboolean pymva_model_check_trained (PymvaModel *self,
                                    GError **error);
/* All tables of the file, name -> PymvaTensor. */
GHashTable *pymva_model_read_tables (PymvaModel *self,
                                     GError **error);
/* The same long after it was loaded: a mapped file may have been changed since, so what is read is
 * checked once more. */
GHashTable *pymva_model_read_tables_again (PymvaModel *self,
                                           GError **error);
/* The stages anew, with their tables, of a model that has a graph. */
PymvaGraph *pymva_model_read_graph (PymvaModel *self,
                                    GError **error);
/* Refuses to write a model of live Python objects, which ends with its process. */
gboolean pymva_model_check_storable (PymvaModel *self,
                                     GError **error);
/* Scores a tensor of n x n_variables with whatever engine the model has. */
PymvaTensor *pymva_model_run (PymvaModel *self,
                              PymvaTensor *inputs,
                              GCancellable *cancellable,
                              GError **error);
PymvaTensor *pymva_model_run_table (PymvaModel *self,
                                    PymvaTable *events,
                                    GCancellable *cancellable,
                                    GError **error);
/* Predicts in a thread of its own, and ends @task, whose source is the model, with the outputs.
 * Takes @events, a tensor or a table. */
void pymva_model_start_prediction (GTask *task,
                                   GObject *events);
/* The tables of the file of a kind by name, a new reference: NULL without an error where there is
 * no such file. */
gboolean pymva_model_read_tensors (PymvaModel *self,
                                   const char *kind,
                                   GHashTable **tensors,
                                   GError **error);
gboolean pymva_model_read_responses (PymvaModel *self,
                                     GError **error);

/* Compares what came out for the file's golden rows with what the framework gave for them. */
gboolean pymva_model_check_golden (PymvaModel *self,
                                   PymvaTensor *outputs,
                                   GError **error);

/* The engine "python" of the model, loaded where it has not been. */
PymvaTensor *pymva_model_run_python (PymvaModel *self,
                                     PymvaTensor *inputs,
                                     GError **error);
void pymva_model_free_python (PymvaModel *self);
/* Whether that engine could run code of the file. */
gboolean pymva_model_python_runs_code (PymvaModel *self);
/* Whether other threads that let that engine predict would wait for this one. */
gboolean pymva_model_python_blocks_others (PymvaModel *self);

G_END_DECLS
