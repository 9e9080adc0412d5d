/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <pymva/pymva.h>

static char *folder;

static GFile *
make_file (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_new_for_path (path);
}

static PymvaTable *
make_table (void)
{
  const double x[] = { 0.1, -0.0, INFINITY };
  const double score[] = { 1.0f / 3, 1e-30f, NAN };
  const double row[] = { 0, 4503599627370496, 7 };
  const gint64 codes[] = { 0, 1, 0 };
  const char * const labels[] = { "a", "b,\"c\"", NULL };
  const gint64 n_rows = 3;
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (PymvaTensor) first = pymva_tensor_new_from_doubles (x, 3, 0, NULL);
  g_autoptr (PymvaTensor) second = pymva_tensor_new_from_doubles (score, 3, 0, NULL);
  g_autoptr (PymvaTensor) third = pymva_tensor_new_from_doubles (row, 3, 0, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (codes, sizeof codes);
  g_autoptr (PymvaTensor) numbers = pymva_tensor_new (PYMVA_DTYPE_INT64, &n_rows, 1, bytes, NULL);

  g_assert_true (pymva_table_add_column (table, "x", first, NULL));
  g_assert_true (pymva_table_add_column (table, "with \"quotes\", commas", second, NULL));
  g_assert_true (pymva_table_add_column (table, "row", third, NULL));
  g_assert_true (pymva_table_add_words (table, "kind", labels, numbers, NULL));
  return g_steal_pointer (&table);
}

/* The same without words. */
static PymvaTable *
make_numbers (void)
{
  g_autoptr (PymvaTable) all = make_table ();
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (PymvaTensor) x = pymva_table_get_column (all, "x", NULL);
  g_autoptr (PymvaTensor) row = pymva_table_get_column (all, "row", NULL);

  g_assert_true (pymva_table_add_column (table, "x", x, NULL));
  g_assert_true (pymva_table_add_column (table, "row", row, NULL));
  return g_steal_pointer (&table);
}

static char *
read_text (GFile *file)
{
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_load_contents (file, NULL, &text, NULL, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
write_twice (PymvaTableWriter *writer,
             PymvaTable *rows)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pymva_table_writer_write (writer, rows, NULL, &error));
  g_assert_true (pymva_table_writer_write (writer, rows, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (pymva_table_writer_get_n_rows (writer), ==, 6);
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  g_assert_no_error (error);
}

static void
test_csv (void)
{
  g_autoptr (GFile) file = make_file ("out.csv");
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (
    file, g_variant_new_parsed ("{'types': <{'with \"quotes\", commas': 'float32', "
                                "'row': 'int64'}>}"));
  g_autoptr (PymvaTable) table = make_table ();
  g_autofree char *text = NULL;

  write_twice (writer, table);
  text = read_text (file);
  g_assert_cmpstr (text, ==,
                   "x,\"with \"\"quotes\"\", commas\",row,kind\n"
                   "0.1,0.33333334,0,a\n"
                   "-0,1e-30,4503599627370496,\"b,\"\"c\"\"\"\n"
                   "inf,nan,7,a\n"
                   "0.1,0.33333334,0,a\n"
                   "-0,1e-30,4503599627370496,\"b,\"\"c\"\"\"\n"
                   "inf,nan,7,a\n");
  g_assert_true (g_file_delete (file, NULL, NULL));
}

/* What the library's own reader finds in the file. */
static void
assert_read_back (GFile *file,
                  const char *x,
                  const char *row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) table = pymva_table_new_from_file (file, NULL, NULL, &error);
  g_autoptr (PymvaTensor) numbers = NULL;
  g_autoptr (PymvaTensor) rows = NULL;
  gint64 index = 4;

  g_assert_no_error (error);
  numbers = pymva_table_get_column (table, x, &error);
  g_assert_no_error (error);
  rows = pymva_table_get_column (table, row, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 6);
  g_assert_cmpfloat (pymva_tensor_get_value (rows, &index, 1), ==, 4503599627370496.0);
  g_assert_true (signbit (pymva_tensor_get_value (numbers, &index, 1)));
}

static void
test_npy (void)
{
  static const char matrix[] = "{'descr': '<f8', 'fortran_order': False, 'shape': (6, 2), }";
  static const char structures[] =
    "{'descr': [('x', '<f4'), ('row', '<f8'), ], 'fortran_order': False, 'shape': (6,), }";
  g_autoptr (GFile) file = make_file ("out.npy");
  g_autoptr (PymvaTable) table = make_numbers ();
  g_autoptr (PymvaTableWriter) plain = pymva_table_writer_new (file, NULL);
  g_autoptr (PymvaTableWriter) typed =
    pymva_table_writer_new (file, g_variant_new_parsed ("{'types': <{'x': 'float32'}>}"));
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  const char *data;

  write_twice (plain, table);
  first = g_file_load_bytes (file, NULL, NULL, NULL);
  data = g_bytes_get_data (first, NULL);
  g_assert_cmpmem (data, 10, "\223NUMPY\1\0v\0", 10);
  g_assert_cmpmem (data + 10, strlen (matrix), matrix, strlen (matrix));
  g_assert_cmpuint (g_bytes_get_size (first), ==, 128 + 6 * 16);
  assert_read_back (file, "column1", "column2");

  write_twice (typed, table);
  second = g_file_load_bytes (file, NULL, NULL, NULL);
  data = g_bytes_get_data (second, NULL);
  g_assert_cmpmem (data, 8, "\223NUMPY\3\0", 8);
  g_assert_cmpmem (data + 12, strlen (structures), structures, strlen (structures));
  g_assert_cmpuint (g_bytes_get_size (second), ==, 128 + 6 * 12);
  assert_read_back (file, "x", "row");
  g_assert_true (g_file_delete (file, NULL, NULL));
}

/* A stream that cannot be gone back in gets the same bytes, and stays open. */
static void
test_stream (void)
{
  g_autoptr (GFile) file = make_file ("out.npy");
  g_autoptr (PymvaTable) table = make_numbers ();
  g_autoptr (PymvaTableWriter) to_file = pymva_table_writer_new (file, NULL);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GConverter) inflater =
    G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW));
  g_autoptr (GConverter) deflater =
    G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 1));
  g_autoptr (GOutputStream) inner = g_converter_output_stream_new (memory, inflater);
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (inner, deflater);
  g_autoptr (PymvaTableWriter) writer =
    pymva_table_writer_new_for_stream (stream, g_variant_new_parsed ("{'format': <'npy'>}"));
  g_autoptr (GBytes) expected = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_false (G_IS_SEEKABLE (stream));
  write_twice (writer, table);
  g_assert_false (g_output_stream_is_closed (stream));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));

  write_twice (to_file, table);
  expected = g_file_load_bytes (file, NULL, NULL, NULL);
  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
  g_assert_true (g_bytes_equal (bytes, expected));
  g_assert_true (g_file_delete (file, NULL, NULL));
}

static void
assert_fails (PymvaTableWriter *writer,
              PymvaTable *rows,
              GQuark domain,
              int code,
              const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_table_writer_write (writer, rows, NULL, &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, message));

  /* It is closed then. */
  g_clear_error (&error);
  g_assert_false (pymva_table_writer_close (writer, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
}

static void
assert_new_fails (const char *name,
                  const char *options,
                  PymvaTable *rows,
                  PymvaError code,
                  const char *message)
{
  g_autoptr (GFile) file = make_file (name);
  g_autoptr (PymvaTableWriter) writer =
    pymva_table_writer_new (file, options != NULL ? g_variant_new_parsed (options) : NULL);

  assert_fails (writer, rows, PYMVA_ERROR, code, message);
  g_assert_false (g_file_query_exists (file, NULL));
}

static void
test_refused (void)
{
  g_autoptr (PymvaTable) words = make_table ();
  g_autoptr (PymvaTable) numbers = make_numbers ();
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (PymvaTableWriter) stream =
    pymva_table_writer_new_for_stream (memory, g_variant_new_parsed ("{'format': <'root'>}"));
  g_autoptr (GFile) nowhere = make_file ("no/such/out.csv");
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (nowhere, NULL);

  assert_new_fails ("a.npy", NULL, words, PYMVA_ERROR_UNSUPPORTED, "“kind” holds words");
  assert_new_fails ("a.h5", NULL, numbers, PYMVA_ERROR_VALUE, "“.h5” stands for no format");
  assert_new_fails ("a.tsv", NULL, numbers, PYMVA_ERROR_VALUE, "the option “format”");
  assert_new_fails ("a.csv", "{'format': <'npz'>}", numbers, PYMVA_ERROR_VALUE, "“npy”");
  assert_new_fails ("a.csv", "{'formt': <'csv'>}", numbers, PYMVA_ERROR_VALUE, "“formt”");
  assert_new_fails ("a.csv", "{'types': <{'x': 'float16'}>}", numbers, PYMVA_ERROR_VALUE,
                    "“float16”");
  assert_new_fails ("a.csv", "{'types': <{'x': 'int64'}>}", numbers, PYMVA_ERROR_DATA,
                    "“x” is of the type “int64”, and the value 0.1");
  assert_fails (stream, numbers, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED, "“root” can only be");
  assert_fails (writer, numbers, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no/such/out.csv");
}

/* Until it is closed, and after an error, the old file stays. */
static void
test_old_file (void)
{
  g_autoptr (GFile) file = make_file ("old.csv");
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (PymvaTable) numbers = make_numbers ();
  g_autoptr (PymvaTable) words = make_table ();
  PymvaTableWriter *writer = pymva_table_writer_new (file, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_file_set_contents (path, "old", -1, NULL);
  g_assert_true (pymva_table_writer_write (writer, numbers, NULL, &error));
  assert_fails (writer, words, PYMVA_ERROR, PYMVA_ERROR_DATA, "not those of the rows before");
  g_object_unref (writer);

  writer = pymva_table_writer_new (file, NULL);
  g_assert_true (pymva_table_writer_write (writer, numbers, NULL, &error));
  g_object_unref (writer);

  writer = pymva_table_writer_new (file, NULL);
  g_assert_true (pymva_table_writer_write (writer, numbers, NULL, &error));
  pymva_table_writer_discard (writer);
  g_assert_false (pymva_table_writer_write (writer, numbers, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  g_object_unref (writer);

  text = read_text (file);
  g_assert_cmpstr (text, ==, "old");
  g_assert_true (g_file_delete (file, NULL, NULL));
  /* The folder is empty, or it could not be removed. */
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
}

static void
test_no_rows (void)
{
  g_autoptr (GFile) file = make_file ("none.csv");
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (file, NULL);
  g_autoptr (PymvaTableWriter) unused = pymva_table_writer_new (file, NULL);
  g_autoptr (PymvaTable) none = pymva_table_new ();
  g_autoptr (PymvaTensor) nothing = pymva_tensor_new_from_doubles (NULL, 0, 0, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (pymva_table_add_column (none, "x", nothing, NULL));
  g_assert_true (pymva_table_add_column (none, "y", nothing, NULL));
  g_assert_true (pymva_table_writer_write (writer, none, NULL, &error));
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  g_assert_no_error (error);
  text = read_text (file);
  g_assert_cmpstr (text, ==, "x,y\n");
  g_assert_true (g_file_delete (file, NULL, NULL));

  g_assert_false (pymva_table_writer_close (unused, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
}

/* A table without columns makes no file, in no format. */
static void
test_no_columns (void)
{
  static const char * const names[] = { "none.csv", "none.npy" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GFile) file = make_file (names[i]);
      g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (file, NULL);
      g_autoptr (PymvaTable) none = pymva_table_new ();
      g_autoptr (GError) error = NULL;

      g_assert_true (pymva_table_writer_write (writer, none, NULL, &error));
      g_assert_no_error (error);
      g_assert_false (pymva_table_writer_close (writer, NULL, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
      g_assert_nonnull (strstr (error->message, "has no columns"));
      g_assert_false (g_file_query_exists (file, NULL));
    }
}

/* Line ends in a name are written so that NumPy reads them. */
static void
test_npy_names (void)
{
  static const char expected[] = "{'descr': [('a\\r\\n\\'b', '<f4'), ('c', '<f8'), ]";
  g_autoptr (GFile) file = make_file ("names.npy");
  g_autoptr (PymvaTableWriter) writer =
    pymva_table_writer_new (file, g_variant_new_parsed ("{'types': <{'a\r\n\\'b': 'float32'}>}"));
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (PymvaTensor) values = pymva_tensor_new_from_doubles ((double[]) { 1 }, 1, 0, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *data;

  g_assert_true (pymva_table_add_column (table, "a\r\n'b", values, NULL));
  g_assert_true (pymva_table_add_column (table, "c", values, NULL));
  g_assert_true (pymva_table_writer_write (writer, table, NULL, &error));
  g_assert_true (pymva_table_writer_close (writer, NULL, &error));
  g_assert_no_error (error);
  bytes = g_file_load_bytes (file, NULL, NULL, NULL);
  data = g_bytes_get_data (bytes, NULL);
  g_assert_cmpmem (data + 12, strlen (expected), expected, strlen (expected));
  g_assert_true (g_file_delete (file, NULL, NULL));
}

/* What has a pipe open for reading sees its end as soon as the writer is closed, or discarded. */
static void
test_pipe (void)
{
  g_autoptr (GFile) file = make_file ("pipe.csv");
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (PymvaTable) numbers = make_numbers ();

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  for (gboolean is_discarded = FALSE; is_discarded <= TRUE; is_discarded++)
    {
      int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
      g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (file, NULL);
      g_autoptr (GError) error = NULL;
      char text[100] = "";

      g_assert_cmpint (fd, >=, 0);
      g_assert_true (pymva_table_writer_write (writer, numbers, NULL, &error));
      g_assert_no_error (error);
      g_assert_null (pymva_table_writer_get_stream (writer));
      if (is_discarded)
        pymva_table_writer_discard (writer);
      else
        g_assert_true (pymva_table_writer_close (writer, NULL, &error));
      g_assert_no_error (error);
      while (read (fd, text, sizeof text - 1) > 0)
        if (!is_discarded)
          g_assert_cmpstr (text, ==, "x,row\n0.1,0\n-0,4503599627370496\ninf,7\n");
      g_assert_cmpint (read (fd, text, sizeof text), ==, 0);
      close (fd);
    }
  g_assert_true (g_file_delete (file, NULL, NULL));
}

/* What standard output was led to gets the rows behind what it has, npy as well. */
static void
test_open_file (void)
{
  static const char * const formats[] = { "csv", "npy" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GFile) plain = make_file ("plain");
      g_autoptr (GFile) all = make_file ("all");
      g_autofree char *path = g_file_get_path (all);
      int fd = open (path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      g_autofree char *name = g_strdup_printf ("/dev/fd/%d", fd);
      g_autoptr (GFile) opened = g_file_new_for_path (name);
      g_autoptr (GVariant) options = g_variant_ref_sink (
        g_variant_new_parsed ("{'format': <%s>}", formats[i]));
      g_autoptr (PymvaTableWriter) first = pymva_table_writer_new (plain, options);
      g_autoptr (PymvaTableWriter) second = pymva_table_writer_new (opened, options);
      g_autoptr (PymvaTable) numbers = make_numbers ();
      g_autoptr (GBytes) expected = NULL;
      g_autoptr (GBytes) written = NULL;
      const char *data;

      g_assert_cmpint (write (fd, "old", 3), ==, 3);
      write_twice (first, numbers);
      write_twice (second, numbers);
      expected = g_file_load_bytes (plain, NULL, NULL, NULL);
      written = g_file_load_bytes (all, NULL, NULL, NULL);
      data = g_bytes_get_data (written, NULL);
      g_assert_cmpmem (data, 3, "old", 3);
      g_assert_cmpmem (data + 3, g_bytes_get_size (written) - 3, g_bytes_get_data (expected, NULL),
                       g_bytes_get_size (expected));
      close (fd);
      g_assert_true (g_file_delete (plain, NULL, NULL));
      g_assert_true (g_file_delete (all, NULL, NULL));
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GFile) file = make_file ("none.csv");
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (file, NULL);
  g_autoptr (PymvaTable) numbers = make_numbers ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (pymva_table_writer_write (writer, numbers, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_query_exists (file, NULL));
}

/* The device takes nothing. */
static void
test_full (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/full");
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (file, NULL);
  g_autoptr (PymvaTable) numbers = make_numbers ();

  assert_fails (writer, numbers, PYMVA_ERROR, PYMVA_ERROR_FAILED, "“/dev/full” cannot be written");
}

static void
test_properties (void)
{
  g_autoptr (GFile) file = make_file ("none.csv");
  g_autoptr (GVariant) options =
    g_variant_ref_sink (g_variant_new_parsed ("{'format': <'npy'>}"));
  g_autoptr (PymvaTableWriter) writer = pymva_table_writer_new (file, options);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (PymvaTableWriter) other = pymva_table_writer_new_for_stream (memory, NULL);

  g_assert_true (pymva_table_writer_get_file (writer) == file);
  g_assert_true (g_variant_equal (pymva_table_writer_get_options (writer), options));
  g_assert_null (pymva_table_writer_get_stream (writer));
  g_assert_true (pymva_table_writer_get_stream (other) == memory);
  g_assert_null (pymva_table_writer_get_file (other));
  g_assert_finalize_object (g_steal_pointer (&writer));
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pymva-test-writer-XXXXXX", NULL);

  g_test_add_func ("/table-writer/csv", test_csv);
  g_test_add_func ("/table-writer/npy", test_npy);
  g_test_add_func ("/table-writer/stream", test_stream);
  g_test_add_func ("/table-writer/refused", test_refused);
  g_test_add_func ("/table-writer/old-file", test_old_file);
  g_test_add_func ("/table-writer/no-rows", test_no_rows);
  g_test_add_func ("/table-writer/no-columns", test_no_columns);
  g_test_add_func ("/table-writer/npy-names", test_npy_names);
  g_test_add_func ("/table-writer/pipe", test_pipe);
  g_test_add_func ("/table-writer/open-file", test_open_file);
  g_test_add_func ("/table-writer/cancelled", test_cancelled);
  g_test_add_func ("/table-writer/full", test_full);
  g_test_add_func ("/table-writer/properties", test_properties);

  status = g_test_run ();
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);

  return status;
}
