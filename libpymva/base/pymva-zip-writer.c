/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>
#include <zlib.h>

#include <pymva/pymva-error.h>

#include "pymva-zip-writer-private.h"

/* The records of APPNOTE.TXT 6.3.9 (PKWARE), sections 4.3.7, 4.3.12 and 4.3.16. */
#define LOCAL_SIGNATURE 0x04034b50
#define CENTRAL_SIGNATURE 0x02014b50
#define END_SIGNATURE 0x06054b50
#define LOCAL_SIZE 30

#define VERSION_NEEDED 20
/* Version 2.0, host 3 (Unix), so that the mode below counts. */
#define VERSION_MADE_BY (3 << 8 | VERSION_NEEDED)
#define FLAG_UTF8 (1 << 11)
/* The first day that the format can express, 1 January 1980, midnight. */
#define DOS_TIME 0
#define DOS_DATE (1 << 5 | 1)
#define UNIX_MODE (0100644u << 16)

/* The extra field that Android's zipalign writes: it says what the padding aligns to. */
#define ALIGNMENT 64
#define PADDING_ID 0xd935
#define PADDING_LEAST 6

struct _PymvaZipWriter
{
  GByteArray *archive;
  GByteArray *directory;
  GHashTable *names;
};

PymvaZipWriter *
pymva_zip_writer_new (void)
{
  PymvaZipWriter *self = g_new0 (PymvaZipWriter, 1);

  self->archive = g_byte_array_new ();
  self->directory = g_byte_array_new ();
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
pymva_zip_writer_free (PymvaZipWriter *self)
{
  g_clear_pointer (&self->archive, g_byte_array_unref);
  g_clear_pointer (&self->directory, g_byte_array_unref);
  g_clear_pointer (&self->names, g_hash_table_unref);
  g_free (self);
}

static void
append_16 (GByteArray *array,
           guint value)
{
  guint16 little = GUINT16_TO_LE ((guint16) value);

  g_byte_array_append (array, (const guint8 *) &little, sizeof little);
}

static void
append_32 (GByteArray *array,
           guint32 value)
{
  guint32 little = GUINT32_TO_LE (value);

  g_byte_array_append (array, (const guint8 *) &little, sizeof little);
}

/* What the local and the central record have in common, from the version to the name's length. */
static void
append_common (GByteArray *array,
               guint32 crc,
               gsize size,
               gsize name_length)
{
  append_16 (array, VERSION_NEEDED);
  append_16 (array, FLAG_UTF8);
  append_16 (array, 0);
  append_16 (array, DOS_TIME);
  append_16 (array, DOS_DATE);
  append_32 (array, crc);
  append_32 (array, size);
  append_32 (array, size);
  append_16 (array, name_length);
}

/* The padding that puts the content which follows it at the alignment; none where it lies right
 * already, as "mimetype" must not have an extra field where others look for it. */
static void
append_padding (GByteArray *array,
                gsize padding)
{
  if (padding == 0)
    return;

  append_16 (array, PADDING_ID);
  append_16 (array, padding - 4);
  append_16 (array, ALIGNMENT);
  for (gsize i = PADDING_LEAST; i < padding; i++)
    g_byte_array_append (array, (const guint8 *) "", 1);
}

gboolean
pymva_zip_writer_add (PymvaZipWriter *self,
                      const char *name,
                      GBytes *content,
                      GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (content, &size);
  gsize name_length = strlen (name);
  gsize offset = self->archive->len;
  gsize padding = 0;
  guint32 crc;

  if (name_length == 0 || name_length > G_MAXUINT16 || !g_utf8_validate (name, -1, NULL) ||
      !g_hash_table_add (self->names, g_strdup (name)))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“%s” cannot be the name of a file in an archive: "
                   "it is empty, too long, not UTF-8, or there already", name);
      return FALSE;
    }
  /* GByteArray counts in guint, and so do the records without the 64-bit extension. */
  if (size > G_MAXUINT32 / 2 || offset > G_MAXUINT32 / 2 - size)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "“%s” does not fit into an archive: 2 GiB is the most it can hold", name);
      return FALSE;
    }

  /* The magic number of files with a "mimetype" is at offset 30 + 8, without an extra field. */
  if (g_strcmp0 (name, "mimetype") != 0)
    {
      padding = -(offset + LOCAL_SIZE + name_length) % ALIGNMENT;
      if (padding > 0 && padding < PADDING_LEAST)
        padding += ALIGNMENT;
    }

  crc = crc32_z (crc32_z (0, NULL, 0), data, size);
  append_32 (self->archive, LOCAL_SIGNATURE);
  append_common (self->archive, crc, size, name_length);
  append_16 (self->archive, padding);
  g_byte_array_append (self->archive, (const guint8 *) name, name_length);
  append_padding (self->archive, padding);
  g_byte_array_append (self->archive, data, size);

  append_32 (self->directory, CENTRAL_SIGNATURE);
  append_16 (self->directory, VERSION_MADE_BY);
  append_common (self->directory, crc, size, name_length);
  append_16 (self->directory, 0); /* extra field */
  append_16 (self->directory, 0); /* comment */
  append_16 (self->directory, 0); /* disk */
  append_16 (self->directory, 0); /* internal attributes */
  append_32 (self->directory, UNIX_MODE);
  append_32 (self->directory, offset);
  g_byte_array_append (self->directory, (const guint8 *) name, name_length);

  return TRUE;
}

GBytes *
pymva_zip_writer_finish (PymvaZipWriter *self,
                         GError **error)
{
  g_autoptr (PymvaZipWriter) owned = self;
  guint n_files = g_hash_table_size (self->names);
  gsize offset = self->archive->len;
  gsize size = self->directory->len;

  if (n_files >= G_MAXUINT16)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "%u files do not fit into an archive: %u is the most it can hold", n_files,
                   G_MAXUINT16 - 1);
      return NULL;
    }

  g_byte_array_append (self->archive, self->directory->data, size);
  append_32 (self->archive, END_SIGNATURE);
  append_16 (self->archive, 0); /* this disk */
  append_16 (self->archive, 0); /* the directory's disk */
  append_16 (self->archive, n_files);
  append_16 (self->archive, n_files);
  append_32 (self->archive, size);
  append_32 (self->archive, offset);
  append_16 (self->archive, 0); /* comment */

  return g_byte_array_free_to_bytes (g_steal_pointer (&self->archive));
}
