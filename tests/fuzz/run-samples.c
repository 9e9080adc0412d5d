/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>

#include "fuzz.h"

/* The main function of a target where there is no libFuzzer: each file of a folder is a test. */

static void
test_sample (gconstpointer data)
{
  g_autofree char *content = NULL;
  g_autofree char *exact = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (data, &content, &size, &error);
  g_assert_no_error (error);
  /* Without the zero byte that GLib puts behind it: reading that would be an error. */
  exact = g_memdup2 (content, size);
  g_assert_cmpint (LLVMFuzzerTestOneInput ((const uint8_t *) exact, size), ==, 0);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_strconcat ("/samples/", name, NULL);

      g_test_add_data_func_full (path, g_build_filename (argv[1], name, NULL), test_sample, g_free);
    }

  return g_test_run ();
}
