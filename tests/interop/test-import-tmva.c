/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "base/memory-file.h"
#include "text-file.h"

/* --- the files of TMVA --- */

static GFile *
get_file (const char *folder,
          const char *name)
{
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "interop", "tmva", folder, name, NULL);

  return g_file_new_for_path (path);
}

/* The numbers of a file of comma-separated values without its header, and how many are in a row. */
static double *
read_numbers (const char *folder,
              const char *name,
              guint *n_columns,
              gsize *n_rows)
{
  g_autoptr (GFile) file = get_file (folder, name);
  g_autofree char *content = NULL;
  g_auto (GStrv) lines = NULL;
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GError) error = NULL;

  g_file_load_contents (file, NULL, &content, NULL, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_strstrip (content), "\n", -1);
  *n_rows = g_strv_length (lines) - 1;
  for (gsize i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], ",", -1);

      *n_columns = g_strv_length (words);
      for (guint j = 0; j < *n_columns; j++)
        {
          double number = g_ascii_strtod (words[j], NULL);

          g_array_append_val (numbers, number);
        }
    }

  return (double *) g_array_free (numbers, FALSE);
}

static gboolean
has_file (const char *folder,
          const char *name)
{
  g_autoptr (GFile) file = get_file (folder, name);

  return g_file_query_exists (file, NULL);
}

/* The largest difference from the answers in the last columns, for float32 inputs. */
static double
get_distance (PymvaModel *model,
              const double *numbers,
              guint n_columns,
              const double *answers,
              guint n_answer_columns,
              gsize n_rows)
{
  guint n_inputs = pymva_model_get_n_variables (model);
  guint n_outputs = pymva_model_get_n_outputs (model);
  g_autofree float *inputs = g_new (float, n_inputs);
  g_autofree float *outputs = g_new (float, n_outputs);
  double distance = 0;

  for (gsize row = 0; row < n_rows; row++)
    {
      const double *expected = answers + row * n_answer_columns + n_answer_columns - n_outputs;

      for (guint i = 0; i < n_inputs; i++)
        inputs[i] = numbers[row * n_columns + i];
      g_assert_true (pymva_model_score (model, inputs, outputs));
      for (guint i = 0; i < n_outputs; i++)
        distance = fmax (distance, fabs (outputs[i] - expected[i]));
    }

  return distance;
}

static double
get_range (const double *numbers,
           guint n_columns,
           guint n_outputs,
           gsize n_rows)
{
  double lowest = INFINITY;
  double highest = -INFINITY;

  for (gsize row = 0; row < n_rows; row++)
    for (guint i = n_columns - n_outputs; i < n_columns; i++)
      {
        lowest = fmin (lowest, numbers[row * n_columns + i]);
        highest = fmax (highest, numbers[row * n_columns + i]);
      }

  return highest - lowest;
}

/* As check-tmva-files.py does it. */
static void
test_folder (gconstpointer data)
{
  const char *folder = data;
  g_autoptr (GFile) file = get_file (folder, "weights.xml");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_model_import (file, NULL, NULL, &error);
  gboolean has_reader = has_file (folder, "reader.csv");
  guint n_columns;
  guint n_answers;
  gsize n_rows;
  g_autofree double *numbers = read_numbers (folder, "expected.csv", &n_columns, &n_rows);
  g_autofree double *reader =
    has_reader ? read_numbers (folder, "reader.csv", &n_answers, &n_rows) : NULL;
  double range;

  g_assert_no_error (error);
  g_assert_cmpuint (n_columns, ==,
                    pymva_model_get_n_variables (model) + pymva_model_get_n_outputs (model));
  g_assert_cmpuint (n_rows, ==, 520);
  range = get_range (numbers, n_columns, pymva_model_get_n_outputs (model), n_rows);
  if (has_reader)
    g_assert_cmpfloat (get_distance (model, numbers, n_columns, reader, n_answers, n_rows), <=,
                       1e-6 * range);
  else
    g_assert_cmpfloat (get_distance (model, numbers, n_columns, numbers, n_columns, n_rows), <=,
                       1e-5 * range);

  if (has_file (folder, "expected_cuts.csv"))
    {
      g_autofree double *cuts = read_numbers (folder, "expected_cuts.csv", &n_columns, &n_rows);

      g_assert_cmpfloat (get_distance (model, cuts, n_columns, cuts, n_columns, n_rows), <=,
                         1e-7 * range);
    }
}

static void
add_folders (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "interop", "tmva", NULL);
  g_autoptr (GDir) folders = g_dir_open (path, 0, &error);
  const char *name;
  guint n = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (folders)) != NULL)
    if (has_file (name, "weights.xml"))
      {
        g_autofree char *test = g_strconcat ("/interop/import-tmva/", name, NULL);

        g_test_add_data_func_full (test, g_strdup (name), test_folder, g_free);
        n++;
      }
  g_assert_cmpuint (n, >, 0);
}

/* --- small ones --- */

/* Two trees of three nodes, with the weights 3 and 1: what is at least 0.5 is signal in the first,
 * and background in the second. */
static const char trees[] =
  "<?xml version=\"1.0\"?>\n"
  "<MethodSetup Method=\"BDT::mine\">\n"
  "<GeneralInfo><Info name=\"TMVA Release\" value=\"4.2.1 [262657]\"/>\n"
  "<Info name=\"AnalysisType\" value=\"Classification\"/></GeneralInfo>\n"
  "<Options><Option name=\"BoostType\">AdaBoost</Option>\n"
  "<Option name=\"UseYesNoLeaf\">True</Option></Options>\n"
  "<Variables NVar=\"2\">\n"
  "<Variable VarIndex=\"0\" Expression=\"u+v\" Label=\"sum\" Title=\"Sum\" Unit=\"GeV\"/>\n"
  "<Variable VarIndex=\"1\" Expression=\"jet pt\" Label=\"jet.pt\" Title=\"\" Unit=\"\"/>\n"
  "</Variables>\n"
  "<Classes NClass=\"2\"><Class Name=\"Signal\" Index=\"0\"/>\n"
  "<Class Name=\"Background\" Index=\"1\"/></Classes>\n"
  "<Transformations NTransformations=\"0\"/>\n"
  "<Weights NTrees=\"2\" AnalysisType=\"0\">\n"
  "<BinaryTree type=\"DecisionTree\" boostWeight=\"3\" itree=\"0\">\n"
  "<Node pos=\"s\" NCoef=\"0\" IVar=\"0\" Cut=\"0.5\" cType=\"1\" purity=\"0.5\" nType=\"0\">\n"
  "<Node pos=\"l\" NCoef=\"0\" IVar=\"-1\" Cut=\"0\" cType=\"1\" res=\"0\" purity=\"0.25\" "
  "nType=\"-1\"/>\n"
  "<Node pos=\"r\" NCoef=\"0\" IVar=\"-1\" Cut=\"0\" cType=\"1\" res=\"0\" purity=\"0.75\" "
  "nType=\"1\"/>\n"
  "</Node></BinaryTree>\n"
  "<BinaryTree type=\"DecisionTree\" boostWeight=\"1\" itree=\"1\">\n"
  "<Node pos=\"s\" NCoef=\"0\" IVar=\"1\" Cut=\"0.5\" cType=\"0\" purity=\"0.5\" nType=\"0\">\n"
  "<Node pos=\"l\" nType=\"-1\" purity=\"0\"/>\n"
  "<Node pos=\"r\" nType=\"1\" purity=\"1\"/>\n"
  "</Node></BinaryTree>\n"
  "</Weights></MethodSetup>\n";

/* Fisher's discriminant 1 + 2 sum + 3 pt. */
static const char fisher[] =
  "<MethodSetup Method=\"Fisher::mine\">\n"
  "<GeneralInfo><Info name=\"TMVA Release\" value=\"4.2.1 [262657]\"/></GeneralInfo>\n"
  "<Options/>\n"
  "<Variables NVar=\"2\"><Variable VarIndex=\"0\" Expression=\"a\" Label=\"a\"/>\n"
  "<Variable VarIndex=\"1\" Expression=\"b\" Label=\"b\"/></Variables>\n"
  "<Classes NClass=\"2\"><Class Name=\"Background\" Index=\"0\"/>\n"
  "<Class Name=\"Signal\" Index=\"1\"/></Classes>\n"
  "<Transformations NTransformations=\"0\"></Transformations>\n"
  "<Weights NCoeff=\"3\"><Coefficient Index=\"0\" Value=\"1\"/>\n"
  "<Coefficient Index=\"1\" Value=\"2\"/><Coefficient Index=\"2\" Value=\"3\"/></Weights>\n"
  "</MethodSetup>\n";

/* x → 2 (x − 1) / 4 − 1 of the second variable alone. */
#define NORMALISE_B                                                                                \
  "<Transform Name=\"Normalize\"><Selection>\n"                                                    \
  "<Input NInputs=\"1\"><Input Type=\"Variable\" Label=\"b\" Expression=\"b\"/></Input>\n"         \
  "<Output NOutputs=\"1\"><Output Type=\"Variable\" Label=\"b\" Expression=\"b\"/></Output>\n"     \
  "</Selection><Class ClassIndex=\"0\"><Ranges><Range Index=\"0\" Min=\"0\" Max=\"1\"/></Ranges>"  \
  "</Class><Class ClassIndex=\"1\"><Ranges><Range Index=\"0\" Min=\"1\" Max=\"5\"/></Ranges>"      \
  "</Class></Transform></Transformations>"

static float
score (const char *text,
       const char * const *changes,
       float first,
       float second)
{
  return text_file_score (text, changes, (const float[]) { first, second });
}

/* Equal numbers go with the greater ones, and NaN with the smaller ones. */
static void
test_trees (void)
{
  float below = nextafterf (0.5f, 0);

  g_assert_cmpfloat (score (trees, NULL, 0.5f, below), ==, 1);
  g_assert_cmpfloat (score (trees, NULL, 0.5f, 0.5f), ==, 0.5f);
  g_assert_cmpfloat (score (trees, NULL, below, below), ==, -0.5f);
  g_assert_cmpfloat (score (trees, NULL, NAN, 0.5f), ==, -1);
  g_assert_cmpfloat (score (trees, NULL, 0.5f, NAN), ==, 1);

  /* The purities, for which there are several ways to ask. */
  g_assert_cmpfloat (score (trees, CHANGES ("Leaf\">True", "Leaf\">False"), 1, 1), ==, 0.5625f);
  g_assert_cmpfloat (score (trees, CHANGES (">AdaBoost", ">RealAdaBoost"), 1, 1), ==, 0.5625f);
  g_assert_cmpfloat (score (trees, CHANGES (">AdaBoost", ">AdaCost"), 1, 1), ==, 0.5625f);
  g_assert_cmpfloat (score (trees, CHANGES (">AdaBoost", ">AdaCost", "purity=\"0.75\"",
                                            "nS=\"1\" nB=\"3\""), 1, 1), ==, 0.1875f);
  /* Trees that weigh nothing say nothing. */
  g_assert_cmpfloat (score (trees, CHANGES ("boostWeight=\"3\"", "boostWeight=\"0\"",
                                            "boostWeight=\"1\"", "boostWeight=\"0\""), 1, 1), ==,
                     0);
}

/* A node that compares 1 x0 + 2 x1 + 3 with a cut, which has to be greater to go right. */
static void
test_sums (void)
{
  const char * const *sum = CHANGES ("NCoef=\"0\" IVar=\"0\" Cut=\"0.5\"",
                                     "NCoef=\"3\" fC0=\"1\" fC1=\"2\" fC2=\"3\" IVar=\"2\" "
                                     "Cut=\"6\"");

  g_assert_cmpfloat (score (trees, sum, 1, 1), ==, -1);
  g_assert_cmpfloat (score (trees, sum, 1.0001f, 1), ==, 0.5f);
  g_assert_cmpfloat (score (trees, sum, INFINITY, 1), ==, 0.5f);
  g_assert_cmpfloat (score (trees, sum, NAN, 1), ==, -1);
}

static void
assert_names (char **names,
              const char *first,
              const char *second)
{
  g_auto (GStrv) owned = names;

  g_assert_cmpuint (g_strv_length (owned), ==, 2);
  g_assert_cmpstr (owned[0], ==, first);
  g_assert_cmpstr (owned[1], ==, second);
}

static void
test_names (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = text_file_import (trees, NULL, NULL, &error);
  g_autoptr (PymvaModel) other = NULL;
  g_autoptr (PymvaModel) named = NULL;
  g_autofree char *manifest = NULL;

  g_assert_no_error (error);
  assert_names (pymva_model_list_variables (model), "sum", "jet.pt");
  assert_names (pymva_model_list_classes (model), "Signal", "Background");
  manifest = pymva_model_dup_manifest (model);
  g_assert_nonnull (strstr (manifest, "\"tmva-xml\""));
  g_assert_nonnull (strstr (manifest, "\"u+v\""));
  g_assert_nonnull (strstr (manifest, "\"`jet pt`\""));

  /* The signal comes first, wherever TMVA had it. */
  other = text_file_import (fisher, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_names (pymva_model_list_classes (other), "Signal", "Background");

  named = text_file_import (trees, NULL,
                            g_variant_new_parsed ("{'variables': <['p', 'q']>, "
                                                  "'classes': <['tau', 'jet']>}"), &error);
  g_assert_no_error (error);
  assert_names (pymva_model_list_variables (named), "p", "q");
  assert_names (pymva_model_list_classes (named), "tau", "jet");
}

/* A transformation of some variables, with the numbers of all classes. */
static void
test_transformations (void)
{
  g_assert_cmpfloat (score (fisher, NULL, 1, 2), ==, 9);
  g_assert_cmpfloat (score (fisher, CHANGES ("</Transformations>", NORMALISE_B), 1, 2), ==, 1.5f);
  /* As releases before 4.1 wrote it. */
  g_assert_cmpfloat (score (fisher, CHANGES ("</Transformations>",
                                             "<Transform Name=\"Normalize\">"
                                             "<Class ClassIndex=\"0\"><Variables>"
                                             "<Variable VarIndex=\"0\" Min=\"0\" Max=\"2\"/>"
                                             "<Variable VarIndex=\"1\" Min=\"1\" Max=\"5\"/>"
                                             "</Variables></Class></Transform></Transformations>"),
                            2, 2), ==, 1.5f);
}

/* --- what is refused --- */

static void
test_unsupported (void)
{
  static const TextFileRefusal refusals[] = {
    { trees, "BDT::mine", "PDEFoam::mine", "TMVA's method “PDEFoam”" },
    { trees, "\"Classification\"", "\"Clustering\"", "the analysis “Clustering”" },
    { trees, "<Options>", "<Options><Option name=\"DoPreselection\">True</Option>",
      "“DoPreselection”" },
    { trees, "<Options>", "<Options><Option name=\"UseWeightedTrees\">False</Option>",
      "“UseWeightedTrees=False”" },
    { fisher, "</Transformations>", "<Transform Name=\"Fold\"/></Transformations>",
      "transformation “Fold”" },
    { fisher, "</Transformations>",
      "<Transform Name=\"Normalize\"><Selection><Input><Input Type=\"Spectator\" Label=\"c\" "
      "Expression=\"c\"/></Input></Selection></Transform></Transformations>", "a spectator" },
  };

  text_file_assert_all_refused (refusals, G_N_ELEMENTS (refusals), PYMVA_ERROR_UNSUPPORTED);
}

static void
test_broken (void)
{
  static const TextFileRefusal refusals[] = {
    { trees, "</MethodSetup>", "", "not proper XML" },
    { trees, "value=\"4.2.1 [262657]\"", "value=\"4\"", "which release of TMVA" },
    { trees, "<Variables NVar=\"2\">", "<Variables/><Others>", "not proper XML" },
    { trees, "Expression=\"u+v\"", "", "no attribute “Expression”" },
    { trees, "<Class Name=\"Background\" Index=\"1\"/>", "", "it has 1 classes" },
    { trees, "boostWeight=\"3\"", "boostWeight=\"inf\"",
      "the “boostWeight” of its “BinaryTree” is “inf”" },
    { trees, "boostWeight=\"3\"", "", "no attribute “boostWeight”" },
    { trees, "IVar=\"0\"", "IVar=\"2\"", "“2”, not a whole number from 0 to 1" },
    { trees, "Cut=\"0.5\"", "Cut=\"half\"", "“half”, which is no finite number" },
    { trees, "cType=\"1\"", "cType=\"2\"", "“2”, not a whole number from 0 to 1" },
    { trees, "NCoef=\"0\"", "NCoef=\"2\"", "2 coefficients, and there are 2 variables" },
    { trees, "<Node pos=\"l\"", "<Leaf pos=\"l\"", "one child, or none" },
    { trees, "<Node pos=\"l\"", "<Node pos=\"r\"", "two children “r”" },
    { trees, "<Node pos=\"l\"", "<Node pos=\"m\"", "neither “l” nor “r”" },
    { trees, "AnalysisType=\"0\"", "", "no attribute “AnalysisType”" },
    { fisher, "<Coefficient Index=\"0\" Value=\"1\"/>", "", "2 coefficients, and should have 3" },
    { fisher, "Index=\"2\" Value", "Index=\"3\" Value", "“3”, not a whole number from 0 to 2" },
    { fisher, "</Transformations>",
      "<Transform Name=\"Decorrelation\"><Matrix Rows=\"2\" Columns=\"2\">1 0 1</Matrix>"
      "</Transform></Transformations>", "does not have the 4 numbers" },
    { fisher, "</Transformations>",
      "<Transform Name=\"Decorrelation\"><Matrix Rows=\"3\" Columns=\"2\">1 0 1 2</Matrix>"
      "</Transform></Transformations>", "“Rows”" },
    { fisher, "</Transformations>", "<Transform Name=\"PCA\"/></Transformations>",
      "has no “Statistics”" },
    { fisher, "</Transformations>", "<Transform Name=\"Gauss\"/></Transformations>",
      "distributions of 0 variables" },
    { fisher, "</Transformations>",
      "<Transform Name=\"Normalize\"><Class><Variables/></Class></Transform></Transformations>",
      "the empty range from 0 to 0" },
    { fisher, "</Transformations>",
      "<Transform Name=\"PCA\"><Selection><Input><Input Type=\"Variable\" Label=\"c\" "
      "Expression=\"c\"/></Input></Selection></Transform></Transformations>", "takes “c”" },
  };

  text_file_assert_all_refused (refusals, G_N_ELEMENTS (refusals), PYMVA_ERROR_FORMAT);
}

/* Neither deep elements nor large numbers take the stack, or memory that the file does not have. */
static void
test_sizes (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);

  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "<Node>");
  text_file_assert_refused (fisher, CHANGES ("<Options/>", deep->str), PYMVA_ERROR_FORMAT,
                            "nest too deep");
  text_file_assert_refused (fisher,
                            CHANGES ("</Transformations>",
                                     "<Transform Name=\"Gauss\"><Variable VarIndex=\"0\">"
                                     "<Cumulative><PDF InterpolMethod=\"1\" MinNSmooth=\"0\" "
                                     "MaxNSmooth=\"0\" KDE_type=\"0\" KDE_iter=\"0\" "
                                     "KDE_border=\"0\" KDE_finefactor=\"0\"><Histogram "
                                     "NBins=\"16000000\" HasEquidistantBins=\"1\">1 2</Histogram>"
                                     "</PDF></Cumulative></Variable></Transform>"
                                     "</Transformations>"),
                            PYMVA_ERROR_FORMAT, "does not have the 16000000 numbers");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  memory_file_register_scheme ();

  add_folders ();
  g_test_add_func ("/interop/import-tmva/trees", test_trees);
  g_test_add_func ("/interop/import-tmva/sums", test_sums);
  g_test_add_func ("/interop/import-tmva/names", test_names);
  g_test_add_func ("/interop/import-tmva/transformations", test_transformations);
  g_test_add_func ("/interop/import-tmva/unsupported", test_unsupported);
  g_test_add_func ("/interop/import-tmva/broken", test_broken);
  g_test_add_func ("/interop/import-tmva/sizes", test_sizes);

  return g_test_run ();
}
