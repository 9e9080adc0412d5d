/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <pymva/pymva-model.h>

G_BEGIN_DECLS

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_model_export (PymvaModel *self,
                             GFile *file,
                             const char *format,
                             GVariant *options,
                             GCancellable *cancellable,
                             GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_model_export_async (PymvaModel *self,
                               GFile *file,
                               const char *format,
                               GVariant *options,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_model_export_finish (PymvaModel *self,
                                    GAsyncResult *result,
                                    GError **error);

G_END_DECLS
