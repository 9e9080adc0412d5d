/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-evaluation.h>
#include <pymva/pymva-method.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_FACTORY (pymva_factory_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaFactory, pymva_factory, PYMVA, FACTORY, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaFactory *pymva_factory_new (const char *job,
                                 PymvaDataset *dataset);

PYMVA_AVAILABLE_IN_1_0
const char *pymva_factory_get_job (PymvaFactory *self);
PYMVA_AVAILABLE_IN_1_0
PymvaDataset *pymva_factory_get_dataset (PymvaFactory *self);

PYMVA_AVAILABLE_IN_1_0
void pymva_factory_book (PymvaFactory *self,
                         PymvaMethod *method);
PYMVA_AVAILABLE_IN_1_0
PymvaMethod *pymva_factory_get_method (PymvaFactory *self,
                                       const char *title);
PYMVA_AVAILABLE_IN_1_0
char **pymva_factory_list_titles (PymvaFactory *self);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_factory_train_all (PymvaFactory *self,
                                  GCancellable *cancellable,
                                  GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_factory_train_all_async (PymvaFactory *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_factory_train_all_finish (PymvaFactory *self,
                                         GAsyncResult *result,
                                         GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_factory_test_all (PymvaFactory *self,
                                 GCancellable *cancellable,
                                 GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_factory_test_all_async (PymvaFactory *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_factory_test_all_finish (PymvaFactory *self,
                                        GAsyncResult *result,
                                        GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_factory_evaluate_all (PymvaFactory *self,
                                     GCancellable *cancellable,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_factory_evaluate_all_async (PymvaFactory *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_factory_evaluate_all_finish (PymvaFactory *self,
                                            GAsyncResult *result,
                                            GError **error);

PYMVA_AVAILABLE_IN_1_0
GError *pymva_factory_get_failure (PymvaFactory *self,
                                   const char *title);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_factory_get_responses (PymvaFactory *self,
                                          const char *title,
                                          PymvaPart part,
                                          GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaEvaluation *pymva_factory_get_evaluation (PymvaFactory *self,
                                               const char *title,
                                               PymvaPart part,
                                               GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_factory_get_correlations (PymvaFactory *self,
                                             guint class_number,
                                             GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_factory_get_variable_ranking (PymvaFactory *self,
                                                 GError **error);
PYMVA_AVAILABLE_IN_1_0
char *pymva_factory_format_tables (PymvaFactory *self);

G_END_DECLS
