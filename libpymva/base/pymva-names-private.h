/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint pymva_names_distance (const char *a,
                            const char *b);
char *pymva_names_format_near (const char *name,
                               const char * const *known);
char *pymva_names_format_list (const char * const *names,
                               guint most);

G_END_DECLS
