/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scoring/pymva-model-builder-private.h"

G_BEGIN_DECLS

/* The description of a stage, put together part by part and given to a builder of models, with
 * tables of its own. */
typedef struct
{
  PymvaModelBuilder *builder;
  GVariantDict keys;
} PymvaStageWriter;

void pymva_stage_writer_init (PymvaStageWriter *self,
                              PymvaModelBuilder *builder,
                              const char *kind,
                              int input);
/* For a stage that takes the columns of several: instead of @input. */
void pymva_stage_writer_set_inputs (PymvaStageWriter *self,
                                    const int *inputs,
                                    guint n_inputs);
void pymva_stage_writer_set_word (PymvaStageWriter *self,
                                  const char *key,
                                  const char *word);
void pymva_stage_writer_set_number (PymvaStageWriter *self,
                                    const char *key,
                                    double number);
void pymva_stage_writer_set_int (PymvaStageWriter *self,
                                 const char *key,
                                 gint64 number);
void pymva_stage_writer_set_columns (PymvaStageWriter *self,
                                     const guint *columns,
                                     guint n_columns);
/* Tables, which are copied; @n_columns is 0 for one of one dimension. */
void pymva_stage_writer_set_doubles (PymvaStageWriter *self,
                                     const char *key,
                                     const double *values,
                                     gsize n_rows,
                                     gsize n_columns);
/* A table that the stage names elsewhere: adds it, and gives its name, new. */
char *pymva_stage_writer_add_doubles (PymvaStageWriter *self,
                                      const char *key,
                                      const double *values,
                                      gsize n_rows,
                                      gsize n_columns);
void pymva_stage_writer_set_ints (PymvaStageWriter *self,
                                  const char *key,
                                  const gint32 *values,
                                  gsize n_values);
/* Adds it to the model; its number. With @rounds its columns are rounded to float32. */
int pymva_stage_writer_add (PymvaStageWriter *self,
                            gboolean rounds);

G_END_DECLS
