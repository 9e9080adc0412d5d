/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>
#include <zlib.h>

#include <pymva/pymva-error.h>

#include "pymva-bytes-private.h"
#include "pymva-names-private.h"
#include "pymva-zip-reader-private.h"
#include "pymva-zip-records-private.h"

#define ZIP64_ID 0x0001

/* Two bits of the compression's effort, sizes that follow the data, and names in UTF-8. Any other
 * flag means encryption or a patch. */
#define FLAG_SIZES_FOLLOW (1 << 3)
#define KNOWN_FLAGS (3 << 1 | FLAG_SIZES_FOLLOW | ZIP_FLAG_UTF8)

#define METHOD_DEFLATED 8

/* The file type in the Unix mode, and the one of plain files. */
#define MODE_TYPE 0170000
#define MODE_PLAIN 0100000

#define MOST_ENTRIES 10000
/* Deflate makes at most 1032 bytes of one. */
#define MOST_RATIO 1032

typedef struct
{
  char *name;
  guint16 flags;
  guint16 method;
  guint32 crc;
  gint has_right_crc; /* atomic */
  gsize compressed_size;
  gsize size;
  gsize local_offset;
  gsize data_offset;
} Entry;

struct _PymvaZipReader
{
  GBytes *archive;
  const guint8 *data;
  gsize size;
  gsize directory_offset;
  guint n_entries;
  Entry *entries;
  GHashTable *by_name;
  const char **names;
};

static guint16
read_16 (const guint8 *data)
{
  return data[0] | data[1] << 8;
}

static guint32
read_32 (const guint8 *data)
{
  return read_16 (data) | (guint32) read_16 (data + 2) << 16;
}

static guint64
read_64 (const guint8 *data)
{
  return read_32 (data) | (guint64) read_32 (data + 4) << 32;
}

void
pymva_zip_reader_free (PymvaZipReader *self)
{
  for (guint i = 0; i < self->n_entries; i++)
    g_free (self->entries[i].name);
  g_free (self->entries);
  g_free (self->names);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_bytes_unref (self->archive);
  g_free (self);
}

static gboolean
broken (GError **error,
        const char *what)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "The ZIP archive is broken: %s", what);

  return FALSE;
}

static gboolean
refused (GError **error,
         const char *name,
         const char *what)
{
  g_autofree char *printable = g_utf8_make_valid (name, -1);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "The file “%s” in the ZIP archive %s", printable, what);

  return FALSE;
}

/* The end record must be the last bytes: a comment, or anything else behind it, is a place to
 * hide a second directory that other programs would read. */
static gboolean
read_end (PymvaZipReader *self,
          guint *n_entries,
          gsize *directory_size,
          GError **error)
{
  const guint8 *end;
  gsize offset;

  if (self->size < ZIP_END_SIZE)
    return broken (error, "it is shorter than an empty archive");

  end = self->data + self->size - ZIP_END_SIZE;
  if (read_32 (end) != ZIP_END_SIGNATURE || read_16 (end + 20) != 0)
    return broken (error, "it does not end with its directory; it is cut off, or data follow it");
  if (read_16 (end + 4) != 0 || read_16 (end + 6) != 0 || read_16 (end + 8) != read_16 (end + 10))
    return broken (error, "it is one part of several");

  *n_entries = read_16 (end + 10);
  *directory_size = read_32 (end + 12);
  offset = read_32 (end + 16);
  if (*n_entries > MOST_ENTRIES)
    return broken (error, "it has more than 10000 files");
  if (offset > self->size - ZIP_END_SIZE ||
      *directory_size != self->size - ZIP_END_SIZE - offset)
    return broken (error, "its directory is not where it should be, or it is larger than 4 GB");

  self->directory_offset = offset;
  return TRUE;
}

/* A name must be a path below the place where the archive would be unpacked, written in the one
 * way in which it can be compared. */
static gboolean
check_name (const char *name,
            gsize length,
            GError **error)
{
  g_auto (GStrv) parts = NULL;

  if (length == 0 || strlen (name) != length || !g_utf8_validate (name, length, NULL))
    return refused (error, name, "has a name that is not text");
  if (strchr (name, '\\') != NULL || strchr (name, ':') != NULL)
    return refused (error, name, "has a name that is not a relative path");

  parts = g_strsplit (name, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], ".."))
      return refused (error, name, "has a name that is not a plain relative path");

  return TRUE;
}

static gboolean
check_entry (const Entry *entry,
             guint32 mode,
             guint64 *inflated,
             GError **error)
{
  if ((mode & MODE_TYPE) != 0 && (mode & MODE_TYPE) != MODE_PLAIN)
    return refused (error, entry->name, "is a link or a folder, not a plain file");
  if ((entry->flags & ~KNOWN_FLAGS) != 0)
    return refused (error, entry->name, "is encrypted or of an unknown kind");
  if (entry->method != ZIP_METHOD_STORED && entry->method != METHOD_DEFLATED)
    return refused (error, entry->name, "is compressed in another way than “deflate”");
  if (entry->compressed_size == G_MAXUINT32 || entry->size == G_MAXUINT32 ||
      entry->local_offset == G_MAXUINT32)
    return refused (error, entry->name, "is larger than 4 GB");
  if (entry->method == ZIP_METHOD_STORED && entry->compressed_size != entry->size)
    return refused (error, entry->name, "is stored, but has two different sizes");

  if (entry->method == METHOD_DEFLATED)
    {
      if (entry->size / MOST_RATIO > entry->compressed_size)
        return refused (error, entry->name, "claims to be larger than its data can be");
      *inflated += entry->size;
    }

  return TRUE;
}

/* Parses one record of the directory, and moves @offset behind it. */
static gboolean
read_central (PymvaZipReader *self,
              Entry *entry,
              gsize *offset,
              guint64 *inflated,
              GError **error)
{
  const guint8 *record = self->data + *offset;
  gsize left = self->size - ZIP_END_SIZE - *offset;
  gsize name_length;
  gsize record_size;

  if (left < ZIP_CENTRAL_SIZE || read_32 (record) != ZIP_CENTRAL_SIGNATURE)
    return broken (error, "its directory has fewer entries than it says");

  name_length = read_16 (record + 28);
  record_size = ZIP_CENTRAL_SIZE + name_length + read_16 (record + 30) + read_16 (record + 32);
  if (record_size > left || read_16 (record + 34) != 0)
    return broken (error, "an entry of its directory is cut off");

  entry->name = g_strndup ((const char *) record + ZIP_CENTRAL_SIZE, name_length);
  entry->flags = read_16 (record + 8);
  entry->method = read_16 (record + 10);
  entry->crc = read_32 (record + 16);
  entry->compressed_size = read_32 (record + 20);
  entry->size = read_32 (record + 24);
  entry->local_offset = read_32 (record + 42);
  *offset += record_size;

  return check_name (entry->name, name_length, error) &&
         check_entry (entry, read_32 (record + 38) >> 16, inflated, error);
}

/* The sizes in a local header; NumPy puts them into a ZIP64 field whatever they are. */
static gboolean
read_local_sizes (const guint8 *local,
                  const guint8 *extra,
                  gsize extra_size,
                  guint64 *compressed_size,
                  guint64 *size)
{
  *compressed_size = read_32 (local + 18);
  *size = read_32 (local + 22);
  if (*compressed_size != G_MAXUINT32 || *size != G_MAXUINT32)
    return TRUE;

  for (gsize i = 0; extra_size - i >= 4;)
    {
      gsize field_size = read_16 (extra + i + 2);

      if (field_size > extra_size - i - 4)
        return FALSE;
      if (read_16 (extra + i) == ZIP64_ID && field_size >= 16)
        {
          *size = read_64 (extra + i + 4);
          *compressed_size = read_64 (extra + i + 12);
          return TRUE;
        }
      i += 4 + field_size;
    }

  return FALSE;
}

/* Whether the header before the data says the same as the directory. */
static gboolean
check_local (PymvaZipReader *self,
             Entry *entry,
             GError **error)
{
  gsize name_length = strlen (entry->name);
  gboolean sizes_follow = (entry->flags & FLAG_SIZES_FOLLOW) != 0;
  const guint8 *local;
  guint64 compressed_size;
  guint64 size;
  gsize header_size;
  guint32 crc;

  if (entry->local_offset > self->directory_offset ||
      self->directory_offset - entry->local_offset < ZIP_LOCAL_SIZE ||
      read_32 (self->data + entry->local_offset) != ZIP_LOCAL_SIGNATURE)
    return refused (error, entry->name, "is not where the directory says");

  local = self->data + entry->local_offset;
  header_size = ZIP_LOCAL_SIZE + read_16 (local + 26) + read_16 (local + 28);
  if (header_size > self->directory_offset - entry->local_offset ||
      entry->compressed_size > self->directory_offset - entry->local_offset - header_size)
    return refused (error, entry->name, "is cut off");

  crc = read_32 (local + 14);
  if (read_16 (local + 6) != entry->flags || read_16 (local + 8) != entry->method ||
      read_16 (local + 26) != name_length ||
      memcmp (local + ZIP_LOCAL_SIZE, entry->name, name_length) != 0 ||
      !read_local_sizes (local, local + ZIP_LOCAL_SIZE + name_length, read_16 (local + 28),
                         &compressed_size, &size))
    return refused (error, entry->name, "is described in two different ways");
  if ((crc != entry->crc && !(sizes_follow && crc == 0)) ||
      (compressed_size != entry->compressed_size && !(sizes_follow && compressed_size == 0)) ||
      (size != entry->size && !(sizes_follow && size == 0)))
    return refused (error, entry->name, "is described in two different ways");

  entry->data_offset = entry->local_offset + header_size;
  return TRUE;
}

static int
compare_offsets (gconstpointer a,
                 gconstpointer b)
{
  const Entry *const *first = a;
  const Entry *const *second = b;

  return ((*first)->local_offset > (*second)->local_offset) -
         ((*first)->local_offset < (*second)->local_offset);
}

/* The files must fill the archive up to the directory: what overlaps, and what lies between them,
 * is refused. Sizes that follow the data take 12 to 24 bytes. */
static gboolean
check_layout (PymvaZipReader *self,
              GError **error)
{
  g_autofree const Entry **sorted = g_new (const Entry *, self->n_entries + 1);
  gsize end = 0;
  gsize slack = 0;

  for (guint i = 0; i < self->n_entries; i++)
    sorted[i] = &self->entries[i];
  qsort (sorted, self->n_entries, sizeof *sorted, compare_offsets);

  for (guint i = 0; i <= self->n_entries; i++)
    {
      gsize start = i < self->n_entries ? sorted[i]->local_offset : self->directory_offset;

      if (start < end)
        return broken (error, "files overlap");
      if (start - end > slack || (slack > 0 && start - end < 12))
        return broken (error, "there are data that belong to no file");
      if (i < self->n_entries)
        {
          end = sorted[i]->data_offset + sorted[i]->compressed_size;
          slack = (sorted[i]->flags & FLAG_SIZES_FOLLOW) != 0 ? 24 : 0;
        }
    }

  return TRUE;
}

static gboolean
read_directory (PymvaZipReader *self,
                guint64 most_inflated,
                GError **error)
{
  guint n_entries;
  gsize directory_size;
  gsize offset;
  guint64 inflated = 0;

  if (!read_end (self, &n_entries, &directory_size, error))
    return FALSE;

  self->n_entries = n_entries;
  self->entries = g_new0 (Entry, self->n_entries);
  self->names = g_new0 (const char *, self->n_entries + 1);
  offset = self->directory_offset;
  for (guint i = 0; i < self->n_entries; i++)
    {
      Entry *entry = &self->entries[i];

      if (!read_central (self, entry, &offset, &inflated, error) ||
          !check_local (self, entry, error))
        return FALSE;
      if (!g_hash_table_insert (self->by_name, entry->name, entry))
        return refused (error, entry->name, "is there twice");
      self->names[i] = entry->name;
    }

  if (offset != self->directory_offset + directory_size)
    return broken (error, "its directory has more entries than it says");
  if (inflated > 0 && most_inflated == 0)
    return broken (error, "it holds compressed files, which are not allowed here");
  if (inflated > most_inflated)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "The ZIP archive would inflate to %" G_GUINT64_FORMAT " bytes; at most %"
                   G_GUINT64_FORMAT " are allowed here",
                   inflated, most_inflated);
      return FALSE;
    }

  return check_layout (self, error);
}

PymvaZipReader *
pymva_zip_reader_new (GBytes *archive,
                      guint64 most_inflated,
                      GError **error)
{
  g_autoptr (PymvaZipReader) self = g_new0 (PymvaZipReader, 1);

  self->archive = g_bytes_ref (archive);
  self->data = pymva_bytes_peek (archive, &self->size);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  if (!read_directory (self, most_inflated, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* Whether the archive holds @wanted at @offset; if so, moves behind it, and empties @wanted. */
static gboolean
take_equal (PymvaZipReader *self,
            gsize *offset,
            GByteArray *wanted)
{
  if (wanted->len > self->size - *offset ||
      memcmp (self->data + *offset, wanted->data, wanted->len) != 0)
    return FALSE;

  *offset += wanted->len;
  g_byte_array_set_size (wanted, 0);
  return TRUE;
}

/* Whether the writer would have put the same records around the same contents. Where they are the
 * same, the files are stored, and lie in the order of the directory. */
static gboolean
is_canonical (PymvaZipReader *self)
{
  g_autoptr (GByteArray) wanted = g_byte_array_new ();
  gsize offset = 0;

  for (guint i = 0; i < self->n_entries; i++)
    {
      const Entry *entry = &self->entries[i];

      if (entry->local_offset != offset)
        return FALSE;
      pymva_zip_records_append_local (wanted, entry->name, entry->crc, entry->size, offset);
      if (!take_equal (self, &offset, wanted))
        return FALSE;
      offset += entry->size;
    }

  for (guint i = 0; i < self->n_entries; i++)
    {
      const Entry *entry = &self->entries[i];

      pymva_zip_records_append_central (wanted, entry->name, entry->crc, entry->size,
                                        entry->local_offset);
      if (!take_equal (self, &offset, wanted))
        return FALSE;
    }

  pymva_zip_records_append_end (wanted, self->n_entries, offset - self->directory_offset,
                                self->directory_offset);
  return take_equal (self, &offset, wanted);
}

gboolean
pymva_zip_reader_check_canonical (PymvaZipReader *self,
                                  GError **error)
{
  if (is_canonical (self))
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "The ZIP archive is not as it was written: it was changed or damaged, or "
                       "packed again by another program; use the file as it was saved");
  return FALSE;
}

const char * const *
pymva_zip_reader_list_names (PymvaZipReader *self)
{
  return self->names;
}

gboolean
pymva_zip_reader_has (PymvaZipReader *self,
                      const char *name)
{
  return g_hash_table_contains (self->by_name, name);
}

/* zlib counts in 32 bits, which entries of less than 4 GB fit. */
static GBytes *
inflate_entry (PymvaZipReader *self,
               const Entry *entry,
               GError **error)
{
  g_autofree guint8 *content = g_try_malloc (MAX (1, entry->size));
  z_stream stream = { 0 };
  int status;
  gsize written;

  if (content == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_MEMORY,
                   "There is no memory for the %" G_GSIZE_FORMAT " bytes of the file “%s”",
                   entry->size, entry->name);
      return NULL;
    }

  stream.next_in = (guint8 *) self->data + entry->data_offset;
  stream.avail_in = entry->compressed_size;
  stream.next_out = content;
  stream.avail_out = entry->size;
  status = inflateInit2 (&stream, -MAX_WBITS);
  if (status == Z_OK)
    status = inflate (&stream, Z_FINISH);
  written = entry->size - stream.avail_out;
  inflateEnd (&stream);

  if (status != Z_STREAM_END || stream.avail_in != 0 || written != entry->size)
    {
      refused (error, entry->name, "does not inflate to what the directory says");
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&content), entry->size);
}

GBytes *
pymva_zip_reader_lookup (PymvaZipReader *self,
                         const char *name,
                         GError **error)
{
  Entry *entry = g_hash_table_lookup (self->by_name, name);
  g_autoptr (GBytes) content = NULL;

  if (entry == NULL)
    {
      g_autofree char *near = pymva_names_format_near (name, self->names);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "The ZIP archive holds no file “%s”%s", name, near);
      return NULL;
    }

  content = entry->method == ZIP_METHOD_STORED
              ? g_bytes_new_from_bytes (self->archive, entry->data_offset, entry->size)
              : inflate_entry (self, entry, error);
  if (content == NULL)
    return NULL;

  /* Once is enough: a model's tables are asked for twice, to be checked and to be used. */
  if (!g_atomic_int_get (&entry->has_right_crc))
    {
      if (crc32_z (0, g_bytes_get_data (content, NULL), entry->size) != entry->crc)
        {
          refused (error, name, "is damaged: its checksum is wrong");
          return NULL;
        }
      g_atomic_int_set (&entry->has_right_crc, TRUE);
    }

  return g_steal_pointer (&content);
}

gboolean
pymva_zip_reader_locate (PymvaZipReader *self,
                         const char *name,
                         gsize *offset,
                         gboolean *is_stored)
{
  const Entry *entry = g_hash_table_lookup (self->by_name, name);

  if (entry == NULL)
    return FALSE;

  *offset = entry->data_offset;
  *is_stored = entry->method == ZIP_METHOD_STORED;
  return TRUE;
}
