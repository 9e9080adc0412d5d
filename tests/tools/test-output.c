/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "pymva-tool-progress.h"
#include "pymva-tool-table.h"

static void
test_table (void)
{
  const char *headings[] = { "model", "AUC", "kind", NULL };
  const char *first[] = { "forest", "0.91", "a", NULL };
  const char *second[] = { "größer", "12.5", "bcd", NULL };
  g_autoptr (ToolTable) table = tool_table_new (headings);
  g_autofree char *text = NULL;

  tool_table_set_left (table, 2);
  tool_table_add_row (table, first);
  tool_table_add_row (table, second);
  text = tool_table_format (table, 2);

  g_assert_cmpuint (tool_table_get_n_rows (table), ==, 2);
  g_assert_cmpstr (text, ==,
                   "  model    AUC  kind\n"
                   "  forest  0.91  a\n"
                   "  größer  12.5  bcd\n");
}

static void
test_numbers (void)
{
  g_autofree char *number = tool_format_number (0.12345, 3);
  g_autofree char *none = tool_format_number (NAN, 3);
  const struct
  {
    double seconds;
    const char *text;
  } durations[] = {
    { 0, "0.00 s" },   { 0.349, "0.35 s" }, { 9.999, "10.0 s" },   { 59.9, "59.9 s" },
    { 59.96, "1:00" }, { 185, "3:05" },     { 3599.7, "1:00:00" }, { 3723, "1:02:03" },
  };

  g_assert_cmpstr (number, ==, "0.123");
  g_assert_cmpstr (none, ==, "-");
  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      g_autofree char *text = tool_format_duration (durations[i].seconds);

      g_assert_cmpstr (text, ==, durations[i].text);
    }
}

static void
test_metrics (void)
{
  g_autoptr (GVariant) metrics = g_variant_ref_sink (
    g_variant_new_parsed ("{'epoch': <int64 3>, 'training_loss': <0.31234567>, 'note': <'best'>}"));
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
  g_autofree char *text = tool_progress_format_metrics (2, metrics);
  g_autofree char *number = tool_progress_format_metrics (2, none);

  g_assert_cmpstr (text, ==, "epoch 3, training loss 0.3123, note best");
  g_assert_cmpstr (number, ==, "iteration 2");
}

static void
test_bar (void)
{
  g_autofree char *half = tool_progress_format_bar ("torch", 8, 0.5, 1.25, "loss 0.3", 80);
  g_autofree char *narrow = tool_progress_format_bar ("torch", 8, 0.5, 1.25, "loss 0.3", 30);
  g_autofree char *over = tool_progress_format_bar ("torch", 0, 1.7, 1.25, NULL, 80);

  g_assert_cmpstr (half, ==, "torch     [##########..........]  50 %   1.25 s  loss 0.3");
  g_assert_cmpuint (strlen (narrow), ==, 29);
  g_assert_true (g_str_has_prefix (half, narrow));
  g_assert_cmpstr (over, ==, "torch  [####################] 100 %   1.25 s");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tools/table", test_table);
  g_test_add_func ("/tools/numbers", test_numbers);
  g_test_add_func ("/tools/metrics", test_metrics);
  g_test_add_func ("/tools/bar", test_bar);

  return g_test_run ();
}
