/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "pymva-draft-private.h"

struct _PymvaDraft
{
  GFile *file;
  /* What is replaced: where @file leads to; NULL where it has no path. */
  char *target;
  char *path;
  /* Whether the path is a file of its own, and not the target. */
  gboolean is_apart;
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

static gboolean
open_draft (PymvaDraft *self,
            GError **error)
{
  const char *path = g_file_peek_path (self->file);
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) temporary = NULL;
  char *real;
  GStatBuf old;

  if (path == NULL)
    {
      temporary = g_file_new_tmp (NULL, &stream, error);
      self->path = temporary != NULL ? g_file_get_path (temporary) : NULL;
      self->is_apart = temporary != NULL;
      return self->is_apart;
    }

  /* A link stays one. */
  real = realpath (path, NULL);
  self->target = g_strdup (real != NULL ? real : path);
  free (real);
  if (g_stat (self->target, &old) != 0)
    return open_beside (self, NULL, error);
  if (S_ISREG (old.st_mode))
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

gboolean
pymva_draft_publish (PymvaDraft *self,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GFile) draft = NULL;

  if (!self->is_apart)
    return TRUE;

  if (self->target == NULL)
    {
      draft = g_file_new_for_path (self->path);
      return g_file_copy (draft, self->file, G_FILE_COPY_OVERWRITE, cancellable, NULL, NULL, error);
    }

  if (g_rename (self->path, self->target) != 0)
    return set_errno_error (error);
  self->is_apart = FALSE;
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
