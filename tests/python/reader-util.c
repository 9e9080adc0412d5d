/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/pymva-table-private.h"

#include "python-util.h"
#include "reader-util.h"

PymvaTable *
read_table (GFile *file,
            const char *options)
{
  g_autoptr (GError) error = NULL;
  PymvaTable *table = pymva_table_new_from_file (
    file, options != NULL ? g_variant_new_parsed (options) : NULL, NULL, &error);

  g_assert_no_error (error);
  return table;
}

void
assert_refused (GFile *file,
                const char *options,
                PymvaError code,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_table_new_from_file (
    file, options != NULL ? g_variant_new_parsed (options) : NULL, NULL, &error));
  assert_error_says (&error, code, message);
}

void
assert_columns (PymvaTable *table,
                const char *expected)
{
  g_auto (GStrv) columns = pymva_table_list_columns (table);
  g_autofree char *joined = g_strjoinv (" ", columns);

  g_assert_cmpstr (joined, ==, expected);
}

double
get_value (PymvaTable *table,
           const char *column,
           gint64 row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) values = pymva_table_get_column (table, column, &error);

  g_assert_no_error (error);
  return pymva_tensor_get_value (values, &row, 1);
}

const char *
get_word (PymvaTable *table,
          const char *name,
          gsize row)
{
  g_autoptr (GError) error = NULL;
  const PymvaTextColumn *column = pymva_table_get_text_column (table, name, &error);

  g_assert_no_error (error);
  return column->labels[column->codes[row]];
}
