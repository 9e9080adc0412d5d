/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-export-c-private.h"

/* The stage "link" as C. Each formula is that of pymva-stage-link.c, to the last bit where the C
 * library computes exp() and the like in the same way. */

#define BODY(parameters, statements)                                                               \
  "(const double *x, int n, " parameters "double *y)\n"                                            \
  "{\n" statements "}\n"

#define MAP(value)                                                                                 \
  BODY ("",                                                                                        \
        "  for (int i = 0; i < n; i++)\n"                                                          \
        "    y[i] = " value ";\n")

/* All columns by a number, unless that is zero. */
#define SHARE(divisor)                                                                             \
  BODY ("",                                                                                        \
        "  double size = 0;\n"                                                                     \
        "\n"                                                                                       \
        "  for (int i = 0; i < n; i++)\n"                                                          \
        "    size += x[i];\n"                                                                      \
        "  for (int i = 0; i < n; i++)\n"                                                          \
        "    y[i] = size != 0 ? x[i] / size : " divisor ";\n")

/* The same by a norm that is not next to nothing. */
#define UNIT(sum, root)                                                                            \
  BODY ("",                                                                                        \
        "  double size = 0;\n"                                                                     \
        "\n"                                                                                       \
        "  for (int i = 0; i < n; i++)\n"                                                          \
        "    size " sum ";\n"                                                                      \
        root                                                                                       \
        "  for (int i = 0; i < n; i++)\n"                                                          \
        "    y[i] = size < 10 * 2.220446049250313e-16 ? x[i] : x[i] / size;\n")

/* The same in float32, unless the norm is zero. */
#define UNIT_SINGLE(declaration, sum, share)                                                       \
  BODY ("", declaration                                                                            \
        "\n"                                                                                       \
        "  for (int i = 0; i < n; i++)\n"                                                          \
        "    " sum ";\n"                                                                           \
        "  for (int i = 0; i < n; i++)\n"                                                          \
        "    y[i] = size == 0 ? x[i] : " share ";\n")

static const struct
{
  const char *function;
  /* Of the helper, and its code after its name; by precision. */
  const char *name;
  const char *code;
  const char *single_name;
  const char *single_code;
  /* It takes the slope. */
  gboolean has_slope;
} links[] = {
  { "exponential", "link_exponential", MAP ("exp (x[i])"),
    "link_exponential_single", MAP ("expf ((float) x[i])") },
  { "gaussian", "link_gaussian", MAP ("exp (-x[i] * x[i] * 0.5)") },
  { "hinge", "link_hinge", MAP ("x[i] > 0 ? 1 : 0"), "link_hinge", MAP ("x[i] > 0 ? 1 : 0") },
  { "largest", "link_largest",
    BODY ("",
          "  int best = 0;\n"
          "\n"
          "  for (int i = 1; i < n; i++)\n"
          "    if (x[i] > x[best])\n"
          "      best = i;\n"
          "  for (int i = 0; i < n; i++)\n"
          "    y[i] = i == best ? 1 : 0;\n") },
  { "log", "link_log", MAP ("log (x[i])") },
  { "logistic", "link_logistic",
    BODY ("double slope, ",
          "  for (int i = 0; i < n; i++)\n"
          "    y[i] = 1 / (1 + exp (-slope * x[i]));\n"),
    "link_logistic_single",
    BODY ("double slope, ",
          "  for (int i = 0; i < n; i++)\n"
          "    {\n"
          "      const float z = -(float) slope * (float) x[i];\n"
          "\n"
          "      y[i] = 1.0f / (expf (z < 88.7f ? z : 88.7f) + 1.0f);\n"
          "    }\n"), TRUE },
  { "logit", "link_logit",
    BODY ("",
          "  for (int i = 0; i < n; i++)\n"
          "    {\n"
          "      const double z = x[i] <= 0 ? 1.0e3 * 2.2250738585072014e-308 :\n"
          "                         x[i] >= 1 ? 1.0 - 1.0e-15 : x[i];\n"
          "\n"
          "      y[i] = -log (1.0 / z - 1.0);\n"
          "    }\n") },
  { "normal-quantile", "link_normal_quantile",
    BODY ("",
          "  for (int i = 0; i < n; i++)\n"
          "    {\n"
          "      const double tail = x[i] < 1 - x[i] ? x[i] : 1 - x[i];\n"
          "      const double t = sqrt (-2 * log (tail));\n"
          "      double z = (2.515517 + t * (0.802853 + t * 0.010328)) /\n"
          "                   (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;\n"
          "\n"
          "      for (int k = 0; k < 3; k++)\n"
          "        {\n"
          "          const double density = exp (-z * z / 2) / sqrt (2 * 3.141592653589793);\n"
          "          const double step =\n"
          "            (erfc (-z * 1.4142135623730951 / 2) / 2 - tail) / density;\n"
          "\n"
          "          z -= step / (1 + z * step / 2);\n"
          "        }\n"
          "      if (x[i] > 0 && x[i] < 1)\n"
          "        y[i] = x[i] < 0.5 ? z : -z;\n"
          "      else\n"
          "        y[i] = x[i] == 0 ? -INFINITY : x[i] == 1 ? INFINITY : NAN;\n"
          "    }\n") },
  { "rational-tanh", "link_rational_tanh",
    BODY ("",
          "  for (int i = 0; i < n; i++)\n"
          "    {\n"
          "      const float q = (float) (x[i] * x[i]);\n"
          "      const float above =\n"
          "        (float) (x[i] * (135135.0f + q * (17325.0f + q * (378.0f + q))));\n"
          "      const float below = 135135.0f + q * (62370.0f + q * (3150.0f + q * 28.0f));\n"
          "\n"
          "      y[i] = x[i] > 4.97 ? 1 : x[i] < -4.97 ? -1 : above / below;\n"
          "    }\n") },
  { "relu", "link_relu", MAP ("x[i] < 0 ? 0 : x[i]") },
  { "shares", "link_shares", SHARE ("x[i]") },
  { "shares-uniform", "link_shares_uniform", SHARE ("1.0 / n") },
  { "sigmoid", "link_sigmoid",
    BODY ("",
          "  for (int i = 0; i < n; i++)\n"
          "    {\n"
          "      const double e = exp (-fabs (x[i]));\n"
          "\n"
          "      y[i] = (x[i] < 0 ? e : 1) / (1 + e);\n"
          "    }\n") },
  { "signed-square", "link_signed_square", MAP ("x[i] * fabs (x[i])") },
  { "softmax", "link_softmax",
    BODY ("",
          "  double largest = x[0];\n"
          "  double sum = 0;\n"
          "\n"
          "  for (int i = 1; i < n; i++)\n"
          "    largest = fmax (largest, x[i]);\n"
          "  for (int i = 0; i < n; i++)\n"
          "    sum += y[i] = exp (x[i] - largest);\n"
          "  for (int i = 0; i < n; i++)\n"
          "    y[i] /= sum;\n"),
    "link_softmax_single",
    BODY ("",
          "  float largest = (float) x[0];\n"
          "  double sum = 0;\n"
          "\n"
          "  for (int i = 1; i < n; i++)\n"
          "    largest = fmaxf (largest, (float) x[i]);\n"
          "  for (int i = 0; i < n; i++)\n"
          "    sum += y[i] = expf ((float) x[i] - largest);\n"
          "  for (int i = 0; i < n; i++)\n"
          "    y[i] = (float) y[i] / (float) sum;\n") },
  { "softplus", "link_softplus", MAP ("log1p (exp (x[i]))") },
  { "square", "link_square", MAP ("x[i] * x[i]") },
  { "tanh", "link_tanh", MAP ("tanh (x[i])") },
  { "tie-break", "link_tie_break", MAP ("x[i] / (3 * (fabs (x[i]) + 1))") },
  { "unit-l1", "link_unit_l1", UNIT ("+= fabs (x[i])", ""),
    "link_unit_l1_single",
    UNIT_SINGLE ("  float size = 0;\n", "size += fabsf ((float) x[i])", "(float) x[i] / size") },
  { "unit-l2", "link_unit_l2", UNIT ("+= x[i] * x[i]", "  size = sqrt (size);\n"),
    "link_unit_l2_single",
    UNIT_SINGLE ("  float size = 0;\n", "size += (float) x[i] * (float) x[i]",
                 "(x[i] < 0 ? -1 : 1) * sqrtf ((float) x[i] * (float) x[i] / size)") },
  { "unit-max", "link_unit_max", UNIT ("= fmax (size, fabs (x[i]))", ""),
    "link_unit_max_single",
    UNIT_SINGLE ("  float size = -3.40282347e+38f;\n",
                 "size = size < x[i] ? (float) x[i] : size", "(float) x[i] / size") },
};

/* The place of the function in the table, or its end. */
static guint
find_link (const char *function)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (links) && !g_str_equal (links[i].function, function))
    i++;
  return i;
}

void
pymva_c_write_link (PymvaCWriter *writer,
                    const PymvaStage *stage,
                    const char *name)
{
  PymvaLinkTables tables = pymva_stage_link_get_tables (stage);
  guint i = find_link (tables.function);
  const char *helper;
  g_autofree char *code = NULL;

  if (i == G_N_ELEMENTS (links))
    {
      writer->lacks = tables.function;
      return;
    }

  helper = tables.is_single ? links[i].single_name : links[i].name;
  code = g_strdup_printf ("static void\n%s %s", helper,
                          tables.is_single ? links[i].single_code : links[i].code);
  pymva_c_writer_add_helper (writer, helper, code);
  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer, "  %s (x, %u, ", helper, stage->n_inputs);
  if (links[i].has_slope)
    {
      pymva_c_append_double (writer->text, tables.slope);
      pymva_c_writer_print (writer, ", ");
    }
  pymva_c_writer_print (writer, "y);\n}\n");
}
