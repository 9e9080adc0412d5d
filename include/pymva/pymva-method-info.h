/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-method.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_METHOD_INFO (pymva_method_info_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaMethodInfo, pymva_method_info, PYMVA, METHOD_INFO, GObject)

PYMVA_AVAILABLE_IN_1_0
GListModel *pymva_method_info_list_all (void);

PYMVA_AVAILABLE_IN_1_0
const char *pymva_method_info_get_name (PymvaMethodInfo *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_method_info_get_pymva_name (PymvaMethodInfo *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_method_info_get_title (PymvaMethodInfo *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_method_info_get_framework (PymvaMethodInfo *self);
PYMVA_AVAILABLE_IN_1_0
GType pymva_method_info_get_method_type (PymvaMethodInfo *self);
PYMVA_AVAILABLE_IN_1_0
PymvaAvailability pymva_method_info_get_availability (PymvaMethodInfo *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_method_info_get_framework_version (PymvaMethodInfo *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_method_info_get_problem (PymvaMethodInfo *self);

PYMVA_AVAILABLE_IN_1_0
GListModel *pymva_method_info_list_parameters (PymvaMethodInfo *self);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_info_check (PymvaMethodInfo *self,
                                  GCancellable *cancellable,
                                  GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_method_info_check_async (PymvaMethodInfo *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_info_check_finish (PymvaMethodInfo *self,
                                         GAsyncResult *result,
                                         GError **error);

G_END_DECLS
