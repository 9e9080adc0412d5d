/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "base/memory-file.h"
#include "text-file.h"

/* Networks, likelihoods, rules, cuts, support vectors, boosts and categories, in files small enough
 * to compute their answers by hand. */

#define HEAD(method, options)                                                                      \
  "<MethodSetup Method=\"" method "::mine\">\n"                                                    \
  "<GeneralInfo><Info name=\"TMVA Release\" value=\"4.2.1 [262657]\"/></GeneralInfo>\n"            \
  "<Options>" options "</Options>\n"

#define OPTION(name, value) "<Option name=\"" name "\" modified=\"Yes\">" value "</Option>"

#define A_AND_B                                                                                    \
  "<Variables NVar=\"2\"><Variable VarIndex=\"0\" Expression=\"a\" Label=\"a\"/>"                  \
  "<Variable VarIndex=\"1\" Expression=\"b\" Label=\"b\"/></Variables>\n"                          \
  "<Spectators NSpec=\"1\"><Spectator Expression=\"eta\" Label=\"eta\"/></Spectators>\n"

#define CLASSES                                                                                    \
  "<Classes NClass=\"2\"><Class Name=\"Signal\" Index=\"0\"/>"                                     \
  "<Class Name=\"Background\" Index=\"1\"/></Classes>\n"                                           \
  "<Transformations NTransformations=\"0\"/>\n"

/* Hidden neurons of a + 0.5 and 2 b − 1, and the answer 2 h0 − h1 + 0.25. */
static const char network[] =
  HEAD ("MLP", OPTION ("NeuronType", "linear") OPTION ("EstimatorType", "MSE")
        OPTION ("NeuronInputType", "sum"))
  A_AND_B CLASSES
  "<Weights><Layout NLayers=\"3\">\n"
  "<Layer Index=\"0\" NNeurons=\"3\"><Neuron NSynapses=\"2\">1 0</Neuron>"
  "<Neuron NSynapses=\"2\">0 2</Neuron><Neuron NSynapses=\"2\">0.5 -1</Neuron></Layer>\n"
  "<Layer Index=\"1\" NNeurons=\"3\"><Neuron NSynapses=\"1\">2</Neuron>"
  "<Neuron NSynapses=\"1\">-1</Neuron><Neuron NSynapses=\"1\">0.25</Neuron></Layer>\n"
  "<Layer Index=\"2\" NNeurons=\"1\"><Neuron NSynapses=\"0\"/></Layer>\n"
  "</Layout></Weights></MethodSetup>";

#define PDF(variable, class_index, n_bins, contents)                                               \
  "<PDFDescriptor VarIndex=\"" variable "\" ClassIndex=\"" class_index "\">"                       \
  "<PDF Name=\"p\" MinNSmooth=\"0\" MaxNSmooth=\"0\" InterpolMethod=\"0\" KDE_type=\"1\" "         \
  "KDE_iter=\"1\" KDE_border=\"1\" KDE_finefactor=\"0.7\"><Histogram Name=\"h\" "                  \
  "NBins=\"" n_bins "\" XMin=\"-1\" XMax=\"3\" HasEquidistantBins=\"1\">" contents "</Histogram>"  \
  "</PDF></PDFDescriptor>\n"

#define LIKELIHOOD(n_bins, signal, background)                                                     \
  HEAD ("Likelihood", OPTION ("TransformOutput", "False"))                                         \
  "<Variables NVar=\"1\"><Variable VarIndex=\"0\" Expression=\"a\" Label=\"a\"/></Variables>\n"    \
  CLASSES "<Weights NVariables=\"1\" NClasses=\"2\">\n"                                            \
  PDF ("0", "0", n_bins, signal) PDF ("0", "1", n_bins, background) "</Weights></MethodSetup>"

static const char steps[] = LIKELIHOOD ("2", "3 1", "1 3");
static const char curves[] = LIKELIHOOD ("8", "1 4 9 2 7 7 7 3", "2 2 8 5 1 0 0 4");
static const char kernels[] = LIKELIHOOD ("16", "1 4 9 2 7 7 7 3 1 4 9 2 7 7 7 3",
                                          "2 2 8 5 1 0 0 4 2 2 8 5 1 0 0 4");

/* 0.25 + 2 [1 < a < 3] − [b < 0.5, 0 < a] + min (max (a, −1), 1). */
static const char rules[] =
  HEAD ("RuleFit", "") A_AND_B CLASSES
  "<Weights NRules=\"2\" NLinear=\"2\" LearningModel=\"0\" Offset=\"0.25\">\n"
  "<Rule Coeff=\"2\" Nvars=\"1\">"
  "<Cut Selector=\"0\" Min=\"1\" Max=\"3\" DoMin=\"T\" DoMax=\"T\"/></Rule>\n"
  "<Rule Coeff=\"-1\" Nvars=\"2\">"
  "<Cut Selector=\"1\" Min=\"0\" Max=\"0.5\" DoMin=\"F\" DoMax=\"T\"/>"
  "<Cut Selector=\"0\" Min=\"0\" Max=\"0\" DoMin=\"T\" DoMax=\"F\"/></Rule>\n"
  "<Linear OK=\"1\" Coeff=\"0.5\" Norm=\"2\" DM=\"-1\" DP=\"1\"/>"
  "<Linear OK=\"0\" Coeff=\"7\" Norm=\"1\" DM=\"-1\" DP=\"1\"/>\n"
  "</Weights></MethodSetup>";

static const char cuts[] =
  HEAD ("Cuts", "") A_AND_B CLASSES
  "<Weights nbins=\"10\"><Bin ibin=\"5\" effS=\"0.4\" effB=\"0\">"
  "<Cuts cutMin_0=\"1\" cutMax_0=\"2\" cutMin_1=\"-1e30\" cutMax_1=\"1e30\"/></Bin>\n"
  "</Weights></MethodSetup>";

static const char vectors[] =
  HEAD ("SVM", OPTION ("Kernel", "RBF")) A_AND_B CLASSES
  "<Weights fBparm=\"0.25\" fGamma=\"0.5\" NSupVec=\"1\">"
  "<SupportVector Rows=\"1\" Columns=\"6\">1 -1 2 0 1 0</SupportVector>\n"
  "</Weights></MethodSetup>";

#define FISHER(constant, a, b)                                                                     \
  "<Weights NCoeff=\"3\"><Coefficient Index=\"0\" Value=\"" constant "\"/>"                        \
  "<Coefficient Index=\"1\" Value=\"" a "\"/><Coefficient Index=\"2\" Value=\"" b "\"/></Weights>"

/* a with the weight 3, and 1 − a with the weight 1. */
static const char boost[] =
  HEAD ("Boost", OPTION ("Boost_Transform", "linear")) A_AND_B CLASSES
  "<Weights NMethods=\"2\">\n"
  "<Method Index=\"0\" Weight=\"3\" MethodSigCut=\"0.5\" MethodTypeName=\"Fisher\">"
  FISHER ("0", "1", "0") "</Method>\n"
  "<Method Index=\"1\" Weight=\"1\" MethodSigCut=\"-0.5\" MethodSigCutOrientation=\"1\" "
  "MethodTypeName=\"Fisher\">" FISHER ("1", "-1", "0") "</Method>\n"
  "</Weights></MethodSetup>";

/* a + 2 b where |eta| is below 1, and 10 a up to 5. */
static const char categories[] =
  HEAD ("Category", "") A_AND_B CLASSES
  "<Weights NSubMethods=\"2\">\n"
  "<SubMethod Index=\"0\" Method=\"Fisher::one\" Cut=\"abs(eta)&lt;1.0\" Variables=\"a:b\">"
  FISHER ("0", "1", "2") "</SubMethod>\n"
  "<SubMethod Index=\"1\" Method=\"LD::two\" Cut=\"abs(eta)>=1&amp;&amp;eta&lt;5e0\" "
  "Variables=\"\"><Weights NCoeff=\"3\"><Coefficient IndexOut=\"0\" IndexCoeff=\"0\" Value=\"0\"/>"
  "<Coefficient IndexOut=\"0\" IndexCoeff=\"1\" Value=\"10\"/>"
  "<Coefficient IndexOut=\"0\" IndexCoeff=\"2\" Value=\"0\"/></Weights></SubMethod>\n"
  "</Weights></MethodSetup>";

static void
assert_score (const char *text,
              const char * const *changes,
              float a,
              float b,
              double expected)
{
  float score = text_file_score (text, changes, (const float[]) { a, b });

  g_assert_cmpfloat_with_epsilon (score, expected, 2e-7 * fmax (1, fabs (expected)));
}

static void
test_neurons (void)
{
  const char * const *rational = CHANGES (">linear", ">tanh");
  const char * const *exact = CHANGES (">linear", ">tanh", "4.2.1 [262657]", "4.2.0 [262656]");

  assert_score (network, NULL, 0.5f, 1, 1.25);
  assert_score (network, CHANGES (">linear", ">sigmoid"), 0.5f, 1, 0.7310585786300049 + 0.25);
  assert_score (network, CHANGES (">linear", ">ReLU"), -1, 1, -0.75);
  assert_score (network, CHANGES (">linear", ">radial"), 0.5f, 1, exp (-0.5) + 0.25);
  assert_score (network, CHANGES (">MSE", ">CE"), 0.5f, 1, 0.7772998611746911);
  /* From 4.2.1 on it is a rational function, and 1 beyond 4.97. */
  assert_score (network, rational, 2.5f, 2, 0.9950556928974195 + 0.25);
  assert_score (network, rational, 4.5f, 3, 1.25);
  assert_score (network, exact, 2.5f, 2, tanh (3) + 0.25);
}

static void
test_steps (void)
{
  const char * const *transformed = CHANGES (">False", ">True");

  assert_score (steps, NULL, 0.5f, 0, 0.75);
  assert_score (steps, NULL, 1, 0, 0.25);
  assert_score (steps, NULL, nextafterf (1, 0), 0, 0.75);
  assert_score (steps, NULL, -50, 0, 0.75);
  assert_score (steps, NULL, 70, 0, 0.25);
  assert_score (steps, transformed, 0.5f, 0, log (3) / 15);
  /* Nothing in a bin counts as next to nothing. */
  assert_score (steps, CHANGES (">1 3", ">0 3"), 0, 0, 1);
  assert_score (steps, CHANGES (">1 3", ">0 3", ">False", ">True"), 0, 0, 34.4342155 / 15);
}

/* Changes both densities. */
#define BOTH(from, to) from, to, from, to

static void
check_curve (const char *text,
             const char * const *changes,
             const double *expected,
             double epsilon)
{
  static const float places[] = { -0.9f, 0.4f, 2.6f };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    g_assert_cmpfloat_with_epsilon (text_file_score (text, changes, &places[i]), expected[i],
                                    epsilon);
}

/* Of ROOT 6.40: TSpline3, TSpline5 and TH1::Smooth. */
static void
test_splines (void)
{
  check_curve (curves, CHANGES (BOTH ("InterpolMethod=\"0\"", "InterpolMethod=\"1\"")),
               (const double[]) { 0.027806568, 0.35729510, 0.46180329 }, 1e-6);
  check_curve (curves, CHANGES (BOTH ("InterpolMethod=\"0\"", "InterpolMethod=\"3\"")),
               (const double[]) { 0.29772541, 0.34365887, 0.58812507 }, 1e-6);
  check_curve (curves, CHANGES (BOTH ("InterpolMethod=\"0\"", "InterpolMethod=\"4\"")),
               (const double[]) { 0.26556761, 0.33191442, 0.56897743 }, 1e-6);
  check_curve (curves, CHANGES (BOTH ("MinNSmooth=\"0\" MaxNSmooth=\"0\" InterpolMethod=\"0\"",
                                      "MinNSmooth=\"2\" MaxNSmooth=\"2\" InterpolMethod=\"4\"")),
               (const double[]) { 0.27053863, 0.34459781, 1 }, 1e-6);
}

/* Of NumPy, in float64; TMVA has float32. */
static void
test_kernels (void)
{
  static const struct
  {
    const char *keys;
    double expected[3];
  } cases[] = {
    { "KDE_iter=\"1\" KDE_border=\"1\"", { 0.371885, 0.551592, 0.702249 } },
    { "KDE_iter=\"1\" KDE_border=\"2\"", { 0.362615, 0.541683, 0.727688 } },
    { "KDE_iter=\"1\" KDE_border=\"3\"", { 0.370760, 0.546837, 0.725227 } },
    { "KDE_iter=\"2\" KDE_border=\"1\"", { 0.385093, 0.526457, 0.635355 } },
    { "KDE_iter=\"2\" KDE_border=\"2\"", { 0.376334, 0.510429, 0.664561 } },
    { "KDE_iter=\"2\" KDE_border=\"3\"", { 0.374830, 0.514849, 0.676740 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_curve (kernels,
                 CHANGES (BOTH ("InterpolMethod=\"0\"", "InterpolMethod=\"5\""),
                          BOTH ("KDE_iter=\"1\" KDE_border=\"1\" ", cases[i].keys)),
                 cases[i].expected, 2e-5);
}

static void
test_rules (void)
{
  const char * const *without_terms = CHANGES ("LearningModel=\"0\"", "LearningModel=\"1\"");
  const char * const *without_rules = CHANGES ("LearningModel=\"0\"", "LearningModel=\"2\"");

  assert_score (rules, NULL, 2, 1, 3.25);
  assert_score (rules, NULL, 1, 0, 0.25);
  assert_score (rules, NULL, nextafterf (1, 2), 0, 2.25);
  assert_score (rules, NULL, 3, 0.5f, 1.25);
  assert_score (rules, NULL, -0.5f, 0, -0.25);
  g_assert_true (isnan (text_file_score (rules, NULL, (const float[]) { NAN, 0 })));
  assert_score (rules, without_terms, 2, 1, 2.25);
  assert_score (rules, without_terms, NAN, 0, 0.25);
  assert_score (rules, without_terms, 2, NAN, 2.25);
  assert_score (rules, without_rules, 2, 1, 1.25);
}

static void
assert_cuts (double efficiency,
             PymvaError code,
             const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (text_file_import (cuts, NULL, g_variant_new_parsed ("{'signal-efficiency': <%d>}",
                                                                     efficiency), &error));
  g_assert_error (error, PYMVA_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_cuts (void)
{
  const float rows[] = { 1, 0, nextafterf (1, 2), 0, 2, 0, nextafterf (2, 3), 0, NAN, 0, 1.5f,
                         NAN };
  const float expected[] = { 0, 1, 1, 0, 0, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model =
    text_file_import (cuts, NULL, g_variant_new_parsed ("{'signal-efficiency': <0.35>}"), &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      float output;

      g_assert_true (pymva_model_score (model, rows + 2 * i, &output));
      g_assert_cmpfloat (output, ==, expected[i]);
    }

  text_file_assert_refused (cuts, NULL, PYMVA_ERROR_VALUE, "“signal-efficiency”");
  assert_cuts (0, PYMVA_ERROR_VALUE, "“signal-efficiency” is 0");
  assert_cuts (1.5, PYMVA_ERROR_VALUE, "“signal-efficiency” is 1.5");
  /* TMVA is one bin further on than it should be, but not at 0.3, which is below an edge. */
  assert_cuts (0.3, PYMVA_ERROR_FORMAT, "no bin 4");
  assert_cuts (0.5, PYMVA_ERROR_FORMAT, "no bin 7");
  assert_cuts (1, PYMVA_ERROR_FORMAT, "no bin 10");
}

static void
test_vectors (void)
{
  assert_score (vectors, NULL, 1, 0, 0.9046505351008906);
  assert_score (vectors, NULL, 2, 0, 0.8120004491278189);
}

static void
test_boost (void)
{
  assert_score (boost, NULL, 2, 0, 1.25);
  assert_score (boost, CHANGES (">linear", ">step"), 2, 0, 0.5);
  assert_score (boost, CHANGES (">linear", ">step", "Orientation=\"1\"", "Orientation=\"-1\""), 2,
                0, 1);
  assert_score (boost, CHANGES (">linear", ">log"), 2, 0, 0.21860284905235272);
  assert_score (boost, CHANGES (">linear", ">gauss"), 2, 0, 0.7430357937780341);
}

static void
test_categories (void)
{
  const float rows[] = { 1, 2, 0.5f, 1, 2, -3, 1, 2, 7, 1, 2, NAN };
  const float expected[] = { 5, 10, 0, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = text_file_import (categories, NULL, NULL, &error);
  g_auto (GStrv) names = NULL;

  g_assert_no_error (error);
  names = pymva_model_list_variables (model);
  g_assert_cmpuint (g_strv_length (names), ==, 3);
  g_assert_cmpstr (names[2], ==, "eta");
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      float output;

      g_assert_true (pymva_model_score (model, rows + 3 * i, &output));
      g_assert_cmpfloat (output, ==, expected[i]);
    }
}

#define CATEGORY(index, method, weights)                                                           \
  "<SubMethod Index=\"" index "\" Method=\"" method "::it\" Cut=\"eta&lt;" index "\" "             \
  "Variables=\"a\">" weights "</SubMethod>\n"
#define OF_CATEGORIES(one, two, three)                                                             \
  HEAD ("Category", "") A_AND_B CLASSES                                                            \
  "<Weights NSubMethods=\"3\">\n" one two three "</Weights></MethodSetup>"
#define FISHER_CATEGORY(index)                                                                     \
  CATEGORY (index, "Fisher", "<Weights NCoeff=\"2\"><Coefficient Index=\"0\" Value=\"0\"/>"        \
            "<Coefficient Index=\"1\" Value=\"1\"/></Weights>")
#define MLP_CATEGORY(index)                                                                        \
  CATEGORY (index, "MLP", "<Options>" OPTION ("NeuronType", "linear")                              \
            OPTION ("EstimatorType", "MSE") OPTION ("NeuronInputType", "sum") "</Options>"         \
            "<Weights><Layer Index=\"0\" NNeurons=\"2\"><Neuron NSynapses=\"1\">1</Neuron>"        \
            "<Neuron NSynapses=\"1\">0</Neuron></Layer><Layer Index=\"1\" NNeurons=\"1\">"         \
            "<Neuron NSynapses=\"0\"/></Layer></Weights>")
#define LIKELIHOOD_CATEGORY(index, transforms)                                                     \
  CATEGORY (index, "Likelihood", "<Options>" OPTION ("TransformOutput", transforms) "</Options>"   \
            "<Weights>" PDF ("0", "0", "2", "3 1") PDF ("0", "1", "2", "1 3") "</Weights>")

static void
assert_outputs (const char *text,
                const char *outputs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = text_file_import (text, NULL, NULL, &error);
  g_autofree char *manifest = NULL;
  g_autofree char *words = g_strdup_printf ("\"meaning\" : \"%s\"", outputs);

  g_assert_no_error (error);
  manifest = pymva_model_dup_manifest (model);
  if (strstr (manifest, words) == NULL)
    g_error ("“%s” is not in “%s”", words, manifest);
}

/* Probabilities, unless a category is of another kind, whichever that is. */
static void
test_kinds_of_categories (void)
{
  assert_outputs (OF_CATEGORIES (MLP_CATEGORY ("1"), MLP_CATEGORY ("2"), MLP_CATEGORY ("3")),
                  "probability");
  assert_outputs (OF_CATEGORIES (FISHER_CATEGORY ("1"), MLP_CATEGORY ("2"), MLP_CATEGORY ("3")),
                  "score");
  assert_outputs (OF_CATEGORIES (MLP_CATEGORY ("1"), FISHER_CATEGORY ("2"), MLP_CATEGORY ("3")),
                  "score");
  assert_outputs (OF_CATEGORIES (LIKELIHOOD_CATEGORY ("1", "True"),
                                 LIKELIHOOD_CATEGORY ("2", "False"),
                                 LIKELIHOOD_CATEGORY ("3", "False")), "score");
  assert_outputs (OF_CATEGORIES (LIKELIHOOD_CATEGORY ("1", "True"),
                                 LIKELIHOOD_CATEGORY ("2", "True"),
                                 LIKELIHOOD_CATEGORY ("3", "True")), "score");
  assert_outputs (OF_CATEGORIES (LIKELIHOOD_CATEGORY ("1", "False"),
                                 LIKELIHOOD_CATEGORY ("2", "False"),
                                 LIKELIHOOD_CATEGORY ("3", "False")), "probability");
}

/* --- what is refused --- */

static void
test_unsupported (void)
{
  static const TextFileRefusal refusals[] = {
    { network, ">sum", ">sqsum", "the option NeuronInputType=sqsum of TMVA's method “MLP”" },
    { network, ">linear", ">step", "NeuronType=step" },
    { network, "\"EstimatorType\"", "\"Estimator\"", "without the option “EstimatorType”" },
    { steps, "MaxNSmooth=\"0\"", "MaxNSmooth=\"3\"", "some bins more often" },
    { steps, "InterpolMethod=\"0\"", "InterpolMethod=\"4\"", "so few bins" },
    { steps, "InterpolMethod=\"0\" KDE_type=\"1\"", "InterpolMethod=\"5\" KDE_type=\"2\"",
      "no normal distributions" },
    { steps, "XMin=\"-1\"", "XMin=\"0\"", "other ends for each class" },
    { steps, "HasEquidistantBins=\"1\">3 1</Histogram>",
      "HasEquidistantBins=\"0\">3 1</Histogram><HistogramBinning NBins=\"2\">-1 0 3"
      "</HistogramBinning>", "bins of many widths" },
    { vectors, ">RBF", ">Polynomial", "the option Kernel=Polynomial" },
    { boost, ">linear", ">minmax", "Boost_Transform=minmax" },
    { boost, "MethodTypeName=\"Fisher\"", "MethodTypeName=\"BDT\"", "a boosted method “BDT”" },
    { categories, "Cut=\"abs(eta)", "Cut=\"abs(phi)", "the category “abs(phi)<1.0”" },
    { categories, "Cut=\"abs(eta)", "Cut=\"abs(x0)", "the category “abs(x0)<1.0”" },
    { categories, "Cut=\"abs(eta)", "Cut=\"abs((eta)", "the category “abs((eta)<1.0”" },
    { categories, "\"a:b\"", "\"a:eta\"", "takes “eta”, which is no variable" },
    { categories, "Fisher::one", "Cuts::one", "a category with the method “Cuts”" },
    { categories, "Fisher::one", "DNN::one", "TMVA's method “DNN”" },
  };

  text_file_assert_all_refused (refusals, G_N_ELEMENTS (refusals), PYMVA_ERROR_UNSUPPORTED);
}

#define A_FIRST "<Variables><Variable Expression=\"a\" Label=\"a\"/></Variables>"
#define C_LAST                                                                                     \
  "<Variables><Variable Expression=\"a\" Label=\"a\"/><Variable Expression=\"b\" Label=\"b\"/>"    \
  "<Variable Expression=\"c\" Label=\"c\"/></Variables>"
#define REARRANGE_C                                                                                \
  "<Transformations><Transform Name=\"Rearrange\"><Selection>"                                     \
  "<Input><Input Type=\"Variable\" Label=\"c\" Expression=\"c\"/></Input>"                         \
  "<Output><Output Type=\"Variable\" Label=\"c\" Expression=\"c\"/></Output>"                      \
  "</Selection></Transform></Transformations>"
#define NORMALISE_NO_TARGETS                                                                       \
  "<Transformations><Transform Name=\"Normalize\"><Selection>"                                     \
  "<Input><Input Type=\"Variable\" Label=\"a\" Expression=\"a\"/></Input>"                         \
  "<Output><Output Type=\"Variable\" Label=\"a\" Expression=\"a\"/></Output></Selection>"          \
  "<Class><Variables><Variable VarIndex=\"0\" Min=\"0\" Max=\"1\"/></Variables>"                   \
  "<Targets><Target TargetIndex=\"0\" Min=\"0\" Max=\"1\"/></Targets></Class>"                     \
  "</Transform></Transformations>"

/* A regression that has to have a formula, and two targets. */
static const char formula[] =
  "<MethodSetup Method=\"FDA::mine\">\n"
  "<GeneralInfo><Info name=\"TMVA Release\" value=\"4.2.1 [262657]\"/>"
  "<Info name=\"AnalysisType\" value=\"Regression\"/></GeneralInfo>\n" A_AND_B
  "<Targets><Target Label=\"y\" Expression=\"y\"/><Target Label=\"z\" Expression=\"z\"/></Targets>"
  "<Weights NPars=\"2\" Formula=\"(0)+(1)*x0\"/></MethodSetup>";

static void
test_broken (void)
{
  static const TextFileRefusal refusals[] = {
    { network, "NSynapses=\"2\">1 0", "NSynapses=\"3\">1 0 0", "“NSynapses”" },
    { network, ">1 0<", ">1<", "does not have the 2 numbers" },
    { network, "NNeurons=\"3\"", "NNeurons=\"4\"", "layer 0 has 3 neurons, and should have 4" },
    { network, "NNeurons=\"3\"", "NNeurons=\"1\"", "“NNeurons”" },
    { network, "Index=\"1\" NNeurons", "Index=\"2\" NNeurons", "“Index”" },
    { network, "<Layer Index=\"2\" NNeurons=\"1\"><Neuron NSynapses=\"0\"/></Layer>", "",
      "its 2 layers do not lead from 2 variables to 1 answers" },
    { steps, "ClassIndex=\"1\"", "ClassIndex=\"0\"", "“ClassIndex”" },
    { steps, "NVar=\"1\">", "NVar=\"2\"><Variable Expression=\"b\" Label=\"b\"/>",
      "variable 1 has no densities" },
    { rules, "<Cut Selector=\"0\" Min=\"1\" Max=\"3\" DoMin=\"T\" DoMax=\"T\"/>", "",
      "has no “Cut”" },
    { rules, "Selector=\"0\"", "Selector=\"2\"", "“2”, not a whole number from 0 to 1" },
    { rules, "LearningModel=\"0\"", "LearningModel=\"3\"", "“LearningModel”" },
    { rules, "<Linear", "<Linear OK=\"1\" Coeff=\"1\" Norm=\"1\" DM=\"0\" DP=\"1\"/><Linear",
      "3 linear terms, and there are 2 variables" },
    { rules, "DM=\"-1\"", "DM=\"2\"", "which is no range" },
    { vectors, "0 1 0<", "0 1<", "does not have the 6 numbers" },
    { vectors, "fGamma=\"0.5\"", "", "“fGamma”" },
    { boost, "Weight=\"3\"", "Weight=\"-1\"", "are 0 together" },
    { boost, "MethodSigCut=\"0.5\"", "", "“MethodSigCut”" },
    { categories, "Cut=\"abs(eta)&lt;1.0\"", "", "“Cut”" },
    /* Variables that a category lists and does not have. */
    { categories, "\"a:b\">", "\"a:b\">" C_LAST REARRANGE_C,
      "takes “c”, which is not among the 2 of its “Variables”" },
    { boost, "MethodTypeName=\"Fisher\">", "MethodTypeName=\"Fisher\">" C_LAST REARRANGE_C,
      "takes “c”, which is not among the 2 of its “Variables”" },
    { categories, "\"a:b\">", "\"a:b\"><Transformations><Transform Name=\"Rearrange\"><Selection>"
      "<Input><Input/></Input></Selection></Transform></Transformations>",
      "no attribute “Type”" },
    { categories, "\"a:b\">", "\"a:b\">" A_FIRST NORMALISE_NO_TARGETS, "“TargetIndex”" },
    { formula, "Formula=\"(0)+(1)*x0\"", "", "no attribute “Formula”" },
  };

  text_file_assert_all_refused (refusals, G_N_ELEMENTS (refusals), PYMVA_ERROR_FORMAT);
}

/* A few bytes do not become tables out of proportion. */
static void
test_sizes (void)
{
  g_autoptr (GString) synapses = g_string_new (NULL);
  g_autoptr (GString) attributes = g_string_new (NULL);
  g_autofree char *first = NULL;

  for (guint i = 0; i < 99999; i++)
    g_string_append (synapses, "<Neuron NSynapses=\"0\"/>");
  first = g_strconcat ("NNeurons=\"100002\">", synapses->str, "<Neuron NSynapses=\"1\">2<", NULL);
  text_file_assert_refused (network, CHANGES ("NNeurons=\"3\"><Neuron NSynapses=\"1\">2<", first),
                            PYMVA_ERROR_FORMAT, "“NNeurons”");

  /* Attributes are looked through for each that is asked for. */
  for (guint i = 0; i <= 1000; i++)
    g_string_append_printf (attributes, " a%u=\"\"", i);
  g_string_append (attributes, " cutMin_0");
  text_file_assert_refused (cuts, CHANGES (" cutMin_0", attributes->str), PYMVA_ERROR_FORMAT,
                            "Too many attributes");
}

#define PARAMETER "-1.2345678901234567e-100"

/* All methods in a file take from one budget for their tables, and for the work for them. */
static void
test_budget (void)
{
  g_autoptr (GString) contents = g_string_new (NULL);
  g_autoptr (GString) sum = g_string_new ("(0)");
  g_autoptr (GString) classes = g_string_new ("<Classes>");
  g_autoptr (GString) parameters = g_string_new (NULL);
  g_autoptr (GString) parts = g_string_new (NULL);
  g_autofree char *formula_of_classes = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append (contents, "1 ");
  text_file_assert_refused (steps, CHANGES ("MinNSmooth=\"0\" MaxNSmooth=\"0\"",
                                            "MinNSmooth=\"30000\" MaxNSmooth=\"30000\"",
                                            "NBins=\"2\"", "NBins=\"2000\"",
                                            "3 1", contents->str),
                            PYMVA_ERROR_UNSUPPORTED, "too much work");
  for (guint i = 0; i < 20000; i++)
    g_string_append (contents, "1 ");
  text_file_assert_refused (steps, CHANGES ("InterpolMethod=\"0\"", "InterpolMethod=\"5\"",
                                            "NBins=\"2\"", "NBins=\"22000\"",
                                            "3 1", contents->str),
                            PYMVA_ERROR_UNSUPPORTED, "too much work");

  /* Formulas grow with their numbers, and each class has one. */
  for (guint i = 0; i < 1000; i++)
    g_string_append (sum, "+(0)");
  for (guint i = 0; i < 100; i++)
    {
      g_string_append_printf (classes, "<Class Name=\"c%u\"/>", i);
      g_string_append_printf (parameters, "<Parameter Index=\"%u\" Value=\"" PARAMETER "\"/>", i);
      g_string_append_printf (parts, CATEGORY ("1", "FDA", "<Weights NPars=\"1\" Formula=\"%s\">"
                                               "<Parameter Index=\"0\" Value=\"" PARAMETER "\"/>"
                                               "</Weights>"), sum->str);
    }
  g_string_append (classes, "</Classes>");
  formula_of_classes = g_strdup_printf (" NPars=\"1\" Formula=\"%s\">%s</Weights>", sum->str,
                                        parameters->str);
  text_file_assert_refused (formula, CHANGES ("\"Regression\"", "\"Multiclass\"",
                                              "<Targets>", g_string_append (classes,
                                                                            "<Targets>")->str,
                                              " NPars=\"2\" Formula=\"(0)+(1)*x0\"/>",
                                              formula_of_classes),
                            PYMVA_ERROR_UNSUPPORTED, "too large tables");
  text_file_assert_refused (OF_CATEGORIES ("", "", "here"), CHANGES ("here", parts->str),
                            PYMVA_ERROR_UNSUPPORTED, "too large tables");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  memory_file_register_scheme ();

  g_test_add_func ("/interop/import-tmva-methods/neurons", test_neurons);
  g_test_add_func ("/interop/import-tmva-methods/steps", test_steps);
  g_test_add_func ("/interop/import-tmva-methods/splines", test_splines);
  g_test_add_func ("/interop/import-tmva-methods/kernels", test_kernels);
  g_test_add_func ("/interop/import-tmva-methods/rules", test_rules);
  g_test_add_func ("/interop/import-tmva-methods/cuts", test_cuts);
  g_test_add_func ("/interop/import-tmva-methods/vectors", test_vectors);
  g_test_add_func ("/interop/import-tmva-methods/boost", test_boost);
  g_test_add_func ("/interop/import-tmva-methods/categories", test_categories);
  g_test_add_func ("/interop/import-tmva-methods/kinds-of-categories", test_kinds_of_categories);
  g_test_add_func ("/interop/import-tmva-methods/unsupported", test_unsupported);
  g_test_add_func ("/interop/import-tmva-methods/broken", test_broken);
  g_test_add_func ("/interop/import-tmva-methods/sizes", test_sizes);
  g_test_add_func ("/interop/import-tmva-methods/budget", test_budget);

  return g_test_run ();
}
