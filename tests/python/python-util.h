/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

G_BEGIN_DECLS

/* The value of an expression, which must have one. */
PymvaObject *evaluate (const char *expression);
/* The same with names, as run_code() returns them. */
PymvaObject *evaluate_in (PymvaObject *names,
                          const char *expression);
gint64 evaluate_int (PymvaObject *names,
                     const char *expression);
/* That a function, called again and again, does not leave a block of Python's memory each time. */
typedef void (*UseFunc) (gpointer data);
void assert_no_leak (UseFunc use,
                     gpointer data);
char *evaluate_repr (PymvaObject *names,
                     const char *expression);
/* Runs statements, which must succeed, and returns their names. */
PymvaObject *run_code (const char *code);

void assert_repr (PymvaObject *object,
                  const char *expected);
/* The error is of @code, and its message has @text in it; clears it. */
void assert_error_says (GError **error,
                        PymvaError code,
                        const char *text);

G_END_DECLS
