/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

/* What the tests of readers share. @options is the text of an a{sv}, or NULL. */
PymvaTable *read_table (GFile *file,
                        const char *options);
void assert_refused (GFile *file,
                     const char *options,
                     PymvaError code,
                     const char *message);
/* @expected is the names, separated by blanks. */
void assert_columns (PymvaTable *table,
                     const char *expected);
double get_value (PymvaTable *table,
                  const char *column,
                  gint64 row);
const char *get_word (PymvaTable *table,
                      const char *name,
                      gsize row);
/* Runs a test in a process of its own, whose Python does not find these packages; their names are
 * separated by blanks. */
void run_without_packages (const char *packages,
                           void (*test) (void));
/* Read in pieces of any size, the file is what it is read at once. */
void assert_pieces (GFile *file,
                    const char *options);
