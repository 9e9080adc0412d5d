/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-table.h>

G_BEGIN_DECLS

/* A file that is read in pieces. */
typedef struct _PymvaTablePieces PymvaTablePieces;

struct _PymvaTablePieces
{
  /* Fills @table, which is new and empty, with the next rows, @n_rows of them at most; with none,
   * but with the columns, behind the last one. */
  gboolean (*read) (PymvaTablePieces *self,
                    PymvaTable *table,
                    gsize n_rows,
                    GCancellable *cancellable,
                    GError **error);
  void (*free) (PymvaTablePieces *self);
  /* The share of the file that has been read. */
  double fraction;
};

/* What reads a table from one format of file. Readers that need Python live in a layer above and
 * register themselves when the library is loaded, so that this layer never knows of them. */
typedef struct
{
  /* The word of the option "format". */
  const char *format;
  /* File name endings without the dot, NULL-terminated, lower case. */
  const char * const *suffixes;
  /* The bytes that a file of this format starts with; NULL where there are none. */
  const char *magic;
  /* Fills @table, which is new and empty, on any thread. @options is a{sv} or NULL; its words are
   * known and of the right type. What "columns" leaves out need not be read, and order is no
   * matter: the caller picks the columns from the table. Errors need not name the file. */
  gboolean (*read) (PymvaTable *table,
                    GFile *file,
                    GVariant *options,
                    GCancellable *cancellable,
                    GError **error);
  /* Opens a file to be read in pieces; NULL where it can only be read at once. @options as above;
   * the option “cut” is applied by the caller, here as there. */
  PymvaTablePieces *(*open) (GFile *file,
                             GVariant *options,
                             GCancellable *cancellable,
                             GError **error);
} PymvaTableReader;

void pymva_table_register_reader (const PymvaTableReader *reader);
/* Whether all options are known and of their types. */
gboolean pymva_table_check_options (GVariant *options,
                                    GError **error);
/* The reader of a file, by its name, its first bytes, or the option “format”. */
const PymvaTableReader *pymva_table_find_reader (GFile *file,
                                                 GVariant *options,
                                                 GCancellable *cancellable,
                                                 GError **error);

/* The columns, a list of names, that are wanted beside “columns” where the file has them. No option
 * of users: what opens a file for them has checked theirs. */
#define PYMVA_WELCOME_COLUMNS "welcome-columns"

/* Opens a file to be read in pieces, by the reader of its format; one that can only be read at once
 * is taken apart. The options have been checked; “cut” and “columns” are left to
 * pymva_table_finish_piece(). */
PymvaTablePieces *pymva_table_open_pieces (GFile *file,
                                           GVariant *options,
                                           GCancellable *cancellable,
                                           GError **error);
/* The rows of a piece that pass the cut, with the columns that are wanted, and @more where it is
 * not NULL. */
PymvaTable *pymva_table_finish_piece (PymvaTable *piece,
                                      GVariant *options,
                                      const char *more,
                                      GError **error);
void pymva_table_pieces_free (PymvaTablePieces *self);
/* The rows of a file that pass the option “cut”, with the columns that it needs beside those that
 * are wanted. */
gboolean pymva_table_read_and_cut (PymvaTable *table,
                                   GFile *file,
                                   GVariant *options,
                                   GCancellable *cancellable,
                                   GError **error);
/* Says which file it was that cannot be read. Takes @reason. */
void pymva_table_set_file_error (GError **error,
                                 GError *reason,
                                 GFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTablePieces, pymva_table_pieces_free)

/* Several files as one table (pymva-table-files.c). */
GPtrArray *pymva_table_expand_file (GFile *file,
                                    GCancellable *cancellable,
                                    GError **error);
PymvaTable *pymva_table_read_files (GPtrArray *files,
                                    GVariant *options,
                                    GCancellable *cancellable,
                                    GError **error);

void pymva_table_read_async (GFile **files,
                             gsize n_files,
                             GVariant *options,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/* The native readers. */
gboolean pymva_csv_read (PymvaTable *table,
                         GFile *file,
                         GVariant *options,
                         GCancellable *cancellable,
                         GError **error);
PymvaTablePieces *pymva_csv_open (GFile *file,
                                  GVariant *options,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean pymva_npy_read (PymvaTable *table,
                         GFile *file,
                         GVariant *options,
                         GCancellable *cancellable,
                         GError **error);
PymvaTablePieces *pymva_npy_open (GFile *file,
                                  GVariant *options,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean pymva_npz_read (PymvaTable *table,
                         GFile *file,
                         GVariant *options,
                         GCancellable *cancellable,
                         GError **error);

/* Which columns of a file a reader must keep, by the option "columns" and what is welcome. */
typedef struct _PymvaColumnChoice PymvaColumnChoice;

PymvaColumnChoice *pymva_column_choice_new (GVariant *options);
void pymva_column_choice_free (PymvaColumnChoice *self);
/* Whether the column of the file is wanted; to be asked once for each. */
gboolean pymva_column_choice_takes (PymvaColumnChoice *self,
                                    const char *name);
/* Fails where a column is wanted that the file, whose columns are all asked for, does not have. */
gboolean pymva_column_choice_check (PymvaColumnChoice *self,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaColumnChoice, pymva_column_choice_free)

G_END_DECLS
