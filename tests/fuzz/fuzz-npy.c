/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "base/memory-file.h"
#include "data/pymva-npy-private.h"
#include "data/pymva-table-reader-private.h"
#include "fuzz.h"

/* The same rows, whether all are read at once or a few at a time. */
static void
check_pieces (GFile *file,
              PymvaTable *table)
{
  g_autoptr (PymvaTablePieces) pieces = pymva_npy_open (file, NULL, NULL, NULL);
  gint64 n_rows = 0;

  g_assert (pieces != NULL);
  for (;;)
    {
      g_autoptr (PymvaTable) piece = pymva_table_new ();

      g_assert (pieces->read (pieces, piece, 3, NULL, NULL));
      if (pymva_table_get_n_rows (piece) == 0)
        break;
      n_rows += pymva_table_get_n_rows (piece);
    }
  g_assert (n_rows == pymva_table_get_n_rows (table));
}

/* An array, or an archive of them, which begins with the letters "PK". */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autoptr (GFile) file = memory_file_new ("memory:///events.npy");
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (GBytes) content = g_bytes_new_static (data, size);

  memory_file_set_content (file, content);
  if (size > 0 && data[0] == 'P')
    pymva_npz_read (table, file, NULL, NULL, NULL);
  else if (pymva_npy_read (table, file, NULL, NULL, NULL))
    check_pieces (file, table);
  memory_file_set_content (file, NULL);

  return 0;
}
