/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

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

void
run_without_packages (const char *packages,
                      void (*test) (void))
{
  g_autofree char *code = g_strdup_printf (
    "import sys\n"
    "class Without:\n"
    "    def find_spec(self, name, path, target=None):\n"
    "        if name in '%s'.split():\n"
    "            raise ModuleNotFoundError('none', name=name)\n"
    "sys.meta_path.insert(0, Without())\n", packages);
  g_autoptr (PymvaObject) names = NULL;

  if (g_test_subprocess ())
    {
      names = run_code (code);
      test ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* The rows of the piece are those of the whole, from @first on. */
static void
assert_same_rows (PymvaTable *piece,
                  PymvaTable *whole,
                  gint64 first)
{
  g_auto (GStrv) names = pymva_table_list_columns (whole);
  g_autofree char *expected = g_strjoinv (" ", names);

  assert_columns (piece, expected);
  for (guint i = 0; names[i] != NULL; i++)
    {
      for (gint64 row = 0; row < pymva_table_get_n_rows (piece); row++)
        {
          if (pymva_table_holds_words (whole, names[i]))
            g_assert_cmpstr (get_word (piece, names[i], row), ==,
                             get_word (whole, names[i], first + row));
          else if (!isnan (get_value (whole, names[i], first + row)))
            g_assert_cmpfloat (get_value (piece, names[i], row), ==,
                               get_value (whole, names[i], first + row));
          else
            g_assert_true (isnan (get_value (piece, names[i], row)));
        }
    }
}

void
assert_pieces (GFile *file,
               const char *options)
{
  g_autoptr (PymvaTable) whole = read_table (file, options);

  for (gint64 size = 1; size < 10; size += 2)
    {
      g_autoptr (PymvaTableStream) stream =
        pymva_table_stream_new (file, options != NULL ? g_variant_new_parsed (options) : NULL);
      g_autoptr (GError) error = NULL;
      gint64 n_rows = 0;
      PymvaTable *piece;

      pymva_table_stream_set_piece_size (stream, size);
      while ((piece = pymva_table_stream_read (stream, NULL, &error)) != NULL)
        {
          g_assert_cmpint (pymva_table_get_n_rows (piece), <=, size);
          assert_same_rows (piece, whole, n_rows);
          n_rows += pymva_table_get_n_rows (piece);
          g_object_unref (piece);
        }
      g_assert_no_error (error);
      g_assert_cmpint (n_rows, ==, pymva_table_get_n_rows (whole));
    }
}
