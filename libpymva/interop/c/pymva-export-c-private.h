/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "data/pymva-expression-private.h"
#include "interop/pymva-export-private.h"
#include "pymva-c-text-private.h"

G_BEGIN_DECLS

/* The source file as it grows. */
typedef struct
{
  GString *text;
  /* The helpers that are in it already: their names. */
  GHashTable *helpers;
  /* The name of what there is no code for, if that was needed. */
  const char *lacks;
} PymvaCWriter;

void pymva_c_writer_print (PymvaCWriter *self,
                           const char *format,
                           ...) G_GNUC_PRINTF (2, 3);
/* Adds a function that several parts may use, unless it is there. */
void pymva_c_writer_add_helper (PymvaCWriter *self,
                                const char *name,
                                const char *code);

/* The beginning of the function of a stage, up to its first statement. */
void pymva_c_writer_begin_stage (PymvaCWriter *self,
                                 const char *name);

/* Writes the function “static void NAME (const double *x, double *y)”, which computes a stage for
 * one row, and the tables before it, whose names begin with NAME, too. The outputs do not overlap
 * the inputs. */
typedef void (*PymvaCStageFunc) (PymvaCWriter *writer,
                                 const PymvaStage *stage,
                                 const char *name);

/* For a stage of any class. */
void pymva_c_write_stage (PymvaCWriter *writer,
                          const PymvaStage *stage,
                          const char *name);

/* By class; what has a file of its own. */
void pymva_c_write_expressions (PymvaCWriter *writer,
                                const PymvaStage *stage,
                                const char *name);
void pymva_c_write_forest (PymvaCWriter *writer,
                           const PymvaStage *stage,
                           const char *name);
void pymva_c_write_link (PymvaCWriter *writer,
                         const PymvaStage *stage,
                         const char *name);
void pymva_c_write_mlp (PymvaCWriter *writer,
                        const PymvaStage *stage,
                        const char *name);
void pymva_c_write_mlp_double (PymvaCWriter *writer,
                               const PymvaStage *stage,
                               const char *name);

/* The functions that an expression calls. */
void pymva_c_write_expression_helpers (PymvaCWriter *writer,
                                       PymvaExpression *expression);
/* The statements that compute an expression of the array @columns into @target; @positions has the
 * place of each of its names there. */
void pymva_c_write_expression (PymvaCWriter *writer,
                               PymvaExpression *expression,
                               const char *columns,
                               const guint *positions,
                               const char *target);

/* The program that reads a CSV file; @outputs are called so in the file, @prefix and @macro begin
 * the model's names. */
void pymva_c_write_main (PymvaCWriter *writer,
                         PymvaModel *model,
                         char **outputs,
                         const char *prefix,
                         const char *macro);

G_END_DECLS
