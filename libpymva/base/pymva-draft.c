/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gfiledescriptorbased.h>
#include <glib/gstdio.h>

#include "pymva-draft-private.h"
#include "pymva-error-private.h"

/* As many as the system follows. */
#define MOST_LINKS 40

struct _PymvaDraft
{
  GFile *file;
  /* What is replaced: where @file leads to; NULL where it has no path. */
  char *target;
  char *path;
  /* Whether the path is a file of its own, and not the target. */
  gboolean is_apart;
  /* Whether the content is on the disk before the name is. */
  gboolean is_durable;
};

static gboolean
set_errno_error (GError **error)
{
  int saved = errno;

  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved), g_strerror (saved));
  return FALSE;
}

/* A new file in the folder of the target, so that it can be renamed, with the mode of the target,
 * or the one that a new file gets. */
static gboolean
open_beside (PymvaDraft *self,
             const GStatBuf *old,
             GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->target);
  g_autofree char *name = g_path_get_basename (self->target);
  g_autofree char *draft_name = g_strdup_printf (".%.200s.XXXXXX", name);
  int fd;

  self->path = g_build_filename (folder, draft_name, NULL);
  fd = g_mkstemp_full (self->path, O_RDWR | O_CLOEXEC, 0666);
  if (fd < 0)
    return set_errno_error (error);

  self->is_apart = TRUE;
  if (old != NULL && fchmod (fd, old->st_mode & 07777) != 0)
    g_debug ("%s: the mode of the old file cannot be kept", self->target);
  close (fd);
  return TRUE;
}

/* Where links lead to, which need not be there; NULL with errno. What a process has open, as
 * /dev/stdout is, is not followed to the name that it was opened by. */
static char *
follow_links (const char *path,
              gboolean *is_open)
{
  g_autofree char *at = g_strdup (path);

  *is_open = FALSE;
  for (guint i = 0; i < MOST_LINKS; i++)
    {
      g_autofree char *folder = g_path_get_dirname (at);
      g_autofree char *name = g_path_get_basename (at);
      char *real = realpath (folder, NULL);
      g_autofree char *whole = real != NULL ? g_build_filename (real, name, NULL) : NULL;
      g_autofree char *link = whole != NULL ? g_file_read_link (whole, NULL) : NULL;
      g_autofree char *real_folder = NULL;

      *is_open = link != NULL && g_str_has_prefix (real, "/proc/");
      free (real);
      if (whole == NULL)
        return NULL;
      if (link == NULL || *is_open)
        return g_steal_pointer (&whole);

      real_folder = g_path_get_dirname (whole);
      g_free (at);
      at = g_path_is_absolute (link) ? g_steal_pointer (&link)
                                     : g_build_filename (real_folder, link, NULL);
    }

  errno = ELOOP;
  return NULL;
}

static gboolean
open_draft (PymvaDraft *self,
            GError **error)
{
  const char *path = g_file_peek_path (self->file);
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) temporary = NULL;
  gboolean is_open;
  GStatBuf old;

  if (path == NULL)
    {
      temporary = g_file_new_tmp (NULL, &stream, error);
      self->path = temporary != NULL ? g_file_get_path (temporary) : NULL;
      self->is_apart = temporary != NULL;
      return self->is_apart;
    }

  /* A link stays one. */
  self->target = follow_links (path, &is_open);
  if (self->target == NULL)
    return set_errno_error (error);
  if (g_stat (self->target, &old) != 0)
    return open_beside (self, NULL, error);
  if (S_ISREG (old.st_mode) && !is_open)
    return open_beside (self, &old, error);

  self->path = g_strdup (self->target);
  return TRUE;
}

PymvaDraft *
pymva_draft_new (GFile *file,
                 GError **error)
{
  g_autoptr (PymvaDraft) self = g_new0 (PymvaDraft, 1);

  self->file = g_object_ref (file);
  return open_draft (self, error) ? g_steal_pointer (&self) : NULL;
}

const char *
pymva_draft_get_path (PymvaDraft *self)
{
  return self->path;
}

gboolean
pymva_draft_is_apart (PymvaDraft *self)
{
  return self->is_apart;
}

/* Lets the new name of the file be on the disk. */
static void
flush_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  if (fsync (fd) != 0)
    g_debug ("%s: the folder cannot be flushed", folder);
  close (fd);
}

/* Replaces a file that has no path as a whole. g_file_copy() would put what it has written in its
 * place even after an error; closing with a cancelled cancellable leaves the old. */
static gboolean
replace_file (PymvaDraft *self,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GFile) draft = g_file_new_for_path (self->path);
  g_autoptr (GFileInputStream) input = g_file_read (draft, cancellable, error);
  g_autoptr (GFileOutputStream) output = NULL;
  g_autoptr (GCancellable) cancelled = NULL;

  if (input != NULL)
    output = g_file_replace (self->file, NULL, FALSE, G_FILE_CREATE_NONE, cancellable, error);
  if (output == NULL)
    return FALSE;
  if (g_output_stream_splice (G_OUTPUT_STREAM (output), G_INPUT_STREAM (input),
                              G_OUTPUT_STREAM_SPLICE_NONE, cancellable, error) >= 0)
    return g_output_stream_close (G_OUTPUT_STREAM (output), cancellable, error);

  cancelled = g_cancellable_new ();
  g_cancellable_cancel (cancelled);
  g_output_stream_close (G_OUTPUT_STREAM (output), cancelled, NULL);
  return FALSE;
}

gboolean
pymva_draft_publish (PymvaDraft *self,
                     GCancellable *cancellable,
                     GError **error)
{
  if (!self->is_apart)
    return TRUE;
  if (self->target == NULL)
    return replace_file (self, cancellable, error);

  if (g_rename (self->path, self->target) != 0)
    return set_errno_error (error);
  self->is_apart = FALSE;
  if (self->is_durable)
    flush_folder (self->target);
  return TRUE;
}

void
pymva_draft_free (PymvaDraft *self)
{
  if (self->is_apart)
    g_unlink (self->path);
  g_object_unref (self->file);
  g_free (self->target);
  g_free (self->path);
  g_free (self);
}

static gboolean
write_content (PymvaDraft *self,
               GBytes *content,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_autoptr (GFileOutputStream) stream =
    g_file_append_to (file, G_FILE_CREATE_NONE, cancellable, error);
  gsize size;
  const char *data = g_bytes_get_data (content, &size);

  if (stream == NULL || !g_output_stream_write_all (G_OUTPUT_STREAM (stream), data, size, NULL,
                                                    cancellable, error))
    return FALSE;

  self->is_durable = self->is_apart;
  if (self->is_durable && G_IS_FILE_DESCRIPTOR_BASED (stream) &&
      fsync (g_file_descriptor_based_get_fd (G_FILE_DESCRIPTOR_BASED (stream))) != 0)
    return set_errno_error (error);
  return g_output_stream_close (G_OUTPUT_STREAM (stream), cancellable, error);
}

/* Nothing is published before all is written. */
static gboolean
write_drafts (GPtrArray *drafts,
              GFile * const *files,
              GBytes * const *contents,
              guint n_files,
              guint *failed,
              GCancellable *cancellable,
              GError **error)
{
  for (*failed = 0; *failed < n_files; (*failed)++)
    {
      PymvaDraft *draft = pymva_draft_new (files[*failed], error);

      if (draft == NULL)
        return FALSE;
      g_ptr_array_add (drafts, draft);
      if (!write_content (draft, contents[*failed], cancellable, error))
        return FALSE;
    }
  for (*failed = 0; *failed < n_files; (*failed)++)
    if (!pymva_draft_publish (drafts->pdata[*failed], cancellable, error))
      return FALSE;

  return TRUE;
}

gboolean
pymva_draft_write_files (GFile * const *files,
                         GBytes * const *contents,
                         guint n_files,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GPtrArray) drafts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_draft_free);
  g_autoptr (GError) local_error = NULL;
  guint failed;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (write_drafts (drafts, files, contents, n_files, &failed, cancellable, &local_error))
    return TRUE;

  pymva_error_set_file (error, local_error, files[failed], "written");
  return FALSE;
}
