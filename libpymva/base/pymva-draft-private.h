/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file that is being written beside the one whose place it takes when it is complete. Until then
 * that one stays as it was, or is not there. */
typedef struct _PymvaDraft PymvaDraft;

PymvaDraft *pymva_draft_new (GFile *file,
                             GError **error);
/* Where to write. */
const char *pymva_draft_get_path (PymvaDraft *self);
/* FALSE where that is the file itself, which cannot be replaced: a pipe, a terminal, /dev/null, or
 * what /dev/stdout leads to. */
gboolean pymva_draft_is_apart (PymvaDraft *self);
/* Puts what has been written in its place. */
gboolean pymva_draft_publish (PymvaDraft *self,
                              GCancellable *cancellable,
                              GError **error);
/* Writes files that belong together, on the disk, too: all of them, or none. */
gboolean pymva_draft_write_files (GFile * const *files,
                                  GBytes * const *contents,
                                  guint n_files,
                                  GCancellable *cancellable,
                                  GError **error);
/* Removes what has been written, unless it was published. */
void pymva_draft_free (PymvaDraft *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaDraft, pymva_draft_free)

G_END_DECLS
