/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-table.h>

G_BEGIN_DECLS

/* A column of words, as class names are: each row holds the number of one of the labels. */
typedef struct
{
  /* NULL-terminated, in the order in which they first occur; "" stands for an empty cell. */
  char **labels;
  guint n_labels;
  guint32 *codes;
  gsize n_rows;

  /*< private >*/
  gatomicrefcount ref_count;
  GPtrArray *label_array;
  GArray *code_array;
  GHashTable *numbers;
} PymvaTextColumn;

/* Columns of words are filled row by row, and then belong to a table. */
PymvaTextColumn *pymva_text_column_new (void);
void pymva_text_column_append (PymvaTextColumn *self,
                               const char *text,
                               gsize length);
/* The rows from @first to that before @end. */
PymvaTextColumn *pymva_text_column_slice (const PymvaTextColumn *self,
                                          gsize first,
                                          gsize end);
PymvaTextColumn *pymva_text_column_ref (PymvaTextColumn *self);
void pymva_text_column_unref (PymvaTextColumn *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTextColumn, pymva_text_column_unref)

/* The table as it is now, to be read by another thread while the table itself goes on. It shares
 * the memory of the columns; rows cannot be appended to it. */
PymvaTable *pymva_table_snapshot (PymvaTable *self);

gboolean pymva_table_has_column (PymvaTable *self,
                                 const char *name);
/* Keeps these columns, in this order, and drops all others. */
gboolean pymva_table_pick_columns (PymvaTable *self,
                                   const char * const *names,
                                   GError **error);
/* FALSE also where there is no such column. */
gboolean pymva_table_is_text (PymvaTable *self,
                              const char *name);
/* Takes @column, also where an error is returned. */
gboolean pymva_table_add_text_column (PymvaTable *self,
                                      const char *name,
                                      PymvaTextColumn *column,
                                      GError **error);
/* Valid as long as the table: columns of words do not change. */
const PymvaTextColumn *pymva_table_get_text_column (PymvaTable *self,
                                                    const char *name,
                                                    GError **error);

G_END_DECLS
