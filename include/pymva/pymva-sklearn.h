/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-method.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_SKLEARN (pymva_sklearn_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaSklearn, pymva_sklearn, PYMVA, SKLEARN, PymvaMethod)

PYMVA_AVAILABLE_IN_1_0
PymvaSklearn *pymva_sklearn_new (void);

PYMVA_AVAILABLE_IN_1_0
char **pymva_sklearn_list_estimators (PymvaAnalysisType analysis_type,
                                      GCancellable *cancellable,
                                      GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_sklearn_list_estimators_async (PymvaAnalysisType analysis_type,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
char **pymva_sklearn_list_estimators_finish (GAsyncResult *result,
                                             GError **error);

G_END_DECLS
