/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Texts in columns of equal width, for terminals. */

/* How many columns of a terminal the text takes. */
int pymva_text_measure (const char *text);
/* The text with blanks after it, or before it, up to a width. */
void pymva_text_append_left (GString *line,
                             const char *text,
                             int width);
void pymva_text_append_right (GString *line,
                              const char *text,
                              int width);

G_END_DECLS
