/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-table-private.h"

#include "dataset-helpers.h"

static double
value_at (PymvaTable *table,
          const char *name,
          gint64 row)
{
  g_autoptr (PymvaTensor) column = pymva_table_get_column (table, name, NULL);

  return pymva_tensor_get_value (column, &row, 1);
}

static void
test_empty (void)
{
  g_autoptr (GError) error = NULL;
  PymvaTable *table = pymva_table_new ();
  g_auto (GStrv) names = pymva_table_list_columns (table);

  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 0);
  g_assert_null (names[0]);
  g_assert_null (pymva_table_get_column (table, "x", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_clear_error (&error);
  g_assert_false (pymva_table_append_row (table, (double[]) { 1 }, 1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_assert_finalize_object (table);
}

static void
test_columns (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (GBytes) bytes = g_bytes_new ((gint16[]) { 7, -8, 9 }, 6);
  g_autoptr (PymvaTensor) integers = pymva_tensor_new (PYMVA_DTYPE_INT16, (gint64[]) { 3 }, 1,
                                                       bytes, NULL);
  g_autoptr (PymvaTensor) column = NULL;
  g_auto (GStrv) names = NULL;

  set_column (table, "var1", (double[]) { 1, 2, 3 }, 3);
  g_assert_true (pymva_table_add_column (table, "n", integers, &error));
  g_assert_no_error (error);

  names = pymva_table_list_columns (table);
  g_assert_cmpstrv (names, ((const char *[]) { "var1", "n", NULL }));
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 3);
  column = pymva_table_get_column (table, "n", &error);
  g_assert_cmpint (pymva_tensor_get_dtype (column), ==, PYMVA_DTYPE_FLOAT64);
  g_assert_cmpfloat (value_at (table, "n", 1), ==, -8);
  g_assert_true (pymva_table_has_column (table, "n"));
  g_assert_false (pymva_table_has_column (table, "m"));
}

static void
assert_add_fails (PymvaTable *table,
                  const char *name,
                  PymvaTensor *values,
                  const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_table_add_column (table, name, values, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_column_errors (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (PymvaTensor) three = pymva_tensor_new_from_doubles ((double[]) { 1, 2, 3 }, 3, 0,
                                                                 NULL);
  g_autoptr (PymvaTensor) two = pymva_tensor_new_from_doubles ((double[]) { 1, 2 }, 2, 0, NULL);
  g_autoptr (PymvaTensor) matrix = pymva_tensor_new_from_doubles ((double[]) { 1, 2, 3 }, 3, 1,
                                                                  NULL);

  set_column (table, "var1", (double[]) { 1, 2, 3 }, 3);
  assert_add_fails (table, "var1", three, "already has a column “var1”");
  assert_add_fails (table, "var2", two, "Column “var2” has 2 values, but the table has 3 rows");
  assert_add_fails (table, "var2", matrix, "shape 3 × 1");
  assert_add_fails (table, "", three, "no usable name");
  assert_add_fails (table, "\xff", three, "no usable name");

  g_assert_null (pymva_table_get_column (table, "var", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_assert_cmpstr (error->message, ==, "The table has no column “var”; did you mean “var1”?");
}

/* Rows come one by one; what was read before stays as it was. */
static void
test_append (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (PymvaTensor) early = NULL;
  g_autoptr (PymvaTensor) late = NULL;
  g_autoptr (PymvaTensor) again = NULL;

  set_column (table, "a", (double[]) { 0 }, 1);
  set_column (table, "b", (double[]) { 0 }, 1);
  early = pymva_table_get_column (table, "a", &error);
  for (int i = 1; i < 1000; i++)
    g_assert_true (pymva_table_append_row (table, (double[]) { i, -i }, 2, &error));

  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 1000);
  g_assert_cmpuint (pymva_tensor_get_n_elements (early), ==, 1);
  late = pymva_table_get_column (table, "a", &error);
  again = pymva_table_get_column (table, "a", &error);
  g_assert_cmpuint (pymva_tensor_get_address (late), ==, pymva_tensor_get_address (again));

  g_assert_true (pymva_table_append_row (table, (double[]) { 1, 2 }, 2, &error));
  g_assert_cmpuint (pymva_tensor_get_n_elements (late), ==, 1000);
  for (gint64 i = 0; i < 1000; i++)
    g_assert_cmpfloat (pymva_tensor_get_value (late, &i, 1), ==, i);
  g_assert_cmpfloat (value_at (table, "b", 999), ==, -999);
  g_assert_cmpfloat (value_at (table, "b", 1000), ==, 2);

  g_clear_object (&table);
  g_assert_cmpfloat (pymva_tensor_get_value (late, (gint64[]) { 999 }, 1), ==, 999);
}

static void
test_append_to_empty (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) table = pymva_table_new ();

  set_column (table, "a", NULL, 0);
  set_column (table, "b", NULL, 0);
  g_assert_true (pymva_table_append_row (table, (double[]) { 1, 2 }, 2, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (value_at (table, "b", 0), ==, 2);
  set_column (table, "c", (double[]) { 3 }, 1);

  g_assert_false (pymva_table_append_row (table, (double[]) { 1, 2 }, 2, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 1);
}

static void
test_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) table = pymva_table_new ();
  const char *words[] = { "bg1", "signal", "bg1", NULL };
  const char *gaps[] = { "", "late", "", NULL };
  const PymvaTextColumn *text;

  set_text_column (table, "class", words);
  set_column (table, "x", (double[]) { 1, 2, 3 }, 3);
  g_assert_true (pymva_table_is_text (table, "class"));
  g_assert_false (pymva_table_is_text (table, "x"));
  g_assert_false (pymva_table_is_text (table, "y"));

  text = pymva_table_get_text_column (table, "class", &error);
  g_assert_cmpstrv (text->labels, ((const char *[]) { "bg1", "signal", NULL }));
  g_assert_cmpuint (text->codes[0], ==, 0);
  g_assert_cmpuint (text->codes[1], ==, 1);
  g_assert_cmpuint (text->codes[2], ==, 0);

  g_assert_null (pymva_table_get_column (table, "class", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, "holds words, such as “bg1”"));
  g_clear_error (&error);
  set_text_column (table, "gaps", gaps);
  g_assert_null (pymva_table_get_column (table, "gaps", &error));
  g_assert_nonnull (strstr (error->message, "holds words, such as “late”"));
  g_clear_error (&error);
  g_assert_false (pymva_table_append_row (table, (double[]) { 0, 1 }, 2, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_clear_error (&error);
  g_assert_null (pymva_table_get_text_column (table, "x", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_clear_error (&error);
  g_assert_null (pymva_table_get_text_column (table, "klass", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
  g_clear_error (&error);
  g_assert_false (pymva_table_add_text_column (table, "class", pymva_text_column_new (), &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/table/empty", test_empty);
  g_test_add_func ("/table/columns", test_columns);
  g_test_add_func ("/table/column-errors", test_column_errors);
  g_test_add_func ("/table/append", test_append);
  g_test_add_func ("/table/append-to-empty", test_append_to_empty);
  g_test_add_func ("/table/text", test_text);

  return g_test_run ();
}
