/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <pymva/pymva.h>

/* Cuts while reading, several files as one table, and columns of words. */

static char *folder;

static GFile *
write_file (const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_file_new_for_path (path);
}

static void
assert_column (PymvaTable *table,
               const char *name,
               const double *expected,
               gsize n_expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) column = pymva_table_get_column (table, name, &error);
  g_autofree double *values = NULL;
  gsize n;

  g_assert_no_error (error);
  values = pymva_tensor_to_doubles (column, &n);
  g_assert_cmpmem (values, n * sizeof (double), expected, n_expected * sizeof (double));
}

static void
assert_error_says (GError **error,
                   int code,
                   const char *message)
{
  g_assert_error (*error, PYMVA_ERROR, code);
  if (strstr ((*error)->message, message) == NULL)
    g_error ("“%s” is not in “%s”", message, (*error)->message);
  g_clear_error (error);
}

static void
test_cut (void)
{
  g_autoptr (GFile) file = write_file ("cut.csv", "x,y,word\n1,10,a\n2,20,b\n3,,a\n4,40,c\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) all = pymva_table_new_from_file (
    file, g_variant_new_parsed ("{'cut': <'x > 1'>}"), NULL, &error);
  g_autoptr (PymvaTable) some = NULL;
  g_auto (GStrv) columns = NULL;
  g_auto (GStrv) labels = NULL;

  g_assert_no_error (error);
  assert_column (all, "x", (double[]) { 2, 3, 4 }, 3);
  labels = pymva_table_list_labels (all, "word", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (labels[0], ==, "b");

  /* What is NaN does not pass; the column of the cut need not be read. */
  some = pymva_table_new_from_file (
    file, g_variant_new_parsed ("{'cut': <'y > 5 || y != y'>, 'columns': <['x']>}"), NULL, &error);
  g_assert_no_error (error);
  columns = pymva_table_list_columns (some);
  g_assert_cmpuint (g_strv_length (columns), ==, 1);
  assert_column (some, "x", (double[]) { 1, 2, 3, 4 }, 4);
  g_clear_object (&some);
  some = pymva_table_new_from_file (
    file, g_variant_new_parsed ("{'cut': <'y - 10'>, 'columns': <['x']>}"), NULL, &error);
  assert_column (some, "x", (double[]) { 2, 4 }, 2);

  g_assert_null (pymva_table_new_from_file (file, g_variant_new_parsed ("{'cut': <'z > 1'>}"), NULL,
                                            &error));
  assert_error_says (&error, PYMVA_ERROR_EXPRESSION, "Cut “z > 1”");
  g_assert_null (pymva_table_new_from_file (file, g_variant_new_parsed ("{'cut': <'word'>}"), NULL,
                                            &error));
  assert_error_says (&error, PYMVA_ERROR_EXPRESSION, "word");
  g_assert_true (g_file_delete (file, NULL, NULL));
}

static void
test_files (void)
{
  g_autoptr (GFile) first = write_file ("a1.csv", "x,word\n1,s\n2,t\n");
  g_autoptr (GFile) second = write_file ("a2.csv", "word,x\nt,3\n");
  g_autoptr (GFile) third = write_file ("b.csv", "x,word,more\n4,u,0\n");
  g_autoptr (GFile) words = write_file ("c.csv", "x,word\none,u\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) table =
    pymva_table_new_from_files ((GFile *[]) { first, second }, 2, NULL, NULL, &error);
  g_autoptr (PymvaTable) chosen = NULL;
  g_autoptr (PymvaTensor) codes = NULL;

  g_assert_no_error (error);
  assert_column (table, "x", (double[]) { 1, 2, 3 }, 3);
  codes = pymva_table_get_codes (table, "word", &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (pymva_tensor_get_value (codes, (gint64[]) { 2 }, 1), ==, 1);

  g_assert_null (
    pymva_table_new_from_files ((GFile *[]) { first, third }, 2, NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_DATA, "b.csv”: there is a column “more”");
  g_assert_null (pymva_table_new_from_files ((GFile *[]) { third, first }, 2, NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_DATA, "a1.csv”: there is no column “more”");
  g_assert_null (pymva_table_new_from_files ((GFile *[]) { first, words }, 2, NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_DATA, "“x” holds words, and in the tables before numbers");
  g_assert_null (pymva_table_new_from_files (NULL, 0, NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_DATA, "no file");

  chosen = pymva_table_new_from_files ((GFile *[]) { third, first }, 2,
                                       g_variant_new_parsed ("{'columns': <['x']>}"), NULL, &error);
  g_assert_no_error (error);
  assert_column (chosen, "x", (double[]) { 4, 1, 2 }, 3);
  for (guint i = 0; i < 4; i++)
    g_assert_true (g_file_delete (((GFile *[]) { first, second, third, words })[i], NULL, NULL));
}

static void
test_pattern (void)
{
  g_autoptr (GFile) first = write_file ("p1.csv", "x\n1\n");
  g_autoptr (GFile) second = write_file ("p2.csv", "x\n2\n");
  g_autoptr (GFile) literal = write_file ("p*.txt", "x\n9\n");
  g_autoptr (GFile) pattern = g_file_new_build_filename (folder, "p?.csv", NULL);
  g_autoptr (GFile) none = g_file_new_build_filename (folder, "q*.csv", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) both = pymva_table_new_from_file (pattern, NULL, NULL, &error);
  g_autoptr (PymvaTable) one = NULL;

  g_assert_no_error (error);
  assert_column (both, "x", (double[]) { 1, 2 }, 2);
  /* A file of just that name counts first. */
  one = pymva_table_new_from_file (literal, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_column (one, "x", (double[]) { 9 }, 1);

  g_assert_null (pymva_table_new_from_file (none, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  for (guint i = 0; i < 3; i++)
    g_assert_true (g_file_delete (((GFile *[]) { first, second, literal })[i], NULL, NULL));
}

/* Pipes give what they hold once only; that there is one must not wait for who writes it. */
static void
test_pipe (void)
{
  g_autofree char *path = g_build_filename (folder, "pipe.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (PymvaTableStream) stream = pymva_table_stream_new (file, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_null (pymva_table_new_from_file (file, NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_UNSUPPORTED, "pipe.csv”: this is no regular file");
  g_assert_null (pymva_table_new_from_file (file, g_variant_new_parsed ("{'format': <'npy'>}"),
                                            NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_UNSUPPORTED, "write it to a file first");
  g_assert_null (pymva_table_stream_read (stream, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_UNSUPPORTED, "pipe.csv”: this is no regular file");
  g_assert_cmpint (unlink (path), ==, 0);
}

static void
test_words (void)
{
  static const char * const labels[] = { "a", "b", NULL };
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) codes =
    pymva_tensor_new_from_doubles ((double[]) { 1, -1, 0, 1 }, 4, 0, &error);
  g_autoptr (PymvaTensor) wrong =
    pymva_tensor_new_from_doubles ((double[]) { 0, 2, 0, 0 }, 4, 0, NULL);
  g_autoptr (PymvaTensor) matrix = pymva_tensor_new_from_doubles ((double[]) { 0, 1 }, 2, 2, NULL);
  g_autoptr (PymvaTensor) back = NULL;
  g_auto (GStrv) words = NULL;

  pymva_table_add_words (table, "kind", labels, codes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 4);
  g_assert_true (pymva_table_holds_words (table, "kind"));
  words = pymva_table_list_labels (table, "kind", &error);
  g_assert_true (g_strv_equal ((const char * const *) words,
                               (const char * const[]) { "b", "", "a", NULL }));
  back = pymva_table_get_codes (table, "kind", &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (pymva_tensor_get_value (back, (gint64[]) { 3 }, 1), ==, 0);

  g_assert_false (pymva_table_add_words (table, "other", labels, wrong, &error));
  assert_error_says (&error, PYMVA_ERROR_DATA, "in row 1 is 2; there are 2 labels");
  g_assert_false (pymva_table_add_words (table, "other", labels, matrix, &error));
  assert_error_says (&error, PYMVA_ERROR_DATA, "one dimension");
  g_assert_null (pymva_table_get_codes (table, "nowhere", &error));
  assert_error_says (&error, PYMVA_ERROR_DATA, "no column “nowhere”");
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pymva-test-table-files-XXXXXX", NULL);

  g_test_add_func ("/table/files/cut", test_cut);
  g_test_add_func ("/table/files/several", test_files);
  g_test_add_func ("/table/files/pattern", test_pattern);
  g_test_add_func ("/table/files/pipe", test_pipe);
  g_test_add_func ("/table/files/words", test_words);

  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);

  return status;
}
