/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-npy-private.h"

/* The arrays are made by make-arrays.py, which has the values that are expected here. */
static PymvaTable *
read_array (const char *name,
            const char *options,
            GError **error)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "arrays", name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return pymva_table_new_from_file (file, options != NULL ? g_variant_new_parsed (options) : NULL,
                                    NULL, error);
}

static PymvaTable *
read_good (const char *name,
           const char *options)
{
  g_autoptr (GError) error = NULL;
  PymvaTable *table = read_array (name, options, &error);

  g_assert_no_error (error);
  return table;
}

static void
assert_columns (PymvaTable *table,
                const char *names)
{
  g_auto (GStrv) columns = pymva_table_list_columns (table);
  g_autofree char *joined = g_strjoinv ("|", columns);

  g_assert_cmpstr (joined, ==, names);
}

static void
assert_values (PymvaTable *table,
               const char *name,
               const double *expected,
               gint64 n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) column = pymva_table_get_column (table, name, &error);

  g_assert_no_error (error);
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, n);
  for (gint64 i = 0; i < n; i++)
    {
      double value = pymva_tensor_get_value (column, &i, 1);

      g_assert_true (value == expected[i] || (isnan (value) && isnan (expected[i])));
    }
}

static void
assert_matrix (PymvaTable *table,
               const char *name)
{
  g_autofree char *first = g_strdup_printf ("%s1", name);
  g_autofree char *second = g_strdup_printf ("%s2", name);
  g_autofree char *third = g_strdup_printf ("%s3", name);

  assert_values (table, first, (double[]) { 1.5, 4 }, 2);
  assert_values (table, second, (double[]) { -2.25, NAN }, 2);
  assert_values (table, third, (double[]) { 3e300, -INFINITY }, 2);
}

static void
test_matrix (void)
{
  const char *names[] = { "matrix.npy", "matrix-fortran.npy", "matrix-big-endian.npy",
                          "version2.npy" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (PymvaTable) table = read_good (names[i], NULL);

      assert_columns (table, "column1|column2|column3");
      assert_matrix (table, "column");
    }
}

static void
test_vector (void)
{
  g_autoptr (PymvaTable) table = read_good ("vector.npy", NULL);
  g_autoptr (PymvaTable) empty = read_good ("empty.npy", NULL);

  assert_columns (table, "column1");
  assert_values (table, "column1", (double[]) { -2, -1, 0, 1, 2 }, 5);
  assert_columns (empty, "column1|column2");
  g_assert_cmpint (pymva_table_get_n_rows (empty), ==, 0);
}

static void
test_fields (void)
{
  g_autoptr (PymvaTable) table = read_good ("events.npy", NULL);
  g_autoptr (PymvaTable) mixed = read_good ("mixed.npy", "{'columns': <['k', 'x']>}");
  g_autoptr (PymvaTable) named = read_good ("version3.npy", NULL);

  assert_columns (table, "energy|charge|n|good");
  assert_values (table, "energy", (double[]) { 1.25, -2.5 }, 2);
  assert_values (table, "charge", (double[]) { -3, 40000 }, 2);
  assert_values (table, "n", (double[]) { 200, 7 }, 2);
  assert_values (table, "good", (double[]) { 1, 0 }, 2);

  assert_columns (mixed, "k|x");
  assert_values (mixed, "k", (double[]) { 5, 6 }, 2);
  assert_columns (named, "größe");
}

static void
test_types (void)
{
  const char *types[] = { "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *name = g_strdup_printf ("type-%s.npy", types[i]);
      g_autoptr (PymvaTable) table = read_good (name, NULL);
      double integers[] = { types[i][0] == 'i' ? -128 : 0, 1, 100, 127 };
      double floats[] = { 0, -1.5, 65504, 0x1p-14 };

      assert_values (table, "column1", types[i][0] == 'f' ? floats : integers, 4);
    }
}

static void
test_archives (void)
{
  const char *names[] = { "stored.npz", "deflated.npz" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (PymvaTable) table = read_good (names[i], NULL);
      g_autoptr (PymvaTable) part = read_good (names[i], "{'columns': <['y', 'x2']>}");

      assert_columns (table, "x1|x2|x3|y|one");
      assert_matrix (table, "x");
      assert_values (table, "y", (double[]) { 7, 8 }, 2);
      assert_values (table, "one", (double[]) { 1.5, 4 }, 2);
      assert_columns (part, "y|x2");
    }
}

static void
assert_read_fails (const char *name,
                   const char *options,
                   int code,
                   const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_array (name, options, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PYMVA_ERROR, code);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_unreadable (void)
{
  assert_read_fails ("scalar.npy", NULL, PYMVA_ERROR_FORMAT, "has 0 dimensions");
  assert_read_fails ("cube.npy", NULL, PYMVA_ERROR_FORMAT, "has 3 dimensions");
  assert_read_fails ("words.npy", NULL, PYMVA_ERROR_FORMAT, "of the NumPy type “<U10”");
  assert_read_fails ("pickled.npy", NULL, PYMVA_ERROR_FORMAT, "type “|O”");
  assert_read_fails ("mixed.npy", NULL, PYMVA_ERROR_FORMAT,
                     "the column “name” is of the NumPy type “<U3”");
  assert_read_fails ("matrix.npy", "{'columns': <['column4']>}", PYMVA_ERROR_DATA,
                     "there is no column “column4”; did you mean “column1”");
  assert_read_fails ("stored.npz", "{'columns': <['z']>}", PYMVA_ERROR_DATA,
                     "there is no column “z”");
}

/* A version 1 file with that header and that many zero bytes. */
static GBytes *
make_file (const char *header,
           gsize n_bytes)
{
  GByteArray *file = g_byte_array_new ();
  guint16 length = GUINT16_TO_LE ((guint16) strlen (header));

  g_byte_array_append (file, (const guint8 *) "\x93NUMPY\1\0", 8);
  g_byte_array_append (file, (const guint8 *) &length, sizeof length);
  g_byte_array_append (file, (const guint8 *) header, strlen (header));
  for (gsize i = 0; i < n_bytes; i++)
    g_byte_array_append (file, (const guint8 *) "", 1);

  return g_byte_array_free_to_bytes (file);
}

static void
assert_header_fails (const char *header,
                     gsize n_bytes,
                     const char *message)
{
  g_autoptr (GBytes) file = make_file (header, n_bytes);
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_npy_array_new (file, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, message));
}

#define HEADER(descr, shape) "{'descr': " descr ", 'fortran_order': False, 'shape': " shape ", }\n"

static void
test_headers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) odd = make_file ("{\"shape\" :( 2L ,),'descr': [(('title', 'x'), '<f8'), "
                                      "('', '|V4'), (\"it's\", '<i2', (1,))],'fortran_order':True}",
                                      28);
  g_autoptr (PymvaNpyArray) array = pymva_npy_array_new (odd, &error);

  g_assert_no_error (error);
  g_assert_true (array->is_fortran);
  g_assert_cmpint (array->shape[0], ==, 2);
  g_assert_cmpuint (array->fields->len, ==, 2);
  g_assert_cmpstr (g_array_index (array->fields, PymvaNpyField, 1).name, ==, "it's");
  g_assert_cmpuint (g_array_index (array->fields, PymvaNpyField, 1).offset, ==, 12);

  assert_header_fails (HEADER ("'<f8'", "(2,)"), 15,
                       "announces 16 bytes of numbers, but 15 follow it; "
                                                     "the file is cut off");
  assert_header_fails (HEADER ("'<f8'", "(2,)"), 17, "of more than one array");
  assert_header_fails (HEADER ("'<f8'", "(0, 9)"), 8, "announces 0 bytes");
  assert_header_fails (HEADER ("'<f8'", "(4294967296, 4294967296)"), 8, "larger than any memory");
  assert_header_fails (HEADER ("'<f8'", "(9223372036854775807,)"), 8, "“shape” is not a tuple");
  assert_header_fails (HEADER ("'<f8'", "(-1,)"), 8, "“shape” is not a tuple of lengths");
  assert_header_fails (HEADER ("'<f8'", "3"), 8, "“shape” is not a tuple of lengths");
  assert_header_fails (HEADER ("'<f8'", "(1 2)"), 8, "“shape” is not a tuple of lengths");
  assert_header_fails (HEADER ("'nonsense'", "(1,)"), 8, "unknown type “nonsense”");
  assert_header_fails (HEADER ("3", "(1,)"), 8, "unknown type");
  assert_header_fails (HEADER ("''", "(1,)"), 8, "unknown type “”");
  assert_header_fails (HEADER ("[3]", "(1,)"), 8, "“descr” is not understood");
  assert_header_fails (HEADER ("[('x', '<f8'", "(1,)"), 8, "broken");
  assert_header_fails (HEADER ("[(3, '<f8')]", "(1,)"), 8, "a field has no name");
  assert_header_fails (HEADER ("[('x', [('y', '<f8')])]", "(1,)"), 8, "“x” has fields itself");
  assert_header_fails (HEADER ("[('x', '<f8', (1)]", "(1,)"), 8, "broken");
  assert_header_fails ("{'descr': '<f8', 'fortran_order': 1, 'shape': (1,)}", 8,
                       "neither True nor False");
  assert_header_fails ("{'descr': '<f8', 'shape': (1,)}", 8, "“fortran_order” is missing");
  assert_header_fails ("{'descr': '<f8', 'descr': '<f8'}", 8, "a key is there twice");
  assert_header_fails ("{'order': 3}", 8, "unknown key “order”");
  assert_header_fails ("{'descr: 3}", 8, "not a dictionary");
  assert_header_fails ("[1, 2]", 8, "not a dictionary");
  assert_header_fails ("", 8, "not a dictionary");
  assert_header_fails ("\xff", 8, "not a dictionary");
}

/* Headers are Latin-1 up to version 2: NumPy writes "é" as one byte there, and UTF-8 in version 3,
 * as format.html of its manual says. */
static void
test_encoding (void)
{
  static const guint8 nul[] = "\x93NUMPY\1\0\4\0{\0}\n";
  static const guint8 wrong[] = "\x93NUMPY\3\0\4\0\0\0{\xe9}\n";
  g_autoptr (GBytes) latin = make_file (HEADER ("[('\xe9" "nergie [GeV]', '<f8')]", "(1,)"), 8);
  g_autoptr (GBytes) no_text = g_bytes_new_static (nul, sizeof nul - 1);
  g_autoptr (GBytes) no_utf8 = g_bytes_new_static (wrong, sizeof wrong - 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaNpyArray) array = pymva_npy_array_new (latin, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (g_array_index (array->fields, PymvaNpyField, 0).name, ==, "énergie [GeV]");

  g_assert_null (pymva_npy_array_new (no_text, &error));
  g_assert_nonnull (strstr (error->message, "not text"));
  g_clear_error (&error);
  g_assert_null (pymva_npy_array_new (no_utf8, &error));
  g_assert_nonnull (strstr (error->message, "not text"));
}

static void
test_start (void)
{
  g_autoptr (GBytes) file = make_file (HEADER ("'<f8'", "(1,)"), 8);
  g_autoptr (GBytes) text = g_bytes_new_static ("x,y\n1,2\n3,4\n", 12);
  g_autoptr (GBytes) newer = g_bytes_new_static ("\x93NUMPY\4\0\0\0\0\0", 12);
  g_autoptr (GError) error = NULL;

  for (gsize size = 0; size < g_bytes_get_size (file); size++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (file, 0, size);

      g_assert_null (pymva_npy_array_new (cut, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
      g_clear_error (&error);
    }

  g_assert_null (pymva_npy_array_new (text, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "this is no .npy file"));
  g_clear_error (&error);
  g_assert_null (pymva_npy_array_new (newer, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VERSION);
}

/* Whatever single byte of a file is changed: an error or an array, and no other memory is read. */
static void
test_any_byte (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "arrays", "mixed.npy", NULL);
  g_autofree char *content = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  for (gsize i = 0; i < size; i++)
    for (guint value = 0; value < 256; value += 5)
      {
        guint8 *copy = g_memdup2 (content, size);
        g_autoptr (GBytes) file = g_bytes_new_take (copy, size);
        g_autoptr (PymvaNpyArray) array = NULL;

        copy[i] = value;
        array = pymva_npy_array_new (file, NULL);
        g_assert_true (array == NULL || array->n_dims <= 64);
      }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/npy/matrix", test_matrix);
  g_test_add_func ("/npy/vector", test_vector);
  g_test_add_func ("/npy/fields", test_fields);
  g_test_add_func ("/npy/types", test_types);
  g_test_add_func ("/npy/archives", test_archives);
  g_test_add_func ("/npy/unreadable", test_unreadable);
  g_test_add_func ("/npy/headers", test_headers);
  g_test_add_func ("/npy/encoding", test_encoding);
  g_test_add_func ("/npy/start", test_start);
  g_test_add_func ("/npy/any-byte", test_any_byte);

  return g_test_run ();
}
