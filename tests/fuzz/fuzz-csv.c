/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "base/memory-file.h"
#include "data/pymva-table-reader-private.h"
#include "fuzz.h"

/* The first byte chooses the options. */
static GVariant *
choose_options (uint8_t choice)
{
  static const char * const delimiters[] = { NULL, ",", ";", " ", "\t" };
  const char *delimiter = delimiters[choice % G_N_ELEMENTS (delimiters)];
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (delimiter != NULL)
    g_variant_dict_insert (&options, "delimiter", "s", delimiter);
  if ((choice & 0x40) != 0)
    g_variant_dict_insert (&options, "header", "b", (choice & 0x80) != 0);

  return g_variant_ref_sink (g_variant_dict_end (&options));
}

/* The same rows, whether all are read at once or a few at a time. */
static void
check_pieces (GFile *file,
              GVariant *options,
              PymvaTable *table)
{
  g_autoptr (PymvaTablePieces) pieces = pymva_csv_open (file, options, NULL, NULL);
  gint64 n_rows = 0;

  g_assert (pieces != NULL);
  for (;;)
    {
      g_autoptr (PymvaTable) piece = pymva_table_new ();

      if (!pieces->read (pieces, piece, 3, NULL, NULL))
        return;
      if (pymva_table_get_n_rows (piece) == 0)
        break;
      n_rows += pymva_table_get_n_rows (piece);
    }
  g_assert (n_rows == pymva_table_get_n_rows (table));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autoptr (GFile) file = memory_file_new ("memory:///events.csv");
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GBytes) content = NULL;

  if (size == 0)
    return 0;
  options = choose_options (data[0]);
  content = g_bytes_new_static (data + 1, size - 1);
  memory_file_set_content (file, content);
  if (pymva_csv_read (table, file, options, NULL, NULL))
    check_pieces (file, options, table);
  memory_file_set_content (file, NULL);

  return 0;
}
