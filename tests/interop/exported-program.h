/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Runs a program, and fails the test if that fails; gives what it prints. */
char *exported_run (GPtrArray *arguments);

/* Compiles exported.c in the folder to exported, with the compiler that a variable names. */
void exported_compile (const char *folder,
                       const char *variable,
                       const char *language);

/* The numbers that it prints for the rows of rows.csv in the folder, new; @option may be NULL. */
float *exported_predict (const char *folder,
                         const char *option,
                         guint n_numbers);
