/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads the files of a ZIP archive in memory. The archive may come from anybody: everything that
 * its records say is checked against the rest before any of it is used, and whatever could be read
 * in two ways is refused. Immutable, so it may be used from any thread. */
typedef struct _PymvaZipReader PymvaZipReader;

/* @most_inflated: how many bytes the compressed files may take in all when they are inflated;
 * 0 refuses compressed files. Errors are PYMVA_ERROR_FORMAT. */
PymvaZipReader *pymva_zip_reader_new (GBytes *archive,
                                      guint64 most_inflated,
                                      GError **error);
void pymva_zip_reader_free (PymvaZipReader *self);

/* Checks that everything but the contents of the files is byte for byte what PymvaZipWriter writes
 * for them: also what means nothing, as times and padding. For archives that nobody else writes,
 * where any difference is damage. Together with the checksums of all files, which
 * pymva_zip_reader_lookup() checks, this finds every bit that flipped. */
gboolean pymva_zip_reader_check_canonical (PymvaZipReader *self,
                                           GError **error);

/* The names in the order of the archive's directory, NULL-terminated. */
const char * const *pymva_zip_reader_list_names (PymvaZipReader *self);
gboolean pymva_zip_reader_has (PymvaZipReader *self,
                               const char *name);
/* The content of a file, whose checksum is right: part of the archive itself where the file is
 * stored, new memory where it is compressed. */
GBytes *pymva_zip_reader_lookup (PymvaZipReader *self,
                                 const char *name,
                                 GError **error);
/* Where the file's data begin in the archive, and whether they are the content itself. */
gboolean pymva_zip_reader_locate (PymvaZipReader *self,
                                  const char *name,
                                  gsize *offset,
                                  gboolean *is_stored);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaZipReader, pymva_zip_reader_free)

G_END_DECLS
