/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "base/memory-file.h"
#include "data/pymva-tensor-private.h"
#include "interop/onnx/pymva-onnx-writer-private.h"
#include "scoring/pymva-model-builder-private.h"
#include "text-file.h"

/* Models that skl2onnx, onnxmltools and PyTorch have written, and trees with every comparison;
 * onnx/make-onnx.py makes them, and has asked ONNX Runtime. */
static const struct
{
  const char *name;
  guint n_outputs;
  /* The answers are those of float32 sums in the order of the trees. */
  gboolean exact;
  /* What is exported of it can be imported again. */
  gboolean returns;
} samples[] = {
  { "boosting", 1, FALSE, TRUE },
  { "columns", 1, FALSE, TRUE },
  { "forest", 1, TRUE, TRUE },
  { "forest-classes", 3, TRUE, TRUE },
  { "forest-values", 1, TRUE, TRUE },
  { "imputer", 1, TRUE, FALSE },
  { "integers", 3, FALSE, TRUE },
  { "lightgbm", 1, FALSE, TRUE },
  { "linear", 1, FALSE, TRUE },
  { "logistic", 1, FALSE, TRUE },
  { "logistic-classes", 3, FALSE, FALSE },
  { "network", 1, FALSE, TRUE },
  { "network-classes", 3, FALSE, TRUE },
  { "network-layers", 3, FALSE, FALSE },
  { "trees-double", 1, TRUE, TRUE },
  { "trees-eq", 1, TRUE, FALSE },
  { "trees-gt", 1, TRUE, TRUE },
  { "trees-gte", 1, TRUE, TRUE },
  { "trees-leq", 1, TRUE, TRUE },
  { "trees-lt", 1, TRUE, TRUE },
  { "trees-neq", 1, TRUE, FALSE },
  { "xgboost", 1, FALSE, TRUE },
  { "xgboost-classes", 3, FALSE, TRUE },
};

static GBytes *
export_bytes (PymvaModel *model)
{
  g_autofree char *folder = g_dir_make_tmp ("pymva-onnx-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "model.onnx", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_true (pymva_model_export (model, file, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  bytes = g_file_load_bytes (file, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_delete (file, NULL, NULL));
  g_rmdir (folder);

  return g_steal_pointer (&bytes);
}

static PymvaTable *
read_answers (const char *name)
{
  g_autofree char *file_name = g_strconcat (name, ".csv", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "interop", "onnx", file_name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  PymvaTable *table = pymva_table_new_from_file (file, NULL, NULL, &error);

  g_assert_no_error (error);
  return table;
}

static double
get_number (PymvaTable *table,
            const char *word,
            guint column,
            gint64 row)
{
  g_autofree char *name = g_strdup_printf ("%s%u", word, column);
  g_autoptr (PymvaTensor) values = pymva_table_get_column (table, name, NULL);

  g_assert_nonnull (values);
  return pymva_tensor_get_value (values, &row, 1);
}

/* Compares the model with what ONNX Runtime answered for the events. */
static void
assert_answers (PymvaModel *model,
                PymvaTable *answers,
                guint n_outputs,
                gboolean exact)
{
  g_assert_cmpuint (pymva_model_get_n_outputs (model), ==, n_outputs);
  for (gint64 row = 0; row < pymva_table_get_n_rows (answers); row++)
    {
      float event[3];
      float outputs[3];

      for (guint i = 0; i < 3; i++)
        event[i] = (float) get_number (answers, "f", i, row);
      g_assert_true (pymva_model_score (model, event, outputs));
      for (guint i = 0; i < n_outputs; i++)
        {
          float expected = (float) get_number (answers, "y", i, row);

          if (exact)
            g_assert_cmpfloat (outputs[i], ==, expected);
          else
            g_assert_cmpfloat_with_epsilon (outputs[i], expected, 1e-5 * MAX (1, fabsf (expected)));
        }
    }
}

static GBytes *
read_sample (const char *name)
{
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", "onnx", name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &error);

  g_assert_no_error (error);
  return g_mapped_file_get_bytes (file);
}

static void
test_samples (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GBytes) bytes = read_sample (samples[i].name);
      g_autoptr (PymvaTable) answers = read_answers (samples[i].name);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaModel) model = import_bytes (bytes, NULL, &error);

      g_test_message ("%s", samples[i].name);
      g_assert_no_error (error);
      assert_answers (model, answers, samples[i].n_outputs, samples[i].exact);
    }
}

/* There, and back again. */
static void
test_returns (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GBytes) bytes = read_sample (samples[i].name);
      g_autoptr (PymvaTable) answers = read_answers (samples[i].name);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaModel) model = import_bytes (bytes, NULL, &error);
      g_autoptr (GBytes) exported = NULL;
      g_autoptr (GBytes) again = NULL;
      g_autoptr (PymvaModel) returned = NULL;
      g_auto (GStrv) names = NULL;
      g_auto (GStrv) returned_names = NULL;

      g_test_message ("%s", samples[i].name);
      g_assert_no_error (error);
      exported = export_bytes (model);
      again = export_bytes (model);
      g_assert_true (g_bytes_equal (exported, again));
      if (!samples[i].returns)
        continue;

      returned = import_bytes (exported, NULL, &error);
      g_assert_no_error (error);
      assert_answers (returned, answers, samples[i].n_outputs, FALSE);
      g_assert_cmpint (pymva_model_get_analysis_type (returned), ==,
                       pymva_model_get_analysis_type (model));
      names = pymva_model_list_classes (model);
      returned_names = pymva_model_list_classes (returned);
      g_assert_cmpstrv (names, returned_names);
    }
}

static void
test_names (void)
{
  g_autoptr (GBytes) bytes = read_sample ("forest");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) plain = import_bytes (bytes, NULL, &error);
  g_autoptr (PymvaModel) model = import_bytes (
    bytes, g_variant_new_parsed ("{'variables': <['a', 'b c', 'd']>, 'classes': <['s', 'b']>, "
                                 "'output': <'output_probability'>}"), &error);
  g_autoptr (GBytes) exported = NULL;
  g_autoptr (PymvaModel) returned = NULL;
  g_auto (GStrv) variables = NULL;
  g_auto (GStrv) classes = NULL;
  g_auto (GStrv) plain_classes = pymva_model_list_classes (plain);

  g_assert_no_error (error);
  g_assert_cmpstrv (plain_classes, ((const char *const[]) { "1", "0", NULL }));
  exported = export_bytes (model);
  returned = import_bytes (exported, NULL, &error);
  g_assert_no_error (error);
  variables = pymva_model_list_variables (returned);
  classes = pymva_model_list_classes (returned);
  g_assert_cmpstrv (variables, ((const char *const[]) { "a", "b c", "d", NULL }));
  g_assert_cmpstrv (classes, ((const char *const[]) { "s", "b", NULL }));
}

/* --- what is refused --- */

static void
assert_refused (GBytes *bytes,
                const char *options,
                int code,
                const char *part)
{
  GVariant *parsed = options != NULL ? g_variant_new_parsed (options) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = import_bytes (bytes, parsed, &error);

  g_assert_null (model);
  g_assert_error (error, PYMVA_ERROR, code);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” is not in: %s", part, error->message);
}

/* Ends the model with the last node, and expects that it is refused. */
static void
assert_graph_refused (PymvaOnnxWriter *writer,
                      int code,
                      const char *part)
{
  g_autoptr (GBytes) bytes = NULL;

  pymva_onnx_writer_set_output (writer, PYMVA_ONNX_OUTPUT);
  bytes = pymva_onnx_writer_finish (writer, "test", 2, 1, NULL);
  assert_refused (bytes, NULL, code, part);
}

static void
test_operators (void)
{
  static const struct
  {
    const char *operator;
    const char *part;
  } refused[] = {
    { "ArgMax", "(ArgMax): this operator cannot be converted" },
    { "Concat", "axis 1" },
    { "Log", "Sigmoid" },
    { "Reshape", "input 1 is missing" },
    { "Gemm", "input 1 is missing" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (PymvaOnnxWriter) writer = pymva_onnx_writer_new ();

      pymva_onnx_writer_add (writer, refused[i].operator, PYMVA_ONNX_INPUT, NULL);
      assert_graph_refused (writer,
                            strstr (refused[i].part, "missing") != NULL ? PYMVA_ERROR_FORMAT
                                                                        : PYMVA_ERROR_UNSUPPORTED,
                            refused[i].part);
    }
}

static void
test_arithmetic (void)
{
  g_autoptr (PymvaOnnxWriter) writer = pymva_onnx_writer_new ();
  const char *relu = pymva_onnx_writer_add (writer, "Relu", PYMVA_ONNX_INPUT, NULL);

  pymva_onnx_writer_add (writer, "Add", relu, PYMVA_ONNX_INPUT, NULL);
  assert_graph_refused (writer, PYMVA_ERROR_UNSUPPORTED, "two inputs that both depend");
}

static const char *
add_cast (PymvaOnnxWriter *writer,
          const char *input,
          gint32 type)
{
  const char *output = pymva_onnx_writer_add (writer, "Cast", input, NULL);

  pymva_onnx_writer_set_int (writer, "to", type);
  return output;
}

static const char *
add_concat (PymvaOnnxWriter *writer,
            const char *a,
            const char *b)
{
  const char *output = pymva_onnx_writer_add (writer, "Concat", a, b, NULL);

  pymva_onnx_writer_set_int (writer, "axis", 1);
  return output;
}

/* The layers of networks are float32. */
static void
test_patterns_of_double (void)
{
  static const struct
  {
    const char *function;
    const char *operator;
  } patterns[] = { { "Sigmoid", "Mul" }, { "Tanh", "Sub" } };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (PymvaOnnxWriter) writer = pymva_onnx_writer_new ();
      const char *wide = add_cast (writer, PYMVA_ONNX_INPUT, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE);

      pymva_onnx_writer_add (writer, patterns[i].operator, wide,
                             pymva_onnx_writer_add (writer, patterns[i].function, wide, NULL),
                             NULL);
      assert_graph_refused (writer, PYMVA_ERROR_UNSUPPORTED, "an activation in float");
    }
}

static void
test_widths (void)
{
  g_autoptr (PymvaOnnxWriter) writer = pymva_onnx_writer_new ();
  const double numbers[] = { 1, 2, 3 };

  pymva_onnx_writer_add (writer, "Add", PYMVA_ONNX_INPUT,
                         pymva_onnx_writer_add_row (writer, numbers, 3), NULL);
  assert_graph_refused (writer, PYMVA_ERROR_UNSUPPORTED, "2 columns");
}

/* A tree of a split and two leaves, after another operator or none. */
static void
add_tree (PymvaOnnxWriter *writer,
          const char *input,
          gint64 last_leaf,
          const char *aggregate,
          const char *transform)
{
  static const char *const modes[] = { "BRANCH_LEQ", "LEAF", "LEAF" };
  static const float values[] = { 0, 0, 0 };
  static const float weights[] = { 1, 2 };
  const gint64 zeros[] = { 0, 0, 0 };
  const gint64 ids[] = { 0, 1, last_leaf };
  const gint64 trues[] = { 1, 0, 0 };
  const gint64 falses[] = { 2, 0, 0 };
  const gint64 leaves[] = { 1, 2 };

  pymva_onnx_writer_add (writer, "TreeEnsembleRegressor", input, NULL);
  pymva_onnx_writer_set_domain (writer, "ai.onnx.ml");
  pymva_onnx_writer_set_ints (writer, "nodes_treeids", zeros, 3);
  pymva_onnx_writer_set_ints (writer, "nodes_nodeids", ids, 3);
  pymva_onnx_writer_set_ints (writer, "nodes_featureids", zeros, 3);
  pymva_onnx_writer_set_ints (writer, "nodes_truenodeids", trues, 3);
  pymva_onnx_writer_set_ints (writer, "nodes_falsenodeids", falses, 3);
  pymva_onnx_writer_set_texts (writer, "nodes_modes", modes, 3);
  pymva_onnx_writer_set_floats (writer, "nodes_values", values, 3);
  pymva_onnx_writer_set_ints (writer, "target_treeids", zeros, 2);
  pymva_onnx_writer_set_ints (writer, "target_nodeids", leaves, 2);
  pymva_onnx_writer_set_ints (writer, "target_ids", zeros, 2);
  pymva_onnx_writer_set_floats (writer, "target_weights", weights, 2);
  pymva_onnx_writer_set_text (writer, "aggregate_function", aggregate);
  pymva_onnx_writer_set_text (writer, "post_transform", transform);
}

static void
assert_tree_refused (const char *before,
                     gint64 last_leaf,
                     const char *aggregate,
                     const char *transform,
                     int code,
                     const char *part)
{
  g_autoptr (PymvaOnnxWriter) writer = pymva_onnx_writer_new ();
  const char *input = PYMVA_ONNX_INPUT;

  if (before != NULL)
    input = pymva_onnx_writer_add (writer, before, PYMVA_ONNX_INPUT, NULL);
  add_tree (writer, input, last_leaf, aggregate, transform);
  assert_graph_refused (writer, code, part);
}

/* A text without bytes has no address either. */
static void
test_empty_texts (void)
{
  static const char *const labels[] = { "", "b" };
  static const float coefficients[] = { 1, 2, 3, 4 };
  static const float intercepts[] = { 0, 0 };
  g_autoptr (PymvaOnnxWriter) normalizer = pymva_onnx_writer_new ();
  g_autoptr (PymvaOnnxWriter) classifier = pymva_onnx_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;
  const char *scores;

  pymva_onnx_writer_add (normalizer, "Normalizer", PYMVA_ONNX_INPUT, NULL);
  pymva_onnx_writer_set_domain (normalizer, "ai.onnx.ml");
  pymva_onnx_writer_set_text (normalizer, "norm", "");
  assert_graph_refused (normalizer, PYMVA_ERROR_FORMAT, "its norm is “”");
  assert_tree_refused (NULL, 2, "", "NONE", PYMVA_ERROR_UNSUPPORTED, "“aggregate_function” is “”");

  pymva_onnx_writer_add (classifier, "LinearClassifier", PYMVA_ONNX_INPUT, NULL);
  pymva_onnx_writer_set_domain (classifier, "ai.onnx.ml");
  pymva_onnx_writer_set_floats (classifier, "coefficients", coefficients, 4);
  pymva_onnx_writer_set_floats (classifier, "intercepts", intercepts, 2);
  pymva_onnx_writer_set_texts (classifier, "classlabels_strings", labels, 2);
  scores = pymva_onnx_writer_add_output (classifier);
  pymva_onnx_writer_add (classifier, "Identity", scores, NULL);
  pymva_onnx_writer_set_output (classifier, PYMVA_ONNX_OUTPUT);
  bytes = pymva_onnx_writer_finish (classifier, "test", 2, 2, NULL);
  assert_refused (bytes, NULL, PYMVA_ERROR_UNSUPPORTED, "option “classes”");
  model = import_bytes (bytes, g_variant_new_parsed ("{'classes': <['a', 'b']>}"), &error);
  g_assert_no_error (error);
}

/* Doubled with each node, and then taken again and again by one. */
static void
test_sizes (void)
{
  g_autoptr (PymvaOnnxWriter) doubled = pymva_onnx_writer_new ();
  g_autoptr (PymvaOnnxWriter) repeated = pymva_onnx_writer_new ();
  const char *inputs[1000];
  const char *columns = PYMVA_ONNX_INPUT;

  for (guint i = 0; i < 31; i++)
    columns = add_concat (doubled, columns, columns);
  assert_graph_refused (doubled, PYMVA_ERROR_UNSUPPORTED, "much larger than the file");

  columns = PYMVA_ONNX_INPUT;
  for (guint i = 0; i < 12; i++)
    columns = add_concat (repeated, columns, columns);
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    inputs[i] = columns;
  pymva_onnx_writer_add_list (repeated, "Concat", inputs, G_N_ELEMENTS (inputs));
  pymva_onnx_writer_set_int (repeated, "axis", 1);
  assert_graph_refused (repeated, PYMVA_ERROR_UNSUPPORTED, "a step with 8192000 columns");
}

/* What the numbers of the file lose when they are cast. */
static void
test_casts (void)
{
  static const struct
  {
    gint32 type;
    double number;
    double expected;
  } casts[] = {
    { ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, 0.1, 0.1f },
    { ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, 0.1, 0.1 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT32, 2.7, 2 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT64, -2.7, -2 },
  };
  g_autoptr (PymvaOnnxWriter) unknown = pymva_onnx_writer_new ();
  g_autoptr (PymvaOnnxWriter) beyond = pymva_onnx_writer_new ();
  const char *number;

  for (guint i = 0; i < G_N_ELEMENTS (casts); i++)
    {
      g_autoptr (PymvaOnnxWriter) writer = pymva_onnx_writer_new ();
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (PymvaModel) model = NULL;
      g_autoptr (PymvaTensor) inputs = NULL;
      g_autoptr (PymvaTensor) outputs = NULL;
      g_autoptr (GError) error = NULL;
      const double zeros[] = { 0, 0 };
      const gint64 first[] = { 0, 0 };
      const char *wide = add_cast (writer, PYMVA_ONNX_INPUT, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE);
      const char *sum;

      number = pymva_onnx_writer_add_number (writer, TRUE, casts[i].number);
      number = add_cast (writer, number, casts[i].type);
      number = add_cast (writer, number, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE);
      sum = pymva_onnx_writer_add (writer, "Add", wide, number, NULL);
      pymva_onnx_writer_add (writer, "Sub", sum,
                             pymva_onnx_writer_add_number (writer, TRUE, casts[i].number), NULL);
      pymva_onnx_writer_set_output (writer, PYMVA_ONNX_OUTPUT);
      bytes = pymva_onnx_writer_finish (writer, "test", 2, 2, NULL);
      model = import_bytes (bytes, NULL, &error);
      g_assert_no_error (error);
      inputs = pymva_tensor_new_from_doubles (zeros, 2, 2, &error);
      g_assert_no_error (error);
      outputs = pymva_model_predict (model, inputs, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat (pymva_tensor_get_value (outputs, first, 2), ==,
                         (float) (casts[i].expected - casts[i].number));
    }

  number = pymva_onnx_writer_add_number (unknown, TRUE, 1);
  number = add_cast (unknown, number, ONNX__TENSOR_PROTO__DATA_TYPE__BOOL);
  pymva_onnx_writer_add (unknown, "Add", PYMVA_ONNX_INPUT, number, NULL);
  assert_graph_refused (unknown, PYMVA_ERROR_UNSUPPORTED, "only casts to");
  number = pymva_onnx_writer_add_number (beyond, TRUE, 3e9);
  number = add_cast (beyond, number, ONNX__TENSOR_PROTO__DATA_TYPE__INT32);
  pymva_onnx_writer_add (beyond, "Add", PYMVA_ONNX_INPUT, number, NULL);
  assert_graph_refused (beyond, PYMVA_ERROR_FORMAT, "beyond those of the type");
}

static void
test_trees (void)
{
  assert_tree_refused (NULL, 2, "MIN", "NONE", PYMVA_ERROR_UNSUPPORTED, "“MIN”");
  assert_tree_refused (NULL, 2, "SUM", "PROBIT", PYMVA_ERROR_UNSUPPORTED, "“PROBIT”");
  assert_tree_refused (NULL, 1, "SUM", "NONE", PYMVA_ERROR_FORMAT, "node ids");
  assert_tree_refused (NULL, 3, "SUM", "NONE", PYMVA_ERROR_FORMAT, "node ids");
  /* Where they go hangs on the last bits of what another program computes. */
  assert_tree_refused ("Sigmoid", 2, "SUM", "NONE", PYMVA_ERROR_UNSUPPORTED, "last bits");
}

static void
test_files (void)
{
  g_autoptr (GBytes) bytes = read_sample ("forest");
  g_autoptr (GBytes) external = read_sample ("external-data");
  g_autoptr (GBytes) nested = read_sample ("nested");
  g_autoptr (GBytes) divided = read_sample ("integers-divided");
  g_autoptr (GBytes) absent = read_sample ("text-absent");
  g_autoptr (GBytes) shorter =
    g_bytes_new_from_bytes (bytes, 0, g_bytes_get_size (bytes) - 1);

  assert_refused (bytes, "{'output': <'output_label'>}", PYMVA_ERROR_UNSUPPORTED, "label");
  assert_refused (bytes, "{'output': <'probability'>}", PYMVA_ERROR_VALUE, "output_probability");
  assert_refused (bytes, "{'analysis': <'both'>}", PYMVA_ERROR_VALUE, "“both”");
  assert_refused (bytes, "{'analysis': <'classification'>, 'classes': <['a']>}",
                  PYMVA_ERROR_VALUE, "“classes”");
  assert_refused (external, NULL, PYMVA_ERROR_UNSUPPORTED, "lies in another file");
  assert_refused (nested, NULL, PYMVA_ERROR_FORMAT, "deeper");
  assert_refused (divided, NULL, PYMVA_ERROR_UNSUPPORTED, "whole numbers");
  assert_refused (absent, NULL, PYMVA_ERROR_FORMAT, "its norm is “”");
  assert_refused (shorter, "{'format': <'onnx'>}", PYMVA_ERROR_FORMAT, "protobuf");
}

static void
test_not_exported (void)
{
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("test-method", PYMVA_ANALYSIS_TYPE_REGRESSION);
  const char *const targets[] = { "y", NULL };
  g_autoptr (GFile) file = g_file_new_for_uri ("memory:///a.onnx");
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;

  pymva_model_builder_add_variable (builder, "x", NULL, NULL, NULL);
  pymva_model_builder_set_targets (builder, targets);
  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'link'>, 'function': <'rational-tanh'>}"));
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);

  g_assert_false (pymva_model_export (model, file, NULL, NULL, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "its stage 0, “link”, has a function"));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  memory_file_register_scheme ();

  g_test_add_func ("/onnx/samples", test_samples);
  g_test_add_func ("/onnx/returns", test_returns);
  g_test_add_func ("/onnx/names", test_names);
  g_test_add_func ("/onnx/operators", test_operators);
  g_test_add_func ("/onnx/arithmetic", test_arithmetic);
  g_test_add_func ("/onnx/widths", test_widths);
  g_test_add_func ("/onnx/patterns-of-double", test_patterns_of_double);
  g_test_add_func ("/onnx/empty-texts", test_empty_texts);
  g_test_add_func ("/onnx/sizes", test_sizes);
  g_test_add_func ("/onnx/casts", test_casts);
  g_test_add_func ("/onnx/trees", test_trees);
  g_test_add_func ("/onnx/files", test_files);
  g_test_add_func ("/onnx/not-exported", test_not_exported);

  return g_test_run ();
}
