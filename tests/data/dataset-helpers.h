/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

/* Tables for the tests of data sets: events to be told apart by "x" = first, first + 1, ... */
PymvaTable *make_table (gint64 n_rows,
                        double first);
void set_column (PymvaTable *table,
                 const char *name,
                 const double *values,
                 gsize n_values);
void set_text_column (PymvaTable *table,
                      const char *name,
                      const char * const *texts);

/* A classification: n_signal events with x = 0, 1, ..., n_background with x = 1000, 1001, ... */
PymvaDataset *make_dataset (gint64 n_signal,
                            gint64 n_background);
double *get_inputs (PymvaDataset *dataset,
                    PymvaPart part,
                    gsize *n_values);
double *get_weights (PymvaDataset *dataset,
                     PymvaPart part,
                     gsize *n_values);
void assert_prepared (PymvaDataset *dataset);
void assert_refused (PymvaDataset *dataset,
                     PymvaError code,
                     const char *message);
void assert_values (const double *values,
                    gsize n_values,
                    const double *expected,
                    gsize n_expected);
