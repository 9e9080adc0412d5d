/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include <pymva/pymva.h>

#include "base/pymva-pages-private.h"
#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"
#include "scoring/pymva-model-private.h"

/* Files in which somebody writes while their models are loaded. */

#define BACKEND "what Python reads"
#define N_ROWS 1000

/* Writes the same byte over all of the file, where it is. */
static void
overwrite (Fixture *fixture,
           int byte)
{
  g_autoptr (GFileIOStream) stream = g_file_open_readwrite (fixture->file, NULL, NULL);
  g_autofree char *content = NULL;
  g_autoptr (GFileInfo) info =
    g_file_query_info (fixture->file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL,
                       NULL);
  gsize size = g_file_info_get_size (info);

  content = g_malloc (size);
  memset (content, byte, size);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (stream)),
                                            content, size, NULL, NULL, NULL));
  g_assert_true (g_io_stream_close (G_IO_STREAM (stream), NULL, NULL));
}

static void
cut_short (Fixture *fixture)
{
  g_assert_cmpint (truncate (g_file_peek_path (fixture->file), 0), ==, 0);
}

static PymvaModel *
save_and_load (Fixture *fixture,
               PymvaModelBuilder *builder,
               gboolean is_trusted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_model_builder_build (builder, &error);
  const char *sha256;
  PymvaModel *loaded;

  g_assert_no_error (error);
  g_assert_true (pymva_model_save (model, fixture->file, NULL, &error));
  g_assert_no_error (error);
  sha256 = pymva_model_get_sha256 (model);
  loaded = is_trusted ? pymva_model_load_trusted (fixture->file, sha256, NULL, &error)
                      : pymva_model_load (fixture->file, NULL, &error);
  g_assert_no_error (error);

  return loaded;
}

/* Forests with sets and trees that have one output each, behind stages with tables of counts. */
static PymvaModelBuilder *
make_forest (void)
{
  const gint32 counts[] = { 3, 0 };
  const double categories[] = { 1, 4, 9 };
  const gint32 node_counts[] = { 3, 3, 3 };
  const gint32 children[] = { 1, -1, -2, 1, -3, -4, 1, -5, -6 };
  const gint32 features[] = { 0, 0, 0, 1, 0, 0, 0, 0, 0 };
  const double thresholds[] = { 0, 0, 0, 0.5, 0, 0, 0, 0, 0 };
  const gint32 sets[] = { 0, -1, -1, -1, -1, -1, 1, -1, -1 };
  const gint32 set_offsets[] = { 0, 1, 3 };
  const gint32 set_words[] = { 1, 4, 1 << 7 };
  const gint32 tree_outputs[] = { 0, 1, 2 };
  const double values[] = { 1, 2, 4, 8, 16, 32 };
  const double base[] = { 0.25, 0.5, 0.75 };
  PymvaModelBuilder *builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 2);

  fixture_add_table (builder, "counts", PYMVA_DTYPE_INT32, counts, 2, 0);
  fixture_add_table (builder, "categories", PYMVA_DTYPE_FLOAT64, categories, 3, 0);
  fixture_add_table (builder, "node_counts", PYMVA_DTYPE_INT32, node_counts, 3, 0);
  fixture_add_table (builder, "children", PYMVA_DTYPE_INT32, children, 9, 0);
  fixture_add_table (builder, "features", PYMVA_DTYPE_INT32, features, 9, 0);
  fixture_add_table (builder, "thresholds", PYMVA_DTYPE_FLOAT64, thresholds, 9, 0);
  fixture_add_table (builder, "sets", PYMVA_DTYPE_INT32, sets, 9, 0);
  fixture_add_table (builder, "set_offsets", PYMVA_DTYPE_INT32, set_offsets, 3, 0);
  fixture_add_table (builder, "set_words", PYMVA_DTYPE_INT32, set_words, 3, 0);
  fixture_add_table (builder, "tree_outputs", PYMVA_DTYPE_INT32, tree_outputs, 3, 0);
  fixture_add_table (builder, "values", PYMVA_DTYPE_FLOAT64, values, 6, 1);
  fixture_add_table (builder, "base", PYMVA_DTYPE_FLOAT64, base, 3, 0);

  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'encode'>, 'counts': <'counts'>, "
                                   "'categories': <'categories'>}"));
  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed (
               "{'kind': <'forest'>, 'aggregation': <'sum'>, 'n_outputs': <int64 3>, "
               "'node_counts': <'node_counts'>, 'children': <'children'>, "
               "'features': <'features'>, 'thresholds': <'thresholds'>, 'sets': <'sets'>, "
               "'set_offsets': <'set_offsets'>, 'set_words': <'set_words'>, "
               "'tree_outputs': <'tree_outputs'>, 'values': <'values'>, 'base': <'base'>}"));
  return builder;
}

static void
assert_answers (PymvaModel *model)
{
  static const float expected[2][3] = { { 1.25f, 4.5f, 32.75f }, { 2.25f, 8.5f, 16.75f } };
  g_autofree float *rows = g_new (float, 2 * N_ROWS);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_ROWS; i++)
    {
      rows[2 * i] = i % 2 == 0 ? 1 : 9;
      rows[2 * i + 1] = i % 2;
    }
  inputs = fixture_tensor (PYMVA_DTYPE_FLOAT32, rows, N_ROWS, 2);
  outputs = pymva_model_predict (model, inputs, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_ROWS; i++)
    g_assert_cmpmem ((const float *) pymva_tensor_peek_data (outputs) + 3 * i, sizeof expected[0],
                     expected[i % 2], sizeof expected[0]);
}

/* Numbers that lead somewhere no longer do, and at last there is no file at all. */
static void
test_native (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (PymvaModelBuilder) builder = make_forest ();
  g_autoptr (PymvaModel) model = save_and_load (fixture, builder, FALSE);

  assert_answers (model);
  overwrite (fixture, 0x7f);
  assert_answers (model);
  overwrite (fixture, 0xff);
  assert_answers (model);
  cut_short (fixture);
  assert_answers (model);
}

/* What trust was granted to is what Python will run. */
static void
test_trusted (Fixture *fixture,
              gconstpointer data)
{
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 2);
  g_autoptr (GBytes) content = g_bytes_new_static (BACKEND, strlen (BACKEND));
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GBytes) found = NULL;

  pymva_model_builder_add_backend_file (builder, "code", content, TRUE);
  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'python'>, 'n_outputs': <int64 1>}"));
  model = save_and_load (fixture, builder, TRUE);
  overwrite (fixture, 'x');
  found = pymva_model_lookup_backend_file (model, "code");
  g_assert_true (g_bytes_equal (found, content));
  cut_short (fixture);
  g_assert_true (g_bytes_equal (found, content));
}

/* The same where no trust is needed, because the engine knows what reads the file. */
static gboolean
runs_nothing (PymvaModel *model)
{
  return FALSE;
}

static gpointer
load_nothing (PymvaModel *model,
              GError **error)
{
  return model;
}

static PymvaTensor *
predict_nothing (gpointer engine,
                 PymvaTensor *inputs,
                 GError **error)
{
  return g_object_ref (inputs);
}

static void
free_nothing (gpointer engine)
{
}

static void
test_python (Fixture *fixture,
             gconstpointer data)
{
  static const PymvaPythonEngine engine = { load_nothing, predict_nothing, free_nothing,
                                            runs_nothing };
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 2);
  g_autoptr (GBytes) content = g_bytes_new_static (BACKEND, strlen (BACKEND));
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GBytes) found = NULL;

  pymva_model_register_python_engine (&engine);
  pymva_model_builder_add_backend_file (builder, "booster.txt", content, FALSE);
  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'python'>, 'n_outputs': <int64 1>}"));
  model = save_and_load (fixture, builder, FALSE);
  overwrite (fixture, 'x');
  found = pymva_model_lookup_backend_file (model, "booster.txt");
  g_assert_true (g_bytes_equal (found, content));
}

/* --- pages --- */

/* What is dropped of a mapped file comes back, and a copy is one. */
static void
test_pages (Fixture *fixture,
            gconstpointer data)
{
  const gsize size = 3 * 1024 * 1024 + 12345;
  g_autofree char *content = g_malloc (size);
  g_autofree char *copy = NULL;
  g_autoptr (GMappedFile) mapped = NULL;

  for (gsize i = 0; i < size; i++)
    content[i] = i * 7 / 3;
  g_assert_true (g_file_set_contents (g_file_peek_path (fixture->file), content, size, NULL));
  mapped = g_mapped_file_new (g_file_peek_path (fixture->file), FALSE, NULL);
  copy = pymva_pages_copy (g_mapped_file_get_contents (mapped) + 77, size - 77);
  g_assert_cmpmem (copy, size - 77, content + 77, size - 77);
  g_assert_cmpmem (g_mapped_file_get_contents (mapped), size, content, size);

  /* Pages that are not dropped as a whole stay. */
  pymva_pages_drop (copy, 100);
  g_assert_cmpmem (copy, size - 77, content + 77, size - 77);
}

#define ADD(name, func) \
  g_test_add ("/model-mapping/" name, Fixture, "model.pymva", fixture_set_up, func, \
              fixture_tear_down)

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("native", test_native);
  ADD ("trusted", test_trusted);
  ADD ("python", test_python);
  ADD ("pages", test_pages);

  return g_test_run ();
}
