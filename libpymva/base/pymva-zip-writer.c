/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>
#include <zlib.h>

#include <pymva/pymva-error.h>

#include "pymva-zip-records-private.h"
#include "pymva-zip-writer-private.h"

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

  crc = crc32_z (crc32_z (0, NULL, 0), data, size);
  pymva_zip_records_append_local (self->archive, name, crc, size, offset);
  g_byte_array_append (self->archive, data, size);
  pymva_zip_records_append_central (self->directory, name, crc, size, offset);

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
  pymva_zip_records_append_end (self->archive, n_files, size, offset);

  return g_byte_array_free_to_bytes (g_steal_pointer (&self->archive));
}
