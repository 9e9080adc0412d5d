/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>
#include <pymva/pymva.h>

#include "transforms/pymva-transform-stage-private.h"

/* Transformations as objects; what they compute is compared with others' in test_numpy.py. */

static void
add_column (PymvaTable *table,
            const char *name,
            const double *values,
            gsize n_values)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) column = pymva_tensor_new_from_doubles (values, n_values, 0, &error);

  pymva_table_add_column (table, name, column, &error);
  g_assert_no_error (error);
}

/* A regression of four training events. */
static PymvaDataset *
new_dataset (const double *a,
             const double *b)
{
  static const double weights[] = { 1, 2, 1, 0 };
  PymvaDataset *dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaTable) table = pymva_table_new ();
  g_autoptr (GError) error = NULL;

  add_column (table, "a", a, 4);
  add_column (table, "b", b, 4);
  add_column (table, "w", weights, 4);
  g_object_set (dataset, "test-fraction", 0.0, "split-mode", PYMVA_SPLIT_MODE_BLOCK,
                "missing-values", PYMVA_MISSING_VALUES_PASS, NULL);
  pymva_dataset_add_events (dataset, table, 1, &error);
  g_assert_no_error (error);
  pymva_dataset_add_variable (dataset, "a", &error);
  g_assert_no_error (error);
  pymva_dataset_add_variable (dataset, "b", &error);
  g_assert_no_error (error);
  pymva_dataset_add_target (dataset, "a+b", &error);
  g_assert_no_error (error);
  pymva_dataset_set_weight_expression (dataset, NULL, "w", &error);
  g_assert_no_error (error);

  return dataset;
}

/* The last event has no weight, and does not count. */
static PymvaDataset *
new_good_dataset (void)
{
  return new_dataset ((const double[]) { 1, 2, 3, 100 }, (const double[]) { 0, 8, 8, -100 });
}

static void
fitted_cb (PymvaTransform *transform,
           GParamSpec *pspec,
           guint *n_notified)
{
  ++*n_notified;
}

static void
test_object (void)
{
  g_autoptr (PymvaDataset) dataset = new_good_dataset ();
  g_autoptr (PymvaTransform) transform = pymva_transform_new ("N");
  PymvaTransform *bare = g_object_new (PYMVA_TYPE_TRANSFORM, NULL);
  g_auto (GStrv) before = pymva_transform_list_columns (transform);
  g_auto (GStrv) columns = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *definition = NULL;
  gboolean fitted;
  guint n_notified = 0;

  g_assert_cmpuint (g_strv_length (before), ==, 0);
  g_assert_cmpstr (pymva_transform_get_definition (transform), ==, "N");
  g_assert_false (pymva_transform_get_fitted (transform));
  g_signal_connect (transform, "notify::fitted", G_CALLBACK (fitted_cb), &n_notified);

  g_assert_true (pymva_transform_fit (transform, dataset, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_notified, ==, 1);
  g_object_get (transform, "definition", &definition, "fitted", &fitted, NULL);
  g_assert_cmpstr (definition, ==, "N");
  g_assert_true (fitted);
  columns = pymva_transform_list_columns (transform);
  g_assert_cmpstr (columns[0], ==, "N(a)");
  g_assert_cmpstr (columns[1], ==, "N(b)");
  g_assert_null (columns[2]);

  g_assert_cmpstr (pymva_transform_get_definition (bare), ==, "");
  g_assert_finalize_object (bare);
}

static void
assert_values (PymvaTensor *tensor,
               const double *expected,
               gsize n_expected)
{
  g_autofree double *values = NULL;
  gsize n_values;

  g_assert_nonnull (tensor);
  g_assert_cmpint (pymva_tensor_get_dtype (tensor), ==, PYMVA_DTYPE_FLOAT64);
  values = pymva_tensor_to_doubles (tensor, &n_values);
  g_assert_cmpuint (n_values, ==, n_expected);
  for (gsize i = 0; i < n_values; i++)
    g_assert_cmpfloat_with_epsilon (values[i], expected[i], 1e-12);
}

/* By hand: of a the mean is 2 and the variance 1/2, of b 6 and 12, and their covariance is 2. */
static void
test_values (void)
{
  static const struct
  {
    const char *definition;
    double expected[4];
  } cases[] = {
    { "", { 2, 8, 4, 0 } },
    { "I", { 2, 8, 4, 0 } },
    { "N", { 0, 1, 2, -1 } },
    { "S(a)", { 0, 8, 2 * G_SQRT2, 0 } },
    { "U", { 0.5, 1, 1, 0 } },
    { "N,S(b)", { 0, 0.5773502691896258, 2, -1.7320508075688772 } },
  };
  static const double events[] = { 2, 8, 4, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PymvaDataset) dataset = new_good_dataset ();
      g_autoptr (PymvaTransform) transform = pymva_transform_new (cases[i].definition);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaTensor) inputs = pymva_tensor_new_from_doubles (events, 4, 2, &error);
      g_autoptr (PymvaTensor) columns = NULL;
      g_autoptr (PymvaTensor) back = NULL;

      g_test_message ("%s", cases[i].definition);
      pymva_transform_fit (transform, dataset, NULL, &error);
      g_assert_no_error (error);
      columns = pymva_transform_apply (transform, inputs, &error);
      g_assert_no_error (error);
      assert_values (columns, cases[i].expected, 4);
      back = pymva_transform_invert (transform, columns, &error);
      g_assert_no_error (error);
      /* The range of U ends at 3. */
      assert_values (back, (const double[]) { 2, 8, i == 4 ? 3 : 4, 0 }, 4);
    }
}

static void
test_errors (void)
{
  g_autoptr (PymvaDataset) dataset = new_good_dataset ();
  g_autoptr (PymvaTransform) transform = pymva_transform_new ("S");
  g_autoptr (PymvaTransform) wrong = pymva_transform_new ("Q");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) inputs =
    pymva_tensor_new_from_doubles ((const double[]) { 1, 2, 3 }, 3, 3, &error);

  g_assert_null (pymva_transform_apply (transform, inputs, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED);
  g_clear_error (&error);
  g_assert_null (pymva_transform_invert (transform, inputs, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED);
  g_clear_error (&error);

  pymva_transform_fit (transform, dataset, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (pymva_transform_apply (transform, inputs, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "takes events of 2 columns"));
  g_clear_error (&error);

  g_assert_false (pymva_transform_fit (wrong, dataset, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "“Q” cannot be fitted"));
  g_assert_false (pymva_transform_get_fitted (wrong));
}

/* What an event has that does not count is not looked at. */
static void
test_bad_columns (void)
{
  static const double varied[] = { 0, 8, 8, 1 };
  static const double constant[] = { 5, 5, 5, 6 };
  static const double missing[] = { NAN, NAN, INFINITY, 6 };
  static const double partly[] = { 1, 2, NAN, 6 };
  static const struct
  {
    const char *definitions;
    const double *column;
    const char *words;
  } cases[] = {
    { "NSDPUG", constant, "“a” is 5 in all training events" },
    { "NSUG", missing, "“a” has no value in any training event" },
    { "DP", missing, "“a” has missing values" },
    { "DP", partly, "“a” has missing values" },
    { "NSUG", partly, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (const char *kind = cases[i].definitions; *kind != '\0'; kind++)
      {
        g_autofree char *definition = g_strndup (kind, 1);
        g_autoptr (PymvaDataset) dataset = new_dataset (cases[i].column, varied);
        g_autoptr (PymvaTransform) transform = pymva_transform_new (definition);
        g_autoptr (GError) error = NULL;
        gboolean success = pymva_transform_fit (transform, dataset, NULL, &error);

        if (cases[i].words == NULL)
          {
            g_assert_no_error (error);
            g_assert_true (success);
            continue;
          }
        g_assert_false (success);
        g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
        if (strstr (error->message, cases[i].words) == NULL)
          g_error ("“%s” is not in “%s”", cases[i].words, error->message);
      }
}

/* The means of such weights exist, the variances do not. */
static void
test_negative_weights (void)
{
  static const char *const definitions[] = { "S", "D", "U", "G" };
  static const double a[] = { 0, 1, 10, 11 };

  for (guint i = 0; i < G_N_ELEMENTS (definitions); i++)
    {
      g_autoptr (PymvaDataset) dataset = new_dataset (a, a);
      g_autoptr (PymvaTransform) transform = pymva_transform_new (definitions[i]);
      g_autoptr (GError) error = NULL;

      g_object_set (dataset, "negative-weights", PYMVA_NEGATIVE_WEIGHTS_PASS, NULL);
      pymva_dataset_set_weight_expression (dataset, NULL, "a == 10 ? 3 : -0.9", &error);
      g_assert_no_error (error);
      g_assert_false (pymva_transform_fit (transform, dataset, NULL, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA);
      g_assert_nonnull (strstr (error->message, "negative"));
    }
}

/* Weights that a sum hardly feels: F rises by next to nothing from one event to the next. */
static void
test_tiny_weights (void)
{
  static const double a[] = { 0, 1, 10, 11 };

  for (int i = 1; i < 100; i++)
    {
      g_autoptr (PymvaDataset) dataset = new_dataset (a, a);
      g_autoptr (PymvaTransform) transform = pymva_transform_new ("G");
      g_autofree char *weight =
        g_strdup_printf ("a == 0 ? %d / 200.0 : a == 11 ? %d / 200.0 : 6e-17", i, 200 - i);
      g_autoptr (GError) error = NULL;

      pymva_dataset_set_weight_expression (dataset, NULL, weight, &error);
      g_assert_no_error (error);
      pymva_transform_fit (transform, dataset, NULL, &error);
      g_assert_no_error (error);
    }
}

/* A stage of a file that does not give as many columns as it takes is none of a transformation. */
static void
test_bad_stage (void)
{
  g_autoptr (JsonObject) description = json_object_new ();
  g_autoptr (GHashTable) tensors = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                          g_object_unref);
  g_autoptr (GError) error = NULL;
  static const double matrix[] = { 1, 2, 3, 4, 5, 6 };

  json_object_set_string_member (description, "kind", "matrix");
  json_object_set_string_member (description, "matrix", "transform.0.matrix");
  g_hash_table_insert (tensors, (gpointer) "transform.0.matrix",
                       pymva_tensor_new_from_doubles (matrix, 6, 2, &error));
  g_assert_no_error (error);

  g_assert_null (pymva_transform_stage_read (description, tensors, 2, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "3 columns of 2"));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transforms/transform/object", test_object);
  g_test_add_func ("/transforms/transform/values", test_values);
  g_test_add_func ("/transforms/transform/errors", test_errors);
  g_test_add_func ("/transforms/transform/bad-columns", test_bad_columns);
  g_test_add_func ("/transforms/transform/negative-weights", test_negative_weights);
  g_test_add_func ("/transforms/transform/tiny-weights", test_tiny_weights);
  g_test_add_func ("/transforms/transform/bad-stage", test_bad_stage);

  return g_test_run ();
}
