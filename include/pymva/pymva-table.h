/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-tensor.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_TABLE (pymva_table_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaTable, pymva_table, PYMVA, TABLE, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaTable *pymva_table_new (void);
PYMVA_AVAILABLE_IN_1_0
PymvaTable *pymva_table_new_from_file (GFile *file,
                                       GVariant *options,
                                       GCancellable *cancellable,
                                       GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_table_new_from_file_async (GFile *file,
                                      GVariant *options,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaTable *pymva_table_new_from_file_finish (GAsyncResult *result,
                                              GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaTable *pymva_table_new_from_files (GFile **files,
                                        gsize n_files,
                                        GVariant *options,
                                        GCancellable *cancellable,
                                        GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_table_new_from_files_async (GFile **files,
                                       gsize n_files,
                                       GVariant *options,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaTable *pymva_table_new_from_files_finish (GAsyncResult *result,
                                               GError **error);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_table_add_column (PymvaTable *self,
                                 const char *name,
                                 PymvaTensor *values,
                                 GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_table_add_words (PymvaTable *self,
                                const char *name,
                                const char * const *labels,
                                PymvaTensor *codes,
                                GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_table_append_row (PymvaTable *self,
                                 const double *values,
                                 gsize n_values,
                                 GError **error);

PYMVA_AVAILABLE_IN_1_0
gint64 pymva_table_get_n_rows (PymvaTable *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_table_list_columns (PymvaTable *self);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_table_get_column (PymvaTable *self,
                                     const char *name,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_table_holds_words (PymvaTable *self,
                                  const char *name);
PYMVA_AVAILABLE_IN_1_0
char **pymva_table_list_labels (PymvaTable *self,
                                const char *name,
                                GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_table_get_codes (PymvaTable *self,
                                    const char *name,
                                    GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_table_evaluate (PymvaTable *self,
                                   const char *expression,
                                   GError **error);

G_END_DECLS
