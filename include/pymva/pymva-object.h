/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-tensor.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_OBJECT (pymva_object_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaObject, pymva_object, PYMVA, OBJECT, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_new_none (void);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_new_from_variant (GVariant *value,
                                            GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_new_from_tensor (PymvaTensor *tensor,
                                           GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_new_tuple (PymvaObject **items,
                                     gsize n_items,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_new_list (PymvaObject **items,
                                    gsize n_items,
                                    GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_new_dict (const char * const *names,
                                    PymvaObject **values,
                                    gsize n_values,
                                    GError **error);

PYMVA_AVAILABLE_IN_1_0
GVariant *pymva_object_to_variant (PymvaObject *self,
                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_object_to_tensor (PymvaObject *self,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
char *pymva_object_to_string (PymvaObject *self,
                              GError **error);
PYMVA_AVAILABLE_IN_1_0
char *pymva_object_repr (PymvaObject *self,
                         GError **error);
PYMVA_AVAILABLE_IN_1_0
char *pymva_object_get_type_name (PymvaObject *self);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_object_is_callable (PymvaObject *self);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_object_is_none (PymvaObject *self);
PYMVA_AVAILABLE_IN_1_0
gint64 pymva_object_get_length (PymvaObject *self,
                                GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_get_attribute (PymvaObject *self,
                                         const char *name,
                                         GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_object_set_attribute (PymvaObject *self,
                                     const char *name,
                                     PymvaObject *value,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_object_has_attribute (PymvaObject *self,
                                     const char *name);
PYMVA_AVAILABLE_IN_1_0
char **pymva_object_list_attributes (PymvaObject *self,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_get_item (PymvaObject *self,
                                    PymvaObject *key,
                                    GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_object_set_item (PymvaObject *self,
                                PymvaObject *key,
                                PymvaObject *value,
                                GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_get_index (PymvaObject *self,
                                     gint64 index,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject **pymva_object_list_items (PymvaObject *self,
                                       gsize *n_items,
                                       GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call (PymvaObject *self,
                                GVariant *args,
                                GVariant *kwargs,
                                GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_object_call_async (PymvaObject *self,
                              GVariant *args,
                              GVariant *kwargs,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_finish (PymvaObject *self,
                                       GAsyncResult *result,
                                       GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_full (PymvaObject *self,
                                     PymvaObject **args,
                                     gsize n_args,
                                     const char * const *names,
                                     PymvaObject **values,
                                     gsize n_values,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_method (PymvaObject *self,
                                       const char *name,
                                       GVariant *args,
                                       GVariant *kwargs,
                                       GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_object_call_method_async (PymvaObject *self,
                                     const char *name,
                                     GVariant *args,
                                     GVariant *kwargs,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_method_finish (PymvaObject *self,
                                              GAsyncResult *result,
                                              GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_object (PymvaObject *self,
                                       PymvaObject *args,
                                       PymvaObject *kwargs,
                                       GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_objects (PymvaObject *self,
                                        PymvaObject **args,
                                        gsize n_args,
                                        GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_method_objects (PymvaObject *self,
                                               const char *name,
                                               PymvaObject **args,
                                               gsize n_args,
                                               GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_format (PymvaObject *self,
                                       GError **error,
                                       const char *format,
                                       ...);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_method_format (PymvaObject *self,
                                              const char *name,
                                              GError **error,
                                              const char *format,
                                              ...);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_object_call_objargs (PymvaObject *self,
                                        GError **error,
                                        ...);

G_END_DECLS
