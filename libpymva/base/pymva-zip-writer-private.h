/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Puts files into a ZIP archive in memory: stored, not compressed, each one's content at a
 * multiple of 64 bytes so that tables can be used where they lie. The same files in the same
 * order give the same bytes: nothing of the time or of the machine goes in. */
typedef struct _PymvaZipWriter PymvaZipWriter;

PymvaZipWriter *pymva_zip_writer_new (void);
void pymva_zip_writer_free (PymvaZipWriter *self);

/* @name is the file's path in the archive, relative and with slashes; @content is copied. */
gboolean pymva_zip_writer_add (PymvaZipWriter *self,
                               const char *name,
                               GBytes *content,
                               GError **error);
/* Ends the archive, and frees the writer in any case. */
GBytes *pymva_zip_writer_finish (PymvaZipWriter *self,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaZipWriter, pymva_zip_writer_free)

G_END_DECLS
