/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>
#include <pymva/pymva.h>

#include "data/pymva-csv-record-private.h"
#include "data/pymva-table-private.h"
#include "data/pymva-table-reader-private.h"

/* Where the tests write their files. */
static char *folder;

static GFile *
write_file (const char *name,
            const char *text,
            gssize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);

  return g_file_new_for_path (path);
}

/* Reads @text as a file of that name; @options is the text of an a{sv}, or NULL. */
static PymvaTable *
read_named (const char *name,
            const char *text,
            gssize length,
            const char *options,
            GError **error)
{
  g_autoptr (GFile) file = write_file (name, text, length);
  PymvaTable *table = pymva_table_new_from_file (
    file, options != NULL ? g_variant_new_parsed (options) : NULL, NULL, error);

  g_assert_true (g_file_delete (file, NULL, NULL));
  return table;
}

static PymvaTable *
read_text (const char *text,
           const char *options)
{
  g_autoptr (GError) error = NULL;
  PymvaTable *table = read_named ("table.csv", text, -1, options, &error);

  g_assert_no_error (error);
  return table;
}

static void
assert_fails (const char *text,
              const char *options,
              int code,
              const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_named ("bad.csv", text, -1, options, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PYMVA_ERROR, code);
  g_assert_nonnull (strstr (error->message, message));
}

static void
assert_columns (PymvaTable *table,
                const char *names)
{
  g_auto (GStrv) columns = pymva_table_list_columns (table);
  g_autofree char *joined = g_strjoinv ("|", columns);

  g_assert_cmpstr (joined, ==, names);
}

static double
value_at (PymvaTable *table,
          const char *name,
          gint64 row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) column = pymva_table_get_column (table, name, &error);

  g_assert_no_error (error);
  return pymva_tensor_get_value (column, &row, 1);
}

static const char *
word_at (PymvaTable *table,
         const char *name,
         gsize row)
{
  g_autoptr (GError) error = NULL;
  const PymvaTextColumn *column = pymva_table_get_text_column (table, name, &error);

  g_assert_no_error (error);
  return column->labels[column->codes[row]];
}

static void
test_plain (void)
{
  g_autoptr (PymvaTable) table = read_text ("x,y\n1,2.5\n-3e2,.5\n", NULL);

  assert_columns (table, "x|y");
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 2);
  g_assert_cmpfloat (value_at (table, "x", 1), ==, -300);
  g_assert_cmpfloat (value_at (table, "y", 1), ==, 0.5);
}

/* No line end at the end, CR LF, a byte order mark, and empty lines. */
static void
test_lines (void)
{
  const char *texts[] = {
    "x,y\r\n1,2\r\n3,4\r\n", "x,y\n1,2\n3,4", "\xef\xbb\xbfx,y\n1,2\n3,4\n",
    "\n\nx,y\n\n1,2\n \n3,4\n\r\n\n", " x , y \n 1 ,2\t\n3, 4",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (PymvaTable) table = read_text (texts[i], NULL);

      assert_columns (table, "x|y");
      g_assert_cmpint (pymva_table_get_n_rows (table), ==, 2);
      g_assert_cmpfloat (value_at (table, "x", 0), ==, 1);
      g_assert_cmpfloat (value_at (table, "y", 1), ==, 4);
    }
}

static void
test_delimiters (void)
{
  const struct
  {
    const char *text;
    const char *options;
  } cases[] = {
    { "x\ty\n1\t2\n", NULL },
    { "x;y\n1;2\n", NULL },
    { "x y\n1 2\n", NULL },
    { "  x   y  \n 1\t  2 \r\n", NULL },
    { "x|y\n1|2\n", "{'delimiter': <'|'>}" },
    { "x;y\n1;2\n", "{'delimiter': <';'>}" },
    { "x\ty\n1\t2\n", "{'delimiter': <'\\t'>}" },
    { "x   y\n1 2\n", "{'delimiter': <' '>}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PymvaTable) table = read_text (cases[i].text, cases[i].options);

      assert_columns (table, "x|y");
      g_assert_cmpfloat (value_at (table, "x", 0), ==, 1);
      g_assert_cmpfloat (value_at (table, "y", 0), ==, 2);
    }
}

static void
test_header (void)
{
  g_autoptr (PymvaTable) none = read_text ("1,2\n3,4\n", NULL);
  g_autoptr (PymvaTable) forced = read_text ("1,2\n3,4\n", "{'header': <true>}");
  g_autoptr (PymvaTable) refused = read_text ("a,2\nb,4\n", "{'header': <false>}");
  g_autoptr (PymvaTable) unnamed = read_text (",x\n5,6\n", NULL);
  g_autoptr (PymvaTable) alone = read_text ("x,y\n", NULL);

  assert_columns (none, "column1|column2");
  g_assert_cmpint (pymva_table_get_n_rows (none), ==, 2);
  assert_columns (forced, "1|2");
  g_assert_cmpint (pymva_table_get_n_rows (forced), ==, 1);
  assert_columns (refused, "column1|column2");
  g_assert_cmpstr (word_at (refused, "column1", 1), ==, "b");
  assert_columns (unnamed, "column1|x");
  g_assert_cmpint (pymva_table_get_n_rows (alone), ==, 0);
  assert_columns (alone, "x|y");
}

static void
test_missing (void)
{
  g_autoptr (PymvaTable) table =
    read_text ("x,y,z,w\n,1,,\"\"\n2,,,a\n3,nan,,\n4,-inf,,b\n", NULL);

  g_assert_true (isnan (value_at (table, "x", 0)));
  g_assert_cmpfloat (value_at (table, "x", 1), ==, 2);
  g_assert_true (isnan (value_at (table, "y", 1)));
  g_assert_true (isnan (value_at (table, "y", 2)));
  g_assert_cmpfloat (value_at (table, "y", 3), ==, -INFINITY);
  g_assert_true (isnan (value_at (table, "z", 3)));
  g_assert_cmpstr (word_at (table, "w", 0), ==, "");
  g_assert_cmpstr (word_at (table, "w", 1), ==, "a");
  g_assert_cmpstr (word_at (table, "w", 2), ==, "");
  g_assert_cmpstr (word_at (table, "w", 3), ==, "b");
}

static void
test_quotes (void)
{
  g_autoptr (PymvaTable) table = read_text (
    "\"a, b\",\"say \"\"x\"\"\", \"n\" \r\n\"one\ntwo\",\"\"\"\",\"1.5\"\r\n"
    "\"Größe\",5\" or so,2\r\n", NULL);

  assert_columns (table, "a, b|say \"x\"|n");
  g_assert_cmpstr (word_at (table, "a, b", 0), ==, "one\ntwo");
  g_assert_cmpstr (word_at (table, "a, b", 1), ==, "Größe");
  g_assert_cmpstr (word_at (table, "say \"x\"", 0), ==, "\"");
  g_assert_cmpstr (word_at (table, "say \"x\"", 1), ==, "5\" or so");
  g_assert_cmpfloat (value_at (table, "n", 0), ==, 1.5);
}

static void
test_columns_option (void)
{
  g_autoptr (PymvaTable) table = read_text ("x,y,z\n1,bad,3\n4,5,6\n", "{'columns': <['z', 'x']>}");

  assert_columns (table, "z|x");
  g_assert_cmpfloat (value_at (table, "z", 1), ==, 6);
  assert_fails ("mass,y\n1,2\n", "{'columns': <['mas']>}", PYMVA_ERROR_DATA,
                "there is no column “mas”; did you mean “mass”?");
  assert_fails ("x,y\n1,2\n", "{'columns': <['x', 'x']>}", PYMVA_ERROR_VALUE,
                "“x” was asked for twice");
}

static void
test_errors (void)
{
  assert_fails ("", NULL, PYMVA_ERROR_FORMAT, "the file is empty");
  assert_fails ("\n \n", NULL, PYMVA_ERROR_FORMAT, "the file has no line with values");
  assert_fails ("x,y\n1,2\n3\n", NULL, PYMVA_ERROR_FORMAT,
                "line 3: there are 1 values, but the first line has 2");
  assert_fails ("x,y\n1,2,3\n", NULL, PYMVA_ERROR_FORMAT, "line 2: there are 3 values");
  assert_fails ("x,y\n1,2\n\n3,four\n", NULL, PYMVA_ERROR_FORMAT,
                "line 4, column 2 (“y”): “four” is not a number");
  assert_fails ("x,y\n1,2\n\"a\nb\",1\n", NULL, PYMVA_ERROR_FORMAT, "line 3, column 1 (“x”)");
  assert_fails ("x,y\n\"a\nb\",1\nc,2\nd\n", NULL, PYMVA_ERROR_FORMAT,
                "line 5: there are 1 values");
  assert_fails ("x,y\n1,\"2\n", NULL, PYMVA_ERROR_FORMAT,
                "line 2, column 2: the quote that opens here is never closed");
  assert_fails ("x,y\n\"1\"2,3\n", NULL, PYMVA_ERROR_FORMAT,
                "line 2, column 1: there is text behind the closing quote");
  assert_fails ("x,y\r1,2\r3,4\r", NULL, PYMVA_ERROR_FORMAT,
                "line 1, column 2: there is a carriage return within the line");
  assert_fails ("x,y\n1,2\n3,\xff\n", NULL, PYMVA_ERROR_FORMAT, "line 3: the text is not UTF-8");
  assert_fails ("x,x\n1,2\n", NULL, PYMVA_ERROR_DATA, "already has a column “x”");
}

static void
test_option_errors (void)
{
  assert_fails ("x\n1\n", "{'delimeter': <','>}", PYMVA_ERROR_VALUE,
                "There is no option “delimeter”; did you mean “delimiter”?");
  assert_fails ("x\n1\n", "{'header': <'yes'>}", PYMVA_ERROR_TYPE,
                "The option “header” is true or false (GVariant type “b”), not of type “s”");
  assert_fails ("x\n1\n", "['x']", PYMVA_ERROR_TYPE, "“a{sv}”");
  assert_fails ("x\n1\n", "{'delimiter': <'ab'>}", PYMVA_ERROR_VALUE,
                "The option “delimiter” is “ab”");
  assert_fails ("x\n1\n", "{'delimiter': <'1'>}", PYMVA_ERROR_VALUE, "part of no number");
  assert_fails ("x\n1\n", "{'delimiter': <'.'>}", PYMVA_ERROR_VALUE, "part of no number");
  assert_fails ("x\n1\n", "{'delimiter': <'\\n'>}", PYMVA_ERROR_VALUE, "part of no number");
  assert_fails ("x\n1\n", "{'format': <'cvs'>}", PYMVA_ERROR_VALUE,
                "there is no format “cvs”; did you mean “csv”");
}

/* What a file is: by the option, by its name where that stands for text, by what it begins with. */
static void
test_formats (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) no_suffix = read_named ("higgs.train", "1\t2\n", -1, NULL, &error);
  g_autoptr (PymvaTable) upper = read_named ("TABLE.CSV", "x\n2\n", -1, NULL, &error);
  g_autoptr (PymvaTable) forced = read_named ("table.npy", "x\n2\n", -1, "{'format': <'csv'>}",
                                              &error);
  g_autoptr (PymvaTable) magic = read_named ("table.csv", "PK\003\004,y\n2,3\n", -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (value_at (no_suffix, "column2", 0), ==, 2);
  g_assert_cmpfloat (value_at (upper, "x", 0), ==, 2);
  g_assert_cmpfloat (value_at (forced, "x", 0), ==, 2);
  g_assert_cmpfloat (value_at (magic, "y", 0), ==, 3);

  g_assert_null (read_named ("image.bin", "\1\2\0\3", 4, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "of no known format"));
  g_clear_error (&error);
  g_assert_null (read_named ("table.csv", "x\n1\0\n", 5, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
}

static gboolean
read_answer (PymvaTable *table,
             GFile *file,
             GVariant *options,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new_from_doubles ((double[]) { 42 }, 1, 0, error);

  return pymva_table_add_column (table, "answer", tensor, error);
}

static void
test_registered (void)
{
  static const char * const suffixes[] = { "ans", NULL };
  static const PymvaTableReader reader = { "answer", suffixes, "answer", read_answer };
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) by_magic = NULL;
  g_autoptr (PymvaTable) by_suffix = NULL;

  pymva_table_register_reader (&reader);
  by_magic = read_named ("file", "answer", -1, NULL, &error);
  by_suffix = read_named ("file.ans", "what", -1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (value_at (by_magic, "answer", 0), ==, 42);
  g_assert_cmpfloat (value_at (by_suffix, "answer", 0), ==, 42);
  g_assert_null (read_named ("file", "answer", -1, "{'columns': <['x']>}", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
}

static void
test_no_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_for_path ("/no/such/file.csv");
  g_autoptr (GFile) directory = g_file_new_for_path (g_get_tmp_dir ());
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_assert_null (pymva_table_new_from_file (file, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (pymva_table_new_from_file (file, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (pymva_table_new_from_file (directory, NULL, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "cannot be read: "));
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static void
test_async (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = write_file ("async.csv", "x\n1\n", -1);
  g_autoptr (GFile) missing = g_file_new_for_path ("/no/such/file.csv");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) failed = NULL;
  g_autoptr (PymvaTable) table = NULL;

  pymva_table_new_from_file_async (file, g_variant_new_parsed ("{'header': <true>}"), NULL, read_cb,
                                   &result);
  pymva_table_new_from_file_async (missing, NULL, NULL, read_cb, &failed);
  while (result == NULL || failed == NULL)
    g_main_context_iteration (NULL, TRUE);

  table = pymva_table_new_from_file_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (value_at (table, "x", 0), ==, 1);
  g_assert_null (pymva_table_new_from_file_finish (failed, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (g_file_delete (file, NULL, NULL));
}

/* Wherever a block of the stream ends, the records are the same. */
static void
test_blocks (void)
{
  g_autoptr (GString) text = g_string_new ("n,text\r\n");
  g_autofree char *filler = g_strnfill (300000, 'x');
  g_autoptr (PymvaTable) table = NULL;

  for (int i = 0; i < 60000; i++)
    g_string_append_printf (text, i % 7 == 0 ? "%d,\"a \"\"b\"\"\r\nc\"\r\n" : "%d,d\r\n", i);
  g_string_append_printf (text, "60000,\"%s\"\r\n60001,e", filler);
  table = read_text (text->str, NULL);

  g_assert_cmpint (pymva_table_get_n_rows (table), ==, 60002);
  for (int i = 0; i < 60000; i++)
    g_assert_cmpstr (word_at (table, "text", i), ==, i % 7 == 0 ? "a \"b\"\r\nc" : "d");
  g_assert_cmpfloat (value_at (table, "n", 59999), ==, 59999);
  g_assert_cmpstr (word_at (table, "text", 60000), ==, filler);
  g_assert_cmpstr (word_at (table, "text", 60001), ==, "e");
}

/* The first block ends behind a separator, where the next value is a word. */
static void
test_block_end (void)
{
  const gsize block = 256 * 1024;
  g_autoptr (GString) text = g_string_new ("n,text,m\n");
  g_autoptr (PymvaTable) table = NULL;
  gint64 n_rows = 0;

  for (; text->len + strlen ("10,abc,1\n") < block - strlen ("100000,"); n_rows++)
    g_string_append (text, "10,abc,1\n");
  for (gsize n = block - text->len - 1; n > 0; n--)
    g_string_append_c (text, n == 1 ? '7' : '0');
  g_string_append (text, ",last,2\n");
  g_assert_cmpint (text->str[block - 1], ==, ',');

  table = read_text (text->str, NULL);
  g_assert_cmpint (pymva_table_get_n_rows (table), ==, n_rows + 1);
  g_assert_cmpfloat (value_at (table, "n", n_rows), ==, 7);
  g_assert_cmpstr (word_at (table, "text", n_rows), ==, "last");
}

/* Lines of blanks are no rows, wherever they are, also where there is one column. */
static void
test_blank_lines (void)
{
  g_autoptr (PymvaTable) numbers = read_text ("x\n  \n1\n  \n \t\n2\n \r\n\r\n 3\n ", NULL);
  g_autoptr (PymvaTable) words = read_text ("x\n  \na\n  \n \t\nb\n \r\n\r\n c\n ", NULL);

  g_assert_cmpint (pymva_table_get_n_rows (numbers), ==, 3);
  g_assert_cmpfloat (value_at (numbers, "x", 2), ==, 3);
  g_assert_cmpint (pymva_table_get_n_rows (words), ==, 3);
  g_assert_cmpstr (word_at (words, "x", 2), ==, "c");
}

/* A cell of a text, as it may stand there and in quotes. */
static char *
make_cell (gboolean is_word,
           int number,
           const char **quotes)
{
  static const char * const words[] = { "a", "", "b c", "d\"", "ä", "nan" };

  *quotes = g_test_rand_int_range (0, 8) == 0 ? "\"" : "";
  if (is_word)
    {
      const char *word = words[number % G_N_ELEMENTS (words)];

      if (strchr (word, '"') != NULL)
        *quotes = "";
      return g_strdup (word);
    }

  return number % 9 == 0 ? g_strdup ("") : number % 10 == 0 ? g_strdup ("nan")
         : number % 11 == 0 ? g_strdup_printf ("%d", number)
                            : g_strdup_printf ("%.*e", number % 19, number * 1e-7 / 3);
}

/* Rows that are plain and rows that are not, in every mixture, against the same in quotes all over,
 * which the parser of records reads. */
static void
test_plain_rows (void)
{
  for (int round = 0; round < 20; round++)
    {
      g_autoptr (GString) plain = g_string_new ("x,word,skipped,y\n1,first,,2\n");
      g_autoptr (GString) quoted = g_string_new ("x,word,skipped,y\n1,first,,2\n");
      g_autoptr (PymvaTable) read = NULL;
      g_autoptr (PymvaTable) expected = NULL;

      for (int i = 0; i < 400; i++)
        {
          const char *line_end = g_test_rand_int_range (0, 3) == 0 ? "\r\n" : "\n";

          for (int k = 0; k < 4; k++)
            {
              const char *quotes;
              g_autofree char *cell =
                make_cell (k == 1 || k == 2, g_test_rand_int_range (1, 1 << 30), &quotes);
              g_auto (GStrv) parts = g_strsplit (cell, "\"", -1);
              g_autofree char *doubled = g_strjoinv ("\"\"", parts);
              const char *blank = g_test_rand_int_range (0, 6) == 0 ? " " : "";

              g_string_append_printf (plain, "%s%s%s%s%s%s", k > 0 ? "," : "", blank, quotes, cell,
                                      quotes, blank);
              g_string_append_printf (quoted, "%s\"%s\"", k > 0 ? "," : "", doubled);
            }
          g_string_append (plain, line_end);
          g_string_append (quoted, line_end);
        }

      read = read_text (plain->str, "{'columns': <['x', 'word', 'y']>}");
      expected = read_text (quoted->str, "{'columns': <['x', 'word', 'y']>}");
      g_assert_cmpint (pymva_table_get_n_rows (read), ==, 401);
      for (int i = 0; i < 401; i++)
        {
          double values[] = { value_at (read, "x", i), value_at (read, "y", i) };
          double others[] = { value_at (expected, "x", i), value_at (expected, "y", i) };

          g_assert_cmpmem (values, sizeof values, others, sizeof others);
          g_assert_cmpstr (word_at (read, "word", i), ==, word_at (expected, "word", i));
        }
    }
}

/* The files that examples use; the sums are those of NumPy's genfromtxt(). */
static void
test_real_files (void)
{
  g_autofree char *higgs = g_build_filename (g_getenv ("PYMVA_DATA_DIR"), "higgs.train", NULL);
  g_autofree char *classes = g_build_filename (g_getenv ("PYMVA_DATA_DIR"),
                                               "multiclass_example.csv", NULL);
  g_autoptr (GFile) higgs_file = g_file_new_for_path (higgs);
  g_autoptr (GFile) classes_file = g_file_new_for_path (classes);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTable) events = pymva_table_new_from_file (higgs_file, NULL, NULL, &error);
  g_autoptr (PymvaTable) labelled = NULL;
  double sum = 0;
  double sum1 = 0;

  g_assert_no_error (error);
  g_assert_cmpint (pymva_table_get_n_rows (events), ==, 7000);
  for (gint64 i = 0; i < 7000; i++)
    {
      sum1 += value_at (events, "column1", i);
      sum += value_at (events, "column29", i);
    }
  g_assert_cmpfloat (sum1, ==, 3716);
  g_assert_cmpfloat_with_epsilon (sum, 6705.638, 1e-6);

  labelled = pymva_table_new_from_file (classes_file, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_columns (labelled, "class|var1|var2|var3|var4");
  g_assert_cmpint (pymva_table_get_n_rows (labelled), ==, 4000);
  g_assert_cmpstr (word_at (labelled, "class", 0), ==, "bg1");
  g_assert_cmpuint (pymva_table_get_text_column (labelled, "class", NULL)->n_labels, ==, 4);
  sum = 0;
  for (gint64 i = 0; i < 4000; i++)
    sum += value_at (labelled, "var4", i);
  g_assert_cmpfloat_with_epsilon (sum, -187.89061837830002, 1e-6);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pymva-test-csv-XXXXXX", NULL);
  g_assert_nonnull (folder);

  g_test_add_func ("/csv/plain", test_plain);
  g_test_add_func ("/csv/lines", test_lines);
  g_test_add_func ("/csv/delimiters", test_delimiters);
  g_test_add_func ("/csv/header", test_header);
  g_test_add_func ("/csv/missing", test_missing);
  g_test_add_func ("/csv/quotes", test_quotes);
  g_test_add_func ("/csv/columns-option", test_columns_option);
  g_test_add_func ("/csv/errors", test_errors);
  g_test_add_func ("/csv/option-errors", test_option_errors);
  g_test_add_func ("/csv/formats", test_formats);
  g_test_add_func ("/csv/registered", test_registered);
  g_test_add_func ("/csv/no-file", test_no_file);
  g_test_add_func ("/csv/async", test_async);
  g_test_add_func ("/csv/blocks", test_blocks);
  g_test_add_func ("/csv/block-end", test_block_end);
  g_test_add_func ("/csv/blank-lines", test_blank_lines);
  g_test_add_func ("/csv/plain-rows", test_plain_rows);
  g_test_add_func ("/csv/real-files", test_real_files);

  status = g_test_run ();
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);

  return status;
}
