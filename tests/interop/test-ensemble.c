/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "ensemble-members.h"
#include "exported-program.h"
#include "scoring/pymva-model-private.h"
#include "scoring/scoring-fixtures.h"

/* One model of several. What it has to answer is computed here, of what its members answer. */

#define N_ROWS 100

/* --- members --- */

/* A network of float32 over x and y, whose tables are called as a stage's words are. */
static PymvaModel *
make_network (const char *names)
{
  const float weight[] = { 0.5f, -1, 2, 0.25f };
  const float bias[] = { 0.5f, -0.25f };
  const float last[] = { 1, -3 };
  g_autoptr (PymvaModelBuilder) builder = member_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, names);

  fixture_add_table (builder, "dense", PYMVA_DTYPE_FLOAT32, weight, 2, 2);
  fixture_add_table (builder, "relu", PYMVA_DTYPE_FLOAT32, bias, 2, 0);
  fixture_add_table (builder, "mlp", PYMVA_DTYPE_FLOAT32, last, 1, 2);
  member_add_stage (builder, "{'kind': <'mlp'>, 'layers': <["
                             "{'type': <'dense'>, 'weight': <'dense'>, 'bias': <'relu'>}, "
                             "{'type': <'relu'>}, {'type': <'dense'>, 'weight': <'mlp'>}]>}");

  return fixture_build (builder);
}

/* Numbers times x, one for each target. */
static PymvaModel *
make_slopes (const double *slopes,
             gint64 n_slopes)
{
  g_autoptr (PymvaModelBuilder) builder = member_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, "x");

  fixture_add_table (builder, "weight", PYMVA_DTYPE_FLOAT64, slopes, n_slopes, 1);
  member_add_stage (builder, "{'kind': <'linear'>, 'weight': <'weight'>}");

  return fixture_build (builder);
}

/* --- asking --- */

/* What a model answers for rows of float64, or of float32 numbers; new. */
static float *
predict (PymvaModel *model,
         PymvaDType dtype,
         const double *rows,
         gsize n_rows)
{
  guint n_columns = pymva_model_get_n_variables (model);
  g_autofree float *floats = g_new (float, n_rows * n_columns);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n_rows * n_columns; i++)
    floats[i] = (float) rows[i];
  inputs = fixture_tensor (dtype, dtype == PYMVA_DTYPE_FLOAT64 ? (gconstpointer) rows : floats,
                           n_rows, n_columns);
  outputs = pymva_model_predict (model, inputs, &error);
  g_assert_no_error (error);

  return g_memdup2 (pymva_tensor_peek_data (outputs),
                    pymva_tensor_get_n_elements (outputs) * sizeof (float));
}

/* Bit for bit, but for the bits of NaN. */
static void
assert_equal (const float *found,
              const float *expected,
              gsize n_values)
{
  for (gsize i = 0; i < n_values; i++)
    if (memcmp (&found[i], &expected[i], sizeof (float)) != 0 &&
        !(isnan (found[i]) && isnan (expected[i])))
      g_error ("number %" G_GSIZE_FORMAT " is %.9g, not %.9g", i, found[i], expected[i]);
}

static void
assert_names (char **names,
              const char *expected)
{
  g_autofree char *text = g_strjoinv (" ", names);

  g_assert_cmpstr (text, ==, expected);
  g_strfreev (names);
}

/* Among them those that are equal to thresholds, and those that are hard. */
static double
draw_number (GRand *random)
{
  static const double hard[] = { NAN, INFINITY, -INFINITY, 0.0, -0.0, 1e-40, 1e30, 0.1 };

  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
      return hard[g_rand_int_range (random, 0, G_N_ELEMENTS (hard))];
    case 1:
      return g_rand_int_range (random, -3, 4);
    default:
      return g_rand_double_range (random, -2, 2);
    }
}

static double *
draw_rows (gsize n_columns)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  double *rows = g_new (double, N_ROWS * n_columns);

  for (gsize i = 0; i < N_ROWS * n_columns; i++)
    rows[i] = draw_number (random);

  return rows;
}

/* The rows with one more column behind, of folds and of what is none. */
static double *
add_folds (const double *rows,
           gsize n_columns)
{
  static const double folds[] = { -1, 0, 1, 2, 0.4, NAN, -0.0, 1e30, -INFINITY, 1.5, -0.1, 4.5 };
  double *wider = g_new (double, N_ROWS * (n_columns + 1));

  for (gsize row = 0; row < N_ROWS; row++)
    {
      memcpy (wider + row * (n_columns + 1), rows + row * n_columns, n_columns * sizeof *rows);
      wider[(row + 1) * (n_columns + 1) - 1] = folds[row % G_N_ELEMENTS (folds)];
    }

  return wider;
}

/* --- means --- */

static void
test_mean (void)
{
  const double numbers[] = { 16777216, 1, 1.1 };
  const double rows[] = { 1, 3, -7, 0.3, 0, INFINITY };
  PymvaModel *members[G_N_ELEMENTS (numbers)];
  g_autoptr (PymvaModel) model = NULL;
  g_autofree float *found = NULL;
  float expected[G_N_ELEMENTS (rows)];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    members[i] = make_slopes (&numbers[i], 1);
  model = members_ensemble (members, G_N_ELEMENTS (members), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    expected[i] = (float) ((numbers[0] * rows[i] + numbers[1] * rows[i] + numbers[2] * rows[i]) /
                           3);
  found = predict (model, PYMVA_DTYPE_FLOAT64, rows, G_N_ELEMENTS (rows));
  assert_equal (found, expected, G_N_ELEMENTS (rows));
  /* Sums of float32 would be others. */
  g_assert_cmpfloat (found[0], !=, 16777216.0f / 3);

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    g_object_unref (members[i]);
}

/* An infinite output leaves the others alone. */
static void
test_targets (void)
{
  const double slopes[] = { 1, 2, -1, 4, 3, -2 };
  const double rows[] = { 2, INFINITY, -0.5, NAN };
  const float expected[] = {
    5, 5, -3, INFINITY, INFINITY, -INFINITY, -1.25f, -1.25f, 0.75f, NAN, NAN, NAN
  };
  g_autoptr (PymvaModel) first = make_slopes (slopes, 3);
  g_autoptr (PymvaModel) second = make_slopes (slopes + 3, 3);
  PymvaModel *members[] = { first, second };
  g_autoptr (PymvaModel) model = members_ensemble (members, 2, NULL);
  g_autofree float *found = predict (model, PYMVA_DTYPE_FLOAT64, rows, G_N_ELEMENTS (rows));

  assert_equal (found, expected, G_N_ELEMENTS (expected));
}

/* --- all that there is --- */

/* A model twice answers as once, whatever the fold. */
static void
check_twice (PymvaModel *model)
{
  static const PymvaDType dtypes[] = { PYMVA_DTYPE_FLOAT32, PYMVA_DTYPE_FLOAT64 };
  PymvaModel *members[] = { model, model };
  g_autoptr (PymvaModel) mean = members_ensemble (members, 2, NULL);
  g_autoptr (PymvaModel) folds = members_ensemble (members, 2, "{'fold': <'a % 2'>}");
  guint n_columns = pymva_model_get_n_variables (model);
  gsize n_values = (gsize) N_ROWS * pymva_model_get_n_outputs (model);
  g_autofree double *rows = draw_rows (n_columns);
  g_autofree double *wider = add_folds (rows, n_columns);

  g_assert_cmpstr (pymva_model_get_title (mean), ==, pymva_model_get_title (model));
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    {
      g_autofree float *expected = predict (model, dtypes[i], rows, N_ROWS);
      g_autofree float *of_mean = predict (mean, dtypes[i], rows, N_ROWS);
      g_autofree float *of_folds = predict (folds, dtypes[i], wider, N_ROWS);

      assert_equal (of_mean, expected, n_values);
      assert_equal (of_folds, expected, n_values);
    }
}

/* What is code in a file is not asked, and not taken along. */
static void
test_file (gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_model_load_data (file, NULL, &error);

  g_assert_no_error (error);
  if (!g_str_equal (pymva_model_get_engine (model), PYMVA_STAGE_PYTHON))
    {
      check_twice (model);
      return;
    }

  g_assert_null (pymva_model_new_ensemble (&model, 1, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "answers with Python"));
}

static void
add_folder (const char *layer,
            const char *folder,
            const char *subfolder)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, layer, folder, subfolder, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) files = g_dir_open (path, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *test = g_strconcat ("/ensemble/", layer, "/", name, NULL);

      if (g_str_has_suffix (name, ".pymva"))
        g_test_add_data_func_full (test, g_build_filename (path, name, NULL), test_file, g_free);
    }
}

/* --- folds --- */

/* The answers that an ensemble with folds has to give for the rows of add_folds(). */
static void
assert_folds (PymvaModel *ensemble,
              const double *wider,
              float * const *answers,
              guint n_members)
{
  guint n_columns = pymva_model_get_n_variables (ensemble);
  g_autofree float *found = predict (ensemble, PYMVA_DTYPE_FLOAT32, wider, N_ROWS);

  for (guint row = 0; row < N_ROWS; row++)
    {
      float fold = (float) wider[(row + 1) * n_columns - 1];
      double sum = 0;
      double largest = 1;

      /* As TMVA::CvSplitKFoldsExpr does it, where it does not end the program. */
      if (fold >= 0 && roundf (fold) < n_members)
        {
          assert_equal (&found[row], &answers[(guint) roundf (fold)][row], 1);
          continue;
        }
      for (guint i = 0; i < n_members; i++)
        {
          sum += answers[i][row];
          largest = fmax (largest, fabs (answers[i][row]));
        }
      if (isfinite (sum))
        g_assert_cmpfloat_with_epsilon (found[row], sum / n_members, 1e-6 * largest);
      else
        g_assert_false (isfinite (found[row]));
    }
}

/* Members with other variables, in another order: they are asked for their own columns here. */
static void
test_variables (void)
{
  static const struct
  {
    PymvaModel *(*make) (const char *names);
    const char *names;
    guint columns[2];
  } kinds[] = {
    { make_network, "x y", { 0, 1 } },
    { member_chain, "z x", { 2, 0 } },
    { make_network, "y z", { 1, 2 } },
    { member_chain, "x y", { 0, 1 } },
  };
  g_autofree double *rows = draw_rows (3);
  g_autofree double *wider = add_folds (rows, 3);
  PymvaModel *members[5] = { member_tree ("x y", 1, 0.5f, 1, -3) };
  float *answers[5];
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaModel) mean = NULL;

  for (guint i = 0; i < 5; i++)
    {
      const guint *columns = kinds[MAX (i, 1) - 1].columns;
      double own[2 * N_ROWS];

      if (i > 0)
        members[i] = kinds[i - 1].make (kinds[i - 1].names);
      for (guint row = 0; row < N_ROWS; row++)
        for (guint k = 0; k < 2; k++)
          own[row * 2 + k] = rows[row * 3 + columns[k]];
      answers[i] = predict (members[i], PYMVA_DTYPE_FLOAT32, own, N_ROWS);
    }

  model = members_ensemble (members, 5, "{'fold': <'x'>}");
  mean = members_ensemble (members + 1, 2, "{'title': <'Two'>}");
  assert_names (pymva_model_list_variables (model), "x y z fold");
  assert_names (pymva_model_list_variables (mean), "x y z");
  g_assert_cmpstr (pymva_model_get_title (mean), ==, "Two");
  g_assert_cmpstr (pymva_model_get_method_name (mean), ==, "ensemble");
  g_assert_cmpstr (pymva_model_get_engine (model), ==, "mlp");
  assert_folds (model, wider, answers, 5);

  for (guint i = 0; i < 5; i++)
    {
      g_object_unref (members[i]);
      g_free (answers[i]);
    }
}

/* Numbers that float32 has not: the expression is evaluated in float64. */
static void
test_table (void)
{
  const gint64 events[] = { 16777216, 16777217, 16777218, -16777219, 1099511627777, 5 };
  const float x[] = { 0, 0, 0, 0, 0, 1 };
  const float expected[] = { 2, 4, 1, 2, 4, -4 };
  g_autoptr (PymvaModel) first = member_tree ("x", 0, 0.5f, 1, -1);
  g_autoptr (PymvaModel) second = member_tree ("x", 0, 0.5f, 2, -2);
  g_autoptr (PymvaModel) third = member_tree ("x", 0, 0.5f, 4, -4);
  PymvaModel *members[] = { first, second, third };
  g_autoptr (PymvaModel) model =
    members_ensemble (members, 3, "{'fold': <'int (fabs (eventID)) % 3'>}");
  g_autoptr (PymvaTensor) numbers = fixture_tensor (PYMVA_DTYPE_INT64, events, 6, 0);
  g_autoptr (PymvaTensor) values = fixture_tensor (PYMVA_DTYPE_FLOAT32, x, 6, 0);
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (PymvaTensor) outputs = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    g_assert_cmpfloat (expected[i], ==,
                       (x[i] > 0 ? -1 : 1) * (1 << (ABS (events[i]) % 3)));
  pymva_table_add_column (table, "eventID", numbers, &error);
  g_assert_no_error (error);
  pymva_table_add_column (table, "x", values, &error);
  g_assert_no_error (error);
  outputs = pymva_model_predict_table (model, table, &error);
  g_assert_no_error (error);
  assert_equal (pymva_tensor_peek_data (outputs), expected, G_N_ELEMENTS (expected));
}

/* --- files --- */

static void
test_saved (void)
{
  g_autoptr (PymvaModel) first = fixture_forest ();
  PymvaModel *members[] = { first, first, first };
  g_autoptr (PymvaModel) model = members_ensemble (members, 3, "{'fold': <'event % 3'>}");
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) file = g_file_get_child (folder, "ensemble.pymva");
  g_autoptr (PymvaModel) loaded = NULL;
  g_autofree char *manifest = NULL;
  g_autoptr (GError) error = NULL;
  /* The members' golden rows, and the folds beside them. */
  const float inputs[] = { 0, 0, 0, 1, -2, 1, 1, 3, 2 };
  const float outputs[] = { 0.25f, 0.5f, 1 };

  g_assert_true (pymva_model_save (model, file, NULL, &error));
  g_assert_no_error (error);
  loaded = pymva_model_load (file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pymva_model_get_sha256 (loaded), ==, pymva_model_get_sha256 (model));
  g_assert_cmpint (pymva_tensor_get_length (loaded->golden_inputs, 0), ==, 3);
  assert_equal (pymva_tensor_peek_data (loaded->golden_inputs), inputs, 9);
  assert_equal (pymva_tensor_peek_data (loaded->golden_outputs), outputs, 3);

  manifest = pymva_model_dup_manifest (loaded);
  g_assert_nonnull (strstr (manifest, pymva_model_get_sha256 (first)));
  g_assert_nonnull (strstr (manifest, "\"fold\" : \"event % 3\""));
  g_assert_nonnull (strstr (manifest, "\"members\""));
  fixture_folder_remove (folder);
}

/* An ensemble is a member as any other, with its folds. */
static void
test_nested (void)
{
  g_autoptr (PymvaModel) first = member_tree ("x", 0, 0, 1, 2);
  g_autoptr (PymvaModel) second = member_tree ("x", 0, 0, 4, 8);
  PymvaModel *members[] = { first, second };
  g_autoptr (PymvaModel) inner = members_ensemble (members, 2, "{'fold': <'event % 2'>}");
  PymvaModel *outer_members[] = { inner, first };
  g_autoptr (PymvaModel) outer = members_ensemble (outer_members, 2, NULL);
  const double rows[] = { -1, 0, -1, 1, 1, 1, 1, 7 };
  const float expected[] = { 1, 2.5f, 5, 3.5f };
  g_autofree float *found = predict (outer, PYMVA_DTYPE_FLOAT32, rows, 4);

  assert_names (pymva_model_list_variables (outer), "x fold");
  assert_equal (found, expected, 4);
}

static void
test_exported (void)
{
  g_autoptr (PymvaModel) tree = member_tree ("x y", 1, 0.5f, 1, -3);
  g_autoptr (PymvaModel) chain = member_chain ("z x");
  PymvaModel *members[] = { tree, chain };
  g_autoptr (PymvaModel) model = members_ensemble (members, 2, "{'fold': <'event - 10'>}");
  const double rows[] = { 2, 0, 3, 0, 2, 0, 3, 1, 2, 1, 3, 2, 2, 1, 3, 0.4, 2, 1, 3, 1.5 };
  static const char csv[] =
    "x,y,z,event\n2,0,3,10\n2,0,3,11\n2,1,3,12\n2,1,3,10.4\n2,1,3,11.5\n";
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) source = g_file_get_child (folder, "exported.c");
  g_autofree char *table = g_build_filename (g_file_peek_path (folder), "rows.csv", NULL);
  g_autofree float *expected = predict (model, PYMVA_DTYPE_FLOAT32, rows, 5);
  g_autofree float *found = NULL;
  g_autoptr (GError) error = NULL;

  pymva_model_export (model, source, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_file_set_contents (table, csv, -1, &error);
  g_assert_no_error (error);
  exported_compile (g_file_peek_path (folder), "PYMVA_TEST_CC", "-std=c99");
  found = exported_predict (g_file_peek_path (folder), NULL, 5);
  assert_equal (found, expected, 5);
  fixture_folder_remove (folder);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ensemble/mean", test_mean);
  g_test_add_func ("/ensemble/targets", test_targets);
  g_test_add_func ("/ensemble/variables", test_variables);
  g_test_add_func ("/ensemble/table", test_table);
  g_test_add_func ("/ensemble/saved", test_saved);
  g_test_add_func ("/ensemble/nested", test_nested);
  g_test_add_func ("/ensemble/exported", test_exported);
  add_folder ("scoring", "files", "1.0.0");
  add_folder ("fuzz", "corpus", "model");

  return g_test_run ();
}
