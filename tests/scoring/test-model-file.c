/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "base/pymva-zip-reader-private.h"
#include "base/pymva-zip-writer-private.h"
#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"
#include "scoring/pymva-model-private.h"

/* The bytes that a model saves. */
static GBytes *
save (Fixture *fixture,
      PymvaModel *model)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  g_assert_true (pymva_model_save (model, fixture->file, NULL, &error));
  g_assert_no_error (error);
  bytes = g_file_load_bytes (fixture->file, NULL, NULL, &error);
  g_assert_no_error (error);
  return bytes;
}

/* The same in memory, for tests of thousands of files. */
static PymvaModel *
open_bytes (gconstpointer data,
            gsize size,
            GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  return pymva_model_new_from_bytes (bytes, FALSE, PYMVA_MODEL_TRUST_NONE, error);
}

/* Loads a file of these bytes. */
static PymvaModel *
load (Fixture *fixture,
      gconstpointer data,
      gsize size,
      GError **error)
{
  g_assert_true (g_file_set_contents (g_file_peek_path (fixture->file), data, size, NULL));
  return pymva_model_load (fixture->file, NULL, error);
}

/* The same archive with one text of its manifest replaced, or, where @extra is given, with one
 * more file. */
static GBytes *
edit (GBytes *bytes,
      const char *old_text,
      const char *new_text,
      const char *extra)
{
  g_autoptr (PymvaZipReader) reader = pymva_zip_reader_new (bytes, 0, NULL);
  g_autoptr (PymvaZipWriter) writer = pymva_zip_writer_new ();
  const char *const *names = pymva_zip_reader_list_names (reader);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GBytes) content = pymva_zip_reader_lookup (reader, names[i], NULL);

      if (old_text != NULL && g_str_equal (names[i], "manifest.json"))
        {
          g_autoptr (GString) text = g_string_new_len (g_bytes_get_data (content, NULL),
                                                       g_bytes_get_size (content));

          g_assert_cmpuint (g_string_replace (text, old_text, new_text, 1), ==, 1);
          g_bytes_unref (content);
          content = g_bytes_new (text->str, text->len);
        }
      g_assert_true (pymva_zip_writer_add (writer, names[i], content, NULL));
    }
  if (extra != NULL)
    g_assert_true (pymva_zip_writer_add (writer, extra, bytes, NULL));

  return pymva_zip_writer_finish (g_steal_pointer (&writer), NULL);
}

static void
assert_answers (PymvaModel *model)
{
  const float events[] = { 0, 0, 1, -2, 1, 3 };
  const float expected[] = { 0.25f, 0.5f, 1 };

  for (guint i = 0; i < 3; i++)
    {
      float output;

      g_assert_true (pymva_model_score (model, events + 2 * i, &output));
      g_assert_cmpfloat (output, ==, expected[i]);
    }
}

static void
test_round_trip (Fixture *fixture,
                 gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (PymvaModel) same = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);
  g_autoptr (GBytes) again = save (fixture, same);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) loaded = pymva_model_load (fixture->file, NULL, &error);
  g_autoptr (GBytes) third = NULL;
  g_auto (GStrv) variables = NULL;
  g_auto (GStrv) classes = NULL;
  g_auto (GStrv) targets = NULL;

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, again));
  g_assert_cmpstr (pymva_model_get_sha256 (model), ==, sha256);
  g_assert_cmpstr (pymva_model_get_sha256 (loaded), ==, sha256);
  third = save (fixture, loaded);
  g_assert_true (g_bytes_equal (bytes, third));

  variables = pymva_model_list_variables (loaded);
  classes = pymva_model_list_classes (loaded);
  targets = pymva_model_list_targets (loaded);
  g_assert_cmpstrv (variables, ((const char *[]) { "x0", "x1", NULL }));
  g_assert_cmpstrv (classes, ((const char *[]) { "signal", "background", NULL }));
  g_assert_cmpstrv (targets, ((const char *[]) { NULL }));
  g_assert_cmpstr (pymva_model_get_title (loaded), ==, "Two trees");
  g_assert_cmpstr (pymva_model_get_method_name (loaded), ==, "test-method");
  g_assert_cmpstr (pymva_model_get_engine (loaded), ==, "forest");
  g_assert_cmpstr (pymva_model_get_kernel (loaded), ==, pymva_model_get_kernel (model));
  g_assert_cmpuint (pymva_model_get_n_variables (loaded), ==, 2);
  g_assert_cmpuint (pymva_model_get_n_outputs (loaded), ==, 1);
  assert_answers (loaded);
}

/* What others see in the file: an archive whose tables lie at multiples of 64 bytes. */
static void
test_archive (Fixture *fixture,
              gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);
  g_autoptr (PymvaZipReader) reader = pymva_zip_reader_new (bytes, 0, NULL);
  const char *const expected[] = {
    "mimetype", "manifest.json", "golden.safetensors", "native/tables.safetensors", NULL
  };
  gsize offset;
  gboolean is_stored;

  g_assert_cmpstrv ((char **) pymva_zip_reader_list_names (reader), (char **) expected);
  for (guint i = 1; expected[i] != NULL; i++)
    {
      g_assert_true (pymva_zip_reader_locate (reader, expected[i], &offset, &is_stored));
      g_assert_cmpuint (offset % 64, ==, 0);
      g_assert_true (is_stored);
    }
}

static void
test_manifest (Fixture *fixture,
               gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autofree char *manifest = pymva_model_dup_manifest (model);

  g_assert_nonnull (strstr (manifest, "\"name\" : \"pymva-model\""));
  g_assert_nonnull (strstr (manifest, "\"max-samples\" : null"));
  g_assert_nonnull (strstr (manifest, "\"infinite\" : \"inf\""));
  g_assert_nonnull (strstr (manifest, "\"small\" : 1e-08,"));
  g_assert_nonnull (strstr (manifest, "\"large\" : -1e+30,"));
  g_assert_nonnull (strstr (manifest, "\"text\" : \"a \\\" 1e-08.0\""));
  g_assert_nonnull (strstr (manifest, "\"meaning\" : \"probability\""));
  g_assert_nonnull (strstr (manifest, "\"expression\" : \"x1\""));
}

static void
test_truncated (Fixture *fixture,
                gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);

  for (gsize size = 0; size < g_bytes_get_size (bytes); size++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (open_bytes (g_bytes_get_data (bytes, NULL), size, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
    }
}

/* Whatever bit is flipped, also one that means nothing to anybody, the file is refused. */
static void
test_flipped (Fixture *fixture,
              gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);
  gsize size = g_bytes_get_size (bytes);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), size);

  for (gsize i = 0; i < 8 * size; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaModel) loaded = NULL;

      copy[i / 8] ^= 1 << i % 8;
      loaded = open_bytes (copy, size, &error);
      copy[i / 8] ^= 1 << i % 8;
      if (loaded != NULL)
        g_error ("bit %" G_GSIZE_FORMAT " of byte %" G_GSIZE_FORMAT " does not matter", i % 8,
                 i / 8);
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
    }
}

/* What other programs write differently means nothing, but is refused. */
static void
test_packed_again (Fixture *fixture,
                   gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);
  gsize size = g_bytes_get_size (bytes);
  g_autofree char *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), size);
  g_autoptr (GError) error = NULL;

  /* The time of the first entry, in its first record. */
  copy[10] = 1;
  g_assert_null (load (fixture, copy, size, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "forest.pymva"));
  g_assert_nonnull (strstr (error->message, "changed or damaged, or packed again"));
}

/* Manifests that say something wrong, in files that are sound otherwise. */
static void
test_edited (Fixture *fixture,
             gconstpointer data)
{
  static const struct
  {
    const char *old_text;
    const char *new_text;
    int code; /* -1: it loads */
  } cases[] = {
    { "\"minor\" : 0", "\"minor\" : 99, \"later\" : [ 1 ]", -1 },
    { "\"major\" : 1", "\"major\" : 2", PYMVA_ERROR_VERSION },
    { "\"major\" : 1", "\"major\" : \"1\"", PYMVA_ERROR_FORMAT },
    { "\"pymva-model\"", "\"other\"", PYMVA_ERROR_FORMAT },
    { "\"format\"", "\"formats\"", PYMVA_ERROR_FORMAT },
    { "\"classification\"", "\"regress\"", PYMVA_ERROR_FORMAT },
    { "\"name\" : \"x0\"", "\"name\" : \"x1\"", PYMVA_ERROR_FORMAT },
    { "\"name\" : \"x0\"", "\"name\" : \"\"", PYMVA_ERROR_FORMAT },
    { "\"float32\"", "\"float16\"", PYMVA_ERROR_FORMAT },
    { "\"background\"", "\"background\", \"third\"", PYMVA_ERROR_FORMAT },
    { "\"probability\"", "\"luck\"", PYMVA_ERROR_FORMAT },
    { "\"kind\" : \"forest\"", "\"kind\" : \"jungle\"", PYMVA_ERROR_FORMAT },
    { "\"kind\" : \"forest\"", "\"kind\" : \"forest\", \"input\" : 0", PYMVA_ERROR_FORMAT },
    { "\"kind\" : \"forest\"", "\"kind\" : \"forest\", \"input\" : -2", PYMVA_ERROR_FORMAT },
    { "\"kind\" : \"forest\"", "\"kind\" : \"forest\", \"input\" : -1", -1 },
    { "\"forest.children\"", "\"forest.features\"", PYMVA_ERROR_FORMAT },
    { "\"forest.children\"", "\"forest.thresholds\"", PYMVA_ERROR_FORMAT },
    { "\"forest.children\"", "\"none\"", PYMVA_ERROR_FORMAT },
    { "\"golden.safetensors\"", "\"gold.safetensors\"", PYMVA_ERROR_FORMAT },
    { "\"kind\" : \"golden\"", "\"kind\" : \"tables\"", -1 },
    { "\"kind\" : \"golden\"", "\"kind\" : \"future\"", -1 },
    { "\"kind\" : \"tables\"", "\"kind\" : \"future\"", PYMVA_ERROR_FORMAT },
    { "\"sha256\" : \"", "\"sha256\" : \"0", PYMVA_ERROR_FORMAT },
    { "\"size\" : ", "\"size\" : 1", PYMVA_ERROR_FORMAT },
    { "\"stages\" : [", "\"stages\" : [ 1,", PYMVA_ERROR_FORMAT },
    { "\"stages\" : [", "\"stages\" : [], \"more\" : [", PYMVA_ERROR_FORMAT },
    /* Escapes that are no text: json-glib takes them for some. */
    { "\"stages\"", "\"x\" : \"\\ud83d\\ude00\\u00e9\\\"\", \"stages\"", -1 },
    { "\"stages\"", "\"x\" : \"\\ud83d\", \"stages\"", PYMVA_ERROR_FORMAT },
    { "\"stages\"", "\"x\" : \"\\ud83d\\u0041\", \"stages\"", PYMVA_ERROR_FORMAT },
    { "\"stages\"", "\"x\" : \"\\ude00\", \"stages\"", PYMVA_ERROR_FORMAT },
    { "\"stages\"", "\"x\" : \"\\u0000\", \"stages\"", PYMVA_ERROR_FORMAT },
    { "\"stages\"", "\"x\" : \"\\u41\", \"stages\"", PYMVA_ERROR_FORMAT },
    { "\"kind\" : \"golden\"", "\"kind\" : \"golden\", \"executable\" : true",
      PYMVA_ERROR_UNTRUSTED },
  };
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) edited = edit (bytes, cases[i].old_text, cases[i].new_text, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaModel) loaded =
        load (fixture, g_bytes_get_data (edited, NULL), g_bytes_get_size (edited), &error);

      if (cases[i].code >= 0)
        {
          g_assert_error (error, PYMVA_ERROR, cases[i].code);
          g_assert_nonnull (strstr (error->message, "forest.pymva"));
        }
      else
        {
          g_assert_no_error (error);
          assert_answers (loaded);
        }
    }
}

/* A small file whose stages would take gigabytes for a row. */
static void
test_wide (Fixture *fixture,
           gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);
  g_autoptr (GBytes) edited = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) stages = g_string_new ("\"stages\" : [{\"kind\":\"select\",\"columns\":[0");

  for (guint i = 1; i < 100000; i++)
    g_string_append (stages, ",0");
  g_string_append (stages, "]},");
  for (guint i = 0; i < 400; i++)
    g_string_append (stages, "{\"kind\":\"link\",\"function\":\"sigmoid\"},");

  edited = edit (bytes, "\"stages\" : [", stages->str, NULL);
  g_assert_null (load (fixture, g_bytes_get_data (edited, NULL), g_bytes_get_size (edited),
                       &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "more than 256 MiB for a single row"));
}

static void
test_stranger (Fixture *fixture,
               gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);
  g_autoptr (GBytes) edited = edit (bytes, NULL, NULL, "backend/extra.py");
  g_autoptr (GError) error = NULL;

  g_assert_null (load (fixture, g_bytes_get_data (edited, NULL), g_bytes_get_size (edited),
                       &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "backend/extra.py"));
}

/* A model that does not answer as its framework did is not built. */
static void
test_golden (Fixture *fixture,
             gconstpointer data)
{
  const float inputs[] = { 0, 0 };
  const float outputs[] = { 0.25f + 3e-8f };
  g_autoptr (PymvaModelBuilder) builder = fixture_forest_builder ();
  g_autoptr (PymvaTensor) rows = fixture_tensor (PYMVA_DTYPE_FLOAT32, inputs, 1, 2);
  g_autoptr (PymvaTensor) answers = fixture_tensor (PYMVA_DTYPE_FLOAT32, outputs, 1, 1);
  g_autoptr (GError) error = NULL;

  pymva_model_builder_set_golden (builder, rows, answers);
  g_assert_null (pymva_model_builder_build (builder, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "golden"));
}

static void
test_trust (Fixture *fixture,
            gconstpointer data)
{
  g_autoptr (PymvaModelBuilder) builder = fixture_forest_builder ();
  g_autoptr (GBytes) code = g_bytes_new_static ("import os", 9);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaModel) loaded = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) found = NULL;
  g_autofree char *wrong = g_strnfill (64, 'a');
  g_autoptr (GError) error = NULL;
  const char *sha256;

  pymva_model_builder_add_backend_file (builder, "user.py", code, TRUE);
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  bytes = save (fixture, model);
  sha256 = pymva_model_get_sha256 (model);

  g_assert_null (pymva_model_load (fixture->file, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED);
  g_assert_nonnull (strstr (error->message, sha256));
  g_clear_error (&error);
  g_assert_null (pymva_model_load_trusted (fixture->file, wrong, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED);
  g_clear_error (&error);

  loaded = pymva_model_load_trusted (fixture->file, sha256, NULL, &error);
  g_assert_no_error (error);
  found = pymva_model_lookup_backend_file (loaded, "user.py");
  g_assert_true (g_bytes_equal (found, code));
  g_assert_null (pymva_model_lookup_backend_file (loaded, "none.py"));
}

/* --- the engine "python" --- */

static guint n_loaded;
static guint n_freed;
static float python_factor = 2;

static gpointer
python_load (PymvaModel *model,
             GError **error)
{
  g_autoptr (GBytes) source = pymva_model_lookup_backend_file (model, "user.py");

  if (source == NULL)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_IMPORT, "no source");
      return NULL;
    }
  n_loaded++;
  return &n_loaded;
}

static PymvaTensor *
python_predict (gpointer engine,
                PymvaTensor *inputs,
                GError **error)
{
  gint64 n_rows = pymva_tensor_get_length (inputs, 0);
  const float *rows = pymva_tensor_peek_data (inputs);
  g_autofree float *outputs = g_new0 (float, MAX (n_rows, 1));

  g_assert_true (engine == &n_loaded);
  for (gint64 i = 0; i < n_rows; i++)
    outputs[i] = rows[2 * i] * python_factor;
  return fixture_tensor (PYMVA_DTYPE_FLOAT32, outputs, n_rows, 1);
}

static void
python_free (gpointer engine)
{
  n_freed++;
}

static void
test_python (Fixture *fixture,
             gconstpointer data)
{
  static const PymvaPythonEngine engine = { python_load, python_predict, python_free };
  const float inputs[] = { 3, 0 };
  const float outputs[] = { 6 };
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 2);
  g_autoptr (GBytes) code = g_bytes_new_static ("pass", 4);
  g_autoptr (PymvaTensor) rows = fixture_tensor (PYMVA_DTYPE_FLOAT32, inputs, 1, 2);
  g_autoptr (PymvaTensor) answers = fixture_tensor (PYMVA_DTYPE_FLOAT32, outputs, 1, 1);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  float output = 0;

  pymva_model_builder_add_stage (
    builder, g_variant_new_parsed ("{'kind': <'python'>, 'n_outputs': <1>}"));
  pymva_model_builder_add_backend_file (builder, "user.py", code, FALSE);
  pymva_model_builder_set_golden (builder, rows, answers);
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pymva_model_get_engine (model), ==, "python");
  g_assert_cmpstr (pymva_model_get_kernel (model), ==, "python");

  /* The library's own engine, which needs Python, is out of the way. */
  pymva_model_register_python_engine (NULL);
  g_assert_false (pymva_model_score (model, inputs, &output));
  g_assert_null (pymva_model_predict (model, rows, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  pymva_model_register_python_engine (&engine);
  /* Its golden rows are checked when it is loaded. */
  python_factor = 3;
  g_assert_null (pymva_model_predict (model, rows, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_clear_error (&error);
  python_factor = 2;
  g_assert_true (pymva_model_score (model, inputs, &output));
  g_assert_cmpfloat (output, ==, 6);
  g_assert_true (pymva_model_score (model, inputs, &output));
  g_assert_cmpuint (n_loaded, ==, 2);
  g_assert_cmpuint (n_freed, ==, 1);

  /* It needs trust even where the file claims that nothing in it can run. */
  bytes = save (fixture, model);
  g_assert_null (pymva_model_load (fixture->file, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_UNTRUSTED);
  g_clear_object (&model);
  g_assert_cmpuint (n_freed, ==, 2);
}

/* --- files that are not there --- */

static void
test_files (Fixture *fixture,
            gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GFile) below = g_file_get_child (fixture->file, "below.pymva");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_model_load (fixture->file, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "forest.pymva"));
  g_clear_error (&error);
  g_assert_null (pymva_model_load (fixture->folder, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (load (fixture, "PK", 2, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_clear_error (&error);

  /* A file is not a folder: nothing can be written below it, and it stays as it is. */
  bytes = save (fixture, model);
  g_assert_false (pymva_model_save (model, below, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (pymva_model_save (model, fixture->file, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (pymva_model_load (fixture->file, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  after = g_file_load_bytes (fixture->file, NULL, NULL, NULL);
  g_assert_true (g_bytes_equal (bytes, after));
}

/* A loaded model can be saved over the file that it came from. */
static void
test_overwritten (Fixture *fixture,
                  gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);
  g_autoptr (PymvaModel) loaded = pymva_model_load (fixture->file, NULL, NULL);
  g_autoptr (GBytes) again = save (fixture, loaded);

  g_assert_true (g_bytes_equal (bytes, again));
  assert_answers (loaded);
}

static void
load_cb (GObject *source,
         GAsyncResult *result,
         gpointer user_data)
{
  GAsyncResult **found = user_data;

  *found = g_object_ref (result);
}

static void
test_async (Fixture *fixture,
            gconstpointer data)
{
  g_autoptr (PymvaModel) model = fixture_forest ();
  g_autoptr (GBytes) bytes = save (fixture, model);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PymvaModel) loaded = NULL;
  g_autoptr (GError) error = NULL;

  pymva_model_load_async (fixture->file, NULL, load_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  loaded = pymva_model_load_finish (result, &error);
  g_assert_no_error (error);
  assert_answers (loaded);

  g_clear_object (&result);
  pymva_model_load_async (fixture->folder, NULL, load_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (pymva_model_load_finish (result, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED);
}

#define ADD(name, func) \
  g_test_add ("/model-file/" name, Fixture, "forest.pymva", fixture_set_up, func, fixture_tear_down)

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("round-trip", test_round_trip);
  ADD ("archive", test_archive);
  ADD ("manifest", test_manifest);
  ADD ("truncated", test_truncated);
  ADD ("flipped", test_flipped);
  ADD ("packed-again", test_packed_again);
  ADD ("edited", test_edited);
  ADD ("wide", test_wide);
  ADD ("stranger", test_stranger);
  ADD ("golden", test_golden);
  ADD ("trust", test_trust);
  ADD ("python", test_python);
  ADD ("files", test_files);
  ADD ("overwritten", test_overwritten);
  ADD ("async", test_async);

  return g_test_run ();
}
