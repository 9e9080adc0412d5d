/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pymva/pymva.h>

#include "base/memory-file.h"
#include "scoring-fixtures.h"
#include "scoring/pymva-model-private.h"

/* Whatever happens to a program that saves a model over an old one, the file is the old model or
 * the new one, whole. */

/* Enough to take a while to write. */
#define LARGE (256 * 1024)
#define SMALL 1024

/* Models that differ in what they hold for their framework. */
static PymvaModel *
new_model (guint32 seed,
           gsize size)
{
  g_autoptr (PymvaModelBuilder) builder = fixture_forest_builder ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;
  guint32 *noise = g_malloc (size);
  PymvaModel *model;

  for (gsize i = 0; i < size / sizeof *noise; i++)
    noise[i] = g_rand_int (random);
  content = g_bytes_new_take (noise, size);
  pymva_model_builder_add_backend_file (builder, "noise", content, FALSE);
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);

  return model;
}

static void
save (PymvaModel *model,
      GFile *file)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pymva_model_save (model, file, NULL, &error));
  g_assert_no_error (error);
}

static void
assert_not_saved (PymvaModel *model,
                  GFile *file,
                  const char *reason)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_model_save (model, file, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "model.pymva"));
  if (strstr (error->message, reason) == NULL)
    g_error ("“%s” does not say “%s”", error->message, reason);
}

/* The file must load: that checks all of it. */
static void
assert_is (GFile *file,
           PymvaModel *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) found = pymva_model_load (file, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (pymva_model_get_sha256 (found), ==, pymva_model_get_sha256 (expected));
}

/* --- killed --- */

/* The variable asks for more. */
static guint
get_n_kills (void)
{
  const char *wanted = g_getenv ("PYMVA_TEST_KILLS");

  if (wanted != NULL)
    return g_ascii_strtoull (wanted, NULL, 10);

  return g_getenv ("PYMVA_TEST_VALGRIND") != NULL ? 10 : 200;
}

/* A process that saves the one and the other until it is killed. */
static pid_t
start_saving (PymvaModel * const models[2],
              GFile *file)
{
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child > 0)
    return child;

  for (guint i = 0;; i++)
    if (!pymva_model_save (models[i % 2], file, NULL, NULL))
      _exit (1);
}

static void
test_killed (void)
{
  g_autoptr (PymvaModel) first = new_model (1, LARGE);
  g_autoptr (PymvaModel) second = new_model (2, LARGE);
  PymvaModel *models[] = { first, second };
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) file = g_file_get_child (folder, "model.pymva");
  guint n_kills = get_n_kills ();
  guint n_found[] = { 0, 0 };
  gint64 time = g_get_monotonic_time ();

  save (first, file);
  save (second, file);
  time = (g_get_monotonic_time () - time) / 2;

  for (guint i = 0; i < n_kills; i++)
    {
      pid_t child = start_saving (models, file);
      g_autoptr (PymvaModel) found = NULL;
      g_autoptr (GError) error = NULL;
      gboolean is_second;
      int status;

      g_usleep (g_test_rand_int_range (0, 4 * time + 1));
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));

      found = pymva_model_load (file, NULL, &error);
      g_assert_no_error (error);
      is_second = g_str_equal (pymva_model_get_sha256 (found), pymva_model_get_sha256 (second));
      if (!is_second)
        g_assert_cmpstr (pymva_model_get_sha256 (found), ==, pymva_model_get_sha256 (first));
      n_found[is_second]++;
    }

  g_test_message ("killed %u times: %u of the one, %u of the other", n_kills, n_found[0],
                  n_found[1]);
  fixture_folder_remove (folder);
}

/* --- file systems --- */

/* A file system in memory of a namespace of this process's own, which ends with it: root may do
 * that, and others where the system lets them be root of such a namespace. */
static GFile *
mount_folder (const char *options)
{
  GFile *folder = fixture_folder ();

  g_assert_no_errno (mount ("tmpfs", g_file_peek_path (folder), "tmpfs", 0, options));
  return folder;
}

static void
unmount_folder (GFile *folder)
{
  g_assert_no_errno (umount (g_file_peek_path (folder)));
  fixture_folder_remove (folder);
}

static void
test_full (void)
{
  g_autoptr (PymvaModel) old = new_model (1, SMALL);
  g_autoptr (PymvaModel) new = new_model (2, LARGE);
  g_autoptr (GFile) folder = mount_folder ("size=64k");
  g_autoptr (GFile) file = g_file_get_child (folder, "model.pymva");

  save (old, file);
  assert_not_saved (new, file, g_strerror (ENOSPC));
  assert_is (file, old);
  unmount_folder (folder);
}

static void
test_read_only (void)
{
  g_autoptr (PymvaModel) old = new_model (1, SMALL);
  g_autoptr (PymvaModel) new = new_model (2, SMALL);
  g_autoptr (GFile) folder = mount_folder (NULL);
  g_autoptr (GFile) file = g_file_get_child (folder, "model.pymva");

  save (old, file);
  g_assert_no_errno (
    mount ("tmpfs", g_file_peek_path (folder), "tmpfs", MS_REMOUNT | MS_RDONLY, NULL));
  assert_not_saved (new, file, g_strerror (EROFS));
  assert_is (file, old);
  unmount_folder (folder);
}

/* --- files that are not local --- */

static void
test_not_local (void)
{
  g_autoptr (PymvaModel) old = new_model (1, SMALL);
  g_autoptr (PymvaModel) new = new_model (2, LARGE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GFile) file = memory_file_new ("memory:///model.pymva");
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_model_load (file, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  save (old, file);
  assert_is (file, old);
  save (new, file);
  assert_is (file, new);
  save (old, file);

  /* What was written before space ran out must not take the old file's place. */
  memory_file_set_space (LARGE / 2);
  assert_not_saved (new, file, "No space left");
  assert_is (file, old);
  memory_file_set_space (0);
  assert_not_saved (new, file, "No space left");
  assert_is (file, old);
  memory_file_set_space (G_MAXSIZE);

  g_cancellable_cancel (cancellable);
  g_assert_false (pymva_model_save (new, file, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_is (file, old);
}

int
main (int argc,
      char *argv[])
{
  /* Before any thread is started, or it would not be allowed. */
  g_assert_no_errno (unshare (CLONE_NEWNS | (geteuid () != 0 ? CLONE_NEWUSER : 0)));
  g_assert_no_errno (mount ("none", "/", "none", MS_REC | MS_PRIVATE, NULL));
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model-save/killed", test_killed);
  g_test_add_func ("/model-save/full", test_full);
  g_test_add_func ("/model-save/read-only", test_read_only);
  g_test_add_func ("/model-save/not-local", test_not_local);

  return g_test_run ();
}
