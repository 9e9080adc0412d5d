/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Takes a text with separators apart, record by record, reading the stream in blocks. Quoted
 * values may hold separators and line ends (RFC 4180); lines end with LF or CR LF. */
typedef struct
{
  const char *text;    /* not terminated; valid until the next record is read */
  gsize length;
  gboolean is_quoted;
} PymvaCsvField;

typedef struct
{
  GInputStream *stream;
  GByteArray *buffer;
  gsize start;          /* of the unread part of the buffer */
  gboolean is_at_end;   /* of the stream */
  gboolean has_begun;
  char delimiter;       /* '\0': to be found in the first record; ' ': any number of blanks */
  guint64 line;         /* the line on which the current record starts, from 1 */
  guint64 next_line;
  GArray *fields;       /* of PymvaCsvField: the current record */
} PymvaCsvParser;

/* @delimiter may be '\0'. */
void pymva_csv_parser_init (PymvaCsvParser *self,
                            GInputStream *stream,
                            char delimiter);
void pymva_csv_parser_clear (PymvaCsvParser *self);
/* Reads the next record that is not an empty line. At the end of the text it has no fields. */
gboolean pymva_csv_parser_next (PymvaCsvParser *self,
                                GCancellable *cancellable,
                                GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaCsvParser, pymva_csv_parser_clear)

G_END_DECLS
