/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <zlib.h>

#include <pymva/pymva.h>

#include "base/pymva-zip-reader-private.h"
#include "base/pymva-zip-records-private.h"
#include "base/pymva-zip-writer-private.h"

#define NO_LIMIT G_MAXUINT64
#define TEXT "twelve bytes"

/* What the two records of a file say; the tests make one of them lie. */
typedef struct
{
  const char *name;
  const char *local_name;
  guint16 flags;
  guint16 local_flags;
  guint16 method;
  guint32 mode;
  guint32 crc;
  guint32 size;
  guint32 compressed_size;
  guint32 local_size;
  guint32 local_compressed_size;
  guint32 local_offset;
  gboolean zip64;
} Record;

typedef struct
{
  GByteArray *archive;
  GByteArray *directory;
  guint n;
} Builder;

static void
add_16 (GByteArray *array,
        guint16 value)
{
  value = GUINT16_TO_LE (value);
  g_byte_array_append (array, (const guint8 *) &value, sizeof value);
}

static void
add_32 (GByteArray *array,
        guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (array, (const guint8 *) &value, sizeof value);
}

static Builder
begin (void)
{
  return (Builder) { g_byte_array_new (), g_byte_array_new (), 0 };
}

static Record
honest (Builder *builder,
        const char *name,
        guint16 method,
        GBytes *data,
        gsize size,
        guint32 crc)
{
  return (Record) {
    .name = name, .local_name = name, .method = method, .mode = 0100644, .crc = crc,
    .size = size, .compressed_size = g_bytes_get_size (data), .local_size = size,
    .local_compressed_size = g_bytes_get_size (data), .local_offset = builder->archive->len,
  };
}

static void
add (Builder *builder,
     const Record *record,
     GBytes *data)
{
  GByteArray *local = builder->archive;
  GByteArray *central = builder->directory;

  add_32 (local, 0x04034b50);
  add_16 (local, 20);
  add_16 (local, record->local_flags);
  add_16 (local, record->method);
  add_32 (local, 0);
  add_32 (local, record->crc);
  add_32 (local, record->zip64 ? G_MAXUINT32 : record->local_compressed_size);
  add_32 (local, record->zip64 ? G_MAXUINT32 : record->local_size);
  add_16 (local, strlen (record->local_name));
  add_16 (local, record->zip64 ? 20 : 0);
  g_byte_array_append (local, (const guint8 *) record->local_name, strlen (record->local_name));
  if (record->zip64)
    {
      add_16 (local, 1);
      add_16 (local, 16);
      add_32 (local, record->local_size);
      add_32 (local, 0);
      add_32 (local, record->local_compressed_size);
      add_32 (local, 0);
    }
  g_byte_array_append (local, g_bytes_get_data (data, NULL), g_bytes_get_size (data));

  add_32 (central, 0x02014b50);
  add_16 (central, 20);
  add_16 (central, 20);
  add_16 (central, record->flags);
  add_16 (central, record->method);
  add_32 (central, 0);
  add_32 (central, record->crc);
  add_32 (central, record->compressed_size);
  add_32 (central, record->size);
  add_16 (central, strlen (record->name));
  add_16 (central, 0);
  add_16 (central, 0);
  add_16 (central, 0);
  add_16 (central, 0);
  add_32 (central, record->mode << 16);
  add_32 (central, record->local_offset);
  g_byte_array_append (central, (const guint8 *) record->name, strlen (record->name));
  builder->n++;
}

static GBytes *
finish (Builder *builder)
{
  gsize offset = builder->archive->len;

  g_byte_array_append (builder->archive, builder->directory->data, builder->directory->len);
  add_32 (builder->archive, 0x06054b50);
  add_16 (builder->archive, 0);
  add_16 (builder->archive, 0);
  add_16 (builder->archive, builder->n);
  add_16 (builder->archive, builder->n);
  add_32 (builder->archive, builder->directory->len);
  add_32 (builder->archive, offset);
  add_16 (builder->archive, 0);
  g_byte_array_unref (builder->directory);

  return g_byte_array_free_to_bytes (builder->archive);
}

static GBytes *
text_bytes (void)
{
  return g_bytes_new_static (TEXT, strlen (TEXT));
}

static Record
honest_text (Builder *builder,
             const char *name)
{
  g_autoptr (GBytes) data = text_bytes ();

  return honest (builder, name, 0, data, strlen (TEXT),
                 crc32 (0, (const guint8 *) TEXT, strlen (TEXT)));
}

static GBytes *
deflate_raw (const void *data,
             gsize size)
{
  g_autoptr (GConverter) converter =
    G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 9));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, converter);

  g_assert_true (g_output_stream_write_all (stream, data, size, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

static void
assert_refused (GBytes *archive,
                guint64 most_inflated,
                const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaZipReader) reader = pymva_zip_reader_new (archive, most_inflated, &error);

  g_assert_null (reader);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  if (strstr (error->message, message) == NULL)
    g_error ("“%s” does not say “%s”", error->message, message);
}

static void
assert_record_refused (const Record *record,
                       const char *message)
{
  Builder builder = begin ();
  g_autoptr (GBytes) data = text_bytes ();
  g_autoptr (GBytes) archive = NULL;

  add (&builder, record, data);
  archive = finish (&builder);
  assert_refused (archive, NO_LIMIT, message);
}

static void
test_stored (void)
{
  g_autoptr (GError) error = NULL;
  PymvaZipWriter *writer = pymva_zip_writer_new ();
  g_autoptr (GBytes) first = g_bytes_new_static ("one", 3);
  g_autoptr (GBytes) second = text_bytes ();
  g_autoptr (GBytes) empty = g_bytes_new_static (NULL, 0);
  g_autoptr (GBytes) archive = NULL;
  g_autoptr (PymvaZipReader) reader = NULL;
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GBytes) nothing = NULL;
  const char *names[] = { "mimetype", "native/a.bin", "empty", NULL };
  gboolean is_stored;
  gsize offset;

  g_assert_true (pymva_zip_writer_add (writer, names[0], first, &error));
  g_assert_true (pymva_zip_writer_add (writer, names[1], second, &error));
  g_assert_true (pymva_zip_writer_add (writer, names[2], empty, &error));
  archive = pymva_zip_writer_finish (writer, &error);
  g_assert_no_error (error);

  reader = pymva_zip_reader_new (archive, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (pymva_zip_reader_list_names (reader), names);
  g_assert_true (pymva_zip_reader_has (reader, "native/a.bin"));
  g_assert_false (pymva_zip_reader_has (reader, "native"));
  found = pymva_zip_reader_lookup (reader, "native/a.bin", &error);
  g_assert_true (g_bytes_equal (found, second));
  nothing = pymva_zip_reader_lookup (reader, "empty", &error);
  g_assert_cmpuint (g_bytes_get_size (nothing), ==, 0);

  /* Not copied, and aligned as the writer promises. */
  g_assert_true (pymva_zip_reader_locate (reader, "native/a.bin", &offset, &is_stored));
  g_assert_true (is_stored);
  g_assert_cmpuint (offset % 64, ==, 0);
  g_assert_true (g_bytes_get_data (found, NULL) ==
                 (const guint8 *) g_bytes_get_data (archive, NULL) + offset);
  g_assert_false (pymva_zip_reader_locate (reader, "b", &offset, &is_stored));
  g_assert_true (pymva_zip_reader_check_canonical (reader, &error));
  g_assert_no_error (error);
}

static void
test_deflated (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *zeros = g_malloc0 (100000);
  g_autoptr (GBytes) data = deflate_raw (zeros, 100000);
  Builder builder = begin ();
  Record record = honest (&builder, "a", 8, data, 100000, crc32 (0, zeros, 100000));
  g_autoptr (GBytes) archive = NULL;
  g_autoptr (PymvaZipReader) reader = NULL;
  g_autoptr (GBytes) found = NULL;

  record.zip64 = TRUE;
  add (&builder, &record, data);
  archive = finish (&builder);
  reader = pymva_zip_reader_new (archive, 100000, &error);
  g_assert_no_error (error);
  found = pymva_zip_reader_lookup (reader, "a", &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found), zeros, 100000);

  assert_refused (archive, 99999, "would inflate to 100000 bytes; at most 99999");
  assert_refused (archive, 0, "holds compressed files, which are not allowed here");
}

/* A name that is unknown, a bit that flipped, and sizes that do not agree with the data. */
static void
test_lookup_errors (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *zeros = g_malloc0 (5000);
  g_autoptr (GBytes) data = deflate_raw (zeros, 5000);
  g_autoptr (GBytes) text = text_bytes ();
  Builder builder = begin ();
  Record record = honest (&builder, "longer", 8, data, 4999, crc32 (0, zeros, 4999));
  g_autoptr (GBytes) archive = NULL;
  g_autoptr (PymvaZipReader) reader = NULL;

  add (&builder, &record, data);
  record = honest (&builder, "shorter", 8, data, 5001, crc32 (0, zeros, 5000));
  add (&builder, &record, data);
  record = honest (&builder, "noise", 8, text, 12, 0);
  add (&builder, &record, text);
  record = honest_text (&builder, "flipped");
  record.crc ^= 1;
  add (&builder, &record, text);
  archive = finish (&builder);
  reader = pymva_zip_reader_new (archive, NO_LIMIT, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 3; i++)
    {
      g_assert_null (pymva_zip_reader_lookup (reader, pymva_zip_reader_list_names (reader)[i],
                                              &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, "does not inflate"));
      g_clear_error (&error);
    }
  g_assert_null (pymva_zip_reader_lookup (reader, "flipped", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "“flipped” in the ZIP archive is damaged"));
  g_clear_error (&error);
  g_assert_null (pymva_zip_reader_lookup (reader, "fliped", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "did you mean “flipped”?"));
}

static void
test_names (void)
{
  const char *bad[] = { "", "/etc/passwd", "../a", "a/../b", "a//b", "./a", "folder/", "a\\b",
                        "C:a", "\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      Builder builder = begin ();
      Record record = honest_text (&builder, bad[i]);
      g_autoptr (GBytes) data = text_bytes ();
      g_autoptr (GBytes) archive = NULL;

      add (&builder, &record, data);
      archive = finish (&builder);
      assert_refused (archive, NO_LIMIT, "has a name that is not");
    }
}

static void
test_records (void)
{
  Builder builder = begin ();
  Record good = honest_text (&builder, "a");
  Record record;

  record = good, record.mode = 0120777;
  assert_record_refused (&record, "is a link");
  record = good, record.mode = 0040755;
  assert_record_refused (&record, "is a link or a folder");
  record = good, record.flags = record.local_flags = 1;
  assert_record_refused (&record, "is encrypted");
  record = good, record.method = 12;
  assert_record_refused (&record, "another way than “deflate”");
  record = good, record.size = 13;
  assert_record_refused (&record, "two different sizes");
  record = good, record.method = 8, record.size = record.local_size = 1 << 20;
  assert_record_refused (&record, "claims to be larger");
  record = good, record.size = record.compressed_size = G_MAXUINT32;
  assert_record_refused (&record, "larger than 4 GB");
  record = good, record.local_name = "b";
  assert_record_refused (&record, "two different ways");
  record = good, record.local_flags = 1 << 11;
  assert_record_refused (&record, "two different ways");
  record = good, record.local_size = 11;
  assert_record_refused (&record, "two different ways");
  record = good, record.zip64 = TRUE, record.local_size = 11;
  assert_record_refused (&record, "two different ways");
  record = good, record.local_offset = 3;
  assert_record_refused (&record, "not where the directory says");
  record = good, record.local_offset = G_MAXINT32;
  assert_record_refused (&record, "not where the directory says");
  record = good, record.size = record.compressed_size = 13;
  assert_record_refused (&record, "is cut off");

  g_byte_array_unref (builder.archive);
  g_byte_array_unref (builder.directory);
}

/* The data of the first file are the second file, header and all. */
static GBytes *
make_overlapping (GBytes *data)
{
  Builder inner = begin ();
  Builder builder = begin ();
  Record record = honest_text (&inner, "b");
  g_autoptr (GBytes) whole = NULL;

  add (&inner, &record, data);
  g_byte_array_unref (inner.directory);
  whole = g_byte_array_free_to_bytes (inner.archive);

  record = honest (&builder, "a", 0, whole, g_bytes_get_size (whole), 0);
  add (&builder, &record, whole);
  record = honest_text (&builder, "b");
  record.local_offset = strlen ("a") + 30;
  add (&builder, &record, data);
  g_byte_array_set_size (builder.archive, record.local_offset + g_bytes_get_size (whole));

  return finish (&builder);
}

static void
test_layout (void)
{
  g_autoptr (GBytes) data = text_bytes ();
  Builder builder = begin ();
  Record record = honest_text (&builder, "a");
  g_autoptr (GBytes) twice = NULL;
  g_autoptr (GBytes) overlapping = make_overlapping (data);
  g_autoptr (GBytes) gap = NULL;
  g_autoptr (GBytes) before = NULL;

  add (&builder, &record, data);
  record = honest_text (&builder, "a");
  add (&builder, &record, data);
  twice = finish (&builder);
  assert_refused (twice, NO_LIMIT, "“a” in the ZIP archive is there twice");
  assert_refused (overlapping, NO_LIMIT, "files overlap");

  builder = begin ();
  record = honest_text (&builder, "a");
  add (&builder, &record, data);
  g_byte_array_append (builder.archive, (const guint8 *) "hidden", 6);
  gap = finish (&builder);
  assert_refused (gap, NO_LIMIT, "data that belong to no file");

  builder = begin ();
  g_byte_array_append (builder.archive, (const guint8 *) "#!/bin/sh", 9);
  record = honest_text (&builder, "a");
  add (&builder, &record, data);
  before = finish (&builder);
  assert_refused (before, NO_LIMIT, "data that belong to no file");
}

/* Sizes that were not known when the data were written follow them. */
static void
test_sizes_follow (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = text_bytes ();
  Builder builder = begin ();
  Record record = honest_text (&builder, "a");
  g_autoptr (GBytes) archive = NULL;
  g_autoptr (PymvaZipReader) reader = NULL;
  g_autoptr (GBytes) found = NULL;

  record.flags = record.local_flags = 1 << 3;
  record.local_size = record.local_compressed_size = 0;
  add (&builder, &record, data);
  add_32 (builder.archive, 0x08074b50);
  add_32 (builder.archive, record.crc);
  add_32 (builder.archive, record.size);
  add_32 (builder.archive, record.size);
  archive = finish (&builder);
  reader = pymva_zip_reader_new (archive, 0, &error);
  g_assert_no_error (error);
  found = pymva_zip_reader_lookup (reader, "a", &error);
  g_assert_true (g_bytes_equal (found, data));
}

/* The same archive with more behind it. */
static GBytes *
append (GBytes *archive,
        GBytes *more)
{
  GByteArray *longer = g_byte_array_new ();

  g_byte_array_append (longer, g_bytes_get_data (archive, NULL), g_bytes_get_size (archive));
  g_byte_array_append (longer, g_bytes_get_data (more, NULL), g_bytes_get_size (more));
  return g_byte_array_free_to_bytes (longer);
}

static GBytes *
patch (GBytes *archive,
       gssize from_end,
       guint8 value)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (archive, &size);
  guint8 *copy = g_memdup2 (data, size);

  copy[size - from_end] = value;
  return g_bytes_new_take (copy, size);
}

/* The end record: 22 bytes, which must be the last. */
static void
test_end (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = text_bytes ();
  Builder builder = begin ();
  Record record = honest_text (&builder, "a");
  g_autoptr (GBytes) archive = NULL;
  g_autoptr (GBytes) comment = NULL;
  g_autoptr (GBytes) parts = NULL;
  g_autoptr (GBytes) fewer = NULL;
  g_autoptr (GBytes) more = NULL;
  g_autoptr (GBytes) many = NULL;
  g_autoptr (GBytes) trailing = NULL;
  g_autoptr (GBytes) two = NULL;

  add (&builder, &record, data);
  archive = finish (&builder);
  for (gsize size = 0; size < g_bytes_get_size (archive); size++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (archive, 0, size);

      assert_refused (cut, NO_LIMIT, "The ZIP archive is broken");
    }

  /* A second archive behind the first one is what other programs would read. */
  trailing = append (archive, data);
  assert_refused (trailing, NO_LIMIT, "does not end with its directory");
  two = append (archive, archive);
  assert_refused (two, NO_LIMIT, "its directory is not where it should be");

  comment = patch (archive, 2, 1);
  assert_refused (comment, NO_LIMIT, "does not end with its directory");
  parts = patch (archive, 18, 1);
  assert_refused (parts, NO_LIMIT, "one part of several");

  builder = begin ();
  record = honest_text (&builder, "a");
  add (&builder, &record, data);
  builder.n = 2;
  fewer = finish (&builder);
  assert_refused (fewer, NO_LIMIT, "fewer entries");

  builder = begin ();
  record = honest_text (&builder, "a");
  add (&builder, &record, data);
  builder.n = 0;
  more = finish (&builder);
  assert_refused (more, NO_LIMIT, "more entries");

  builder = begin ();
  builder.n = 10001;
  many = finish (&builder);
  assert_refused (many, NO_LIMIT, "more than 10000 files");
}

/* Whatever single byte is changed: an error or the right content, and no other memory is read. */
static void
test_any_byte (void)
{
  g_autofree guint8 *zeros = g_malloc0 (300);
  g_autoptr (GBytes) data = deflate_raw (zeros, 300);
  g_autoptr (GBytes) text = text_bytes ();
  Builder builder = begin ();
  Record record = honest (&builder, "a", 8, data, 300, crc32 (0, zeros, 300));
  g_autoptr (GBytes) archive = NULL;

  add (&builder, &record, data);
  record = honest_text (&builder, "b");
  add (&builder, &record, text);
  archive = finish (&builder);

  for (gsize i = 1; i <= g_bytes_get_size (archive); i++)
    for (guint value = 0; value < 256; value += 17)
      {
        g_autoptr (GBytes) changed = patch (archive, i, value);
        g_autoptr (PymvaZipReader) reader = pymva_zip_reader_new (changed, 1000, NULL);
        g_autoptr (GBytes) found = NULL;

        if (reader != NULL && pymva_zip_reader_has (reader, "b"))
          found = pymva_zip_reader_lookup (reader, "b", NULL);
        g_assert_true (found == NULL || g_bytes_equal (found, text));
      }
}

/* Whatever bit of the writer's archive is flipped: it is not the writer's any more, or a checksum
 * tells. */
static void
test_canonical (void)
{
  PymvaZipWriter *writer = pymva_zip_writer_new ();
  g_autoptr (GBytes) text = text_bytes ();
  g_autoptr (GBytes) archive = NULL;
  g_autofree guint8 *copy = NULL;
  gsize size;

  g_assert_true (pymva_zip_writer_add (writer, "mimetype", text, NULL));
  g_assert_true (pymva_zip_writer_add (writer, "a", text, NULL));
  archive = pymva_zip_writer_finish (writer, NULL);
  size = g_bytes_get_size (archive);
  copy = g_memdup2 (g_bytes_get_data (archive, NULL), size);

  for (gsize i = 0; i < 8 * size; i++)
    {
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (PymvaZipReader) reader = NULL;
      g_autoptr (GError) error = NULL;

      copy[i / 8] ^= 1 << i % 8;
      changed = g_bytes_new (copy, size);
      copy[i / 8] ^= 1 << i % 8;
      reader = pymva_zip_reader_new (changed, 0, &error);
      if (reader != NULL && pymva_zip_reader_check_canonical (reader, &error))
        {
          const char *const *names = pymva_zip_reader_list_names (reader);
          g_autoptr (GBytes) first = pymva_zip_reader_lookup (reader, names[0], &error);
          g_autoptr (GBytes) second =
            first != NULL ? pymva_zip_reader_lookup (reader, names[1], &error) : NULL;

          g_assert_null (second);
        }
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
    }
}

/* Archives of others can be read, but are not the writer's: one with other headers, one that is
 * compressed, and one of the writer's records whose directory has another order. */
static void
test_not_canonical (void)
{
  const char *const names[] = { "a", "b" };
  guint32 crc = crc32 (0, (const guint8 *) TEXT, strlen (TEXT));
  g_autoptr (GBytes) text = text_bytes ();
  g_autoptr (GBytes) deflated = deflate_raw (TEXT, strlen (TEXT));
  Builder builders[] = { begin (), begin (), begin () };
  Record record = honest_text (&builders[0], "a");
  gsize offsets[2];

  add (&builders[0], &record, text);
  record = honest (&builders[1], "a", 8, deflated, strlen (TEXT), crc);
  add (&builders[1], &record, deflated);
  for (guint i = 0; i < 2; i++)
    {
      offsets[i] = builders[2].archive->len;
      pymva_zip_records_append_local (builders[2].archive, names[i], crc, strlen (TEXT),
                                      offsets[i]);
      g_byte_array_append (builders[2].archive, (const guint8 *) TEXT, strlen (TEXT));
    }
  for (guint i = 2; i-- > 0;)
    pymva_zip_records_append_central (builders[2].directory, names[i], crc, strlen (TEXT),
                                      offsets[i]);
  builders[2].n = 2;

  for (gsize i = 0; i < G_N_ELEMENTS (builders); i++)
    {
      g_autoptr (GBytes) archive = finish (&builders[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaZipReader) reader = pymva_zip_reader_new (archive, NO_LIMIT, &error);

      g_assert_no_error (error);
      g_assert_false (pymva_zip_reader_check_canonical (reader, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, "changed or damaged"));
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/zip-reader/stored", test_stored);
  g_test_add_func ("/zip-reader/deflated", test_deflated);
  g_test_add_func ("/zip-reader/lookup-errors", test_lookup_errors);
  g_test_add_func ("/zip-reader/names", test_names);
  g_test_add_func ("/zip-reader/records", test_records);
  g_test_add_func ("/zip-reader/layout", test_layout);
  g_test_add_func ("/zip-reader/sizes-follow", test_sizes_follow);
  g_test_add_func ("/zip-reader/end", test_end);
  g_test_add_func ("/zip-reader/any-byte", test_any_byte);
  g_test_add_func ("/zip-reader/canonical", test_canonical);
  g_test_add_func ("/zip-reader/not-canonical", test_not_canonical);

  return g_test_run ();
}
