/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "data/pymva-table-private.h"

#include "python-util.h"
#include "reader-util.h"

static GFile *
find_example (const char *name)
{
  return g_file_new_build_filename (g_getenv ("PYMVA_DATA_DIR"), name, NULL);
}

static void
test_one_tree (void)
{
  g_autoptr (GFile) file = find_example ("tmva_reg_example.root");
  g_autoptr (PymvaTable) table = read_table (file, NULL);

  assert_columns (table, "var1 var2 fvalue");
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 10000);
  /* As ROOT shows them, in single precision. */
  g_assert_cmpfloat (get_value (table, "fvalue", 0), ==, 28.959487915039062);
  g_assert_cmpfloat (get_value (table, "fvalue", 2), ==, 212.44668579101562);
}

static void
test_several_trees (void)
{
  g_autoptr (GFile) file = find_example ("tmva_class_example.root");
  g_autoptr (PymvaTable) signal = read_table (file, "{'tree': <'TreeS'>}");
  g_autoptr (PymvaTable) background = read_table (file, "{'tree': <'TreeB'>}");
  g_autoptr (PymvaTable) two =
    read_table (file, "{'tree': <'TreeB'>, 'columns': <['weight', 'var2']>}");

  assert_columns (signal, "var1 var2 var3 var4");
  assert_columns (background, "var1 var2 var3 var4 weight");
  assert_columns (two, "weight var2");
  g_assert_cmpint (pymva_table_get_n_rows (signal), ==, 6000);
  g_assert_cmpint (pymva_table_get_n_rows (background), ==, 6000);
  g_assert_cmpfloat_with_epsilon (get_value (signal, "var4", 1), 1.2674935, 1e-7);
  g_assert_cmpfloat_with_epsilon (get_value (background, "weight", 0), 0.10676072, 1e-8);

  assert_refused (file, NULL, PYMVA_ERROR_VALUE, "2 trees in the file, “TreeS”, “TreeB”");
  assert_refused (file, "{'tree': <'TreeX'>}", PYMVA_ERROR_DATA, "no tree “TreeX”");
  assert_refused (file, "{'tree': <'TreeS'>, 'columns': <['var9']>}", PYMVA_ERROR_DATA,
                  "no column “var9”");
}

/* A file of a test, made by Python code of which “path” is the file. */
static GFile *
write_file (const char *code)
{
  g_autofree char *folder = g_dir_make_tmp ("pymva-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "made.root", NULL);
  g_autofree char *whole = g_strdup_printf (
    "import numpy, uproot\n"
    "path = '%s'\n"
    "%s", path, code);
  g_autoptr (PymvaObject) names = run_code (whole);

  return g_file_new_for_path (path);
}

static void
delete_file (GFile *file)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);

  g_file_delete (file, NULL, NULL);
  g_file_delete (folder, NULL, NULL);
}

static void
test_kinds (void)
{
  g_autoptr (GFile) file = write_file (
    "with uproot.recreate(path) as file:\n"
    "    columns = {\n"
    "        'f8': numpy.array([1.5, 2.5]), 'i1': numpy.array([1, -1], 'i1'),\n"
    "        'u8': numpy.array([1, 2**53], 'u8'), 'u2': numpy.array([1, 65535], 'u2'),\n"
    "        'truth': numpy.array([False, True]),\n"
    "    }\n"
    "    tree = file.mktree('inner/events', {name: x.dtype for name, x in columns.items()})\n"
    "    tree.extend(columns)\n");
  g_autoptr (PymvaTable) table = read_table (file, NULL);

  assert_columns (table, "f8 i1 u8 u2 truth");
  g_assert_cmpfloat (get_value (table, "f8", 1), ==, 2.5);
  g_assert_cmpfloat (get_value (table, "i1", 1), ==, -1.0);
  g_assert_cmpfloat (get_value (table, "u8", 1), ==, 9007199254740992.0);
  g_assert_cmpfloat (get_value (table, "u2", 1), ==, 65535.0);
  g_assert_cmpfloat (get_value (table, "truth", 1), ==, 1.0);
  assert_pieces (file, NULL);
  delete_file (file);
}

static void
test_not_flat (void)
{
  g_autoptr (GFile) file = write_file (
    "import awkward\n"
    "with uproot.recreate(path) as file:\n"
    "    tree = file.mktree('events', {'x': 'f8', 'jets': 'var * float64', 'p': ('f8', (3,))})\n"
    "    tree.extend({'x': numpy.array([1.0, 2.0]),\n"
    "                 'jets': awkward.Array([[1.0, 2.0], [3.0]]),\n"
    "                 'p': numpy.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])})\n");
  g_autoptr (PymvaTable) table = read_table (file, "{'columns': <['x']>}");

  g_assert_cmpfloat (get_value (table, "x", 1), ==, 2.0);
  assert_refused (file, "{'columns': <['x', 'jets']>}", PYMVA_ERROR_DATA, "“jets”");
  assert_refused (file, "{'columns': <['jets']>}", PYMVA_ERROR_DATA, "jagged");
  assert_refused (file, "{'columns': <['p']>}", PYMVA_ERROR_DATA, "several values (3)");
  assert_refused (file, NULL, PYMVA_ERROR_DATA, "option “columns”");
  delete_file (file);
}

static void
test_texts (void)
{
  g_autoptr (GFile) file = write_file (
    "import awkward\n"
    "with uproot.recreate(path) as file:\n"
    "    tree = file.mktree('events', {'kind': 'string'})\n"
    "    tree.extend({'kind': awkward.Array(['muon', 'Gamma', 'muon'])})\n");
  g_autoptr (PymvaTable) table = read_table (file, NULL);
  g_autoptr (GError) error = NULL;
  const PymvaTextColumn *column = pymva_table_get_text_column (table, "kind", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (column->n_rows, ==, 3);
  g_assert_cmpuint (column->n_labels, ==, 2);
  g_assert_cmpstr (column->labels[0], ==, "muon");
  g_assert_cmpstr (column->labels[1], ==, "Gamma");
  g_assert_cmpmem (column->codes, 3 * sizeof (guint32), ((const guint32[]) { 0, 1, 0 }), 12);
  assert_pieces (file, NULL);
  delete_file (file);
}

/* Cut anywhere, a file is refused, and never read in part. */
static void
test_truncated (void)
{
  g_autoptr (GFile) whole = find_example ("tmva_class_example.root");
  g_autoptr (GBytes) bytes = g_file_load_bytes (whole, NULL, NULL, NULL);
  const gsize sizes[] = { 4, 10, 100, 300, 1000, 20000, 100000, 150000 };
  g_autofree char *folder = g_dir_make_tmp ("pymva-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "cut.root", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_file_set_contents (path, g_bytes_get_data (bytes, NULL), sizes[i], &error);
      g_assert_no_error (error);
      assert_refused (file, "{'tree': <'TreeS'>}", PYMVA_ERROR_FORMAT, "truncated");
    }

  g_file_set_contents (path, "root but only in name", -1, NULL);
  assert_refused (file, NULL, PYMVA_ERROR_FORMAT, "cut.root");
  delete_file (file);
}

static void
test_no_tree (void)
{
  g_autoptr (GFile) text = write_file ("with uproot.recreate(path) as file:\n"
                                       "    file['text'] = 'nothing else'\n");

  assert_refused (text, NULL, PYMVA_ERROR_DATA, "no TTree or RNTuple in the file, but “text”");
  delete_file (text);
}

static void
test_ntuple (void)
{
  g_autoptr (GFile) file = write_file (
    "import awkward\n"
    "with uproot.recreate(path) as file:\n"
    "    file.mkrntuple('events', {'x': numpy.arange(5.0), 'n': numpy.arange(5, dtype='u8'),\n"
    "                              'kind': awkward.Array(['a', 'b', 'a', 'c', 'a']),\n"
    "                              'jets': awkward.Array([[1.0], [], [2.0, 3.0], [], []])})\n");
  g_autoptr (PymvaTable) table = read_table (file, "{'columns': <['x', 'n', 'kind']>}");
  g_autoptr (PymvaTable) some = read_table (file, "{'columns': <['kind']>, 'cut': <'x > 1'>}");
  g_autoptr (GError) error = NULL;
  const PymvaTextColumn *column = pymva_table_get_text_column (some, "kind", &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (get_value (table, "x", 4), ==, 4);
  g_assert_cmpfloat (get_value (table, "n", 3), ==, 3);
  assert_columns (some, "kind");
  g_assert_cmpuint (column->n_rows, ==, 3);
  g_assert_cmpstr (column->labels[column->codes[1]], ==, "c");
  assert_pieces (file, "{'columns': <['x', 'kind']>, 'cut': <'n != 2'>}");
  assert_refused (file, NULL, PYMVA_ERROR_DATA, "“jets”");
  delete_file (file);
}

/* The cut is applied piece by piece, and sees columns that are not read. */
static void
test_cut (void)
{
  g_autoptr (GFile) file = write_file (
    "import awkward\n"
    "jets = awkward.Array([[1.0]] * 60000)\n"
    "with uproot.recreate(path) as file:\n"
    "    tree = file.mktree('events', {'x': 'f8', 'i': 'i4', 'jets': 'var * float64'})\n"
    "    for part in range(5):\n"
    "        i = numpy.arange(60000, dtype='i4') + 60000 * part\n"
    "        tree.extend({'x': i / 2, 'i': i, 'jets': jets})\n");
  g_autoptr (PymvaTable) table =
    read_table (file, "{'columns': <['x']>, 'cut': <'i % 3 == 1 && i > 99000'>}");
  g_autoptr (PymvaTable) none = read_table (file, "{'columns': <['i']>, 'cut': <'i < 0'>}");

  assert_columns (table, "x");
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 67000);
  g_assert_cmpfloat (get_value (table, "x", 0), ==, 99001 / 2.0);
  g_assert_cmpfloat (get_value (table, "x", 66999), ==, 299998 / 2.0);
  assert_columns (none, "i");
  g_assert_cmpint (pymva_table_get_n_rows (none), ==, 0);

  assert_refused (file, "{'columns': <['x']>, 'cut': <'ii > 1'>}", PYMVA_ERROR_DATA,
                  "no column “ii”");
  assert_refused (file, "{'columns': <['x']>, 'cut': <'i >'>}", PYMVA_ERROR_EXPRESSION,
                  "Cut “i >”");
  delete_file (file);
}

/* Baskets of any lengths, shorter than pieces and longer. */
static void
test_baskets (void)
{
  g_autoptr (GFile) file = write_file (
    "with uproot.recreate(path) as file:\n"
    "    tree = file.mktree('events', {'x': 'f4', 'i': 'i8'})\n"
    "    for n in (1, 30, 2, 7):\n"
    "        tree.extend({'x': numpy.arange(n) + n / 8, 'i': numpy.arange(n) - n})\n");

  assert_pieces (file, NULL);
  assert_pieces (file, "{'columns': <['x']>, 'cut': <'i < -2'>}");
  delete_file (file);
}

static void
test_cancelled (void)
{
  g_autoptr (GFile) file = find_example ("tmva_reg_example.root");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (pymva_table_new_from_file (file, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
finish_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_async (void)
{
  g_autoptr (GFile) file = find_example ("tmva_reg_example.root");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PymvaTable) table = NULL;
  g_autoptr (GError) error = NULL;

  pymva_table_new_from_file_async (file, NULL, NULL, finish_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  table = pymva_table_new_from_file_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 10000);
}

static void
missing_alone (void)
{
  g_autoptr (GFile) file = find_example ("tmva_reg_example.root");

  assert_refused (file, NULL, PYMVA_ERROR_IMPORT, "pip install uproot");
}

static void
test_missing_uproot (void)
{
  run_without_packages ("uproot", missing_alone);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/root-reader/missing-uproot", test_missing_uproot);
  g_test_add_func ("/root-reader/one-tree", test_one_tree);
  g_test_add_func ("/root-reader/several-trees", test_several_trees);
  g_test_add_func ("/root-reader/kinds", test_kinds);
  g_test_add_func ("/root-reader/not-flat", test_not_flat);
  g_test_add_func ("/root-reader/texts", test_texts);
  g_test_add_func ("/root-reader/truncated", test_truncated);
  g_test_add_func ("/root-reader/no-tree", test_no_tree);
  g_test_add_func ("/root-reader/ntuple", test_ntuple);
  g_test_add_func ("/root-reader/cut", test_cut);
  g_test_add_func ("/root-reader/baskets", test_baskets);
  g_test_add_func ("/root-reader/cancelled", test_cancelled);
  g_test_add_func ("/root-reader/async", test_async);

  return g_test_run ();
}
