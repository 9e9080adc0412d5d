/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-csv-record-private.h"
#include "pymva-table-private.h"

G_BEGIN_DECLS

/* A column of a text on its way into a table. It holds numbers or words by its first value; until
 * then it is only counted how many rows lack one. */
typedef struct
{
  char *name;
  gboolean is_wanted;
  gsize n_rows;
  /* The one of the two that holds the values; both are NULL where there is none yet. */
  double *numbers;
  PymvaTextColumn *text;
  /* Whether it is known what the column holds, also while both are NULL. */
  gboolean is_known;
  gboolean is_text;

  /*< private >*/
  gsize capacity;
  PymvaCsvField word;
} PymvaCsvColumn;

PymvaCsvColumn *pymva_csv_column_new (const char *name);
void pymva_csv_column_free (PymvaCsvColumn *self);
void pymva_csv_column_append_missing (PymvaCsvColumn *self);
/* FALSE where the column holds numbers and the text is none. */
gboolean pymva_csv_column_append (PymvaCsvColumn *self,
                                  const char *text,
                                  gsize length);
/* Gives what the column holds to the table, and goes on empty, for values of the same kind. */
gboolean pymva_csv_column_finish (PymvaCsvColumn *self,
                                  PymvaTable *table,
                                  GError **error);

/* Takes rows that hold plain values only off what the parser has read, up to the first that needs
 * more care: quotes, words for numbers, letters beyond ASCII, too many or too few values; at most
 * so many. Returns how many it took. */
gsize pymva_csv_take_plain_rows (PymvaCsvParser *parser,
                                 GPtrArray *columns,
                                 gsize most_rows);

/* Makes room for one more row. */
void pymva_csv_column_grow (PymvaCsvColumn *self);

static inline void
pymva_csv_column_reserve (PymvaCsvColumn *self)
{
  if (self->n_rows == self->capacity)
    pymva_csv_column_grow (self);
}

G_END_DECLS
