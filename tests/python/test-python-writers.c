/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "python-util.h"
#include "reader-util.h"

/* Parquet and ROOT files that the library writes, and Python's packages read. */

static char *folder;

static GFile *
make_file (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_new_for_path (path);
}

static PymvaTable *
make_rows (gint64 first)
{
  const gint64 codes[] = { 0, 1, 0 };
  const gint64 n_rows = 3;
  const char * const labels[] = { "muon", "größer", NULL };
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (codes, sizeof codes);
  g_autoptr (PymvaTensor) numbers = pymva_tensor_new (PYMVA_DTYPE_INT64, &n_rows, 1, bytes, NULL);
  g_autoptr (PymvaTensor) row = NULL;
  g_autoptr (PymvaTensor) x = NULL;
  double rows[3];
  double values[3];

  for (gint64 i = 0; i < n_rows; i++)
    {
      rows[i] = first + i;
      values[i] = rows[i] / 8;
    }
  row = pymva_tensor_new_from_doubles (rows, n_rows, 0, NULL);
  x = pymva_tensor_new_from_doubles (values, n_rows, 0, NULL);
  g_assert_true (pymva_table_add_column (table, "row", row, NULL));
  g_assert_true (pymva_table_add_column (table, "x", x, NULL));
  g_assert_true (pymva_table_add_column (table, "response", x, NULL));
  g_assert_true (pymva_table_add_words (table, "kind", labels, numbers, NULL));

  return g_steal_pointer (&table);
}

static PymvaTableWriter *
new_writer (GFile *file)
{
  return pymva_table_writer_new (
    file, g_variant_new_parsed ("{'types': <{'row': 'int64', 'response': 'float32'}>, "
                                "'tree': <'scores'>}"));
}

static void
write_rows (GFile *file,
            gint64 n_pieces)
{
  g_autoptr (PymvaTableWriter) writer = new_writer (file);
  g_autoptr (GError) error = NULL;

  for (gint64 i = 0; i < n_pieces; i++)
    {
      g_autoptr (PymvaTable) rows = make_rows (3 * i);

      g_assert_true (pymva_table_writer_write (writer, rows, NULL, &error));
      g_assert_no_error (error);
    }
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  g_assert_no_error (error);
}

/* What the expressions of “path” are. */
static PymvaObject *
open_names (GFile *file,
            const char *code)
{
  g_autofree char *whole = g_strdup_printf ("path = '%s'\n%s", g_file_peek_path (file), code);

  return run_code (whole);
}

static void
assert_is (PymvaObject *names,
           const char *expression,
           const char *expected)
{
  g_autofree char *found = evaluate_repr (names, expression);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_parquet (void)
{
  g_autoptr (GFile) file = make_file ("out.parquet");
  g_autoptr (PymvaObject) names = NULL;
  g_autoptr (PymvaTable) table = NULL;

  write_rows (file, 4);
  names = open_names (file, "import pyarrow.parquet\n"
                            "table = pyarrow.parquet.read_table(path)\n");
  assert_is (names, "[str(kind) for kind in table.schema.types]",
             "['int64', 'double', 'float', 'string']");
  assert_is (names, "table['row'].to_pylist() == list(range(12))", "True");
  assert_is (names, "table['response'].to_pylist() == [i / 8 for i in range(12)]", "True");
  assert_is (names, "table['kind'].to_pylist()[:3]", "['muon', 'größer', 'muon']");

  table = read_table (file, "{'cut': <'x > 1'>}");
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 3);
  g_assert_cmpstr (get_word (table, "kind", 1), ==, "größer");
  g_assert_true (g_file_delete (file, NULL, NULL));
}

static void
test_root (void)
{
  g_autoptr (GFile) file = make_file ("out.root");
  g_autoptr (PymvaObject) names = NULL;
  g_autoptr (PymvaTable) table = NULL;

  write_rows (file, 4);
  names = open_names (file, "import uproot\n"
                            "tree = uproot.open(path)['scores']\n"
                            "rows = tree.arrays(library='np')\n");
  assert_is (names, "tree.classname, tree.num_entries", "('TTree', 12)");
  assert_is (names, "[str(rows[name].dtype) for name in ('row', 'x', 'response')]",
             "['int64', 'float64', 'float32']");
  assert_is (names, "rows['row'].tolist() == list(range(12))", "True");
  assert_is (names, "rows['response'].tolist() == [i / 8 for i in range(12)]", "True");
  assert_is (names, "rows['kind'].tolist()[-3:]", "['muon', 'größer', 'muon']");

  table = read_table (file, NULL);
  g_assert_cmpfloat (get_value (table, "x", 11), ==, 11.0 / 8);
  g_assert_true (g_file_delete (file, NULL, NULL));
}

/* Columns without rows, a file that is not completed, and one that cannot be. */
static void
test_endings (void)
{
  static const char * const names[] = { "out.parquet", "out.root" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GFile) file = make_file (names[i]);
      g_autofree char *inner = g_build_filename ("no", "such", names[i], NULL);
      g_autoptr (GFile) nowhere = make_file (inner);
      g_autoptr (PymvaTable) rows = make_rows (0);
      g_autoptr (PymvaTable) none = pymva_table_new ();
      g_autoptr (PymvaTensor) nothing = pymva_tensor_new_from_doubles (NULL, 0, 0, NULL);
      g_autoptr (PymvaTable) table = NULL;
      g_autoptr (GError) error = NULL;
      PymvaTableWriter *writer = new_writer (file);

      g_assert_true (pymva_table_writer_write (writer, rows, NULL, &error));
      g_object_unref (writer);
      g_assert_false (g_file_query_exists (file, NULL));

      writer = new_writer (nowhere);
      g_assert_false (pymva_table_writer_write (writer, rows, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
      g_clear_error (&error);
      g_object_unref (writer);

      writer = new_writer (file);
      g_assert_true (pymva_table_add_column (none, "x", nothing, NULL));
      g_assert_true (pymva_table_writer_write (writer, none, NULL, &error));
      g_assert_true (pymva_table_writer_close (writer, NULL, &error));
      g_assert_no_error (error);
      g_object_unref (writer);
      table = read_table (file, NULL);
      assert_columns (table, "x");
      g_assert_cmpint (pymva_table_get_n_rows (table), ==, 0);
      g_assert_true (g_file_delete (file, NULL, NULL));
    }
}

static void
missing_alone (void)
{
  static const char * const names[] = { "out.parquet", "out.root" };
  static const char * const remedies[] = { "pip install pyarrow", "pip install uproot" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GFile) file = make_file (names[i]);
      g_autoptr (PymvaTableWriter) writer = new_writer (file);
      g_autoptr (PymvaTable) rows = make_rows (0);
      g_autoptr (GError) error = NULL;

      g_assert_false (pymva_table_writer_write (writer, rows, NULL, &error));
      assert_error_says (&error, PYMVA_ERROR_IMPORT, remedies[i]);
      g_assert_false (g_file_query_exists (file, NULL));
    }
}

static void
test_missing_packages (void)
{
  run_without_packages ("pyarrow awkward uproot", missing_alone);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pymva-test-writers-XXXXXX", NULL);

  g_test_add_func ("/python-writers/missing-packages", test_missing_packages);
  g_test_add_func ("/python-writers/parquet", test_parquet);
  g_test_add_func ("/python-writers/root", test_root);
  g_test_add_func ("/python-writers/endings", test_endings);

  status = g_test_run ();
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);

  return status;
}
