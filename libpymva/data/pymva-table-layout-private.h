/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-table.h>

G_BEGIN_DECLS

/* What the columns of a file are that tables are written into. */
typedef struct
{
  char *name;
  gboolean is_text;
  /* float32, float64 or int64; of numbers only. */
  PymvaDType dtype;
} PymvaLayoutColumn;

typedef struct
{
  PymvaLayoutColumn *columns;
  guint n_columns;
} PymvaTableLayout;

/* Of the columns of a table, with the types of @types, name -> PymvaDType, and else float64. */
void pymva_table_layout_init (PymvaTableLayout *self,
                              PymvaTable *rows,
                              GHashTable *types);
void pymva_table_layout_clear (PymvaTableLayout *self);
/* Whether these rows have such columns. */
gboolean pymva_table_layout_check (const PymvaTableLayout *self,
                                   PymvaTable *rows,
                                   GError **error);
/* The numbers of a column, of its type. */
PymvaTensor *pymva_layout_column_convert (const PymvaLayoutColumn *self,
                                          PymvaTable *rows,
                                          GError **error);

G_END_DECLS
