/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"

PymvaTensor *
fixture_tensor (PymvaDType dtype,
                gconstpointer values,
                gint64 n_rows,
                gint64 n_columns)
{
  gint64 shape[2] = { n_rows, n_columns };
  gsize n_values = n_rows * MAX (n_columns, 1);
  g_autoptr (GBytes) bytes = g_bytes_new (values, n_values * pymva_dtype_get_size (dtype));
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor = pymva_tensor_new (dtype, shape, n_columns > 0 ? 2 : 1, bytes, &error);

  g_assert_no_error (error);
  return tensor;
}

GHashTable *
fixture_tensors (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

void
fixture_insert (GHashTable *tensors,
                const char *name,
                PymvaDType dtype,
                gconstpointer values,
                gint64 n_rows,
                gint64 n_columns)
{
  g_hash_table_insert (tensors, g_strdup (name), fixture_tensor (dtype, values, n_rows, n_columns));
}

PymvaModelBuilder *
fixture_builder (PymvaAnalysisType analysis_type,
                 guint n_variables)
{
  PymvaModelBuilder *builder = pymva_model_builder_new ("test-method", analysis_type);

  for (guint i = 0; i < n_variables; i++)
    {
      g_autofree char *name = g_strdup_printf ("x%u", i);

      pymva_model_builder_add_variable (builder, name, NULL, NULL, NULL);
    }

  return builder;
}

void
fixture_add_table (PymvaModelBuilder *builder,
                   const char *name,
                   PymvaDType dtype,
                   gconstpointer values,
                   gint64 n_rows,
                   gint64 n_columns)
{
  g_autoptr (PymvaTensor) tensor = fixture_tensor (dtype, values, n_rows, n_columns);

  pymva_model_builder_add_tensor (builder, name, tensor);
}

PymvaModel *
fixture_build (PymvaModelBuilder *builder)
{
  g_autoptr (GError) error = NULL;
  PymvaModel *model = pymva_model_builder_build (builder, &error);

  g_assert_no_error (error);
  return model;
}

PymvaModel *
fixture_model (PymvaAnalysisType analysis_type,
               guint n_variables,
               GVariant *description,
               GHashTable *tensors)
{
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (analysis_type, n_variables);
  g_autoptr (GVariant) owned = g_variant_ref_sink (description);
  g_autoptr (GError) error = NULL;

  pymva_convert_dump (builder, owned, tensors, &error);
  g_assert_no_error (error);

  return fixture_build (builder);
}

void
fixture_add_forest (PymvaModelBuilder *builder,
                    GHashTable *tensors)
{
  GVariantBuilder stage;
  GHashTableIter iter;
  gpointer key;
  gpointer tensor;

  g_variant_builder_init (&stage, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("forest"));
  g_hash_table_iter_init (&iter, tensors);
  while (g_hash_table_iter_next (&iter, &key, &tensor))
    {
      g_autofree char *name = g_strconcat ("forest.", key, NULL);

      pymva_model_builder_add_tensor (builder, name, tensor);
      g_variant_builder_add (&stage, "{sv}", key, g_variant_new_string (name));
    }
  pymva_model_builder_add_stage (builder, g_variant_builder_end (&stage));
}

PymvaModel *
fixture_forest_of (GHashTable *tensors)
{
  g_autoptr (PymvaModelBuilder) builder = fixture_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, 1);

  fixture_add_forest (builder, tensors);

  return fixture_build (builder);
}

PymvaModelBuilder *
fixture_forest_builder (void)
{
  static const char *const classes[] = { "signal", "background", NULL };
  const gint32 node_counts[] = { 5, 3 };
  const gint32 children[] = { 1, -1, 3, -2, -3, 1, -4, -5 };
  const gint32 features[] = { 0, 0, 1, 0, 0, 0, 0, 0 };
  const float thresholds[] = { 0.5f, 0, -1, 0, 0, 0.5f, 0, 0 };
  const double values[] = { 0.5, 0, 1, 0, 1 };
  const float inputs[] = { 0, 0, 1, -2, 1, 3 };
  const float outputs[] = { 0.25f, 0.5f, 1 };
  PymvaModelBuilder *builder = fixture_builder (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, 2);
  g_autoptr (GHashTable) tensors = fixture_tensors ();
  g_autoptr (PymvaTensor) golden_inputs = fixture_tensor (PYMVA_DTYPE_FLOAT32, inputs, 3, 2);
  g_autoptr (PymvaTensor) golden_outputs = fixture_tensor (PYMVA_DTYPE_FLOAT32, outputs, 3, 1);

  fixture_insert (tensors, "node_counts", PYMVA_DTYPE_INT32, node_counts, 2, 0);
  fixture_insert (tensors, "children", PYMVA_DTYPE_INT32, children, 8, 0);
  fixture_insert (tensors, "features", PYMVA_DTYPE_INT32, features, 8, 0);
  fixture_insert (tensors, "thresholds", PYMVA_DTYPE_FLOAT32, thresholds, 8, 0);
  fixture_insert (tensors, "values", PYMVA_DTYPE_FLOAT64, values, 5, 1);
  fixture_add_forest (builder, tensors);

  pymva_model_builder_set_title (builder, "Two trees");
  pymva_model_builder_set_classes (builder, classes);
  pymva_model_builder_set_golden (builder, golden_inputs, golden_outputs);
  pymva_model_builder_set_parameters (
    builder, g_variant_new_parsed ("{'n-estimators': <2>, 'max-samples': <@mx nothing>, "
                                   "'learning-rate': <0.1>, 'infinite': <inf>, 'small': <1e-8>, "
                                   "'large': <-1e30>, 'text': <'a \\\" 1e-08.0'>}"));

  return builder;
}

PymvaModel *
fixture_forest (void)
{
  g_autoptr (PymvaModelBuilder) builder = fixture_forest_builder ();

  return fixture_build (builder);
}

GFile *
fixture_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_dir_make_tmp ("pymva-test-XXXXXX", &error);

  g_assert_no_error (error);
  return g_file_new_for_path (path);
}

void
fixture_folder_remove (GFile *folder)
{
  g_autoptr (GFileEnumerator) files =
    g_file_enumerate_children (folder, "standard::name", G_FILE_QUERY_INFO_NONE, NULL, NULL);
  GFile *file;

  while (g_file_enumerator_iterate (files, NULL, &file, NULL, NULL) && file != NULL)
    g_assert_true (g_file_delete (file, NULL, NULL));
  g_assert_true (g_file_delete (folder, NULL, NULL));
}

void
fixture_set_up (Fixture *fixture,
                gconstpointer name)
{
  fixture->folder = fixture_folder ();
  fixture->file = g_file_get_child (fixture->folder, name);
}

void
fixture_tear_down (Fixture *fixture,
                   gconstpointer name)
{
  fixture_folder_remove (fixture->folder);
  g_clear_object (&fixture->folder);
  g_clear_object (&fixture->file);
}
