/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring/pymva-model-private.h"
#include "scoring/pymva-safetensors-private.h"

/* Models that this version and those before it have written; files/README.md tells more. */

static GHashTable *
read_expected (const char *path)
{
  g_autofree char *base = g_strndup (path, strlen (path) - strlen (".pymva"));
  g_autofree char *name = g_strconcat (base, ".safetensors", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  GHashTable *tensors;
  gsize size;

  g_file_get_contents (name, &content, &size, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (g_steal_pointer (&content), size);
  tensors = pymva_safetensors_read (bytes, &error);
  g_assert_no_error (error);

  return tensors;
}

static void
assert_answers (PymvaModel *model,
                const char *path)
{
  g_autoptr (GHashTable) tensors = read_expected (path);
  PymvaTensor *inputs = g_hash_table_lookup (tensors, "inputs");
  PymvaTensor *answers = g_hash_table_lookup (tensors, "outputs");
  const float *expected = pymva_tensor_peek_data (answers);
  gboolean exact = pymva_graph_is_exact (model->graph);
  guint64 n = pymva_tensor_get_n_elements (answers);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) outputs = pymva_model_predict (model, inputs, &error);
  const float *found;

  g_assert_no_error (error);
  found = pymva_tensor_peek_data (outputs);
  g_assert_cmpuint (pymva_tensor_get_n_elements (outputs), ==, n);
  for (guint64 i = 0; i < n; i++)
    {
      double tolerance = exact ? 0 : 1e-5 * fmax (1, fabs (expected[i]));

      if (isnan (expected[i]))
        g_assert_true (isnan (found[i]));
      else if (found[i] != expected[i])
        g_assert_cmpfloat_with_epsilon (found[i], expected[i], tolerance);
    }
}

/* Those that need Python are read, and not asked: that is what they need trust for. */
static void
test_file (gconstpointer data)
{
  const char *path = data;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_model_load_data (file, NULL, &error);
  g_autofree char *manifest = NULL;

  g_assert_no_error (error);
  manifest = pymva_model_dup_manifest (model);
  g_assert_nonnull (strstr (manifest, "\"provenance\""));
  if (!g_str_equal (pymva_model_get_engine (model), PYMVA_STAGE_PYTHON))
    assert_answers (model, path);
}

static void
add_folder (const char *folder,
            const char *version)
{
  g_autofree char *path = g_build_filename (folder, version, NULL);
  g_autoptr (GDir) files = g_dir_open (path, 0, NULL);
  const char *name;

  while (files != NULL && (name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *test = g_strconcat ("/kept-files/", version, "/", name, NULL);

      if (g_str_has_suffix (name, ".pymva"))
        g_test_add_data_func_full (test, g_build_filename (path, name, NULL), test_file, g_free);
    }
}

int
main (int argc,
      char *argv[])
{
  g_autofree char *folder = NULL;
  g_autoptr (GDir) versions = NULL;
  g_autoptr (GError) error = NULL;
  const char *version;

  g_test_init (&argc, &argv, NULL);
  folder = g_test_build_filename (G_TEST_DIST, "scoring", "files", NULL);
  versions = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);
  while ((version = g_dir_read_name (versions)) != NULL)
    add_folder (folder, version);

  return g_test_run ();
}
