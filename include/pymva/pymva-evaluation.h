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
double pymva_evaluation_get_auc (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_signal_efficiency (PymvaEvaluation *self,
                                               double background_efficiency);
PYMVA_AVAILABLE_IN_1_0
double pymva_evaluation_get_separation (PymvaEvaluation *self);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_evaluation_get_roc_curve (PymvaEvaluation *self);

G_END_DECLS
