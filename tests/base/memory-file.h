/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files that are not local, as those of a server: they lie in memory, and have URIs
 * "memory:///name" but no path. One that is replaced is the old one until the stream for the
 * new one is closed. */

/* After this, g_file_new_for_uri() makes such files of their URIs. */
void memory_file_register_scheme (void);

GFile *memory_file_new (const char *uri);
/* Stores the content; NULL deletes the file. */
void memory_file_set_content (GFile *file,
                              GBytes *content);

/* How many bytes can be written until there is no space left. */
void memory_file_set_space (gsize n_bytes);

G_END_DECLS
