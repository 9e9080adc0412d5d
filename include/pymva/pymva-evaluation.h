/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-tensor.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_EVALUATION (pymva_evaluation_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaEvaluation, pymva_evaluation, PYMVA, EVALUATION, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaEvaluation *pymva_evaluation_new (PymvaTensor *responses,
                                       PymvaTensor *labels,
                                       PymvaTensor *weights,
                                       GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaEvaluation *pymva_evaluation_new_regression (PymvaTensor *predictions,
                                                  PymvaTensor *targets,
                                                  PymvaTensor *weights,
                                                  GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaAnalysisType pymva_evaluation_get_analysis_type (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
gint64 pymva_evaluation_get_n_events (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
guint pymva_evaluation_get_n_outputs (PymvaEvaluation *self);

PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_auc (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_signal_efficiency (PymvaEvaluation *self,
                                               double background_efficiency);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_separation (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_significance (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_evaluation_get_roc_curve (PymvaEvaluation *self);

PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_auc_error (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_evaluation_get_auc_interval (PymvaEvaluation *self,
                                        double level,
                                        double *lower,
                                        double *upper);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_compare_auc (PymvaEvaluation *self,
                                     PymvaEvaluation *other,
                                     double *z,
                                     double *p_value,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_compare_responses (PymvaEvaluation *self,
                                           PymvaEvaluation *other,
                                           guint class_number,
                                           double *p_value,
                                           GError **error);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_correlation (PymvaEvaluation *self,
                                         PymvaEvaluation *other,
                                         guint class_number,
                                         GError **error);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_overlap (PymvaEvaluation *self,
                                     PymvaEvaluation *other,
                                     guint class_number,
                                     GError **error);

PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_accuracy (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_evaluation_get_confusion_matrix (PymvaEvaluation *self,
                                                    double cut);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_evaluation_get_pairwise_efficiencies (PymvaEvaluation *self,
                                                         double background_efficiency);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_best_cut (PymvaEvaluation *self,
                                      double n_signal,
                                      double n_background,
                                      double *significance);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_evaluation_get_significance_curve (PymvaEvaluation *self,
                                                      double n_signal,
                                                      double n_background);

PYMVA_AVAILABLE_IN_1_0
PymvaEvaluation *pymva_evaluation_get_output (PymvaEvaluation *self,
                                              guint output);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_class_auc (PymvaEvaluation *self,
                                       guint class_number);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_class_signal_efficiency (PymvaEvaluation *self,
                                                     guint class_number,
                                                     double background_efficiency);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_class_separation (PymvaEvaluation *self,
                                              guint class_number);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_evaluation_get_class_roc_curve (PymvaEvaluation *self,
                                                   guint class_number);

PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_bias (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_rms (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_truncated_bias (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_truncated_rms (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_mutual_information (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_truncated_mutual_information (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_mean_squared_error (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_mean_absolute_error (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_r2 (PymvaEvaluation *self);

G_END_DECLS
