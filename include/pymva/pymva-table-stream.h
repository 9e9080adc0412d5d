/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-table.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_TABLE_STREAM (pymva_table_stream_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaTableStream, pymva_table_stream, PYMVA, TABLE_STREAM, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaTableStream *pymva_table_stream_new (GFile *file,
                                          GVariant *options);

PYMVA_AVAILABLE_IN_1_0
GFile *pymva_table_stream_get_file (PymvaTableStream *self);
PYMVA_AVAILABLE_IN_1_0
GVariant *pymva_table_stream_get_options (PymvaTableStream *self);
PYMVA_AVAILABLE_IN_1_0
gint64 pymva_table_stream_get_piece_size (PymvaTableStream *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_table_stream_set_piece_size (PymvaTableStream *self,
                                        gint64 piece_size);

PYMVA_AVAILABLE_IN_1_0
void pymva_table_stream_add_row_numbers (PymvaTableStream *self,
                                         const char *column,
                                         gint64 first);
PYMVA_AVAILABLE_IN_1_0
gint64 pymva_table_stream_get_n_rows (PymvaTableStream *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_table_stream_get_fraction (PymvaTableStream *self);

PYMVA_AVAILABLE_IN_1_0
PymvaTable *pymva_table_stream_read (PymvaTableStream *self,
                                     GCancellable *cancellable,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_table_stream_read_async (PymvaTableStream *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaTable *pymva_table_stream_read_finish (PymvaTableStream *self,
                                            GAsyncResult *result,
                                            GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_table_stream_rewind (PymvaTableStream *self);

G_END_DECLS
