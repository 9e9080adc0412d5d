/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-common.h"

#include <stdlib.h>
#include <string.h>

#define N_ROUNDS 9

/* bench_read_clock: the seconds of a clock. */
double
bench_read_clock (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static int
compare (const void *a,
         const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* bench_median_ns: the time of one call in nanoseconds, the median of several rounds of @n_calls
 * calls each, after a round that warms the caches. */
double
bench_median_ns (BenchFunc func,
                 gpointer data,
                 guint n_calls)
{
  double rounds[N_ROUNDS];

  for (guint i = 0; i < n_calls; i++)
    func (data);

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      double begin = bench_read_clock (CLOCK_MONOTONIC);

      for (guint i = 0; i < n_calls; i++)
        func (data);
      rounds[round] = (bench_read_clock (CLOCK_MONOTONIC) - begin) * 1e9 / n_calls;
    }
  qsort (rounds, N_ROUNDS, sizeof rounds[0], compare);

  return rounds[N_ROUNDS / 2];
}

/* bench_print: one result as a line of JSON, which run.py collects. */
void
bench_print (const char *name,
             double value,
             const char *unit)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (digits, sizeof digits, "%.6g", value);
  g_print ("{\"name\": \"%s\", \"value\": %s, \"unit\": \"%s\"}\n", name, digits, unit);
}

/* bench_get_memory: a figure of the process's memory in kB, as the kernel counts it: “VmRSS:” is
 * what is resident now, and “VmHWM:” the peak of that since the program began. What wait4() says of
 * a child also counts the program that it was forked from. */
guint64
bench_get_memory (const char *figure)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) ||
      (line = strstr (status, figure)) == NULL)
    g_error ("/proc/self/status says nothing of memory");

  return g_ascii_strtoull (line + strlen (figure), NULL, 10);
}

void
bench_print_peak_memory (void)
{
  g_print ("%" G_GUINT64_FORMAT "\n", bench_get_memory ("VmHWM:"));
}

/* bench_fail: a benchmark that cannot run says why, and counts as failed. */
void
bench_fail (const GError *error)
{
  g_printerr ("%s\n", error->message);
  exit (1);
}
