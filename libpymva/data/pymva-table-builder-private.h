/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-table-private.h"

G_BEGIN_DECLS

/* Joins tables of the same columns one below the other. */
typedef struct _PymvaTableBuilder PymvaTableBuilder;

PymvaTableBuilder *pymva_table_builder_new (void);
void pymva_table_builder_free (PymvaTableBuilder *self);
/* Appends the rows for which @cut is true, or all where it is NULL. The first table says what the
 * columns are; the others may have them in any order. */
gboolean pymva_table_builder_append (PymvaTableBuilder *self,
                                     PymvaTable *rows,
                                     const char *cut,
                                     GError **error);
/* Gives all columns to a table. The builder is then empty. */
gboolean pymva_table_builder_finish (PymvaTableBuilder *self,
                                     PymvaTable *table,
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTableBuilder, pymva_table_builder_free)

G_END_DECLS
