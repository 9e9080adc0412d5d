/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "scoring/scoring-fixtures.h"

/* What pymva_model_export() does whatever the format; test-export-c.c is about that one. */

static char *
export_text (PymvaModel *model,
             const char *format,
             GVariant *options,
             const char *name,
             const char *written)
{
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) file = g_file_get_child (folder, name);
  g_autoptr (GFile) result = g_file_get_child (folder, written);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_assert_true (pymva_model_export (model, file, format, options, NULL, &error));
  g_assert_no_error (error);
  g_file_load_contents (result, NULL, &text, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture_folder_remove (folder);

  return text;
}

static void
assert_has (const char *text,
            const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("“%s” is not in:\n%s", part, text);
}

static void
test_names (void)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autofree char *header = export_text (model, NULL, NULL, "Scores.C", "Scores.h");
  g_autofree char *strange = export_text (model, "c", NULL, "2 b-c.cpp", "2 b-c.h");
  g_autofree char *source = export_text (model, "c", NULL, "2 b-c.cpp", "2 b-c.cpp");
  g_autofree char *named = export_text (
    model, NULL, g_variant_new_parsed ("{'name': <'my_model'>}"), "scores.c", "scores.h");

  assert_has (header, "void Scores_predict (const float *variables, float *outputs);");
  assert_has (header, "#define SCORES_N_VARIABLES 2\n");
  assert_has (header, pymva_model_get_sha256 (model));
  assert_has (header, "Two trees");
  assert_has (header, "signal");
  assert_has (strange, "void model_2_b_c_predict (");
  assert_has (source, "#include \"2 b-c.h\"");
  assert_has (named, "#define MY_MODEL_N_OUTPUTS 1\n");
}

static void
test_same_bytes (void)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autofree char *first = export_text (model, NULL, NULL, "a.c", "a.c");
  g_autofree char *second = export_text (model, "c", NULL, "a.c", "a.c");

  g_assert_cmpstr (first, ==, second);
}

/* Names and titles may hold what would mean something in C. */
static void
test_texts (void)
{
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("test-method", PYMVA_ANALYSIS_TYPE_REGRESSION);
  const char *const targets[] = { "a\"b\\c?\?/\n", NULL };
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *source = NULL;

  pymva_model_builder_add_variable (builder, "m\303\244ss", "`m\303\244ss`", NULL, NULL);
  pymva_model_builder_set_title (builder, "*/ int x; /* ?\?/ \\");
  pymva_model_builder_set_targets (builder, targets);
  pymva_model_builder_add_stage (builder, g_variant_new_parsed ("{'kind': <'affine'>}"));
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  source = export_text (model, NULL, NULL, "a.c", "a.c");

  assert_has (source, "\"m\\303\\244ss\"");
  assert_has (source, "\"a\\\"b\\\\c\\?\\?/\\012\"");
  assert_has (source, "“* / int x; / * ? ?/  ”");
}

static void
assert_refused (PymvaModel *model,
                const char *name,
                const char *format,
                const char *options,
                GQuark domain,
                int code,
                const char *part)
{
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) file = g_file_get_child (folder, name);
  GVariant *parsed = options != NULL ? g_variant_new_parsed (options) : NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_model_export (model, file, format, parsed, NULL, &error));
  g_assert_error (error, domain, code);
  assert_has (error->message, part);
  /* Nothing has been written. */
  fixture_folder_remove (folder);
}

static void
test_refused (void)
{
  g_autoptr (PymvaModel) model = fixture_forest ();

  assert_refused (model, "a.txt", NULL, NULL, PYMVA_ERROR, PYMVA_ERROR_VALUE, "“.c”");
  assert_refused (model, "a.c", "cc", NULL, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                  "The model “Two trees” cannot be exported: there is no format “cc”");
  assert_refused (model, "a.h", "c", NULL, PYMVA_ERROR, PYMVA_ERROR_VALUE, "“a.h”");
  assert_refused (model, "a.c", NULL, "{'nam': <'a'>}", PYMVA_ERROR, PYMVA_ERROR_VALUE, "“name”");
  assert_refused (model, "a.c", NULL, "{'name': <1>}", PYMVA_ERROR, PYMVA_ERROR_TYPE, "“name”");
  assert_refused (model, "a.c", NULL, "{'name': <'1a'>}", PYMVA_ERROR, PYMVA_ERROR_VALUE, "“1a”");
  assert_refused (model, "a.c", NULL, "{'name': <'a-b'>}", PYMVA_ERROR, PYMVA_ERROR_VALUE,
                  "“a-b”");
  assert_refused (model, "a.c", NULL, "{'name': <''>}", PYMVA_ERROR, PYMVA_ERROR_VALUE, "letter");
  assert_refused (model, "none/a.c", NULL, NULL, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "a.h");
}

/* What a layer above computes, and what the stack cannot hold. */
static void
test_unsupported (void)
{
  g_autoptr (PymvaModelBuilder) python = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 1);
  g_autoptr (PymvaModelBuilder) wide = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 1);
  g_autofree double *weight = g_new0 (double, 50000);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GError) error = NULL;

  pymva_model_builder_add_stage (
    python, g_variant_new_parsed ("{'kind': <'python'>, 'n_outputs': <int64 1>}"));
  model = pymva_model_builder_build (python, &error);
  g_assert_no_error (error);
  assert_refused (model, "a.c", NULL, NULL, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED, "“python”");
  g_clear_object (&model);

  fixture_add_table (wide, "weight", PYMVA_DTYPE_FLOAT64, weight, 50000, 1);
  pymva_model_builder_add_stage (
    wide, g_variant_new_parsed ("{'kind': <'linear'>, 'weight': <'weight'>}"));
  model = pymva_model_builder_build (wide, &error);
  g_assert_no_error (error);
  assert_refused (model, "a.c", NULL, NULL, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED, "stack");
}

static void
test_cancelled (void)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GFile) file = g_file_new_for_path ("cancelled.c");
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (pymva_model_export (model, file, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_query_exists (file, NULL));
}

static void
test_untrained (void)
{
  g_autoptr (PymvaModel) model = g_object_new (PYMVA_TYPE_MODEL, NULL);
  g_autoptr (GFile) file = g_file_new_for_path ("untrained.c");
  g_autoptr (GError) error = NULL;

  g_assert_false (pymva_model_export (model, file, NULL, NULL, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-export/names", test_names);
  g_test_add_func ("/model-export/same-bytes", test_same_bytes);
  g_test_add_func ("/model-export/texts", test_texts);
  g_test_add_func ("/model-export/refused", test_refused);
  g_test_add_func ("/model-export/unsupported", test_unsupported);
  g_test_add_func ("/model-export/cancelled", test_cancelled);
  g_test_add_func ("/model-export/untrained", test_untrained);

  return g_test_run ();
}
