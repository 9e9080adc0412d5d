/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/pymva-zip-reader-private.h"
#include "fuzz.h"

/* More than any input would need that does not lie about its size. */
#define MOST_INFLATED (1 << 20)

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (PymvaZipReader) reader = pymva_zip_reader_new (bytes, MOST_INFLATED, NULL);
  const char * const *names = reader != NULL ? pymva_zip_reader_list_names (reader) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autoptr (GBytes) content = pymva_zip_reader_lookup (reader, names[i], NULL);
      gboolean is_stored;
      gsize offset;

      g_assert (pymva_zip_reader_has (reader, names[i]));
      g_assert (pymva_zip_reader_locate (reader, names[i], &offset, &is_stored));
      if (content != NULL && is_stored)
        g_assert (g_bytes_get_data (content, NULL) == data + offset);
    }
  if (reader != NULL)
    pymva_zip_reader_check_canonical (reader, NULL);

  return 0;
}
