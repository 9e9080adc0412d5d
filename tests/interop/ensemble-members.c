/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ensemble-members.h"
#include "scoring/scoring-fixtures.h"

PymvaModelBuilder *
member_builder (PymvaAnalysisType analysis_type,
                const char *names)
{
  PymvaModelBuilder *builder = pymva_model_builder_new ("test-method", analysis_type);
  g_auto (GStrv) variables = g_strsplit (names, " ", -1);

  for (guint i = 0; variables[i] != NULL; i++)
    pymva_model_builder_add_variable (builder, variables[i], NULL, NULL, NULL);

  return builder;
}

void
member_add_stage (PymvaModelBuilder *builder,
                  const char *text)
{
  pymva_model_builder_add_stage (builder, g_variant_new_parsed (text));
}

PymvaModel *
member_tree (const char *names,
             gint32 feature,
             float threshold,
             double low,
             double high)
{
  const gint32 node_counts[] = { 3 };
  const gint32 children[] = { 1, -1, -2 };
  const gint32 features[] = { feature, 0, 0 };
  const float thresholds[] = { threshold, 0, 0 };
  const double values[] = { low, high };
  g_autoptr (PymvaModelBuilder) builder = member_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, names);
  g_autoptr (GHashTable) tensors = fixture_tensors ();

  fixture_insert (tensors, "node_counts", PYMVA_DTYPE_INT32, node_counts, 1, 0);
  fixture_insert (tensors, "children", PYMVA_DTYPE_INT32, children, 3, 0);
  fixture_insert (tensors, "features", PYMVA_DTYPE_INT32, features, 3, 0);
  fixture_insert (tensors, "thresholds", PYMVA_DTYPE_FLOAT32, thresholds, 3, 0);
  fixture_insert (tensors, "values", PYMVA_DTYPE_FLOAT64, values, 2, 1);
  fixture_add_forest (builder, tensors);

  return fixture_build (builder);
}

PymvaModel *
member_chain (const char *names)
{
  g_autoptr (PymvaModelBuilder) builder = member_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, names);

  member_add_stage (builder, "{'kind': <'link'>, 'function': <'square'>}");
  member_add_stage (builder, "{'kind': <'select'>, 'inputs': <[int64 -1, 0]>, "
                             "'columns': <[int64 0, 3]>}");
  member_add_stage (builder, "{'kind': <'product'>, 'inputs': <[int64 1, -1]>}");

  return fixture_build (builder);
}

PymvaModel *
members_ensemble (PymvaModel **members,
                  gsize n_members,
                  const char *options)
{
  g_autoptr (GError) error = NULL;
  GVariant *parsed = options != NULL ? g_variant_new_parsed (options) : NULL;
  PymvaModel *model = pymva_model_new_ensemble (members, n_members, parsed, &error);

  g_assert_no_error (error);
  g_assert_true (PYMVA_IS_MODEL (model));
  return model;
}
