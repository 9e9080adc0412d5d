/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pieces of C99 that is C++98, too: so floating-point numbers are decimal, and members of a table
 * stand in their order. */

/* A number that reads back as the same one, in as few digits as that takes. */
void pymva_c_append_double (GString *text,
                            double value);
void pymva_c_append_float (GString *text,
                           float value);
/* A literal, which holds the bytes of the text whatever they are. */
void pymva_c_append_string (GString *text,
                            const char *string);
/* For the inside of a comment: what would end it or mean something else there is replaced. */
void pymva_c_append_comment (GString *text,
                             const char *comment);

/* static const TYPE NAME[] = { … }; of at least one element: no values give a single 0. */
void pymva_c_append_doubles (GString *text,
                             const char *name,
                             const double *values,
                             gsize n_values);
/* The same numbers rounded to float32. */
void pymva_c_append_rounded (GString *text,
                             const char *name,
                             const double *values,
                             gsize n_values);
void pymva_c_append_floats (GString *text,
                            const char *name,
                            const float *values,
                            gsize n_values);
void pymva_c_append_ints (GString *text,
                          const char *name,
                          const gint32 *values,
                          gsize n_values);
void pymva_c_append_words (GString *text,
                           const char *name,
                           const guint32 *values,
                           gsize n_values);
/* The start of a table's next element: a comma where there is one before, and a new line where this
 * one is full. @line is where the line starts in the text, kept between the calls. */
void pymva_c_append_separator (GString *text,
                               gsize index,
                               gsize *line);

G_END_DECLS
