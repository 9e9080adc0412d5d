/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-table-writer.h>

#include "pymva-table-layout-private.h"

G_BEGIN_DECLS

/* A file into which rows go. */
typedef struct _PymvaTableSink PymvaTableSink;

struct _PymvaTableSink
{
  /* Appends rows: what encode() has made of them, or where the format has none the rows. */
  gboolean (*write) (PymvaTableSink *self,
                     PymvaTable *rows,
                     GBytes *encoded,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*finish) (PymvaTableSink *self,
                      GCancellable *cancellable,
                      GError **error);
  void (*free) (PymvaTableSink *self);
};

/* How tables are written in one format of file. What needs Python lives in a layer above and
 * registers itself when the library is loaded, so that this layer never knows of it. */
typedef struct
{
  /* The word of the option “format”. */
  const char *format;
  /* File name endings without the dot, NULL-terminated, lower case. */
  const char * const *suffixes;
  /* The bytes that rows become; on any thread, also on several at once. NULL where only the sink
   * itself can tell. */
  GBytes *(*encode) (const PymvaTableLayout *layout,
                     PymvaTable *rows,
                     GError **error);
  /* One of the two is there: one that writes to a stream, or one that needs the path of a file.
   * The layout outlives the sink. */
  PymvaTableSink *(*open_stream) (const PymvaTableLayout *layout,
                                  GOutputStream *stream,
                                  GCancellable *cancellable,
                                  GError **error);
  PymvaTableSink *(*open_path) (const PymvaTableLayout *layout,
                                const char *path,
                                GVariant *options,
                                GError **error);
} PymvaTableFormat;

void pymva_table_register_format (const PymvaTableFormat *format);
/* The format by the option “format”, or the name of the file, which is NULL for a stream. All
 * options are checked. */
const PymvaTableFormat *pymva_table_find_format (GFile *file,
                                                 GVariant *options,
                                                 GError **error);
/* Puts the option “types” into a table, name -> PymvaDType. */
gboolean pymva_table_read_types (GVariant *options,
                                 GHashTable *dtypes,
                                 GError **error);

/* Rows on their way into a file, which another thread may have encoded. */
typedef struct
{
  PymvaTable *rows;
  GBytes *bytes;
} PymvaEncodedRows;

/* write() in two steps: the first on any thread, also on several at once, and the second in the
 * order of the rows. */
PymvaEncodedRows *pymva_table_writer_encode (PymvaTableWriter *self,
                                             PymvaTable *rows,
                                             GError **error);
gboolean pymva_table_writer_append (PymvaTableWriter *self,
                                    PymvaEncodedRows *encoded,
                                    GCancellable *cancellable,
                                    GError **error);
void pymva_encoded_rows_free (PymvaEncodedRows *self);
/* Lets the columns of the file be those of a table, whose rows do not count. Else they are those of
 * the first rows to be encoded, which on several threads need not be the first in the order. */
gboolean pymva_table_writer_settle (PymvaTableWriter *self,
                                    PymvaTable *columns,
                                    GError **error);
/* The type of a column where the option “types” does not say it. */
void pymva_table_writer_set_type (PymvaTableWriter *self,
                                  const char *column,
                                  PymvaDType dtype);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaEncodedRows, pymva_encoded_rows_free)

/* The native formats. */
extern const PymvaTableFormat pymva_csv_format;
extern const PymvaTableFormat pymva_npy_format;

/* Adds a word to a line of CSV: one with a separator or a quote in it stands in quotes. */
void pymva_csv_append_word (GString *text,
                            const char *word);

G_END_DECLS
