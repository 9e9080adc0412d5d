/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>
#include <sys/wait.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "exported-program.h"
#include "scoring/scoring-fixtures.h"

/* Models written as C, compiled, run, and compared with what the library answers. Between them the
 * models have every stage, link, activation, rule of a forest, and operator. */

#define N_COLUMNS 4
#define N_ROWS 200

/* --- rows --- */

/* Numbers that thresholds are made of too, and those at the ends. */
static double
draw_number (GRand *random)
{
  static const double special[] = {
    NAN, INFINITY, -INFINITY, 0.0, -0.0, 1e-35, -1e-35, 1.1e-35, 5e-324, 1e-45, 0.1, -0.5, 1e300,
  };

  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
      return special[g_rand_int_range (random, 0, G_N_ELEMENTS (special))];
    case 1:
      return g_rand_int_range (random, -2, 100);
    case 2:
      return g_rand_double_range (random, -3, 3);
    default:
      return 0.25 * g_rand_int_range (random, -8, 9);
    }
}

static PymvaTensor *
draw_rows (PymvaDType dtype)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  double doubles[N_ROWS * N_COLUMNS];
  float floats[N_ROWS * N_COLUMNS];

  for (guint i = 0; i < N_ROWS * N_COLUMNS; i++)
    {
      doubles[i] = draw_number (random);
      floats[i] = (float) doubles[i];
    }

  return fixture_tensor (dtype, dtype == PYMVA_DTYPE_FLOAT64 ? (gconstpointer) doubles : floats,
                         N_ROWS, N_COLUMNS);
}

static void
write_rows (PymvaTensor *rows,
            const char *path)
{
  const double *values = pymva_tensor_peek_data (rows);
  g_autoptr (GString) text = g_string_new ("x3,unused,x0,\"x1\",x2\r\n");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_ROWS; i++)
    {
      static const guint order[] = { 3, 0, 0, 1, 2 };

      for (guint k = 0; k < G_N_ELEMENTS (order); k++)
        {
          double value = values[i * N_COLUMNS + order[k]];

          if (k > 0)
            g_string_append_c (text, ',');
          /* What is missing is an empty field. */
          if (!isnan (value))
            g_string_append_printf (text, "%.17g", value);
        }
      g_string_append_c (text, '\n');
    }
  g_file_set_contents (path, text->str, text->len, &error);
  g_assert_no_error (error);
}

/* --- comparing --- */

/* @tolerance: relative to numbers above 1, absolute below; 0: the same bits. */
static void
assert_same (PymvaTensor *outputs,
             const float *found,
             double tolerance)
{
  const float *expected = pymva_tensor_peek_data (outputs);
  guint n_outputs = pymva_tensor_get_length (outputs, 1);

  for (guint i = 0; i < pymva_tensor_get_n_elements (outputs); i++)
    {
      double distance = fabs ((double) found[i] - expected[i]);

      if (memcmp (&found[i], &expected[i], sizeof (float)) == 0 ||
          (isnan (found[i]) && isnan (expected[i])) ||
          distance <= tolerance * fmax (1, fabs (expected[i])))
        continue;
      g_error ("row %u, output %u: %.9g, not %.9g", i / n_outputs, i % n_outputs, found[i],
               expected[i]);
    }
}

static void
check_program (PymvaModel *model,
               const char *folder,
               PymvaTensor *rows,
               const char *option,
               double tolerance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) outputs = pymva_model_predict (model, rows, &error);
  g_autofree float *found = NULL;

  g_assert_no_error (error);
  found = exported_predict (folder, option, pymva_tensor_get_n_elements (outputs));
  assert_same (outputs, found, tolerance);
}

static void
check (PymvaModel *model,
       double tolerance)
{
  static const struct
  {
    const char *variable;
    const char *language;
  } compilers[] = {
    { "PYMVA_TEST_CC", "-std=c99" },
    { "PYMVA_TEST_CXX", "-x c++" },
  };
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) source = g_file_get_child (folder, "exported.c");
  g_autofree char *rows_path = g_build_filename (g_file_peek_path (folder), "rows.csv", NULL);
  g_autoptr (PymvaTensor) floats = draw_rows (PYMVA_DTYPE_FLOAT32);
  g_autoptr (PymvaTensor) doubles = draw_rows (PYMVA_DTYPE_FLOAT64);
  g_autoptr (GError) error = NULL;

  write_rows (doubles, rows_path);
  pymva_model_export (model, source, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (compilers); i++)
    {
      exported_compile (g_file_peek_path (folder), compilers[i].variable,
                        compilers[i].language);
      check_program (model, g_file_peek_path (folder), floats, NULL, tolerance);
      check_program (model, g_file_peek_path (folder), doubles, "--double", tolerance);
    }
  fixture_folder_remove (folder);
}

/* --- models --- */

static PymvaModelBuilder *
new_builder (void)
{
  return fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, N_COLUMNS);
}

/* Adds a stage of the variables, as g_variant_parse() reads it. */
static void
add_stage (PymvaModelBuilder *builder,
           const char *members)
{
  g_autofree char *text = g_strdup_printf ("{'input': <int64 -1>, %s}", members);

  pymva_model_builder_add_stage (builder, g_variant_new_parsed (text));
}

/* Puts the columns of all stages side by side, and checks the model. */
static void
build_and_check (PymvaModelBuilder *builder,
                 double tolerance)
{
  guint n_stages = pymva_model_builder_get_n_stages (builder);
  g_autoptr (GString) inputs = g_string_new (NULL);
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *last = NULL;

  for (guint i = 0; i < n_stages; i++)
    g_string_append_printf (inputs, "%sint64 %u", i > 0 ? ", " : "", i);
  last = g_strdup_printf ("{'kind': <'affine'>, 'inputs': <[%s]>}", inputs->str);
  pymva_model_builder_add_stage (builder, g_variant_new_parsed (last));
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pymva_model_get_n_outputs (model), >, 1);

  check (model, tolerance);
}

static void
test_links (void)
{
  static const char *const functions[] = {
    "'exponential'", "'gaussian'", "'hinge'", "'largest'", "'log'", "'logistic'",
    "'logistic'>, 'slope': <0.7", "'logit'", "'normal-quantile'", "'rational-tanh'", "'relu'",
    "'shares'", "'shares-uniform'", "'sigmoid'", "'signed-square'", "'softmax'", "'softplus'",
    "'square'", "'tanh'", "'tie-break'", "'unit-l1'", "'unit-l2'", "'unit-max'",
  };
  static const char *const singles[] = {
    "'exponential'", "'hinge'", "'logistic'", "'logistic'>, 'slope': <-2.5", "'softmax'",
  };
  g_autoptr (PymvaModelBuilder) builder = new_builder ();

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      g_autofree char *stage =
        g_strdup_printf ("'kind': <'link'>, 'function': <%s>", functions[i]);

      add_stage (builder, stage);
    }
  for (guint i = 0; i < G_N_ELEMENTS (singles); i++)
    {
      g_autofree char *stage = g_strdup_printf (
        "'kind': <'link'>, 'precision': <'float32'>, 'function': <%s>", singles[i]);

      add_stage (builder, stage);
    }
  build_and_check (builder, 0);
}

/* The tables that the stages below name. */
static void
add_tables (PymvaModelBuilder *builder)
{
  const double offsets[] = { 0.1, -2, 1.0 / 3, 1e-300 };
  const double scales[] = { 0.3, -7, 1e10, 1 };
  const double high[] = { 1, INFINITY, 0.25, 0 };
  const gint32 counts[] = { 3, 0, 2, 1 };
  const double rising[] = { -1, 0.25, 1, 0, 2, 0.5 };
  const double heights[] = { 10, -20, 0.1, 5, 5, 7 };
  const double matrix[] = { 0.1, 0.2, -3, 1e-9, 1.0 / 3, 0, 7, 0.7 };
  const double square[] = { 0.1, 0.9, -1.1, 0.3 };
  const double bias[] = { 0.7, -1e-3 };
  const double weights[] = { 0.2, 0.5, 0.3, 0.4 };
  const double vectors[] = { 0.5, 0, 1, -1, 0.25, 2, -0.3, 0.1 };

  fixture_add_table (builder, "offsets", PYMVA_DTYPE_FLOAT64, offsets, 4, 0);
  fixture_add_table (builder, "scales", PYMVA_DTYPE_FLOAT64, scales, 4, 0);
  fixture_add_table (builder, "high", PYMVA_DTYPE_FLOAT64, high, 4, 0);
  fixture_add_table (builder, "counts", PYMVA_DTYPE_INT32, counts, 4, 0);
  fixture_add_table (builder, "rising", PYMVA_DTYPE_FLOAT64, rising, 6, 0);
  fixture_add_table (builder, "heights", PYMVA_DTYPE_FLOAT64, heights, 6, 0);
  fixture_add_table (builder, "matrix", PYMVA_DTYPE_FLOAT64, matrix, 2, 4);
  fixture_add_table (builder, "square", PYMVA_DTYPE_FLOAT64, square, 2, 2);
  fixture_add_table (builder, "bias", PYMVA_DTYPE_FLOAT64, bias, 2, 0);
  fixture_add_table (builder, "weights", PYMVA_DTYPE_FLOAT64, weights, 4, 0);
  fixture_add_table (builder, "vectors", PYMVA_DTYPE_FLOAT64, vectors, 2, 4);
}

static void
test_stages (void)
{
  static const char *const stages[] = {
    "'kind': <'affine'>, 'subtract': <'offsets'>, 'divide': <'scales'>",
    "'kind': <'affine'>, 'subtract': <'offsets'>, 'divide': <'scales'>, 'multiply': <'offsets'>, "
    "'add': <'scales'>",
    "'kind': <'affine'>, 'add': <'offsets'>, 'dtype': <'float32'>",
    "'kind': <'choose'>, 'n_choices': <int64 1>, 'otherwise': <-0.1>",
    "'kind': <'choose'>, 'n_choices': <int64 2>",
    "'kind': <'clip'>, 'minimum': <'offsets'>",
    "'kind': <'clip'>, 'maximum': <'high'>",
    "'kind': <'clip'>",
    "'kind': <'encode'>, 'counts': <'counts'>, 'categories': <'rising'>",
    "'kind': <'expression'>, 'expressions': <['x0 ^ 2 + x3', '1.5', 'x2 > x1 ? -x0 : !x0']>",
    "'kind': <'fill'>, 'values': <'scales'>",
    "'kind': <'interpolate'>, 'counts': <'counts'>, 'x': <'rising'>, 'y': <'heights'>",
    "'kind': <'interpolate'>, 'counts': <'counts'>, 'x': <'rising'>, 'y': <'heights'>, "
    "'slopes': <true>",
    "'kind': <'kernel'>, 'vectors': <'vectors'>, 'weights': <'bias'>, 'gamma': <0.3>",
    "'kind': <'kernel'>, 'vectors': <'vectors'>, 'weights': <'bias'>, 'gamma': <0.3>, "
    "'bias': <-0.2>, 'precision': <'float32'>",
    "'kind': <'linear'>, 'weight': <'matrix'>",
    "'kind': <'linear'>, 'weight': <'matrix'>, 'bias': <'bias'>",
    "'kind': <'matrix'>, 'matrix': <'matrix'>",
    "'kind': <'matrix'>, 'matrix': <'square'>, 'columns': <[int64 3, 1]>",
    "'kind': <'mean'>, 'n_outputs': <int64 1>",
    "'kind': <'mean'>, 'n_outputs': <int64 2>",
    "'kind': <'product'>",
    "'kind': <'select'>, 'columns': <[int64 2, 2, 0]>",
    "'kind': <'weighted-median'>, 'weights': <'weights'>",
    "'kind': <'weighted-median'>, 'weights': <'weights'>, 'reach': <int64 1>",
    "'kind': <'mlp'>, 'precision': <'float64'>, 'layers': <["
    "{'type': <'dense'>, 'weight': <'matrix'>, 'bias': <'bias'>}, {'type': <'tanh'>}, "
    "{'type': <'dense'>, 'weight': <'square'>}, {'type': <'softmax'>}]>",
  };
  g_autoptr (PymvaModelBuilder) builder = new_builder ();

  add_tables (builder);
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    add_stage (builder, stages[i]);
  build_and_check (builder, 0);
}

static void
test_networks (void)
{
  static const char *const activations[] = {
    "'relu'", "'leaky-relu'>, 'slope': <0.2", "'elu'>, 'alpha': <1.5", "'selu'", "'gelu'",
    "'gelu-tanh'", "'silu'", "'tanh'", "'sigmoid'", "'softplus'>, 'beta': <2.0", "'hard-tanh'",
    "'celu'>, 'alpha': <0.5", "'exponential'", "'hard-sigmoid'", "'hard-silu'", "'log-sigmoid'",
    "'mish'", "'soft-shrink'>, 'width': <-0.25", "'softsign'", "'tanh-shrink'", "'identity'",
    "'softmax'",
  };
  const float wide[] = { 0.1f, 0.2f, -3, 0.5f, 1.0f / 3, 0, 0.7f, 0.7f, -1, 1, 0.01f, 0.02f };
  const float narrow[] = { 1, -0.5f, 0.25f };
  const float bias[] = { 0.1f, -0.2f, 0.3f };
  g_autoptr (PymvaModelBuilder) builder = new_builder ();

  fixture_add_table (builder, "wide", PYMVA_DTYPE_FLOAT32, wide, 3, 4);
  fixture_add_table (builder, "narrow", PYMVA_DTYPE_FLOAT32, narrow, 1, 3);
  fixture_add_table (builder, "bias", PYMVA_DTYPE_FLOAT32, bias, 3, 0);
  for (guint i = 0; i < G_N_ELEMENTS (activations); i++)
    {
      g_autofree char *stage = g_strdup_printf (
        "'kind': <'mlp'>, 'layers': <[{'type': <'dense'>, 'weight': <'wide'>, 'bias': <'bias'>}, "
        "{'type': <%s>}, {'type': <'dense'>, 'weight': <'narrow'>}]>", activations[i]);

      add_stage (builder, stage);
    }
  add_stage (builder, "'kind': <'mlp'>, 'layers': <[{'type': <'tanh'>}]>");
  build_and_check (builder, 1e-5);
}

/* --- forests --- */

#define N_TREES 12
#define MOST_NODES (N_TREES * 31)

typedef struct
{
  gint32 node_counts[N_TREES];
  gint32 children[MOST_NODES];
  gint32 features[MOST_NODES];
  double thresholds[MOST_NODES];
  guint8 missing[MOST_NODES];
  gint32 sets[MOST_NODES];
  guint n_nodes;
  guint n_leaves;
} Trees;

/* Trees of up to four levels, with all rules for missing values and sets. */
static Trees
draw_trees (GRand *random)
{
  Trees trees = { { 0 } };

  for (guint tree = 0; tree < N_TREES; tree++)
    {
      guint root = trees.n_nodes;
      guint count = 1;

      for (guint i = 0; i < count; i++)
        {
          guint node = root + i;

          trees.features[node] = g_rand_int_range (random, 0, N_COLUMNS);
          trees.thresholds[node] = 0.25 * g_rand_int_range (random, -8, 9);
          if (g_rand_boolean (random))
            trees.thresholds[node] = nextafter (trees.thresholds[node], -INFINITY);
          trees.missing[node] = g_rand_int_range (random, 0, 32);
          trees.sets[node] = g_rand_int_range (random, -3, 3);
          trees.sets[node] = MAX (trees.sets[node], -1);
          if (count + 2 <= 31 && g_rand_int_range (random, 0, 4) > 0)
            {
              trees.children[node] = count;
              count += 2;
            }
          else
            trees.children[node] = -1 - (gint32) trees.n_leaves++;
        }
      trees.node_counts[tree] = count;
      trees.n_nodes += count;
    }

  return trees;
}

/* Adds the tables of a forest, whose names begin with its number. */
static void
add_trees (PymvaModelBuilder *builder,
           guint number,
           const Trees *trees,
           gboolean is_single,
           guint n_value_columns,
           GRand *random)
{
  g_autofree char *prefix = g_strdup_printf ("%u", number);
  g_autofree double *values = g_new (double, trees->n_leaves * n_value_columns);
  float floats[MOST_NODES];
  const gint32 set_offsets[] = { 0, 1, 1, 4 };
  const gint32 set_words[] = { 0x5, -2, 0, 0x70000001 };
  const double base[] = { 0.1, -0.7, 1e-3 };
  gint32 outputs[N_TREES];

#define ADD(suffix, type, table, n)                                                                \
  G_STMT_START                                                                                     \
    {                                                                                              \
      g_autofree char *name = g_strconcat (prefix, suffix, NULL);                                  \
                                                                                                   \
      fixture_add_table (builder, name, type, table, n, 0);                                        \
    }                                                                                              \
  G_STMT_END

  for (guint i = 0; i < trees->n_leaves * n_value_columns; i++)
    values[i] = g_rand_double_range (random, -1, 1);
  for (guint i = 0; i < trees->n_nodes; i++)
    floats[i] = (float) trees->thresholds[i];
  for (guint i = 0; i < N_TREES; i++)
    outputs[i] = i % 3;

  ADD ("counts", PYMVA_DTYPE_INT32, trees->node_counts, N_TREES);
  ADD ("children", PYMVA_DTYPE_INT32, trees->children, trees->n_nodes);
  ADD ("features", PYMVA_DTYPE_INT32, trees->features, trees->n_nodes);
  if (is_single)
    ADD ("thresholds", PYMVA_DTYPE_FLOAT32, floats, trees->n_nodes);
  else
    ADD ("thresholds", PYMVA_DTYPE_FLOAT64, trees->thresholds, trees->n_nodes);
  ADD ("missing", PYMVA_DTYPE_UINT8, trees->missing, trees->n_nodes);
  ADD ("sets", PYMVA_DTYPE_INT32, trees->sets, trees->n_nodes);
  ADD ("offsets", PYMVA_DTYPE_INT32, set_offsets, 4);
  ADD ("words", PYMVA_DTYPE_INT32, set_words, 4);
  ADD ("base", PYMVA_DTYPE_FLOAT64, base, 3);
  ADD ("outputs", PYMVA_DTYPE_INT32, outputs, N_TREES);
#undef ADD

  g_clear_pointer (&prefix, g_free);
  prefix = g_strdup_printf ("%uvalues", number);
  fixture_add_table (builder, prefix, PYMVA_DTYPE_FLOAT64, values, trees->n_leaves,
                     n_value_columns);
}

static void
test_forests (void)
{
  /* %u is the number of the forest. */
  static const struct
  {
    gboolean is_single;
    guint n_value_columns;
    const char *members;
  } forests[] = {
    { TRUE, 3, "" },
    { FALSE, 3, ", 'base': <'%ubase'>, 'missing': <'%umissing'>, 'divisor': <int64 7>" },
    { TRUE, 1, ", 'tree_outputs': <'%uoutputs'>, 'n_outputs': <int64 3>, 'base': <'%ubase'>, "
               "'precision': <'float32'>, 'aggregation': <'sum'>, 'missing': <'%umissing'>" },
    { TRUE, 1, ", 'precision': <'float32'>, 'sets': <'%usets'>, 'set_offsets': <'%uoffsets'>, "
               "'set_words': <'%uwords'>, 'missing': <'%umissing'>" },
    { FALSE, 1, ", 'aggregation': <'sum'>, 'sets': <'%usets'>, 'set_offsets': <'%uoffsets'>, "
                "'set_words': <'%uwords'>, 'missing': <'%umissing'>" },
    { FALSE, 1, ", 'sets': <'%usets'>, 'set_offsets': <'%uoffsets'>, 'set_words': <'%uwords'>" },
  };
  g_autoptr (PymvaModelBuilder) builder = new_builder ();
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint i = 0; i < G_N_ELEMENTS (forests); i++)
    {
      Trees trees = draw_trees (random);
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_autoptr (GString) stage = g_string_new (
        "'kind': <'forest'>, 'node_counts': <'%ucounts'>, 'children': <'%uchildren'>, "
        "'features': <'%ufeatures'>, 'thresholds': <'%uthresholds'>, 'values': <'%uvalues'>");

      add_trees (builder, i, &trees, forests[i].is_single, forests[i].n_value_columns, random);
      g_string_append (stage, forests[i].members);
      g_string_replace (stage, "%u", number, 0);
      add_stage (builder, stage->str);
    }
  build_and_check (builder, 0);
}

/* --- expressions --- */

static void
test_expressions (void)
{
  static const char *const expressions[] = {
    "x0", "x1 + x2 * x3 - x0 / x1", "abs (x0) + sqrt (x1) + exp (x2) + log (x3) + log10 (x0)",
    "pow (x0, 3) + x1 ^ 2 + x2 ^ x3", "sin (x0) + cos (x1) + tan (x2)",
    "asin (x0) + acos (x1) + atan (x2) + atan2 (x3, x0)", "sinh (x0) + cosh (x1) - tanh (x2)",
    "min (x0, x1)", "max (x2, x3)", "floor (x0) + ceil (x1) + int (x2)", "fmod (x0, 0.75) + x1 % 2",
    "sign (x0)", "- -x0 - -1.5e-7", "x0 < x1 || x1 <= x2 && x2 > x3",
    "x0 >= x1 ? x2 == x3 : x0 != x1", "!x0", "2.5",
  };
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("test-method", PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) source = g_file_get_child (folder, "exported.c");
  g_autofree char *rows_path = g_build_filename (g_file_peek_path (folder), "rows.csv", NULL);
  g_autoptr (GFile) rows_file = g_file_new_for_path (rows_path);
  g_autoptr (PymvaTensor) rows = draw_rows (PYMVA_DTYPE_FLOAT64);
  g_autoptr (PymvaTable) table = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree float *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (expressions); i++)
    {
      g_autofree char *name = g_strdup_printf ("y%u", i);

      pymva_model_builder_add_variable (builder, name, expressions[i], NULL, NULL);
    }
  pymva_model_builder_add_stage (builder, g_variant_new_parsed ("{'kind': <'affine'>}"));
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);

  write_rows (rows, rows_path);
  table = pymva_table_new_from_file (rows_file, NULL, NULL, &error);
  g_assert_no_error (error);
  outputs = pymva_model_predict_table (model, table, &error);
  g_assert_no_error (error);

  pymva_model_export (model, source, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  exported_compile (g_file_peek_path (folder), "PYMVA_TEST_CC", "-std=c99");
  found = exported_predict (g_file_peek_path (folder), NULL,
                            pymva_tensor_get_n_elements (outputs));
  assert_same (outputs, found, 0);
  fixture_folder_remove (folder);
}

/* --- what is no table --- */

static void
check_file (const char *folder,
            const char *content,
            const char *printed,
            const char *message)
{
  g_autofree char *path = g_build_filename (folder, "events.csv", NULL);
  g_autofree char *program = g_build_filename (folder, "exported", NULL);
  const char *arguments[] = { program, path, NULL };
  g_autofree char *output = NULL;
  g_autofree char *messages = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &messages,
                &status, &error);
  g_assert_no_error (error);

  g_assert_cmpstr (output, ==, printed);
  g_assert_cmpint (WEXITSTATUS (status), ==, message != NULL);
  if (message == NULL)
    g_assert_cmpstr (messages, ==, "");
  else
    g_assert_true (g_str_has_prefix (messages, path) && strstr (messages, message) != NULL);
}

/* The program reads as pymva_table_new_from_file() does. */
static void
test_program (void)
{
  static const struct
  {
    const char *content;
    const char *printed;
    const char *message;
  } files[] = {
    { "\xef\xbb\xbf\"x0\" , x1\r\n1,2\r\n\n  \n-Inf, \"0.5\" \r\n,nan",
      "response,\"a, b\"\n1,2\n-inf,0.5\nnan,nan\n", NULL },
    { "x0,x1\n\n1,2\n3\n", "response,\"a, b\"\n1,2\n",
      ": line 4: there are 1 values, but the first line has 2" },
    { "x0,x1\n1,2,3\n", "response,\"a, b\"\n", ": line 2: there are 3 values" },
    { "x0,x1\n1,abc\n", "response,\"a, b\"\n", ": line 2, column 2 (x1): \"abc\" is no number" },
    { "x0,x1\n1,0x1\n", "response,\"a, b\"\n", "\"0x1\" is no number" },
    { "x0,x1\n1e,2\n", "response,\"a, b\"\n", "\"1e\" is no number" },
    { "x0,x1\n1,\"2", "response,\"a, b\"\n", ": line 2: a quote is never closed" },
    { "x0,x1\n\"1\"0,2\n", "response,\"a, b\"\n", ": line 2: there is text behind a quote" },
    { "x0,x2\n", "", "there is no column \"x1\"" },
    { "x0,x1,x0\n", "", ": line 1: there are two columns of the same name" },
    { "\n\n", "", ": it is empty\nUsage: exported [--double] [FILE]\n" },
  };
  const char *targets[] = { "response", "a, b", NULL };
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 2);
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) source = g_file_get_child (folder, "exported.c");
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;

  add_stage (builder, "'kind': <'affine'>");
  pymva_model_builder_set_targets (builder, targets);
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  pymva_model_export (model, source, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  exported_compile (g_file_peek_path (folder), "PYMVA_TEST_CC", "-std=c99");

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    check_file (g_file_peek_path (folder), files[i].content, files[i].printed, files[i].message);
  fixture_folder_remove (folder);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export-c/links", test_links);
  g_test_add_func ("/export-c/stages", test_stages);
  g_test_add_func ("/export-c/networks", test_networks);
  g_test_add_func ("/export-c/forests", test_forests);
  g_test_add_func ("/export-c/expressions", test_expressions);
  g_test_add_func ("/export-c/program", test_program);

  return g_test_run ();
}
