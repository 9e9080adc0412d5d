/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "ensemble-members.h"
#include "scoring/scoring-fixtures.h"

/* Models that make no ensemble, and options that are none. */

static void
assert_refused (PymvaModel **members,
                gsize n_members,
                const char *options,
                int code,
                const char *part)
{
  GVariant *parsed = options != NULL ? g_variant_new_parsed (options) : NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_model_new_ensemble (members, n_members, parsed, &error));
  g_assert_error (error, PYMVA_ERROR, code);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” is not in “%s”", part, error->message);
}

static void
test_numbers (void)
{
  g_autoptr (PymvaModel) tree = member_tree ("x", 0, 0, 1, 2);
  g_autoptr (PymvaModel) chain = member_chain ("x y");
  PymvaModel *chains[] = { chain, chain, chain };
  g_autoptr (PymvaModel) inner = members_ensemble (chains, 3, NULL);
  g_autoptr (PymvaModel) most = NULL;
  PymvaModel *members[301];

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    members[i] = tree;
  most = members_ensemble (members, 300, "{'fold': <'x'>}");
  g_assert_cmpuint (pymva_model_get_n_outputs (most), ==, 1);
  assert_refused (members, 301, NULL, PYMVA_ERROR_VALUE, "1 to 300 members, and here are 301");
  assert_refused (NULL, 0, NULL, PYMVA_ERROR_VALUE, "here are 0");

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    members[i] = inner;
  assert_refused (members, 100, NULL, PYMVA_ERROR_VALUE, "would have 1001, and may have 1000");
}

/* An ensemble of an ensemble of an ensemble, until its manifest would nest too deep. */
static void
test_nested (void)
{
  g_autoptr (PymvaModel) model = member_tree ("x", 0, 0, 1, 2);
  g_autoptr (GError) error = NULL;
  guint depth = 0;

  while (TRUE)
    {
      PymvaModel *outer = pymva_model_new_ensemble (&model, 1, NULL, &error);

      if (outer == NULL)
        break;
      g_object_unref (model);
      model = outer;
      depth++;
    }

  g_assert_cmpuint (depth, >=, 10);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "instead of ensembles what these are made of"));
}

static PymvaModel *
make_classes (PymvaAnalysisType analysis_type,
              const char *text,
              const char *meaning)
{
  g_autoptr (PymvaModelBuilder) builder = member_builder (analysis_type, "x");
  g_auto (GStrv) names = g_strsplit (text, " ", -1);

  if (analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    pymva_model_builder_set_targets (builder, (const char * const *) names);
  else
    pymva_model_builder_set_classes (builder, (const char * const *) names);
  if (meaning != NULL)
    pymva_model_builder_set_outputs (builder, meaning);
  if (analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    member_add_stage (builder, "{'kind': <'affine'>}");
  else
    member_add_stage (builder, "{'kind': <'select'>, 'columns': <[int64 0, 0]>}");
  pymva_model_builder_set_title (builder, text);

  return fixture_build (builder);
}

static void
test_members (void)
{
  const PymvaAnalysisType two = PYMVA_ANALYSIS_TYPE_CLASSIFICATION;
  const PymvaAnalysisType several = PYMVA_ANALYSIS_TYPE_MULTICLASS;
  const PymvaAnalysisType values = PYMVA_ANALYSIS_TYPE_REGRESSION;
  const struct
  {
    PymvaModel *first;
    PymvaModel *second;
    const char *part;
  } pairs[] = {
    { make_classes (two, "a b", NULL), make_classes (several, "a b", NULL), "another type of" },
    { make_classes (two, "a b", NULL), make_classes (two, "b a", NULL), "classes, or their order" },
    { make_classes (values, "a b", NULL), make_classes (values, "a c", NULL),
      "“a c”, cannot be in the ensemble: its targets, or their order, are not those of the first "
      "member, “a b”" },
    { make_classes (two, "a b", NULL), make_classes (two, "a b", "score"), "probability" },
    /* Without names of targets: one column, and two of them. */
    { member_tree ("x", 0, 0, 1, 2), make_classes (values, "", NULL), "not give as many outputs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      PymvaModel *members[] = { pairs[i].first, pairs[i].first, pairs[i].second };

      assert_refused (members, 3, NULL, PYMVA_ERROR_VALUE, "Member 2, ");
      assert_refused (members, 3, NULL, PYMVA_ERROR_VALUE, pairs[i].part);
      g_object_unref (pairs[i].first);
      g_object_unref (pairs[i].second);
    }
}

static void
test_engines (void)
{
  g_autoptr (PymvaModelBuilder) builder = member_builder (PYMVA_ANALYSIS_TYPE_REGRESSION, "x");
  g_autoptr (PymvaModel) tree = member_tree ("x", 0, 0, 1, 2);
  g_autoptr (PymvaModel) bare = g_object_new (PYMVA_TYPE_MODEL, NULL);
  g_autoptr (PymvaModel) python = NULL;
  PymvaModel *members[] = { tree, bare };

  assert_refused (members, 2, NULL, PYMVA_ERROR_NOT_TRAINED, "Member 1");
  assert_refused (members + 1, 1, NULL, PYMVA_ERROR_NOT_TRAINED, "");

  member_add_stage (builder, "{'kind': <'python'>, 'n_outputs': <int64 1>}");
  pymva_model_builder_set_title (builder, "Live");
  python = fixture_build (builder);
  members[1] = python;
  assert_refused (members, 2, NULL, PYMVA_ERROR_UNSUPPORTED,
                  "Member 1, “Live”, cannot be in the ensemble: it answers with Python");
}

static void
test_variables (void)
{
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("test-method", PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaModel) tree = member_tree ("x fold", 0, 0, 1, 2);
  g_autoptr (PymvaModel) other = NULL;
  PymvaModel *members[] = { tree, NULL };

  pymva_model_builder_add_variable (builder, "x", "a + b", NULL, NULL);
  member_add_stage (builder, "{'kind': <'affine'>}");
  other = fixture_build (builder);
  members[1] = other;
  assert_refused (members, 2, NULL, PYMVA_ERROR_VALUE,
                  "its variable “x” is “a + b”, and that of another member is “x”");
  assert_refused (members, 1, "{'fold': <'x'>}", PYMVA_ERROR_VALUE, "it has a variable “fold”");
}

static void
test_options (void)
{
  g_autoptr (PymvaModel) tree = member_tree ("x", 0, 0, 1, 2);

  assert_refused (&tree, 1, "{'fold': <2>}", PYMVA_ERROR_TYPE, "“fold”");
  assert_refused (&tree, 1, "{'folds': <'x'>}", PYMVA_ERROR_VALUE, "“fold”");
  assert_refused (&tree, 1, "{'title': <true>}", PYMVA_ERROR_TYPE, "“title”");
  assert_refused (&tree, 1, "{'fold': <'x %'>}", PYMVA_ERROR_EXPRESSION, "The option “fold”: ");
  assert_refused (&tree, 1, "{'fold': <''>}", PYMVA_ERROR_EXPRESSION, "The option “fold”: ");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ensemble-errors/numbers", test_numbers);
  g_test_add_func ("/ensemble-errors/nested", test_nested);
  g_test_add_func ("/ensemble-errors/members", test_members);
  g_test_add_func ("/ensemble-errors/engines", test_engines);
  g_test_add_func ("/ensemble-errors/variables", test_variables);
  g_test_add_func ("/ensemble-errors/options", test_options);

  return g_test_run ();
}
