/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The data of @bytes, borrowed, and their number, which may be NULL. Other than GLib's, it has an
 * address even where there is no data, as of an empty file: to add to, and to give to functions of
 * C's library, which want one whatever the length. It is aligned for all types of numbers. */
gconstpointer pymva_bytes_peek (GBytes *bytes,
                                gsize *length);

G_END_DECLS
