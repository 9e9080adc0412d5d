/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-table-stream.h>
#include <pymva/pymva-table.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_DATASET (pymva_dataset_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaDataset, pymva_dataset, PYMVA, DATASET, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaDataset *pymva_dataset_new (PymvaAnalysisType analysis_type);

PYMVA_AVAILABLE_IN_1_0
PymvaAnalysisType pymva_dataset_get_analysis_type (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
PymvaSplitMode pymva_dataset_get_split_mode (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_set_split_mode (PymvaDataset *self,
                                   PymvaSplitMode split_mode);
PYMVA_AVAILABLE_IN_1_0
PymvaMixMode pymva_dataset_get_mix_mode (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_set_mix_mode (PymvaDataset *self,
                                 PymvaMixMode mix_mode);
PYMVA_AVAILABLE_IN_1_0
double pymva_dataset_get_test_fraction (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_set_test_fraction (PymvaDataset *self,
                                      double test_fraction);
PYMVA_AVAILABLE_IN_1_0
guint pymva_dataset_get_seed (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_set_seed (PymvaDataset *self,
                             guint seed);
PYMVA_AVAILABLE_IN_1_0
PymvaNormMode pymva_dataset_get_norm_mode (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_set_norm_mode (PymvaDataset *self,
                                  PymvaNormMode norm_mode);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_get_scale_with_cuts (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_set_scale_with_cuts (PymvaDataset *self,
                                        gboolean scale_with_cuts);
PYMVA_AVAILABLE_IN_1_0
PymvaNegativeWeights pymva_dataset_get_negative_weights (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_set_negative_weights (PymvaDataset *self,
                                         PymvaNegativeWeights negative_weights);
PYMVA_AVAILABLE_IN_1_0
PymvaMissingValues pymva_dataset_get_missing_values (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_set_missing_values (PymvaDataset *self,
                                       PymvaMissingValues missing_values);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_dataset_get_signal_label (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_set_signal_label (PymvaDataset *self,
                                     const char *signal_label);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_variable (PymvaDataset *self,
                                     const char *expression,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_variable_full (PymvaDataset *self,
                                          const char *expression,
                                          const char *title,
                                          const char *unit,
                                          GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_target (PymvaDataset *self,
                                   const char *expression,
                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_spectator (PymvaDataset *self,
                                      const char *expression,
                                      GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_class (PymvaDataset *self,
                                  const char *name,
                                  PymvaTable *events,
                                  double weight,
                                  GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_class_part (PymvaDataset *self,
                                       const char *name,
                                       PymvaTable *events,
                                       double weight,
                                       PymvaPart part,
                                       GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_events (PymvaDataset *self,
                                   PymvaTable *events,
                                   double weight,
                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_class_stream (PymvaDataset *self,
                                         const char *name,
                                         PymvaTableStream *events,
                                         double weight,
                                         GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_events_stream (PymvaDataset *self,
                                          PymvaTableStream *events,
                                          double weight,
                                          GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_labelled (PymvaDataset *self,
                                     PymvaTable *events,
                                     const char *label,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_add_event (PymvaDataset *self,
                                  const char *class_name,
                                  PymvaPart part,
                                  const double *values,
                                  gsize n_values,
                                  double weight,
                                  GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_set_weight_expression (PymvaDataset *self,
                                              const char *class_name,
                                              const char *expression,
                                              GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_set_cut (PymvaDataset *self,
                                const char *class_name,
                                const char *expression,
                                GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_set_n_events (PymvaDataset *self,
                                     const char *class_name,
                                     PymvaPart part,
                                     gint64 n_events,
                                     GError **error);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_set_training_fraction (PymvaDataset *self,
                                              const char *class_name,
                                              double fraction,
                                              GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_set_options (PymvaDataset *self,
                                    const char *options,
                                    GError **error);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_prepare (PymvaDataset *self,
                                GCancellable *cancellable,
                                GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_dataset_prepare_async (PymvaDataset *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_dataset_prepare_finish (PymvaDataset *self,
                                       GAsyncResult *result,
                                       GError **error);

PYMVA_AVAILABLE_IN_1_0
gint64 pymva_dataset_get_n_events (PymvaDataset *self,
                                   PymvaPart part,
                                   const char *class_name);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_dataset_get_inputs (PymvaDataset *self,
                                       PymvaPart part,
                                       GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_dataset_get_targets (PymvaDataset *self,
                                        PymvaPart part,
                                        GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_dataset_get_labels (PymvaDataset *self,
                                       PymvaPart part,
                                       GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_dataset_get_weights (PymvaDataset *self,
                                        PymvaPart part,
                                        GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_dataset_get_spectators (PymvaDataset *self,
                                           PymvaPart part,
                                           GError **error);
PYMVA_AVAILABLE_IN_1_0
char **pymva_dataset_list_variables (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_dataset_list_targets (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_dataset_list_spectators (PymvaDataset *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_dataset_list_classes (PymvaDataset *self);

G_END_DECLS
