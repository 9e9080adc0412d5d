/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-zip-records-private.h"

#define VERSION_NEEDED 20
/* Version 2.0, host 3 (Unix), so that the mode below counts. */
#define VERSION_MADE_BY (3 << 8 | VERSION_NEEDED)
/* The first day that the format can express, 1 January 1980, midnight. */
#define DOS_TIME 0
#define DOS_DATE (1 << 5 | 1)
#define UNIX_MODE (0100644u << 16)

/* The extra field that Android's zipalign writes: it says what the padding aligns to. */
#define ALIGNMENT 64
#define PADDING_ID 0xd935
#define PADDING_LEAST 6

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
  append_16 (array, ZIP_FLAG_UTF8);
  append_16 (array, ZIP_METHOD_STORED);
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

void
pymva_zip_records_append_local (GByteArray *array,
                                const char *name,
                                guint32 crc,
                                gsize size,
                                gsize offset)
{
  gsize name_length = strlen (name);
  gsize padding = 0;

  /* The magic number of files with a "mimetype" is at offset 30 + 8, without an extra field. */
  if (!g_str_equal (name, "mimetype"))
    {
      padding = -(offset + ZIP_LOCAL_SIZE + name_length) % ALIGNMENT;
      if (padding > 0 && padding < PADDING_LEAST)
        padding += ALIGNMENT;
    }

  append_32 (array, ZIP_LOCAL_SIGNATURE);
  append_common (array, crc, size, name_length);
  append_16 (array, padding);
  g_byte_array_append (array, (const guint8 *) name, name_length);
  append_padding (array, padding);
}

void
pymva_zip_records_append_central (GByteArray *array,
                                  const char *name,
                                  guint32 crc,
                                  gsize size,
                                  gsize offset)
{
  gsize name_length = strlen (name);

  append_32 (array, ZIP_CENTRAL_SIGNATURE);
  append_16 (array, VERSION_MADE_BY);
  append_common (array, crc, size, name_length);
  append_16 (array, 0); /* extra field */
  append_16 (array, 0); /* comment */
  append_16 (array, 0); /* disk */
  append_16 (array, 0); /* internal attributes */
  append_32 (array, UNIX_MODE);
  append_32 (array, offset);
  g_byte_array_append (array, (const guint8 *) name, name_length);
}

void
pymva_zip_records_append_end (GByteArray *array,
                              guint n_files,
                              gsize size,
                              gsize offset)
{
  append_32 (array, ZIP_END_SIGNATURE);
  append_16 (array, 0); /* this disk */
  append_16 (array, 0); /* the directory's disk */
  append_16 (array, n_files);
  append_16 (array, n_files);
  append_32 (array, size);
  append_32 (array, offset);
  append_16 (array, 0); /* comment */
}
