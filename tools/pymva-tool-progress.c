/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pymva-tool-progress.h"
#include "pymva-tool-table.h"

#define BAR_WIDTH 20
#define DEFAULT_N_COLUMNS 80
/* More often than that is only flicker. */
#define REDRAW_INTERVAL (50 * G_TIME_SPAN_MILLISECOND)

struct _ToolProgress
{
  char *title;
  guint title_width;
  gboolean terminal;
  gint64 start;
  gint64 last_drawn;
  double fraction;
  char *metrics;
  /* Tenths that have been reported in lines. */
  int n_tenths;
};

/* tool_progress_new: @title_width letters are kept for titles, so that bars stand below each
 * other. */
ToolProgress *
tool_progress_new (const char *title,
                   guint title_width)
{
  ToolProgress *self = g_new0 (ToolProgress, 1);

  self->title = g_strdup (title);
  self->title_width = title_width;
  self->terminal = isatty (STDERR_FILENO) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  self->start = g_get_monotonic_time ();

  return self;
}

void
tool_progress_free (ToolProgress *self)
{
  g_free (self->title);
  g_free (self->metrics);
  g_free (self);
}

static char *
format_value (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return g_strdup_printf ("%.4g", g_variant_get_double (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);

  return g_variant_print (value, FALSE);
}

/* tool_progress_format_metrics: "training loss 0.31, validation loss 0.35"; the number of the
 * iteration where there are no metrics. */
char *
tool_progress_format_metrics (guint index,
                              GVariant *metrics)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  if (metrics == NULL || g_variant_n_children (metrics) == 0)
    return g_strdup_printf ("iteration %u", index);

  g_variant_iter_init (&iter, metrics);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_autofree char *name = g_strdelimit (g_strdup (key), "-_", ' ');
      g_autofree char *formatted = format_value (value);

      g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", name, formatted);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* tool_progress_format_bar: the line for a terminal of @n_columns, which it never overflows. */
char *
tool_progress_format_bar (const char *title,
                          guint title_width,
                          double fraction,
                          double seconds,
                          const char *metrics,
                          guint n_columns)
{
  g_autoptr (GString) line = g_string_new (title);
  g_autofree char *duration = tool_format_duration (seconds);
  g_autofree char *cut = NULL;
  glong length = g_utf8_strlen (title, -1);
  int n_filled = (int) (CLAMP (fraction, 0.0, 1.0) * BAR_WIDTH);

  g_string_append_printf (line, "%*s  [", (int) MAX (0, (glong) title_width - length), "");
  for (int i = 0; i < BAR_WIDTH; i++)
    g_string_append_c (line, i < n_filled ? '#' : '.');
  g_string_append_printf (line, "] %3d %%  %7s", (int) (CLAMP (fraction, 0.0, 1.0) * 100),
                          duration);
  if (metrics != NULL)
    g_string_append_printf (line, "  %s", metrics);

  /* The last column stays free: some terminals wrap after writing to it. */
  if (n_columns > 1 && g_utf8_strlen (line->str, -1) >= n_columns)
    cut = g_utf8_substring (line->str, 0, n_columns - 1);

  return cut != NULL ? g_steal_pointer (&cut) : g_string_free (g_steal_pointer (&line), FALSE);
}

static guint
get_n_columns (void)
{
  struct winsize size;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;

  return DEFAULT_N_COLUMNS;
}

static double
get_seconds (ToolProgress *self)
{
  return (g_get_monotonic_time () - self->start) / (double) G_TIME_SPAN_SECOND;
}

static void
draw (ToolProgress *self)
{
  g_autofree char *line = tool_progress_format_bar (
    self->title, self->title_width, self->fraction, get_seconds (self), self->metrics,
    get_n_columns ());

  g_printerr ("\r%s\033[K", line);
  self->last_drawn = g_get_monotonic_time ();
}

static void
draw_if_due (ToolProgress *self)
{
  if (self->terminal && g_get_monotonic_time () - self->last_drawn >= REDRAW_INTERVAL)
    draw (self);
}

void
tool_progress_set_fraction (ToolProgress *self,
                            double fraction)
{
  int n_tenths = (int) (CLAMP (fraction, 0.0, 1.0) * 10);

  self->fraction = fraction;
  if (self->terminal)
    draw_if_due (self);
  else if (n_tenths > self->n_tenths)
    g_printerr ("%s: %d %%%s%s\n", self->title, (int) (fraction * 100),
                self->metrics != NULL ? ", " : "", self->metrics != NULL ? self->metrics : "");
  self->n_tenths = MAX (self->n_tenths, n_tenths);
}

/* tool_progress_set_metrics: what the last iteration gave; shown beside the bar. */
void
tool_progress_set_metrics (ToolProgress *self,
                           guint index,
                           GVariant *metrics)
{
  g_free (self->metrics);
  self->metrics = tool_progress_format_metrics (index, metrics);
  draw_if_due (self);
}

/* tool_progress_print: a line of someone else, which leaves the bar in order. */
void
tool_progress_print (ToolProgress *self,
                     const char *line)
{
  if (!self->terminal)
    {
      g_printerr ("%s\n", line);
      return;
    }

  g_printerr ("\r\033[K%s\n", line);
  draw (self);
}

/* tool_progress_finish: the last word, for example "trained in 3.2 s", in a line that stays. */
void
tool_progress_finish (ToolProgress *self,
                      const char *outcome)
{
  const char *separator = self->metrics != NULL ? ", " : "";
  const char *metrics = self->metrics != NULL ? self->metrics : "";

  g_printerr ("%s%s: %s%s%s\n", self->terminal ? "\r\033[K" : "", self->title, outcome, separator,
              metrics);
}
