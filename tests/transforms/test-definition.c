/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "transforms/pymva-transform-definition-private.h"

static const char *const variables[] = { "a", "var1+var2", "max(a,b)", NULL };
static const char *const classes[] = { "sig_1", "bg", NULL };
static const char *const no_classes[] = { NULL };

static GPtrArray *
parse (const char *definition)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *steps = pymva_transform_parse (definition, &error);

  g_assert_no_error (error);
  return steps;
}

static void
test_names (void)
{
  static const struct
  {
    const char *definition;
    const char *letters;
  } cases[] = {
    { "", "" }, { "None", "" }, { " D , G ", "DG" }, { "N+P+U", "NPU" }, { "i,s", "IS" },
    { "Ident,Norm,Normalise,Normalize,Deco,Decorrelate,PCA,Uniform,Gauss", "INNNDDPUG" },
    { "Identity,Standardise,Standardize", "ISS" },
    { "D_Background,P_Signal,G,N_AllClasses", "DPGN" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) steps = parse (cases[i].definition);
      g_autoptr (GString) letters = g_string_new (NULL);

      for (guint k = 0; k < steps->len; k++)
        g_string_append (letters, pymva_transform_kind_get_letter (
                                    ((PymvaTransformStep *) steps->pdata[k])->kind));
      g_assert_cmpstr (letters->str, ==, cases[i].letters);
    }
}

static void
test_classes (void)
{
  static const struct
  {
    const char *definition;
    int number;
  } cases[] = {
    { "D", -1 }, { "D_AllClasses", -1 }, { "D_sig_1", 0 }, { "D_bg", 1 }, { "D_Signal", 0 },
    { "N(a)_Background", 1 },
  };
  g_autoptr (GPtrArray) unknown = parse ("D_Sig");
  g_autoptr (GPtrArray) regression = parse ("D_Signal");
  g_autoptr (GError) error = NULL;
  int number;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) steps = parse (cases[i].definition);

      pymva_transform_step_find_class (steps->pdata[0], classes, &number, &error);
      g_assert_no_error (error);
      g_assert_cmpint (number, ==, cases[i].number);
    }

  g_assert_false (pymva_transform_step_find_class (unknown->pdata[0], classes, &number, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "no class “Sig”"));
  g_clear_error (&error);
  g_assert_false (pymva_transform_step_find_class (regression->pdata[0], no_classes, &number,
                                                   &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "leave “_Signal” out"));
}

static void
test_columns (void)
{
  static const struct
  {
    const char *definition;
    const char *columns;
  } cases[] = {
    { "N", "012" }, { "N(_V_)", "012" }, { "N(a)", "0" }, { "N(var1+var2,_V0_)", "01" },
    { "N( max(a,b) , a )", "02" }, { "D(_V2_,_V1_)_bg", "12" },
  };
  static const char *const unknown[] = { "N(b)", "N(_V3_)", "N(_V1)", "N(_Vx_)" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) steps = parse (cases[i].definition);
      g_autoptr (GString) found = g_string_new (NULL);
      g_autofree guint *columns = NULL;
      g_autoptr (GError) error = NULL;
      guint n_columns;

      pymva_transform_step_find_columns (steps->pdata[0], variables, &columns, &n_columns, &error);
      g_assert_no_error (error);
      for (guint k = 0; k < n_columns; k++)
        g_string_append_printf (found, "%u", columns[k]);
      g_assert_cmpstr (found->str, ==, cases[i].columns);
    }

  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autoptr (GPtrArray) steps = parse (unknown[i]);
      g_autofree guint *columns = NULL;
      g_autoptr (GError) error = NULL;
      guint n_columns;

      g_assert_false (pymva_transform_step_find_columns (steps->pdata[0], variables, &columns,
                                                         &n_columns, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
      g_assert_nonnull (strstr (error->message, "there is no variable"));
    }
}

static void
test_errors (void)
{
  static const struct
  {
    const char *definition;
    int code;
    const char *words;
  } cases[] = {
    { "X", PYMVA_ERROR_VALUE, "no transformation “X”" },
    { "Gaus", PYMVA_ERROR_VALUE, "Gauss" },
    { "D,,G", PYMVA_ERROR_VALUE, "no transformation “”" },
    { "D,", PYMVA_ERROR_VALUE, "no transformation “”" },
    { "I;D;P", PYMVA_ERROR_VALUE, "several chains" },
    { "N(a", PYMVA_ERROR_VALUE, "do not match" },
    { "N)a(", PYMVA_ERROR_VALUE, "do not match" },
    { "N(a))", PYMVA_ERROR_VALUE, "do not match" },
    { "N()", PYMVA_ERROR_VALUE, "empty place" },
    { "N(a,)", PYMVA_ERROR_VALUE, "empty place" },
    { "N(_T_)", PYMVA_ERROR_UNSUPPORTED, "only variables" },
    { "N(a,_S_)", PYMVA_ERROR_UNSUPPORTED, "only variables" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pymva_transform_parse (cases[i].definition, &error));
      g_assert_error (error, PYMVA_ERROR, cases[i].code);
      if (strstr (error->message, cases[i].words) == NULL)
        g_error ("“%s” is not in “%s”", cases[i].words, error->message);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transforms/definition/names", test_names);
  g_test_add_func ("/transforms/definition/classes", test_classes);
  g_test_add_func ("/transforms/definition/columns", test_columns);
  g_test_add_func ("/transforms/definition/errors", test_errors);

  return g_test_run ();
}
