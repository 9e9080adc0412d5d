/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <pymva/pymva-model.h>

#include "pymva-responses-private.h"

G_BEGIN_DECLS

/* Collects what a model file holds, then makes the immutable model. Converters (interop) and
 * methods fill it; only this layer knows how it is stored and scored. */
typedef struct _PymvaModelBuilder PymvaModelBuilder;

PymvaModelBuilder *pymva_model_builder_new (const char *method_name,
                                            PymvaAnalysisType analysis_type);
void pymva_model_builder_free (PymvaModelBuilder *self);

void pymva_model_builder_set_title (PymvaModelBuilder *self,
                                    const char *title);
/* a{sv}: the method's properties, for the manifest and for pymva_method_set_parameters(). */
void pymva_model_builder_set_parameters (PymvaModelBuilder *self,
                                         GVariant *parameters);
void pymva_model_builder_add_variable (PymvaModelBuilder *self,
                                       const char *name,
                                       const char *expression,
                                       const char *title,
                                       const char *unit);
void pymva_model_builder_set_classes (PymvaModelBuilder *self,
                                      const char * const *classes);
void pymva_model_builder_set_targets (PymvaModelBuilder *self,
                                      const char * const *targets);
/* What the outputs of a classification are: "probability" unless it is said that they are a
 * "score", which is positive for the first class of two and larger for the likelier of several. */
void pymva_model_builder_set_outputs (PymvaModelBuilder *self,
                                      const char *meaning);
const char *pymva_model_builder_get_outputs (PymvaModelBuilder *self);
guint pymva_model_builder_get_n_variables (PymvaModelBuilder *self);
PymvaAnalysisType pymva_model_builder_get_analysis_type (PymvaModelBuilder *self);
/* For those who learn it late; before pymva_model_builder_set_outputs(). */
void pymva_model_builder_set_analysis_type (PymvaModelBuilder *self,
                                            PymvaAnalysisType analysis_type);
/* a{sv}: framework, versions, seed, data digest, training metrics, ...; kept in the manifest. */
void pymva_model_builder_set_provenance (PymvaModelBuilder *self,
                                         GVariant *provenance);

/* Appends a stage to the model's graph: each takes the columns that the one before gave, the
 * first one the variables, unless its "input" says otherwise. @stage is a{sv} with at least
 * "kind"; its tables are named in it and added by pymva_model_builder_add_tensor(). The stages that
 * there are, and their keys, are documented in docs/model-file.md. */
void pymva_model_builder_add_stage (PymvaModelBuilder *self,
                                    GVariant *stage);
/* The same with a stage as manifests have it. */
void pymva_model_builder_take_stage (PymvaModelBuilder *self,
                                     JsonObject *stage);
/* How many stages there are so far: the number of the next one. */
guint pymva_model_builder_get_n_stages (PymvaModelBuilder *self);
void pymva_model_builder_add_tensor (PymvaModelBuilder *self,
                                     const char *name,
                                     PymvaTensor *tensor);
/* A file that the method's framework needs to predict or to continue: @name is its path below
 * backend/ in the archive; @executable is TRUE for anything whose loading may run code (Python
 * source, pickle, TorchScript), which makes the file need trust. */
void pymva_model_builder_add_backend_file (PymvaModelBuilder *self,
                                           const char *name,
                                           GBytes *content,
                                           gboolean executable);
/* Input rows (float32, n x n_variables) and the outputs (float32, n x n_outputs) that the
 * framework gave for them: checked when the model is built and each time a file is loaded. */
void pymva_model_builder_set_golden (PymvaModelBuilder *self,
                                     PymvaTensor *inputs,
                                     PymvaTensor *outputs);

/* How the responses of a two-class model are distributed. */
void pymva_model_builder_set_responses (PymvaModelBuilder *self,
                                        PymvaResponses *responses);

/* Writes the model's file into memory and opens that, with all the checks that loading makes: what
 * is built is what will be loaded. It is trusted. The builder may be used again. */
PymvaModel *pymva_model_builder_build (PymvaModelBuilder *self,
                                       GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaModelBuilder, pymva_model_builder_free)

/* The engine "python", which a layer above provides: it predicts with what lies in backend/. */
typedef struct
{
  /* Any thread; two threads may ask at once, and one of the answers is then freed. */
  gpointer (*load) (PymvaModel *model,
                    GError **error);
  /* Any thread, several at once. @inputs: float32, n x n_variables; the answer is n x n_outputs. */
  PymvaTensor *(*predict) (gpointer engine,
                           PymvaTensor *inputs,
                           GError **error);
  void (*free) (gpointer engine);
  /* Whether loading what the file holds could run code of the file. NULL: it always could. */
  gboolean (*runs_code) (PymvaModel *model);
  /* Whether other threads that predict would wait for this one, so that it must not wait for them.
   * NULL: never. */
  gboolean (*blocks_others) (void);
} PymvaPythonEngine;

void pymva_model_register_python_engine (const PymvaPythonEngine *engine);
/* Opens a model for what its file holds, whether or not that needs trust. Nothing of it is run as
 * long as it is not asked to predict, which it is not meant for. */
PymvaModel *pymva_model_load_data (GFile *file,
                                   GCancellable *cancellable,
                                   GError **error);
/* The content of a file that models are read from. */
GBytes *pymva_model_read_file (GFile *file,
                               GCancellable *cancellable,
                               GError **error);
/* The content of a backend/ file of the model, or NULL. */
GBytes *pymva_model_lookup_backend_file (PymvaModel *self,
                                         const char *name);

G_END_DECLS
