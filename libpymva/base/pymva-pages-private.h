/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lets go of the memory of all pages that lie within @data as a whole. What the pages of a mapped
 * file held comes back from the file when it is asked for; what others held is lost. */
void pymva_pages_drop (gconstpointer data,
                       gsize size);
/* A copy of @size bytes that lie in a mapped file, whose pages are dropped on the way: both
 * together never take much more memory than one. */
gpointer pymva_pages_copy (gconstpointer data,
                           gsize size);

G_END_DECLS
