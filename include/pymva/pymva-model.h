/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-table-stream.h>
#include <pymva/pymva-table-writer.h>
#include <pymva/pymva-table.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_MODEL (pymva_model_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaModel, pymva_model, PYMVA, MODEL, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaModel *pymva_model_load (GFile *file,
                              GCancellable *cancellable,
                              GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_model_load_async (GFile *file,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaModel *pymva_model_load_finish (GAsyncResult *result,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaModel *pymva_model_load_trusted (GFile *file,
                                      const char *sha256,
                                      GCancellable *cancellable,
                                      GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_model_save (PymvaModel *self,
                           GFile *file,
                           GCancellable *cancellable,
                           GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_model_predict (PymvaModel *self,
                                  PymvaTensor *inputs,
                                  GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_model_predict_async (PymvaModel *self,
                                PymvaTensor *inputs,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_model_predict_finish (PymvaModel *self,
                                         GAsyncResult *result,
                                         GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_model_predict_classes (PymvaModel *self,
                                          PymvaTensor *inputs,
                                          GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_model_predict_table (PymvaModel *self,
                                        PymvaTable *events,
                                        GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_model_predict_table_async (PymvaModel *self,
                                      PymvaTable *events,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_model_predict_table_finish (PymvaModel *self,
                                               GAsyncResult *result,
                                               GError **error);
PYMVA_AVAILABLE_IN_1_0
GVariant *pymva_model_predict_stream (PymvaModel *self,
                                      PymvaTableStream *events,
                                      PymvaTableWriter *writer,
                                      GVariant *options,
                                      GCancellable *cancellable,
                                      GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_model_predict_stream_async (PymvaModel *self,
                                       PymvaTableStream *events,
                                       PymvaTableWriter *writer,
                                       GVariant *options,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
GVariant *pymva_model_predict_stream_finish (PymvaModel *self,
                                             GAsyncResult *result,
                                             GError **error);
PYMVA_AVAILABLE_IN_1_0
double *pymva_model_predict_event (PymvaModel *self,
                                   const double *values,
                                   gsize n_values,
                                   gsize *n_outputs,
                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_model_score (PymvaModel *self,
                            const float *event,
                            float *outputs);

PYMVA_AVAILABLE_IN_1_0
double pymva_model_get_signal_probability (PymvaModel *self,
                                           double response,
                                           double prior,
                                           GError **error);
PYMVA_AVAILABLE_IN_1_0
double pymva_model_get_rarity (PymvaModel *self,
                               double response,
                               GError **error);

PYMVA_AVAILABLE_IN_1_0
char **pymva_model_list_variables (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_model_list_classes (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_model_list_targets (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
char *pymva_model_dup_manifest (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_model_get_title (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_model_get_method_name (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
PymvaAnalysisType pymva_model_get_analysis_type (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_model_get_engine (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_model_get_kernel (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
guint pymva_model_get_n_threads (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_model_set_n_threads (PymvaModel *self,
                                guint n_threads);
PYMVA_AVAILABLE_IN_1_0
guint pymva_model_get_n_variables (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
guint pymva_model_get_n_outputs (PymvaModel *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_model_get_sha256 (PymvaModel *self);

G_END_DECLS
