/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pymva-pages-private.h"

/* What is copied before its pages are dropped. */
#define COPY_BYTES (1024 * 1024)

/* Advises the kernel of the whole pages in some memory; where it does not take it, nothing is
 * lost but time or memory. */
static void
advise (gconstpointer data,
        gsize size,
        int advice)
{
  gsize page_size = sysconf (_SC_PAGESIZE);
  gsize start = ((gsize) data + page_size - 1) / page_size * page_size;
  gsize end = ((gsize) data + size) / page_size * page_size;

  if (start < end)
    madvise ((gpointer) start, end - start, advice);
}

void
pymva_pages_drop (gconstpointer data,
                  gsize size)
{
  advise (data, size, MADV_DONTNEED);
}

/* Asks for memory that is written next, at once, which is quicker than one page after the other. */
static void
populate (gpointer data,
          gsize size)
{
#ifdef MADV_POPULATE_WRITE
  advise (data, size, MADV_POPULATE_WRITE);
#endif
}

gpointer
pymva_pages_copy (gconstpointer data,
                  gsize size)
{
  const char *source = data;
  char *copy = g_malloc (MAX (size, 1));

  for (gsize done = 0; done < size; done += COPY_BYTES)
    {
      populate (copy + done, MIN (COPY_BYTES, size - done));
      memcpy (copy + done, source + done, MIN (COPY_BYTES, size - done));
      pymva_pages_drop (source + done, MIN (COPY_BYTES, size - done));
    }

  return copy;
}
