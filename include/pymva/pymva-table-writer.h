/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-table.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_TABLE_WRITER (pymva_table_writer_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaTableWriter, pymva_table_writer, PYMVA, TABLE_WRITER, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaTableWriter *pymva_table_writer_new (GFile *file,
                                          GVariant *options);
PYMVA_AVAILABLE_IN_1_0
PymvaTableWriter *pymva_table_writer_new_for_stream (GOutputStream *stream,
                                                     GVariant *options);

PYMVA_AVAILABLE_IN_1_0
GFile *pymva_table_writer_get_file (PymvaTableWriter *self);
PYMVA_AVAILABLE_IN_1_0
GOutputStream *pymva_table_writer_get_stream (PymvaTableWriter *self);
PYMVA_AVAILABLE_IN_1_0
GVariant *pymva_table_writer_get_options (PymvaTableWriter *self);
PYMVA_AVAILABLE_IN_1_0
gint64 pymva_table_writer_get_n_rows (PymvaTableWriter *self);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_table_writer_write (PymvaTableWriter *self,
                                   PymvaTable *rows,
                                   GCancellable *cancellable,
                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_table_writer_close (PymvaTableWriter *self,
                                   GCancellable *cancellable,
                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_table_writer_discard (PymvaTableWriter *self);

G_END_DECLS
