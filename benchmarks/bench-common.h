/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <time.h>

#include <glib.h>

G_BEGIN_DECLS

typedef void (*BenchFunc) (gpointer data);

double bench_read_clock (clockid_t clock);
double bench_median_ns (BenchFunc func,
                        gpointer data,
                        guint n_calls);
void bench_print (const char *name,
                  double value,
                  const char *unit);
guint64 bench_get_memory (const char *figure);
void bench_print_peak_memory (void);
void bench_fail (const GError *error) G_GNUC_NORETURN;

G_END_DECLS
