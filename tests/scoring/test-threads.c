/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"

/* Many threads score one model, load others, and drop them. It means most in a build with
 * ThreadSanitizer, which reports whatever two of them do to the same memory. */

#define N_THREADS 16
#define N_ROWS 64

typedef struct
{
  GFile *file;
  PymvaModel *shared;
  PymvaTensor *inputs;
  PymvaTensor *expected;
  guint n_rounds;
} Work;

/* The answers of a network with 256 columns, whose scratch does not fit on the stack, too. */
static PymvaModel *
new_network (void)
{
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 2);
  g_autoptr (GError) error = NULL;
  float weights[512];
  PymvaModel *model;

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    weights[i] = 0.01f * i - 2;
  fixture_add_table (builder, "first", PYMVA_DTYPE_FLOAT32, weights, 256, 2);
  fixture_add_table (builder, "second", PYMVA_DTYPE_FLOAT32, weights, 1, 256);
  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'mlp'>, 'layers': <["
                                   "{'type': <'dense'>, 'weight': <'first'>}, {'type': <'tanh'>}, "
                                   "{'type': <'dense'>, 'weight': <'second'>}]>}"));
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);

  return model;
}

static PymvaTensor *
new_inputs (void)
{
  float rows[2 * N_ROWS];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    rows[i] = i % 7 - 3;

  return fixture_tensor (PYMVA_DTYPE_FLOAT32, rows, N_ROWS, 2);
}

static void
use_model (PymvaModel *model,
           const Work *work)
{
  const float *rows = pymva_tensor_peek_data (work->inputs);
  const float *expected = pymva_tensor_peek_data (work->expected);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) outputs = pymva_model_predict (model, work->inputs, &error);
  g_auto (GStrv) names = pymva_model_list_variables (model);

  g_assert_no_error (error);
  g_assert_cmpmem (pymva_tensor_peek_data (outputs), N_ROWS * sizeof (float), expected,
                   N_ROWS * sizeof (float));
  for (guint i = 0; i < N_ROWS; i++)
    {
      float output;

      g_assert_true (pymva_model_score (model, rows + 2 * i, &output));
      g_assert_true (memcmp (&output, &expected[i], sizeof output) == 0);
    }
  g_assert_cmpstr (names[0], ==, "x0");
  g_assert_nonnull (pymva_model_get_sha256 (model));
}

/* Owns one reference to the model that all share: the last thread frees it. */
static gpointer
run_thread (gpointer data)
{
  const Work *work = data;
  g_autoptr (PymvaModel) shared = work->shared;

  for (guint i = 0; i < work->n_rounds; i++)
    {
      g_autoptr (PymvaModel) loaded = NULL;
      g_autoptr (GError) error = NULL;

      use_model (shared, work);
      loaded = pymva_model_load (work->file, NULL, &error);
      g_assert_no_error (error);
      use_model (loaded, work);
    }

  return NULL;
}

/* Takes the model. */
static void
run_threads (PymvaModel *model)
{
  g_autoptr (GFile) folder = fixture_folder ();
  g_autoptr (GFile) file = g_file_get_child (folder, "model.pymva");
  g_autoptr (PymvaTensor) inputs = new_inputs ();
  g_autoptr (PymvaTensor) expected = NULL;
  g_autoptr (GError) error = NULL;
  GThread *threads[N_THREADS];
  GWeakRef weak;
  Work work = { file, NULL, inputs };

  g_assert_true (pymva_model_save (model, file, NULL, &error));
  g_assert_no_error (error);
  expected = pymva_model_predict (model, inputs, &error);
  g_assert_no_error (error);
  g_object_unref (model);

  /* One that nobody has asked for anything yet. */
  work.shared = pymva_model_load (file, NULL, &error);
  g_assert_no_error (error);
  g_weak_ref_init (&weak, work.shared);
  work.expected = expected;
  work.n_rounds = g_getenv ("PYMVA_TEST_VALGRIND") != NULL ? 1 : 10;
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_object_ref (work.shared);
      threads[i] = g_thread_new ("scoring", run_thread, &work);
    }
  g_object_unref (work.shared);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  g_assert_null (g_weak_ref_get (&weak));
  g_weak_ref_clear (&weak);
  fixture_folder_remove (folder);
}

static void
test_forest (void)
{
  run_threads (fixture_forest ());
}

static void
test_network (void)
{
  run_threads (new_network ());
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/threads/forest", test_forest);
  g_test_add_func ("/threads/network", test_network);

  return g_test_run ();
}
