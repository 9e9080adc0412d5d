/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/pymva-draft-private.h"

static char *folder;

static char *
make_path (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static void
assert_content (const char *path,
                const char *expected)
{
  g_autofree char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  g_assert_cmpstr (text, ==, expected);
}

/* Only the files that are named; each is removed. */
static void
assert_files (const char * const *names)
{
  guint n_files = 0;
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);

  while (g_dir_read_name (files) != NULL)
    n_files++;
  g_assert_cmpuint (n_files, ==, g_strv_length ((char **) names));
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = make_path (names[i]);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

static PymvaDraft *
write_draft (const char *path,
             const char *text)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  PymvaDraft *draft = pymva_draft_new (file, &error);

  g_assert_no_error (error);
  g_assert_true (pymva_draft_is_apart (draft));
  g_assert_true (g_file_set_contents_full (pymva_draft_get_path (draft), text, -1,
                                           G_FILE_SET_CONTENTS_NONE, 0666, &error));
  return draft;
}

static void
publish (PymvaDraft *draft)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pymva_draft_publish (draft, NULL, &error));
  g_assert_no_error (error);
  pymva_draft_free (draft);
}

static void
test_new (void)
{
  g_autofree char *path = make_path ("new.txt");
  mode_t mask = umask (027);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  PymvaDraft *draft = pymva_draft_new (file, &error);
  GStatBuf status;

  umask (mask);
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  publish (draft);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0640);
  assert_files ((const char * const[]) { "new.txt", NULL });
}

static void
test_replaced (void)
{
  g_autofree char *path = make_path ("old.txt");
  g_autofree char *link = make_path ("link.txt");
  GStatBuf status;

  g_file_set_contents (path, "old", -1, NULL);
  g_chmod (path, 0604);
  g_assert_cmpint (symlink ("old.txt", link), ==, 0);
  publish (write_draft (link, "new"));
  assert_content (path, "new");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  assert_files ((const char * const[]) { "old.txt", "link.txt", NULL });
}

static void
test_dropped (void)
{
  g_autofree char *path = make_path ("old.txt");
  PymvaDraft *draft;

  g_file_set_contents (path, "old", -1, NULL);
  draft = write_draft (path, "new");
  assert_content (path, "old");
  pymva_draft_free (draft);
  assert_content (path, "old");
  assert_files ((const char * const[]) { "old.txt", NULL });
}

/* What cannot be replaced is written itself, and stays. */
static void
test_device (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/null");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaDraft) draft = pymva_draft_new (file, &error);

  g_assert_no_error (error);
  g_assert_false (pymva_draft_is_apart (draft));
  g_assert_cmpstr (pymva_draft_get_path (draft), ==, "/dev/null");
  g_assert_true (pymva_draft_publish (draft, NULL, &error));
}

/* A link stays one also where there is no file yet; links that lead nowhere are an error. */
static void
test_dangling (void)
{
  g_autofree char *path = make_path ("new.txt");
  g_autofree char *first = make_path ("first.txt");
  g_autofree char *second = make_path ("second.txt");
  g_autofree char *circle = make_path ("circle.txt");
  g_autoptr (GFile) file = g_file_new_for_path (circle);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink (second, first), ==, 0);
  g_assert_cmpint (symlink ("./new.txt", second), ==, 0);
  g_assert_cmpint (symlink ("circle.txt", circle), ==, 0);
  publish (write_draft (first, "new"));
  assert_content (path, "new");
  g_assert_true (g_file_test (first, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_test (second, G_FILE_TEST_IS_SYMLINK));
  g_assert_null (pymva_draft_new (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS);
  assert_files (
    (const char * const[]) { "new.txt", "first.txt", "second.txt", "circle.txt", NULL });
}

/* What is open, as standard output can be, is written to, and not replaced. */
static void
test_open (void)
{
  g_autofree char *path = make_path ("all.txt");
  g_autofree char *link = make_path ("link.txt");
  int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  g_autofree char *name = g_strdup_printf ("/dev/fd/%d", fd);
  g_autoptr (GFile) file = g_file_new_for_path (link);
  g_autoptr (GBytes) content = g_bytes_new_static ("new", 3);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, "old ", 4), ==, 4);
  g_assert_cmpint (symlink (name, link), ==, 0);
  g_assert_true (pymva_draft_write_files (&file, &content, 1, NULL, &error));
  g_assert_no_error (error);
  assert_content (path, "old new");
  g_assert_cmpint (close (fd), ==, 0);
  assert_files ((const char * const[]) { "all.txt", "link.txt", NULL });
}

/* Of several files, all or none are written. */
static void
test_together (void)
{
  g_autofree char *path = make_path ("a.h");
  g_autofree char *other = make_path ("a.c");
  GFile *files[] = { g_file_new_for_path (path), g_file_new_for_path (other) };
  GBytes *contents[] = { g_bytes_new_static ("one", 3), g_bytes_new_static ("two", 3) };
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "old", -1, NULL);
  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  g_assert_false (pymva_draft_write_files (files, contents, 2, NULL, &error));
  g_assert_nonnull (strstr (error->message, "a.c"));
  assert_content (path, "old");
  g_assert_cmpint (g_rmdir (other), ==, 0);
  g_clear_error (&error);
  g_assert_true (pymva_draft_write_files (files, contents, 2, NULL, &error));
  g_assert_no_error (error);
  assert_content (path, "one");
  assert_content (other, "two");
  assert_files ((const char * const[]) { "a.h", "a.c", NULL });
  for (guint i = 0; i < 2; i++)
    {
      g_object_unref (files[i]);
      g_bytes_unref (contents[i]);
    }
}

static void
test_no_folder (void)
{
  g_autofree char *path = make_path ("no/such/file.txt");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_draft_new (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pymva-test-draft-XXXXXX", NULL);

  g_test_add_func ("/draft/new", test_new);
  g_test_add_func ("/draft/replaced", test_replaced);
  g_test_add_func ("/draft/dropped", test_dropped);
  g_test_add_func ("/draft/device", test_device);
  g_test_add_func ("/draft/dangling", test_dangling);
  g_test_add_func ("/draft/open", test_open);
  g_test_add_func ("/draft/together", test_together);
  g_test_add_func ("/draft/no-folder", test_no_folder);

  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);

  return status;
}
