/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include <glib/gstdio.h>

#include "python-util.h"
#include "reader-util.h"

/* Parquet, Feather and HDF5 files, which the tests have Python write. */

static char *folder;

/* A file that Python code of which “path” is the name makes. */
static GFile *
write_file (const char *name,
            const char *code)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *whole = g_strdup_printf ("import numpy\n"
                                            "path = '%s'\n"
                                            "%s", path, code);
  g_autoptr (PymvaObject) names = run_code (whole);

  return g_file_new_for_path (path);
}

/* What both formats of Arrow hold. */
static void
check_arrow (GFile *file)
{
  g_autoptr (PymvaTable) table = read_table (file, "{'columns': <['x', 'n', 'b', 'word', 'cat', "
                                                   "'half', 'empty', 'u', 'a.b']>}");
  g_autoptr (PymvaTable) some =
    read_table (file, "{'columns': <['word']>, 'cut': <'n >= 2 && x > 0'>}");

  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 5);
  g_assert_cmpfloat (get_value (table, "x", 4), ==, 4.5);
  g_assert_true (isnan (get_value (table, "n", 1)));
  g_assert_cmpfloat (get_value (table, "n", 4), ==, 4);
  g_assert_cmpfloat (get_value (table, "b", 1), ==, 1);
  g_assert_true (isnan (get_value (table, "b", 2)));
  g_assert_cmpfloat (get_value (table, "half", 3), ==, 1.5);
  g_assert_true (isnan (get_value (table, "empty", 3)));
  g_assert_cmpfloat (get_value (table, "u", 0), ==, 18446744073709551615.0);
  g_assert_cmpfloat (get_value (table, "a.b", 2), ==, 2);
  g_assert_cmpstr (get_word (table, "word", 0), ==, "s");
  g_assert_cmpstr (get_word (table, "word", 3), ==, "");
  g_assert_cmpstr (get_word (table, "cat", 1), ==, "y");

  assert_columns (some, "word");
  g_assert_cmpint (pymva_table_get_n_rows (some), ==, 3);
  g_assert_cmpstr (get_word (some, "word", 0), ==, "s");
  g_assert_cmpstr (get_word (some, "word", 2), ==, "b");

  assert_pieces (file, "{'columns': <['cat', 'x', 'n', 'b', 'word', 'a.b', 'empty']>}");
  assert_pieces (file, "{'columns': <['word']>, 'cut': <'n >= 2 && x > 0'>}");

  assert_refused (file, NULL, PYMVA_ERROR_DATA, "the column “list” holds values of type “list");
  assert_refused (file, "{'columns': <['xx']>}", PYMVA_ERROR_DATA, "no column “xx”");
}

#define ARROW_TABLE \
  "import pyarrow as pa\n" \
  "table = pa.table({\n" \
  "    'x': numpy.arange(5) + 0.5, 'n': pa.array([0, None, 2, 3, 4]),\n" \
  "    'b': pa.array([True, True, None, False, False]),\n" \
  "    'word': pa.array(['s', 'b', 's', None, 'b']),\n" \
  "    'cat': pa.array(['x', 'y', 'x', 'x', 'x']).dictionary_encode(),\n" \
  "    'half': numpy.full(5, 1.5, 'f2'), 'empty': pa.nulls(5),\n" \
  "    'u': numpy.full(5, 2**64 - 1, 'u8'), 'a.b': numpy.arange(5),\n" \
  "    'list': pa.array([[1], [], [], [2], []])})\n"

static void
test_parquet (void)
{
  g_autoptr (GFile) file = write_file (
    "events.parquet", ARROW_TABLE
    "import pyarrow.parquet\n"
    "pyarrow.parquet.write_table(table, path, row_group_size=2)\n");

  check_arrow (file);
  g_assert_true (g_file_delete (file, NULL, NULL));
}

static void
test_feather (void)
{
  g_autoptr (GFile) file = write_file ("events.feather", ARROW_TABLE
                                       "import pyarrow.feather\n"
                                       "pyarrow.feather.write_feather(table, path, chunksize=2)\n");

  check_arrow (file);
  g_assert_true (g_file_delete (file, NULL, NULL));
}

static void
test_hdf5 (void)
{
  g_autoptr (GFile) group = write_file (
    "group.h5",
    "import h5py\n"
    "with h5py.File(path, 'w') as file:\n"
    "    events = file.create_group('run/events')\n"
    "    events['x'] = numpy.arange(5) + 0.5\n"
    "    events['m'] = numpy.arange(10).reshape(5, 2)\n"
    "    events['word'] = ['s', 'b', 's', 's', 'b']\n");
  g_autoptr (GFile) single = write_file (
    "single.hdf5",
    "import h5py\n"
    "with h5py.File(path, 'w') as file:\n"
    "    file['records'] = numpy.array([(1, 2.5, b'x'), (2, 3.5, b'y')],\n"
    "                                  [('i', 'u4'), ('f', 'f4'), ('t', 'S3')])\n"
    "    file['matrix'] = numpy.arange(6.0).reshape(3, 2)\n"
    "    file['cube'] = numpy.zeros((2, 2, 2))\n");
  g_autoptr (PymvaTable) table = read_table (group, NULL);
  g_autoptr (PymvaTable) cut = read_table (group, "{'cut': <'m1 > 2'>, 'tree': <'run/events'>}");
  g_autoptr (PymvaTable) records = read_table (single, "{'tree': <'records'>}");
  g_autoptr (PymvaTable) matrix = read_table (single, "{'tree': <'matrix'>}");

  assert_columns (table, "m1 m2 word x");
  g_assert_cmpfloat (get_value (table, "m2", 4), ==, 9);
  g_assert_cmpstr (get_word (table, "word", 4), ==, "b");
  g_assert_cmpint (pymva_table_get_n_rows (cut), ==, 3);
  g_assert_cmpfloat (get_value (cut, "x", 0), ==, 2.5);
  assert_columns (records, "i f t");
  g_assert_cmpfloat (get_value (records, "f", 1), ==, 3.5);
  g_assert_cmpstr (get_word (records, "t", 1), ==, "y");
  assert_columns (matrix, "matrix1 matrix2");
  g_assert_cmpfloat (get_value (matrix, "matrix2", 2), ==, 5);

  assert_pieces (group, NULL);
  assert_pieces (group, "{'columns': <['word']>, 'cut': <'m1 > 2'>}");
  assert_pieces (single, "{'tree': <'records'>}");
  assert_pieces (single, "{'tree': <'matrix'>}");

  assert_refused (single, NULL, PYMVA_ERROR_VALUE, "2 tables in the file, “matrix”, “records”");
  assert_refused (single, "{'tree': <'matrx'>}", PYMVA_ERROR_DATA, "no data set or group “matrx”");
  assert_refused (single, "{'tree': <'cube'>}", PYMVA_ERROR_DATA, "“cube” is neither");
  g_assert_true (g_file_delete (group, NULL, NULL));
  g_assert_true (g_file_delete (single, NULL, NULL));
}

/* What begins as a file of a format, and is none. */
static void
test_broken (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    gsize length;
  } files[] = {
    { "broken.parquet", "PAR1 and no more", 16 },
    { "broken.feather", "ARROW1 and no more", 18 },
    { "broken.h5", "\x89HDF\r\n\x1a\nand no more", 19 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].name, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      g_assert_true (g_file_set_contents (path, files[i].text, files[i].length, NULL));
      assert_refused (file, NULL, PYMVA_ERROR_FORMAT, files[i].name);
      g_assert_true (g_file_delete (file, NULL, NULL));
    }
}

/* Files of several formats are one table, and so are those that a pattern matches. */
static void
test_several (void)
{
  g_autoptr (GFile) first = write_file ("part1.parquet", ARROW_TABLE
                                        "import pyarrow.parquet\n"
                                        "pyarrow.parquet.write_table(table.select(['x', 'word']),"
                                        " path)\n");
  g_autoptr (GFile) second = write_file ("part2.csv",
                                         "open(path, 'w').write('word,x\\nz,7.5\\n')\n");
  g_autoptr (GFile) other = write_file ("other.csv", "open(path, 'w').write('y\\n1\\n')\n");
  g_autofree char *pattern = g_build_filename (folder, "part*", NULL);
  g_autoptr (GFile) all = g_file_new_for_path (pattern);
  g_autoptr (PymvaTable) table = read_table (all, "{'cut': <'x > 1'>}");
  g_autoptr (PymvaTable) listed = NULL;
  g_autoptr (GError) error = NULL;

  assert_columns (table, "x word");
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 5);
  g_assert_cmpfloat (get_value (table, "x", 4), ==, 7.5);
  g_assert_cmpstr (get_word (table, "word", 4), ==, "z");

  listed = pymva_table_new_from_files ((GFile *[]) { second, first }, 2, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_table_get_n_rows (listed), ==, 6);
  g_assert_cmpfloat (get_value (listed, "x", 0), ==, 7.5);

  g_assert_null (pymva_table_new_from_files ((GFile *[]) { first, other }, 2, NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_DATA, "other.csv”: there is no column “x”");
  g_assert_true (g_file_delete (first, NULL, NULL));
  g_assert_true (g_file_delete (second, NULL, NULL));
  g_assert_true (g_file_delete (other, NULL, NULL));
}

static void
missing_alone (void)
{
  g_autofree char *path = g_build_filename (folder, "any.parquet", NULL);
  g_autofree char *other_path = g_build_filename (folder, "any.h5", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) other = g_file_new_for_path (other_path);

  g_file_set_contents (path, "PAR1", -1, NULL);
  g_file_set_contents (other_path, "text", -1, NULL);
  assert_refused (file, NULL, PYMVA_ERROR_IMPORT, "pip install pyarrow");
  assert_refused (other, NULL, PYMVA_ERROR_IMPORT, "pip install h5py");
  g_assert_true (g_file_delete (file, NULL, NULL));
  g_assert_true (g_file_delete (other, NULL, NULL));
}

static void
test_missing_packages (void)
{
  run_without_packages ("pyarrow h5py", missing_alone);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pymva-test-readers-XXXXXX", NULL);

  g_test_add_func ("/python-readers/missing-packages", test_missing_packages);
  g_test_add_func ("/python-readers/parquet", test_parquet);
  g_test_add_func ("/python-readers/feather", test_feather);
  g_test_add_func ("/python-readers/hdf5", test_hdf5);
  g_test_add_func ("/python-readers/broken", test_broken);
  g_test_add_func ("/python-readers/several", test_several);

  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);

  return status;
}
