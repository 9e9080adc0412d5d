/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-table.h>

G_BEGIN_DECLS

/* An expression over the columns of a table, parsed once and evaluated over whole columns in
 * double precision. pymva_table_evaluate() documents the language. Immutable: one expression may
 * be evaluated by several threads at once. Errors are PYMVA_ERROR_EXPRESSION. */
typedef struct _PymvaExpression PymvaExpression;

PymvaExpression *pymva_expression_new (const char *text,
                                       GError **error);
void pymva_expression_free (PymvaExpression *self);

const char *pymva_expression_get_text (PymvaExpression *self);
/* The columns that it needs, in the order of their first use, NULL-terminated. */
const char * const *pymva_expression_list_names (PymvaExpression *self);

/* The values for all rows: float64, one dimension. Shares the column's memory where the expression
 * is no more than its name. */
PymvaTensor *pymva_expression_evaluate (PymvaExpression *self,
                                        PymvaTable *table,
                                        GError **error);
/* The same where columns do not come from a table: one pointer for each name, in their order. */
void pymva_expression_evaluate_columns (PymvaExpression *self,
                                        const double * const *columns,
                                        gsize n_rows,
                                        double *values);

/* The same without memory of its own: @scratch is aligned for doubles, and has this many bytes for
 * so many rows. */
gsize pymva_expression_get_scratch_size (PymvaExpression *self,
                                         gsize n_rows);
void pymva_expression_evaluate_scratch (PymvaExpression *self,
                                        const double * const *columns,
                                        gsize n_rows,
                                        double *values,
                                        gpointer scratch);

/* Splits "name := expression". Without ":=" both are the whole text, without blanks around it. */
gboolean pymva_expression_split (const char *text,
                                 char **name,
                                 char **expression,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaExpression, pymva_expression_free)

G_END_DECLS
