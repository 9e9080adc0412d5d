/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva-error.h>
#include <pymva/pymva-interpreter.h>
#include <pymva/pymva-model-object.h>

#include "data/pymva-tensor-private.h"

/* What fitted_objects.py beside this file makes: models of what it has fitted answer as it does.
 * The typelib suite has more of them. */

static PymvaObject *
load_module (void)
{
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "methods", "fitted_objects.py", NULL);
  g_autofree char *source = NULL;
  g_autoptr (GError) error = NULL;
  PymvaObject *module;

  g_file_get_contents (path, &source, NULL, &error);
  g_assert_no_error (error);
  module = pymva_interpreter_run (pymva_interpreter_get_default (), source, NULL, path, &error);
  g_assert_no_error (error);

  return module;
}

/* What an expression gives, in which the functions of the module are known. */
static PymvaObject *
evaluate (PymvaObject *module,
          const char *expression)
{
  g_autoptr (GError) error = NULL;
  PymvaObject *object = pymva_interpreter_evaluate (pymva_interpreter_get_default (), expression,
                                                    module, &error);

  g_assert_no_error (error);
  return object;
}

static PymvaObject *
get (PymvaObject *object,
     const char *name)
{
  g_autoptr (GError) error = NULL;
  PymvaObject *found = pymva_object_get_attribute (object, name, &error);

  g_assert_no_error (error);
  return found;
}

static PymvaTensor *
get_tensor (PymvaObject *object,
            const char *name)
{
  g_autoptr (PymvaObject) found = get (object, name);
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor = pymva_object_to_tensor (found, &error);

  g_assert_no_error (error);
  return tensor;
}

/* --- answers --- */

static void
assert_close (PymvaTensor *found,
              PymvaTensor *expected,
              gboolean is_exact)
{
  gsize n;
  gsize n_expected;
  g_autofree double *values = pymva_tensor_to_doubles (found, &n);
  g_autofree double *others = pymva_tensor_to_doubles (expected, &n_expected);

  g_assert_cmpuint (n, ==, n_expected);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (ABS (values[i] - others[i]), <=,
                       is_exact ? 0 : 1e-5 * MAX (1, ABS (others[i])));
}

static void
check_fitted (PymvaObject *fitted)
{
  g_autoptr (PymvaObject) object = get (fitted, "object");
  g_autoptr (PymvaObject) options = get (fitted, "options");
  g_autoptr (PymvaObject) exact = get (fitted, "exact");
  g_autoptr (GVariant) given = pymva_object_to_variant (options, NULL);
  g_autoptr (GVariant) is_exact = pymva_object_to_variant (exact, NULL);
  g_autoptr (PymvaTensor) inputs = get_tensor (fitted, "inputs");
  g_autoptr (PymvaTensor) answers = get_tensor (fitted, "answers");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_model_new_from_object (object, given, &error);
  g_autoptr (PymvaTensor) found = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (pymva_model_get_engine (model), !=, "python");
  found = pymva_model_predict (model, inputs, &error);
  g_assert_no_error (error);
  assert_close (found, answers, g_variant_get_boolean (is_exact));
}

static void
test_boosters (gconstpointer data)
{
  PymvaObject *module = (PymvaObject *) data;
  g_autoptr (PymvaObject) list = evaluate (module, "list(boosters())");
  gint64 n_items = pymva_object_get_length (list, NULL);

  g_assert_cmpint (n_items, >, 10);
  for (gint64 i = 0; i < n_items; i++)
    {
      g_autoptr (PymvaObject) fitted = pymva_object_get_index (list, i, NULL);

      check_fitted (fitted);
    }
}

/* --- options and files --- */

static GVariant *
new_names (const char *name)
{
  return g_variant_new_strv (&name, 1);
}

static void
test_file (gconstpointer data)
{
  g_autoptr (PymvaObject) line = evaluate ((PymvaObject *) data, "line()");
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("object-XXXXXX.pymva", &stream, &error);
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaModel) loaded = NULL;
  g_auto (GStrv) variables = NULL;
  g_auto (GStrv) targets = NULL;
  g_autofree char *manifest = NULL;
  g_autofree double *answer = NULL;
  gsize n;

  g_variant_dict_insert_value (&options, "variables", new_names ("length"));
  g_variant_dict_insert_value (&options, "targets", new_names ("height"));
  g_variant_dict_insert (&options, "title", "s", "Line");
  model = pymva_model_new_from_object (line, g_variant_dict_end (&options), &error);
  g_assert_no_error (error);
  pymva_model_save (model, file, NULL, &error);
  g_assert_no_error (error);
  loaded = pymva_model_load (file, NULL, &error);
  g_assert_no_error (error);

  variables = pymva_model_list_variables (loaded);
  targets = pymva_model_list_targets (loaded);
  manifest = pymva_model_dup_manifest (loaded);
  g_assert_cmpstr (pymva_model_get_title (loaded), ==, "Line");
  g_assert_cmpstr (variables[0], ==, "length");
  g_assert_cmpstr (targets[0], ==, "height");
  g_assert_nonnull (strstr (manifest, "\"python-object\""));
  g_assert_nonnull (strstr (manifest, "LinearRegression\""));
  answer = pymva_model_predict_event (loaded, (double[]) { 1.5 }, 1, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (answer[0], ==, 4);
  g_file_delete (file, NULL, NULL);
}

/* The same numbers give the same digest, and others another. */
static void
test_digest (gconstpointer data)
{
  PymvaObject *module = (PymvaObject *) data;
  const char *expressions[] = { "line()", "line()", "line().fit([[0.0], [1.0]], [1.0, 4.0])" };
  char *digests[G_N_ELEMENTS (expressions)];

  for (guint i = 0; i < G_N_ELEMENTS (expressions); i++)
    {
      g_autoptr (PymvaObject) object = evaluate (module, expressions[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaModel) model = pymva_model_new_from_object (object, NULL, &error);
      g_autofree char *manifest = NULL;
      char *place;

      g_assert_no_error (error);
      manifest = pymva_model_dup_manifest (model);
      place = strstr (manifest, "\"imported-sha256\"");
      g_assert_nonnull (place);
      digests[i] = g_strndup (place, 90);
    }

  g_assert_cmpstr (digests[0], ==, digests[1]);
  g_assert_cmpstr (digests[0], !=, digests[2]);
  for (guint i = 0; i < G_N_ELEMENTS (expressions); i++)
    g_free (digests[i]);
}

/* --- errors --- */

static void
test_errors (gconstpointer data)
{
  PymvaObject *module = (PymvaObject *) data;
  const struct
  {
    const char *expression;
    const char *options;
    PymvaError code;
    const char *words;
  } cases[] = {
    { "None", "{}", PYMVA_ERROR_TYPE, "None" },
    { "Fitted", "{}", PYMVA_ERROR_TYPE, "the class “Fitted”" },
    { "3.0", "{}", PYMVA_ERROR_TYPE, "“float”" },
    { "type(line())()", "{}", PYMVA_ERROR_NOT_TRAINED, "fit()" },
    { "line()", "{'variables': <['x', 'y']>}", PYMVA_ERROR_VALUE, "“variables”" },
    { "line()", "{'variables': <'x'>}", PYMVA_ERROR_TYPE, "“variables”" },
    { "line()", "{'targets': <@as []>}", PYMVA_ERROR_VALUE, "“targets”" },
    { "line()", "{'sample': <[[1.0, 2.0]]>}", PYMVA_ERROR_VALUE, "“sample”" },
    { "line()", "{'sampel': <[[1.0]]>}", PYMVA_ERROR_VALUE, "did you mean “sample”" },
    { "support_vectors().object", "{}", PYMVA_ERROR_UNSUPPORTED, "kernel rbf" },
    { "list(unusable_boosters())[-1][0]", "{}", PYMVA_ERROR_UNSUPPORTED, "gblinear" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PymvaObject) object = evaluate (module, cases[i].expression);
      g_autoptr (GError) error = NULL;
      GVariant *options =
        g_variant_new_parsed (g_str_equal (cases[i].options, "{}") ? "@a{sv} {}"
                                                                  : cases[i].options);

      g_assert_null (pymva_model_new_from_object (object, options, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, PYMVA_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].words));
    }
}

/* --- threads --- */

static gpointer
make_model (gpointer data)
{
  g_autoptr (GError) error = NULL;
  PymvaModel *model = pymva_model_new_from_object (data, NULL, &error);

  g_assert_no_error (error);
  return model;
}

static void
test_threads (gconstpointer data)
{
  g_autoptr (PymvaObject) line = evaluate ((PymvaObject *) data, "line()");
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("make", make_model, line);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (PymvaModel) model = g_thread_join (threads[i]);

      g_assert_cmpstr (pymva_model_get_engine (model), ==, "linear");
    }
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (PymvaObject) module = NULL;

  g_test_init (&argc, &argv, NULL);
  module = load_module ();

  g_test_add_data_func ("/model-object/boosters", module, test_boosters);
  g_test_add_data_func ("/model-object/digest", module, test_digest);
  g_test_add_data_func ("/model-object/errors", module, test_errors);
  g_test_add_data_func ("/model-object/file", module, test_file);
  g_test_add_data_func ("/model-object/threads", module, test_threads);

  return g_test_run ();
}
