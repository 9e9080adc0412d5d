/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "bench-common.h"

/* Reads a file, and prints how long that took, what it took of memory, and how much of that the
 * table itself is: bench-read FILE */

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (PymvaTable) table = NULL;
  g_auto (GStrv) columns = NULL;
  guint64 before = bench_get_memory ("VmHWM:");
  gint64 begin = g_get_monotonic_time ();

  if (argc != 2)
    g_error ("usage: bench-read FILE");
  file = g_file_new_for_commandline_arg (argv[1]);
  table = pymva_table_new_from_file (file, NULL, NULL, &error);
  if (table == NULL)
    bench_fail (error);

  columns = pymva_table_list_columns (table);
  bench_print ("reading/wall", (g_get_monotonic_time () - begin) / 1e6, "s");
  bench_print ("reading/memory", (bench_get_memory ("VmHWM:") - before) / 1024.0, "MB");
  bench_print ("reading/table",
               pymva_table_get_n_rows (table) * g_strv_length (columns) / 131072.0, "MB");

  return 0;
}
