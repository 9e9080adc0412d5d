/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The records of ZIP archives: APPNOTE.TXT 6.3.9 (PKWARE), sections 4.3.7, 4.3.9, 4.3.12 and
 * 4.3.16. */
#define ZIP_LOCAL_SIGNATURE 0x04034b50
#define ZIP_CENTRAL_SIGNATURE 0x02014b50
#define ZIP_END_SIGNATURE 0x06054b50
#define ZIP_LOCAL_SIZE 30
#define ZIP_CENTRAL_SIZE 46
#define ZIP_END_SIZE 22

#define ZIP_FLAG_UTF8 (1 << 11)
#define ZIP_METHOD_STORED 0

/* The records as the writer writes them, and as the reader wants them where nothing else will do.
 * @crc and @size are those of the content, and @offset is where the local record begins. */

/* Appends the record before the content, with the padding that aligns the content. */
void pymva_zip_records_append_local (GByteArray *array,
                                     const char *name,
                                     guint32 crc,
                                     gsize size,
                                     gsize offset);
/* Appends the record in the directory. */
void pymva_zip_records_append_central (GByteArray *array,
                                       const char *name,
                                       guint32 crc,
                                       gsize size,
                                       gsize offset);
/* Appends the record behind the directory, which begins at @offset. */
void pymva_zip_records_append_end (GByteArray *array,
                                   guint n_files,
                                   gsize size,
                                   gsize offset);

G_END_DECLS
