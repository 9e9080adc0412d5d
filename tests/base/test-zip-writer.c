/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "base/pymva-zip-writer-private.h"

static GBytes *
write_archive (void)
{
  g_autoptr (PymvaZipWriter) writer = pymva_zip_writer_new ();
  g_autoptr (GBytes) mimetype = g_bytes_new_static ("text/plain", 10);
  g_autoptr (GBytes) content = g_bytes_new_static ("123456789", 9);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;
  GBytes *archive;

  g_assert_true (pymva_zip_writer_add (writer, "mimetype", mimetype, &error));
  g_assert_no_error (error);
  g_assert_true (pymva_zip_writer_add (writer, "folder/a", content, &error));
  g_assert_true (pymva_zip_writer_add (writer, "folder/empty", empty, &error));
  g_assert_true (pymva_zip_writer_add (writer, "b", content, &error));
  archive = pymva_zip_writer_finish (g_steal_pointer (&writer), &error);
  g_assert_no_error (error);

  return archive;
}

static void
test_layout (void)
{
  g_autoptr (GBytes) archive = write_archive ();
  gsize size;
  const char *data = g_bytes_get_data (archive, &size);
  const char *found = data;
  guint n_found = 0;

  /* Where file(1) and others look for the type of a document. */
  g_assert_cmpmem (data + 30, 18, "mimetypetext/plain", 18);
  while ((found = memmem (found, size - (found - data), "123456789", 9)) != NULL)
    {
      g_assert_cmpuint ((found - data) % 64, ==, 0);
      found++;
      n_found++;
    }
  g_assert_cmpuint (n_found, ==, 2);
  /* The check value of CRC-32, from the catalogue of parametrised CRC algorithms. */
  g_assert_nonnull (memmem (data, size, "\x26\x39\xf4\xcb", 4));
}

static void
test_deterministic (void)
{
  g_autoptr (GBytes) first = write_archive ();
  g_autoptr (GBytes) second = write_archive ();

  g_assert_true (g_bytes_equal (first, second));
}

static void
test_names (void)
{
  g_autoptr (PymvaZipWriter) writer = pymva_zip_writer_new ();
  g_autoptr (GBytes) content = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (pymva_zip_writer_add (writer, "a", content, &error));
  g_assert_false (pymva_zip_writer_add (writer, "a", content, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (pymva_zip_writer_add (writer, "", content, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/zip-writer/layout", test_layout);
  g_test_add_func ("/zip-writer/deterministic", test_deterministic);
  g_test_add_func ("/zip-writer/names", test_names);

  return g_test_run ();
}
