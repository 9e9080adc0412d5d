/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pymva-pages-private.h"

/* What is copied before its pages are dropped. */
#define COPY_BYTES (1024 * 1024)

void
pymva_pages_drop (gconstpointer data,
                  gsize size)
{
  gsize page_size = sysconf (_SC_PAGESIZE);
  gsize start = ((gsize) data + page_size - 1) / page_size * page_size;
  gsize end = ((gsize) data + size) / page_size * page_size;

  /* Where it fails, the memory is only freed later. */
  if (start < end)
    madvise ((gpointer) start, end - start, MADV_DONTNEED);
}

gpointer
pymva_pages_copy (gconstpointer data,
                  gsize size)
{
  const char *source = data;
  char *copy = g_malloc (MAX (size, 1));

  for (gsize done = 0; done < size; done += COPY_BYTES)
    {
      memcpy (copy + done, source + done, MIN (COPY_BYTES, size - done));
      pymva_pages_drop (source + done, MIN (COPY_BYTES, size - done));
    }

  return copy;
}
