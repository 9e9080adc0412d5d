/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <float.h>
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-expression-private.h"

#include "dataset-helpers.h"

static const double x[] = { -2.5, 0, 0.75, 3 };
static const double y[] = { 1.5, -4, 2, 0.5 };
static const double z[] = { 7, 7.5, -7.5, NAN };

/* The values are what NumPy 2.4 gives for the same formulas, written as Python has them. */
static const struct
{
  const char *expression;
  double values[4];
} cases[] = {
  { "x + y * z",
    { 8.0, -30.0, -14.25, NAN } },
  { "(x + y) * z",
    { -7.0, -30.0, -20.625, NAN } },
  { "x - y - z",
    { -11.0, -3.5, 6.25, NAN } },
  { "x / y / 2",
    { -0.8333333333333334, -0.0, 0.1875, 3.0 } },
  { "x - (y - z)",
    { 3.0, 11.5, -8.75, NAN } },
  { "-x^2",
    { -6.25, -0.0, -0.5625, -9.0 } },
  { "2^3^2 + x",
    { 509.5, 512.0, 512.75, 515.0 } },
  { "2^-y",
    { 0.3535533905932738, 16.0, 0.25, 0.7071067811865476 } },
  { "2^-y^2",
    { 0.21022410381342863, 1.52587890625e-05, 0.0625, 0.8408964152537145 } },
  { "x^2",
    { 6.25, 0.0, 0.5625, 9.0 } },
  { "y^3*2",
    { 6.75, -128.0, 16.0, 0.25 } },
  { "z % 2",
    { 1.0, 1.5, -1.5, NAN } },
  { "z % -2.5",
    { 2.0, 0.0, -0.0, NAN } },
  { "x * y % 3",
    { -0.75, -0.0, 1.5, 1.5 } },
  { "x < y",
    { 1.0, 0.0, 1.0, 0.0 } },
  { "x <= 0.75",
    { 1.0, 1.0, 1.0, 0.0 } },
  { "x > y",
    { 0.0, 1.0, 0.0, 1.0 } },
  { "x >= 0.75",
    { 0.0, 0.0, 1.0, 1.0 } },
  { "x == 3",
    { 0.0, 0.0, 0.0, 1.0 } },
  { "z != z",
    { 0.0, 0.0, 0.0, 1.0 } },
  { "x < y == 1",
    { 1.0, 0.0, 1.0, 0.0 } },
  { "x + 1 < y * 2",
    { 1.0, 0.0, 1.0, 0.0 } },
  { "x > 0 && y > 0 || z > 7",
    { 0.0, 1.0, 1.0, 1.0 } },
  { "x || y && 0",
    { 1.0, 0.0, 1.0, 1.0 } },
  { "!x",
    { 0.0, 1.0, 0.0, 0.0 } },
  { "!x + 1",
    { 1.0, 2.0, 1.0, 1.0 } },
  { "!(x > 0) && !0",
    { 1.0, 1.0, 0.0, 0.0 } },
  { "x > 0 ? y : z",
    { 7.0, 7.5, 2.0, 0.5 } },
  { "x > 0 ? x > 1 ? 10 : 20 : y > 0 ? 30 : 40",
    { 30.0, 40.0, 20.0, 10.0 } },
  { "x > 1 ? 1 : x > 0 ? 2 : 3",
    { 3.0, 3.0, 2.0, 1.0 } },
  { "(x ? 1 : 2) + (z ? 1 : 2)",
    { 2.0, 3.0, 2.0, 2.0 } },
  { "x < 0 || y < 0 ? x - 1 : x + 1",
    { -3.5, -1.0, 1.75, 4.0 } },
  { "+x - -y",
    { -1.0, -4.0, 2.75, 3.5 } },
  { "- - x",
    { -2.5, 0.0, 0.75, 3.0 } },
  { "1.5e1 + .5 + 2. + 1E-1*x",
    { 17.25, 17.5, 17.575, 17.8 } },
  { "abs(x)",
    { 2.5, 0.0, 0.75, 3.0 } },
  { "sqrt(abs(x))",
    { 1.5811388300841898, 0.0, 0.8660254037844386, 1.7320508075688772 } },
  { "fabs(x) - abs(x)",
    { 0.0, 0.0, 0.0, 0.0 } },
  { "exp(x)",
    { 0.0820849986238988, 1.0, 2.117000016612675, 20.085536923187668 } },
  { "log(x)",
    { NAN, -INFINITY, -0.2876820724517809, 1.0986122886681098 } },
  { "log10(abs(y))",
    { 0.17609125905568124, 0.6020599913279624, 0.3010299956639812, -0.3010299956639812 } },
  { "pow(abs(x), y)",
    { 3.952847075210474, INFINITY, 0.5625, 1.7320508075688772 } },
  { "sin(x) + cos(y) * tan(x)",
    { -0.5456298772139148, 0.0, 0.2939578402790917, 0.016023647600126117 } },
  { "asin(x / 4) - acos(y / 4)",
    { -1.8615310852362894, -3.141592653589793, -0.8585811650211935, -0.5974064166453501 } },
  { "atan(x)",
    { -1.1902899496825317, 0.0, 0.6435011087932844, 1.2490457723982544 } },
  { "atan2(y, x)",
    { 2.601173153319209, -1.5707963267948966, 1.2120256565243244, 0.16514867741462683 } },
  { "sinh(x) - cosh(y) + tanh(z)",
    { -7.40261575933909, -26.30823344782094, -3.9398783473433476, NAN } },
  { "min(x, z)",
    { -2.5, 0.0, -7.5, NAN } },
  { "max(z, x)",
    { 7.0, 7.5, 0.75, NAN } },
  { "min(y, max(x, 0))",
    { 0.0, -4.0, 0.75, 0.5 } },
  { "floor(x)",
    { -3.0, 0.0, 0.0, 3.0 } },
  { "ceil(x)",
    { -2.0, 0.0, 1.0, 3.0 } },
  { "int(x)",
    { -2.0, 0.0, 0.0, 3.0 } },
  { "fmod(z, 2)",
    { 1.0, 1.5, -1.5, NAN } },
  { "sign(x) + sign(z)",
    { 0.0, 1.0, 0.0, NAN } },
  { "log(abs(x)) + y*z",
    { 11.416290731874156, -INFINITY, -15.287682072451782, NAN } },
  { "y > 1 && abs(x) < 2.4",
    { 0.0, 0.0, 1.0, 0.0 } },
  { "1 / x",
    { -0.4, INFINITY, 1.3333333333333333, 0.3333333333333333 } },
  { "0 * log(x)",
    { NAN, NAN, -0.0, 0.0 } },
  { "7",
    { 7.0, 7.0, 7.0, 7.0 } },
  { "((x))",
    { -2.5, 0.0, 0.75, 3.0 } },
};

static PymvaTable *
new_table (void)
{
  PymvaTable *table = pymva_table_new ();
  const char *words[] = { "a", "b", "a", "b", NULL };

  set_column (table, "x", x, 4);
  set_column (table, "y", y, 4);
  set_column (table, "z", z, 4);
  set_column (table, "muon.pt_1", x, 4);
  set_column (table, "two words", y, 4);
  set_column (table, "Größe", z, 4);
  set_column (table, "min", z, 4);
  set_text_column (table, "class", words);

  return table;
}

static void
assert_same (double value,
             double expected)
{
  if (isnan (expected))
    g_assert_true (isnan (value));
  else if (isinf (expected))
    g_assert_cmpfloat (value, ==, expected);
  else
    g_assert_cmpfloat (fabs (value - expected), <=, 4 * DBL_EPSILON * fabs (expected));
}

static void
test_values (void)
{
  g_autoptr (PymvaTable) table = new_table ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaTensor) tensor = pymva_table_evaluate (table, cases[i].expression, &error);

      g_test_message ("%s", cases[i].expression);
      g_assert_no_error (error);
      g_assert_cmpint (pymva_tensor_get_dtype (tensor), ==, PYMVA_DTYPE_FLOAT64);
      g_assert_cmpuint (pymva_tensor_get_n_elements (tensor), ==, 4);
      for (gint64 row = 0; row < 4; row++)
        assert_same (pymva_tensor_get_value (tensor, &row, 1), cases[i].values[row]);
    }
}

static void
test_names (void)
{
  g_autoptr (PymvaTable) table = new_table ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaExpression) expression =
    pymva_expression_new ("muon.pt_1 + [two words] * `two words` - Größe/min + x + muon.pt_1",
                          &error);
  const char *names[] = { "muon.pt_1", "two words", "Größe", "min", "x", NULL };
  g_autoptr (PymvaTensor) tensor = NULL;
  g_autoptr (PymvaTensor) column = NULL;
  g_autoptr (PymvaTensor) alone = NULL;

  g_assert_no_error (error);
  g_assert_cmpstrv (pymva_expression_list_names (expression), names);
  tensor = pymva_expression_evaluate (expression, table, &error);
  g_assert_no_error (error);
  assert_same (pymva_tensor_get_value (tensor, (gint64[]) { 1 }, 1), 15);

  /* A name alone is the column itself. */
  column = pymva_table_get_column (table, "x", &error);
  alone = pymva_table_evaluate (table, " x ", &error);
  g_assert_true (alone == column);
}

/* More rows than a block has, and columns that are not of a table. */
static void
test_blocks (void)
{
  const gsize n = 5000;
  g_autofree double *a = g_new (double, n);
  g_autofree double *b = g_new (double, n);
  g_autofree double *values = g_new (double, n);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaExpression) expression = pymva_expression_new ("b - (a + 1) * 2", &error);
  g_autoptr (PymvaExpression) constant = pymva_expression_new ("2 ^ 10", &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < n; i++)
    {
      a[i] = i;
      b[i] = 3.0 * i;
    }

  pymva_expression_evaluate_columns (expression, (const double *[]) { b, a }, n, values);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (values[i], ==, i - 2.0);
  pymva_expression_evaluate_columns (expression, (const double *[]) { b, a }, 0, NULL);

  pymva_expression_evaluate_columns (constant, NULL, n, values);
  g_assert_cmpfloat (values[n - 1], ==, 1024);
}

static void
test_no_rows (void)
{
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) tensor = pymva_table_evaluate (table, "1 + 1", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pymva_tensor_get_n_elements (tensor), ==, 0);
}

/* The message, after the expression itself, for each way to be wrong. */
static const struct
{
  const char *expression;
  const char *message;
} wrong[] = {
  { "", "at column 1: the expression ends where a value should be" },
  { "x +", "at column 4: the expression ends where a value should be" },
  { "x * / y", "at column 5: there is “/” where a value should be" },
  { "x y", "at column 3: there is “y” where an operator should be" },
  { "x and y", "at column 3: there is “and” where an operator should be; write “&&”" },
  { "x or y", "write “||”" },
  { "x 2", "at column 3: there is a number where an operator should be" },
  { "(x + y", "at column 1: the parenthesis that opens here is not closed" },
  { "max(x, y", "at column 1: the parenthesis that opens here is not closed" },
  { "x + y)", "at column 6: this “)” closes nothing" },
  { "()", "at column 2: there is “)” where a value should be" },
  { "x, y", "at column 2: there is “,” where an operator should be" },
  { "(x, y)", "at column 3: there is “,” where an operator should be" },
  { "x ? y", "at column 3: this “?” has no “:”" },
  { "(x ? y)", "at column 7: there is “)” where the “:” of a choice should be" },
  { "max(x ? y, z)", "at column 10: there is “,” where the “:” of a choice should be" },
  { "x : y", "at column 3: this “:” belongs to no “?”" },
  { "a := x", "at column 3: this “:” belongs to no “?”" },
  { "sin(x, y)", "at column 1: the function “sin” takes 1 argument, not 2" },
  { "1 + min(x)", "at column 5: the function “min” takes 2 arguments, not 1" },
  { "sin()", "at column 5: there is “)” where a value should be" },
  { "sqr(x)", "at column 1: there is no function “sqr”; did you mean “sqrt”" },
  { "x = 3", "at column 3: “=” is not an operator; write “==” to compare" },
  { "x & y", "write “&&”" },
  { "x | y", "write “||”" },
  { "x ** 2", "write “^” for powers" },
  { "x[0]", "at column 2: “[” is not an operator" },
  { "x $ y", "at column 3: “$” means nothing here" },
  { "x + €", "at column 5: “€” means nothing here" },
  { "ä + ö $", "at column 7" },
  { "2x", "at column 1: a number is written in a way that is not understood" },
  { "1.2.3", "at column 1: a number" },
  { "1e", "at column 1: a number" },
  { "0x10", "at column 1: a number" },
  { "x + [two words", "at column 5: the quoted name that begins here has no closing “]”" },
  { "`two", "no closing “`”" },
  { "[]", "at column 1: a name is empty" },
  { "x + vra", "at column 5: The table has no column “vra”" },
  { "x + muon.pt_2",
    "at column 5: The table has no column “muon.pt_2”; did you mean “muon.pt_1”?" },
  { "x + class", "at column 5: Column “class” holds words" },
};

static void
test_errors (void)
{
  g_autoptr (PymvaTable) table = new_table ();

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *start = g_strdup_printf ("In the expression “%s”, ", wrong[i].expression);

      g_assert_null (pymva_table_evaluate (table, wrong[i].expression, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, start));
      g_assert_nonnull (strstr (error->message, wrong[i].message));
    }
}

/* Of a name alone there is no place to tell. */
static void
test_lone_name (void)
{
  g_autoptr (PymvaTable) table = new_table ();
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_table_evaluate (table, "class", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
  g_assert_true (g_str_has_prefix (error->message, "Column “class” holds words"));
}

static void
assert_too_deep (const char *unit,
                 gsize n,
                 const char *message)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++)
    g_string_append (text, unit);
  g_string_append_c (text, 'x');

  g_assert_null (pymva_expression_new (text->str, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
  g_assert_nonnull (strstr (error->message, message));
  g_assert_cmpuint (strlen (error->message), <, 500);
}

/* Nothing that a text can nest costs stack or more than a little memory. */
static void
test_depth (void)
{
  g_autoptr (GString) flat = g_string_new ("0");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaExpression) expression = NULL;
  double value;

  assert_too_deep ("(", 50000, "nested more than 200 deep");
  assert_too_deep ("(", 100000, "at most 65536 bytes");
  assert_too_deep ("-", 1000, "nested more than 200 deep");
  assert_too_deep ("!", 1000, "nested more than 200 deep");
  assert_too_deep ("2^", 1000, "nested more than 200 deep");
  assert_too_deep ("abs(", 1000, "nested more than 200 deep");
  assert_too_deep ("1?1:", 1000, "nested more than 200 deep");
  assert_too_deep ("1?", 1000, "nested more than 200 deep");
  assert_too_deep ("\xff", 1, "UTF-8");

  /* Length alone is no depth. */
  for (guint i = 0; i < 10000; i++)
    g_string_append (flat, "+1");
  expression = pymva_expression_new (flat->str, &error);
  g_assert_no_error (error);
  pymva_expression_evaluate_columns (expression, NULL, 1, &value);
  g_assert_cmpfloat (value, ==, 10000);
}

static void
test_long_name (void)
{
  g_autofree char *name = g_strnfill (256, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_expression_new (name, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
  g_clear_error (&error);
  name[255] = '\0';
  pymva_expression_free (pymva_expression_new (name, &error));
  g_assert_no_error (error);
}

static void
assert_split (const char *text,
              const char *name,
              const char *expression)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *left = NULL;
  g_autofree char *right = NULL;

  g_assert_true (pymva_expression_split (text, &left, &right, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (left, ==, name);
  g_assert_cmpstr (right, ==, expression);
}

static void
test_split (void)
{
  const char *bad[] = { "", "  ", ":= x", "a :=", ":=" };

  assert_split ("sum := var1 + var2", "sum", "var1 + var2");
  assert_split ("a:=b", "a", "b");
  assert_split (" var1 ", "var1", "var1");
  assert_split ("var1*2", "var1*2", "var1*2");

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *left = NULL;
      g_autofree char *right = NULL;

      g_assert_false (pymva_expression_split (bad[i], &left, &right, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/expression/values", test_values);
  g_test_add_func ("/expression/names", test_names);
  g_test_add_func ("/expression/blocks", test_blocks);
  g_test_add_func ("/expression/no-rows", test_no_rows);
  g_test_add_func ("/expression/errors", test_errors);
  g_test_add_func ("/expression/lone-name", test_lone_name);
  g_test_add_func ("/expression/depth", test_depth);
  g_test_add_func ("/expression/long-name", test_long_name);
  g_test_add_func ("/expression/split", test_split);

  return g_test_run ();
}
