/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The text for a message, whoever has written it: valid UTF-8 of one short line. */
char *pymva_text_shorten (const char *text);

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
void pymva_text_append_rule (GString *text,
                             guint width);
/* A number in printf's format, with a point whatever the locale; a dash for none. */
void pymva_text_append_number (GString *text,
                               const char *format,
                               double value);
/* The same at the right of its field. */
void pymva_text_append_cell (GString *text,
                             int width,
                             const char *format,
                             double value);
/* The width of the widest. */
int pymva_text_measure_all (const char * const *texts);
/* n x n numbers between -1 and 1, with the names of rows and columns, between two rules. */
void pymva_text_append_matrix (GString *text,
                               const char * const *names,
                               const double *values);

G_END_DECLS
